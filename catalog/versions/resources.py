"""Compare the resources of two versions: which ones the update creates, deletes, replaces and changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.cfn.canonical import Canonical
from catalog.cfn.names import names_in
from catalog.check.schemas import resource_schema
from catalog.check.stateful import STATEFUL_TYPES
from catalog.versions.change import Aspect, Path, TemplateChange
from catalog.versions.properties import ResourcePair, at, compare_properties, properties, related

PROTECTIONS = ("DeletionPolicy", "UpdateReplacePolicy")
STRENGTH = ("Delete", "Snapshot", "RetainExceptOnCreate", "Retain")
"""From the policy that keeps least to the one that keeps most."""
WORDS = ("DependsOn", "Metadata")
COMPARED_SEPARATELY = frozenset({"Type", "Properties", "Condition", *PROTECTIONS, *WORDS})
"""Members of a resource that have a comparison of their own; all others are attributes."""
IDENTITY = frozenset(
    {
        Aspect.RESOURCE_REMOVED,
        Aspect.RESOURCE_RENAMED,
        Aspect.RESOURCE_RETYPED,
        Aspect.RESOURCE_CONDITION,
        Aspect.RESOURCE_NESTING,
    }
)
"""Changes after which CloudFormation may treat a resource as another one."""
REPLACEMENT = frozenset({Aspect.PROPERTY_REPLACES, Aspect.PROPERTY_MAY_REPLACE, Aspect.PROPERTY_UPDATE_FAILS})
"""Changes of properties that the version gate refuses for stateful resources."""
LOSS = (IDENTITY | REPLACEMENT) - {Aspect.PROPERTY_UPDATE_FAILS}
"""Changes after which the data of a resource may be lost."""
REPLACED = frozenset({Aspect.PROPERTY_REPLACES, Aspect.PROPERTY_MAY_REPLACE, Aspect.RESOURCE_RETYPED})
"""Changes after which references to the resource refer to a new one."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A resource and the loops around it."""

    logical_id: str
    body: Mapping[str, Any]
    nesting: tuple[str, ...] = ()
    """The names of the loops around it, and the collections of those that depend on the launch."""

    @property
    def kind(self) -> str:
        """The resource type."""
        return str(self.body.get("Type", ""))


def placed(template: Mapping[str, Any]) -> dict[str, Placed]:
    """Every resource by logical id."""
    return {
        member.name: Placed(member.name, member.body, (*member.loops, *member.open))
        for member in Canonical(template).members("Resources")
        if isinstance(member.body, Mapping)
    }


class Losses:
    """Tells the changes by which a later update may delete or replace a stateful resource, with its data.

    For a property that the schema calls conditionally create-only, such as MultiAZ of a database, a resource is
    replaced only "if it cannot be updated" (Extension development guide): it does not count. One of which the template
    reference says that it may replace does.
    """

    def __init__(self, old: Mapping[str, Any], regions: tuple[str, ...]) -> None:
        self.regions = regions
        self.stateful = {name: each.kind for name, each in placed(old).items() if each.kind in STATEFUL_TYPES}

    def __call__(self, change: TemplateChange) -> bool:
        """Whether the resource is stateful and may be lost. An update that fails loses nothing."""
        kind = self.stateful.get(str(change.path[1])) if change.path[0] == "Resources" else None
        if kind is None or change.aspect not in LOSS:
            return False
        if change.aspect is not Aspect.PROPERTY_MAY_REPLACE:
            return True
        schema = resource_schema(kind, self.regions)
        pointer = tuple("*" if isinstance(part, int) else part for part in change.path[3:])
        return bool(related(pointer, schema.create_only) or related(pointer, frozenset(schema.rules)))


def compare_resources(
    old: Mapping[str, Any], new: Mapping[str, Any], regions: tuple[str, ...]
) -> Iterator[TemplateChange]:
    """Changes of all resources, in the order of the new version, then the removed ones."""
    olds, news = placed(old), placed(new)
    before, after = Canonical(old), Canonical(new)
    renamed = renames(olds, news, before, after)
    for name, resource in news.items():
        path = ("Resources", name)
        if name in olds:
            yield from compare_resource(path, olds[name], resource, before, after, regions)
        elif name not in renamed.values():
            yield TemplateChange(Aspect.RESOURCE_ADDED, path, resource.kind, after=resource.body)
    for name, resource in olds.items():
        if name in renamed:
            detail = f"{resource.kind}, now {renamed[name]}"
            yield TemplateChange(
                Aspect.RESOURCE_RENAMED, ("Resources", name), detail, resource.body, news[renamed[name]].body
            )
        elif name not in news:
            yield TemplateChange(Aspect.RESOURCE_REMOVED, ("Resources", name), resource.kind, before=resource.body)
    if [name for name in olds if name in news] != [name for name in news if name in olds]:
        yield TemplateChange(Aspect.RESOURCES_REORDERED, ("Resources",))


