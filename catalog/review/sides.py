"""The two sides of a review: the content of a base revision and of the working tree, rendered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from catalog.content.config import Config
from catalog.content.load import Catalog, load_catalog
from catalog.content.render import Rendered, render
from catalog.errors import ContentError
from catalog.releases import Release, load_releases
from catalog.releases.base import (
    USUAL_BASES,
    commit_of,
    is_repository,
    merge_base,
    require_repository,
    unknown_revision,
    whole_tree,
)
from catalog.versions import load_examples


@dataclass(frozen=True, slots=True)
class Side:
    """The content of one side."""

    catalog: Catalog
    rendered: Mapping[str, Rendered]
    """Key → the version that the product file has now."""
    releases: Mapping[str, tuple[Release, ...]]
    examples: Mapping[str, Mapping[str, Mapping[str, str]]]
    """Key → file → the parameters of an example."""

    @property
    def config(self) -> Config:
        """The settings of this side."""
        return self.catalog.config


@dataclass(frozen=True, slots=True)
class ReviewBase:
    """The revision that the working tree is compared with."""

    name: str
    """As the user or CI names it."""
    commit: str

    @property
    def words(self) -> str:
        """`main at 1a2b3c4d5e6f`."""
        return f"{self.name} at {self.commit[:12]}"


def chosen_base(config: Config, name: str | None, of_ci: Sequence[str] = ()) -> ReviewBase | None:
    """The revision with this name, else the merge base with the branch that usually receives a change.

    None without git, or before the first commit: then all content is new. Raises `ContentError` for an unknown name.
    """
    if name is not None:
        require_repository(config)
        commit = commit_of(config, name)
        if commit is None:
            raise unknown_revision(config, name)
        return ReviewBase(name, commit)
    if not is_repository(config):
        return None
    for candidate in (*of_ci, *USUAL_BASES):
        if commit := commit_of(config, candidate):
            return ReviewBase(candidate, merge_base(config, commit))
    return None


def read_side(root: Path) -> Side:
    """The content of a folder, all products rendered."""
    catalog = load_catalog(root)
    return Side(
        catalog,
        {key: render(key, definition) for key, definition in catalog.products.items()},
        {key: load_releases(catalog.config, key) for key in catalog.products},
        {key: load_examples(catalog.config, definition) for key, definition in catalog.products.items()},
    )


@contextmanager
def base_side(config: Config, base: ReviewBase) -> Iterator[Side | None]:
    """The content of the base, whose files exist while it is used. None where it has no settings of catalog yet."""
    with whole_tree(config, base.commit) as root:
        if not (root / "pyproject.toml").is_file() or "[tool.catalog" not in (root / "pyproject.toml").read_text():
            yield None
            return
        try:
            side = read_side(root)
        except ContentError as error:
            raise ContentError(
                f"at revision {base.name}: {error.message}",
                problems=error.problems,
                hint="Name another revision with --base.",
            ) from error
        yield side
