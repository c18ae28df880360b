"""The line of a path in a rendered template."""

from __future__ import annotations

from functools import lru_cache

import yaml

from catalog.content.render import SafeLoader
from catalog.content.yaml_files import walk
from catalog.versions.change import Path


def line_of(body: bytes, path: Path) -> int:
    """The line of the innermost existing part of `path`, from 1; for a Sid, the line of its policy."""
    lines = lines_of(body)
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


@lru_cache(maxsize=8)
def lines_of(body: bytes) -> dict[Path, int]:
    """Path → line of every part of the template."""
    node = yaml.compose(body, Loader=SafeLoader)
    return dict(walk(node, ())) if node is not None else {}
