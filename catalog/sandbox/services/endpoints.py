"""Endpoints of VPCs: private names and kinds of addresses, which moto does not change.

Source: EC2 API reference, CreateVpcEndpoint, ModifyVpcEndpoint. An endpoint of a gateway has no private names.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.responses.vpcs import VPCs

from catalog.sandbox.services.keeping import members

CREATE, MODIFY = VPCs.create_vpc_endpoint, VPCs.modify_vpc_endpoint


def install() -> None:
    """Replace moto's operations."""
    for answer in (create_vpc_endpoint, modify_vpc_endpoint):
        setattr(VPCs, answer.__name__, answer)


def create_vpc_endpoint(response: VPCs) -> ActionResult:
    """CreateVpcEndpoint, with the kind of addresses."""
    answer = CREATE(response)
    _set(response, members(answer)["VpcEndpoint"])
    return answer


def modify_vpc_endpoint(response: VPCs) -> ActionResult:
    """ModifyVpcEndpoint, with the private names and the kind of addresses."""
    answer = MODIFY(response)
    (endpoint,) = response.ec2_backend.describe_vpc_endpoints(vpc_end_point_ids=[response._get_param("VpcEndpointId")])
    _set(response, endpoint)
    return answer


def _set(response: VPCs, endpoint: Any) -> None:
    private = response._get_bool_param("PrivateDnsEnabled")
    if private is not None:
        endpoint.private_dns_enabled = private
    for name, attribute in (("IpAddressType", "ip_address_type"), ("DnsOptions", "dns_options")):
        if response._get_param(name):
            setattr(endpoint, attribute, response._get_param(name))
