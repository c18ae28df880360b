"""`catalog plan`: what publish would change, shown and saved."""

from __future__ import annotations

from pathlib import Path

import click

from catalog.cli.applying import Form, content, dev_option, refresh_option, show, target_option
from catalog.cli.chosen import Where, where_options
from catalog.cli.options import json_option
from catalog.cli.workspace import Workspace
from catalog.errors import EXIT_CHANGES

EPILOG = """\b
Examples:
  catalog plan --local
  catalog plan --profile hub --region eu-west-1 --detailed-exitcode
  catalog plan -o plan.json                    (`catalog publish plan.json` makes exactly that)
  catalog plan --target portfolio/security-prod --target product/kms_key
  catalog plan --markdown > comment.md         (for a pull request)
  catalog plan --dev --profile sandbox-account
  catalog plan --to all                        (the targets of pyproject.toml, side by side)

\b
A line starts with + when the change is safe, ! when it widens access, - when it takes something away. docs/plan.md
Exit codes: 0 done, 1 failed at AWS, 2 wrong input, 3 findings, 4 there are changes (with --detailed-exitcode).
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
@json_option
@click.option("--markdown", is_flag=True, help="Print Markdown, for a pull request, instead of text.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit 4 when there are changes, 0 when there are none.")
@where_options
@click.pass_context
def plan(
    click_context: click.Context,
    workspace: Workspace,
    where: Where,
    dev: bool,
    refresh_principals: bool,
    selected: tuple[str, ...],
    output: Path | None,
    as_json: bool,
    markdown: bool,
    detailed_exitcode: bool,
) -> None:
    """Show what publish would change. Reads only."""
    from catalog.cli.plan_targets import plan_targets
    from catalog.cli.saved import check_output, write_saved
    from catalog.plan.saved import Options
    from catalog.plan.selection import only
    from catalog.publishing.planner import PlanOptions
    from catalog.publishing.planner import plan as make_plan

    if as_json and markdown:
        raise click.UsageError("--json and --markdown exclude each other")
    if output:
        check_output(output)
    options = Options(dev, refresh_principals, selected)
    to = where.targets(where.names) if where.names else None
    declared = content(workspace, dev=dev)
    if to:
        form = Form.JSON if as_json else Form.MARKDOWN if markdown else Form.TEXT
        plan_targets(to, declared, options, output, form, detailed_exitcode)
        return
    found = make_plan(declared, where.session(), PlanOptions(refresh_principals, only(selected)))
    show(found, as_json, markdown=markdown)
    if output:
        write_saved(output, declared.catalog.config.owner, options, [("", found)])
    if detailed_exitcode and found.changes:
        click_context.exit(EXIT_CHANGES)
