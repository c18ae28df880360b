"""The lives of the templates of tests/fixtures/features: launched, updated and terminated by a launch role."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from catalog.content.template_files import read_template
from catalog.model.definition import LaunchPermission
from catalog.roles.derive import ProductVersion, derive
from catalog.roles.template import SERVICE_PERMISSIONS, policy_document
from catalog.sandbox import identity, stacks
from tests.conftest import ROOT
from tests.contract.resource_types.conftest import ACCOUNT, REGION, ROLE, TAGS, World
from tests.contract.resource_types.derived import plain

FOLDER = ROOT / "tests" / "fixtures" / "features"
FILES = sorted(file for file in FOLDER.iterdir() if file.is_file())
NESTED = sorted((FOLDER / "nested").iterdir())
TEMPLATE_BUCKET = LaunchPermission("Nested", ("s3:GetObject",), ("arn:aws:s3:::features/*",), "Nested templates.")
"""What a product with nested stacks declares besides: the role is derived from each template by itself."""
HIDDEN = "its resources are in another template"
GONE_WELL = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "DELETE_COMPLETE")
WITHOUT_NAME = {
    "kms:PutKeyPolicy": "The new key policy will not allow you to update the key policy in the future.",
    "s3:GetObject": "S3 error: Access Denied",
}
"""IAM action → what AWS says without the action's name: KMS of a key whose maker could not change its policy (API
reference, CreateKey, BypassPolicyLockoutSafetyCheck), and CloudFormation of a nested template that it may not read."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a template's life."""

    name: str
    asked: frozenset[str]
    """The IAM actions that the launch role was asked for."""
    reason: str
    """Why it failed; empty if it did not."""


@cache
def read(file: Path) -> dict[str, Any]:
    template: dict[str, Any] = json.loads(json.dumps(read_template(file.name, file.read_bytes())))
    return template


def changed(template: dict[str, Any]) -> dict[str, Any]:
    """The template after its update: `Resource.Property.Member` → value."""
    after = copy.deepcopy(template)
    for path, value in template["Metadata"]["Test"]["change"].items():
        name, *steps, last = path.split(".")
        node = after["Resources"][name].setdefault("Properties", {})
        for step in steps:
            node = node[step]
        node[last] = value
    return after


@cache
def derived_policy(file: Path) -> dict[str, Any]:
    template = read(file)
    nested = [read(each) for each in NESTED] if "AWS::CloudFormation::Stack" in file.read_text(encoding="utf-8") else []
    versions = [
        ProductVersion("it", f"1.{minor}.0", each) for minor, each in enumerate((template, changed(template), *nested))
    ]
    derived = derive(versions, (REGION,))
    assert set(derived.underivable.values()) <= {HIDDEN}
    more = [TEMPLATE_BUCKET] if nested else []
    document: dict[str, Any] = plain(policy_document([*SERVICE_PERMISSIONS, *derived.permissions, *more]))
    return document


def given(world: World, template: dict[str, Any]) -> dict[str, str]:
    if "Vpc" not in template.get("Parameters", {}):
        return {}
    return {"Vpc": world.client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]}


def run(operation: Any, world: World, template: dict[str, Any]) -> stacks.StackOutcome:
    wanted = stacks.WantedStack(
        ACCOUNT,
        REGION,
        name=world.stack,
        template=json.dumps(template),
        parameters=given(world, template),
        tags=TAGS,
        role_arn=ROLE,
        caller_arn=ROLE,
    )
    outcome: stacks.StackOutcome = operation(wanted)
    return outcome


def failure(world: World, template: dict[str, Any]) -> str:
    """Why a launch fails: a refusal before there is a stack, or what rolled it back."""
    try:
        outcome = run(stacks.create_stack, world, template)
    except stacks.StackRefused as refused:
        return refused.message
    return outcome.reason if outcome.status == "ROLLBACK_COMPLETE" else ""


def life(world: World, template: Mapping[str, Any]) -> Iterator[Step]:
    """Launch, update and terminate a template; a step that fails is the last."""
    after = changed(dict(template))
    steps: dict[str, Callable[[], stacks.StackOutcome]] = {
        "launch": lambda: run(stacks.create_stack, world, dict(template)),
        **({"update": lambda: run(stacks.update_stack, world, after)} if after != template else {}),
        "termination": world.delete,
    }
    for name, take in steps.items():
        step = taken(world, name, take)
        yield step
        if step.reason:
            return


def taken(world: World, name: str, take: Callable[[], stacks.StackOutcome]) -> Step:
    """One step, with what it asked for and why it failed: a resource that stayed behind is a failure too."""
    with identity.asked_actions() as asked:
        try:
            outcome = take()
        except stacks.StackRefused as refused:
            return Step(name, frozenset(asked), refused.message)
    left = "; ".join(world.failures()) if outcome.status != "DELETE_COMPLETE" else ""
    return Step(name, frozenset(asked), left or ("" if outcome.status in GONE_WELL else outcome.reason or "?"))


def without(policy: Mapping[str, Any], action: str, asked: Collection[str]) -> str:
    """The policy from which an action is taken: a pattern that matches it becomes the actions that are asked for."""
    statements = []
    for statement in policy["Statement"]:
        left: set[str] = set()
        for pattern in statement["Action"]:
            matches = {each for each in asked if fnmatchcase(each, pattern)}
            left |= matches if action in matches else {pattern}
        if left - {action}:
            statements.append({**statement, "Action": sorted(left - {action})})
    return json.dumps({**policy, "Statement": statements})


def names_action(action: str, reason: str) -> bool:
    """Whether a reason says that an action is not allowed."""
    return f"is not authorized to perform: {action} on resource: " in reason or (
        action in WITHOUT_NAME and WITHOUT_NAME[action] in reason
    )
