"""Records: the results of requests to provision, update and terminate, which appear after a delay.

The stack operation has already run when its record is created; the record shows the result once it is due.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from catalog.sandbox.servicecatalog.access import visible
from catalog.sandbox.servicecatalog.call import Call, taking
from catalog.sandbox.servicecatalog.exceptions import InvalidParametersException, ResourceNotFoundException
from catalog.sandbox.servicecatalog.identifiers import new_id
from catalog.sandbox.servicecatalog.paging import page
from catalog.sandbox.servicecatalog.state import (
    RecordOutcome,
    StoredCatalog,
    StoredLaunch,
    StoredProvisionedProduct,
    StoredRecord,
)
from catalog.sandbox.servicecatalog.tokens import token_member
from catalog.sandbox.servicecatalog.views import View, optional, tag_list
from catalog.sandbox.settings import now

RECORD_SECONDS = 0.6
"""Duration of an operation on a provisioned product, to be multiplied by `Settings.latency`."""
STARTED, ROLLING_BACK = 0.2, 0.6
"""Fractions of the duration after which a record is IN_PROGRESS or, during a rollback, IN_PROGRESS_IN_ERROR."""
SERVICE_ACTION = "EXECUTE_PROVISIONED_PRODUCT_SERVICE_ACTION"
"""RecordType of a self-service action [assumed]: the API documents only the other three."""
PROPERTIES_UPDATE = "UPDATE_PROVISIONED_PRODUCT_PROPERTIES"
"""RecordType of a change of owner or launch role [assumed]."""
WITHOUT_STACK = (SERVICE_ACTION, PROPERTIES_UPDATE)
"""RecordTypes of operations that leave the stack as it is."""
KEY_LIMIT, TAGS_LIMIT = 128, 50
"""Of RecordTags, in the API's model."""
HISTORY_FILTERS = {"product": "product_id", "provisionedproduct": "provisioned_product_id"}


def duration() -> float:
    """The seconds that an operation takes."""
    return taking(RECORD_SECONDS)


def due() -> float:
    """The time at which an operation that starts now is due."""
    return now() + duration()


def removed() -> RecordOutcome:
    """The outcome of a removed provisioned product."""
    return RecordOutcome(due(), "", "", succeeded=True)


def add_record(
    call: Call,
    kind: str,
    target: StoredProvisionedProduct,
    launch: StoredLaunch,
    outcome: RecordOutcome,
    tags: dict[str, str],
) -> dict[str, Any]:
    """Add a record of a new operation on `target`, and return the answer of the API, with status CREATED."""
    record = StoredRecord(
        id=new_id("rec"),
        type=kind,
        token=call.text(token_member(call.operation)),
        provisioned_product_id=target.id,
        provisioned_product_name=target.name,
        provisioned_product_type=launch.type,
        product_id=launch.product_id,
        artifact_id=launch.artifact_id,
        path_id=launch.path_id,
        launch_role_arn=launch.launch_role_arn,
        tags=tags,
        user_arn=call.caller.arn,
        user_arn_session=call.caller.session_arn,
        created=call.received,
        created_at=call.received_at,
        outcome=outcome,
    )
    call.state.records[record.id] = record
    target.status, target.message = "UNDER_CHANGE", ""
    target.pending, target.last_record_id = record, record.id
    if kind not in WITHOUT_STACK:
        target.last_provisioning_record_id = record.id
    return {"RecordDetail": record_detail(record, now()) | {"Status": "CREATED", "RecordErrors": []}}


def settle(state: StoredCatalog) -> None:
    """Apply the outcomes of all operations that are due to their provisioned products."""
    for target in list(state.provisioned_products.values()):
        if target.pending and now() >= target.pending.outcome.due_at:
            _settle(state, target, target.pending)


