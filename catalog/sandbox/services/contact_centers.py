"""Amazon Connect: the attributes of instances, which moto lacks; the tags of an instance are those of now.

Source: Amazon Connect API reference, UpdateInstanceAttribute, ListInstanceAttributes, DescribeInstanceAttribute.
"""

from __future__ import annotations

import json
from typing import Any

from moto.connect import urls
from moto.connect.exceptions import InvalidParameterException
from moto.connect.models import ConnectBackend, Instance
from moto.connect.responses import ConnectResponse

ATTRIBUTES = "sandbox_attributes"
CREATE, DELETE = ConnectBackend.create_instance, ConnectBackend.delete_instance
DESCRIBE = ConnectBackend.describe_instance
CALLS = {"INBOUND_CALLS": "inbound_calls_enabled", "OUTBOUND_CALLS": "outbound_calls_enabled"}
"""What DescribeInstance shows too."""


def install() -> None:
    """Replace moto's methods, and add operations."""
    for path in ("attributes", "attribute/(?P<AttributeType>[^/]+)"):
        urls.url_paths[f"{{0}}/instance/(?P<InstanceId>[^/]+)/{path}$"] = ConnectResponse.dispatch
    for answer in (update_instance_attribute, list_instance_attributes, describe_instance_attribute):
        setattr(ConnectResponse, answer.__name__, answer)
    for method in (create_instance, describe_instance, delete_instance):
        setattr(ConnectBackend, method.__name__, method)


def create_instance(backend: ConnectBackend, **given: Any) -> dict[str, str]:
    """CreateInstance, whose alias no other instance may have."""
    alias = given.get("instance_alias")
    if alias and any(each.instance_alias == alias for each in backend.instances.values()):
        raise InvalidParameterException(f"Alias {alias} is in use.")
    made: dict[str, str] = CREATE(backend, **given)
    return made


def describe_instance(backend: ConnectBackend, instance_id: str) -> dict[str, Any]:
    """DescribeInstance, with the tags that it has now."""
    shown = DESCRIBE(backend, instance_id)
    return {**shown, "Tags": backend.list_tags_for_resource(shown["Arn"])}


def delete_instance(backend: ConnectBackend, instance_id: str) -> None:
    """DeleteInstance: the tags go too."""
    instance = backend.instances.get(instance_id)
    DELETE(backend, instance_id)
    if instance:
        backend.tagger.delete_all_tags_for_resource(instance.arn)


def attributes(response: ConnectResponse) -> tuple[Instance, dict[str, str]]:
    """The instance of a request, and its attributes."""
    instance = response.connect_backend._get_instance_or_raise(response._get_instance_id())
    known: dict[str, str] = vars(instance).setdefault(
        ATTRIBUTES, {name: str(getattr(instance, attribute)).lower() for name, attribute in CALLS.items()}
    )
    return instance, known


def update_instance_attribute(response: ConnectResponse) -> str:
    """UpdateInstanceAttribute of the API reference."""
    instance, known = attributes(response)
    name, value = response.path.rpartition("/")[2], str(json.loads(response.body)["Value"])
    known[name] = value
    if name in CALLS:
        setattr(instance, CALLS[name], value == "true")
    return "{}"


def list_instance_attributes(response: ConnectResponse) -> str:
    """ListInstanceAttributes of the API reference."""
    _, known = attributes(response)
    return json.dumps({"Attributes": [{"AttributeType": name, "Value": value} for name, value in known.items()]})


def describe_instance_attribute(response: ConnectResponse) -> str:
    """DescribeInstanceAttribute of the API reference."""
    _, known = attributes(response)
    name = response.path.rpartition("/")[2]
    return json.dumps({"Attribute": {"AttributeType": name, "Value": known.get(name, "false")}})
