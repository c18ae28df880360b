"""The resources of a template as a graph: what needs what, what is stateful, what a new version does to each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.cfn import Template, TemplateError
from catalog.cfn.order import depends_on
from catalog.cfn.references import references_in
from catalog.cfn.template import section
from catalog.check.stateful import HELD
from catalog.graphs.graph import Edge, Graph, Node, NodeMark
from catalog.versions.change import Aspect, TemplateChange

DESCRIPTION = "An arrow leads from a resource to one that it needs."
REPLACING = frozenset({Aspect.PROPERTY_REPLACES, Aspect.PROPERTY_MAY_REPLACE, Aspect.RESOURCE_RETYPED})
UNCHANGED = frozenset(
    {
        Aspect.RESOURCES_REORDERED,
        Aspect.PROPERTY_REWRITTEN,
        Aspect.STATEMENT_REWRITTEN,
        Aspect.STATEMENTS_REORDERED,
        Aspect.OPTIONAL_ACCESS,
        Aspect.OPTIONAL_CHANGE,
    }
)
"""Changes after which the resource of a launch is as it was."""
ACCESS = frozenset({Aspect.ACCESS_GAINED, Aspect.ACCESS_LOST, Aspect.ACCESS_CHANGED, Aspect.ACCESS_UNDECIDED})


def resource_graph(
    title: str, new: Template | None, old: Template | None = None, changes: tuple[TemplateChange, ...] = ()
) -> Graph:
    """The resources of `new`, and those that only `old` has; without `old`, nothing is marked."""
    after, before = (section(template, "Resources") if template else {} for template in (new, old))
    marks = marked(before, after, changes) if old is not None else {}
    every = {**after, **{name: body for name, body in before.items() if name not in after}}
    nodes = tuple(node(name, body, marks.get(name, NodeMark.NONE)) for name, body in every.items())
    edges = tuple(edge for name, body in every.items() for edge in edges_of(name, body, every.keys()))
    return Graph(title, DESCRIPTION, nodes, edges)


def marked(
    before: Mapping[str, Any], after: Mapping[str, Any], changes: tuple[TemplateChange, ...]
) -> dict[str, NodeMark]:
    """Logical id → what the new version does to the resource."""
    marks: dict[str, NodeMark] = {}
    for change in changes:
        if len(change.path) < 2 or change.path[0] != "Resources" or change.aspect in UNCHANGED | ACCESS:
            continue
        name = str(change.path[1])
        if change.aspect in REPLACING:
            marks[name] = NodeMark.REPLACED
        elif marks.get(name) is not NodeMark.REPLACED:
            marks[name] = NodeMark.CHANGED
    marks |= dict.fromkeys(after.keys() - before.keys(), NodeMark.ADDED)
    return marks | dict.fromkeys(before.keys() - after.keys(), NodeMark.REMOVED)


def node(name: str, body: Any, mark: NodeMark) -> Node:
    """A resource."""
    kind = str(body.get("Type", "")) if isinstance(body, Mapping) else ""
    condition = str(body.get("Condition", "")) if isinstance(body, Mapping) else ""
    if name.startswith("Fn::ForEach::"):
        return Node(name, name.removeprefix("Fn::ForEach::"), "one for each member of a list", mark)
    return Node(name, name, kind, mark, holds=HELD.get(kind, ""), condition=condition)


def edges_of(name: str, body: Any, names: object) -> Iterator[Edge]:
    """The resources that a resource names."""
    try:
        needed = dict.fromkeys(reference.logical_id for reference in references_in(body))
        waits = depends_on(body) if isinstance(body, Mapping) else ()
    except TemplateError:
        return  # a template that CloudFormation refuses: its findings say why
    yield from (Edge(name, target) for target in needed)
    yield from (Edge(name, target, "DependsOn") for target in waits if target not in needed)
