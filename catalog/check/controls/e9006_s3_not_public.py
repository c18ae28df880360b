"""E9006: no S3 bucket can be public."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from catalog.check.controls._control import Control, Fault, Path, resources, section
from catalog.check.controls._policy import alternatives, is_function, items
from catalog.check.metadata import Frameworks

BLOCKS = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
PUBLIC_ACLS = ("AuthenticatedRead", "PublicRead", "PublicReadWrite")
OWNED = "BucketOwnerEnforced"


class S3NotPublic(Control):
    """Three protections: the public access block, no public canned ACL, and no ACLs at all.

    The settings of the block must be literals, because a parameter could turn one off at launch. E9002 checks bucket
    policies. The block of the account and the policies of an organization are not part of a template.
    """

    id = "E9006"
    shortdesc = "S3 buckets block public access and have no ACLs"
    description = (
        "Every AWS::S3::Bucket has a PublicAccessBlockConfiguration with the four settings as the literal true, "
        "OwnershipControls with BucketOwnerEnforced, which turns ACLs off, and no public canned ACL. An "
        "AWS::S3::AccessPoint, which blocks public access by default, turns off none of the four settings."
    )
    why = "If data is public, even for an hour, others can copy it, and nobody can take the copies back."
    remedy = (
        "Write PublicAccessBlockConfiguration with BlockPublicAcls, BlockPublicPolicy, IgnorePublicAcls and "
        "RestrictPublicBuckets: true, and OwnershipControls with the rule ObjectOwnership: BucketOwnerEnforced. Remove "
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
    )
    tags = ("s3", "public access", "acl")
    looks_at = ("AWS::S3::Bucket", "AWS::S3::AccessPoint")

    def faults(self, template: Mapping[str, Any]) -> Iterator[Fault]:
        """Each protection that a bucket lacks or that a parameter can turn off."""
        for logical_id, _, properties in resources(template, "AWS::S3::Bucket"):
            path = ("Resources", logical_id, "Properties")
            yield from open_blocks(properties, path, logical_id)
            yield from public_acls(template, properties, path)
            if not acls_are_off(properties.get("OwnershipControls")):
                where = (*path, "OwnershipControls") if "OwnershipControls" in properties else path
                yield where, f"{logical_id} has no OwnershipControls with the literal ObjectOwnership: {OWNED}"
        for logical_id, _, properties in resources(template, "AWS::S3::AccessPoint"):
            if "PublicAccessBlockConfiguration" in properties:
                yield from open_blocks(properties, ("Resources", logical_id, "Properties"), logical_id, default=True)


def open_blocks(properties: Mapping[str, Any], path: Path, logical_id: str, default: Any = None) -> Iterator[Fault]:
    """Each of the four settings that is not the literal true. `default` is the value of a missing setting."""
    block = properties.get("PublicAccessBlockConfiguration")
    if not isinstance(block, Mapping) or is_function(block):
        where = path if block is None else (*path, "PublicAccessBlockConfiguration")
        yield where, f"{logical_id} has no literal PublicAccessBlockConfiguration"
        return
    for name in BLOCKS:
        value = block.get(name, default)
        if value is not True and value != "true":
            where = (*path, "PublicAccessBlockConfiguration", *([name] if name in block else []))
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
