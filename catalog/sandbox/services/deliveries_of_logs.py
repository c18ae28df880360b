"""CloudWatch Logs: deliveries of vended logs as they are now, of all services, and their change.

moto knows seven services that vend logs; which log types the others have, AWS says in no list that is complete.
Source: CloudWatch Logs API reference, PutDeliverySource, PutDeliveryDestination (deliveryDestinationType: X-Ray has no
resource), UpdateDeliveryConfiguration, DeleteDeliverySource ("can't delete a delivery source if any current deliveries
are associated with it").
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.core.responses import ActionResult
from moto.logs.exceptions import ConflictException, ResourceNotFoundException
from moto.logs.models import Delivery, DeliveryDestination, DeliverySource, LogsBackend
from moto.logs.responses import LogsResponse

from catalog.sandbox.services.keeping import complete, keep

CREATE_SOURCE, CREATE_DESTINATION = LogsBackend.put_delivery_source, LogsResponse.put_delivery_destination
UNKNOWN = "Cannot access provided service."
XRAY = "XRAY"
KINDS = {
    "delivery": "deliveries",
    "delivery_source": "delivery_sources",
    "delivery_destination": "delivery_destinations",
}
"""Kind → attribute of the backend that has them."""


def install() -> None:
    """Complete moto's operations, and add one."""
    setattr(LogsBackend, "put_delivery_source", put_delivery_source)  # noqa: B010  # mypy allows no other form
    for kind in KINDS:
        setattr(LogsBackend, f"delete_{kind}", _unused(getattr(LogsBackend, f"delete_{kind}"), kind))
        setattr(LogsBackend, f"get_{kind}", _with_tags(getattr(LogsBackend, f"get_{kind}")))
    for operation in (put_delivery_destination, update_delivery_configuration):
        setattr(LogsResponse, operation.__name__, operation)
    complete(DeliveryDestination, "to_dict")


def put_delivery_source(backend: LogsBackend, name: str, resource_arn: str, log_type: str, tags: Any) -> DeliverySource:
    """PutDeliverySource, also for a service that moto does not know."""
    try:
        return CREATE_SOURCE(backend, name, resource_arn, log_type, tags)
    except ResourceNotFoundException as error:
        if UNKNOWN not in str(error):
            raise
    source = DeliverySource(backend.account_id, backend.region_name, name, resource_arn, log_type, tags)
    backend.delivery_sources[name] = source
    if tags:
        backend.tag_resource(source.arn, tags)
    return source


def put_delivery_destination(response: LogsResponse) -> str | ActionResult:
    """PutDeliveryDestination; X-Ray has no resource."""
    given = response._get_param("deliveryDestinationType")
    if given != XRAY:
        return CREATE_DESTINATION(response)
    name, tags = response._get_param("name"), response._get_param("tags")
    resource = {"destinationResourceArn": "::s3"}
    destination = response.logs_backend.put_delivery_destination(name, None, resource, tags)
    keep(destination, {"deliveryDestinationType": XRAY, "deliveryDestinationConfiguration": {}})
    return ActionResult({"deliveryDestination": destination.to_dict()})


def update_delivery_configuration(response: LogsResponse) -> ActionResult:
    """UpdateDeliveryConfiguration of the API reference."""
    delivery: Delivery = response.logs_backend.get_delivery(response._get_param("id"))
    fields, delimiter = response._get_param("recordFields"), response._get_param("fieldDelimiter")
    delivery.record_fields = delivery.record_fields if fields is None else fields
    delivery.field_delimiter = delivery.field_delimiter if delimiter is None else delimiter
    delivery.s3_delivery_configuration |= response._get_param("s3DeliveryConfiguration") or {}
    return ActionResult({})


def _with_tags(get: Callable[..., Any]) -> Callable[..., Any]:
    """What moto has, with the tags of now: it shows those of the creation."""

    def got(backend: LogsBackend, *arguments: Any, **options: Any) -> Any:
        target = get(backend, *arguments, **options)
        target.tags = backend.tagger.get_tag_dict_for_resource(target.arn)
        return target

    return got


def _unused(delete: Callable[..., None], kind: str) -> Callable[..., None]:
    """A deletion of what no delivery uses, with its tags, which moto would leave."""

    def deleted(backend: LogsBackend, **identity: str) -> None:
        (name,) = identity.values()
        target = getattr(backend, KINDS[kind]).get(name)
        users = backend.deliveries.values()
        used = {each.delivery_source_name for each in users} | {each.delivery_destination_arn for each in users}
        if kind != "delivery" and target and {"delivery_source": name}.get(kind, target.arn) in used:
            raise ConflictException(msg=f"The {kind.replace('_', ' ')} is used by a delivery.")
        delete(backend, **identity)
        backend.tagger.delete_all_tags_for_resource(target.arn)

    return deleted
