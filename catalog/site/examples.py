"""Example launches of a product: their parameters, and through which portfolios AWS accepts them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.cfn import HIDDEN, is_secret
from catalog.cfn.template import section
from catalog.review.examples import LaunchSide


@dataclass(frozen=True, slots=True)
class ExamplePath:
    """What a launch of an example through one portfolio meets."""

    portfolio: str
    """The portfolio's key; empty for the template alone."""
    name: str
    verdict: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SiteExample:
    """A parameter file of the repository."""

    file: str
    parameters: tuple[tuple[str, str], ...]
    paths: tuple[ExamplePath, ...]


def site_examples(side: LaunchSide) -> Iterator[SiteExample]:
    """The examples of the product."""
    declared = section(side.template, "Parameters")
    for file, parameters in side.examples.items():
        paths = tuple(
            ExamplePath(path.portfolio, path.display_name, str(path.verdict), tuple(dict.fromkeys(path.refusals)))
            for path in side.simulation(parameters).paths
        )
        yield SiteExample(file, tuple(visible(parameters, declared)), paths)


def visible(parameters: Mapping[str, str], declared: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Names and values; a value that the console hides (NoEcho) is hidden here too."""
    for name, value in parameters.items():
        definition = declared.get(name)
        yield name, HIDDEN if value and isinstance(definition, Mapping) and is_secret(definition) else value
