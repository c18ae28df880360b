"""L5. `catalog usage`: who uses which version of a product."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from catalog.cli.context import Context, aws_options, json_option, note, print_json, table

if TYPE_CHECKING:
    from catalog.aws.session import AwsSession
    from catalog.lifecycle.usage import Usage

EPILOG = """\b
Examples:
  catalog usage kms_key --local
  catalog usage kms_key --behind --profile hub --region eu-west-1
  catalog usage --all --csv > usage.csv
  catalog usage --all --json > hub-eu-west-1.json      (for `catalog retention --usage`)

\b
Only the account and Region that are asked are seen: what people launched in accounts that a portfolio is shared with
belongs to these accounts, and only they can list it. A state is what AWS says of the version, `default` what the ledger
says. docs/lifecycle.md has the meanings.
"""


@click.command(epilog=EPILOG)
@click.argument("products", metavar="[PRODUCT]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All products of the repository.")
@click.option("--behind", is_flag=True, help="Only provisioned products whose version is lower than the default.")
@click.option("--csv", "as_csv", is_flag=True, help="Print one line of CSV a provisioned product.")
@json_option
@aws_options
def usage(
    context: Context,
    session: Callable[[], AwsSession],
    products: tuple[str, ...],
    everything: bool,
    behind: bool,
    as_csv: bool,
    as_json: bool,
) -> None:
    """Say who uses which version of PRODUCT: provisioned products by version, owner, account and status."""
    from catalog.lifecycle import report

    if bool(products) == everything:
        raise click.UsageError("name products, or --all")
    if as_csv and as_json:
        raise click.UsageError("--csv and --json exclude each other")
    aws, found = read(context, session, products)
    shown = [replace(one, launched=tuple(row for row in one.launched if row.behind or not behind)) for one in found]
    if as_json:
        print_json(report.as_data(aws.identity.account, aws.region, shown))
    elif as_csv:
        click.echo(report.as_csv(shown), nl=False)
    else:
        note(
            f"Account {aws.identity.account}, Region {aws.region}: what was launched in this account alone; accounts "
            "that a portfolio is shared with are not seen."
        )
        for one, narrowed in zip(found, shown, strict=True):
            show(one, narrowed)


def read(
    context: Context, session: Callable[[], AwsSession], products: Sequence[str]
) -> tuple[AwsSession, list[Usage]]:
    """The usage of the named products, of all when none is named; bad content ends before any AWS call."""
    from catalog.lifecycle.usage import read_usage
    from catalog.load import check_product, product_keys
    from catalog.releases import load_releases

    config = context.config()
    for key in products:
        check_product(config, key)
    releases = {key: load_releases(config, key) for key in products or product_keys(config)}
    aws = session()
    return aws, list(read_usage(aws, config.owner, releases, everything=not products))


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
