"""`catalog new product`: an existing template as a product, or a first one in YAML or Python."""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import click

from catalog.cli.completing import complete_portfolios
from catalog.cli.options import json_option
from catalog.cli.terminal import one_line
from catalog.cli.workspace import Workspace, pass_workspace
from catalog.cli.written import answered, asks_person, force_option, report_written

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from catalog.check.finding import Finding
    from catalog.content.config import Config
    from catalog.content.load import Catalog
    from catalog.content.render import Rendered
    from catalog.model.definition import ProductDefinition
    from catalog.scaffolds.products import NewProduct
    from catalog.scaffolds.writing import WrittenScaffold

EPILOG = """\b
Examples:
  catalog new product queue --from ../templates/queue.yaml
  catalog new product queue --from queue.json --display-name "Orders queue" --portfolio team
  catalog new product store --python --portfolio platform-dev

NAME is the key of the product, and the name of its files in products/. --from copies the template byte for byte. Its
Description is the description of the product. The report says what the controls miss in it.

Without --from, the product is a bucket, for you to change.

Exit codes: 0 written, whatever the controls miss; 2 wrong input, or a file exists.
"""


@click.command(epilog=EPILOG)
@click.argument("name")
@click.option(
    "--from",
    "source",
    metavar="TEMPLATE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A CloudFormation template, YAML or JSON.",
)
@click.option("--python", "kind", flag_value="python", help="A product file in Python.")
@click.option("--yaml", "kind", flag_value="yaml", help="A template with its metadata beside it (default).")
@click.option(
    "--portfolio", metavar="P", shell_complete=complete_portfolios, help="A portfolio that offers it, from now on."
)
@click.option("--display-name", metavar="TEXT", help="The name that people see.  [default: from NAME]")
@click.option("--team", metavar="TEXT", help="The owner that people see.  [default: that of another product]")
@force_option
@json_option
@pass_workspace
def product(
    workspace: Workspace,
    name: str,
    source: Path | None,
    kind: str | None,
    portfolio: str | None,
    display_name: str | None,
    team: str | None,
    force: bool,
    as_json: bool,
) -> None:
    """Write the product NAME: from a template that exists, or a first one in YAML or Python."""
    from catalog.scaffolds.products import DESCRIPTION, NewProduct, words_of
    from catalog.scaffolds.writing import Scaffold, write_scaffold

    if source and kind == "python":
        raise click.UsageError("--from is for templates, which are published as they are: leave out --python")
    catalog = workspace.catalog()
    asks = asks_person(as_json)
    template = read_source(source) if source else b""
    suggested = described(template, source) if source else ""
    display_name = answered(display_name, "Name that people see", words_of(name), asks=asks)
    team = answered(team, "Owner that people see", usual_team(catalog), asks=asks)
    if portfolio is None and asks and catalog.portfolios:
        default = next(iter(catalog.portfolios)) if len(catalog.portfolios) == 1 else "none"
        choices = ", ".join((*catalog.portfolios, "none"))
        portfolio = answered(None, f"Portfolio that offers it ({choices})", default, asks=True)
        portfolio = None if portfolio == "none" else portfolio
    own = own_definition(catalog.config, template, source) if source else None
    draft = NewProduct(name, own.name if own else display_name, team, suggested or DESCRIPTION)
    check_new(catalog, draft, force=force)
    files = files_of(draft, template, source, kind)
    edited = offered(catalog, portfolio, [name]) if portfolio else {}
    done = write_scaffold(workspace.root, Scaffold(files, edited), force=force)
    report_products(workspace, done, [name], as_json=as_json, product=name)


