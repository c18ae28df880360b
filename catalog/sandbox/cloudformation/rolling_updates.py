"""The rolling update of an Auto Scaling group: its obsolete instances are replaced batch by batch.

Source: template reference, "AutoScalingRollingUpdate policy". The words of the events and failures: public logs
(crewjam's ec2cluster, guardian/testing-asg-rolling-update, aws-cloudformation/cfn-lint#362 and #4661).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from catalog.sandbox import signals
from catalog.sandbox.cloudformation.creation_policy import key_of, seconds_of, too_few
from catalog.sandbox.cloudformation.handlers.base import ResourceFailed, StackContext, handler_failure
from catalog.sandbox.cloudformation.state import Stack, StackResource
from catalog.sandbox.cloudformation.update_policy import ALIAS, GROUP, LAUNCHES, is_on, sizes_left
from catalog.sandbox.registry import calls
from catalog.sandbox.registry.naming import StackPlace

POLICY, REFRESH = "AutoScalingRollingUpdate", "AutoScalingInstanceRefresh"
LONGEST_PAUSE = 3600
DEPLOYED = (
    "The sandbox assumes that the deployment of CodeDeploy succeeds: it runs no hook, and shifts all traffic at once"
)
REFRESHED = "The sandbox carries out the instance refresh at once, and looks at none of its preferences"
TOGETHER = (
    f"{REFRESH} and {POLICY} cannot be used together. Remove one of the update policies from your template and try "
    "again."
)


class UpdatingOperation(Protocol):
    """The operation on a stack that an update belongs to."""

    stack: Stack
    caller: str

    def context(self, logical_id: str) -> StackContext:
        """What a handler needs to know of the stack."""


@dataclass(frozen=True, slots=True)
class RollingUpdate:
    """The policy of a group."""

    batch: int
    in_service: int
    percent: int
    pause: str
    waits: bool

    @classmethod
    def of(cls, policy: Mapping[str, Any]) -> RollingUpdate | None:
        """Of the UpdatePolicy of a group; None without a rolling update. Raises `ResourceFailed`."""
        if POLICY in policy and REFRESH in policy:
            raise ResourceFailed(handler_failure(TOGETHER, "InvalidRequest"))
        given = policy.get(POLICY)
        if not isinstance(given, Mapping) or is_on(policy, "AutoScalingReplacingUpdate", "WillReplace"):
            return None
        waits = is_on(given, "WaitOnResourceSignals")
        pause = str(given.get("PauseTime", "PT5M" if waits else "PT0S"))
        numbers = [
            _number(given, name, default, limit)
            for name, default, limit in (
                ("MaxBatchSize", 1, 10_000),
                ("MinInstancesInService", 0, 10_000),
                ("MinSuccessfulInstancesPercent", 100, 100),
            )
        ]
        seconds = seconds_of(pause)
        if seconds is None or seconds > LONGEST_PAUSE:
            raise ResourceFailed(f"PauseTime must be a duration of at most PT1H, got {pause[:99]}")
        return cls(max(numbers[0], 1), numbers[1], numbers[2], pause, waits)

    def check(self, properties: Mapping[str, Any]) -> None:
        """Raise `ResourceFailed` if the group cannot keep enough instances."""
        largest = str(properties.get("MaxSize"))
        if self.in_service and largest.isdecimal() and self.in_service >= int(largest):
            raise ResourceFailed("MinInstancesInService must be less than the autoscaling group's MaxSize")


def _number(given: Mapping[str, Any], name: str, default: int, limit: int) -> int:
    text = str(given.get(name, default))
    if not text.isdecimal() or len(text) > 5 or int(text) > limit:
        raise ResourceFailed(f"{name} must be a whole number from 0 to {limit}, got {text[:99]}")
    return int(text)


class GroupUpdate:
    """The update of a group, whose instances of before are known."""

    def __init__(self, steps: UpdatingOperation, old: StackResource, new: StackResource) -> None:
        self.steps, self.old, self.new = steps, old, new
        stack = steps.stack
        self.place = StackPlace(stack.account, stack.region, stack.partition, stack.name, new.logical_id, steps.caller)
        self.rolling = RollingUpdate.of(new.update_policy)
        if self.rolling:
            self.rolling.check(new.applied)
        self.before = [each["InstanceId"] for each in self._shown()["Instances"]]

    def _shown(self) -> Mapping[str, Any]:
        """What Auto Scaling says of the group; nothing without one."""
        parameters = {"AutoScalingGroupNames": [self.old.live.physical_id]}
        groups = calls.call("autoscaling", "DescribeAutoScalingGroups", self.place, parameters)["AutoScalingGroups"]
        shown: Mapping[str, Any] = groups[0] if groups else {"Instances": []}
        return shown

    def finish(self) -> None:
        """Replace the obsolete instances; raises `ResourceFailed` if too few of the new ones signal success."""
        rolling, old = self.rolling, self._obsolete()
        if old and REFRESH in self.new.update_policy:
            self._require("StartInstanceRefresh")
            self._say(REFRESHED)
            self._replace(old, 100)
        if rolling is None or not old:
            return
        awaited = rolling.waits and signals.awaits(self.new.type_name, self.new.logical_id)
        box = signals.mailbox(key_of(self.steps.stack.stack_id, self.new.logical_id))
        box.signals.clear()
        self._say(self._announcement(rolling, len(old)))
        with _Suspended(self, rolling):
            size = min(rolling.batch, max(int(self.new.applied.get("MaxSize", 0)) - rolling.in_service, 1))
            for start in range(0, len(old), size):
                batch = old[start : start + size]
                self._replace(batch, min(start + size, len(old)) * 100 // len(old))
                if rolling.waits:
                    self._await(rolling, box, len(batch), len(old), awaited=awaited)

    def _obsolete(self) -> list[str]:
        """The instances of before that are still there and do not match what the update has made of the group."""
        shown = self._shown()
        left = [each for each in shown["Instances"] if each["InstanceId"] in self.before]
        changed = [name for name in LAUNCHES if self.old.applied.get(name) != self.new.applied.get(name)]
        if {"VPCZoneIdentifier", "MixedInstancesPolicy"} & set(changed):
            return [each["InstanceId"] for each in left]
        if changed and shown.get("LaunchTemplate"):
            source = {**shown["LaunchTemplate"], "Version": self._version(shown["LaunchTemplate"])}
            same = ("LaunchTemplateId", "Version")
            wanted = [source[name] for name in same]
            return [
                each["InstanceId"]
                for each in left
                if [each.get("LaunchTemplate", {}).get(name) for name in same] != wanted
            ]
        name = shown.get("LaunchConfigurationName")
        return [each["InstanceId"] for each in left if name and each.get("LaunchConfigurationName") != name]

    def _version(self, template: Mapping[str, Any]) -> str:
        """The number of the version of a launch template that a group names."""
        version = str(template.get("Version", "$Default"))
        if not version.startswith("$"):
            return version
        parameters = {"LaunchTemplateIds": [template["LaunchTemplateId"]]}
        (described,) = calls.call("ec2", "DescribeLaunchTemplates", self.place, parameters)["LaunchTemplates"]
        return str(described["LatestVersionNumber" if version == "$Latest" else "DefaultVersionNumber"])

    def _announcement(self, rolling: RollingUpdate, count: int) -> str:
        kept = f", while keeping at least {rolling.in_service} instance(s) in service" if rolling.in_service else ""
        waiting = (
            f" Waiting on resource signals with a timeout of {rolling.pause} when new instances are added to the "
            "autoscaling group."
        )
        return (
            f"Rolling update initiated. Terminating {count} obsolete instance(s) in batches of {rolling.batch}{kept}."
            f"{waiting if rolling.waits else ''}"
        )

    def _replace(self, batch: Sequence[str], progress: int) -> None:
        names = ",".join(batch)
        self._say(f"Terminating instance(s) [{names}]; replacing with {len(batch)} new instance(s).")
        for name in batch:
            parameters = {"InstanceId": name, "ShouldDecrementDesiredCapacity": False}
            calls.call("autoscaling", "TerminateInstanceInAutoScalingGroup", self.place, parameters)
        self._say(f"Successfully terminated instance(s) [{names}] (Progress {progress}%).")

    def _await(self, rolling: RollingUpdate, box: signals.Mailbox, count: int, total: int, *, awaited: bool) -> None:
        """Wait for the signals of a batch, or assume them."""
        if not awaited:
            self._say(f"The sandbox assumes {count} SUCCESS signals: nothing runs that could send them")
            return
        self._say(
            f"New instance(s) added to autoscaling group - Waiting on {count} resource signal(s) with a timeout of "
            f"{rolling.pause}."
        )
        tolerated = total - math.ceil(total * rolling.percent / 100)
        wanted, shown = len(box.signals) + count, self.steps.stack.resources.get(self.new.logical_id, self.old)
        status, shown.status = shown.status, "UPDATE_IN_PROGRESS"
        in_time = box.await_all(wanted, seconds_of(rolling.pause) or 0, tolerated)
        shown.status = status
        for each in list(box.signals.values())[wanted - count :]:
            self._say(f"Received {each.status} signal with UniqueId {each.unique_id}")
        missing = wanted - len(box.signals)
        if not in_time and missing:
            self._say(
                f"Failed to receive {missing} resource signal(s) for the current batch.  Each resource signal timeout "
                "is counted as a FAILURE."
            )
            for number in range(missing):
                box.put(signals.Signal(f"timeout-{wanted - number}", signals.FAILURE))
        if box.failures > tolerated:
            raise ResourceFailed(too_few(len(box.signals) - box.failures, "SUCCESS", total, rolling.percent))

    def _say(self, text: str) -> None:
        self.steps.stack.record(
            self.new.logical_id, self.old.live.physical_id, self.new.type_name, "UPDATE_IN_PROGRESS", text
        )

    def _require(self, operation: str) -> None:
        """Raise AccessDeniedException unless the stack's role may do it with the group."""
        place, name = self.place, self.old.live.physical_id
        arn = f"arn:{place.partition}:autoscaling:{place.region}:{place.account}:autoScalingGroup"
        context = self.steps.context(self.new.logical_id)
        context.require(f"autoscaling:{operation}", f"{arn}:*:autoScalingGroupName/{name}")

    def change(self, operation: str, names: Sequence[str]) -> None:
        """Suspend or resume processes of the group, with the permission of the stack's role."""
        self._require(operation)
        parameters = {"AutoScalingGroupName": self.old.live.physical_id, "ScalingProcesses": list(names)}
        calls.call("autoscaling", operation, self.place, parameters)


