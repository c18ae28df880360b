"""What every control over portfolios shares: what it may look at, and how it says where something is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

from catalog.cfn import Solver
from catalog.check.metadata import Metadata
from catalog.content.config import Config
from catalog.content.portfolio_files import EXAMPLE, PortfolioFile
from catalog.content.rules_in_words import located_rules
from catalog.model.definition import ProductDefinition
from catalog.model.tag_option import offered as offered_values

Path = tuple[str | int, ...]
"""Where in the portfolio's data: `("products", 0, "launch")`."""
Fault = tuple[Path, str]
"""Where in the portfolio, and what is wrong there."""


@dataclass(frozen=True)
class OfferedVersion:
    """A version of a product that people launch from a portfolio, and what today's product file says of it."""

    key: str
    version: str
    definition: ProductDefinition
    template: Mapping[str, Any]

    @cached_property
    def solver(self) -> Solver:
        """Searches for launches of this version; raises `TemplateError` when its Parameters are malformed."""
        return Solver(self.template)

    @property
    def name(self) -> str:
        """As messages call it: `kms_key 1.0.0`."""
        return f"{self.key} {self.version}"


@dataclass(frozen=True, slots=True)
class Subject:
    """One portfolio with everything that a control may look at."""

    portfolio: PortfolioFile
    config: Config
    offered: Mapping[str, tuple[OfferedVersion, ...]] = field(default_factory=dict)
    """Versions by product key; a product that was not loaded is missing."""

    @property
    def data(self) -> Mapping[str, Any]:
        """The file's content, valid against the schema, placeholders not replaced."""
        data: Mapping[str, Any] = self.portfolio.document.data
        return data

    @property
    def tag_options(self) -> Mapping[str, tuple[str, ...]]:
        """What the portfolio offers as TagOptions: the active values by key, those of an example place."""
        return offered_values(EXAMPLE.fill(self.portfolio.tag_values))

    def entries(self) -> Iterator[tuple[Path, Mapping[str, Any]]]:
        """(path, entry) of each product of this repository."""
        for index, entry in enumerate(self.data["products"]):
            yield ("products", index), entry

    def declared(self, name: str) -> Iterator[tuple[Path, str, Mapping[str, Any]]]:
        """(path, product, value) of each constraint under this key of the YAML, of imported products too."""
        for path, product, entry in self.portfolio.entries():
            if name in entry:
                yield (*path, name), product, entry[name]

    def versions(self) -> Iterator[tuple[Path, Mapping[str, Any], OfferedVersion]]:
        """(path, entry, version) of each product that was loaded, in each of its versions."""
        for path, entry in self.entries():
            for offered in self.offered.get(entry["product"], ()):
                yield path, entry, offered

    def principals(self) -> Iterator[tuple[Path, str, str]]:
        """(path, type, ARN) of each principal."""
        for index, item in enumerate(self.data.get("principals", [])):
            yield ("principals", index), item.get("type", "IAM"), item["arn"]


class PortfolioControl(Metadata):
    """A rule over one portfolio file: set the attributes of `Metadata` and yield what is wrong.

    The file is valid against the schema when a control sees it.
    """

    of_imports: ClassVar[bool] = False
    """Whether it also judges imports/*.yaml, which it sees as portfolios without products."""

    def faults(self, subject: Subject) -> Iterator[Fault]:
        """What the portfolio does wrong, in the file's order."""
        raise NotImplementedError

    def looked_at(self, subject: Subject) -> Iterator[Path]:
        """What the control judges in this portfolio; nothing when it does not apply. Evidence of a pass names it."""
        yield ()


def product_values(offered: OfferedVersion) -> dict[str, tuple[str, ...]]:
    """What a product offers as TagOptions, with the placeholders of an example place."""
    return offered_values(EXAMPLE.fill(offered.definition.tag_options))


def rules_of(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """The TEMPLATE rules of a product's entry, with the placeholders of an example place."""
    rules = {name: rule for _, name, rule in located_rules(entry.get("template", {}))}
    filled: Mapping[str, Any] = EXAMPLE.fill(rules)
    return filled


def rule_paths(subject: Subject, *, of_imports: bool = False) -> Iterator[Path]:
    """The path of each TEMPLATE rule; with `of_imports` also of products of imported portfolios."""
    for path, key, _ in subject.portfolio.entries():
        if of_imports or path[0] == "products":
            yield from (where for where, _, _ in subject.portfolio.located_rules(key))


def rule_path(entry: Mapping[str, Any], name: str) -> Path:
    """Where in a product's entry the TEMPLATE rule of this name is written."""
    return ("template", *next(path for path, one, _ in located_rules(entry["template"]) if one == name))


def shown_launch(values: Mapping[str, str | tuple[str, ...]]) -> str:
    """A launch that the search found, as a message tells it: `Environment=dev, PreventDestroy=false`."""
    return ", ".join(
        f"{name}={value if isinstance(value, str) else ','.join(value)}" for name, value in sorted(values.items())
    )
