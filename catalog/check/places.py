"""Where the fault of a finding is edited: in a template file, in a frozen release, or in a product file in Python.

A template file is published byte for byte, so the line of its template is its own line. What Python renders is not a
file of the repository: such a finding names the rendered template, and the line of the product file that names the
element, if only one does.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from catalog.check.finding import Finding
from catalog.check.python_lines import line_of_element, source_of
from catalog.content.config import Config
from catalog.content.render import Rendered
from catalog.releases import Release


def with_places(findings: Iterable[Finding], version: Rendered | Release, config: Config) -> list[Finding]:
    """The findings about the template of `version`, with the file and line to mark."""
    if isinstance(version, Release):
        file = f"products/releases/{version.product}/{version.version}.yaml"
        return [replace(finding, file=file, in_file=True) for finding in findings]
    if version.source is not None:
        file = config.shown(Path(os.path.normpath(version.source)))
        return [replace(finding, file=file, in_file=True) for finding in findings]
    source = source_of(config.root / version.shown_file)
    return [replace(finding, file_line=line_of_element(source, finding.path)) for finding in findings]
