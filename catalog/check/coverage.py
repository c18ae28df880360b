"""What the controls cover, as values: each control with its metadata, each framework with its ids."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from catalog.check.metadata import FRAMEWORKS
from catalog.check.registry import ControlClass, portfolio_controls, severity_of, template_controls, version_controls
from catalog.check.seed import SEED
from catalog.errors import ContentError

Scope = Literal["template", "portfolio", "version"]


@dataclass(frozen=True, slots=True)
class Covered:
    """One id of a framework, and the controls that speak to it."""

    id: str
    controls: tuple[str, ...]
    text: str = ""
    """What the framework says, for those whose words are at hand."""
    correction: str = ""
    """What is right, where these words are wrong."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """The controls, in order, and the frameworks that they cover."""

    controls: tuple[tuple[ControlClass, Scope], ...]
    frameworks: Mapping[str, tuple[Covered, ...]]


def coverage() -> Coverage:
    """All that is known: every control, every id of every framework that one of them names, every line of the seed."""
    scoped: list[tuple[ControlClass, Scope]] = [(control, "template") for control in template_controls()]
    scoped += [(control, "portfolio") for control in portfolio_controls()]
    scoped += [(control, "version") for control in version_controls()]
    return Coverage(tuple(scoped), {name: covered(name, scoped) for name in FRAMEWORKS})


def covered(framework: str, controls: Iterable[tuple[ControlClass, Scope]]) -> tuple[Covered, ...]:
    """The ids of a framework in their own order; of the seed also what no control covers."""
    found: dict[str, list[str]] = {line: [] for line in SEED.get(framework, {})}
    for control, _ in controls:
        for identifier in control.frameworks.get(framework, ()):
            found.setdefault(identifier, []).append(control.id)
    lines = SEED.get(framework, {})
    return tuple(
        Covered(
            identifier,
            tuple(found[identifier]),
            lines[identifier].says if identifier in lines else "",
            lines[identifier].correction if identifier in lines else "",
        )
        for identifier in sorted(found, key=natural)
    )


def natural(identifier: str) -> list[tuple[int, int, str]]:
    """An order in which 2 comes before 10: numbers by value, the rest as text."""
    parts = re.findall(r"\d+|\D+", identifier)
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts]


def select(everything: Coverage, ids: Sequence[str], framework: str | None) -> Coverage:
    """The named controls (all when none is named), of these the ones that the framework knows.

    Raises `ContentError` for an id or a framework that does not exist.
    """
    names = {name.lower(): name for name in everything.frameworks}
    known = {control.id: (control, scope) for control, scope in everything.controls}
    if framework is not None and framework.lower() not in names:
        raise ContentError(f"unknown framework {framework!r}", hint=f"There are: {', '.join(names.values())}.")
    if unknown := [one for one in ids if one.upper() not in known]:
        raise ContentError(f"unknown control {unknown[0]!r}", hint=f"There are: {', '.join(known)}.")
    wanted = [name for key, name in names.items() if framework is None or key == framework.lower()]
    asked = {one.upper() for one in ids} or set(known)
    chosen = tuple(
        (control, scope)
        for control, scope in everything.controls
        if control.id in asked and (framework is None or wanted[0] in control.frameworks)
    )
    kept = {control.id for control, _ in chosen}
    rows = {
        name: tuple(row for row in everything.frameworks[name] if not ids or kept & {*row.controls}) for name in wanted
    }
    return Coverage(chosen, rows)


def as_data(shown: Coverage) -> dict[str, Any]:
    """For JSON. Keys, which stay; new ones may come:

    `controls`: a list of `id`, `severity` ("error", "warning" or "info"), `scope` ("template", "portfolio" or
    "version"), `title`, `description`, `why`, `remedy`, `advisory` (why it cannot be decided in a template; "" when it
    can), `source_url`, `frameworks` (name → ids) and `sources` (the pages that these ids are from).
    `frameworks`: name → a list of `id`, `text` and `correction` (for the seed's lines) and `controls` (ids; empty for
    a line of the seed that no control covers).
    """
    return {
        "controls": [described(control, scope) for control, scope in shown.controls],
        "frameworks": {
            name: [
                {"id": row.id, "text": row.text, "correction": row.correction, "controls": list(row.controls)}
                for row in rows
            ]
            for name, rows in shown.frameworks.items()
        },
    }


def described(control: ControlClass, scope: Scope) -> dict[str, Any]:
    """One control, for JSON."""
    return {
        "id": control.id,
        "severity": severity_of(control),
        "scope": scope,
        "title": control.shortdesc,
        "description": control.description,
        "why": control.why,
        "remedy": control.remedy,
        "advisory": control.advisory,
        "source_url": control.source_url,
        "frameworks": {name: list(ids) for name, ids in control.frameworks.items()},
        "sources": list(control.sources),
    }


HEAD = """\
# Controls

