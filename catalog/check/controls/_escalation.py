"""IAM policies with which their holder can become administrator.

Sources: Rhino Security Labs, "AWS IAM Privilege Escalation: Methods and Mitigation" (its single-action methods and
iam:PassRole); IAM Access Analyzer policy checks, "Pass role with star in resource" and "Create SLR with star".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from catalog.cfn.names import names_in
from catalog.check.controls._bounds import WILDCARD, compares, every, texts
from catalog.check.controls._control import Path, resources
from catalog.check.controls._launches import ACCOUNT
from catalog.check.controls._policy import (
    IDENTITY_POLICIES,
    INLINE_POLICIES,
    actions_of,
    alternatives,
    can_be,
    holds_if,
    items,
    statements,
)

ESCALATION: Mapping[str, str] = {
    "iam:AddUserToGroup": "group",
    "iam:AttachGroupPolicy": "group",
    "iam:AttachRolePolicy": "role",
    "iam:AttachUserPolicy": "user",
    "iam:CreateAccessKey": "user",
    "iam:CreateLoginProfile": "user",
    "iam:CreatePolicyVersion": "policy",
    "iam:DeleteRolePermissionsBoundary": "role",
    "iam:DeleteUserPermissionsBoundary": "user",
    "iam:PassRole": "role",
    "iam:PutGroupPolicy": "group",
    "iam:PutRolePolicy": "role",
    "iam:PutUserPolicy": "user",
    "iam:SetDefaultPolicyVersion": "policy",
    "iam:UpdateAssumeRolePolicy": "role",
    "iam:UpdateLoginProfile": "user",
    "sts:AssumeRole": "role",
    "glue:UpdateDevEndpoint": "devEndpoint",
    "lambda:UpdateFunctionCode": "function",
    "lambda:UpdateFunctionConfiguration": "function",
    "sagemaker:CreatePresignedNotebookInstanceUrl": "notebook-instance",
}
"""IAM action → the kind of resource that it acts on. Each alone is enough, on a resource with more permissions."""

SAMPLES: Mapping[str, str] = {
    **{kind: f"arn:aws:iam::{ACCOUNT}:{kind}/q7xk2vz9" for kind in ("group", "policy", "role", "user")},
    "devEndpoint": f"arn:aws:glue:us-east-1:{ACCOUNT}:devEndpoint/q7xk2vz9",
    "function": f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:q7xk2vz9",
    "notebook-instance": f"arn:aws:sagemaker:us-east-1:{ACCOUNT}:notebook-instance/q7xk2vz9",
}
"""A resource of each kind whose name no pattern has by chance: what matches it matches all of them."""

LIMITS: Mapping[str, tuple[str, ...]] = {
    "iam:PassRole": ("iam:passedtoservice", "iam:associatedresourcearn"),
    "iam:AttachGroupPolicy": ("iam:policyarn",),
    "iam:AttachRolePolicy": ("iam:policyarn", "iam:permissionsboundary"),
    "iam:AttachUserPolicy": ("iam:policyarn", "iam:permissionsboundary"),
    "iam:PutRolePolicy": ("iam:permissionsboundary",),
    "iam:PutUserPolicy": ("iam:permissionsboundary",),
}
"""IAM action → keys of a Condition that keep it from giving more than they name."""
POLICY_KEYS = ("iam:policyarn", "iam:permissionsboundary")
TAGS = ("aws:resourcetag/", "iam:resourcetag/")
POSITIVE = ("stringequals", "stringlike", "arnequals", "arnlike", "stringequalsignorecase")

ADMINISTRATORS = (
    "AdministratorAccess",
    "AdministratorAccess-*",
    "IAMFullAccess",
    "PowerUserAccess",
    "SystemAdministrator",
)
"""Names of AWS managed policies that allow everything, or IAM, or to pass any role."""

NAMED_ADMINISTRATORS = tuple(name for name in ADMINISTRATORS if "*" not in name)

SERVERLESS = ("AWS::Serverless::Function", "AWS::Serverless::StateMachine")
"""Types of SAM whose Policies are names or ARNs of managed policies, policy documents and policy templates."""

Document = tuple[str, Path, Any, bool]
"""(logical id, path, policy document, whether a permissions boundary limits it)."""


def documents(template: Mapping[str, Any]) -> Iterator[Document]:
    """The identity policies of a template, without policies that are only used as permissions boundaries."""
    boundaries = boundary_names(template)
    for logical_id, kind, properties in resources(template, *IDENTITY_POLICIES):
        attached = any(name in properties for name in ("Roles", "Users", "Groups"))
        if kind != "AWS::IAM::ManagedPolicy" or logical_id not in boundaries or attached:
            path: Path = ("Resources", logical_id, "Properties", "PolicyDocument")
            yield logical_id, path, properties.get("PolicyDocument"), False
    for logical_id, _, properties in resources(template, *INLINE_POLICIES):
        path = ("Resources", logical_id, "Properties", "Policies")
        for inline, policy in items(properties.get("Policies"), path):
            if isinstance(policy, Mapping):
                bounded = is_bounded(properties)
                yield logical_id, (*inline, "PolicyDocument"), policy.get("PolicyDocument"), bounded
    for logical_id, _, properties in resources(template, *SERVERLESS):
        for where, policy in items(properties.get("Policies"), ("Resources", logical_id, "Properties", "Policies")):
            if isinstance(policy, Mapping) and "Statement" in policy:
                yield logical_id, where, policy, is_bounded(properties)
    for logical_id, _, properties in resources(template, "AWS::SSO::PermissionSet"):
        inline = ("Resources", logical_id, "Properties", "InlinePolicy")
        yield logical_id, inline, properties.get("InlinePolicy"), is_bounded(properties)


def boundary_names(template: Mapping[str, Any]) -> set[str]:
    """The resources that the template uses as permissions boundaries."""
    nodes = [properties.get("PermissionsBoundary") for _, _, properties in resources(template, *INLINE_POLICIES)]
    return {name for node in nodes for name in names_in(node)}


def is_bounded(properties: Mapping[str, Any]) -> bool:
    """Whether a role or user has a permissions boundary in every launch, and not one that bounds nothing."""
    return every(
        properties.get("PermissionsBoundary"),
        lambda value: value is not None and not (isinstance(value, str) and is_administrator(value)),
    )


def is_administrator(arn: str) -> bool:
    """Whether an ARN, or a name as SAM has it, is of an AWS managed policy that makes its holder administrator."""
    name = arn.rpartition("/")[2]
    return (":iam::aws:policy/" in arn or ":" not in arn) and any(
        fnmatchcase(name, pattern) for pattern in ADMINISTRATORS
    )


def escalations(template: Mapping[str, Any], document: Any, path: Path) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """(path of a statement, IAM actions) with which the holder of a policy can become administrator.

    `*` stands for all actions. What a Deny of the same policy takes away from everything is left out.
    """
    listed = list(statements(document, path))
    denials = [(branch_of(where), denied_actions(statement)) for where, statement in listed]
    for where, statement in listed:
        if not can_be(statement, "Allow"):
            continue
        denied = {action for branch, actions in denials if where[: len(branch)] == branch for action in actions}
        resources_of = list(resource_texts(template, statement))
        if allows_everything(template, statement) and "*" in resources_of and not denied:
            yield where, ("*",)
            continue
        iam_actions = actions_of(evaluated_actions(template, statement), ESCALATION) - denied
        broad = tuple(
            action
            for action in sorted(iam_actions)
            if any(fnmatchcase(SAMPLES[ESCALATION[action]], pattern) for pattern in resources_of)
            and not is_limited(template, statement.get("Condition"), action)
        )
        if broad:
            yield where, broad


def allows_everything(template: Mapping[str, Any], statement: Mapping[str, Any]) -> bool:
    """Whether a statement has all actions, without a Condition."""
    actions = [text for _, node in items(statement.get("Action"), ()) for text in texts(template, node)]
    return "Condition" not in statement and any(action in ("*", "*:*") for action in actions)


def evaluated_actions(template: Mapping[str, Any], statement: Mapping[str, Any]) -> dict[str, Any]:
    """A statement with the texts that its actions can be."""
    result = dict(statement)
    for name in ("Action", "NotAction"):
        if name in statement:
            result[name] = [text for _, node in items(statement[name], ()) for text in texts(template, node)]
    return result


def resource_texts(template: Mapping[str, Any], statement: Mapping[str, Any]) -> Iterator[str]:
    """The patterns of a statement's resources; NotResource leaves nearly everything."""
    if "NotResource" in statement:
        yield "*"
    for _, node in items(statement.get("Resource"), ()):
        for text in texts(template, node):
            yield text.replace("arn:aws-cn:", "arn:aws:").replace("arn:aws-us-gov:", "arn:aws:").replace("[", "[[]")


