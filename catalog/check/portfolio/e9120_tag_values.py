"""E9120: a TagOption with the name of a parameter offers only values that the parameter can have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.cfn import TemplateError
from catalog.check.portfolio._control import (
    Fault,
    OfferedVersion,
    Path,
    PortfolioControl,
    Subject,
    product_values,
    rules_of,
)
from catalog.check.portfolio._search import equals, search
from catalog.content.portfolio_files import EXAMPLE
from catalog.model.tag_option import launch_offer


class TagValues(PortfolioControl):
    """`catalog launch` uses the parameter's value for the TagOption with its name, so people enter it once."""

    id = "E9120"
    shortdesc = "A TagOption with the name of a parameter offers only values that the parameter can have"
    description = (
        "If the key of a TagOption is the name of a parameter, the parameter, the template's Rules and the portfolio's "
        "rules accept each value that people can choose."
    )
    why = "Nobody can launch with the value: AWS refuses the tag or the parameter, or the two contradict each other."
    remedy = "Offer only values that the parameter and the rules accept."
    source_url = "https://docs.aws.amazon.com/servicecatalog/latest/adminguide/tagoptions.html"

    def faults(self, subject: Subject) -> Iterator[Fault]:
        """Each value that no launch can have."""
        for path, product_entry, offered in subject.versions():
            for where, key, value in choices(subject, path, offered):
                if reason := refusal(offered, rules_of(product_entry), key, value):
                    yield where, f"value {value!r} of TagOption {key}: {reason}"

    def looked_at(self, subject: Subject) -> Iterator[Path]:
        """Each TagOption with the name of a parameter. TagOptions of a product are at the product's entry."""
        paths = (where for path, _, offered in subject.versions() for where, _, _ in choices(subject, path, offered))
        yield from dict.fromkeys(where[:2] for where in paths)


def choices(subject: Subject, path: Path, offered: OfferedVersion) -> Iterator[tuple[Path, str, str]]:
    """(path, key, value) of each value that a launch can choose, for TagOptions with the name of a parameter."""
    tag_values = subject.portfolio.tag_values
    for key, values in launch_offer(subject.tag_options, product_values(offered)).items():
        if key not in offered.template.get("Parameters", {}):
            continue
        lines = {EXAMPLE.fill(member): index for index, member in enumerate(tag_values.get(key, ()))}
        for value in values:
            yield ("tag_options", key, lines[value]) if value in lines else path, key, value


def refusal(offered: OfferedVersion, rules: Mapping[str, Any], key: str, value: str) -> str:
    """Why a parameter cannot have a value; empty when it can, or when that cannot be decided."""
    try:
        problem = offered.solver.parameters[key].refusal(value)
        if problem is not None:
            return f"parameter {key} of {offered.name} does not accept it, it must be {problem.limit}"
        rule = {"Chosen": {"Assertions": [{"Assert": equals(offered, key, value)}]}}
    except TemplateError:
        return ""
    impossible = search(offered, rules, rule).impossible and not search(offered, rules).impossible
    return f"no launch of {offered.name} that the rules allow has {key}={value}" if impossible else ""
