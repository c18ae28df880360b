"""L2. Properties of one resource in two versions, and what the update does to the resource because of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.check.schemas import Pointer, ResourceSchema
from catalog.versions.canonical import Canonical, Guard, as_key, guarded_members, when
from catalog.versions.change import Aspect, Change, Path
from catalog.versions.policies import compare_policy, is_policy


@dataclass(frozen=True, slots=True)
class Pair:
    """One resource that both versions have under the same logical id and type."""

    path: Path
    old: Mapping[str, Any]
    new: Mapping[str, Any]
    before: Canonical
    after: Canonical
    schema: ResourceSchema


def compare_properties(pair: Pair) -> Iterator[Change]:
    """All properties, the new version's order first."""
    old, new = properties(pair.old), properties(pair.new)
    for name in [*new, *(name for name in old if name not in new)]:
        before, after = (one.get(name, pair.schema.defaults.get(name)) for one in (old, new))
        path = (*pair.path, "Properties", name)
        if pair.before.value(before) != pair.after.value(after):
            yield from compare_property(pair, path, (name,), before, after)
        elif old.get(name) != new.get(name):
            words = "" if name in old and name in new else "left out: it is the default"
            yield Change(Aspect.PROPERTY_REWRITTEN, path, words)


def properties(resource: Mapping[str, Any]) -> Mapping[str, Any]:
    """A resource's Properties; none when they are malformed, which cfn-lint reports."""
    found = resource.get("Properties")
    return found if isinstance(found, Mapping) else {}


def compare_property(pair: Pair, path: Path, pointer: Pointer, before: Any, after: Any) -> Iterator[Change]:
    """One property, policies and tags by their members, objects by their properties, all else as one value."""
    if pair.before.value(before) == pair.after.value(after):
        if before != after:
            yield Change(Aspect.PROPERTY_REWRITTEN, path)
    elif is_policy(before) and is_policy(after):
        yield from compare_policy(path, before, after, pair.before, pair.after)
    elif pointer == (pair.schema.tags,) and are_tags(before) and are_tags(after):
        yield from compare_tags(pair, path, before, after)
    elif is_object(before) and is_object(after):
        for name in [*after, *(name for name in before if name not in after)]:
            if before.get(name) != after.get(name):
                yield from compare_property(pair, (*path, name), (*pointer, name), before.get(name), after.get(name))
    elif are_objects(before) and are_objects(after) and len(before) == len(after):
        for index, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from compare_property(pair, (*path, index), (*pointer, "*"), one, other)
    else:
        yield from changed(pair, path, pointer, before, after)


def changed(pair: Pair, path: Path, pointer: Pointer, before: Any, after: Any) -> Iterator[Change]:
    """A value that differs, by what its change does; a policy may be part of it."""
    aspect = behaviour(pair, pointer)
    notes = ["write-only: drift of it is not seen"] if related(pointer, pair.schema.write_only) else []
    if not pair.schema.known and aspect is Aspect.PROPERTY_MAY_REPLACE:
        notes.append("nothing is known of this type's updates")
    yield Change(aspect, path, "; ".join(notes), before, after)


def behaviour(pair: Pair, pointer: Pointer) -> Aspect:
    """What the update does because `pointer` differs."""
    for aspect, listed in (
        (Aspect.PROPERTY_UPDATE_FAILS, pair.schema.update_fails),
        (Aspect.PROPERTY_REPLACES, pair.schema.create_only),
        (Aspect.PROPERTY_MAY_REPLACE, pair.schema.conditional),
    ):
        for one in related(pointer, listed):
            if at(pair.before.value(properties(pair.old)), one) != at(pair.after.value(properties(pair.new)), one):
                return aspect
    return Aspect.PROPERTY_CHANGED if pair.schema.known else Aspect.PROPERTY_MAY_REPLACE


def related(pointer: Pointer, listed: frozenset[Pointer]) -> list[Pointer]:
    """Those of `listed` above or below `pointer`, or `pointer` itself."""
    return [
        one
        for one in sorted(listed)
        if all(left == right or "*" in (left, right) for left, right in zip(one, pointer, strict=False))
    ]


def at(node: Any, pointer: Pointer) -> Any:
    """What stands at `pointer`; a function on the way stands for all below it. `*` gathers a list's members."""
    if not pointer or is_function(node):
        return node
    if pointer[0] == "*":
        return [at(member, pointer[1:]) for member in node] if isinstance(node, list) else node
    return at(node[pointer[0]], pointer[1:]) if isinstance(node, Mapping) and pointer[0] in node else None


def is_function(node: Any) -> bool:
    """Whether a value is computed when the stack is made."""
    return isinstance(node, Mapping) and len(node) == 1 and str(next(iter(node))).startswith(("Fn::", "Ref"))


def is_object(node: Any) -> bool:
    """Whether a value has properties of its own."""
    return isinstance(node, Mapping) and not is_function(node)


def are_objects(node: Any) -> bool:
    """Whether a value is a list of such, to be compared one by one."""
    return isinstance(node, list) and all(map(is_object, node))


def are_tags(node: Any) -> bool:
    """Whether a value is a list of keys and values, or a mapping of them, conditional ones among them."""
    if is_object(node):
        return True
    members = list(guarded_members(node)) if isinstance(node, list) else [((), None)]
    return all(isinstance(tag, Mapping) and isinstance(tag.get("Key"), str) for _, tag in members)


def tags_of(node: Any) -> Iterator[tuple[str, Guard, Any]]:
    """(key, guard, value) of each tag."""
    if isinstance(node, Mapping):
        yield from ((str(key), (), value) for key, value in node.items())
        return
    for guard, tag in guarded_members(node):
        yield tag["Key"], guard, tag.get("Value")


def compare_tags(pair: Pair, path: Path, before: Any, after: Any) -> Iterator[Change]:
    """Tags by key; those that stand under a condition belong to it."""
    old, new = ({key: (guard, value) for key, guard, value in tags_of(side)} for side in (before, after))
    found = False
    for key in [*new, *(key for key in old if key not in new)]:
        where = (*path, key)
        if key not in old:
            yield Change(Aspect.TAG_ADDED, where, when(new[key][0]), after=new[key][1])
        elif key not in new:
            yield Change(Aspect.TAG_REMOVED, where, when(old[key][0]), before=old[key][1])
        elif tag_key(pair.before, old[key]) != tag_key(pair.after, new[key]):
            words = [when(guard) or "always" for guard in (old[key][0], new[key][0])]
            detail = f"{words[0]} → {words[1]}" if words[0] != words[1] else ""
            yield Change(Aspect.TAG_CHANGED, where, detail, old[key][1], new[key][1])
        else:
            continue
        found = True
    if not found:
        yield Change(Aspect.PROPERTY_REWRITTEN, path, "order")


def tag_key(canonical: Canonical, tag: tuple[Guard, Any]) -> tuple[Any, ...]:
    """A tag's value with its conditions, comparable."""
    return canonical.guard(tag[0]), as_key(canonical.value(tag[1]))