def branch_of(where: Path) -> Path:
    """The path of the innermost branch of a Fn::If around a path: only together with this branch it is always there."""
    ends = [index + 2 for index, part in enumerate(where) if part == "Fn::If"]
    return where[: ends[-1]] if ends else ()


def denied_actions(statement: Mapping[str, Any]) -> frozenset[str]:
    """The IAM actions that a statement denies on everything, in every launch that has the statement."""
    certain = statement.get("Effect") == "Deny" and not statement.keys() & {"Condition", "NotAction"}
    certain = certain and not holds_if(statement)
    everywhere = any(node == "*" for _, node in items(statement.get("Resource"), ()))
    return actions_of(statement, ESCALATION) if certain and everywhere else frozenset()


def is_limited(template: Mapping[str, Any], condition: Any, action: str) -> bool:
    """Whether a Condition keeps an action from giving more than it names, in every launch."""
    keys = LIMITS.get(action, ())

    def limits(operator: str, key: str, values: Any) -> bool:
        members = [text for _, value in items(values, ()) for text in texts(template, value)]
        is_key = operator in POSITIVE and (key in keys or key.startswith(TAGS))
        return is_key and bool(members) and all(is_limit(operator, key, text) for text in members)

    return compares(condition, limits)


def is_limit(operator: str, key: str, text: str) -> bool:
    """Whether the value of a comparison names a service, a policy, a boundary or a tag, and no administrator's policy.

    A service ends at its first dot, and an ARN names it in its third part: `*.amazonaws.com` and `arn:aws:*` name none.
    """
    if operator in ("stringequals", "stringequalsignorecase"):
        return not (key in POLICY_KEYS and is_administrator(text))
    if key == "iam:passedtoservice":
        return not WILDCARD.search(text.partition(".")[0])
    if key == "iam:associatedresourcearn":
        return not WILDCARD.search((text.split(":", 3) + ["*"] * 3)[2])
    if key in POLICY_KEYS:
        pattern = text.replace("[", "[[]")
        return not any(fnmatchcase(f"arn:aws:iam::aws:policy/{name}", pattern) for name in NAMED_ADMINISTRATORS)
    return text != "*"


def attached_policies(template: Mapping[str, Any]) -> Iterator[tuple[str, Path, Any]]:
    """(logical id, path, node) of each managed policy that a role, user, group or permission set has, or a SAM role."""
    names = {"AWS::SSO::PermissionSet": "ManagedPolicies", **dict.fromkeys(SERVERLESS, "Policies")}
    for logical_id, kind, properties in resources(template, *INLINE_POLICIES, *names):
        name = names.get(kind, "ManagedPolicyArns")
        if not is_bounded(properties):
            for where, node in alternatives(properties.get(name), ("Resources", logical_id, "Properties", name)):
                if isinstance(node, list):
                    for index, member in enumerate(node):
                        yield from ((logical_id, at, each) for at, each in alternatives(member, (*where, index)))
                elif node is not None:
                    yield logical_id, where, node
