"""Endpoints and flywheels of Comprehend. Nothing is understood."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiType
from catalog.sandbox.registry.rows import by, inside, plain, regional, tagged, taken

SERVICE = "comprehend"


def of_comprehend(last: str, noun: str, kind: str, **more: Any) -> ApiType:
    """A type whose identifier is its ARN."""
    by_arn = by(**{f"{noun}Arn": "Arn"})
    return plain(
        f"AWS::Comprehend::{last}",
        SERVICE,
        (),
        create=ApiCall(f"Create{noun}", copies=True),
        known=taken(Arn=f"{noun}Arn"),
        read=ApiCall(f"Describe{noun}", by_arn),
        shown=inside(f"{noun}Properties"),
        update=ApiCall(f"Update{noun}", by_arn, copies=True, renamed=more.pop("renamed", {})),
        delete=(ApiCall(f"Delete{noun}", by_arn),),
        tagging=tagged("ResourceArn", "Arn", "Tags"),
        arn=lambda it: str(it["Arn"] or regional(it, SERVICE, f"{kind}/{it[f'{noun}Name']}")),
        **more,
    )


def endpoint(last: str, kind: str) -> ApiType:
    """The endpoint of a kind of model."""
    return of_comprehend(
        last,
        "Endpoint",
        kind,
        renamed={"ModelArn": "DesiredModelArn", "DataAccessRoleArn": "DesiredDataAccessRoleArn"},
        attributes=lambda it, shown: {
            "CreationTime": str(shown["CreationTime"]),
            "CurrentInferenceUnits": shown["CurrentInferenceUnits"],
            "EndpointStatus": shown["Status"],
            "LastModifiedTime": str(shown["LastModifiedTime"]),
        },
    )


TYPES = (
    endpoint("DocumentClassifierEndpoint", "document-classifier-endpoint"),
    endpoint("EntityRecognizerEndpoint", "entity-recognizer-endpoint"),
    of_comprehend("Flywheel", "Flywheel", "flywheel", modelled=("DataSecurityConfig.DataLakeKmsKeyId",)),
)
