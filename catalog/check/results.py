"""What each control says of one released version: pass, fail, suppressed, advisory or not applicable, and where.

A finding says only what is wrong. An auditor also asks what was looked at and found right, and what a template cannot
decide. So every control is asked where it looks (`looked_at`), in the template or in each portfolio that offers the
product.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from catalog.check.finding import Finding, sort_key
from catalog.check.portfolio._control import PortfolioControl, Subject
from catalog.check.registry import ControlClass, portfolio_controls, template_controls
from catalog.check.run import Content, check, named, product_of, subjects
from catalog.check.suppression import Outcome, Suppressed
from catalog.content.load import Catalog
from catalog.content.yaml_files import DataPath, parse_yaml
from catalog.model.definition import Suppression
from catalog.releases import Release

Result = Literal["fail", "suppressed", "advisory", "pass", "not applicable"]
WEAKEST: tuple[Result, ...] = ("fail", "suppressed", "advisory", "pass", "not applicable")
"""The first that occurs is the result of the whole."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place that a control looked at, or where it found something."""

    path: str
    """`Resources/Key`; empty for all of the file."""
    line: int
    message: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a control says of one file."""

    file: str
    result: Result
    places: tuple[Place, ...]
    """Of a pass or an advisory: where it looked. Else: where it found something."""
    suppressions: tuple[Suppression, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """A control with all its judgements."""

    control: ControlClass
    scope: Literal["template", "portfolio"]
    judgements: tuple[Judgement, ...]

    @property
    def result(self) -> Result:
        """The weakest: one portfolio that fails is a failure."""
        return weakest(judgement.result for judgement in self.judgements)


def weakest(results: Iterable[Result]) -> Result:
    """The result of several together: what is not applicable counts only when nothing else is there."""
    found = set(results)
    return next((result for result in WEAKEST if result in found), "not applicable")


def judge_release(catalog: Catalog, release: Release, day: date) -> tuple[tuple[Judged, ...], Outcome]:
    """Every control over the bytes of `release` and over the portfolios of `catalog`, suppressions as of `day`."""
    content = Content(catalog, (release.rendered,))
    outcome = check(content, day)
    templates = [judge_template(control, release, outcome) for control in template_controls()]
    portfolios = [judge_portfolios(control, content, release.product, outcome) for control in portfolio_controls()]
    return (*templates, *portfolios), outcome


def judge_template(control: ControlClass, release: Release, outcome: Outcome) -> Judged:
    """One control over the template."""
    from catalog.check.controls._control import Control

    file = f"products/releases/{release.product}/{release.version}.yaml"
    document = parse_yaml(release.body.decode(), file)
    one = control()
    looked = one.looked_at(release.template) if isinstance(one, Control) else iter(())
    places = [Place("/".join(map(str, path)), document.line(path)) for path in looked]
    findings = [finding for finding in outcome.findings if finding.id == control.id and not finding.portfolio]
    hidden = [one for one in outcome.suppressed if one.finding.id == control.id and not one.finding.portfolio]
    return Judged(control, "template", (judgement(control, file, places, findings, hidden),))


def judge_portfolios(control: ControlClass, content: Content, product: str, outcome: Outcome) -> Judged:
    """One control over each portfolio, as far as it concerns the product."""
    one = control()
    judgements = []
    for subject in subjects(content):
        key = subject.portfolio.key
        looked = places_for(one, subject, product) if isinstance(one, PortfolioControl) else iter(())
        findings = [finding for finding in outcome.findings if concerns(finding, control, key, product)]
        hidden = [each for each in outcome.suppressed if concerns(each.finding, control, key, product)]
        judgements.append(judgement(control, subject.portfolio.document.shown, list(looked), findings, hidden))
    return Judged(control, "portfolio", tuple(judgements))


def places_for(control: PortfolioControl, subject: Subject, product: str) -> Iterator[Place]:
    """Where a control looks in a portfolio, other products' entries left out."""
    for path in control.looked_at(subject):
        if product_of(subject.portfolio, path) in ("", product):
            yield Place("/".join(map(str, named(subject.portfolio, path))), line_of(subject, path))


def line_of(subject: Subject, path: DataPath) -> int:
    """The line of `path` in the portfolio's file."""
    return subject.portfolio.document.line(path)


def concerns(finding: Finding, control: ControlClass, portfolio: str, product: str) -> bool:
    """Whether a finding is this control's, in this portfolio, and about the product or all of the portfolio."""
    return finding.id == control.id and finding.portfolio == portfolio and finding.product in ("", product)


def judgement(
    control: ControlClass,
    file: str,
    looked: Sequence[Place],
    findings: Sequence[Finding],
    hidden: Sequence[Suppressed],
) -> Judgement:
    """The result for one file. What is plainly wrong fails even where the rest cannot be decided."""
    if findings or hidden:
        shown = sorted([*findings, *(one.finding for one in hidden)], key=sort_key)
        places = tuple(Place(finding.where, finding.line, finding.message) for finding in shown)
        suppressions = tuple(dict.fromkeys(one.suppression for one in hidden))
        return Judgement(file, "fail" if findings else "suppressed", places, suppressions)
    if not looked:
        return Judgement(file, "not applicable", ())
    return Judgement(file, "advisory" if control.advisory else "pass", tuple(looked))
