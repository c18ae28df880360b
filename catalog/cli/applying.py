"""What commands that change something share: content that is checked, a plan shown, asked about and applied."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING

import click

from catalog.cli.output import may_ask, note, print_json, style_for
from catalog.cli.workspace import Workspace, today
from catalog.errors import AwsError, ContentError, FindingsError

if TYPE_CHECKING:
    from datetime import date

    from catalog.aws.session import AwsSession
    from catalog.check.run import Content
    from catalog.plan.changes import Change, Plan
    from catalog.plan.saved import SavedPlan
    from catalog.publishing.desired import Publication
    from catalog.publishing.planner import PlanOptions

ALLOWANCES = {"widen": "widens access", "destroy": "destroys"}
allow_option = click.option(
    "--allow",
    type=click.Choice(list(ALLOWANCES)),
    multiple=True,
    help="With --yes: also make changes that widen access, or that take something away.",
)
yes_option = click.option("--yes", is_flag=True, help="Do not ask.")
dev_option = click.option(
    "--dev",
    is_flag=True,
    help="Also what is not released, as pre-releases; on AWS for portfolios of stage dev alone.",
)
target_option = click.option(
    "--target",
    "selected",
    multiple=True,
    metavar="ADDRESS",
    help="Only what is at or below an Address, such as portfolio/security-prod or product/kms_key/version/1.2.0, with "
    "what it needs; may be repeated.",
)
refresh_option = click.option(
    "--refresh-principals",
    is_flag=True,
    help="Take away what is left of deleted roles, users and groups, and associate those of type IAM anew.",
)


def carry_out(
    declared: Publication,
    session: AwsSession,
    options: PlanOptions,
    yes: bool,
    allow: tuple[str, ...],
    as_json: bool,
    saved: SavedPlan | None = None,
) -> None:
    """Plan, show, ask and apply, for one place; `saved` is the plan that it must be."""
    from catalog.publishing.planner import plan

    found = plan(declared, session, options)
    if saved:
        saved.check_stacks(found)
    show(found, as_json)
    if saved and len(found.changes) < len(saved.changes):
        note(f"{len(saved.changes) - len(found.changes)} of the {len(saved.changes)} changes are done already.")
    if not found.changes:
        return
    if found.blockers:
        raise AwsError("nothing was changed", hint=" ".join(found.blockers))
    confirm(found, yes, allow)
    apply(found, session, declared.bodies())
    note(f"Published to account {found.account}, Region {found.region}.")


def apply(
    found: Plan,
    session: AwsSession,
    bodies: Mapping[str, bytes] = MappingProxyType({}),
    say: Callable[[str], None] = note,
    before_each: Callable[[], None] = lambda: None,
) -> None:
    """Apply a plan and say what is being done; `before_each` may raise to stop it."""
    from catalog.plan.report import progress
    from catalog.publishing import apply as applying

    told = progress(found.changes)

    def tell(index: int, _: Change) -> None:
        before_each()
        if index in told:
            say(told[index])

    applying.apply(found, session, bodies, tell)


def content(workspace: Workspace, *, check: bool = False, dev: bool = False) -> Publication:
    """Content, its releases and (for publishing) checks, once for all places; bad content ends before any AWS call."""
    from catalog.check.run import Content
    from catalog.content.render import render
    from catalog.publishing.desired import publication

    catalog = workspace.catalog()
    rendered = [render(key, definition) for key, definition in catalog.products.items()]
    found = publication(catalog, rendered, dev=dev)
    offered = tuple(one for key in found.catalog.products for one in found.launchable(key))
    require_clean(Content(found.catalog, tuple(found.checked()), offered), today(), templates=check)
    return found


def require_clean(content: Content, day: date, *, templates: bool) -> None:
    """Raise `FindingsError` when the checks find something of level error; without `templates` in portfolios only.

    A plan is asked for often, and loading cfn-lint alone takes a second. Suppressions are judged as of `day`.
    """
    from catalog.check.run import check, check_portfolios

    if templates:
        number = len(content.versions)
        note(f"checking {number} template{'' if number == 1 else 's'} …")
    outcome = (check if templates else check_portfolios)(content, day)
    errors = [finding for finding in outcome.findings if finding.severity == "error"]
    if errors:
        text = "\n".join(
            f"  {one.id} {one.file}{f':{one.line}' if one.in_file else ''}: {one.message}" for one in errors
        )
        raise FindingsError(f"the checks found {len(errors)} errors\n{text}", hint="`catalog validate` shows more.")


class Form(Enum):
    """How a plan is shown."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


def show(found: Plan, as_json: bool, *, markdown: bool = False) -> None:
    """Print a plan."""
    from catalog.plan import report

    if markdown:
        from catalog.plan.markdown import as_markdown

        click.echo(as_markdown([("", found, "")]), nl=False)
    elif as_json:
        print_json(report.as_data(found))
    else:
        show_lines(found)


def show_lines(found: Plan, *, err: bool = False) -> None:
    """Print a plan as text, to standard error with `err`."""
    from catalog.plan import report
    from catalog.plan.changes import Effect

    paint = style_for({Effect.SAFE: "green", Effect.WIDENS_ACCESS: "yellow", Effect.DESTRUCTIVE: "red"})
    for effect, text in report.lines(found):
        click.echo(paint(effect, text), err=err)


def show_changes(changes: Sequence[Change]) -> None:
    """Print changes alone, as lines of a plan."""
    from catalog.model.limits import printable
    from catalog.plan.report import MARKS, folded

    for line in folded(changes):
        click.echo(f"  {MARKS[line.effect]} {line.operation:34} {line.address}")
        for detail in line.details:
            click.echo(printable(f"      {detail}"))


def confirm(found: Plan, yes: bool, allow: tuple[str, ...]) -> None:
    """Ask, or see that everything is allowed; `ContentError` when it is not and nobody can be asked."""
    confirm_all({"": found}, yes, allow)


def confirm_all(plans: Mapping[str, Plan], yes: bool, allow: tuple[str, ...]) -> None:
    """The same for several plans together, by the target that each is for."""
    allowed = {"safe", *(ALLOWANCES[word] for word in allow)}
    changes = [(label, change) for label, plan in plans.items() for change in plan.changes]
    refused = [(label, change) for label, change in changes if change.effect.value not in allowed]
    if yes:
        if refused:
            effects = {change.effect.value for _, change in refused}
            words = " ".join(f"--allow {word}" for word, effect in ALLOWANCES.items() if effect in effects)
            raise ContentError(
                f"{len(refused)} of {len(changes)} changes are not allowed without asking",
                problems=tuple(
                    f"{f'{label}: ' if label else ''}{change.operation} {change.address}: {change.effect}"
                    for label, change in refused
                ),
                hint=f"Read the plan, then add {words}.",
            )
        return
    if not may_ask():
        raise ContentError("there is nobody to ask", hint="Add --yes, and --allow widen or --allow destroy as needed.")
    where = f" in {len(plans)} targets" if len(plans) > 1 else ""
    click.confirm(f"Make these {len(changes)} changes{where}?", abort=True)
