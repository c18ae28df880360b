"""The levels that a repository gives to controls, applied to findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from catalog.check.finding import Finding
from catalog.content.control_settings import ControlSettings


def with_levels(findings: Iterable[Finding], settings: ControlSettings) -> Iterator[Finding]:
    """The findings with the configured severities, without those of controls that are off."""
    levels = {level.control: level.level for level in settings.levels}
    for finding in findings:
        level = levels.get(finding.id, finding.severity)
        if level != "off":
            yield finding if level == finding.severity else replace(finding, severity=level)
