"""The stacks of launch roles: which role is in which stack, their templates, and what each role gains and loses.

A role never moves: it would have to leave one stack before another could make it. A new role goes into the first stack
that it leaves at most half full, so that roles can grow, else into a new stack.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.aws.stacks import Stacks
from catalog.cfn.quotas import RESOURCES, TEMPLATE_BYTES
from catalog.errors import AwsCallError
from catalog.plan.changes import Impact
from catalog.roles.template import description_with_digest, new_template
from catalog.roles.template_differences import role_changes

HALF = 2

Resources = Mapping[str, Mapping[str, Any]]
"""Logical id → resource: those of one role."""


@dataclass(frozen=True, slots=True)
class RoleStack:
    """The template of one stack of launch roles."""

    name: str
    template: Mapping[str, Any]

    @property
    def body(self) -> str:
        """The template as it is uploaded: as short as possible."""
        described = {**self.template, "Description": description_with_digest(self.template)}
        return json.dumps(described, separators=(",", ":"))

    def problem(self) -> str:
        """Which limit of CloudFormation the template exceeds; empty when it exceeds none."""
        size, count = len(self.body.encode()), len(self.template["Resources"])
        over = f"{size} bytes (limit {TEMPLATE_BYTES})" if size > TEMPLATE_BYTES else ""
        over = over or (f"{count} resources (limit {RESOURCES})" if count > RESOURCES else "")
        if not over:
            return ""
        roles = sorted(role_names(self.template["Resources"].values()))
        return (
            f"The template of stack {self.name} has {over}, with the roles {', '.join(roles)}: launch fewer products "
            "with each of them (local_role_name in portfolios/*.yaml)."
        )


def role_names(resources: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """The names of the roles among these resources."""
    return frozenset(
        resource["Properties"]["RoleName"] for resource in resources if resource["Type"] == "AWS::IAM::Role"
    )


def stack_name(owner: str, number: int) -> str:
    """The name of the first, second, … stack of launch roles."""
    return f"{owner}-launch-roles" if number == 1 else f"{owner}-launch-roles-{number}"


def assign(owner: str, roles: Mapping[str, Resources], deployed: Sequence[frozenset[str]]) -> tuple[RoleStack, ...]:
    """The stacks of these roles. `deployed` has the roles that are in the first, second, … stack already."""
    stacks: list[dict[str, Any]] = [
        {key: resource for name in sorted(names & roles.keys()) for key, resource in roles[name].items()}
        for names in deployed
    ]
    for name in sorted(roles.keys() - frozenset().union(*deployed)):
        for stack in stacks:
            if has_room({**stack, **roles[name]}):
                stack.update(roles[name])
                break
        else:
            stacks.append(dict(roles[name]))
    return tuple(
        RoleStack(stack_name(owner, number), new_template(resources))
        for number, resources in enumerate(stacks, 1)
        if resources
    )


def has_room(resources: Resources) -> bool:
    """Whether a stack of these resources is at most half full."""
    size = len(json.dumps(resources, separators=(",", ":")).encode())
    return size <= TEMPLATE_BYTES // HALF and len(resources) <= RESOURCES // HALF


def role_details(stacks: Stacks, stack: RoleStack, *, exists: bool) -> tuple[Impact, tuple[str, ...]]:
    """(impact, lines) of the deployment of a stack: what each role gains and loses."""
    before: Mapping[str, Any] = {}
    if not role_names(stack.template["Resources"].values()):
        return Impact.NONE, ()
    if exists:
        try:
            before = stacks.template(stack.name)
        except AwsCallError as error:
            return Impact.WIDENS, (f"what the roles gain is not known: {error.code} on {error.operation}",)
    changes = role_changes(before, stack.template)
    impact = Impact.WIDENS if changes.gains else Impact.RESTRICTS if changes.loses else Impact.NONE
    return impact, tuple(changes.lines)
