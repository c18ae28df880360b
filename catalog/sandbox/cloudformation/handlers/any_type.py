"""Any resource type of CloudFormation: by the calls of its service where the sandbox has it, else by its schema.

What is only modelled has a name or an id, attributes of the right form, and its tags; Cloud Control shows it. In both
cases the properties are checked against the schema, and the launch role needs the permissions of the type's handlers.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from catalog.sandbox.cloudformation.handlers.base import (
    MODELLED,
    REAL,
    LiveResource,
    Properties,
    ResourceFailed,
    ResourceHandler,
    StackContext,
    absent,
    handler_failure,
    invalid,
)
from catalog.sandbox.cloudformation.handlers.existing import Existing, begun
from catalog.sandbox.cloudformation.handlers.required import in_cluster, require_listed, require_passing
from catalog.sandbox.cloudformation.modelled import (
    ModelledResource,
    can_read,
    identifier_of,
    modelled_of,
    tag_value,
    tags_in,
)
from catalog.sandbox.cloudformation.update_policy import kept_by, replaced_by
from catalog.sandbox.registry.also_attributes import properties_too
from catalog.sandbox.registry.api_types import ApiResource, ApiType
from catalog.sandbox.registry.checking import faults
from catalog.sandbox.registry.differing import Deviation
from catalog.sandbox.registry.making import Gone, Making, NotStable, StillThere
from catalog.sandbox.registry.naming import StackPlace, generated_name, made_up, name_property
from catalog.sandbox.registry.once import ONCE
from catalog.sandbox.registry.protection import protected, protection
from catalog.sandbox.registry.refs import REFS
from catalog.sandbox.registry.schemas import TypeSchema

REVISED = ("AWS::ECS::TaskDefinition", "AWS::Lambda::LayerVersion")
"""Types that are replaced by a new revision of the same name (template reference, "Family")."""


class AnyTypeHandler(ResourceHandler):
    """One resource type."""

    def __init__(self, schema: TypeSchema, row: ApiType | None) -> None:
        self.schema, self.row = schema, row
        self.taggable_type = bool(schema.tag_property)
        self.service_name = schema.name.split("::")[1]

    @property
    def taggable(self) -> bool:  # type: ignore[override]  # of the type, not of the class
        """Whether the type has tags."""
        return self.taggable_type

    @property
    def checks_permissions(self) -> bool:  # type: ignore[override]  # of the type, not of the class
        """Whether its calls, or the lists of its handlers, are known."""
        return self.row is not None or bool(self.schema.permissions("create"))

    @property
    def create_only(self) -> frozenset[str]:  # type: ignore[override]  # of the type, not of the class
        """The properties whose change replaces the resource."""
        return frozenset(path.partition(".")[0] for path in self.schema.create_only)

    @property
    def service(self) -> str:  # type: ignore[override]  # of the type, not of the class
        """The service in messages, as the namespace of the type."""
        return self.service_name

    def has_attribute(self, name: str) -> bool:
        """Whether the schema lists the attribute."""
        whole, _, member = name.partition(".")
        if member and whole in self.schema.read_only and self._has_member(whole, member):
            return True
        named = name in self.schema.properties
        return name in self.schema.read_only or (
            named
            and name not in self.schema.write_only
            and (name in properties_too(self.schema) or name in self.schema.primary)
        )

    def _has_member(self, name: str, member: str) -> bool:
        """Whether an attribute is an object with a member, or of any members, as the outputs of a stack are."""
        definition = self.schema.resolve(self.schema.properties.get(name))
        return definition.get("type") == "object" and member in definition.get("properties", {member})

    def check(self, logical_id: str, properties: Properties) -> None:
        """Raise `ResourceFailed` for properties that the schema does not allow."""
        wrong = faults(self.schema, properties)
        if wrong:
            raise ResourceFailed(invalid(logical_id, wrong))

    def replaces(
        self, live: LiveResource, old: Properties, new: Properties, policy: Mapping[str, Any] | None = None
    ) -> bool:
        """Whether a property has changed that only a creation can set, or that replaces it by its UpdatePolicy."""
        kept = kept_by(self.schema.name, policy or {})
        conditional = [
            name
            for name in self.schema.conditional
            if name not in kept
            and not (
                self.row
                and (
                    name in self.row.in_place
                    or self.row.in_place_by(new)
                    or (name in self.row.in_place_while_given and name in old and name in new)
                )
            )
        ]
        documented = (*(self.row.replaced if self.row else ()), *replaced_by(self.schema.name, policy))
        return any(_at(old, path) != _at(new, path) for path in (*self.schema.create_only, *conditional, *documented))

    def default_deletion_policy(self, properties: Properties) -> str:
        """Snapshot for databases alone (user guide, "DeletionPolicy attribute")."""
        final = self.row.snapshot if self.row else None
        return "Snapshot" if final and final.default(properties) else "Delete"

    def check_replacement(self, old: Properties, new: Properties) -> None:
        """Refuse to replace a resource that keeps its name: the new one is made before the old one goes.

        A name that can change in place is a label, which several can have.
        """
        name = name_property(self.schema)
        names_it = name in (*self.schema.primary, *self.schema.create_only, *self.schema.conditional)
        if names_it and name in new and old.get(name) == new.get(name) and self.schema.name not in REVISED:
            raise ResourceFailed(
                "CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename "
                f"{new[name]} and update the stack again."
            )

    def create(self, context: StackContext, properties: Properties) -> LiveResource:
        """Make the resource, with the tags of the stack and its own."""
        subject = self._subject(context, properties)
        self._check_policy(context, properties)
        require_passing(self.row, context, "create", subject, {})
        if self.row:
            making = Making(self.row, subject, context.require)
            once = self.schema.name in ONCE
            if (once or subject.name in properties.values()) and making.taken():
                identifier = identifier_of(self.schema, properties) if once else subject.name
                raise ResourceFailed(_exists(self.schema.name, identifier))
            _settled(making.create)
            self._invent(subject)
            return LiveResource(self._reference(subject), _existing(subject))
        given = identifier_of(self.schema, properties)
        if given and (self.schema.name, given) in modelled_of(context.account, context.region):
            raise ResourceFailed(_exists(self.schema.name, given))
        require_listed(context, "create", subject, properties)
        self._invent(subject)
        require_listed(context, "read", subject, properties)
        self._model(context, subject)
        return LiveResource(self._reference(subject), _existing(subject))

    def _model(self, context: StackContext, subject: ApiResource) -> None:
        """Keep what is only modelled; a name that is taken is refused where the template gives it."""
        tags = {self.schema.tag_property: tag_value(self.schema, subject.tags)} if subject.tags else {}
        made = ModelledResource(self.schema, {**copy.deepcopy(dict(subject.properties)), **tags}, dict(subject.values))
        modelled_of(context.account, context.region)[self.schema.name, made.identifier] = made

    def identifier(self, live: LiveResource) -> str:
        """The primary identifier of a resource."""
        known: Existing = live.model
        return identifier_of(self.schema, {**known.applied, **known.values})

    def _modelled(self, context: StackContext, live: LiveResource) -> ModelledResource | None:
        return modelled_of(context.account, context.region).get((self.schema.name, self.identifier(live)))

    def update(self, context: StackContext, live: LiveResource, old: Properties, new: Properties) -> LiveResource:
        """Change the resource and its tags."""
        subject = self._subject(context, new, live)
        before: Existing = live.model
        subject.old = before.actual
        self._check_policy(context, new)
        require_passing(self.row, context, "update", subject, old)
        for name in self.row.fixed if self.row else ():
            if before.applied.get(name) != new.get(name):
                raise ResourceFailed(_not_updatable(name))
        if self.row:
            making = Making(self.row, subject, context.require)
            making.progress.before = before.half
            # If it fails, nobody knows how far its tags came: the rollback sets them again, and needs the permission.
            live.model = replace(before, tags=subject.tags)
            try:
                _settled(lambda: making.update(before.tags))
            except Gone as error:
                raise ResourceFailed(_gone(self.schema.name, self.identifier(live))) from error
            except Exception as error:
                live.model = begun(live.model, making, error)
                raise
        else:
            changed = {name: value for name, value in {**old, **new}.items() if old.get(name) != new.get(name)}
            require_listed(context, "update", subject, changed)
            require_listed(context, "read", subject, new)
        self._invent(subject)
        if not self.row:
            self._model(context, subject)
        return LiveResource(live.physical_id, _existing(subject))

    def delete(self, context: StackContext, live: LiveResource, properties: Properties) -> None:
        """Delete the resource; what a service still has afterwards is not deleted."""
        subject = self._subject(context, properties, live)
        if not self.row:
            require_listed(context, "delete", subject, properties)
            if gone := self._modelled(context, live):
                _refuse_protected(live, protection(gone.properties))
                del modelled_of(context.account, context.region)[self.schema.name, gone.identifier]
            return
        _refuse_protected(live, protection(live.model.actual, self.row.modelled))
        try:
            Making(self.row, subject, context.require).delete(snapshot=context.snapshot)
        except StillThere as error:
            message = f"{live.physical_id} still exists after its deletion"
            raise ResourceFailed(handler_failure(message, "NotStabilized")) from error

    @property
    def imports(self) -> bool:
        """A type with a read handler, or of a service of the sandbox."""
        return self.row is not None or can_read(self.schema)

    def adopt(self, context: StackContext, properties: Properties, identifier: Mapping[str, str]) -> LiveResource:
        """What the service of the type, or the model, has under an identifier."""
        if set(identifier) != set(self.schema.primary):
            raise ResourceFailed(
                f"The identifier of {self.schema.name} has the keys {', '.join(self.schema.primary)}, not "
                f"{', '.join(sorted(identifier))}"
            )
        subject = self._subject(context, properties, LiveResource("", Existing(identifier)))
        if self.row is None:
            return self._adopt_modelled(context, subject, identifier)
        subject.values.update(self.row.identified(subject))
        subject.name = str(subject[name_property(self.schema)] or subject.name)
        if not Making(self.row, subject, context.require).exists():
            raise absent(self.schema.name, identifier)
        Making(self.row, subject, context.require).read()
        self._invent(subject)
        subject.tags = {}
        return LiveResource(self._reference(subject), replace(_existing(subject), adopted=True))

    def _adopt_modelled(
        self, context: StackContext, subject: ApiResource, identifier: Mapping[str, str]
    ) -> LiveResource:
        key = self.schema.name, identifier_of(self.schema, identifier)
        existing = modelled_of(context.account, context.region).get(key)
        if existing is None:
            raise absent(self.schema.name, identifier)
        require_listed(context, "read", subject, subject.properties)
        subject.values = dict(existing.values)
        subject.tags = existing.tags()
        return LiveResource(self._reference(subject), _existing(subject))

    def deviation(self, context: StackContext, live: LiveResource, applied: Properties) -> Deviation | None:
        """How its service, or what is modelled, differs; None for a type without a read handler."""
        if self.row is None:
            existing = self._modelled(context, live)
            if not can_read(self.schema):
                return None
            return existing.deviation(applied, live.model.tags) if existing else Deviation(gone=True)
        subject = self._subject(context, applied, live)
        return Making(self.row, subject, context.require).deviation(live.model.shown, live.model.adopted)

    def proof(self, live: LiveResource) -> str:
        """Real for a type that a service of the sandbox has."""
        return REAL if self.row else MODELLED

    def attribute(self, context: StackContext, live: LiveResource, name: str) -> Any:
        """The attribute, as the service or the schema gave it."""
        known: Existing = live.model
        if self.row and name in self.row.changing:
            subject = self._subject(context, known.applied, live)
            return Making(self.row, subject, context.require).attribute_now(name)
        if name in known.values:
            return known.values[name]
        whole, _, member = name.partition(".")
        if member and member in (known.values.get(whole) or {}):
            return known.values[whole][member]
        raise ResourceFailed(f"{self.schema.name} has no attribute {name}")

    def _subject(self, context: StackContext, properties: Properties, live: LiveResource | None = None) -> ApiResource:
        place = StackPlace(
            context.account,
            context.region,
            context.partition,
            context.stack_name,
            context.logical_id,
            context.caller,
        )
        existing: Existing = live.model if live else Existing()
        name = name_property(self.schema)
        named = properties.get(name) or existing.values.get(name) if name else ""
        if name and not named:
            named = generated_name(self.schema, place, properties)
        tags = tags_in(properties.get(self.schema.tag_property)) if self.taggable else {}
        gone = properties_too(self.schema) & existing.applied.keys() - properties.keys() - {*self.schema.primary}
        kept = {each: value for each, value in existing.values.items() if each not in gone}
        values = {**kept, **({name: str(named)} if name else {})}
        return ApiResource(
            self.schema, place, properties, str(named or ""), values, {**context.tags, **tags} if self.taggable else {}
        )

    def _reference(self, subject: ApiResource) -> str:
        """The value of Ref."""
        special = (self.row.ref if self.row else "") or REFS.get(self.schema.name, "")
        for names in ((special,), self.schema.primary):
            parts = [subject[name] for name in names if name]
            if parts and None not in parts:
                return "|".join(map(str, parts))
        return subject.name or f"{subject.place.stack_name}-{subject.place.logical_id}"

    def _invent(self, subject: ApiResource) -> None:
        """Give the attributes that no service has given."""
        for name in (*self.schema.read_only, *self.schema.primary):
            if ("." not in name and subject[name] is None) or ("." in name and name not in subject.values):
                own = in_cluster(subject) or subject.place.logical_id
                subject.values[name] = made_up(self.schema, subject.place, name, own)
        for name in properties_too(self.schema) - self.schema.write_only:
            if name in subject.properties:
                subject.values[name] = subject.properties[name]

    def _check_policy(self, context: StackContext, properties: Properties) -> None:
        """Refuse a resource whose policy asks for a snapshot that the service does not make."""
        final = self.row.snapshot if self.row else None
        if final and context.snapshot and (reason := final.refusal(properties)):
            raise ResourceFailed(handler_failure(reason, "InvalidRequest"))


def _settled(act: Callable[[], None]) -> None:
    """Make or change a resource; what its service began and did not finish fails [code assumed]."""
    try:
        act()
    except NotStable as error:
        raise ResourceFailed(handler_failure(str(error), "GeneralServiceException")) from error


def _refuse_protected(live: LiveResource, property_name: str) -> None:
    """Refuse the deletion of what a property protects, which no service knows."""
    if property_name:
        raise ResourceFailed(handler_failure(protected(live.physical_id, property_name), "InvalidRequest"))


def _existing(subject: ApiResource) -> Existing:
    return Existing(subject.values, subject.tags, subject.properties, copy.deepcopy(subject.shown))


def _not_updatable(name: str) -> str:
    return handler_failure(f"Updates to {name} are not supported.", "NotUpdatable")


def _gone(type_name: str, identifier: str) -> str:
    return handler_failure(f"Resource of type '{type_name}' with identifier '{identifier}' was not found.", "NotFound")


def _exists(type_name: str, name: str) -> str:
    return handler_failure(f"Resource of type '{type_name}' with identifier '{name}' already exists.", "AlreadyExists")


def _at(properties: Any, path: str) -> Any:
    for step in path.split("."):
        if not isinstance(properties, Mapping):
            return None
        properties = properties.get(step)
    return properties
