"""What brokers, clusters and other hosts name of a network: the same as `named_things`. That each is refused is sure.

The words are assumed where no source quotes them.
"""

from __future__ import annotations

from catalog.sandbox.registry.references import NamedThing
from catalog.sandbox.registry.things import GROUP, PROFILE, SUBNET

NO_SUBNET, NO_GROUP = "The subnet ID '{it}' does not exist", "The security group '{it}' does not exist"
BROKER_GROUPS = NamedThing("SecurityGroups.*", GROUP, "BadRequestException", NO_GROUP)

NETWORKS: dict[tuple[str, ...], tuple[NamedThing, ...]] = {
    ("mq", "CreateBroker"): (NamedThing("SubnetIds.*", SUBNET, "BadRequestException", NO_SUBNET), BROKER_GROUPS),
    ("mq", "UpdateBroker"): (BROKER_GROUPS,),
    ("emr", "RunJobFlow"): (
        # quoted by terraform-provider-aws, which waits for the profile
        NamedThing("JobFlowRole", PROFILE, "ValidationException", "Invalid InstanceProfile: {it}."),
        NamedThing("Instances.Ec2SubnetId", SUBNET, "ValidationException", NO_SUBNET),
    ),
}
"""(Service, operation, …) → what it looks for."""
