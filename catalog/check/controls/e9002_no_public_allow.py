"""L2. E9002: no resource policy allows everybody."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from catalog.check.controls._control import Control, Fault, Path, section
from catalog.check.controls._policy import POLICIES, can_be, literal, principals, resource_statements
from catalog.check.metadata import Frameworks


class NoPublicAllow(Control):
    """An Allow to `*` is public, and a Condition is too easy to get wrong: name the principals.

    `NotPrincipal` in an Allow means everybody else, so it counts; so does a parameter through which `*` can come in.
    Text that `Fn::Join` or `Fn::FindInMap` puts together is not followed.
    """

    id = "E9002"
    shortdesc = "No resource policy allows the principal *"
    description = (
        "No Allow statement of a resource policy (KMS, S3, SQS, SNS and others) names the principal * or uses "
        "NotPrincipal, whatever its Condition, and no parameter that it names as principal accepts *."
    )
    why = (
        "A resource that everybody may use is found and used; a Condition that should narrow it is one typing "
        "error away from nothing."
    )
    remedy = (
        "Name the principals: ARNs of roles, an account's root, or a service with aws:SourceAccount. Give a "
        "parameter that is a principal an AllowedPattern that refuses *."
    )
    source_url = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"
    frameworks: ClassVar[Frameworks] = {
        "Security Hub": ("KMS.5", "S3.2", "S3.3"),
        "AWS Config": (
            "kms-key-policy-no-public-access",
            "s3-bucket-public-read-prohibited",
            "s3-bucket-public-write-prohibited",
        ),
    }
    sources = (
        "https://docs.aws.amazon.com/securityhub/latest/userguide/kms-controls.html",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html",
    )
    tags = ("iam", "kms", "s3", "sns", "sqs", "public access")
    looks_at = tuple(POLICIES)

    def faults(self, template: Mapping[str, Any]) -> Iterator[Fault]:
        """Each principal of an Allow that is, or can be, everybody."""
        for _, _, path, statement in resource_statements(template, *POLICIES):
            if can_be(statement, "Allow"):
                yield from public(template, statement, path)


def public(template: Mapping[str, Any], statement: Mapping[str, Any], path: Path) -> Iterator[Fault]:
    """What makes an Allow statement public."""
    if "NotPrincipal" in statement:
        yield (*path, "NotPrincipal"), "NotPrincipal in an Allow means everybody else; name the principals"
    for where, principal in principals(statement.get("Principal"), (*path, "Principal")):
        if literal(principal) == "*":
            yield where, "an Allow to the principal * is public; name the principals"
        elif (parameter := wildcard_parameter(template, principal)) is not None:
            yield where, f"parameter {parameter} is a principal here and accepts *; give it an AllowedPattern"


def wildcard_parameter(template: Mapping[str, Any], principal: Any) -> str | None:
    """The parameter that `principal` refers to, when `*` satisfies its constraints."""
    name = principal.get("Ref") if isinstance(principal, Mapping) else None
    parameter = dict(section(template, "Parameters")).get(name) if isinstance(name, str) else None
    return name if parameter is not None and accepts_wildcard(parameter) else None


def accepts_wildcard(parameter: Mapping[str, Any]) -> bool:
    """Whether CloudFormation accepts `*` for this parameter; a pattern only Java can read counts as refusing it."""
    allowed = parameter.get("AllowedValues")
    if isinstance(allowed, list):
        return "*" in allowed
    pattern = parameter.get("AllowedPattern")
    try:
        return not isinstance(pattern, str) or re.fullmatch(pattern, "*") is not None
    except re.error:
        return False
