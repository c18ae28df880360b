"""Questions on a terminal: what a launch or an update misses, group by group, until everything fits together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import click

from catalog.cli.describe import print_lines
from catalog.cli.reports import columns
from catalog.cli.terminal import one_line, style
from catalog.errors import ContentError

if TYPE_CHECKING:
    from catalog.cfn import Pseudo
    from catalog.provisioning.form import LaunchForm
    from catalog.provisioning.form_faults import FormFault
    from catalog.provisioning.form_parameters import FormGroup, FormParameter
    from catalog.provisioning.form_text import Line

INTRODUCTION = "Enter takes the value in [brackets]. Nothing is launched before you are asked."


@dataclass(slots=True)
class Questions:
    """Asks for the parameters and tags of a form."""

    form: LaunchForm
    pseudo: Pseudo
    parameters: dict[str, str]
    """Those that were given, and then the answers too."""
    tags: dict[str, str]

    def complete(self) -> None:
        """Ask for what is missing, then again for what does not fit, until it does.

        `ContentError` for what no answer can correct, such as a parameter that the template does not have.
        """
        self.refuse_hopeless()
        if any(parameter.required and parameter.name not in self.parameters for parameter in self.form.parameters):
            click.echo(INTRODUCTION)
            for group in self.form.groups:
                self.ask_group(group)
        while faults := self.faults():
            self.refuse_hopeless()
            click.echo()
            for fault in faults:
                click.echo(style(fault.text, fg="yellow"))
            self.ask_again(faults)

    def refuse_hopeless(self) -> None:
        """`ContentError` if there are faults that no answer corrects."""
        hopeless = [fault.text for fault in self.faults() if not (fault.tag or self.correctable(fault))]
        if hopeless:
            raise ContentError(
                f"{self.form.product.name} {self.form.version.name} cannot be launched with this input",
                problems=tuple(hopeless),
            )

    def faults(self) -> list[FormFault]:
        """What is wrong with all values together."""
        from catalog.provisioning.form_faults import form_faults

        return list(form_faults(self.form, self.parameters, self.tags, self.pseudo))

    def correctable(self, fault: FormFault) -> list[str]:
        """The parameters of a fault that the form has."""
        return [name for name in fault.parameters if self.form.parameter(name)]

    def ask_again(self, faults: Iterable[FormFault]) -> None:
        """Ask for each parameter and tag of the faults."""
        for name in dict.fromkeys(name for fault in faults for name in self.correctable(fault)):
            if parameter := self.form.parameter(name):
                self.ask(parameter)
        for key in dict.fromkeys(fault.tag for fault in faults if fault.tag):
            offered = self.form.tag_options[key]
            self.tags[key] = ask_until(f"Tag {key}", "", [" | ".join(offered)], member_of(offered))

    def ask_group(self, group: FormGroup) -> None:
        """Ask for what must be given, then whether the defaults are right."""
        missing = [parameter for parameter in group.parameters if parameter.name not in self.parameters]
        if not missing:
            return
        click.echo(f"\n{style(group.label, bold=True)}")
        for parameter in missing:
            if parameter.required:
                self.ask(parameter)
        optional = [parameter for parameter in missing if not parameter.required]
        if not optional:
            return
        for parameter in optional:
            print_lines(default_lines(parameter))
        defaults = "these defaults" if len(optional) > 1 else "this default"
        if not click.confirm(one_line(f"  Keep {defaults}?"), default=True):
            for parameter in optional:
                self.ask(parameter)

    def ask(self, parameter: FormParameter) -> None:
        """Ask for a parameter until its value is accepted."""
        from catalog.provisioning.form_text import question_lines

        given = {name: value for name, value in self.parameters.items() if name != parameter.name}
        values = self.form.choices(parameter, given, self.pseudo)
        print_lines(question_lines(parameter, values, columns()))
        if values is not None and not values.values:
            raise ContentError(f"no value of {parameter.name} is left with these answers", problems=values.reasons)
        default = self.parameters.get(parameter.name, parameter.default)
        if values is not None and not parameter.is_list and default not in values.values:
            default = values.values[0] if len(values.values) == 1 else None
        if parameter.secret:
            self.parameters[parameter.name] = ask_secret(parameter, self.problem_of)
            return
        check = member_of(values.values) if values and not parameter.is_list else self.checked_by(parameter)
        self.parameters[parameter.name] = ask_until(parameter.name, default, (), check)

    def checked_by(self, parameter: FormParameter) -> Callable[[str], str]:
        """What is wrong with a value of a parameter."""
        return lambda value: self.problem_of(parameter, value)

    def problem_of(self, parameter: FormParameter, value: str) -> str:
        """What is wrong with a value: the template's explanation, else the limit; empty if nothing is."""
        from catalog.cfn import resolve_parameters

        resolved = resolve_parameters(
            {"Parameters": {parameter.name: parameter.definition}},
            {parameter.name: value},
            unknown_ssm=lambda name, is_list: (name,) if is_list else name,
        )
        for problem in resolved.problems:
            return parameter.explanation or f"must be {problem.limit}"
        values = self.form.choices(parameter, self.parameters, self.pseudo)
        members = [member.strip() for member in value.split(",")] if parameter.is_list else [value]
        outside = [member for member in members if values and member not in values.values]
        return f"{outside[0]} is not one of {', '.join(values.values)}" if outside and values else ""


