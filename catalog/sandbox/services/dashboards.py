"""CloudWatch: the tags of dashboards and Contributor Insights rules, which moto gives to alarms alone.

Source: CloudWatch API reference, TagResource ("alarms, dashboards, metric streams and Contributor Insights rules"),
PutDashboard (Tags are for a new dashboard), PutInsightRule (a rule that changes keeps its tags).
"""

from __future__ import annotations

from typing import Any

from moto.cloudwatch.exceptions import ResourceNotFoundException
from moto.cloudwatch.models import CloudWatchBackend
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult

PUT_DASHBOARD = CloudWatchResponse.put_dashboard
DELETE_DASHBOARDS, DELETE_RULES = CloudWatchBackend.delete_dashboards, CloudWatchBackend.delete_insight_rules


def install() -> None:
    """Replace moto's methods."""
    for method in (tag_resource, untag_resource, delete_dashboards, delete_insight_rules):
        setattr(CloudWatchBackend, method.__name__, method)
    setattr(CloudWatchResponse, "put_dashboard", put_dashboard)  # noqa: B010  # mypy allows no other form


def arns(backend: CloudWatchBackend) -> set[str]:
    """The ARNs of all that has tags."""
    return {
        *(each.alarm_arn for each in backend.describe_alarms()),
        *(each.arn for each in backend.dashboards.values()),
        *(each.rule_arn for each in backend.insight_rules.values()),
    }


def tag_resource(backend: CloudWatchBackend, arn: str, tags: dict[str, str]) -> None:
    """TagResource of the API reference."""
    if arn not in arns(backend):
        raise ResourceNotFoundException
    backend.tagger.tag_resource(arn, backend.tagger.convert_dict_to_tags_input(tags))


def untag_resource(backend: CloudWatchBackend, arn: str, tag_keys: list[str]) -> None:
    """UntagResource of the API reference."""
    if arn not in arns(backend):
        raise ResourceNotFoundException
    backend.tagger.untag_resource_using_names(arn, tag_keys)


def put_dashboard(response: CloudWatchResponse) -> ActionResult:
    """PutDashboard of the API reference."""
    backend, name = response.cloudwatch_backend, response._get_param("DashboardName")
    new, answer = name not in backend.dashboards, PUT_DASHBOARD(response)
    if new:
        backend.tagger.tag_resource(backend.dashboards[name].arn, response._get_param("Tags", []))
    return answer


def delete_dashboards(backend: CloudWatchBackend, dashboards: list[str]) -> str | None:
    """DeleteDashboards: the tags go too."""
    gone = [each.arn for name, each in backend.dashboards.items() if name in dashboards]
    error = DELETE_DASHBOARDS(backend, dashboards)
    if error is None:
        _untag(backend, gone)
    return error


def delete_insight_rules(backend: CloudWatchBackend, rule_names: list[str]) -> list[dict[str, Any]]:
    """DeleteInsightRules: the tags go too."""
    gone = [each.rule_arn for name, each in backend.insight_rules.items() if name in rule_names]
    failures = DELETE_RULES(backend, rule_names)
    _untag(backend, gone)
    return failures


def _untag(backend: CloudWatchBackend, gone: list[str]) -> None:
    for arn in gone:
        backend.tagger.delete_all_tags_for_resource(arn)
