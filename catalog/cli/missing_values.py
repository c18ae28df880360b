"""Asks a person for values of parameters, and checks each answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from catalog.cli.terminal import one_line

if TYPE_CHECKING:
    from catalog.cfn import Pseudo
    from catalog.provisioning.form import FormParameter, LaunchForm


def ask_values(
    form: LaunchForm, parameters: Sequence[FormParameter], given: Mapping[str, str], pseudo: Pseudo
) -> dict[str, str]:
    """A value for each parameter; what the rules allow depends on the values that are `given` already."""
    answers: dict[str, str] = {}
    for parameter in parameters:
        answers[parameter.name] = ask_value(form, parameter, {**given, **answers}, pseudo)
    return answers


def ask_value(form: LaunchForm, parameter: FormParameter, given: Mapping[str, str], pseudo: Pseudo) -> str:
    """A value that the parameter and the rules accept."""
    from catalog.cfn.accepted_values import accepts

    offered = form.choices(parameter, given, pseudo)
    choices = offered.values if offered else ()
    texts = [parameter.description, f"One of: {', '.join(choices)}" if choices else parameter.explanation]
    click.echo(one_line("  ".join(filter(None, texts))), err=True)
    while True:
        answer: str = click.prompt(one_line(parameter.label), hide_input=parameter.secret, err=True)
        if answer in choices or (not choices and accepts(parameter.definition, answer)):
            return answer
        why = f"one of {', '.join(choices)}" if choices else parameter.explanation or "another value"
        click.echo(one_line(f"  {parameter.name} takes {why}."), err=True)
