"""`catalog role`: launch roles and the publisher's roles, as templates; and against what is deployed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from catalog.cli.options import json_option
from catalog.cli.output import note, print_json, table, write_file
from catalog.cli.workspace import Workspace, aws_options
from catalog.errors import EXIT_CHANGES, ContentError

if TYPE_CHECKING:
    from catalog.aws.session import AwsSession
    from catalog.content.config import Config
    from catalog.roles.compare import DeployedRole, RoleDifference
    from catalog.roles.launch import LaunchRole
    from catalog.roles.oidc import Trust

EPILOG = """\b
Examples:
  catalog role kms_key -o launch-role.yaml
  catalog role kms_key --explain                   (why each action, and why others not)
  catalog role --consumer -o consumer.yaml         (for every account that portfolios are shared with)
  catalog role --check arn:aws:iam::123456789012:role/catalog-launch-kms-key kms_key
  catalog role --publisher --github my-org/my-repo:main -o ci.yaml
  catalog role --publisher --upkeep -o ci.yaml      (also for catalog prune and adopt)
  catalog role --publisher --plan-only --gitlab my-group/my-project

\b
Without PRODUCT: all products; with --check: those that the portfolios launch with the role.
REF of --github: a branch, refs/tags/v*, environment:NAME. REF of --gitlab: a branch, tag:v*. Without REF: main.
Exit code of --check: 4 when the deployed role differs.
"""


@click.command(epilog=EPILOG)
@click.argument("products", nargs=-1, metavar="[PRODUCT]...")
@click.option("--name", metavar="ROLE", help="The role's name; else the one that portfolios launch the products with.")
@click.option("--consumer", is_flag=True, help="All local launch roles, as the stack for every consumer account.")
@click.option("--dev", is_flag=True, help="Also for what is not released yet.")
@click.option("--explain", is_flag=True, help="Say why each action is in the role, and why others are not.")
@click.option("--check", metavar="ROLE_ARN", help="Compare with a role that is deployed.")
@click.option("--publisher", is_flag=True, help="The roles of CI: one that plans, one that publishes.")
@click.option("--plan-only", is_flag=True, help="With --publisher: only the one that plans.")
@click.option("--upkeep", is_flag=True, help="With --publisher: also one that prunes and adopts, which deletes.")
@click.option("--github", metavar="ORG/REPO[:REF]", help="With --publisher: trust jobs of this repository.")
@click.option("--gitlab", metavar="GROUP/PROJECT[:REF]", help="With --publisher: trust jobs of this project.")
@click.option("--oidc-provider", metavar="ARN", default="", help="The identity provider in IAM, if not the usual one.")
@click.option("--format", "form", type=click.Choice(["yaml", "json"]), default="yaml", show_default=True)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="A file instead of the terminal.")
@json_option
@aws_options
def role(
    workspace: Workspace,
    session: Callable[[], AwsSession],
    products: tuple[str, ...],
    form: str,
    output: Path | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Print the launch role of PRODUCTs as a template, least privilege and derived."""
    check_options(products, options, as_json=as_json)
    if options["check"]:
        if check(workspace, session(), products, options, as_json):
            click.get_current_context().exit(EXIT_CHANGES)
    elif options["explain"]:
        explain(roles(workspace, products, options), as_json)
    else:
        write(
            publisher(workspace, options) if options["publisher"] else launch(workspace, products, options),
            form,
            output,
        )


MODES = ("check", "explain", "publisher", "consumer")
OF_PUBLISHER = ("plan_only", "upkeep", "github", "gitlab", "oidc_provider")


