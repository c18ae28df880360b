"""What commands share: the repository, AWS sessions, output."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from catalog.errors import ContentError

if TYPE_CHECKING:
    from catalog.aws.session import AwsSession
    from catalog.content.config import Config
    from catalog.content.load import Catalog
    from catalog.content.render import Rendered

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(slots=True)
class Context:
    """Options of `catalog` itself, and what they lead to."""

    directory: Path
    verbose: bool = False

    @property
    def root(self) -> Path:
        """The repository's folder."""
        from catalog.content.config import find_root

        return find_root(self.directory.resolve())

    def config(self) -> Config:
        """`[tool.catalog]`."""
        from catalog.content.config import load_config

        return load_config(self.root)

    def catalog(self) -> Catalog:
        """All products and portfolios."""
        from catalog.content.load import load_catalog

        return load_catalog(self.root)

    def render(self, keys: Sequence[str]) -> list[Rendered]:
        """The named products' templates, all of them when none is named; imports no other product."""
        from catalog.content.load import load_product, product_keys
        from catalog.content.render import render

        config = self.config()
        return [render(key, load_product(config, key)) for key in keys or product_keys(config)]

    def session(self, profile: str | None, region: str | None, local: bool) -> AwsSession:
        """A session on AWS, or on the sandbox, which is started when it is not running."""
        from catalog.aws.session import open_local_session, open_session

        on_call = self.report_call if self.verbose else None
        if not local:
            return open_session(profile, region, on_call)
        return open_local_session(self.sandbox(), region, on_call)

    def sandbox(self) -> dict[str, str]:
        """The environment of the sandbox, which is started when it is not running."""
        from catalog.sandbox import control

        directory = control.default_directory(self.root)
        sandbox = control.find(directory)
        if sandbox is None:
            note("starting the sandbox …")
            sandbox = control.start(directory)
            note(f"the sandbox is listening on {sandbox.url}")
        environment = sandbox.environment()
        # The sandbox is on this machine: a proxy for the world must not be asked for it.
        os.environ["NO_PROXY"] = os.environ["no_proxy"] = environment["NO_PROXY"]
        return environment

    @staticmethod
    def report_call(operation: str) -> None:
        """One line a call, for --verbose."""
        note(f"call {operation}")


pass_context = click.make_pass_decorator(Context)


def session_options(command: Command) -> Command:
    """--profile, --region and --local."""
    for option in (
        click.option("--local", is_flag=True, help="Use the sandbox on this machine, and start it if need be."),
        click.option("--region", metavar="REGION", help="The Region; else AWS_REGION or the profile's."),
        click.option("--profile", metavar="NAME", help="A profile of the AWS configuration."),
    ):
        command = option(command)
    return command


def aws_options(command: Command) -> Command:
    """--profile, --region and --local, given to the command as one `session` factory."""

    @session_options
    @click.pass_obj
    @wraps(command)
    def wrapper(
        context: Context, /, *arguments: Any, profile: str | None, region: str | None, local: bool, **options: Any
    ) -> Any:
        if local and profile:
            raise click.UsageError("--profile has no meaning with --local")

        def session() -> AwsSession:
            return context.session(profile, region, local)

        return command(context, *arguments, session=session, **options)

    return wrapper  # type: ignore[return-value]


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")


def today() -> date:
    """The day by which suppressions expire: in UTC, so that it is one day everywhere. The only clock of the checks."""
    return datetime.now(UTC).date()


def note(text: str) -> None:
    """Progress and remarks: to standard error, so that standard output holds the result alone."""
    click.echo(text, err=True)


def print_json(data: Any) -> None:
    """JSON as every command prints it: indented, keys in the order of the documentation."""
    click.echo(json.dumps(data, indent=2, ensure_ascii=False))


def write_file(file: Path, body: bytes) -> None:
    """Write what `-o` asks for; `ContentError` when the file cannot be written."""
    try:
        file.write_bytes(body)
    except OSError as error:
        raise ContentError(f"{file}: cannot be written: {error.strerror}") from error


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Left-aligned columns, two spaces apart."""
    cells = [list(header), *(list(row) for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells
    )


def key_values(option: str, items: Iterable[str]) -> dict[str, str]:
    """`K=V` arguments as a mapping; `ContentError` on one without `=` or a key that stands twice."""
    found: dict[str, str] = {}
    for item in items:
        key, separator, value = item.partition("=")
        if not separator or not key:
            raise ContentError(f"{option} takes KEY=VALUE, got {item!r}")
        if key in found:
            raise ContentError(f"{option} {key} stands twice: {found[key]!r} and {value!r}")
        found[key] = value
    return found


def read_parameters(file: Path) -> dict[str, str]:
    """A params file: one mapping of names to values or lists of values, taken as written; lists are joined."""
    from catalog.content import yaml_files as yamlfile

    return yamlfile.read_parameters(file, str(file))


def may_ask() -> bool:
    """Whether there is a person to ask."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def style_for(effects: Mapping[Any, str]) -> Callable[[Any, str], str]:
    """A function that colours a line by its effect; click takes the colours out when there is no terminal."""

    def paint(effect: Any, text: str) -> str:
        return click.style(text, fg=effects[effect]) if effect in effects else text

    return paint
