"""Products and the form of a launch as text, for a given width. Each line has a mark for its colour."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from textwrap import wrap

from catalog.cfn import Pseudo
from catalog.model.constraint import DIGEST_SUFFIX
from catalog.provisioning.choices import Choices
from catalog.provisioning.form import LaunchForm
from catalog.provisioning.form_parameters import FormParameter
from catalog.provisioning.form_words import labelled, rule_texts, value_texts
from catalog.provisioning.offer import AccountProduct, AccountVersion

NAMES = 24
"""The widest column of names: a longer name has a line of its own."""
SHOWN_VERSIONS = 5
DESCRIBED = 150
"""Characters of a version's description."""
WIDTH = 100
"""Of errors, which look the same in a pipe."""
INDENT = "      "
PARAMETER_PROBLEM = re.compile(r"parameter ([A-Za-z0-9]+): ")
MARKS = {"LAUNCH": "launch role", "TEMPLATE": "rules", "RESOURCE_UPDATE": "tags", "NOTIFICATION": "notification"}

KINDS = max(map(len, MARKS.values()))


class LineMark(StrEnum):
    """What a line is."""

    TITLE = "title"
    GROUP = "group"
    RULE = "rule"
    TEXT = "text"


Line = tuple[LineMark, str]


def product_lines(products: Iterable[AccountProduct], keys: Mapping[str, str], width: int) -> Iterator[Line]:
    """The products that the caller may launch; `keys` are the names of products → their keys in the repository."""
    rows = sorted(((keys.get(product.name, product.name), product) for product in products), key=lambda row: row[0])
    column = min(max((len(name) for name, _ in rows), default=0), NAMES)
    for name, product in rows:
        version = product.default_version.name if product.default_version else "no version for new launches"
        through = ", ".join(path.portfolio for path in product.paths) or "no portfolio"
        yield LineMark.GROUP, f"{name:{column}}  {version}  through {through}"
        about = f"{product.name}. {product.description}" if name != product.name else product.description
        yield from wrapped(about, width, indent="  ", hanging="  ")


def form_lines(form: LaunchForm, caller: str, pseudo: Pseudo, width: int) -> Iterator[Line]:
    """All of one version: what it is, how it is launched, its parameters, tags, outputs and support."""
    yield from head_lines(form.product, form.version, width)
    yield from path_lines(form, caller, width)
    column = min(max((len(parameter.name) + 2 for parameter in form.parameters), default=0), NAMES)
    reasons = set[str]()
    for group in form.groups:
        yield LineMark.GROUP, group.label
        for parameter in group.parameters:
            values = form.choices(parameter, {}, pseudo)
            reasons.update(values.reasons if values else ())
            yield from parameter_lines(parameter, values, column, width)
    yield from rule_lines(form, reasons, width)
    yield from tag_lines(form, column, width)
    if form.outputs:
        yield LineMark.GROUP, "Outputs"
        for output in form.outputs:
            yield from block(output.key, output.description, column, width)
    yield from version_lines(form.product, form.version, column, width)
    yield from support_lines(form.product, column, width)
    if any(parameter.required for parameter in form.parameters):
        yield LineMark.TEXT, ""
        yield LineMark.TEXT, "* must be given."


def head_lines(product: AccountProduct, version: AccountVersion, width: int) -> Iterator[Line]:
    """Name, version and description."""
    deprecated = "" if version.launchable else " (deprecated: no new launches)"
    title = f"{product.name} {version.name}{deprecated}"
    text = f"{title} \N{EM DASH} {product.description}" if product.description else title
    for line in wrap(text, width, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False):
        yield LineMark.TITLE, line


def path_lines(form: LaunchForm, caller: str, width: int) -> Iterator[Line]:
    """The launch paths of the caller, and what the portfolio adds to the one that is shown."""
    paths = ", ".join(path.portfolio for path in form.product.paths)
    yield from wrapped(f"As {caller} you can launch it through: {paths}", width)
    if len(form.product.paths) > 1:
        others = " or ".join(path.id for path in form.product.paths if path != form.path)
        yield from wrapped(
            f"Values and tags below are those of {form.path.portfolio}; of others: --portfolio {others}.", width
        )
    for kind, description in sorted(form.constraints):
        if text := DIGEST_SUFFIX.sub("", description):
            yield from block(MARKS.get(kind, kind), text, KINDS, width)
    if form.stack_accounts:
        where = f"{', '.join(form.stack_accounts)} in {', '.join(form.stack_regions)}"
        yield from block("stack set", f"a stack in each of {where}, or in those of --stack-account", KINDS, width)


def parameter_lines(parameter: FormParameter, values: Choices | None, column: int, width: int) -> Iterator[Line]:
    """A parameter: label, description, values, default and example."""
    name = f"{parameter.name} *" if parameter.required else parameter.name
    texts = [text for text in (labelled(parameter), *value_texts(parameter, values)) if text] or [""]
    for index, text in enumerate(texts):
        yield from block("" if index else name, text, column, width)
    if values:
        for reason in values.reasons:
            yield from block("", reason, column, width, LineMark.RULE)


