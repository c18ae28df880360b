"""The line of a path in a rendered template."""

from __future__ import annotations

from catalog.content.template_files import template_lines
from catalog.versions.change import Path


def line_of(body: bytes, path: Path) -> int:
    """The line of the innermost existing part of `path`, from 1; for a Sid, the line of its policy."""
    lines = template_lines(body)
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)
