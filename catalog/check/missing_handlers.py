"""The handlers of types for which the schemas list none, although they are made by plain calls of one service.

Sources: the template reference says what each type makes and changes; the API reference and the Service Authorization
Reference (actions, API operations, dependent actions) say by which actions. AWS's managed policies for a service say
what its callers need of others. A type whose brother has handlers makes the calls of the brother: a group of records
those of a record, a cluster of DocumentDB those of one of Neptune.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

MissingHandlers = Mapping[Literal["create", "read", "update", "delete"], tuple[str, ...]]
LINKED_ROLE = "iam:CreateServiceLinkedRole"


def of(service: str, *names: str) -> tuple[str, ...]:
    """IAM actions of a service."""
    return tuple(f"{service}:{name}" for name in names)


def plain(
    service: str, *, create: Sequence[str], read: Sequence[str], update: Sequence[str], delete: Sequence[str]
) -> MissingHandlers:
    """Handlers with actions of one service; each looks at the resource, too."""
    return {
        "create": of(service, *create, *read),
        "read": of(service, *read),
        "update": of(service, *update, *read),
        "delete": of(service, *delete, *read),
    }


def with_more(handlers: MissingHandlers, *more: str, delete: Sequence[str] = ()) -> MissingHandlers:
    """Handlers that also call these actions to create and to update, and these to delete."""
    return {
        "create": (*handlers["create"], *more),
        "read": handlers["read"],
        "update": (*handlers["update"], *more),
        "delete": (*handlers["delete"], *delete),
    }


RECORDS = of(
    "route53", "ChangeResourceRecordSets", "GetChange", "GetHostedZone", "ListHostedZones", "ListResourceRecordSets"
)
READ_RECORDS = of("route53", "GetHostedZone", "ListHostedZones", "ListResourceRecordSets")
NETWORKS = of("ec2", "DescribeSecurityGroups", "DescribeSubnets", "DescribeVpcs")

# As AWS::Neptune::DBCluster and DBInstance; a secret can have the password (DocumentDB API reference, CreateDBCluster).
OF_DATABASES = ("AddTagsToResource", "ListTagsForResource")
DOCUMENTDB: Mapping[str, MissingHandlers] = {
    "AWS::DocDB::DBCluster": with_more(
        plain(
            "rds",
            create=("CreateDBCluster", "RestoreDBClusterFromSnapshot", "RestoreDBClusterToPointInTime", *OF_DATABASES),
            read=("DescribeDBClusters", "ListTagsForResource"),
            update=(
                *("DescribeDBSubnetGroups", "DescribeGlobalClusters", "ModifyDBCluster", "RemoveFromGlobalCluster"),
                *("RemoveTagsFromResource", *OF_DATABASES),
            ),
            delete=(
                *("AddTagsToResource", "CreateDBClusterSnapshot", "DeleteDBCluster", "DescribeDBClusterSnapshots"),
                *("DescribeGlobalClusters", "RemoveFromGlobalCluster"),
            ),
        ),
        "ec2:DescribeSecurityGroups",
        *of("kms", "CreateGrant", "DescribeKey"),
        *of("secretsmanager", "CreateSecret", "TagResource"),
        LINKED_ROLE,
    ),
    "AWS::DocDB::DBInstance": with_more(
        plain(
            "rds",
            create=("CreateDBInstance", "RebootDBInstance", *OF_DATABASES),
            read=("DescribeDBInstances", "ListTagsForResource"),
            update=(
                "DescribeDBClusters",
                "ModifyDBInstance",
                "RebootDBInstance",
                "RemoveTagsFromResource",
                *OF_DATABASES,
            ),
            delete=("DeleteDBInstance",),
        ),
        LINKED_ROLE,
    ),
}

# EMR API reference, and the managed policy AmazonEMRFullAccessPolicy_v2: the role AWSServiceRoleForEMRCleanup.
HADOOP: Mapping[str, MissingHandlers] = {
    "AWS::EMR::Cluster": with_more(
        plain(
            "elasticmapreduce",
            create=("AddTags", "RunJobFlow"),
            read=(
                *("DescribeCluster", "GetAutoTerminationPolicy", "GetManagedScalingPolicy", "ListBootstrapActions"),
                *("ListInstanceFleets", "ListInstanceGroups", "ListInstances", "ListSteps"),
            ),
            update=(
                *("AddTags", "ModifyCluster", "ModifyInstanceFleet", "ModifyInstanceGroups", "PutAutoScalingPolicy"),
                *("PutAutoTerminationPolicy", "PutManagedScalingPolicy", "RemoveAutoScalingPolicy"),
                *("RemoveAutoTerminationPolicy", "RemoveManagedScalingPolicy", "RemoveTags"),
                *("SetTerminationProtection", "SetVisibleToAllUsers"),
            ),
            delete=("TerminateJobFlows",),
        ),
        "iam:PassRole",
        LINKED_ROLE,
    ),
}

# Managed policy AmazonFSxFullAccess (the service-linked role makes the interfaces); FSx user guides, "Using tags", "How
# Amazon FSx uses AWS KMS"; Lustre guide, "Adding permissions to use data repositories in Amazon S3".
FILES: Mapping[str, MissingHandlers] = {
    "AWS::FSx::FileSystem": with_more(
        plain(
            "fsx",
            create=("CreateFileSystem", "CreateFileSystemFromBackup", "TagResource"),
            read=("DescribeFileSystems", "ListTagsForResource"),
            update=(
                *("AssociateFileSystemAliases", "DescribeFileSystemAliases", "DisassociateFileSystemAliases"),
                *("TagResource", "UntagResource", "UpdateFileSystem", "UpdateVolume"),
            ),
            # The last backup of a file system has its tags.
            delete=("CreateBackup", "DeleteFileSystem", "TagResource"),
        ),
        "ds:DescribeDirectories",
        *NETWORKS,
        *of("ec2", "CreateTags", "DescribeRouteTables", "GetSecurityGroupsForVpc"),
        *of("iam", "AttachRolePolicy", "CreateServiceLinkedRole", "PutRolePolicy"),
        *of("kms", "CreateGrant", "Decrypt", "DescribeKey", "GenerateDataKeyWithoutPlaintext"),
        "s3:ListBucket",
    ),
}

# Elasticsearch: its operations of 2015, each of which asks for its own action and for the one of OpenSearch. DAX:
# dependent actions of dax:CreateCluster. DMS: user guide, "IAM permissions needed to use AWS DMS"; its interfaces are
# made by the role dms-vpc-role.
OTHER_DATABASES: Mapping[str, MissingHandlers] = {
    "AWS::DAX::Cluster": with_more(
        plain(
            "dax",
            create=("CreateCluster", "TagResource"),
            read=("DescribeClusters", "ListTags"),
            update=(
                *("DecreaseReplicationFactor", "IncreaseReplicationFactor", "TagResource", "UntagResource"),
                "UpdateCluster",
            ),
            delete=("DeleteCluster",),
        ),
        *NETWORKS,
        *of("ec2", "CreateNetworkInterface", "DeleteNetworkInterface", "DescribeNetworkInterfaces"),
        *of("iam", "CreateServiceLinkedRole", "GetRole", "PassRole"),
    ),
    "AWS::DMS::ReplicationInstance": with_more(
        plain(
            "dms",
            create=("AddTagsToResource", "CreateReplicationInstance"),
            read=("DescribeReplicationInstances", "ListTagsForResource"),
            update=("AddTagsToResource", "ModifyReplicationInstance", "RemoveTagsFromResource"),
            delete=("DeleteReplicationInstance",),
        ),
        *NETWORKS,
        *of("ec2", "DescribeAvailabilityZones", "DescribeInternetGateways"),
        *of("iam", "GetRole", "PassRole"),
        *of("kms", "DescribeKey", "ListAliases"),
    ),
    "AWS::Elasticsearch::Domain": with_more(
        plain(
            "es",
            create=("AddTags", "CreateDomain", "CreateElasticsearchDomain"),
            read=("DescribeDomain", "DescribeElasticsearchDomain", "ListTags"),
            update=(
                *("AddTags", "GetUpgradeStatus", "RemoveTags", "UpdateDomainConfig", "UpdateElasticsearchDomainConfig"),
                *("UpgradeDomain", "UpgradeElasticsearchDomain"),
            ),
            delete=("DeleteDomain", "DeleteElasticsearchDomain"),
        ),
        *NETWORKS,
        *of("iam", "CreateServiceLinkedRole", "PassRole"),
        *of("kms", "CreateGrant", "DescribeKey"),
    ),
}

# As the schemas of the other types of Client VPN, and of AWS::ElasticLoadBalancingV2::Listener.
CONNECTIONS: Mapping[str, MissingHandlers] = {
    "AWS::EC2::ClientVpnEndpoint": with_more(
        plain(
            "ec2",
            create=("CreateClientVpnEndpoint", "CreateTags"),
            read=("DescribeClientVpnEndpoints",),
            update=(
                *("ApplySecurityGroupsToClientVpnTargetNetwork", "CreateTags", "DeleteTags"),
                "ModifyClientVpnEndpoint",
            ),
            delete=("DeleteClientVpnEndpoint",),
        ),
        LINKED_ROLE,
    ),
    "AWS::EC2::ClientVpnTargetNetworkAssociation": plain(
        "ec2",
        create=("AssociateClientVpnTargetNetwork",),
        read=("DescribeClientVpnTargetNetworks",),
        update=(),
        delete=("DisassociateClientVpnTargetNetwork",),
    ),
    "AWS::ElasticLoadBalancingV2::ListenerCertificate": plain(
        "elasticloadbalancing",
        create=("AddListenerCertificates",),
        read=("DescribeListenerCertificates",),
        update=("AddListenerCertificates", "RemoveListenerCertificates"),
        delete=("RemoveListenerCertificates",),
    ),
}


def part_of_application(kind: str, change: str) -> MissingHandlers:
    """What an application of Managed Service for Apache Flink gets, changes and loses."""
    return plain(
        "kinesisanalytics",
        create=(f"AddApplication{kind}",),
        read=("DescribeApplication",),
        update=(change,),
        delete=(f"DeleteApplication{kind}",),
    )


# Lake Formation: developer guide, "Create a data lake administrator" (its service-linked role gets an inline policy for
# each place in S3); AWS::LakeFormation::PrincipalPermissions.
DATA: Mapping[str, MissingHandlers] = {
    **{
        f"AWS::KinesisAnalyticsV2::Application{kind}": part_of_application(kind, "UpdateApplication")
        for kind in ("CloudWatchLoggingOption", "Output", "ReferenceDataSource")
    },
    "AWS::LakeFormation::DataLakeSettings": plain(
        "lakeformation",
        create=("PutDataLakeSettings",),
        read=("GetDataLakeSettings",),
        update=("PutDataLakeSettings",),
        delete=("PutDataLakeSettings",),
    ),
    "AWS::LakeFormation::Permissions": with_more(
        plain(
            "lakeformation",
            create=("GrantPermissions",),
            read=("ListPermissions",),
            update=("GrantPermissions", "RevokePermissions"),
            delete=("RevokePermissions",),
        ),
        *of("glue", "GetDatabase", "GetTable"),
        delete=of("glue", "GetDatabase", "GetTable"),
    ),
    "AWS::LakeFormation::Resource": with_more(
        plain(
            "lakeformation",
            create=("RegisterResource",),
            read=("DescribeResource",),
            update=("UpdateResource",),
            delete=("DeregisterResource",),
        ),
        *of("iam", "CreateServiceLinkedRole", "GetRole", "PassRole", "PutRolePolicy"),
        delete=of("iam", "DeleteRolePolicy"),
    ),
    "AWS::MediaLive::Channel": with_more(
        plain(
            "medialive",
            create=("CreateChannel", "CreateTags"),
            read=("DescribeChannel",),
            update=("CreateTags", "DeleteTags", "UpdateChannel", "UpdateChannelClass"),
            delete=("DeleteChannel",),
        ),
        "iam:PassRole",
    ),
}

MISSING: Mapping[str, MissingHandlers] = {
    "AWS::CloudWatch::AnomalyDetector": plain(
        "cloudwatch",
        create=("PutAnomalyDetector",),
        read=("DescribeAnomalyDetectors",),
        update=("PutAnomalyDetector",),
        delete=("DeleteAnomalyDetector",),
    ),
    "AWS::CodeBuild::Project": {
        "create": (*of("codebuild", "CreateProject", "CreateWebhook"), "iam:PassRole"),
        "read": ("codebuild:BatchGetProjects",),
        "update": (
            *of("codebuild", "CreateWebhook", "DeleteWebhook", "UpdateProject", "UpdateWebhook"),
            "iam:PassRole",
        ),
        "delete": of("codebuild", "DeleteProject", "DeleteWebhook"),
    },
    "AWS::IAM::AccessKey": {
        "create": of("iam", "CreateAccessKey", "UpdateAccessKey"),
        "read": ("iam:ListAccessKeys",),
        "update": ("iam:UpdateAccessKey",),
        "delete": ("iam:DeleteAccessKey",),
    },
    "AWS::IAM::UserToGroupAddition": {
        "create": ("iam:AddUserToGroup",),
        "read": ("iam:GetGroup",),
        "update": of("iam", "AddUserToGroup", "RemoveUserFromGroup"),
        "delete": ("iam:RemoveUserFromGroup",),
    },
    "AWS::Route53::RecordSetGroup": {"create": RECORDS, "read": READ_RECORDS, "update": RECORDS, "delete": RECORDS},
    **CONNECTIONS,
    **DATA,
    **DOCUMENTDB,
    **FILES,
    **HADOOP,
    **OTHER_DATABASES,
}
"""Type → handler → the IAM actions that it may call."""
