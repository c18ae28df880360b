"""What narrows the handlers that the schemas lack (`catalog/check/missing_handlers.py`): calls for a property only.

Sources: AWS's managed policy AmazonFSxFullAccess; FSx for Lustre guide, "Adding permissions to use data repositories in
Amazon S3"; FSx API reference, CreateFileSystem; DocumentDB API reference, CreateDBCluster; OpenSearch Service developer
guide, "Launching your domains within a VPC".
"""

from __future__ import annotations

from collections.abc import Mapping

from catalog.roles.rows import ActionScope, Narrowing, unwritten

FILES, DOCUMENTS, SEARCH = "AWS::FSx::FileSystem", "AWS::DocDB::DBCluster", "AWS::Elasticsearch::Domain"
ROUTES = ("OntapConfiguration.RouteTableIds", "OpenZFSConfiguration.RouteTableIds")

ONLY_FOR: Mapping[str, Mapping[tuple[str, ...], tuple[str, ...]]] = {
    FILES: {
        ("BackupId",): ("fsx:CreateFileSystemFromBackup",),
        ("LustreConfiguration.ImportPath",): ("iam:AttachRolePolicy", "iam:PutRolePolicy", "s3:ListBucket"),
        ("OpenZFSConfiguration.RootVolumeConfiguration",): ("fsx:UpdateVolume",),
        ROUTES: ("ec2:CreateTags", "ec2:DescribeRouteTables"),
        ("WindowsConfiguration.ActiveDirectoryId",): ("ds:DescribeDirectories",),
        ("WindowsConfiguration.Aliases",): (
            "fsx:AssociateFileSystemAliases",
            "fsx:DescribeFileSystemAliases",
            "fsx:DisassociateFileSystemAliases",
        ),
    },
    DOCUMENTS: {
        ("KmsKeyId", "MasterUserSecretKmsKeyId", "SnapshotIdentifier", "SourceDBClusterIdentifier"): (
            "kms:CreateGrant",
            "kms:DescribeKey",
        ),
        ("SnapshotIdentifier",): ("rds:RestoreDBClusterFromSnapshot",),
        ("SourceDBClusterIdentifier",): ("rds:RestoreDBClusterToPointInTime",),
    },
    SEARCH: {
        ("VPCOptions",): (
            "ec2:DescribeSecurityGroups",
            "ec2:DescribeSubnets",
            "ec2:DescribeVpcs",
            "iam:CreateServiceLinkedRole",
        ),
    },
}
"""Type → properties → the actions that only they need."""

ONLY_FOR_PROPERTIES: tuple[Narrowing, ...] = tuple(
    unwritten(resource_type, actions, *properties)
    for resource_type, rows in ONLY_FOR.items()
    for properties, actions in rows.items()
)
SCOPES_OF_COMPLETED = (
    ActionScope(
        FILES,
        "ec2:CreateTags",
        ("arn:${AWS::Partition}:ec2:*:${AWS::AccountId}:route-table/*",),
        "FSx tags the route tables that it changes, with its own tag (AmazonFSxFullAccess)",
        {"StringEquals": {"aws:RequestTag/AmazonFSx": "ManagedByAmazonFSx"}},
    ),
)
