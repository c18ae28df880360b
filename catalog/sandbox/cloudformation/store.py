"""The stacks, exports and change sets of one account and Region."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from moto.cloudformation.models import CloudFormationBackend

from catalog.sandbox.cloudformation.errors import StackRefused
from catalog.sandbox.cloudformation.modelled import Modelled
from catalog.sandbox.cloudformation.state import ChangeSet, Export, Stack

GET_PARAMETERS = 10
"""The names that GetParameters takes at a time."""


class StackStore(CloudFormationBackend):
    """The stacks of one account and Region; moto's class keeps the stack sets."""

    # moto stores its own classes in these attributes
    stacks: dict[str, Stack]  # type: ignore[assignment]
    deleted_stacks: dict[str, Stack]  # type: ignore[assignment]
    exports: dict[str, Export]  # type: ignore[assignment]
    change_sets: dict[str, ChangeSet]  # type: ignore[assignment]

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.modelled: Modelled = {}
        """The resources that are only modelled, also those that no stack has."""
        self.managed_stack_sets: dict[str, Any] = {}
        """Stack sets with service-managed permissions, of catalog.sandbox.stack_sets; moto keeps the others."""

    def find(self, name: str) -> Stack | None:
        """The stack with this name, alias or id that is not deleted."""
        return next((stack for stack in self.stacks.values() if name and name in stack.names), None)

    def existing(self, name: str) -> Stack:
        """As `find`, but raises `StackRefused` if there is no such stack."""
        stack = self.find(name)
        if stack is None:
            raise StackRefused(f"Stack with id {name} does not exist")
        return stack

    def described(self, name: str) -> Stack:
        """As `existing`, but also finds a deleted stack by its id."""
        return self.deleted_stacks.get(name) or self.existing(name)

    def of_resource(self, physical_id: str) -> Stack:
        """The stack that has a resource; raises `StackRefused` if there is none."""
        for stack in self.stacks.values():
            if any(resource.live.physical_id == physical_id for resource in stack.resources.values()):
                return stack
        raise StackRefused(f"Stack for {physical_id} does not exist")

    def move_to_deleted(self, stack: Stack) -> None:
        """Move a deleted stack to `deleted_stacks`, and delete its change sets."""
        self.stacks.pop(stack.stack_id, None)
        self.deleted_stacks[stack.stack_id] = stack
        for change_set in [each for each in self.change_sets.values() if each.stack is stack]:
            self.drop(change_set)

    def drop(self, change_set: ChangeSet) -> None:
        """Delete a change set with those of its nested stacks, and the nested stacks that were to be made by it.

        Source: API reference, DeleteChangeSet.
        """
        self.change_sets.pop(change_set.change_set_id, None)
        if change_set.parent is not None and change_set.stack.status == "REVIEW_IN_PROGRESS":
            self.stacks.pop(change_set.stack.stack_id, None)
        for child in change_set.nested.values():
            self.drop(child)

    def importers(self, export: str, besides: Stack) -> list[str]:
        """The names of the other stacks that import an export."""
        return [
            stack.name
            for stack in self.stacks.values()
            if stack is not besides
            and stack.status != "ROLLBACK_COMPLETE"
            and stack.definition
            and export in stack.definition.imports
        ]

    def ssm_parameters(self, names: Iterable[str]) -> dict[str, tuple[str, str]]:
        """The values and types of the SSM parameters that exist; a name may end in `:` and a version."""
        from moto.ssm.models import ssm_backends  # it imports EC2, which takes longer than a start

        backend, wanted = ssm_backends[self.account_id][self.region_name], list(names)
        parameters: dict[str, Any] = {}
        for start in range(0, len(wanted), GET_PARAMETERS):
            parameters |= backend.get_parameters(wanted[start : start + GET_PARAMETERS])
        return {name: (str(parameter.value), str(parameter.parameter_type)) for name, parameter in parameters.items()}
