"""The IAM actions that a handler needs without a call of its row: the sandbox makes the call for none of them.

`MODELLED` has those of properties that no service of the sandbox has: the stack alone keeps them, but CloudFormation
sets each with an operation of its own, so that a launch role without its action makes nothing. Sources: the handlers'
lists of the schemas, and the API references (what the operation that creates takes itself is not here).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from catalog.sandbox.registry.api_types import ApiResource, ApiType
from catalog.sandbox.registry.shaping import as_text

BOTH = ("create", "update")
MODELLED: Mapping[str, Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "AWS::AutoScaling::AutoScalingGroup": {"TrafficSources": ("autoscaling:AttachTrafficSources", ("update",))},
    "AWS::Backup::LogicallyAirGappedBackupVault": {
        "MpaApprovalTeamArn": ("backup:AssociateBackupVaultMpaApprovalTeam", BOTH)
    },
    "AWS::EC2::Instance": {
        "SsmAssociations": ("ssm:CreateAssociation", BOTH),
        "Volumes": ("ec2:AttachVolume", BOTH),
    },
    "AWS::EFS::FileSystem": {"ReplicationConfiguration": ("elasticfilesystem:CreateReplicationConfiguration", BOTH)},
    "AWS::EKS::Nodegroup": {
        "ReleaseVersion": ("eks:UpdateNodegroupVersion", ("update",)),
        "Version": ("eks:UpdateNodegroupVersion", ("update",)),
    },
    "AWS::Kinesis::Stream": {
        "MaxRecordSizeInKiB": ("kinesis:UpdateMaxRecordSize", ("update",)),
        "WarmThroughputMiBps": ("kinesis:UpdateStreamWarmThroughput", ("update",)),
    },
    "AWS::Lambda::Alias": {"ProvisionedConcurrencyConfig": ("lambda:PutProvisionedConcurrencyConfig", BOTH)},
    "AWS::Lambda::Function": {"FunctionScalingConfig": ("lambda:PutFunctionScalingConfig", BOTH)},
    "AWS::Lambda::Version": {"ProvisionedConcurrencyConfig": ("lambda:PutProvisionedConcurrencyConfig", BOTH)},
    "AWS::Logs::LogGroup": {
        "BearerTokenAuthenticationEnabled": ("logs:PutBearerTokenAuthentication", BOTH),
        "ResourcePolicyDocument": ("logs:PutResourcePolicy", BOTH),
    },
    "AWS::Redshift::Cluster": {
        "DeferMaintenance": ("redshift:ModifyClusterMaintenance", BOTH),
        "DestinationRegion": ("redshift:EnableSnapshotCopy", ("update",)),
        "NamespaceResourcePolicy": ("redshift:PutResourcePolicy", BOTH),
    },
    "AWS::Route53::HostedZone": {"HostedZoneFeatures": ("route53:UpdateHostedZoneFeatures", BOTH)},
    "AWS::S3::Bucket": {
        "AbacStatus": ("s3:PutBucketAbac", BOTH),
        "MetadataTableConfiguration": ("s3:CreateBucketMetadataTableConfiguration", BOTH),
    },
    "AWS::SSM::PatchBaseline": {"DefaultBaseline": ("ssm:RegisterDefaultPatchBaseline", BOTH)},
}
"""Type → property → the action that sets it, and the handlers that do."""


def besides(row: ApiType, handler: str, subject: ApiResource) -> Iterator[tuple[str, str]]:
    """The IAM actions of a handler that no call of the row has, each with the ARN of another resource, or empty."""
    yield from ((action, "") for action in row.also.get(handler, ()))
    yield from row.also_by(handler, subject)
    for (wanted, path), actions in row.also_for.items():
        if wanted == handler and subject.at(path) is not None:
            yield from ((action, "") for action in actions)
    for name, (action, handlers) in MODELLED.get(row.name, {}).items():
        given = subject.properties.get(name)
        changed = given != subject.old.get(name) and as_text(given or "false") != "false"
        if name in row.modelled and handler in handlers and changed:
            yield action, ""


def kept_by_other_actions(row: ApiType) -> frozenset[str]:
    """The properties that the stack alone keeps, and that CloudFormation sets with an operation of their own."""
    return frozenset(MODELLED.get(row.name, {}))
