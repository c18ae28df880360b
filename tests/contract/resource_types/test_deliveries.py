"""Delivery streams and deliveries of logs beyond their lives, and what needs an organization."""

from __future__ import annotations

import re

import pytest
from botocore.exceptions import ClientError

from tests.contract.resource_types.cases_deliveries import DESTINATION, SOURCE, resource
from tests.contract.resource_types.cases_delivery_streams import BACKUP, ROLE
from tests.contract.resource_types.cases_organizations import PLAN
from tests.contract.resource_types.conftest import World

SPLUNK = {
    "HECEndpoint": "https://example.com",
    "HECEndpointType": "Raw",
    "HECToken": "token",
    "S3Configuration": BACKUP,
}


def test_a_stream_can_lead_to_splunk(world: World) -> None:
    """moto warns that it has no such destination."""
    stream = {
        "Type": "AWS::KinesisFirehose::DeliveryStream",
        "Properties": {"SplunkDestinationConfiguration": SPLUNK},
    }
    outcome = world.create({"Resources": {"Stream": stream, "Role": ROLE}})
    assert outcome.status == "CREATE_COMPLETE", outcome.reason
    described = world.client("firehose").describe_delivery_stream(DeliveryStreamName=world.reference("Stream"))
    (destination,) = described["DeliveryStreamDescription"]["Destinations"]
    assert destination["SplunkDestinationDescription"]["HECEndpoint"] == "https://example.com"


def test_the_source_of_a_delivery_cannot_be_deleted(world: World) -> None:
    delivery = {
        "DeliverySourceName": {"Ref": "Source"},
        "DeliveryDestinationArn": {"Fn::GetAtt": ["Destination", "Arn"]},
    }
    resources = {
        "Source": resource("DeliverySource", SOURCE),
        "Destination": resource("DeliveryDestination", DESTINATION),
        "Delivery": resource("Delivery", delivery),
    }
    assert world.create({"Resources": resources}).status == "CREATE_COMPLETE"
    logs = world.client("logs")
    for delete in (logs.delete_delivery_source, logs.delete_delivery_destination):
        with pytest.raises(ClientError, match="ConflictException"):
            delete(name="one")
    assert world.delete().status == "DELETE_COMPLETE"


def test_a_policy_of_organizations_needs_one(world: World) -> None:
    """moto fell over the account without an organization."""
    policy = {"Name": "backups", "Type": "BACKUP_POLICY", "Content": PLAN}
    outcome = world.create({"Resources": {"It": {"Type": "AWS::Organizations::Policy", "Properties": policy}}})
    assert re.search("Your account is not a member of an organization", outcome.reason), outcome
