"""Where the nodes of a graph are drawn: in columns from left to right, with few crossings.

The layered layout (Sugiyama's) is that of the library fast-sugiyama. It aborts the process for a loop or a circle, and
mixes up the helper nodes of several parts of a graph: it gets each connected part alone, without circles, as numbers
from 0 on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.errors import ContentError
from catalog.graphs.graph import Graph

INSTALL = "Run: pip install 'service-catalog-publisher[pages]'"
LONE_NODES = 3
"""Nodes without any edge stand below all others, so many in a row."""
Pair = tuple[int, int]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class GraphLayout:
    """The places of nodes and edges: columns and rows, which begin at 0 and grow to the right and down."""

    nodes: tuple[Point, ...]
    """(column, row) of each node of the graph."""
    paths: tuple[tuple[Point, ...], ...]
    """The points through which each edge of the graph goes, those of its nodes included."""
    columns: float
    rows: float


def layout(graph: Graph) -> GraphLayout:
    """The layout of a graph: the same for the same graph. Raises `ContentError` without the library."""
    number = {node.id: index for index, node in enumerate(graph.nodes)}
    asked = [(number[edge.source], number[edge.target]) for edge in graph.edges]
    pairs = acyclic(asked)
    nodes: dict[int, Point] = {}
    bends: dict[Pair, tuple[Point, ...]] = {}
    rows = 0.0
    for part in connected(pairs):
        own = [pair for pair in pairs if pair[0] in part]
        places, between, breadth = placed(part, own)
        nodes |= {node: (column, row + rows) for node, (column, row) in places.items()}
        bends |= {pair: tuple((x, y + rows) for x, y in points) for pair, points in between.items()}
        rows += breadth
    alone = [index for index in range(len(graph.nodes)) if index not in nodes]
    for position, index in enumerate(alone):
        nodes[index] = (position % LONE_NODES, rows + position // LONE_NODES)
    rows += -(-len(alone) // LONE_NODES)
    paths = [
        (nodes[pair[0]], *(bends[pair] if pair in bends else reversed(bends[pair[1], pair[0]])), nodes[pair[1]])
        for pair in asked
    ]
    return GraphLayout(
        tuple(nodes[index] for index in range(len(graph.nodes))),
        tuple(paths),
        max((column for column, _ in nodes.values()), default=-1) + 1,
        rows,
    )


def acyclic(pairs: Sequence[Pair]) -> list[Pair]:
    """The edges, those that would close a circle turned round; each once."""
    result: dict[Pair, None] = {}
    targets: dict[int, set[int]] = {}
    for source, target in pairs:
        start, end = (target, source) if source in reachable(target, targets) else (source, target)
        result[start, end] = None
        targets.setdefault(start, set()).add(end)
    return list(result)


def reachable(start: int, targets: dict[int, set[int]]) -> set[int]:
    """The nodes that edges lead to from a node, and the node itself."""
    seen, waiting = {start}, [start]
    while waiting:
        for target in targets.get(waiting.pop(), set()) - seen:
            seen.add(target)
            waiting.append(target)
    return seen


def connected(pairs: Sequence[Pair]) -> list[set[int]]:
    """The connected parts, the largest first."""
    both: dict[int, set[int]] = {}
    for source, target in pairs:
        both.setdefault(source, set()).add(target)
        both.setdefault(target, set()).add(source)
    result: list[set[int]] = []
    for node in both:
        if not any(node in part for part in result):
            result.append(reachable(node, both))
    return sorted(result, key=lambda part: (-len(part), min(part)))


def placed(part: set[int], pairs: Sequence[Pair]) -> tuple[dict[int, Point], dict[Pair, tuple[Point, ...]], float]:
    """(the places of nodes, the bends of edges, the number of rows) of a connected part."""
    try:
        from fast_sugiyama import from_edges
    except ModuleNotFoundError as error:
        raise ContentError("pictures of graphs need the library fast-sugiyama", hint=INSTALL) from error
    names = sorted(part)
    index = {name: position for position, name in enumerate(names)}
    edges = [(index[source], index[target]) for source, target in pairs]
    ((positions, _, _, links),) = from_edges(edges, vertex_spacing=1, dummy_vertices=True)
    places = {int(node): (float(depth), float(row)) for node, (row, depth) in positions}
    deepest, top = max(depth for depth, _ in places.values()), min(row for _, row in places.values())
    points = {node: (deepest - depth, row - top) for node, (depth, row) in places.items()}
    following: dict[int, list[int]] = {}
    for source, target in links or ():
        following.setdefault(int(source), []).append(int(target))
    between = {pair: bend(edge, following, points, len(names)) for pair, edge in zip(pairs, edges, strict=True)}
    breadth = max(row for _, row in points.values()) + 1
    return {names[node]: point for node, point in points.items() if node < len(names)}, between, breadth


def bend(edge: Pair, following: dict[int, list[int]], points: dict[int, Point], count: int) -> tuple[Point, ...]:
    """The helper nodes through which an edge goes; those are numbered after the `count` nodes of the graph."""
    source, target = edge
    for first in following.get(source, ()):
        chain = [first]
        while chain[-1] >= count:
            chain.append(following[chain[-1]][0])
        if chain[-1] == target:
            return tuple(points[node] for node in chain[:-1])
    return ()
