"""L5. Saved plans: writing one, and publishing one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from catalog.cli.applying import carry_out, content
from catalog.cli.chosen import Where
from catalog.cli.context import Context, note, write_file
from catalog.errors import ContentError

if TYPE_CHECKING:
    from catalog.plan.changes import Plan
    from catalog.plan.saved import Options, SavedPlans
    from catalog.publish import Publisher


def check_output(file: Path) -> None:
    """`ContentError` when a plan cannot be saved there, before any AWS call; only a saved plan is written over."""
    from catalog.plan.saved import is_saved

    if not file.parent.is_dir():
        raise ContentError(f"{file}: there is no folder {file.parent}", hint="Make it, or name another file.")
    if file.exists() and not is_saved(file):
        raise ContentError(f"{file} exists and is no saved plan: it stays as it is", hint="Name another file.")


def write_saved(file: Path, owner: str, options: Options, plans: Sequence[tuple[str, Publisher, Plan]]) -> None:
    """Save plans, each with its target's label and what made it."""
    from catalog.plan import report, saved

    places = [
        saved.place_data(
            target,
            plan,
            work.session.identity.partition,
            report.as_data(plan),
            sandbox=work.session.is_sandbox,
        )
        for target, work, plan in plans
    ]
    data = saved.as_data(owner, options, places)
    write_file(file, (json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode())
    note(f"Saved: {file}. `catalog publish {file}` makes exactly this plan.")


def publish_saved(
    file: Path,
    context: Context,
    where: Where,
    dev: bool,
    refresh_principals: bool,
    yes: bool,
    allow: tuple[str, ...],
    as_json: bool,
) -> None:
    """`catalog publish FILE`."""
    from catalog.plan.saved import read_saved
    from catalog.publish import Publisher

    found = read_saved(file)
    check_options(found, context, where, dev=dev, refresh_principals=refresh_principals)
    (plan,) = found.plans
    declared = content(context, check=True, dev=found.options.dev)
    session = where.session(plan.region)
    plan.check_place(session.identity.account, session.region, session.identity.partition, sandbox=session.is_sandbox)
    carry_out(
        Publisher(declared, session, frozenset, found.options.refresh_principals, plan.choose),
        yes,
        allow,
        as_json,
        plan,
    )


def check_options(found: SavedPlans, context: Context, where: Where, *, dev: bool, refresh_principals: bool) -> None:
    """Refuse what the file says itself when it is given again and differs."""
    if where.names:
        raise click.UsageError("--to has no meaning with FILE: the plan says what it is for")
    for option, given, saved in (
        ("--dev", dev, found.options.dev),
        ("--refresh-principals", refresh_principals, found.options.refresh_principals),
    ):
        if given and not saved:
            raise click.UsageError(f"the plan was made without {option}: plan again with it")
    if (owner := context.config().owner) != found.owner:
        raise ContentError(f"the plan is of owner {found.owner!r}, this repository is {owner!r}")
