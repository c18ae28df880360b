"""EC2: what goes with an instance, a NAT gateway or a VPC, and what holds a VPC, of which moto leaves out a part.

Sources: EC2 user guide, "Preserve data when an instance is terminated" and "Elastic network interfaces" (the interface
that a launch makes is deleted with its instance); VPC user guide, "Delete a NAT gateway" and "Delete your VPC" (its
default network ACL goes with it; security groups and network ACLs of its own must be deleted first); EC2 API reference,
AssociateAddress ("Reassociation is automatic, but you can specify false").
"""

from __future__ import annotations

import re
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import (
    DependencyViolationError,
    EC2ClientError,
    InvalidSecurityGroupNotFoundError,
    InvalidSubnetIdError,
    MalformedAMIIdError,
)
from moto.ec2.models.instances import Instance, InstanceBackend
from moto.ec2.models.nat_gateways import NatGateway, NatGatewayBackend
from moto.ec2.models.security_groups import SecurityGroupBackend
from moto.ec2.models.subnets import Subnet, SubnetBackend
from moto.ec2.models.vpcs import VPC, VPCBackend
from moto.ec2.responses.elastic_ip_addresses import ElasticIPAddresses
from moto.ec2.responses.instances import InstanceResponse
from moto.ec2.responses.subnets import Subnets

IMAGE = re.compile(r"ami-([0-9a-f]{8}|[0-9a-f]{17})|modelled-.+")
"""The id of an image, or what a custom resource without a stub says."""
ADD_DISK = Instance.add_block_device
REQUEST = InstanceResponse.run_instances
ASSOCIATE, CREATE_SUBNET = ElasticIPAddresses.associate_address, Subnets.create_subnet
PREPARE, RUN = Instance.prep_nics, InstanceBackend.run_instances
DESCRIBE_SUBNETS, MODIFY_SUBNET = SubnetBackend.describe_subnets, Subnets.modify_subnet_attribute
REVOKE_EGRESS = SecurityGroupBackend.revoke_security_group_egress
DELETE_GATEWAY, DELETE_VPC = NatGatewayBackend.delete_nat_gateway, VPCBackend.delete_vpc


def install() -> None:
    """Replace moto's methods."""
    setattr(Instance, "prep_nics", _prepare)  # noqa: B010  # mypy allows no other form
    setattr(Instance, "add_block_device", _add_disk)  # noqa: B010
    setattr(InstanceBackend, "run_instances", _run)  # noqa: B010
    setattr(InstanceResponse, "run_instances", _run_requested)  # noqa: B010
    setattr(NatGatewayBackend, "delete_nat_gateway", _delete_gateway)  # noqa: B010
    setattr(ElasticIPAddresses, "associate_address", _associate_address)  # noqa: B010
    setattr(Subnets, "create_subnet", _create_subnet)  # noqa: B010
    setattr(VPCBackend, "delete_vpc", _delete_vpc)  # noqa: B010
    setattr(SubnetBackend, "describe_subnets", _describe_subnets)  # noqa: B010
    setattr(Subnets, "modify_subnet_attribute", _modify_subnet)  # noqa: B010
    setattr(SecurityGroupBackend, "revoke_security_group_egress", _revoke_egress)  # noqa: B010


def _modify_subnet(response: Subnets) -> ActionResult:
    """ModifySubnetAttribute, also of EnableDns64."""
    if (value := response._get_param("EnableDns64.Value")) is not None:
        subnet: Any = response.ec2_backend.get_subnet(response._get_param("SubnetId"))
        subnet.enable_dns64 = value
    return MODIFY_SUBNET(response)


def _run(backend: Any, image_id: str, count: int, user_data: Any, security_group_names: list[str], **more: Any) -> Any:
    """RunInstances with an image id of the right form, and a key pair and security groups that exist.

    moto keeps nothing in the place of a missing one. Images are not looked up: the sandbox does not know those of AWS.
    """
    if not IMAGE.fullmatch(image_id):
        raise MalformedAMIIdError([image_id])
    if more.get("key_name"):
        _key_pair(backend, more["key_name"])
    for name in security_group_names:
        if backend.get_security_group_by_name_or_id(name) is None:
            raise InvalidSecurityGroupNotFoundError(name)
    subnet = more.get("subnet_id") or ""
    subnets = [each for zone in backend.subnets.values() for each in zone.values() if subnet in ("", each.id)]
    if count > 1 and count > max((int(each.available_ip_address_count) for each in subnets), default=count):
        raise _no_addresses(subnet)
    before = {**backend.enis}, {**backend.volumes}
    try:
        return RUN(backend, image_id, count, user_data, security_group_names, **more)
    except Exception as error:
        backend.enis, backend.volumes = before  # what moto made for instances that it then refused
        if isinstance(error, StopIteration):
            raise _no_addresses(subnet) from error
        raise


def _no_addresses(subnet: str) -> EC2ClientError:
    """The words of RunInstances; a subnet that the request does not name is that of a default VPC."""
    message = f"There are not enough free addresses in subnet '{subnet or 'default'}' to satisfy the requested number"
    return EC2ClientError("InsufficientFreeAddressesInSubnet", f"{message} of instances.")


