"""Dashboards and Contributor Insights rules of CloudWatch."""

from __future__ import annotations

from tests.contract.resource_types.conftest import ACCOUNT, Case, Read, World
from tests.contract.resource_types.reading import asks, by_arn, listed

BODY = '{"AggregateOn": "Count", "LogGroupNames": ["orders"]}'


def tags(arn: str = "{}") -> Read:
    """The tags of an ARN that is made of the Ref."""
    answer = by_arn("cloudwatch", "ResourceARN", lambda it: arn.format(it))
    return listed(lambda world, it: answer(world, it)["Tags"])


def insight_rule(world: World, arn: str) -> object:
    rules = world.client("cloudwatch").describe_insight_rules()["InsightRules"]
    return next(each for each in rules if each["Name"] == arn.rpartition("/")[2])


CASES = (
    Case(
        "AWS::CloudWatch::Dashboard",
        {"DashboardBody": '{"widgets": []}'},
        asks("cloudwatch", "get_dashboard", DashboardName="@"),
        {"DashboardBody": '{"widgets": []}'},
        changed={"DashboardBody": '{"start": "-PT1H", "widgets": []}'},
        then={"DashboardBody": '{"start": "-PT1H", "widgets": []}'},
        replaced={"DashboardName": "another"},
        tags=tags(f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/{{}}"),
        denied=("cloudwatch:PutDashboard", "cloudwatch:TagResource", "cloudwatch:GetDashboard"),
        denied_later=("cloudwatch:PutDashboard", "cloudwatch:DeleteDashboards"),
    ),
    Case(
        "AWS::CloudWatch::InsightRule",
        {"RuleName": "top", "RuleState": "ENABLED", "RuleBody": BODY},
        insight_rule,
        {"State": "ENABLED", "Definition": BODY},
        changed={"RuleState": "DISABLED", "RuleBody": "{}"},
        then={"State": "DISABLED", "Definition": "{}"},
        replaced={"RuleName": "other"},
        tags=tags(),
        denied=("cloudwatch:PutInsightRule", "cloudwatch:TagResource", "cloudwatch:DescribeInsightRules"),
        denied_later=("cloudwatch:PutInsightRule", "cloudwatch:DeleteInsightRules"),
        attributes=("Arn", "RuleName"),
    ),
)
