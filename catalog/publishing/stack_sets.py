"""`catalog stackset`: what stack sets deploy, the plan of their changes, and where they are deployed."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from catalog.aws.session import AwsSession
from catalog.aws.stack_sets import StackSetApi, organizations_access, stack_set_names
from catalog.aws.templates import TemplateStore
from catalog.cfn.quotas import RESOURCES
from catalog.content.stack_sets import COUNTS
from catalog.errors import ContentError
from catalog.model import addresses
from catalog.model.stack_set import CATALOGUE, DeclaredStackSet, ObservedStackSet, StackSetSettings
from catalog.model.state import ADDRESS_TAG
from catalog.plan.changes import Change, Facts, Impact, Plan
from catalog.plan.kinds.stack_set import (
    CreateStackSet,
    UpdateStackSet,
    diff_stack_set,
    failure_lines,
    is_ours,
    stack_set_facts,
    template_of,
)
from catalog.plan.kinds.template import upload
from catalog.plan.order import rank
from catalog.plan.stack_templates import PORTABLE
from catalog.publishing.desired import Publication
from catalog.publishing.exported import export_catalogue
from catalog.publishing.plans import plan_for
from catalog.roles.launch import launch_roles
from catalog.roles.template import role_template
from catalog.roles.template_differences import role_changes

STACK_SET_BYTES = 460_800
"""Of a template of a stack set (AWS::CloudFormation::StackSet, TemplateURL; the API reference says 1 MB)."""


@dataclass(frozen=True, slots=True)
class StackSetContent:
    """What a stack set deploys, and what its plan must say about it."""

    declared: DeclaredStackSet
    uploads: tuple[tuple[str, str], ...] = ()
    """(product, digest) of the product templates that its stacks read from the bucket."""
    notices: tuple[str, ...] = ()


def stack_set_content(publication: Publication, settings: StackSetSettings, session: AwsSession) -> StackSetContent:
    """The template of a stack set; `ContentError` if it exceeds a limit or cannot be made."""
    owner, wanted = publication.catalog.config.owner, publication
    if settings.portfolios:
        wanted = publication.of_portfolios(settings.portfolios)
    make = catalogue_content if settings.content == CATALOGUE else roles_content
    content = make(wanted, settings, session, f"{owner}-{settings.key}")
    size, count = len(content.declared.body.encode()), len(template_of(content.declared.body)["Resources"])
    for number, limit, what in ((size, STACK_SET_BYTES, "bytes"), (count, RESOURCES, "resources")):
        if number > limit:
            raise ContentError(
                f"stack set {settings.key}: its template has {number} {what} (limit {limit})",
                hint="Declare several stack sets, each with a part of the portfolios.",
            )
    if not count:
        raise ContentError(f"stack set {settings.key}: its portfolios name no launch role (local_role_name)")
    if not content.declared.name[0].isalpha():
        raise ContentError(
            f"stack set {settings.key}: its name {content.declared.name} must begin with a letter",
            hint="Choose another owner in pyproject.toml.",
        )
    return content


def roles_content(
    publication: Publication, settings: StackSetSettings, session: AwsSession, name: str
) -> StackSetContent:
    """The launch roles of the portfolios, as `catalog bootstrap` makes them."""
    config, catalog = publication.catalog.config, publication.catalog
    roles = launch_roles(config, catalog.products, catalog.portfolios.values(), dev=False)
    permissions = {role: derived.permissions for role, derived in roles.items()}
    template = role_template(config.owner, permissions, source_account=config.source_account)
    body = json.dumps(template, separators=(",", ":"))
    declared = DeclaredStackSet(
        name, settings, body, ("CAPABILITY_NAMED_IAM",), f"Launch roles of the products of {config.owner}"
    )
    return StackSetContent(declared)


def catalogue_content(
    publication: Publication, settings: StackSetSettings, session: AwsSession, name: str
) -> StackSetContent:
    """The whole catalogue in one template. Its stacks read product templates from the bucket of this account."""
    config = publication.catalog.config
    store = TemplateStore(session, config.bucket_name(session.identity.account, session.region))
    exported = export_catalogue(publication, PORTABLE, bucket_url=store.url_of)
    body = json.dumps(exported.single(), separators=(",", ":"))
    allowed = bool(config.template_bucket.organization)
    reads = (
        f"the accounts of stack set {settings.key} read product templates from {store.bucket}: its policy must allow "
        "them to"
    )
    notices = (
        *exported.notices,
        *(() if allowed else (f"{reads} ([tool.catalog.template_bucket] organization, `catalog help stacks.md`)",)),
        *(
            f"stack set {settings.key}: CloudFormation cannot say {each.operation} {each.address}: {each.why}"
            for each in exported.remainders()
        ),
    )
    uploads = tuple(exported.translation.uploads)
    declared = DeclaredStackSet(
        name,
        settings,
        body,
        description=f"The catalogue of {config.owner}",
        templates=tuple(addresses.template(*each) for each in uploads),
    )
    return StackSetContent(declared, uploads, notices)


def stack_set_plan(
    publication: Publication,
    chosen: Sequence[StackSetSettings],
    session: AwsSession,
    waiting: Callable[[str], None] | None = None,
) -> Plan:
    """The changes of the chosen stack sets. Reads only.

    With `waiting`, an operation that runs is waited for first, so that the plan knows what it left; `waiting` is told.
    """
    contents = [stack_set_content(publication, settings, session) for settings in chosen]
    changes: list[Change] = []
    before: dict[Any, Any] = {}
    after: dict[Any, Any] = {}
    notices: list[str] = []
    blockers: list[str] = []
    for content in contents:
        declared = content.declared
        observed = at_rest(StackSetApi(session, declared.name, declared.settings), waiting)
        blockers += obstacles(publication.catalog.config.owner, declared, observed, session)
        own = list(diff_stack_set(declared, observed, *effect(declared, observed)))
        deploys = any(isinstance(change, CreateStackSet | UpdateStackSet) for change in own)
        changes += (*(upload(*each) for each in content.uploads if deploys), *own)
        notices += (*content.notices, *state_notices(declared, observed), *pace_notices(declared, own))
        after |= facts_of(declared)
        if observed:
            before |= stack_set_facts(declared.settings.key, observed.body, observed.automatic, observed.reach())
    notices += undeclared_notices(publication, session, chosen[0])
    unique = {change.address: change for change in changes}
    return plan_for(
        publication.catalog.config,
        session,
        changes=tuple(sorted_changes(unique.values())),
        notices=tuple(dict.fromkeys(notices)),
        blockers=tuple(dict.fromkeys(blockers)),
        before=before,
        after=after,
    )


def at_rest(calls: StackSetApi, waiting: Callable[[str], None] | None) -> ObservedStackSet | None:
    """The stack set; with `waiting`, when no operation runs any more."""
    observed = calls.observe()
    while waiting and observed and observed.running:
        waiting(f"waiting for operation {observed.running} of stack set {calls.name} …")
        calls.wait(observed.running)
        observed = calls.observe()
    return observed


def sorted_changes(changes: Collection[Change]) -> list[Change]:
    """The changes in the order of the order table."""
    return sorted(changes, key=rank)


def facts_of(declared: DeclaredStackSet) -> Facts:
    """What is declared, for JSON."""
    settings = declared.settings
    return stack_set_facts(settings.key, declared.body, settings.automatic(), settings.reach())


def effect(declared: DeclaredStackSet, observed: ObservedStackSet | None) -> tuple[Impact, tuple[str, ...]]:
    """(impact, lines) of the new template: what roles gain and lose, or how many resources differ."""
    old, new = template_of(observed.body) if observed else {}, template_of(declared.body)
    if declared.settings.content != CATALOGUE:
        changes = role_changes(old, new)
        impact = Impact.WIDENS if changes.gains else Impact.RESTRICTS if changes.loses else Impact.NONE
        return impact, tuple(changes.lines)
    return resource_changes(old.get("Resources", {}), new["Resources"])


def resource_changes(old: dict[str, Any], new: dict[str, Any]) -> tuple[Impact, tuple[str, ...]]:
    """The resources of a catalogue that come, change and go, by their Addresses."""
    lines = []
    for word, names in (
        ("new", new.keys() - old.keys()),
        ("changed", {name for name in new.keys() & old.keys() if new[name] != old[name]}),
        ("gone", old.keys() - new.keys()),
    ):
        if names and (word != "new" or old):
            lines.append(f"{word}: {', '.join(sorted(address_in({**old, **new}[name]) for name in names))}")
    if not old:
        lines.append(f"{len(new)} resources")
    return (Impact.DESTROYS if old.keys() - new.keys() else Impact.WIDENS), tuple(lines)


def address_in(resource: dict[str, Any]) -> str:
    """The Address of a resource of an exported template."""
    address = resource.get("Metadata", {}).get(ADDRESS_TAG, resource.get("Type", ""))
    return str(address["Fn::Sub"] if isinstance(address, dict) else address)


def obstacles(
    owner: str, declared: DeclaredStackSet, observed: ObservedStackSet | None, session: AwsSession
) -> Iterator[str]:
    """What must be done before the stack set can be changed."""
    if observed is not None and not is_ours(observed, owner):
        yield (
            f"Account {session.identity.account} has a stack set {declared.name} that is not ours: rename the table "
            f"[tool.catalog.stacksets.{declared.settings.key}], or that stack set."
        )
    status = organizations_access(session, declared.settings)
    if status != "ENABLED":
        yield (
            f"StackSets' trusted access to the organization is {status}: run `aws cloudformation "
            "activate-organizations-access` in the management account once."
        )


def state_notices(declared: DeclaredStackSet, observed: ObservedStackSet | None) -> Iterator[str]:
    """An operation that runs, which publish waits for, and instances that no operation can reach."""
    if observed is None:
        return
    if observed.running:
        yield f"operation {observed.running} of stack set {declared.name} runs: publish waits until it has ended"
    if inoperable := [f"{each.account} {each.region}" for each in observed.instances if each.status == "INOPERABLE"]:
        yield (
            f"stack set {declared.name} cannot deploy to {', '.join(inoperable)}, which it could not delete: `aws "
            "cloudformation delete-stack-instances --retain-stacks` for these accounts, then delete their stacks"
        )


def pace_notices(declared: DeclaredStackSet, changes: Collection[Change]) -> Iterator[str]:
    """Operations that work on one account after the other (StackSetOperationPreferences)."""
    preferences = declared.settings.preferences
    strict = preferences.get("ConcurrencyMode", "STRICT_FAILURE_TOLERANCE") == "STRICT_FAILURE_TOLERANCE"
    lacking = [
        setting
        for setting, member in COUNTS.items()
        if not any(name.startswith(member) for name in preferences) and (strict or member == "MaxConcurrent")
    ]
    if changes and lacking:
        settings = " and ".join(lacking)
        words = f"stack set {declared.settings.key} is deployed to one account at a time: set {settings}"
        yield f"{words} (`catalog help scale.md`)"


def undeclared_notices(publication: Publication, session: AwsSession, settings: StackSetSettings) -> Iterator[str]:
    """Stack sets of ours that are no longer declared: they stay, and go on deploying."""
    config = publication.catalog.config
    declared = {f"{config.owner}-{each.key}" for each in config.stack_sets}
    for name in stack_set_names(session, settings):
        if name.startswith(f"{config.owner}-") and name not in declared:
            observed = StackSetApi(session, name, settings).observe()
            if observed is not None and is_ours(observed, config.owner):
                yield (
                    f"stack set {name} is no longer declared. It is kept, with {len(observed.instances)} instances: "
                    "delete it with `aws cloudformation delete-stack-instances` and `delete-stack-set`"
                )


@dataclass(frozen=True, slots=True)
class StackSetState:
    """One declared stack set in AWS."""

    settings: StackSetSettings
    name: str
    observed: ObservedStackSet | None


def stack_set_states(owner: str, chosen: Sequence[StackSetSettings], session: AwsSession) -> tuple[StackSetState, ...]:
    """The chosen stack sets as AWS has them. Reads only."""
    states = [StackSetState(settings, f"{owner}-{settings.key}", None) for settings in chosen]
    return tuple(
        replace(state, observed=StackSetApi(session, state.name, state.settings).observe()) for state in states
    )


def tolerated_failures(states: Sequence[StackSetState]) -> Iterator[str]:
    """A line for each stack set with accounts that failed, though no more than it tolerates."""
    for state in states:
        if failed := state.observed.failed() if state.observed else ():
            lines = "".join(f"\n  {line}" for line in failure_lines(failed))
            number = f"{len(failed)} instance{'' if len(failed) == 1 else 's'}"
            yield f"stack set {state.name}: {number} failed, which failure_tolerance allows:{lines}"
