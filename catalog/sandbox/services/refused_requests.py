"""Creations that AWS refuses because a value does not fit, or is taken, and moto carries out.

Sources: the API references of the operations; the words are those that people quote in public issues, that of a route
key is assumed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from ipaddress import ip_address, ip_network
from typing import Any

from catalog.sandbox.services.first_checked import Check, json_error

MEMORY_OF_FARGATE: Mapping[float, Sequence[int]] = {
    256: (512, 1024, 2048),
    512: range(1024, 4097, 1024),
    1024: range(2048, 8193, 1024),
    2048: range(4096, 16385, 1024),
    4096: range(8192, 30721, 1024),
    8192: range(16384, 61441, 4096),
    16384: range(32768, 122881, 8192),
}
"""CPU units → MiB of memory (ECS developer guide, "Fargate task definition parameters", task size)."""


def _refuse_in_ec2(code: str, message: str) -> None:
    from moto.ec2.exceptions import EC2ClientError

    raise EC2ClientError(code, message)


def _subnet(backend: Any, vpc_id: str, cidr_block: str | None = None, *_: Any, **__: Any) -> None:
    if cidr_block and not 16 <= ip_network(cidr_block, strict=False).prefixlen <= 28:
        _refuse_in_ec2("InvalidSubnet.Range", f"The CIDR '{cidr_block}' is invalid.")


def _internet_gateway(backend: Any, internet_gateway_id: str, vpc_id: str) -> None:
    others = (each for each in backend.internet_gateways.values() if each.id != internet_gateway_id)
    if any(each.vpc is not None and each.vpc.id == vpc_id for each in others):
        _refuse_in_ec2("InvalidParameterValue", f"Network {vpc_id} already has an internet gateway attached")


def _network_interface(response: Any) -> None:
    """CreateNetworkInterface with an address; the addresses of instances are moto's own."""
    backend, private_ip_address = response.ec2_backend, response._get_param("PrivateIpAddress")
    if not private_ip_address:
        return
    subnet = backend.get_subnet(response._get_param("SubnetId"))
    if ip_address(private_ip_address) not in ip_network(subnet.cidr_block, strict=False):
        _refuse_in_ec2("InvalidParameterValue", "Address does not fall within the subnet's address range")
    inside = (each for each in backend.enis.values() if each.subnet.id == subnet.id)
    if any(str(each.private_ip_address) == private_ip_address for each in inside):
        _refuse_in_ec2("InvalidIPAddress.InUse", f"Address {private_ip_address} is in use.")


def _refuse_balancer(code: str, message: str) -> None:
    from moto.elbv2.exceptions import ELBClientError

    raise ELBClientError(code, message)


def _balancer(
    backend: Any, name: str, security_groups: Any, subnet_ids: Any, subnet_mappings: Any = None, *_: Any, **more: Any
) -> None:
    ids = [*(subnet_ids or ()), *(each["SubnetId"] for each in subnet_mappings or () if each.get("SubnetId"))]
    known = (each for zone in backend.ec2_backend.subnets.values() for each in zone.values())
    zones = [each.availability_zone for each in known if each.id in ids]
    if len(zones) != len(set(zones)):
        message = "A load balancer cannot be attached to multiple subnets in the same Availability Zone"
        _refuse_balancer("InvalidConfigurationRequest", message)
    if more.get("loadbalancer_type") in (None, "", "application") and len(zones) == 1:
        message = "At least two subnets in two different Availability Zones must be specified"
        _refuse_balancer("ValidationError", message)


def _listener(
    backend: Any,
    load_balancer_arn: str,
    protocol: str,
    port: Any,
    ssl_policy: Any,
    certificate: Any,
    *_: Any,
    **__: Any,
) -> None:
    balancer = backend.load_balancers.get(load_balancer_arn)
    if balancer is None:
        return
    if any(str(each.port) == str(port) for each in balancer.listeners.values()):
        message = f"A listener already exists on this port for this load balancer '{load_balancer_arn}'"
        _refuse_balancer("DuplicateListener", message)
    if protocol == "HTTPS" and not certificate:
        _refuse_balancer("ValidationError", "A certificate must be specified for HTTPS listeners")


def _scaling_group(backend: Any, name: str, *_: Any, **__: Any) -> None:
    if name in backend.autoscaling_groups:
        _refuse_scaling(f"AutoScalingGroup by this name already exists - A group with the name {name} already exists")


