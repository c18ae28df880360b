"""The launch role of products, derived: versions' templates in, permissions out, each with its reason.

    for each resource type   actions of its handlers (create, read, update, delete)
                             - what no version can make them call (narrowing.NARROWINGS)
                             + what no handler lists (narrowing.ADDITIONS)
    for each template        what CloudFormation looks up itself (language)
    for each action          resources: by a scope, by names of the template, by the kinds of the Service Authorization
                             Reference, else `*`; condition: called by CloudFormation

A version that is no longer active still counts: what was launched from it must be read and deleted, and an update away
from it changes its properties. It adds the creation of nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from catalog.cfn import Template, TemplateError
from catalog.cfn.language import is_extended
from catalog.check.handlers import Handler, Handlers, IamAction, iam_action, resource_handlers
from catalog.errors import ContentError
from catalog.model.definition import LaunchPermission
from catalog.roles.language import keys, template_grants
from catalog.roles.names import named_arns
from catalog.roles.narrowing import ADDITIONS, HIDDEN, NO_PERMISSIONS, kinds_of, scope_of, unneeded
from catalog.roles.statements import Grant, grouped
from catalog.roles.values import TemplateResource, TemplateView

LAUNCHING: tuple[Handler, ...] = ("create", "read", "update", "delete")
ENDING: tuple[Handler, ...] = ("read", "delete")
LIST_IS_UNUSED = "only the list handler calls it, which gives Cloud Control API its listings; stacks do not"
UNKNOWN = "IAM knows no action of this name, though a handler lists it"


@dataclass(frozen=True, slots=True)
class ProductVersion:
    """One version of one product, as far as its launch role is concerned."""

    product: str
    version: str
    template: Template
    active: bool = True


@dataclass(frozen=True, slots=True)
class Derived:
    """What the launch role of some versions needs."""

    permissions: tuple[LaunchPermission, ...] = ()
    needed_by: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Action → what calls it: `create AWS::KMS::Key`."""
    left_out: Mapping[str, str] = field(default_factory=dict)
    """Action that a handler lists → why the role does without."""
    underivable: Mapping[str, str] = field(default_factory=dict)
    """`products/x.py: resource Y` → why its permissions have to be written by hand."""


def derive(versions: Sequence[ProductVersion], regions: Sequence[str], *, called_via: bool = True) -> Derived:
    """Derive the permissions of one launch role for all `versions`, of one product or several.

    `called_via` adds the condition that CloudFormation is the one that calls. Raises `ContentError` for a template
    that cannot be read, and for a Region that cfn-lint does not know.
    """
    work = Derivation(regions)
    for version in versions:
        work.add_template(version)
    for resource_type, found in sorted(by_type(versions).items()):
        work.add(resource_type, found)
    permissions = grouped(work.grants, called_via=called_via)
    kept = {grant.action for grant in work.grants}
    return Derived(
        permissions,
        {action: tuple(sorted(callers)) for action, callers in sorted(work.needed_by.items())},
        {action: reason for action, reason in sorted(work.left_out.items()) if action not in kept},
        work.underivable,
    )


@dataclass(frozen=True, slots=True)
class VersionResource:
    """A resource of one version."""

    version: ProductVersion
    resource: TemplateResource


def by_type(versions: Iterable[ProductVersion]) -> dict[str, list[VersionResource]]:
    """Every resource that can exist, by type."""
    types: dict[str, list[VersionResource]] = {}
    for version in versions:
        with readable(version):
            is_extended(version.template)  # raises for a macro, which may make any resource of a template
            for resource in TemplateView(version.template).resources():
                types.setdefault(resource.type, []).append(VersionResource(version, resource))
    return types


@contextmanager
def readable(version: ProductVersion) -> Iterator[None]:
    """A template that CloudFormation could not read either, as a `ContentError` that names product and version."""
    try:
        yield
    except TemplateError as error:
        raise ContentError(
            f"products/{version.product}.py: no launch role can be derived for version {version.version}: {error}"
        ) from error


