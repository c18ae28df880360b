"""E9008: nobody both administers a KMS key and uses it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from catalog.check.controls._control import Control, Fault, resources, section
from catalog.check.controls._duties import Duties, duties_of
from catalog.check.controls._launches import Possible, is_list
from catalog.check.controls._policy import statements
from catalog.check.controls._types import KEY_TYPES
from catalog.check.metadata import Frameworks

TELLING = ("kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:Decrypt", "kms:CreateGrant")


class KmsSeparateDuties(Control):
    """Two questions: does one principal get both duties, and can one ARN get both through two parameters?

    `kms:Create*` includes CreateGrant, with which administrators can give themselves every use of the key. Only an
    unconditional Deny outside Fn::If takes an action away. The root statement is not checked: E9007 requires it, and
    IAM policies decide what it grants.

    Rules cannot assert that two lists share no member, only that neither contains the other. So the best answer is a
    Deny for the administrators, which makes an overlap harmless. Rules that refuse equal lists are the minimum.
    """

    id = "E9008"
    shortdesc = "Nobody both administers a KMS key and uses it"
    description = (
        "No principal of a key policy, literal or parameter, has both administration (PutKeyPolicy, "
        "ScheduleKeyDeletion …) and use (Decrypt, Encrypt, CreateGrant …) of the key, unless a Deny without Condition "
        "takes one away. Where administrators and users are two parameters, such a Deny or the Rules keep the same "
        "ARN from having both by standing in both."
    )
    why = (
        "Who can decrypt and also rewrite the policy can read everything and cover it up. One compromised role then "
        "costs the data, not only the policy."
    )
    remedy = (
        "Give administrators and users a list parameter each, and deny the administrators Encrypt, Decrypt, "
        "ReEncrypt*, GenerateDataKey* and CreateGrant, as products/kms_key.py does (KeyAdministratorsCannotUseTheKey)."
    )
    source_url = "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html"
    frameworks: ClassVar[Frameworks] = {
        "SOC 2": ("CC6.3",),
        "KMS article checklist": ("2",),
        "KMS article compliance": ("3",),
    }
    tags = ("kms", "key policy", "least privilege", "separation of duties")
    looks_at = KEY_TYPES

    def faults(self, template: Mapping[str, Any]) -> Iterator[Fault]:
        """Each principal, and each pair of parameters, that joins the two duties."""
        for logical_id, _, properties in resources(template, *KEY_TYPES):
            path = ("Resources", logical_id, "Properties", "KeyPolicy")
            duties = duties_of(template, list(statements(properties.get("KeyPolicy"), path)))
            yield from joined_in_one(duties)
            yield from joined_by_two(template, duties)


def joined_in_one(duties: list[Duties]) -> Iterator[Fault]:
    """Principals that have both duties."""
    for one in duties:
        if one.administers and one.uses:
            action = telling(one.uses)
            both = f"{one.name} both administers the key ({telling(one.administers)}) and uses it ({action})"
            yield one.where[action], f"{both}; deny one of the two"


def joined_by_two(template: Mapping[str, Any], duties: list[Duties]) -> Iterator[Fault]:
    """Two parameters, one for each duty, that may name the same principal with both duties left."""
    for one in duties:
        for other in duties:
            uses, administers = other.uses - one.denied, one.administers - other.denied
            both = uses and administers and one is not other and one.parameter and other.parameter
            if both and may_be_equal(template, one.parameter, other.parameter):
                action = telling(uses)
                message = (
                    f"one ARN in both {one.parameter} and {other.parameter} administers the key "
                    f"({telling(administers)}) and uses it ({action}); deny {one.parameter} the use of the key"
                )
                yield other.where[action], message


def may_be_equal(template: Mapping[str, Any], one: str, other: str) -> bool:
    """Whether the Rules let a launch through in which two parameters have the same value."""
    declared = dict(section(template, "Parameters"))
    if one not in declared or other not in declared:
        return False
    pair = [{"Ref": one}, {"Ref": other}]
    if is_list(declared[one]) and is_list(declared[other]):
        return Possible(template).launch({"Fn::EachMemberIn": pair}, {"Fn::EachMemberIn": pair[::-1]})
    lists = [name for name in (one, other) if is_list(declared[name])]
    function = "Fn::EachMemberEquals" if lists else "Fn::Equals"
    return Possible(template).launch({function: pair if lists in ([], [one]) else pair[::-1]})


def telling(actions: set[str]) -> str:
    """One action to name, the same each time."""
    return next((action for action in TELLING if action in actions), min(actions))
