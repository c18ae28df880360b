"""The permissions behind the calls that the handlers of KMS keys and aliases make: asked for before each call.

Source: aws-cloudformation-resource-providers-kms. A key's create handler calls CreateKey (TagResource with tags), then
EnableKeyRotation if it rotates and DisableKey if it is not enabled. Its update handler calls DescribeKey always, and
EnableKey, EnableKeyRotation or DisableKeyRotation, DisableKey, UpdateKeyDescription and PutKeyPolicy for what has
changed; when tags have changed ListResourceTags, UntagResource for pairs that are gone (a new value is a new pair) and
TagResource for new pairs, and only drift of tags is left alone when that is not allowed. Its delete handler calls
ScheduleKeyDeletion, and DescribeKey until the key is pending deletion. An alias is made by CreateAlias, moved by
UpdateAlias and removed by DeleteAlias, each of which needs the permission on the alias and on its key.

CloudFormation reads what it has made or changed with the same session: Fn::GetAtt gives what the read handler returns
(AWS knowledge center, "Attribute 'Key' does not exist"), and reviewers of read handlers heed stacks whose role lacks
what they read (aws-cloudformation-resource-providers-logs, pull request 53). That it does so each time, also where
nothing asks for an attribute, is assumed. A key is read by DescribeKey; GetKeyPolicy, GetKeyRotationStatus and
ListResourceTags follow, and the handler goes on where it may not (softFailAccessDenied), so nobody can tell whether it
may. A replica's read handler lets none of its calls fail. An alias is looked for by ListAliases.
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
    """What one handler asks for, on behalf of one stack."""

    def __init__(self, stack: StackContext) -> None:
        self.stack = stack
        self.backend: SandboxKmsBackend = sandbox_backend(stack.account, stack.region)

    def create_key(self, request: KeyRequest) -> None:
        """CreateKey, and what it takes along: TagResource, the lockout check, the role for multi-Region keys.

        CreateKey has no resource; the key that TagResource names has no id yet.
        """
        tags = {f"aws:requesttag/{name.lower()}": value for name, value in request.tags.items()}
        context = _shape(request.key_spec, request.key_usage, request.origin, multi_region=request.multi_region)
        context |= tags | {"aws:tagkeys": tuple(request.tags), "kms:calleraccount": self.stack.account}
        context["kms:bypasspolicylockoutsafetycheck"] = str(request.bypass_lockout_check).lower()
        self.stack.ask("kms:CreateKey", "*", context)
        if request.tags:
            self.stack.ask("kms:TagResource", self._arn("key/*"), context)
        if request.multi_region:
            self._service_linked_role()
        if request.policy and not request.bypass_lockout_check:
            self.keep_control(request.policy, self._arn("key/*"))

    def replicate(self, primary: SandboxKey, tags: Mapping[str, str]) -> None:
        """ReplicateKey, asked of the primary's Region, and CreateKey and TagResource in the replica's.

        Source: KMS developer guide, "Controlling access to multi-Region keys".
        """
        context = {"kms:replicaregion": self.stack.region, "aws:requestedregion": primary.region}
        self.stack.ask("kms:ReplicateKey", primary.arn, context)
        self.stack.ask("kms:CreateKey", "*")
        if tags:
            self.stack.ask("kms:TagResource", self._arn("key/*"), {"aws:tagkeys": tuple(tags)})

    def keep_control(self, text: str, key_arn: str) -> None:
        """Refuse a policy with which the launch role could not put another one.

        Seen where IAM does not give PutKeyPolicy (aws-samples/rds-snapshot-export-to-s3-pipeline issue 8).
        """
        access = self.backend.access("kms:PutKeyPolicy", self.stack.caller)
        try:
            statements = policies.parse(text)
        except policies.PolicyRefused:
            return  # the call itself says so
        if policies.allows_by_name(statements, access, key_arn):
            return
        try:
            self.stack.ask("kms:PutKeyPolicy", key_arn, {"kms:calleraccount": self.stack.account})
        except JsonRESTError as refused:
            raise JsonRESTError(policies.MALFORMED, policies.LOCKOUT) from refused

    def on(self, key: SandboxKey, action: str, context: Context | None = None) -> None:
        """A call on an existing key: no Deny in its policy, and an Allow there by name or in the role's policies.

        Raises AccessDeniedException. Without a launch role only a Deny counts.
        """
        keys = {**_key_context(self.backend, key), **(context or {})}
        self.backend.authorize(key, action, self.stack.caller, keys)
        access = self.backend.access(action, self.stack.caller, keys)
        if not policies.allows_by_name(policies.parse(key.policy), access, key.arn):
            self.stack.ask(action, key.arn, {**access.context, **keys})

    def on_alias(self, name: str, action: str, *targets: SandboxKey) -> None:
        """A call on an alias, which needs the permission on its keys too; an alias has no policy of its own."""
        self.stack.ask(action, self._arn(name), {"kms:calleraccount": self.stack.account})
        for key in targets:
            self.on(key, action)

    def read_key(self, key: SandboxKey) -> None:
        """What the read handler of a key cannot do without."""
        self.on(key, "kms:DescribeKey")

    def read_replica(self, key: SandboxKey) -> None:
        """What the read handler of a replica calls."""
        for action in ("kms:DescribeKey", "kms:GetKeyPolicy", "kms:ListResourceTags"):
            self.on(key, action)

    def read_alias(self) -> None:
        """What the read handler of an alias calls; ListAliases has no resource."""
        self.stack.ask("kms:ListAliases", "*")

    def _service_linked_role(self) -> None:
        """The first multi-Region key of an account makes this role (KMS developer guide, "multi-region-auth-slr")."""
        path = f"/aws-service-role/{MULTI_REGION_SERVICE}/"
        iam = iam_backends[self.stack.account][self.stack.partition]
        if any(role.name == MULTI_REGION_ROLE for role in iam.roles.values()):
            return
        arn = f"arn:{self.stack.partition}:iam::{self.stack.account}:role{path}{MULTI_REGION_ROLE}"
        self.stack.ask("iam:CreateServiceLinkedRole", arn, {"iam:awsservicename": MULTI_REGION_SERVICE})
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
