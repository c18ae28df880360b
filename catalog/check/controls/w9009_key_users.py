"""W9009: only roles that need a key may use it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from catalog.check.controls._control import Control, Fault
from catalog.check.controls._policy import (
    IDENTITY_POLICIES,
    INLINE_POLICIES,
    actions_of,
    can_be,
    identity_statements,
    texts,
)
from catalog.check.controls._roles import ADMINISTRATOR, names_of
from catalog.check.controls._types import KEY_TYPES
from catalog.check.metadata import Frameworks

DECRYPTION = ("kms:Decrypt", "kms:ReEncryptFrom")
ALL_KEYS = re.compile(r"\*|arn:[^:]*:kms:\*?:\*?:(\*|key/\*)")


class KeyUsers(Control):
    """Reports general administrators as users, and IAM policies that allow decryption with all keys."""

    id = "W9009"
    shortdesc = "Only roles that need a key may use it"
    description = (
        "Only roles that encrypt or decrypt with the key may use it. No key policy of the template has a role with "
        "AdministratorAccess as a user, and no IAM policy of the template allows kms:Decrypt or kms:ReEncryptFrom on "
        "all keys."
    )
    why = "Every role that may decrypt is one more way to the data."
    remedy = "Name only the roles of the application. In IAM policies, use the key's ARN as Resource."
    source_url = "https://docs.aws.amazon.com/kms/latest/developerguide/least-privilege.html"
    frameworks: ClassVar[Frameworks] = {
        "Security Hub": ("KMS.1", "KMS.2"),
        "AWS Config": ("iam-customer-policy-blocked-kms-actions", "iam-inline-policy-blocked-kms-actions"),
        "NIST 800-53": ("AC-2", "AC-2(1)", "AC-3", "AC-3(7)", "AC-3(15)", "AC-5", "AC-6", "AC-6(3)"),
        "KMS article checklist": ("9",),
    }
    sources = ("https://docs.aws.amazon.com/securityhub/latest/userguide/kms-controls.html",)
    advisory = (
        "The template takes the ARNs of the roles at launch and cannot know which roles need the key. Review the list; "
        "CloudTrail shows which of them use the key."
    )
    tags = ("kms", "key policy", "iam", "least privilege")
    looks_at = (*KEY_TYPES, *IDENTITY_POLICIES, *INLINE_POLICIES)

    def faults(self, template: Mapping[str, Any]) -> Iterator[Fault]:
        """What is certainly too much."""
        for path, name in names_of(template, DECRYPTION):
            if ADMINISTRATOR.search(name):
                yield (
                    path,
                    f"{name} may use the key, but a role with AdministratorAccess is not for applications",
                )
        for logical_id, path, statement in identity_statements(template):
            if can_be(statement, "Allow") and actions_of(statement, DECRYPTION):
                for where, text in texts(statement.get("Resource"), (*path, "Resource")):
                    if ALL_KEYS.fullmatch(text.replace("${AWS::Partition}", "aws")):
                        yield where, f"{logical_id} allows decryption with all keys; use the ARNs of keys"
