"""`review`: from two sides of a repository to what a change does to people. All without AWS."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from catalog.check.finding import Finding
from catalog.check.lint_cache import LintCache
from catalog.check.results import ControlResult, Result, check_release
from catalog.check.run import Content, check, check_portfolios
from catalog.content.render import Rendered
from catalog.errors import ContentError
from catalog.review.permissions import RoleComparison, compare_permissions
from catalog.review.portfolios import ReviewedPortfolio, review_portfolios
from catalog.review.products import ReviewedProduct, checked_catalog, review_products
from catalog.review.publish_plan import PublishPlan
from catalog.review.sides import ReviewBase, Side
from catalog.roles.launch import launch_role, products_by_role, topics_by_role

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class ControlVerdict:
    """The result of one control for a product."""

    id: str
    title: str
    result: Result
    places: tuple[str, ...] = ()
    """Where it looked, or has findings: `products/vault.yaml:12 Resources/Key`, with the message of a finding."""
    reasons: tuple[str, ...] = ()
    """Why a finding is accepted, why the control is off, or what the template cannot decide."""


@dataclass(frozen=True, slots=True)
class ReviewedChecks:
    """What cfn-lint, the controls and the version gate say of the new side."""

    new: tuple[Finding, ...]
    """Findings that the base does not have."""
    resolved: tuple[Finding, ...]
    """Findings that only the base has."""
    kept: tuple[Finding, ...]
    controls: Mapping[str, tuple[ControlVerdict, ...]]
    """Product → the result of each control."""

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The errors of the new side: they stop a release and a publish."""
        return tuple(finding for finding in (*self.new, *self.kept) if finding.severity == "error")


@dataclass(frozen=True, slots=True)
class Review:
    """What a change does."""

    repository: str
    base: ReviewBase | None
    """None: all content is new."""
    products: tuple[ReviewedProduct, ...]
    portfolios: tuple[ReviewedPortfolio, ...]
    roles: tuple[RoleComparison, ...]
    checks: ReviewedChecks
    same: tuple[str, ...]
    """The names of products that do not differ."""
    plans: tuple[PublishPlan, ...] = ()
    """A saved plan: what publish would do in accounts."""

    def roles_of(self, product: str) -> tuple[RoleComparison, ...]:
        """The launch roles that launch a product."""
        return tuple(role for role in self.roles if product in role.products)


def review(
    new: Side,
    old: Side | None,
    base: ReviewBase | None,
    *,
    today: date,
    cache: LintCache | None = None,
    plans: tuple[PublishPlan, ...] = (),
    progress: Progress = lambda _: None,
) -> Review:
    """Compare the two sides; None for `old` if all content is new."""
    progress("comparing products")
    products = review_products(new, old)
    progress("portfolios and launch roles")
    portfolios = review_portfolios(new, old)
    roles = tuple(review_roles(new, old))
    progress("running cfn-lint and the controls")
    changed = {product.key for product in products}
    return Review(
        new.config.root.name,
        base,
        products,
        portfolios,
        roles,
        review_checks(new, old, products, today, cache),
        tuple(definition.name for key, definition in new.catalog.products.items() if key not in changed),
        plans,
    )


def review_roles(new: Side, old: Side | None) -> Iterator[RoleComparison]:
    """The launch roles that portfolios name, where their permissions differ."""
    after, before = roles_of(new), roles_of(old) if old else {}
    for name in dict.fromkeys([*after, *before]):
        products = tuple(dict.fromkeys([*after.get(name, ()), *before.get(name, ())]))
        try:
            statements = [
                permissions_of(side, name, keys) if side and (keys := roles.get(name)) else None
                for side, roles in ((new, after), (old, before))
            ]
        except ContentError as error:
            problem = "; ".join((error.message, *error.problems))
            yield RoleComparison(name, products, (), (), (), problem=problem)
            continue
        comparison = compare_permissions(name, products, *statements)
        if comparison.gained or comparison.lost or comparison.is_new or comparison.is_gone:
            yield comparison


def roles_of(side: Side) -> dict[str, tuple[str, ...]]:
    """Launch role → the products that portfolios launch with it."""
    return products_by_role(side.catalog.portfolios.values())


def permissions_of(side: Side, name: str, keys: Sequence[str]) -> Any:
    """The statements of a role, derived for all releases and for the working tree."""
    topics = topics_by_role(side.catalog.portfolios.values()).get(name, ())
    products = {key: side.catalog.products[key] for key in keys}
    return launch_role(side.config, name, products, topics=topics, dev=True).permissions


def review_checks(
    new: Side, old: Side | None, products: Sequence[ReviewedProduct], today: date, cache: LintCache | None
) -> ReviewedChecks:
    """The findings of both sides about the products that differ, and about all portfolios."""
    keys = [product.key for product in products if product.key in new.rendered]
    controls: dict[str, tuple[ControlVerdict, ...]] = {}
    after: dict[tuple[str, ...], Finding] = {}
    for key in keys:
        results, checked = check_release(checked_catalog(new, [key]), new.rendered[key], today, cache)
        controls[key] = tuple(control_verdict(result, new.rendered[key]) for result in results)
        after |= {identity(finding): finding for finding in checked.findings if not finding.portfolio}
    gates = {identity(finding): finding for product in products for finding in product.gate}
    after |= gates | {identity(finding): finding for finding in portfolio_findings(new, today)}
    before = base_findings(old, [key for key in keys if old and key in old.rendered], today, cache) if old else {}
    return ReviewedChecks(
        tuple(finding for key, finding in after.items() if key not in before),
        tuple(finding for key, finding in before.items() if key not in after),
        tuple(finding for key, finding in after.items() if key in before),
        controls,
    )


def control_verdict(result: ControlResult, rendered: Rendered) -> ControlVerdict:
    """The result of a control with its evidence. A template that Python makes has no lines in the product's file."""
    places = []
    for file in result.files:
        of_template = file.file == rendered.shown_file
        name = rendered.shown_source if of_template else file.file
        for location in file.locations:
            line = "" if of_template and not rendered.template_file else f":{location.line}"
            message = f": {location.message}" if location.message else ""
            places.append(f"{name}{line} {location.path}{message}".strip())
    accepted = [
        f"accepted until {suppression.expires.isoformat()}: {suppression.reason}"
        for file in result.files
        for suppression in file.suppressions
    ]
    undecided = [result.control.advisory] if result.result == "advisory" and result.control.advisory else []
    reasons = filter(None, (result.off, *accepted, *undecided))
    return ControlVerdict(
        result.control.id, result.control.shortdesc, result.result, tuple(places), tuple(dict.fromkeys(reasons))
    )


def base_findings(
    old: Side, keys: Sequence[str], today: date, cache: LintCache | None
) -> dict[tuple[str, ...], Finding]:
    """The findings of the base about these products and its portfolios."""
    content = Content(checked_catalog(old, keys), [old.rendered[key] for key in keys])
    findings = [finding for finding in check(content, today, cache=cache).findings if not finding.portfolio]
    return {identity(finding): finding for finding in (*findings, *portfolio_findings(old, today))}


def portfolio_findings(side: Side, today: date) -> Iterator[Finding]:
    """The findings about portfolios, which need all products but no cfn-lint."""
    offered = [release for releases in side.releases.values() for release in releases if release.launchable]
    content = Content(side.catalog, (), [*side.rendered.values(), *offered])
    yield from (finding for finding in check_portfolios(content, today).findings if finding.portfolio)


def identity(finding: Finding) -> tuple[str, ...]:
    """What makes a finding the same on both sides: not its line."""
    return finding.id, finding.product, finding.portfolio, finding.where, finding.message
