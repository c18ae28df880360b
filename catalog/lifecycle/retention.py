"""Retention: the edits of a ledger that a product's policy requires, given the usage of its versions. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from catalog.lifecycle.verbs import Edit, Releases, changed, checked_edit
from catalog.model.definition import Retention
from catalog.model.product import Guidance
from catalog.releases import default_version, in_order


class Step(StrEnum):
    """What happens to a release."""

    DEPRECATE = "deprecate"
    RETIRE = "retire"
    STAYS = "stays"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What happens to a release that is not among the newest, and why."""

    version: str
    step: Step
    reason: str


@dataclass(frozen=True, slots=True)
class ReportedUsage:
    """Provisioned products by account and Region and by version, as the targets reported them."""

    counts: Mapping[str, Mapping[str, int]]
    """`account 123456789012, Region eu-west-1` → version → number of its provisioned products."""
    unknown: tuple[str, ...] = ()
    """Why the usage in further accounts and Regions is unknown. If there are any, nothing is retired."""

    def total(self, version: str) -> int:
        """Number of provisioned products of a version in all accounts and Regions."""
        return sum(counts.get(version, 0) for counts in self.counts.values())

    def where(self, version: str) -> str:
        """The accounts and Regions that use a version, with the number of provisioned products."""
        used = [(name, counts[version]) for name, counts in sorted(self.counts.items()) if version in counts]
        return "; ".join(f"{count} in {name}" for name, count in used)


def proposals(policy: Retention, releases: Releases, usage: ReportedUsage) -> Iterator[Proposal]:
    """The releases that the policy affects, oldest first. It has two steps, so that people are warned.

    Releases that are not among the newest `keep` become deprecated, except the default. Deprecated releases become
    inactive when no provisioned product uses them in any account and Region.
    """
    launchable = [release for release in in_order(releases) if release.launchable]
    kept = launchable[-policy.keep :]
    default = default_version(releases)
    if default is None:  # nothing can be launched: the policy does not say what to do
        return
    for release in in_order(releases):
        if not release.active:
            continue
        if release.guidance is Guidance.DEPRECATED:
            yield retirement(release.version, usage)
        elif release not in kept and release == default:
            yield Proposal(release.version, Step.STAYS, "it is the default version")
        elif release not in kept:
            names = ", ".join(each.version for each in kept)
            yield Proposal(release.version, Step.DEPRECATE, f"older than the newest {policy.keep} ({names})")


def retirement(version: str, usage: ReportedUsage) -> Proposal:
    """What happens to a deprecated release."""
    if usage.total(version):
        return Proposal(version, Step.STAYS, f"deprecated, but still in use: {usage.where(version)}")
    if usage.unknown or not usage.counts:
        reasons = "; ".join(usage.unknown) or "no account was asked"
        return Proposal(version, Step.STAYS, f"deprecated, but its usage is unknown: {reasons}")
    targets = "; ".join(sorted(usage.counts))
    return Proposal(version, Step.RETIRE, f"deprecated, and no provisioned product uses it in {targets}")


def retained(product: str, releases: Releases, steps: tuple[Proposal, ...]) -> Edit:
    """The edit of the ledger that makes the proposals true."""
    deprecated = {proposal.version for proposal in steps if proposal.step is Step.DEPRECATE}
    retired = {proposal.version for proposal in steps if proposal.step is Step.RETIRE}
    if not deprecated | retired:
        return Edit(product, releases, releases)
    after = changed(changed(releases, deprecated, guidance=Guidance.DEPRECATED), retired, active=False)
    return checked_edit(product, releases, after, "this retention")
