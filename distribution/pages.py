"""hatchling's hook that puts the pages of docs/ into a wheel, where `catalog help PAGE.md` prints them.

An editable installation reads them where they are.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Pages(BuildHookInterface):  # type: ignore[type-arg]  # hatchling names it so in its own examples
    """Adds the pages to a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Before the build of the wheel: say which files it gets."""
        if version != "editable":
            build_data["force_include"].update(page_files(Path(self.root)))


def page_files(root: Path) -> dict[str, str]:
    """Path of each page → its path in the wheel. Decisions (docs/adr) are for who changes catalog."""
    docs = root / "docs"
    files = sorted([*docs.glob("*.md"), *docs.glob("products/*.md")])
    return {str(file): f"catalog/pages/{file.relative_to(docs).as_posix()}" for file in files}
