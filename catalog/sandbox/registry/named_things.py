"""The things that calls name, by the operation: what AWS refuses when it does not exist, in its words.

Sources: the errors in the API references of the services, and the words as people have met them (the comments of
terraform-provider-aws quote them for roles that are not there yet; issues and questions about the message).

What AWS does not look for is not here, such as the targets of rules and alarms, principals of policies, endpoints of
subscriptions, and the roles of tasks. KMS keys are in `named_keys`. An id of EC2 that another account shares
is unknown to the sandbox too, and is refused here as by the operations of EC2 that moto checks itself.
"""

from __future__ import annotations

from catalog.sandbox.registry.named_databases import DATABASES
from catalog.sandbox.registry.named_keys import KEYS
from catalog.sandbox.registry.named_networks import NETWORKS
from catalog.sandbox.registry.named_others import OTHERS
from catalog.sandbox.registry.named_sources import SOURCES
from catalog.sandbox.registry.references import NamedThing, each
from catalog.sandbox.registry.things import (
    ACL,
    ATTACHMENT,
    BALANCER,
    CACHE_GROUP,
    CARD,
    CERTIFICATE,
    CONNECTION,
    DELEGATION_SET,
    DEPLOYMENT,
    FILE_SYSTEM,
    FUNCTION,
    GATEWAY,
    GROUP,
    HEALTH_CHECK,
    INSTANCE,
    KEY_PAIR,
    LISTENER_CERTIFICATE,
    LOG_GROUP,
    MIRROR_FILTER,
    MIRROR_TARGET,
    NAMESPACE,
    ORIGIN_ACCESS,
    PRIVATE_GATEWAY,
    PROFILE,
    QUEUE,
    ROLE,
    ROLE_ARN,
    SERVER_CERTIFICATE,
    STAGE,
    STREAM,
    SUBNET,
    TABLE,
    TABLE_OF_ITEMS,
    TARGET_GROUP,
    TOPIC,
    TRANSIT,
    TRANSIT_TABLE,
    USAGE_PLAN,
    VPC,
    VPC_OF_ZONE,
    WEB_ACL,
    ZONE,
)

NO_GROUP = ("InvalidGroup.NotFound", "The security group '{it}' does not exist")
NO_SUBNET = ("InvalidSubnetID.NotFound", "The subnet ID '{it}' does not exist")
NO_VPC = ("InvalidVpcID.NotFound", "The vpc ID '{it}' does not exist")
NO_CARD = ("InvalidNetworkInterfaceID.NotFound", "The networkInterface ID '{it}' does not exist")
NO_MIRROR = "The ID '{it}' does not exist"
NO_TABLE = ("InvalidRouteTableID.NotFound", "The routeTable ID '{it}' does not exist")
NO_TRANSIT = ("InvalidTransitGatewayID.NotFound", "Transit Gateway {it} was deleted or does not exist.")
TRANSIT_ROUTES = NamedThing(
    "TransitGatewayRouteTableId",
    TRANSIT_TABLE,
    "InvalidRouteTableID.NotFound",
    "Transit Gateway Route Table {it} was deleted or does not exist.",
)
ATTACHED = NamedThing(
    "TransitGatewayAttachmentId",
    ATTACHMENT,
    "InvalidTransitGatewayAttachmentID.NotFound",
    "Transit Gateway Attachment {it} was deleted or does not exist.",
)
UNTRUSTED = (
    "InvalidInputException",
    "Service is unable to assume provided role. Please verify role's TrustPolicy",
)
STATES = (
    "AccessDeniedException",
    (
        "Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the "
        "provided role."
    ),
)
SCHEDULER = (
    "ValidationException",
    "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.",
)
NO_EKS_ROLE = (
    "InvalidParameterException",
    "Role with arn: {it}, could not be assumed because it does not exist or the trusted entity is not correct",
)
FARGATE = (
    "InvalidParameterException",
    "Misconfigured PodExecutionRole Trust Policy; Please add the eks-fargate-pods.amazonaws.com Service Principal",
)
EKS = "InvalidParameterException"
NOT_DELIVERED = (
    "InvalidParameterException",
    "Could not deliver test message to specified Kinesis stream. Check if the given kinesis stream is in ACTIVE state.",
)
VIEWER = (
    "InvalidViewerCertificate",
    (
        "The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, or doesn't include a "
        "valid certificate chain."
    ),
)
UNREACHED = ("InvalidArgument", "Unable to validate the following destination configurations")
NO_FILTER_GROUP = ("ResourceNotFoundException", "The specified log group does not exist.")
NO_WAF_THING = (
    "WAFNonexistentItemException",
    "AWS WAF couldn\u2019t perform the operation because your resource doesn\u2019t exist.",
)
ECS_TARGETS = (
    "InvalidParameterException",
    (
        "Unable to assume role and validate the specified targetGroupArn. Please verify that the ECS service role "
        "being passed has the proper permissions."
    ),
)
NO_CERTIFICATE = ("CertificateNotFound", "Server Certificate not found for the key: {it}")
TRAIL_ROLE = (
    "InvalidCloudWatchLogsRoleArnException",
    "Access denied. Verify in IAM that the role has adequate trust relationships.",
)
GATEWAY_ROLE = (
    "BadRequestException",
    (
        "The role ARN does not have required permissions configured. Please grant trust permission for API Gateway and "
        "add the required role policy."
    ),
)

