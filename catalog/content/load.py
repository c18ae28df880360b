"""Loading the files of a repository: product files in Python are imported, everything else is read as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from catalog.content.config import Config, load_config
from catalog.content.files import check_readable
from catalog.content.governance import product_governed, tag_options
from catalog.content.import_files import ImportFile, load_import
from catalog.content.package_portfolios import package_portfolios
from catalog.content.portfolio_files import EXAMPLE, PortfolioFile, load_portfolio
from catalog.content.product_files import RELEASES, ProductFile, checked_key, is_text, product_files
from catalog.content.product_metadata import has_metadata, load_metadata
from catalog.content.product_source import ProductSource
from catalog.content.stack_sets import check_stack_sets
from catalog.content.targets import check_targets
from catalog.errors import ContentError
from catalog.model.definition import ProductDefinition
from catalog.model.limits import listed, shown


@dataclass(frozen=True, slots=True)
class Catalog:
    """All content of a repository."""

    config: Config
    products: Mapping[str, ProductDefinition]
    portfolios: Mapping[str, PortfolioFile]
    imports: Mapping[str, ImportFile] = field(default_factory=dict)
    """Portfolios of other accounts. Their keys differ from those of portfolios."""

    def key_of(self, product: str) -> str:
        """The key of the product with this name; anything else, such as a key, as it is."""
        names = {definition.name: key for key, definition in self.products.items()}
        return product if product in self.products else names.get(product, product)


def load_catalog(root: Path, *, unfinished: bool = False) -> Catalog:
    """Load all products, portfolios and imports under `root`; `ContentError` on the first wrong file.

    With `unfinished`, templates without metadata are left out, because the command writes the metadata.
    """
    config = load_config(root)
    files = used_files(config)
    left_out = {key for key, file in files.items() if unfinished and not has_metadata(config, file)}
    products = {key: load_definition(config, file) for key, file in files.items() if key not in left_out}
    portfolios = load_portfolios(config)
    check_names(products)
    imports = load_imports(config, portfolios)
    check_targets(root / "pyproject.toml", config.targets, (*portfolios, *imports))
    check_stack_sets(root / "pyproject.toml", config.stack_sets, tuple(portfolios))
    check_tag_options(config, products, portfolios)
    return Catalog(config, products, portfolios, imports)


def check_tag_options(
    config: Config, products: Mapping[str, ProductDefinition], portfolios: Mapping[str, PortfolioFile]
) -> None:
    """`ContentError` if files for the same account and Region disagree on a TagOption, or a budget has a wrong name."""
    for key, definition in products.items():
        product_governed(config, key, definition, EXAMPLE)
    groups = [target.portfolios or tuple(portfolios) for target in config.targets] or [tuple(portfolios)]
    for keys in groups:
        published = {name: file for name, file in portfolios.items() if name in keys}
        product_names = {key for file in published.values() for key in file.products} if config.targets else products
        tag_options(config, {key: products[key] for key in products if key in product_names}, published, EXAMPLE)


def product_keys(config: Config) -> tuple[str, ...]:
    """Keys of the products, in order."""
    return tuple(used_files(config))


def used_files(config: Config) -> dict[str, ProductFile]:
    """The files of the products, without those of installed packages that the repository neither offers nor released.

    A package may bring many products, and what a dependency brings must not be published because it is installed.
    """
    files = product_files(config)
    if not any(file.package for file in files.values()):
        return files
    offered = {key for portfolio in load_portfolios(config).values() for key in portfolio.products}
    return {key: file for key, file in files.items() if not file.package or key in offered or is_released(config, key)}


def is_released(config: Config, key: str) -> bool:
    """Whether a product has a ledger of releases."""
    return (config.root / "products" / RELEASES / key).is_dir()


def product_file(config: Config, key: str) -> ProductFile:
    """The files of a product; `ContentError` if there is no product of this key."""
    files = product_files(config)
    if key not in files:
        stem = PurePath(key).name.split(".")[0]
        hint = f"Write the key, without folder and ending: {stem}." if stem in files else ""
        raise ContentError(f"unknown product {shown(key)}; products/ has {listed(files, key)}", hint=hint)
    return files[key]


def check_product(config: Config, key: str) -> None:
    """`ContentError` if there is no product of this key."""
    product_file(config, key)


def load_product(config: Config, key: str) -> ProductDefinition:
    """The definition of a product; `ContentError` with file and line if its files do not have one."""
    return load_definition(config, product_file(config, key))


def load_definition(config: Config, file: ProductFile) -> ProductDefinition:
    """The PRODUCT of `products/<key>.py`, or the metadata of a template.

    A file in Python is imported in a process of its own (ADR 20). Its functions stay there: the template is built when
    somebody renders it. Templates and their metadata are data, which this process reads.
    """
    if file.template:
        return load_metadata(config, file).declared_in(file.shown)
    if not file.module:
        check_readable(config.root, config.root / file.shown)
    return ProductSource(config, file).definition().declared_in(file.shown)


def load_portfolios(config: Config) -> dict[str, PortfolioFile]:
    """All `portfolios/*.yaml`, and the portfolios of packages that the settings name, by key."""
    folder = config.root / "portfolios"
    others = (file for file in folder.glob("*") if file.suffix != ".yaml" and not file.name.startswith("."))
    if stray := sorted(file for file in others if file.is_file() and not is_text(file.name)):
        check_readable(config.root, stray[0])  # the folder can be a link out of the repository
        raise ContentError(
            f"{config.shown(stray[0])}: portfolio files end in .yaml", hint="Rename it, or move it out of portfolios/."
        )
    portfolios = {}
    for file in sorted(folder.glob("*.yaml")):
        checked_key(config, file)
        check_readable(config.root, file)
        portfolio = load_portfolio(file, config.shown(file))
        portfolios[portfolio.key] = portfolio
    for key, portfolio in package_portfolios(config).items():
        if key in portfolios:
            raise ContentError(
                f"{portfolio.document.shown}: {portfolios[key].document.shown} has the same key",
                hint="Rename the file of the repository, or name other portfolios in package_portfolios "
                "(pyproject.toml).",
            )
        portfolios[key] = portfolio
    check_products_of(portfolios, product_files(config))
    return portfolios


def check_products_of(portfolios: Mapping[str, PortfolioFile], products: Mapping[str, ProductFile]) -> None:
    """`ContentError` with file and line if a portfolio offers an unknown product."""
    for portfolio in portfolios.values():
        for index, key in enumerate(portfolio.products):
            if key not in products:
                where = portfolio.document.where(("products", index, "product"))
                raise ContentError(f"{where}: unknown product {shown(key)}; products/ has {listed(products, key)}")


def load_imports(config: Config, portfolios: Mapping[str, PortfolioFile]) -> dict[str, ImportFile]:
    """All `imports/*.yaml` by key; `ContentError` if a portfolio has the same key, or uses an unknown import."""
    folder = config.root / "imports"
    if stray := sorted(folder.glob("*.yml")):
        raise ContentError(f"{config.shown(stray[0])}: import files end in .yaml")
    imports = {}
    for file in sorted(folder.glob("*.yaml")):
        key = checked_key(config, file)
        if key in portfolios:
            other = portfolios[key]
            words = "portfolios/ has a file of the same name; rename one of them"
            if other.package:
                words = f"{other.document.shown} has the same key; rename this file"
            raise ContentError(f"{config.shown(file)}: {words}")
        check_readable(config.root, file)
        imports[key] = load_import(file, config.shown(file))
    for portfolio in portfolios.values():
        for path, key, _ in portfolio.imported():
            if key not in imports:
                where = portfolio.document.where((*path, "import"))
                raise ContentError(f"{where}: unknown import {shown(key)}; imports/ has {listed(imports, key)}")
    return imports


def check_names(products: Mapping[str, ProductDefinition]) -> None:
    """`ContentError` on repeated names of products: people and `catalog launch` identify them by name.

    Portfolios may share a name, as in AWS (control W9127).
    """
    seen: dict[str, str] = {}
    for key, product in products.items():
        if product.name in seen:
            raise ContentError(f"products {seen[product.name]} and {key} have the same name {product.name!r}")
        seen[product.name] = key
