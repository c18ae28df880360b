"""EC2: changes and deletions of traffic mirroring that moto lacks, rules of filters, and tags that change.

Source: EC2 API reference, ModifyTrafficMirrorFilterNetworkServices, ModifyTrafficMirrorSession,
DeleteTrafficMirrorFilter, DeleteTrafficMirrorTarget, CreateTrafficMirrorFilterRule, ModifyTrafficMirrorFilterRule.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.traffic_mirrors import TrafficMirrorFilter, TrafficMirrorSession, TrafficMirrorTarget
from moto.ec2.responses.traffic_mirrors import TrafficMirrors
from moto.ec2.utils import EC2_RESOURCE_TO_PREFIX, random_id

from catalog.sandbox.services.keeping import members

CREATE, MODIFY = TrafficMirrors.create_traffic_mirror_filter, TrafficMirrors.modify_traffic_mirror_session
FIELDS = {"packet-length": "packet_length", "virtual-network-id": "virtual_network_id", "description": "description"}
"""A field that a request removes → the attribute of moto's session."""
RULE_FIELDS = {
    "description": "Description",
    "destination-port-range": "DestinationPortRange",
    "protocol": "Protocol",
    "source-port-range": "SourcePortRange",
}
"""A field that a request removes → the member of a rule."""
RULE = (
    *("TrafficMirrorFilterId", "TrafficDirection", "RuleNumber", "RuleAction", "DestinationCidrBlock"),
    *("SourceCidrBlock", *RULE_FIELDS.values()),
)


def install() -> None:
    """Replace moto's operations, add those that it lacks, and let ids begin as EC2's do: others cannot be tagged."""
    EC2_RESOURCE_TO_PREFIX.update(
        {"traffic-mirror-filter": "tmf", "traffic-mirror-filter-rule": "tmfr", "traffic-mirror-target": "tmt"}
    )
    for kind in (TrafficMirrorFilter, TrafficMirrorSession, TrafficMirrorTarget):
        # moto keeps those of the creation in the attribute
        setattr(kind, "tags", property(lambda it: it.get_tags(), lambda it, _: None))  # noqa: B010
    for name, answer in {
        "create_traffic_mirror_filter": create_filter,
        "create_traffic_mirror_filter_rule": create_rule,
        "describe_traffic_mirror_filter_rules": describe_rules,
        "modify_traffic_mirror_filter_rule": modify_rule,
        "delete_traffic_mirror_filter_rule": delete_rule,
        "delete_traffic_mirror_filter": delete_filter,
        "delete_traffic_mirror_target": delete_target,
        "modify_traffic_mirror_filter_network_services": modify_services,
        "modify_traffic_mirror_session": modify_session,
    }.items():
        setattr(TrafficMirrors, name, answer)


def create_filter(response: TrafficMirrors) -> ActionResult:
    """CreateTrafficMirrorFilter, without network services."""
    answer = CREATE(response)
    backend, identifier = response.ec2_backend, members(answer)["TrafficMirrorFilter"]["TrafficMirrorFilterId"]
    new: Any = backend.traffic_mirror_filters[identifier]
    new.network_services, new.sandbox_rules = [], {}
    return answer


def rules_of(response: TrafficMirrors) -> dict[str, Any]:
    """Id of a rule → the filter that has it."""
    filters: list[Any] = list(response.ec2_backend.traffic_mirror_filters.values())
    return {identifier: each for each in filters for identifier in each.sandbox_rules}


def put_rule(response: TrafficMirrors, holder: Any, identifier: str, rule: dict[str, Any]) -> ActionResult:
    """Keep a rule, and show it in its filter."""
    holder.sandbox_rules[identifier] = {**rule, "TrafficMirrorFilterRuleId": identifier}
    show_rules(holder)
    return ActionResult({"TrafficMirrorFilterRule": with_tags(response, holder.sandbox_rules[identifier])})


def show_rules(holder: Any) -> None:
    """The rules of a filter, by their direction."""
    for direction in ("ingress", "egress"):
        rules = [each for each in holder.sandbox_rules.values() if each["TrafficDirection"] == direction]
        setattr(holder, f"{direction}_filter_rules", rules)


def with_tags(response: TrafficMirrors, rule: dict[str, Any]) -> dict[str, Any]:
    """A rule with its tags."""
    identifier = rule["TrafficMirrorFilterRuleId"]
    return {**rule, "Tags": response.ec2_backend.describe_tags(filters={"resource-id": [identifier]})}


def given_rule(response: TrafficMirrors) -> dict[str, Any]:
    """What a request says of a rule."""
    given = {name: response._get_param(name) for name in RULE}
    return {name: value for name, value in given.items() if value is not None}


