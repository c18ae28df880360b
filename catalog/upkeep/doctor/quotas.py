"""Quotas that the account or the repository comes near to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from catalog.aws.quotas import applied_quotas, object_counts, role_counts
from catalog.aws.session import AwsSession
from catalog.content.load import Catalog
from catalog.errors import AwsCallError
from catalog.releases import load_releases
from catalog.upkeep.doctor.diagnosis import DENIED, Diagnosis, Health, ok, tried

NEAR = 0.8
"""The part of a quota from which on there is a warning."""
RAISE = "Ask for a higher quota in the Service Quotas console, or delete what nobody uses (`catalog prune`)."
FEWER = "Retire old releases (`catalog retention`), split the portfolio, or ask for a higher quota."


@dataclass(frozen=True, slots=True)
class QuotaKind:
    """A quota of Service Catalog."""

    words: tuple[str, ...]
    """Words in its name in Service Quotas, which AWS words as `Portfolios per Region`."""
    default: int
    """Service Catalog administrator guide, "Service Catalog default service quotas"."""


QUOTAS = {
    "portfolios": QuotaKind(("portfolios", "region"), 100),
    "products": QuotaKind(("products", "region"), 350),
    "products of a portfolio": QuotaKind(("products", "per portfolio"), 150),
    "versions of a product": QuotaKind(("versions", "per product"), 100),
    "principals of a portfolio": QuotaKind(("roles", "per portfolio"), 100),
}
"""What is counted → its quota."""


@dataclass(frozen=True, slots=True)
class QuotaUse:
    """A number that a quota limits."""

    kind: str
    number: int
    subject: str = ""
    """The product or portfolio that has the most; empty for a number of the account."""


def quotas(session: AwsSession, catalog: Catalog) -> Iterator[Diagnosis]:
    """Each quota that is near, or a line that none is; what could not be asked."""
    applied, words = applied_or_default(session)
    near, usages = [], [*most(session, catalog), *(QuotaUse(kind, number) for kind, number in object_counts(session))]
    for usage in usages:
        limit = applied[usage.kind]
        if usage.number >= NEAR * limit:
            near.append(of_usage(usage, limit))
    if near:
        yield from near
    else:
        counted = ", ".join(f"{usage.number} of {applied[usage.kind]:.0f} {usage.kind}" for usage in usages)
        yield ok("quotas", f"none is near: {counted} ({words})")
    yield from tried("quota of roles", lambda: of_roles(session))


def of_usage(usage: QuotaUse, limit: float) -> Diagnosis:
    """A quota that is near."""
    subject = f"{usage.subject}: " if usage.subject else ""
    seen = f"{subject}{usage.number} of {limit:.0f} {usage.kind}"
    health = Health.FAULT if usage.subject and usage.number > limit else Health.WARNING
    return Diagnosis("quotas", health, seen, FEWER if usage.subject else RAISE)


def of_roles(session: AwsSession) -> Iterator[Diagnosis]:
    """IAM's quota of roles in the account, which `catalog bootstrap` needs."""
    number, quota = role_counts(session)
    if quota and number >= NEAR * quota:
        yield Diagnosis("quota of roles", Health.WARNING, f"{number} of {quota} IAM roles", RAISE)
    else:
        yield ok("quota of roles", f"{number} of {quota} IAM roles")


def applied_or_default(session: AwsSession) -> tuple[dict[str, float], str]:
    """(quota of each kind, where the numbers are from): of the account if Service Quotas tells them."""
    defaults = {kind: float(quota.default) for kind, quota in QUOTAS.items()}
    if session.is_sandbox:
        return defaults, "AWS's defaults; Service Quotas is not offered here"
    try:
        applied = applied_quotas(session, "servicecatalog")
    except AwsCallError as error:
        if error.code not in (*DENIED, "NoSuchResourceException"):
            raise
        return defaults, f"AWS's defaults; ListServiceQuotas: {error.code}"
    values = {kind: matching(quota, applied) or defaults[kind] for kind, quota in QUOTAS.items()}
    return values, "Service Quotas"


def matching(quota: QuotaKind, applied: dict[str, float]) -> float | None:
    """The value of the quota whose name has all the words."""
    return next((value for name, value in applied.items() if all(word in name.lower() for word in quota.words)), None)


def most(session: AwsSession, catalog: Catalog) -> Iterator[QuotaUse]:
    """The product and the portfolios that have the most of what a quota limits, as the repository declares them."""
    versions = {key: len(load_releases(catalog.config, key)) for key in catalog.products}
    products = {key: len(file.products) for key, file in catalog.portfolios.items()}
    principals = {key: len(file.principals(session.account_region)) for key, file in catalog.portfolios.items()}
    for kind, numbers in (
        ("versions of a product", versions),
        ("products of a portfolio", products),
        ("principals of a portfolio", principals),
    ):
        if numbers:
            key = max(numbers, key=lambda name: numbers[name])
            yield QuotaUse(kind, numbers[key], key)
