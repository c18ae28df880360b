"""The permissions of a launch role, derived from the templates of product versions, each with its reason.

    for each resource type   IAM actions of its handlers (create, read, update, delete)
                             - actions that no version can cause (narrowing.NARROWINGS)
                             + actions that the handlers' lists lack (additions.ADDITIONS)
    for each template        what CloudFormation itself looks up (language)
    for each IAM action      its resources: from a scope, from names in the template, from the kinds of the Service
                             Authorization Reference, else `*`; and the condition that CloudFormation makes the call

A version that is no longer active still counts: what was launched from it must be read and deleted, and an update away
from it changes its properties. It adds no permission to create.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from catalog.cfn import Template, TemplateError
from catalog.check.derivable import NO_PERMISSIONS, is_custom, why_underivable
from catalog.check.handlers import Handler, Handlers, resource_handlers
from catalog.check.iam_actions import IamAction, iam_action
from catalog.check.written_out import written_out
from catalog.errors import ContentError
from catalog.model.definition import LaunchPermission
from catalog.roles.additions import ADDITIONS, KEYS, SERVICE_ROLES
from catalog.roles.boundaries import boundary_conditions
from catalog.roles.custom_resources import custom_grants
from catalog.roles.deliveries import CREATE_LINKED_ROLE, bucket_arns, linked_services
from catalog.roles.language import template_grants
from catalog.roles.literals import arns_of_other_accounts, function_arns, key_arns, object_arns
from catalog.roles.literals import via_service as via_service_of
from catalog.roles.names import LISTINGS, named_arns, service_of
from catalog.roles.narrowing import kinds_of, scope_of, unneeded
from catalog.roles.passing import PASSING, passing_grants
from catalog.roles.rows import Addition
from catalog.roles.statements import Conditions, Grant, merge_conditions, to_statements
from catalog.roles.values import TemplateResource, TemplateView

STACK_HANDLERS: tuple[Handler, ...] = ("create", "read", "update", "delete")
"""Handlers that stack operations call."""
HANDLERS_OF_INACTIVE: tuple[Handler, ...] = ("read", "delete")
LIST_IS_UNUSED = "only the list handler calls it, for listings of Cloud Control API; stack operations do not"
NO_ROLE_PASSED = "no version passes a role"
NAMED_BY_PROPERTIES = (bucket_arns, function_arns, object_arns)
NAMED_KINDS = frozenset({"bucket", "function", "object"})
VIA_SERVICE_KEY = "kms:ViaService"
UNKNOWN = "a handler lists it, but IAM has no action of this name"


@dataclass(frozen=True, slots=True)
class ProductVersion:
    """One version of one product, as its launch role sees it."""

    product: str
    version: str
    template: Template
    active: bool = True
    file: str = ""
    """The file that declares the product, in messages; empty: the one in Python."""

    @property
    def shown_file(self) -> str:
        """The file that declares the product, in messages."""
        return self.file or f"products/{self.product}.py"


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


STACK_NAME = "SC-${AWS::AccountId}-pp-*"
"""The names of the stacks of products, with which the names that CloudFormation generates begin."""


def derive(
    versions: Sequence[ProductVersion],
    regions: Sequence[str],
    *,
    called_via: bool = True,
    generated_names: bool = True,
    via_service: bool = True,
) -> DerivedPermissions:
    """Derive the permissions of one launch role for all `versions`, of one product or several.

    `called_via` adds the condition that CloudFormation makes the call. `generated_names` narrows the ARNs of resources
    without a name to those of the product's stacks. `via_service` keeps the conditions that a service calls KMS. Raises
    `ContentError` for a template that cannot be read, and for a Region that cfn-lint does not know.
    """
    derivation = Derivation(regions)
    written = [derivation.add_template(version) for version in versions]
    for resource_type, resources in sorted(by_type(written, STACK_NAME if generated_names else "*").items()):
        try:
            derivation.add(resource_type, resources)
        except TemplateError as error:
            raise blamed(error, resource_type, resources, regions) from error
    grants = derivation.grants if via_service else [without_via_service(grant) for grant in derivation.grants]
    permissions = to_statements(grants, called_via=called_via)
    granted = {grant.action for grant in derivation.grants}
    return DerivedPermissions(
        permissions,
        {iam_action: tuple(sorted(callers)) for iam_action, callers in sorted(derivation.needed_by.items())},
        {name: reason for name, reason in sorted(derivation.left_out.items()) if name not in granted},
        derivation.underivable,
    )


def without_via_service(grant: Grant) -> Grant:
    """The grant without the condition that a service calls KMS."""
    kept = {
        operator: {key: value for key, value in keys.items() if key != VIA_SERVICE_KEY}
        for operator, keys in grant.conditions.items()
    }
    return replace(grant, conditions={operator: keys for operator, keys in kept.items() if keys})


def blamed(
    error: TemplateError, resource_type: str, resources: Sequence[VersionResource], regions: Sequence[str]
) -> ContentError:
    """The error with product, version and logical id of the first resource that alone raises it."""
    for each in resources:
        try:
            Derivation(regions).add(resource_type, [each])
        except TemplateError:
            return unreadable(each.version, f"resource {each.resource.logical_id}: {error}")
    return unreadable(resources[0].version, str(error))


def unreadable(version: ProductVersion, problem: str) -> ContentError:
    """The error for a template that CloudFormation cannot read, with product and version."""
    return ContentError(f"{version.shown_file}: no launch role can be derived for version {version.version}: {problem}")


@dataclass(frozen=True, slots=True)
class VersionResource:
    """A resource of one version."""

    version: ProductVersion
    resource: TemplateResource


def by_type(versions: Iterable[ProductVersion], stack_name: str) -> dict[str, list[VersionResource]]:
    """Every resource that can exist, by type."""
    types: dict[str, list[VersionResource]] = {}
    for version in versions:
        with readable(version):
            for resource in TemplateView(version.template, stack_name).resources():
                types.setdefault(resource.type, []).append(VersionResource(version, resource))
    return types


@contextmanager
def readable(version: ProductVersion) -> Iterator[None]:
    """Turn the error of a template that CloudFormation cannot read into a `ContentError` with product and version."""
    try:
        yield
    except TemplateError as error:
        raise unreadable(version, str(error)) from error


@dataclass(slots=True)
class Derivation:
    """The grants and reasons that are derived so far."""

    regions: Sequence[str]
    grants: list[Grant] = field(default_factory=list)
    needed_by: dict[str, set[str]] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    underivable: dict[str, str] = field(default_factory=dict)

    def add_template(self, version: ProductVersion) -> ProductVersion:
        """Add what CloudFormation looks up for a template, if people can launch or update to its version.

        The result is the version with the template that transforms make of its own, as far as that is known.
        """
        where = version.shown_file
        with readable(version):
            for grant in template_grants(version.template) if version.active else ():
                self.grants.append(grant)
                self.needed_by.setdefault(grant.action, set()).add(f"template of {version.product}: {grant.reason}")
            written = written_out(version.template)
            self.underivable |= {f"{where}: transform {name}": reason for name, reason in written.why.items()}
            return replace(version, template=written.template)

    def add(self, resource_type: str, version_resources: Sequence[VersionResource]) -> None:
        """Add what resources of one type need."""
        resources = [each.resource for each in version_resources]
        if is_custom(resource_type):
            self.add_grants(custom_grants(resource_type, resources), [f"requests of {resource_type}"])
        if resource_type in NO_PERMISSIONS or is_custom(resource_type):
            return
        handlers = resource_handlers(resource_type, self.regions)
        reason = why_underivable(resource_type, self.regions)
        if reason:
            for each in version_resources:
                logical_id = each.resource.logical_id
                where = f"{each.version.shown_file}: resource {logical_id} of type {resource_type}"
                self.underivable[where] = reason
        if handlers is not None:
            self.add_handlers(handlers, resources, active=any(each.version.active for each in version_resources))

    def add_handlers(self, handlers: Handlers, resources: Sequence[TemplateResource], *, active: bool) -> None:
        """Add what the handlers of one type call for these resources, and what their lists lack."""
        resource_type = handlers.resource_type
        used = STACK_HANDLERS if active else HANDLERS_OF_INACTIVE
        for action in sorted(handlers.iam_actions()):
            reason = UNKNOWN if iam_action(action) is None else why_unneeded(handlers, used, action, resources)
            if reason:
                self.left_out[action] = reason
                continue
            callers = [f"{name} {resource_type}" for name in used if action in handlers.iam_actions(name)]
            if action == PASSING:
                grants = list(passing_grants(resource_type, resources))
                self.add_grants(grants, callers)
                self.left_out |= {} if grants else {action: NO_ROLE_PASSED}
            else:
                self.add_grants(self.grants_of(handlers, action, resources), callers)
        for row in ADDITIONS:
            if row.resource_type == resource_type and (active or row.when_inactive) and row.need(resources):
                caller = f"create {resource_type}" if active else f"delete {resource_type}"
                self.add_grants(grants_of_addition(handlers, row, resources), [caller])

    def add_grants(self, grants: Iterable[Grant], callers: Iterable[str]) -> None:
        """Add grants with their callers."""
        callers = tuple(callers)
        for grant in grants:
            self.grants.append(grant)
            self.needed_by.setdefault(grant.action, set()).update(callers)

    def grants_of(self, handlers: Handlers, action: str, resources: Sequence[TemplateResource]) -> Iterator[Grant]:
        """An IAM action of the handlers on the resources that it needs, once for each of its conditions."""
        if action == CREATE_LINKED_ROLE and scope_of(handlers.resource_type, action) is None:
            yield from linked_role_grants(handlers, resources)
            return
        for conditions in boundary_conditions(handlers.resource_type, action, resources):
            yield grant_of(handlers, action, resources, "", conditions)


def linked_role_grants(handlers: Handlers, resources: Sequence[TemplateResource]) -> Iterator[Grant]:
    """The permission to create service-linked roles, for each service whose role the type can need."""
    for service in linked_services(handlers.resource_type, handlers.iam_actions(), resources):
        yield Grant(
            CREATE_LINKED_ROLE,
            (),
            frozenset({f"{SERVICE_ROLES}/{service}/*"}),
            handlers.resource_type,
            "service-linked roles only, which trust only their service",
            {"StringLike": {"iam:AWSServiceName": service}},
        )


def grants_of_addition(handlers: Handlers, row: Addition, resources: Sequence[TemplateResource]) -> Iterator[Grant]:
    """The grant of an action that no handler lists."""
    if row.resources:
        arns = key_arns(resources) if row.resources == KEYS else frozenset(row.resources)
        yield Grant(row.action, (), arns, row.resource_type, row.reason, row.conditions)
    else:
        yield grant_of(handlers, row.action, resources, row.reason, row.conditions)


def grant_of(
    handlers: Handlers, action: str, resources: Sequence[TemplateResource], reason: str, conditions: Conditions
) -> Grant:
    """An action on the resources that it needs: from a scope, from names, or from the kinds that it takes."""
    resource_type = handlers.resource_type
    reference = iam_action(action)
    scope = scope_of(resource_type, action)
    if scope:
        reasons = "; ".join(filter(None, (reason, scope.reason)))
        both = merge_conditions(scope.conditions, conditions)
        return Grant(action, (), frozenset(scope.resources), resource_type, reasons, both)
    if reference is None or reference.everywhere:
        return Grant(action, (), frozenset({"*"}), resource_type, reason, conditions)
    if arns := frozenset[str]().union(*(named(resource_type, action, resources) for named in NAMED_BY_PROPERTIES)):
        return Grant(
            action, tuple(NAMED_KINDS & set(reference.resources)), arns, resource_type, reason, conditions, named=True
        )
    conditions = merge_conditions(via_service_of(resource_type, action), conditions)
    return grant_on_kinds(handlers, reference, resources, reason, conditions)


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


def grant_on_kinds(
    handlers: Handlers, action: IamAction, resources: Sequence[TemplateResource], reason: str, conditions: Conditions
) -> Grant:
    """The action on each kind of resource that it takes, narrowed by names of the template where possible."""
    resource_type = handlers.resource_type
    kinds = kinds_of(resource_type, action.action, frozenset(action.resources), handlers.iam_actions())
    arns: set[str] = set()
    named = True
    for kind in sorted(kinds):
        of_service = action.action.startswith(f"{service_of(resource_type)}:")
        nameable = of_service and action.action not in LISTINGS
        by_name = named_arns(resource_type, kind, resources) if nameable else None
        named = named and by_name is not None
        arns |= by_name if by_name is not None else arns_of_kind(resource_type, action, kind, resources)
    return Grant(action.action, tuple(sorted(kinds)), frozenset(arns), resource_type, reason, conditions, named)


def arns_of_kind(
    resource_type: str, action: IamAction, kind: str, resources: Sequence[TemplateResource]
) -> frozenset[str]:
    """The ARNs of a kind without a name in the template: all of the account, and literal ones of other accounts."""
    possible = frozenset(action.resources[kind])
    if action.action.startswith("kms:") and kind == "key" and not resource_type.startswith("AWS::KMS::"):
        return key_arns(resources)
    return possible | arns_of_other_accounts(possible, resources)
