"""The repository's content, checked before it is planned or released; bad content ends before any AWS call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog.cli.output import note
from catalog.cli.progress import shows_bar, steps
from catalog.cli.workspace import Workspace, today
from catalog.errors import FindingsError

if TYPE_CHECKING:
    from datetime import date

    from catalog.check.lint_cache import LintCache
    from catalog.check.run import Content
    from catalog.check.suppression import CheckResult
    from catalog.publishing.desired import Publication


def load_checked(
    workspace: Workspace, *, templates: bool = False, dev: bool = False, unreleased: bool = True
) -> Publication:
    """The content with its releases, once for all targets, checked; with `templates` as before publishing.

    With `unreleased` the products are rendered, to say what is not released. Publishing renders nothing but
    pre-releases: what is released are bytes.
    """
    from catalog.check.run import Content
    from catalog.content.render import render
    from catalog.publishing.desired import publication

    catalog = workspace.catalog()
    renders = dev or unreleased
    rendered = [render(key, definition) for key, definition in catalog.products.items()] if renders else []
    loaded = publication(catalog, rendered, dev=dev)
    offered = tuple(version for key in loaded.catalog.products for version in loaded.launchable(key))
    content = Content(loaded.catalog, tuple(loaded.checked()), offered)
    require_clean(content, today(), templates=templates, announced=not unreleased)
    return loaded


def require_clean(content: Content, day: date, *, templates: bool, announced: bool = True) -> None:
    """Raise `FindingsError` for findings of level error; without `templates` only portfolios are checked.

    Suppressions are judged as of `day`. A check that is `announced` is said to begin, where no bar shows it.
    """
    from catalog.check.report import place
    from catalog.check.run import check_portfolios

    if templates and announced and not shows_bar():
        note(f"checking {len(content.versions)} template{'' if len(content.versions) == 1 else 's'} …")
    outcome = check_with_progress(content, day) if templates else check_portfolios(content, day)
    errors = [finding for finding in outcome.findings if finding.severity == "error"]
    if errors:
        text = "\n".join(f"  {error.id} {place(error)}: {error.message}" for error in errors)
        number = f"{len(errors)} error{'' if len(errors) == 1 else 's'}"
        raise FindingsError(f"the checks found {number}\n{text}", hint="`catalog validate` shows more.")


def check_with_progress(content: Content, day: date, cache: LintCache | None = None) -> CheckResult:
    """Check templates and portfolios; cfn-lint takes about a second a template that `cache` does not have."""
    from catalog.check.run import check

    with steps(len(content.versions), "checking") as begin:
        return check(content, day, lambda version: begin(f"{version.product} {version.version}"), cache)
