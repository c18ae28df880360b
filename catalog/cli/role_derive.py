"""`catalog role derive`: launch roles, derived from the templates of products."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from catalog.cli.completing import complete_products
from catalog.cli.options import template_options
from catalog.cli.output import note, print_json, print_template, table
from catalog.cli.workspace import Workspace, pass_workspace
from catalog.errors import ContentError

if TYPE_CHECKING:
    from catalog.content.config import Config
    from catalog.roles.launch import LaunchRole

EPILOG = """\b
Examples:
  catalog role derive kms_key -o launch-role.yaml
  catalog role derive kms_key --explain            (why each action is needed or left out)
  catalog role derive --consumer -o consumer.yaml  (for accounts that portfolios are shared with)
  catalog role derive kms_key --name payments-launch -o role.yaml

Without PRODUCT: all products.
"""


@click.command(epilog=EPILOG)
@click.argument("products", nargs=-1, metavar="[PRODUCT]...", shell_complete=complete_products)
@click.option(
    "--name", metavar="ROLE", help="Name of the role.  [default: the role that portfolios launch the products with]"
)
@click.option(
    "--consumer", is_flag=True, help="All local launch roles of the products, as one stack for consumer accounts."
)
@click.option("--dev", is_flag=True, help="Derive also for versions that are not released.")
@click.option("--explain", is_flag=True, help="Show why each action is in the role, and why others are left out.")
@click.option("--json", "as_json", is_flag=True, help="Print the explanation as JSON.")
@template_options
@pass_workspace
def derive(
    workspace: Workspace,
    products: tuple[str, ...],
    name: str | None,
    consumer: bool,
    dev: bool,
    explain: bool,
    as_json: bool,
    form: str,
    output: Path | None,
) -> None:
    """Print the launch role of PRODUCTs as a template, with the least privilege that their releases need."""
    if name and consumer:
        raise click.UsageError("--name is for one role; with --consumer, the portfolios name the roles")
    if explain and output:
        raise click.UsageError("--output is for a template; --explain prints to the terminal")
    if as_json and not explain:
        raise click.UsageError("--json needs --explain; for a template in JSON use --format json")
    config = workspace.config()
    roles = derive_roles(config, products, name=name, consumer=consumer, dev=dev)
    if explain:
        explain_roles(roles, as_json)
    else:
        print_template(template_of(config, roles, consumer=consumer), form, output)


def derive_roles(
    config: Config, products: Sequence[str], *, name: str | None, consumer: bool, dev: bool
) -> dict[str, LaunchRole]:
    """The launch roles by name: one for the named products, or all with which portfolios launch them."""
    from catalog.content.load import load_portfolios, load_product, product_keys
    from catalog.roles.launch import default_role_name, launch_role, products_by_role, topics_by_role

    portfolios = tuple(load_portfolios(config).values())
    by_role, topics = products_by_role(portfolios), topics_by_role(portfolios)
    keys = products or product_keys(config)
    for key in keys:
        load_product(config, key)  # an unknown name is an error before anything is derived
    if consumer:
        keys_by_role = {role: used for role, used in by_role.items() if set(used) & set(keys)}
        if not keys_by_role:
            raise ContentError(
                f"no portfolio launches {', '.join(keys)} with a local role",
                hint="Name one in portfolios/*.yaml: launch.local_role_name.",
            )
    else:
        keys_by_role = {name or default_role_name(config, by_role, keys): tuple(sorted(set(keys)))}
    return {
        role: launch_role(
            config, role, {key: load_product(config, key) for key in used}, topics=topics.get(role, ()), dev=dev
        )
        for role, used in keys_by_role.items()
    }


def template_of(config: Config, roles: Mapping[str, LaunchRole], *, consumer: bool) -> dict[str, Any]:
    """The template of the launch roles. A note names each resource whose permissions come from launch_permissions."""
    from catalog.roles.boundaries import administrator_note
    from catalog.roles.template import role_template

    for role in roles.values():
        if text := administrator_note(role.permissions):
            note(f"role {role.name} {text}")
        for where, reason in role.derived.underivable.items():
            note(f"{where}: {reason}: taken from the product's launch_permissions")
    description = (
        f"Launch roles of {config.owner} for an account that its portfolios are shared with; deploy in one Region, for "
        "roles are global"
        if consumer
        else f"Launch role of products of {config.owner}"
    )
    permissions = {name: role.permissions for name, role in roles.items()}
    return role_template(config.owner, permissions, description=description, source_account=config.source_account)


def explain_roles(roles: Mapping[str, LaunchRole], as_json: bool) -> None:
    """Print each derived IAM action with its callers, and each one that is left out with the reason."""
    from catalog.roles.boundaries import administrator_note, administrator_sids

    if as_json:
        print_json(
            [
                {
                    "role": name,
                    "products": role.products,
                    "needed_by": role.derived.needed_by,
                    "left_out": role.derived.left_out,
                    "written_by_hand_for": role.derived.underivable,
                    "administrator_equivalent": administrator_sids(role.permissions),
                }
                for name, role in roles.items()
            ]
        )
        return
    for name, role in roles.items():
        click.echo(f"Role {name} of {', '.join(role.products)}")
        needed = [(action, ", ".join(callers)) for action, callers in role.derived.needed_by.items()]
        click.echo(table(("IN THE ROLE", "CALLED BY"), needed))
        click.echo(table(("LEFT OUT", "BECAUSE"), role.derived.left_out.items()))
        for where, reason in role.derived.underivable.items():
            click.echo(f"By hand: {where}: {reason}")
        if text := administrator_note(role.permissions):
            click.echo(f"Role {name} {text}")
