"""The calls of AWS's resource handlers for KMS keys and aliases: each call requires a permission of the launch role.

Source: aws-cloudformation-resource-providers-kms. The create handler of a key calls CreateKey (with TagResource if
there are tags), EnableKeyRotation if the key rotates, and DisableKey if it is not enabled. The update handler always
calls DescribeKey; for changed properties it calls EnableKey, EnableKeyRotation or DisableKeyRotation, DisableKey,
UpdateKeyDescription and PutKeyPolicy. For changed tags it calls ListResourceTags, UntagResource for removed pairs (a
new value is a new pair) and TagResource for new pairs; a denied call is ignored only if the tags have merely drifted.
The delete handler calls ScheduleKeyDeletion, and DescribeKey until the key is pending deletion. The handler of an alias
calls CreateAlias, UpdateAlias and DeleteAlias; each needs permission on the alias and on its key.

CloudFormation reads a resource with the same session after it has created or updated it: Fn::GetAtt returns what the
read handler returns (AWS knowledge center, "Attribute 'Key' does not exist"), and reviewers of read handlers consider
roles without read permissions (aws-cloudformation-resource-providers-logs, pull request 53). It is assumed that
CloudFormation reads every time, even if the template uses no attribute. The read handler of a key calls DescribeKey,
then GetKeyPolicy, GetKeyRotationStatus and ListResourceTags, and ignores a denial of these three
(softFailAccessDenied), so they need no check. The read handler of a replica ignores no denial. The read handler of an
alias calls ListAliases.
"""

from __future__ import annotations

from collections.abc import Mapping

from moto.core.exceptions import JsonRESTError
from moto.iam.models import iam_backends

from catalog.sandbox.cloudformation.handlers.base import StackContext
from catalog.sandbox.kms import policy as policies
from catalog.sandbox.kms.conditions import Context
from catalog.sandbox.kms.models import KeyRequest, SandboxKey, SandboxKmsBackend, sandbox_backend

MULTI_REGION_SERVICE = "mrk.kms.amazonaws.com"
MULTI_REGION_ROLE = "AWSServiceRoleForKeyManagementServiceMultiRegionKeys"


