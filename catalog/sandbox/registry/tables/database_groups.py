"""Groups of parameters and options of RDS, event subscriptions and proxies. No engine runs."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting
from catalog.sandbox.registry.rows import inside, plain, regional, taken
from catalog.sandbox.registry.shaping import as_text
from catalog.sandbox.registry.tables.databases import named


def of_type(last: str, kind: str, own: str, *, listed: str = "", read: str = "", **more: Any) -> ApiType:
    """A type with a name; `kind` is that of its ARN."""
    return plain(
        f"AWS::RDS::{last}",
        "rds",
        (own,),
        read=ApiCall(read or f"Describe{last}s", identity=(own,)),
        shown=inside(f"{listed or f'{last}s'}.0"),
        tagging=named(kind, own),
        arn=lambda it: regional(it, "rds", f"{kind}:{it[own]}"),
        **more,
    )


def parameters(last: str, own: str) -> Setting:
    """The calls that set the parameters of a group, and reset those that are gone."""

    def changed(it: ApiResource) -> dict[str, Any] | None:
        values = it.properties.get("Parameters") or {}
        listed = [
            {"ParameterName": name, "ParameterValue": as_text(value), "ApplyMethod": "pending-reboot"}
            for name, value in values.items()
        ]
        return {"Parameters": listed} if listed else None

    return Setting(("Parameters",), ApiCall(f"Modify{last}", changed, identity=(own,)))


def gone(last: str, own: str) -> Setting:
    """The call that resets the parameters that are gone."""

    def removed(it: ApiResource) -> dict[str, Any] | None:
        after = it.properties.get("Parameters") or {}
        names = [name for name in it.old.get("Parameters") or () if name not in after]
        listed = [{"ParameterName": name, "ApplyMethod": "pending-reboot"} for name in names]
        return {"Parameters": listed} if listed else None

    return Setting(("Parameters",), ApiCall(f"Reset{last}", removed, identity=(own,)), on_create=False)


def parameter_group(last: str, kind: str, **more: Any) -> ApiType:
    """A group of parameters."""
    own = f"{last}Name"
    return of_type(
        last,
        kind,
        own,
        create=ApiCall(f"Create{last}", identity=(own,), copies=True, renamed={"Family": "DBParameterGroupFamily"}),
        settings=(gone(last, own), parameters(last, own)),
        update=None,
        **more,
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
    of_type(
        "EventSubscription",
        "es",
        "SubscriptionName",
        listed="EventSubscriptionsList",
        create=ApiCall(
            "CreateEventSubscription",
            lambda it: {"Enabled": it.properties.get("Enabled", True)},
            copies=True,
            identity=("SubscriptionName",),
        ),
        update="ModifyEventSubscription",
    ),
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
