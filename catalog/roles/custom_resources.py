"""Custom resources: the call of the function or topic that their ServiceToken names.

CloudFormation sends each request to the ServiceToken, the ARN of a Lambda function or an SNS topic, with the
permissions of the stack's role (CloudFormation user guide, "Custom resources"). What the function
does, it does as its own role.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from catalog.roles.names import arn_texts
from catalog.roles.statements import Grant
from catalog.roles.values import TemplateResource

ANY_FUNCTION = "arn:${AWS::Partition}:lambda:*:${AWS::AccountId}:function:*"
ANY_TOPIC = "arn:${AWS::Partition}:sns:*:${AWS::AccountId}:*"
INVOKE, PUBLISH = "lambda:InvokeFunction", "sns:Publish"


def custom_grants(resource_type: str, resources: Sequence[TemplateResource]) -> Iterator[Grant]:
    """The calls that the ServiceTokens of these resources need."""
    tokens = {
        arn
        for resource in resources
        for node in resource.nodes("ServiceToken")
        for arn in arn_texts(resource.view, node)
    }
    for action, kind, anything, service in (
        (INVOKE, "function", ANY_FUNCTION, "lambda"),
        (PUBLISH, "topic", ANY_TOPIC, "sns"),
    ):
        named = {arn for arn in tokens if arn.split(":")[2:3] == [service] or f"}}:{service}:" in arn}
        if named:
            yield Grant(action, (kind,), frozenset(named), resource_type, "the ServiceToken names it", named=True)
        if "*" in tokens:
            reason = "another stack or a parameter names the function or topic of the ServiceToken"
            yield Grant(action, (kind,), frozenset({anything}), resource_type, reason)
