"""What brokers, clusters and other hosts name of a network: the same as `named_things`. That each is refused is sure.

The words are assumed where no source quotes them.
"""

from __future__ import annotations

from catalog.sandbox.registry.references import NamedThing, Thing
from catalog.sandbox.registry.things import GROUP, PROFILE, ROLE_ARN, SUBNET, an_arn

NO_SUBNET, NO_GROUP = "The subnet ID '{it}' does not exist", "The security group '{it}' does not exist"
NO_SETTINGS = "One or more network settings specified in the request are invalid."
"""The text of the FSx API reference."""
BROKER_GROUPS = NamedThing("SecurityGroups.*", GROUP, "BadRequestException", NO_GROUP)
MIGRATED = Thing(
    "dms",
    "DescribeEndpoints",
    lambda it: {"Filters": [{"Name": "endpoint-arn", "Values": [it]}]},
    lambda it, _: it["Endpoints"],
    known=an_arn,
)

NETWORKS: dict[tuple[str, ...], tuple[NamedThing, ...]] = {
    ("mq", "CreateBroker"): (NamedThing("SubnetIds.*", SUBNET, "BadRequestException", NO_SUBNET), BROKER_GROUPS),
    ("mq", "UpdateBroker"): (BROKER_GROUPS,),
    ("fsx", "CreateFileSystem"): tuple(
        NamedThing(path, thing, "InvalidNetworkSettings", NO_SETTINGS)
        for path, thing in (("SubnetIds.*", SUBNET), ("SecurityGroupIds.*", GROUP))
    ),
    ("emr", "RunJobFlow"): (
        # quoted by terraform-provider-aws, which waits for the profile
        NamedThing("JobFlowRole", PROFILE, "ValidationException", "Invalid InstanceProfile: {it}."),
        NamedThing("Instances.Ec2SubnetId", SUBNET, "ValidationException", NO_SUBNET),
        NamedThing(
            "SecurityConfiguration",
            Thing("emr", "DescribeSecurityConfiguration", lambda it: {"Name": it}),
            "InvalidRequestException",
            "Security configuration with name '{it}' does not exist.",
        ),
    ),
    ("autoscaling", "CreateAutoScalingGroup", "AttachLoadBalancers"): (
        NamedThing(
            "LoadBalancerNames.*",
            Thing("elb", "DescribeLoadBalancers", lambda it: {"LoadBalancerNames": [it]}),
            "ValidationError",
            "Provided Load Balancers may not be valid. Please ensure they exist and try again.",
        ),
    ),
    ("ec2", "RequestSpotFleet"): (
        # quoted by the AWS Batch user guide, "Troubleshooting"
        NamedThing(
            "SpotFleetRequestConfig.IamFleetRole",
            ROLE_ARN,
            "InvalidSpotFleetRequestConfig",
            "Parameter: SpotFleetRequestConfig.IamFleetRole is invalid.",
        ),
    ),
    ("dms", "CreateReplicationSubnetGroup", "ModifyReplicationSubnetGroup"): (
        NamedThing("SubnetIds.*", SUBNET, "InvalidSubnet", NO_SUBNET),
    ),
    ("dms", "CreateReplicationTask"): tuple(
        NamedThing(f"{end}EndpointArn", MIGRATED, "ResourceNotFoundFault", "Endpoint {it} not found.")
        for end in ("Source", "Target")
    ),
}
"""(Service, operation, …) → what it looks for."""
