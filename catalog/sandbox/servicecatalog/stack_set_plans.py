"""What a STACKSET constraint and the preferences of a request ask of a stack set.

Documented (ProvisioningPreferences and UpdateProvisioningPreferences in the Service Catalog API Reference): accounts
and Regions must be among the constraint's and default to all of these; the failure tolerance is per Region, 0 by
default, a percentage rounds down; a count and a percentage exclude each other; the operation is UPDATE by default, and
CREATE ignores another product or artifact. CloudFormation uses at most one more account at a time than failures are
tolerated (StackSetOperationPreferences, STRICT_FAILURE_TOLERANCE), so one account after the other fails in the same
number of accounts as several at a time: the concurrency is checked and has no other effect here.

Assumed: that what is wrong with preferences is an InvalidParametersException of the call, and its texts; that CREATE
ignores parameters and tags too, and DELETE all of these; that an UPDATE which names neither accounts nor Regions is of
all instances, as UpdateStackSet's is; that the stack set is in the account of the constraint's AdminRole; that a
StackInstanceControl ("Permission to create, update, and delete stack instances", the type StackSetConstraint
in the CloudFormation Template Reference) of NOT_ALLOWED refuses CREATE and DELETE, which are allowed without one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.sandbox.servicecatalog.call import Call
from catalog.sandbox.servicecatalog.exceptions import InvalidParametersException
from catalog.sandbox.servicecatalog.launch_paths import LaunchPath
from catalog.sandbox.servicecatalog.parameters import defaults, kept_parameters, sent_values
from catalog.sandbox.servicecatalog.state import Artifact

COUNT_OR_PERCENTAGE = ("StackSetFailureTolerance", "StackSetMaxConcurrency")


@dataclass(frozen=True)
class StackSetPlan:
    """An operation on the stack set of a provisioned product."""

    operation: str
    """CREATE, UPDATE or DELETE, of the stack instances."""
    admin_role: str
    execution_role: str
    accounts: tuple[str, ...]
    regions: tuple[str, ...]
    named_accounts: frozenset[str]
    """Those that the request names; nothing means all."""
    named_regions: frozenset[str]
    failures: int
    """Accounts that may fail in a Region, where that is a count."""
    failures_percentage: int
    parameters: Mapping[str, str]
    """Every value that the request and the template's defaults give."""
    kept: frozenset[str]
    """Parameters that keep the stack set's value."""

    @property
    def account(self) -> str:
        """The account that the stack set is in."""
        return self.admin_role.split(":")[4]

    def tolerated(self, accounts: int) -> int:
        """How many of so many accounts may fail in a Region."""
        return max(self.failures, accounts * self.failures_percentage // 100)


def stack_set_plan(call: Call, path: LaunchPath, version: Artifact) -> StackSetPlan | None:
    """The plan under the path's STACKSET constraint; None without one. `InvalidParametersException` says why not."""
    preferences: Mapping[str, Any] = call.request.get("ProvisioningPreferences") or {}
    constraint = stack_set_properties(path)
    if not constraint:
        if preferences:
            raise InvalidParametersException(
                "ProvisioningPreferences are only for products with a STACKSET constraint."
            )
        return None
    _check_counts(preferences)
    if stack_set_operation(call) != "UPDATE" and constraint.get("StackInstanceControl") == "NOT_ALLOWED":
        raise InvalidParametersException(
            f"The STACKSET constraint does not allow to {stack_set_operation(call)} stack instances."
        )
    accounts, regions = preferences.get("StackSetAccounts") or [], preferences.get("StackSetRegions") or []
    _check_within("StackSetAccounts", accounts, constraint["AccountList"])
    _check_within("StackSetRegions", regions, constraint["RegionList"])
    return StackSetPlan(
        operation=stack_set_operation(call),
        admin_role=constraint["AdminRole"],
        execution_role=constraint["ExecutionRole"],
        accounts=tuple(dict.fromkeys(accounts or constraint["AccountList"])),
        regions=tuple(dict.fromkeys(regions or constraint["RegionList"])),
        named_accounts=frozenset(accounts),
        named_regions=frozenset(regions),
        failures=preferences.get("StackSetFailureToleranceCount") or 0,
        failures_percentage=preferences.get("StackSetFailureTolerancePercentage") or 0,
        parameters=defaults(version) | sent_values(call),
        kept=frozenset(kept_parameters(call)),
    )


def stack_set_properties(path: LaunchPath) -> dict[str, Any]:
    """The Properties of the path's STACKSET constraint; empty without one."""
    return next((json.loads(item.parameters)["Properties"] for item in path.of_type("STACKSET")), {})


def stack_set_operation(call: Call) -> str:
    """StackSetOperationType of an update."""
    preferences = call.request.get("ProvisioningPreferences") or {}
    return str(preferences.get("StackSetOperationType") or "UPDATE")


def _check_counts(preferences: Mapping[str, Any]) -> None:
    for name in COUNT_OR_PERCENTAGE:
        if f"{name}Count" in preferences and f"{name}Percentage" in preferences:
            raise InvalidParametersException(f"You must specify either {name}Count or {name}Percentage, but not both.")


def _check_within(name: str, chosen: Sequence[str], allowed: Sequence[str]) -> None:
    outside = [each for each in chosen if each not in allowed]
    if outside:
        raise InvalidParametersException(
            f"{name} must be within the STACKSET constraint's {', '.join(allowed)}, got {', '.join(outside)}"
        )