def check_options(products: Sequence[str], options: Mapping[str, Any], *, as_json: bool) -> None:
    """Refuse options that would say nothing."""
    chosen = [mode for mode in MODES if options[mode]]
    if len(chosen) > 1 and chosen != ["explain", "consumer"]:
        raise click.UsageError(" and ".join(f"--{mode}" for mode in chosen) + " exclude each other")
    strange = [name for name in OF_PUBLISHER if options[name]]
    if strange and not options["publisher"]:
        raise click.UsageError(f"--{strange[0].replace('_', '-')} needs --publisher")
    if options["plan_only"] and options["upkeep"]:
        raise click.UsageError("--plan-only and --upkeep exclude each other")
    if options["publisher"] and products:
        raise click.UsageError("--publisher is for the whole repository: it takes no PRODUCT")
    if options["name"] and any(options[mode] for mode in ("check", "publisher", "consumer")):
        raise click.UsageError("--name is for a launch role by itself")
    if options["oidc_provider"] and not (options["github"] or options["gitlab"]):
        raise click.UsageError("--oidc-provider needs --github or --gitlab")
    if as_json and not (options["check"] or options["explain"]):
        raise click.UsageError("--json is for --check and --explain; a template takes --format json")


def roles(workspace: Workspace, products: Sequence[str], options: Mapping[str, Any]) -> dict[str, LaunchRole]:
    """The launch roles by name: one for the named products, or all that portfolios launch them with."""
    from catalog.content.load import load_portfolios, load_product, product_keys
    from catalog.roles.launch import launch_role, roles_of_portfolios, topics_of_roles

    config = workspace.config()
    portfolios = tuple(load_portfolios(config).values())
    declared, topics = roles_of_portfolios(portfolios), topics_of_roles(portfolios)
    keys = products or product_keys(config)
    for key in keys:
        load_product(config, key)  # an unknown name is an error before anything is derived
    if options["consumer"]:
        wanted = {role: found for role, found in declared.items() if set(found) & set(keys)}
        if not wanted:
            raise ContentError(
                f"no portfolio launches {', '.join(keys)} with a local role",
                hint="Name one in portfolios/*.yaml: launch.local_role_name.",
            )
    else:
        wanted = {options["name"] or usual_name(config, declared, keys): tuple(sorted(set(keys)))}
    return {
        role: launch_role(
            config,
            role,
            {key: load_product(config, key) for key in found},
            topics=topics.get(role, ()),
            dev=options["dev"],
        )
        for role, found in wanted.items()
    }


def usual_name(config: Config, declared: Mapping[str, Sequence[str]], keys: Sequence[str]) -> str:
    """The one role that portfolios launch exactly these products with, else a name made of theirs."""
    found = [name for name, products in declared.items() if set(products) == set(keys)]
    return found[0] if len(found) == 1 else f"{config.owner}-launch-{'-'.join(sorted(keys))}".replace("_", "-")[:64]


def launch(workspace: Workspace, products: Sequence[str], options: Mapping[str, Any]) -> dict[str, Any]:
    """The template of launch roles."""
    from catalog.roles.template import role_template

    config = workspace.config()
    found = roles(workspace, products, options)
    for item in found.values():
        for where, reason in item.derived.underivable.items():
            note(f"{where}: {reason}: the product's launch_permissions stand for it")
    description = (
        f"Launch roles of {config.owner} for an account that its portfolios are shared with; deploy in one Region, for "
        "roles are global"
        if options["consumer"]
        else f"Launch role of products of {config.owner}"
    )
    permissions = {name: item.permissions for name, item in found.items()}
    return role_template(config.owner, permissions, description=description, source_account=config.source_account)


def publisher(workspace: Workspace, options: Mapping[str, Any]) -> dict[str, Any]:
    """The template of CI's roles."""
    from catalog.content.load import load_portfolios
    from catalog.roles.publisher import publisher_template

    config = workspace.config()
    portfolios = load_portfolios(config).values()
    wanted = {name: options[name] for name in ("plan_only", "upkeep")}
    return publisher_template(config, portfolios, trust(options), **wanted)


def trust(options: Mapping[str, Any]) -> Trust | None:
    """Whom the roles trust, if it was said."""
    from catalog.roles.oidc import github, gitlab

    if options["github"] and options["gitlab"]:
        raise click.UsageError("--github and --gitlab exclude each other: make a template for each")
    if options["github"]:
        return github(options["github"], options["oidc_provider"])
    return gitlab(options["gitlab"], options["oidc_provider"]) if options["gitlab"] else None


