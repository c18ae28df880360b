"""The faults in what is given for a form: parameters, rules, lists that must be separate, and tags. All at once.

What only AWS knows is left to AWS: SSM parameters, and rules that look something up in the account.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from catalog.cfn import ParameterValues, Pseudo, TemplateError, evaluate_rules, resolve_parameters
from catalog.cfn.parameters import MISSING, UNKNOWN, ParameterProblem
from catalog.cfn.rule_text import rule_text
from catalog.content.rule_checks import references
from catalog.errors import ContentError
from catalog.model.limits import check_tags
from catalog.provisioning.form import LaunchForm
from catalog.simulate import effective_tags

TAGS_OF_A_LAUNCH = 50
"""ProvisionProduct (API reference): Tags has 50 members at most."""


@dataclass(frozen=True, slots=True)
class FormFault:
    """A fault."""

    text: str
    parameters: tuple[str, ...] = ()
    """The parameters whose values can be corrected; the first one says more about it."""
    tag: str = ""
    """The TagOption that needs another choice."""
    short: str = field(default="", compare=False)
    """The text where a form shows it at its field, without the name of the field; empty: the text is short enough."""

    @property
    def at_field(self) -> str:
        """The text at the field."""
        return self.short or self.text


def form_faults(
    form: LaunchForm, given: Mapping[str, str], tags: Mapping[str, str], pseudo: Pseudo
) -> Iterator[FormFault]:
    """Every fault in the given parameters and tags."""
    resolved = resolve_parameters(form.declared, given, unknown_ssm=lambda name, is_list: (name,) if is_list else name)
    for problem in resolved.problems:
        limit, got = problem.limit, f", got {problem.value!r}" if problem.name in given else ""
        if limit == UNKNOWN:
            close = get_close_matches(problem.name, [parameter.name for parameter in form.parameters], 1)
            limit, got = f"{UNKNOWN}{f', such as {close[0]}' if close else ''}", ""
        text = f"parameter {problem.name}: {problem.message}{got} (limit: {limit})"
        yield FormFault(text, (problem.name,), short=problem_words(form, problem))
    wrong = {problem.name for problem in resolved.problems}
    values = {name: value for name, value in resolved.values.items() if name not in wrong}
    for name, rule in form.rules.items():
        yield from rule_faults(name, rule, values, pseudo)
    yield from list_faults(form, values)
    yield from tag_faults(form, values, tags, wrong)


def problem_words(form: LaunchForm, problem: ParameterProblem) -> str:
    """What is wrong with a value, at its field: the template's own explanation, else the limit."""
    parameter = form.parameter(problem.name)
    if parameter is None or problem.limit == UNKNOWN:
        return ""
    if problem.limit == MISSING:
        return "A value must be given."
    wanted = parameter.explanation or f"must be {problem.limit}"
    which = f"{problem.value!r}: " if parameter.is_list and problem.value else ""
    return f"{which}{wanted}" if which else f"{wanted[:1].upper()}{wanted[1:]}"


def rule_faults(name: str, rule: Mapping[str, Any], values: ParameterValues, pseudo: Pseudo) -> Iterator[FormFault]:
    """The assertions of a rule that fail. A rule that reads a missing or wrong value waits."""
    if any(parameter not in values for _, parameter in references(rule, ())):
        return
    try:
        (result,) = evaluate_rules({name: rule}, values, pseudo)
    except TemplateError:  # a lookup that only AWS can make, or a rule that AWS refuses itself
        return
    for assertion, declared in zip(result.assertions, rule["Assertions"] if result.applies else (), strict=True):
        if not assertion.passed:
            text = assertion.description or rule_text(declared["Assert"])
            names = dict.fromkeys(parameter for _, parameter in references(declared["Assert"], ()))
            yield FormFault(f"rule {name}: {text}", tuple(names), short=text)


def list_faults(form: LaunchForm, values: ParameterValues) -> Iterator[FormFault]:
    """Members that two separate lists share; only a repository knows of such lists."""
    for left, right in form.separate_lists:
        pair = [values.get(left), values.get(right)]
        members = [set(value if isinstance(value, tuple) else (value,)) for value in pair if value is not None]
        for member in sorted(members[0] & members[1]) if len(members) == 2 else ():
            text = f"parameters {left} and {right} must have no member in common; both have {member}"
            yield FormFault(text, (left, right))


def tag_faults(
    form: LaunchForm, values: ParameterValues, tags: Mapping[str, str], waiting: set[str]
) -> Iterator[FormFault]:
    """Tags that AWS would refuse, and TagOptions without a choice. A key whose parameter is wrong waits for it."""
    try:
        check_tags("--tag", dict(tags), TAGS_OF_A_LAUNCH)
    except ContentError as error:
        yield FormFault(error.message)
    chosen = effective_tags(form.tag_options, form.declared, values, tags)
    for key, offered in form.tag_options.items():
        one_of = ", ".join(offered)
        if key in tags and not offered:
            yield FormFault(f"tag {key} must be left out: portfolio and product have no value in common")
        elif key in chosen and offered and chosen[key] not in offered:
            from_parameter = () if key in tags else (key,)
            text = f"tag {key} must be one of {one_of}, got {chosen[key]!r}"
            short = f"The tag {key} takes this value, and must be one of {one_of}." if from_parameter else ""
            yield FormFault(text, from_parameter, "" if from_parameter else key, short or f"Choose one of {one_of}.")
        elif key not in chosen and len(offered) > 1 and key not in waiting:
            text = f"tag {key} needs a choice: --tag '{key}=VALUE' with one of {one_of}"
            yield FormFault(text, tag=key, short="Choose a value.")
