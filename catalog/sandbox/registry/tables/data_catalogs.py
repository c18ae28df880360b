"""Databases, tables, jobs, crawlers and triggers of Glue, workgroups, queries and catalogs of Athena. Nothing runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting
from catalog.sandbox.registry.calls import operation_model
from catalog.sandbox.registry.rows import inside, plain, regional, tagged, taken
from catalog.sandbox.registry.shaping import copied


def glue_arn(kind: str, name: str = "Name") -> Callable[[ApiResource], str]:
    """The ARN of a kind of Glue."""
    return lambda it: regional(it, "glue", f"{kind}/{it[name]}")


def database(it: ApiResource) -> str:
    """The name of a database, which its input has or which is generated."""
    return str((it.properties.get("DatabaseInput") or {}).get("Name") or it.name)


def database_input(it: ApiResource) -> dict[str, Any]:
    """The input of a database with its name."""
    shape = operation_model("glue", "CreateDatabase").input_shape
    return copied({"DatabaseInput": {**it["DatabaseInput"], "Name": database(it)}}, shape, {})


DATABASE = plain(
    "AWS::Glue::Database",
    "glue",
    ("DatabaseName",),
    renamed={"DatabaseName": "Name"},
    create=ApiCall("CreateDatabase", lambda it: {"CatalogId": it["CatalogId"], **database_input(it)}),
    known=lambda it, answer: {"DatabaseName": database(it)},
    read="Get",
    shown=inside("Database"),
    update=ApiCall(
        "UpdateDatabase", lambda it: {"CatalogId": it["CatalogId"], "Name": it["DatabaseName"], **database_input(it)}
    ),
    arn=lambda it: regional(it, "glue", f"database/{database(it)}"),
)


def table(it: ApiResource) -> str:
    """The name of a table, which its input has or which is generated."""
    return str((it.properties.get("TableInput") or {}).get("Name") or it["Name"])


def table_input(it: ApiResource) -> dict[str, Any]:
    """The database and the input of a table with its name."""
    shape = operation_model("glue", "CreateTable").input_shape
    given = {"TableInput": {**(it["TableInput"] or {}), "Name": table(it)}, **it.given("OpenTableFormatInput")}
    return {"CatalogId": it["CatalogId"], "DatabaseName": it["DatabaseName"], **copied(given, shape, {})}


TABLE = plain(
    "AWS::Glue::Table",
    "glue",
    ("DatabaseName", "Name"),
    create=ApiCall("CreateTable", table_input),
    known=lambda it, answer: {"Name": table(it)},
    ref="Name",
    read="Get",
    shown=inside("Table"),
    update=ApiCall("UpdateTable", table_input),
    arn=lambda it: regional(it, "glue", f"table/{it['DatabaseName']}/{table(it)}"),
    replaced=("DatabaseName",),
    modelled=("OpenTableFormatInput",),
)


def of_glue(last: str, kind: str, **more: Any) -> ApiType:
    """A type of Glue with a name and tags."""
    name = {"Job": {"Name": "JobName"}}.get(last, {})
    return plain(
        f"AWS::Glue::{last}",
        "glue",
        ("Name",),
        renamed=name,
        read="Get",
        shown=inside(last),
        tagging=tagged("ResourceArn", glue_arn(kind), "Tags", tags_in="TagsToAdd", keys_in="TagsToRemove"),
        arn=glue_arn(kind),
        **more,
    )


def whole(last: str, member: str, it: ApiResource) -> dict[str, Any]:
    """The member of an update that has all properties."""
    shape = operation_model("glue", f"Update{last}").input_shape
    given = {name: value for name, value in it.properties.items() if name not in ("Name", "Tags")}
    return copied({member: given}, shape, {})


def crawler(it: ApiResource) -> dict[str, Any]:
    """The name and the schedule of a crawler, which is text in the API."""
    return {"Name": it["Name"], "Schedule": (it.properties.get("Schedule") or {}).get("ScheduleExpression")}


JOB = of_glue(
    "Job",
    "job",
    create=ApiCall("CreateJob", copies=True, identity=("Name",)),
    update=ApiCall("UpdateJob", lambda it: {"JobName": it["Name"], **whole("Job", "JobUpdate", it)}),
    modelled=("JobMode", "JobRunQueuingEnabled", "MaintenanceWindow"),
)
CRAWLER = of_glue(
    "Crawler",
    "crawler",
    create=ApiCall("CreateCrawler", crawler, copies=True, omitted=("Schedule",)),
    update=ApiCall("UpdateCrawler", crawler, copies=True, omitted=("Schedule",)),
    modelled=("LakeFormationConfiguration",),
)
TRIGGER = of_glue(
    "Trigger",
    "trigger",
    update=ApiCall("UpdateTrigger", lambda it: {"Name": it["Name"], **whole("Trigger", "TriggerUpdate", it)}),
    modelled=("StartOnCreation",),
)


def group_arn(it: ApiResource) -> str:
    """The ARN of a workgroup."""
    return regional(it, "athena", f"workgroup/{it['Name']}")


def configured(it: ApiResource) -> dict[str, Any]:
    """UpdateWorkGroup; results are configured under another name than at the creation."""
    given = it.properties.get("WorkGroupConfiguration") or {}
    updates = {**given, "ResultConfigurationUpdates": given.get("ResultConfiguration")}
    shape = operation_model("athena", "UpdateWorkGroup").input_shape
    more = copied({"ConfigurationUpdates": updates, "Description": it.text("Description")}, shape, {})
    return {"WorkGroup": it["Name"], **more}


def state(it: ApiResource) -> dict[str, Any]:
    """Whether the workgroup takes queries; it does by default."""
    return {"WorkGroup": it["Name"], "State": it.text("State", "ENABLED")}


WORK_GROUP = plain(
    "AWS::Athena::WorkGroup",
    "athena",
    ("Name",),
    renamed={"Name": "WorkGroup"},
    create=ApiCall("CreateWorkGroup", copies=True, renamed={"WorkGroupConfiguration": "Configuration"}),
    read="Get",
    shown=inside("WorkGroup"),
    settings=(Setting(("State",), ApiCall("UpdateWorkGroup", state)),),
    update=ApiCall("UpdateWorkGroup", configured, copies=True),
    delete="Delete",
    tagging=tagged("ResourceARN", group_arn, "Tags"),
    arn=group_arn,
    modelled=("RecursiveDeleteOption", "WorkGroupConfigurationUpdates"),
)
NAMED_QUERY = plain(
    "AWS::Athena::NamedQuery",
    "athena",
    ("NamedQueryId",),
    create=ApiCall("CreateNamedQuery", copies=True, identity=("Name",)),
    known=taken(NamedQueryId="NamedQueryId"),
    read="Get",
    shown=inside("NamedQuery"),
    update=None,
    arn=lambda it: regional(it, "athena", f"workgroup/{it.text('WorkGroup', 'primary')}"),
)


def catalog_arn(it: ApiResource) -> str:
    """The ARN of a data catalog of Athena."""
    return regional(it, "athena", f"datacatalog/{it['Name']}")


DATA_CATALOG = plain(
    "AWS::Athena::DataCatalog",
    "athena",
    ("Name",),
    read="Get",
    shown=inside("DataCatalog"),
    tagging=tagged("ResourceARN", catalog_arn, "Tags"),
    arn=catalog_arn,
    modelled=("ConnectionType", "Error", "Status"),
)

TYPES = (DATABASE, TABLE, JOB, CRAWLER, TRIGGER, WORK_GROUP, NAMED_QUERY, DATA_CATALOG)
