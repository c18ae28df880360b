"""L2. E9120: a TagOption that bears a parameter's name offers values that the parameter can have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.cfn import TemplateError
from catalog.check.portfolio._control import Fault, Offered, Path, PortfolioControl, Subject, rules_of
from catalog.check.portfolio._search import equals, search
from catalog.portfolios import EXAMPLE


class TagValues(PortfolioControl):
    """`catalog launch` takes the parameter's value for the TagOption of its name: one fact, entered once."""

    id = "E9120"
    shortdesc = "A TagOption with a parameter's name offers values that a launch can have"
    description = (
        "Each value of a TagOption whose key is a parameter is accepted by the parameter, and by the template's Rules "
        "and the portfolio's rules."
    )
    why = "Nobody can launch with that value: either the tag or the parameter is refused, or the two contradict."
    remedy = "Offer the values that the parameter and the rules allow."
    source_url = "https://docs.aws.amazon.com/servicecatalog/latest/adminguide/tagoptions.html"

    def faults(self, subject: Subject) -> Iterator[Fault]:
        """Each value that no launch can have."""
        for _, entry, offered in subject.versions():
            for key, values in shared(subject, offered):
                for index, value in enumerate(values):
                    if reason := refusal(offered, rules_of(entry), key, value):
                        yield ("tag_options", key, index), f"value {value!r} of TagOption {key}: {reason}"

    def looked_at(self, subject: Subject) -> Iterator[Path]:
        """Each TagOption with a parameter's name."""
        seen = {key: None for _, _, offered in subject.versions() for key, _ in shared(subject, offered)}
        yield from (("tag_options", key) for key in seen)


def shared(subject: Subject, offered: Offered) -> Iterator[tuple[str, list[str]]]:
    """(key, values) of the TagOptions that bear the name of a parameter."""
    options: Mapping[str, list[str]] = EXAMPLE.fill(subject.data.get("tag_options", {}))
    for key, values in options.items():
        if key in offered.template.get("Parameters", {}):
            yield key, values


def refusal(offered: Offered, rules: Mapping[str, Any], key: str, value: str) -> str:
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
