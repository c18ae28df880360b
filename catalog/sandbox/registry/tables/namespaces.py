"""Namespaces, services and instances of Cloud Map. Nothing answers for their names."""

from __future__ import annotations

import json
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting
from catalog.sandbox.registry.calls import operation_model
from catalog.sandbox.registry.rows import inside, plain, regional, tagged, taken
from catalog.sandbox.registry.shaping import as_text, copied
from catalog.sandbox.registry.tables.forms import call, new_name

SERVICE = "servicediscovery"
WAITING = dict.fromkeys(("create", "update", "delete"), ("servicediscovery:GetOperation",))


def made(it: ApiResource, answer: Any) -> dict[str, Any]:
    """The id of a namespace, which its operation has."""
    return {"Id": it.ask("GetOperation", {"OperationId": answer["OperationId"]})["Operation"]["Targets"]["NAMESPACE"]}


def namespace(last: str) -> ApiType:
    """A kind of namespace."""

    def changed(it: ApiResource) -> dict[str, Any]:
        shape = operation_model(SERVICE, f"Update{last}").input_shape
        given = {"Description": it.text("Description"), **it.given("Properties")}
        return copied({"Namespace": given}, shape, {})

    return plain(
        f"AWS::ServiceDiscovery::{last}",
        SERVICE,
        ("Id",),
        create=ApiCall(f"Create{last}", copies=True),
        known=made,
        read=ApiCall("GetNamespace", identity=("Id",)),
        shown=inside("Namespace"),
        attributes=taken(Arn="Arn", HostedZoneId="Properties.DnsProperties.HostedZoneId"),
        update=ApiCall(f"Update{last}", changed, identity=("Id",)),
        delete=(ApiCall("DeleteNamespace", identity=("Id",)),),
        tagging=tagged("ResourceARN", "Arn", "Tags"),
        arn=lambda it: str(it["Arn"] or regional(it, SERVICE, f"namespace/{it['Id'] or '*'}")),
        also={**WAITING, "create": (*WAITING["create"], *ZONES.get(last, ()))},
    )


ZONES = {
    "PrivateDnsNamespace": ("route53:CreateHostedZone", "ec2:DescribeVpcs"),
    "PublicDnsNamespace": ("route53:CreateHostedZone",),
}


def changed_service(it: ApiResource) -> dict[str, Any]:
    """UpdateService; the type of its records stays."""
    shape = operation_model(SERVICE, "UpdateService").input_shape
    return copied({"Service": it.given("Description", "DnsConfig", "HealthCheckConfig")}, shape, {})


def gone(it: ApiResource) -> dict[str, Any] | None:
    """DeleteServiceAttributes for those that an update drops."""
    after = it.properties.get("ServiceAttributes") or {}
    names = [name for name in it.old.get("ServiceAttributes") or () if name not in after]
    return {"ServiceId": it["Id"], "Attributes": names} if names else None


def attributes(it: ApiResource) -> dict[str, Any] | None:
    """UpdateServiceAttributes with all of them."""
    given = it.properties.get("ServiceAttributes")
    return {"ServiceId": it["Id"], "Attributes": dict(given)} if given else None


def instance(it: ApiResource) -> dict[str, Any]:
    """RegisterInstance, which also changes one; the id is made up without one."""
    given = it.properties["InstanceAttributes"]
    texts = {
        name: as_text(value) for name, value in dict(json.loads(given) if isinstance(given, str) else given).items()
    }
    it.values["InstanceId"] = it["InstanceId"] or new_name(it, "InstanceId")["InstanceId"][-64:]
    return {"ServiceId": it["ServiceId"], "InstanceId": it["InstanceId"], "Attributes": texts}


INSTANCE = ApiType(
    "AWS::ServiceDiscovery::Instance",
    SERVICE,
    create=ApiCall("RegisterInstance", instance),
    read=call("GetInstance", "ServiceId", "InstanceId"),
    shown=inside("Instance"),
    ref="InstanceId",
    update=ApiCall("RegisterInstance", instance),
    delete=(call("DeregisterInstance", "ServiceId", "InstanceId"),),
    arn=lambda it: regional(it, SERVICE, f"service/{it['ServiceId'].rpartition('/')[2]}"),
    also=WAITING,
)

TYPES = (
    INSTANCE,
    *(namespace(last) for last in ("HttpNamespace", "PrivateDnsNamespace", "PublicDnsNamespace")),
    plain(
        "AWS::ServiceDiscovery::Service",
        SERVICE,
        ("Id",),
        create=ApiCall("CreateService", copies=True, identity=("Name",)),
        known=taken(Id="Service.Id", Arn="Service.Arn"),
        read="Get",
        shown=inside("Service"),
        attributes=taken(Arn="Arn"),
        settings=(
            Setting(("ServiceAttributes",), ApiCall("DeleteServiceAttributes", gone), on_create=False),
            Setting(("ServiceAttributes",), ApiCall("UpdateServiceAttributes", attributes)),
        ),
        update=ApiCall("UpdateService", changed_service, identity=("Id",)),
        tagging=tagged("ResourceARN", "Arn", "Tags"),
        arn=lambda it: str(it["Arn"] or regional(it, SERVICE, f"service/{it['Id'] or '*'}")),
    ),
)
