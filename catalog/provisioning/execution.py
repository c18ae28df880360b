"""Running a service action on a provisioned product: found as the caller sees it, checked, executed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from catalog.aws.actions import Offered, Running
from catalog.aws.provisioning import NAME, NAME_FORM, Provisioning, Record
from catalog.aws.reader import Reader
from catalog.aws.session import AwsSession
from catalog.errors import AwsError, ContentError
from catalog.model.limits import check_pattern
from catalog.model.service_action import TARGET

ID = re.compile(r"pp-[a-zA-Z0-9_-]+")


@dataclass(frozen=True, slots=True)
class ActionTarget:
    """A provisioned product, and the service actions that its version offers."""

    id: str
    name: str
    actions: tuple[Offered, ...]

    def action(self, wanted: str) -> Offered:
        """The action of this name, key or id; `ContentError` when there is none, or several."""
        found = [one for one in self.actions if wanted in (one.name, one.key, one.id)]
        if len(found) == 1:
            return found[0]
        if found:
            ids = ", ".join(one.id for one in found)
            raise ContentError(
                f"{self.name} has {len(found)} service actions called {wanted!r}: {ids}; name one by its id"
            )
        names = ", ".join(one.name for one in self.actions) or "none"
        raise ContentError(f"{self.name} has no service action {wanted!r}; its version offers {names}")


def check_name(name: str) -> None:
    """`ContentError` when no provisioned product can be called, or have an id, like this."""
    check_pattern("name of a provisioned product", name, NAME, NAME_FORM)


def find_target(session: AwsSession, name: str) -> ActionTarget:
    """The provisioned product of this name or id; `AwsError` when the account has none."""
    provisioning, reader = Provisioning(session), Reader(session)
    # What looks like an id may be a name as well. Names are unique in an account (ProvisionProduct).
    found = reader.found(lambda: provisioning.describe(Id=name)) if ID.fullmatch(name) else None
    found = found or reader.found(lambda: provisioning.describe(Name=name))
    if found is None:
        raise AwsError(
            f"there is no provisioned product {name!r} in account {session.identity.account}, Region {session.region}",
            hint="`catalog provisioned` lists those that there are.",
        )
    offered = Running(session).offered(found["ProductId"], found["ProvisioningArtifactId"])
    return ActionTarget(found["Id"], found["Name"], tuple(offered))


def execute(session: AwsSession, target: ActionTarget, action: Offered, given: Mapping[str, Sequence[str]]) -> Record:
    """Start the action; `ContentError` when the parameters do not fit."""
    running = Running(session)
    problems = tuple(parameter_problems(running.parameters(target.id, action.id), given))
    if problems:
        raise ContentError(f"service action {action.name!r} cannot be executed like this", problems=problems)
    return running.execute(target.id, action.id, given)


def parameter_problems(
    known: Mapping[str, tuple[str, Sequence[str]]], given: Mapping[str, Sequence[str]]
) -> Iterator[str]:
    """What is given and not known, and what nobody gives. A target that is not given is the product's own resource."""
    for name in sorted(set(given) - set(known)):
        yield f"there is no parameter {name!r}; it has {', '.join(known) or 'none'}"
    for name, (kind, defaults) in known.items():
        if name in given and kind == TARGET and not set(given[name]) <= set(defaults):
            yield f"{name} must be a resource of the provisioned product: {', '.join(defaults) or 'it has none'}"
        if name not in given and not defaults:
            yield (
                f"the provisioned product has nothing for {name} to work on"
                if kind == TARGET
                else f"--param {name}=… is missing"
            )
