"""`catalog diff`: the differences between two versions of a product, and the version bump that they need."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from catalog.cli.completing import complete_products, complete_versions
from catalog.cli.formats import ContentFormat, content_choice
from catalog.cli.output import note, style_for
from catalog.cli.workspace import Workspace, pass_workspace
from catalog.errors import EXIT_CHANGES, ContentError
from catalog.model.limits import listed, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from catalog.content.config import Config
    from catalog.releases import BaseRevision, Release
    from catalog.versions.compare import Difference, Version

WORKING = "working"
EPILOG = """\b
Examples:
  catalog diff                                  (all products, against the base branch)
  catalog diff kms_key --base v1.4
  catalog diff kms_key 1.0.0 1.1.0
  catalog diff --format markdown                (for a pull request)
  catalog diff kms_key 1.0.0 working --detailed-exitcode

OLD and NEW are released versions, or `working` for the working tree. In a git repository, OLD is the latest release of
the base: the branch of a pull request's target in CI, else origin/HEAD, origin/main, origin/master, main or master. A
release that the working tree adds is then part of the differences. The rules are in `catalog help versions.md`.

Exit codes: 0 done; 2 unknown version or revision; 4 there are differences (with --detailed-exitcode).
"""


@click.command(epilog=EPILOG)
@click.argument("product", required=False, shell_complete=complete_products)
@click.argument("old", required=False, shell_complete=complete_versions)
@click.argument("new", default=WORKING, shell_complete=complete_versions)
@click.option("--base", metavar="REV", help="The branch, tag or commit whose latest release is OLD.")
@content_choice("text", "json", "markdown", help="Format of the report.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit 4 when there are differences, 0 when there are none.")
@pass_workspace
def diff(
    workspace: Workspace,
    product: str | None,
    old: str | None,
    new: str,
    base: str | None,
    form: ContentFormat,
    detailed_exitcode: bool,
) -> None:
    """Compare two versions of PRODUCT by meaning: OLD (the latest release of the base) and NEW (the working tree).

    Without PRODUCT, compares all products. Shows the differences in parameters, rules, resources, policies and outputs,
    who gains or loses access, and whether NEW must be a patch, minor or major version after OLD.
    """
    if old is not None and base is not None:
        raise click.UsageError("OLD and --base exclude each other: --base chooses OLD")
    compared = compared_products(workspace, product, old, new, base)
    form.print_content(DiffReport(compared, every=product is None))
    if not compared:
        note("There is no product.")
    if detailed_exitcode and any(each.differs for each in compared):
        click.get_current_context().exit(EXIT_CHANGES)


@dataclass(frozen=True)
class ComparedProduct:
    """A product with its differences, or with the reason why there is nothing to compare."""

    product: str
    difference: Difference | None = None
    names: tuple[str, str] = ("", "")
    """The names by which the two versions were chosen."""
    status: str = ""
    """Why there is no difference: `topic is new: main has no release of it`."""

    @property
    def differs(self) -> bool:
        """Whether the two sides are not the same."""
        return bool(self.difference.verdict.level) if self.difference else True


@dataclass(frozen=True)
class Comparison:
    """Compares products of the working tree with their releases, or with those of a base."""

    config: Config
    base: BaseRevision | None

    def all_products(self) -> list[ComparedProduct]:
        """Each product of the working tree, then those that only the base has."""
        from catalog.content.load import product_keys

        keys = product_keys(self.config)
        gone = [key for key in (self.base.releases if self.base else ()) if key not in keys]
        return [
            *(self.with_latest(key) for key in keys),
            *(ComparedProduct(key, status=f"{key} is removed: products/ has no file of it") for key in gone),
        ]

    def with_latest(self, product: str) -> ComparedProduct:
        """The working tree against the latest release, which is that of the base if there is one."""
        from catalog.releases import latest_release, load_releases

        own = load_releases(self.config, product)
        latest = latest_release(self.base.releases.get(product, ()) if self.base else own)
        if latest is None:
            where = f"{self.base.name} has" if self.base and own else "there is"
            return ComparedProduct(product, status=f"{product} is new: {where} no release to compare with")
        name = f"of {self.base.name}" if self.base else latest.version
        return self.compared(product, latest, (name, WORKING))

    def of_versions(self, product: str, old: str, new: str) -> ComparedProduct:
        """Two versions by name."""
        from catalog.releases import load_releases

        if old == new:
            raise ContentError(f"both versions are {new}", hint="Name two different versions.")
        releases = load_releases(self.config, product)
        return self.compared(product, named(product, old, releases), (old, new), named(product, new, releases))

    def compared(
        self, product: str, old: Release | None, names: tuple[str, str], new: Release | None = None
    ) -> ComparedProduct:
        """The differences; None stands for the working tree."""
        from catalog.content.load import load_product
        from catalog.content.render import render
        from catalog.versions import compare, load_examples

        definition = load_product(self.config, product)
        sides: list[Version] = [side if side else render(product, definition) for side in (old, new)]
        examples = load_examples(self.config, definition)
        return ComparedProduct(product, compare(*sides, examples=examples, regions=self.config.regions), names)


def compared_products(
    workspace: Workspace, product: str | None, old: str | None, new: str, base: str | None
) -> list[ComparedProduct]:
    """The differences of one product, or of all; `ContentError` for an unknown version, product or revision."""
    from catalog.content.load import check_product
    from catalog.releases import load_releases, read_base, usual_base

    config = workspace.config()
    if product is not None:
        check_product(config, product)
    if product is not None and old is not None:
        return [Comparison(config, None).of_versions(product, old, new)]
    revision = read_base(config, base) if base is not None else usual_base(config, bases_of_ci())
    if base is None:
        report_missing_base(revision)
    comparison = Comparison(config, revision)
    if product is None:
        return comparison.all_products()
    compared = comparison.with_latest(product)
    if compared.difference is None and not load_releases(config, product):
        raise ContentError(
            f"{product} has no release to compare with", hint=f"`catalog release {product}` creates the first one."
        )
    return [compared]


def report_missing_base(revision: BaseRevision | None) -> None:
    """Say that the branch that CI names is not here: a shallow clone has no other branch."""
    wanted = bases_of_ci()
    if wanted and (revision is None or revision.name not in wanted):
        used = f"the base is {revision.name}" if revision else "OLD is the latest release of the working tree"
        note(f"git does not have {wanted[0]}, so {used}. Run `git fetch origin {wanted[0].partition('/')[2]}` first.")


def bases_of_ci() -> list[str]:
    """The branch that a pull or merge request goes to, as GitHub and GitLab name it."""
    targets = (os.environ.get(name) for name in ("GITHUB_BASE_REF", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME"))
    return [f"origin/{target}" for target in targets if target]


def named(product: str, name: str, releases: Sequence[Release]) -> Release | None:
    """The release of this name, or None for the working tree; `ContentError` for any other name."""
    from catalog.releases import find_release

    if name == WORKING:
        return None
    release = find_release(releases, name)
    if release is None:
        versions = listed([release.version for release in releases], name)
        raise ContentError(
            f"unknown version {shown(name)} of {product}; released: {versions}",
            hint=f"Name a released version, or {WORKING} for the working tree.",
        )
    return release


@dataclass(frozen=True)
class DiffReport:
    """The differences of the products that were compared."""

    compared: Sequence[ComparedProduct]
    every: bool
    """Whether all products were: their JSON is one document."""

    def lines(self) -> Iterator[str]:
        """The products with an empty line between them, in colour on a terminal."""
        for index, each in enumerate(self.compared):
            yield from ("",) if index else ()
            yield from product_lines(each)

    def markdown(self) -> str:
        """The products, each with a heading."""
        return "\n".join(map(product_markdown, self.compared))

    def data(self) -> dict[str, Any]:
        """The document of one product, or of all."""
        documents = [product_data(each) for each in self.compared]
        return {"format": 1, "products": documents} if self.every else documents[0]


def product_lines(compared: ComparedProduct) -> Iterator[str]:
    """The differences of a product, each in the colour of its level."""
    from catalog.versions import report
    from catalog.versions.change import Level

    if compared.difference is None:
        yield f"{compared.status}."
        return
    paint = style_for({Level.MAJOR: "red", Level.MINOR: "yellow", Level.PATCH: "green"})
    for level, text in report.lines(compared.product, compared.difference, compared.names):
        yield paint(level, text)


def product_markdown(compared: ComparedProduct) -> str:
    """The differences of a product as Markdown."""
    from catalog.versions import report

    if compared.difference is None:
        return f"### {compared.product}\n\n{compared.status}.\n"
    return report.as_markdown(compared.product, compared.difference)


def product_data(compared: ComparedProduct) -> dict[str, Any]:
    """The JSON form of a product."""
    from catalog.versions import report

    if compared.difference is None:
        return {"format": report.FORMAT, "product": compared.product, "status": compared.status}
    return report.as_data(compared.product, compared.difference)
