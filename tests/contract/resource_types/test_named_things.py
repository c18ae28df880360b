"""A resource that names something which does not exist is refused, in the words of its service."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.contract.resource_types.conftest import ACCOUNT, REGION, World, template
from tests.contract.resource_types.test_life import CASES

VPC, SUBNET, GROUP = "vpc-0123456789abcdef0", "subnet-0123456789abcdef0", "sg-0123456789abcdef0"
NO_VPC, NO_SUBNET = f"The vpc ID '{VPC}' does not exist", f"The subnet ID '{SUBNET}' does not exist"
NO_GROUP = f"The security group '{GROUP}' does not exist"
RDS_GROUP = f"Invalid security group , groupId= {GROUP}, groupName=."
ROLE = f"arn:aws:iam::{ACCOUNT}:role/lost"
TOPIC, QUEUE = (f"arn:aws:{service}:{REGION}:{ACCOUNT}:lost" for service in ("sns", "sqs"))
CERTIFICATE = f"arn:aws:acm:us-east-1:{ACCOUNT}:certificate/12345678-1234-1234-1234-123456789012"
TARGETS = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:targetgroup/lost/0123456789abcdef"
TABLE, ATTACHMENT = "tgw-rtb-0123456789abcdef0", "tgw-attach-0123456789abcdef0"
GONE = "was deleted or does not exist."
STATES = "Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the"
MONITORING = "IAM role ARN value is invalid or does not include the required permissions for: ENHANCED_MONITORING"
SSL = "The specified SSL certificate doesn't exist, isn't in us-east-1 region"
EKS_ROLE = f"Role with arn: {ROLE}, could not be assumed because it does not exist or the trusted entity is not correct"
FARGATE = "Misconfigured PodExecutionRole Trust Policy; Please add the eks-fargate-pods.amazonaws.com Service Principal"
LAUNCH = "AWS::AutoScaling::LaunchConfiguration"
NO_SCALING_GROUP = "The specified Auto Scaling group does not exist."
UNPROTECTED = "the Auto Scaling group must have instance protection from scale in enabled."
CLASSIC = "AWS::ElasticLoadBalancing::LoadBalancer"
ENCRYPTED = {"LoadBalancerPort": "443", "InstancePort": "80", "Protocol": "HTTPS", "SSLCertificateId": CERTIFICATE}
ONE_BALANCER = [{"ContainerName": "app", "ContainerPort": 80, "TargetGroupArn": TARGETS}]
THEIRS = {"Event": "s3:ObjectCreated:*", "Queue": f"arn:aws:sqs:{REGION}:210987654321:theirs"}
NOTIFIED = {"QueueConfigurations": [{"Event": "s3:ObjectCreated:*", "Queue": QUEUE}]}
WEB_ACL = f"arn:aws:wafv2:{REGION}:{ACCOUNT}:regional/webacl/lost/12345678-1234-1234-1234-123456789012"
STREAM = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/lost"
CONNECTION = f"arn:aws:events:{REGION}:{ACCOUNT}:connection/one/12345678-1234-1234-1234-123456789012"
NO_THING = f"arn:aws:iot:{REGION}:{ACCOUNT}:thing/lost"
NOBODY = "12345678-1234-1234-1234-123456789012"
HEALTH_CHECK = NOBODY
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{HEALTH_CHECK}"
THERE = KEY.replace(REGION, "eu-west-1")
NO_KEY = f"Key '{KEY}' does not exist"
RDS_KEY = f"The specified KMS key [{KEY}] does not exist, is not enabled or you do not have permissions to access it."
DYNAMODB = "KMS validation error: com.amazonaws.services.kms.model.NotFoundException:"
LAMBDA = f"Please check your KMS key settings. KMS Exception: NotFoundException KMS Message: {NO_KEY}"
NOT_HERE = f"KMS key ID {THERE} does not exist, or s3 bucket "
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/lost"
NO_BOUNDARY = f"Scope ARN: {BOUNDARY} does not exist or is not attachable."

LOCATION = f"arn:aws:datasync:{REGION}:{ACCOUNT}:location/loc-0123456789abcdef0"


@pytest.mark.parametrize(
    ("name", "path", "value", "words"),
    [
        ("AWS::EC2::SecurityGroup", "VpcId", VPC, NO_VPC),
        ("AWS::EC2::TransitGatewayVpcAttachment", "SubnetIds", [SUBNET], NO_SUBNET),
        ("AWS::EC2::TransitGatewayAttachment", "VpcId", VPC, NO_VPC),
        ("AWS::EC2::TransitGatewayRoute", "TransitGatewayRouteTableId", TABLE, f"Route Table {TABLE} {GONE}"),
        ("AWS::EC2::TransitGatewayRoute", "TransitGatewayAttachmentId", ATTACHMENT, f"Attachment {ATTACHMENT} {GONE}"),
        ("AWS::EC2::TransitGatewayRouteTablePropagation", "TransitGatewayRouteTableId", TABLE, f"{TABLE} {GONE}"),
        ("AWS::EC2::NetworkInterface", "GroupSet", [GROUP], NO_GROUP),
        ("AWS::EC2::SecurityGroupEgress", "GroupId", GROUP, NO_GROUP),
        ("AWS::EC2::VPCEndpoint", "SecurityGroupIds", [GROUP], NO_GROUP),
        ("AWS::EC2::Volume", "AvailabilityZone", "us-east-1z", "The zone 'us-east-1z' does not exist."),
        ("AWS::EC2::SubnetNetworkAclAssociation", "SubnetId", SUBNET, NO_SUBNET),
        ("AWS::EC2::SubnetNetworkAclAssociation", "NetworkAclId", "acl-1", "The networkAcl ID 'acl-1' does not exist"),
        (LAUNCH, "KeyName", "lost", "The key pair 'lost' does not exist"),
        (LAUNCH, "SecurityGroups", [GROUP], NO_GROUP),
        (LAUNCH, "IamInstanceProfile", "lost", "Invalid IamInstanceProfile: lost"),
        ("AWS::AutoScaling::WarmPool", "AutoScalingGroupName", "lost", "AutoScalingGroup name not found - null: lost"),
        ("AWS::AutoScaling::AutoScalingGroup", "LaunchTemplate.Version", "newest", "Invalid launch template version: "),
        (
            "AWS::ECS::Service",
            "LoadBalancers",
            ONE_BALANCER,
            "Unable to assume role and validate the specified t",
        ),
        (
            "AWS::ElasticLoadBalancingV2::LoadBalancer",
            "SecurityGroups",
            [GROUP],
            "The specified security group does",
        ),
        ("AWS::EC2::VPNConnection", "VpnGatewayId", "vgw-1", "The vpnGateway ID 'vgw-1' does not exist"),
        ("AWS::EC2::TransitGatewayPeeringAttachment", "TransitGatewayId", "tgw-1", f"Transit Gateway tgw-1 {GONE}"),
        ("AWS::EC2::GatewayRouteTableAssociation", "GatewayId", "igw-1", "The gateway ID 'igw-1' does not exist"),
        ("AWS::EC2::TrafficMirrorSession", "TrafficMirrorFilterId", "tmf-1", "The ID 'tmf-1' does not exist"),
        ("AWS::EMR::Cluster", "JobFlowRole", "lost", "Invalid InstanceProfile: lost."),
        ("AWS::EMR::Cluster", "Instances.Ec2SubnetId", SUBNET, NO_SUBNET),
        ("AWS::FSx::FileSystem", "SubnetIds", [SUBNET], "One or more network settings specified in the request are"),
        (
            "AWS::EMR::Cluster",
            "SecurityConfiguration",
            "lost",
            "Security configuration with name 'lost' does not exist.",
        ),
        ("AWS::EC2::Host", "AvailabilityZone", "us-east-1z", "The zone 'us-east-1z' does not exist."),
        ("AWS::EC2::SpotFleet", "SpotFleetRequestConfigData.IamFleetRole", ROLE, "IamFleetRole is invalid."),
        ("AWS::ECS::CapacityProvider", "AutoScalingGroupProvider.AutoScalingGroupArn", "lost", NO_SCALING_GROUP),
        ("AWS::ECS::CapacityProvider", "AutoScalingGroupProvider.ManagedTerminationProtection", "ENABLED", UNPROTECTED),
        (
            "AWS::AutoScaling::AutoScalingGroup",
            "LoadBalancerNames",
            ["lost"],
            "Provided Load Balancers may not be valid.",
        ),
        (CLASSIC, "Subnets", [SUBNET], "One or more of the specified subnets do not exist."),
        (CLASSIC, "Instances", ["i-0123456789abcdef0"], "The specified endpoint is not valid."),
        (CLASSIC, "Listeners", [ENCRYPTED], f"Server Certificate not found for the key: {CERTIFICATE}"),
        ("AWS::ElastiCache::SubnetGroup", "SubnetIds", [SUBNET], "An invalid subnet identifier was specified."),
        ("AWS::ElastiCache::CacheCluster", "CacheSubnetGroupName", "lost", "Cache Subnet Group lost does not exist."),
        ("AWS::RDS::DBInstance", "DBSubnetGroupName", "lost", "DB subnet group 'lost' does not exist."),
        ("AWS::RDS::DBInstance", "VPCSecurityGroups", [GROUP], RDS_GROUP),
        ("AWS::RDS::DBInstance", "MonitoringRoleArn", ROLE, MONITORING),
        ("AWS::RDS::DBCluster", "DBSubnetGroupName", "lost", "DB subnet group 'lost' does not exist."),
        ("AWS::RDS::DBCluster", "DBClusterParameterGroupName", "lost", "DBClusterParameterGroup not found: lost"),
        ("AWS::Neptune::DBCluster", "GlobalClusterIdentifier", "lost", "Global cluster lost not found"),
        ("AWS::DocDB::DBInstance", "DBClusterIdentifier", "lost", "The source cluster could not be found or cannot be"),
        ("AWS::RDS::Deployment", "Source", f"arn:aws:rds:{REGION}:{ACCOUNT}:db:lost", "DBInstance lost not found."),
        ("AWS::RDS::DBProxyTargetGroup", "DBProxyName", "lost", "The specified proxy name lost doesn't correspond to"),
        ("AWS::RDS::DBProxyTargetGroup", "DBClusterIdentifiers", ["lost"], "DBCluster lost not found."),
        ("AWS::RDS::DBProxyTargetGroup", "DBInstanceIdentifiers", ["lost"], "DBInstance lost not found."),
        ("AWS::RDS::EventSubscription", "SnsTopicArn", TOPIC, "The SNS topic ARN does not exist."),
        ("AWS::Redshift::Cluster", "ClusterSubnetGroupName", "lost", "does not refer to an existing cluster subnet gr"),
        ("AWS::Redshift::Cluster", "ClusterParameterGroupName", "lost", "ClusterParameterGroup not found: lost"),
        ("AWS::Redshift::Cluster", "LoggingProperties.BucketName", "lost", "Could not find the specified S3 bucket."),
        ("AWS::Redshift::Cluster", "SnapshotIdentifier", "lost", "Snapshot lost not found."),
        ("AWS::Redshift::Snapshot", "ClusterIdentifier", "lost", "Cluster lost not found."),
        ("AWS::MemoryDB::Cluster", "SubnetGroupName", "lost", "Subnet group lost not found."),
        ("AWS::MemoryDB::Cluster", "SecurityGroupIds", [GROUP], f"Security group {GROUP} does not exist."),
        ("AWS::MemoryDB::SubnetGroup", "SubnetIds", [SUBNET], "An invalid subnet identifier was specified."),
        ("AWS::MemoryDB::Snapshot", "ClusterName", "lost", "Cluster not found: lost"),
        ("AWS::GuardDuty::Filter", "DetectorId", "lost", "the input detectorId is not owned by the current account."),
        ("AWS::IdentityStore::GroupMembership", "GroupId", NOBODY, "Group does not exist"),
        ("AWS::IAM::VirtualMFADevice", "Users", ["lost"], "The user with name lost cannot be found."),
        ("AWS::EFS::AccessPoint", "FileSystemId", "fs-01234567", "File system 'fs-01234567' does not exist."),
        ("AWS::EFS::MountTarget", "SecurityGroups", [GROUP], f"The SecurityGroup ID '{GROUP}' does not exist"),
        ("AWS::EKS::Cluster", "RoleArn", ROLE, EKS_ROLE),
        ("AWS::EKS::Cluster", "ResourcesVpcConfig.SubnetIds", [SUBNET, SUBNET], NO_SUBNET),
        ("AWS::EKS::Nodegroup", "NodeRole", ROLE, "The role with name lost cannot be found."),
        ("AWS::EKS::FargateProfile", "PodExecutionRoleArn", ROLE, FARGATE),
        ("AWS::Lambda::Function", "VpcConfig", {"SubnetIds": [SUBNET], "SecurityGroupIds": []}, NO_SUBNET),
        ("AWS::Logs::MetricFilter", "LogGroupName", "lost", "The specified log group does not exist."),
        ("AWS::Logs::Destination", "RoleArn", ROLE, "Could not deliver test message to specified Kinesis stream."),
        ("AWS::StepFunctions::StateMachine", "RoleArn", ROLE, STATES),
        ("AWS::Scheduler::Schedule", "Target.RoleArn", ROLE, "The execution role you provide must allow AWS EventBrid"),
        (
            "AWS::Glue::MLTransform",
            "Role",
            ROLE,
            "Service is unable to assume provided role. Please verify role's Trust",
        ),
        ("AWS::Glue::Schema", "Registry", {"Name": "lost"}, "Registry is not found. RegistryName: lost"),
        ("AWS::Glue::SchemaVersion", "Schema", {"SchemaName": "lost", "RegistryName": "lost"}, "Schema is not found."),
        ("AWS::Glue::SchemaVersionMetadata", "SchemaVersionId", NOBODY, "Schema version is not found"),
        ("AWS::Glue::Partition", "TableName", "lost", "Table lost not found."),
        ("AWS::Glue::Crawler", "Role", ROLE, "Service is unable to assume provided role. Please verify role's TrustPo"),
        ("AWS::CloudTrail::Trail", "CloudWatchLogsRoleArn", ROLE, "Access denied. Verify in IAM that the role has ade"),
        ("AWS::ApiGateway::Account", "CloudWatchRoleArn", ROLE, "The role ARN does not have required permissions conf"),
        ("AWS::ApiGateway::Stage", "DeploymentId", "lost", "Invalid Deployment identifier specified"),
        ("AWS::ApiGateway::UsagePlanKey", "UsagePlanId", "lost", "Invalid Usage Plan ID specified"),
        ("AWS::ApiGateway::UsagePlan", "ApiStages", [{"ApiId": "a", "Stage": "b"}], "API Stage not found: a:b"),
        ("AWS::ApiGateway::UsagePlan", "ApiStages", [{"Stage": "b"}], "API Stage not found: null:b"),
        ("AWS::CloudFront::Distribution", "DistributionConfig.ViewerCertificate.AcmCertificateArn", CERTIFICATE, SSL),
        (
            "AWS::WAFv2::LoggingConfiguration",
            "ResourceArn",
            WEB_ACL,
            "because your resource doesn\u2019t exist.",
        ),
        ("AWS::Events::ApiDestination", "ConnectionArn", CONNECTION, "Connection 'one' does not exist."),
        (
            "AWS::Route53::RecordSet",
            "HealthCheckId",
            HEALTH_CHECK,
            f"A health check with id {HEALTH_CHECK} does not exist.",
        ),
        (
            "AWS::Route53::HostedZone",
            "VPCs",
            [{"VPCId": VPC, "VPCRegion": REGION}],
            "The VPC ID that you specified",
        ),
        (
            "AWS::Route53::HostedZone",
            "DelegationSetId",
            "NLOST",
            "A reusable delegation set with the specified ID does",
        ),
        ("AWS::ServiceDiscovery::Service", "NamespaceId", "ns-lost", "No namespace exists with the specified ID."),
        (
            "AWS::KinesisFirehose::DeliveryStream",
            "AmazonopensearchserviceDestinationConfiguration.S3Configuration.RoleARN",
            ROLE,
            f"Firehose is unable to assume role {ROLE}. Please check the role provided.",
        ),
        ("AWS::Organizations::OrganizationalUnit", "ParentId", "r-lost", "You specified parent that doesn't exist."),
        ("AWS::IoT::Job", "Targets", [NO_THING], "The specified resource does not exist"),
        ("AWS::Kinesis::StreamConsumer", "StreamARN", STREAM, "Stream lost under account 123456789012 not found."),
        ("AWS::ApplicationAutoScaling::ScalableTarget", "ResourceId", "table/lost", "DynamoDB table does not exist: t"),
        ("AWS::S3::Bucket", "NotificationConfiguration", NOTIFIED, "Unable to validate the following destination conf"),
        (
            *("AWS::SES::EmailIdentity", "ConfigurationSetAttributes.ConfigurationSetName", "lost"),
            "Configuration set <lost> does not exist.",
        ),
        ("AWS::Transfer::User", "ServerId", "s-0123456789abcdef0", "Unknown server"),
        ("AWS::SES::ConfigurationSet", "DeliveryOptions.SendingPoolName", "lost", "SendingPool <lost> doesn't exist"),
        (
            "AWS::CloudTrail::Trail",
            "KMSKeyId",
            KEY,
            f" or KMS key {KEY}.",
        ),
        ("AWS::CloudTrail::Trail", "KMSKeyId", THERE, NOT_HERE),
        ("AWS::DynamoDB::Table", "SSESpecification.KMSMasterKeyId", KEY, f"{DYNAMODB} {NO_KEY}"),
        ("AWS::DynamoDB::Table", "SSESpecification.KMSMasterKeyId", THERE, f"{DYNAMODB} Invalid arn eu-west-1"),
        ("AWS::EC2::Volume", "KmsKeyId", KEY, "The volume 'vol-"),
        ("AWS::ECR::Repository", "EncryptionConfiguration", {"EncryptionType": "KMS", "KmsKey": KEY}, NO_KEY),
        ("AWS::EFS::FileSystem", "KmsKeyId", HEALTH_CHECK, "the specified key could not be found."),
        ("AWS::EFS::FileSystem", "KmsKeyId", THERE, "Invalid KMS key ID (unexpected region)"),
        ("AWS::EKS::Cluster", "EncryptionConfig", [{"Provider": {"KeyArn": KEY}, "Resources": ["secrets"]}], NO_KEY),
        ("AWS::ElastiCache::ReplicationGroup", "KmsKeyId", KEY, f"KMS key does not exist with key id: {KEY}"),
        (
            "AWS::Kinesis::Stream",
            "StreamEncryption",
            {"EncryptionType": "KMS", "KeyId": "alias/lost"},
            "alias/lost is not found.",
        ),
        ("AWS::Lambda::Function", "KmsKeyArn", KEY, LAMBDA),
        (
            "AWS::Logs::LogGroup",
            "KmsKeyId",
            KEY,
            "The specified KMS key does not exist or is not allowed t",
        ),
        (
            "AWS::OpenSearchService::Domain",
            "EncryptionAtRestOptions",
            {"Enabled": True, "KmsKeyId": KEY},
            f"Error in Accessing KmsKeyID with details:{NO_KEY}",
        ),
        ("AWS::RDS::DBCluster", "KmsKeyId", KEY, RDS_KEY),
        ("AWS::RDS::DBInstance", "KmsKeyId", KEY, RDS_KEY),
        (
            "AWS::SecretsManager::Secret",
            "KmsKeyId",
            KEY,
            "The KMS key ARN provided is invalid or you do not",
        ),
        (
            "AWS::StepFunctions::StateMachine",
            "EncryptionConfiguration",
            {"Type": "CUSTOMER_MANAGED_KMS_KEY", "KmsKeyId": KEY},
            NO_KEY,
        ),
        ("AWS::IAM::Role", "PermissionsBoundary", BOUNDARY, NO_BOUNDARY),
        ("AWS::IAM::User", "PermissionsBoundary", BOUNDARY, NO_BOUNDARY),
        (
            "AWS::DMS::ReplicationTask",
            "SourceEndpointArn",
            f"arn:aws:dms:{REGION}:{ACCOUNT}:endpoint:LOST",
            "not found.",
        ),
        ("AWS::DMS::ReplicationSubnetGroup", "SubnetIds", [SUBNET, SUBNET], NO_SUBNET),
        ("AWS::DataSync::Task", "SourceLocationArn", LOCATION, f"Location {LOCATION} not found."),
        (
            "AWS::DirectoryService::SimpleAD",
            "VpcSettings.SubnetIds",
            [SUBNET, f"{SUBNET[:-1]}1"],
            "Invalid subnet ID(s).",
        ),
        ("AWS::AmazonMQ::Broker", "SubnetIds", [SUBNET], NO_SUBNET),
        ("AWS::AppSync::ApiKey", "ApiId", "lost", "GraphQL API lost not found."),
        ("AWS::Batch::ComputeEnvironment", "ServiceRole", ROLE, f"Could not find IAM role {ROLE}"),
        ("AWS::SNS::TopicPolicy", "Topics", ["lost"], "TopicArn Reason: An ARN must have at least 6 elements, not 1"),
    ],
)
def test_a_name_of_nothing_is_refused(world: World, name: str, path: str, value: Any, words: str) -> None:
    case = CASES[name]
    outcome = world.create(template(case, changed(case.properties, path.split("."), value)))
    assert outcome.status == "ROLLBACK_COMPLETE"
    assert re.search(f'It: Resource handler returned message: "[^"]*{re.escape(words)}', outcome.reason), outcome


def changed(properties: Any, steps: list[str], value: Any) -> dict[str, Any]:
    """The properties with another value at a path."""
    name, *rest = steps
    return {**properties, name: changed(properties[name], rest, value) if rest else value}


@pytest.mark.parametrize(
    ("name", "path", "value"),
    [
        ("AWS::StepFunctions::StateMachine", "RoleArn", "arn:aws:iam::210987654321:role/theirs"),
        ("AWS::RDS::EventSubscription", "SnsTopicArn", f"arn:aws:sns:{REGION}:210987654321:theirs"),
        ("AWS::S3::Bucket", "NotificationConfiguration", {"QueueConfigurations": [THEIRS]}),
    ],
)
def test_what_another_account_has_is_not_looked_for(world: World, name: str, path: str, value: Any) -> None:
    case = CASES[name]
    outcome = world.create(template(case, changed(case.properties, path.split("."), value)))
    assert outcome.status == "CREATE_COMPLETE", outcome.reason
