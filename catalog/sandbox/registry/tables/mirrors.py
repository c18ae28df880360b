"""Traffic mirroring: filters with their rules, targets and sessions. Nothing is copied."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Parameters, Setting
from catalog.sandbox.registry.naming import kebab
from catalog.sandbox.registry.tables.ec2 import by_id, ec2_type
from catalog.sandbox.registry.tables.forms import added, dropped


def of_type(last: str, kind: str, identifier: str = "Id", **more: Any) -> ApiType:
    """A type of traffic mirroring."""
    return ec2_type(
        f"AWS::EC2::{last}",
        kind,
        identifier,
        create=ApiCall(f"Create{last}", copies=True),
        answer=(last, f"{last}Id"),
        describe=(f"Describe{last}s", f"{last}Ids", f"{last}s"),
        delete=(by_id(f"Delete{last}", identifier, f"{last}Id"),),
        **more,
    )


def services(it: ApiResource) -> dict[str, Any]:
    """ModifyTrafficMirrorFilterNetworkServices: what comes, and what goes."""
    return {
        "TrafficMirrorFilterId": it["Id"],
        "AddNetworkServices": added(it, "NetworkServices") or None,
        "RemoveNetworkServices": dropped(it, "NetworkServices") or None,
    }


def without(*names: str) -> Parameters:
    """The fields that an update takes away, as the API calls them."""

    def parameters(it: ApiResource) -> dict[str, Any]:
        gone = [kebab(name) for name in names if name in it.old and name not in it.properties]
        return {"RemoveFields": gone or None}

    return parameters


def changed_session(it: ApiResource) -> dict[str, Any]:
    """The session, with the fields that go."""
    return {"TrafficMirrorSessionId": it["Id"], **without("PacketLength", "VirtualNetworkId", "Description")(it)}


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
    replaced=("NetworkInterfaceId",),
    modelled=("OwnerId",),
)

RULE_ID = "TrafficMirrorFilterRuleId"
RULE = of_type(
    "TrafficMirrorFilterRule",
    "traffic-mirror-filter-rule",
    RULE_ID,
    update=ApiCall(
        "ModifyTrafficMirrorFilterRule",
        without("Description", "DestinationPortRange", "Protocol", "SourcePortRange"),
        copies=True,
        identity=(RULE_ID,),
    ),
)

TYPES = (FILTER, RULE, TARGET, SESSION)
