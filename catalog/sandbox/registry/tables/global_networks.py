"""Global networks of Network Manager, what lies in them, and core networks. No packet passes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting
from catalog.sandbox.registry.rows import by, inside, plain, tagged, taken
from catalog.sandbox.registry.shaping import as_text


def arn(kind: str, name: str = "Arn") -> Callable[[ApiResource], str]:
    """The ARN of a kind, whose end only its creation tells; those of a global network have its id."""

    def value(it: ApiResource) -> str:
        path = f"{kind}/{it['GlobalNetworkId']}/*" if kind in ("site", "link", "device") else f"{kind}/*"
        return str(it[name] or f"arn:{it.place.partition}:networkmanager::{it.place.account}:{path}")

    return value


GLOBAL = plain(
    "AWS::NetworkManager::GlobalNetwork",
    "networkmanager",
    (),
    known=taken(Id="GlobalNetwork.GlobalNetworkId", Arn="GlobalNetwork.GlobalNetworkArn"),
    read=ApiCall("DescribeGlobalNetworks", lambda it: {"GlobalNetworkIds": [it["Id"]]}),
    shown=inside("GlobalNetworks.0"),
    attributes=taken(Arn="GlobalNetworkArn"),
    update=ApiCall("UpdateGlobalNetwork", lambda it: {"GlobalNetworkId": it["Id"], "Description": it["Description"]}),
    delete=(ApiCall("DeleteGlobalNetwork", by(GlobalNetworkId="Id")),),
    tagging=tagged("ResourceArn", "Arn", "Tags"),
    arn=arn("global-network"),
    modelled=("CreatedAt", "State"),
)


def within(last: str) -> ApiType:
    """A type of what lies in a global network."""
    identifier, own = f"{last}Id", f"{last}Arn"
    identity = ("GlobalNetworkId", identifier)
    return plain(
        f"AWS::NetworkManager::{last}",
        "networkmanager",
        identity,
        create=ApiCall(f"Create{last}", copies=True),
        known=taken(**{identifier: f"{last}.{identifier}", own: f"{last}.{own}"}),
        read=ApiCall(
            f"Get{last}s", lambda it: {"GlobalNetworkId": it["GlobalNetworkId"], f"{last}Ids": [it[identifier]]}
        ),
        shown=inside(f"{last}s.0"),
        attributes=taken(**{own: own, "State": "State", "CreatedAt": "CreatedAt"}),
        tagging=tagged("ResourceArn", own, "Tags"),
        arn=arn(last.lower(), own),
    )


def core(it: ApiResource) -> dict[str, Any]:
    """The id of a core network as a parameter."""
    return {"CoreNetworkId": it["CoreNetworkId"]}


def put(it: ApiResource) -> dict[str, Any]:
    """PutCoreNetworkPolicy."""
    return {**core(it), "PolicyDocument": as_text(it["PolicyDocument"])}


def execute(it: ApiResource) -> dict[str, Any]:
    """ExecuteCoreNetworkChangeSet, of the version that was put."""
    policy = it.ask("GetCoreNetworkPolicy", core(it))["CoreNetworkPolicy"]
    return {**core(it), "PolicyVersionId": policy["PolicyVersionId"]}


REGIONS = ("ec2:DescribeRegions", "networkmanager:GetCoreNetworkPolicy")
CORE = plain(
    "AWS::NetworkManager::CoreNetwork",
    "networkmanager",
    ("CoreNetworkId",),
    create=ApiCall("CreateCoreNetwork", copies=True),
    known=taken(CoreNetworkId="CoreNetwork.CoreNetworkId", CoreNetworkArn="CoreNetwork.CoreNetworkArn"),
    read=ApiCall("GetCoreNetwork", core),
    shown=inside("CoreNetwork"),
    attributes=taken(CoreNetworkArn="CoreNetworkArn", State="State", CreatedAt="CreatedAt"),
    settings=(
        Setting(("PolicyDocument",), ApiCall("PutCoreNetworkPolicy", put), on_create=False),
        Setting(("PolicyDocument",), ApiCall("ExecuteCoreNetworkChangeSet", execute), on_create=False),
    ),
    update=ApiCall("UpdateCoreNetwork", lambda it: {**core(it), "Description": it["Description"]}),
    delete=(ApiCall("DeleteCoreNetwork", core),),
    tagging=tagged("ResourceArn", "CoreNetworkArn", "Tags"),
    arn=arn("core-network", "CoreNetworkArn"),
    also={"create": REGIONS, "update": REGIONS, "delete": REGIONS},
)

TYPES = (GLOBAL, within("Site"), within("Link"), within("Device"), CORE)
