"""Endpoints and flywheels of Comprehend."""

from __future__ import annotations

from tests.contract.resource_types.cases_records import ROLE
from tests.contract.resource_types.conftest import ACCOUNT, REGION, Case
from tests.contract.resource_types.reading import asks, listed

TAGS = listed(asks("comprehend", "list_tags_for_resource", "Tags", ResourceArn="@"))


def model(kind: str) -> str:
    """The ARN of a model."""
    return f"arn:aws:comprehend:{REGION}:{ACCOUNT}:{kind}/orders"


def endpoint(last: str, kind: str) -> Case:
    """The endpoint of a kind of model."""
    return Case(
        f"AWS::Comprehend::{last}",
        {"EndpointName": "one", "ModelArn": model(kind), "DesiredInferenceUnits": 1},
        asks("comprehend", "describe_endpoint", "EndpointProperties", EndpointArn="@"),
        {"Status": "IN_SERVICE", "ModelArn": model(kind), "CurrentInferenceUnits": 1},
        changed={"DesiredInferenceUnits": 2, "ModelArn": f"{model(kind)}/version/2"},
        then={"ModelArn": f"{model(kind)}/version/2", "CurrentInferenceUnits": 2},
        replaced={"EndpointName": "two"},
        tags=TAGS,
        denied=("comprehend:CreateEndpoint", "comprehend:TagResource", "comprehend:DescribeEndpoint"),
        denied_later=("comprehend:UpdateEndpoint", "comprehend:DeleteEndpoint"),
        attributes=("Arn", "CurrentInferenceUnits"),
    )


CASES = (
    endpoint("DocumentClassifierEndpoint", "document-classifier"),
    endpoint("EntityRecognizerEndpoint", "entity-recognizer"),
    Case(
        "AWS::Comprehend::Flywheel",
        {
            "FlywheelName": "one",
            "ActiveModelArn": model("document-classifier"),
            "DataAccessRoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
            "DataLakeS3Uri": "s3://orders/lake",
        },
        asks("comprehend", "describe_flywheel", "FlywheelProperties", FlywheelArn="@"),
        {"Status": "ACTIVE", "DataLakeS3Uri": "s3://orders/lake"},
        changed={"ActiveModelArn": f"{model('document-classifier')}/version/2"},
        then={"ActiveModelArn": f"{model('document-classifier')}/version/2"},
        replaced={"FlywheelName": "two"},
        tags=TAGS,
        denied=("comprehend:CreateFlywheel", "comprehend:TagResource", "comprehend:DescribeFlywheel", "iam:PassRole"),
        denied_later=("comprehend:UpdateFlywheel", "comprehend:DeleteFlywheel"),
        around={"Role": ROLE},
        attributes=("Arn",),
    ),
)
