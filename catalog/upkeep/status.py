"""`catalog status` for one account and Region: drift, and with --verify the templates themselves."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any

from catalog.aws.observation import Observation
from catalog.aws.reader import Reader
from catalog.aws.reads import read_each
from catalog.aws.session import AwsSession
from catalog.model import addresses
from catalog.model.addresses import Address
from catalog.plan.changes import Plan
from catalog.plan.diff import diff
from catalog.plan.drift import Drift, drift, verified
from catalog.plan.kinds.principal import AssociatePrincipalWithPortfolio, DisassociatePrincipalFromPortfolio
from catalog.plan.report import account_line
from catalog.publishing.desired import Publication
from catalog.publishing.planner import read_states
from catalog.publishing.plans import plan_for
from catalog.releases import digest_of, products_with_ledgers

FORMAT = 1
"""Version of the JSON form."""


@dataclass(frozen=True, slots=True)
class Status:
    """Where one account and Region differ from the repository."""

    account: str
    region: str
    drift: tuple[Drift, ...]
    notices: tuple[str, ...] = ()
    verified: int = 0
    """Number of versions whose template was fetched and matches its digest."""
    sandbox: bool = False

    def as_data(self) -> dict[str, Any]:
        """The status as JSON-like data."""
        return {
            "format": FORMAT,
            "account": self.account,
            "region": self.region,
            "drift": [
                {"kind": each.kind.value, "address": each.address, "details": list(each.details)} for each in self.drift
            ],
            "verified": self.verified,
            "notices": list(self.notices),
        }

    @property
    def outcome(self) -> str:
        """The status in a word or two."""
        return "drift" if self.drift else "as declared"

    @property
    def changes(self) -> int:
        """Number of differences."""
        return len(self.drift)

    def members(self) -> dict[str, Any]:
        """The status as a member of a target's JSON-like data."""
        return {"status": self.as_data()}

    def lines(self, printed: Collection[str] = ()) -> Iterator[str]:
        """The status as text, without the notices of `printed`."""
        yield account_line(self.account, self.region, self.sandbox)
        for each in self.drift:
            yield f"  {each.kind.value:14} {each.address}"
            for detail in each.details:
                yield f"      {detail}"
        yield from (f"  note: {notice}" for notice in self.notices if notice not in printed)
        if self.verified:
            yield f"{self.verified} template{'s' if self.verified > 1 else ''} verified."
        number = len(self.drift)
        yield f"{number} difference{'s' if number > 1 else ''} from the repository." if number else "No drift."


def status(publication: Publication, session: AwsSession, *, verify: bool = False) -> Status:
    """Compare the repository with AWS. Reads only."""
    declared, observed = read_states(publication, session)
    kept = {"elsewhere": publication.elsewhere, "ledgers": products_with_ledgers(publication.catalog.config)}
    unmanaged = [(each.portfolio, each.description) for each in observed.unmanaged]
    drifts = drift(declared, observed.state, unmanaged, **kept)
    notices = [*publication.notices, *observed.notices]
    number = 0
    if verify:
        digests = template_digests(Reader(session), observed)
        wrong, unknown = verified(observed.state, digests)
        drifts = (*drifts, *(each for each in wrong if each not in drifts))
        notices += unknown
        number = sum(digest is not None for digest in digests.values()) - len(wrong)
    identity, region = session.identity, session.region
    return Status(identity.account, region, drifts, tuple(notices), verified=number, sandbox=session.is_sandbox)


def template_digests(reader: Reader, observed: Observation) -> dict[Address, str | None]:
    """Address of each version of ours → digest of the template that Service Catalog uses to launch it."""
    products_by_version = {
        addresses.version(key, artifact.name): addresses.product(key)
        for key, product in observed.state.products.items()
        for artifact in product.artifacts
    }

    def read(address: Address) -> str | None:
        body = reader.template(observed.ids[products_by_version[address]], observed.ids[address])
        return digest_of(body) if body is not None else None

    return dict(zip(products_by_version, read_each(read, products_by_version), strict=True))


def refresh_plan(publication: Publication, session: AwsSession) -> Plan:
    """The part of a plan that removes dead principals and associates those of type IAM again."""
    declared, observed = read_states(publication, session)
    changes = diff(
        replace(declared, products={}, tag_options={}, service_actions={}),
        observed.state,
        refresh=True,
    )
    kept = tuple(
        change
        for change in changes
        if (isinstance(change, AssociatePrincipalWithPortfolio) and change.address.split("/")[1] in existing(observed))
        or (isinstance(change, DisassociatePrincipalFromPortfolio) and change.principal.dead)
    )
    return plan_for(publication.catalog.config, session, changes=kept, ids=observed.ids)


def existing(observed: Observation) -> set[str]:
    """Keys of the portfolios that exist, imported ones included."""
    return {*observed.state.portfolios, *observed.state.imports}
