"""The result of each control for one released version: pass, fail, suppressed, advisory or not applicable, and where.

A finding says only what is wrong. An auditor also asks what a control looked at and found right, and what a template
cannot decide. So every control also returns where it looks (`looked_at`), in the template or in each portfolio that
offers the product.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from catalog.check.control_files import ControlClass
from catalog.check.finding import Finding, sort_key
from catalog.check.lint_cache import LintCache
from catalog.check.portfolio._control import PortfolioControl, Subject
from catalog.check.registry import portfolio_controls, template_controls
from catalog.check.run import Content, Version, check, named, product_of, subjects
from catalog.check.suppression import CheckResult, Suppressed
from catalog.content.control_settings import ControlSettings
from catalog.content.load import Catalog
from catalog.content.template_files import template_lines
from catalog.content.yaml_files import YamlDocument
from catalog.model.definition import Suppression

Result = Literal["fail", "suppressed", "off", "advisory", "pass", "not applicable"]
WEAKEST: tuple[Result, ...] = ("fail", "suppressed", "off", "advisory", "pass", "not applicable")
"""The first of these that occurs among several results is the result of all together."""


@dataclass(frozen=True, slots=True)
class Location:
    """Where a control looked, or where it has a finding."""

    path: str
    """`Resources/Key`; empty for the whole file."""
    line: int
    message: str = ""
    """The message of the finding, or what the template does not decide; empty where the control only looked."""


@dataclass(frozen=True, slots=True)
class FileResult:
    """The result of a control for one file."""

    file: str
    result: Result
    locations: tuple[Location, ...]
    """For "pass" and "advisory": where the control looked. Otherwise: where it has findings."""
    suppressions: tuple[Suppression, ...] = ()


@dataclass(frozen=True, slots=True)
class ControlResult:
    """A control with its results for all files."""

    control: ControlClass
    scope: Literal["template", "portfolio"]
    files: tuple[FileResult, ...]
    off: str = ""
    """The reason why the repository has switched the control off; empty if it has not."""

    @property
    def result(self) -> Result:
        """The weakest result: one portfolio that fails makes the control fail."""
        return "off" if self.off else weakest(file.result for file in self.files)


def weakest(results: Iterable[Result]) -> Result:
    """The result of several together: "not applicable" only when there is no other."""
    occurring = set(results)
    return next((result for result in WEAKEST if result in occurring), "not applicable")


def check_release(
    catalog: Catalog, release: Version, day: date, cache: LintCache | None = None
) -> tuple[tuple[ControlResult, ...], CheckResult]:
    """Every control over the bytes of `release` and over the portfolios of `catalog`, suppressions as of `day`."""
    content = Content(catalog, (release,))
    checked = check(content, day, cache=cache)
    settings = catalog.config.controls
    results = [
        template_result(control, release, checked, catalog.config.regions) for control in template_controls(settings)
    ]
    results += [
        portfolio_result(control, content, release.product, checked) for control in portfolio_controls(settings)
    ]
    return tuple(off_or_judged(result, settings) for result in results), checked


def off_or_judged(result: ControlResult, settings: ControlSettings) -> ControlResult:
    """The result of a control; without files if the repository has switched it off."""
    level = settings.level_of(result.control.id)
    return replace(result, files=(), off=level.reason) if level and level.level == "off" else result


def template_result(
    control_class: ControlClass, release: Version, checked: CheckResult, regions: tuple[str, ...]
) -> ControlResult:
    """The result of one control for the template."""
    from catalog.check.controls._control import Control

    document = YamlDocument(release.shown_file, release.template, template_lines(release.body))
    looked_at: list[Location] = []
    advisory = bool(control_class.advisory)
    if isinstance(control := control_class(), Control):
        control.regions = regions
        paths = control.looked_at(release.template)
        looked_at = [Location("/".join(map(str, path)), document.line(path)) for path in paths]
        undecided = [
            Location("/".join(map(str, path)), document.line(path), message)
            for path, message in control.undecided(release.template)
        ]
        looked_at, advisory = undecided or looked_at, advisory or bool(undecided)
    findings, suppressed = concerning(checked, control_class, "", release.product)
    result = file_result(advisory, release.shown_file, looked_at, findings, suppressed)
    return ControlResult(control_class, "template", (result,))


def portfolio_result(
    control_class: ControlClass, content: Content, product: str, checked: CheckResult
) -> ControlResult:
    """The results of one control for each portfolio, as far as they concern the product."""
    control = control_class()
    files = []
    for subject in subjects(content):
        looked_at = locations(control, subject, product) if isinstance(control, PortfolioControl) else iter(())
        findings, suppressed = concerning(checked, control_class, subject.portfolio.key, product)
        file = subject.portfolio.document.shown
        files.append(file_result(bool(control_class.advisory), file, list(looked_at), findings, suppressed))
    return ControlResult(control_class, "portfolio", tuple(files))


def locations(control: PortfolioControl, subject: Subject, product: str) -> Iterator[Location]:
    """Where a control looks in a portfolio, without the entries of other products."""
    for path in control.looked_at(subject):
        if product_of(subject.portfolio, path) in ("", product):
            line = subject.portfolio.document.line(path)
            yield Location("/".join(map(str, named(subject.portfolio, path))), line)


def concerning(
    checked: CheckResult, control: ControlClass, portfolio: str, product: str
) -> tuple[list[Finding], list[Suppressed]]:
    """The findings of a control about the product or the whole portfolio. An empty `portfolio` means the template."""

    def concerns(finding: Finding) -> bool:
        return finding.id == control.id and finding.portfolio == portfolio and finding.product in ("", product)

    suppressed = [each for each in checked.suppressed if concerns(each.finding)]
    return list(filter(concerns, checked.findings)), suppressed


def file_result(
    advisory: bool,
    file: str,
    looked_at: Sequence[Location],
    findings: Sequence[Finding],
    suppressed: Sequence[Suppressed],
) -> FileResult:
    """The result for one file. A finding fails the file even where the control cannot decide the rest (`advisory`)."""
    if findings or suppressed:
        ordered = sorted([*findings, *(each.finding for each in suppressed)], key=sort_key)
        where = tuple(Location(finding.where, finding.line, finding.message) for finding in ordered)
        suppressions = tuple(dict.fromkeys(each.suppression for each in suppressed))
        return FileResult(file, "fail" if findings else "suppressed", where, suppressions)
    if not looked_at:
        return FileResult(file, "not applicable", ())
    return FileResult(file, "advisory" if advisory else "pass", tuple(looked_at))
