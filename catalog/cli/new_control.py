"""`catalog new control`: an own control with its test."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import click

from catalog.cli.options import json_option
from catalog.cli.workspace import Workspace, pass_workspace
from catalog.cli.written import answered, asks_person, force_option, report_written

if TYPE_CHECKING:
    from catalog.content.config import Config

FOLDER = "controls"
EPILOG = """\b
Examples:
  catalog new control dead_letters
  catalog new control bucket_lifecycle --severity error --resource-type AWS::S3::Bucket \\
      --property LifecycleConfiguration

Writes a control that wants a property on each resource of a type, for you to change: `catalog help own-controls.md`.
Its test judges a template that complies and one that does not. The folder of own controls is the first one of
`folders` in [tool.catalog.controls] of pyproject.toml, which gets controls/ if it has none.

Exit codes: 0 written; 2 wrong input, or a file exists.
"""


@click.command(epilog=EPILOG)
@click.argument("name")
@click.option(
    "--severity",
    type=click.Choice(["error", "warning", "info"]),
    default="warning",
    show_default=True,
    help="Its level.",
)
@click.option("--resource-type", metavar="TYPE", help="What it looks at.  [default: AWS::SQS::Queue]")
@click.option("--property", "wanted", metavar="NAME", help="What it wants there.  [default: RedrivePolicy]")
@force_option
@json_option
@pass_workspace
def control(
    workspace: Workspace,
    name: str,
    severity: str,
    resource_type: str | None,
    wanted: str | None,
    force: bool,
    as_json: bool,
) -> None:
    """Write the own control NAME with its test."""
    from catalog.scaffolds.controls import NewControl, check_control_name, free_id
    from catalog.scaffolds.writing import Scaffold, write_scaffold

    check_control_name(name)
    config = workspace.config()
    asks = asks_person(as_json)
    resource_type = answered(resource_type, "Resource type that it looks at", "AWS::SQS::Queue", asks=asks)
    wanted = answered(wanted, "Property that it wants there", "RedrivePolicy", asks=asks)
    folder = folder_of(config)
    draft = NewControl(name, free_id(severity, taken_ids(config)), folder, resource_type, wanted)
    done = write_scaffold(config.root, Scaffold(draft.files(), enabled(config, folder)), force=force)
    steps = ["catalog validate", "pytest tests/controls"]
    report_written(config.root, done, steps, as_json=as_json, control=draft.id)


def folder_of(config: Config) -> str:
    """The folder of own controls, relative to the repository."""
    folders = [folder.relative_to(config.root.resolve()).as_posix() for folder in config.controls.folders]
    return folders[0] if folders else FOLDER


def taken_ids(config: Config) -> list[str]:
    """Ids of the own controls that exist."""
    from catalog.check.own_controls import own_controls

    own = own_controls(config.controls)
    return [each.id for each in (*own.templates, *own.portfolios)]


def enabled(config: Config, folder: str) -> dict[PurePosixPath, bytes]:
    """pyproject.toml with the folder of own controls, if it lacks it."""
    from catalog.content.files import read_text
    from catalog.scaffolds.edits import with_member

    if config.controls.folders:
        return {}
    path = PurePosixPath("pyproject.toml")
    text = read_text(config.root / path, str(path))
    return {path: with_member(text, str(path), ("tool", "catalog", "controls"), "folders", folder).encode()}
