"""Classic load balancers. Nothing is balanced: they have their listeners, policies, settings, instances and tags."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Parameters, Setting, Tagging
from catalog.sandbox.registry.rows import inside, regional, taken
from catalog.sandbox.registry.shaping import as_text
from catalog.sandbox.registry.tables.forms import added, dropped

STICKY = {"AppCookieStickinessPolicy": "CookieName", "LBCookieStickinessPolicy": "CookieExpirationPeriod"}
"""Property with policies for sessions → what such a policy says."""
ATTRIBUTES: Mapping[str, tuple[str, Callable[[Any], Any], Any]] = {
    "AccessLoggingPolicy": ("AccessLog", lambda it: it, {"Enabled": False}),
    "ConnectionDrainingPolicy": ("ConnectionDraining", lambda it: it, {"Enabled": False}),
    "ConnectionSettings": ("ConnectionSettings", lambda it: it, {"IdleTimeout": 60}),
    "CrossZone": ("CrossZoneLoadBalancing", lambda it: {"Enabled": as_text(it) == "true"}, {"Enabled": False}),
}
"""Property → its attribute, the form of that, and the default (API reference, LoadBalancerAttributes)."""
Properties = Mapping[str, Any]


def named(parameters: Parameters) -> Parameters:
    """The parameters with the name of the load balancer, for each of several calls too."""

    def complete(it: ApiResource) -> Any:
        given, own = parameters(it), {"LoadBalancerName": it["LoadBalancerName"]}
        return [{**own, **each} for each in given] if isinstance(given, list) else given and {**own, **given}

    return complete


def attributes(it: ApiResource) -> dict[str, Any]:
    """ModifyLoadBalancerAttributes: what is given, and the defaults of what an update takes away."""
    changed: dict[str, Any] = {}
    for name, (attribute, form, default) in ATTRIBUTES.items():
        if name in it.properties:
            changed[attribute] = form(it.properties[name])
        elif name in it.old:
            changed[attribute] = default
    return {"LoadBalancerAttributes": changed}


def policies(given: Properties) -> dict[str, tuple[str, Mapping[str, Any]]]:
    """Name of a policy → the property that has it, and the policy."""
    return {each["PolicyName"]: (name, each) for name in (*STICKY, "Policies") for each in given.get(name) or ()}


def gone(it: ApiResource) -> set[str]:
    """The policies that an update drops, or makes anew."""
    now = policies(it.properties)
    return {name for name, policy in policies(it.old).items() if now.get(name) != policy}


def new_policies(name: str) -> Parameters:
    """The calls that make the policies of a property."""

    def parameters(it: ApiResource) -> list[dict[str, Any]]:
        before = policies(it.old)
        fresh = [
            (kind, each) for key, (kind, each) in policies(it.properties).items() if before.get(key) != (kind, each)
        ]
        return [made(kind, each) for kind, each in fresh if kind == name]

    return named(parameters)


def made(kind: str, policy: Mapping[str, Any]) -> dict[str, Any]:
    """What the call that makes a policy says of it."""
    own = {"PolicyName": policy["PolicyName"]}
    if kind in STICKY:
        return {**own, **({STICKY[kind]: policy[STICKY[kind]]} if STICKY[kind] in policy else {})}
    listed = [{"AttributeName": each["Name"], "AttributeValue": each["Value"]} for each in policy["Attributes"]]
    return {**own, "PolicyTypeName": policy["PolicyType"], "PolicyAttributes": listed}


def of_ports(given: Properties, ports: str) -> dict[str, list[str]]:
    """Port → the names of its policies: those of listeners have them too."""
    names: dict[str, list[str]] = {}
    for listener in given.get("Listeners", ()):
        own = listener.get("PolicyNames", ()) if ports == "LoadBalancerPorts" else ()
        names[as_text(listener[ports.removesuffix("s")])] = list(own)
    for policy in given.get("Policies") or ():
        for port in policy.get(ports, ()):
            names.setdefault(as_text(port), []).append(policy["PolicyName"])
    return names


def set_policies(parameter: str, ports: str, *, last: bool) -> Parameters:
    """The policies of each port that changes: without those that go, and at `last` with those that come."""

    def parameters(it: ApiResource) -> list[dict[str, Any]]:
        before, now = of_ports(it.old, ports), of_ports(it.properties, ports)
        before = {port: names for port, names in before.items() if port.isdecimal()}  # another was refused
        left = {port: [name for name in names if name not in gone(it)] for port, names in before.items()}
        was, wanted = (left, now) if last else (before, left)
        return [{parameter: port, "PolicyNames": names} for port, names in wanted.items() if names != was.get(port, [])]

    return named(parameters)


def listeners(given: Properties) -> dict[str, dict[str, Any]]:
    """Port → the listener, without its policies."""
    return {
        as_text(each["LoadBalancerPort"]): {key: value for key, value in each.items() if key != "PolicyNames"}
        for each in given.get("Listeners", ())
    }


def differing(it: ApiResource) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """The ports whose listener is another one: the port, the old listener and the new one."""
    before, now = listeners(it.old), listeners(it.properties)
    for port in dict.fromkeys([*before, *now]):
        if before.get(port) != now.get(port):
            yield port, before.get(port, {}), now.get(port, {})


def recertified(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether a listener has another certificate and is otherwise the same."""
    return {**old, "SSLCertificateId": 0} == {**new, "SSLCertificateId": 0} and "SSLCertificateId" in new


