"""A run over 1 to n targets: the options that select them, their sessions, and work on all of them side by side.

A command takes `targets_options` and gets `to`. `to.run()` is the run: over the targets of --to, or without --to over
one target, the account and Region of the credentials. The command then goes three steps:

    outcomes = run.visit(work)                    side by side; work(target, session, earlier) returns a value
    reports = [TargetReport(…) for …]             what to report of each target, in the declared order
    formats.finish(run, reports, form)            print all of it; an error when a target failed
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click

from catalog.cli.completing import complete_targets
from catalog.cli.output import note
from catalog.cli.workspace import SessionOptions, session_options

if TYPE_CHECKING:
    from catalog.aws.session import AwsSession
    from catalog.content.targets import Target
    from catalog.publishing.fan_out import Earlier, TargetOutcome

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class TargetRun:
    """The targets of one run, with their sessions."""

    named: bool
    """Whether --to names the targets. Otherwise there is one, and its error ends the command."""
    list_targets: Callable[[], tuple[Target, ...]]
    open: Callable[[Target], AwsSession]
    """The session of a target, opened once."""

    @property
    def targets(self) -> tuple[Target, ...]:
        """The targets in the declared order. Without --to this opens the session."""
        return self.list_targets()

    def visit(
        self, work: Callable[[Target, AwsSession, Earlier[Result]], Result], targets: Sequence[Target] | None = None
    ) -> tuple[TargetOutcome[Result], ...]:
        """Do `work` for each target (or for those of `targets`), side by side; outcomes in the declared order.

        The session is of the target's account, or the outcome is an error and no other call was made.
        """
        from catalog.publishing.fan_out import side_by_side

        def visit_target(target: Target, earlier: Earlier[Result]) -> Result:
            return work(target, self.open(target), earlier)

        outcomes = side_by_side(self.targets if targets is None else targets, visit_target)
        for outcome in outcomes:
            if outcome.error and not self.named:
                raise outcome.error
        return outcomes

    def note(self, target: Target, text: str) -> None:
        """A note on one target, with its name when there are several."""
        note(f"{target.label}: {text}" if len(self.targets) > 1 else text)


@dataclass(frozen=True, slots=True)
class TargetOptions:
    """--to and the `SessionOptions` as they were given."""

    names: tuple[str, ...]
    where: SessionOptions

    def run(self, names: Sequence[str] = (), region: str | None = None, *, early: bool = False) -> TargetRun:
        """The run over the targets of --to or `names`; else over one target, in `region` without --region.

        `ContentError` when a name is unknown. Nothing is opened yet, but with `early` the session of the one target:
        then that it has no credentials or no Region is said before checks that take a while. Nothing is called.
        """
        from catalog.aws.target_sessions import TargetSessions
        from catalog.content.targets import Target, choose

        def note_call(target: Target, operation: str) -> None:
            note(f"{target.label}: call {operation}")

        @cache
        def session() -> AwsSession:
            return self.where.open(region)

        def target_of_session() -> tuple[Target, ...]:
            return (Target("", session().identity.account, session().region),)

        names, workspace = names or self.names, self.where.workspace
        if not names:
            if early and not self.where.local:
                workspace.config()  # outside of a repository, that is what to say first
                session()
            return TargetRun(False, target_of_session, lambda _: session())
        targets = choose(workspace.config().targets, names)
        sandbox = workspace.sandbox if self.where.local else None
        sessions = TargetSessions(self.where.profile, sandbox, note_call if workspace.verbosity > 1 else None)
        return TargetRun(True, lambda: targets, sessions.open)


def targets_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`session_options` with --to, given to the command as `to`."""

    @click.option(
        "--to",
        "names",
        multiple=True,
        metavar="NAME",
        shell_complete=complete_targets,
        help="A target of pyproject.toml: NAME, NAME/REGION or all. May be repeated; targets run side by side.",
    )
    @session_options
    @wraps(command)
    def wrapper(*arguments: Any, names: tuple[str, ...], where: SessionOptions, **options: Any) -> Any:
        if names and where.region:
            raise click.UsageError("--region does not apply with --to: select one Region of a target as NAME/REGION")
        return command(*arguments, to=TargetOptions(names, where), **options)

    return wrapper
