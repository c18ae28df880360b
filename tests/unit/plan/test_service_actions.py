"""Changes, drift, facts and notices of service actions, over values."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from catalog.model.addresses import Address
from catalog.model.constraint import LaunchConstraint
from catalog.model.holdings import Holdings, ProductHoldings
from catalog.model.portfolio import Portfolio, PortfolioProduct
from catalog.model.product import Product, ProvisioningArtifact
from catalog.model.service_action import PublishedServiceAction, SsmDocument
from catalog.model.share import PortfolioShare, ShareType
from catalog.model.state import CatalogState
from catalog.plan.changes import Change
from catalog.plan.diff import diff
from catalog.plan.drift import drift
from catalog.plan.facts import facts
from catalog.plan.kinds.service_action import role_notices, sharing_notices
from catalog.plan.prune import DeclaredKeys, prune

ADDRESS = Address("product/p/action/stop")
V1, V2 = Address("product/p/version/1.0.0"), Address("product/p/version/2.0.0")
ARTIFACTS = tuple(ProvisioningArtifact(name, "", f"sha256:{name[0] * 64}") for name in ("1.0.0", "2.0.0"))
PRODUCT = Product("p", "P", "Us", artifacts=ARTIFACTS)
CONTENT = '{"mainSteps": [{"name": "Stop", "action": "aws:executeAwsApi", "inputs": {"Service": "kms", "Api": "X"}}]}'
DOCUMENT = SsmDocument("catalog-p-stop-1", CONTENT, "AWS::KMS::Key")
DEFINITION = {"Name": DOCUMENT.name, "Version": "1", "AssumeRole": "LAUNCH_ROLE"}
DECLARED = PublishedServiceAction("Stop", "Stops.", DEFINITION, frozenset({V1, V2}), document=DOCUMENT)
OBSERVED = replace(DECLARED, document=None, observed_document=DOCUMENT.name)
OFFER, TAKE = "AssociateServiceActionWithProvisioningArtifact", "DisassociateServiceActionFromProvisioningArtifact"


def state(action: PublishedServiceAction | None, product: Product | None = PRODUCT) -> CatalogState:
    return CatalogState({"p": product} if product else {}, service_actions={ADDRESS: action} if action else {})


def summaries(changes: tuple[Change, ...]) -> list[tuple[str, str, str]]:
    return [(change.operation, change.impact.value, change.address.removeprefix("product/p/")) for change in changes]


def between(
    desired: PublishedServiceAction | None, observed: PublishedServiceAction | None
) -> list[tuple[str, str, str]]:
    return summaries(diff(state(desired), state(observed)))


def test_a_service_action_is_created_with_its_document_and_associations() -> None:
    changes = diff(state(DECLARED), state(None))
    assert summaries(changes) == [
        ("CreateDocument", "none", "document/catalog-p-stop-1"),
        ("CreateServiceAction", "widens", "action/stop"),
        (OFFER, "none", "version/1.0.0/action/stop"),
        (OFFER, "none", "version/2.0.0/action/stop"),
    ]
    assert changes[0].details == ("Stop: aws:executeAwsApi kms:X",)
    assert changes[1].details == ("'Stop' runs document catalog-p-stop-1 as the launch role",)
    new = summaries(diff(state(DECLARED), CatalogState()))
    assert [operation for operation, _, _ in new][-4:] == ["CreateDocument", "CreateServiceAction", OFFER, OFFER]
    assert between(DECLARED, OBSERVED) == between(None, None) == []


@pytest.mark.parametrize(
    ("observed", "expected"),
    [
        ({"name": "Halt"}, [("UpdateServiceAction", "none", "action/stop")]),
        ({"description": "Halts."}, [("UpdateServiceAction", "none", "action/stop")]),
        (
            {"definition": {**DEFINITION, "AssumeRole": "arn:aws:iam::1:role/r"}},
            [("UpdateServiceAction", "widens", "action/stop")],
        ),
        ({"observed_document": ""}, [("CreateDocument", "none", "document/catalog-p-stop-1")]),
        ({"versions": frozenset({V1})}, [(OFFER, "widens", "version/2.0.0/action/stop")]),
        ({"versions": frozenset({V1, V2, Address("product/prod-9/version/pa-9")})}, []),
    ],
)
def test_differences_of_a_service_action_are_corrected(
    observed: dict[str, Any], expected: list[tuple[str, str, str]]
) -> None:
    assert between(DECLARED, replace(OBSERVED, **observed)) == expected


def test_versions_keep_a_service_action_unless_it_does_not_work_with_them() -> None:
    retired = replace(DECLARED, versions=frozenset({V2}))
    assert between(retired, OBSERVED) == []
    assert between(replace(retired, too_early=frozenset({V1})), OBSERVED) == [
        (TAKE, "destroys", "version/1.0.0/action/stop")
    ]
    assert summaries(diff(state(DECLARED), state(replace(OBSERVED, versions=frozenset()), None)))[-2:] == [
        (OFFER, "none", "version/1.0.0/action/stop"),
        (OFFER, "none", "version/2.0.0/action/stop"),
    ]


def test_an_undeclared_service_action_is_removed_from_all_versions_only_if_its_product_is_declared() -> None:
    foreign = Address("product/prod-9/version/pa-9")
    observed = replace(OBSERVED, versions=frozenset({V1, foreign}))
    changes = diff(state(None), state(observed))
    assert [(change.operation, change.address) for change in changes] == [
        (TAKE, "product/p/version/1.0.0/action/stop"),
        (TAKE, "product/prod-9/version/pa-9/action/stop"),
        ("DeleteServiceAction", ADDRESS),
    ]
    assert diff(CatalogState(), state(observed)) == ()


def test_drift_reports_missing_changed_and_undeclared_service_actions() -> None:
    kinds = [
        (difference.kind.value, difference.address)
        for difference in drift(state(DECLARED), state(replace(OBSERVED, name="Halt")))
    ]
    assert kinds == [("changed", ADDRESS)]
    assert ("missing", ADDRESS) in [
        (difference.kind.value, difference.address) for difference in drift(state(DECLARED), state(None))
    ]
    assert ("unmanaged", ADDRESS) in [
        (difference.kind.value, difference.address) for difference in drift(state(None), state(OBSERVED))
    ]


def test_prune_deletes_service_actions_of_deleted_products_and_documents_that_nothing_runs() -> None:
    other = Address("product/kept/action/stop")
    used = replace(OBSERVED, definition={**DEFINITION, "Name": "catalog-kept-stop-1"}, versions=frozenset())
    observed = CatalogState({"kept": Product("kept", "K", "Us")}, service_actions={ADDRESS: OBSERVED, other: used})
    ids = {V1: "pa-1", V2: "pa-2", ADDRESS: "act-1", other: "act-2", Address("product/kept"): "prod-2"}
    holdings = Holdings(documents=(DOCUMENT.name, "catalog-kept-stop-1", "catalog-kept-stop-0"))
    declared = DeclaredKeys({"kept": frozenset()}, frozenset())
    pruning = prune(declared, observed, ids, holdings)
    assert [f"{change.operation} {change.address}" for change in pruning.changes] == [
        f"{TAKE} {V1}/action/stop",
        f"{TAKE} {V2}/action/stop",
        f"DeleteServiceAction {ADDRESS}",
        "DeleteDocument document/catalog-kept-stop-0",
        f"DeleteDocument document/{DOCUMENT.name}",
    ]
    lent = prune(declared, observed, ids, replace(holdings, run_by_others={DOCUMENT.name: "act-9"}))
    assert [(kept_object.address, kept_object.reason) for kept_object in lent.kept] == [
        (f"document/{DOCUMENT.name}", "service action act-9, not ours, runs it")
    ]
    assert lent.changes == pruning.changes[:-1]
    stays = CatalogState({"p": PRODUCT}, service_actions={ADDRESS: OBSERVED})
    held = Holdings({"prod-1": ProductHoldings("prod-1", provisioned={"pa-1": 1})}, documents=(DOCUMENT.name,))
    kept = prune(DeclaredKeys({}, frozenset()), stays, {**ids, Address("product/p"): "prod-1"}, held)
    assert (kept.changes, [kept_object.address for kept_object in kept.kept]) == ((), [Address("product/p")])


def test_declared_and_observed_service_actions_have_the_same_facts() -> None:
    assert facts(state(DECLARED)) == facts(state(OBSERVED))
    assert facts(state(DECLARED))[ADDRESS]["definition"] == {**DEFINITION, "Parameters": []}
    assert Address("product/p/document/catalog-p-stop-1") in facts(state(OBSERVED))


def test_a_notice_says_that_service_actions_are_not_shared_with_a_portfolio() -> None:
    share = PortfolioShare(ShareType.ACCOUNT, "210987654321")
    portfolio = Portfolio("f", "F", "Us", products={"p": PortfolioProduct("p", {})}, shares=frozenset({share}))
    shared = replace(state(DECLARED), portfolios={"f": portfolio, "g": replace(portfolio, shares=frozenset())})
    assert list(sharing_notices(shared)) == [
        "portfolio/f is shared, service actions are not: stop of p (`catalog help actions.md`)"
    ]
    assert list(sharing_notices(replace(shared, service_actions={}))) == []


def test_a_notice_says_that_service_actions_fail_without_the_launch_role_that_they_run_as() -> None:
    portfolio_product = PortfolioProduct("p", {"LAUNCH": LaunchConstraint(local_role_name="launch-p")})
    portfolio = Portfolio("f", "F", "Us", products={"p": portfolio_product})
    other = replace(portfolio, key="g", products={"p": PortfolioProduct("p")})
    both = replace(state(DECLARED), portfolios={"f": portfolio, "g": other})
    (notice,) = role_notices(both)
    assert notice.startswith("portfolio/g has no launch role for p, as which its service actions run: stop will fail")
    for role in ("", "arn:aws:iam::123456789012:role/operations"):
        own = replace(DECLARED, definition={**DEFINITION, "AssumeRole": role})
        assert list(role_notices(replace(both, service_actions={ADDRESS: own}))) == []
