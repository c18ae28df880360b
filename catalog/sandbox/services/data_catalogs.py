"""Glue: changes of jobs, crawlers, triggers, registries and transforms, which moto lacks.

Source: Glue API reference, UpdateJob ("the previous job definition is completely overwritten"), UpdateCrawler,
UpdateTrigger ("the previous trigger definition is overwritten"), UpdateRegistry, UpdateMLTransform. The tags of a
registry or schema go with it: moto keeps them for the next one of the same name.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partialmethod
from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow
from moto.glue.models import GlueBackend
from moto.glue.responses import GlueResponse
from moto.glue.utils import Action, Predicate

CREATE_SCHEMA = GlueBackend.create_schema
CRAWLER = (
    *("Role", "DatabaseName", "Description", "Targets", "Schedule", "Classifiers", "TablePrefix", "RecrawlPolicy"),
    *("SchemaChangePolicy", "Configuration", "CrawlerSecurityConfiguration", "LineageConfiguration"),
)
JOB = (
    *("Description", "LogUri", "Role", "ExecutionProperty", "Command", "DefaultArguments", "NonOverridableArguments"),
    *("Connections", "MaxRetries", "AllocatedCapacity", "Timeout", "MaxCapacity", "WorkerType", "NumberOfWorkers"),
    *("SecurityConfiguration", "NotificationProperty", "GlueVersion", "ExecutionClass"),
)
TRANSFORM = (
    *("Name", "Description", "Parameters", "Role", "GlueVersion", "MaxCapacity", "WorkerType", "NumberOfWorkers"),
    *("Timeout", "MaxRetries"),
)
TRIGGER = ("Description", "Schedule", "EventBatchingCondition")


def install() -> None:
    """Add the operations to moto's."""
    for answer in (update_job, update_crawler, update_trigger, update_registry, update_ml_transform):
        setattr(GlueResponse, answer.__name__, answer)
    setattr(GlueBackend, "create_schema", create_schema)  # noqa: B010  # mypy allows no other form
    for name, arn in (("delete_registry", "RegistryArn"), ("delete_schema", "SchemaArn")):
        setattr(GlueBackend, name, partialmethod(_untagged, getattr(GlueBackend, name), arn))


def _untagged(backend: GlueBackend, delete: Callable[..., dict[str, Any]], arn: str, *given: Any) -> dict[str, Any]:
    """A deletion that takes the tags too."""
    gone = delete(backend, *given)
    backend.tagger.delete_all_tags_for_resource(gone[arn])
    return gone


def change(target: Any, names: tuple[str, ...], given: Any, *, overwrites: bool) -> None:
    """Set attributes of moto's object; an operation that overwrites takes away what is not given."""
    for name in names:
        if overwrites or given.get(name) is not None:
            setattr(target, re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower(), given.get(name))


def update_job(response: GlueResponse) -> ActionResult:
    """UpdateJob of the API reference."""
    name = str(response.parameters.get("JobName"))
    change(response.glue_backend.get_job(name), JOB, response.parameters.get("JobUpdate"), overwrites=True)
    return ActionResult({"JobName": name})


def update_crawler(response: GlueResponse) -> ActionResult:
    """UpdateCrawler of the API reference."""
    crawler = response.glue_backend.get_crawler(str(response.parameters.get("Name")))
    change(crawler, CRAWLER, response.parameters, overwrites=False)
    crawler.version, crawler.last_updated = crawler.version + 1, utcnow()
    return EmptyResult()


def update_trigger(response: GlueResponse) -> ActionResult:
    """UpdateTrigger of the API reference."""
    trigger = response.glue_backend.get_trigger(str(response.parameters.get("Name")))
    given = response.parameters["TriggerUpdate"]
    change(trigger, TRIGGER, given, overwrites=True)
    trigger.actions = [Action(each) for each in given.get("Actions") or ()]
    trigger.predicate = Predicate(given["Predicate"]) if given.get("Predicate") else None
    return ActionResult({"Trigger": trigger.as_dict()})


def create_schema(backend: GlueBackend, *given: Any) -> dict[str, Any]:
    """CreateSchema, whose definition is optional: then the schema has no version."""
    registry, name, form, compatibility, definition, *more = given
    answer = CREATE_SCHEMA(backend, registry, name, form, compatibility, definition or "{}", *more)
    if not definition:
        made = backend.registries[answer["RegistryName"]].schemas[name]
        made.schema_versions.clear()
        made.latest_schema_version, made.next_schema_version = 0, 1
        backend.num_schema_versions -= 1
    return answer


def update_registry(response: GlueResponse) -> ActionResult:
    """UpdateRegistry of the API reference."""
    backend = response.glue_backend
    name = backend.get_registry(response.parameters["RegistryId"])["RegistryName"]
    changed = backend.registries[name]
    changed.description, changed.updated_time = response.parameters["Description"], utcnow()
    return ActionResult({"RegistryName": name, "RegistryArn": changed.registry_arn})


def update_ml_transform(response: GlueResponse) -> ActionResult:
    """UpdateMLTransform of the API reference."""
    changed = response.glue_backend.get_ml_transform(str(response.parameters.get("TransformId")))
    change(changed, TRANSFORM, response.parameters, overwrites=False)
    changed.last_modified_on = utcnow()
    return ActionResult({"TransformId": changed.transform_id})
