"""The kinds of fault that last for a whole command: late lists, clocks, other publishers, a full disk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reliability.commands import Ended
from reliability.kinds import KINDS, Clock, Struck
from reliability.stages import Stage
from reliability.trials import Act, Trial

HOUR = 3600
LATE = "not done after"
NO_ROOM = ("cannot be written: ", "No usable temporary directory")
NOT_RECORDED = "This run is not recorded: "
REFUSED = ("another publisher", "has lost its lease", "somebody has deleted it since")
"""What a publisher says that another one kept out, or overtook while it read."""


@dataclass(frozen=True)
class Lasting:
    """A kind of fault that lasts."""

    name: str
    numbers: tuple[int, ...]
    """Its points in each stage; what a number is, says the kind."""
    stages: tuple[str, ...]
    act: Act
    processes: Callable[[int], int] = lambda number: 1
    """How many commands run at once."""


def late_lists(trial: Trial) -> None:
    """Lists lag by `number` seconds."""
    trial.account.lag(trial.outcome.point.number)
    trial.disturbed()
    trial.account.lag(0)


def killed_late_lists(trial: Trial) -> None:
    """The command is killed after call `number`, and is run again at once while lists lag by 5 seconds.

    In the sandbox it waits 2 seconds for what is new, so it may end with an error; it must create nothing twice.
    """
    kind = KINDS["kill after"]
    struck = Struck(trial.outcome.point.number, kind.strike, kind.is_before, trial.processes[0].pid)
    trial.account.lag(5)
    trial.account.proxy.interference = struck
    trial.disturbed()
    trial.outcome.struck = next(iter(struck.struck), "")
    trial.account.proxy.forget()
    trial.processes[0].stop()
    late = trial.after.run(trial.stage.words, trial.account.environment(), trial.stage.folder)
    if late.crashed or (late.code and LATE not in late.output):
        trial.outcome.fault("the command fails for another reason than late lists", late)
    trial.account.lag(0)


def clock(trial: Trial) -> None:
    """AWS's clock is ahead by `number` seconds."""
    trial.account.proxy.interference = Clock(trial.outcome.point.number)
    trial.disturbed()


def full_disk(trial: Trial) -> None:
    """No file can get longer than `number` bytes: neither the journal of runs nor a template that is to be checked."""
    ended = trial.disturbed(trial.outcome.point.number)
    if ended.code and not any(words in ended.output for words in NO_ROOM):
        trial.outcome.fault("the command fails for another reason than the full disk", ended)
    if not ended.code and NOT_RECORDED not in ended.output:
        trial.outcome.fault("the command does not say that it is not recorded", ended)


def together(stage_of: Callable[[Stage, int], Stage], *options: str) -> Act:
    """`number` publishers at once, each with the content of the stage that `stage_of` returns."""

    def act(trial: Trial) -> None:
        environment = trial.account.environment()
        for index, process in enumerate(trial.processes):
            stage = stage_of(trial.stage, index)
            process.start([*stage.words, *options], environment, stage.folder)
        ends = [process.wait() for process in trial.processes]
        for ended in ends:
            trial.outcome.note(ended)
            if ended.code and not options and not refused(ended):
                trial.outcome.fault("a publisher failed for another reason than the lease", ended)
        done = sum(ended.code == 0 for ended in ends)
        trial.outcome.first = "done" if done else "failed"
        trial.outcome.struck = f"{done} of {len(ends)} worked"

    return act


def refused(ended: Ended) -> bool:
    """Whether the lease kept a publisher out."""
    return any(words in ended.output for words in REFUSED)


def same(stage: Stage, index: int) -> Stage:
    """All publishers have the same content."""
    return stage


def different(stage: Stage, index: int) -> Stage:
    """Each publisher has other words in its content."""
    return stage.variants[index % len(stage.variants)] if index else stage


PUBLISHERS = (2, 4, 8)
WRITING = ("publish", "change")
EVERY = ("bootstrap", "publish", "roles", "change", "release", "prune")
LASTING = {
    kind.name: kind
    for kind in (
        Lasting("lists lag (s)", (1, 5, 9, 15), ("publish", "change", "release"), late_lists),
        Lasting("killed, lists lag", tuple(range(200)), ("publish", "change", "release"), killed_late_lists),
        Lasting("clock apart (s)", (-HOUR, -120, 120, HOUR), EVERY, clock),
        Lasting("disk full", (0, 100), EVERY, full_disk),
        Lasting("same publishers", PUBLISHERS, EVERY, together(same), int),
        Lasting("same, no lease", PUBLISHERS, WRITING, together(same, "--no-lock"), int),
        Lasting("other publishers", PUBLISHERS, WRITING, together(different), int),
        Lasting("other, no lease", PUBLISHERS, WRITING, together(different, "--no-lock"), int),
    )
}
