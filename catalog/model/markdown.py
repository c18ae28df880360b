"""Text of AWS, YAML and products in Markdown: it is shown as it is, and formats, links, embeds and mentions nothing.

GitHub also looks at the text that is left after Markdown: it makes links of `@name`, `#1` and `GH-1`, but never inside
`<code>` and `<pre>`. So text with a sign or a word that could mean something is code. Source:
GitHub Flavored Markdown Spec; GitHub Docs, "Autolinked references and URLs".
"""

from __future__ import annotations

import re

HARMLESS = re.compile(r"[\w ,;.:()'%?/=→-]*", re.ASCII)
"""Signs that mean nothing between words; letters of other alphabets are harmless too."""
MEANT = re.compile(r"^\W*$|^([-=+]|\d+[.)])(\s|$)|:\w[\w+-]*:|://|\bwww\.|\bGH-\d|_(?!\w)|(?<!\w)_|__", re.IGNORECASE)
"""Words that mean something although their signs are harmless: bullets, emoji, links, references, emphasis."""
MARKUP = re.compile(r"[\\*<|~]|(?<=\w)_(?!\w)|(?<!\w)_(?=\w)|!(?=\[)|\](?=[(\[:])|&(?=[\w#])|^[>#+-]")


def escaped(text: str) -> str:
    """Text on one line, as it is where nothing in it means anything, else as code. It fits into a cell of a table."""
    line = clean(text).strip()
    plain = "".join("a" if sign.isalnum() and not sign.isascii() else sign for sign in line)
    return line if not line or (HARMLESS.fullmatch(plain) and not MEANT.search(plain)) else code(text)


def code(text: str) -> str:
    """Text as code, also in a cell of a table."""
    text = clean(text).strip()
    plain = text and not set(text) & set("`|\\")
    return f"`{text}`" if plain else f"<code>{entities(text)}</code>"


def prose(text: str) -> str:
    """Text of an author who writes code in backticks; nothing else is markup."""
    parts = re.split(r"`([^`\n]+)`", text)
    return "".join(code(part) if index % 2 else MARKUP.sub(r"\\\g<0>", part) for index, part in enumerate(parts))


def clean(text: str) -> str:
    """Text on one line, without control characters."""
    indent = "  " if text.startswith("  ") else ""
    words = " ".join(text.split())
    return indent + "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in words)


def entities(text: str) -> str:
    """Text in which everything but letters, digits and spaces is an HTML entity."""
    return "".join(sign if sign.isalnum() or sign == " " else f"&#{ord(sign)};" for sign in text)
