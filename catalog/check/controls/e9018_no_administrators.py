"""E9018: no IAM policy makes its holder administrator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from catalog.check.controls._cases import OPEN, cases
from catalog.check.controls._control import Fault, Path
from catalog.check.controls._escalation import SERVERLESS, attached_policies, documents, escalations, is_administrator
from catalog.check.controls._judging import JudgingControl, Verdict, with_unread_patterns
from catalog.check.controls._policy import IDENTITY_POLICIES, INLINE_POLICIES, alternatives, statements
from catalog.check.metadata import Frameworks

PROBE = "arn:aws:iam::aws:policy/AdministratorAccess"
SHOWN = 4


class NoAdministrators(JudgingControl):
    """Policies that allow all actions, attachments of AdministratorAccess, and actions that lead there.

    An action leads there if its holder can give himself permissions with it: change a policy or trust policy, attach
    one, make credentials for others, or pass or assume any role. It is reported on resources of any name, without a
    Condition that names the service, policy or boundary. A role or user with a permissions boundary is left out.
    """

    id = "E9018"
    shortdesc = "No IAM policy makes its holder administrator"
    description = (
        "No managed or inline policy allows * on *, and none allows an action that leads to all permissions, such as "
        "iam:PassRole, iam:AttachRolePolicy or iam:CreatePolicyVersion, on resources of any name. No role, user, group "
        "or permission set has AdministratorAccess, IAMFullAccess, PowerUserAccess or SystemAdministrator. Identities "
        "with a permissions boundary are not checked."
    )
    why = "Everybody who can act with this identity, or with a program that has it, owns the account."
    remedy = (
        "List the actions and the ARNs that are needed. Limit iam:PassRole to roles by name and with "
        "iam:PassedToService. Give identities that manage IAM a PermissionsBoundary."
    )
    source_url = "https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html#iam-1"
    frameworks: ClassVar[Frameworks] = {
        "CIS AWS Foundations": ("1.2: 1.22", "1.4: 1.16"),
        "Security Hub": ("IAM.1",),
        "AWS Config": (
            "iam-policy-blacklisted-check",
            "iam-policy-no-statements-with-admin-access",
        ),
        "NIST 800-53": (
            *("AC-2", "AC-2(1)", "AC-3", "AC-3(7)", "AC-3(15)", "AC-5", "AC-6", "AC-6(2)", "AC-6(3)", "AC-6(10)"),
        ),
        "PCI DSS": ("3.2.1: 7.2.1",),
    }
    sources = (
        "https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html",
        "https://docs.aws.amazon.com/config/latest/developerguide/iam-policy-blacklisted-check.html",
    )
    tags = ("iam", "least privilege", "privilege escalation")
    looks_at = (*IDENTITY_POLICIES, *INLINE_POLICIES, *SERVERLESS, "AWS::SSO::PermissionSet")

    def judge(self, template: Mapping[str, Any]) -> Iterator[Verdict]:
        """Each policy and attachment that makes an administrator, and each that is not decided."""
        yield from with_unread_patterns(template, powerful_statements)
        for _, path, document, bounded in documents(template):
            if bounded:
                continue
            for where, node in alternatives(document, path):
                if node is not None and not any(True for _ in statements(node, where)):
                    yield where, "what this policy allows is not decided by the template", False
        for logical_id, path, node in attached_policies(template):
            yield from self.attachment(template, logical_id, path, node)

    def attachment(self, template: Mapping[str, Any], logical_id: str, path: Path, node: Any) -> Iterator[Verdict]:
        """The verdicts about one member of ManagedPolicyArns."""
        parts = {"Policy": node}
        for case in cases(template, logical_id, parts, {"Policy": (PROBE,)}, self.regions):
            value = case.value if case.value is OPEN else case.value.get("Policy")
            # A mapping is a policy document or template of SAM.
            for arn in value if isinstance(value, list) else [value]:
                if isinstance(arn, str) and is_administrator(arn):
                    yield path, f"{arn.rpartition('/')[2]} makes {logical_id} administrator{case.when}", True
                elif arn is OPEN and not refers_to_policy(template, node):
                    yield path, f"which policy {logical_id} has is not decided by the template", False


def powerful_statements(template: Mapping[str, Any]) -> Iterator[Fault]:
    """Each statement of a policy without a boundary that makes an administrator."""
    for _, path, document, bounded in documents(template):
        for where, iam_actions in escalations(template, document, path) if not bounded else ():
            yield where, message(iam_actions)


def refers_to_policy(template: Mapping[str, Any], node: Any) -> bool:
    """Whether a member is a policy of this template, which is judged there."""
    name = node.get("Ref") if isinstance(node, Mapping) else None
    return isinstance(name, str) and name in (template.get("Resources") or {})


def message(iam_actions: tuple[str, ...]) -> str:
    """What a statement allows."""
    if iam_actions == ("*",):
        return "this statement allows all actions on everything; list the actions and ARNs that are needed"
    more = f" and {len(iam_actions) - SHOWN} more" if len(iam_actions) > SHOWN else ""
    return f"{', '.join(iam_actions[:SHOWN])}{more} on resources of any name can make the holder administrator"
