"""Deletions in networks that AWS refuses: of defaults, of gateways in use, and of what other services have in a subnet.

Sources: the EC2 and ELB API references; the words are those that people quote in public issues, that of a table of a
transit gateway is assumed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Any

from catalog.sandbox.services.first_checked import Check


def _refuse(code: str, message: str) -> None:
    from moto.ec2.exceptions import EC2ClientError

    raise EC2ClientError(code, message)


def _default_group(response: Any) -> None:
    """DeleteSecurityGroup; the deletion of a VPC takes its default group along in another way."""
    group = response.ec2_backend.get_security_group_from_id(response._get_param("GroupId"))
    if group is not None and group.name == "default":
        message = f'the specified group: "{group.id}" name: "default" cannot be deleted by a user'
        _refuse("CannotDelete", message)


def _default_acl(response: Any) -> None:
    acl = response.ec2_backend.network_acls.get(response._get_param("NetworkAclId"))
    if acl is not None and str(acl.default).lower() == "true":
        _refuse("InvalidParameterValue", f"cannot delete default network ACL {acl.id}")


def _main_table(response: Any) -> None:
    table = response.ec2_backend.route_tables.get(response._get_param("RouteTableId"))
    if table is not None and table.main_association_id is not None:
        _refuse("DependencyViolation", f"The routeTable '{table.id}' has dependencies and cannot be deleted.")


def _customer_gateway(backend: Any, customer_gateway_id: str) -> None:
    if any(each.customer_gateway_id == customer_gateway_id for each in _connections(backend)):
        _refuse("IncorrectState", "The customer gateway is in use.")


def _vpn_gateway(backend: Any, vpn_gateway_id: str) -> None:
    gateway = backend.vpn_gateways.get(vpn_gateway_id)
    attached = gateway is not None and any(each.state == "attached" for each in gateway.attachments.values())
    if attached or any(each.vpn_gateway_id == vpn_gateway_id for each in _connections(backend)):
        _refuse("IncorrectState", "The VPN gateway is in use.")


def _connections(backend: Any) -> list[Any]:
    return [each for each in backend.vpn_connections.values() if each.state != "deleted"]


def _transit_gateway_table(backend: Any, transit_gateway_route_table_id: str) -> None:
    table = backend.transit_gateways_route_tables.get(transit_gateway_route_table_id)
    attachments = backend.transit_gateway_attachments
    used = [
        name
        for name in getattr(table, "route_table_associations", ())
        if name in attachments and attachments[name].state not in ("deleted", "deleting")
    ]
    if used:
        message = f"{transit_gateway_route_table_id} has non-deleted associations: {', '.join(used)}."
        _refuse("IncorrectState", message)


def _balancer_of_service(backend: Any, arn: str) -> None:
    from moto.elbv2.exceptions import ELBClientError

    services = backend.ec2_backend.configurations.values()
    if any(arn in (*each.gateway_load_balancer_arns, *each.network_load_balancer_arns) for each in services):
        message = f"Load balancer '{arn}' cannot be deleted because it is currently associated with another service"
        raise ELBClientError("ResourceInUse", message)


def _in_services(backend: Any) -> Iterator[tuple[list[str], list[str]]]:
    """The subnets and security groups of what has network interfaces that moto does not make."""
    for service in ("elbv2", "elb"):
        for each in _other(service, backend, "load_balancers"):
            yield [getattr(subnet, "id", subnet) for subnet in each.subnets], list(each.security_groups or ())
    for each in _other("rds", backend, "databases"):
        yield [], list(each.vpc_security_group_ids or ())
    if loaded := sys.modules.get("moto.awslambda.models"):
        for function in loaded.lambda_backends[backend.account_id][backend.region_name].list_functions():
            config = function.vpc_config or {}
            yield list(config.get("SubnetIds") or ()), list(config.get("SecurityGroupIds") or ())


def _other(service: str, backend: Any, collection: str) -> list[Any]:
    """What another service of the same account and Region has; nothing, if nobody has asked it yet."""
    loaded = sys.modules.get(f"moto.{service}.models")
    backends = getattr(loaded, f"{service}_backends", None)
    if backends is None:
        return []
    return list(getattr(backends[backend.account_id][backend.region_name], collection).values())


def _subnet(backend: Any, subnet_id: str) -> None:
    if any(subnet_id in subnets for subnets, _ in _in_services(backend)):
        _refuse("DependencyViolation", f"The subnet '{subnet_id}' has dependencies and cannot be deleted.")


def _security_group(backend: Any, name: str | None = None, group_id: str | None = None) -> None:
    if group_id and any(group_id in groups for _, groups in _in_services(backend)):
        _refuse("DependencyViolation", f"resource {group_id} has a dependent object")


CHECKS: Mapping[str, Mapping[str, Check]] = {
    "moto.ec2.models.customer_gateways": {"CustomerGatewayBackend.delete_customer_gateway": _customer_gateway},
    "moto.ec2.models.security_groups": {"SecurityGroupBackend.delete_security_group": _security_group},
    "moto.ec2.models.subnets": {"SubnetBackend.delete_subnet": _subnet},
    "moto.ec2.models.transit_gateway_route_tables": {
        "TransitGatewayRouteTableBackend.delete_transit_gateway_route_table": _transit_gateway_table
    },
    "moto.ec2.models.vpn_gateway": {"VpnGatewayBackend.delete_vpn_gateway": _vpn_gateway},
    "moto.ec2.responses.network_acls": {"NetworkACLs.delete_network_acl": _default_acl},
    "moto.ec2.responses.route_tables": {"RouteTables.delete_route_table": _main_table},
    "moto.ec2.responses.security_groups": {"SecurityGroups.delete_security_group": _default_group},
    "moto.elbv2.models": {"ELBv2Backend.delete_load_balancer": _balancer_of_service},
}
"""Module of moto → class and method → what is checked before it."""
