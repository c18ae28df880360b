"""The table of docs/versions.md as data: small edits of the KMS template with their verdicts and findings."""

from __future__ import annotations

from tests.unit.versions import edits_of_interface, edits_of_resources

EDITS = [*edits_of_resources.ROWS, *edits_of_interface.ROWS]