def _launch_configuration(backend: Any, name: str, *_: Any, **__: Any) -> None:
    if name in backend.launch_configurations:
        _refuse_scaling(
            "Launch Configuration by this name already exists - A launch configuration already exists with the name "
            f"{name}"
        )


def _refuse_scaling(message: str) -> None:
    from moto.autoscaling.exceptions import AutoscalingClientError

    raise AutoscalingClientError("AlreadyExists", message)


def _database_subnets(backend: Any, subnet_name: str, description: str, subnets: Any, *_: Any, **__: Any) -> None:
    from moto.rds.exceptions import RDSClientError

    zones = sorted({each.availability_zone for each in subnets})
    if len(zones) == 1:
        raise RDSClientError(
            "DBSubnetGroupDoesNotCoverEnoughAZs",
            "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. "
            f"Current AZ coverage: {zones[0]}. Add subnets to cover at least 2 AZs.",
        )


def _units(text: str) -> float:
    """The CPU units or MiB of `256`, `.25 vCPU` or `0.5 GB`."""
    lower = text.lower().replace(" ", "")
    number = lower.removesuffix("vcpu").removesuffix("gb")
    return float(number) * (1 if number == lower else 1024)


def _task_definition(backend: Any, *_: Any, **given: Any) -> None:
    if "FARGATE" not in (given.get("requires_compatibilities") or ()):
        return
    if given.get("network_mode") not in (None, "", "awsvpc"):
        raise json_error("ClientException", "Fargate only supports network mode \u2018awsvpc\u2019.")
    cpu, memory = given.get("cpu"), given.get("memory")
    if cpu and memory:
        sizes = MEMORY_OF_FARGATE.get(_units(str(cpu)))
        if sizes is not None and _units(str(memory)) not in sizes:
            message = f"No Fargate configuration exists for given values: {cpu} CPU, {memory} memory."
            raise json_error("ClientException", f"{message} See the Amazon ECS documentation for the valid values.")


def _service(
    backend: Any, cluster: str, name: str, count: Any, task: str | None, balancers: Any, *_: Any, **given: Any
) -> None:
    if not task:
        return
    definition = backend.describe_task_definition(task)
    if definition.network_mode == "awsvpc" and not given.get("network_configuration"):
        message = "Network Configuration must be provided when networkMode 'awsvpc' is specified."
        raise json_error("InvalidParameterException", message)
    containers = {each["name"] for each in definition.container_definitions}
    for each in balancers or ():
        if each.get("containerName") and each["containerName"] not in containers:
            message = f"The container {each['containerName']} does not exist in the task definition."
            raise json_error("InvalidParameterException", message)


def _conflict(message: str) -> Exception:
    from moto.apigateway.exceptions import ConflictException

    return ConflictException(message)


def _rest_resource(backend: Any, function_id: str, parent_resource_id: str, path_part: str) -> None:
    siblings = backend.get_rest_api(function_id).resources.values()
    if any((each.parent_id, each.path_part) == (parent_resource_id, path_part) for each in siblings):
        raise _conflict(f"Another resource with the same parent already has this name: {path_part}")


def _http_route(backend: Any, *_: Any, **given: Any) -> None:
    if any(each.route_key == given["route_key"] for each in backend.get_api(given["api_id"]).routes.values()):
        raise _conflict(f"Route with key {given['route_key']} already exists for this API")


CHECKS: Mapping[str, Mapping[str, Check]] = {
    "moto.apigateway.models": {"APIGatewayBackend.create_resource": _rest_resource},
    "moto.apigatewayv2.models": {"ApiGatewayV2Backend.create_route": _http_route},
    "moto.autoscaling.models": {
        "AutoScalingBackend.create_auto_scaling_group": _scaling_group,
        "AutoScalingBackend.create_launch_configuration": _launch_configuration,
    },
    "moto.ec2.models.internet_gateways": {"InternetGatewayBackend.attach_internet_gateway": _internet_gateway},
    "moto.ec2.models.subnets": {"SubnetBackend.create_subnet": _subnet},
    "moto.ec2.responses.elastic_network_interfaces": {
        "ElasticNetworkInterfaces.create_network_interface": _network_interface
    },
    "moto.ecs.models": {
        "EC2ContainerServiceBackend.create_service": _service,
        "EC2ContainerServiceBackend.register_task_definition": _task_definition,
    },
    "moto.elbv2.models": {
        "ELBv2Backend.create_listener": _listener,
        "ELBv2Backend.create_load_balancer": _balancer,
    },
    "moto.rds.models": {"RDSBackend.create_subnet_group": _database_subnets},
}
"""Module of moto → class and method → what is checked before it."""
