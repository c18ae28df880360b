"""EC2: who pays for the endpoints of a service, its kinds of addresses, and the end of its private name.

Source: EC2 API reference, ModifyVpcEndpointServiceConfiguration, ModifyVpcEndpointServicePayerResponsibility.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.responses.vpc_service_configuration import VPCEndpointServiceConfiguration

from catalog.sandbox.services.keeping import members

CREATE = VPCEndpointServiceConfiguration.create_vpc_endpoint_service_configuration
MODIFY = VPCEndpointServiceConfiguration.modify_vpc_endpoint_service_configuration


def install() -> None:
    """Replace moto's operations, and add the one that it lacks."""
    for name, answer in {
        "create_vpc_endpoint_service_configuration": create,
        "modify_vpc_endpoint_service_configuration": modify,
        "modify_vpc_endpoint_service_payer_responsibility": modify_payer,
    }.items():
        setattr(VPCEndpointServiceConfiguration, name, answer)


def service_of(response: VPCEndpointServiceConfiguration) -> Any:
    """The service of a request."""
    ids = [response._get_param("ServiceId")]
    (service,) = response.ec2_backend.describe_vpc_endpoint_service_configurations(ids)
    return service


def create(response: VPCEndpointServiceConfiguration) -> ActionResult:
    """CreateVpcEndpointServiceConfiguration, with the kinds of addresses."""
    answer = CREATE(response)
    kinds = response._get_param("SupportedIpAddressTypes") or ["ipv4"]
    members(answer)["ServiceConfiguration"].supported_ip_address_types = kinds
    return answer


def modify(response: VPCEndpointServiceConfiguration) -> ActionResult:
    """ModifyVpcEndpointServiceConfiguration, with the kinds of addresses and the end of the private name."""
    service = service_of(response)
    if response._get_bool_param("RemovePrivateDnsName"):
        service.private_dns_name = None
    gone = response._get_param("RemoveSupportedIpAddressTypes", [])
    kinds = [*service.supported_ip_address_types, *response._get_param("AddSupportedIpAddressTypes", [])]
    service.supported_ip_address_types = [kind for kind in dict.fromkeys(kinds) if kind not in gone]
    return MODIFY(response)


def modify_payer(response: VPCEndpointServiceConfiguration) -> ActionResult:
    """ModifyVpcEndpointServicePayerResponsibility."""
    service_of(response).payer_responsibility = response._get_param("PayerResponsibility")
    return ActionResult({"ReturnValue": True})
