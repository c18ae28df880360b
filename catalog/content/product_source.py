"""Product files as our process sees them: their definitions as values, their functions as questions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.content.config import Config
from catalog.content.isolated import IsolatedDocument, IsolatedTemplate
from catalog.content.product_answers import loaded_result
from catalog.content.product_data import decode_definition
from catalog.content.product_files import ProductFile
from catalog.content.product_process import ProductProcess, process_for
from catalog.errors import ContentError
from catalog.model.definition import ProductDefinition


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """A product file as a process has imported it."""

    process: ProductProcess
    number: int
    """The number of the definition in the process."""
    definition: Any
    """The definition as data."""


@dataclass(slots=True)
class ProductSource:
    """A product file, and the process that has imported it."""

    config: Config
    product: ProductFile
    imported: ImportedFile | None = None

    @property
    def file(self) -> str:
        """The file in messages."""
        return self.product.shown

    def definition(self) -> ProductDefinition:
        """Import the file and return its definition; `ContentError` with file and line if that fails."""
        data = self.load().definition
        try:
            return decode_definition(data, self.function)
        except ContentError as error:
            raise ContentError(f"{self.file}: {error.message}", hint=error.hint) from error
        except (TypeError, ValueError, AttributeError, LookupError, RecursionError) as error:
            raise ContentError(f"{self.file}: PRODUCT cannot be read: {error}") from error

    def load(self) -> ImportedFile:
        """Import the file now, in a process that runs."""
        process = process_for(self.config)
        definition, number, process.confined = loaded_result(self.file, self.ask(process, "load"))
        self.imported = ImportedFile(process, number, definition)
        return self.imported

    def function(self, action: str) -> Callable[[], Any]:
        """What takes the place of a function of the file: of the document of a service action, or of the template."""
        if action:
            return IsolatedDocument(self.file, lambda: self.fetch("document", action=action))
        return IsolatedTemplate(self.file, lambda: self.fetch("template"))

    def fetch(self, question: str, **members: str) -> Mapping[str, Any]:
        """What a function of the file returns. The process may have ended: then another imports the file again."""
        imported = self.imported if self.imported and self.imported.process.running else self.load()
        return self.ask(imported.process, question, number=imported.number, **members)

    def ask(self, process: ProductProcess, question: str, **members: Any) -> Mapping[str, Any]:
        """Ask a process about the file."""
        request = {"do": question, "root": str(self.config.root), "key": self.product.key, "file": self.file}
        request |= {"module": self.product.module, **members}
        result: Mapping[str, Any] = process.ask(self.file, request, self.config.rendering)
        return result
