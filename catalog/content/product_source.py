"""Product files as our process sees them: their definitions as values, their functions as questions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.content.config import Config
from catalog.content.isolated import IsolatedDocument, IsolatedTemplate
from catalog.content.product_answers import loaded_result
from catalog.content.product_data import decode_definition
from catalog.content.product_process import ProductProcess, process_for
from catalog.errors import ContentError
from catalog.model.definition import ProductDefinition


@dataclass(slots=True)
class ProductSource:
    """A product file, and the process that has imported it."""

    config: Config
    key: str
    process: ProductProcess | None = None
    number: int = field(default=-1)
    """The number of the definition in the process."""

    @property
    def file(self) -> str:
        """The file in messages."""
        return f"products/{self.key}.py"

    def definition(self) -> ProductDefinition:
        """Import the file and return its definition; `ContentError` with file and line if that fails."""
        data = self.load()
        try:
            return decode_definition(data, self.function)
        except ContentError as error:
            raise ContentError(f"{self.file}: {error.message}", hint=error.hint) from error
        except (TypeError, ValueError, AttributeError, LookupError, RecursionError) as error:
            raise ContentError(f"{self.file}: PRODUCT cannot be read: {error}") from error

    def load(self) -> Any:
        """The definition as data, from a process that has imported the file now."""
        self.process = process_for(self.config)
        definition, self.number, self.process.confined = loaded_result(self.file, self.ask("load"))
        return definition

    def function(self, action: str) -> Callable[[], Any]:
        """What takes the place of a function of the file: of the document of a service action, or of the template."""
        if action:
            return IsolatedDocument(self.file, lambda: self.fetch("document", action=action))
        return IsolatedTemplate(self.file, lambda: self.fetch("template"))

    def fetch(self, question: str, **members: str) -> Mapping[str, Any]:
        """What a function of the file returns. Another file may have ended the process: then it is imported again."""
        if self.process is None or not self.process.running:
            self.load()
        return self.ask(question, **members)

    def ask(self, question: str, **members: str) -> Mapping[str, Any]:
        """Ask the process about the file."""
        if self.process is None:
            raise ContentError(f"{self.file}: it is not imported")
        request = {"do": question, "root": str(self.config.root), "key": self.key, "number": self.number, **members}
        result: Mapping[str, Any] = self.process.ask(self.file, request, self.config.rendering)
        return result
