"""How a resource type is made by the calls of its service: the form of the rows of `tables`, and their subject."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from catalog.sandbox.registry.naming import StackPlace
from catalog.sandbox.registry.schemas import TypeSchema
from catalog.sandbox.registry.shaping import as_text


@dataclass(slots=True)
class ApiResource:
    """A resource that is being made, changed or deleted."""

    schema: TypeSchema
    place: StackPlace
    properties: Mapping[str, Any]
    name: str = ""
    """Its name, given or generated; empty for a type without one."""
    values: dict[str, Any] = field(default_factory=dict)
    """What is known of it beyond its properties: identifiers and attributes."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """All tags that it shall have."""
    old: Mapping[str, Any] = field(default_factory=dict)
    """Its properties before an update."""
    shown: Any = None
    """What the service showed of it after the last creation or update."""
    ask: Callable[..., dict[str, Any]] = field(default=lambda _, __, service="": {})
    """Calls an operation that reads, with its parameters, from the same service or from the one that is named."""

    def __getitem__(self, name: str) -> Any:
        """A property, an identifier or an attribute; None without it."""
        return self.properties.get(name, self.values.get(name))

    def at(self, path: str) -> Any:
        """The property at a path `A.B`; None without it."""
        value: Any = self.properties
        for step in path.split("."):
            value = value.get(step) if isinstance(value, Mapping) else None
        return value

    def text(self, name: str, default: str = "") -> str:
        """As text, with JSON for objects."""
        value = self[name]
        return default if value is None else as_text(value)

    def given(self, *names: str) -> dict[str, Any]:
        """Those of the properties that the template has."""
        return {name: self.properties[name] for name in names if name in self.properties}


Parameters = Callable[[ApiResource], Any]
"""From a subject to the parameters of one call, to a list of parameters for several, or to None for no call."""


@dataclass(frozen=True, slots=True)
class ApiCall:
    """An operation of the service, with the parameters that a subject gives."""

    operation: str
    parameters: Parameters = lambda subject: {}
    copies: bool = False
    """Whether it also gets each property that has the name of a parameter."""
    renamed: Mapping[str, str] = field(default_factory=dict)
    """Property, or member `A.B` of one, → its name in the API, for properties that are copied."""
    omitted: Sequence[str] = ()
    """Properties that are not copied."""
    permissions: Sequence[str] | Callable[[ApiResource], Sequence[str]] | None = None
    """The IAM actions that it needs, or what says them; None for the action of its name."""
    service: str = ""
    """The service, where it is not the one of the row."""
    identity: Sequence[str] = ()
    """Values of the subject that it gets as the parameters of their names, once they are known."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Properties with a call of their own, which sets them after the creation and changes them in an update."""

    properties: Sequence[str]
    put: ApiCall
    remove: ApiCall | None = None
    """When an update takes the properties away; None: `put` then sets the default."""
    on_create: bool = True
    """Whether a creation calls it: not if the call that creates takes the properties too."""


@dataclass(frozen=True, slots=True)
class Tagging:
    """The calls that tag a resource."""

    tag: ApiCall
    untag: ApiCall
    parameter: str = ""
    """The parameter of the creation that takes the tags; empty: `tag` is called after it."""
    tags_in: str = "Tags"
    """The parameter of `tag` with the tags, in upper or lower case."""
    keys_in: str = "TagKeys"
    """The parameter of `untag` with the keys, in upper or lower case."""
    whole: bool = False
    """Whether `tag` sets all tags at once, from the subject, and `untag` removes all."""
    wrap: Callable[[Any], Any] = lambda tags: tags
    """What the creation's parameter holds besides the tags."""
    more: Callable[[ApiResource, Mapping[str, Any], str], Mapping[str, Any]] = lambda subject, properties, key: {}
    """What a tag holds besides its key and value, by the properties of the resource."""


@dataclass(frozen=True, slots=True)
class FinalSnapshot:
    """How a deletion leaves a snapshot: by a parameter of the call that deletes, or by a call before it.

    The service names the snapshot that a call of its own makes; with `parameter`, CloudFormation does.
    """

    parameter: str = ""
    """The parameter of the call that deletes, which gets the name of the snapshot."""
    skip: str = ""
    """The parameter of the call that deletes, which says that there is no snapshot."""
    call: ApiCall | None = None
    permissions: Callable[[ApiResource], Sequence[str]] = lambda subject: ()
    """The IAM actions that the deletion needs besides."""
    possible: Callable[[ApiResource], bool] = lambda subject: True
    """Whether the resource can have one: a cluster has that of its instances."""
    default: Callable[[Mapping[str, Any]], bool] = lambda properties: False
    """Whether Snapshot is the DeletionPolicy of a resource with these properties and no policy."""
    refusal: Callable[[Mapping[str, Any]], str] = lambda properties: ""
    """Why a resource with these properties cannot have the policy Snapshot; empty if it can."""
    limit: int = 255
    """How many characters its name can have."""


