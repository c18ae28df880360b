"""Checking one template, as `check` does for all of them."""

from __future__ import annotations

from itertools import chain

from catalog.check.finding import Finding
from catalog.check.run import Version, begin_template, template_findings
from catalog.content.config import Config


def check_template(version: Version, config: Config) -> list[Finding]:
    """The findings of cfn-lint and the template controls, with the file and line to edit."""
    pending = [(version, begin_template(version, config, None, 0))]
    return list(chain.from_iterable(template_findings(pending, config, lambda _: None)))