def question_lines(parameter: FormParameter, values: Choices | None, width: int) -> Iterator[Line]:
    """What is said of a parameter before a terminal asks for it: label, then description, values and rules."""
    label = f"  {parameter.label}" if parameter.label != parameter.name else ""
    yield LineMark.TEXT, f"  {parameter.name}{label}"
    texts = [(LineMark.TEXT, parameter.description)]
    texts += [(LineMark.TEXT, text) for text in value_texts(parameter, values)]
    texts += [(LineMark.RULE, reason) for reason in (values.reasons if values else ())]
    for mark, text in texts:
        for _, line in wrapped(text, width, indent="    ", hanging="    "):
            yield mark, line


def parameter_help(parameter: FormParameter, values: Choices | None) -> list[str]:
    """What a parameter is for, what it may be, and an example: for errors."""
    example = f"e.g. {parameter.example}" if parameter.example else ""
    texts = [labelled(parameter), *value_texts(parameter, values), *(values.reasons if values else ())]
    return [text for text in (*texts, "" if example and example in " ".join(texts) else example) if text]


def with_help(problems: Iterable[str], help_of: Callable[[str], Sequence[str]]) -> Iterator[str]:
    """The problems; below the last one of each parameter, what it is for."""
    texts = list(problems)
    names = [match[1] if (match := PARAMETER_PROBLEM.match(text)) else "" for text in texts]
    for index, (text, name) in enumerate(zip(texts, names, strict=True)):
        helps = help_of(name) if name and name not in names[index + 1 :] else ()
        lines = [line for each in helps for line in wrap(each, WIDTH - len(INDENT), break_long_words=False)]
        yield "".join((text, *(f"\n{INDENT}{line}" for line in lines)))


def rule_lines(form: LaunchForm, shown: set[str], width: int) -> Iterator[Line]:
    """The rules in their own words, without those that stand at a parameter already."""
    texts = [text for text in dict.fromkeys(rule_texts(form.rules, form.separate_lists)) if text not in shown]
    if texts:
        yield LineMark.GROUP, "Rules"
        for text in texts:
            yield from wrapped(f"- {text}", width, indent="  ", hanging="    ")


def tag_lines(form: LaunchForm, column: int, width: int) -> Iterator[Line]:
    """The TagOptions, and where the value comes from."""
    if not form.tag_options:
        return
    yield LineMark.GROUP, "TagOptions"
    for key, values in sorted(form.tag_options.items()):
        parameter = form.parameter(key)
        if not values:
            text = "in conflict between portfolio and product: leave it out; AWS adds a tag that says so"
        elif parameter is not None and not parameter.secret:
            text = "takes the value of the parameter"
        elif len(values) == 1:
            text = f"{values[0]} (AWS adds it)"
        else:
            text = f"choose with --tag '{key}=VALUE': {' | '.join(values)}"
        yield from block(f"{key} *" if values and parameter is None and len(values) > 1 else key, text, column, width)


def version_lines(product: AccountProduct, version: AccountVersion, column: int, width: int) -> Iterator[Line]:
    """The newest versions with their guidance."""
    if not product.versions:
        return
    yield LineMark.GROUP, "Versions"
    newest = list(reversed(product.versions))
    for item in newest[:SHOWN_VERSIONS]:
        words = ["default"] if item == product.default_version else []
        words += ["deprecated"] if not item.launchable else []
        words += ["shown here"] if item == version and item != product.default_version else []
        marks = f"({', '.join(words)}) " if words else ""
        yield from block(item.name, f"{marks}{shortened(item.description)}", column, width)
    if len(newest) > SHOWN_VERSIONS:
        names = ", ".join(item.name for item in newest[SHOWN_VERSIONS:])
        yield from block("older", names, column, width)


def support_lines(product: AccountProduct, column: int, width: int) -> Iterator[Line]:
    """Who helps."""
    contacts = {"By": product.owner, "E-mail": product.support_email, "Page": product.support_url}
    if any((product.support_description, product.support_email, product.support_url)):
        yield LineMark.GROUP, "Support"
        yield from wrapped(product.support_description, width, indent="  ", hanging="  ")
        for name, value in contacts.items():
            if value:
                yield from block(name, value, column, width)


def block(name: str, text: str, column: int, width: int, mark: LineMark = LineMark.TEXT) -> Iterator[Line]:
    """A name in a column, and a text that is wrapped beside it. A name that is too wide has its own line."""
    column = column or len(name)
    indent = " " * (column + 4)
    start = f"  {name:{column}}  " if len(name) <= column else indent
    if len(name) > column:
        yield mark, f"  {name}"
    lines = wrap(
        text, width, initial_indent=start, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
    for line in lines or ([start.rstrip()] if len(name) <= column else []):
        yield mark, line


def wrapped(text: str, width: int, indent: str = "", hanging: str = "  ") -> Iterator[Line]:
    """A text in lines."""
    for line in wrap(
        text, width, initial_indent=indent, subsequent_indent=hanging, break_long_words=False, break_on_hyphens=False
    ):
        yield LineMark.TEXT, line


def shortened(text: str) -> str:
    """A text of one line."""
    flat = " ".join(text.split())
    return flat if len(flat) <= DESCRIBED else flat[:DESCRIBED].rsplit(" ", 1)[0] + " …"
