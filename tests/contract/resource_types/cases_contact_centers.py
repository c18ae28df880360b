"""Instances of Amazon Connect, and who may read their data lake."""

from __future__ import annotations

from typing import Any

from tests.contract.resource_types.conftest import Case, World

CALLS = {"InboundCalls": True, "OutboundCalls": False}
CENTER: dict[str, Any] = {
    "Type": "AWS::Connect::Instance",
    "Properties": {"IdentityManagementType": "CONNECT_MANAGED", "InstanceAlias": "shop", "Attributes": CALLS},
}


def instance(world: World, arn: str) -> Any:
    client, identifier = world.client("connect"), arn.rpartition("/")[2]
    listed = client.list_instance_attributes(InstanceId=identifier)["Attributes"]
    attributes = {each["AttributeType"]: each["Value"] for each in listed}
    return {**client.describe_instance(InstanceId=identifier)["Instance"], **attributes}


def association(world: World, reference: str) -> Any:
    identifier, data_set, _ = reference.split("|")
    listed = world.client("connect").list_analytics_data_associations(InstanceId=identifier, DataSetId=data_set)
    return listed["Results"][0]


CASES = (
    Case(
        "AWS::Connect::Instance",
        {**CENTER["Properties"], "Attributes": {**CALLS, "ContactLens": True}},
        instance,
        {"InstanceAlias": "shop", "InboundCallsEnabled": True, "OutboundCallsEnabled": False, "CONTACT_LENS": "true"},
        changed={"Attributes": {**CALLS, "OutboundCalls": True, "UseCustomTTSVoices": True}},
        then={"OutboundCallsEnabled": True, "CONTACT_LENS": "false", "USE_CUSTOM_TTS_VOICES": "true"},
        replaced={"InstanceAlias": "store"},
        tags=lambda world, arn: world.client("connect").list_tags_for_resource(resourceArn=arn)["tags"],
        denied=(
            *("connect:CreateInstance", "connect:TagResource", "connect:DescribeInstance"),
            "connect:UpdateInstanceAttribute",
        ),
        denied_later=("connect:UpdateInstanceAttribute", "connect:DeleteInstance"),
        attributes=("Arn", "Id", "InstanceStatus", "ServiceRole"),
    ),
    Case(
        "AWS::Connect::DataLakeAssociation",
        {
            "InstanceId": {"Fn::GetAtt": ["Center", "Id"]},
            "DataSetId": "contact_record",
            "TargetAccountId": "210987654321",
        },
        association,
        {"DataSetId": "contact_record", "TargetAccountId": "210987654321"},
        replaced={"DataSetId": "agent_statistics_record"},
        denied=("connect:AssociateAnalyticsDataSet", "connect:ListAnalyticsDataAssociations"),
        denied_later=("connect:DisassociateAnalyticsDataSet",),
        around={"Center": CENTER},
        attributes=("ResourceShareArn", "ResourceShareId"),
    ),
)
