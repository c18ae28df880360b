"""A launch step by step: what is asked on a terminal, what is shown before it starts, and the call that starts it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import click

from catalog.cli.asking import Questions, ask_name, ask_path
from catalog.cli.describe import print_lines
from catalog.cli.output import note
from catalog.cli.reports import columns
from catalog.cli.terminal import one_line, style
from catalog.errors import ContentError
from catalog.stopping import STOP

if TYPE_CHECKING:
    from catalog.aws.provisioning import Record
    from catalog.aws.session import AwsSession
    from catalog.cfn import Template
    from catalog.provisioning.account_launch import AccountLaunch
    from catalog.provisioning.form import LaunchForm
    from catalog.provisioning.launch import FoundProduct, Launch, StackPlaces


@dataclass(frozen=True, slots=True)
class Answers:
    """What was given, and then what was answered."""

    name: str
    parameters: Mapping[str, str]
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Started:
    """A launch that AWS has accepted."""

    name: str
    record: Record
    resources: int
    """Number of the stack's resources; 0 if it is not known."""


def launch_of_account(launch: AccountLaunch, caller: AwsSession, *, asks: bool) -> Started:
    """Launch what the account alone knows."""
    note("no repository here: product, version and parameters are those of the account")
    if asks and launch.portfolio is None:
        launch = replace(launch, portfolio=chosen_path(launch, caller))
    form, resources = launch.form(caller, whole=asks), 0
    if asks:
        answers = interview(form, Answers(launch.name, launch.parameters, launch.tags), caller)
        launch = replace(launch, name=answers.name, parameters=answers.parameters, tags=answers.tags)
        resources = confirm(form, answers, (form.template, launch.stacks), caller)
    with STOP.careful():
        return Started(launch.name, launch.provision(caller, form), resources)


def chosen_path(launch: AccountLaunch, caller: AwsSession) -> str | None:
    """The launch path that a person chooses; None if there is only one."""
    from catalog.aws.provisioning import Provisioning
    from catalog.provisioning.offer import find_account_product

    paths = find_account_product(Provisioning(caller), launch.product).paths
    return ask_path({path.id: path.portfolio for path in paths}) if len(paths) > 1 else None


def launch_of_repository(
    launch: Launch, caller: AwsSession, administrator: AwsSession | None, *, asks: bool
) -> Started:
    """Launch what the repository knows; `administrator` is the identity that assumed the caller's role."""
    from catalog.provisioning.launch import locate, provision

    product, resources = locate(launch, caller, administrator), 0
    if asks:
        launch = with_portfolio(launch, product)
    target = product.target(launch)
    if asks:
        launch = replace(launch, portfolio=target.portfolio)
        form = repository_form(launch, product, caller)
        answers = interview(form, Answers(launch.name, launch.parameters, launch.tags), caller)
        launch = replace(launch, name=answers.name, parameters=answers.parameters, tags=answers.tags)
        launch.check(caller.account_region)
        resources = confirm(form, answers, (launch.rendered.template, launch.stacks), caller)
    with STOP.careful():
        return Started(launch.name, provision(launch, caller, target), resources)


def with_portfolio(launch: Launch, product: FoundProduct) -> Launch:
    """The launch through the portfolio that a person chooses, if the caller has several launch paths."""
    by_name = {file.display_name: file for file in launch.catalog.portfolios.values()}
    if launch.portfolio is not None or len(product.paths) < 2:
        return launch
    names = {path_id: name for path_id, name in sorted(product.paths, key=lambda path: path[1]) if name in by_name}
    return replace(launch, portfolio=by_name[names[ask_path(names)]]) if len(names) > 1 else launch


def repository_form(launch: Launch, product: FoundProduct, caller: AwsSession) -> LaunchForm:
    """The form of a launch, with what only the repository knows."""
    from catalog.aws.provisioning import Provisioning
    from catalog.provisioning.form import read_form
    from catalog.provisioning.offer import AccountPath, described

    target = product.target(launch)
    offered = described(Provisioning(caller), product.id)
    version = next(version for version in offered.versions if version.id == target.artifact_id)
    path = AccountPath(target.path_id, dict(product.paths)[target.path_id])
    return replace(read_form(caller, offered, version, path), separate_lists=launch.definition.separate_lists)


def interview(form: LaunchForm, given: Answers, caller: AwsSession) -> Answers:
    """Ask for the name and for all that is missing or does not fit."""
    from catalog.aws.provisioning import Provisioning
    from catalog.cfn import Pseudo
    from catalog.provisioning.account_launch import version_problems
    from catalog.provisioning.launch import name_problems
    from catalog.provisioning.provisioned_state import Permitted

    if problems := tuple(version_problems(form)):
        raise ContentError(f"{form.product.name} {form.version.name} cannot be launched", problems=problems)
    click.echo(style(f"{form.product.name} {form.version.name} through {form.path.portfolio}", bold=True))

    def is_taken(name: str) -> bool:
        """Whether the caller can see one with this name; AWS refuses a name that others have."""
        return Permitted({}).read(lambda: Provisioning(caller).describe(Name=name)) is not None

    name = given.name or ask_name(name_problems, is_taken)
    pseudo = Pseudo(caller.identity.account, caller.region)
    questions = Questions(form, pseudo, dict(given.parameters), dict(given.tags))
    questions.complete()
    return Answers(name, questions.parameters, questions.tags)


def confirm(form: LaunchForm, answers: Answers, made: tuple[Template | None, StackPlaces], caller: AwsSession) -> int:
    """Show what would be made, where, and who gets access, and ask. Returns the number of resources."""
    from catalog.provisioning.preview import Preview
    from catalog.simulate import effective_tags

    product, (template, stacks) = f"{form.product.name} {form.version.name}", made
    preview = Preview(
        product=product,
        template=template,
        places=places_of(form, stacks, caller),
        parameters=answers.parameters,
        tags=effective_tags(form.tag_options, form.declared, form.values(answers.parameters), answers.tags),
        account_region=caller.account_region,
    )
    click.echo()
    print_lines(preview.lines(columns()))
    click.confirm(one_line(f"Launch {product} as {answers.name}?"), abort=True)
    return preview.resources()


def places_of(form: LaunchForm, stacks: StackPlaces, caller: AwsSession) -> str:
    """Where the stacks are made, in words."""
    if not form.stack_accounts:
        return f"account {caller.identity.account}, {caller.region}"
    accounts, regions = stacks.accounts or form.stack_accounts, stacks.regions or form.stack_regions
    return f"each of the accounts {', '.join(accounts)} in {', '.join(regions)}"
