"""What streams and their kin name: the same as `named_things`, for services that move data."""

from __future__ import annotations

from catalog.sandbox.registry.references import NamedThing
from catalog.sandbox.registry.things import IOT_THING, ROLE_ARN, UNIT

DESTINATIONS = (
    *("S3", "ExtendedS3", "Redshift", "Elasticsearch", "Amazonopensearchservice", "AmazonOpenSearchServerless"),
    *("Splunk", "HttpEndpoint", "Snowflake", "Iceberg"),
)


def roles_of(form: str) -> tuple[NamedThing, ...]:
    """The roles of a delivery stream (terraform-provider-aws, `retryDeliveryStreamOp`)."""
    refused = ("InvalidArgumentException", "Firehose is unable to assume role {it}. Please check the role provided.")
    s3 = f"S3{form}"
    paths = [f"{name}Destination{form}.{path}" for name in DESTINATIONS for path in ("RoleARN", f"{s3}.RoleARN")]
    return tuple(NamedThing(path, ROLE_ARN, *refused) for path in ("KinesisStreamSourceConfiguration.RoleARN", *paths))


NO_TARGET = ("ResourceNotFoundException", "The specified resource does not exist")
SOURCES: dict[tuple[str, ...], tuple[NamedThing, ...]] = {
    ("firehose", "CreateDeliveryStream"): roles_of("Configuration"),
    ("firehose", "UpdateDestination"): roles_of("Update"),
    ("organizations", "CreateOrganizationalUnit"): (
        NamedThing("ParentId", UNIT, "ParentNotFoundException", "You specified parent that doesn't exist."),
    ),
    ("iot", "CreateJob"): (NamedThing("targets.*", IOT_THING, *NO_TARGET),),
}
"""(Service, operation, …) → what it looks for."""
