"""E9120: a TagOption that bears a parameter's name offers values that the parameter can have."""

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
    """`catalog launch` takes the parameter's value for the TagOption of its name: one fact, entered once."""

    id = "E9120"
    shortdesc = "A TagOption with a parameter's name offers values that a launch can have"
    description = (
        "Each value that people can choose of a TagOption whose key is a parameter is accepted by the parameter, and "
        "by the template's Rules and the portfolio's rules."
    )
    why = "Nobody can launch with that value: either the tag or the parameter is refused, or the two contradict."
    remedy = "Offer the values that the parameter and the rules allow."
    source_url = "https://docs.aws.amazon.com/servicecatalog/latest/adminguide/tagoptions.html"

    def faults(self, subject: Subject) -> Iterator[Fault]:
        """Each value that no launch can have."""
        for path, entry, offered in subject.versions():
            for where, key, value in choices(subject, path, offered):
                if reason := refusal(offered, rules_of(entry), key, value):
                    yield where, f"value {value!r} of TagOption {key}: {reason}"

    def looked_at(self, subject: Subject) -> Iterator[Path]:
        """Each TagOption with a parameter's name; one of the product's own at the product's entry."""
        found = (where for path, _, offered in subject.versions() for where, _, _ in choices(subject, path, offered))
        yield from dict.fromkeys(where[:2] for where in found)


def choices(subject: Subject, path: Path, offered: OfferedVersion) -> Iterator[tuple[Path, str, str]]:
    """(where it stands, key, value) of each value that a launch can choose of a TagOption with a parameter's name."""
    here = subject.portfolio.tag_values
    for key, values in launch_offer(subject.tag_options, product_values(offered)).items():
        if key not in offered.template.get("Parameters", {}):
            continue
        lines = {EXAMPLE.fill(member): index for index, member in enumerate(here.get(key, ()))}
        for value in values:
            yield ("tag_options", key, lines[value]) if value in lines else path, key, value


def refusal(offered: OfferedVersion, rules: Mapping[str, Any], key: str, value: str) -> str:
    """Why a parameter cannot have a value; empty when it can, or when that is not known."""
    try:
        problem = offered.solver.candidates[key].refusal(value)
        if problem is not None:
            return f"parameter {key} of {offered.name} does not accept it, it must be {problem.limit}"
        rule = {"Chosen": {"Assertions": [{"Assert": equals(offered, key, value)}]}}
    except TemplateError:
        return ""
    impossible = search(offered, rules, rule).impossible and not search(offered, rules).impossible
    return f"no launch of {offered.name} that the rules allow has {key}={value}" if impossible else ""
