"""Glue: changes of jobs, crawlers and triggers, which moto lacks.

Source: Glue API reference, UpdateJob ("the previous job definition is completely overwritten"), UpdateCrawler,
UpdateTrigger ("the previous trigger definition is overwritten").
"""

from __future__ import annotations

import re
from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow
from moto.glue.responses import GlueResponse
from moto.glue.utils import Action, Predicate

CRAWLER = (
    *("Role", "DatabaseName", "Description", "Targets", "Schedule", "Classifiers", "TablePrefix", "RecrawlPolicy"),
    *("SchemaChangePolicy", "Configuration", "CrawlerSecurityConfiguration", "LineageConfiguration"),
)
JOB = (
    *("Description", "LogUri", "Role", "ExecutionProperty", "Command", "DefaultArguments", "NonOverridableArguments"),
    *("Connections", "MaxRetries", "AllocatedCapacity", "Timeout", "MaxCapacity", "WorkerType", "NumberOfWorkers"),
    *("SecurityConfiguration", "NotificationProperty", "GlueVersion", "ExecutionClass"),
)
TRIGGER = ("Description", "Schedule", "EventBatchingCondition")


def install() -> None:
    """Add the operations to moto's."""
    for answer in (update_job, update_crawler, update_trigger):
        setattr(GlueResponse, answer.__name__, answer)


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
