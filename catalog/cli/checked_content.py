"""The repository's content, checked before it is planned or released; bad content ends before any AWS call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog.cli.output import note
from catalog.cli.progress import shows_bar, steps
from catalog.cli.workspace import Workspace, today
from catalog.errors import FindingsError

if TYPE_CHECKING:
    from datetime import date

    from catalog.check.run import Content
    from catalog.check.suppression import CheckResult
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
    from catalog.check.run import check_portfolios

    if templates and not shows_bar():
        note(f"checking {len(content.versions)} template{'' if len(content.versions) == 1 else 's'} …")
    outcome = check_with_progress(content, day) if templates else check_portfolios(content, day)
    errors = [finding for finding in outcome.findings if finding.severity == "error"]
    if errors:
        text = "\n".join(f"  {error.id} {place(error)}: {error.message}" for error in errors)
        number = f"{len(errors)} error{'' if len(errors) == 1 else 's'}"
        raise FindingsError(f"the checks found {number}\n{text}", hint="`catalog validate` shows more.")


def check_with_progress(content: Content, day: date) -> CheckResult:
    """Check templates and portfolios; cfn-lint takes about a second a template."""
    from catalog.check.run import check

    with steps(len(content.versions), "checking") as begin:
        return check(content, day, lambda version: begin(f"{version.product} {version.version}"))
