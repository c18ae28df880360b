"""Hosted zones, records, health checks, delegation sets and query logs of Route 53. Nothing answers for a zone.

Sources: template reference of each type; CloudFormation user guide, "Resource specification" (Name of a record set is
immutable, its type and identifier are not); Route 53 API reference, ChangeResourceRecordSets.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting, Tagging
from catalog.sandbox.registry.calls import CallRefused, operation_model
from catalog.sandbox.registry.naming import generated_name
from catalog.sandbox.registry.rows import by, ending, inside, taken
from catalog.sandbox.registry.shaping import copied
from catalog.sandbox.registry.tables.forms import added, call, dropped

STEPS = ("create", "update", "delete")
Record = Mapping[str, Any]


def unique(it: ApiResource) -> str:
    """A reference that no other call has."""
    return generated_name(it.schema, it.place, {})


def tags(kind: str, identifier: str) -> Tagging:
    """ChangeTagsForResource, which tags and takes tags away."""
    change = ApiCall("ChangeTagsForResource", lambda it: {"ResourceType": kind, "ResourceId": it[identifier]})
    return Tagging(change, change, tags_in="AddTags", keys_in="RemoveTagKeys")


def new_zone(it: ApiResource) -> dict[str, Any]:
    """CreateHostedZone; a private zone begins with its first VPC."""
    networks = it.properties.get("VPCs") or []
    return {
        "CallerReference": unique(it),
        "VPC": {name: networks[0][name] for name in ("VPCRegion", "VPCId")} if networks else None,
        "HostedZoneConfig": {"Comment": it.at("HostedZoneConfig.Comment") or "", "PrivateZone": bool(networks)},
        **by("Name", "DelegationSetId")(it),
    }


def new_networks(it: ApiResource) -> list[dict[str, Any]]:
    """AssociateVPCWithHostedZone for each new VPC; a new zone has the first one already."""
    return [{"HostedZoneId": it["Id"], "VPC": dict(each)} for each in added(it, "VPCs")[0 if it.old else 1 :]]


def logs_of(it: ApiResource) -> list[dict[str, Any]]:
    """DeleteQueryLoggingConfig for what a zone has."""
    listed = it.ask("ListQueryLoggingConfigs", {"HostedZoneId": it["Id"]})["QueryLoggingConfigs"]
    return [{"Id": each["Id"]} for each in listed]


def new_logs(it: ApiResource) -> dict[str, Any] | None:
    """CreateQueryLoggingConfig, if the template has one."""
    group = it.at("QueryLoggingConfig.CloudWatchLogsLogGroupArn")
    return {"HostedZoneId": it["Id"], "CloudWatchLogsLogGroupArn": group} if group else None


def zone_arn(it: ApiResource) -> str:
    """The ARN of a hosted zone."""
    return f"arn:{it.place.partition}:route53:::hostedzone/{it['HostedZoneId'] or it['Id'] or '*'}"


NETWORKS, LOGS = ("VPCs",), ("QueryLoggingConfig",)
ZONE = ApiType(
    "AWS::Route53::HostedZone",
    "route53",
    create=ApiCall("CreateHostedZone", new_zone),
    known=lambda it, answer: {"Id": answer["HostedZone"]["Id"].rpartition("/")[2]},
    read=call("GetHostedZone", "Id"),
    attributes=lambda it, shown: {"NameServers": (shown.get("DelegationSet") or {}).get("NameServers", [])},
    settings=(
        Setting(
            ("HostedZoneConfig",),
            ApiCall(
                "UpdateHostedZoneComment",
                lambda it: {"Id": it["Id"], "Comment": it.at("HostedZoneConfig.Comment") or ""},
            ),
            on_create=False,
        ),
        Setting(NETWORKS, ApiCall("AssociateVPCWithHostedZone", new_networks)),
        Setting(
            NETWORKS,
            ApiCall(
                "DisassociateVPCFromHostedZone",
                lambda it: [{"HostedZoneId": it["Id"], "VPC": dict(each)} for each in dropped(it, "VPCs")],
            ),
            on_create=False,
        ),
        Setting(LOGS, ApiCall("DeleteQueryLoggingConfig", logs_of), on_create=False),
        Setting(LOGS, ApiCall("CreateQueryLoggingConfig", new_logs)),
    ),
    delete=(ApiCall("DeleteQueryLoggingConfig", logs_of), call("DeleteHostedZone", "Id")),
    tagging=tags("hostedzone", "Id"),
    arn=zone_arn,
    also_for={("create", "VPCs"): ("ec2:DescribeVpcs",), ("update", "VPCs"): ("ec2:DescribeVpcs",)},
    modelled=("HostedZoneFeatures",),
)


def zone_of(it: ApiResource, holder: Mapping[str, Any]) -> str:
    """The id of the zone that properties name, by its id or its name."""
    given = holder.get("HostedZoneId")
    if not given:
        name = f"{str(holder.get('HostedZoneName') or '').rstrip('.')}."
        zones = it.ask("ListHostedZonesByName", {"DNSName": name})["HostedZones"]
        if len(zones) != 1:
            message = f"Found multiple hosted zones named {name}" if zones else f"No hosted zones named {name} found"
            raise CallRefused("route53", "NoSuchHostedZone", message)
        given = zones[0]["Id"]
    it.values["HostedZoneId"] = str(given).rpartition("/")[2]
    return str(it.values["HostedZoneId"])


def in_api_form(record: Record) -> dict[str, Any]:
    """A record as the API takes it."""
    values = [{"Value": value} for value in record.get("ResourceRecords") or ()]
    target = record.get("AliasTarget")
    more = {
        "Name": f"{str(record['Name']).rstrip('.')}.",
        **({"ResourceRecords": values} if values else {}),
        **({"AliasTarget": {"EvaluateTargetHealth": False, **target}} if target else {}),
    }
    change = {"ChangeBatch": {"Changes": [{"ResourceRecordSet": {**record, **more}}]}}
    (formed,) = copied(change, operation_model("route53", "ChangeResourceRecordSets").input_shape, {}).values()
    return dict(formed["Changes"][0]["ResourceRecordSet"])


def identity(record: Record) -> tuple[str, ...]:
    """What no two records of a zone have alike."""
    name = str(record["Name"]).rstrip(".").replace("\\052", "*").lower()
    return name, str(record["Type"]), str(record.get("SetIdentifier") or "")


def existing(it: ApiResource, zone: str) -> dict[tuple[str, ...], dict[str, Any]]:
    """The records of a zone."""
    answer = it.ask("ListResourceRecordSets", {"HostedZoneId": zone, "MaxItems": "10000"})
    return {identity(record): record for record in answer["ResourceRecordSets"]}


def batch(it: ApiResource, changes: Iterable[tuple[str, Record]], holder: Mapping[str, Any]) -> dict[str, Any] | None:
    """ChangeResourceRecordSets with changes, of which a deletion names the record as it is."""
    zone = zone_of(it, holder)
    now = existing(it, zone)
    listed = [
        {"Action": action, "ResourceRecordSet": now[identity(record)] if action == "DELETE" else in_api_form(record)}
        for action, record in changes
        if action != "DELETE" or identity(record) in now
    ]
    comment = it.properties.get("Comment")
    more = {"Comment": comment} if comment else {}
    return {"HostedZoneId": zone, "ChangeBatch": {**more, "Changes": listed}} if listed else None


def records(properties: Mapping[str, Any]) -> list[Record]:
    """The records of a group, or the one record that a resource is."""
    return list(properties.get("RecordSets") or ()) if "RecordSets" in properties else [properties]


def holder_of(properties: Mapping[str, Any]) -> Mapping[str, Any]:
    """Who names the zone: the resource, or the first record of a group."""
    own = "HostedZoneId" in properties or "HostedZoneName" in properties
    return properties if own else next(iter(records(properties)), properties)


def changes(it: ApiResource, before: Mapping[str, Any], after: Mapping[str, Any]) -> Any:
    """The changes from one state to another; records that stay are updated."""
    olds = {identity(record): record for record in records(before)} if before else {}
    news = {identity(record): record for record in records(after)} if after else {}
    wanted = [
        *(("DELETE", record) for key, record in olds.items() if key not in news),
        *(("UPSERT" if key in olds else "CREATE", record) for key, record in news.items() if olds.get(key) != record),
    ]
    return batch(it, wanted, holder_of(after or before))


def shown_records(it: ApiResource, answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Those of its records that the zone has."""
    own = {identity(record) for record in records(it.properties)}
    return [record for record in answer["ResourceRecordSets"] if identity(record) in own]


