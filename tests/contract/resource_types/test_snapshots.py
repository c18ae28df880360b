"""What the policies of a resource leave: a snapshot, or the resource itself, also where an operation is rolled back.

Sources: CloudFormation template reference, "DeletionPolicy attribute" and "UpdateReplacePolicy attribute"; its API
reference, RetainExceptOnCreate; the delete handlers of RDS and Redshift, which are public.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.contract.resource_types.conftest import World
from tests.contract.resource_types.derived import role_policy

DATABASE = {
    "Type": "AWS::RDS::DBInstance",
    "Properties": {
        "Engine": "postgres",
        "DBInstanceClass": "db.t3.micro",
        "AllocatedStorage": "20",
        "MasterUsername": "admin1",
        "MasterUserPassword": "not-a-secret-1",
        "CopyTagsToSnapshot": True,
    },
}
AURORA = {"Engine": "aurora-postgresql", "MasterUsername": "admin1", "MasterUserPassword": "not-a-secret-1"}
CLUSTER = {"Type": "AWS::RDS::DBCluster", "Properties": AURORA}
GRAPH = {"Type": "AWS::Neptune::DBCluster"}
DOCUMENTS = {
    "Type": "AWS::DocDB::DBCluster",
    "Properties": {"MasterUsername": "admin1", "MasterUserPassword": "not-a-secret-1"},
}
VOLUME = {"Type": "AWS::EC2::Volume", "Properties": {"AvailabilityZone": "us-east-1a", "Size": 8}}
WAREHOUSE = {
    "Type": "AWS::Redshift::Cluster",
    "Properties": {
        "ClusterType": "single-node",
        "NodeType": "ra3.large",
        "DBName": "dev",
        "MasterUsername": "admin1",
        "MasterUserPassword": "Not-a-secret-1",
    },
}
CACHE = {
    "Type": "AWS::ElastiCache::CacheCluster",
    "Properties": {"CacheNodeType": "cache.t3.micro", "Engine": "redis", "NumCacheNodes": 1},
}
CACHES = {
    "Type": "AWS::ElastiCache::ReplicationGroup",
    "Properties": {"ReplicationGroupDescription": "sessions", "CacheNodeType": "cache.t3.micro", "Engine": "redis"},
}
WRONG = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "not a name"}}

Listed = Callable[[World], list[tuple[str, str]]]
"""From the world to the resource and the snapshot of each snapshot that is there."""


def volumes(world: World) -> list[tuple[str, str]]:
    """The snapshots of volumes; moto has others, of its machine images."""
    every = world.client("ec2").describe_snapshots()["Snapshots"]
    return [(each["VolumeId"], each["SnapshotId"]) for each in every]


def databases(world: World) -> list[tuple[str, str]]:
    every = world.client("rds").describe_db_snapshots(SnapshotType="manual")["DBSnapshots"]
    return [(each["DBInstanceIdentifier"], each["DBSnapshotIdentifier"]) for each in every]


def clusters(world: World) -> list[tuple[str, str]]:
    every = world.client("rds").describe_db_cluster_snapshots(SnapshotType="manual")["DBClusterSnapshots"]
    return [(each["DBClusterIdentifier"], each["DBClusterSnapshotIdentifier"]) for each in every]


def warehouses(world: World) -> list[tuple[str, str]]:
    every = world.client("redshift").describe_cluster_snapshots()["Snapshots"]
    return [(each["ClusterIdentifier"], each["SnapshotIdentifier"]) for each in every]


def caches(world: World) -> list[tuple[str, str]]:
    every = world.client("elasticache").describe_snapshots()["Snapshots"]
    return [(each.get("CacheClusterId") or each["ReplicationGroupId"], each["SnapshotName"]) for each in every]


def of(listed: list[tuple[str, str]], resource: str) -> list[str]:
    """The snapshots of one resource."""
    return [snapshot for owner, snapshot in listed if owner == resource]


def in_template(body: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """A template with the resource, and attributes or other resources besides."""
    attributes = {name: value for name, value in more.items() if isinstance(value, str)}
    others = {name: value for name, value in more.items() if not isinstance(value, str)}
    return {"Resources": {"It": {**body, **attributes}, **others}}


@pytest.mark.parametrize(
    ("body", "listed", "action"),
    [
        (DATABASE, databases, "rds:CreateDBSnapshot"),
        (CLUSTER, clusters, "rds:CreateDBClusterSnapshot"),
        (GRAPH, clusters, "rds:CreateDBClusterSnapshot"),
        (DOCUMENTS, clusters, "rds:CreateDBClusterSnapshot"),
        (VOLUME, volumes, "ec2:CreateSnapshot"),
        (WAREHOUSE, warehouses, ""),
        (CACHE, caches, "elasticache:CreateSnapshot"),
        (CACHES, caches, "elasticache:CreateSnapshot"),
    ],
)
def test_a_deletion_with_the_policy_snapshot_leaves_one(
    world: World, body: Mapping[str, Any], listed: Listed, action: str
) -> None:
    """It needs the permission for it, which a derived role has; a name that CloudFormation gives has its form."""
    template = in_template(body, DeletionPolicy="Snapshot")
    assert world.create(template).status == "CREATE_COMPLETE", world.failures()
    mine = world.reference()
    if action:
        world.deny(action)
        assert world.delete().status == "DELETE_FAILED"
        assert action in str(world.failures())
        assert not of(listed(world), mine)
    if body is not DOCUMENTS:  # whose schema lists no permissions
        world.policy(role_policy(template))
    else:
        world.allow()
    assert world.delete().status == "DELETE_COMPLETE", world.failures()
    (snapshot,) = of(listed(world), mine)
    assert snapshot.startswith("snap-" if body is VOLUME else f"{world.stack.lower()[:24]}")
    assert body is VOLUME or "-snapshot-it-" in snapshot


@pytest.mark.parametrize(
    ("body", "policy", "count"),
    [
        *((DATABASE, "", 1), (DATABASE, "Delete", 0), (CLUSTER, "", 1), (CLUSTER, "Delete", 0), (VOLUME, "", 0)),
        *((GRAPH, "", 0), (DOCUMENTS, "", 0)),
    ],
)
def test_databases_leave_a_snapshot_unless_their_policy_is_delete(
    world: World, body: Mapping[str, Any], policy: str, count: int
) -> None:
    template = in_template(body, **({"DeletionPolicy": policy} if policy else {}))
    assert world.create(template).status == "CREATE_COMPLETE", world.failures()
    mine = world.reference()
    assert world.update({"Resources": {"Other": {"Type": "AWS::SNS::Topic"}}}).status == "UPDATE_COMPLETE"
    every = (*databases(world), *clusters(world), *volumes(world))
    assert len(of(list(every), mine)) == count


def test_the_snapshot_of_a_cluster_is_the_one_of_its_instances(world: World) -> None:
    """An instance in a cluster takes none, and cannot ask for one."""
    member = {
        "Type": "AWS::RDS::DBInstance",
        "Properties": {
            "DBClusterIdentifier": {"Ref": "It"},
            "DBInstanceClass": "db.r6g.large",
            "Engine": AURORA["Engine"],
        },
    }
    asking = in_template(CLUSTER, Member={**member, "DeletionPolicy": "Snapshot"})
    assert world.create(asking).status == "ROLLBACK_COMPLETE"
    assert "DeletionPolicy:Snapshot cannot be specified for a cluster instance" in str(world.failures())
    world.delete()
    assert world.create(in_template(CLUSTER, Member=member)).status == "CREATE_COMPLETE", world.failures()
    mine, instance = world.reference(), world.reference("Member")
    assert world.delete().status == "DELETE_COMPLETE", world.failures()
    assert len(of(clusters(world), mine)) == 1
    assert not of(databases(world), instance)


def test_a_database_that_is_protected_leaves_no_snapshot(world: World) -> None:
    template = in_template({**DATABASE, "Properties": {**DATABASE["Properties"], "DeletionProtection": True}})
    assert world.create(template).status == "CREATE_COMPLETE", world.failures()
    mine = world.reference()
    assert world.delete().status == "DELETE_FAILED"
    assert not of(databases(world), mine)
    world.client("rds").modify_db_instance(DBInstanceIdentifier=mine, DeletionProtection=False)


def test_a_replacement_leaves_what_its_own_policy_says(world: World) -> None:
    """UpdateReplacePolicy, whose default is Delete for a database too; a change set tells."""
    other = {**DATABASE, "Properties": {**DATABASE["Properties"], "MasterUsername": "admin2"}}
    for policy, action, count in (("Snapshot", "ReplaceAndSnapshot", 1), ("", "ReplaceAndDelete", 0)):
        attributes = {"UpdateReplacePolicy": policy} if policy else {}
        first, second = (other, DATABASE) if policy else (DATABASE, other)
        created = world.create(in_template(first, **attributes), name=f"s{count}")
        assert created.status == "CREATE_COMPLETE", created
        mine = world.reference(name=f"s{count}")
        formation = world.client("cloudformation")
        change = {"StackName": f"s{count}", "ChangeSetName": "c"}
        formation.create_change_set(**change, TemplateBody=json.dumps(in_template(second, **attributes)))
        (changed,) = formation.describe_change_set(**change)["Changes"]
        assert changed["ResourceChange"]["PolicyAction"] == action
        formation.execute_change_set(**change)
        assert world.reference(name=f"s{count}") != mine
        assert len(of(databases(world), mine)) == count
        world.delete(f"s{count}")


def test_a_snapshot_where_the_service_makes_none_is_a_deletion(world: World) -> None:
    """The template reference: CloudFormation reverts to Delete."""
    assert world.create(in_template({"Type": "AWS::SNS::Topic"}, DeletionPolicy="Snapshot")).status == "CREATE_COMPLETE"
    mine = world.reference()
    assert world.delete().status == "DELETE_COMPLETE"
    assert mine not in str(world.client("sns").list_topics()["Topics"])


def test_what_a_rollback_deletes_leaves_a_snapshot_too(world: World) -> None:
    assert world.create(in_template(VOLUME, DeletionPolicy="Snapshot", Wrong={**WRONG, "DependsOn": "It"})).status == (
        "ROLLBACK_COMPLETE"
    )
    events = world.client("cloudformation").describe_stack_events(StackName=world.stack)["StackEvents"]
    volume = next(each["PhysicalResourceId"] for each in events if each["LogicalResourceId"] == "It")
    assert len(of(volumes(world), volume)) == 1


@pytest.mark.parametrize("except_on_create", [False, True])
def test_an_update_that_is_rolled_back_keeps_what_it_made_with_retain(world: World, *, except_on_create: bool) -> None:
    """Unless the operation says RetainExceptOnCreate; what the stack then has no more, it forgets."""
    formation, name = world.client("cloudformation"), f"kept-{except_on_create}"
    topic = {"Type": "AWS::SNS::Topic"}
    kept = {"Type": "AWS::SNS::Topic", "DeletionPolicy": "Retain", "Properties": {"TopicName": name}}
    formation.create_stack(StackName=name, TemplateBody=json.dumps({"Resources": {"It": topic}}))
    wrong = {"Resources": {"It": topic, "Kept": kept, "Wrong": {**WRONG, "DependsOn": "Kept"}}}
    more = {"RetainExceptOnCreate": True} if except_on_create else {}
    formation.update_stack(StackName=name, TemplateBody=json.dumps(wrong), **more)
    (stack,) = formation.describe_stacks(StackName=name)["Stacks"]
    assert stack["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    there = any(each["TopicArn"].endswith(f":{name}") for each in world.client("sns").list_topics()["Topics"])
    assert there is not except_on_create
    states = [each["ResourceStatus"] for each in formation.describe_stack_events(StackName=name)["StackEvents"]]
    assert ("DELETE_SKIPPED" in states) is not except_on_create
    formation.delete_stack(StackName=name)


def test_an_instance_is_a_replica_or_comes_from_a_snapshot(world: World) -> None:
    """It has the engine, the size and the user of what it comes from, which must exist."""
    own = {**DATABASE["Properties"], "AllocatedStorage": "30"}
    source = {"Type": "AWS::RDS::DBInstance", "Properties": own}
    properties = {"SourceDBInstanceIdentifier": {"Ref": "It"}, "MasterUserPassword": "secret-secret"}
    replica = {"Type": "AWS::RDS::DBInstance", "Properties": properties}
    template = in_template(source, Replica=replica)
    world.policy(role_policy(template))
    assert world.create(template).status == "CREATE_COMPLETE", world.failures()
    rds, mine, copy = world.client("rds"), world.reference(), world.reference("Replica")
    for action, given, refused in (  # a replica is made by another operation than a new instance
        ("rds:CreateDBInstance", {}, False),
        ("rds:CreateDBInstanceReadReplica", {}, True),
        ("rds:ModifyDBInstance", {"BackupRetentionPeriod": 1}, True),
        ("rds:RestoreDBInstanceToPointInTime", {"UseLatestRestorableTime": True}, True),
    ):
        another = {"Type": "AWS::RDS::DBInstance", "Properties": {"SourceDBInstanceIdentifier": mine, **given}}
        world.deny(action)
        outcome = world.create({"Resources": {"It": another}}, name="another")
        assert (f"not authorized to perform: {action} on" in outcome.reason) is refused, (action, outcome)
        world.allow()
        world.delete("another")
    (shown,) = rds.describe_db_instances(DBInstanceIdentifier=copy)["DBInstances"]
    assert (shown["Engine"], shown["AllocatedStorage"], shown["MasterUsername"]) == ("postgres", 30, "admin1")
    assert world.delete().status == "DELETE_COMPLETE", world.failures()
    assert not of(databases(world), copy)
    (snapshot,) = of(databases(world), mine)
    restored = in_template({"Type": "AWS::RDS::DBInstance", "Properties": {"DBSnapshotIdentifier": snapshot}})
    world.policy(role_policy(restored))
    assert world.create(restored).status == "CREATE_COMPLETE", world.failures()
    (shown,) = rds.describe_db_instances(DBInstanceIdentifier=world.reference())["DBInstances"]
    assert shown["Engine"] == "postgres"
    world.delete()
    for given, reason in (
        ({"DBSnapshotIdentifier": "none"}, "DBSnapshot none not found"),
        ({"SourceDBInstanceIdentifier": "none"}, "none not found"),
        ({"DBInstanceClass": "db.t3.micro"}, "The parameter Engine must be provided and must not be blank."),
    ):
        wrong = in_template({"Type": "AWS::RDS::DBInstance", "Properties": given})
        world.allow()
        assert world.create(wrong).status == "ROLLBACK_COMPLETE"
        assert reason in str(world.failures())
        world.delete()


@pytest.mark.parametrize("body", [CLUSTER, GRAPH, DOCUMENTS])
def test_a_cluster_comes_from_a_snapshot(world: World, body: Mapping[str, Any]) -> None:
    """Its template needs neither engine nor user, but the permission to restore; it may have another password."""
    kind = {"Type": body["Type"], "DeletionPolicy": "Delete"}
    assert world.create(in_template({**body, "DeletionPolicy": "Snapshot"})).status == "CREATE_COMPLETE"
    mine = world.reference()
    assert world.delete().status == "DELETE_COMPLETE", world.failures()
    (snapshot,) = of(clusters(world), mine)
    password = {"MasterUserPassword": "another-secret"} if body is CLUSTER else {}
    restored = in_template({**kind, "Properties": {"SnapshotIdentifier": snapshot, **password}})
    world.deny("rds:RestoreDBClusterFromSnapshot")
    assert world.create(restored).status == "ROLLBACK_COMPLETE"
    assert "rds:RestoreDBClusterFromSnapshot" in str(world.failures())
    world.delete()
    world.allow()
    assert world.create(restored).status == "CREATE_COMPLETE", world.failures()
    (shown,) = world.client("rds").describe_db_clusters(DBClusterIdentifier=world.reference())["DBClusters"]
    assert shown.get("MasterUsername") == body.get("Properties", {}).get("MasterUsername")
    assert world.delete().status == "DELETE_COMPLETE", world.failures()
    lost = in_template({**kind, "Properties": {"SnapshotIdentifier": "lost"}})
    assert world.create(lost).status == "ROLLBACK_COMPLETE"
    assert "DBClusterSnapshot lost not found" in str(world.failures())


def test_a_warehouse_comes_from_a_snapshot(world: World) -> None:
    """RestoreFromClusterSnapshot makes it, and CreateCluster does not."""
    snapshot = {"SnapshotIdentifier": "before", "ClusterIdentifier": {"Ref": "It"}}
    before = {"It": WAREHOUSE, "Snapshot": {"Type": "AWS::Redshift::Snapshot", "Properties": snapshot}}
    assert world.create({"Resources": before}).status == "CREATE_COMPLETE", world.failures()
    restored = {**WAREHOUSE, "Properties": {**WAREHOUSE["Properties"], "SnapshotIdentifier": "before"}}
    for action, status in (
        ("redshift:RestoreFromClusterSnapshot", "UPDATE_ROLLBACK_COMPLETE"),
        ("redshift:CreateCluster", "UPDATE_COMPLETE"),
    ):
        world.deny(action)
        outcome = world.update({"Resources": {**before, "Restored": restored}})
        assert outcome.status == status, outcome
