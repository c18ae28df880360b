"""EC2: changes of fleets, which moto lacks, and the security groups of spot fleets, which it cannot read.

Source: EC2 API reference, ModifyFleet, SpotFleetLaunchSpecification.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.fleets import Fleet
from moto.ec2.models.spot_requests import SpotRequestBackend
from moto.ec2.responses.fleets import Fleets

REQUEST: Any = SpotRequestBackend.request_spot_fleet


def install() -> None:
    """Replace moto's operations, and add the one that it lacks."""
    setattr(Fleets, "modify_fleet", modify_fleet)  # noqa: B010  # mypy allows no other form
    setattr(SpotRequestBackend, "request_spot_fleet", request_spot_fleet)  # noqa: B010


def modify_fleet(response: Fleets) -> ActionResult:
    """ModifyFleet: another capacity, for which instances are launched or terminated."""
    fleet: Any = response.ec2_backend.get_fleet(response._get_param("FleetId"))
    if fleet is None:
        raise EC2ClientError(
            "InvalidFleetId.NotFound", f"The fleet ID '{response._get_param('FleetId')}' does not exist"
        )
    policy = response._get_param("ExcessCapacityTerminationPolicy")
    fleet.excess_capacity_termination_policy = policy or fleet.excess_capacity_termination_policy
    wanted = response._get_param("TargetCapacitySpecification") or {}
    fleet.target_capacity_specification = {**fleet.target_capacity_specification, **wanted}
    resize(fleet, int(wanted.get("TotalTargetCapacity", fleet.target_capacity)))
    return ActionResult({"Return": True})


def resize(fleet: Fleet, capacity: int) -> None:
    """Let a fleet have a capacity; it keeps what it has too many of, if it shall."""
    fleet.target_capacity = capacity
    missing = capacity - fleet.fulfilled_capacity
    if missing > 0 and fleet.target_capacity_specification.get("DefaultTargetCapacityType") == "spot":
        fleet.create_spot_requests(missing)
    elif missing > 0:
        fleet.create_on_demand_requests(missing)
    elif fleet.excess_capacity_termination_policy == "termination":
        fleet.terminate_instances()
        fleet.fulfilled_capacity = capacity


def request_spot_fleet(backend: Any, *given: Any, launch_specs: Any = None, **more: Any) -> Any:
    """RequestSpotFleet, whose security groups are objects with an id."""
    named = [
        {**spec, "SecurityGroups": [each.get("GroupId") for each in spec.get("SecurityGroups", ())]}
        for spec in launch_specs or ()
    ]
    return REQUEST(backend, *given, launch_specs=named, **more)