@contextmanager
def following(steps: UpdatingOperation, old: StackResource, new: StackResource) -> Iterator[Mapping[str, Any]]:
    """An update that follows the UpdatePolicy of the resource: with what its handler is given; raises `ResourceFailed`.

    No function runs and nothing is deployed in the sandbox: the deployment of an alias is assumed, and said so.
    """
    policy = new.update_policy
    group = GroupUpdate(steps, old, new) if new.type_name == GROUP and policy else None
    shifts = old.applied.get("FunctionVersion") != new.applied.get("FunctionVersion")
    if new.type_name == ALIAS and "CodeDeployLambdaAliasUpdate" in policy and shifts:
        identity = (new.logical_id, old.live.physical_id, new.type_name)
        steps.stack.record(*identity, "UPDATE_IN_PROGRESS", DEPLOYED)
    yield sizes_left(policy, old.applied, new.applied) if group else new.applied
    if group:
        group.finish()


class _Suspended:
    """SuspendProcesses, for the time of a rolling update."""

    def __init__(self, group: GroupUpdate, rolling: RollingUpdate) -> None:
        names = group.new.update_policy[POLICY].get("SuspendProcesses") or ()
        self.group, self.names = group, [str(name) for name in names]

    def __enter__(self) -> None:
        if self.names:
            self.group.change("SuspendProcesses", self.names)

    def __exit__(self, *_: object) -> None:
        if self.names:
            self.group.change("ResumeProcesses", self.names)
