"""Databases, load balancers, containers, user pools, vaults, certificates and APIs."""

from __future__ import annotations

from typing import Any

from tests.contract.resource_types.cases_compute import TRUST
from tests.contract.resource_types.cases_messaging import KEY, pairs
from tests.contract.resource_types.cases_network import SUBNET, VPC
from tests.contract.resource_types.conftest import Case, World
from tests.contract.resource_types.reading import asks, with_more

OTHER_SUBNET = {
    "Type": "AWS::EC2::Subnet",
    "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.7.9.0/24", "AvailabilityZone": "us-east-1b"},
}
NETWORK = {"Vpc": VPC, "Subnet": SUBNET, "Other": OTHER_SUBNET}
SUBNETS = [{"Ref": "Subnet"}, {"Ref": "Other"}]
BALANCER = {"Type": "AWS::ElasticLoadBalancingV2::LoadBalancer", "Properties": {"Subnets": SUBNETS}}
TARGETS = {
    "Type": "AWS::ElasticLoadBalancingV2::TargetGroup",
    "Properties": {"Port": 80, "Protocol": "HTTP", "VpcId": {"Ref": "Vpc"}},
}
TRUST_TASKS = {**TRUST, "Statement": [{**TRUST["Statement"][0], "Principal": {"Service": "ecs-tasks.amazonaws.com"}}]}
CONTAINERS = [{"Name": "app", "Image": "app:1", "Memory": 64, "Essential": True}]
TASKS = {"Type": "AWS::ECS::TaskDefinition", "Properties": {"Family": "served", "ContainerDefinitions": CONTAINERS}}
LISTENER = {
    "Type": "AWS::ElasticLoadBalancingV2::Listener",
    "Properties": {
        "LoadBalancerArn": {"Ref": "Balancer"},
        "Port": 80,
        "Protocol": "HTTP",
        "DefaultActions": [{"Type": "forward", "TargetGroupArn": {"Ref": "Targets"}}],
    },
}
ACTION = [{"Type": "forward", "TargetGroupArn": {"Ref": "Targets"}}]


def path(pattern: str) -> Any:
    return {"Field": "path-pattern", "Values": [pattern]}


def subnet_group(world: World, name: str) -> Any:
    return world.client("rds").describe_db_subnet_groups(DBSubnetGroupName=name)["DBSubnetGroups"][0]


def subnet_group_tags(world: World, name: str) -> Any:
    arn = subnet_group(world, name)["DBSubnetGroupArn"]
    return pairs(world.client("rds").list_tags_for_resource(ResourceName=arn)["TagList"])


def database(world: World, name: str) -> Any:
    return world.client("rds").describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]


def database_cluster(world: World, name: str) -> Any:
    return world.client("rds").describe_db_clusters(DBClusterIdentifier=name)["DBClusters"][0]


def shown_tags(read: Any) -> Any:
    return lambda world, name: pairs(read(world, name)["TagList"])


def balancer(world: World, arn: str) -> Any:
    return world.client("elbv2").describe_load_balancers(LoadBalancerArns=[arn])["LoadBalancers"][0]


def target_group(world: World, arn: str) -> Any:
    return world.client("elbv2").describe_target_groups(TargetGroupArns=[arn])["TargetGroups"][0]


def listener(world: World, arn: str) -> Any:
    return world.client("elbv2").describe_listeners(ListenerArns=[arn])["Listeners"][0]


def balancing_tags(world: World, arn: str) -> Any:
    return pairs(world.client("elbv2").describe_tags(ResourceArns=[arn])["TagDescriptions"][0]["Tags"])


def definition(world: World, arn: str) -> Any:
    each = world.client("ecs").describe_task_definition(taskDefinition=arn)["taskDefinition"]
    return None if each["status"] == "INACTIVE" else each


def service(world: World, arn: str) -> Any:
    listed = world.client("ecs").describe_services(cluster=arn.split("/")[1], services=[arn])["services"]
    return next((each for each in listed if each["status"] == "ACTIVE"), None)


def container_tags(world: World, arn: str) -> Any:
    listed = world.client("ecs").list_tags_for_resource(resourceArn=arn)["tags"]
    return {tag["key"]: tag["value"] for tag in listed}


def certificate(world: World, arn: str) -> Any:
    return world.client("acm").describe_certificate(CertificateArn=arn)["Certificate"]


def certificate_tags(world: World, arn: str) -> Any:
    return pairs(world.client("acm").list_tags_for_certificate(CertificateArn=arn)["Tags"])


DATABASE = {
    "DBInstanceClass": "db.t3.micro",
    "AllocatedStorage": "20",
    "Engine": "postgres",
    "MasterUsername": "ann",
    "MasterUserPassword": "correct-horse",
}
CLUSTER = {"Engine": "aurora-postgresql", "MasterUsername": "ann", "MasterUserPassword": "correct-horse"}


