"""One trial: a command under a fault, the same command again without it, and what AWS has in the end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from reliability.account import Account, differences, end_state, served
from reliability.commands import CommandProcess, Ended
from reliability.kinds import KINDS, Struck
from reliability.stages import Stage

NOTHING = ("No changes.", "Nothing to prune.")
"""What a command says that has nothing to do."""
AGAIN = 2
"""How often the command may be run again: a lease or a withdrawn version can take a second time."""
ENDINGS = {0: "done", 130: "stopped", 143: "stopped", -9: "killed"}


@dataclass(frozen=True)
class Point:
    """A fault at a place of a stage."""

    stage: str
    kind: str
    number: int
    """The number of the call; for a fault that lasts, what the kind says."""


@dataclass
class Outcome:
    """What came of a point."""

    point: Point
    first: str = ""
    """How the command ended under the fault: done, failed, stopped, killed."""
    struck: str = ""
    """The operation that was struck; empty if the command made fewer calls."""
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)
    """What must not be: empty if the catalogue has come to its end state."""

    def note(self, ended: Ended) -> None:
        """Judge how the command has ended under the fault."""
        self.first = ENDINGS.get(ended.code, "failed")
        if ended.crashed:
            self.fault("traceback", ended)

    def fault(self, what: str, ended: Ended) -> None:
        """Something that must not be."""
        self.faults.append(f"{what} (exit {ended.code}): {ended.output[-1500:]}")


@dataclass(frozen=True)
class Baseline:
    """A stage that nothing disturbed."""

    stage: Stage
    operations: tuple[str, ...]
    """Its calls, in order of arrival."""
    state: dict[str, Any]
    """What AWS has at its end."""


@dataclass
class Trial:
    """A trial in this process, which was forked for it: the sandbox has the state before the stage."""

    account: Account
    baseline: Baseline
    outcome: Outcome
    processes: Sequence[CommandProcess]
    """For the commands under the fault."""
    after: CommandProcess
    """For the commands without it."""

    @property
    def stage(self) -> Stage:
        """The stage."""
        return self.baseline.stage

    def disturbed(self, file_limit: int = -1) -> Ended:
        """Run the stage's command under the fault, and note how it ends."""
        stage = self.stage
        ended = self.processes[0].run(stage.words, self.account.environment(), stage.folder, file_limit)
        self.outcome.note(ended)
        return ended

    def again(self) -> bool:
        """Run the command until it works. Whether it does."""
        for _ in range(AGAIN):
            ended = self.after.run(self.stage.words, self.account.environment(), self.stage.folder)
            if ended.crashed:
                break
            if ended.code == 0:
                return True
        self.outcome.fault("the command does not work again", ended)
        return False

    def converge(self) -> None:
        """Run the command again, compare, and run it once more: it must change nothing."""
        self.account.proxy.forget()
        for process in self.processes:  # the lease of a process that still ran would keep others out
            process.stop()
        if not self.again():
            return
        lines = differences(self.baseline.state, end_state(self.account))
        self.outcome.faults += [f"another end state: {line}" for line in lines]
        self.account.mutating()
        self.account.proxy.forget()
        last = self.after.run(self.stage.words, self.account.environment(), self.stage.folder)
        if last.code != 0 or not any(words in last.output for words in NOTHING):
            self.outcome.fault("the plan is not empty", last)
        if number := self.account.mutating():
            calls = [call.operation.operation for call in self.account.proxy.calls if call.operation.mutating]
            self.outcome.faults.append(f"a further run makes {number} mutating calls: {calls}")


Act = Callable[[Trial], None]
"""Does what a kind of fault is, and runs the command under it."""


def strike(trial: Trial) -> None:
    """Run the command, and strike one of its calls."""
    kind = KINDS[trial.outcome.point.kind]
    proxy = trial.account.proxy
    number, process = trial.outcome.point.number, trial.processes[0].pid
    struck = Struck(number, kind.strike, kind.is_before, process, trial.account.swap_templates)
    proxy.interference = struck
    trial.disturbed()
    trial.outcome.struck = next(iter(struck.struck), "")
    if kind.name == "swapped":
        repair(trial)


def repair(trial: Trial) -> None:
    """Undo what somebody did to the templates, as the messages advise: delete withdrawn versions, restore objects."""
    catalog, s3 = trial.account.client("servicecatalog"), trial.account.client("s3")
    for item in catalog.search_products_as_admin()["ProductViewDetails"]:
        product = item["ProductViewSummary"]["ProductId"]
        versions = catalog.list_provisioning_artifacts(ProductId=product)["ProvisioningArtifactDetails"]
        withdrawn = [version for version in versions if "sha256:" not in version["Description"]]
        trial.outcome.faults += [
            f"a version with a foreign template can be launched: {version}"
            for version in withdrawn
            if version["Active"]
        ]
        if len(withdrawn) == len(versions):
            catalog.delete_product(Id=product)
            continue
        for version in withdrawn:
            catalog.delete_provisioning_artifact(ProductId=product, ProvisioningArtifactId=version["Id"])
    bucket = trial.account.bucket
    with trial.account.without_policy():
        for key in trial.account.template_keys():
            s3.delete_object(Bucket=bucket, Key=key)
        for key, body in trial.baseline.state["templates"].items():
            if key.startswith("templates/"):
                s3.put_object(Bucket=bucket, Key=key, Body=body.encode())


def trial_of(baseline: Baseline, outcome: Outcome, act: Act, processes: int = 1) -> None:
    """The trial of a point, in a process that was forked for it."""
    forked = [CommandProcess.fork() for _ in range(processes + 1)]
    with served() as account:
        trial = Trial(account, baseline, outcome, forked[1:], forked[0])
        act(trial)
        trial.converge()
    for process in forked:
        process.stop()


def undisturbed(stage: Stage) -> Baseline:
    """Run a stage in this process's sandbox, which then has its end state."""
    process = CommandProcess.fork()
    with served() as account:
        ended = process.run(stage.words, account.environment(), stage.folder)
        if ended.code:
            raise RuntimeError(f"{stage.name} failed without a fault: {ended.output}")
        operations = tuple(call.operation.operation for call in account.proxy.calls)
        state = end_state(account)
    process.stop()
    alone()
    return Baseline(stage, operations, state)


def alone() -> None:
    """Wait until this process has one thread, so that it can be forked."""
    end = time.monotonic() + 10
    while threading.active_count() > 1 and time.monotonic() < end:
        time.sleep(0.01)
