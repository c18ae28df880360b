"""Traffic mirroring: filters, targets and sessions. Nothing is copied. moto has no rules of filters."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting
from catalog.sandbox.registry.tables.ec2 import by_id, ec2_type
from catalog.sandbox.registry.tables.forms import added, dropped


def of_type(last: str, kind: str, **more: Any) -> ApiType:
    """A type of traffic mirroring."""
    return ec2_type(
        f"AWS::EC2::{last}",
        kind,
        "Id",
        create=ApiCall(f"Create{last}", copies=True),
        answer=(last, f"{last}Id"),
        describe=(f"Describe{last}s", f"{last}Ids", f"{last}s"),
        delete=(by_id(f"Delete{last}", "Id", f"{last}Id"),),
        **more,
    )


def services(it: ApiResource) -> dict[str, Any]:
    """ModifyTrafficMirrorFilterNetworkServices: what comes, and what goes."""
    return {
        "TrafficMirrorFilterId": it["Id"],
        "AddNetworkServices": added(it, "NetworkServices") or None,
        "RemoveNetworkServices": dropped(it, "NetworkServices") or None,
    }


REMOVABLE = {"PacketLength": "packet-length", "VirtualNetworkId": "virtual-network-id", "Description": "description"}


def changed_session(it: ApiResource) -> dict[str, Any]:
    """The session, with the fields that an update takes away."""
    gone = [field for name, field in REMOVABLE.items() if name in it.old and name not in it.properties]
    return {"TrafficMirrorSessionId": it["Id"], "RemoveFields": gone or None}


FILTER = of_type(
    "TrafficMirrorFilter",
    "traffic-mirror-filter",
    settings=(Setting(("NetworkServices",), ApiCall("ModifyTrafficMirrorFilterNetworkServices", services)),),
)
TARGET = of_type("TrafficMirrorTarget", "traffic-mirror-target")
SESSION = of_type(
    "TrafficMirrorSession",
    "traffic-mirror-session",
    update=ApiCall("ModifyTrafficMirrorSession", changed_session, copies=True),
    modelled=("OwnerId",),
)

TYPES = (FILTER, TARGET, SESSION)
