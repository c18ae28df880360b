"""Rows of the table of docs/versions.md, and what the edits of the KMS template have in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Template = dict[str, Any]
Edit = Callable[[Template], None]


@dataclass(frozen=True)
class Edited:
    """A row of the table."""

    words: str
    edit: Edit
    verdict: str
    findings: tuple[str, ...]


class EditRows(list[Edited]):
    """A part of the table, in its order."""

    def row(self, words: str, verdict: str, *findings: str) -> Callable[[Edit], Edit]:
        """Add an edit."""

        def enter(edit: Edit) -> Edit:
            self.append(Edited(words, edit, verdict, findings))
            return edit

        return enter


def properties(template: Template) -> Any:
    return template["Resources"]["Key"]["Properties"]


def statements(template: Template) -> list[Any]:
    listed: list[Any] = properties(template)["KeyPolicy"]["Statement"]
    return listed


def statement(template: Template, sid: str) -> Any:
    bodies = [member["Fn::If"][1] if "Fn::If" in member else member for member in statements(template)]
    return next(body for body in bodies if body["Sid"] == sid)


def drop(template: Template, sid: str) -> None:
    statements(template).remove(statement(template, sid))


def rename(template: Template, section: str, old: str, new: str) -> None:
    """Rename a member of a section, and the references to it."""
    template[section] = {new if key == old else key: value for key, value in template[section].items()}
    for name in ("Resources", "Outputs"):
        for member in template[name].values():
            for part in {"Properties", "Value"} & set(member):
                member[part] = referring(member[part], old, new)


def referring(node: Any, old: str, new: str) -> Any:
    """`node` with the references to `old` as `new`; keys stay."""
    if isinstance(node, dict):
        if node == {"Ref": old}:
            return {"Ref": new}
        if "Fn::GetAtt" in node and node["Fn::GetAtt"][0] == old:
            return {"Fn::GetAtt": [new, *node["Fn::GetAtt"][1:]]}
        return {key: referring(value, old, new) for key, value in node.items()}
    if isinstance(node, list):
        return [referring(value, old, new) for value in node]
    return node.replace(f"${{{old}}}", f"${{{new}}}") if isinstance(node, str) else node
