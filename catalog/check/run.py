"""The check stage: content in, findings out; pure apart from reading cfn-lint's schemas.

cfn-lint and template controls (rendered bytes) ┐
├─ suppressions of the files ─► Outcome
portfolio controls (YAML)                       ┘
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from catalog.check.finding import Finding, in_order
from catalog.check.portfolio._control import Offered, PortfolioControl, Subject
from catalog.check.registry import portfolio_controls, severity_of
from catalog.check.suppression import Declared, Outcome, of_portfolios, of_products, suppress
from catalog.content.load import Catalog, rule_sections
from catalog.content.portfolio_files import PortfolioFile
from catalog.content.render import Rendered
from catalog.releases import Release

Version = Rendered | Release
"""A version of a product: as its file builds it now, or as it was released."""


@dataclass(frozen=True, slots=True)
class Content:
    """What is checked."""

    catalog: Catalog
    """Its products may be a part of the repository's, its portfolios too."""
    versions: Sequence[Version]
    """The templates: of each product the one that is rendered now, or those that are published."""
    offered: Sequence[Version] = ()
    """More versions that people launch from the portfolios, whose templates were checked when they were released."""


def check(content: Content, today: date) -> Outcome:
    """Check templates and portfolios; suppressions are judged as of `today`; findings in a stable order.

    Raises `ContentError` for a Region that cfn-lint does not know.
    """
    from catalog.check.registry import template_controls

    templates = suppress(
        check_templates(content.versions, content.catalog.config.regions),
        of_products(content.catalog.products),
        today,
        {control.id for control in template_controls()},
    )
    portfolios = check_portfolios(content, today)
    return Outcome(
        in_order((*templates.findings, *portfolios.findings)), (*templates.suppressed, *portfolios.suppressed)
    )


def check_templates(versions: Sequence[Version], regions: Sequence[str]) -> tuple[Finding, ...]:
    """Lint each template, as the bytes that are published, for all `regions`; findings in a stable order."""
    from catalog.check.cfn_lint import lint

    findings: list[Finding] = []
    for one in versions:
        findings += lint(one.product, f"products/{one.product}.py", one.body, regions)
    return in_order(findings)


def check_portfolios(content: Content, today: date) -> Outcome:
    """Run the controls over portfolios alone; loads no cfn-lint, so that a plan can afford it."""
    controls = [control() for control in portfolio_controls() if issubclass(control, PortfolioControl)]
    portfolios = {**content.catalog.portfolios, **imports_of(content)}
    loaded = set(content.catalog.products)

    def complete(one: Declared) -> bool:
        return set(portfolios[one.portfolio].products) <= loaded

    found = suppress(
        (
            finding
            for subject in subjects(content)
            for control in controls
            if control.of_imports or subject.portfolio.key in content.catalog.portfolios
            for finding in judge(control, subject)
        ),
        of_portfolios(portfolios),
        today,
        {control.id for control in controls},
        complete,
    )
    return Outcome(in_order(found.findings), found.suppressed)


def imports_of(content: Content) -> dict[str, PortfolioFile]:
    """Imports as portfolios without products."""
    return {key: one.portfolio for key, one in content.catalog.imports.items()}


def subjects(content: Content) -> Iterator[Subject]:
    """Each portfolio, and each import as one, with the versions that it offers; the same template is judged once."""
    offered: dict[str, dict[str, Offered]] = {}
    for one in (*content.versions, *content.offered):
        if one.product in content.catalog.products:
            definition = content.catalog.products[one.product]
            template = {**one.template, **rule_sections(one.template)}
            version = Offered(one.product, one.version, definition, template)
            offered.setdefault(one.product, {}).setdefault(one.digest, version)
    by_key = {key: tuple(versions.values()) for key, versions in offered.items()}
    for portfolio in (*content.catalog.portfolios.values(), *imports_of(content).values()):
        yield Subject(portfolio, content.catalog.config, {key: by_key.get(key, ()) for key in portfolio.products})


def judge(control: PortfolioControl, subject: Subject) -> Iterable[Finding]:
    """What one control says of one portfolio."""
    portfolio = subject.portfolio
    for path, message in control.faults(subject):
        yield Finding(
            id=control.id,
            severity=severity_of(type(control)),
            message=message,
            file=portfolio.document.shown,
            line=portfolio.document.line(path),
            path=named(portfolio, path),
            source_url=control.source_url,
            product=product_of(portfolio, path),
            title=control.shortdesc,
            portfolio=portfolio.key,
            in_file=True,
        )


def product_of(portfolio: PortfolioFile, path: tuple[str | int, ...]) -> str:
    """The product whose entry `path` leads into, or empty."""
    if len(path) > 1 and path[0] == "products" and isinstance(path[1], int):
        return portfolio.products[path[1]]
    return ""


def named(portfolio: PortfolioFile, path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """`path` with the product's key in place of its index, which moves when a product is added."""
    product = product_of(portfolio, path)
    return (path[0], product, *path[2:]) if product else path
