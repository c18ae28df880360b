"""Product `lambda_service_role`: the execution role of one Lambda function, within a permissions boundary.

docs/products/lambda_service_role.md explains each choice. The boundary is a managed policy of the account, and its name
is a literal here: so the launch role can make roles with this boundary only, and cannot change the boundary. The name
of the role is CloudFormation's, so that the launch role reaches no other role.
"""

from __future__ import annotations

from typing import Any

from _shared.building import HAS_COMPLIANCE, build, given, output, tags
from _shared.encryption import KEY_CONDITION, key_arn, key_parameter
from _shared.owner import owned
from _shared.parameters import TAGS_GROUP, Parameters, flag, tag_parameters, text
from troposphere import Equals, GetAtt, If, NoValue, Ref, Sub, Template
from troposphere.iam import Policy, Role

from catalog import ProductDefinition

BOUNDARY = Sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/catalog-lambda-boundary")


def arn(service: str, resource: str) -> str:
    """A pattern for the ARNs of a service."""
    return f"arn:aws[a-z-]*:{service}:[a-z0-9-]+:[0-9]{{12}}:{resource}"


def optional_arn(label: str, description: str, pattern: str) -> Any:
    """An ARN that may be left out."""
    return text(
        label,
        f"{description} Leave it empty for none.",
        pattern,
        "must be an ARN of this kind, or empty.",
        most=512,
        default="",
    )


PARAMETERS: Parameters = {
    "FunctionName": text(
        "Name of the function",
        "Name of the Lambda function that gets the role, such as dev-orders.",
        "[A-Za-z0-9_-]+",
        "must have 1 to 64 letters, digits, _ or -",
        most=64,
    ),
    **key_parameter("what the function reads and writes", "The role need not be a key user."),
    "QueueArn": optional_arn(
        "Queue to receive from", "ARN of the SQS queue that the function works off.", arn("sqs", "[A-Za-z0-9_-]+")
    ),
    "TableArn": optional_arn(
        "Table to read and write",
        "ARN of the DynamoDB table that the function reads and writes.",
        arn("dynamodb", "table/[A-Za-z0-9_.-]+"),
    ),
    "SecretArn": optional_arn(
        "Secret to read",
        "ARN of the secret that the function reads.",
        arn("secretsmanager", "secret:[A-Za-z0-9/_+=.@-]+"),
    ),
    "VpcAccess": flag("Run in a VPC", "true if the function runs in a VPC, for which it makes network interfaces."),
    **tag_parameters("role", "reads and writes", "It has no effect on the role."),
}

GROUPS = {
    "The role": ["FunctionName", "VpcAccess"],
    "What the function uses": ["KeyArn", "QueueArn", "TableArn", "SecretArn"],
    **TAGS_GROUP,
}

CONDITIONS = {
    **KEY_CONDITION,
    "HasQueue": given("QueueArn"),
    "HasTable": given("TableArn"),
    "HasSecret": given("SecretArn"),
    "IsInVpc": Equals(Ref("VpcAccess"), "true"),
    **HAS_COMPLIANCE,
}

LOGS = Sub("arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/lambda/${FunctionName}:*")
"""The group and its streams: CreateLogStream is allowed on a group (Service Authorization Reference, logs)."""
ITEMS = ["GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"]
INTERFACES = ["CreateNetworkInterface", "DescribeNetworkInterfaces", "DeleteNetworkInterface"]


def allow(sid: str, actions: list[str], resource: Any, condition: str = "") -> Any:
    """A statement of the role's policy; with a condition, only where it holds."""
    made = {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resource}
    return If(condition, made, NoValue) if condition else made


def role() -> Role:
    """The role: it writes its own logs, uses the key, and what is named."""
    queue = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"]
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    statements = [
        allow("WriteLogs", ["logs:CreateLogStream", "logs:PutLogEvents"], LOGS),
        allow("UseKey", ["kms:Decrypt", "kms:GenerateDataKey"], key_arn()),
        allow("WorkOffQueue", queue, Ref("QueueArn"), "HasQueue"),
        allow("UseTable", [f"dynamodb:{name}" for name in ITEMS], Ref("TableArn"), "HasTable"),
        allow("ReadSecret", ["secretsmanager:GetSecretValue"], Ref("SecretArn"), "HasSecret"),
        allow("MakeInterfaces", [f"ec2:{name}" for name in INTERFACES], "*", "IsInVpc"),
    ]
    return Role(
        "Role",
        Description=Sub("Execution role of the Lambda function ${FunctionName}"),
        PermissionsBoundary=BOUNDARY,
        AssumeRolePolicyDocument={"Version": "2012-10-17", "Statement": [trust]},
        Policies=[Policy(PolicyName="use", PolicyDocument={"Version": "2012-10-17", "Statement": statements})],
        Tags=tags(),
    )


def template() -> Template:
    """The template of this version."""
    return build(
        "Execution role of a Lambda function, within a permissions boundary; catalog product lambda_service_role.",
        parameters=PARAMETERS,
        groups=GROUPS,
        conditions=CONDITIONS,
        rules={},
        resources=[role()],
        outputs=[
            output("RoleArn", "ARN of the role. Use it as Role of the function.", GetAtt("Role", "Arn")),
            output("RoleName", "Name of the role.", Ref("Role")),
        ],
    )


PRODUCT = ProductDefinition(
    **owned("lambda_service_role"),
    name="Lambda service role",
    description="The execution role of one Lambda function: its own logs, one key, and the queue, table and secret "
    "that are named, within a permissions boundary of the account.",
    version="1.0.0",
    version_description="First version.",
    template=template,
)