def _settle(state: StoredCatalog, target: StoredProvisionedProduct, record: StoredRecord) -> None:
    outcome = record.outcome
    target.pending = None
    if not outcome.status:
        # "This token is only valid during the termination process" (TerminateProvisionedProduct).
        state.tokens.pop((record.user_arn, "TerminateProvisionedProduct", record.token), None)
        del state.provisioned_products[target.id]
        state.plans = {key: plan for key, plan in state.plans.items() if plan.provisioned_product_id != target.id}
        return
    target.status, target.message = outcome.status, outcome.message
    if record.type in WITHOUT_STACK:
        return
    target.stack_id = outcome.stack_id or target.stack_id
    target.launch = outcome.launch or target.launch
    if outcome.succeeded:
        target.outputs = outcome.outputs
        target.last_successful_record_id = record.id


def record_status(record: StoredRecord, moment: float) -> str:
    """The status at a moment: CREATED, IN_PROGRESS, IN_PROGRESS_IN_ERROR, then SUCCEEDED or FAILED."""
    outcome = record.outcome
    if moment >= outcome.due_at:
        return "SUCCEEDED" if outcome.succeeded else "FAILED"
    part = (moment - record.created_at) / (outcome.due_at - record.created_at)
    if part < STARTED:
        return "CREATED"
    return "IN_PROGRESS_IN_ERROR" if outcome.rolled_back and part >= ROLLING_BACK else "IN_PROGRESS"


def record_detail(record: StoredRecord, moment: float) -> View:
    """RecordDetail at a moment, which is read once for an answer: status, errors and outputs belong together."""
    ended = moment >= record.outcome.due_at
    lasted = timedelta(seconds=record.outcome.due_at - record.created_at if ended else 0)
    errors = record.outcome.errors if ended else ()
    return {
        "RecordId": record.id,
        "RecordType": record.type,
        "Status": record_status(record, moment),
        "CreatedTime": record.created,
        "UpdatedTime": record.created + lasted,
        "ProvisionedProductId": record.provisioned_product_id,
        "ProvisionedProductName": record.provisioned_product_name,
        "ProvisionedProductType": record.provisioned_product_type,
        "ProductId": record.product_id,
        "ProvisioningArtifactId": record.artifact_id,
        "PathId": record.path_id,
        "RecordErrors": [{"Code": code, "Description": description} for code, description in errors],
        "RecordTags": tag_list(record.tags | (unproven_tags(record.outcome) if ended else {})),
        **optional(LaunchRoleArn=record.launch_role_arn),
    }


def unproven_tags(outcome: RecordOutcome) -> dict[str, str]:
    """Tags of the sandbox alone: one for each resource that was modelled or answered by a stub, with its type."""
    tags = {f"sandbox:{proof}:{path}"[:KEY_LIMIT]: kind for path, kind, proof in outcome.unproven}
    return dict(list(tags.items())[:TAGS_LIMIT])


def output_list(outputs: tuple[tuple[str, str, str], ...]) -> list[View]:
    """RecordOutputs."""
    return [
        {"OutputKey": key, "OutputValue": value, **optional(Description=description)}
        for key, value, description in outputs
    ]


def describe_record(call: Call) -> dict[str, Any]:
    """DescribeRecord; the outputs appear when the record has ended."""
    record = call.state.records.get(call.text("Id"))
    if not record:
        raise ResourceNotFoundException(f"Record not found: {call.text('Id')}")
    moment = now()
    outputs = record.outcome.outputs if moment >= record.outcome.due_at else ()
    items, more = page(call, output_list(outputs))
    return {"RecordDetail": record_detail(record, moment), "RecordOutputs": items, **more}


def list_record_history(call: Call) -> dict[str, Any]:
    """ListRecordHistory, newest first; by default only the caller's own records (API Reference)."""
    records = [item for item in reversed(call.state.records.values()) if visible(call, item, default="User")]
    wanted = call.request.get("SearchFilter") or {}
    if wanted:
        if wanted.get("Key") not in HISTORY_FILTERS:
            raise InvalidParametersException(f"SearchFilter Key must be one of {', '.join(HISTORY_FILTERS)}")
        attribute = HISTORY_FILTERS[wanted["Key"]]
        records = [item for item in records if getattr(item, attribute) == wanted.get("Value")]
    items, more = page(call, records)
    moment = now()
    return {"RecordDetails": [record_detail(item, moment) for item in items], **more}
