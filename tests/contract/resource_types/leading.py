"""Where the properties of a type go: which of them a call of its row takes, and which members it drops."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, partial
from types import CodeType, FunctionType, ModuleType
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType
from catalog.sandbox.registry.calls import operation_model
from catalog.sandbox.registry.naming import StackPlace, name_property
from catalog.sandbox.registry.schemas import TypeSchema, type_schema

PLACE = StackPlace("123456789012", "us-east-1", "aws", "stack", "It")
DEPTH = 6
"""How deep members are followed: some definitions contain themselves."""


class Answer(dict[Any, Any]):
    """What a service answers: whatever is asked for is there."""

    def __missing__(self, key: Any) -> Any:
        return Answer()


def schema_of(row: ApiType) -> TypeSchema:
    """The schema of a row."""
    schema = type_schema(row.name)
    assert schema is not None
    return schema


def lost(row: ApiType) -> set[str]:
    """The properties that no call of the creation takes, or no call of an update that may change them."""
    schema = schema_of(row)
    every = schema.settable - {schema.tag_property}
    every -= {name_property(schema)}
    at_creation = [row.create, *(each.put for each in row.settings if each.on_create)]
    changed = every & changing(row, schema)
    return {
        *(name for name in every if not any(takes(row, call, name) for call in at_creation)),
        *(name for name in changed if not any(takes(row, call, name) for call in later(row, name))),
    }


def changing(row: ApiType, schema: TypeSchema) -> set[str]:
    """The properties that an update changes in place."""
    fixed = {name for name in schema.create_only if "." not in name} | {*row.replaced, *row.fixed}
    fixed |= {name.partition(".")[0] for name in schema.conditional} - {*row.in_place, *row.in_place_while_given}
    only = {name for name, body in schema.properties.items() if len(schema.resolve(body).get("enum", "..")) == 1}
    return {*schema.properties} - fixed - only


def later(row: ApiType, name: str) -> list[ApiCall]:
    """The calls of an update that changes a property."""
    settings = [each.put for each in row.settings if name in each.properties]
    return settings if settings or row.update is None else [row.update]


def takes(row: ApiType, call: ApiCall, name: str) -> bool:
    """Whether a call gets a property, or does something else without it."""
    return (
        name in call.identity or copies(row, call, name) or name in words(call.parameters) or differs(row, call, name)
    )


def copies(row: ApiType, call: ApiCall, name: str) -> bool:
    """Whether a call gets a property as the parameter of its name."""
    return call.copies and name not in call.omitted and parameter(row, call, name) is not None


def parameter(row: ApiType, call: ApiCall, name: str) -> Shape | None:
    """The form of the parameter to which a call copies a property."""
    shape = operation_model(call.service or row.service, call.operation).input_shape
    members = shape.members if isinstance(shape, StructureShape) else {}
    wanted = call.renamed.get(name, name).lower()
    return next((member for key, member in members.items() if key.lower() == wanted), None)


def differs(row: ApiType, call: ApiCall, name: str) -> bool:
    """Whether the parameters of a call are others without a property."""
    schema = schema_of(row)
    given = sample(row.name)
    without = {key: value for key, value in given.items() if key != name}
    return parameters(schema, call, given) != parameters(schema, call, without)


def parameters(schema: TypeSchema, call: ApiCall, properties: Mapping[str, Any]) -> Any:
    """The parameters that a call gets for properties that are new; None if it needs more than a sample of them."""
    subject = ApiResource(schema, PLACE, properties, name="name", ask=lambda *_, **__: Answer())
    try:
        return call.parameters(subject)
    except Exception:  # noqa: BLE001  # a sample can be anything
        return None


@cache
def sample(name: str) -> Mapping[str, Any]:
    """Some value for each property of a type."""
    schema = type_schema(name)
    assert schema is not None
    return {key: value_of(schema, schema.properties[key]) for key in schema.settable}


def value_of(schema: TypeSchema, definition: Any, depth: int = 0) -> Any:
    """Some value of a definition."""
    body = schema.resolve(definition)
    kind = body.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object" or "properties" in body:
        members = body.get("properties") or {"x": {"type": "string"}}
        return {key: value_of(schema, each, depth + 1) for key, each in members.items()} if depth < DEPTH else {}
    if kind == "array":
        return [value_of(schema, body.get("items"), depth + 1)] if depth < DEPTH else []
    plain: Mapping[Any, Any] = {"integer": 1, "number": 1, "boolean": True}
    return plain.get(kind) or (body.get("enum") or ["x"])[0]


def words(thing: Any, seen: set[int] | None = None) -> set[str]:
    """The texts in a function and in what it uses: names of properties, and the steps of paths."""
    seen = set() if seen is None else seen
    if id(thing) in seen:
        return set()
    seen.add(id(thing))
    if isinstance(thing, str):
        return {thing, *thing.split(".")}
    parts: list[Any] = []
    if isinstance(thing, Mapping):
        parts = [*thing.keys(), *thing.values()]
    elif isinstance(thing, tuple | list | set | frozenset):
        parts = [*thing]
    elif isinstance(thing, partial):
        parts = [thing.func, thing.args, thing.keywords]
    elif isinstance(thing, CodeType):
        parts = [*thing.co_consts]
    elif isinstance(thing, FunctionType) and thing.__module__.startswith("catalog."):
        parts = [thing.__code__, thing.__defaults__, thing.__kwdefaults__, *enclosed(thing), *used(thing)]
    return set().union(*(words(part, seen) for part in parts))


def enclosed(function: FunctionType) -> Iterator[Any]:
    """What a function has from the functions around it."""
    yield from (cell.cell_contents for cell in function.__closure__ or ())


def used(function: FunctionType) -> Iterator[Any]:
    """What a function uses of its module, and of those that its module has."""
    names = names_in(function.__code__)
    for name in names:
        each = function.__globals__.get(name)
        if isinstance(each, ModuleType) and each.__name__.startswith("catalog."):
            yield from (getattr(each, other, None) for other in names)
        elif not isinstance(each, ModuleType | type):
            yield each


def names_in(code: CodeType) -> set[str]:
    """The names that some code uses, and the code in it."""
    return set(code.co_names).union(*(names_in(each) for each in code.co_consts if isinstance(each, CodeType)))


def dropped(row: ApiType) -> set[str]:
    """The members `A.B` of properties that a call copies, which its parameters do not have."""
    schema = schema_of(row)
    creation = [row.create, *(each.put for each in row.settings if each.on_create)]
    update = [call for call in (row.update, *(each.put for each in row.settings if not each.on_create)) if call]
    return {
        *(path for call in creation for path in members_lost(row, schema, call) if not within(schema, path, READ)),
        *(path for call in update for path in members_lost(row, schema, call) if not within(schema, path, FIXED)),
    } - {*row.replaced}


READ = ("readOnlyProperties",)
FIXED = (*READ, "createOnlyProperties", "conditionalCreateOnlyProperties")


def within(schema: TypeSchema, path: str, kinds: tuple[str, ...]) -> bool:
    """Whether a path is in, or leads to, the properties of some kinds."""
    pointers = [pointer for kind in kinds for pointer in schema.document.get(kind) or ()]
    paths = {pointer.removeprefix("/properties/").replace("/*", "").replace("/", ".") for pointer in pointers}
    return any(path == each or path.startswith(f"{each}.") or each.startswith(f"{path}.") for each in paths)


def members_lost(row: ApiType, schema: TypeSchema, call: ApiCall) -> Iterator[str]:
    """The members of a call's properties that it does not get."""
    if not call.copies:
        return
    own = words(call.parameters)
    for name in schema.settable - {*call.omitted, *own, *row.modelled, *row.replaced, *row.fixed, schema.tag_property}:
        shape = parameter(row, call, name)
        if shape is not None:
            yield from (
                path for path in unknown(schema, schema.properties[name], shape, name) if path not in call.renamed
            )