@dataclass(frozen=True, slots=True)
class ApiType:
    """A resource type that a service of the sandbox truly has."""

    name: str
    service: str
    """Its name in botocore."""
    create: ApiCall
    delete: Sequence[ApiCall]
    read: ApiCall | None = None
    snapshot: FinalSnapshot | None = None
    """The snapshot of a deletion whose policy is Snapshot; None for a type that CloudFormation makes none of."""
    shown: Callable[[ApiResource, Mapping[str, Any]], Any] = lambda subject, answer: answer
    """What the answer of `read` says of it; nothing if it does not exist."""
    probe: ApiCall | None = None
    """Finds a resource by its name alone, where `read` needs more: a creation refuses a name that is taken."""
    known: Callable[[ApiResource, Mapping[str, Any]], Mapping[str, Any]] = lambda subject, answer: {}
    """The identifiers that the answer of `create` has."""
    identified: Callable[[ApiResource], Mapping[str, Any]] = lambda subject: {}
    """Identifiers that the primary one contains: all that an import knows is the primary one."""
    attributes: Callable[[ApiResource, Any], Mapping[str, Any]] = lambda subject, shown: {}
    """The attributes that `shown` has, after each creation and update."""
    changing: Sequence[str] = ()
    """Attributes that other resources change: they are read again whenever a template asks for them."""
    failed: Callable[[Any], str] = lambda shown: ""
    """Why a creation or an update did not succeed by what `shown` says, though its calls did; empty if it did."""
    ref: str = ""
    """The value or property that is its Ref; empty: the primary identifier of the schema."""
    settings: Sequence[Setting] = ()
    update: ApiCall | None = None
    """Changes the properties that no setting has."""
    updates_tags: bool = False
    """Whether `create` and `update` take the tags of the subject, so that other tags are an update."""
    tagging: Tagging | None = None
    arn: Callable[[ApiResource], str] | None = None
    """Its ARN in IAM; None: its attribute Arn, or the format of its kind with its name or id."""
    keys: Callable[[ApiResource], Mapping[str, str]] = lambda subject: {}
    """Condition keys of all calls about it."""
    passed_to: str = ""
    """The service that gets the roles of its properties; empty: the one of the type's namespace."""
    passes: Callable[[ApiResource], Iterable[str | tuple[str, str]]] = lambda subject: ()
    """The ARNs of roles that it passes under their names, or such an ARN and the service that gets this role."""
    passes_to: str = ""
    """The service that gets the roles of `passes`; empty: the one that gets all others."""
    in_place: Sequence[str] = ()
    """Properties with a conditional replacement that the service changes in place."""
    in_place_by: Callable[[Mapping[str, Any]], bool] = lambda properties: False
    """Whether properties say that the service changes all those with a conditional replacement in place."""
    in_place_while_given: Sequence[str] = ()
    """Properties with a conditional replacement that the service changes in place, but neither gives nor takes away."""
    replaced: Sequence[str] = ()
    """Properties whose change replaces the resource by the template reference, though the schema does not say so."""
    fixed: Sequence[str] = ()
    """Properties whose change fails the update by the template reference."""
    also: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """create, update or delete → IAM actions that its handler needs without a call of this row."""
    also_for: Mapping[tuple[str, str], Sequence[str]] = field(default_factory=dict)
    """(create, update or delete; property `A` or `A.B`) → IAM actions that it needs when the property is given."""
    also_by: Callable[[str, ApiResource], Iterable[tuple[str, str]]] = lambda handler, subject: ()
    """IAM actions that its handler, `create`, `update` or `delete`, needs by what the properties say, each with the
    ARN of another resource, or empty."""
    via: Mapping[str, str] = field(default_factory=dict)
    """Prefix of IAM actions → the service that calls them for the caller (kms:ViaService)."""
    modelled: Sequence[str] = ()
    """Properties, or members `A.B` of them, that the service of the sandbox does not have, or that its API does not
    change: the stack alone keeps them, or their changes."""
