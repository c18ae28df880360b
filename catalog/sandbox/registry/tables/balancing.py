"""Load balancers, target groups and listeners. Nothing is balanced: they have their settings, names and tags."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting, Tagging
from catalog.sandbox.registry.rows import inside, regional, taken

SERVICE = "elasticloadbalancing"
KINDS = {"network": "net", "gateway": "gwy"}
"""Type of a load balancer → how its ARN says it; `app` for the others."""


def tagging(name: str) -> Tagging:
    """The calls that tag a resource, by its ARN."""

    def tagged(subject: ApiResource) -> dict[str, Any]:
        return {"ResourceArns": [subject[name]]}

    return Tagging(ApiCall("AddTags", tagged), ApiCall("RemoveTags", tagged), "Tags")


def balancer(subject: ApiResource) -> dict[str, Any]:
    """The ARN of the load balancer."""
    return {"LoadBalancerArn": subject["LoadBalancerArn"]}


def balancer_arn(subject: ApiResource) -> str:
    """The ARN of a load balancer, also before it exists."""
    kind = KINDS.get(subject.text("Type"), "app")
    return str(subject["LoadBalancerArn"] or regional(subject, SERVICE, f"loadbalancer/{kind}/{subject.name}/*"))


BALANCER = ApiType(
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "elbv2",
    create=ApiCall("CreateLoadBalancer", lambda it: {"Name": it.name}, copies=True),
    known=lambda it, answer: {"LoadBalancerArn": answer["LoadBalancers"][0]["LoadBalancerArn"]},
    read=ApiCall("DescribeLoadBalancers", lambda it: {"LoadBalancerArns": [it["LoadBalancerArn"]]}),
    shown=inside("LoadBalancers.0"),
    attributes=lambda it, shown: {
        "LoadBalancerName": shown["LoadBalancerName"],
        "LoadBalancerFullName": shown["LoadBalancerArn"].partition(":loadbalancer/")[2],
        "CanonicalHostedZoneID": shown["CanonicalHostedZoneId"],
        "DNSName": shown["DNSName"],
    },
    settings=(
        Setting(
            ("LoadBalancerAttributes",),
            ApiCall(
                "ModifyLoadBalancerAttributes", lambda it: balancer(it) | {"Attributes": it["LoadBalancerAttributes"]}
            ),
        ),
        Setting(
            ("SecurityGroups",),
            ApiCall("SetSecurityGroups", lambda it: balancer(it) | it.given("SecurityGroups")),
            on_create=False,
        ),
        Setting(
            ("Subnets", "SubnetMappings"),
            ApiCall("SetSubnets", lambda it: balancer(it) | it.given("Subnets", "SubnetMappings")),
            on_create=False,
        ),
        Setting(
            ("IpAddressType",),
            ApiCall("SetIpAddressType", lambda it: balancer(it) | it.given("IpAddressType")),
            on_create=False,
        ),
    ),
    delete=(ApiCall("DeleteLoadBalancer", balancer),),
    tagging=tagging("LoadBalancerArn"),
    arn=balancer_arn,
    modelled=(
        "EnableCapacityReservationProvisionStabilize",
        "EnablePrefixForIpv6SourceNat",
        "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic",
        "Ipv4IpamPoolId",
        "MinimumLoadBalancerCapacity",
    ),
)


def target_group(subject: ApiResource) -> dict[str, Any]:
    """The ARN of the target group."""
    return {"TargetGroupArn": subject["TargetGroupArn"]}


def gone_targets(subject: ApiResource) -> dict[str, Any] | None:
    """DeregisterTargets for those that the template had before; None without any."""
    old = subject.old.get("Targets")
    return target_group(subject) | {"Targets": old} if old else None


def new_targets(subject: ApiResource) -> dict[str, Any] | None:
    """RegisterTargets; None without any."""
    return target_group(subject) | subject.given("Targets") if subject.properties.get("Targets") else None


TARGET_GROUP = ApiType(
    "AWS::ElasticLoadBalancingV2::TargetGroup",
    "elbv2",
    create=ApiCall("CreateTargetGroup", lambda it: {"Name": it.name}, copies=True),
    known=lambda it, answer: {"TargetGroupArn": answer["TargetGroups"][0]["TargetGroupArn"]},
    read=ApiCall("DescribeTargetGroups", lambda it: {"TargetGroupArns": [it["TargetGroupArn"]]}),
    shown=inside("TargetGroups.0"),
    attributes=lambda it, shown: {
        "TargetGroupName": shown["TargetGroupName"],
        "TargetGroupFullName": shown["TargetGroupArn"].rpartition(":")[2],
        "LoadBalancerArns": shown.get("LoadBalancerArns", []),
    },
    settings=(
        Setting(
            ("TargetGroupAttributes",),
            ApiCall(
                "ModifyTargetGroupAttributes",
                lambda it: target_group(it) | {"Attributes": it["TargetGroupAttributes"]},
            ),
        ),
        Setting(("Targets",), ApiCall("DeregisterTargets", gone_targets)),
        Setting(("Targets",), ApiCall("RegisterTargets", new_targets)),
    ),
    update=ApiCall("ModifyTargetGroup", target_group, copies=True),
    delete=(ApiCall("DeleteTargetGroup", target_group),),
    tagging=tagging("TargetGroupArn"),
    arn=lambda it: str(it["TargetGroupArn"] or regional(it, SERVICE, f"targetgroup/{it.name}/*")),
    modelled=("TargetControlPort",),
)


def listener(subject: ApiResource) -> dict[str, Any]:
    """The ARN of the listener."""
    return {"ListenerArn": subject["ListenerArn"]}


def listener_arn(subject: ApiResource) -> str:
    """The ARN of a listener, also before it exists."""
    if subject["ListenerArn"]:
        return str(subject["ListenerArn"])
    return f"{subject.text('LoadBalancerArn').replace(':loadbalancer/', ':listener/')}/*"


LISTENER = ApiType(
    "AWS::ElasticLoadBalancingV2::Listener",
    "elbv2",
    create=ApiCall("CreateListener", copies=True),
    known=lambda it, answer: {"ListenerArn": answer["Listeners"][0]["ListenerArn"]},
    read=ApiCall("DescribeListeners", lambda it: {"ListenerArns": [it["ListenerArn"]]}),
    shown=inside("Listeners.0"),
    update=ApiCall("ModifyListener", listener, copies=True),
    delete=(ApiCall("DeleteListener", listener),),
    tagging=tagging("ListenerArn"),
    arn=listener_arn,
    settings=(
        Setting(
            ("ListenerAttributes",),
            ApiCall(
                "ModifyListenerAttributes",
                lambda it: (
                    listener(it) | {"Attributes": it["ListenerAttributes"]} if it["ListenerAttributes"] else None
                ),
            ),
        ),
    ),
    modelled=("MutualAuthentication",),
)


def changed_rule(it: ApiResource) -> dict[str, Any]:
    """The ARN of a rule."""
    return {"RuleArn": it["RuleArn"]}


def rule_arn(it: ApiResource) -> str:
    """The ARN of a rule, also before it exists."""
    return str(it["RuleArn"] or f"{it.text('ListenerArn').replace(':listener/', ':listener-rule/')}/*")


RULE = ApiType(
    "AWS::ElasticLoadBalancingV2::ListenerRule",
    "elbv2",
    create=ApiCall("CreateRule", copies=True),
    known=taken(RuleArn="Rules.0.RuleArn"),
    read=ApiCall("DescribeRules", lambda it: {"RuleArns": [it["RuleArn"]]}),
    shown=inside("Rules.0"),
    attributes=taken(IsDefault="IsDefault"),
    settings=(
        Setting(
            ("Priority",),
            ApiCall(
                "SetRulePriorities",
                lambda it: {"RulePriorities": [{**changed_rule(it), "Priority": int(it["Priority"])}]},
            ),
            on_create=False,
        ),
    ),
    update=ApiCall("ModifyRule", changed_rule, copies=True),
    delete=(ApiCall("DeleteRule", changed_rule),),
    tagging=tagging("RuleArn"),
    arn=rule_arn,
    modelled=("Transforms",),
)

TYPES = (BALANCER, TARGET_GROUP, LISTENER, RULE)
