"""TagOptions and governed objects of products, and the TagOptions of all content, which belong to the account."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from catalog.content.config import Config
from catalog.content.portfolio_files import AccountRegion, PortfolioFile
from catalog.errors import ContentError
from catalog.model.definition import ProductDefinition
from catalog.model.governed import KINDS, GovernedObject
from catalog.model.portfolio import TagOption
from catalog.model.tag_option import read_values


def product_tag_options(
    config: Config, key: str, definition: ProductDefinition, place: AccountRegion
) -> tuple[tuple[TagOption, bool], ...]:
    """(TagOption, whether it is active) of one product; `ContentError` names file and line of what is none."""
    with at(config, key, "tag_options"):
        return tuple((option, active) for _, option, active in read_values(place.fill(definition.tag_options)))


def product_governed(
    config: Config, key: str, definition: ProductDefinition, place: AccountRegion
) -> frozenset[GovernedObject]:
    """What a product is associated with, such as budgets; `ContentError` names file and line of a wrong one.

    Kinds that `ProductDefinition` has no field for are of portfolios alone.
    """
    objects: set[GovernedObject] = set()
    for file_key, kind in KINDS.items():
        with at(config, key, file_key):
            value = place.fill(getattr(definition, file_key, ()))
            objects.update(kind.read(index, item) for index, item in kind.items(value))
    return frozenset(objects)


def tag_options(
    config: Config,
    products: Mapping[str, ProductDefinition],
    portfolios: Mapping[str, PortfolioFile],
    place: AccountRegion,
) -> dict[TagOption, bool]:
    """TagOption → active, of all content; `ContentError` names both places where two of them say different things."""
    found: dict[TagOption, tuple[bool, str]] = {}
    for there, option, active in declared(config, products, portfolios, place):
        known, before = found.setdefault(option, (active, there))
        if known != active:
            here, other = ("active", "inactive") if active else ("inactive", "active")
            raise ContentError(
                f"{there}: TagOption {option.key}={option.value} is {here} here and {other} at {before}",
                hint="It is one TagOption of the account: say the same in both places.",
            )
    return {option: active for option, (active, _) in found.items()}


def declared(
    config: Config,
    products: Mapping[str, ProductDefinition],
    portfolios: Mapping[str, PortfolioFile],
    place: AccountRegion,
) -> Iterator[tuple[str, TagOption, bool]]:
    """(file:line, TagOption, whether it is active) of each mention."""
    for file in portfolios.values():
        for path, option, active in file.tag_options(place):
            yield file.document.where(path), option, active
    for key, definition in products.items():
        if options := product_tag_options(config, key, definition, place):
            there = where(config, key, "tag_options")  # reads the file, so once
            yield from ((there, option, active) for option, active in options)


@contextmanager
def at(config: Config, key: str, argument: str) -> Iterator[None]:
    """Prefix a `ContentError` from inside with the file and line of an argument."""
    try:
        yield
    except ContentError as error:
        raise ContentError(f"{where(config, key, argument)}: {error.message}", hint=error.hint) from error


def where(config: Config, key: str, argument: str) -> str:
    """`file:line` of an argument of a product file's ProductDefinition; the file alone when it is not written there."""
    file = config.root / "products" / f"{key}.py"
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.keyword) and node.arg == argument:
            return f"{config.shown(file)}:{node.lineno}"
    return config.shown(file)
