"""`catalog init`: a new repository that validates, publishes to the sandbox, and has a test."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from catalog.cli.options import json_option
from catalog.cli.workspace import Workspace, pass_workspace
from catalog.cli.written import answered, asks_person, force_option, one_of, report_written

if TYPE_CHECKING:
    from catalog.scaffolds.repository import NewRepository

OWNER = "platform"
PRINCIPAL = "role/developer"
REGION = "us-east-1"
PRODUCT = "bucket"
KIND = "yaml"
CI = ("github", "gitlab", "codebuild")
LOCK_COMMAND = "uv pip compile ci/requirements.in --universal --generate-hashes -o ci/requirements.txt"
"""Writes what CI installs, with digests."""
LAUNCH_ARGUMENTS = "--param Service=orders"
"""What the first product needs."""
EPILOG = """\b
Examples:
  catalog init
  catalog init service-catalog --owner platform --principal "role/dev-*"
  catalog init service-catalog --ci github
  catalog init --region eu-west-1 --region us-east-1 --product-kind python --json

Asks for what is not given on a terminal; elsewhere takes the defaults. Writes no file that exists, unless --force is
given: pyproject.toml, .gitignore and .gitattributes get the lines that they lack.

With --ci in a repository of catalog, only the files for CI are written.

Afterwards, `catalog validate` has no findings, and the first product is released.

Exit codes: 0 done; 2 a file exists, or the folder is a repository already (and no --ci is given).
"""


@click.command(epilog=EPILOG)
@click.argument("folder", metavar="[DIR]", type=click.Path(file_okay=False, path_type=Path), required=False)
@click.option("--owner", metavar="NAME", help=f"The tag of what is published.  [default: {OWNER}]")
@click.option("--team", metavar="TEXT", help="The team that people ask for help.  [default: the owner]")
@click.option("--region", "regions", metavar="REGION", multiple=True, help=f"May be repeated.  [default: {REGION}]")
@click.option("--principal", metavar="role/NAME", help=f"Who may launch; * for many.  [default: {PRINCIPAL}]")
@click.option("--product-kind", type=click.Choice(["yaml", "python"]), help=f"The first product.  [default: {KIND}]")
@click.option("--ci", type=click.Choice(CI), help="Also files for CI: review of changes, and publishing.")
@click.option("--example", is_flag=True, help="Also a portfolio for production with rules, and examples of launches.")
@force_option
@json_option
@pass_workspace
def init(
    workspace: Workspace,
    folder: Path | None,
    owner: str | None,
    team: str | None,
    regions: tuple[str, ...],
    principal: str | None,
    product_kind: str | None,
    ci: str | None,
    example: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Start a repository in DIR (the current folder): settings, a portfolio, a first product and its test."""
    from catalog.content.config import read_tool_table
    from catalog.scaffolds.portfolios import check_team
    from catalog.scaffolds.repository import PRODUCT_KINDS, NewRepository, check_owner, check_role, ci_scaffold
    from catalog.scaffolds.writing import write_scaffold

    root = Path(os.path.abspath(folder or workspace.directory))
    asks = asks_person(as_json)
    if ci and "catalog" in read_tool_table(root / "pyproject.toml"):
        done = write_scaffold(root, ci_scaffold(root, ci), force=force)
        report_written(root, done, [*to_folder(root), LOCK_COMMAND], as_json=as_json, remarks=[ci_remark(ci)])
        return
    owner = answered(owner, "Owner, the tag of what you publish", OWNER, asks=asks, check=check_owner)
    team = answered(team, "Team that people ask for help", spoken(owner), asks=asks, check=check_team)
    given = " ".join(regions) if regions else None
    chosen = answered(given, "Regions that you publish to", REGION, asks=asks, check=regions_in)
    principal = answered(principal, "Who may launch, such as role/dev-*", PRINCIPAL, asks=asks, check=check_role)
    kinds, systems = one_of("product kind", PRODUCT_KINDS), one_of("CI", (*CI, "none"))
    kind = answered(product_kind, f"First product as {' or '.join(PRODUCT_KINDS)}", KIND, asks=asks, check=kinds)
    ci = answered(ci, f"CI: {', '.join(CI)} or none", "none", asks=asks, check=systems)
    repository = NewRepository(
        owner=owner,
        team=team,
        regions=regions_in(chosen),
        principal=principal,
        product=PRODUCT,
        product_kind=kind,
        ci="" if ci == "none" else ci,
        example=example,
    )
    done = write_scaffold(root, repository.scaffold(root), force=force)
    released = release_first(root, repository.product)
    report_written(
        root,
        done,
        next_commands(root, repository),
        as_json=as_json,
        released=released,
        remarks=[ci_remark(repository.ci)] if repository.ci else [],
        owner=owner,
    )


def ci_remark(ci: str) -> str:
    """What CI needs before it works."""
    steps = f"Other steps: `catalog help ci-{ci}.md`."
    return f"CI installs what ci/requirements.txt pins: write it with\n  {LOCK_COMMAND}\n{steps}"


def regions_in(text: str) -> tuple[str, ...]:
    """The Regions in a text, with commas or spaces between them; `ContentError` if one cannot be a Region."""
    from catalog.model.regions import check_region

    regions = tuple(re.split(r"[,\s]+", text.strip()))
    for region in regions:
        check_region("--region", region)
    return regions


def spoken(owner: str) -> str:
    """The owner as a name for people."""
    words = owner.replace("-", " ")
    return words[:1].upper() + words[1:]


def release_first(root: Path, product: str) -> list[str]:
    """Release the first product; the files that this wrote, relative to the repository."""
    from catalog.cli.release import Drafting
    from catalog.cli.workspace import today
    from catalog.content.config import load_config
    from catalog.content.load import load_product
    from catalog.content.render import render

    config = load_config(root)
    definition = load_product(config, product)
    drafting = Drafting(config, product, today(), definition.version_description, "")
    draft = drafting.checked(definition, render(product, definition))
    if draft.done:
        return []
    draft.freeze()
    return [config.shown(file) for file in draft.files]


def next_commands(root: Path, repository: NewRepository) -> list[str]:
    """Publish to the sandbox, launch there, and add a template that people have."""
    launch = f"catalog launch {repository.product} --local --name my-{repository.product} {LAUNCH_ARGUMENTS}"
    return [
        *to_folder(root),
        "catalog publish --local --yes --allow widen",
        f"{launch} --as arn:aws:iam::123456789012:{repository.role}",
        "catalog new product NAME --from TEMPLATE",
    ]


def to_folder(root: Path) -> list[str]:
    """The command that changes into the folder; none if it is the current one."""
    return [] if root == Path.cwd() else [f"cd {shlex.quote(shown_folder(root))}"]


def shown_folder(root: Path) -> str:
    """The folder as people type it from the current one."""
    return str(root.relative_to(Path.cwd())) if root.is_relative_to(Path.cwd()) else str(root)
