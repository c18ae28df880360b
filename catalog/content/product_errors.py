"""Errors of product files in words: whatever their code raised, with the line of the file."""

from __future__ import annotations

import re
import traceback

from catalog.errors import ContentError

TEXT_LIMIT = 2000
"""Characters of an error's own text that are shown."""
MEMORY_HINT = "Build less at once, or raise memory_mb in [tool.catalog.rendering] of pyproject.toml."
CONFINED_HINT = (
    "Product files run without network and environment, and read only the repository, Python and the system "
    "(`catalog help security.md`)."
)


HELPER = re.compile(r".*/(products/_[^/]+(?:/.+)?)")
"""The file of a helper in products/."""


def located(file: str, error: BaseException) -> str:
    """`file:line` of the last line of a product file, or of a helper, that `error` went through; or `file`."""
    frames = [(own(file, frame), frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    lines = [f"{name}:{line}" for name, line in frames if name]
    return lines[-1] if lines else file


def own(file: str, frame: traceback.FrameSummary) -> str:
    """The product file or helper that a frame is in, relative to the repository; empty for other code."""
    name = frame.filename.replace("\\", "/")
    if name.endswith(f"/{file}"):
        return file
    helper = HELPER.fullmatch(name)
    return helper[1] if helper else ""


def author_error(file: str, what: str, error: BaseException, *, hint: str = "") -> ContentError:
    """The error for anything that code of a product file raised: `what` says which step failed."""
    where = located(file, error)
    if not where.startswith(file):
        what = f"{what}, for {file}"
    if isinstance(error, MemoryError):
        return ContentError(f"{where}: {what}: it needs more memory than the limit", hint=MEMORY_HINT)
    if isinstance(error, PermissionError):
        hint = hint or CONFINED_HINT
    return ContentError(f"{where}: {what}: {error_words(error)}", hint=hint)


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
