"""A mutation test of the key policy: removing or weakening a statement violates an invariant."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.cfn import render, resolve_parameters
from catalog.content.render import Rendered
from tests.unit.access.evaluated_key import Evaluated, Setup
from tests.unit.access.invariants import violations
from tests.unit.access.mutants import Mutant, mutants

OWN = "arn:aws:iam::123456789012:"
LISTS: dict[str, Any] = {
    # One principal is in both lists, one user is another account; the Rules accept both.
    "administrators": (f"{OWN}role/admin", f"{OWN}user/both"),
    "users": (f"{OWN}role/app", f"{OWN}user/both", "arn:aws:iam::999999999999:root"),
    "grants": True,
    "logs": True,
    "multi_region": True,
    "replica_regions": ("eu-west-1", "eu-central-1"),
    "window": 14,
}
REPLICA_ROLE = f"{OWN}role/catalog-launch-kms-replica-key"
SETUPS = (
    Setup(**LISTS | {"administrators": (*LISTS["administrators"], REPLICA_ROLE)}, prevent_destroy=True),
    Setup(**LISTS | {"users": (*LISTS["users"], REPLICA_ROLE)}),
    Setup(**LISTS | {"replica_regions": ()}),
)
"""The first has all statements but NoReplicas, the third has that. In the second and third, DeletionWindowIsAFloor is
not behind PreventDestroy. The launch role of the replica product is once in each list."""


def key_policy(rendered: Rendered, setup: Setup) -> dict[str, Any]:
    values = resolve_parameters(rendered.template, setup.parameters).values
    policy: dict[str, Any] = render(rendered.template, values, setup.pseudo)["Resources"]["Key"]["Properties"][
        "KeyPolicy"
    ]
    return policy


NO_PART = "other requests do not have the key of its Condition, so it never holds for them"
DENIED = "KeyAdministratorsCannotUseTheKey denies it to the same principals"
ROOT_GIVES_MORE = "RootAccountOwnership delegates the same actions to the account, without a condition"
NEGATED = "a negated operator holds for an absent key, with or without IfExists"
EQUIVALENT = {
    "KeyAdministrators: Action with kms:Encrypt": DENIED,
    "KeyAdministratorsRotateOnDemand: Action with kms:Encrypt": DENIED,
    "KeyAdministratorsRotateOnDemand: Action with kms:CreateGrant": DENIED,
    "DeletionWindowIsAFloor: Action with kms:*": NO_PART,
    "DeletionWindowIsAFloor: Principal is the account only": "KMS offers ScheduleKeyDeletion to no other account, "
    "and no statement allows it to a service",
    "KeyUsersGrantToAwsServices: Action with kms:*": NO_PART,
    "KeyUsersGrantToAwsServices: Principal with the account": ROOT_GIVES_MORE,
    f"KeyUsersGrantToAwsServices: Principal without {OWN}user/both": "a principal in both lists can list and end "
    "grants as an administrator, and a Deny keeps it from creating them",
    "OnlyTheReplicaProductReplicates: Condition ArnNotEquals as ArnNotEqualsIfExists": NEGATED,
    "ReplicasOnlyInNamedRegions: Condition StringNotEquals as StringNotEqualsIfExists": NEGATED,
    "ReplicasOnlyInNamedRegions: Principal is the account only": "OnlyTheReplicaProductReplicates lets only a role of "
    "the account pass",
    "CloudWatchLogs: Action without kms:Describe*": NO_PART,
    "CloudWatchLogs: Principal with the account": ROOT_GIVES_MORE,
}
"""Mutant → why it gives no principal other access, so that no test can or needs to catch it."""


def is_caught(mutant: Mutant, setup: Setup) -> bool:
    return next(violations(Evaluated.of(mutant.document, setup)), None) is not None


@pytest.fixture(scope="module")
def caught(rendered: Rendered) -> dict[str, bool]:
    """Mutant → whether it violates an invariant in one of the setups."""
    results: dict[str, bool] = {}
    for setup in SETUPS:
        for mutant in mutants(key_policy(rendered, setup)):
            results[mutant.id] = results.get(mutant.id) or is_caught(mutant, setup)
    return results


def test_the_policy_itself_violates_no_invariant(rendered: Rendered) -> None:
    for setup in SETUPS:
        assert list(violations(Evaluated.of(key_policy(rendered, setup), setup))) == []


def test_every_mutant_is_caught_except_equivalent_ones(caught: dict[str, bool]) -> None:
    assert {mutant for mutant, is_found in caught.items() if not is_found} == set(EQUIVALENT)


def test_every_statement_has_mutants_of_every_kind(rendered: Rendered, caught: dict[str, bool]) -> None:
    sids = {statement["Sid"] for setup in SETUPS for statement in key_policy(rendered, setup)["Statement"]}
    assert len(sids) == 13
    for sid in sids:
        changes = [mutant.removeprefix(f"{sid}: ").split()[0] for mutant in caught if mutant.startswith(f"{sid}: ")]
        assert {"removed", "effect", "Action", "Principal", "Resource", "Condition"} <= set(changes)
    assert len(caught) > 200


def test_dangerous_mutants_are_caught_by_the_intended_invariant(rendered: Rendered) -> None:
    """Otherwise a mutant could be caught only because an invariant expects a certain Sid."""
    setup = SETUPS[1]
    policy = key_policy(rendered, setup)
    removed = {mutant.sid: mutant for mutant in mutants(policy) if mutant.change == "removed"}
    for sid, invariant in {
        "KeyAdministratorsCannotUseTheKey": "administrators_cannot_use",
        "GrantsOnlyForAwsServices": "grants_are_for_aws_services",
        "DeletionWindowIsAFloor": "deletion_takes_the_window",
        "RootAccountOwnership": "the_account_keeps_a_way_back",
        "OnlyTheReplicaProductReplicates": "only_the_replica_role_replicates",
        "ReplicasOnlyInNamedRegions": "only_the_replica_role_replicates",
    }.items():
        violated = {line.split(":")[0] for line in violations(Evaluated.of(removed[sid].document, setup))}
        assert invariant in violated
