"""What must be in an account before publishing: the template bucket and the launch roles, as CloudFormation stacks.

Roles are global, stacks are not: each role belongs to the stack of the Region that bootstrapped first.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from catalog.aws.calls import aws_call
from catalog.aws.reads import read_each
from catalog.aws.session import AwsSession
from catalog.aws.stacks import Stacks, after_failure
from catalog.content.load import Catalog
from catalog.content.portfolio_files import PortfolioFile
from catalog.errors import AwsCallError, AwsError, ContentError
from catalog.model import addresses
from catalog.model.constraint import Constraint, LaunchConstraint, StackSetConstraint
from catalog.model.state import OWNER_TAG
from catalog.plan.changes import Change, Plan
from catalog.plan.kinds.constraint import CreateConstraint, UpdateConstraint
from catalog.plan.kinds.stack import CreateStack, UpdateStack, bucket_stack
from catalog.plan.kinds.template import UploadTemplate
from catalog.plan.kinds.version import CreateProvisioningArtifact
from catalog.publishing.plans import plan_for
from catalog.publishing.role_stacks import RoleStack, assign, role_details, stack_name
from catalog.publishing.template_bucket import bucket_template
from catalog.roles.boundaries import administrator_note
from catalog.roles.launch import LaunchRole, launch_role, launch_roles, products_by_role
from catalog.roles.template import check_logical_ids, description_with_digest, role_resources


@dataclass(frozen=True, slots=True)
class BootstrapPlan:
    """What an account and Region still need, as changes, notices, and things that somebody must do first."""

    changes: tuple[Change, ...] = ()
    notices: tuple[str, ...] = ()
    blockers: tuple[str, ...] = ()


RolesPlannedElsewhere = Callable[[], frozenset[str]]
"""Names of roles that other Regions of this account are about to make in the same run. May wait for their plans."""


def planned_roles(changes: Iterable[Change]) -> frozenset[str]:
    """Names of the roles in the stacks that `changes` deploy."""
    return frozenset(
        resource["Properties"]["RoleName"]
        for change in changes
        if isinstance(change, CreateStack | UpdateStack)
        for resource in json.loads(change.body)["Resources"].values()
        if resource["Type"] == "AWS::IAM::Role"
    )


def bootstrap_changes(
    catalog: Catalog, session: AwsSession, planned_elsewhere: RolesPlannedElsewhere = frozenset, *, dev: bool = False
) -> BootstrapPlan:
    """Stacks to create or update in this account and Region; no changes when AWS matches the repository.

    Launch roles are derived from the releases; with `dev` also from what is not released yet.
    Raises `AwsError` when a stack of the name is not ours, or in a state from which it cannot be updated.
    """
    stacks = Stacks(session)
    owner = catalog.config.owner
    bucket = catalog.config.bucket_name(session.identity.account, session.region)
    derived = launch_roles(catalog.config, catalog.products, catalog.portfolios.values(), dev=dev)
    check_logical_ids(derived)
    deployed = role_stacks(stacks, owner)
    roles, notices = roles_of_this_region(session, frozenset().union(*deployed), derived, planned_elsewhere)
    resources = {
        name: role_resources(owner, name, role.permissions, source_account=catalog.config.source_account)
        for name, role in roles.items()
    }
    planned = assign(owner, resources, deployed)
    access_logs = catalog.config.log_bucket(session.identity.account, session.region)
    wanted_bucket = bucket_template(bucket, catalog.config.template_bucket, access_logs)
    wanted = [RoleStack(bucket_stack(owner), wanted_bucket), *planned]
    changes = read_each(lambda stack: tuple(stack_change(stacks, owner, stack)), wanted)
    return BootstrapPlan(
        tuple(chain.from_iterable(changes)),
        (*notices, *role_notices(catalog.portfolios.values(), derived)),
        tuple(problem for stack in planned if (problem := stack.problem())),
    )


def role_stacks(stacks: Stacks, owner: str) -> tuple[frozenset[str], ...]:
    """The names of the roles in the first, second, … stack of launch roles that exists."""
    members: list[frozenset[str]] = []
    while usable(stacks, name := stack_name(owner, len(members) + 1), owner):
        members.append(stacks.members(name, "AWS::IAM::Role"))
    return tuple(members)


def stack_change(stacks: Stacks, owner: str, wanted: RoleStack) -> Iterator[Change]:
    """The creation or update of a stack; nothing when it is as wanted."""
    stack = usable(stacks, wanted.name, owner)
    description = description_with_digest(wanted.template)
    same = stack is not None and stack.get("Description") == description
    if stack is not None and same and stack["StackStatus"] != "UPDATE_ROLLBACK_COMPLETE":
        return
    impact, details = role_details(stacks, wanted, exists=stack is not None)
    kind = CreateStack if stack is None else UpdateStack
    address = addresses.stack(wanted.name)
    yield kind(address=address, impact=impact, name=wanted.name, body=wanted.body, details=details)


def bootstrap_plan(
    catalog: Catalog, session: AwsSession, planned_elsewhere: RolesPlannedElsewhere = frozenset, *, dev: bool = False
) -> Plan:
    """`bootstrap_changes` as a plan."""
    bootstrap = bootstrap_changes(catalog, session, planned_elsewhere, dev=dev)
    return plan_for(
        catalog.config, session, changes=bootstrap.changes, notices=bootstrap.notices, blockers=bootstrap.blockers
    )


def usable(stacks: Stacks, name: str, owner: str) -> dict[str, Any] | None:
    """A stack of ours that can be updated, None when there is none; else `AwsError`."""
    stack = stacks.describe(name)
    if stack is None:
        return None
    if {"Key": OWNER_TAG, "Value": owner} not in stack.get("Tags", []):
        raise AwsError(
            f"stack {name} exists and is not ours: it lacks the tag {OWNER_TAG}={owner}",
            hint="It stays as it is. Choose another owner in pyproject.toml, or rename that stack.",
        )
    if stack["StackStatus"].endswith("_IN_PROGRESS"):
        stacks.wait(name)
        return stacks.describe(name)
    if stack["StackStatus"] not in ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"):
        raise AwsError(
            f"stack {name} is in state {stack['StackStatus']}", hint=after_failure(name, stack["StackStatus"])
        )
    return stack


def roles_of_this_region(
    session: AwsSession,
    members: frozenset[str],
    roles: Mapping[str, LaunchRole],
    planned_elsewhere: RolesPlannedElsewhere,
) -> tuple[dict[str, LaunchRole], tuple[str, ...]]:
    """(roles of this Region's stacks, a notice for each role that was created elsewhere and stays unchanged).

    `members` are the names of the roles that are in the stacks already.
    """
    coming = planned_elsewhere() if set(roles) - members else frozenset()
    missing = {*missing_roles(session, [name for name in roles if name not in members | coming])}
    chosen, notices = {}, []
    for name, role in roles.items():
        if name in members | missing:
            chosen[name] = role
        elif name in coming:
            notices.append(f"role {name} is made in this run, in another Region of the account")
        else:
            notices.append(f"role {name} exists and was created elsewhere: it stays unchanged")
    return chosen, tuple(notices)


def role_notices(portfolios: Iterable[PortfolioFile], derived: Collection[str]) -> Iterator[str]:
    """What bootstrap cannot do for roles with which products of other accounts are launched."""
    for name, keys in products_by_role(portfolios, of_imports=True).items():
        theirs = f"{', '.join(keys)}: the templates are not in this repository"
        if name in derived:
            yield f"role {name} also launches {theirs}, so it may lack what they need"
        else:
            yield f"bootstrap does not create role {name}, because it launches {theirs}. {of_the_owner(name)}"


def administrator_notices(catalog: Catalog, changes: Iterable[Change], *, dev: bool) -> Iterator[str]:
    """Launch roles that `changes` concern, by a constraint or a new version, and that can become administrator."""
    changes = tuple(changes)
    names = launch_role_names(changed_constraints(changes))
    products = {change.product for change in changes if isinstance(change, CreateProvisioningArtifact | UploadTemplate)}
    for name, keys in products_by_role(catalog.portfolios.values()).items():
        if name not in names and products.isdisjoint(keys):
            continue
        try:
            role = launch_role(catalog.config, name, {key: catalog.products[key] for key in keys}, dev=dev)
        except ContentError:
            continue  # `catalog bootstrap` says what cannot be derived; a role that is written by hand is not read
        if note := administrator_note(role.permissions):
            yield f"role {name} {note}"


def of_the_owner(name: str) -> str:
    """What to do about a role for products that another repository owns."""
    command = f"catalog role derive PRODUCT --name {name} -o role.yaml"
    return f"Ask their owner to print it (`{command}`), and deploy it in this account."


def role_blockers(
    portfolios: Sequence[PortfolioFile], session: AwsSession, changes: Iterable[Change], bootstrapped: Collection[str]
) -> Iterator[str]:
    """Roles that constraints of `changes` name and that are not there, with who can make them.

    Those that are `bootstrapped` are made in this run.
    """
    constraints = changed_constraints(changes)
    account, region = session.identity.account, session.region
    own, theirs = (products_by_role(portfolios, of_imports=flag) for flag in (False, True))
    names = sorted(launch_role_names(constraints) - {*bootstrapped})
    for name in missing_roles(session, names):
        if name in own:
            yield f"Account {account}, Region {region} has no role {name}: run `catalog bootstrap` once."
        else:
            keys = ", ".join(theirs.get(name, ()))
            yield f"Account {account} has no role {name}, which launches {keys}. {of_the_owner(name)}"
    arns = {item.role_arn for item in constraints if isinstance(item, LaunchConstraint)}
    own_arns = sorted(arn for arn in arns if f":{account}:" in arn)
    for arn, actual in zip(
        own_arns, read_each(lambda arn: arn_of_role(session, role_name(arn)), own_arns), strict=True
    ):
        if actual is not None and actual != arn:
            but = f" (the role of this name is {actual})" if actual else ""
            yield (
                f"Account {account} has no role {arn}{but}, with which a product is launched: create it, or name "
                "another role_arn in portfolios/*.yaml. `catalog role derive PRODUCT --name ROLE -o role.yaml` prints "
                "a role."
            )
    stack_sets = {item.admin_role for item in constraints if isinstance(item, StackSetConstraint)}
    managers = {role_name(arn): arn for arn in sorted(stack_sets) if f":{account}:" in arn}
    for name in missing_roles(session, list(managers)):
        how = 'as CloudFormation\'s user guide says, "Grant self-managed permissions"'
        yield f"Account {account} has no role {managers[name]}, which manages stack sets: make it {how}."


def changed_constraints(changes: Iterable[Change]) -> tuple[Constraint, ...]:
    """Constraints that are made or changed."""
    return tuple(change.constraint for change in changes if isinstance(change, CreateConstraint | UpdateConstraint))


def launch_role_names(constraints: Iterable[Constraint]) -> set[str]:
    """Local names of the launch roles in constraints."""
    return {item.local_role_name for item in constraints if isinstance(item, LaunchConstraint)} - {""}


def role_name(arn: str) -> str:
    """The name in the ARN of a role."""
    return arn.rpartition("/")[2]


def missing_roles(session: AwsSession, names: Sequence[str]) -> list[str]:
    """Those of `names` that are no roles of the account."""
    exist = read_each(lambda name: role_exists(session, name), names)
    return [name for name, exists in zip(names, exist, strict=True) if not exists]


def role_exists(session: AwsSession, name: str) -> bool:
    """Whether a role exists. True if the caller may not ask (iam:GetRole): AWS reports a missing role itself."""
    return arn_of_role(session, name) != ""


def arn_of_role(session: AwsSession, name: str) -> str | None:
    """The ARN of a role, empty when it does not exist; None if the caller may not ask (iam:GetRole)."""
    try:
        with aws_call("GetRole"):
            return session.iam.get_role(RoleName=name)["Role"]["Arn"]
    except AwsCallError as error:
        if error.code == "NoSuchEntity":
            return ""
        if error.code not in ("AccessDenied", "AccessDeniedException"):
            raise
    return None
