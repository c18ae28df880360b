"""What a change does to one product: every part of it before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields

from catalog.cfn.template import section
from catalog.check.finding import Finding
from catalog.check.stateful import HELD
from catalog.content.load import Catalog
from catalog.content.render import Rendered
from catalog.graphs.graph import Graph
from catalog.graphs.resources import resource_graph
from catalog.model.definition import ProductDefinition
from catalog.model.service_action import ServiceAction
from catalog.review.examples import (
    ExampleAccess,
    LaunchRefusal,
    LaunchSide,
    TruthRow,
    example_access,
    launch_changes,
    truth_table,
)
from catalog.review.mark import PartMark
from catalog.review.parameters import ComparedGroup, parameter_groups
from catalog.review.rules import RuleSentence, rule_sentences
from catalog.review.sides import Side
from catalog.versions import Difference, Level, compare, gate
from catalog.versions.change import Aspect, TemplateChange

LOSING = frozenset(
    {
        Aspect.RESOURCE_REMOVED,
        Aspect.RESOURCE_RENAMED,
        Aspect.RESOURCE_RETYPED,
        Aspect.RESOURCE_CONDITION,
        Aspect.RESOURCE_NESTING,
        Aspect.PROPERTY_REPLACES,
        Aspect.PROPERTY_MAY_REPLACE,
        Aspect.PROTECTION_WEAKENED,
    }
)
"""Changes that delete or replace a resource, or let that lose data."""


@dataclass(frozen=True, slots=True)
class ReviewedProduct:
    """A product before and after; None where it does not exist."""

    key: str
    name: str
    mark: PartMark
    file: str
    description: str
    old_version: str
    new_version: str
    portfolios: tuple[str, ...]
    """The display names of the portfolios that offer it, or offered it."""
    released: tuple[str, ...]
    """The releases that the change adds."""
    details: tuple[str, ...] = ()
    """Changes of what the product file says besides the template."""
    difference: Difference | None = None
    groups: tuple[ComparedGroup, ...] = ()
    access: tuple[ExampleAccess, ...] = ()
    rules: tuple[RuleSentence, ...] = ()
    examples: tuple[str, ...] = ()
    truth: tuple[TruthRow, ...] = ()
    refusals: tuple[LaunchRefusal, ...] = ()
    graph: Graph | None = None
    gate: tuple[Finding, ...] = ()
    types: Mapping[str, str] = field(default_factory=dict)
    """Logical id → type of the resources, of both versions."""

    @property
    def changes(self) -> tuple[TemplateChange, ...]:
        """The differences of the two versions."""
        return self.difference.changes if self.difference else ()

    @property
    def level(self) -> str:
        """The version bump that the differences need."""
        return (self.difference.verdict.level if self.difference else Level.NONE).word

    @property
    def breaks(self) -> tuple[TemplateChange, ...]:
        """The changes that need a major version: something that worked may not work any more."""
        return tuple(change for change in self.changes if change.level is Level.MAJOR)

    @property
    def losses(self) -> tuple[TemplateChange, ...]:
        """The changes that delete or replace resources."""
        return tuple(change for change in self.changes if change.aspect in LOSING)

    def type_of(self, change: TemplateChange) -> str:
        """The type of the resource that a change is about."""
        return self.types.get(str(change.path[1]), "") if len(change.path) > 1 else ""

    def holds(self, change: TemplateChange) -> str:
        """What the resource of a change holds; empty if it holds no data."""
        return HELD.get(self.type_of(change), "")


def review_products(new: Side, old: Side | None) -> tuple[ReviewedProduct, ...]:
    """The products that differ, new ones first."""
    before = old.rendered if old else {}
    keys = dict.fromkeys([*new.rendered, *before])
    reviewed = [review_product(key, new, old) for key in keys if differs(key, new, old)]
    order = (PartMark.ADDED, PartMark.CHANGED, PartMark.REMOVED, PartMark.SAME)
    return tuple(sorted(reviewed, key=lambda product: order.index(product.mark)))


def differs(key: str, new: Side, old: Side | None) -> bool:
    """Whether anything of a product differs: its template, its releases or its definition."""
    if old is None or key not in old.rendered or key not in new.rendered:
        return True
    return (
        old.rendered[key].digest != new.rendered[key].digest
        or old.releases[key] != new.releases[key]
        or bool(definition_details(new.catalog.products[key], old.catalog.products[key]))
    )


def review_product(key: str, new: Side, old: Side | None) -> ReviewedProduct:
    """One product."""
    after, before = new.rendered.get(key), old.rendered.get(key) if old else None
    definition = (new if after else old or new).catalog.products[key]
    new_side, old_side = launch_side(key, new), launch_side(key, old) if old else None
    changed = after is not None and before is not None and after.digest != before.digest
    templates = [each.template if each else None for each in (after, before)]
    difference = difference_of(before, after, new_side, new) if before and after and changed else None
    names, truth = truth_table(new_side, old_side)
    shown = after is None or before is None or changed
    return ReviewedProduct(
        key,
        definition.name,
        PartMark.ADDED if before is None else PartMark.REMOVED if after is None else PartMark.CHANGED,
        definition.shown(key),
        definition.description,
        before.version if before else "",
        after.version if after else "",
        portfolios_of(key, new, old),
        added_releases(key, new, old),
        definition_details(new.catalog.products[key], old.catalog.products[key]) if old and before and after else (),
        difference,
        parameter_groups(*templates) if after else (),
        example_access(new_side, old_side) if shown else (),
        template_rules(after, before),
        names,
        truth,
        tuple(launch_changes(new_side, old_side)),
        resource_graph(
            f"Resources of {definition.name}", templates[0], templates[1], difference.changes if difference else ()
        ),
        tuple(gate_findings(key, new)) if after else (),
        types_of(templates),
    )


def types_of(templates: Sequence[Mapping[str, object] | None]) -> dict[str, str]:
    """Logical id → type, the new version's first."""
    result: dict[str, str] = {}
    for template in templates:
        for name, body in section(template or {}, "Resources").items():
            if isinstance(body, Mapping):
                result.setdefault(name, str(body.get("Type", "")))
    return result


