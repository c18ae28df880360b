"""Checks of the repository: its settings, products and portfolios."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from catalog.check.report import plural
from catalog.content.config import Config, NoRepositoryError, find_root, load_config
from catalog.content.confinement import CONFINEMENTS
from catalog.content.load import Catalog, load_catalog
from catalog.content.product_process import process_for
from catalog.errors import ContentError
from catalog.releases import load_releases
from catalog.upkeep.doctor.diagnosis import Diagnosis, Health, of_error, ok, tried


@dataclass(slots=True)
class RepositoryChecks:
    """The checks of the repository at or above a folder, and its content, which the checks of the account need."""

    folder: Path
    catalog: Catalog | None = None
    """None until it could be read."""

    def run(self) -> Iterator[Diagnosis]:
        """All checks of the repository."""
        try:
            config = load_config(find_root(self.folder.resolve()))
        except NoRepositoryError as error:
            seen = f"{error.message}: what belongs to a repository is not checked"
            do = "Change into a repository, or begin one with `catalog init`."
            yield Diagnosis("configuration", Health.WARNING, seen, do)
            return
        except ContentError as error:
            yield of_error("configuration", error)
            return
        regions = ", ".join(config.regions)
        yield ok("configuration", f"{config.root / 'pyproject.toml'}: owner {config.owner}, checked for {regions}")
        yield from tried("content", partial(self.content, config))

    def content(self, config: Config) -> Iterator[Diagnosis]:
        """Whether products and portfolios load, and how product files run on this machine."""
        self.catalog = catalog = load_catalog(config.root)
        counted = f"{plural(len(catalog.products), 'product')}, {plural(len(catalog.portfolios), 'portfolio')}"
        if not catalog.products:
            do = "`catalog new product NAME` writes one."
            yield Diagnosis("content", Health.WARNING, f"{counted}: there is nothing to publish", do)
            return
        yield ok("content", f"{counted} load; `catalog validate` checks them")
        unreleased = sorted(key for key in catalog.products if not load_releases(catalog.config, key))
        if unreleased:
            seen = f"{plural(len(unreleased), 'product')} without a release: {', '.join(unreleased)}"
            yield Diagnosis("releases", Health.WARNING, seen, f"`catalog release {unreleased[0]}` makes the first.")
        else:
            yield ok("releases", "every product has a release")
        yield confinement(catalog)


def confinement(catalog: Catalog) -> Diagnosis:
    """Whether this system confines the process that runs product files."""
    if not any(definition.file.endswith(".py") for definition in catalog.products.values()):
        return ok("confinement", "every product is a template: no code of a product runs")
    confined = process_for(catalog.config).confined
    if missing := [name for name in CONFINEMENTS if name not in confined]:
        words = " and ".join(missing)
        do = "Do not run product files of others here beside credentials (`catalog help security.md`)."
        return Diagnosis("confinement", Health.WARNING, f"this system does not keep product files from {words}", do)
    return ok("confinement", "product files run without network and without other files")
