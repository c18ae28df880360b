"""`catalog status`: drift, read live."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import click

from catalog.cli.applying import apply, confirm, content, show_changes, yes_option
from catalog.cli.chosen import Chosen, Row, conclude, say_common, targets_options
from catalog.cli.options import json_option
from catalog.cli.output import note, print_json
from catalog.cli.workspace import Workspace
from catalog.errors import EXIT_CHANGES, CatalogError

if TYPE_CHECKING:
    from catalog.aws.session import AwsSession
    from catalog.content.targets import Target
    from catalog.publishing.bootstrap import RolesPlannedElsewhere
    from catalog.publishing.desired import Publication
    from catalog.publishing.fan_out import Earlier
    from catalog.upkeep.status import Status

DRIFT, AS_DECLARED, FAILED = "drift", "as declared", "failed"

EPILOG = """\b
Examples:
  catalog status --local
  catalog status --verify --json --profile hub      (nightly, in CI)
  catalog status --refresh-principals --yes
  catalog status --to all                           (the targets of pyproject.toml, side by side)
  catalog status --to all --refresh-principals      (one question for all of them)

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
    workspace: Workspace,
    session: Callable[[], AwsSession],
    to: Chosen | None,
    verify: bool,
    refresh: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Say where AWS is not as the repository declares. Reads only, but for --refresh-principals."""
    from catalog.upkeep.status import status

    declared = content(workspace)
    if to:
        failed = refresh_targets(to, declared, yes) if refresh else {}
        status_targets(to, declared, failed, verify, as_json)
        return
    aws = session()
    if refresh:
        refresh_principals(declared, aws, yes)
    found = status(declared, aws, verify=verify)
    if as_json:
        print_json(found.as_data())
    else:
        for line in found.lines():
            click.echo(line)
    if found.drift:
        click_context.exit(EXIT_CHANGES)


def refresh_principals(declared: Publication, session: AwsSession, yes: bool) -> None:
    """Associate anew, after asking."""
    from catalog.upkeep.status import refresh_plan

    plan = refresh_plan(declared, session)
    if not plan.changes:
        return
    if not yes:
        show_changes(plan.changes)
    confirm(plan, yes, ("widen", "destroy"))
    apply(plan, session)
    note(f"Refreshed {len(plan.changes)} principals.")


def refresh_targets(to: Chosen, declared: Publication, yes: bool) -> dict[Target, CatalogError]:
    """The same in all targets, after one question; the errors of those in which it failed."""
    from catalog.cli.applying import confirm_all
    from catalog.cli.targets import Prepared, applied, of_target, planned, row_of, show_rows
    from catalog.upkeep.status import refresh_plan

    def prepare(target: Target, session: AwsSession, _: RolesPlannedElsewhere) -> Prepared:
        return Prepared(session, refresh_plan(of_target(declared, target), session))

    outcomes = planned(to, prepare)
    failed = {one.target: one.error for one in outcomes if one.error}
    ready = {one.target: one.result for one in outcomes if one.result and one.result.plan.changes}
    if not ready:
        return failed
    if not yes:
        show_rows([row_of(one) for one in outcomes], err=True)
    confirm_all({target.label: prepared.plan for target, prepared in ready.items()}, yes, ("widen", "destroy"))
    errors = applied(to, ready)
    done = sum(len(ready[target].plan.changes) for target, error in errors.items() if error is None)
    note(f"Refreshed {done} principals.")
    return failed | {target: error for target, error in errors.items() if error}


def status_targets(
    to: Chosen, declared: Publication, failed: Mapping[Target, CatalogError], verify: bool, as_json: bool
) -> None:
    """`catalog status --to`; targets that failed already are told so, and not asked."""
    from catalog.cli.targets import of_target
    from catalog.upkeep.status import status

    def work(target: Target, session: AwsSession, _: Earlier[Status]) -> Status:
        return status(of_target(declared, target), session, verify=verify)

    asked = {one.target: one for one in to.visit(work, [one for one in to.targets if one not in failed])}
    found = {target: one.result for target, one in asked.items() if one.result}
    errors = dict(failed) | {target: one.error for target, one in asked.items() if one.error}
    rows = [
        Row(target, FAILED, error=errors[target])
        if target in errors
        else Row(
            target,
            DRIFT if found[target].drift else AS_DECLARED,
            len(found[target].drift),
            data={"status": found[target].as_data()},
        )
        for target in to.targets
    ]
    if not as_json:
        show_statuses(rows, found)
    conclude(rows, as_json)
    if any(row.changes for row in rows):
        click.get_current_context().exit(EXIT_CHANGES)


def show_statuses(rows: list[Row], found: Mapping[Target, Status]) -> None:
    """Print each target's status or error, one after the other; first the notices that all of them have."""
    common = say_common([one.notices for one in found.values()])
    for row in rows:
        click.echo(click.style(f"Target {row.target.label}", bold=True))
        if row.error:
            click.echo(f"{click.style('error:', fg='red', bold=True)} {row.error}")
        else:
            click.echo("\n".join(found[row.target].without(common).lines()))
        click.echo()
