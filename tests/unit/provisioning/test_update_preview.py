"""What AWS's plan and the comparison of the templates together say of an update."""

from __future__ import annotations

import pytest

from catalog.aws.provisioned_changes import PlannedChange, ProvisionedPlan, UpdateRequest
from catalog.provisioning.update import UpdatePreview
from catalog.versions.update_effects import ResourceEffect, ResourceUpdate, UpdateEffects

BUCKET, TOPIC = "AWS::S3::Bucket", "AWS::SNS::Topic"
E = ResourceEffect


def known(effect: ResourceEffect, kind: str = BUCKET) -> ResourceUpdate:
    return ResourceUpdate("R", kind, effect, ("Name",))


def change(action: str, replacement: str = "", kind: str = BUCKET, scope: tuple[str, ...] = ()) -> PlannedChange:
    return PlannedChange(action, "R", kind, replacement, scope, ("Name",) if scope != ("TAGS",) else ())


@pytest.mark.parametrize(
    ("update", "planned", "effect", "loses"),
    [
        (known(E.UNCHANGED), None, E.UNCHANGED, False),
        (known(E.UPDATED), change("MODIFY", "FALSE"), E.UPDATED, False),
        (known(E.UPDATED), change("MODIFY", "TRUE"), E.REPLACED, True),
        (known(E.UPDATED), change("MODIFY", "CONDITIONAL"), E.MAY_BE_REPLACED, True),
        # the graver of both where data may be lost
        (known(E.REPLACED), change("MODIFY", "FALSE"), E.REPLACED, True),
        (known(E.REPLACED), None, E.REPLACED, True),
        (known(E.REPLACED, TOPIC), change("MODIFY", "FALSE", TOPIC), E.UPDATED, False),
        (known(E.UPDATED, TOPIC), None, E.UNCHANGED, False),
        # a plan does not say whether what it removes stays in the account
        (known(E.LEFT), change("REMOVE"), E.LEFT, True),
        (None, change("REMOVE"), E.DELETED, True),
        (None, change("ADD"), E.CREATED, False),
        (known(E.UNCHANGED), change("MODIFY", "FALSE", scope=("TAGS",)), E.UPDATED, False),
    ],
)
def test_a_plan_and_the_templates(
    update: ResourceUpdate | None, planned: PlannedChange | None, effect: ResourceEffect, loses: bool
) -> None:
    effects = UpdateEffects((update,)) if update else None
    plan = ProvisionedPlan("plan-1", (planned,) if planned else ())
    (result,) = UpdatePreview(effects, plan=plan).resources
    assert (result.effect, result.loses) == (effect, loses)


def test_without_templates_and_without_a_plan_nothing_is_known() -> None:
    assert UpdatePreview(None).unknown
    assert not UpdatePreview(None, plan=ProvisionedPlan("")).unknown
    assert not UpdatePreview(UpdateEffects(())).unknown


def request(**changes: object) -> UpdateRequest:
    members: dict[str, object] = {
        "provisioned_product_id": "pp-1",
        "name": "n",
        "product_id": "prod-1",
        "artifact_id": "pa-2",
        "path_id": "lpv3-1",
        "given": {"A": "1"},
        "kept": ("B",),
        "last_record_id": "rec-1",
    }
    return UpdateRequest(**(members | changes))  # type: ignore[arg-type]  # the members are of different types


def test_the_same_update_has_the_same_token_until_a_record_follows() -> None:
    assert request().token == request().token
    others = [
        request(artifact_id="pa-3"),
        request(given={"A": "2"}),
        request(kept=()),
        request(last_record_id="rec-2"),
        request(tags={}),
        request(provisioned_product_id="pp-2"),
    ]
    assert len({request().token, *(other.token for other in others)}) == len(others) + 1
    assert len(request().token) <= 128
