"""Templates and documents that are files of products/: what a definition has in place of functions. All are data."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalog.content.files import read_file
from catalog.content.template_files import SIZE_LIMIT, TemplateFile, read_template
from catalog.content.yaml_files import read_yaml
from catalog.errors import ContentError
from catalog.model.limits import shown_json


@dataclass(frozen=True, slots=True)
class WrittenTemplate:
    """`template` of a definition whose template is a file in products/. It is read when it is rendered."""

    file: Path
    shown: str

    def __call__(self) -> TemplateFile:
        """The template; `ContentError` with its file and line if it cannot be read."""
        body = body_of(self.file, self.shown)
        return TemplateFile(self.file, body, read_template(self.shown, body))


def body_of(file: Path, shown: str) -> bytes:
    """The bytes of a template."""
    try:
        return read_file(file, shown, SIZE_LIMIT)
    except FileNotFoundError as error:
        raise ContentError(f"{shown}: cannot be read: the file does not exist") from error


@dataclass(frozen=True, slots=True)
class WrittenDocument:
    """`document` of a service action whose content is a file in products/."""

    file: Path
    shown: str

    def __call__(self) -> dict[str, Any]:
        """The content; `ContentError` with file and line if it cannot be read."""
        content = read_yaml(self.file, self.shown).data
        if not isinstance(content, dict):
            raise ContentError(f"{self.shown}: a document must be a mapping, got {shown_json(content)}")
        return content
