"""Options and arguments that several commands share."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from catalog.cli.completing import complete_addresses
from catalog.errors import ContentError
from catalog.model.limits import shown
from catalog.publishing.parallelism import MOST_PARALLEL, PARALLELISM

if TYPE_CHECKING:
    from catalog.aws.session import AwsSession

Command = TypeVar("Command", bound=Callable[..., Any])

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
dev_option = click.option(
    "--dev",
    is_flag=True,
    help="Include unreleased versions as pre-releases; on AWS only in portfolios of stage dev.",
)
target_option = click.option(
    "--target",
    "selected",
    multiple=True,
    metavar="ADDRESS",
    shell_complete=complete_addresses,
    help="Only the changes at or below an Address, such as portfolio/security-prod or product/kms_key/version/1.2.0, "
    "and those that they need. May be repeated.",
)
detailed_exitcode_option = click.option(
    "--detailed-exitcode", is_flag=True, help="Exit 4 when there are changes, 0 when there are none."
)
parallelism_option = click.option(
    "--parallelism",
    type=click.IntRange(1, MOST_PARALLEL),
    default=PARALLELISM,
    show_default=True,
    metavar="N",
    help="Make at most N changes at a time. What must come first still does.",
)
refresh_option = click.option(
    "--refresh-principals",
    is_flag=True,
    help="Remove dead principals, left over from deleted roles, users or groups, and associate principals of type IAM "
    "again.",
)


class CommandGroup(click.Group):
    """A group whose help lists each command with its whole first sentence; click cuts it at the width."""

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands."""
        commands = {name: self.get_command(context, name) for name in self.list_commands(context)}
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, command.get_short_help_str(200)) for name, command in commands.items() if command]
            )


ROLE_ARN = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]+", re.ASCII)


def role_arn(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    """The value of --as; `ContentError` if it is not the ARN of a role."""
    if value is not None and not ROLE_ARN.fullmatch(value):
        session = ":assumed-role/" in value
        raise ContentError(
            f"--as must be the ARN of a role, got {shown(value)}",
            hint="This is a session of a role: name the role, arn:aws:iam::<account>:role/<path and name>."
            if session
            else "Write arn:aws:iam::<account>:role/<path and name>.",
        )
    return value


as_option = click.option(
    "--as", "role", metavar="ROLE_ARN", callback=role_arn, help="Assume this role, and call AWS as it."
)


def key_values(option: str, items: Iterable[str]) -> dict[str, str]:
    """`K=V` arguments as a mapping; `ContentError` on one without `=` or a key that is given twice."""
    values: dict[str, str] = {}
    for item in items:
        key, separator, value = item.partition("=")
        if not separator or not key:
            raise ContentError(f"{option} takes KEY=VALUE, got {shown(item)}")
        if key in values:
            raise ContentError(f"{option} {key} is given twice")  # without the values: one can be a secret
        values[key] = value
    return values


param_from_option = click.option(
    "--param-from",
    "params_from",
    metavar="K=NAME[:OUTPUT]",
    multiple=True,
    help="A parameter whose value is an output of the provisioned product NAME; default: the output called K.",
)


def given_parameters(
    file: Path | None, params: Iterable[str], params_from: Iterable[str], caller: Callable[[], AwsSession]
) -> dict[str, str]:
    """The values of --params-file, --param-from and --param, which win in this order.

    `caller` reads the outputs that --param-from names; without the option it is not called. `ContentError` when
    --param and --param-from give the same parameter.
    """
    given, references = key_values("--param", params), key_values("--param-from", params_from)
    if twice := sorted(given.keys() & references.keys()):
        raise ContentError(f"--param and --param-from both give {', '.join(twice)}", hint="Leave one of them out.")
    values = read_parameters(file) if file else {}
    if references:
        from catalog.provisioning.output_values import output_references, read_output_values

        outputs = output_references(references)
        values |= read_output_values(caller(), outputs)
    return values | given


def read_parameters(file: Path) -> dict[str, str]:
    """A params file: one mapping of names to values or lists of values, taken as written; lists are joined."""
    from catalog.content import yaml_files as yamlfile

    return yamlfile.read_parameters(file, str(file))


def template_options(command: Command) -> Command:
    """--format and --output of a command that prints a template."""
    output = click.option(
        "-o",
        "--output",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Write to this file, not to the terminal.",
    )
    form = click.option("--format", "form", type=click.Choice(["yaml", "json"]), default="yaml", show_default=True)
    return form(output(command))
