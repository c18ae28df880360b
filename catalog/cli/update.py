"""`catalog update`: move what is provisioned to another version, or give it other parameters."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from catalog.cli.completing import complete_provisioned
from catalog.cli.options import as_option, given_parameters, json_option, key_values, param_from_option
from catalog.cli.output import ask, may_ask, print_json
from catalog.cli.records import follow_record, print_record
from catalog.cli.workspace import Workspace, aws_options
from catalog.errors import ContentError
from catalog.stopping import STOP

if TYPE_CHECKING:
    from collections.abc import Iterator

    from catalog.aws.session import AwsSession
    from catalog.provisioning.update import ReleasedTemplate, Update, UpdatePreview
    from catalog.versions.update_effects import ResourceUpdate

EPILOG = """\b
Examples:
  catalog update s3-data --local                    (to the version that a new launch gets)
  catalog update s3-data --version 2.1.0 --plan
  catalog update s3-data --param Stage=prod --yes   (stays on its version)
  catalog update s3-data --version 3.0.0 --params-file new.yaml --allow destroy

NAME is the name or id of a provisioned product; no repository is needed. Parameters that are not given keep their
values; new ones take the default of the version, or are asked for.

The preview compares the two templates with the parameters of this launch. --plan also asks AWS for a change set, by a
plan of Service Catalog, and carries out exactly that plan. Without the permission to read the templates, only --plan
knows what happens to the resources.

An update that would replace or delete a resource that holds data or keys needs --allow destroy.
"""
HINT = (
    "The stack was rolled back to what it was, if AWS does not say otherwise. `catalog show` shows the status; "
    "correct the cause and run the update again."
)


@click.command(epilog=EPILOG)
@click.argument("name", shell_complete=complete_provisioned)
@click.option("--version", "version", metavar="V", help="The version to update to; see below for the default.")
@click.option("--param", "params", metavar="K=V", multiple=True, help="A new value of a parameter; overrides the file.")
@param_from_option
@click.option(
    "--params-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="YAML: parameter names and values.",
)
@click.option("--tag", "tags", metavar="K=V", multiple=True, help="A tag to add or to change.")
@click.option("--portfolio", metavar="P", help="Update through this portfolio: its name, or the id of the launch path.")
@click.option("--plan", "planned", is_flag=True, help="Ask AWS for a change set, and carry out exactly that.")
@click.option(
    "--allow",
    type=click.Choice(["destroy"]),
    multiple=True,
    help="Also replace or delete resources that hold data or keys.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--no-wait", is_flag=True, help="Return as soon as AWS has accepted the request.")
@as_option
@json_option
@aws_options
def update(
    workspace: Workspace,
    session: Callable[[], AwsSession],
    name: str,
    version: str | None,
    params: tuple[str, ...],
    params_from: tuple[str, ...],
    params_file: Path | None,
    tags: tuple[str, ...],
    portfolio: str | None,
    planned: bool,
    allow: tuple[str, ...],
    yes: bool,
    no_wait: bool,
    role: str | None,
    as_json: bool,
) -> None:
    """Update the provisioned product NAME to another version or to other parameters, after a preview."""
    from catalog.aws.launched_stacks import StackWatch
    from catalog.aws.provisioning import Provisioning
    from catalog.cli.update_report import preview_data, print_preview
    from catalog.provisioning.current import read_current
    from catalog.provisioning.lookup import check_name
    from catalog.provisioning.update import Update, WantedUpdate, start_update

    check_name(name)
    parameters = given_parameters(params_file, params, params_from, lambda: session().acting_as(role))
    names = workspace.names()
    wanted = WantedUpdate(version, parameters, key_values("--tag", tags), names.portfolio(portfolio))
    aws = session()
    caller = aws.acting_as(role)
    current = read_current(caller, name)
    current.require_updatable()
    change = completed(Update.read(caller, current, wanted), caller, may_ask() and not as_json)
    if change.does_nothing:
        print_nothing(change, as_json)
        return
    with previewed(change, (caller, aws), names.template, planned) as effects:
        if not as_json:
            print_preview(change, effects, verbose=workspace.verbosity > 0)
        check_effects(change, effects, allow)
        if not yes:
            ask("Update?", hint="The preview says what the update does.")
        watch = StackWatch.begin(caller, current.stack or current.id)
        with STOP.careful():
            record = start_update(caller, change, effects.plan)
    with STOP.careful():
        if not no_wait:
            verb = f"updating {current.name}"
            record = follow_record(Provisioning(caller), record, watch, verb=verb, total=effects.touched)
    success = f"{current.name} is updated to {change.version.name}."
    more = {"update": preview_data(change, effects)}
    print_record(record, success, as_json, hint=HINT, first=watch.first_failure, more=more)


def completed(change: Update, caller: AwsSession, may_ask: bool) -> Update:
    """The update with all values that it needs, asked for where a person can be; `ContentError` with every problem."""
    from catalog.cli.asking import ask_values

    pseudo = change.current.pseudo(caller)
    if may_ask and change.missing:
        answers = ask_values(change.form, change.missing, change.values or dict(change.wanted.parameters), pseudo)
        change = change.with_parameters(answers)
    problems = tuple(change.problems(pseudo))
    if problems:
        raise ContentError(
            f"{change.current.name} cannot be updated to {change.product.name} {change.version.name} with these values",
            problems=problems,
            hint="Pass them with --param or --params-file.",
        )
    return change


@contextmanager
def previewed(
    change: Update, sessions: tuple[AwsSession, AwsSession], released: ReleasedTemplate, planned: bool
) -> Iterator[UpdatePreview]:
    """What the update does. A plan of AWS that the block does not execute is deleted again."""
    from catalog.aws.provisioned_changes import ProvisionedChanges
    from catalog.provisioning.update import preview

    caller = sessions[0]
    effects = preview(change, sessions, released, (caller.region,))
    if not planned:
        yield effects
        return
    changes = ProvisionedChanges(caller)
    changes.make_room(change.request())
    plan = changes.plan(change.request())
    try:
        yield replace(effects, plan=plan)
    except BaseException:
        if plan.id:
            changes.delete_plan(plan.id)
        raise


def check_effects(change: Update, effects: UpdatePreview, allow: tuple[str, ...]) -> None:
    """`ContentError` for an update that would fail, or that may lose data without --allow destroy."""
    name = change.current.name
    if effects.unknown and not allow:
        raise ContentError(
            f"nobody may read the templates of {name}, so nothing says what the update does to its resources",
            hint="--plan asks AWS for a change set. --allow destroy updates without knowing.",
        )
    if effects.failing and not effects.plan:
        raise ContentError(
            f"AWS would refuse this update of {name} and roll it back",
            problems=tuple(words(update) for update in effects.failing),
            hint="Update to a version without this change. --plan asks AWS itself.",
        )
    if effects.losses and not allow:
        raise ContentError(
            f"this update of {name} may lose what its resources hold",
            problems=tuple(words(update) for update in effects.losses),
            hint="Save what they hold, then pass --allow destroy.",
        )


def words(update: ResourceUpdate) -> str:
    """A resource, and what happens to it."""
    reasons = f" ({'; '.join(update.reasons)})" if update.reasons else ""
    return f"{update.logical_id} ({update.type}): {update.effect}{reasons}"


def print_nothing(change: Update, as_json: bool) -> None:
    """Say that there is nothing to do."""
    from catalog.cli.update_report import nothing_data

    if as_json:
        print_json(nothing_data(change))
    else:
        click.echo(f"{change.current.name} is on {change.version.name} with these values already.")
