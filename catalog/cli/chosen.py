"""`--to`: the targets that a command runs over, and how it tells what came of each.

A command takes `targets_options`, gets `to` (None without --to), and goes three steps:

    outcomes = to.visit(work)                   side by side; work(target, session, earlier) answers a value
    rows = [Row(...) for outcome in outcomes]   what to say of each, in the declared order
    conclude(rows, as_json)                     table or JSON; an error when a target failed
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click

from catalog.cli.output import note, print_json, table
from catalog.cli.workspace import Command, Workspace, session_options
from catalog.errors import AwsCallError, AwsError, CatalogError, ContentError

if TYPE_CHECKING:
    from catalog.aws.session import AwsSession
    from catalog.aws.target_sessions import TargetSessions
    from catalog.content.targets import Target
    from catalog.publishing.fan_out import Earlier, Outcome, Stop

FORMAT = 1
"""Version of the JSON form; grows when a member changes its meaning or goes."""

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Chosen:
    """The targets of --to, with their sessions."""

    targets: tuple[Target, ...]
    sessions: TargetSessions
    stop: Stop

    def visit(
        self,
        work: Callable[[Target, AwsSession, Earlier[Result]], Result],
        targets: Sequence[Target] | None = None,
    ) -> tuple[Outcome[Result], ...]:
        """Do `work` for each target, or for those of `targets`, side by side; outcomes in the declared order.

        The session is of the target's account, or the outcome is an error and no other call was made.
        """
        from catalog.publishing.fan_out import side_by_side

        def visit_one(target: Target, earlier: Earlier[Result]) -> Result:
            return work(target, self.sessions.open(target), earlier)

        return side_by_side(self.targets if targets is None else targets, visit_one, self.stop)


@dataclass(frozen=True, slots=True)
class Row:
    """What is said of one target."""

    target: Target
    word: str
    """What came of it, such as `published`."""
    changes: int | None = None
    """How many changes; None when they are not known."""
    error: CatalogError | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    """More members of its JSON, such as its plan."""

    def cells(self) -> tuple[str, ...]:
        """Its line of the summary."""
        target, changes = self.target, "-" if self.changes is None else str(self.changes)
        error = self.error.message.splitlines()[0] if self.error else ""
        return target.name, target.region, target.account, changes, self.word, error

    def as_data(self) -> dict[str, Any]:
        """Its JSON."""
        found = {"target": self.target.name, "account": self.target.account, "region": self.target.region}
        error = {"error": error_data(self.error)} if self.error else {}
        return {**found, "outcome": self.word, **self.data, **error}


def error_data(error: CatalogError) -> dict[str, Any]:
    """An error as JSON: what, what next, problems of content, AWS's code and request id where there are any."""
    data: dict[str, Any] = {"message": error.message, "hint": error.hint}
    if isinstance(error, ContentError):
        data["problems"] = list(error.problems)
    if isinstance(error, AwsCallError):
        data |= {"operation": error.operation, "code": error.code, "request_id": error.request_id}
    return data


def say_common(notices: Sequence[Sequence[str]], *, err: bool = False) -> tuple[str, ...]:
    """Print the notices that each of several targets has, once for all; the answer is what was printed."""
    common = tuple(one for one in notices[0] if all(one in other for other in notices)) if len(notices) > 1 else ()
    if common:
        lines = (click.style("All targets", bold=True), *(f"  note: {one}" for one in common), "")
        click.echo("\n".join(lines), err=err)
    return common


def document(rows: Sequence[Row]) -> dict[str, Any]:
    """The JSON of a run over targets."""
    return {"format": FORMAT, "targets": [row.as_data() for row in rows]}


def conclude(rows: Sequence[Row], as_json: bool) -> None:
    """Print the summary, then `check_failed`."""
    if as_json:
        print_json(document(rows))
    else:
        click.echo(table(("TARGET", "REGION", "ACCOUNT", "CHANGES", "OUTCOME", "ERROR"), (row.cells() for row in rows)))
    check_failed(rows)


def check_failed(rows: Sequence[Row]) -> None:
    """Raise `AwsError`, exit code 1, when a target failed."""
    if failed := [row.target.label for row in rows if row.error]:
        raise AwsError(
            f"{len(failed)} of {len(rows)} targets failed: {', '.join(failed)}",
            hint="The others were not stopped by it. Run the same command again when the cause is gone: what is done "
            "stays done.",
        )


@dataclass(frozen=True, slots=True)
class Where:
    """--to, --profile, --region and --local as they were given."""

    workspace: Workspace
    names: tuple[str, ...]
    profile: str | None
    region: str | None
    local: bool

    def session(self, region: str | None = None) -> AwsSession:
        """A session of one place; `region` is for when none was given."""
        return self.workspace.session(self.profile, self.region or region, self.local)

    def targets(self, names: Sequence[str]) -> Chosen:
        """The targets that are named, in the sandbox with --local; nothing is opened yet."""
        from catalog.aws.target_sessions import TargetSessions
        from catalog.content.targets import choose
        from catalog.publishing.fan_out import Stop

        def tell(target: Target, operation: str) -> None:
            note(f"{target.label}: call {operation}")

        workspace = self.workspace
        targets = choose(workspace.config().targets, names)
        sandbox = workspace.sandbox if self.local else None
        return Chosen(targets, TargetSessions(self.profile, sandbox, tell if workspace.verbose else None), Stop())


def where_options(command: Command) -> Command:
    """`session_options` with --to, given to the command as `where`."""

    @click.option(
        "--to",
        "names",
        multiple=True,
        metavar="NAME",
        help="A target of pyproject.toml: NAME, NAME/REGION or all; may be repeated. They run side by side.",
    )
    @session_options
    @click.pass_obj
    @wraps(command)
    def wrapper(
        workspace: Workspace,
        /,
        *arguments: Any,
        names: tuple[str, ...],
        profile: str | None,
        region: str | None,
        local: bool,
        **options: Any,
    ) -> Any:
        if local and profile:
            raise click.UsageError("--profile has no meaning with --local")
        if names and region:
            raise click.UsageError("--region has no meaning with --to; name NAME/REGION for one Region of a target")
        return command(workspace, *arguments, where=Where(workspace, names, profile, region, local), **options)

    return wrapper  # type: ignore[return-value]


def targets_options(command: Command) -> Command:
    """The same, given as `session` for one place and `to`, which is None without --to."""

    @where_options
    @wraps(command)
    def wrapper(*arguments: Any, where: Where, **options: Any) -> Any:
        to = where.targets(where.names) if where.names else None
        return command(*arguments, session=where.session, to=to, **options)

    return wrapper  # type: ignore[return-value]
