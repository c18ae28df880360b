"""Product `secret`: a secret under a key that only named roles read, with rotation as an option.

docs/products/secret.md explains each choice. The logical id `Secret` must not change.
"""

from __future__ import annotations

from typing import Any

from _shared.building import HAS_COMPLIANCE, KEPT, build, given, output, tags
from _shared.encryption import KEY_CONDITION, key_arn, key_parameter
from _shared.owner import owned
from _shared.parameters import TAGS_GROUP, Parameters, number, roles, tag_parameters, text
from _shared.policies import allow, deny, document, except_for, the
from troposphere import Ref, Template
from troposphere.secretsmanager import GenerateSecretString, ResourcePolicy, RotationRules, RotationSchedule, Secret

from catalog import ProductDefinition

PARAMETERS: Parameters = {
    "SecretName": text(
        "Name of the secret",
        "Name of the secret, such as dev/orders/database. It must be new in this account and Region, and cannot be "
        "changed later.",
        "[A-Za-z0-9/_+=.@-]+",
        "must have 1 to 256 letters, digits or any of / _ + = . @ -",
        most=256,
    ),
    "Description": text(
        "What the secret opens",
        "What the secret opens, in words. Do not put the secret here.",
        "[^\\x00-\\x1f]+",
        "must have 1 to 2048 characters, without control characters.",
        most=2048,
    ),
    **key_parameter("the secret", "Readers must be key users."),
    "Readers": roles(
        "Who may read the secret",
        "ARNs of the IAM roles or users that may read the secret, separated by commas; the role of the rotation too. "
        "Nobody else can, whatever their IAM policies say.",
    ),
    "RotationFunctionArn": text(
        "Function that rotates",
        "ARN of the Lambda function that rotates the secret. Leave it empty for none.",
        "arn:aws[a-z-]*:lambda:[a-z0-9-]+:[0-9]{12}:function:[A-Za-z0-9_-]+",
        "must be the ARN of a function, or empty.",
        most=256,
        default="",
    ),
    "RotationDays": number("Days between rotations", "Days after which the function rotates the secret.", 1, 365, 30),
    **tag_parameters("secret", "opens", "It has no effect on the secret."),
}

GROUPS = {
    "The secret": ["SecretName", "Description", "KeyArn"],
    "Who may do what": ["Readers"],
    "Rotation": ["RotationFunctionArn", "RotationDays"],
    **TAGS_GROUP,
}

CONDITIONS = {**KEY_CONDITION, "IsRotated": given("RotationFunctionArn"), **HAS_COMPLIANCE}
READ = ["secretsmanager:GetSecretValue", "secretsmanager:BatchGetSecretValue"]


def resources() -> list[Any]:
    """The secret, its policy, and the schedule of its rotation if a function is given."""
    return [
        Secret(
            "Secret",
            **KEPT,
            Name=Ref("SecretName"),
            Description=Ref("Description"),
            KmsKeyId=key_arn(),
            GenerateSecretString=GenerateSecretString(PasswordLength=40, RequireEachIncludedType=True),
            Tags=tags(),
        ),
        ResourcePolicy(
            "Policy",
            SecretId=Ref("Secret"),
            BlockPublicPolicy=True,
            ResourcePolicy=document(
                allow("ReadersRead", the("Readers"), [READ[0], "secretsmanager:DescribeSecret"], "*"),
                deny("OnlyReadersRead", READ, "*", except_for("Readers")),
            ),
        ),
        RotationSchedule(
            "Rotation",
            Condition="IsRotated",
            SecretId=Ref("Secret"),
            RotationLambdaARN=Ref("RotationFunctionArn"),
            RotationRules=RotationRules(AutomaticallyAfterDays=Ref("RotationDays")),
        ),
    ]


def template() -> Template:
    """The template of this version."""
    return build(
        "Secret under a KMS key that only named roles read; catalog product secret.",
        parameters=PARAMETERS,
        groups=GROUPS,
        conditions=CONDITIONS,
        rules={},
        resources=resources(),
        outputs=[output("SecretArn", "ARN of the secret. Use it in IAM policies and to read it.", Ref("Secret"))],
    )


PRODUCT = ProductDefinition(
    **owned("secret"),
    name="Secret",
    description="A secret of Secrets Manager under a KMS key: generated, read by named roles only, with rotation as an "
    "option.",
    version="1.0.0",
    version_description="First version.",
    template=template,
)
