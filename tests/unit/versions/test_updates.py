"""D1: updates that replace a stateful resource, or fail, though its schema does not say createOnlyProperties."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.versions import Aspect, compare, gate
from tests.unit.versions.conftest import TemplateVersion

REPLACES, MAY_REPLACE = Aspect.PROPERTY_REPLACES, Aspect.PROPERTY_MAY_REPLACE
FAILS, CHANGED = Aspect.PROPERTY_UPDATE_FAILS, Aspect.PROPERTY_CHANGED

INDEX = {"IndexName": "by-c", "KeySchema": [{"AttributeName": "c", "KeyType": "RANGE"}]}
TEXT, NUMBER = {"AttributeName": "a", "AttributeType": "S"}, {"AttributeName": "a", "AttributeType": "N"}
MORE = {"AttributeName": "c", "AttributeType": "S"}
EMAIL, AGE = {"Name": "email", "Required": True}, {"Name": "age", "AttributeDataType": "Number"}
UPGRADE = {"EnableVersionUpgrade": True}
RESHARDING = {"UseOnlineResharding": "true"}

POSTGRES, MYSQL, MAJOR = {"Engine": "postgres"}, {"Engine": "mysql"}, {"AllowMajorVersionUpgrade": True}
ENCRYPTED = {"TransitEncryptionEnabled": True}
PLAIN = {"TransitEncryptionEnabled": False}
PREFERRED, REQUIRED = {"TransitEncryptionMode": "preferred"}, {"TransitEncryptionMode": "required"}


def engine(kind: dict[str, Any], version: Any, **more: Any) -> dict[str, Any]:
    return {**kind, "EngineVersion": version, **more}


CASES = [
    ("DynamoDB::Table", {}, {"LocalSecondaryIndexes": [INDEX]}, {}, REPLACES),
    ("DynamoDB::Table", {"LocalSecondaryIndexes": [INDEX]}, {}, {}, REPLACES),
    ("DynamoDB::Table", {"AttributeDefinitions": [TEXT]}, {"AttributeDefinitions": [NUMBER]}, {}, REPLACES),
    ("DynamoDB::Table", {"AttributeDefinitions": [TEXT]}, {"AttributeDefinitions": [TEXT, MORE]}, {}, CHANGED),
    ("DynamoDB::Table", {"AttributeDefinitions": [TEXT, MORE]}, {"AttributeDefinitions": [MORE, TEXT]}, {}, CHANGED),
    ("DynamoDB::Table", {"AttributeDefinitions": [TEXT]}, {"AttributeDefinitions": {"Ref": "P"}}, {}, REPLACES),
    ("DynamoDB::GlobalTable", {}, {"LocalSecondaryIndexes": [INDEX]}, {}, MAY_REPLACE),
    ("DynamoDB::GlobalTable", {}, {"GlobalSecondaryIndexes": [INDEX]}, {}, CHANGED),
    ("OpenSearchService::Domain", {"EngineVersion": "OpenSearch_2.5"}, {"EngineVersion": "x"}, {}, REPLACES),
    ("OpenSearchService::Domain", {"EngineVersion": "OpenSearch_2.5"}, {"EngineVersion": "x"}, UPGRADE, CHANGED),
    ("OpenSearchService::Domain", {"VPCOptions": {"SubnetIds": ["a"]}}, {}, {}, MAY_REPLACE),
    (
        "OpenSearchService::Domain",
        {"VPCOptions": {"SubnetIds": ["a"]}},
        {"VPCOptions": {"SubnetIds": ["b"]}},
        {},
        CHANGED,
    ),
    ("Elasticsearch::Domain", {"ElasticsearchVersion": "7.1"}, {"ElasticsearchVersion": "7.4"}, {}, REPLACES),
    ("ElastiCache::ReplicationGroup", {"NumNodeGroups": 1}, {"NumNodeGroups": 2}, {}, REPLACES),
    ("ElastiCache::ReplicationGroup", {"NumNodeGroups": 1}, {"NumNodeGroups": 2}, RESHARDING, CHANGED),
    ("ElastiCache::CacheCluster", {"NumCacheNodes": 1}, {"NumCacheNodes": 2}, {}, MAY_REPLACE),
    ("Cognito::UserPool", {"UsernameAttributes": ["email"]}, {"UsernameAttributes": ["phone_number"]}, {}, FAILS),
    ("Cognito::UserPool", {"Schema": [EMAIL]}, {"Schema": [EMAIL, AGE]}, {}, CHANGED),
    ("Cognito::UserPool", {"Schema": [EMAIL, AGE]}, {"Schema": [EMAIL]}, {}, FAILS),
    ("Cognito::UserPool", {"Schema": [EMAIL]}, {"Schema": [{**EMAIL, "Required": False}]}, {}, FAILS),
    ("EC2::Volume", {"AvailabilityZone": "a"}, {"AvailabilityZone": "b"}, {}, FAILS),
    ("EC2::Volume", {"Size": 1}, {"Size": 2}, {}, CHANGED),
    ("EC2::Volume", {"Size": 20}, {"Size": "10"}, {}, FAILS),
    ("EC2::Volume", {"Size": 20}, {"Size": {"Ref": "P"}}, {}, FAILS),
    ("EC2::Volume", {"Size": 20}, {"Size": "NaN"}, {}, FAILS),
    ("RDS::DBInstance", {"AllocatedStorage": "40"}, {"AllocatedStorage": "20"}, {}, FAILS),
    ("RDS::DBInstance", {"AllocatedStorage": "40"}, {"AllocatedStorage": "100"}, {}, CHANGED),
    ("RDS::DBInstance", engine(POSTGRES, "15.4"), engine(POSTGRES, "16.3"), {}, FAILS),
    ("RDS::DBInstance", engine(POSTGRES | MAJOR, "15.4"), engine(POSTGRES | MAJOR, "16.3"), {}, CHANGED),
    ("RDS::DBInstance", engine(POSTGRES | MAJOR, "16.3"), engine(POSTGRES | MAJOR, "15.4"), {}, FAILS),
    ("RDS::DBInstance", engine(POSTGRES, "15.4"), engine(POSTGRES, "15.12"), {}, CHANGED),
    ("RDS::DBInstance", engine(POSTGRES, "15"), engine(POSTGRES, "15.12"), {}, CHANGED),
    ("RDS::DBInstance", engine(POSTGRES, "15.4"), engine(POSTGRES, "15"), {}, CHANGED),
    ("RDS::DBInstance", engine(POSTGRES, "9.5.2"), engine(POSTGRES, "9.6.1"), {}, FAILS),
    ("RDS::DBInstance", engine(MYSQL, "5.7.44"), engine(MYSQL, "8.0.35"), {}, FAILS),
    ("RDS::DBInstance", engine(MYSQL, "8.0.35"), engine(MYSQL, "8.4.3"), {}, FAILS),
    ("RDS::DBInstance", engine(MYSQL, "8.0.35"), engine(MYSQL, "8.0.40"), {}, CHANGED),
    ("RDS::DBInstance", engine(POSTGRES, "15.4"), engine(POSTGRES, {"Ref": "P"}), {}, FAILS),
    ("RDS::DBInstance", engine(POSTGRES, "15.4"), engine(POSTGRES, "9" * 5000), {}, FAILS),
    ("ElastiCache::ReplicationGroup", PLAIN, ENCRYPTED, {}, FAILS),
    ("ElastiCache::ReplicationGroup", PLAIN | PREFERRED, ENCRYPTED | PREFERRED, {}, CHANGED),
    ("ElastiCache::ReplicationGroup", PLAIN | REQUIRED, ENCRYPTED | REQUIRED, {}, FAILS),
    ("ElastiCache::ReplicationGroup", ENCRYPTED | PREFERRED, PLAIN | PREFERRED, {}, CHANGED),
    ("ElastiCache::ReplicationGroup", ENCRYPTED, PLAIN, {}, FAILS),
    ("EFS::FileSystem", {"Encrypted": False}, {"Encrypted": True}, {}, REPLACES),
    ("Kinesis::Stream", {"Name": "a"}, {"Name": "b"}, {}, REPLACES),
    ("Kinesis::Stream", {"ShardCount": 1}, {"ShardCount": 2}, {}, CHANGED),
    ("RDS::DBInstance", {"LicenseModel": "a"}, {"LicenseModel": "b"}, {}, CHANGED),
    ("RDS::DBInstance", {"Port": "1"}, {"Port": "2"}, {}, MAY_REPLACE),
    ("RDS::DBCluster", {"StorageEncrypted": False}, {"StorageEncrypted": True}, {}, REPLACES),
    ("Logs::LogGroup", {"LogGroupClass": "STANDARD"}, {"LogGroupClass": "INFREQUENT_ACCESS"}, {}, FAILS),
    (
        "FSx::FileSystem",
        {"WindowsConfiguration": {"DeploymentType": "a", "ThroughputCapacity": 8}},
        {"WindowsConfiguration": {"DeploymentType": "b", "ThroughputCapacity": 8}},
        {},
        REPLACES,
    ),
    (
        "FSx::FileSystem",
        {"WindowsConfiguration": {"DeploymentType": "a", "ThroughputCapacity": 8}},
        {"WindowsConfiguration": {"DeploymentType": "a", "ThroughputCapacity": 16}},
        {},
        CHANGED,
    ),
    (
        "EMR::Cluster",
        {"Instances": {"CoreInstanceGroup": {"InstanceType": "a", "InstanceCount": 1}}},
        {"Instances": {"CoreInstanceGroup": {"InstanceType": "b", "InstanceCount": 1}}},
        {},
        REPLACES,
    ),
]


def version(number: str, kind: str, properties: dict[str, Any], policy: dict[str, Any]) -> TemplateVersion:
    body = {
        "Type": f"AWS::{kind}",
        "DeletionPolicy": "Retain",
        "UpdateReplacePolicy": "Retain",
        "Properties": properties,
        **({"UpdatePolicy": policy} if policy else {}),
    }
    return TemplateVersion(number, {"Resources": {"Store": body}})


@pytest.mark.parametrize(("kind", "old", "new", "policy", "aspect"), CASES)
def test_the_template_reference_decides_where_the_schema_is_silent(
    kind: str, old: dict[str, Any], new: dict[str, Any], policy: dict[str, Any], aspect: Aspect
) -> None:
    before, after = version("1.0.0", kind, old, policy), version("2.0.0", kind, new, policy)
    assert {change.aspect for change in compare(before, after).changes} == {aspect}
    refused = [finding for finding in gate(after, [before]) if finding.id == "E9204"]
    assert bool(refused) == (aspect is not CHANGED)


def test_an_index_that_is_added_to_a_table_with_its_attribute_is_a_replacement() -> None:
    before = version("1.0.0", "DynamoDB::Table", {"AttributeDefinitions": [TEXT]}, {})
    after = version(
        "1.1.0",
        "DynamoDB::Table",
        {"AttributeDefinitions": [TEXT, MORE], "LocalSecondaryIndexes": [INDEX]},
        {},
    )
    assert {finding.id for finding in gate(after, [before])} == {"E9201", "E9204"}


def test_a_mapping_that_an_attribute_reads_counts() -> None:
    def table(kind: str) -> dict[str, Any]:
        looked_up = {"Fn::FindInMap": ["Kinds", "x", "kind"]}
        listed = [{"AttributeName": "a", "AttributeType": looked_up}]
        store = {"Type": "AWS::DynamoDB::Table", "Properties": {"AttributeDefinitions": listed}}
        return {"Mappings": {"Kinds": {"x": {"kind": kind}}}, "Resources": {"Store": store}}

    changes = compare(TemplateVersion("1.0.0", table("S")), TemplateVersion("2.0.0", table("N"))).changes
    assert REPLACES in {change.aspect for change in changes}


def test_the_circumstance_is_part_of_the_report() -> None:
    before = version("1.0.0", "OpenSearchService::Domain", {"EngineVersion": "OpenSearch_2.5"}, {})
    after = version("2.0.0", "OpenSearchService::Domain", {"EngineVersion": "OpenSearch_2.7"}, {})
    (change,) = compare(before, after).changes
    assert change.detail == "UpdatePolicy with EnableVersionUpgrade: true would update in place"


def test_a_nested_value_that_is_written_the_same_but_means_another_is_a_change() -> None:
    def domain(enabled: bool) -> dict[str, Any]:
        chosen = {"Fn::If": ["On", True, False]}
        condition = {"On": {"Fn::Equals": ["a", "a" if enabled else "b"]}}
        store = {
            "Type": "AWS::OpenSearchService::Domain",
            "Properties": {"EncryptionAtRestOptions": {"Enabled": chosen}},
        }
        return {"Conditions": condition, "Resources": {"Store": store}}

    changes = compare(TemplateVersion("1.0.0", domain(False)), TemplateVersion("2.0.0", domain(True))).changes
    assert MAY_REPLACE in {change.aspect for change in changes}


@pytest.mark.parametrize(
    ("kind", "extra", "policies", "aspect"),
    [
        ("AWS::RDS::DBCluster", {}, (None, "Delete"), Aspect.PROTECTION_WEAKENED),
        ("AWS::RDS::DBCluster", {}, ("Delete", None), Aspect.PROTECTION_STRENGTHENED),
        ("AWS::RDS::DBCluster", {}, (None, "Retain"), Aspect.PROTECTION_STRENGTHENED),
        ("AWS::RDS::DBInstance", {}, (None, "Delete"), Aspect.PROTECTION_WEAKENED),
        ("AWS::RDS::DBInstance", {"DBClusterIdentifier": "c"}, (None, "Delete"), Aspect.PROTECTION_STRENGTHENED),
        ("AWS::SNS::Topic", {}, (None, "Delete"), Aspect.PROTECTION_STRENGTHENED),
    ],
)
def test_databases_keep_a_snapshot_by_default(kind: str, extra: Any, policies: Any, aspect: Aspect) -> None:
    versions = [
        TemplateVersion(
            number,
            {"Resources": {"R": {"Type": kind, "Properties": extra, **({"DeletionPolicy": policy} if policy else {})}}},
        )
        for number, policy in zip(("1.0.0", "2.0.0"), policies, strict=True)
    ]
    assert [change.aspect for change in compare(*versions).changes] == [aspect]
