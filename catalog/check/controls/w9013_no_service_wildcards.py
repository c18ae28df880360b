"""W9013: no IAM policy allows all actions of a service on everything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from catalog.check.controls._bounds import texts
from catalog.check.controls._control import Fault
from catalog.check.controls._escalation import SERVERLESS, documents, resource_texts
from catalog.check.controls._judging import JudgingControl, Verdict, with_unread_patterns
from catalog.check.controls._policy import IDENTITY_POLICIES, INLINE_POLICIES, can_be, items, statements
from catalog.check.metadata import Frameworks


class NoServiceWildcards(JudgingControl):
    """`s3:*` on `*` has actions that nobody meant, also those that AWS adds later. E9018 reports `*` on `*`."""

    id = "W9013"
    shortdesc = "No IAM policy allows all actions of a service on all resources"
    description = (
        "No Allow statement of a managed or inline policy has an action such as s3:* together with the resource *, or "
        "NotAction together with *."
    )
    why = "Such a policy lets its holder delete and give away all that the service has in the account."
    remedy = "List the actions, or name the resources."
    source_url = "https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html#iam-21"
    frameworks: ClassVar[Frameworks] = {
        "Security Hub": ("IAM.21",),
        "AWS Config": ("iam-policy-no-statements-with-full-access",),
        "NIST 800-53": (
            *("AC-2", "AC-2(1)", "AC-3", "AC-3(7)", "AC-3(15)", "AC-5", "AC-6", "AC-6(2)", "AC-6(3)", "AC-6(10)"),
        ),
    }
    sources = ("https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html",)
    tags = ("iam", "least privilege")
    looks_at = (*IDENTITY_POLICIES, *INLINE_POLICIES, *SERVERLESS)

    def judge(self, template: Mapping[str, Any]) -> Iterator[Verdict]:
        """Each such action."""
        yield from with_unread_patterns(template, wide_actions)


def wide_actions(template: Mapping[str, Any]) -> Iterator[Fault]:
    """Each action of a whole service on everything, in a policy without a boundary."""
    for _, path, document, bounded in documents(template):
        for where, statement in statements(document, path) if not bounded else ():
            if not can_be(statement, "Allow") or "*" not in resource_texts(template, statement):
                continue
            if "NotAction" in statement:
                yield where, "NotAction on * allows all other actions, also those that AWS adds later"
            for at, node in items(statement.get("Action"), (*where, "Action")):
                for text in texts(template, node):
                    if text.endswith(":*") and text != "*:*":
                        yield at, f"{text} on * allows all actions of the service on all its resources"
