"""The repository's content, checked before it is planned or released; bad content ends before any AWS call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog.cli.output import note
from catalog.cli.workspace import Workspace, today
from catalog.errors import FindingsError

if TYPE_CHECKING:
    from datetime import date

    from catalog.check.run import Content
    from catalog.publishing.desired import Publication


def load_checked(workspace: Workspace, *, templates: bool = False, dev: bool = False) -> Publication:
    """The content with its releases, once for all targets; `templates` are checked before publishing.

    Publishing renders nothing but pre-releases: what is released are bytes. Other commands say what is not released.
    """
    from catalog.check.run import Content
    from catalog.content.render import render
    from catalog.publishing.desired import publication

    catalog = workspace.catalog()
    renders = dev or not templates
    rendered = [render(key, definition) for key, definition in catalog.products.items()] if renders else []
    loaded = publication(catalog, rendered, dev=dev)
    offered = tuple(version for key in loaded.catalog.products for version in loaded.launchable(key))
    require_clean(Content(loaded.catalog, tuple(loaded.checked()), offered), today(), templates=templates)
    return loaded


def require_clean(content: Content, day: date, *, templates: bool) -> None:
    """Raise `FindingsError` for findings of level error; without `templates` only portfolios are checked.

    People plan often, and loading cfn-lint alone takes a second. Suppressions are judged as of `day`.
    """
    from catalog.check.report import place
    from catalog.check.run import check, check_portfolios

    if templates:
        note(f"checking {len(content.versions)} template{'' if len(content.versions) == 1 else 's'} …")
    outcome = (check if templates else check_portfolios)(content, day)
    errors = [finding for finding in outcome.findings if finding.severity == "error"]
    if errors:
        text = "\n".join(f"  {error.id} {place(error)}: {error.message}" for error in errors)
        number = f"{len(errors)} error{'' if len(errors) == 1 else 's'}"
        raise FindingsError(f"the checks found {number}\n{text}", hint="`catalog validate` shows more.")
