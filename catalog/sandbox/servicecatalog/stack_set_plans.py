"""Plan a stack set operation from a STACKSET constraint and the preferences of a request.

Documented (ProvisioningPreferences and UpdateProvisioningPreferences in the Service Catalog API Reference):

- Accounts and Regions must be among those of the constraint, and default to all of them.
- The failure tolerance is per Region and 0 by default; a percentage is rounded down. A count and a percentage exclude
  each other.
- The operation is UPDATE by default; CREATE ignores a different product or artifact.

With STRICT_FAILURE_TOLERANCE (StackSetOperationPreferences), CloudFormation works on at most one account more than the
tolerated failures at a time, so the number of failed accounts is the same as with one account after the other. The
sandbox therefore only validates the concurrency.

Assumed:

- Invalid preferences raise InvalidParametersException; its texts.
- CREATE also ignores parameters and tags; DELETE ignores all of these.
- An UPDATE without accounts and Regions updates all instances, as UpdateStackSet does.
- The stack set is in the account of the constraint's AdminRole.
- StackInstanceControl NOT_ALLOWED ("Permission to create, update, and delete stack instances", the type
  StackSetConstraint in the CloudFormation Template Reference) refuses CREATE and DELETE, which are otherwise allowed.
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
    """CREATE, UPDATE or DELETE of stack instances."""
    admin_role: str
    execution_role: str
    accounts: tuple[str, ...]
    regions: tuple[str, ...]
    named_accounts: frozenset[str]
    """The accounts in the request; empty means all."""
    named_regions: frozenset[str]
    failures: int
    """The number of accounts that may fail in a Region."""
    failures_percentage: int
    parameters: Mapping[str, str]
    """The parameters of the request and the defaults of the template."""
    unchanged: frozenset[str]
    """The parameters that keep the value of the stack set."""

    @property
    def account(self) -> str:
        """The account of the stack set."""
        return self.admin_role.split(":")[4]

    def tolerated(self, accounts: int) -> int:
        """The number of accounts that may fail in a Region with `accounts` accounts."""
        return max(self.failures, accounts * self.failures_percentage // 100)


def stack_set_plan(call: Call, path: LaunchPath, version: Artifact) -> StackSetPlan | None:
    """The plan under the STACKSET constraint of the path; None without a constraint."""
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
        unchanged=frozenset(kept_parameters(call)),
    )


def stack_set_properties(path: LaunchPath) -> dict[str, Any]:
    """The Properties of the STACKSET constraint of the path; empty without a constraint."""
    return next((json.loads(item.parameters)["Properties"] for item in path.of_type("STACKSET")), {})


def stack_set_operation(call: Call) -> str:
    """The StackSetOperationType of an update."""
    preferences = call.request.get("ProvisioningPreferences") or {}
    return str(preferences.get("StackSetOperationType") or "UPDATE")


def _check_counts(preferences: Mapping[str, Any]) -> None:
    for name in COUNT_OR_PERCENTAGE:
        if f"{name}Count" in preferences and f"{name}Percentage" in preferences:
            raise InvalidParametersException(f"You must specify either {name}Count or {name}Percentage, but not both.")


def _check_within(name: str, chosen: Sequence[str], allowed: Sequence[str]) -> None:
    outside = [name for name in chosen if name not in allowed]
    if outside:
        raise InvalidParametersException(
            f"{name} must be within the STACKSET constraint's {', '.join(allowed)}, got {', '.join(outside)}"
        )
