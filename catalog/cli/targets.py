"""Commands over targets: all plans first, one question, then all of them side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import click

from catalog.cli.applying import apply, confirm_all, show_lines
from catalog.cli.chosen import Chosen, Row, conclude, document, say_common
from catalog.cli.output import note, print_json
from catalog.errors import AwsError, CatalogError

if TYPE_CHECKING:
    from catalog.aws.session import AwsSession
    from catalog.content.load import Catalog
    from catalog.content.targets import Target
    from catalog.plan.changes import Plan
    from catalog.publishing.bootstrap import RolesPlannedElsewhere
    from catalog.publishing.desired import Publication
    from catalog.publishing.fan_out import Earlier, Outcome

PENDING, UNCHANGED, BLOCKED, FAILED = "changes pending", "unchanged", "blocked", "failed"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A plan for one target, and what applying it takes."""

    session: AwsSession
    plan: Plan
    bodies: Mapping[str, bytes] = field(default_factory=dict)
    """Templates that the plan uploads, by digest."""
    more: Mapping[str, Any] = field(default_factory=dict)
    """What is told beside the plan, as JSON."""


Prepare = Callable[["Target", "AwsSession", "RolesPlannedElsewhere"], Prepared]


def bootstrap_targets(
    to: Chosen, declared: Publication, yes: bool, allow: tuple[str, ...], as_json: bool, dry_run: bool
) -> None:
    """`catalog bootstrap --to`."""
    from catalog.publishing.bootstrap import bootstrap_plan

    def prepare(target: Target, session: AwsSession, planned_elsewhere: RolesPlannedElsewhere) -> Prepared:
        found = of_target(declared, target)
        return Prepared(session, bootstrap_plan(found.catalog, session, planned_elsewhere, dev=found.dev))

    if dry_run:
        rows = [row_of(outcome) for outcome in planned(to, prepare)]
        if not as_json:
            show_rows(rows)
        conclude([row for row, _ in rows], as_json)
        return
    carry_out(to, prepare, "ready", yes, allow, as_json)


def prune_targets(to: Chosen, catalog: Catalog, yes: bool, allow: tuple[str, ...], as_json: bool, force: bool) -> None:
    """`catalog prune --to`."""
    from catalog.upkeep.pruning import prune_plan

    def prepare(target: Target, session: AwsSession, _: RolesPlannedElsewhere) -> Prepared:
        found = prune_plan(catalog, session, target.portfolios, force=force)
        return Prepared(session, found.plan, more={"kept": found.kept_data()})

    carry_out(to, prepare, "pruned", yes, allow, as_json)


def of_target(declared: Publication, target: Target) -> Publication:
    """What of the content goes to a target."""
    return declared.of_portfolios(target.portfolios) if target.portfolios else declared


def planned(to: Chosen, prepare: Prepare) -> tuple[Outcome[Prepared], ...]:
    """The plans of all targets. What the first target of an account promises to make is not planned again."""
    from catalog.publishing.bootstrap import planned_roles

    def work(target: Target, session: AwsSession, earlier: Earlier[Prepared]) -> Prepared:
        def planned_elsewhere() -> frozenset[str]:
            found = (planned_roles(one.result.plan.changes) for one in earlier() if one.result)
            return frozenset().union(*found)

        return prepare(target, session, planned_elsewhere)

    return to.visit(work)


def row_of(outcome: Outcome[Prepared]) -> tuple[Row, Plan | None]:
    """What is said of a target when it is planned."""
    from catalog.plan import report

    if outcome.result is None:
        return Row(outcome.target, FAILED, error=outcome.error), None
    plan = outcome.result.plan
    word = BLOCKED if plan.changes and plan.blockers else PENDING if plan.changes else UNCHANGED
    data = {"plan": report.as_data(plan), **outcome.result.more}
    return Row(outcome.target, word, len(plan.changes), data=data), plan


def show_rows(rows: list[tuple[Row, Plan | None]], *, err: bool = False) -> None:
    """Print each target's plan or error, one after the other; first the notices that all plans have."""
    common = say_common([plan.notices for _, plan in rows if plan], err=err)
    for row, plan in rows:
        click.echo(click.style(f"Target {row.target.label}", bold=True), err=err)
        if plan:
            own = tuple(one for one in plan.notices if one not in common)
            show_lines(replace(plan, notices=own), err=err)
        for one in row.data.get("kept", ()):
            click.echo(f"  kept: {one['address']}: {one['reason']}", err=err)
        if row.error:
            click.echo(f"{click.style('error:', fg='red', bold=True)} {row.error}", err=err)
        click.echo(err=err)


def show_markdown(rows: list[tuple[Row, Plan | None]]) -> None:
    """Print all targets' plans as one text for a pull request."""
    from catalog.plan.markdown import as_markdown

    click.echo(as_markdown([(row.target.label, plan, str(row.error or "")) for row, plan in rows]), nl=False)


def carry_out(to: Chosen, prepare: Prepare, done: str, yes: bool, allow: tuple[str, ...], as_json: bool) -> None:
    """Plan all, ask once, apply all that can be; `done` is the word for a target that was brought to its plan."""
    outcomes = planned(to, prepare)
    rows = [row_of(outcome) for outcome in outcomes]
    if not as_json or not yes:  # who is asked must see what about; the result alone goes to standard output
        show_rows(rows, err=as_json)
    found = {one.target: one.result for one in outcomes if one.result and one.result.plan.changes}
    ready = {target: prepared for target, prepared in found.items() if not prepared.plan.blockers}
    if ready:
        try:
            confirm_all({target.label: prepared.plan for target, prepared in ready.items()}, yes, allow)
        except CatalogError:
            if as_json:
                print_json(document([row for row, _ in rows]))
            raise
    errors = applied(to, ready)
    conclude(list(results([row for row, _ in rows], found, errors, done)), as_json)


def applied(to: Chosen, ready: Mapping[Target, Prepared]) -> dict[Target, CatalogError | None]:
    """Apply the plans side by side; the error of each target, None when it is done."""

    def work(target: Target, _: AwsSession, earlier: Earlier[None]) -> None:
        if waits(target, ready):
            earlier()
        prepared = ready[target]

        def say(text: str) -> None:
            note(f"{target.label}: {text}")

        apply(prepared.plan, prepared.session, prepared.bodies, say, to.stop.check)

    return {one.target: one.error for one in to.visit(work, tuple(ready))}


def waits(target: Target, ready: Mapping[Target, Prepared]) -> bool:
    """Whether a target of the same account, declared before, deploys stacks: its launch roles serve this one too."""
    from catalog.plan.changes import CreateStack, UpdateStack

    before = list(ready)[: list(ready).index(target)]
    return any(
        isinstance(change, CreateStack | UpdateStack)
        for other in before
        if other.account == target.account
        for change in ready[other].plan.changes
    )


def results(
    rows: list[Row], found: Mapping[Target, Prepared], errors: Mapping[Target, CatalogError | None], done: str
) -> Iterator[Row]:
    """What is said of each target in the end."""
    for row in rows:
        if row.target in errors:
            error = errors[row.target]
            if error:
                note(f"{row.target.label}: {click.style('error:', fg='red', bold=True)} {error}")
            yield replace(row, word=FAILED if error else done, error=error)
        elif row.target in found:  # blocked
            blockers = " ".join(found[row.target].plan.blockers)
            yield replace(row, word=BLOCKED, error=AwsError(f"nothing was changed: {blockers}"))
        else:
            yield row