def report_products(
    workspace: Workspace,
    done: WrittenScaffold,
    keys: Sequence[str],
    *,
    as_json: bool,
    **members: Any,
) -> None:
    """Check the new products and print the files, what a person should know of them, and what to type next."""
    from catalog.check.formats import serialize
    from catalog.cli.launch_line import beyond_sandbox, launch_line
    from catalog.cli.validate import check_content

    catalog, rendered, report = check_content(workspace, tuple(keys), cached=True)
    steps = [f"catalog validate {' '.join(keys)}"] if report.findings else []
    steps += [*(f"catalog release {key}" for key in keys), "catalog publish --local"]
    line = "" if beyond_sandbox(rendered[0].template) else launch_line(catalog, rendered[0])
    report_written(
        workspace.root,
        done,
        [*steps, *filter(None, [line])],
        as_json=as_json,
        remarks=[*remarks(catalog, keys, report.findings), *tag_remarks(catalog, rendered), *sandbox_remarks(rendered)],
        findings=json.loads(serialize("json", report)),
        **members,
    )


def read_source(source: Path) -> bytes:
    """The bytes of a template; `ContentError` if it is none."""
    from catalog.content.files import read_file
    from catalog.content.product_files import TEMPLATES
    from catalog.content.template_files import SIZE_LIMIT, read_template
    from catalog.errors import ContentError

    if source.suffix not in TEMPLATES:
        raise ContentError(f"{source}: a template ends in {', '.join(TEMPLATES)}")
    body = read_file(source, str(source), SIZE_LIMIT)
    if not read_template(str(source), body).get("Resources"):
        words = f"{source}: is no CloudFormation template: it has no Resources"
        raise ContentError(words, hint="A template is a mapping with Resources, in YAML or JSON.")
    return body


def described(template: bytes, source: Path) -> str:
    """The Description of a template as one line; a sentence that names the file if it has none."""
    from catalog.content.template_files import read_template
    from catalog.scaffolds.products import DESCRIPTION_LIMIT
    from catalog.scaffolds.texts import checked_line

    text = read_template(str(source), template).get("Description")
    if not text:
        return f"The template {source.name}."
    return checked_line(f"{source}: the Description", " ".join(str(text).split()), DESCRIPTION_LIMIT)


def usual_team(catalog: Catalog) -> str:
    """The owner of the first product, else the provider of the first portfolio, else the owner tag."""
    owners = [definition.owner for definition in catalog.products.values()]
    providers = [str(file.document.data["provider"]) for file in catalog.portfolios.values()]
    return next(iter((*owners, *providers, catalog.config.owner)))


def own_definition(config: Config, template: bytes, source: Path) -> ProductDefinition | None:
    """What a template declares in its own Metadata; None without that, `ContentError` if it is not valid."""
    from catalog.content.product_metadata import ProductMetadata, section_document, section_of
    from catalog.content.schema_files import check_valid
    from catalog.content.template_files import read_template
    from catalog.content.written_files import WrittenTemplate

    if section_of(read_template(str(source), template)) is None:
        return None
    document = section_document(template, str(source))
    check_valid(document, "product")
    return ProductMetadata(config, document).definition(WrittenTemplate(source, str(source)))


def check_new(catalog: Catalog, draft: NewProduct, *, force: bool) -> None:
    """`ContentError` if a product of the repository has the key or the name already."""
    from catalog.errors import ContentError

    if draft.key in catalog.products and not force:
        raise ContentError(f"products/ has a product {draft.key} already", hint="Choose another NAME.")
    for key, definition in catalog.products.items():
        if definition.name == draft.name and key != draft.key:
            raise ContentError(
                f"product {key} has the name {draft.name!r} already",
                hint="Pass another one as --display-name, or write it into the template's own metadata.",
            )


def files_of(draft: NewProduct, template: bytes, source: Path | None, kind: str | None) -> dict[PurePosixPath, bytes]:
    """The files of the product."""
    from catalog.content.product_metadata import section_of
    from catalog.content.template_files import read_template

    if kind == "python":
        return draft.python_files()
    files = draft.template_files(template, source.suffix if source else ".yaml")
    if source and section_of(read_template(str(source), template)) is not None:  # the template has its metadata
        return {path: body for path, body in files.items() if body == template}
    return files


