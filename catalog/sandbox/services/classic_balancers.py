"""Classic load balancers: names, groups, listeners and tags, of which moto leaves out a part.

Sources: Elastic Load Balancing API reference (2012-06-01), Listener, DeleteLoadBalancerListeners; user guide of classic
load balancers, "Configure security groups" (the default group of the VPC, and in the default VPC one group of their own
for all of an account), "Tag your Classic Load Balancer" (50 tags).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.models import ec2_backends
from moto.elb.exceptions import ELBClientError
from moto.elb.models import ELBBackend, FakeBackend, FakeListener, LoadBalancer
from moto.elb.responses import ELBResponse
from moto.moto_api._internal import mock_random

CREATE = ELBBackend.create_load_balancer
OWN_GROUP = "default_elb_"
TEXT = "ELB created security group used when no security group is specified during ELB creation"


def install() -> None:
    """Replace moto's methods."""
    setattr(FakeListener, "instance_protocol", property(instance_protocol))  # noqa: B010  # mypy allows no other form
    setattr(LoadBalancer, "source_security_group", property(source_group))  # noqa: B010
    setattr(LoadBalancer, "add_tag", add_tag)  # noqa: B010
    for method in (create_load_balancer, delete_load_balancer_listeners):
        setattr(ELBBackend, method.__name__, method)
    for operation in ("create_load_balancer", "create_load_balancer_listeners"):
        setattr(ELBResponse, operation, with_protocols(getattr(ELBResponse, operation)))
    for name in ("attach_load_balancer_to_subnets", "detach_load_balancer_from_subnets"):
        setattr(ELBBackend, name, with_zones(getattr(ELBBackend, name)))
    for operation in ("register_instances_with_load_balancer", "deregister_instances_from_load_balancer"):
        setattr(ELBResponse, operation, with_instances(getattr(ELBResponse, operation)))


def instance_protocol(listener: FakeListener) -> str:
    """The protocol to the instances; that of the listener by default."""
    return str(vars(listener).get("sandbox_protocol") or listener.protocol)


def with_protocols(operation: Callable[[Any], ActionResult]) -> Callable[[Any], ActionResult]:
    """The operation, which keeps the protocols to the instances too, and their ports."""

    def done(response: ELBResponse) -> ActionResult:
        answer = operation(response)
        balancer = response.elb_backend.get_load_balancer(response._get_param("LoadBalancerName"))
        given = {str(each["LoadBalancerPort"]): each for each in response._get_param("Listeners", [])}
        for listener in balancer.listeners:
            if protocol := given.get(str(listener.load_balancer_port), {}).get("InstanceProtocol"):
                setattr(listener, "sandbox_protocol", protocol.upper())  # noqa: B010
        known = {str(each.instance_port) for each in balancer.backends}
        ports = dict.fromkeys(str(each["InstancePort"]) for each in given.values())
        balancer.backends += [FakeBackend(port) for port in ports if port not in known]
        return answer

    return done


def with_instances(operation: Callable[[Any], ActionResult]) -> Callable[[Any], ActionResult]:
    """The operation, with the instances that there are then; each is there once."""

    def done(response: ELBResponse) -> ActionResult:
        operation(response)
        balancer = response.elb_backend.get_load_balancer(response._get_param("LoadBalancerName"))
        balancer.instance_sparse_ids = list(dict.fromkeys(balancer.instance_sparse_ids))
        return ActionResult({"Instances": balancer.instances})

    return done


def source_group(balancer: LoadBalancer) -> dict[str, str]:
    """The first security group, as the source of traffic to the instances."""
    backend = ec2_backends[balancer.account_id][vars(balancer)["sandbox_region"]]
    group = backend.get_security_group_from_id(next(iter(balancer.security_groups), ""))
    return {"OwnerAlias": balancer.account_id, "GroupName": group.name if group else ""}


def add_tag(balancer: LoadBalancer, key: str, value: str) -> None:
    """Set a tag. What moto counts has the tags of AWS too, which count for nothing."""
    balancer.tags[key] = value


def create_load_balancer(
    backend: ELBBackend,
    name: str,
    zones: list[str],
    ports: list[dict[str, Any]],
    scheme: str = "internet-facing",
    subnets: list[str] | None = None,
    security_groups: list[str] | None = None,
) -> LoadBalancer:
    """CreateLoadBalancer, with a DNS name of the Region, and the security group of the VPC."""
    groups = security_groups or [default_group(backend, zones, subnets)]
    balancer = CREATE(backend, name, zones, ports, scheme, subnets, groups)
    setattr(balancer, "sandbox_region", backend.region_name)  # noqa: B010
    start = "internal-" if scheme == "internal" else ""
    number = mock_random.randint(10**8, 10**10)
    balancer.dns_name = f"{start}{name}-{number}.{backend.region_name}.elb.amazonaws.com"
    set_zones(backend, balancer)
    return balancer


def set_zones(backend: ELBBackend, balancer: LoadBalancer) -> None:
    """The zones of a load balancer are those of its subnets."""
    ec2 = ec2_backends[backend.account_id][backend.region_name]
    balancer.availability_zones = sorted({ec2.get_subnet(each).availability_zone for each in balancer.subnets})


def with_zones(change: Callable[..., list[str]]) -> Callable[..., list[str]]:
    """The change of subnets, with that of the zones."""

    def changed(backend: ELBBackend, load_balancer_name: str, subnets: list[str]) -> list[str]:
        left = change(backend, load_balancer_name, subnets)
        set_zones(backend, backend.get_load_balancer(load_balancer_name))
        return left

    return changed


def default_group(backend: ELBBackend, zones: list[str], subnets: list[str] | None) -> str:
    """The security group of a load balancer that names none."""
    ec2 = ec2_backends[backend.account_id][backend.region_name]
    ids = subnets or [each.id for zone, each in ec2.get_default_subnets().items() if zone in zones]
    if not ids:
        raise ELBClientError("ValidationError", "Either AvailabilityZones or SubnetIds must be specified")
    vpc: Any = ec2.get_vpc(ec2.get_subnet(ids[0]).vpc_id)
    start = OWN_GROUP if vpc.is_default else "default"
    groups = ec2.groups[vpc.id].values()
    known = next((group for group in groups if group.name.startswith(start)), None)
    group = known or ec2.create_security_group(f"{OWN_GROUP}{mock_random.uuid4()}", TEXT, vpc_id=vpc.id)
    return str(group.id)


def delete_load_balancer_listeners(backend: ELBBackend, name: str, ports: list[int]) -> LoadBalancer:
    """DeleteLoadBalancerListeners, which leaves each other listener once."""
    balancer = backend.get_load_balancer(name)
    balancer.listeners = [each for each in balancer.listeners if int(each.load_balancer_port) not in ports]
    return balancer
