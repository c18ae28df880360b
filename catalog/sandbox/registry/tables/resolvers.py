"""Endpoints, rules and query logs of Route 53 Resolver. Nothing answers a query.

Sources: template reference of each type; the handlers of the schemas (what a caller needs of EC2 and of CloudWatch
Logs).
"""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting, Tagging
from catalog.sandbox.registry.calls import operation_model
from catalog.sandbox.registry.naming import generated_name
from catalog.sandbox.registry.rows import at, inside, plain, regional, tagged, taken
from catalog.sandbox.registry.shaping import copied
from catalog.sandbox.registry.tables.forms import added, call, dropped

SERVICE = "route53resolver"
LOOKS = ("ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs")


def unique(it: ApiResource) -> dict[str, Any]:
    """A reference that no other call has."""
    return {"CreatorRequestId": generated_name(it.schema, it.place, {})}


def tags(kind: str, name: str) -> Tagging:
    """The tags of a kind of resource, by its id."""
    return tagged("ResourceArn", lambda it: regional(it, SERVICE, f"{kind}/{it[name]}"), "Tags")


ENDPOINT = ("ResolverEndpointId",)
ADDRESSES = ("IpAddresses",)


def new_addresses(it: ApiResource) -> list[dict[str, Any]]:
    """AssociateResolverEndpointIpAddress for each new address."""
    return [{"ResolverEndpointId": it[ENDPOINT[0]], "IpAddress": dict(each)} for each in added(it, *ADDRESSES)]


def old_addresses(it: ApiResource) -> list[dict[str, Any]]:
    """DisassociateResolverEndpointIpAddress for what an update drops; Resolver chose the address of a subnet alone."""
    present = it.ask("ListResolverEndpointIpAddresses", {"ResolverEndpointId": it[ENDPOINT[0]]})["IpAddresses"]
    gone = []
    for each in dropped(it, *ADDRESSES):
        fits = [item for item in present if all(item.get(name) == value for name, value in each.items())]
        for item in fits[:1]:
            present.remove(item)
            address = {name: item[name] for name in ("IpId", "SubnetId")}
            gone.append({"ResolverEndpointId": it[ENDPOINT[0]], "IpAddress": address})
    return gone


def rule_of(it: ApiResource) -> dict[str, Any]:
    """UpdateResolverRule with what can change."""
    config = it.given("Name", "ResolverEndpointId")
    targets = [{"Port": 53, **each} for each in it.properties.get("TargetIps") or ()]
    shape = operation_model("route53resolver", "UpdateResolverRule").input_shape
    changed = copied({"Config": {**config, **({"TargetIps": targets} if targets else {})}}, shape, {})
    return {"ResolverRuleId": it["ResolverRuleId"], **changed}


def config_shown(it: ApiResource, answer: Any) -> Any:
    """The validation of DNSSEC with an id, unless it is disabled."""
    listed = answer["ResolverDnssecConfigs"]
    return next((each for each in listed if each["Id"] == it["Id"] and each["ValidationStatus"] == "ENABLED"), None)


def validation(wanted: str) -> ApiCall:
    """UpdateResolverDnssecConfig."""
    return ApiCall("UpdateResolverDnssecConfig", lambda it: {"ResourceId": it["ResourceId"], "Validation": wanted})


