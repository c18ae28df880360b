"""What an update does to a stateful resource, where AWS's template reference says more than the schemas do.

A schema lists createOnlyProperties and conditionalCreateOnlyProperties. For some stateful types, the page of the type
says "Update requires: Replacement" or "Updates are not supported" of properties that the schema does not list, or names
circumstances in which an update replaces the resource. Without these rows such an update would look harmless, and data
would be lost. The pages were read in November 2026 and compared with the update types of AWS's resource specification.
Where pages of different ages disagree, the row is "may replace".

Not here: indexes of a global table. A changed index is made again, and the table with its items stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from itertools import product
from typing import Any

Pointer = tuple[str, ...]
"""A property by its names from the top: `("BucketEncryption", "Rules", "*")`."""
Resource = Mapping[str, Any]
"""A resource of the template in canonical form (`catalog.cfn.canonical`)."""
REFERENCE = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference"


class UpdateEffect(StrEnum):
    """What an update of a property does to the resource."""

    REPLACES = "replaces"
    MAY_REPLACE = "may replace"
    FAILS = "fails"


@dataclass(frozen=True, slots=True)
class Circumstance:
    """When the update of a property has its effect."""

    words: str
    """In words that follow the path; empty if it always has the effect."""
    holds: Callable[[Resource, Resource], bool]
    """Whether the update from the old to the new resource has the effect; true where that cannot be decided."""


ALWAYS = Circumstance("", lambda old, new: True)


@dataclass(frozen=True, slots=True)
class UpdateRule:
    """What the template reference says of a property."""

    effect: UpdateEffect
    source: str
    when: Circumstance = ALWAYS


def without_policy(name: str) -> Circumstance:
    """The UpdatePolicy of the new resource does not set `name` to true."""

    def holds(old: Resource, new: Resource) -> bool:
        policy = new.get("UpdatePolicy")
        return not isinstance(policy, Mapping) or str(policy.get(name)).lower() != "true"

    return Circumstance(f"UpdatePolicy with {name}: true would update in place", holds)


def member_edited(name: str, key: str, *, or_removed: bool = False) -> Circumstance:
    """A member of the list `name`, identified by `key`, is edited (or removed); added members do no harm."""

    def holds(old: Resource, new: Resource) -> bool:
        before, after = (members(resource, name, key) for resource in (old, new))
        if before is None or after is None:
            return True
        return any(after[each] != body if each in after else or_removed for each, body in before.items())

    return Circumstance(f"an existing member is edited{' or removed' if or_removed else ''}", holds)


def added_or_removed(name: str) -> Circumstance:
    """Only one side has the property, or one side has it under a condition."""

    def holds(old: Resource, new: Resource) -> bool:
        return any(is_absent_or_call(property_of(resource, name)) for resource in (old, new))

    return Circumstance("it is added or removed", holds)


def together_with(name: str) -> Circumstance:
    """One of the sides has the property `name`."""

    def holds(old: Resource, new: Resource) -> bool:
        return any(property_of(resource, name) is not None for resource in (old, new))

    return Circumstance(f"together with {name}", holds)


def shrinks(name: str) -> Circumstance:
    """The number `name` becomes smaller."""

    def holds(old: Resource, new: Resource) -> bool:
        before, after = (number_of(property_of(resource, name)) for resource in (old, new))
        return before is None or after is None or after < before

    return Circumstance("it becomes smaller", holds)


def another_major_version(old: Resource, new: Resource) -> bool:
    """Whether a DB instance goes to another major version without AllowMajorVersionUpgrade, or to a lower version."""
    before, after = (numbers_of(property_of(resource, "EngineVersion")) for resource in (old, new))
    if before is None or after is None or after < before[: len(after)]:
        return True
    engine = property_of(new, "Engine")
    single = isinstance(engine, str) and engine.startswith(SINGLE_NUMBER)
    length = 1 if single and before[0] >= SINCE.get(engine, 0) else 2
    is_major = before[:length] != after[: min(length, len(after))] and before[: len(after)] != after
    return is_major and str(property_of(new, "AllowMajorVersionUpgrade")).lower() != "true"


def encryption_not_in_steps(old: Resource, new: Resource) -> bool:
    """Whether encryption in transit is switched on or off without the mode `preferred`, which lets both sides in."""
    was_off, is_off = (
        str(property_of(resource, "TransitEncryptionEnabled")).lower() in ("false", "none") for resource in (old, new)
    )
    mode = property_of(old if is_off else new, "TransitEncryptionMode")
    return not (was_off and is_off) and str(mode).lower() != "preferred"


SINGLE_NUMBER = ("postgres", "aurora-postgresql", "oracle-", "custom-oracle-", "sqlserver-", "custom-sqlserver-")
"""Starts of engines whose first number alone is the major version; of MySQL and MariaDB the first two numbers are."""
SINCE = {"postgres": 10, "aurora-postgresql": 10}
"""PostgreSQL before 10 counted by two numbers: 9.5 and 9.6 are major versions."""


def number_of(value: Any) -> Decimal | None:
    """A value as a number; None if it is not one, as of a function."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def numbers_of(version: Any) -> list[int] | None:
    """The first two numbers of a version, as 15 and 4 of 15.4-R2; None if it has none, as of a function."""
    match = re.match(r"(\d{1,9})(?:\.(\d{1,9}))?(?!\d)", version) if isinstance(version, str) else None
    return [int(part) for part in match.groups() if part is not None] if match else None