def _run_requested(response: InstanceResponse) -> ActionResult:
    """RunInstances with DisableApiTermination, which moto reads only when an attribute is changed."""
    answer = REQUEST(response)
    reservation: Any = answer.result
    for instance in reservation.instances:
        instance.disable_api_termination = bool(response._get_param("DisableApiTermination"))
    return answer


def _create_subnet(response: Subnets) -> ActionResult:
    """CreateSubnet without a zone: AWS selects one, here the one with the fewest subnets of the VPC, and not by chance.

    What needs two zones works then, as it does where the zones are named, and always or never.
    """
    if not response._get_param("AvailabilityZoneId"):
        backend, vpc = response.ec2_backend, response._get_param("VpcId")
        zones = [each.name for each in backend.describe_availability_zones()]
        inside = {zone: sum(each.vpc_id == vpc for each in backend.subnets.get(zone, {}).values()) for zone in zones}
        response.params.setdefault("AvailabilityZone", min(zones, key=lambda zone: inside[zone]))
    return CREATE_SUBNET(response)


def _associate_address(response: ElasticIPAddresses) -> ActionResult:
    """AssociateAddress, which takes the address from what has it, unless the request says no."""
    response.params.setdefault("AllowReassociation", True)
    return ASSOCIATE(response)


def _key_pair(backend: Any, name: str) -> None:
    """See that a key pair exists (EC2 API reference, "Error codes", InvalidKeyPair.NotFound)."""
    if name not in backend.key_pairs:
        raise EC2ClientError("InvalidKeyPair.NotFound", f"The key pair '{name}' does not exist")


def _prepare(instance: Instance, nic_spec: list[dict[str, Any]], *more: Any, **options: Any) -> None:
    """The network interfaces of a new instance. Those that are made for it go with it, unless they say otherwise."""
    for each in nic_spec:
        if "NetworkInterfaceId" not in each and each.get("DeleteOnTermination") is None:
            each["DeleteOnTermination"] = True
    given = bool(nic_spec)
    PREPARE(instance, nic_spec, *more, **options)
    for interface in () if given else instance.nics.values():
        interface.delete_on_termination = True


def _add_disk(instance: Instance, size: int, device_path: str, *more: Any, **options: Any) -> None:
    """A disk of a new instance. One for the root device is in the place of the one that moto has made for it."""
    default = instance.block_device_mapping.get(device_path)
    if default:
        instance.ec2_backend.detach_volume(default.volume_id, instance.id, device_path)
        instance.ec2_backend.delete_volume(default.volume_id)
    ADD_DISK(instance, size, device_path, *more, **options)


def _delete_gateway(backend: Any, nat_gateway_id: str) -> NatGateway:
    """DeleteNatGateway, with its network interface."""
    gateway: NatGateway = DELETE_GATEWAY(backend, nat_gateway_id)
    backend.enis.pop(gateway._eni.id, None)
    return gateway


def _describe_subnets(backend: Any, subnet_ids: list[str] | None = None, filters: Any | None = None) -> list[Subnet]:
    """DescribeSubnets, also of one that is named twice, which moto takes for missing; it names any in its refusal."""
    wanted = list(dict.fromkeys(subnet_ids or ()))
    known = {name for zone in backend.subnets.values() for name in zone}
    for name in wanted:
        if name not in known:
            raise InvalidSubnetIdError(name)
    return DESCRIBE_SUBNETS(backend, wanted or None, filters)


def _revoke_egress(
    backend: Any, group_name_or_id: str, ip_protocol: str, from_port: str, to_port: str, ip_ranges: Any, **more: Any
) -> None:
    """RevokeSecurityGroupEgress, also of IPv6 rules: moto leaves them in a group whose VPC has no IPv6 block."""
    group = backend.get_security_group_by_name_or_id(group_name_or_id, more.get("vpc_id"))
    of_ipv6 = [each for each in ip_ranges if isinstance(each, dict) and "CidrIpv6" in each] if group else []
    gone = list(
        backend._iterate_security_rules(ip_protocol, group.group_id, from_port, to_port, of_ipv6, [], [])
        if of_ipv6
        else ()
    )
    REVOKE_EGRESS(backend, group_name_or_id, ip_protocol, from_port, to_port, ip_ranges, **more)
    for rule in gone:
        group.egress_rules = [each for each in group.egress_rules if each != rule]


def _delete_vpc(backend: Any, vpc_id: str) -> VPC:
    """DeleteVpc, with its default network ACL; refused while it has a security group or a network ACL of its own."""
    groups = [group for group in backend.groups.get(vpc_id, {}).values() if group.name != "default"]
    lists = {name: each for name, each in backend.network_acls.items() if each.vpc_id == vpc_id}
    if groups or not all(each.default for each in lists.values()):
        raise DependencyViolationError(f"The vpc '{vpc_id}' has dependencies and cannot be deleted.")
    vpc: VPC = DELETE_VPC(backend, vpc_id)
    for name in lists:
        del backend.network_acls[name]
    backend.groups.pop(vpc_id, None)
    return vpc
