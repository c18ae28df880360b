"""IAM: inline policies of the version 2008-10-17, which a policy without Version has; moto refuses them.

Sources: IAM user guide, "IAM JSON policy elements: Version"; policies that SAM writes have no Version; managed policies
need 2012-10-17 (Bayer-Group/cloudformation-template-generator#90).
"""

from __future__ import annotations

from moto.iam.models import IAMBackend
from moto.iam.policy_validation import IAMPolicyDocumentValidator


class InlinePolicyValidator(IAMPolicyDocumentValidator):
    """moto's checks without the one of a managed policy's version."""

    def _validate_version(self) -> None:
        """Any that the syntax allows."""


def install() -> None:
    """Replace moto's operations."""
    for name, method in (
        ("put_role_policy", put_role_policy),
        ("put_group_policy", put_group_policy),
        ("put_user_policy", put_user_policy),
    ):
        setattr(IAMBackend, name, method)


def put_role_policy(backend: IAMBackend, role_name: str, policy_name: str, policy_json: str) -> None:
    """PutRolePolicy."""
    role = backend.get_role(role_name)
    InlinePolicyValidator(policy_json).validate()
    role.put_policy(policy_name, policy_json)


def put_group_policy(backend: IAMBackend, group_name: str, policy_name: str, policy_json: str) -> None:
    """PutGroupPolicy."""
    group = backend.get_group(group_name)
    InlinePolicyValidator(policy_json).validate()
    group.put_policy(policy_name, policy_json)


def put_user_policy(backend: IAMBackend, user_name: str, policy_name: str, policy_json: str) -> None:
    """PutUserPolicy."""
    user = backend.get_user(user_name)
    InlinePolicyValidator(policy_json).validate()
    user.put_policy(policy_name, policy_json)
