"""`catalog usage`: who uses which version of a product."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import click

from catalog.cli.chosen import Chosen, Row, check_failed, conclude, targets_options
from catalog.cli.options import json_option
from catalog.cli.output import note, print_json, table
from catalog.cli.workspace import Workspace
from catalog.errors import CatalogError

if TYPE_CHECKING:
    from catalog.aws.session import AwsSession
    from catalog.content.config import Config
    from catalog.content.targets import Target
    from catalog.lifecycle.usage import Usage
    from catalog.publishing.fan_out import Earlier
    from catalog.releases import Release

EPILOG = """\b
Examples:
  catalog usage kms_key --local
  catalog usage kms_key --behind --profile hub --region eu-west-1
  catalog usage --all --csv > usage.csv
  catalog usage --all --json > hub-eu-west-1.json      (for `catalog retention --usage`)
  catalog usage --all --to all --csv                   (the targets of pyproject.toml, side by side)

\b
Only the accounts and Regions that are asked are seen: what people launched in accounts that a portfolio is shared with
belongs to these accounts, and only they can list it. A state is what AWS says of the version, `default` what the ledger
says. docs/lifecycle.md has the meanings.
"""


UNSEEN = "what was launched in this account alone; accounts that a portfolio is shared with are not seen."


@click.command(epilog=EPILOG)
@click.argument("products", metavar="[PRODUCT]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All products of the repository.")
@click.option("--behind", is_flag=True, help="Only provisioned products whose version is lower than the default.")
@click.option("--csv", "as_csv", is_flag=True, help="Print one line of CSV a provisioned product.")
@json_option
@targets_options
def usage(
    workspace: Workspace,
    session: Callable[[], AwsSession],
    to: Chosen | None,
    products: tuple[str, ...],
    everything: bool,
    behind: bool,
    as_csv: bool,
    as_json: bool,
) -> None:
    """Say who uses which version of PRODUCT: provisioned products by version, owner, account and status."""
    if bool(products) == everything:
        raise click.UsageError("name products, or --all")
    if as_csv and as_json:
        raise click.UsageError("--csv and --json exclude each other")
    question = Question.read(workspace.config(), products)
    if to:
        usage_of_targets(to, question, behind, as_csv, as_json)
        return
    found = question.ask(session())
    if as_json:
        print_json(found.as_data(behind))
    elif as_csv:
        click.echo(as_table([found], behind), nl=False)
    else:
        note(f"{found.place}: {UNSEEN}")
        found.show(behind)


def usage_of_targets(to: Chosen, question: Question, behind: bool, as_csv: bool, as_json: bool) -> None:
    """`catalog usage --to`."""
    answers, errors = question.ask_targets(to)
    rows = [
        Row(target, "failed", error=errors[target])
        if target in errors
        else Row(target, "asked", data={"usage": answers[target].as_data(behind)})
        for target in to.targets
    ]
    if as_csv:
        click.echo(as_table(answers.values(), behind), nl=False)
        check_failed(rows)
        return
    for row in () if as_json else rows:
        click.echo(click.style(f"Target {row.target.label}", bold=True))
        if row.error:
            click.echo(f"{click.style('error:', fg='red', bold=True)} {row.error}")
        else:
            note(f"{answers[row.target].place}: {UNSEEN}")
            answers[row.target].show(behind)
        click.echo()
    conclude(rows, as_json)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of each account and Region: the use of these products."""

    config: Config
    releases: Mapping[str, Sequence[Release]]
    everything: bool

    @classmethod
    def read(cls, config: Config, products: Sequence[str]) -> Question:
        """About the named products, all when none is named; bad content ends before any AWS call."""
        from catalog.content.load import check_product, product_keys
        from catalog.releases import load_releases

        for key in products:
            check_product(config, key)
        releases = {key: load_releases(config, key) for key in products or product_keys(config)}
        return cls(config, releases, not products)

    def ask(self, session: AwsSession, elsewhere: Sequence[str] = ()) -> Answer:
        """One account and Region."""
        from catalog.lifecycle.usage import read_usage

        found = read_usage(session, self.config.owner, self.releases, everything=self.everything)
        return Answer(session.identity.account, session.region, found, tuple(elsewhere))

    def ask_targets(self, to: Chosen) -> tuple[dict[Target, Answer], dict[Target, CatalogError]]:
        """All targets, side by side: what they answered, and the errors of the others."""
        from catalog.content.load import load_portfolios

        portfolios = load_portfolios(self.config)

        def work(target: Target, session: AwsSession, _: Earlier[Answer]) -> Answer:
            chosen = target.portfolios or tuple(portfolios)
            held = {key for name in chosen if name in portfolios for key in portfolios[name].products}
            left_out = [key for key in self.releases if target.portfolios and key not in held]
            return self.ask(session, left_out)

        outcomes = to.visit(work)
        return (
            {one.target: one.result for one in outcomes if one.result},
            {one.target: one.error for one in outcomes if one.error},
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """The use of products in one account and Region."""

    account: str
    region: str
    usages: tuple[Usage, ...]
    elsewhere: tuple[str, ...] = ()
    """Products that are declared for other targets alone: that they are not published here says nothing."""

    @property
    def place(self) -> str:
        """As people read it."""
        return f"Account {self.account}, Region {self.region}"

    def shown(self, behind: bool) -> list[Usage]:
        """With `behind` without the provisioned products that are at the default."""
        return [
            replace(one, launched=tuple(row for row in one.launched if row.behind or not behind)) for one in self.usages
        ]

    def as_data(self, behind: bool = False) -> dict[str, Any]:
        """As JSON-like data."""
        from catalog.lifecycle import report

        return report.as_data(self.account, self.region, self.shown(behind), self.elsewhere)

    def show(self, behind: bool) -> None:
        """For people."""
        for one, narrowed in zip(self.usages, self.shown(behind), strict=True):
            show(one, narrowed)


def as_table(answers: Iterable[Answer], behind: bool) -> str:
    """All provisioned products as CSV."""
    from catalog.lifecycle import report

    return report.as_csv([one for answer in answers for one in answer.shown(behind)])


def show(found: Usage, narrowed: Usage) -> None:
    """One product for people: its versions, then its provisioned products as they were narrowed."""
    head = f"{found.product} (default {found.default_version or 'none'})"
    if not found.product_id:
        click.echo(f"{head}: not published here")
        return
    number = len(found.launched)
    click.echo(f"{head}: {number} provisioned product{'' if number == 1 else 's'}, {found.behind} behind the default")
    if found.default_is_missing and found.default_version:
        click.echo(f"  {found.default_version}, the default, is not what AWS offers here: `catalog plan` says why")
    rows = [(one.version, one.state.value, str(one.provisioned), one.artifact_id) for one in found.versions]
    click.echo(indented(table(("VERSION", "STATE", "PROVISIONED", "ID"), rows)))
    if narrowed.launched:
        click.echo(indented(launched(narrowed)))


def launched(found: Usage) -> str:
    """The table of provisioned products."""
    header = ("VERSION", "STATE", "BEHIND", "STATUS", "OWNER", "ACCOUNT", "NAME")
    return table(
        header,
        (
            (
                one.version,
                one.state.value,
                "yes" if one.behind else "-",
                one.product.status,
                one.product.owner,
                one.product.account,
                one.product.name,
            )
            for one in found.launched
        ),
    )


def indented(text: str) -> str:
    """Two spaces before each line."""
    return "\n".join(f"  {line}" for line in text.splitlines())
