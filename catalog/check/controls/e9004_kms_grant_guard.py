"""E9004: KMS key policies deny grants that are not for AWS services."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from catalog.check.controls._control import Control, Fault, resources
from catalog.check.controls._policy import only
from catalog.check.metadata import Frameworks

CONDITION_KEYS = {"kms:grantisforawsresource", "aws:principalisawsservice"}


class KmsGrantGuard(Control):
    """A principal that may call CreateGrant can give every use of the key to principals that the policy never names.

    The statement has the form of Control Tower's CT.KMS.PR.3, a CloudFormation Guard rule that a hook may run on the
    template. That rule reads no functions, so the statement must be outside `Fn::If`, with exactly these elements.
    """

    id = "E9004"
    shortdesc = "KMS key policies deny grants that are not for AWS services"
    description = (
        "The policy of every AWS::KMS::Key has, outside Fn::If, a Deny of kms:CreateGrant for the principal * on the "
        "resource *. Its only condition is BoolIfExists with kms:GrantIsForAWSResource and aws:PrincipalIsAWSService "
        '"false" (Control Tower CT.KMS.PR.3).'
    )
    why = (
        "CreateGrant can give every use of a key to any principal, also to one that the key policy never names. The "
        "kms:Create* of administrators includes it."
    )
    remedy = "Add the Deny of CT.KMS.PR.3 to the key policy, as products/kms_key.py does (GrantsOnlyForAwsServices)."
    source_url = "https://docs.aws.amazon.com/controltower/latest/controlreference/kms-rules.html"
    frameworks: ClassVar[Frameworks] = {
        "Control Tower": ("CT.KMS.PR.3",),
    }
    sources = ("https://docs.aws.amazon.com/controltower/latest/controlreference/kms-rules.html",)
    tags = ("kms", "grants")
    looks_at = ("AWS::KMS::Key",)

    def faults(self, template: Mapping[str, Any]) -> Iterator[Fault]:
        """Each key whose policy does not have the statement."""
        for logical_id, _, properties in resources(template, "AWS::KMS::Key"):
            path = ("Resources", logical_id, "Properties")
            policy = properties.get("KeyPolicy")
            statements = policy.get("Statement") if isinstance(policy, Mapping) else None
            if not isinstance(statements, list) or not any(is_guard(statement) for statement in statements):
                where = (*path, "KeyPolicy") if "KeyPolicy" in properties else path
                message = (
                    f"the key policy of {logical_id} has no statement outside Fn::If that denies kms:CreateGrant to * "
                    "unless the grant is for an AWS service; add the statement of CT.KMS.PR.3"
                )
                yield where, message


def is_guard(statement: Any) -> bool:
    """Whether this is the statement that CT.KMS.PR.3 requires."""
    return (
        isinstance(statement, Mapping)
        and statement.get("Effect") == "Deny"
        and only(statement.get("Action"), "kms:CreateGrant")
        and only(statement.get("Resource"), "*")
        and is_everybody(statement.get("Principal"))
        and is_guard_condition(statement.get("Condition"))
    )


def is_everybody(principal: Any) -> bool:
    """Whether the Deny is for `*` or `{"AWS": "*"}`, in the notation that the Guard rule requires."""
    return principal == "*" or (isinstance(principal, Mapping) and principal.get("AWS") == "*")


def is_guard_condition(condition: Any) -> bool:
    """Whether the Condition is only BoolIfExists with the two keys, both "false". Names of keys have no case."""
    if not isinstance(condition, Mapping) or list(condition) != ["BoolIfExists"]:
        return False
    tests = condition["BoolIfExists"]
    return (
        isinstance(tests, Mapping)
        and {str(key).lower() for key in tests} == CONDITION_KEYS
        and all(value == "false" for value in tests.values())
    )