def unknown(schema: TypeSchema, definition: Any, shape: Shape, path: str, depth: int = 0) -> Iterator[str]:
    """The members of a definition that a form does not have."""
    body = schema.resolve(definition)
    items = body.get("items")
    if depth > DEPTH:
        return
    if isinstance(shape, StructureShape) and isinstance(items, Mapping) and "Items" in shape.members:
        yield from unknown(schema, definition, shape.members["Items"], path, depth + 1)
    elif isinstance(shape, StructureShape):
        members = {name.lower(): member for name, member in shape.members.items()}
        for name, each in of_object(schema, body).items():
            if name.lower() in members:
                yield from unknown(schema, each, members[name.lower()], f"{path}.{name}", depth + 1)
            else:
                yield f"{path}.{name}"
    elif isinstance(shape, ListShape) and isinstance(items, Mapping):
        yield from unknown(schema, items, shape.member, path, depth + 1)
    elif isinstance(shape, MapShape):
        for each in (body.get("patternProperties") or {}).values():
            yield from unknown(schema, each, shape.value, path, depth + 1)


def of_object(schema: TypeSchema, body: Mapping[str, Any]) -> dict[str, Any]:
    """The members of an object, also those of its alternatives."""
    others = [schema.resolve(each) for kind in ("oneOf", "anyOf", "allOf") for each in body.get(kind) or ()]
    return {name: each for part in (*others, body) for name, each in (part.get("properties") or {}).items()}
