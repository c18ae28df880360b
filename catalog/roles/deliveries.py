"""What handlers do only for logs that a resource delivers, for its image, or for a service-linked role.

Handlers list these actions for all resources of a type. Sources: VPC user guide, "Publish flow logs to CloudWatch
Logs", "… to Amazon S3" and "… to Amazon Data Firehose"; EventBridge user guide, "Logging Amazon EventBridge Pipes";
ElastiCache user guide, "Log delivery"; Auto Scaling user guide, "Use AWS Systems Manager parameters instead of AMI IDs
in launch templates"; IAM user guide, "AWS services that work with IAM", service-linked roles.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from catalog.cfn.references import parse_sub
from catalog.cfn.template import is_list, section
from catalog.roles.names import arn_texts, full_arn, patterns, texts
from catalog.roles.needs import Need, can_be, never
from catalog.roles.rows import Addition, Narrowing, unwritten
from catalog.roles.values import TemplateResource, TemplateView

GROUP, FLOW_LOG, PIPE = "AWS::AutoScaling::AutoScalingGroup", "AWS::EC2::FlowLog", "AWS::Pipes::Pipe"
FIREWALL = "AWS::NetworkFirewall::LoggingConfiguration"
LOG_DELIVERY = (
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
)
"""What a caller needs to send the logs of a service to CloudWatch Logs (CloudWatch Logs user guide, "Enable logging
from AWS services")."""
CACHE_LOGS = (
    "firehose:TagDeliveryStream",
    "logs:CreateLogDelivery",
    "logs:CreateLogStream",
    "logs:DeleteLogDelivery",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:UpdateLogDelivery",
)
CACHES: Mapping[str, tuple[str, ...]] = {
    "AWS::ElastiCache::CacheCluster": (
        "logs:DescribeLogGroups",
        "logs:DescribeResourcePolicies",
        "logs:PutResourcePolicy",
    ),
    "AWS::ElastiCache::ReplicationGroup": ("firehose:PutRecord", "firehose:PutRecordBatch", "logs:PutLogEvents"),
}
"""Type → what its handlers list for log deliveries beyond CACHE_LOGS."""
BUCKET_POLICY = ("s3:GetBucketPolicy", "s3:PutBucketPolicy")

DESTINATIONS: Mapping[str, str] = {
    "AWS::Cognito::LogDeliveryConfiguration": "LogConfigurations.S3Configuration.BucketArn",
    "AWS::EC2::VerifiedAccessInstance": "LoggingConfigurations.S3.BucketName",
    FLOW_LOG: "LogDestination",
    "AWS::GlobalAccelerator::Accelerator": "FlowLogsS3Bucket",
    "AWS::IVS::StorageConfiguration": "S3.BucketName",
    "AWS::IVSChat::LoggingConfiguration": "DestinationConfiguration.S3.BucketName",
    "AWS::InternetMonitor::Monitor": "InternetMeasurementsLogDelivery.S3Config.BucketName",
    "AWS::KafkaConnect::Connector": "LogDelivery.WorkerLogDelivery.S3.Bucket",
    "AWS::MSK::Channel": "LoggingInfo.S3.Bucket",
    "AWS::MSK::Cluster": "LoggingInfo.BrokerLogs.S3.Bucket",
    "AWS::MSK::Replicator": "LogDelivery.ReplicatorLogDelivery.S3.Bucket",
    FIREWALL: "LoggingConfiguration.LogDestinationConfigs.LogDestination.bucketName",
    PIPE: "LogConfiguration.S3LogDestination.BucketName",
    "AWS::Shield::DRTAccess": "LogBucketList",
    "AWS::VpcLattice::AccessLogSubscription": "DestinationArn",
    "AWS::WAFv2::LoggingConfiguration": "LogDestinationConfigs",
}
"""Type → the property with the bucket, or its ARN, to which it delivers logs: the delivery sets the bucket's policy."""


def bucket_arns(resource_type: str, action: str, resources: Sequence[TemplateResource]) -> frozenset[str]:
    """The buckets to which these resources deliver logs; nothing for other actions and types."""
    if action not in BUCKET_POLICY or resource_type not in DESTINATIONS:
        return frozenset()
    path = DESTINATIONS[resource_type]
    return frozenset(
        arn for resource in resources for node in resource.nodes(path) for arn in buckets(resource.view, node)
    )


def buckets(view: TemplateView, node: Any) -> Iterator[str]:
    """The ARNs of the buckets that a node names; none for a log group or a delivery stream."""
    if is_list(node):
        for member in node:
            yield from buckets(view, member)
        return
    if isinstance(node, Mapping) and "Fn::If" in node:
        for branch in view.branches(node["Fn::If"]):
            yield from buckets(view, branch)
        return
    resource = view.referred(node)
    if resource is not None and resource.type != "AWS::S3::Bucket":
        return
    names = arn_texts(view, node)
    for text in names if names != {"*"} else texts(view, node):
        if ":s3:::" in text:
            yield text.split("/")[0]
        elif text and not text.startswith("arn:"):
            yield full_arn("s3", text)


def delivers_to_bucket(resource_type: str) -> Need:
    """Needed when a resource delivers logs to a bucket."""

    def need(resources: Sequence[TemplateResource]) -> bool:
        to_bucket = resource_type != FLOW_LOG or can_be("LogDestinationType", "s3", default="cloud-watch-logs")(
            resources
        )
        return to_bucket and bool(bucket_arns(resource_type, BUCKET_POLICY[1], resources))

    return need


def reads_image_parameter(resources: Sequence[TemplateResource]) -> bool:
    """Needed when the image of a launch template is an SSM parameter, or is not known before launch."""
    return any(
        image_is_parameter(resource.view, specification)
        for resource in resources
        for specification in specifications(resource.properties)
    )


def specifications(node: Any) -> Iterator[Mapping[str, Any]]:
    """Every reference to a launch template."""
    if is_list(node):
        for member in node:
            yield from specifications(member)
    elif isinstance(node, Mapping):
        if "LaunchTemplateId" in node or "LaunchTemplateName" in node or "Fn::Transform" in node:
            yield node
        for value in node.values():
            yield from specifications(value)


def image_is_parameter(view: TemplateView, specification: Mapping[str, Any]) -> bool:
    """Whether the image of a launch template can be an SSM parameter that EC2 reads: `resolve:ssm:NAME`."""
    resource = view.launch_template(specification)
    return resource is None or any(is_parameter(view, node) for node in resource.nodes("LaunchTemplateData.ImageId"))


def is_parameter(view: TemplateView, image: Any) -> bool:
    """Whether an image can be `resolve:ssm:NAME`."""
    if isinstance(image, str):
        return image.startswith("resolve:ssm")
    if isinstance(image, Mapping) and "Ref" in image:
        parameter = section(view.template, "Parameters").get(str(image["Ref"]))
        kind = str(parameter.get("Type")) if isinstance(parameter, Mapping) else ""
        values = view.values(image)
        return "::Image::Id" not in kind and (values.anything or any(is_parameter(view, text) for text in values.texts))
    if isinstance(image, Mapping) and "Fn::Sub" in image:
        return parse_sub(image["Fn::Sub"])[0].startswith(("resolve:ssm", "${"))
    values = view.values(image)
    return values.anything or any(is_parameter(view, text) for text in values.texts)


ADDED_FOR_IMAGES = (
    Addition(
        GROUP,
        "ssm:GetParameters",
        reads_image_parameter,
        "the launch template names its image by an SSM parameter (Auto Scaling user guide, Use AWS Systems Manager "
        "parameters instead of AMI IDs in launch templates)",
        (
            "arn:${AWS::Partition}:ssm:*:${AWS::AccountId}:parameter/*",
            "arn:${AWS::Partition}:ssm:*::parameter/aws/service/*",
        ),
    ),
    Addition(
        GROUP,
        "ec2:GetInstanceTypesFromInstanceRequirements",
        lambda resources: any("InstanceRequirements" in each.property_names() for each in resources),
        "Auto Scaling looks for the types that fit (Auto Scaling user guide, Create a mixed instances group using "
        "attribute-based instance type selection)",
    ),
)

ONLY_FOR_DELIVERIES = (
    Narrowing(
        GROUP,
        ("ec2:Get*", "ssm:Get*"),
        never,
        "it would read passwords and parameters of others: only actions for images and instance types are added",
    ),
    *(
        Narrowing(
            resource_type, BUCKET_POLICY, delivers_to_bucket(resource_type), "no version delivers logs to a bucket"
        )
        for resource_type in DESTINATIONS
    ),
    unwritten(PIPE, LOG_DELIVERY, "LogConfiguration"),
    *(
        unwritten(resource_type, (*CACHE_LOGS, *more), "LogDeliveryConfigurations")
        for resource_type, more in CACHES.items()
    ),
    unwritten(
        PIPE, ("firehose:TagDeliveryStream", "iam:CreateServiceLinkedRole"), "LogConfiguration.FirehoseLogDestination"
    ),
    Narrowing(
        FLOW_LOG,
        ("iam:CreateServiceLinkedRole",),
        can_be("LogDestinationType", "kinesis-data-firehose", default="cloud-watch-logs"),
        "no version delivers to Amazon Data Firehose",
    ),
)

LINKED_SERVICES: Mapping[str, tuple[str, ...]] = {
    "AccessAnalyzer": ("access-analyzer",),
    "AmazonMQ": ("mq",),
    "ApiGatewayV2": ("ops.apigateway",),
    "AppRunner": ("*apprunner",),
    "ApplicationAutoScaling": ("*.application-autoscaling",),
    "AutoScaling": ("autoscaling", "spot"),
    "Backup": ("*backup",),
    "Batch": ("autoscaling", "batch", "ecs*", "spot*"),
    "Cloud9": ("cloud9",),
    "CloudTrail": ("*cloudtrail",),
    "DAX": ("dax",),
    "DocDB": ("rds",),
    "ECS": ("ecs*",),
    "EFS": ("elasticfilesystem",),
    "EKS": ("autoscaling", "eks*", "spot"),
    "EMR": ("elasticmapreduce",),
    "ElastiCache": ("elasticache",),
    "Elasticsearch": ("es", "opensearchservice"),
    "Events": ("*events", "vpc-lattice"),
    "FSx": ("fsx", "s3.data-source.lustre.fsx"),
    "Grafana": ("grafana",),
    "GuardDuty": ("*guardduty",),
    "ImageBuilder": ("imagebuilder",),
    "LakeFormation": ("lakeformation",),
    "MSK": ("kafka*",),
    "MWAA": ("airflow",),
    "MemoryDB": ("memorydb",),
    "Neptune": ("rds",),
    "NetworkFirewall": ("*network-firewall",),
    "Pipes": ("pipes",),
    "RDS": ("rds",),
    "Redshift": ("redshift",),
    "ResourceExplorer2": ("resource-explorer-2",),
    "Shield": ("shield",),
}
"""Namespace → the services, before `.amazonaws.com`, whose service-linked roles its types need; any for others."""
CREATE_LINKED_ROLE = "iam:CreateServiceLinkedRole"
LINKED_ROLE = "AWS::IAM::ServiceLinkedRole"
DELIVERY = "delivery.logs.amazonaws.com"


def linked_services(
    resource_type: str, handler_actions: Iterable[str], resources: Sequence[TemplateResource]
) -> tuple[str, ...]:
    """The services for `iam:AWSServiceName`, as patterns; also that of deliveries to Data Firehose."""
    if resource_type == LINKED_ROLE:
        names = {name for resource in resources for name in patterns(resource, "AWSServiceName")}
        return ("*.amazonaws.com",) if "*" in names or not names else tuple(sorted(names))
    if resource_type == FLOW_LOG:
        return (DELIVERY,)
    services = LINKED_SERVICES.get(resource_type.split("::")[1], ("*",))
    delivers = "firehose:TagDeliveryStream" in handler_actions and services != ("*",)
    return (*(f"{service}.amazonaws.com" for service in services), *([DELIVERY] if delivers else []))
