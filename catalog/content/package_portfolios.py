"""Portfolios of installed packages: entry points of the group `catalog.portfolios`. Nothing is imported here.

The value of an entry point names a folder as Python names a package: `acme.portfolios` is the folder acme/portfolios of
the distribution. Its files KEY.yaml are portfolios. Only those that `package_portfolios` of `[tool.catalog]` names take
part. They are data, and are read where the installer put them: a wheel's RECORD lists them; an editable installation
has them in the folder of its project, which direct_url.json names (PEP 610).
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.metadata import Distribution, EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit
from urllib.request import url2pathname

from catalog.content.config import PACKAGE_PORTFOLIOS, Config, wrong_setting
from catalog.content.package_products import package_name
from catalog.content.portfolio_files import PortfolioFile, load_portfolio
from catalog.content.product_files import KEY, wrong_key
from catalog.errors import ContentError
from catalog.model.limits import listed, shown

GROUP = "catalog.portfolios"
ENDINGS = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class PackagePortfolio:
    """A portfolio file of an installed package."""

    package: str
    """The distribution with its version: `acme-portfolios 1.2.0`."""
    file: str
    """The file in the distribution: `acme/portfolios/key.yaml`."""
    path: Path
    root: Path
    """The outermost folder of the package: no link leads out of it."""

    @property
    def key(self) -> str:
        """The portfolio's key."""
        return PurePosixPath(self.file).stem

    @property
    def shown(self) -> str:
        """The file as messages name it."""
        return f"{self.package}: {self.file}"

    @property
    def hint(self) -> str:
        """What to do about a fault in the package."""
        return f"Mend the package, or leave it out of {PACKAGE_PORTFOLIOS} in pyproject.toml."

    def load(self) -> PortfolioFile:
        """The portfolio; `ContentError` if the file is not valid, or would switch off a control of the repository."""
        if not KEY.fullmatch(self.key):
            raise ContentError(f"{self.shown}: {wrong_key()}", hint=self.hint)
        if PurePosixPath(self.file).suffix != ".yaml":
            raise ContentError(f"{self.shown}: portfolio files end in .yaml", hint=self.hint)
        self.check_inside()
        if not self.path.exists():
            words = f"{self.shown}: the package lists this file, but it is missing"
            raise ContentError(words, hint=f"Install {self.package} again.")
        portfolio = load_portfolio(self.path, self.shown)
        if "suppress" in portfolio.document.data:
            where = portfolio.document.where(("suppress",))
            raise ContentError(
                f"{where}: a portfolio of a package cannot suppress findings: that is decided in a file that is "
                "reviewed here",
                hint=f"Leave it out of the package, or copy the portfolio to portfolios/ and leave it out of "
                f"{PACKAGE_PORTFOLIOS}.",
            )
        return replace(portfolio, package=self.package)

    def check_inside(self) -> None:
        """`ContentError` if a symbolic link leads out of the package: errors show parts of what is read."""
        try:
            target, root = self.path.resolve(), self.root.resolve()
        except (OSError, RuntimeError):  # a link without end, which reading reports
            return
        if not target.is_relative_to(root):
            words = f"{self.shown}: a symbolic link leads out of the package, to {target}"
            raise ContentError(words, hint=self.hint)


def package_portfolios(config: Config) -> dict[str, PortfolioFile]:
    """Key → portfolio of each one that `package_portfolios` names; `ContentError` on the first wrong one."""
    return {key: portfolio.load() for key, portfolio in sorted(chosen_portfolios(config).items())}


def chosen_portfolios(config: Config) -> dict[str, PackagePortfolio]:
    """Key → portfolio file of each one that `package_portfolios` names; no file is read."""
    chosen: dict[str, PackagePortfolio] = {}
    for member in config.package_portfolios:
        for portfolio in named_portfolios(config, member):
            other = chosen.setdefault(portfolio.key, portfolio)
            if other != portfolio:
                raise ContentError(
                    f"{portfolio.shown}: {other.shown} has portfolio {portfolio.key!r} too",
                    hint=f"Name the portfolios that you want, and only one of the two: {PACKAGE_PORTFOLIOS} = "
                    f'["ENTRY POINT/KEY"] in pyproject.toml.',
                )
    return chosen


