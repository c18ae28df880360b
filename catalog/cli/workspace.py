"""The workspace of a command: the repository, its content, and sessions on AWS or the sandbox."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from catalog.cli.output import note

if TYPE_CHECKING:
    from catalog.aws.session import AwsSession
    from catalog.content.config import Config
    from catalog.content.load import Catalog
    from catalog.content.render import Rendered
    from catalog.provisioning.repository import RepositoryNames


@dataclass(slots=True)
class Workspace:
    """The options of `catalog` itself, and the repository and sessions that they select."""

    directory: Path
    verbosity: int = 0
    """1: plans list every change. 2: each AWS call is named when it is made."""

    @property
    def root(self) -> Path:
        """The repository's folder."""
        from catalog.content.config import find_root

        return find_root(self.directory.resolve())

    @property
    def in_repository(self) -> bool:
        """Whether there is a repository. Commands on provisioned products need the account alone."""
        from catalog.content.config import NoRepositoryError

        try:
            return bool(self.root)
        except NoRepositoryError:
            return False

    def expect_products(self) -> None:
        """Start the process of the product files now, while the command imports what it needs. Templates need none."""
        from catalog.content.config import load_config
        from catalog.content.product_files import product_files
        from catalog.content.product_process import process_for
        from catalog.errors import ContentError

        with suppress(ContentError, OSError):  # the command says what is wrong
            config = load_config(self.root)
            if any(not product.template for product in product_files(config).values()):
                process_for(config)

    def config(self) -> Config:
        """`[tool.catalog]`."""
        from catalog.content.config import load_config

        return load_config(self.root)

    def names(self) -> RepositoryNames:
        """What the repository knows of the names in an account; nothing outside of one."""
        from catalog.provisioning.repository import RepositoryNames

        return RepositoryNames(self.config() if self.in_repository else None)

    def catalog(self, *, unfinished: bool = False) -> Catalog:
        """All products and portfolios; with `unfinished`, without templates that have no metadata."""
        from catalog.content.load import load_catalog

        return load_catalog(self.root, unfinished=unfinished)

    def render(self, keys: Sequence[str]) -> list[Rendered]:
        """The templates of the named products, or of all products; imports no other product."""
        from catalog.content.load import load_product, product_keys
        from catalog.content.render import render

        config = self.config()
        return [render(key, load_product(config, key)) for key in keys or product_keys(config)]

    def session(self, profile: str | None, region: str | None, local: bool) -> AwsSession:
        """A session on AWS, or on the sandbox, which is started if it is not running."""
        from catalog.aws.session import open_local_session, open_session

        on_call = self.report_call if self.verbosity > 1 else None
        if not local:
            return open_session(profile, region, on_call)
        return open_local_session(self.sandbox(), region, on_call)

    def sandbox(self) -> dict[str, str]:
        """The environment variables of the sandbox, which is started if it is not running."""
        from catalog.sandbox import control

        directory = self.sandbox_directory()
        sandbox = control.find(directory)
        if sandbox is None:
            note("starting the sandbox …")
            sandbox = control.start(directory)
            note(f"the sandbox is listening on {sandbox.url}")
        environment = sandbox.environment()
        # The sandbox is on this machine: requests to it must not go through a proxy.
        os.environ["NO_PROXY"] = os.environ["no_proxy"] = environment["NO_PROXY"]
        return environment

    def sandbox_directory(self) -> Path:
        """The directory of the sandbox; outside of a repository, an environment variable must name it."""
        from catalog.sandbox import control

        if chosen := control.chosen_directory():
            return chosen
        from catalog.content.config import NoRepositoryError  # half of the time of `sandbox status`

        try:
            return control.default_directory(self.root)
        except NoRepositoryError as error:
            hint = f"--local uses the repository's sandbox. Change into it, or set {control.DIRECTORY_VARIABLE}."
            raise error.reworded(hint=hint) from error

    @staticmethod
    def report_call(operation: str) -> None:
        """Print an AWS call, for -vv."""
        note(f"call {operation}")


pass_workspace = click.make_pass_decorator(Workspace)


@dataclass(frozen=True, slots=True)
class SessionOptions:
    """--profile, --region and --local as they were given."""

    workspace: Workspace
    profile: str | None
    region: str | None
    local: bool

    def open(self, region: str | None = None) -> AwsSession:
        """The session that they select; `region` is the Region without --region."""
        return self.workspace.session(self.profile, self.region or region, self.local)


def session_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """--profile, --region and --local, given to the command as `where`."""

    @click.option("--profile", metavar="NAME", help="A profile of the AWS configuration.")
    @click.option("--region", metavar="REGION", help="The Region; default: AWS_REGION, or the profile's.")
    @click.option("--local", is_flag=True, help="Use the sandbox on this machine; it is started if necessary.")
    @click.option("-v", "verbose", count=True, help="Plans list every change. -vv also names each AWS call.")
    @click.pass_obj
    @wraps(command)
    def wrapper(
        workspace: Workspace,
        /,
        *arguments: Any,
        profile: str | None,
        region: str | None,
        local: bool,
        verbose: int,
        **options: Any,
    ) -> Any:
        if local and profile:
            raise click.UsageError("--profile does not apply with --local")
        workspace.verbosity += verbose
        where = SessionOptions(workspace, profile, region, local)
        return command(workspace, *arguments, where=where, **options)

    return wrapper


def aws_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`session_options`, given to the command as a function `session` that opens the session."""

    @session_options
    @wraps(command)
    def wrapper(*arguments: Any, where: SessionOptions, **options: Any) -> Any:
        return command(*arguments, session=where.open, **options)

    return wrapper


def today() -> date:
    """The day by which suppressions expire: in UTC, so that it is the same everywhere. The only clock of the checks."""
    return datetime.now(UTC).date()
