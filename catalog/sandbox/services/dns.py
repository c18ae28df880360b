"""Route 53: records by name, type and identifier, and what moto leaves out of health checks and query logs.

Sources: Route 53 API reference, ChangeResourceRecordSets ("CREATE", the errors of InvalidChangeBatch),
ListQueryLoggingConfigs (HostedZoneId), HealthCheckConfig.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.route53.exceptions import Route53ClientError
from moto.route53.models import FakeZone, HealthCheck, Route53Backend
from moto.route53.responses import Route53

CHECKED = ("AlarmIdentifier", "InsufficientDataHealthStatus", "RoutingControlArn")
"""Members of a health check that moto does not keep."""
MORE = "sandbox_more"
CHANGE, CREATE_CHECK = Route53Backend.change_resource_record_sets, Route53.create_health_check
UPDATE_CHECK = Route53.update_health_check
CONFIG = vars(HealthCheck)["health_check_config"].fget


def install() -> None:
    """Replace moto's methods."""
    for answer in (create_health_check, update_health_check, list_query_logging_configs):
        setattr(Route53, answer.__name__, answer)
    setattr(Route53Backend, "change_resource_record_sets", change)  # noqa: B010  # mypy allows no other form
    setattr(FakeZone, "delete_rrset_by_id", lambda zone, set_identifier: None)  # noqa: B010
    setattr(HealthCheck, "health_check_config", property(config))  # noqa: B010


def _identity(record: Any) -> tuple[str, str, str]:
    """Name, type and identifier of a record, of a request or of a zone."""
    if isinstance(record, dict):
        name, kind, identifier = record["Name"], record["Type"], record.get("SetIdentifier")
    else:
        name, kind, identifier = record.name, record.type, record.set_identifier
    return str(name).rstrip("."), str(kind), str(identifier or "")


def change(backend: Route53Backend, zoneid: str, change_list: list[dict[str, Any]]) -> None:
    """Refuse to create what there is and to delete what there is not; delete by identifier what has this name too."""
    zone = backend.get_hosted_zone(zoneid)
    present = {_identity(record) for record in zone.rrsets}
    deleted = {_identity(each["ResourceRecordSet"]) for each in change_list if each["Action"] == "DELETE"}
    for each in change_list:
        name, kind, identifier = key = _identity(each["ResourceRecordSet"])
        words = f"resource record set [name='{name}.', type='{kind}'"
        words += f", set-identifier='{identifier}']" if identifier else "]"
        if each["Action"] == "CREATE" and key in present - deleted:
            raise Route53ClientError("InvalidChangeBatch", f"[Tried to create {words} but it already exists]")
        if each["Action"] == "DELETE" and key not in present:
            raise Route53ClientError("InvalidChangeBatch", f"[Tried to delete {words} but it was not found]")
    doomed = [record for record in zone.rrsets if record.set_identifier and _identity(record) in deleted]
    before = list(zone.rrsets)
    try:
        CHANGE(backend, zoneid, change_list)
    except Exception:  # all changes of a batch are made, or none
        zone.rrsets = before
        raise
    zone.rrsets = [record for record in zone.rrsets if not any(record is each for each in doomed)]


def create_health_check(response: Route53) -> ActionResult:
    """CreateHealthCheck."""
    answer = CREATE_CHECK(response)
    check = list(response.backend.health_checks.values())[-1]
    given = response._get_param("HealthCheckConfig")
    setattr(check, MORE, {name: given[name] for name in CHECKED if name in given})
    return answer


def update_health_check(response: Route53) -> ActionResult:
    """UpdateHealthCheck."""
    answer = UPDATE_CHECK(response)
    check = response.backend.health_checks[response._get_param("HealthCheckId")]
    given = {name: response._get_param(name) for name in CHECKED}
    changed = {name: value for name, value in given.items() if value is not None}
    setattr(check, MORE, {**vars(check).get(MORE, {}), **changed})
    check.health_check_version += 1
    return answer


def config(check: HealthCheck) -> dict[str, Any]:
    """All that a health check was given."""
    return {**CONFIG(check), **vars(check).get(MORE, {})}


def list_query_logging_configs(response: Route53) -> ActionResult:
    """ListQueryLoggingConfigs, of one zone or of all."""
    zone = response._get_param("HostedZoneId")
    if zone:
        zone = response.backend.get_hosted_zone(zone).resource_id
    configs = response.backend.query_logging_configs.values()
    return ActionResult({"QueryLoggingConfigs": [each for each in configs if zone in (None, each.hosted_zone_id)]})
