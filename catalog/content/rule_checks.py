"""Checks of TEMPLATE rules against the template of a product: names, parameters and functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from catalog.cfn import Pseudo, RuleLookups, TemplateError, evaluate_rules
from catalog.cfn.parameter_types import parse_type
from catalog.content.portfolio_files import PortfolioFile
from catalog.content.rules_in_words import OPERATORS
from catalog.content.yaml_files import DataPath
from catalog.errors import ContentError

RuleFault = tuple[DataPath, str]
"""(path in a portfolio file, message)."""


def check_rules(portfolio: PortfolioFile, product: str, template: Mapping[str, Any], version: str = "") -> None:
    """`ContentError` if a TEMPLATE rule cannot be merged with the Rules of `template`, or cannot be evaluated.

    `version` is the released version of the template. Empty: the template is that of the working tree. The controls
    E9113 to E9115 use the same functions.
    """
    label = f"{product} {version}".rstrip()
    problems = tuple(
        f"{portfolio.document.where(path)}: {message}"
        for find in (shared_names, unknown_parameters, undecidable_rules)
        for path, message in find(portfolio, product, template, label)
    )
    if problems:
        raise ContentError(f"{portfolio.document.shown} does not fit the template of {label}", problems=problems)


def rule_sections(template: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The Parameters and Rules of a template, without members that are not mappings: other checks report them."""
    return {name: mappings_of(template.get(name)) for name in ("Parameters", "Rules")}


def mappings_of(section: Any) -> Mapping[str, Any]:
    """The members of a section that are mappings."""
    members = section.items() if isinstance(section, Mapping) else ()
    return {key: member for key, member in members if isinstance(member, Mapping)}


def shared_names(
    portfolio: PortfolioFile, product: str, template: Mapping[str, Any], label: str
) -> Iterator[RuleFault]:
    """Rules with the name of a rule of the template. When AWS merges them, one would replace the other."""
    for path, name, _ in portfolio.located_rules(product):
        if name in rule_sections(template)["Rules"]:
            yield path, f"rule {name!r} has the name of a rule of the template of {label}"


def unknown_parameters(
    portfolio: PortfolioFile, product: str, template: Mapping[str, Any], label: str
) -> Iterator[RuleFault]:
    """Parameters that rules use and the template does not have."""
    parameters = rule_sections(template)["Parameters"]
    clauses = tuple(portfolio.clauses(product))
    for base, name, rule in portfolio.located_rules(product):
        in_words = [(path, clause.parameter) for path, clause in clauses if path[: len(base)] == base]
        for path, reference in in_words or references(rule, base):
            if reference not in parameters:
                unknown = f"rule {name!r} names parameter {reference!r}, which {label} does not have"
                yield path, f"{unknown}; allowed are {', '.join(parameters)}"


def undecidable_rules(
    portfolio: PortfolioFile, product: str, template: Mapping[str, Any], label: str
) -> Iterator[RuleFault]:
    """Rules that CloudFormation cannot evaluate for any launch of the template."""
    parameters = rule_sections(template)["Parameters"]
    wrong_operators = dict(operator_faults(portfolio, product, parameters, label))
    yield from wrong_operators.items()
    for path, name, rule in portfolio.located_rules(product):
        if not any(wrong[: len(path)] == path for wrong in wrong_operators):
            for fault in rule_faults(name, rule, parameters):
                yield path, f"rule {name!r} of {label}: {fault}"


def operator_faults(
    portfolio: PortfolioFile, product: str, parameters: Mapping[str, Any], label: str
) -> Iterator[RuleFault]:
    """Rules in words that use an operator for single values on a list parameter, or the reverse."""
    for path, clause in portfolio.clauses(product):
        declared = parameters.get(clause.parameter)
        if declared is not None and is_list_type(declared.get("Type")) is not clause.of_list:
            kind = "a single value" if clause.of_list else "a list"
            wrong = f"{clause.operator} is not for {clause.parameter}, which is {kind} in {label}"
            yield path, f"{wrong}; use {OPERATORS[clause.operator].twin}"


def is_list_type(kind: object) -> bool:
    """Whether a parameter of this Type is a list. False for an unknown Type, which other checks report."""
    try:
        return parse_type(kind).is_list
    except TemplateError:
        return False


def unsound_rules(portfolio: PortfolioFile, product: str) -> Iterator[RuleFault]:
    """Rules on an imported product that CloudFormation cannot evaluate, whatever the template is."""
    for path, name, rule in portfolio.located_rules(product):
        lists = {parameter: {"Type": "CommaDelimitedList"} for parameter in read_as_lists(rule)}
        for fault in rule_faults(name, rule, lists):
            yield path, f"rule {name!r}: {fault}"


def read_as_lists(node: Any) -> Iterator[str]:
    """Parameters in the arguments of rule functions that are lists."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            sides = {"Fn::Contains": 1, "Fn::EachMemberEquals": 1, "Fn::EachMemberIn": 2}.get(key, 0)
            for side in (value if isinstance(value, list) else [])[:sides]:
                yield from (name for path, name in references(side, ()) if path == ("Ref",))
            yield from read_as_lists(value)
    elif isinstance(node, list):
        for item in node:
            yield from read_as_lists(item)


def rule_faults(name: str, rule: Mapping[str, Any], parameters: Mapping[str, Any]) -> Iterator[str]:
    """What CloudFormation cannot evaluate in a rule, such as a misspelt function, whatever values the parameters have.

    Missing parameters are not reported: `unknown_parameters` does that.
    """
    lists = {key for key, parameter in parameters.items() if is_list_type(parameter.get("Type"))}
    names = {*parameters, *(reference for _, reference in references(rule, ()))}
    values = {key: ("x",) if key in lists else "x" for key in names}
    parts = [assertion["Assert"] for assertion in rule["Assertions"]]
    for part in [*parts, *([rule["RuleCondition"]] if "RuleCondition" in rule else [])]:
        try:
            evaluate_rules(
                {name: {"Assertions": [{"Assert": part}]}},
                values,
                Pseudo("123456789012", "us-east-1"),
                lookups=RuleLookups(Anything(("x",)), ValuesOf(lists), Anything(("x",))),
            )
        except TemplateError as error:
            yield str(error)


class Anything(dict[Any, Sequence[str]]):
    """A lookup table of the account that gives the same values for every key: the account is not known."""

    def __init__(self, values: Sequence[str]) -> None:
        super().__init__()
        self.same_values = values

    def __missing__(self, key: Any) -> Sequence[str]:
        return self.same_values


class ValuesOf(dict[tuple[str, str], str | Sequence[str]]):
    """The lookup table of Fn::ValueOf: a list for a list parameter, else one value."""

    def __init__(self, lists: set[str]) -> None:
        super().__init__()
        self.lists = lists

    def __missing__(self, key: tuple[str, str]) -> str | Sequence[str]:
        return ("x",) if key[0] in self.lists else "x"


def references(node: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """(path, name) of each parameter in rule functions: in `Ref`, and as the first argument of `Fn::ValueOf`."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "Ref" and isinstance(value, str) and not value.startswith("AWS::"):
                yield (*path, key), value
            elif key == "Fn::ValueOf" and isinstance(value, list) and value:
                yield (*path, key), str(value[0])
            else:
                yield from references(value, (*path, key))
    elif isinstance(node, list):
        for index, item in enumerate(node):
            yield from references(item, (*path, index))
