"""The base class of portfolio controls, and the portfolio that a control judges."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, ClassVar

from catalog.cfn import Solver
from catalog.check.metadata import Metadata
from catalog.content.config import Config
from catalog.content.portfolio_files import EXAMPLE, PortfolioFile
from catalog.content.rules_in_words import located_rules
from catalog.model.definition import ProductDefinition
from catalog.model.tag_option import offered as offered_values

Path = tuple[str | int, ...]
"""A path in the portfolio's data: `("products", 0, "launch")`."""
Fault = tuple[Path, str]
"""The path in the portfolio's data, and the message."""


@dataclass(frozen=True, slots=True)
class ParameterSection:
    """Parameters of a template, which are equal when their texts are."""

    text: str
    definitions: Any = field(compare=False)


@lru_cache(maxsize=256)
def solver_of(parameters: ParameterSection) -> Solver:
    """The search for launches with these parameters: most versions of a product have the same, and share it."""
    return Solver({"Parameters": parameters.definitions})


@dataclass(frozen=True)
class OfferedVersion:
    """A version of a product that people can launch from a portfolio, with the definition in today's product file."""

    key: str
    version: str
    definition: ProductDefinition
    template: Mapping[str, Any]

    @cached_property
    def solver(self) -> Solver:
        """The search for launches of this version. Raises `TemplateError` when its Parameters are malformed."""
        parameters = self.template.get("Parameters", {})
        return solver_of(ParameterSection(repr(parameters), parameters))

    @property
    def name(self) -> str:
        """The version as messages name it: `kms_key 1.0.0`."""
        return f"{self.key} {self.version}"


@dataclass(frozen=True, slots=True)
class Subject:
    """One portfolio with everything that a control can look at."""

    portfolio: PortfolioFile
    config: Config
    offered: Mapping[str, tuple[OfferedVersion, ...]] = field(default_factory=dict)
    """Versions by product key. A product that is not loaded is missing."""
    namesakes: tuple[str, ...] = ()
    """Keys of other portfolios with the same display name."""
    taken: bool = False
    """Whether it is an import whose products portfolios of this repository offer."""

    @property
    def data(self) -> Mapping[str, Any]:
        """The content of the file, valid against the schema, with its placeholders."""
        data: Mapping[str, Any] = self.portfolio.document.data
        return data

    @property
    def tag_options(self) -> Mapping[str, tuple[str, ...]]:
        """Key → active values of the portfolio's TagOptions, with placeholders filled for an example account."""
        return offered_values(EXAMPLE.fill(self.portfolio.tag_values))

    def product_entries(self) -> Iterator[tuple[Path, Mapping[str, Any]]]:
        """(path, entry) of each product of this repository."""
        for index, product_entry in enumerate(self.data["products"]):
            yield ("products", index), product_entry

    def declared(self, name: str) -> Iterator[tuple[Path, str, Mapping[str, Any]]]:
        """(path, product, value) of each constraint under this key of the YAML, also of imported products."""
        for path, product, product_entry in self.portfolio.product_entries():
            if name in product_entry:
                yield (*path, name), product, product_entry[name]

    def versions(self) -> Iterator[tuple[Path, Mapping[str, Any], OfferedVersion]]:
        """(path, product entry, version) of each version of each loaded product."""
        for path, product_entry in self.product_entries():
            for offered in self.offered.get(product_entry["product"], ()):
                yield path, product_entry, offered

    def principals(self) -> Iterator[tuple[Path, str, str]]:
        """(path, type, ARN) of each principal."""
        for index, principal in enumerate(self.data.get("principals", [])):
            yield ("principals", index), principal.get("type", "IAM"), principal["arn"]


class PortfolioControl(Metadata):
    """A rule over one portfolio file. Set the attributes of `Metadata` and yield the faults.

    The file is valid against the schema before a control reads it.
    """

    of_imports: ClassVar[bool] = False
    """Whether it also judges imports/*.yaml, as portfolios without products."""

    def faults(self, subject: Subject) -> Iterator[Fault]:
        """The faults of the portfolio, in the file's order."""
        raise NotImplementedError

    def looked_at(self, subject: Subject) -> Iterator[Path]:
        """The paths that the control judges, for evidence; no path means not applicable."""
        yield ()


def product_values(offered: OfferedVersion) -> dict[str, tuple[str, ...]]:
    """The TagOptions of a product, with placeholders filled for an example account."""
    return offered_values(EXAMPLE.fill(offered.definition.tag_options))


def rules_of(product_entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """The TEMPLATE rules of a product's entry, with placeholders filled for an example account."""
    rules = {name: rule for _, name, rule in located_rules(product_entry.get("template", {}))}
    filled: Mapping[str, Any] = EXAMPLE.fill(rules)
    return filled


def rule_paths(subject: Subject, *, of_imports: bool = False) -> Iterator[Path]:
    """The path of each TEMPLATE rule; with `of_imports` also of imported products."""
    for path, key, _ in subject.portfolio.product_entries():
        if of_imports or path[0] == "products":
            yield from (where for where, _, _ in subject.portfolio.located_rules(key))


def rule_path(product_entry: Mapping[str, Any], name: str) -> Path:
    """The path of the TEMPLATE rule with this name, in its product's entry."""
    located = located_rules(product_entry["template"])
    return ("template", *next(path for path, rule_name, _ in located if rule_name == name))


def shown_launch(values: Mapping[str, str | tuple[str, ...]]) -> str:
    """The values of a launch as a message shows them: `Environment=dev, PreventDestroy=false`."""
    return ", ".join(
        f"{name}={value if isinstance(value, str) else ','.join(value)}" for name, value in sorted(values.items())
    )
