"""What CloudFormation's resource handlers may call, and what IAM knows of an action, from the data cfn-lint ships.

Two sources, both JSON files of the cfn-lint wheel: the resource provider schemas, where each type lists the permissions
of its handlers, and the actions and ARN formats of the Service Authorization Reference
(data/AdditionalSpecs/Policies.json).
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Literal

from catalog.check.provider import data, schemas

Handler = Literal["create", "read", "update", "delete", "list"]
HANDLERS: tuple[Handler, ...] = ("create", "read", "update", "delete", "list")

ACTION = re.compile(r"[A-Za-z0-9-]+:[A-Za-z0-9*?]+")
OBJECTS = "arn:${AWS::Partition}:s3:::*/*"  # the data has one pattern, arn:…:s3:::.*, for buckets and for objects


@dataclass(frozen=True, slots=True)
class Handlers:
    """The handlers of one resource type, as the schemas of some Regions have them."""

    resource_type: str
    permissions: Mapping[Handler, tuple[str, ...]]
    """Handler → the actions that it may call; a handler that the type does not have is missing."""

    def actions(self, *handlers: Handler) -> frozenset[str]:
        """What the named handlers may call, all of them when none is named."""
        return frozenset(action for name in handlers or HANDLERS for action in self.permissions.get(name, ()))


@dataclass(frozen=True, slots=True)
class IamAction:
    """An action that IAM knows, or all that a pattern such as `ec2:Describe*` matches."""

    action: str
    resources: Mapping[str, tuple[str, ...]]
    """Kind of resource → ARNs of all of that kind in the account, with CloudFormation's placeholders."""
    everywhere: bool
    """Whether it is authorised on no kind of resource at all, so that only `*` matches."""


def resource_handlers(resource_type: str, regions: Sequence[str]) -> Handlers | None:
    """The handlers of a type: the union over `regions`, since a role serves all Regions.

    None when no Region has the type, or its schemas list no handlers. Raises `ContentError` for a Region that cfn-lint
    does not know.
    """
    found: dict[Handler, dict[str, None]] = {}
    for schema in schemas(resource_type, regions):
        for name, handler in schema.get("handlers", {}).items():
            permissions = [action for action in handler.get("permissions", ()) if ACTION.fullmatch(action)]
            found.setdefault(name, {}).update(dict.fromkeys(permissions))
    if not found:
        return None
    return Handlers(resource_type, {name: tuple(found[name]) for name in HANDLERS if name in found})


def iam_action(action: str) -> IamAction | None:
    """What IAM knows of an action; None when there is none of this name. IAM's names have no case."""
    service, _, name = action.lower().partition(":")
    known = iam_services().get(service, {"Actions": {}, "Resources": {}})
    matched = [entry for key, entry in known["Actions"].items() if fnmatchcase(key, name)]
    if not matched:
        return None
    formats = {kind.lower(): resource["ARNFormats"] for kind, resource in known["Resources"].items()}
    resources: dict[str, tuple[str, ...]] = {}
    for entry in matched:
        for kind in entry.get("Resources", ()):
            arns = (pattern(service, kind.lower(), arn) for arn in formats.get(kind.lower(), ()))
            resources[kind.lower()] = tuple(dict.fromkeys(arns))
    return IamAction(action, resources, any(not entry.get("Resources") for entry in matched))


def pattern(service: str, kind: str, arn: str) -> str:
    """An ARN format of the data as an IAM pattern: this partition and account, every Region, every name."""
    if (service, kind) == ("s3", "object"):
        return OBJECTS
    filled = arn.replace("${Partition}", "${AWS::Partition}").replace("${Account}", "${AWS::AccountId}")
    return re.sub(r"\*+", "*", re.sub(r"\$\{(?!AWS::)[^}]*\}", "*", filled).replace(".*", "*"))


@functools.cache
def iam_services() -> Mapping[str, Any]:
    """Service prefix → its actions and resource types; names of actions in lower case."""
    services: dict[str, Any] = json.loads((data() / "AdditionalSpecs" / "Policies.json").read_bytes())
    return services