def create_rule(response: TrafficMirrors) -> ActionResult:
    """CreateTrafficMirrorFilterRule."""
    holder, identifier = filter_of(response), random_id(prefix="tmfr")
    tags = response._parse_tag_specification().get("traffic-mirror-filter-rule", {})
    response.ec2_backend.create_tags([identifier], tags)
    return put_rule(response, holder, identifier, given_rule(response))


def describe_rules(response: TrafficMirrors) -> ActionResult:
    """DescribeTrafficMirrorFilterRules: those with the ids, or all."""
    holders, wanted = rules_of(response), response._get_param("TrafficMirrorFilterRuleIds", [])
    for each in wanted:
        existing(holders, each, "FilterRule")
    rules = [each.sandbox_rules[name] for name, each in holders.items() if not wanted or name in wanted]
    return ActionResult({"TrafficMirrorFilterRules": [with_tags(response, rule) for rule in rules]})


def modify_rule(response: TrafficMirrors) -> ActionResult:
    """ModifyTrafficMirrorFilterRule: what is not given stays, but for fields that go."""
    identifier = response._get_param("TrafficMirrorFilterRuleId")
    holder = existing(rules_of(response), identifier, "FilterRule")
    gone = [RULE_FIELDS[field] for field in response._get_param("RemoveFields", [])]
    before = {name: value for name, value in holder.sandbox_rules[identifier].items() if name not in gone}
    return put_rule(response, holder, identifier, {**before, **given_rule(response)})


def delete_rule(response: TrafficMirrors) -> ActionResult:
    """DeleteTrafficMirrorFilterRule."""
    identifier = response._get_param("TrafficMirrorFilterRuleId")
    holder = existing(rules_of(response), identifier, "FilterRule")
    del holder.sandbox_rules[identifier]
    show_rules(holder)
    return ActionResult({"TrafficMirrorFilterRuleId": identifier})


def filter_of(response: TrafficMirrors) -> Any:
    """The filter of a request."""
    identifier = response._get_param("TrafficMirrorFilterId")
    return existing(response.ec2_backend.traffic_mirror_filters, identifier, "Filter")


def existing(known: dict[str, Any], identifier: str, kind: str) -> Any:
    """What has an id; the error of EC2 if nothing has it."""
    if identifier not in known:
        raise EC2ClientError(
            f"InvalidTrafficMirror{kind}Id.NotFound", f"The traffic mirror {kind.lower()} '{identifier}' does not exist"
        )
    return known[identifier]


def modify_services(response: TrafficMirrors) -> ActionResult:
    """ModifyTrafficMirrorFilterNetworkServices."""
    it, gone = filter_of(response), response._get_param("RemoveNetworkServices", [])
    services = [*it.network_services, *response._get_param("AddNetworkServices", [])]
    it.network_services = [service for service in dict.fromkeys(services) if service not in gone]
    return ActionResult({"TrafficMirrorFilter": it})


def modify_session(response: TrafficMirrors) -> ActionResult:
    """ModifyTrafficMirrorSession, with fields that go."""
    identifier = response._get_param("TrafficMirrorSessionId")
    session = existing(response.ec2_backend.traffic_mirror_sessions, identifier, "Session")
    for field in response._get_param("RemoveFields", []):
        setattr(session, FIELDS[field], None)
    return MODIFY(response)


def in_use(response: TrafficMirrors, kind: str, identifier: str) -> None:
    """Refuse to delete what a session uses."""
    sessions = response.ec2_backend.traffic_mirror_sessions.values()
    if any(getattr(each, f"traffic_mirror_{kind.lower()}_id") == identifier for each in sessions):
        raise EC2ClientError(
            f"TrafficMirror{kind}InUse", f"The traffic mirror {kind.lower()} '{identifier}' is used by a session"
        )


def delete_filter(response: TrafficMirrors) -> ActionResult:
    """DeleteTrafficMirrorFilter."""
    identifier = filter_of(response).id
    in_use(response, "Filter", identifier)
    del response.ec2_backend.traffic_mirror_filters[identifier]
    return ActionResult({"TrafficMirrorFilterId": identifier})


def delete_target(response: TrafficMirrors) -> ActionResult:
    """DeleteTrafficMirrorTarget."""
    identifier = response._get_param("TrafficMirrorTargetId")
    existing(response.ec2_backend.traffic_mirror_targets, identifier, "Target")
    in_use(response, "Target", identifier)
    del response.ec2_backend.traffic_mirror_targets[identifier]
    return ActionResult({"TrafficMirrorTargetId": identifier})
