"""The kinds of things that calls name, and how the sandbox looks for each."""

from __future__ import annotations

from catalog.sandbox.registry.references import Thing


def last(name: str) -> str:
    """The name at the end of an ARN, or the name itself."""
    return name.rpartition("/")[2] if name.startswith("arn:") else name


def an_arn(name: str) -> bool:
    """Whether it is an ARN: another form is another error."""
    return name.startswith("arn:")


def not_default(name: str) -> bool:
    """Whether a group is not one that every account has."""
    return not name.startswith("default")


def own_role(name: str) -> bool:
    """Whether a role is not one that a service makes for itself when it needs it."""
    return "/aws-service-role/" not in name


def web_acl(arn: str) -> dict[str, str]:
    """The name, id and scope of a web ACL, by its ARN."""
    scope, _, name, identifier = arn.rpartition(":")[2].split("/")
    return {"Name": name, "Id": identifier, "Scope": "CLOUDFRONT" if scope == "global" else "REGIONAL"}


def in_ec2(operation: str, parameter: str, member: str) -> Thing:
    """What EC2 lists by an id, or by a name: its answer for one that does not exist is an empty list."""
    return Thing("ec2", operation, lambda it: {parameter: [it]}, lambda it, _: it[member])


VPC = Thing("ec2", "DescribeVpcs", lambda it: {"VpcIds": [it]})
SUBNET = Thing("ec2", "DescribeSubnets", lambda it: {"SubnetIds": [it]})
GROUP = Thing("ec2", "DescribeSecurityGroups", lambda it: {"GroupIds": [it]}, known=lambda it: it.startswith("sg-"))
TABLE = in_ec2("DescribeRouteTables", "RouteTableIds", "RouteTables")
CARD = Thing("ec2", "DescribeNetworkInterfaces", lambda it: {"NetworkInterfaceIds": [it]})
INSTANCE = Thing("ec2", "DescribeInstances", lambda it: {"InstanceIds": [it]})
KEY_PAIR = Thing("ec2", "DescribeKeyPairs", lambda it: {"KeyNames": [it]})
ZONE = in_ec2("DescribeAvailabilityZones", "ZoneNames", "AvailabilityZones")
TRANSIT = in_ec2("DescribeTransitGateways", "TransitGatewayIds", "TransitGateways")
TRANSIT_TABLE = in_ec2("DescribeTransitGatewayRouteTables", "TransitGatewayRouteTableIds", "TransitGatewayRouteTables")
ATTACHMENT = in_ec2("DescribeTransitGatewayAttachments", "TransitGatewayAttachmentIds", "TransitGatewayAttachments")
PROFILE = Thing("iam", "GetInstanceProfile", lambda it: {"InstanceProfileName": last(it)})
ROLE = Thing("iam", "GetRole", lambda it: {"RoleName": last(it)}, known=own_role)
ROLE_ARN = Thing("iam", "GetRole", lambda it: {"RoleName": last(it)}, known=lambda it: an_arn(it) and own_role(it))
TOPIC = Thing("sns", "GetTopicAttributes", lambda it: {"TopicArn": it}, known=lambda it: ":sns:" in it)
BUCKET = Thing("s3", "HeadBucket", lambda it: {"Bucket": it})
QUEUE = Thing("sqs", "GetQueueUrl", lambda it: {"QueueName": it.rpartition(":")[2]}, known=lambda it: ":sqs:" in it)
FUNCTION = Thing("lambda", "GetFunction", lambda it: {"FunctionName": it}, known=an_arn)
STREAM = Thing("kinesis", "DescribeStreamSummary", lambda it: {"StreamARN": it}, known=lambda it: ":kinesis:" in it)
LOG_GROUP = Thing(
    "logs",
    "DescribeLogGroups",
    lambda it: {"logGroupNamePrefix": it},
    lambda it, name: [each for each in it["logGroups"] if each["logGroupName"] == name],
)
CERTIFICATE = Thing(
    "acm",
    "DescribeCertificate",
    lambda it: {"CertificateArn": it},
    known=lambda it: ":acm:" in it,
    region=lambda it: "us-east-1",
)
LISTENER_CERTIFICATE = Thing(
    "acm", "DescribeCertificate", lambda it: {"CertificateArn": it}, known=lambda it: ":acm:" in it
)
SERVER_CERTIFICATE = Thing(
    "iam", "GetServerCertificate", lambda it: {"ServerCertificateName": last(it)}, known=lambda it: ":iam:" in it
)
TARGET_GROUP = Thing("elbv2", "DescribeTargetGroups", lambda it: {"TargetGroupArns": [it]}, known=an_arn)
BALANCER = Thing(
    "elbv2",
    "DescribeLoadBalancers",
    lambda it: {"LoadBalancerArns": [it]},
    known=lambda it: ":elasticloadbalancing:" in it and ":loadbalancer/" in it,
)
DB_GROUP = Thing("rds", "DescribeDBSubnetGroups", lambda it: {"DBSubnetGroupName": it}, known=not_default)
CLUSTER_SETTINGS = Thing(
    "rds", "DescribeDBClusterParameterGroups", lambda it: {"DBClusterParameterGroupName": it}, known=not_default
)
GLOBAL_CLUSTER = Thing("rds", "DescribeGlobalClusters", lambda it: {"GlobalClusterIdentifier": it})
DATABASE_CLUSTER = Thing("rds", "DescribeDBClusters", lambda it: {"DBClusterIdentifier": it})
DATABASE_INSTANCE = Thing("rds", "DescribeDBInstances", lambda it: {"DBInstanceIdentifier": it})
DATABASE_PROXY = Thing("rds", "DescribeDBProxies", lambda it: {"DBProxyName": it})
CACHE_GROUP = Thing(
    "elasticache", "DescribeCacheSubnetGroups", lambda it: {"CacheSubnetGroupName": it}, known=not_default
)
MEMORY_GROUP = Thing("memorydb", "DescribeSubnetGroups", lambda it: {"SubnetGroupName": it})
WAREHOUSE_SETTINGS = Thing(
    "redshift", "DescribeClusterParameterGroups", lambda it: {"ParameterGroupName": it}, known=not_default
)
WAREHOUSE_GROUP = Thing(
    "redshift", "DescribeClusterSubnetGroups", lambda it: {"ClusterSubnetGroupName": it}, known=not_default
)
FILE_SYSTEM = Thing(
    "efs", "DescribeFileSystems", lambda it: {"FileSystemId": it}, known=lambda it: it.startswith("fs-")
)
CONNECTION = Thing("events", "DescribeConnection", lambda it: {"Name": it.split("/")[1]}, known=an_arn)
NAMESPACE = Thing("servicediscovery", "GetNamespace", lambda it: {"Id": it}, known=lambda it: not an_arn(it))
DELEGATION_SET = Thing("route53", "GetReusableDelegationSet", lambda it: {"Id": it})
HEALTH_CHECK = Thing("route53", "GetHealthCheck", lambda it: {"HealthCheckId": it})
ORIGIN_ACCESS = Thing("cloudfront", "GetOriginAccessControl", lambda it: {"Id": it})
TABLE_OF_ITEMS = Thing(
    "dynamodb",
    "DescribeTable",
    lambda it: {"TableName": it.split("/")[1]},
    known=lambda it: it.startswith("table/"),
)
STAGE = Thing("apigateway", "GetStage", lambda it: {"restApiId": it["apiId"], "stageName": it["stage"]})
DEPLOYMENT = Thing("apigateway", "GetDeployment", lambda it: {"deploymentId": it}, beside=("restApiId",))
GATEWAY = Thing(
    "ec2", "DescribeInternetGateways", lambda it: {"InternetGatewayIds": [it]}, known=lambda it: it[:4] != "vgw-"
)
PRIVATE_GATEWAY = in_ec2("DescribeVpnGateways", "VpnGatewayIds", "VpnGateways")
MIRROR_FILTER = in_ec2("DescribeTrafficMirrorFilters", "TrafficMirrorFilterIds", "TrafficMirrorFilters")
MIRROR_TARGET = in_ec2("DescribeTrafficMirrorTargets", "TrafficMirrorTargetIds", "TrafficMirrorTargets")
ACL = in_ec2("DescribeNetworkAcls", "NetworkAclIds", "NetworkAcls")
VPC_OF_ZONE = Thing(
    "ec2", "DescribeVpcs", lambda it: {"VpcIds": [it["VPCId"]]}, region=lambda it: str(it.get("VPCRegion") or "")
)
WEB_ACL = Thing("wafv2", "GetWebACL", web_acl, known=lambda it: ":wafv2:" in it and "/webacl/" in it)
USAGE_PLAN = Thing("apigateway", "GetUsagePlan", lambda it: {"usagePlanId": it})
IOT_THING = Thing("iot", "DescribeThing", lambda it: {"thingName": last(it)}, known=lambda it: ":thing/" in it)
UNIT = Thing("organizations", "ListOrganizationalUnitsForParent", lambda it: {"ParentId": it})
