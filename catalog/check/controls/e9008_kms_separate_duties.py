"""E9008: no principal both administers a KMS key and uses it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from catalog.check.controls._control import Control, Fault, resources, section
from catalog.check.controls._duties import Duties, duties_of
from catalog.check.controls._launches import Possible, is_list
from catalog.check.controls._policy import statements
from catalog.check.controls._types import KEY_TYPES
from catalog.check.metadata import Frameworks

EXAMPLES = ("kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:Decrypt", "kms:CreateGrant")


class KmsSeparateDuties(Control):
    """Two questions: does one principal get both duties, and can one ARN get both through two parameters?

    `kms:Create*` includes CreateGrant, with which administrators can give themselves every use of the key. Only an
    unconditional Deny outside Fn::If takes an action away. The root statement is not checked: E9007 requires it, and
    IAM policies decide what it grants.

    Rules cannot assert that two lists share no member, only that neither contains the other. So the best answer is a
    Deny for the administrators, which makes an overlap harmless. Rules that refuse equal lists are the minimum.
    """

    id = "E9008"
    shortdesc = "No principal both administers a KMS key and uses it"
    description = (
        "No principal of a key policy, literal or parameter, is allowed both to administer the key (PutKeyPolicy, "
        "ScheduleKeyDeletion …) and to use it (Decrypt, Encrypt, CreateGrant …), unless a Deny without Condition takes "
        "one of the two away. If administrators and users are two parameters, such a Deny or the Rules prevent that an "
        "ARN in both lists has both."
    )
    why = (
        "A principal that can decrypt and also change the policy can read all data and hide that. Then one compromised "
        "role exposes the data, not only the policy."
    )
    remedy = (
        "Use one list parameter for administrators and one for users, and deny the administrators Encrypt, Decrypt, "
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
        """Each principal, and each pair of parameters, that combines the two duties."""
        for logical_id, _, properties in resources(template, *KEY_TYPES):
            path = ("Resources", logical_id, "Properties", "KeyPolicy")
            principals = duties_of(template, list(statements(properties.get("KeyPolicy"), path)))
            yield from combined_by_principals(principals)
            yield from combined_by_parameters(template, principals)


def combined_by_principals(principals: list[Duties]) -> Iterator[Fault]:
    """Principals with both duties."""
    for duties in principals:
        if duties.administers and duties.uses:
            use, administration = example_of(duties.uses), example_of(duties.administers)
            both = f"{duties.name} both administers the key ({administration}) and uses it ({use})"
            yield duties.where[use], f"{both}; deny one of the two"


def combined_by_parameters(template: Mapping[str, Any], principals: list[Duties]) -> Iterator[Fault]:
    """Pairs of parameters, one for each duty, that may contain the same principal, which then has both duties."""
    for administrators in principals:
        for users in principals:
            uses, administers = users.uses - administrators.denied, administrators.administers - users.denied
            first, second = administrators.parameter, users.parameter
            both = uses and administers and administrators is not users and first and second
            if both and may_be_equal(template, first, second):
                use = example_of(uses)
                message = (
                    f"one ARN in both {first} and {second} administers the key ({example_of(administers)}) "
                    f"and uses it ({use}); deny {first} the use of the key"
                )
                yield users.where[use], message


def may_be_equal(template: Mapping[str, Any], first: str, second: str) -> bool:
    """Whether the Rules allow a launch in which two parameters have the same value."""
    parameters = dict(section(template, "Parameters"))
    if first not in parameters or second not in parameters:
        return False
    pair = [{"Ref": first}, {"Ref": second}]
    if is_list(parameters[first]) and is_list(parameters[second]):
        return Possible(template).launch({"Fn::EachMemberIn": pair}, {"Fn::EachMemberIn": pair[::-1]})
    lists = [name for name in (first, second) if is_list(parameters[name])]
    function = "Fn::EachMemberEquals" if lists else "Fn::Equals"
    return Possible(template).launch({function: pair if lists in ([], [first]) else pair[::-1]})


def example_of(iam_actions: set[str]) -> str:
    """The IAM action that a message names, always the same for the same set."""
    return next((action for action in EXAMPLES if action in iam_actions), min(iam_actions))
