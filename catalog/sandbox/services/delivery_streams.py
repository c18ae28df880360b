"""Firehose: the destinations and sources that moto lacks, and the status of an encryption.

Source: Firehose API reference, CreateDeliveryStream, UpdateDestination, DeliveryStreamDescription.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.firehose.models import DeliveryStream, FirehoseBackend
from moto.firehose.responses import FirehoseResponse

from catalog.sandbox.services.keeping import keep, kept

CREATE, UPDATE = FirehoseResponse.create_delivery_stream, FirehoseResponse.update_destination
DESCRIBE = FirehoseBackend.describe_delivery_stream
OTHERS = ("Amazonopensearchservice", "AmazonOpenSearchServerless", "Splunk")
"""The destinations that moto does not have, or warns of."""
KNOWN = "Elasticsearch"
"""The destination as which moto keeps the others."""
SOURCES = ("MSKSource", "DatabaseSource", "DirectPutSource")


def install() -> None:
    """Complete moto's operations."""
    setattr(FirehoseResponse, "create_delivery_stream", create_delivery_stream)  # noqa: B010  # mypy allows no other form
    setattr(FirehoseResponse, "update_destination", update_destination)  # noqa: B010
    setattr(FirehoseBackend, "describe_delivery_stream", describe_delivery_stream)  # noqa: B010


def create_delivery_stream(response: FirehoseResponse) -> ActionResult:
    """CreateDeliveryStream, with the destinations and sources that moto does not read."""
    name = _as_known(response, "Configuration")
    answer = CREATE(response)
    stream = response.firehose_backend.delivery_streams[response._get_param("DeliveryStreamName")]
    _as_given(stream, name)
    sources = {source: response._get_param(f"{source}Configuration") for source in SOURCES}
    given = {f"{source}Description": value for source, value in sources.items() if value}
    if given:
        keep(stream, {"Source": given})
    if stream.delivery_stream_encryption_configuration:
        stream.delivery_stream_encryption_configuration["Status"] = "ENABLED"
    return answer


def update_destination(response: FirehoseResponse) -> ActionResult:
    """UpdateDestination, with the destinations that moto does not read."""
    stream = response.firehose_backend.delivery_streams.get(response._get_param("DeliveryStreamName"))
    name = _as_known(response, "Update")
    if stream is None or not name:
        return UPDATE(response)
    for destination in stream.destinations:
        if name in destination:
            destination[KNOWN] = destination.pop(name)
    try:
        return UPDATE(response)
    finally:
        _as_given(stream, name)


def describe_delivery_stream(backend: FirehoseBackend, delivery_stream_name: str) -> dict[str, Any]:
    """DescribeDeliveryStream, with the source that is no stream of Kinesis."""
    answer: dict[str, Any] = DESCRIBE(backend, delivery_stream_name)
    answer["DeliveryStreamDescription"].update(kept(backend.delivery_streams[delivery_stream_name]))
    return answer


def _as_known(response: FirehoseResponse, form: str) -> str:
    """Give moto another destination as one that it has; the name of the other one, or nothing."""
    for name in OTHERS:
        given = response.params.pop(f"{name}Destination{form}", None)
        if given:
            response.params[f"{KNOWN}Destination{form}"] = given
            return name
    return ""


def _as_given(stream: DeliveryStream, name: str) -> None:
    """Show a destination under its own name."""
    for destination in stream.destinations if name else ():
        destination[name] = destination.pop(KNOWN)