def ask_values(
    form: LaunchForm, parameters: Sequence[FormParameter], given: Mapping[str, str], pseudo: Pseudo
) -> dict[str, str]:
    """A value for each parameter; what the rules allow depends on the values that are `given` already."""
    questions = Questions(form, pseudo, dict(given), {})
    for parameter in parameters:
        questions.ask(parameter)
    return {parameter.name: questions.parameters[parameter.name] for parameter in parameters}


def member_of(values: Sequence[str]) -> Callable[[str], str]:
    """What is wrong with a value that must be one of some values."""
    return lambda value: "" if value in values else f"must be one of {', '.join(values)}"


def default_lines(parameter: FormParameter) -> list[Line]:
    """A parameter with its default, on a line or two."""
    from catalog.provisioning.form_text import block

    shown = "(hidden)" if parameter.secret else parameter.default or "(empty)"
    label = f"  {parameter.label}" if parameter.label != parameter.name else ""
    return list(block(parameter.name, f"{shown}{label}", 24, columns()))


def ask_until(subject: str, default: str | None, explanations: Iterable[str], problem_of: Callable[[str], str]) -> str:
    """Ask until the value is accepted. The question has its default in brackets: click would print it as it is."""
    for text in explanations:
        click.echo(f"    {one_line(text)}")
    brackets = f" [{default}]" if default else ""
    while True:
        answer: str = click.prompt(one_line(f"  {subject}{brackets}"), default=default, type=str, show_default=False)
        value = answer.strip()
        if not (problem := problem_of(value)):
            return value
        print_problem(problem)


def ask_secret(parameter: FormParameter, problem_of: Callable[[FormParameter, str], str]) -> str:
    """Ask twice for a NoEcho value, which the terminal does not show; Enter takes the default if there is one."""
    again = one_line(f"  {parameter.name} again")
    hidden: dict[str, Any] = {"hide_input": True, "show_default": False, "confirmation_prompt": again}
    while True:
        value: str = click.prompt(one_line(f"  {parameter.name} (hidden)"), default=parameter.default, **hidden)
        if not (problem := problem_of(parameter, value)):
            return value
        print_problem(problem)


def print_problem(problem: str) -> None:
    """Say why an answer is not accepted."""
    for line in wrap(problem, columns() - 4, break_long_words=False, break_on_hyphens=False):
        click.echo(style(f"    {line}", fg="red"))


def ask_name(problems_of: Callable[[str], Iterable[str]], is_taken: Callable[[str], bool]) -> str:
    """Ask for the name of the provisioned product, which must be new in the account and Region."""

    def problem_of(name: str) -> str:
        for problem in problems_of(name):
            return problem.removeprefix("--name ")
        return "is taken: `catalog show` shows it, `catalog terminate` deletes it" if is_taken(name) else ""

    return ask_until("Name of what you launch", None, (), problem_of)


def ask_path(paths: Mapping[str, str]) -> str:
    """Ask which launch path to take: id → name of the portfolio. Returns the id."""
    names = list(paths.values())
    if len(set(names)) < len(names):
        return ask_until("Launch path", None, [f"{key}: {name}" for key, name in paths.items()], member_of(list(paths)))
    numbers = {str(number): key for number, key in enumerate(paths, 1)}
    shown = [f"{number}  {paths[key]}" for number, key in numbers.items()]
    return numbers[ask_until("Portfolio to launch through", "1", shown, member_of(list(numbers)))]
