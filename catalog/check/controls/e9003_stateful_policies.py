"""E9003: resources that hold data say what happens to them on deletion and replacement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.check.controls._control import Control, Fault, resources
from catalog.check.controls._types import stateful_types

ATTRIBUTES = ("DeletionPolicy", "UpdateReplacePolicy")


class StatefulPolicies(Control):
    """The default is Delete, silently. cfn-lint's I3011 only informs, and leaves S3 buckets out."""

    id = "E9003"
    shortdesc = "Stateful resources carry DeletionPolicy and UpdateReplacePolicy"
    description = (
        "Every resource that holds data (KMS keys, S3 buckets, DynamoDB, RDS, EFS and others) has an explicit "
        "DeletionPolicy and UpdateReplacePolicy, so that losing data is a decision and not a default."
    )
    why = "CloudFormation deletes what a template no longer holds, and the default asks nobody."
    remedy = "Write DeletionPolicy and UpdateReplacePolicy on the resource, Delete included where data may go."
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html"
    tags = ("resources", "deletionpolicy", "updatereplacepolicy")
    looks_at = stateful_types()

    def faults(self, template: Mapping[str, Any]) -> Iterator[Fault]:
        """Each stateful resource that lacks one of the two."""
        for logical_id, kind, _ in resources(template, *stateful_types()):
            for attribute in ATTRIBUTES:
                if attribute not in template["Resources"][logical_id]:
                    yield ("Resources", logical_id), f"{logical_id} ({kind}) holds data and has no {attribute}"
