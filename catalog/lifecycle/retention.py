"""Retention: what a product's policy asks of its ledger, given who uses which version. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from catalog.lifecycle.verbs import Edit, Releases, changed, settled
from catalog.model.definition import Retention
from catalog.model.product import Guidance
from catalog.releases import default_version, in_order


class Step(StrEnum):
    """What becomes of a release."""

    DEPRECATE = "deprecate"
    RETIRE = "retire"
    STAYS = "stays"


@dataclass(frozen=True, slots=True)
class Proposal:
    """One release beyond what is kept, and why this becomes of it."""

    version: str
    step: Step
    reason: str


@dataclass(frozen=True, slots=True)
class ReportedUsage:
    """Where use was looked for: provisioned products by place and version."""

    used: Mapping[str, Mapping[str, int]]
    """`account 123456789012, Region eu-west-1` → version → how many provisioned products are on it."""
    silent: tuple[str, ...] = ()
    """Places that could not say: as long as there is one, nothing is retired."""

    def total(self, version: str) -> int:
        """Provisioned products on a version, everywhere."""
        return sum(place.get(version, 0) for place in self.used.values())

    def where(self, version: str) -> str:
        """The places that use it, with their numbers."""
        return "; ".join(f"{place[version]} in {name}" for name, place in sorted(self.used.items()) if version in place)


def proposals(policy: Retention, releases: Releases, places: ReportedUsage) -> Iterator[Proposal]:
    """The releases that the policy speaks of, oldest first: two steps, so that people hear of it before it happens.

    What is above the newest `keep` becomes deprecated, but never the default. What is deprecated already becomes
    inactive once no provisioned product is on it, in every place that was asked.
    """
    launchable = [one for one in in_order(releases) if one.launchable]
    kept = launchable[-policy.keep :]
    default = default_version(releases)
    for one in in_order(releases) if default else ():  # without a default there are other worries
        if not one.active:
            continue
        if one.guidance is Guidance.DEPRECATED:
            yield retirement(one.version, places)
        elif one not in kept and one == default:
            yield Proposal(one.version, Step.STAYS, "it is the default version")
        elif one not in kept:
            names = ", ".join(each.version for each in kept)
            yield Proposal(one.version, Step.DEPRECATE, f"older than the newest {policy.keep} ({names})")


def retirement(version: str, places: ReportedUsage) -> Proposal:
    """What becomes of a deprecated release."""
    if places.total(version):
        return Proposal(version, Step.STAYS, f"deprecated, but still in use: {places.where(version)}")
    if places.silent or not places.used:
        unknown = "; ".join(places.silent) or "no account was asked"
        return Proposal(version, Step.STAYS, f"deprecated, and whether it is in use is not known: {unknown}")
    return Proposal(version, Step.RETIRE, f"deprecated, and no provisioned product is on it in {listed(places)}")


def listed(places: ReportedUsage) -> str:
    """The places that were asked."""
    return "; ".join(sorted(places.used))


def retained(product: str, releases: Releases, found: tuple[Proposal, ...]) -> Edit:
    """The ledger as the proposals want it."""
    old = {one.version for one in found if one.step is Step.DEPRECATE}
    unused = {one.version for one in found if one.step is Step.RETIRE}
    if not old | unused:
        return Edit(product, releases, releases)
    after = changed(changed(releases, old, guidance=Guidance.DEPRECATED), unused, active=False)
    return settled(product, releases, after, "this retention")
