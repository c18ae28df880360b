"""`catalog controls`: list the controls and the frameworks that they cover."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import click

from catalog.cli.options import json_option
from catalog.cli.output import print_json, table
from catalog.cli.terminal import style
from catalog.cli.workspace import Workspace, pass_workspace

if TYPE_CHECKING:
    from catalog.check.control_files import ControlClass
    from catalog.check.coverage import Coverage, Scope
    from catalog.content.control_settings import ControlSettings

WIDTH = 100
COLOURS = {"error": "red", "warning": "yellow", "info": "blue"}
EPILOG = """\b
Examples:
  catalog controls
  catalog controls E9008 W9007
  catalog controls --framework "KMS article checklist"
  catalog controls --framework "CIS AWS Foundations" --json
  catalog controls --markdown > controls.md

\b
Exit codes: 0 done, 2 unknown control or framework.
"""


@click.command(epilog=EPILOG)
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.option("--framework", metavar="NAME", help="Only controls that this framework asks for, such as 'Security Hub'.")
@click.option("--markdown", is_flag=True, help="Print a Markdown page about all controls.")
@json_option
@pass_workspace
def controls(workspace: Workspace, ids: tuple[str, ...], framework: str | None, markdown: bool, as_json: bool) -> None:
    """List the controls and the frameworks that they cover.

    With IDs, print everything about these controls. In a repository, the list has its own controls and the levels that
    [tool.catalog.controls] in pyproject.toml gives.

    --json prints an object: `controls`, a list of objects with id, severity, level (the severity in this repository, or
    "off"), level_reason, scope, title, description, why, remedy,
    advisory (why a template cannot decide it, "" when it can), source_url, frameworks (name to ids) and sources; and
    `frameworks`, name to a list of objects with id, controls (ids), and, for a profile, text and correction.
    """
    from catalog.check.controls_page import as_markdown
    from catalog.check.coverage import as_data, coverage, select
    from catalog.check.registry import require_known_ids

    if markdown and (ids or framework or as_json):
        raise click.UsageError("--markdown prints all controls: use it without ID, --framework and --json")
    settings = settings_of(workspace)
    require_known_ids(settings)
    everything = coverage(settings)
    selected = select(everything, ids, framework)
    if markdown:
        click.echo(as_markdown(everything), nl=False)
    elif as_json:
        print_json(as_data(selected))
    elif ids:
        click.echo("\n\n".join(details(control, scope, settings) for control, scope in selected.controls))
    else:
        click.echo(tables(selected))


def settings_of(workspace: Workspace) -> ControlSettings:
    """The settings of the repository, or the defaults outside of one."""
    from catalog.content.config import NoRepositoryError
    from catalog.content.control_settings import DEFAULTS

    try:
        return workspace.config().controls
    except NoRepositoryError:
        return DEFAULTS


def tables(selected: Coverage) -> str:
    """The controls, then each framework with its ids."""
    from catalog.check.coverage import shown_level

    rows = [
        (control.id, shown_level(control, selected.settings), scope, control.shortdesc)
        for control, scope in selected.controls
    ]
    parts = [table(("CONTROL", "LEVEL", "READS", "REQUIREMENT"), rows)]
    for name, covered in selected.frameworks.items():
        if covered:
            lines = [(row.id, ", ".join(row.controls) or "none", row.text) for row in covered]
            parts.append(table((name.upper(), "CONTROLS", ""), lines))
    return "\n\n".join(parts)


def details(control: ControlClass, scope: Scope, settings: ControlSettings) -> str:
    """Everything about a control."""
    from catalog.check.coverage import shown_level
    from catalog.check.registry import severity_of

    configured = settings.level_of(control.id)
    title = style(f"{control.id} {control.shortdesc}", fg=COLOURS[severity_of(control)], bold=True)
    parts = {"": control.description, "why": control.why, "remedy": control.remedy, "advice only": control.advisory}
    lines = [title, f"  {shown_level(control, settings)}, reads a {scope}"]
    lines += [wrapped(f"level: {severity_of(control)} of itself; {configured.reason}")] if configured else []
    for label, text in parts.items():
        lines += [wrapped(f"{label}: {text}" if label else text)] if text else []
    lines += [wrapped(f"{name}: {', '.join(ids)}") for name, ids in control.frameworks.items()]
    return "\n".join([*lines, *(f"  {page}" for page in dict.fromkeys((control.source_url, *control.sources)))])


def wrapped(text: str) -> str:
    """An indented paragraph; URLs and ids are not broken."""
    return textwrap.fill(
        text, WIDTH, initial_indent="  ", subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
    )
