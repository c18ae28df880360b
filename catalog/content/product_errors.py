"""Errors of product files in words: whatever their code raised, with the line of the file."""

from __future__ import annotations

import traceback

from catalog.errors import ContentError

TEXT_LIMIT = 2000
"""Characters of an error's own text that are shown."""
MEMORY_HINT = "Build less at once, or raise memory_mb in [tool.catalog.rendering] of pyproject.toml."
CONFINED_HINT = (
    "Product files run without network and environment, and read only the repository, Python and the system "
    "(docs/security.md)."
)


def located(file: str, error: BaseException) -> str:
    """`file:line` of the last line of a product file that `error` went through, or `file`."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename.replace("\\", "/").endswith(file)]
    return f"{file}:{lines[-1]}" if lines else file


def author_error(file: str, what: str, error: BaseException, *, hint: str = "") -> ContentError:
    """The error for anything that code of a product file raised: `what` says which step failed."""
    if isinstance(error, MemoryError):
        return ContentError(f"{located(file, error)}: {what}: it needs more memory than the limit", hint=MEMORY_HINT)
    if isinstance(error, PermissionError):
        hint = hint or CONFINED_HINT
    return ContentError(f"{located(file, error)}: {what}: {error_words(error)}", hint=hint)


def error_words(error: BaseException) -> str:
    """The class of an error with its text; the class alone if it has none, or if the text cannot be made."""
    name = type(error).__name__
    try:
        text = str(error)
    except BaseException as broken:  # noqa: BLE001  # the author's __str__ can raise anything
        return f"{name}, whose text cannot be shown ({type(broken).__name__})"
    if len(text) > TEXT_LIMIT:
        text = f"{text[:TEXT_LIMIT]}…"
    return f"{name}: {text}" if text else name
