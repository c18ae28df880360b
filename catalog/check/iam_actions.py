"""IAM actions and the resources that they can be granted on, from the Service Authorization Reference.

cfn-lint ships the reference as JSON (data/AdditionalSpecs/Policies.json): each service with its actions, resource types
and ARN formats.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from catalog.check.schemas import data_folder

OBJECTS = "arn:${AWS::Partition}:s3:::*/*"  # the data has one pattern, arn:…:s3:::.*, for buckets and for objects


@dataclass(frozen=True, slots=True)
class IamAction:
    """An IAM action, or all actions that a pattern such as `ec2:Describe*` matches."""

    action: str
    resources: Mapping[str, tuple[str, ...]]
    """Resource type of the service → ARNs of all its resources in the account, with CloudFormation's placeholders."""
    everywhere: bool
    """Whether the action, or one that the pattern matches, supports no resource types, so that only `*` matches."""


@functools.cache
def iam_action(action: str) -> IamAction | None:
    """What the reference says of an action; None when it has no such action. Names have no case."""
    service, _, name = action.lower().partition(":")
    reference = iam_services().get(service, {"Actions": {}, "Resources": {}})
    matching = [entry for key, entry in reference["Actions"].items() if fnmatchcase(key, name)]
    if not matching:
        return None
    arn_formats = {kind.lower(): resource["ARNFormats"] for kind, resource in reference["Resources"].items()}
    resources: dict[str, tuple[str, ...]] = {}
    for entry in matching:
        for kind in map(str.lower, entry.get("Resources", ())):
            arns = (arn_pattern(service, kind, arn_format) for arn_format in arn_formats.get(kind, ()))
            resources[kind] = tuple(dict.fromkeys(arns))
    return IamAction(action, resources, any(not entry.get("Resources") for entry in matching))


def arn_pattern(service: str, kind: str, arn_format: str) -> str:
    """An ARN format of the reference as an IAM pattern: this partition and account, every Region, every name."""
    if (service, kind) == ("s3", "object"):
        return OBJECTS
    filled = arn_format.replace("${Partition}", "${AWS::Partition}").replace("${Account}", "${AWS::AccountId}")
    return re.sub(r"\*+", "*", re.sub(r"\$\{(?!AWS::)[^}]*\}", "*", filled).replace(".*", "*"))


@functools.cache
def iam_services() -> Mapping[str, Any]:
    """Service prefix → its actions and resource types; names of actions in lower case."""
    services: dict[str, Any] = json.loads((data_folder() / "AdditionalSpecs" / "Policies.json").read_bytes())
    return services