def offered(catalog: Catalog, portfolio: str, products: Sequence[str]) -> dict[PurePosixPath, bytes]:
    """The portfolio file with the products; none if it has them."""
    from catalog.content.files import read_text
    from catalog.errors import ContentError
    from catalog.model.limits import listed, shown
    from catalog.scaffolds.edits import with_product
    from catalog.scaffolds.portfolios import product_lines

    if portfolio not in catalog.portfolios:
        raise ContentError(f"unknown portfolio {shown(portfolio)}; portfolios/ has {listed(catalog.portfolios)}")
    lacking = [product for product in products if product not in catalog.portfolios[portfolio].products]
    if lacking and (package := catalog.portfolios[portfolio].package):
        words = f"portfolio {portfolio} is of package {package}, which is not edited"
        raise ContentError(words, hint="Name a portfolio of the repository, or write one with `catalog new portfolio`.")
    if not lacking:
        return {}
    path = PurePosixPath("portfolios") / f"{portfolio}.yaml"
    text = read_text(catalog.config.root / path, str(path))
    for product in lacking:
        text = with_product(text, str(path), product_lines(product))
    return {path: text.encode()}


def remarks(catalog: Catalog, products: Sequence[str], findings: Sequence[Finding]) -> Iterator[str]:
    """What a person should know: the findings, and the products that no portfolio offers."""
    from catalog.check.finding import SEVERITIES
    from catalog.check.report import explained, plural

    if findings:
        yield f"The controls have {plural(len(findings), 'finding')}:"
    for line in finding_lines(sorted(findings, key=lambda each: SEVERITIES.index(each.severity))):
        yield one_line(line)
    wrong = [each for each in findings if each.severity == "error"]
    if ids := explained(wrong):
        yield f"Correct the errors before you release. What to do about them, and why: catalog controls {' '.join(ids)}"
    elif wrong:
        yield "Correct the errors before you release."
    lacking = [key for key in products if not any(key in file.products for file in catalog.portfolios.values())]
    if lacking:
        it = "it" if len(lacking) == 1 else "them"
        words = f"so nobody can launch {it}: add {it} to a file in portfolios/ (`catalog help portfolios`)."
        yield f"No portfolio offers {', '.join(lacking)} yet, {words}"


def finding_lines(findings: Sequence[Finding]) -> Iterator[str]:
    """A line for each finding; of more than 20, a line for each control with the place of the first."""
    from catalog.check.report import place
    from catalog.model.limits import LISTED

    alike: dict[str, list[Finding]] = {}
    for finding in findings:
        alike.setdefault(finding.id if len(findings) > LISTED else str(len(alike)), []).append(finding)
    for first, *others in alike.values():
        more = f" (and {len(others)} more of {first.id})" if others else ""
        yield f"  {first.severity}: {first.id} {place(first)}: {first.message}{more}"


def sandbox_remarks(rendered: Sequence[Rendered]) -> Iterator[str]:
    """The products that the sandbox publishes but cannot launch."""
    from catalog.cli.launch_line import beyond_sandbox

    for each in rendered:
        for name, reason in beyond_sandbox(each.template).items():
            yield one_line(f"The sandbox publishes {each.product} but cannot launch it: transform {name}: {reason}.")


def tag_remarks(catalog: Catalog, rendered: Sequence[Rendered]) -> Iterator[str]:
    """The tags that people choose with --tag when they launch, because no parameter gives them a value."""
    from catalog.cfn.template import section
    from catalog.simulate.decide import offered_tags
    from catalog.simulate.secrets import Secrets

    for each in rendered:
        given = section(each.template, "Parameters").keys() - Secrets.of(each.template).names
        for key, portfolio in catalog.portfolios.items():
            if each.product in portfolio.products:
                offer = offered_tags(portfolio, catalog.products[each.product].tag_options, None)
                for tag, values in offer.items():
                    if tag not in given and len(values) > 1:
                        choice = f"--tag {tag}=VALUE with one of {', '.join(values)}"
                        yield one_line(f"A launch of {each.product} through {key} needs a choice: {choice}.")