def old_listeners(it: ApiResource) -> dict[str, Any] | None:
    """DeleteLoadBalancerListeners; None without any."""
    ports = [port for port, old, new in differing(it) if old and port.isdecimal() and not recertified(old, new)]
    return {"LoadBalancerPorts": ports} if ports else None


def new_listeners(it: ApiResource) -> dict[str, Any] | None:
    """CreateLoadBalancerListeners; None without any."""
    fresh = [new for _, old, new in differing(it) if new and not recertified(old, new)]
    return {"Listeners": fresh} if it.old and fresh else None


def certificates(it: ApiResource) -> list[dict[str, Any]]:
    """SetLoadBalancerListenerSSLCertificate for each listener with another certificate."""
    return [
        {"LoadBalancerPort": port, "SSLCertificateId": new["SSLCertificateId"]}
        for port, old, new in differing(it)
        if recertified(old, new)
    ]


def part(name: str, change: Callable[[ApiResource, str], list[Any]], form: Callable[[Any], Any] = str) -> Parameters:
    """What comes to a list, or goes from it; no call without any."""

    def parameters(it: ApiResource) -> dict[str, Any] | None:
        changed = change(it, name)
        return {name: [form(each) for each in changed]} if changed else None

    return named(parameters)


def instance(identifier: Any) -> dict[str, Any]:
    """An instance, in a list of them."""
    return {"InstanceId": identifier}


def changing_list(name: str, add: str, drop: str, form: Callable[[Any], Any] = str, **more: Any) -> tuple[Setting, ...]:
    """The settings of a list that has an operation for what comes, and one for what goes."""
    return (
        Setting((name,), ApiCall(add, part(name, added, form)), **more),
        Setting((name,), ApiCall(drop, part(name, dropped, form)), on_create=False),
    )


LISTENERS = ("Listeners", *STICKY, "Policies")
OF_LISTENER = ("LoadBalancerPort", "LoadBalancerPorts")
OF_INSTANCES = ("InstancePort", "InstancePorts")


def listening(operation: str, parameters: Parameters, **more: Any) -> Setting:
    """A setting of the listeners and their policies."""
    return Setting(LISTENERS, ApiCall(operation, parameters), **more)


def tags(it: ApiResource) -> dict[str, Any]:
    """The load balancer, for tags."""
    return {"LoadBalancerNames": [it["LoadBalancerName"]]}