def template_rules(after: Rendered | None, before: Rendered | None) -> tuple[RuleSentence, ...]:
    """The rules of the template in words."""
    new, old = (section(each.template, "Rules") if each else None for each in (after, before))
    return rule_sentences(new or {}, old)


def launch_side(key: str, side: Side) -> LaunchSide | None:
    """What a launch of the product meets on one side."""
    rendered = side.rendered.get(key)
    if rendered is None:
        return None
    definition = side.catalog.products[key]
    return LaunchSide(
        key,
        rendered.version,
        rendered.template,
        definition,
        side.catalog.portfolios,
        side.examples[key],
    )


def difference_of(before: Rendered, after: Rendered, side: LaunchSide | None, new: Side) -> Difference:
    """The differences of the two versions by meaning."""
    return compare(before, after, examples=side.examples if side else {}, regions=new.config.regions)


def portfolios_of(key: str, new: Side, old: Side | None) -> tuple[str, ...]:
    """The portfolios that offer the product, on either side."""
    files = [file for side in (new, old) if side for file in side.catalog.portfolios.values()]
    return tuple(dict.fromkeys(file.display_name for file in files if key in file.products))


def added_releases(key: str, new: Side, old: Side | None) -> tuple[str, ...]:
    """The versions that only the new ledger has."""
    before = {release.version for release in old.releases.get(key, ())} if old else set()
    return tuple(release.version for release in new.releases.get(key, ()) if release.version not in before)


def gate_findings(key: str, side: Side) -> Sequence[Finding]:
    """What the version gate says of the working tree, against the releases of the same tree."""
    releases = side.releases[key]
    if not releases:
        return ()
    definition = side.catalog.products[key]
    return list(
        gate(
            side.rendered[key],
            releases,
            definition.migrations,
            examples=side.examples[key],
            regions=side.config.regions,
        )
    )


DEFINITION_FIELDS = (
    "name",
    "owner",
    "description",
    "support_description",
    "support_email",
    "support_url",
    "tags",
    "tag_options",
    "budgets",
    "launch_permissions",
    "separate_lists",
    "service_actions",
    "examples",
    "production",
    "protect",
    "suppressions",
    "migrations",
    "retention",
)


def definition_details(new: ProductDefinition, old: ProductDefinition) -> tuple[str, ...]:
    """What differs in the definition besides the template, one line for each field."""
    lines = []
    for name in DEFINITION_FIELDS:
        before, after = comparable(getattr(old, name)), comparable(getattr(new, name))
        if before != after:
            words = name.replace("_", " ")
            plain = isinstance(before, str) and isinstance(after, str)
            lines.append(f"{words}: {before or 'empty'} → {after or 'empty'}" if plain else f"{words}: changed")
    return tuple(lines)


def comparable(value: object) -> object:
    """A value without functions: those of two processes are never equal."""
    if isinstance(value, tuple) and value and isinstance(value[0], ServiceAction):
        return tuple({name: repr(part) for name, part in parts(action) if not callable(part)} for action in value)
    return value


def parts(action: ServiceAction) -> list[tuple[str, object]]:
    """The fields of a service action."""
    return [(each.name, getattr(action, each.name)) for each in fields(action)]


def checked_catalog(side: Side, keys: Sequence[str]) -> Catalog:
    """The catalogue with only these products."""
    products = {key: definition for key, definition in side.catalog.products.items() if key in keys}
    return Catalog(side.config, products, side.catalog.portfolios, side.catalog.imports)
