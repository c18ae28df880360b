"""`catalog roll`: move what was launched of a product to a version, in waves."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from catalog.cli.completing import complete_products, complete_targets, complete_versions
from catalog.cli.options import json_option
from catalog.cli.output import ask, note, print_json
from catalog.cli.progress import progress
from catalog.cli.roll_places import RollPlaces
from catalog.cli.workspace import SessionOptions, Workspace, session_options
from catalog.errors import AwsError, StoppedError
from catalog.stopping import STOP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catalog.cli.roll_report import RollReport
    from catalog.provisioning.roll import RollItem, WantedRoll
    from catalog.provisioning.roll_rules import Wave
    from catalog.provisioning.roll_run import RollResult, RollWave
    from catalog.provisioning.update import ReleasedTemplate

EPILOG = """\b
Examples:
  catalog roll kms_key --to 2.1.0 --dry-run
  catalog roll kms_key --to 2.1.0 --canary 2 --as arn:aws:iam::123456789012:role/catalog-roll
  catalog roll kms_key --to 2.1.0 --from 2.0.x --wave waves.yaml --in all --as catalog-roll
  catalog roll "KMS key" --to 2.1.0 --organization --as catalog-roll --params-file values.yaml
  catalog roll kms_key --back 2.1.0               (each to the version that it had before)

PRODUCT is a product of the repository, or its name or id in AWS. The caller, or the role of --as, must be a principal
of the portfolios that things were launched through.

No state is kept: after a stop or a crash, run the same command again. What is on the version is skipped, and an update
that is under way is followed. `catalog help roll-out.md` has the forms of the files of --wave and --params-file.

