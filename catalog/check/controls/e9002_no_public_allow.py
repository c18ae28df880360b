"""E9002: no resource policy allows everybody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from catalog.cfn.names import names_in
from catalog.check.controls._bounds import is_bound, texts
from catalog.check.controls._control import Fault, Path, resources, section
from catalog.check.controls._federated import open_trust
from catalog.check.controls._judging import JudgingControl, Verdict, with_unread_patterns
from catalog.check.controls._launches import Value, accepts, evaluated, is_list
from catalog.check.controls._policy import NO_VALUE, alternatives, can_be, principals, statements
from catalog.check.metadata import Frameworks

OPEN_BY_DESIGN = ("AWS::ApiGateway::RestApi", "AWS::EC2::VPCEndpoint")
"""Types whose default policy at AWS allows everybody, and where another setting decides who has access."""

PERMISSIONS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "AWS::Events::EventBusPolicy": {},
    "AWS::Lambda::LayerVersionPermission": {"OrganizationId": ("StringEquals", "aws:PrincipalOrgID")},
    "AWS::Lambda::Permission": {
        "PrincipalOrgID": ("StringEquals", "aws:PrincipalOrgID"),
        "SourceAccount": ("StringEquals", "aws:SourceAccount"),
        "SourceArn": ("ArnLike", "aws:SourceArn"),
    },
}
"""Types with a Principal outside a policy → the property that becomes a condition: its operator and key (Lambda API
reference, AddPermission and AddLayerVersionPermission)."""


class NoPublicAllow(JudgingControl):
    """An Allow to `*` is public, unless a Condition binds it to fixed values, as AWS itself judges.

    `NotPrincipal` in an Allow means everybody else, so it is reported too. So is a parameter that accepts `*`, but not
    an SSM parameter: the account decides its value, not the person who launches.
    """

    id = "E9002"
    shortdesc = "No resource policy allows the principal *"
    description = (
        "No Allow statement of a resource policy (KMS, S3, SQS, SNS and all others) has NotPrincipal, or the principal "
        "* without a Condition that binds it, and no parameter that it uses as principal accepts *. A Condition binds "
        "if it requires fixed values, without wildcards and policy variables, of the caller's account or organization, "
        "of aws:SourceArn, aws:SourceAccount, aws:SourceOwner, aws:SourceVpc, aws:SourceVpce or aws:SourceIp. The same "
        "holds for permissions of Lambda functions, layers and event buses. Policies of REST APIs and VPC endpoints "
        "are not checked, because AWS's default for them allows everybody. A role that trusts GitHub, GitLab or HCP "
        "Terraform names the owner in the subject, one that trusts Cognito identity pools, Amazon, Facebook or Google "
        "names the pool or application, and a permission for S3 to call a function has SourceAccount."
    )
    why = (
        "Strangers find and use a resource that is open to everybody. A Condition with a wildcard, or one that also "
        "holds when its key is missing (IfExists, ForAllValues), does not keep them out."
    )
    remedy = (
        "Name the principals: ARNs of roles, the root of an account, or a service with aws:SourceAccount. Or bind * by "
        "a Condition, such as StringEquals with aws:PrincipalOrgID. Give each parameter that is used there an "
        "AllowedPattern that refuses *."
    )
    source_url = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"
    frameworks: ClassVar[Frameworks] = {
        "Security Hub": ("KMS.5", "Lambda.1", "S3.2", "S3.3", "SNS.4", "SQS.3"),
        "AWS Config": (
            "kms-key-policy-no-public-access",
            "lambda-function-public-access-prohibited",
            "s3-bucket-public-read-prohibited",
            "s3-bucket-public-write-prohibited",
            "sns-topic-no-public-access",
            "sqs-queue-no-public-access",
        ),
    }
    sources = (
        "https://docs.aws.amazon.com/securityhub/latest/userguide/kms-controls.html",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/lambda-controls.html",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/sns-controls.html",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/sqs-controls.html",
        "https://docs.aws.amazon.com/config/latest/developerguide/sqs-queue-no-public-access.html",
    )
    tags = ("iam", "kms", "s3", "sns", "sqs", "public access")
    looks_at = ("Resources",)

    def judge(self, template: Mapping[str, Any]) -> Iterator[Verdict]:
        """Each principal of an Allow that is or can be everybody."""
        yield from with_unread_patterns(template, public_allows)

    def looked_at(self, template: Mapping[str, Any]) -> Iterator[Path]:
        """The resources that have a policy or are a permission."""
        permissions = [logical_id for logical_id, _, _ in resources(template, *PERMISSIONS)]
        policies = [logical_id for logical_id, _, _ in policy_statements(template)]
        yield from dict.fromkeys(("Resources", logical_id) for logical_id in (*policies, *permissions))


def public_allows(template: Mapping[str, Any]) -> Iterator[Fault]:
    """Each principal of an Allow that is or can be everybody."""
    for _, path, statement in policy_statements(template):
        if can_be(statement, "Allow"):
            yield from public(template, statement, path)
            yield from open_trust(template, statement, path)
    for logical_id, kind, properties in resources(template, *PERMISSIONS):
        for condition in conditions_of(kind, properties):
            permission = {"Principal": properties.get("Principal"), "Condition": condition}
            yield from public(template, permission, ("Resources", logical_id, "Properties"))
        if kind == "AWS::Lambda::Permission" and is_open_to_buckets(template, properties):
            caller: Path = ("Resources", logical_id, "Properties", "Principal")
            yield (
                caller,
                "S3 calls for buckets of every account, as the ARN of a bucket names none; add SourceAccount",
            )


def policy_statements(template: Mapping[str, Any]) -> Iterator[tuple[str, Path, Mapping[str, Any]]]:
    """(logical id, path, statement) of every policy in a resource's properties, in a property of any name."""
    for logical_id, resource in section(template, "Resources"):
        if resource.get("Type") not in OPEN_BY_DESIGN:
            path: Path = ("Resources", logical_id, "Properties")
            yield from (
                (logical_id, where, statement) for where, statement in statements_in(resource.get("Properties"), path)
            )