def record_type(name: str, **more: Any) -> ApiType:
    """A type of one or several records."""
    return ApiType(
        name,
        "route53",
        create=ApiCall("ChangeResourceRecordSets", lambda it: changes(it, {}, it.properties)),
        read=ApiCall(
            "ListResourceRecordSets",
            lambda it: {"HostedZoneId": zone_of(it, holder_of(it.properties)), "MaxItems": "10000"},
        ),
        shown=shown_records,
        update=ApiCall("ChangeResourceRecordSets", lambda it: changes(it, it.old, it.properties)),
        delete=(ApiCall("ChangeResourceRecordSets", lambda it: changes(it, it.properties, {})),),
        arn=zone_arn,
        also=dict.fromkeys(STEPS, ("route53:GetChange",)),
        also_for={
            (step, path): (f"route53:{action}",)
            for step in STEPS
            for path, action in (("HostedZoneName", "ListHostedZones"), ("HostedZoneId", "GetHostedZone"))
        },
        **more,
    )


RECORD = record_type("AWS::Route53::RecordSet", ref="Name", replaced=("Name",))
RECORDS = record_type("AWS::Route53::RecordSetGroup", known=lambda it, answer: {"Id": unique(it)})


def global_ids(it: ApiResource, kind: str, identifier: str) -> dict[str, str]:
    """The id and the ARN of something of Route 53, by its id or its path."""
    last = identifier.rpartition("/")[2]
    return {"Id": last, "Arn": f"arn:{it.place.partition}:route53:::{kind}/{last}"}


