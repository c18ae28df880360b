"""Service actions of a provisioned product: the ones that its version offers, and running one as the caller."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from catalog.aws.provisioning import Record
from catalog.aws.service_actions import OfferedServiceAction, ServiceActionRunner
from catalog.aws.session import AwsSession
from catalog.errors import ContentError
from catalog.model.service_action import TARGET
from catalog.provisioning.lookup import find_provisioned_product


@dataclass(frozen=True, slots=True)
class ActionTarget:
    """A provisioned product, and the service actions that its version offers."""

    id: str
    name: str
    service_actions: tuple[OfferedServiceAction, ...]

    def service_action(self, wanted: str) -> OfferedServiceAction:
        """The service action with this name, key or id; `ContentError` when there is none, or several."""
        matching = [action for action in self.service_actions if wanted in (action.name, action.key, action.id)]
        if len(matching) == 1:
            return matching[0]
        if matching:
            raise ContentError(
                f"{self.name} has {len(matching)} service actions called {wanted!r}: "
                f"{', '.join(action.id for action in matching)}",
                hint="Give the id of one of them instead.",
            )
        names = ", ".join(action.name for action in self.service_actions) or "none"
        raise ContentError(f"{self.name} has no service action {wanted!r}; its version offers {names}")


def find_target(session: AwsSession, name: str) -> ActionTarget:
    """The provisioned product with this name or id; `AwsError` when the account has none."""
    detail = find_provisioned_product(session, name)
    offered = ServiceActionRunner(session).offered(detail["ProductId"], detail["ProvisioningArtifactId"])
    return ActionTarget(detail["Id"], detail["Name"], tuple(offered))


def execute(
    session: AwsSession, target: ActionTarget, action: OfferedServiceAction, given: Mapping[str, Sequence[str]]
) -> Record:
    """Start the service action; `ContentError` when the parameters do not fit."""
    runner = ServiceActionRunner(session)
    problems = tuple(parameter_problems(runner.parameters(target.id, action.id), given))
    if problems:
        raise ContentError(
            f"service action {action.name!r} cannot be executed with these parameters", problems=problems
        )
    return runner.execute(target.id, action.id, given)


def parameter_problems(
    declared: Mapping[str, tuple[str, Sequence[str]]], given: Mapping[str, Sequence[str]]
) -> Iterator[str]:
    """Parameters that are given but not declared, and declared ones without a value.

    A target that is not given is the provisioned product's own resource.
    """
    for name in sorted(set(given) - set(declared)):
        yield f"unknown parameter {name!r}; the service action has {', '.join(declared) or 'none'}"
    for name, (kind, defaults) in declared.items():
        if name in given and kind == TARGET and not set(given[name]) <= set(defaults):
            yield f"{name} must be a resource of the provisioned product: {', '.join(defaults) or 'it has none'}"
        if name not in given and not defaults:
            yield (
                f"the provisioned product has no resource for the target {name}"
                if kind == TARGET
                else f"--param {name}=VALUE is missing"
            )
