"""A params file to fill in, in YAML: what must be given has an empty value, and each default is a comment."""

from __future__ import annotations

import re
from collections.abc import Iterator
from textwrap import wrap

import yaml

from catalog.cfn import Pseudo
from catalog.provisioning.form import LaunchForm
from catalog.provisioning.form_parameters import FormGroup, FormParameter, accepts_value
from catalog.provisioning.form_words import labelled, value_texts
from catalog.provisioning.offer import as_key

WIDTH = 100
PLAIN = re.compile(r"[A-Za-z0-9/][A-Za-z0-9_./+=@-]*", re.ASCII)
"""Values that YAML reads as they are written. `read_parameters` takes no value for a number or a boolean."""


def params_template(form: LaunchForm, pseudo: Pseudo) -> str:
    """The text of the file; `catalog launch --params-file` takes it when it is filled in."""
    return "\n".join([*head(form), *(line for group in form.groups for line in group_lines(form, group, pseudo)), ""])


def head(form: LaunchForm) -> Iterator[str]:
    """What the file is for."""
    name = form.product.name
    argument = name if re.fullmatch(r"[\w-]+", name) else as_key(name) if as_key(name) else form.product.id
    yield from comment(f"Parameters of {name} {form.version.name}, launched through {form.path.portfolio}. Fill in:")
    yield f"#   catalog launch {argument} --version {form.version.name} --name NAME --params-file FILE"
    yield from comment(
        "A line with # in front of its name has a default, or need not be given: remove the # to change it."
    )
    for key, values in sorted(form.tag_options.items()):
        if len(values) > 1 and form.parameter(key) is None:
            yield from comment(f"Choose a tag too: --tag '{key}=VALUE' with one of {', '.join(values)}")


def group_lines(form: LaunchForm, group: FormGroup, pseudo: Pseudo) -> Iterator[str]:
    """The parameters of a group."""
    yield ""
    yield from comment(f"--- {group.label} ---")
    for parameter in group.parameters:
        yield ""
        yield from comment(labelled(parameter))
        values = form.choices(parameter, {}, pseudo)
        for text in (*value_texts(parameter, values), *(values.reasons if values else ())):
            yield from comment(text)
        if parameter.required and parameter.example:
            yield from comment(f"Example: {parameter.example}")
        yield value_line(parameter)


def value_line(parameter: FormParameter) -> str:
    """The line of the value."""
    if parameter.secret:
        return f"# {parameter.name}:   (hidden: keep it out of files. `catalog launch` asks for it on a terminal)"
    if parameter.default is not None:
        return f"# {parameter.name}: {scalar(parameter.default)}"
    if accepts_value(parameter.definition, ""):  # an empty value would be taken
        return f"# {parameter.name}:   (must be given)"
    return f"{parameter.name}:"


def scalar(text: str) -> str:
    """A value as YAML."""
    if PLAIN.fullmatch(text):
        return text
    quoted: str = yaml.safe_dump(text, default_style='"', allow_unicode=True, width=float("inf"))
    return quoted.rstrip("\n")


def comment(text: str) -> list[str]:
    """A text as lines of comment; control characters of AWS's texts cannot end one."""
    flat = "".join(char if char.isprintable() else " " for char in text)
    return [f"# {line}" for line in wrap(flat, WIDTH - 2, break_long_words=False, break_on_hyphens=False)]
