"""Saved plans: writing one, and publishing one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from catalog.cli.applying import carry_out, content
from catalog.cli.chosen import Where
from catalog.cli.output import note, write_file
from catalog.cli.workspace import Workspace
from catalog.errors import ContentError

if TYPE_CHECKING:
    from catalog.aws.session import AwsSession
    from catalog.plan.changes import Plan
    from catalog.plan.saved import Options, SavedPlan, SavedPlans


def check_output(file: Path) -> None:
    """`ContentError` when a plan cannot be saved there, before any AWS call; only a saved plan is written over."""
    from catalog.plan.saved import is_saved

    if not file.parent.is_dir():
        raise ContentError(f"{file}: there is no folder {file.parent}", hint="Make it, or name another file.")
    if file.exists() and not is_saved(file):
        raise ContentError(f"{file} exists and is no saved plan: it stays as it is", hint="Name another file.")


def write_saved(file: Path, owner: str, options: Options, plans: Sequence[tuple[str, Plan]]) -> None:
    """Save plans, each with its target's label."""
    from catalog.plan import report, saved

    places = [saved.place_data(target, plan, report.as_data(plan)) for target, plan in plans]
    data = saved.as_data(owner, options, places)
    write_file(file, (json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode())
    note(f"Saved: {file}. `catalog publish {file}` makes exactly this plan.")


def publish_saved(
    file: Path, workspace: Workspace, where: Where, given: Options, yes: bool, allow: tuple[str, ...], as_json: bool
) -> None:
    """`catalog publish FILE`; `given` are options that the file has itself."""
    from catalog.cli.plan_targets import publish_saved_targets
    from catalog.plan.saved import read_saved
    from catalog.publishing.planner import PlanOptions

    found = read_saved(file)
    check_options(found, workspace, where, given)
    labels = [one.target for one in found.plans if one.target]
    to = where.targets(labels) if labels else None
    declared = content(workspace, check=True, dev=found.options.dev)
    if to:
        publish_saved_targets(to, declared, found, yes, allow, as_json)
        return
    plan = found.plans[0]
    session = where.session(plan.region)
    check_here(plan, session)
    options = PlanOptions(found.options.refresh_principals, plan.choose)
    carry_out(declared, session, options, yes, allow, as_json, plan)


def check_options(found: SavedPlans, workspace: Workspace, where: Where, given: Options) -> None:
    """Refuse what the file says itself when it is given again and differs."""
    saved = found.options
    if where.names or given.selected:
        raise click.UsageError("--to and --target have no meaning with FILE: the plan says what it is for")
    if where.region and any(one.target for one in found.plans):
        raise click.UsageError("--region has no meaning with the plans of several targets")
    for option, wanted, planned in (
        ("--dev", given.dev, saved.dev),
        ("--refresh-principals", given.refresh_principals, saved.refresh_principals),
    ):
        if wanted and not planned:
            raise click.UsageError(f"the plan was made without {option}: plan again with it")
    if (owner := workspace.config().owner) != found.owner:
        raise ContentError(f"the plan is of owner {found.owner!r}, this repository is {owner!r}")


def check_here(plan: SavedPlan, session: AwsSession) -> None:
    """`ContentError` when the plan is for another place than the session is of; one call is made."""
    who = session.identity
    plan.check_place(who.account, session.region, who.partition, sandbox=session.is_sandbox)
