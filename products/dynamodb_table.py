"""Product `dynamodb_table`: a table under a key, with point-in-time recovery and protection against deletion.

docs/products/dynamodb_table.md explains each choice. The logical id `Table`, its name and its keys must not change:
CloudFormation would replace the table.
"""

from __future__ import annotations

from _shared.building import HAS_COMPLIANCE, KEPT, build, given, output, rule, rule_equals, tags
from _shared.encryption import KEY_CONDITION, key_arn, key_parameter
from _shared.owner import owned
from _shared.parameters import TAGS_GROUP, Declared, Parameters, choice, flag, tag_parameters, text
from troposphere import Equals, GetAtt, If, NoValue, Ref, Template
from troposphere.dynamodb import (
    AttributeDefinition,
    KeySchema,
    PointInTimeRecoverySpecification,
    SSESpecification,
    Table,
    TimeToLiveSpecification,
)

from catalog import ProductDefinition


def attribute(label: str, description: str, default: str | None = None) -> Declared:
    """The name of an attribute."""
    words = "must have up to 255 letters, digits or any of _ . -"
    return text(label, description, "[A-Za-z0-9_.-]+", words, most=255, default=default)


TYPES = ["S", "N", "B"]

PARAMETERS: Parameters = {
    "TableName": text(
        "Name of the table",
        "Name of the table, such as dev-orders. It must be new in this account and Region, and cannot be changed "
        "later.",
        "[A-Za-z0-9_.-]{3,}",
        "must have 3 to 255 letters, digits or any of _ . -",
        most=255,
    ),
    **key_parameter("the table", "Who reads or writes the table must be a key user."),
    "PartitionKey": attribute("Partition key", "Attribute of the partition key. It cannot be changed later."),
    "PartitionKeyType": choice("Type of the partition key", "S for text, N for numbers, B for bytes.", TYPES, "S"),
    "SortKey": attribute(
        "Sort key", "Attribute of the sort key. Leave it empty for none. It cannot be changed later.", ""
    ),
    "SortKeyType": choice("Type of the sort key", "S for text, N for numbers, B for bytes.", TYPES, "S"),
    "TimeToLiveAttribute": attribute(
        "Attribute with the end of an item",
        "Attribute with the time at which DynamoDB deletes an item. Leave it empty for none.",
        "",
    ),
    "DeletionProtection": flag(
        "Refuse deletion", "true to refuse to everybody to delete the table. Must be true in prod."
    ),
    **tag_parameters("table", "holds", "prod makes Refuse deletion a duty."),
}

GROUPS = {
    "The table": ["TableName", "KeyArn", "DeletionProtection", "TimeToLiveAttribute"],
    "Its keys": ["PartitionKey", "PartitionKeyType", "SortKey", "SortKeyType"],
    **TAGS_GROUP,
}

CONDITIONS = {
    **KEY_CONDITION,
    "IsSorted": given("SortKey"),
    "Expires": given("TimeToLiveAttribute"),
    "IsProtected": Equals(Ref("DeletionProtection"), "true"),
    **HAS_COMPLIANCE,
}

RULES = {
    "ProductionIsProtected": rule(
        rule_equals("Environment", "prod"),
        (rule_equals("DeletionProtection", "true"), "In prod DeletionProtection must be true."),
    )
}


def table() -> Table:
    """The table, paid by request."""
    sort = AttributeDefinition(AttributeName=Ref("SortKey"), AttributeType=Ref("SortKeyType"))
    return Table(
        "Table",
        **KEPT,
        TableName=Ref("TableName"),
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            AttributeDefinition(AttributeName=Ref("PartitionKey"), AttributeType=Ref("PartitionKeyType")),
            If("IsSorted", sort, NoValue),
        ],
        KeySchema=[
            KeySchema(AttributeName=Ref("PartitionKey"), KeyType="HASH"),
            If("IsSorted", KeySchema(AttributeName=Ref("SortKey"), KeyType="RANGE"), NoValue),
        ],
        SSESpecification=SSESpecification(SSEEnabled=True, SSEType="KMS", KMSMasterKeyId=key_arn()),
        PointInTimeRecoverySpecification=PointInTimeRecoverySpecification(PointInTimeRecoveryEnabled=True),
        DeletionProtectionEnabled=If("IsProtected", True, False),
        TimeToLiveSpecification=If(
            "Expires", TimeToLiveSpecification(AttributeName=Ref("TimeToLiveAttribute"), Enabled=True), NoValue
        ),
        Tags=tags(),
    )


def template() -> Template:
    """The template of this version."""
    return build(
        "DynamoDB table under a KMS key, with point-in-time recovery; catalog product dynamodb_table.",
        parameters=PARAMETERS,
        groups=GROUPS,
        conditions=CONDITIONS,
        rules=RULES,
        resources=[table()],
        outputs=[
            output("TableName", "Name of the table.", Ref("Table")),
            output("TableArn", "ARN of the table. Use it in IAM policies.", GetAtt("Table", "Arn")),
        ],
    )


PRODUCT = ProductDefinition(
    **owned("dynamodb_table"),
    name="DynamoDB table",
    description="A DynamoDB table under a KMS key, paid by request, with point-in-time recovery and protection against "
    "deletion.",
    version="1.0.0",
    version_description="First version.",
    template=template,
    production={"DeletionProtection": "true"},
)