def write(template: Mapping[str, Any], form: str, output: Path | None) -> None:
    """A template to a file or the terminal."""
    from catalog.content.render import as_yaml, template_json

    body = as_yaml(template) if form == "yaml" else template_json(template)
    if output:
        write_file(output, body)
    else:
        click.echo(body, nl=False)


def explain(found: Mapping[str, LaunchRole], as_json: bool) -> None:
    """Each action of the derived part with what calls it, and each that was left out with the reason."""
    if as_json:
        print_json(
            [
                {
                    "role": name,
                    "products": item.products,
                    "needed_by": item.derived.needed_by,
                    "left_out": item.derived.left_out,
                    "written_by_hand_for": item.derived.underivable,
                }
                for name, item in found.items()
            ]
        )
        return
    for name, item in found.items():
        click.echo(f"Role {name} of {', '.join(item.products)}")
        needed = [(action, ", ".join(callers)) for action, callers in item.derived.needed_by.items()]
        click.echo(table(("IN THE ROLE", "CALLED BY"), needed))
        click.echo(table(("LEFT OUT", "BECAUSE"), item.derived.left_out.items()))
        for where, reason in item.derived.underivable.items():
            click.echo(f"By hand: {where}: {reason}")


def check(
    workspace: Workspace, session: AwsSession, products: Sequence[str], options: Mapping[str, Any], as_json: bool
) -> bool:
    """Compare a deployed role with the derived one; whether they differ."""
    from catalog.aws.roles import read_role, role_name
    from catalog.content.load import load_portfolios, load_product
    from catalog.content.portfolio_files import Place
    from catalog.roles.compare import compare
    from catalog.roles.launch import filled, launch_role, roles_of_portfolios, topics_of_roles
    from catalog.roles.template import filled_trust

    config, arn = workspace.config(), options["check"]
    name = role_name(session, arn)
    portfolios = tuple(load_portfolios(config).values())
    keys = products or roles_of_portfolios(portfolios).get(name, ())
    if not keys:
        theirs = ", ".join(roles_of_portfolios(portfolios, of_imports=True).get(name, ()))
        raise ContentError(
            f"role {name} launches {theirs}, whose templates are in the repository that owns them"
            if theirs
            else f"no portfolio launches a product with role {name}",
            hint=f"{'There, or here of a product of this repository' if theirs else 'Name the products'}: "
            "--check ROLE_ARN PRODUCT",
        )
    wanted = launch_role(
        config,
        name,
        {key: load_product(config, key) for key in dict.fromkeys(keys)},
        topics=topics_of_roles(portfolios).get(name, ()),
        dev=options["dev"],
    )
    deployed = read_role(session, arn)
    place = Place(session.identity.account, session.region, session.identity.partition)
    trusted = filled_trust(place.account, source_account=config.source_account)
    differences = compare(filled(wanted.permissions, place), trusted, deployed)
    show_differences(deployed, differences, as_json)
    return bool(differences)


def show_differences(deployed: DeployedRole, differences: Sequence[RoleDifference], as_json: bool) -> None:
    """What was found, for people or as JSON."""
    if as_json:
        found = [asdict(difference) for difference in differences]
        print_json({"role": deployed.arn, "boundary": deployed.boundary, "differences": found})
        return
    rows = [(one.kind, one.action, " ".join(filter(None, (one.resource, one.detail)))) for one in differences]
    if rows:
        click.echo(table(("DIFFERENCE", "ACTION", "WHERE"), rows))
    count = f"{len(rows)} difference{'' if len(rows) == 1 else 's'}" if rows else "as derived"
    click.echo(f"{deployed.arn}: {count}")
    if deployed.boundary:
        note(f"The permissions boundary {deployed.boundary} was not compared: it may deny what the role allows.")