def changed_check(it: ApiResource) -> dict[str, Any]:
    """UpdateHealthCheck with what can change."""
    shape = operation_model("route53", "UpdateHealthCheck").input_shape
    return {"HealthCheckId": it["HealthCheckId"], **copied(it.properties["HealthCheckConfig"], shape, {})}


HEALTH_CHECK = ApiType(
    "AWS::Route53::HealthCheck",
    "route53",
    create=ApiCall("CreateHealthCheck", lambda it: {"CallerReference": unique(it)[-64:]}, copies=True),
    known=taken(HealthCheckId="HealthCheck.Id"),
    read=call("GetHealthCheck", "HealthCheckId"),
    shown=inside("HealthCheck"),
    update=ApiCall("UpdateHealthCheck", changed_check),
    delete=(call("DeleteHealthCheck", "HealthCheckId"),),
    tagging=tags("healthcheck", "HealthCheckId"),
    arn=lambda it: f"arn:{it.place.partition}:route53:::healthcheck/{it['HealthCheckId'] or '*'}",
)

DELEGATION_SET = ApiType(
    "AWS::Route53::DelegationSet",
    "route53",
    create=ApiCall("CreateReusableDelegationSet", lambda it: {"CallerReference": unique(it)[-128:]}),
    known=lambda it, answer: global_ids(it, "delegationset", answer["DelegationSet"]["Id"]),
    identified=ending("Arn", "/", "Id"),
    read=call("GetReusableDelegationSet", "Id"),
    shown=inside("DelegationSet"),
    attributes=taken(CallerReference="CallerReference", NameServers="NameServers"),
    delete=(call("DeleteReusableDelegationSet", "Id"),),
    arn=lambda it: str(it["Arn"] or global_ids(it, "delegationset", "*")["Arn"]),
)
QUERY_LOG = ApiType(
    "AWS::Route53::QueryLoggingConfig",
    "route53",
    create=ApiCall("CreateQueryLoggingConfig", copies=True),
    known=lambda it, answer: global_ids(it, "queryloggingconfig", answer["QueryLoggingConfig"]["Id"]),
    identified=ending("Arn", "/", "Id"),
    read=ApiCall("GetQueryLoggingConfig", by("Id"), permissions=()),
    shown=inside("QueryLoggingConfig"),
    delete=(call("DeleteQueryLoggingConfig", "Id"),),
    arn=zone_arn,
)

TYPES = (ZONE, RECORD, RECORDS, HEALTH_CHECK, DELEGATION_SET, QUERY_LOG)
