"""Services behind endpoints of VPCs, and who may connect to them."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting
from catalog.sandbox.registry.shaping import as_text
from catalog.sandbox.registry.tables.ec2 import by_id, ec2_arn, ec2_type
from catalog.sandbox.registry.tables.forms import added, dropped

LISTS = {
    "NetworkLoadBalancerArns": "{}NetworkLoadBalancerArns",
    "GatewayLoadBalancerArns": "{}GatewayLoadBalancerArns",
    "SupportedRegions": "{}SupportedRegions",
    "SupportedIpAddressTypes": "{}SupportedIpAddressTypes",
}
"""Property → the parameter for what comes (Add) or goes (Remove)."""


def comings_and_goings(it: ApiResource, lists: dict[str, str]) -> dict[str, Any]:
    """What an update adds to lists, and what it removes."""
    changed = {parameter.format("Add"): added(it, name) for name, parameter in lists.items()}
    changed |= {parameter.format("Remove"): dropped(it, name) for name, parameter in lists.items()}
    return {parameter: members for parameter, members in changed.items() if members}


def changed_service(it: ApiResource) -> dict[str, Any]:
    """ModifyVpcEndpointServiceConfiguration."""
    private = it.properties.get("PrivateDnsName")
    return {
        "ServiceId": it["ServiceId"],
        "AcceptanceRequired": as_text(it.properties.get("AcceptanceRequired", True)) == "true",
        "PrivateDnsName": private,
        "RemovePrivateDnsName": True if "PrivateDnsName" in it.old and private is None else None,
        **comings_and_goings(it, LISTS),
    }


def payer(it: ApiResource) -> dict[str, Any] | None:
    """ModifyVpcEndpointServicePayerResponsibility, whose only value is ServiceOwner."""
    given = it["PayerResponsibility"]
    return None if given is None else {"ServiceId": it["ServiceId"], "PayerResponsibility": given}


SERVICE = ec2_type(
    "AWS::EC2::VPCEndpointService",
    "vpc-endpoint-service",
    "ServiceId",
    create=ApiCall("CreateVpcEndpointServiceConfiguration", copies=True),
    answer=("ServiceConfiguration", "ServiceId"),
    describe=("DescribeVpcEndpointServiceConfigurations", "ServiceIds", "ServiceConfigurations"),
    settings=(
        Setting(("PayerResponsibility",), ApiCall("ModifyVpcEndpointServicePayerResponsibility", payer)),
        Setting(
            ("AcceptanceRequired", "PrivateDnsName", *LISTS),
            ApiCall("ModifyVpcEndpointServiceConfiguration", changed_service),
            on_create=False,
        ),
    ),
    delete=(by_id("DeleteVpcEndpointServiceConfigurations", "ServiceId", "ServiceIds", several=True),),
    modelled=("ContributorInsightsEnabled", "PrivateDnsNameConfiguration"),
)


def allowed(it: ApiResource) -> dict[str, Any]:
    """Who may connect from now on, and who no longer."""
    return {
        "ServiceId": it["ServiceId"],
        **comings_and_goings(it, {"AllowedPrincipals": "{}AllowedPrincipals"}),
    }


def nobody(it: ApiResource) -> dict[str, Any]:
    """Nobody of the template may connect any more."""
    return {"ServiceId": it["ServiceId"], "RemoveAllowedPrincipals": it["AllowedPrincipals"] or None}


PERMISSIONS = ApiType(
    "AWS::EC2::VPCEndpointServicePermissions",
    "ec2",
    create=ApiCall("ModifyVpcEndpointServicePermissions", allowed),
    read=ApiCall(
        "DescribeVpcEndpointServicePermissions",
        lambda it: {"ServiceId": it["ServiceId"]} if it["AllowedPrincipals"] else None,
    ),
    shown=lambda it, answer: [
        each for each in answer.get("AllowedPrincipals", ()) if each["Principal"] in (it["AllowedPrincipals"] or ())
    ],
    update=ApiCall("ModifyVpcEndpointServicePermissions", allowed),
    delete=(ApiCall("ModifyVpcEndpointServicePermissions", nobody),),
    arn=lambda it: ec2_arn(it, "vpc-endpoint-service", it["ServiceId"]),
)

TYPES = (SERVICE, PERMISSIONS)