@dataclass(slots=True)
class Derivation:
    """What was derived so far."""

    regions: Sequence[str]
    grants: list[Grant] = field(default_factory=list)
    needed_by: dict[str, set[str]] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    underivable: dict[str, str] = field(default_factory=dict)

    def add_template(self, version: ProductVersion) -> None:
        """What CloudFormation looks up for the template; only for versions that somebody can launch or update to."""
        if not version.active:
            return
        with readable(version):
            for grant in template_grants(version.template):
                self.grants.append(grant)
                self.needed_by.setdefault(grant.action, set()).add(f"template of {version.product}: {grant.reason}")
            if "Fn::Transform" in keys(version.template):
                self.underivable[f"products/{version.product}.py: Fn::Transform"] = HIDDEN["AWS::CloudFormation::Macro"]

    def add(self, resource_type: str, found: Sequence[VersionResource]) -> None:
        """All that resources of one type need."""
        if resource_type in NO_PERMISSIONS:
            return
        handlers = resource_handlers(resource_type, self.regions)
        reason = HIDDEN.get(resource_type, "" if handlers else "cfn-lint's schemas have no handlers of its type")
        if reason:
            for one in found:
                where = f"products/{one.version.product}.py: resource {one.resource.logical_id} of type {resource_type}"
                self.underivable[where] = reason
        if handlers is None:
            return
        resources = [one.resource for one in found]
        used = LAUNCHING if any(one.version.active for one in found) else ENDING
        for action in sorted(handlers.actions()):
            why = superfluous(handlers, used, action, resources)
            if why:
                self.left_out[action] = why
            else:
                callers = (f"{name} {resource_type}" for name in used if action in handlers.actions(name))
                self.grant(resource_type, action, resources, callers)
        for row in ADDITIONS:
            if row.resource_type == resource_type and row.need(resources):
                self.grant(resource_type, row.action, resources, [f"create {resource_type}"], row.reason)

    def grant(
        self,
        resource_type: str,
        action: str,
        resources: Sequence[TemplateResource],
        callers: Iterable[str],
        reason: str = "",
    ) -> None:
        """Give an action on the resources that it needs; one that IAM does not know is left out."""
        known = iam_action(action)
        if known is None:
            self.left_out[action] = UNKNOWN
            return
        self.needed_by.setdefault(action, set()).update(callers)
        scope = scope_of(resource_type, action)
        if scope:
            reasons = "; ".join(filter(None, (reason, scope.reason)))
            self.grants.append(Grant(action, (), frozenset(scope.resources), resource_type, reasons, scope.conditions))
        elif known.everywhere:
            self.grants.append(Grant(action, (), frozenset({"*"}), resource_type, reason))
        else:
            self.grants.extend(on_kinds(known, resource_type, resources, reason))


def superfluous(handlers: Handlers, used: Sequence[Handler], action: str, resources: Sequence[TemplateResource]) -> str:
    """Why the role can do without an action that a handler lists; empty when it cannot."""
    if action not in handlers.actions(*used):
        if action in handlers.actions(*LAUNCHING):
            return "no active version has a resource of the type; those launched before are only read and deleted"
        if "read" in handlers.permissions:
            return LIST_IS_UNUSED
    return unneeded(handlers.resource_type, action, resources)


def on_kinds(
    known: IamAction, resource_type: str, resources: Sequence[TemplateResource], reason: str
) -> Iterator[Grant]:
    """The action on each kind of resource that it takes, by names of the template where they tell."""
    kinds = kinds_of(resource_type, known.action, frozenset(known.resources))
    arns: set[str] = set()
    named = True
    for kind in sorted(kinds):
        narrow = named_arns(resource_type, kind, resources)
        named = named and narrow is not None
        arns |= frozenset(known.resources[kind]) if narrow is None else narrow
    yield Grant(known.action, tuple(sorted(kinds)), frozenset(arns), resource_type, reason, named=named)
