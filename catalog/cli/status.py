"""L5. `catalog status`: drift, read live."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from catalog.cli.applying import apply, confirm, content, show_changes, yes_option
from catalog.cli.chosen import Chosen, targets_options
from catalog.cli.context import Context, json_option, note, print_json
from catalog.errors import EXIT_CHANGES

if TYPE_CHECKING:
    from catalog.aws.session import AwsSession
    from catalog.publish import Publisher

EPILOG = """\b
Examples:
  catalog status --local
  catalog status --verify --json --profile hub      (nightly, in CI)
  catalog status --refresh-principals --yes
  catalog status --to all                           (the targets of pyproject.toml, side by side)

\b
missing, changed, unmanaged (not declared: products, portfolios, members of portfolios, constraints, versions), dead
principal (what is left of a role that was deleted). --verify fetches the template of every version and compares its
digest. Exit codes: 0 as declared, 4 drift.
"""


@click.command(epilog=EPILOG)
@click.option("--verify", is_flag=True, help="Fetch each version's template and compare digests.")
@click.option(
    "--refresh-principals", "refresh", is_flag=True, help="First associate principals anew and take dead ones away."
)
@yes_option
@json_option
@targets_options
@click.pass_context
def status(
    click_context: click.Context,
    context: Context,
    session: Callable[[], AwsSession],
    to: Chosen | None,
    verify: bool,
    refresh: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Say where AWS is not as the repository declares. Reads only, but for --refresh-principals."""
    from catalog.cli.targets import status_targets
    from catalog.publish import Publisher
    from catalog.upkeep.status import status

    if to and refresh:
        raise click.UsageError("--refresh-principals has no meaning with --to; `catalog publish --to` takes it")
    declared = content(context)
    if to:
        status_targets(to, declared, verify, as_json)
        return
    work = Publisher(declared, session())
    if refresh:
        refresh_principals(work, yes)
    found = status(work, verify=verify)
    if as_json:
        print_json(found.as_data())
    else:
        for line in found.lines():
            click.echo(line)
    if found.drift:
        click_context.exit(EXIT_CHANGES)


def refresh_principals(work: Publisher, yes: bool) -> None:
    """Associate anew, after asking."""
    from catalog.upkeep.status import refresh_plan

    plan, observed = refresh_plan(work)
    if not plan.changes:
        return
    if not yes:
        show_changes(plan.changes)
    confirm(plan, yes, ("widen", "destroy"))
    apply(work, plan, observed.ids)
    note(f"Refreshed {len(plan.changes)} principals.")
