"""Actions that AWS's pages ask of the caller and no handler lists: the second table of ADR 11, a source a row.

The API reference of an operation says what it "requires": a service calls EC2 or KMS in a forward access session of its
caller, or creates its service-linked role with the caller's permission. `kms:ViaService` narrows the calls to KMS to
those that the service makes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from catalog.roles.deliveries import ADDED_FOR_IMAGES, LOG_DELIVERY
from catalog.roles.needs import Need, always, can_be, present
from catalog.roles.rows import Addition

SERVICE_ROLES = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/aws-service-role"
KEYS = ("arn:${AWS::Partition}:kms:*:${AWS::AccountId}:key/*",)
RDS_SECRETS = ("arn:${AWS::Partition}:secretsmanager:*:${AWS::AccountId}:secret:rds!*",)
"""The secrets that RDS manages (RDS user guide, "Password management with Secrets Manager")."""
KEY = "AWS::KMS::Key"
DB_CLUSTER = "AWS::RDS::DBCluster"
"""Its handlers list no action of KMS; those of a DB instance do."""


def service_linked(resource_type: str, service: str, need: Need, source: str) -> Addition:
    """The permission to create the service-linked role of a service, for the first resource of an account."""
    return Addition(
        resource_type,
        "iam:CreateServiceLinkedRole",
        need,
        f"the first one in an account creates the service-linked role of {service} ({source})",
        (f"{SERVICE_ROLES}/{service}/*",),
        {"StringEquals": {"iam:AWSServiceName": service}},
    )


def through_service(
    resource_type: str, actions: tuple[str, ...], service: str, properties: tuple[str, ...], source: str
) -> Iterator[Addition]:
    """Calls to KMS that a service makes as the caller, when the template names a key."""
    for action in actions:
        yield Addition(
            resource_type,
            action,
            present(*properties),
            f"{service} calls KMS as the caller, for the key of {', '.join(properties)} ({source})",
            KEYS,
            {"StringLike": {"kms:ViaService": f"{service}.*.amazonaws.com*"}},
            when_inactive=True,
        )


SERVICE_LINKED: tuple[Addition, ...] = (
    Addition(
        KEY,
        "iam:CreateServiceLinkedRole",
        can_be("MultiRegion", "true", default="false"),
        "the first multi-Region key of an account creates this role (KMS developer guide, Authorizing AWS KMS to "
        "synchronize multi-Region keys)",
    ),
    *(
        service_linked(
            resource_type,
            "elasticloadbalancing.amazonaws.com",
            always,
            "Elastic Load Balancing user guide, Service-linked role",
        )
        for resource_type in (
            "AWS::ElasticLoadBalancing::LoadBalancer",
            "AWS::ElasticLoadBalancingV2::LoadBalancer",
            "AWS::ElasticLoadBalancingV2::TargetGroup",
        )
    ),
    service_linked("AWS::ECS::Service", "ecs.amazonaws.com", always, "ECS developer guide, Using service-linked roles"),
    service_linked(
        "AWS::OpenSearchService::Domain",
        "opensearchservice.amazonaws.com",
        present("VPCOptions"),
        "OpenSearch Service developer guide, Using service-linked roles to create VPC domains",
    ),
    service_linked(
        "AWS::EC2::SpotFleet", "spotfleet.amazonaws.com", always, "EC2 user guide, Service-linked role for Spot Fleet"
    ),
)

MOUNT_TARGET = "AWS::EFS::MountTarget"
MOUNT_SOURCE = "EFS API reference, CreateMountTarget, DeleteMountTarget and ModifyMountTargetSecurityGroups"
INTERFACES: Mapping[str, tuple[Need, bool]] = {
    "ec2:CreateNetworkInterface": (always, False),
    "ec2:DeleteNetworkInterface": (always, True),
    "ec2:DescribeNetworkInterfaces": (always, True),
    "ec2:DescribeSubnets": (always, False),
    "ec2:ModifyNetworkInterfaceAttribute": (present("SecurityGroups"), False),
}
"""Calls that EFS makes for a mount target → when it makes them, and whether a deletion does."""

SEARCH = "AWS::OpenSearchService::Domain"
SEARCH_SOURCE = (
    "OpenSearch Service developer guide, Launching your domains within a VPC, and Encryption of data at rest"
)

ADDITIONS: tuple[Addition, ...] = (
    *(
        Addition(
            "AWS::ElasticLoadBalancingV2::LoadBalancer",
            action,
            always,
            "the load balancer is put into subnets (Elastic Load Balancing user guide, API permissions, "
            "CreateLoadBalancer)",
        )
        for action in (
            "ec2:DescribeAccountAttributes",
            "ec2:DescribeAddresses",
            "ec2:DescribeInternetGateways",
            "ec2:DescribeSecurityGroups",
            "ec2:DescribeSubnets",
            "ec2:DescribeVpcs",
        )
    ),
    *(
        Addition(
            "AWS::ApiGatewayV2::Stage",
            action,
            present("AccessLogSettings"),
            "the stage sends its access logs to CloudWatch Logs (API Gateway developer guide, Configure logging for "
            "HTTP APIs, Permissions to activate logging)",
            when_inactive=True,
        )
        for action in LOG_DELIVERY
    ),
    *(
        Addition(
            "AWS::CloudFront::Distribution",
            action,
            present("DistributionConfig.Logging"),
            "CloudFront sets the ACL of the bucket for logs (CloudFront developer guide, Standard logging, Permissions "
            "required to configure standard logging)",
        )
        for action in ("s3:GetBucketAcl", "s3:PutBucketAcl")
    ),
    *SERVICE_LINKED,
    *(
        Addition(MOUNT_TARGET, action, need, f"EFS makes the network interface ({MOUNT_SOURCE})", (), {}, deleting)
        for action, (need, deleting) in INTERFACES.items()
    ),
    *(
        Addition(SEARCH, action, present("VPCOptions"), f"the domain has interfaces in the VPC ({SEARCH_SOURCE})")
        for action in ("ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs")
    ),
    Addition(
        SEARCH,
        "es:UpdateDomainConfig",
        always,
        "a change of the domain calls UpdateDomainConfig; the handlers list es:UpdateDomain, which IAM does not have "
        "(OpenSearch Service API reference, UpdateDomainConfig)",
    ),
    *through_service(
        SEARCH,
        ("kms:CreateGrant", "kms:DescribeKey"),
        "es",
        ("EncryptionAtRestOptions.KmsKeyId",),
        SEARCH_SOURCE,
    ),
    *through_service(
        "AWS::SecretsManager::Secret",
        ("kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"),
        "secretsmanager",
        ("KmsKeyId", "ReplicaRegions"),
        "Secrets Manager API reference, CreateSecret, UpdateSecret and ReplicateSecretToRegions",
    ),
    *through_service(
        "AWS::SSM::Parameter",
        ("kms:Encrypt", "kms:Decrypt"),
        "ssm",
        ("KeyId",),
        "Systems Manager user guide, How Parameter Store uses AWS KMS",
    ),
    *through_service(
        "AWS::EC2::Volume",
        ("kms:Decrypt", "kms:DescribeKey"),
        "ec2",
        ("KmsKeyId",),
        "EBS user guide, Requirements for EBS encryption, Permissions for users",
    ),
    *through_service(
        "AWS::EC2::Instance",
        ("kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKeyWithoutPlaintext"),
        "ec2",
        ("BlockDeviceMappings.Ebs.Encrypted", "BlockDeviceMappings.Ebs.KmsKeyId"),
        "EBS user guide, Requirements for EBS encryption, Permissions for users",
    ),
    *(
        addition
        for resource_type in ("AWS::RDS::DBInstance", DB_CLUSTER)
        for addition in (
            *through_service(
                resource_type,
                ("kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"),
                "rds",
                ("KmsKeyId",),
                "RDS user guide, Encrypting Amazon RDS resources, Authorizing use of a customer managed key",
            ),
            *through_service(
                resource_type,
                ("kms:Decrypt", "kms:GenerateDataKey"),
                "secretsmanager",
                ("MasterUserSecret.KmsKeyId",),
                "RDS user guide, Password management with Secrets Manager, Permissions required",
            ),
            Addition(
                resource_type,
                "secretsmanager:RotateSecret",
                present("ManageMasterUserPassword", "MasterUserSecret"),
                "an update can rotate the password (RDS user guide, Password management with Secrets Manager, "
                "Permissions required)",
                RDS_SECRETS,
            ),
        )
    ),
    *through_service(
        DB_CLUSTER,
        ("kms:CreateGrant", "kms:DescribeKey"),
        "rds",
        ("KmsKeyId",),
        "Aurora user guide, AWS KMS key management, Authorizing use of a customer managed key",
    ),
    Addition(
        DB_CLUSTER,
        "kms:DescribeKey",
        present("ManageMasterUserPassword", "MasterUserSecret"),
        "rds looks at the key of the password's secret (Aurora user guide, Password management with Secrets Manager, "
        "Permissions required)",
        KEYS,
    ),
    *through_service(
        "AWS::Kinesis::Stream",
        ("kms:GenerateDataKey",),
        "kinesis",
        ("StreamEncryption",),
        "Kinesis Data Streams developer guide, Permissions to use user-generated KMS keys",
    ),
    *ADDED_FOR_IMAGES,
)
