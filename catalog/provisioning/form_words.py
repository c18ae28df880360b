"""What a launch form says of a parameter and of rules, in words. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from catalog.cfn.rule_text import rule_text
from catalog.provisioning.choices import Choices, Rules
from catalog.provisioning.form_parameters import FormParameter


def labelled(parameter: FormParameter) -> str:
    """The label and the description; the label alone where the description begins with it, or it is the name."""
    label, description = parameter.label, parameter.description
    if label in (parameter.name, description) or description.lower().startswith(label.lower()):
        return description
    return f"{label}. {description}".strip()


def value_texts(parameter: FormParameter, values: Choices | None) -> Iterator[str]:
    """What the value may be, as one text: `dev | test, default dev`; then the pattern in words, if it says more."""
    parts = []
    if values is not None:
        parts.append(" | ".join(value or '""' for value in values.values) or "no value is left")
    elif limits := limit_words(parameter):
        parts.append(limits)
    if parameter.default is not None:
        shown = "****" if parameter.secret and parameter.default else parameter.default or "empty"
        parts.append(f"default {shown}")
    if parameter.secret:
        parts.append("hidden (NoEcho)")
    texts = f"{parameter.description} {parameter.explanation}"
    if values is None and parameter.example not in ("", parameter.default) and parameter.example not in texts:
        parts.append(f"e.g. {parameter.example}")
    if parts:
        yield ", ".join(parts)


def limit_words(parameter: FormParameter) -> str:
    """The limits in words: the template's own explanation, else bounds, pattern and type."""
    if parameter.explanation:
        return parameter.explanation.rstrip(".")
    definition = parameter.definition
    parts = []
    for least, most, unit in (("MinValue", "MaxValue", ""), ("MinLength", "MaxLength", " characters")):
        low, high = definition.get(least), definition.get(most)
        if low is not None and high is not None:
            parts.append(f"{low} to {high}{unit}")
        elif low is not None or high is not None:
            parts.append(f"at least {low}{unit}" if high is None else f"at most {high}{unit}")
    if "AllowedPattern" in definition:
        parts.append(f"pattern {definition['AllowedPattern']}")
    if parameter.is_list:
        parts.append("values separated by commas")
    elif parameter.type != "String":
        parts.append(parameter.type)
    return ", ".join(parts)


def rule_texts(rules: Rules, separate_lists: Iterable[tuple[str, str]] = ()) -> Iterator[str]:
    """Each assertion: its description, else the assertion in words, with the condition. Then the separate lists."""
    for rule in rules.values():
        condition = f" if {rule_text(rule['RuleCondition'])}" if "RuleCondition" in rule else ""
        for assertion in rule["Assertions"]:
            yield assertion.get("AssertDescription") or f"{rule_text(assertion['Assert'])}{condition}"
    for left, right in separate_lists:
        yield f"{left} and {right} must have no member in common."
