"""`catalog plan` and `catalog publish` over targets, from the repository or from a saved plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from catalog.cli.applying import Form
from catalog.cli.chosen import Chosen, check_failed, conclude
from catalog.cli.saved import check_here, write_saved
from catalog.cli.targets import Prepare, Prepared, carry_out, of_target, planned, row_of, show_markdown, show_rows
from catalog.errors import EXIT_CHANGES

if TYPE_CHECKING:
    from catalog.aws.session import AwsSession
    from catalog.content.targets import Target
    from catalog.plan.saved import Options, SavedPlans
    from catalog.publishing.bootstrap import RolesPlannedElsewhere
    from catalog.publishing.desired import Publication


def plan_targets(
    to: Chosen, declared: Publication, options: Options, output: Path | None, form: Form, detailed_exitcode: bool
) -> None:
    """`catalog plan --to`."""
    outcomes = planned(to, for_publishing(declared, options))
    rows = [row_of(outcome) for outcome in outcomes]
    if output:
        made = [(one.target.label, one.result.plan) for one in outcomes if one.result]
        if made:
            write_saved(output, declared.catalog.config.owner, options, made)
    if form is Form.MARKDOWN:
        show_markdown(rows)
        check_failed([row for row, _ in rows])
    else:
        if form is Form.TEXT:
            show_rows(rows)
        conclude([row for row, _ in rows], form is Form.JSON)
    if detailed_exitcode and any(row.changes for row, _ in rows):
        click.get_current_context().exit(EXIT_CHANGES)


def publish_targets(
    to: Chosen, declared: Publication, options: Options, yes: bool, allow: tuple[str, ...], as_json: bool
) -> None:
    """`catalog publish --to`."""
    carry_out(to, for_publishing(declared, options), "published", yes, allow, as_json)


def publish_saved_targets(
    to: Chosen, declared: Publication, saved: SavedPlans, yes: bool, allow: tuple[str, ...], as_json: bool
) -> None:
    """`catalog publish FILE` for a file with the plans of targets."""
    carry_out(to, for_saved(declared, saved), "published", yes, allow, as_json)


def for_publishing(declared: Publication, options: Options) -> Prepare:
    """Makes the plan of `catalog publish`."""
    from catalog.plan.selection import only, roots
    from catalog.publishing.planner import PlanOptions, plan
    from catalog.publishing.version_differences import Comparisons

    comparisons = Comparisons()
    choose = only(options.selected, roots(declared.catalog.products, declared.catalog.portfolios))

    def prepare(target: Target, session: AwsSession, planned_elsewhere: RolesPlannedElsewhere) -> Prepared:
        found = of_target(declared, target)
        how = PlanOptions(options.refresh_principals, choose, planned_elsewhere, comparisons)
        return Prepared(session, plan(found, session, how), found.bodies())

    return prepare


def for_saved(declared: Publication, saved: SavedPlans) -> Prepare:
    """Makes what remains of a saved plan, or refuses it."""
    from catalog.publishing.planner import PlanOptions, plan
    from catalog.publishing.version_differences import Comparisons

    comparisons = Comparisons()
    known = {one.target: one for one in saved.plans}

    def prepare(target: Target, session: AwsSession, planned_elsewhere: RolesPlannedElsewhere) -> Prepared:
        one = known[target.label]
        check_here(one, session)
        found = of_target(declared, target)
        how = PlanOptions(saved.options.refresh_principals, one.choose, planned_elsewhere, comparisons)
        made = plan(found, session, how)
        one.check_stacks(made)
        return Prepared(session, made, found.bodies())

    return prepare
