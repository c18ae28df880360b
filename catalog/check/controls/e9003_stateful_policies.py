"""E9003: stateful resources have a DeletionPolicy and an UpdateReplacePolicy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.check.controls._control import Control, Fault, resources
from catalog.check.stateful import HELD, STATEFUL_TYPES

ATTRIBUTES = ("DeletionPolicy", "UpdateReplacePolicy")


class StatefulPolicies(Control):
    """The default is Delete. cfn-lint's I3011 is only informational and does not check S3 buckets.

    Where this control reports a fault, cfn-lint's I3011 and W3011 are left out.
    """

    id = "E9003"
    shortdesc = "Stateful resources have DeletionPolicy and UpdateReplacePolicy"
    description = (
        "Every resource that holds data (keys, buckets, tables, databases, file systems, registries of images, "
        "clusters of Kafka and others) has an explicit DeletionPolicy and UpdateReplacePolicy, so that losing data "
        "is a decision and not a default."
    )
    why = (
        "When a resource is removed from the template or replaced, CloudFormation deletes it by default, with its data."
    )
    remedy = "Write DeletionPolicy and UpdateReplacePolicy on the resource. Write Delete if the data may be lost."
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html"
    tags = ("resources", "deletionpolicy", "updatereplacepolicy")
    looks_at = STATEFUL_TYPES

    def faults(self, template: Mapping[str, Any]) -> Iterator[Fault]:
        """Each missing attribute of a stateful resource."""
        for logical_id, kind, _ in resources(template, *STATEFUL_TYPES):
            for attribute in ATTRIBUTES:
                if attribute not in template["Resources"][logical_id]:
                    yield ("Resources", logical_id), f"{logical_id} ({kind}) holds {HELD[kind]} and has no {attribute}"
