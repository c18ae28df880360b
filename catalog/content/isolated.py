"""Functions of a product file, as our process has them: calling one asks the process of the product files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalog.content.template_files import TemplateFile, read_template
from catalog.errors import ContentError

Fetch = Callable[[], Mapping[str, Any]]
"""Asks for what the function returns. `ContentError` with file and line if it fails."""


@dataclass(frozen=True, slots=True)
class IsolatedData:
    """A template that the process returned as data."""

    data: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """The template as JSON-like data."""
        return self.data


@dataclass(frozen=True, slots=True)
class IsolatedTemplate:
    """Takes the place of `template` of a definition."""

    file: str
    fetch: Fetch

    def __call__(self) -> IsolatedData | TemplateFile:
        """The template: the bytes of a template file are read here, and not believed as data."""
        result = self.fetch()
        if isinstance(body := result.get("body"), str):
            label, text = str(result.get("file")), body.encode(errors="replace")
            return TemplateFile(Path(label), text, read_template(label, text))
        return IsolatedData(checked(self.file, result.get("data")))


@dataclass(frozen=True, slots=True)
class IsolatedDocument:
    """Takes the place of `document` of a service action that has its own."""

    file: str
    fetch: Fetch

    def __call__(self) -> dict[str, Any]:
        """The content of the document."""
        return checked(self.file, self.fetch().get("data"))


def checked(file: str, data: object) -> dict[str, Any]:
    """The data that the process returned; `ContentError` if they are no mapping."""
    if not isinstance(data, dict):
        raise ContentError(f"{file}: its process returned {type(data).__name__} where a mapping was expected")
    return data
