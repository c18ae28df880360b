"""Stack sets: what StackSets deploys to organizational units, and the accounts and Regions that have it.

They are no part of `diff`, as stacks are not: `catalog stackset` plans them for the account that manages them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from catalog.model import addresses
from catalog.model.addresses import Address
from catalog.model.stack_set import (
    MAX_UNITS,
    DeclaredStackSet,
    DeployedInstance,
    ObservedStackSet,
    beyond,
)
from catalog.model.state import OWNER_TAG
from catalog.plan.changes import Change, Facts, Impact, LaunchImpact, change, change_base
from catalog.plan.kinds.stack import GAINS

SHOWN = 10
"""Accounts that a plan names."""


@change_base
class StackSetChange(Change):
    """A change of a stack set or of its instances."""

    launch_impact: LaunchImpact = LaunchImpact.PREPARES
    stack_set: DeclaredStackSet

    def needs(self) -> tuple[Address, ...]:
        """The stack set, and the templates that its stacks read."""
        return (*self.above(), *self.stack_set.templates)


@change
class CreateStackSet(StackSetChange):
    """CloudFormation: create a stack set, without instances."""

    @property
    def brief(self) -> tuple[str, ...]:
        """Where it is deployed, which roles are new, and by service what they may do."""
        return tuple(line for line in self.details if GAINS not in line)


@change
class UpdateStackSet(StackSetChange):
    """CloudFormation: change a stack set, and deploy it to all its instances again."""


@change_base
class InstancesChange(StackSetChange):
    """A change of the instances of some organizational units in some Regions."""

    units: tuple[str, ...]
    regions: tuple[str, ...]
    accounts: tuple[str, ...] = ()
    """The accounts in these units; empty for all."""

    @property
    def subject(self) -> str:
        """The Regions and units."""
        return f"{', '.join(self.regions)} of {', '.join(self.units)}"

    def targets(self) -> dict[str, Any]:
        """DeploymentTargets of the API."""
        some = {"Accounts": list(self.accounts), "AccountFilterType": "INTERSECTION"} if self.accounts else {}
        return {"OrganizationalUnitIds": list(self.units), **some}


@change
class CreateStackInstances(InstancesChange):
    """CloudFormation: deploy to the accounts of organizational units."""


@change
class UpdateStackInstances(InstancesChange):
    """CloudFormation: deploy again where the last operation failed or did not come."""


@change
class DeleteStackInstances(InstancesChange):
    """CloudFormation: delete the stacks in the accounts of organizational units."""

    LABEL = "instances deleted"


def diff_stack_set(
    declared: DeclaredStackSet, observed: ObservedStackSet | None, impact: Impact, details: Sequence[str]
) -> Iterator[Change]:
    """The changes of one stack set. `impact` and `details` are those of its new template, if that differs."""
    address = addresses.stack_set(declared.settings.key)
    if observed is None:
        yield CreateStackSet(address=address, impact=impact, stack_set=declared, details=(where(declared), *details))
        yield from instances(CreateStackInstances, declared, declared.settings.reach(), {}, Impact.WIDENS)
        return
    settings = tuple(differences(declared, observed))
    yield from instances(DeleteStackInstances, declared, observed.reach(), declared.settings.reach(), Impact.DESTROYS)
    if settings or template_of(declared.body) != template_of(observed.body):
        yield UpdateStackSet(address=address, impact=impact, stack_set=declared, details=(*settings, *details))
    else:
        reach = declared.settings.reach()
        yield from again(
            declared, [each for each in observed.failed() if each.region in reach.get(each.unit, frozenset())]
        )
    yield from instances(CreateStackInstances, declared, declared.settings.reach(), observed.reach(), Impact.WIDENS)


def instances(
    change_class: type[InstancesChange],
    declared: DeclaredStackSet,
    reach: Mapping[str, frozenset[str]],
    other: Mapping[str, frozenset[str]],
    impact: Impact,
) -> Iterator[Change]:
    """One operation for all units that lack the same Regions, and at most 50 units of it."""
    for regions, units in beyond(reach, other).items():
        ordered = declared.settings.ordered(regions)
        for start in range(0, len(units), MAX_UNITS):
            some = units[start : start + MAX_UNITS]
            yield change_class(
                address=addresses.stack_instances(declared.settings.key, ordered, some),
                impact=impact,
                stack_set=declared,
                units=some,
                regions=ordered,
            )


def again(declared: DeclaredStackSet, failed: Sequence[DeployedInstance]) -> Iterator[Change]:
    """Deploy again where the last operation failed, one operation for all accounts with the same Regions."""
    regions: dict[str, set[str]] = {}
    units: dict[str, str] = {}
    for instance in failed:
        regions.setdefault(instance.account, set()).add(instance.region)
        units[instance.account] = instance.unit
    groups: dict[tuple[str, ...], list[str]] = {}
    for account, of_account in sorted(regions.items()):
        groups.setdefault(declared.settings.ordered(of_account), []).append(account)
    for ordered, accounts in groups.items():
        own = tuple(sorted({units[account] for account in accounts}))
        yield UpdateStackInstances(
            address=addresses.stack_instances(declared.settings.key, ordered, own),
            impact=Impact.WIDENS,
            stack_set=declared,
            units=own,
            regions=ordered,
            accounts=tuple(accounts),
            details=tuple(failure_lines([each for each in failed if each.account in accounts])),
        )


def failure_lines(failed: Sequence[DeployedInstance]) -> Iterator[str]:
    """`111122223333 eu-west-1: FAILED: reason`, for the first of them."""
    for instance in failed[:SHOWN]:
        reason = f": {instance.reason}" if instance.reason else ""
        yield f"{instance.account} {instance.region}: {instance.detailed}{reason}"
    if len(failed) > SHOWN:
        yield f"and {len(failed) - SHOWN} more: `catalog stackset status` lists them"


def where(declared: DeclaredStackSet) -> str:
    """`launch-roles for ou-1, ou-2, in eu-west-1`."""
    settings = declared.settings
    automatic = ", and for accounts that join" if settings.auto_deployment else ""
    return f"{settings.content} for {', '.join(settings.units)}, in {', '.join(settings.regions)}{automatic}"


def differences(declared: DeclaredStackSet, observed: ObservedStackSet) -> Iterator[str]:
    """What differs besides the template, as lines."""
    wanted, known = declared.settings.automatic(), dict(observed.automatic)
    for name, value in wanted.items():
        if known.get(name, False) != value:
            yield f"AutoDeployment {name}: {known.get(name, False)} → {value}"
    if declared.description != observed.description:
        yield f"description: {observed.description!r} → {declared.description!r}"
    if sorted(declared.capabilities) != sorted(observed.capabilities):
        yield f"capabilities: {', '.join(observed.capabilities) or 'none'} → {', '.join(declared.capabilities)}"


def template_of(body: str) -> dict[str, Any]:
    """A template in JSON; empty for any other text, which is not ours."""
    try:
        template = json.loads(body)
    except ValueError:
        return {}
    return template if isinstance(template, dict) else {}


def is_ours(observed: ObservedStackSet, owner: str) -> bool:
    """Whether a stack set has the tag of the owner."""
    return observed.tags.get(OWNER_TAG) == owner


def stack_set_facts(key: str, body: str, automatic: Mapping[str, Any], reach: Mapping[str, frozenset[str]]) -> Facts:
    """What is known of a stack set, for JSON."""
    return {
        addresses.stack_set(key): {
            "template": f"sha256:{hashlib.sha256(body.encode()).hexdigest()}",
            "auto_deployment": dict(automatic),
            "organizational_units": {unit: sorted(regions) for unit, regions in sorted(reach.items())},
        }
    }
