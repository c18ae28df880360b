"""HTML: one self-contained page of a content."""

from __future__ import annotations

from typing import Protocol

import click

HELP = "Print a page instead of text."


class HtmlContent(Protocol):
    """A content that can be printed as a page."""

    def html(self) -> str:
        """Itself as a page, with a line feed at the end."""


def print_content(content: HtmlContent) -> None:
    """Print the page."""
    click.echo(content.html(), nl=False)
