"""`catalog plan`: show what publish would change, and save it."""

from __future__ import annotations

from pathlib import Path

import click

from catalog.cli.formats import Format, finish, format_options
from catalog.cli.options import detailed_exitcode_option, dev_option, refresh_option, target_option
from catalog.cli.target_run import TargetOptions, targets_options
from catalog.cli.workspace import Workspace
from catalog.errors import EXIT_CHANGES

EPILOG = """\b
Examples:
  catalog plan --local
  catalog plan --profile hub --region eu-west-1 --detailed-exitcode
  catalog plan -o plan.json                    (`catalog publish plan.json` applies this plan)
  catalog plan --target portfolio/security-prod --target product/kms_key
  catalog plan --markdown > comment.md         (for a pull request)
  catalog plan --dev --profile sandbox-account
  catalog plan --refresh=changed               (quick: trusts digests of constraints)
  catalog plan --to all                        (the targets of pyproject.toml, side by side)

The plan marks changes that widen access, restrict people or destroy something: see `catalog help plan.md`.

Exit codes: 0 done, 1 AWS failed, 2 wrong input, 3 findings, 4 changes (with --detailed-exitcode).
"""


@click.command(epilog=EPILOG)
@dev_option
@refresh_option
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Save the plan for `catalog publish FILE`. Replaces a saved plan, but no other file.",
)
@target_option
@click.option(
    "--refresh",
    type=click.Choice(["all", "changed"]),
    default="all",
    show_default=True,
    help="Which constraints to read: all, or those whose description lacks the digest of what is declared (changed). "
    "changed saves a call for each of the others, and misses what somebody changed in AWS outside of the description.",
)
@format_options("json", "markdown")
@detailed_exitcode_option
@targets_options
@click.pass_context
def plan(
    context: click.Context,
    workspace: Workspace,
    to: TargetOptions,
    dev: bool,
    refresh_principals: bool,
    selected: tuple[str, ...],
    refresh: str,
    output: Path | None,
    form: Format,
    detailed_exitcode: bool,
) -> None:
    """Show what publish would change. Reads only."""
    from catalog.cli.checked_content import load_checked, load_rules

    load_rules()
    from catalog.cli.plan_run import plan_all, publish_plans
    from catalog.cli.saved import check_output, write_saved
    from catalog.plan.saved import Options

    if output and refresh == "changed":
        raise click.UsageError("--refresh=changed does not apply with --output: a saved plan is of all that AWS has")
    if output:
        check_output(output)
    run, options = to.run(early=True), Options(dev, refresh_principals, selected)
    # A saved plan must read as publish reads, which renders no product file.
    declared = load_checked(workspace, templates=True, dev=dev, unreleased=output is None)
    reports = plan_all(run, publish_plans(run, declared, options, trust_digests=refresh == "changed"))
    plans = [(report.target.label, report.content.plan) for report in reports if report.content]
    if output and plans:
        write_saved(output, declared.catalog.config.owner, options, plans)
    finish(run, reports, form)
    if detailed_exitcode and any(plan.changes for _, plan in plans):
        context.exit(EXIT_CHANGES)