def renames(
    olds: Mapping[str, Placed], news: Mapping[str, Placed], before: Canonical, after: Canonical
) -> dict[str, str]:
    """Old → new logical id of renamed resources: those that exist unchanged under another logical id."""
    removed = [name for name in olds if name not in news]
    added = [name for name in news if name not in olds]
    result: dict[str, str] = {}
    for name in removed:
        body = before.value(olds[name].body)
        same = [other for other in added if other not in result.values() and after.value(news[other].body) == body]
        if same:
            result[name] = same[0]
    return result


def compare_resource(
    path: Path, old: Placed, new: Placed, before: Canonical, after: Canonical, regions: tuple[str, ...]
) -> Iterator[TemplateChange]:
    """Changes of a logical id that both versions have."""
    if old.kind != new.kind:
        yield TemplateChange(Aspect.RESOURCE_RETYPED, (*path, "Type"), before=old.kind, after=new.kind)
        return
    if old.nesting != new.nesting:
        words = [", ".join(resource.nesting) or "outside of any loop" for resource in (old, new)]
        yield TemplateChange(Aspect.RESOURCE_NESTING, path, f"{old.kind}: {words[0]} → {words[1]}")
    was, now = old.body.get("Condition"), new.body.get("Condition")
    if before.condition(was) != after.condition(now):
        detail = f"{old.kind}: {was or 'always'} → {now or 'always'}"
        yield TemplateChange(Aspect.RESOURCE_CONDITION, (*path, "Condition"), detail, was, now)
    yield from compare_attributes(path, old.body, new.body, before, after)
    pair = ResourcePair(path, old.body, new.body, before, after, resource_schema(old.kind, regions))
    yield from compare_properties(pair)


def compare_attributes(
    path: Path, old: Mapping[str, Any], new: Mapping[str, Any], before: Canonical, after: Canonical
) -> Iterator[TemplateChange]:
    """Changes of the attributes: the members other than Type, Properties and Condition."""
    for name in PROTECTIONS:
        was, now = old.get(name), new.get(name)
        if before.value(was) != after.value(now):
            ranks = [strength(side.get(name), default_policy(name, side)) for side in (old, new)]
            stronger = ranks[0] <= ranks[1] and -1 not in ranks
            aspect = Aspect.PROTECTION_STRENGTHENED if stronger else Aspect.PROTECTION_WEAKENED
            yield TemplateChange(aspect, (*path, name), "", was, now)
    for name in dict.fromkeys([*new, *old]):
        if name not in COMPARED_SEPARATELY and before.value(old.get(name)) != after.value(new.get(name)):
            yield TemplateChange(Aspect.ATTRIBUTE_CHANGED, (*path, name), "", old.get(name), new.get(name))
    for name in WORDS:
        if old.get(name) != new.get(name):
            yield TemplateChange(Aspect.RESOURCE_METADATA, (*path, name), "", old.get(name), new.get(name))


def default_policy(attribute: str, resource: Mapping[str, Any]) -> str:
    """What CloudFormation does without the attribute.

    "The default policy is Snapshot for AWS::RDS::DBCluster resources and for AWS::RDS::DBInstance resources that don't
    specify the DBClusterIdentifier property" (user guide, DeletionPolicy).
    """
    kind = resource.get("Type")
    alone = kind == "AWS::RDS::DBInstance" and "DBClusterIdentifier" not in properties(resource)
    return "Snapshot" if attribute == "DeletionPolicy" and (kind == "AWS::RDS::DBCluster" or alone) else "Delete"


def strength(policy: Any, default: str) -> int:
    """How much a policy keeps, as a position in `STRENGTH`; -1 if that depends on the stack."""
    policy = default if policy is None else policy
    return STRENGTH.index(policy) if policy in STRENGTH else -1


def follow(changes: list[TemplateChange], new: Mapping[str, Any], regions: tuple[str, ...]) -> Iterator[TemplateChange]:
    """Resources that may be replaced because a create-only property refers to a replaced resource."""
    replaced = {
        str(change.path[1]) for change in changes if change.path[0] == "Resources" and change.aspect in REPLACED
    }
    while replaced:
        following: set[str] = set()
        for name, resource in placed(new).items():
            for pointer in sorted(resource_schema(resource.kind, regions).create_only):
                named = replaced.intersection(names_in(at(properties(resource.body), pointer)))
                if named and name not in replaced:
                    following.add(name)
                    verb = "are" if len(named) > 1 else "is"
                    detail = f"refers to {', '.join(sorted(named))}, which {verb} replaced"
                    yield TemplateChange(
                        Aspect.PROPERTY_MAY_REPLACE, ("Resources", name, "Properties", *pointer), detail
                    )
        replaced = following
