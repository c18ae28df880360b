"""The stages of the catalogue's life: what is run in which folder, and what must be so at its end."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from reliability.catalogue import Catalogue, changed, drafted, first, pruned, released, varied

OTHERS = 3
"""How many other contents there are."""
ALLOW = ("--allow", "widen", "--allow", "restrict", "--allow", "destroy")


@dataclass(frozen=True)
class Stage:
    """One command that calls AWS."""

    name: str
    arguments: tuple[str, ...]
    folder: Path
    variants: tuple[Stage, ...] = ()
    """The same command with other words in the content, as another publisher has it."""

    @property
    def words(self) -> list[str]:
        """The words of the command."""
        return list(self.arguments)


def stages_in(root: Path, unit: str) -> list[Stage]:
    """All stages, in order. Writes the folders of the catalogue's states."""
    start = first(root / "first", unit)
    later = changed(start)
    drafted(later)
    newer = released(later)
    last = pruned(newer)

    def stage(name: str, command: str, catalogue: Catalogue) -> Stage:
        allow = () if command == "prune" else ALLOW
        arguments = (command, "--yes", *allow)
        folders = varied(catalogue, OTHERS) if name in ("publish", "change") else []
        return Stage(name, arguments, catalogue.folder, tuple(Stage(name, arguments, folder) for folder in folders))

    return [
        stage("bootstrap", "bootstrap", start),
        stage("publish", "publish", start),
        stage("roles", "bootstrap", later),
        stage("change", "publish", later),
        stage("release", "publish", newer),
        stage("prune", "prune", last),
    ]
