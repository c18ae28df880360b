"""`catalog publish`: make an account's Service Catalog match the repository, or a saved plan come true."""

from __future__ import annotations

from pathlib import Path

import click

from catalog.cli.applying import allow_option, carry_out, content, dev_option, refresh_option, target_option, yes_option
from catalog.cli.chosen import Where, where_options
from catalog.cli.options import json_option
from catalog.cli.workspace import Workspace

EPILOG = """\b
Examples:
  catalog publish --local
  catalog publish --yes --allow widen          (CI: nobody to ask)
  catalog publish --yes --allow widen --allow destroy
  catalog publish plan.json --yes              (what `catalog plan -o plan.json` saved, or nothing)
  catalog publish --target portfolio/security-prod   (a part, with what it needs)
  catalog publish --local --dev                (also what is not released, as a pre-release)
  catalog publish --to prod-hub --to dev-hub   (targets of pyproject.toml, side by side)
"""


@click.command(epilog=EPILOG)
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@dev_option
@refresh_option
@target_option
@yes_option
@allow_option
@json_option
@where_options
def publish(
    workspace: Workspace,
    where: Where,
    file: Path | None,
    dev: bool,
    refresh_principals: bool,
    selected: tuple[str, ...],
    yes: bool,
    allow: tuple[str, ...],
    as_json: bool,
) -> None:
    """Make an account's Service Catalog match the repository.

    Checks the content, shows the plan, asks, applies: every released version, byte for byte as it was released. A run
    that was interrupted is simply run again. With FILE, which `catalog plan -o` saved, exactly that plan is made, and
    refused when AWS or the repository has moved since.
    """
    from catalog.cli.plan_targets import publish_targets
    from catalog.cli.saved import publish_saved
    from catalog.plan.saved import Options
    from catalog.plan.selection import only
    from catalog.publishing.planner import PlanOptions

    options = Options(dev, refresh_principals, selected)
    if file:
        publish_saved(file, workspace, where, options, yes, allow, as_json)
        return
    to = where.targets(where.names) if where.names else None
    declared = content(workspace, check=True, dev=dev)
    if to:
        publish_targets(to, declared, options, yes, allow, as_json)
        return
    carry_out(declared, where.session(), PlanOptions(refresh_principals, only(selected)), yes, allow, as_json)
