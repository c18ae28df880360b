"""Compare the properties of a resource in two versions, and decide what the update does to the resource."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.cfn.canonical import Canonical, Guard, as_key, guarded_members, when
from catalog.check.schemas import ResourceSchema
from catalog.check.updates import Pointer
from catalog.versions.change import Aspect, Path, TemplateChange
from catalog.versions.policies import compare_policy
from catalog.versions.statements import is_policy


@dataclass(frozen=True, slots=True)
class ResourcePair:
    """A resource that both versions have, with the same logical id and type."""

    path: Path
    old: Mapping[str, Any]
    new: Mapping[str, Any]
    before: Canonical
    after: Canonical
    schema: ResourceSchema


def compare_properties(pair: ResourcePair) -> Iterator[TemplateChange]:
    """Changes of all properties, in the order of the new version, then the removed ones."""
    old, new = properties(pair.old), properties(pair.new)
    for name in [*new, *(name for name in old if name not in new)]:
        default = pair.schema.defaults.get(name)
        before, after = old.get(name, default), new.get(name, default)
        path = (*pair.path, "Properties", name)
        if pair.before.value(before) != pair.after.value(after):
            yield from compare_property(pair, path, (name,), before, after)
        elif old.get(name) != new.get(name):
            words = "" if name in old and name in new else "omitted, or set to its default"
            yield TemplateChange(Aspect.PROPERTY_REWRITTEN, path, words)


def properties(resource: Mapping[str, Any]) -> Mapping[str, Any]:
    """The Properties of a resource; empty if they are malformed, which cfn-lint reports."""
    content = resource.get("Properties")
    return content if isinstance(content, Mapping) else {}


def compare_property(
    pair: ResourcePair, path: Path, pointer: Pointer, before: Any, after: Any
) -> Iterator[TemplateChange]:
    """Changes of a property: policies and tags by member, objects by property, all others as one value."""
    if pair.before.value(before) == pair.after.value(after):
        if before != after:
            yield TemplateChange(Aspect.PROPERTY_REWRITTEN, path)
    elif is_policy(before) and is_policy(after):
        yield from compare_policy(path, before, after, pair.before, pair.after)
    elif pointer == (pair.schema.tags,) and are_tags(before) and are_tags(after):
        yield from compare_tags(pair, path, before, after)
    elif len(pointer) == 1 and pointer[0] in pair.schema.unordered and has_same_members(pair, before, after):
        yield TemplateChange(Aspect.PROPERTY_REWRITTEN, path, "order")
    elif is_object(before) and is_object(after):
        for name in [*after, *(name for name in before if name not in after)]:
            yield from compare_property(pair, (*path, name), (*pointer, name), before.get(name), after.get(name))
    elif are_objects(before) and are_objects(after) and len(before) == len(after):
        for index, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from compare_property(pair, (*path, index), (*pointer, "*"), old, new)
    else:
        yield from changed(pair, path, pointer, before, after)


def has_same_members(pair: ResourcePair, before: Any, after: Any) -> bool:
    """Whether two lists have the same members, in any order."""
    if not isinstance(before, list) or not isinstance(after, list):
        return False
    members = [
        sorted(as_key(member) for member in side) for side in (pair.before.value(before), pair.after.value(after))
    ]
    return members[0] == members[1]


def changed(pair: ResourcePair, path: Path, pointer: Pointer, before: Any, after: Any) -> Iterator[TemplateChange]:
    """The change of a value, by its effect on the resource."""
    aspect, circumstance = behaviour(pair, pointer)
    notes = [circumstance] if circumstance else []
    if related(pointer, pair.schema.write_only):
        notes.append("write-only: drift detection does not see it")
    if not pair.schema.known and aspect is Aspect.PROPERTY_MAY_REPLACE:
        notes.append("the update behaviour of this type is unknown")
    yield TemplateChange(aspect, path, "; ".join(notes), before, after)


def behaviour(pair: ResourcePair, pointer: Pointer) -> tuple[Aspect, str]:
    """What the update does to the resource if the property at `pointer` differs, and in which circumstance."""
    old, new = pair.before.value(pair.old), pair.after.value(pair.new)
    for aspect, listed in (
        (Aspect.PROPERTY_UPDATE_FAILS, pair.schema.update_fails),
        (Aspect.PROPERTY_REPLACES, pair.schema.create_only),
        (Aspect.PROPERTY_MAY_REPLACE, pair.schema.conditional),
    ):
        for affected in related(pointer, listed):
            if at(properties(old), affected) != at(properties(new), affected):
                rule = pair.schema.rules.get(affected)
                if rule is None or rule.when.holds(old, new):
                    return aspect, rule.when.words if rule else ""
    return Aspect.PROPERTY_CHANGED if pair.schema.known else Aspect.PROPERTY_MAY_REPLACE, ""


def related(pointer: Pointer, listed: frozenset[Pointer]) -> list[Pointer]:
    """The pointers of `listed` that contain `pointer`, are inside it, or equal it."""

    def alike(left: str, right: str) -> bool:
        return left == right or "*" in (left, right) or is_call(right)

    return [other for other in sorted(listed) if all(map(alike, other, pointer))]


def at(node: Any, pointer: Pointer) -> Any:
    """The value at `pointer`; `*` collects the members of a list.

    A function on the way is the result: the value of everything below it.
    """
    if not pointer or is_function(node) or (isinstance(node, Mapping) and any(map(is_call, node))):
        return node
    if pointer[0] == "*":
        return [at(member, pointer[1:]) for member in node] if isinstance(node, list) else node
    return at(node[pointer[0]], pointer[1:]) if isinstance(node, Mapping) and pointer[0] in node else None


def is_call(name: Any) -> bool:
    """Whether the name of a property is a function, such as a loop: it may produce any property."""
    return str(name).startswith("Fn::")


def is_function(node: Any) -> bool:
    """Whether a value is a function call, which CloudFormation evaluates."""
    return isinstance(node, Mapping) and len(node) == 1 and str(next(iter(node))).startswith(("Fn::", "Ref"))


def is_object(node: Any) -> bool:
    """Whether a value is an object with properties."""
    return isinstance(node, Mapping) and not is_function(node)


def are_objects(node: Any) -> bool:
    """Whether a value is a list of objects, which are compared one by one."""
    return isinstance(node, list) and all(map(is_object, node))


def are_tags(node: Any) -> bool:
    """Whether a value is a list of tags or a mapping of keys to values; members may be conditional."""
    if is_object(node):
        return True
    members = list(guarded_members(node)) if isinstance(node, list) else [((), None)]
    return all(isinstance(tag, Mapping) and isinstance(tag.get("Key"), str) for _, tag in members)


def tags_of(node: Any) -> dict[str, list[tuple[Guard, Any]]]:
    """Key → (guard, value) of each tag; a key may be in both branches of a condition.

    If a tag has more members than Key and Value, such as PropagateAtLaunch of Auto Scaling groups, the value is a
    mapping of all members except the key.
    """
    if isinstance(node, Mapping):
        return {str(key): [((), value)] for key, value in node.items()}
    tags: dict[str, list[tuple[Guard, Any]]] = {}
    for guard, tag in guarded_members(node):
        rest = {name: value for name, value in tag.items() if name != "Key"}
        tags.setdefault(tag["Key"], []).append((guard, rest["Value"] if list(rest) == ["Value"] else rest))
    return tags


def compare_tags(pair: ResourcePair, path: Path, before: Any, after: Any) -> Iterator[TemplateChange]:
    """Changes of the tags, by key, with the conditions that they depend on."""
    old, new = tags_of(before), tags_of(after)
    differs = False
    for key in [*new, *(key for key in old if key not in new)]:
        was, now = old.get(key, []), new.get(key, [])
        if meanings(pair.before, was) == meanings(pair.after, now):
            continue
        differs = True
        aspect = Aspect.TAG_ADDED if not was else Aspect.TAG_CHANGED if now else Aspect.TAG_REMOVED
        words = [" and ".join(when(guard) for guard, _ in side if guard) for side in (was, now)]
        detail = f"{words[0] or 'always'} → {words[1] or 'always'}" if was and now else words[0] or words[1]
        yield TemplateChange(aspect, (*path, key), detail if words[0] != words[1] else "", only(was), only(now))
    if not differs:
        yield TemplateChange(Aspect.PROPERTY_REWRITTEN, path, "order")


def meanings(canonical: Canonical, tags: list[tuple[Guard, Any]]) -> list[tuple[Any, ...]]:
    """The values of a key with their conditions, as text that can be compared."""
    return sorted((as_key(canonical.guard(guard)), as_key(canonical.value(value))) for guard, value in tags)


def only(tags: list[tuple[Guard, Any]]) -> Any:
    """The value of a key, or a list if conditions choose between several; None if the key is missing."""
    values = [value for _, value in tags]
    return values if len(values) > 1 else values[0] if values else None