TYPES = (
    plain(
        "AWS::Route53Resolver::ResolverEndpoint",
        SERVICE,
        ENDPOINT,
        create=ApiCall("CreateResolverEndpoint", unique, copies=True),
        known=taken(ResolverEndpointId="ResolverEndpoint.Id", Arn="ResolverEndpoint.Arn"),
        read="Get",
        shown=inside("ResolverEndpoint"),
        attributes=lambda it, shown: {
            **taken(Arn="Arn", HostVPCId="HostVPCId")(it, shown),
            "IpAddressCount": str(at(shown, "IpAddressCount")),
        },
        settings=(
            Setting(ADDRESSES, ApiCall("AssociateResolverEndpointIpAddress", new_addresses), on_create=False),
            Setting(ADDRESSES, ApiCall("DisassociateResolverEndpointIpAddress", old_addresses), on_create=False),
        ),
        tagging=tags("resolver-endpoint", *ENDPOINT),
        arn=lambda it: regional(it, SERVICE, f"resolver-endpoint/{it['ResolverEndpointId'] or '*'}"),
        also={
            "create": ("ec2:CreateNetworkInterface", *LOOKS),
            "delete": ("ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces"),
        },
    ),
    plain(
        "AWS::Route53Resolver::ResolverRule",
        SERVICE,
        ("ResolverRuleId",),
        create=ApiCall("CreateResolverRule", unique, copies=True),
        known=taken(ResolverRuleId="ResolverRule.Id", Arn="ResolverRule.Arn"),
        read="Get",
        shown=inside("ResolverRule"),
        attributes=taken(Arn="Arn"),
        update=ApiCall("UpdateResolverRule", rule_of),
        modelled=("DelegationRecord",),
        tagging=tags("resolver-rule", "ResolverRuleId"),
        arn=lambda it: regional(it, SERVICE, f"resolver-rule/{it['ResolverRuleId'] or '*'}"),
    ),
    plain(
        "AWS::Route53Resolver::ResolverRuleAssociation",
        SERVICE,
        ("ResolverRuleAssociationId",),
        create=ApiCall("AssociateResolverRule", copies=True),
        known=taken(ResolverRuleAssociationId="ResolverRuleAssociation.Id"),
        read="Get",
        shown=inside("ResolverRuleAssociation"),
        update=None,
        delete=(call("DisassociateResolverRule", "ResolverRuleId", "VPCId"),),
        arn=lambda it: regional(it, SERVICE, f"resolver-rule/{it['ResolverRuleId']}"),
        also={"create": ("ec2:DescribeVpcs",)},
    ),
    plain(
        "AWS::Route53Resolver::ResolverQueryLoggingConfig",
        SERVICE,
        ("Id",),
        create=ApiCall("CreateResolverQueryLogConfig", unique, copies=True, identity=("Name",)),
        known=taken(Id="ResolverQueryLogConfig.Id", Arn="ResolverQueryLogConfig.Arn"),
        read=call("GetResolverQueryLogConfig", ResolverQueryLogConfigId="Id"),
        shown=inside("ResolverQueryLogConfig"),
        attributes=lambda it, shown: {name: value for name, value in shown.items() if name in it.schema.read_only},
        update=None,
        delete=(call("DeleteResolverQueryLogConfig", ResolverQueryLogConfigId="Id"),),
        tagging=tags("resolver-query-log-config", "Id"),
        arn=lambda it: regional(it, SERVICE, f"resolver-query-log-config/{it['Id'] or '*'}"),
        also={"create": ("logs:CreateLogDelivery",)},
    ),
    plain(
        "AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation",
        SERVICE,
        ("Id",),
        create=ApiCall("AssociateResolverQueryLogConfig", copies=True),
        known=taken(Id="ResolverQueryLogConfigAssociation.Id"),
        read=call("GetResolverQueryLogConfigAssociation", ResolverQueryLogConfigAssociationId="Id"),
        shown=inside("ResolverQueryLogConfigAssociation"),
        attributes=lambda it, shown: {name: value for name, value in shown.items() if name in it.schema.read_only},
        update=None,
        delete=(call("DisassociateResolverQueryLogConfig", "ResolverQueryLogConfigId", "ResourceId"),),
        arn=lambda it: regional(it, SERVICE, f"resolver-query-log-config/{it['ResolverQueryLogConfigId']}"),
        also={"create": ("ec2:DescribeVpcs",)},
    ),
    ApiType(
        "AWS::Route53Resolver::ResolverDNSSECConfig",
        SERVICE,
        create=validation("ENABLE"),
        known=taken(Id="ResolverDNSSECConfig.Id"),
        read=ApiCall("ListResolverDnssecConfigs"),
        shown=config_shown,
        attributes=taken(OwnerId="OwnerId", ValidationStatus="ValidationStatus"),
        delete=(validation("DISABLE"),),
        also={"create": ("ec2:DescribeVpcs",), "delete": ("ec2:DescribeVpcs",)},
    ),
)
