"""A graph as a value: nodes with a kind and a mark, edges with a label. It has no loops from a node to itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum


class NodeMark(StrEnum):
    """What a change does to a node."""

    NONE = ""
    ADDED = "added"
    CHANGED = "changed"
    REPLACED = "replaced"
    REMOVED = "removed"


SIGNS = {
    NodeMark.NONE: "",
    NodeMark.ADDED: "+",
    NodeMark.CHANGED: "~",
    NodeMark.REPLACED: "!",
    NodeMark.REMOVED: "-",
}
"""Says without colour what a mark says."""


@dataclass(frozen=True, slots=True)
class Node:
    """A node: a title, and what it is in a second line."""

    id: str
    """Unique in the graph; it is never shown."""
    title: str
    kind: str = ""
    """The second line, such as `AWS::KMS::Key`."""
    mark: NodeMark = NodeMark.NONE
    holds: str = ""
    """What a stateful resource holds, such as `key material`."""
    condition: str = ""
    """The condition under which it exists."""
    root: bool = False
    """Where a reader begins, such as the portfolio."""

    @property
    def words(self) -> str:
        """All that the picture shows of it, as one text."""
        parts = [self.kind, f"holds {self.holds}" if self.holds else ""]
        parts += [f"only if {self.condition}" if self.condition else "", str(self.mark)]
        about = ", ".join(part for part in parts if part)
        return f"{self.title} ({about})" if about else self.title


@dataclass(frozen=True, slots=True)
class Edge:
    """An edge from a node to one that it needs or leads to."""

    source: str
    target: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes and edges. Edges of unknown nodes, repeated edges and loops to the same node are left out."""

    title: str
    description: str
    """One sentence: what the arrows mean."""
    nodes: tuple[Node, ...] = ()
    given: tuple[Edge, ...] = field(default=())
    """The edges, as they were found."""

    @property
    def edges(self) -> tuple[Edge, ...]:
        """The edges that can be drawn."""
        ids = {node.id for node in self.nodes}
        first = {
            (edge.source, edge.target): edge
            for edge in reversed(self.given)
            if edge.source != edge.target and {edge.source, edge.target} <= ids
        }
        return tuple(edge for edge in self.given if first.get((edge.source, edge.target)) is edge)

    def listed(self) -> Iterator[tuple[Node, tuple[str, ...]]]:
        """Each node with the nodes that it leads to, in words: the graph for those who do not see the picture."""
        titles = {node.id: node.title for node in self.nodes}
        targets: dict[str, list[str]] = {}
        for edge in self.edges:
            label = f" ({edge.label})" if edge.label else ""
            targets.setdefault(edge.source, []).append(f"{titles[edge.target]}{label}")
        for node in self.nodes:
            yield node, tuple(targets.get(node.id, ()))
