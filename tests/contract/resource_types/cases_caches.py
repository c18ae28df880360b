"""Users and snapshots of ElastiCache."""

from __future__ import annotations

from tests.contract.resource_types.cases_platforms import tags_by_arn
from tests.contract.resource_types.conftest import Case
from tests.contract.resource_types.reading import actions, asks, listed

PASSWORDS = {"Type": "password", "Passwords": ["correct-horse-battery"]}
CLUSTER = {
    "Type": "AWS::ElastiCache::CacheCluster",
    "Properties": {"CacheNodeType": "cache.t3.micro", "Engine": "redis", "NumCacheNodes": 1},
}

CASES = (
    Case(
        "AWS::ElastiCache::User",
        {
            "UserId": "reader",
            "UserName": "reader",
            "Engine": "redis",
            "AccessString": "on ~* +@read",
            "NoPasswordRequired": True,
        },
        asks("elasticache", "describe_users", "Users.0", UserId="@"),
        {"AccessString": "on ~* +@read", "Authentication": {"Type": "no-password"}, "Status": "active"},
        changed={"AccessString": "on ~a* +@read", "NoPasswordRequired": None, "AuthenticationMode": PASSWORDS},
        then={"AccessString": "on ~a* +@read", "Authentication": {"Type": "password", "PasswordCount": 1}},
        replaced={"UserId": "writer", "UserName": "writer"},
        tags=tags_by_arn("elasticache", "user:", "ResourceName", "TagList"),
        denied=actions("elasticache", "CreateUser", "AddTagsToResource", "DescribeUsers"),
        denied_later=actions("elasticache", "ModifyUser", "DeleteUser"),
        attributes=("Arn", "Status"),
    ),
    Case(
        "AWS::ElastiCache::Snapshot",
        {"SnapshotName": "before", "CacheClusterId": {"Ref": "Cluster"}},
        lambda world, arn: world.client("elasticache").describe_snapshots(SnapshotName=arn.rpartition(":")[2])[
            "Snapshots"
        ][0],
        {"SnapshotStatus": "available", "CacheNodeType": "cache.t3.micro"},
        replaced={"SnapshotName": "after"},
        tags=listed(asks("elasticache", "list_tags_for_resource", "TagList", ResourceName="@")),
        denied=actions("elasticache", "CreateSnapshot", "AddTagsToResource", "DescribeSnapshots"),
        denied_later=actions("elasticache", "DeleteSnapshot"),
        around={"Cluster": CLUSTER},
        attributes=("Arn", "CacheNodeType", "Engine", "SnapshotStatus"),
    ),
)
