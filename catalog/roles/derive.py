"""The permissions of a launch role, derived from the templates of product versions, each with its reason.

    for each resource type   IAM actions of its handlers (create, read, update, delete)
                             - actions that no version can cause (narrowing.NARROWINGS)
                             + actions that the handlers' lists lack (narrowing.ADDITIONS)
    for each template        what CloudFormation itself looks up (language)
    for each IAM action      its resources: from a scope, from names in the template, from the kinds of the Service
                             Authorization Reference, else `*`; and the condition that CloudFormation makes the call

A version that is no longer active still counts: what was launched from it must be read and deleted, and an update away
from it changes its properties. It adds no permission to create.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from catalog.cfn import Template, TemplateError
from catalog.cfn.language import is_extended
from catalog.check.handlers import Handler, Handlers, resource_handlers
from catalog.check.iam_actions import IamAction, iam_action
from catalog.errors import ContentError
from catalog.model.definition import LaunchPermission
from catalog.roles.language import keys, template_grants
from catalog.roles.names import named_arns
from catalog.roles.narrowing import ADDITIONS, HIDDEN, NO_PERMISSIONS, kinds_of, scope_of, unneeded
from catalog.roles.statements import Grant, to_statements
from catalog.roles.values import TemplateResource, TemplateView

STACK_HANDLERS: tuple[Handler, ...] = ("create", "read", "update", "delete")
"""Handlers that stack operations call."""
HANDLERS_OF_INACTIVE: tuple[Handler, ...] = ("read", "delete")
LIST_IS_UNUSED = "only the list handler calls it, for listings of Cloud Control API; stack operations do not"
UNKNOWN = "a handler lists it, but IAM has no action of this name"


@dataclass(frozen=True, slots=True)
class ProductVersion:
    """One version of one product, as its launch role sees it."""

    product: str
    version: str
    template: Template
    active: bool = True


@dataclass(frozen=True, slots=True)
class DerivedPermissions:
    """The permissions that the launch role of some versions needs."""

    permissions: tuple[LaunchPermission, ...] = ()
    needed_by: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """IAM action → its callers, such as `create AWS::KMS::Key`."""
    left_out: Mapping[str, str] = field(default_factory=dict)
    """IAM action that a handler lists → why the role does not need it."""
    underivable: Mapping[str, str] = field(default_factory=dict)
    """`products/x.py: resource Y` → why its permissions cannot be derived."""


def derive(
    versions: Sequence[ProductVersion], regions: Sequence[str], *, called_via: bool = True
) -> DerivedPermissions:
    """Derive the permissions of one launch role for all `versions`, of one product or several.

    `called_via` adds the condition that CloudFormation makes the call. Raises `ContentError` for a template that cannot
    be read, and for a Region that cfn-lint does not know.
    """
    derivation = Derivation(regions)
    for version in versions:
        derivation.add_template(version)
    for resource_type, resources in sorted(by_type(versions).items()):
        derivation.add(resource_type, resources)
    permissions = to_statements(derivation.grants, called_via=called_via)
    granted = {grant.action for grant in derivation.grants}
    return DerivedPermissions(
        permissions,
        {iam_action: tuple(sorted(callers)) for iam_action, callers in sorted(derivation.needed_by.items())},
        {name: reason for name, reason in sorted(derivation.left_out.items()) if name not in granted},
        derivation.underivable,
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
            is_extended(version.template)  # raises for a macro, which can add any resource to a template
            for resource in TemplateView(version.template).resources():
                types.setdefault(resource.type, []).append(VersionResource(version, resource))
    return types


@contextmanager
def readable(version: ProductVersion) -> Iterator[None]:
    """Turn the error of a template that CloudFormation cannot read into a `ContentError` with product and version."""
    try:
        yield
    except TemplateError as error:
        raise ContentError(
            f"products/{version.product}.py: no launch role can be derived for version {version.version}: {error}"
        ) from error


@dataclass(slots=True)
class Derivation:
    """The grants and reasons that are derived so far."""

    regions: Sequence[str]
    grants: list[Grant] = field(default_factory=list)
    needed_by: dict[str, set[str]] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    underivable: dict[str, str] = field(default_factory=dict)

    def add_template(self, version: ProductVersion) -> None:
        """Add what CloudFormation looks up for a template, if people can launch or update to its version."""
        if not version.active:
            return
        with readable(version):
            for grant in template_grants(version.template):
                self.grants.append(grant)
                self.needed_by.setdefault(grant.action, set()).add(f"template of {version.product}: {grant.reason}")
            if "Fn::Transform" in keys(version.template):
                self.underivable[f"products/{version.product}.py: Fn::Transform"] = HIDDEN["AWS::CloudFormation::Macro"]

    def add(self, resource_type: str, version_resources: Sequence[VersionResource]) -> None:
        """Add what resources of one type need."""
        if resource_type in NO_PERMISSIONS:
            return
        handlers = resource_handlers(resource_type, self.regions)
        reason = HIDDEN.get(resource_type, "" if handlers else "cfn-lint's schemas have no handlers for the type")
        if reason:
            for each in version_resources:
                logical_id = each.resource.logical_id
                where = f"products/{each.version.product}.py: resource {logical_id} of type {resource_type}"
                self.underivable[where] = reason
        if handlers is None:
            return
        resources = [each.resource for each in version_resources]
        active = any(each.version.active for each in version_resources)
        used = STACK_HANDLERS if active else HANDLERS_OF_INACTIVE
        for action in sorted(handlers.iam_actions()):
            reason = why_unneeded(handlers, used, action, resources)
            if reason:
                self.left_out[action] = reason
            else:
                callers = (f"{name} {resource_type}" for name in used if action in handlers.iam_actions(name))
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
        """Grant an IAM action on the resources that it needs; leave it out when IAM does not have it."""
        known_action = iam_action(action)
        if known_action is None:
            self.left_out[action] = UNKNOWN
            return
        self.needed_by.setdefault(action, set()).update(callers)
        scope = scope_of(resource_type, action)
        if scope:
            reasons = "; ".join(filter(None, (reason, scope.reason)))
            self.grants.append(Grant(action, (), frozenset(scope.resources), resource_type, reasons, scope.conditions))
        elif known_action.everywhere:
            self.grants.append(Grant(action, (), frozenset({"*"}), resource_type, reason))
        else:
            self.grants.append(grant_on_kinds(known_action, resource_type, resources, reason))


def why_unneeded(
    handlers: Handlers, used: Sequence[Handler], action: str, resources: Sequence[TemplateResource]
) -> str:
    """Why the role does not need an IAM action that a handler lists; empty when it does."""
    if action not in handlers.iam_actions(*used):
        if action in handlers.iam_actions(*STACK_HANDLERS):
            return (
                "no active version has a resource of the type; resources of inactive versions are only read and deleted"
            )
        if "read" in handlers.permissions:
            return LIST_IS_UNUSED
    return unneeded(handlers.resource_type, action, resources)


def grant_on_kinds(action: IamAction, resource_type: str, resources: Sequence[TemplateResource], reason: str) -> Grant:
    """The action on each kind of resource that it takes, narrowed by names of the template where possible."""
    kinds = kinds_of(resource_type, action.action, frozenset(action.resources))
    arns: set[str] = set()
    named = True
    for kind in sorted(kinds):
        by_name = named_arns(resource_type, kind, resources)
        named = named and by_name is not None
        arns |= frozenset(action.resources[kind]) if by_name is None else by_name
    return Grant(action.action, tuple(sorted(kinds)), frozenset(arns), resource_type, reason, named=named)
