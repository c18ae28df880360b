"""Dashboards and Contributor Insights rules of CloudWatch. Nothing is measured."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource
from catalog.sandbox.registry.rows import plain, regional, tagged


def dashboard_arn(it: ApiResource) -> str:
    """The ARN of a dashboard, which has no Region."""
    return f"arn:{it.place.partition}:cloudwatch::{it.place.account}:dashboard/{it['DashboardName']}"


DASHBOARD_NAME = ("DashboardName",)
PUT_DASHBOARD = ApiCall("PutDashboard", lambda it: {"DashboardBody": it.text("DashboardBody")}, identity=DASHBOARD_NAME)
DASHBOARD = plain(
    "AWS::CloudWatch::Dashboard",
    "cloudwatch",
    DASHBOARD_NAME,
    create=PUT_DASHBOARD,
    read="Get",
    update=PUT_DASHBOARD,
    delete=(ApiCall("DeleteDashboards", lambda it: {"DashboardNames": [it["DashboardName"]]}),),
    tagging=tagged("ResourceARN", dashboard_arn),
    arn=dashboard_arn,
)


def insight_rule_name(it: ApiResource) -> str:
    """The name of a rule, which its ARN has too."""
    return str(it["RuleName"] or str(it["Arn"]).rpartition("/")[2])


def insight_rule_arn(it: ApiResource) -> str:
    """The ARN of a rule."""
    return regional(it, "cloudwatch", f"insight-rule/{insight_rule_name(it)}")


def insight_rule(it: ApiResource, answer: Any) -> Any:
    """The rule among all rules, which is all that can be read."""
    return next((each for each in answer.get("InsightRules", ()) if each["Name"] == insight_rule_name(it)), None)


PUT_RULE = ApiCall("PutInsightRule", copies=True, renamed={"RuleBody": "RuleDefinition"})
INSIGHT_RULE = plain(
    "AWS::CloudWatch::InsightRule",
    "cloudwatch",
    (),
    create=PUT_RULE,
    known=lambda it, answer: {"Arn": insight_rule_arn(it)},
    identified=lambda it: {"RuleName": insight_rule_name(it)},
    read=ApiCall("DescribeInsightRules"),
    shown=insight_rule,
    update=PUT_RULE,
    delete=(ApiCall("DeleteInsightRules", lambda it: {"RuleNames": [insight_rule_name(it)]}),),
    tagging=tagged("ResourceARN", insight_rule_arn),
    arn=insight_rule_arn,
    modelled=("ApplyOnTransformedLogs",),
)

TYPES = (DASHBOARD, INSIGHT_RULE)