Exit codes: 0 done; 1 an update failed, an account could not be read, or updates were not started; 2 wrong input.
"""


@click.command(epilog=EPILOG)
@click.argument("product", shell_complete=complete_products)
@click.option("--to", "to", metavar="V", shell_complete=complete_versions, help="The version to move to.")
@click.option("--back", metavar="V", help="Take back what is on V: each to the version that it had before.")
@click.option(
    "--from", "origins", metavar="V", multiple=True, help="Only from this version: 1.2.0, 1.x. May be repeated."
)
@click.option(
    "--in",
    "targets",
    metavar="NAME",
    multiple=True,
    shell_complete=complete_targets,
    help="A target of pyproject.toml, or all.",
)
@click.option(
    "--account", "accounts", metavar="ID", multiple=True, help="An account, by the role of --as. May be repeated."
)
@click.option("--organization", is_flag=True, help="All accounts of the organization, by the role of --as.")
@click.option("--as", "role", metavar="ROLE", help="Update as this role: its ARN, or its name in every account.")
@click.option(
    "--wave",
    "wave_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="YAML: the waves, in order.",
)
@click.option("--canary", type=click.IntRange(1), metavar="N", help="First N, then the rest.")
@click.option(
    "--max-failures",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    metavar="N",
    help="Start nothing else after more failures than this.",
)
@click.option(
    "--concurrency", type=click.IntRange(1, 50), default=5, show_default=True, metavar="N", help="Updates at a time."
)
@click.option(
    "--params-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="YAML: values for new parameters, by patterns.",
)
@click.option("--dry-run", is_flag=True, help="Show what would happen, and stop.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@session_options
def roll(
    workspace: Workspace,
    product: str,
    to: str | None,
    back: str | None,
    origins: tuple[str, ...],
    targets: tuple[str, ...],
    accounts: tuple[str, ...],
    organization: bool,
    role: str | None,
    wave_file: Path | None,
    canary: int | None,
    max_failures: int,
    concurrency: int,
    params_file: Path | None,
    dry_run: bool,
    yes: bool,
    as_json: bool,
    where: SessionOptions,
) -> None:
    """Move the provisioned products of PRODUCT to a version, in waves, until too many fail."""
    from catalog.cli.roll_report import plural
    from catalog.provisioning.offer import NoAccessError
    from catalog.provisioning.roll import WantedRoll
    from catalog.provisioning.roll_rules import RollSelection, read_values, read_waves, version_pattern

    if (to is None) == (back is None):
        raise click.UsageError("Give either --to or --back.")
    if wave_file and canary:
        raise click.UsageError("--wave and --canary exclude each other")
    places = RollPlaces(where, targets, accounts, organization, role)
    places.check()
    waves = read_waves(wave_file) if wave_file else ()
    names = workspace.names()
    wanted = WantedRoll(
        product=names.product(product),
        to=to or "",
        back=back or "",
        origins=RollSelection({"versions": tuple(map(version_pattern, origins))} if origins else {}),
        values=read_values(params_file) if params_file else (),
    )
    try:
        report = planned(places, wanted, names.template, waves, canary or 0)
    except NoAccessError as error:
        names.check_version(product, wanted.to or wanted.back)
        raise names.access_error(error, product, where.open().account_region) from error
    report.concurrency, report.max_failures, report.dry_run = concurrency, max_failures, dry_run
    if not as_json:
        report.print_plan(verbose=workspace.verbosity > 0)
    if not dry_run:
        if report.worked_on and not yes:
            ask(f"Update {plural(report.worked_on)}?", hint="--dry-run shows what would happen.")
        carry_out(report)
    if as_json:
        print_json(report.data())
    elif not dry_run:
        report.print_results(verbose=workspace.verbosity > 0)
    finish(report)


def planned(
    places: RollPlaces, wanted: WantedRoll, released: ReleasedTemplate, waves: Sequence[Wave], canary: int
) -> RollReport:
    """What would happen to each provisioned product, and in which wave."""
    from catalog.cli.roll_report import RollReport
    from catalog.provisioning.offer import NoAccessError
    from catalog.provisioning.roll import WORKED_ON, RollReader
    from catalog.provisioning.roll_rules import in_waves
    from catalog.provisioning.roll_run import RollWave

    outcomes = places.visit(lambda reader, updater: RollReader(reader, updater, wanted, released).items())
    items = sorted(
        (item for outcome in outcomes for item in outcome.result or ()),
        key=lambda item: (item.account, item.region, item.name, item.id),
    )
    working = {item.subject: item for item in items if item.action in WORKED_ON}
    members = in_waves(list(working), waves, canary)
    without = [each for each in outcomes if places.organization and isinstance(each.error, NoAccessError)]
    return RollReport(
        wanted,
        items,
        [RollWave(name, tuple(working[subject] for subject in subjects)) for name, subjects in members],
        [(each.target, each.error) for each in outcomes if each.error and each not in without],
        [each.target for each in without],
    )


def carry_out(report: RollReport) -> None:
    """Update what was planned, and keep the results in the report."""
    from catalog.cli.roll_report import plural
    from catalog.provisioning.roll_run import RollRun

    with progress(report.worked_on, "rolling") as shown:

        def watch(item: RollItem, result: RollResult | None) -> None:
            if result is None:
                shown.begin(item.id, item.name)
                return
            shown.end(item.id)
            if result.reason:
                note(f"{item.name} ({item.account}): {result.outcome}: {result.reason}")

        def begin(number: int, wave: RollWave) -> None:
            if len(report.waves) > 1:
                note(f"wave {number} of {len(report.waves)}, {wave.name}: {plural(len(wave.items))}")

        report.results = RollRun(report.waves, report.max_failures, report.concurrency, watch).run(begin)


def finish(report: RollReport) -> None:
    """Raise an error unless everything is done."""
    from catalog.provisioning.roll_run import RollOutcome

    number = Counter(result.outcome for result in report.results.values())
    again = "Correct the cause and run the same command again: it goes on with what is left."
    if STOP.event.is_set():
        raise StoppedError(
            f"stopped: {number[RollOutcome.UPDATED]} updated, {number[RollOutcome.NOT_STARTED]} not started",
            signal_number=STOP.number,
            hint="Run the same command again: it goes on with what is left.",
        )
    if number[RollOutcome.FAILED] or number[RollOutcome.NOT_STARTED]:
        raise AwsError(
            f"{number[RollOutcome.FAILED]} failed, {number[RollOutcome.NOT_STARTED]} not started", hint=again
        )
    if report.errors:
        raise AwsError(f"{len(report.errors)} accounts or Regions could not be read", hint=again)