class KmsCalls:
    """Check the permissions for the calls of a handler, on behalf of one stack."""

    def __init__(self, stack: StackContext) -> None:
        self.stack = stack
        self.backend: SandboxKmsBackend = sandbox_backend(stack.account, stack.region)

    def create_key(self, request: KeyRequest) -> None:
        """CreateKey, with TagResource, the lockout check, and the service-linked role for multi-Region keys.

        CreateKey has no resource; for TagResource the key has no id yet.
        """
        tags = {f"aws:requesttag/{name.lower()}": value for name, value in request.tags.items()}
        context = _shape(request.key_spec, request.key_usage, request.origin, multi_region=request.multi_region)
        context |= tags | {"aws:tagkeys": tuple(request.tags), "kms:calleraccount": self.stack.account}
        context["kms:bypasspolicylockoutsafetycheck"] = str(request.bypass_lockout_check).lower()
        self.stack.require("kms:CreateKey", "*", context)
        if request.tags:
            self.stack.require("kms:TagResource", self._arn("key/*"), context)
        if request.multi_region:
            self._service_linked_role()
        if request.policy and not request.bypass_lockout_check:
            self.refuse_lockout(request.policy, self._arn("key/*"))

    def replicate(self, primary: SandboxKey, tags: Mapping[str, str]) -> None:
        """ReplicateKey in the Region of the primary key, CreateKey and TagResource in the Region of the replica.

        Source: KMS developer guide, "Controlling access to multi-Region keys".
        """
        context = {"kms:replicaregion": self.stack.region, "aws:requestedregion": primary.region}
        self.stack.require("kms:ReplicateKey", primary.arn, context)
        self.stack.require("kms:CreateKey", "*")
        if tags:
            self.stack.require("kms:TagResource", self._arn("key/*"), {"aws:tagkeys": tuple(tags)})

    def refuse_lockout(self, text: str, key_arn: str) -> None:
        """Refuse a key policy that would prevent the launch role from changing it.

        AWS does so if IAM does not allow PutKeyPolicy (aws-samples/rds-snapshot-export-to-s3-pipeline issue 8).
        """
        access = self.backend.access("kms:PutKeyPolicy", self.stack.caller)
        try:
            statements = policies.parse(text)
        except policies.PolicyRefused:
            return  # the call itself reports the error
        if policies.allows_by_name(statements, access, key_arn):
            return
        try:
            self.stack.require("kms:PutKeyPolicy", key_arn, {"kms:calleraccount": self.stack.account})
        except JsonRESTError as refused:
            raise JsonRESTError(policies.MALFORMED, policies.LOCKOUT) from refused

    def on(self, key: SandboxKey, action: str, context: Context | None = None) -> None:
        """Check a call on an existing key, against its key policy and the role's identity policies.

        Raises AccessDeniedException if the key policy denies the call, or if neither the key policy (to the role
        itself) nor an identity policy allows it. Without a launch role, only a Deny of the key policy counts.
        """
        keys = {**_key_context(self.backend, key), **(context or {})}
        self.backend.authorize(key, action, self.stack.caller, keys)
        access = self.backend.access(action, self.stack.caller, keys)
        if not policies.allows_by_name(policies.parse(key.policy), access, key.arn):
            self.stack.require(action, key.arn, {**access.context, **keys})

    def on_alias(self, name: str, action: str, *targets: SandboxKey) -> None:
        """Check a call on an alias, which also needs permission on its keys; an alias has no policy."""
        self.stack.require(action, self._arn(name), {"kms:calleraccount": self.stack.account})
        for key in targets:
            self.on(key, action)

    def read_key(self, key: SandboxKey) -> None:
        """The call that the read handler of a key requires."""
        self.on(key, "kms:DescribeKey")

    def read_replica(self, key: SandboxKey) -> None:
        """The calls of the read handler of a replica."""
        for action in ("kms:DescribeKey", "kms:GetKeyPolicy", "kms:ListResourceTags"):
            self.on(key, action)

    def read_alias(self) -> None:
        """The call of the read handler of an alias; ListAliases has no resource."""
        self.stack.require("kms:ListAliases", "*")

    def _service_linked_role(self) -> None:
        """Create the role that the first multi-Region key needs (KMS developer guide, "multi-region-auth-slr")."""
        path = f"/aws-service-role/{MULTI_REGION_SERVICE}/"
        iam = iam_backends[self.stack.account][self.stack.partition]
        if any(role.name == MULTI_REGION_ROLE for role in iam.roles.values()):
            return
        arn = f"arn:{self.stack.partition}:iam::{self.stack.account}:role{path}{MULTI_REGION_ROLE}"
        self.stack.require("iam:CreateServiceLinkedRole", arn, {"iam:awsservicename": MULTI_REGION_SERVICE})
        iam.create_role(
            role_name=MULTI_REGION_ROLE,
            assume_role_policy_document='{"Version": "2012-10-17", "Statement": []}',
            path=path,
            permissions_boundary=None,
            description="",
            tags=[],
            max_session_duration="3600",
        )

    def _arn(self, resource: str) -> str:
        stack = self.stack
        return f"arn:{stack.partition}:kms:{stack.region}:{stack.account}:{resource}"


def _shape(spec: str, usage: str, origin: str, *, multi_region: bool) -> dict[str, str | tuple[str, ...]]:
    return {
        "kms:keyspec": spec,
        "kms:keyusage": usage,
        "kms:keyorigin": origin,
        "kms:multiregion": str(multi_region).lower(),
    }


def _key_context(backend: SandboxKmsBackend, key: SandboxKey) -> Mapping[str, str | tuple[str, ...]]:
    tags = {f"aws:resourcetag/{name.lower()}": value for name, value in backend.tags_of(key).items()}
    shape = _shape(key.key_spec, key.key_usage, key.origin, multi_region=key.multi_region)
    return {**shape, **tags, "kms:resourcealiases": tuple(key.aliases)}
