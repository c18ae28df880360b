"""L5. `catalog plan` and `catalog publish`: what will change, and making it so."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import click

from catalog.cli.chosen import Chosen, targets_options
from catalog.cli.context import (
    Context,
    json_option,
    may_ask,
    note,
    print_json,
    style_for,
    today,
)
from catalog.errors import EXIT_CHANGES, AwsError, ContentError, FindingsError

if TYPE_CHECKING:
    from datetime import date

    from catalog.aws.session import AwsSession
    from catalog.check.run import Content
    from catalog.desired import Publication
    from catalog.model.address import Address
    from catalog.plan.changes import Change, Plan
    from catalog.publish import Publisher

PLAN_EPILOG = """\b
Examples:
  catalog plan --local
  catalog plan --profile hub --region eu-west-1 --detailed-exitcode
  catalog plan --dev --profile sandbox-account
  catalog plan --to all                        (the targets of pyproject.toml, side by side)

\b
A line starts with + when the change is safe, ! when it widens access, - when it takes something away.
"""

PUBLISH_EPILOG = """\b
Examples:
  catalog publish --local
  catalog publish --yes --allow widen          (CI: nobody to ask)
  catalog publish --yes --allow widen --allow destroy
  catalog publish --local --dev                (also what is not released, as a pre-release)
  catalog publish --to prod-hub --to dev-hub   (targets of pyproject.toml, side by side)
"""

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
refresh_option = click.option(
    "--refresh-principals",
    is_flag=True,
    help="Take away what is left of deleted roles, users and groups, and associate those of type IAM anew.",
)


@click.command(epilog=PLAN_EPILOG)
@dev_option
@refresh_option
@json_option
@click.option("--detailed-exitcode", is_flag=True, help="Exit 4 when there are changes, 0 when there are none.")
@targets_options
@click.pass_context
def plan(
    click_context: click.Context,
    context: Context,
    session: Callable[[], AwsSession],
    to: Chosen | None,
    dev: bool,
    refresh_principals: bool,
    as_json: bool,
    detailed_exitcode: bool,
) -> None:
    """Show what publish would change. Reads only."""
    from catalog.cli.targets import plan_targets
    from catalog.publish import Publisher

    declared = content(context, dev=dev)
    if to:
        plan_targets(to, declared, refresh_principals, as_json, detailed_exitcode)
        return
    found, _ = Publisher(declared, session(), refresh_principals=refresh_principals).plan()
    show(found, as_json)
    if detailed_exitcode and found.changes:
        click_context.exit(EXIT_CHANGES)


@click.command(epilog=PUBLISH_EPILOG)
@dev_option
@refresh_option
@yes_option
@allow_option
@json_option
@targets_options
def publish(
    context: Context,
    session: Callable[[], AwsSession],
    to: Chosen | None,
    dev: bool,
    refresh_principals: bool,
    yes: bool,
    allow: tuple[str, ...],
    as_json: bool,
) -> None:
    """Make an account's Service Catalog match the repository.

    Checks the content, shows the plan, asks, applies: every released version, byte for byte as it was released. A run
    that was interrupted is simply run again.
    """
    from catalog.cli.targets import publish_targets
    from catalog.publish import Publisher

    declared = content(context, check=True, dev=dev)
    if to:
        publish_targets(to, declared, refresh_principals, yes, allow, as_json)
        return
    work = Publisher(declared, session(), refresh_principals=refresh_principals)
    found, observed = work.plan()
    show(found, as_json)
    if not found.changes:
        return
    if found.blockers:
        raise AwsError("nothing was changed", hint=" ".join(found.blockers))
    confirm(found, yes, allow)
    apply(work, found, observed.ids)
    note(f"Published to account {found.account}, Region {found.region}.")


def apply(
    work: Publisher,
    found: Plan,
    ids: Mapping[Address, str],
    say: Callable[[str], None] = note,
    before_each: Callable[[], None] = lambda: None,
) -> None:
    """Apply a plan and say what is being done; `before_each` may raise to stop it."""
    from catalog.plan.report import progress

    told = progress(found.changes)

    def tell(index: int, _: Change) -> None:
        before_each()
        if index in told:
            say(told[index])

    work.apply(found, ids, tell)


def content(context: Context, *, check: bool = False, dev: bool = False) -> Publication:
    """Content, its releases and (for publishing) checks, once for all places; bad content ends before any AWS call."""
    from catalog.check.run import Content
    from catalog.desired import publication
    from catalog.render import render

    catalog = context.catalog()
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


def show(found: Plan, as_json: bool) -> None:
    """Print a plan."""
    from catalog.plan import report

    if as_json:
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
    from catalog.plan.report import MARKS, folded

    for line in folded(changes):
        click.echo(f"  {MARKS[line.effect]} {line.operation:34} {line.address}")
        for detail in line.details:
            click.echo(f"      {detail}")


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
