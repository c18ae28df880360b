"""`catalog role`: the group of `derive`, `check` and `publisher`."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

import click

from catalog.cli.options import CommandGroup
from catalog.cli.role_check import check
from catalog.cli.role_derive import derive
from catalog.cli.role_publisher import publisher

EPILOG = """\b
Examples:
  catalog role derive kms_key -o launch-role.yaml
  catalog role check arn:aws:iam::123456789012:role/catalog-launch-kms-key
  catalog role publisher --github my-org/my-repo:main -o ci.yaml
"""


class RoleCommands(CommandGroup):
    """The group; for the call without a subcommand, which earlier versions took, its error names the new call."""

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments; `UsageError` when the first one is no subcommand."""
        if args and args[0] not in self.commands and args[0] not in self.get_help_option_names(context):
            raise click.UsageError(
                f"{args[0]!r} is not a subcommand of catalog role; it has {', '.join(self.commands)}.\n"
                f"Run: {shlex.join(['catalog', 'role', *with_subcommand(args)])}",
                context,
            )
        return super().parse_args(context, args)


def with_subcommand(arguments: Sequence[str]) -> list[str]:
    """The arguments of a call without a subcommand, as the subcommand takes them."""
    words = [word for argument in arguments for word in argument.split("=", 1)]
    for option, name in (("--publisher", "publisher"), ("--check", "check")):
        if option in words:
            position = words.index(option)
            after = position + (2 if name == "check" else 1)  # --check had the role's ARN as its value
            return [name, *words[position + 1 : after], *words[:position], *words[after:]]
    return ["derive", *arguments]


@click.group(cls=RoleCommands, epilog=EPILOG)
def role() -> None:
    """Launch roles of products, and the roles for CI."""


for command in (derive, check, publisher):
    role.add_command(command)
