"""How the pages of docs/ become a site: the hooks that mkdocs.yml names.

The pages are written for GitHub too, so links to CONTRIBUTING.md and CHANGELOG.md lead out of docs/. The site has
copies of both. A list that Markdown readers read differently stops the build.
"""

from __future__ import annotations

import logging
import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

LOG = logging.getLogger("mkdocs.plugins.site_hooks")
ROOT = Path(__file__).resolve().parent.parent
OUTSIDE = {"CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md", "README.md": "README.md"}
"""Pages of the repository outside of docs/, and the pages of the site that they are there."""
LINK = re.compile(r"(?<=\]\()(?!\w+:|#)([^)#\s]+)")
SWALLOWED = re.compile(r"<p>(?:(?!</p>).)*?\n(?:[-*] |\d+\. |```|\|)[^\n]*", re.DOTALL)
"""A list, table or block of code that was read as text of the paragraph above it."""


def on_config(config: MkDocsConfig) -> None:
    """Give headings the anchors that GitHub gives them."""
    from pymdownx.slugs import slugify

    config.mdx_configs["toc"]["slugify"] = slugify(case="lower")


def on_files(files: Files, config: MkDocsConfig) -> None:
    """Add the pages that are outside of docs/."""
    from mkdocs.structure.files import File

    for name, page in OUTSIDE.items():
        if files.get_file_from_path(page) is None:
            files.append(File.generated(config, page, content=site_links((ROOT / name).read_text(), name)))


def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    """Let links out of docs/ lead to the page of the site; the start page needs no list of itself."""
    if page.is_homepage:
        page.meta["hide"] = ["navigation", "toc"]
    if page.file.src_uri in OUTSIDE.values() and page.file.generated_by:
        return markdown
    return site_links(markdown, f"docs/{page.file.src_uri}")


def on_page_content(html: str, page: Page, **_: object) -> None:
    """Warn of what the site shows otherwise than GitHub; with `strict`, a warning fails the build."""
    for swallowed in SWALLOWED.finditer(html):
        LOG.warning("%s: put an empty line before this, or indent it by four: %s", page.file.src_uri, swallowed[0])


def site_links(markdown: str, source: str) -> str:
    """The page with the links of the site; `source` is its path in the repository."""
    start = posixpath.dirname(source)
    inside = start.removeprefix("docs").removeprefix("/")

    def changed(link: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(start, link[1]))
        page = OUTSIDE.get(target) or (target.removeprefix("docs/") if target.startswith("docs/") else None)
        return posixpath.relpath(page, inside or ".") if page else link[1]

    return LINK.sub(changed, markdown)