ROLE_OF_DATABASE = {"Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}}}


def role_of(feature: str) -> dict[str, Any]:
    """A role with which a database uses another service."""
    return {"FeatureName": feature, "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]}}


CASES = (
    Case(
        "AWS::RDS::DBSubnetGroup",
        {"DBSubnetGroupDescription": "one", "SubnetIds": SUBNETS},
        subnet_group,
        {"DBSubnetGroupDescription": "one"},
        changed={"DBSubnetGroupDescription": "two"},
        then={"DBSubnetGroupDescription": "two"},
        replaced={"DBSubnetGroupName": "another"},
        tags=subnet_group_tags,
        denied=("rds:CreateDBSubnetGroup", "rds:AddTagsToResource", "rds:DescribeDBSubnetGroups"),
        denied_later=("rds:ModifyDBSubnetGroup", "rds:DeleteDBSubnetGroup"),
        around=NETWORK,
        attributes=("DBSubnetGroupArn",),
    ),
    Case(
        "AWS::RDS::DBInstance",
        {**DATABASE, "AssociatedRoles": [role_of("s3Import")]},
        database,
        {"Engine": "postgres", "AllocatedStorage": 20, "MasterUsername": "ann"},
        changed={
            "BackupRetentionPeriod": 5,
            "EnableCloudwatchLogsExports": ["postgresql"],
            "AssociatedRoles": [role_of("s3Export")],
        },
        then={
            "BackupRetentionPeriod": 5,
            "EnabledCloudwatchLogsExports": ["postgresql"],
            "AssociatedRoles": [{"FeatureName": "s3Export"}],
        },
        replaced={"StorageEncrypted": True},
        tags=shown_tags(database),
        denied=(
            "rds:CreateDBInstance",
            "rds:AddTagsToResource",
            "rds:DescribeDBInstances",
            "rds:AddRoleToDBInstance",
            "iam:PassRole",
        ),
        denied_later=("rds:RemoveRoleFromDBInstance", "rds:ModifyDBInstance", "rds:DeleteDBInstance"),
        around=ROLE_OF_DATABASE,
        attributes=("DBInstanceArn", "Endpoint.Address", "Endpoint.Port"),
    ),
    Case(
        "AWS::RDS::DBCluster",
        {
            "Engine": "aurora-postgresql",
            "MasterUsername": "ann",
            "ManageMasterUserPassword": True,
            "StorageEncrypted": True,
            "KmsKeyId": KEY,
            "AssociatedRoles": [role_of("s3Import")],
        },
        database_cluster,
        {
            "Engine": "aurora-postgresql",
            "AssociatedRoles": [{"FeatureName": "s3Import"}],
            "MasterUserSecret": {"SecretStatus": "active"},
        },
        changed={
            "BackupRetentionPeriod": 5,
            "EnableCloudwatchLogsExports": ["postgresql"],
            "EnableIAMDatabaseAuthentication": True,
            "AssociatedRoles": None,
        },
        then={
            "BackupRetentionPeriod": 5,
            "EnabledCloudwatchLogsExports": ["postgresql"],
            "IAMDatabaseAuthenticationEnabled": True,
            "AssociatedRoles": [],
        },
        replaced={"DatabaseName": "sales"},
        tags=shown_tags(database_cluster),
        denied=(
            *("rds:CreateDBCluster", "rds:AddTagsToResource", "rds:DescribeDBClusters", "rds:AddRoleToDBCluster"),
            *("kms:CreateGrant", "kms:DescribeKey", "secretsmanager:CreateSecret", "secretsmanager:TagResource"),
        ),
        denied_later=("rds:RemoveRoleFromDBCluster", "rds:ModifyDBCluster", "rds:DeleteDBCluster"),
        around=ROLE_OF_DATABASE,
        attributes=("DBClusterArn", "Endpoint.Address", "ReadEndpoint.Address", "MasterUserSecret.SecretArn"),
    ),
    Case(
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        BALANCER["Properties"],  # type: ignore[arg-type]  # a part of a template
        balancer,
        {"Type": "application", "State": {"Code": "active"}},
        changed={
            "IpAddressType": "ipv4",
            "LoadBalancerAttributes": [{"Key": "idle_timeout.timeout_seconds", "Value": "90"}],
        },
        then={"IpAddressType": "ipv4"},
        replaced={"Scheme": "internal"},
        tags=balancing_tags,
        denied=(
            "elasticloadbalancing:CreateLoadBalancer",
            "elasticloadbalancing:AddTags",
            "elasticloadbalancing:DescribeLoadBalancers",
        ),
        denied_later=("elasticloadbalancing:ModifyLoadBalancerAttributes", "elasticloadbalancing:DeleteLoadBalancer"),
        around=NETWORK,
        attributes=("DNSName", "LoadBalancerFullName", "CanonicalHostedZoneID", "LoadBalancerName"),
    ),
    Case(
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        TARGETS["Properties"],  # type: ignore[arg-type]  # a part of a template
        target_group,
        {"Port": 80, "Protocol": "HTTP"},
        changed={"HealthCheckPath": "/health"},
        then={"HealthCheckPath": "/health"},
        replaced={"Port": 8080},
        tags=balancing_tags,
        denied=(
            "elasticloadbalancing:CreateTargetGroup",
            "elasticloadbalancing:AddTags",
            "elasticloadbalancing:DescribeTargetGroups",
        ),
        denied_later=("elasticloadbalancing:ModifyTargetGroup", "elasticloadbalancing:DeleteTargetGroup"),
        around={"Vpc": VPC},
        attributes=("TargetGroupFullName", "TargetGroupName"),
    ),
    Case(
        "AWS::ElasticLoadBalancingV2::Listener",
        {"LoadBalancerArn": {"Ref": "Balancer"}, "Port": 80, "Protocol": "HTTP", "DefaultActions": ACTION},
        with_more(
            listener, server=asks("elbv2", "describe_listener_attributes", "Attributes.0.Value", ListenerArn="@")
        ),
        {"Port": 80},
        changed={"Port": 8080, "ListenerAttributes": [{"Key": "tcp.idle_timeout.seconds", "Value": "90"}]},
        then={"Port": 8080},
        tags=balancing_tags,
        denied=(
            "elasticloadbalancing:CreateListener",
            "elasticloadbalancing:AddTags",
            "elasticloadbalancing:DescribeListeners",
        ),
        denied_later=("elasticloadbalancing:ModifyListener", "elasticloadbalancing:DeleteListener"),
        around={**NETWORK, "Balancer": BALANCER, "Targets": TARGETS},
        attributes=("ListenerArn",),
    ),
    Case(
        "AWS::ElasticLoadBalancingV2::ListenerRule",
        {"ListenerArn": {"Ref": "Listener"}, "Priority": 5, "Actions": ACTION, "Conditions": [path("/a")]},
        asks("elbv2", "describe_rules", "Rules.0", RuleArns=["@"]),
        {"Priority": "5", "Conditions": [{"Field": "path-pattern", "Values": ["/a"]}]},
        changed={"Priority": 6, "Conditions": [path("/b")]},
        then={"Priority": "6", "Conditions": [{"Values": ["/b"]}]},
        tags=balancing_tags,
        denied=tuple(f"elasticloadbalancing:{action}" for action in ("CreateRule", "AddTags", "DescribeRules")),
        denied_later=tuple(
            f"elasticloadbalancing:{action}" for action in ("ModifyRule", "SetRulePriorities", "DeleteRule")
        ),
        around={**NETWORK, "Balancer": BALANCER, "Targets": TARGETS, "Listener": LISTENER},
        attributes=("RuleArn",),
    ),
    Case(
        "AWS::ECS::TaskDefinition",
        {
            "Family": "app",
            "ContainerDefinitions": CONTAINERS,
            "TaskRoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
            "ProxyConfiguration": {
                "ContainerName": "app",
                "ProxyConfigurationProperties": [{"Name": "ProxyIngressPort", "Value": "15000"}],
            },
        },
        definition,
        {
            "family": "app",
            "containerDefinitions": [{"image": "app:1"}],
            "proxyConfiguration": {"properties": [{"name": "ProxyIngressPort", "value": "15000"}]},
        },
        replaced={"ContainerDefinitions": [{**CONTAINERS[0], "Image": "app:2"}]},
        tags=container_tags,
        denied=("ecs:RegisterTaskDefinition", "ecs:TagResource", "ecs:DescribeTaskDefinition", "iam:PassRole"),
        denied_later=("ecs:DeregisterTaskDefinition",),
        around={"Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST_TASKS}}},
        attributes=("TaskDefinitionArn",),
    ),
    Case(
        "AWS::ECS::Service",
        {"Cluster": {"Ref": "Cluster"}, "TaskDefinition": {"Ref": "Tasks"}, "DesiredCount": 1},
        service,
        {"desiredCount": 1, "status": "ACTIVE"},
        changed={"DesiredCount": 3},
        then={"desiredCount": 3},
        replaced={"ServiceName": "another"},
        tags=container_tags,
        denied=("ecs:CreateService", "ecs:TagResource", "ecs:DescribeServices"),
        denied_later=("ecs:UpdateService", "ecs:DeleteService"),
        around={"Cluster": {"Type": "AWS::ECS::Cluster"}, "Tasks": TASKS},
        attributes=("Name", "ServiceArn"),
    ),
    Case(
        "AWS::CertificateManager::Certificate",
        {"DomainName": "a.example.com", "ValidationMethod": "DNS"},
        certificate,
        {"DomainName": "a.example.com", "DomainValidationOptions": [{"ValidationMethod": "DNS"}]},
        changed={"CertificateTransparencyLoggingPreference": "DISABLED"},
        then={"Options": {"CertificateTransparencyLoggingPreference": "DISABLED"}},
        replaced={"DomainName": "b.example.com"},
        tags=certificate_tags,
        denied=("acm:RequestCertificate", "acm:AddTagsToCertificate", "acm:DescribeCertificate"),
        denied_later=("acm:DeleteCertificate", "acm:UpdateCertificateOptions"),
    ),
)