<!-- Generated by `make docs` (`catalog controls --markdown`) from the classes of the controls: do not edit. -->

What `catalog validate` and `catalog publish` check beside cfn-lint's own rules. Findings of level error stop a publish.
Template controls (E90xx, W90xx) read the rendered template and also run in plain `cfn-lint --append-rules
catalog/check/controls`; portfolio controls (E91xx, W91xx) read the YAML; the version gate (E92xx, W92xx, I92xx)
compares with what is released, see docs/versions.md. CONTRIBUTING.md shows how to add a control.

Advice means that a template cannot decide it: such a control never counts as passed, and finds only what is plainly
wrong. The ids of frameworks are those of the pages under *Sources*; what no page names is left out.
"""

SEED_HEAD = """\
## The checklist and the compliance table

The product kms_key carries over an article with a checklist and a compliance table, *the seed*. Every line and row is
covered by a control. Where the seed is wrong, the control demands what is right.
"""


def as_markdown(everything: Coverage) -> str:
    """docs/controls.md."""
    parts = [HEAD, *overview(everything), SEED_HEAD]
    parts += [seed_table(name, "Line" if name == "Seed checklist" else "Row", everything) for name in SEED]
    parts += ["## Frameworks\n", *framework_tables(everything), "## Each control\n"]
    parts += [control_section(control, scope) for control, scope in everything.controls]
    return "\n".join(parts)


def overview(everything: Coverage) -> list[str]:
    """One table a scope."""
    parts = []
    for scope in ("template", "portfolio", "version"):
        rows = [
            [f"[{control.id}](#{control.id.lower()})", level(control), control.shortdesc, frameworks_text(control)]
            for control, one in everything.controls
            if one == scope
        ]
        parts += [f"## Over {scope}s\n", markdown_table(["Id", "Level", "Demands", "Frameworks"], rows)] if rows else []
    return parts


def level(control: ControlClass) -> str:
    """The severity in one word; advice is marked."""
    return f"{severity_of(control)}, advice" if control.advisory else severity_of(control)


def frameworks_text(control: ControlClass) -> str:
    """The frameworks of a control in one line; the CIS benchmark without its many numbers."""
    ids = {name: found for name, found in control.frameworks.items() if name not in SEED}
    return "; ".join(
        f"{name} {', '.join(found)}" if name in ("Security Hub", "Control Tower", "SOC 2") else name
        for name, found in ids.items()
    )


def seed_table(name: str, column: str, everything: Coverage) -> str:
    """The seed's own words, the controls, and what is right."""
    rows = [[row.id, row.text, ", ".join(row.controls), row.correction] for row in everything.frameworks[name]]
    return markdown_table([column, "The seed says", "Control", "What is right"], rows)


def framework_tables(everything: Coverage) -> list[str]:
    """One table a framework, the seed left out."""
    parts = []
    for name, rows in everything.frameworks.items():
        if name not in SEED and rows:
            table = markdown_table(["Id", "Controls"], [[row.id, ", ".join(row.controls)] for row in rows])
            parts += [f"### {name}\n", table]
    return parts


def control_section(control: ControlClass, scope: Scope) -> str:
    """All that a control says of itself."""
    parts = {"Why": control.why, "Remedy": control.remedy, "Advice only": control.advisory}
    title = f"**{escaped(control.shortdesc)}** ({level(control)}, {scope})"
    paragraphs = [f"### {control.id}", title, escaped(control.description)]
    paragraphs += [f"*{label}.* {escaped(text)}" for label, text in parts.items() if text]
    if control.frameworks:
        listed = "; ".join(f"{name} {', '.join(ids)}" for name, ids in control.frameworks.items())
        paragraphs.append(f"*Frameworks.* {listed}.")
    pages = ", ".join(f"<{page}>" for page in dict.fromkeys((control.source_url, *control.sources)))
    return "\n\n".join([*paragraphs, f"*Sources.* {pages}\n"])


def escaped(text: str) -> str:
    """A text in which Markdown sees no markup."""
    return text.replace("*", "\\*").replace("<", "\\<")


def markdown_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of plain texts and links."""
    lines = [header, ["---"] * len(header), *([escaped(cell).replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"
