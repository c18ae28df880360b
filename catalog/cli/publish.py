"""`catalog publish`: make an account's Service Catalog match the repository, or apply a saved plan."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from catalog.cli.consent import Consent, allow_option, yes_option
from catalog.cli.formats import Format, format_options
from catalog.cli.locking import Locking, lock_option
from catalog.cli.options import dev_option, parallelism_option, refresh_option, target_option
from catalog.cli.target_run import TargetOptions, targets_options
from catalog.cli.workspace import Workspace

EPILOG = """\b
Examples:
  catalog publish --local
  catalog publish --yes --allow widen                (in CI)
  catalog publish --yes --allow widen --allow destroy
  catalog publish plan.json --yes                    (what `catalog plan -o plan.json` saved)
  catalog publish --target portfolio/security-prod   (a part, with what it needs)
  catalog publish --local --dev                      (also unreleased versions, as pre-releases)
  catalog publish --to prod-hub --to dev-hub         (targets of pyproject.toml, side by side)
"""


@click.command(epilog=EPILOG)
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@dev_option
@refresh_option
@target_option
@yes_option
@allow_option
@lock_option
@parallelism_option
@format_options("json")
@targets_options
def publish(
    workspace: Workspace,
    to: TargetOptions,
    file: Path | None,
    dev: bool,
    refresh_principals: bool,
    selected: tuple[str, ...],
    yes: bool,
    allow: tuple[str, ...],
    no_lock: bool,
    parallelism: int,
    form: Format,
) -> None:
    """Make an account's Service Catalog match the repository.

    Checks the content, shows the plan, asks for confirmation, and applies the plan. Every released version is published
    byte for byte as it was released. After an interruption, run it again.

    With FILE, which `catalog plan -o` saved, it applies exactly that plan, and fails if AWS or the repository has
    changed since.
    """
    from catalog.cli.checked_content import load_checked, load_rules

    load_rules()
    from catalog.cli import saved
    from catalog.cli.launch_line import next_launch
    from catalog.cli.plan_run import Done, carry_out, publish_plans
    from catalog.plan.saved import Options, read_saved

    options = Options(dev, refresh_principals, selected)
    if file:
        plans = read_saved(file)
        saved.check_options(plans, to, options)
        run = saved.run_of(plans, to)
        declared = load_checked(workspace, templates=True, dev=plans.options.dev, unreleased=False)
        prepare = saved.remaining_plans(run, declared, plans)
    else:
        run = to.run(early=True)
        declared = load_checked(workspace, templates=True, dev=dev, unreleased=False)
        prepare = publish_plans(run, declared, options)
    done = Done("published", "Published {changes} to {where} in {seconds}.", partial(next_launch, declared))
    carry_out(run, prepare, done, Consent(yes, allow), form, Locking(workspace, "publish", no_lock), parallelism)
