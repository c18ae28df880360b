"""E9006: no S3 bucket can be public."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from catalog.check.controls._control import Control, Fault, Path, resources, section
from catalog.check.controls._policy import alternatives, is_function, items
from catalog.check.metadata import Frameworks

BLOCK = "PublicAccessBlockConfiguration"
BLOCKS = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
PUBLIC_ACLS = ("AuthenticatedRead", "PublicRead", "PublicReadWrite")
OWNED = "BucketOwnerEnforced"
ACCESS_POINTS = ("AWS::S3::AccessPoint", "AWS::S3::MultiRegionAccessPoint")
"""In their block, a setting that is left out is true; in that of a bucket it is false (PutPublicAccessBlock)."""


class S3NotPublic(Control):
    """Three protections: the public access block, no public canned ACL, and no ACLs at all.

    Since April 2023, S3 blocks public access to each new bucket and turns its ACLs off, also for CloudFormation. So a
    bucket without these properties is protected, and one with a part of them is not: a block that names one setting has
    false for the others. A Fn::If that leaves a property out is a fault: an update that changes the condition removes
    the block or the ownership. The settings must be literals, because a parameter could turn one off. E9002 checks
    bucket policies. The block of the account and the policies of an organization are not part of a template.
    """

    id = "E9006"
    shortdesc = "S3 buckets block public access and have no ACLs"
    description = (
        "No AWS::S3::Bucket gives up S3's defaults for new buckets: its PublicAccessBlockConfiguration, if it has one, "
        "has the four settings as the literal true, its OwnershipControls, if it has them, have BucketOwnerEnforced, "
        "which turns ACLs off, and it has no public canned ACL. An AWS::S3::AccessPoint and an "
        "AWS::S3::MultiRegionAccessPoint, which block public access by default, turn off none of the four settings."
    )
    why = "If data is public, even for an hour, others can copy it, and nobody can take the copies back."
    remedy = (
        "Leave PublicAccessBlockConfiguration and OwnershipControls out, or write BlockPublicAcls, BlockPublicPolicy, "
        "IgnorePublicAcls and RestrictPublicBuckets: true, and the rule ObjectOwnership: BucketOwnerEnforced. Remove "
        "AccessControl, and give access by a bucket policy."
    )
    source_url = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html"
    frameworks: ClassVar[Frameworks] = {
        "CIS AWS Foundations": ("1.4: 2.1.5", "3.0: 2.1.4", "5.0: 2.1.4"),
        "Security Hub": ("S3.2", "S3.3", "S3.8", "S3.12"),
        "AWS Config": (
            "s3-bucket-acl-prohibited",
            "s3-bucket-level-public-access-prohibited",
            "s3-bucket-public-read-prohibited",
            "s3-bucket-public-write-prohibited",
        ),
        "Control Tower": ("CT.S3.PR.1",),
        "NIST 800-53": (
            "AC-2(1)",
            "AC-3",
            "AC-3(7)",
            "AC-3(15)",
            "AC-4",
            "AC-4(21)",
            "AC-6",
            "AC-21",
            "SC-7",
            "SC-7(3)",
            "SC-7(4)",
            "SC-7(9)",
            "SC-7(11)",
            "SC-7(16)",
            "SC-7(20)",
            "SC-7(21)",
        ),
        "PCI DSS": ("3.2.1: 1.2.1", "3.2.1: 1.3.1", "3.2.1: 1.3.2", "3.2.1: 1.3.4", "3.2.1: 1.3.6", "3.2.1: 7.2.1"),
    }
    sources = (
        "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html",
        "https://docs.aws.amazon.com/controltower/latest/controlreference/s3-rules.html",
        "https://aws.amazon.com/blogs/aws/heads-up-amazon-s3-security-changes-are-coming-in-april-of-2023/",
    )
    tags = ("s3", "public access", "acl")
    looks_at = ("AWS::S3::Bucket", *ACCESS_POINTS)

    def faults(self, template: Mapping[str, Any]) -> Iterator[Fault]:
        """Each protection that a bucket lacks or that a parameter can turn off."""
        for logical_id, kind, properties in resources(template, "AWS::S3::Bucket", *ACCESS_POINTS):
            path = ("Resources", logical_id, "Properties")
            if BLOCK in properties:
                default = True if kind in ACCESS_POINTS else None
                yield from open_blocks(properties, path, logical_id, default)
            if kind == "AWS::S3::Bucket":
                yield from public_acls(template, properties, path)
                if "OwnershipControls" in properties and not acls_are_off(properties["OwnershipControls"]):
                    message = f"{logical_id} must have the literal ObjectOwnership: {OWNED}, or no OwnershipControls"
                    yield (*path, "OwnershipControls"), message


def open_blocks(properties: Mapping[str, Any], path: Path, logical_id: str, default: Any = None) -> Iterator[Fault]:
    """Each of the four settings that is not the literal true. `default` is the value of a missing setting."""
    block = properties[BLOCK]
    if not isinstance(block, Mapping) or is_function(block):
        yield (*path, BLOCK), f"{logical_id} must have a literal {BLOCK}, or none"
        return
    for name in BLOCKS:
        value = block.get(name, default)
        if value is not True and value != "true":
            where = (*path, BLOCK, *([name] if name in block else []))
            got = repr(value) if name in block else "no value"
            yield where, f"{name} of {logical_id} must be the literal true, got {got}"


def public_acls(template: Mapping[str, Any], properties: Mapping[str, Any], path: Path) -> Iterator[Fault]:
    """A canned ACL that is public, or that a parameter can make public."""
    for where, value in alternatives(properties.get("AccessControl"), (*path, "AccessControl")):
        if isinstance(value, str) and value in PUBLIC_ACLS:
            yield where, f"the canned ACL {value} is public"
        elif isinstance(value, Mapping) and (name := public_parameter(template, value)):
            yield where, f"parameter {name} can make the canned ACL public; write a literal, or remove AccessControl"


def public_parameter(template: Mapping[str, Any], value: Mapping[str, Any]) -> str:
    """The parameter of a Ref, if it accepts a public canned ACL; otherwise empty."""
    for name, definition in section(template, "Parameters"):
        if name == value.get("Ref"):
            allowed = definition.get("AllowedValues")
            is_open = not isinstance(allowed, list) or any(acl in allowed for acl in PUBLIC_ACLS)
            return name if is_open else ""
    return ""


def acls_are_off(controls: Any) -> bool:
    """Whether OwnershipControls has BucketOwnerEnforced and nothing else."""
    rules = controls.get("Rules") if isinstance(controls, Mapping) else None
    values = [rule.get("ObjectOwnership") for _, rule in items(rules, ()) if isinstance(rule, Mapping)]
    return isinstance(rules, list) and bool(values) and all(value == OWNED for value in values)
