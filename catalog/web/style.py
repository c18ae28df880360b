"""The style of pages and of pictures: one text that stands in the page itself, with the colours of the palette."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path

from catalog.web.palette import DARK, LIGHT, variables

FILES = Path(__file__).parent / "files"


@cache
def style(*names: str) -> str:
    """The colours, then the rules of these files of CSS."""
    colours = (
        f":root{{color-scheme:light dark;{variables(LIGHT)}}}\n"
        f"@media (prefers-color-scheme:dark){{:root{{{variables(DARK)}}}}}\n"
        # Paper is white, whatever the screen is.
        f"@media print{{:root{{color-scheme:light;{variables(LIGHT)}}}}}\n"
    )
    return colours + "".join((FILES / f"{name}.css").read_text() for name in names)


def source_hash(text: str) -> str:
    """The source expression of Content-Security-Policy for an inline style or script: `'sha256-…'`."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