ZONE = "Z2P70J7EXAMPLE"
"""The hosted zone of all load balancers in moto, which shows none for classic ones."""
ATTRIBUTES_SHOWN = taken(
    DNSName="DNSName",
    CanonicalHostedZoneName="CanonicalHostedZoneName",
    SourceSecurityGroup__GroupName="SourceSecurityGroup.GroupName",
    SourceSecurityGroup__OwnerAlias="SourceSecurityGroup.OwnerAlias",
)
BALANCER = ApiType(
    "AWS::ElasticLoadBalancing::LoadBalancer",
    "elb",
    create=ApiCall(
        "CreateLoadBalancer",
        lambda it: {
            "LoadBalancerName": it["LoadBalancerName"],
            "Listeners": list(listeners(it.properties).values()),
        },
        copies=True,
    ),
    read=ApiCall("DescribeLoadBalancers", tags),
    shown=inside("LoadBalancerDescriptions.0"),
    attributes=lambda it, shown: {**ATTRIBUTES_SHOWN(it, shown), "CanonicalHostedZoneNameID": ZONE},
    settings=(
        Setting(tuple(ATTRIBUTES), ApiCall("ModifyLoadBalancerAttributes", named(attributes))),
        Setting(("HealthCheck",), ApiCall("ConfigureHealthCheck", named(lambda it: it.given("HealthCheck")))),
        listening("SetLoadBalancerPoliciesOfListener", set_policies(*OF_LISTENER, last=False), on_create=False),
        listening("SetLoadBalancerPoliciesForBackendServer", set_policies(*OF_INSTANCES, last=False), on_create=False),
        listening(
            "DeleteLoadBalancerPolicy",
            named(lambda it: [{"PolicyName": name} for name in sorted(gone(it))]),
            on_create=False,
        ),
        listening("DeleteLoadBalancerListeners", named(old_listeners), on_create=False),
        listening("CreateLoadBalancerListeners", named(new_listeners), on_create=False),
        listening("SetLoadBalancerListenerSSLCertificate", named(certificates), on_create=False),
        listening("CreateAppCookieStickinessPolicy", new_policies("AppCookieStickinessPolicy")),
        listening("CreateLBCookieStickinessPolicy", new_policies("LBCookieStickinessPolicy")),
        listening("CreateLoadBalancerPolicy", new_policies("Policies")),
        listening("SetLoadBalancerPoliciesOfListener", set_policies(*OF_LISTENER, last=True)),
        listening("SetLoadBalancerPoliciesForBackendServer", set_policies(*OF_INSTANCES, last=True)),
        Setting(
            ("SecurityGroups",),
            ApiCall("ApplySecurityGroupsToLoadBalancer", named(lambda it: it.given("SecurityGroups") or None)),
            on_create=False,
        ),
        *changing_list("Subnets", "AttachLoadBalancerToSubnets", "DetachLoadBalancerFromSubnets", on_create=False),
        *changing_list(
            "AvailabilityZones",
            "EnableAvailabilityZonesForLoadBalancer",
            "DisableAvailabilityZonesForLoadBalancer",
            on_create=False,
        ),
        *changing_list(
            "Instances", "RegisterInstancesWithLoadBalancer", "DeregisterInstancesFromLoadBalancer", instance
        ),
    ),
    delete=(ApiCall("DeleteLoadBalancer", named(lambda it: {"LoadBalancerName": it["LoadBalancerName"]})),),
    tagging=Tagging(ApiCall("AddTags", tags), ApiCall("RemoveTags", tags), "Tags", keys_in="Tags"),
    arn=lambda it: regional(it, "elasticloadbalancing", f"loadbalancer/{it['LoadBalancerName']}"),
    in_place_while_given=("AvailabilityZones", "HealthCheck", "Subnets"),
)

TYPES = (BALANCER,)
