"""`catalog role publisher`: the roles for CI as a CloudFormation template."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from catalog.cli.options import template_options
from catalog.cli.output import print_template
from catalog.cli.workspace import Workspace, pass_workspace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catalog.model.definition import LaunchPermission
    from catalog.roles.oidc import Trust
    from catalog.roles.operations import PublisherResources

EPILOG = """\b
Examples:
  catalog role publisher --github my-org/my-repo:main -o ci.yaml
  catalog role publisher --github my-org/my-repo:environment:production -o ci.yaml
  catalog role publisher --github my-org/my-repo --upkeep -o ci.yaml   (also for prune and adopt)
  catalog role publisher --github my-org/my-repo --bootstrap -o ci.yaml
  catalog role publisher --plan-only --gitlab my-group/my-project

REF of --github is a branch, refs/tags/NAME or environment:NAME; REF of --gitlab is a branch or tag:NAME. Default:
main. Only its jobs can publish; pull and merge requests can plan.
Without --github and --gitlab the template has the managed policies and no roles.
"""


@click.command(epilog=EPILOG)
@click.option("--plan-only", is_flag=True, help="Only the role that plans.")
@click.option("--upkeep", is_flag=True, help="Also a role for prune and adopt, which can delete.")
@click.option(
    "--bootstrap", "with_bootstrap", is_flag=True, help="Also a role for bootstrap, which can become administrator."
)
@click.option("--github", metavar="ORG/REPO[:REF]", help="Trust jobs of this GitHub repository.")
@click.option("--gitlab", metavar="GROUP/PROJECT[:REF]", help="Trust jobs of this GitLab project.")
@click.option(
    "--oidc-provider",
    metavar="ARN",
    default="",
    help="The identity provider in IAM.  [default: the one for github.com or gitlab.com in the account]",
)
@click.option(
    "--branch",
    metavar="NAME",
    default="",
    help="With --github and an environment: the branch whose jobs plan.  [default: main]",
)
@click.option(
    "--protected-refs",
    is_flag=True,
    help="REF can be a pattern such as release/*, because the repository protects every ref that matches.",
)
@template_options
@pass_workspace
def publisher(
    workspace: Workspace,
    plan_only: bool,
    upkeep: bool,
    with_bootstrap: bool,
    github: str | None,
    gitlab: str | None,
    oidc_provider: str,
    branch: str,
    protected_refs: bool,
    form: str,
    output: Path | None,
) -> None:
    """Print the roles for CI as a template: one that plans, one that publishes."""
    from catalog.content.load import load_imports, load_portfolios
    from catalog.roles.publisher import publisher_resources, publisher_template

    if plan_only and (upkeep or with_bootstrap):
        raise click.UsageError(f"--plan-only and {'--upkeep' if upkeep else '--bootstrap'} exclude each other")
    trust = trust_of(github, gitlab, oidc_provider, protected=protected_refs, branch=branch)
    config = workspace.config()
    portfolios = load_portfolios(config)
    resources = publisher_resources(config, portfolios.values(), load_imports(config, portfolios).values())
    bootstrap = bootstrap_statements(workspace, resources) if with_bootstrap else ()
    template = publisher_template(config, resources, trust, plan_only=plan_only, upkeep=upkeep, bootstrap=bootstrap)
    print_template(template, form, output)


def bootstrap_statements(workspace: Workspace, resources: PublisherResources) -> Sequence[LaunchPermission]:
    """The permissions of `catalog bootstrap`, for which all products are loaded."""
    from catalog.publishing.bootstrap_role import bootstrap_permissions
    from catalog.roles.launch import launch_roles

    content = workspace.catalog()
    roles = launch_roles(content.config, content.products, content.portfolios.values())
    return bootstrap_permissions(content.config, resources, roles)


def trust_of(github: str | None, gitlab: str | None, provider: str, *, protected: bool, branch: str) -> Trust | None:
    """The jobs that may assume the roles; None when neither --github nor --gitlab is given."""
    from catalog.roles import oidc

    if github and gitlab:
        raise click.UsageError("--github and --gitlab exclude each other: print a template for each")
    if provider and not (github or gitlab):
        raise click.UsageError("--oidc-provider needs --github or --gitlab")
    if protected and not (github or gitlab):
        raise click.UsageError("--protected-refs needs --github or --gitlab")
    if branch and not github:
        raise click.UsageError("--branch needs --github")
    if github:
        return oidc.github(github, provider, protected=protected, branch=branch)
    return oidc.gitlab(gitlab, provider, protected=protected) if gitlab else None
