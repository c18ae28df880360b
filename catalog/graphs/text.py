"""Text of AWS, YAML and products in pictures and pages: it is shown, and does nothing else."""

from __future__ import annotations

from xml.sax.saxutils import escape

QUOTES = {'"': "&quot;", "'": "&#39;"}


def plain(text: str) -> str:
    """Text in which signs that nobody sees, or that turn the direction of others, are replaced.

    Line ends and tabs stay, and other white space becomes a space. Categories Cc, Cf, Cs, Co and Cn are not printable.
    """
    return "".join(
        sign if sign.isprintable() or sign in "\n\t" else " " if sign.isspace() else "\N{REPLACEMENT CHARACTER}"
        for sign in text
    )


def markup(text: str) -> str:
    """Text for XML and HTML, also inside an attribute."""
    return escape(plain(text), QUOTES)


def shortened(text: str, most: int) -> str:
    """Text of at most so many signs, without its middle: the ends of ARNs and names tell them apart."""
    if len(text) <= most:
        return text
    end = (most - 1) // 2
    return f"{text[: most - 1 - end]}…{text[-end:]}"
