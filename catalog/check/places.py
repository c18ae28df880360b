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
from catalog.check.versions.w9201_migration import MigrationNeeded
from catalog.content.config import Config
from catalog.content.product_metadata import metadata_document
from catalog.content.render import Rendered
from catalog.releases import Release


def with_places(findings: Iterable[Finding], version: Rendered | Release, config: Config) -> list[Finding]:
    """The findings about the template of `version`, with the file and line to mark."""
    if isinstance(version, Release):
        return [replace(finding, in_file=True) for finding in findings]
    if version.source is not None:
        file = config.shown(Path(os.path.normpath(version.source)))
        return [in_metadata(replace(finding, file=file, in_file=True), version, config) for finding in findings]
    source = source_of(config.root / version.shown_file)
    return [replace(finding, file_line=line_of_element(source, finding.path)) for finding in findings]


def in_metadata(finding: Finding, version: Rendered, config: Config) -> Finding:
    """The finding with the place of the migrations, if it is about one in the metadata of a template."""
    if finding.id != MigrationNeeded.id or not version.template_file:
        return finding
    line = metadata_document(config.root, version.shown_file).line(("migrations",))
    return replace(finding, file=version.shown_file, line=line)