def named_portfolios(config: Config, member: str) -> Iterator[PackagePortfolio]:
    """The portfolios that a member of the setting names: `acme` all of its entry point, `acme/key` one."""
    name, _, key = member.partition("/")
    points = listed_points(tuple(sys.path))
    pyproject = config.root / "pyproject.toml"
    if name not in points:
        error = wrong_setting(
            pyproject, PACKAGE_PORTFOLIOS, f"no installed package has the entry point {name!r} in the group {GROUP}"
        )
        hint = f"Install the package with the portfolios. Installed entry points: {listed(points, name)}."
        raise ContentError(error.message, hint=hint)
    portfolios = {portfolio.key: portfolio for portfolio in portfolios_of(name, points[name])}
    if key and key not in portfolios:
        package = next(iter(portfolios.values())).package
        error = wrong_setting(pyproject, PACKAGE_PORTFOLIOS, f"{package} has no portfolio {key!r}")
        raise ContentError(error.message, hint=f"{name} has {listed(portfolios, key)}.")
    yield from (portfolio for portfolio in portfolios.values() if not key or portfolio.key == key)


@lru_cache(maxsize=4)
def listed_points(_: tuple[str, ...]) -> Mapping[str, tuple[EntryPoint, ...]]:
    """Name → entry points of the group, listed once for the folders that Python imports from."""
    points: dict[str, dict[tuple[str, str], EntryPoint]] = {}
    for point in entry_points(group=GROUP):
        points.setdefault(point.name, {})[point.value, package_name(point)] = point
    return {name: tuple(same.values()) for name, same in points.items()}


def portfolios_of(name: str, points: tuple[EntryPoint, ...]) -> Iterator[PackagePortfolio]:
    """The portfolio files of the entry point with this name; `ContentError` if it has none, or is not the only one."""
    if len(points) > 1:
        packages = " and ".join(package_name(point) for point in points)
        raise ContentError(
            f"{packages} have the entry point {name!r} of {GROUP} both", hint="Uninstall one of the packages."
        )
    (point,) = points
    package, value = package_name(point), point.value.strip()
    what = f"package {package}: entry point {name!r} of {GROUP}"
    hint = f"Mend the package, or leave {name} out of {PACKAGE_PORTFOLIOS} in pyproject.toml."
    if not all(part.isidentifier() for part in value.split(".")) or point.dist is None:
        words = f"{what} must name a folder as Python names a package, such as acme.portfolios, got {shown(value)}"
        raise ContentError(words, hint=hint)
    folder = PurePosixPath(*value.split("."))
    try:
        files = list(recorded_files(point.dist, folder)) or list(project_files(point.dist, folder))
    except (ValueError, csv.Error, OSError) as error:  # ValueError: not UTF-8, or a null character in a path
        raise ContentError(f"{what}: the files of the package cannot be listed: {error}", hint=hint) from error
    if not files:
        raise ContentError(f"{what}: the package has no file KEY.yaml in {folder}/", hint=hint)
    for path, root in files:
        yield PackagePortfolio(package, str(folder / path.name), path, root)


def recorded_files(dist: Distribution, folder: PurePosixPath) -> Iterator[tuple[Path, Path]]:
    """(path, outermost folder) of the files that the distribution's RECORD has in the folder."""
    rows = csv.reader((dist.read_text("RECORD") or "").splitlines())  # dist.files hides lost ones since Python 3.12
    for file in sorted(PurePosixPath(row[0]) for row in rows if row):
        if file.parent == folder and file.suffix in ENDINGS:
            yield Path(str(dist.locate_file(file))), Path(str(dist.locate_file(folder.parts[0])))


def project_files(dist: Distribution, folder: PurePosixPath) -> Iterator[tuple[Path, Path]]:
    """(path, outermost folder) of the files in the folder of an editable installation, within its project.

    Finding the outermost package imports nothing.
    """
    project = editable_project(dist)
    spec = find_spec(folder.parts[0]) if project else None
    for location in (spec and spec.submodule_search_locations) or ():
        root = Path(location)
        if project and root.is_dir() and root.resolve().is_relative_to(project.resolve()):
            inner = root.joinpath(*folder.parts[1:])
            yield from ((path, root) for path in sorted(inner.glob("*")) if path.suffix in ENDINGS)


def editable_project(dist: Distribution) -> Path | None:
    """The folder of the project that is installed as editable; None for a regular installation.

    PEP 610: direct_url.json has the URL of the project, and `dir_info.editable` is true.
    """
    try:
        origin = json.loads(dist.read_text("direct_url.json") or "{}")
        url = urlsplit(origin["url"])
        return Path(url2pathname(url.path)) if url.scheme == "file" and origin["dir_info"]["editable"] else None
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