THINGS = each(
    {
        **SOURCES,
        **DATABASES,
        **NETWORKS,
        **OTHERS,
        ("ec2", "CreateSecurityGroup"): (NamedThing("VpcId", VPC, *NO_VPC),),
        ("ec2", "CreateTransitGatewayVpcAttachment"): (
            NamedThing("VpcId", VPC, *NO_VPC),
            NamedThing("SubnetIds.*", SUBNET, *NO_SUBNET),
        ),
        ("ec2", "CreateTransitGatewayRouteTable", "CreateTransitGatewayPeeringAttachment"): (
            NamedThing("TransitGatewayId", TRANSIT, *NO_TRANSIT),
        ),
        (
            *("ec2", "CreateTransitGatewayRoute", "AssociateTransitGatewayRouteTable"),
            *("EnableTransitGatewayRouteTablePropagation", "DisassociateTransitGatewayRouteTable"),
            "DisableTransitGatewayRouteTablePropagation",
        ): (TRANSIT_ROUTES, ATTACHED),
        ("ec2", "CreateNetworkInterface", "ModifyNetworkInterfaceAttribute"): (
            NamedThing("Groups.*", GROUP, *NO_GROUP),
        ),
        ("ec2", "AuthorizeSecurityGroupEgress", "AuthorizeSecurityGroupIngress"): (
            NamedThing("GroupId", GROUP, *NO_GROUP),
        ),
        ("ec2", "CreateVpcEndpoint"): (
            NamedThing("SecurityGroupIds.*", GROUP, *NO_GROUP),
            NamedThing("RouteTableIds.*", TABLE, *NO_TABLE),
        ),
        ("ec2", "CreateVolume", "AllocateHosts"): (
            NamedThing("AvailabilityZone", ZONE, "InvalidZone.NotFound", "The zone '{it}' does not exist."),
        ),
        ("ec2", "AssociateAddress", "CreateTrafficMirrorTarget"): (NamedThing("NetworkInterfaceId", CARD, *NO_CARD),),
        ("ec2", "AssociateRouteTable"): (
            NamedThing("GatewayId", GATEWAY, "InvalidGatewayID.NotFound", "The gateway ID '{it}' does not exist"),
        ),
        ("ec2", "CreateVpnConnection", "ModifyVpnConnection"): (
            NamedThing(
                "VpnGatewayId",
                PRIVATE_GATEWAY,
                "InvalidVpnGatewayID.NotFound",
                "The vpnGateway ID '{it}' does not exist",
            ),
        ),
        ("ec2", "CreateTrafficMirrorSession", "ModifyTrafficMirrorSession"): (
            NamedThing("NetworkInterfaceId", CARD, *NO_CARD),
            NamedThing("TrafficMirrorFilterId", MIRROR_FILTER, "InvalidTrafficMirrorFilterId.NotFound", NO_MIRROR),
            NamedThing("TrafficMirrorTargetId", MIRROR_TARGET, "InvalidTrafficMirrorTargetId.NotFound", NO_MIRROR),
        ),
        ("autoscaling", "CreateLaunchConfiguration"): (
            NamedThing("KeyName", KEY_PAIR, "ValidationError", "The key pair '{it}' does not exist"),
            NamedThing("SecurityGroups.*", GROUP, "ValidationError", "The security group '{it}' does not exist"),
            NamedThing("IamInstanceProfile", PROFILE, "ValidationError", "Invalid IamInstanceProfile: {it}"),
        ),
        ("ecs", "CreateService", "UpdateService"): (
            NamedThing("loadBalancers.*.targetGroupArn", TARGET_GROUP, *ECS_TARGETS),
        ),
        ("elbv2", "CreateLoadBalancer", "SetSecurityGroups"): (
            NamedThing(
                "SecurityGroups.*", GROUP, "InvalidSecurityGroup", "The specified security group does not exist."
            ),
        ),
        ("elb", "CreateLoadBalancer", "AttachLoadBalancerToSubnets", "CreateLoadBalancerListeners"): (
            NamedThing("Subnets.*", SUBNET, "SubnetNotFound", "One or more of the specified subnets do not exist."),
            NamedThing("Listeners.*.SSLCertificateId", LISTENER_CERTIFICATE, *NO_CERTIFICATE),
            NamedThing("Listeners.*.SSLCertificateId", SERVER_CERTIFICATE, *NO_CERTIFICATE),
        ),
        ("elb", "RegisterInstancesWithLoadBalancer"): (
            NamedThing("Instances.*.InstanceId", INSTANCE, "InvalidInstance", "The specified endpoint is not valid."),
        ),
        ("elasticache", "CreateCacheCluster", "CreateReplicationGroup"): (
            NamedThing(
                "CacheSubnetGroupName",
                CACHE_GROUP,
                "CacheSubnetGroupNotFoundFault",
                "Cache Subnet Group {it} does not exist.",
            ),
        ),
        ("elasticache", "CreateCacheSubnetGroup", "ModifyCacheSubnetGroup"): (
            NamedThing("SubnetIds.*", SUBNET, "InvalidSubnet", "An invalid subnet identifier was specified."),
        ),
        ("efs", "CreateAccessPoint"): (
            NamedThing("FileSystemId", FILE_SYSTEM, "FileSystemNotFound", "File system '{it}' does not exist."),
        ),
        ("efs", "CreateMountTarget", "ModifyMountTargetSecurityGroups"): (
            NamedThing(
                "SecurityGroups.*", GROUP, "SecurityGroupNotFound", "The SecurityGroup ID '{it}' does not exist"
            ),
        ),
        ("eks", "CreateCluster"): (
            NamedThing("roleArn", ROLE_ARN, *NO_EKS_ROLE),
            NamedThing("resourcesVpcConfig.subnetIds.*", SUBNET, EKS, NO_SUBNET[1]),
            NamedThing("resourcesVpcConfig.securityGroupIds.*", GROUP, EKS, NO_GROUP[1]),
        ),
        ("eks", "CreateNodegroup"): (
            NamedThing("nodeRole", ROLE_ARN, EKS, "The role with name {last} cannot be found."),
            NamedThing("subnets.*", SUBNET, EKS, NO_SUBNET[1]),
        ),
        ("eks", "CreateFargateProfile"): (
            NamedThing("podExecutionRoleArn", ROLE_ARN, *FARGATE),
            NamedThing("subnets.*", SUBNET, EKS, NO_SUBNET[1]),
        ),
        ("lambda", "CreateFunction", "UpdateFunctionConfiguration"): (
            NamedThing(
                "VpcConfig.SubnetIds.*",
                SUBNET,
                "InvalidParameterValueException",
                "Error occurred while DescribeSubnets. EC2 Error Code: InvalidSubnetID.NotFound. EC2 Error Message: "
                "The subnet ID '{it}' does not exist",
            ),
            NamedThing(
                "VpcConfig.SecurityGroupIds.*",
                GROUP,
                "InvalidParameterValueException",
                "Error occurred while DescribeSecurityGroups. EC2 Error Code: InvalidGroup.NotFound. EC2 Error "
                "Message: The security group '{it}' does not exist",
            ),
        ),
        ("logs", "PutMetricFilter"): (NamedThing("logGroupName", LOG_GROUP, *NO_FILTER_GROUP),),
        ("logs", "PutDestination"): (
            NamedThing("targetArn", STREAM, *NOT_DELIVERED),
            NamedThing("roleArn", ROLE_ARN, *NOT_DELIVERED),
        ),
        ("stepfunctions", "CreateStateMachine", "UpdateStateMachine"): (NamedThing("roleArn", ROLE_ARN, *STATES),),
        ("scheduler", "CreateSchedule", "UpdateSchedule"): (NamedThing("Target.RoleArn", ROLE_ARN, *SCHEDULER),),
        ("glue", "CreateCrawler", "UpdateCrawler", "CreateMLTransform", "UpdateMLTransform"): (
            NamedThing("Role", ROLE, *UNTRUSTED),
        ),
        ("cloudtrail", "CreateTrail", "UpdateTrail"): (NamedThing("CloudWatchLogsRoleArn", ROLE_ARN, *TRAIL_ROLE),),
        ("apigateway", "UpdateAccount"): (NamedThing("patchOperations.*.value", ROLE_ARN, *GATEWAY_ROLE),),
        ("apigateway", "CreateUsagePlanKey"): (
            NamedThing("usagePlanId", USAGE_PLAN, "NotFoundException", "Invalid Usage Plan ID specified"),
        ),
        ("cloudfront", "CreateDistributionWithTags", "CreateDistribution", "UpdateDistribution"): (
            NamedThing("DistributionConfig.ViewerCertificate.ACMCertificateArn", CERTIFICATE, *VIEWER),
            NamedThing(
                "DistributionConfig.Origins.Items.*.OriginAccessControlId",
                ORIGIN_ACCESS,
                "NoSuchOriginAccessControl",
                "The specified origin access control does not exist.",
            ),
        ),
        ("wafv2", "AssociateWebACL"): (NamedThing("ResourceArn", BALANCER, *NO_WAF_THING),),
        ("wafv2", "PutLoggingConfiguration"): (NamedThing("LoggingConfiguration.ResourceArn", WEB_ACL, *NO_WAF_THING),),
        ("apigateway", "CreateStage"): (
            NamedThing("deploymentId", DEPLOYMENT, "NotFoundException", "Invalid Deployment identifier specified"),
        ),
        ("apigateway", "CreateUsagePlan"): (
            NamedThing("apiStages.*", STAGE, "NotFoundException", "API Stage not found: {it[apiId]}:{it[stage]}"),
        ),
        ("ec2", "ReplaceNetworkAclAssociation"): (
            NamedThing("NetworkAclId", ACL, "InvalidNetworkAclID.NotFound", "The networkAcl ID '{it}' does not exist"),
        ),
        ("route53", "CreateHostedZone", "AssociateVPCWithHostedZone"): (
            NamedThing(
                "VPC",
                VPC_OF_ZONE,
                "InvalidVPCId",
                "The VPC ID that you specified either isn't a valid ID or the current account is not authorized to "
                "access this VPC.",
            ),
            NamedThing(
                "DelegationSetId",
                DELEGATION_SET,
                "NoSuchDelegationSet",
                "A reusable delegation set with the specified ID does not exist.",
            ),
        ),
        ("events", "CreateApiDestination", "UpdateApiDestination"): (
            NamedThing("ConnectionArn", CONNECTION, "ResourceNotFoundException", "Connection '{part}' does not exist."),
        ),
        ("route53", "ChangeResourceRecordSets"): (
            NamedThing(
                "ChangeBatch.Changes.*.ResourceRecordSet.HealthCheckId",
                HEALTH_CHECK,
                "NoSuchHealthCheck",
                "A health check with id {it} does not exist.",
            ),
        ),
        ("servicediscovery", "CreateService"): (
            NamedThing("NamespaceId", NAMESPACE, "NamespaceNotFound", "No namespace exists with the specified ID."),
        ),
        ("kinesis", "RegisterStreamConsumer"): (
            NamedThing(
                "StreamARN", STREAM, "ResourceNotFoundException", "Stream {last} under account {account} not found."
            ),
        ),
        ("application-autoscaling", "RegisterScalableTarget"): (
            NamedThing("ResourceId", TABLE_OF_ITEMS, "ValidationException", "DynamoDB table does not exist: {it}"),
        ),
        ("s3", "PutBucketNotificationConfiguration"): (
            NamedThing("NotificationConfiguration.QueueConfigurations.*.QueueArn", QUEUE, *UNREACHED),
            NamedThing("NotificationConfiguration.TopicConfigurations.*.TopicArn", TOPIC, *UNREACHED),
            NamedThing(
                "NotificationConfiguration.LambdaFunctionConfigurations.*.LambdaFunctionArn", FUNCTION, *UNREACHED
            ),
        ),
    }
)
REFERENCES = {operation: (*THINGS.get(operation, ()), *KEYS.get(operation, ())) for operation in {**THINGS, **KEYS}}
"""(Service, operation) → what it looks for."""
