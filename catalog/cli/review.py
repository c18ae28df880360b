"""`catalog review`: what a change of the repository does to people, as a page, Markdown or JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from catalog.cli.diff import bases_of_ci
from catalog.cli.formats import CONTENT_FORMATS
from catalog.cli.options import json_option
from catalog.cli.output import note, style_for, write_file
from catalog.cli.progress import steps
from catalog.cli.workspace import Workspace, pass_workspace, today
from catalog.errors import ContentError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from catalog.review.changes import Review

EPILOG = """\b
Examples:
  catalog review                            (against the branch that receives the change)
  catalog review --base v1.4 -o out
  catalog review --format markdown > comment.md
  catalog review --format html --format markdown -o out
  catalog review --plan plan.json --json

Writes review.html. The base is the merge base with the branch of a pull request's target in CI, else with origin/HEAD,
origin/main, origin/master, main or master. Without git, all content is new. Calls nothing in AWS.
See `catalog help review-a-change.md`.

Exit codes: 0 done; 2 unknown revision, or content that cannot be read.
"""
NAMES = {"html": "review.html", "markdown": "review.md", "json": "review.json"}
COLOURS = {
    "destroys": "red",
    "removed": "red",
    "error": "red",
    "refused": "red",
    "major": "red",
    "widens": "yellow",
    "restricts": "magenta",
    "added": "green",
}


@click.command(epilog=EPILOG)
@click.option("--base", metavar="REV", help="The branch, tag or commit to compare with.")
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="The folder for the file.  [default for html: the current folder; else the terminal]",
)
@click.option(
    "--format",
    "forms",
    type=click.Choice(tuple(NAMES)),
    multiple=True,
    default=("html",),
    show_default=True,
    help="The form. May be repeated with -o, which then has a file of each.",
)
@click.option(
    "--limit",
    type=click.IntRange(min=2_000),
    default=65_536,
    show_default=True,
    help="Most characters of the Markdown. The default is what a comment on GitHub may have.",
)
@click.option(
    "--plan",
    "plan_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A plan of `catalog plan -o FILE`: what publish would do is shown too.",
)
@json_option
@pass_workspace
def review(
    workspace: Workspace,
    base: str | None,
    output: Path | None,
    forms: tuple[str, ...],
    limit: int,
    plan_file: Path | None,
    as_json: bool,
) -> None:
    """Show what the working tree changes for people: a page to read in five minutes, Markdown or JSON.

    Says who may newly launch, who gains or loses access, what breaks for whom, what is destroyed or replaced, what
    launch roles may newly do, and what stops it. Then, for each product and portfolio, everything before and after.
    """
    forms = ("json",) if as_json else tuple(dict.fromkeys(forms))
    if len(forms) > 1 and not output:
        raise click.UsageError(f"--format {forms[0]} and {forms[1]} need -o DIR, which gets a file of each")
    report = ReviewReport(made_review(workspace, base, plan_file), limit)
    if forms != ("html",) and not output:
        CONTENT_FORMATS[forms[0]].print_content(report)
        return
    files = {form: (output or Path()) / NAMES[form] for form in forms}
    for form, file in files.items():
        write_report(file, report.text(form))
    CONTENT_FORMATS["text"].print_content(report)
    click.echo(f"\nWritten: {', '.join(map(str, files.values()))}")


def made_review(workspace: Workspace, base: str | None, plan_file: Path | None) -> Review:
    """The review of the working tree."""
    from contextlib import nullcontext

    from catalog.check.lint_cache import LintCache
    from catalog.kept import cache_folder
    from catalog.review.changes import review as compare
    from catalog.review.publish_plan import read_plans
    from catalog.review.sides import base_side, chosen_base, read_side

    plans = read_plans(plan_file) if plan_file else ()
    with steps(4, "reviewing") as step:
        step("reading the working tree")
        config = workspace.config()
        revision = chosen_base(config, base, bases_of_ci())
        new = read_side(workspace.root)
        with base_side(config, revision) if revision else nullcontext() as old:
            cache = LintCache(cache_folder()) if new.config.controls.findings_can_be_kept else None
            result = compare(new, old, revision, today=today(), cache=cache, plans=plans, progress=step)
    if revision is None:
        note("There is no git repository with a commit here, so all content is new.")
    return result


def write_report(file: Path, text: str) -> None:
    """Write the file, and its folder if that is missing."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ContentError(f"{file.parent}: cannot be created: {error.strerror}") from error
    write_file(file, text.encode())


@dataclass(frozen=True, slots=True)
class ReviewReport:
    """A review in every form."""

    review: Review
    limit: int
    """Characters of the Markdown."""

    def lines(self) -> Iterator[str]:
        """The verdict, for a terminal."""
        from catalog.review.verdict import verdict_of

        paint = style_for(COLOURS)
        verdict = verdict_of(self.review)
        yield verdict.headline
        for part in verdict.parts:
            if part.lines:
                yield f"\n{part.question}"
                yield from (paint(line.mark, f"  {line.mark:9}  {line.text}") for line in part.lines)

    def markdown(self) -> str:
        """For a pull request."""
        from catalog.review.markdown import as_markdown

        return as_markdown(self.review, self.limit)

    def data(self) -> dict[str, Any]:
        """The document of --json."""
        from catalog.review.data import as_data

        return as_data(self.review)

    def text(self, form: str) -> str:
        """What is written to a file."""
        if form == "markdown":
            return self.markdown()
        if form == "json":
            return json.dumps(self.data(), indent=2, ensure_ascii=False) + "\n"
        from catalog.web.review_page import as_html

        return as_html(self.review)
