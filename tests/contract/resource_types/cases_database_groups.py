"""Groups of parameters and options of RDS, event subscriptions and proxies."""

from __future__ import annotations

from functools import partial
from typing import Any

from tests.contract.resource_types.cases_iam import TRUST
from tests.contract.resource_types.cases_services import NETWORK, SUBNETS
from tests.contract.resource_types.conftest import ACCOUNT, REGION, Case
from tests.contract.resource_types.reading import asks, listed, with_more

asked = partial(asks, "rds")
SECRET = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:db"


def row(name: str, kind: str, *arguments: Any, denied: str, later: str, **more: Any) -> Case:
    return Case(
        f"AWS::RDS::{name}",
        *arguments,
        tags=lambda world, reference: listed(
            asked(
                "list_tags_for_resource", "TagList", ResourceName=f"arn:aws:rds:{REGION}:{ACCOUNT}:{kind}:{reference}"
            )
        )(world, reference),
        denied=tuple(f"rds:{action}" for action in denied.split()),
        denied_later=tuple(f"rds:{action}" for action in later.split()),
        **more,
    )


CASES = (
    row(
        "DBParameterGroup",
        "pg",
        {"Family": "postgres16", "Description": "one", "Parameters": {"a": "1", "b": "2"}},
        with_more(
            asked("describe_db_parameter_groups", "DBParameterGroups.0", DBParameterGroupName="@"),
            values=listed(
                asked("describe_db_parameters", "Parameters", DBParameterGroupName="@"),
                "ParameterName",
                "ParameterValue",
            ),
        ),
        {"DBParameterGroupFamily": "postgres16", "values": {"a": "1", "b": "2"}},
        changed={"Parameters": {"a": "3"}},
        then={"values": {"a": "3", "b": None}},
        replaced={"Family": "postgres15"},
        denied="CreateDBParameterGroup AddTagsToResource DescribeDBParameterGroups ModifyDBParameterGroup",
        later="ResetDBParameterGroup DeleteDBParameterGroup",
        attributes=("DBParameterGroupArn",),
    ),
    row(
        "DBClusterParameterGroup",
        "cluster-pg",
        {"Family": "aurora-postgresql16", "Description": "one", "Parameters": {"a": "1"}},
        with_more(
            asked(
                "describe_db_cluster_parameter_groups", "DBClusterParameterGroups.0", DBClusterParameterGroupName="@"
            ),
            values=listed(
                asked("describe_db_cluster_parameters", "Parameters", DBClusterParameterGroupName="@"),
                "ParameterName",
                "ParameterValue",
            ),
        ),
        {"DBParameterGroupFamily": "aurora-postgresql16", "values": {"a": "1"}},
        changed={"Parameters": {"c": "3"}},
        then={"values": {"a": None, "c": "3"}},
        replaced={"Description": "two"},
        denied="CreateDBClusterParameterGroup AddTagsToResource ModifyDBClusterParameterGroup",
        later="ResetDBClusterParameterGroup DeleteDBClusterParameterGroup",
    ),
    row(
        "OptionGroup",
        "og",
        {"EngineName": "mysql", "MajorEngineVersion": "8.4", "OptionGroupDescription": "one"},
        asked("describe_option_groups", "OptionGroupsList.0", OptionGroupName="@"),
        {"EngineName": "mysql", "Options": []},
        changed={"OptionConfigurations": [{"OptionName": "MEMCACHED", "Port": 11211}]},
        then={"Options": [{"OptionName": "MEMCACHED"}]},
        replaced={"OptionGroupDescription": "two"},
        denied="CreateOptionGroup AddTagsToResource DescribeOptionGroups",
        later="ModifyOptionGroup DeleteOptionGroup",
    ),
    row(
        "EventSubscription",
        "es",
        {"SnsTopicArn": {"Ref": "Topic"}, "SourceType": "db-instance", "EventCategories": ["failure"]},
        asked("describe_event_subscriptions", "EventSubscriptionsList.0", SubscriptionName="@"),
        {"SourceType": "db-instance", "Enabled": True, "EventCategoriesList": ["failure"]},
        changed={"EventCategories": ["failover"], "Enabled": False},
        then={"EventCategoriesList": ["failover"], "Enabled": False},
        replaced={"SubscriptionName": "another"},
        denied="CreateEventSubscription AddTagsToResource DescribeEventSubscriptions",
        later="ModifyEventSubscription DeleteEventSubscription",
        around={"Topic": {"Type": "AWS::SNS::Topic"}},
    ),
    Case(
        "AWS::RDS::DBProxy",
        {
            "DBProxyName": "front",
            "EngineFamily": "POSTGRESQL",
            "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
            "VpcSubnetIds": SUBNETS,
            "Auth": [{"SecretArn": SECRET}],
        },
        asked("describe_db_proxies", "DBProxies.0", DBProxyName="@"),
        {"EngineFamily": "POSTGRESQL"},
        changed={"RequireTLS": True, "IdleClientTimeout": 60},
        then={"RequireTLS": True, "IdleClientTimeout": 60},
        tags=lambda world, reference: listed(
            asked(
                "list_tags_for_resource",
                "TagList",
                ResourceName=world.client("rds").describe_db_proxies(DBProxyName=reference)["DBProxies"][0][
                    "DBProxyArn"
                ],
            )
        )(world, reference),
        denied=("rds:CreateDBProxy", "rds:AddTagsToResource", "rds:DescribeDBProxies", "iam:PassRole"),
        denied_later=("rds:ModifyDBProxy", "rds:DeleteDBProxy"),
        around={**NETWORK, "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}}},
        attributes=("DBProxyArn", "Endpoint", "VpcId"),
    ),
)
