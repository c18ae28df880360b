"""Groups of parameters and options of RDS, event subscriptions and proxies. No engine runs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Parameters, Setting
from catalog.sandbox.registry.rows import by, inside, plain, regional, taken
from catalog.sandbox.registry.shaping import as_text
from catalog.sandbox.registry.tables.databases import named
from catalog.sandbox.registry.tables.forms import added, dropped


def of_type(
    last: str, kind: str, own: str, *, namespace: str = "RDS", listed: str = "", read: str = "", **more: Any
) -> ApiType:
    """A type with a name; `kind` is that of its ARN."""
    return plain(
        f"AWS::{namespace}::{last}",
        "rds",
        (own,),
        read=ApiCall(read or f"Describe{last}s", identity=(own,), renamed=more.get("renamed", {})),
        shown=inside(f"{listed or f'{last}s'}.0"),
        tagging=named(kind, own),
        arn=lambda it: regional(it, "rds", f"{kind}:{it[own]}"),
        **more,
    )


def parameters_in(properties: Mapping[str, Any]) -> Mapping[str, Any]:
    """The parameters of a group, which some types take as JSON text too."""
    given = properties.get("Parameters") or {}
    return json.loads(given) if isinstance(given, str) else given


def parameters(it: ApiResource) -> dict[str, Any] | None:
    """ModifyDBParameterGroup with the parameters that there are."""
    listed = [
        {"ParameterName": name, "ParameterValue": as_text(value), "ApplyMethod": "pending-reboot"}
        for name, value in parameters_in(it.properties).items()
    ]
    return {"Parameters": listed} if listed else None


def gone(it: ApiResource) -> dict[str, Any] | None:
    """ResetDBParameterGroup with the parameters that are gone."""
    after = parameters_in(it.properties)
    names = [name for name in parameters_in(it.old) if name not in after]
    listed = [{"ParameterName": name, "ApplyMethod": "pending-reboot"} for name in names]
    return {"Parameters": listed} if listed else None


def parameter_group(last: str, kind: str, *, own: str = "", resets: bool = True, **more: Any) -> ApiType:
    """A group of parameters."""
    parameter = f"{last}Name"
    own = own or parameter
    renamed = {own: parameter}

    def put(verb: str, given: Parameters, *, on_create: bool = True) -> Setting:
        call = ApiCall(f"{verb}{last}", given, identity=(own,), renamed=renamed)
        return Setting(("Parameters",), call, on_create=on_create)

    return of_type(
        last,
        kind,
        own,
        create=ApiCall(
            f"Create{last}",
            identity=(own,),
            copies=True,
            renamed={"Family": "DBParameterGroupFamily", **renamed},
        ),
        settings=(*((put("Reset", gone, on_create=False),) if resets else ()), put("Modify", parameters)),
        update=None,
        renamed=renamed,
        **more,
    )


def changes_of_sources(verb: str, members: Callable[[ApiResource, str], list[Any]]) -> Setting:
    """The calls that add or remove the sources of a subscription, one at a time."""
    call = ApiCall(
        f"{verb}Subscription",
        lambda it: [{**SUBSCRIPTION(it), "SourceIdentifier": each} for each in members(it, "SourceIds")],
    )
    return Setting(("SourceIds",), call, on_create=False)


SUBSCRIPTION = by("SubscriptionName")


def event_subscription(namespace: str = "RDS") -> ApiType:
    """A subscription to events, whose sources have operations of their own."""
    return of_type(
        "EventSubscription",
        "es",
        "SubscriptionName",
        namespace=namespace,
        listed="EventSubscriptionsList",
        create=ApiCall(
            "CreateEventSubscription",
            lambda it: {"Enabled": it.properties.get("Enabled", True)},
            copies=True,
            identity=("SubscriptionName",),
        ),
        settings=(
            changes_of_sources("AddSourceIdentifierTo", added),
            changes_of_sources("RemoveSourceIdentifierFrom", dropped),
        ),
        update="ModifyEventSubscription",
    )


def options(it: ApiResource) -> dict[str, Any] | None:
    """ModifyOptionGroup with the options of the template, without those that are gone."""
    new = it.properties.get("OptionConfigurations") or ()
    names = {each["OptionName"] for each in new}
    old = [each["OptionName"] for each in it.old.get("OptionConfigurations") or () if each["OptionName"] not in names]
    included = [option(each) for each in new]
    return {"OptionsToInclude": included or None, "OptionsToRemove": old or None} if included or old else None


def option(given: Any) -> dict[str, Any]:
    """An option, with the names of the API and its numbers as such."""
    names = {
        "VpcSecurityGroupMemberships",
        "DBSecurityGroupMemberships",
        "OptionSettings",
        "OptionName",
        "OptionVersion",
    }
    shaped = {name: value for name, value in given.items() if name in names}
    return shaped | ({"Port": int(given["Port"])} if "Port" in given else {})


TYPES = (
    parameter_group("DBParameterGroup", "pg", attributes=taken(DBParameterGroupArn="DBParameterGroupArn")),
    parameter_group("DBClusterParameterGroup", "cluster-pg"),
    of_type(
        "OptionGroup",
        "og",
        "OptionGroupName",
        listed="OptionGroupsList",
        settings=(
            Setting(("OptionConfigurations",), ApiCall("ModifyOptionGroup", options, identity=("OptionGroupName",))),
        ),
        update=None,
    ),
    event_subscription(),
    of_type(
        "DBProxy",
        "db-proxy",
        "DBProxyName",
        listed="DBProxies",
        read="DescribeDBProxies",
        attributes=taken(DBProxyArn="DBProxyArn", Endpoint="Endpoint", VpcId="VpcId"),
        update=ApiCall(
            "ModifyDBProxy",
            identity=("DBProxyName",),
            copies=True,
            renamed={"VpcSecurityGroupIds": "SecurityGroups"},
        ),
        modelled=("DefaultAuthScheme", "EndpointNetworkType", "TargetConnectionNetworkType"),
    ),
)
