"""The check stage: content in, findings out. It reads nothing but cfn-lint's schemas.

cfn-lint and template controls (rendered bytes) ┐
                                                ├─ suppressions of the files ─► CheckResult
portfolio controls (YAML)                       ┘
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import chain
from typing import Any

from catalog.check.finding import Finding, in_order
from catalog.check.levels import with_levels
from catalog.check.lint_cache import LintCache, Pending
from catalog.check.lint_process import linted, worker_for
from catalog.check.own_controls import own_code
from catalog.check.places import with_places
from catalog.check.portfolio._control import OfferedVersion, PortfolioControl, Subject
from catalog.check.registry import portfolio_controls, require_known_ids, severity_of, template_ids
from catalog.check.suppression import CheckResult, DeclaredSuppression, of_portfolios, of_products, suppress
from catalog.content.config import Config
from catalog.content.load import Catalog
from catalog.content.portfolio_files import PortfolioFile
from catalog.content.render import Rendered
from catalog.content.rule_checks import rule_sections
from catalog.releases import Release

Version = Rendered | Release
"""A version of a product: as its file renders it now, or as it was released."""


@dataclass(frozen=True, slots=True)
class Content:
    """What is checked."""

    catalog: Catalog
    """It may hold only some of the repository's products and portfolios."""
    versions: Sequence[Version]
    """The versions whose templates are checked: the rendered version of each product, or the published ones."""
    offered: Sequence[Version] = ()
    """Other versions that people can launch from the portfolios. Their templates were checked at their release."""


def check(
    content: Content,
    today: date,
    report: Callable[[Version], None] = lambda _: None,
    cache: LintCache | None = None,
) -> CheckResult:
    """Check templates and portfolios, with suppressions as of `today`; findings are in a stable order.

    `report` gets each version before the findings of its template are waited for, which takes about a second. `cache`
    may have the findings of earlier runs. Raises `ContentError` for a Region that cfn-lint does not know.
    """
    return begin_check(content, today, cache)(report)


def begin_check(
    content: Content, today: date, cache: LintCache | None = None
) -> Callable[[Callable[[Version], None]], CheckResult]:
    """Begin to lint the templates in other processes. The result is `check` without what has begun."""
    config = content.catalog.config
    require_known_ids(config.controls)
    number = len(content.versions)
    pending = [
        (version, begin_template(version, config, cache, worker_for(index, number)))
        for index, version in enumerate(content.versions)
    ]

    def finish(report: Callable[[Version], None]) -> CheckResult:
        portfolios = check_portfolios(content, today)
        templates = suppress(
            chain.from_iterable(template_findings(pending, config, report)),
            of_products(content.catalog.products, config.root),
            today,
            template_ids(config.controls),
        )
        return CheckResult(
            in_order((*templates.findings, *portfolios.findings)), (*templates.suppressed, *portfolios.suppressed)
        )

    return finish


def template_findings(
    pending: Iterable[tuple[Version, Pending]], config: Config, report: Callable[[Version], None]
) -> Iterator[list[Finding]]:
    """The findings about each template, with the file and line to edit; each version is reported before."""
    for version, findings in pending:
        report(version)
        yield with_places(findings(), version, config)


def begin_template(version: Version, config: Config, cache: LintCache | None, worker: int) -> Pending:
    """Begin to check a template with cfn-lint and the template controls; returns what waits for the findings."""
    arguments = (version.product, version.shown_file, version.body, config.regions, config.controls)
    begin = partial(begin_lint, worker, *arguments)
    return cache.findings(*arguments, begin) if cache else begin()


def begin_lint(worker: int, *arguments: Any) -> Pending:
    """Begin to lint in a process of its own."""
    return linted(worker, *arguments).result


def check_portfolios(content: Content, today: date) -> CheckResult:
    """Run only the portfolio controls. This does not load cfn-lint."""
    settings = content.catalog.config.controls
    require_known_ids(settings)
    controls = [control() for control in portfolio_controls(settings) if issubclass(control, PortfolioControl)]
    portfolios = {**content.catalog.portfolios, **imports_of(content)}
    loaded = set(content.catalog.products)

    def is_complete(declared: DeclaredSuppression) -> bool:
        return set(portfolios[declared.portfolio].products) <= loaded

    findings = (
        finding
        for subject in subjects(content)
        for control in controls
        if control.of_imports or subject.portfolio.key in content.catalog.portfolios
        for finding in run_control(control, subject)
    )
    result = suppress(
        with_levels(findings, settings),
        of_portfolios(portfolios),
        today,
        {control.id for control in controls},
        is_complete,
    )
    return CheckResult(in_order(result.findings), result.suppressed)


def imports_of(content: Content) -> dict[str, PortfolioFile]:
    """Imports as portfolios without products."""
    return {key: imported.portfolio for key, imported in content.catalog.imports.items()}


def subjects(content: Content) -> Iterator[Subject]:
    """Each portfolio and import with the versions that it offers. Versions with the same template are judged once."""
    by_digest: dict[str, dict[str, OfferedVersion]] = {}
    for version in (*content.versions, *content.offered):
        if version.product in content.catalog.products:
            definition = content.catalog.products[version.product]
            template = {**version.template, **rule_sections(version.template)}
            offered = OfferedVersion(version.product, version.version, definition, template)
            by_digest.setdefault(version.product, {}).setdefault(version.digest, offered)
    by_product = {key: tuple(versions.values()) for key, versions in by_digest.items()}
    portfolios = content.catalog.portfolios
    taken = {key for file in portfolios.values() for _, key, _ in file.imported()}
    for portfolio in (*portfolios.values(), *imports_of(content).values()):
        yield Subject(
            portfolio,
            content.catalog.config,
            {key: by_product.get(key, ()) for key in portfolio.products},
            namesakes(portfolio, portfolios),
            portfolio.key in taken and portfolio.key not in portfolios,
        )


def namesakes(portfolio: PortfolioFile, portfolios: Mapping[str, PortfolioFile]) -> tuple[str, ...]:
    """Keys of other portfolios with the same display name; none for an import."""
    if portfolio.key not in portfolios:
        return ()
    others = (key for key, other in portfolios.items() if other.display_name == portfolio.display_name)
    return tuple(sorted(key for key in others if key != portfolio.key))


def run_control(control: PortfolioControl, subject: Subject) -> Iterable[Finding]:
    """The findings of one control in one portfolio."""
    portfolio = subject.portfolio
    for path, message in running(control, subject):
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


def running(control: PortfolioControl, subject: Subject) -> list[tuple[tuple[str | int, ...], str]]:
    """The faults that a control yields. An own control that fails is an error with its file and line."""
    if type(control).__module__.startswith("catalog."):
        return list(control.faults(subject))
    source = getattr(sys.modules[type(control).__module__], "__file__", "")
    with own_code(str(source), f"while it judged {subject.portfolio.document.shown}"):
        return list(control.faults(subject))


def product_of(portfolio: PortfolioFile, path: tuple[str | int, ...]) -> str:
    """The product whose entry contains `path`, or empty."""
    if len(path) > 1 and path[0] == "products" and isinstance(path[1], int):
        return portfolio.products[path[1]]
    return ""


def named(portfolio: PortfolioFile, path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """`path` with the product's key instead of its index, which changes when a product is added."""
    product = product_of(portfolio, path)
    return (path[0], product, *path[2:]) if product else path