def members(resource: Resource, name: str, key: str) -> dict[str, Any] | None:
    """The members of a list by the value of `key`; None if functions decide about them."""
    listed = property_of(resource, name)
    if listed is None:
        return {}
    if not isinstance(listed, list) or not all(isinstance(member, Mapping) for member in listed):
        return None
    keyed = all(isinstance(member.get(key), str) for member in listed)
    return {member[key]: member for member in listed} if keyed else None


def property_of(resource: Resource, name: str) -> Any:
    """The value of a property; None if the resource does not have it."""
    properties = resource.get("Properties")
    return properties.get(name) if isinstance(properties, Mapping) else None


def is_absent_or_call(value: Any) -> bool:
    """Whether a value is missing, or a function decides about it."""
    names = value if isinstance(value, Mapping) else ()
    return value is None or any(str(name).startswith(("Fn::", "Ref")) for name in names)


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one page of the template reference: effect → properties, written as `A/B`."""

    name: str
    replaces: tuple[str, ...] = ()
    may_replace: tuple[str, ...] = ()
    fails: tuple[str, ...] = ()
    when: Circumstance = ALWAYS

    def rows(self) -> Iterator[tuple[Pointer, UpdateRule]]:
        """Each property with its rule."""
        for effect, names in zip(UpdateEffect, (self.replaces, self.may_replace, self.fails), strict=True):
            for name in names:
                yield tuple(name.split("/")), UpdateRule(effect, f"{REFERENCE}/{self.name}.html", self.when)


def below(parent: str, *names: str) -> tuple[str, ...]:
    """`parent/name` for each name."""
    return tuple(f"{parent}/{name}" for name in names)


EMR = "aws-properties-elasticmapreduce-cluster"
EMR_GROUPS = below("Instances", "MasterInstanceGroup", "CoreInstanceGroup", "TaskInstanceGroups/*")
EMR_FLEETS = below("Instances", "MasterInstanceFleet", "CoreInstanceFleet", "TaskInstanceFleets/*")
EMR_GROUP = ("BidPrice", "CustomAmiId", "InstanceType", "Market", "Name")
EMR_INSTANCE = ("BidPrice", "BidPriceAsPercentageOfOnDemandPrice", "CustomAmiId", "InstanceType", "WeightedCapacity")
FSX = "aws-properties-fsx-filesystem"
PLACES = ("DeploymentType", "EndpointIpAddressRange", "PreferredSubnetId")

PAGES: Mapping[str, tuple[Page, ...]] = {
    "AWS::Cognito::UserPool": (
        # "This user pool property cannot be updated." "This configuration is immutable once it has been set."
        Page("aws-resource-cognito-userpool", fails=("AliasAttributes", "UsernameAttributes", "UsernameConfiguration")),
        # "You can add new schema attributes but you cannot modify or delete an existing schema attribute."
        Page("aws-resource-cognito-userpool", fails=("Schema",), when=member_edited("Schema", "Name", or_removed=True)),
    ),
    # "Replacement" on older pages; newer ones describe an upgrade in place, with limits.
    "AWS::DocDB::DBCluster": (Page("aws-resource-docdb-dbcluster", may_replace=("EngineVersion",)),),
    "AWS::DynamoDB::GlobalTable": (
        Page(
            "aws-resource-dynamodb-globaltable",
            may_replace=("AttributeDefinitions",),
            when=member_edited("AttributeDefinitions", "AttributeName"),
        ),
    ),
    "AWS::DynamoDB::Table": (
        # "A local secondary index can only be created when its parent table is created."
        Page("aws-resource-dynamodb-table", replaces=("LocalSecondaryIndexes",)),
        # "Replacement if you edit an existing AttributeDefinition."
        Page(
            "aws-resource-dynamodb-table",
            replaces=("AttributeDefinitions",),
            when=member_edited("AttributeDefinitions", "AttributeName"),
        ),
    ),
    "AWS::EC2::Volume": (
        # "Updates are not supported."; of MultiAttachEnabled: "does not currently support updating".
        Page(
            "aws-resource-ec2-volume",
            fails=(
                "AvailabilityZone",
                "AvailabilityZoneId",
                "Encrypted",
                "KmsKeyId",
                "MultiAttachEnabled",
                "SnapshotId",
            ),
            # A volume stays on its Outpost and the copy of its source; the page does not say what an update does.
            may_replace=("OutpostArn", "SourceVolumeId"),
        ),
        # "You can't decrease the size of an EBS volume" (EBS user guide, "Requirements … when modifying volumes").
        Page("aws-resource-ec2-volume", fails=("Size",), when=shrinks("Size")),
    ),
    "AWS::ElastiCache::CacheCluster": (
        # Depending on the engine and on the zones; TransitEncryptionEnabled: "You cannot modify the value".
        Page(
            "aws-resource-elasticache-cachecluster",
            may_replace=("AZMode", "NumCacheNodes", "PreferredAvailabilityZone", "TransitEncryptionEnabled"),
        ),
    ),
    "AWS::ElastiCache::ReplicationGroup": (
        Page("aws-resource-elasticache-replicationgroup", may_replace=("Engine", "ReplicasPerNodeGroup")),
        # "You must set TransitEncryptionEnabled to true, for your existing cluster, and set TransitEncryptionMode to
        # preferred in the same request"; "required is a two-step process" (ElastiCache API, ModifyReplicationGroup).
        Page(
            "aws-resource-elasticache-replicationgroup",
            fails=("TransitEncryptionEnabled",),
            when=Circumstance(
                "switching needs TransitEncryptionMode: preferred first; this update has no such step",
                encryption_not_in_steps,
            ),
        ),
        # "When UseOnlineResharding is set to false, or is not specified, updating … results in replacement."
        Page(
            "aws-resource-elasticache-replicationgroup",
            replaces=("NodeGroupConfiguration", "NumNodeGroups"),
            when=without_policy("UseOnlineResharding"),
        ),
    ),
    "AWS::Elasticsearch::Domain": (
        Page(
            "aws-resource-elasticsearch-domain",
            may_replace=("AdvancedSecurityOptions/Enabled", "EncryptionAtRestOptions", "NodeToNodeEncryptionOptions"),
        ),
        # "When EnableVersionUpgrade is set to false, or is not specified, updating … results in replacement."
        Page(
            "aws-resource-elasticsearch-domain",
            replaces=("ElasticsearchVersion",),
            when=without_policy("EnableVersionUpgrade"),
        ),
        Page("aws-resource-elasticsearch-domain", may_replace=("VPCOptions",), when=added_or_removed("VPCOptions")),
    ),
    "AWS::EMR::Cluster": (
        Page(
            f"{EMR}-jobflowinstancesconfig",
            replaces=below(
                "Instances",
                "AdditionalMasterSecurityGroups",
                "AdditionalSlaveSecurityGroups",
                "Ec2KeyName",
                "Ec2SubnetId",
                "Ec2SubnetIds",
                "EmrManagedMasterSecurityGroup",
                "EmrManagedSlaveSecurityGroup",
                "HadoopVersion",
                "KeepJobFlowAliveWhenNoSteps",
                "Placement",
                "ServiceAccessSecurityGroup",
            ),
        ),
        Page(
            f"{EMR}-instancegroupconfig",
            replaces=tuple(f"{group}/{name}" for group, name in product(EMR_GROUPS, EMR_GROUP)),
        ),
        Page(f"{EMR}-instancefleetconfig", replaces=tuple(f"{fleet}/Name" for fleet in EMR_FLEETS)),
        Page(
            f"{EMR}-instancetypeconfig",
            replaces=tuple(
                f"{fleet}/InstanceTypeConfigs/*/{name}" for fleet, name in product(EMR_FLEETS, EMR_INSTANCE)
            ),
        ),
    ),
    "AWS::FSx::FileSystem": (
        Page("aws-resource-fsx-filesystem", replaces=("FileSystemTypeVersion",)),
        Page(
            f"{FSX}-lustreconfiguration",
            replaces=below(
                "LustreConfiguration",
                "CopyTagsToBackups",
                "DeploymentType",
                "DriveCacheType",
                "ExportPath",
                "ImportPath",
                "ImportedFileChunkSize",
                "PerUnitStorageThroughput",
            ),
        ),
        Page(f"{FSX}-ontapconfiguration", replaces=below("OntapConfiguration", *PLACES)),
        Page(
            f"{FSX}-openzfsconfiguration",
            replaces=below("OpenZFSConfiguration", *PLACES, "RootVolumeConfiguration"),
        ),
        Page(
            f"{FSX}-windowsconfiguration",
            replaces=below(
                "WindowsConfiguration",
                "ActiveDirectoryId",
                "CopyTagsToBackups",
                "DeploymentType",
                "PreferredSubnetId",
                *below(
                    "SelfManagedActiveDirectoryConfiguration",
                    "DomainName",
                    "FileSystemAdministratorsGroup",
                    "OrganizationalUnitDistinguishedName",
                ),
            ),
        ),
    ),
    # "If you change the value of the … property on an existing KMS key, the update request fails, regardless of the
    # value of the UpdateReplacePolicy attribute." A test reads these words in the schema.
    "AWS::KMS::Key": (Page("aws-resource-kms-key", fails=("KeySpec", "KeyUsage", "Origin", "MultiRegion")),),
    # "Updates are not supported."
    "AWS::Logs::LogGroup": (Page("aws-resource-logs-loggroup", fails=("LogGroupClass",)),),
    # "CloudFormation will replace your existing DB cluster with a new, empty one".
    "AWS::Neptune::DBInstance": (Page("aws-resource-neptune-dbinstance", may_replace=("AllowMajorVersionUpgrade",)),),
    "AWS::OpenSearchService::Domain": (
        # "When EnableVersionUpgrade is set to false, or is not specified, updating … results in replacement."
        Page(
            "aws-resource-opensearchservice-domain",
            replaces=("EngineVersion",),
            when=without_policy("EnableVersionUpgrade"),
        ),
        # "If you remove this entity altogether, …, it causes a replacement." Nor can a public domain move into a VPC.
        Page("aws-resource-opensearchservice-domain", may_replace=("VPCOptions",), when=added_or_removed("VPCOptions")),
        Page("aws-resource-opensearchservice-domain", may_replace=("NodeToNodeEncryptionOptions",)),
    ),
    "AWS::RDS::DBInstance": (
        # "Replacement" of Port on older pages, "Some interruptions" on newer ones; StorageType: either.
        Page("aws-resource-rds-dbinstance", may_replace=("Port", "StorageType")),
        # "Major version upgrades must be allowed when specifying a value for the EngineVersion parameter that is a
        # different major version than the DB instance's current version." Nobody can go back to a lower version.
        Page(
            "aws-resource-rds-dbinstance",
            fails=("EngineVersion",),
            when=Circumstance(
                "another major version needs AllowMajorVersionUpgrade: true, and a lower version is refused",
                another_major_version,
            ),
        ),
        # "You can't reduce the amount of storage for a DB instance after storage has been allocated." (RDS user guide,
        # "Working with storage for Amazon RDS DB instances")
        Page("aws-resource-rds-dbinstance", fails=("AllocatedStorage",), when=shrinks("AllocatedStorage")),
        # "If you've specified DBSecurityGroups and then you update the license model, … replaces the … DB instance."
        Page("aws-resource-rds-dbinstance", replaces=("LicenseModel",), when=together_with("DBSecurityGroups")),
    ),
    # "Replacement" on older pages; since November 2023 S3 can turn it on for an existing bucket.
    "AWS::S3::Bucket": (Page("aws-resource-s3-bucket", may_replace=("ObjectLockEnabled",)),),
}
"""Stateful type → what its pages say."""

UPDATE_RULES: Mapping[str, Mapping[Pointer, UpdateRule]] = {
    kind: dict(each for page in pages for each in page.rows()) for kind, pages in PAGES.items()
}
"""Stateful type → property → its rule, which comes before what the schema says of the property."""