def statements_in(node: Any, path: Path) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """(path, statement) of the policies in a part of the properties, also of policies that are JSON text."""
    if (isinstance(node, Mapping) and "Statement" in node) or (isinstance(node, str) and node.lstrip().startswith("{")):
        yield from statements(node, path)
    elif isinstance(node, Mapping):
        for key, value in node.items():
            yield from statements_in(value, (*path, str(key)))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from statements_in(value, (*path, index))


def conditions_of(kind: str, properties: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The Conditions that AWS can make of a permission's properties. An event bus names the operator itself."""
    if kind == "AWS::Events::EventBusPolicy":
        for _, condition in [*alternatives(properties.get("Condition"), ())] if "Principal" in properties else ():
            parts = condition if isinstance(condition, Mapping) else {}
            yield {str(parts.get("Type")): {str(parts.get("Key")): parts.get("Value")}}
        if may_be_left_out(properties.get("Condition")):
            yield {}
        return
    made: dict[str, dict[str, Any]] = {}
    for name, (operator, key) in PERMISSIONS[kind].items():
        if name in properties:
            made.setdefault(operator, {})[key] = properties[name]
    yield made


def is_open_to_buckets(template: Mapping[str, Any], permission: Mapping[str, Any]) -> bool:
    """Whether S3 may call a function for another account: a bucket that was deleted may belong to somebody else now.

    Source: Lambda developer guide, "Process Amazon S3 event notifications"; Security Hub Lambda.1.
    """
    account = permission.get("SourceAccount", NO_VALUE)
    callers = texts(template, permission.get("Principal", ""))
    return "s3.amazonaws.com" in callers and may_be_left_out(account) and "PrincipalOrgID" not in permission


def may_be_left_out(node: Any) -> bool:
    """Whether a Fn::If can leave a property out."""
    branches = node.get("Fn::If") if isinstance(node, Mapping) else None
    return node == NO_VALUE or (isinstance(branches, list) and any(map(may_be_left_out, branches[1:])))


def public(template: Mapping[str, Any], statement: Mapping[str, Any], path: Path) -> Iterator[Fault]:
    """The faults that make an Allow statement public."""
    if "NotPrincipal" in statement:
        yield (*path, "NotPrincipal"), "NotPrincipal in an Allow means everybody else; name the principals"
    if is_bound(template, statement.get("Condition")):
        return
    for where, principal in principals(statement.get("Principal"), (*path, "Principal")):
        if is_everybody(template, principal, {}):
            yield where, "an Allow to the principal * is public; name the principals"
        elif (parameter := wildcard_parameter(template, principal)) is not None:
            yield where, f"parameter {parameter} is used as principal and accepts *; give it an AllowedPattern"


def is_everybody(template: Mapping[str, Any], principal: Any, values: Mapping[str, Value]) -> bool:
    """Whether a principal is `*`, alone or in a list, when parameters have these values."""
    value = evaluated(template, principal, values)
    return "*" in value if isinstance(value, list) else bool(value == "*")


def wildcard_parameter(template: Mapping[str, Any], principal: Any) -> str | None:
    """The parameter that accepts `*` and then makes `principal` everybody."""
    parameters = dict(section(template, "Parameters"))
    for name in names_in(principal):
        if name in parameters and accepts_wildcard(parameters[name]):
            value: Value = ("*",) if is_list(parameters[name]) else "*"
            if is_everybody(template, principal, {name: value}):
                return name
    return None


def accepts_wildcard(parameter: Mapping[str, Any]) -> bool:
    """Whether a launch can give this parameter the value `*`."""
    definition = {"Type": "String", **parameter}
    from_ssm = str(definition["Type"]).startswith("AWS::SSM::")
    return not from_ssm and accepts("Principal", definition, "*")
