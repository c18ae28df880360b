"""TagOptions and governed objects of products, and the TagOptions of all content."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

from catalog.content.config import Config
from catalog.content.files import read_file
from catalog.content.portfolio_files import AccountRegion, PortfolioFile
from catalog.content.product_metadata import metadata_document
from catalog.errors import ContentError
from catalog.model.definition import ProductDefinition
from catalog.model.governed import KINDS, GovernedObject
from catalog.model.portfolio import TagOption
from catalog.model.tag_option import read_values


def product_tag_options(
    config: Config, key: str, definition: ProductDefinition, account_region: AccountRegion
) -> tuple[tuple[TagOption, bool], ...]:
    """(TagOption, whether it is active) of one product; `ContentError` with file and line of a wrong one."""
    with at(config, definition.shown(key), "tag_options"):
        values = read_values(account_region.fill(definition.tag_options))
        return tuple((option, active) for _, option, active in values)


def product_governed(
    config: Config, key: str, definition: ProductDefinition, account_region: AccountRegion
) -> frozenset[GovernedObject]:
    """The governed objects of a product, such as budgets; `ContentError` with file and line of a wrong one.

    Kinds without a field in `ProductDefinition` exist for portfolios only.
    """
    objects: set[GovernedObject] = set()
    for file_key, kind in KINDS.items():
        with at(config, definition.shown(key), file_key):
            value = account_region.fill(getattr(definition, file_key, ()))
            objects.update(kind.read(index, item) for index, item in kind.items(value))
    return frozenset(objects)


def tag_options(
    config: Config,
    products: Mapping[str, ProductDefinition],
    portfolios: Mapping[str, PortfolioFile],
    account_region: AccountRegion,
) -> dict[TagOption, bool]:
    """TagOption → active, of all content; `ContentError` if two files disagree on a TagOption."""
    first: dict[TagOption, tuple[bool, str]] = {}
    for location, option, active in declared(config, products, portfolios, account_region):
        first_active, first_location = first.setdefault(option, (active, location))
        if first_active != active:
            state, other = ("active", "inactive") if active else ("inactive", "active")
            raise ContentError(
                f"{location}: TagOption {option.key}={option.value} is {state} here and {other} at {first_location}",
                hint="They are the same TagOption of the account. Declare the same state in both files.",
            )
    return {option: active for option, (active, _) in first.items()}


def declared(
    config: Config,
    products: Mapping[str, ProductDefinition],
    portfolios: Mapping[str, PortfolioFile],
    account_region: AccountRegion,
) -> Iterator[tuple[str, TagOption, bool]]:
    """(file:line, TagOption, whether it is active) of each declaration."""
    for file in portfolios.values():
        for path, option, active in file.tag_options(account_region):
            yield file.document.where(path), option, active
    for key, definition in products.items():
        if options := product_tag_options(config, key, definition, account_region):
            location = where(config, definition.shown(key), "tag_options")  # reads the file
            yield from ((location, option, active) for option, active in options)


@contextmanager
def at(config: Config, file: str, argument: str) -> Iterator[None]:
    """Put the file and line of an argument in front of a `ContentError` that the block raises."""
    try:
        yield
    except ContentError as error:
        raise ContentError(f"{where(config, file, argument)}: {error.message}", hint=error.hint) from error


def where(config: Config, file: str, argument: str) -> str:
    """`file:line` of a field of a product; in Python, the file alone if it is not a keyword argument there."""
    if not file.endswith(".py"):
        return metadata_document(config.root, file).where((argument,))
    with suppress(FileNotFoundError, SyntaxError, ValueError, RecursionError, MemoryError):
        for node in ast.walk(ast.parse(read_file(config.root / file, file))):
            if isinstance(node, ast.keyword) and node.arg == argument:
                return f"{file}:{node.lineno}"
    return file
