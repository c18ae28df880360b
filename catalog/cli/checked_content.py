"""The repository's content, checked before it is planned or released; bad content ends before any AWS call."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from catalog.cli.output import note
from catalog.cli.progress import progress, steps
from catalog.cli.workspace import Workspace, today
from catalog.errors import FindingsError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from catalog.check.lint_cache import LintCache
    from catalog.check.run import Content
    from catalog.check.suppression import CheckResult
    from catalog.publishing.desired import Publication


def load_rules() -> None:
    """Let cfn-lint load its rules in its process while this one imports and reads: a second for both.

    Commands that check templates call it first. `load_checked` calls it too.
    """
    from catalog.check.lint_process import expect_templates

    expect_templates()


def load_planner() -> None:
    """Import what makes plans. It has time while cfn-lint works in its process."""
    import catalog.publishing.planner  # noqa: F401


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

    start = time.monotonic()
    if templates:
        load_rules()
    with progress(0, "reading products"):
        catalog = workspace.catalog()
        renders = dev or unreleased
        rendered = [render(key, definition) for key, definition in catalog.products.items()] if renders else []
        loaded = publication(catalog, rendered, dev=dev)
    offered = tuple(version for key in loaded.catalog.products for version in loaded.launchable(key))
    content = Content(loaded.catalog, tuple(loaded.checked()), offered)
    require_clean(content, today(), templates=templates, start=start, meanwhile=load_planner)
    return loaded


def require_clean(
    content: Content,
    day: date,
    *,
    templates: bool,
    start: float | None = None,
    meanwhile: Callable[[], None] = lambda: None,
) -> None:
    """Raise `FindingsError` for findings of level error; without `templates` only portfolios are checked.

    Suppressions are judged as of `day`. `start` is when the work began of which a check of templates is the end.
    `meanwhile` runs while templates are checked.
    """
    from catalog.check.report import place, plural
    from catalog.check.run import check_portfolios

    start = time.monotonic() if start is None else start
    outcome = check_with_progress(content, day, meanwhile=meanwhile) if templates else check_portfolios(content, day)
    errors = [finding for finding in outcome.findings if finding.severity == "error"]
    if errors:
        text = "\n".join(f"  {error.id} {place(error)}: {error.message}" for error in errors)
        raise FindingsError(
            f"the checks found {plural(len(errors), 'error')}\n{text}", hint="`catalog validate` shows more."
        )
    if templates:
        note(f"{checked(content, outcome)} ({time.monotonic() - start:.1f} s)")


def checked(content: Content, outcome: CheckResult) -> str:
    """`Checked 1 product and 2 portfolios: no findings`; what is no error is for `catalog validate` to show."""
    from catalog.check.finding import count
    from catalog.check.report import plural

    counts = count(outcome.findings)
    warnings = plural(counts["warning"], "warning") if counts["warning"] else ""
    info = f"{counts['info']} informational" if counts["info"] else ""
    findings = ", ".join(filter(None, [warnings, info]))
    products, portfolios = len({version.product for version in content.versions}), len(content.catalog.portfolios)
    what = [plural(products, "product")] if products or not portfolios else []
    what += [plural(portfolios, "portfolio")] if portfolios else []
    words = f"{findings}, shown by `catalog validate`" if findings else "no findings"
    return f"Checked {' and '.join(what)}: {words}"


def check_with_progress(
    content: Content, day: date, cache: LintCache | None = None, meanwhile: Callable[[], None] = lambda: None
) -> CheckResult:
    """Check templates and portfolios; cfn-lint takes about a second a template that `cache` does not have.

    It runs in other processes; `meanwhile` runs in this one.
    """
    from catalog.check import lint_process
    from catalog.check.run import begin_check

    finish = begin_check(content, day, cache)
    try:
        meanwhile()
        with steps(len(content.versions), "checking") as begin:
            return finish(lambda version: begin(f"{version.product} {version.version}"))
    except BaseException:
        lint_process.stop_all()  # Python would wait for all templates before the command ends
        raise
