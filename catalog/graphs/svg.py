"""A graph as SVG: boxes from left to right, titles and texts escaped, colours from the style of the page.

The picture has a title and a description for screen readers. A page shows `Graph.listed` beside it. `standalone` adds
the style for a file of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from catalog.graphs.graph import SIGNS, Graph, Node
from catalog.graphs.layout import GraphLayout, Point, layout
from catalog.graphs.text import markup, plain, shortened

BOX_WIDTH, BOX_HEIGHT = 240, 52
COLUMN, ROW = 300, 68
MARGIN = 10
ARROW = 'markerWidth="8" markerHeight="8" orient="auto"><path class="arrow" d="M0 0 L8 4 L0 8 z"/'
TITLE_SIGNS, KIND_SIGNS = 26, 33
"""What fits into a box, in the fonts of the style."""


def svg(graph: Graph, name: str, *, style: str = "") -> str:
    """The picture. `name` is unique on the page. With `style`, it is a file of its own."""
    places = layout(graph)
    width = (places.columns - 1) * COLUMN + BOX_WIDTH + 2 * MARGIN if graph.nodes else 2 * MARGIN
    height = (places.rows - 1) * ROW + BOX_HEIGHT + 2 * MARGIN if graph.nodes else 2 * MARGIN
    own = f"<style>{style}</style>" if style else ""
    size = f'viewBox="0 0 {number(width)} {number(height)}" width="{number(width)}" height="{number(height)}"'
    labels = f'aria-labelledby="{name}-title {name}-desc"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="graph" role="img" {size} {labels}>',
            f'<title id="{name}-title">{markup(graph.title)}</title>',
            f'<desc id="{name}-desc">{markup(graph.description)}</desc>{own}',
            f'<defs><marker id="{name}-arrow" viewBox="0 0 8 8" refX="8" refY="4" {ARROW}></marker></defs>',
            *edges(graph, places, name),
            *(line for node, point in zip(graph.nodes, places.nodes, strict=True) for line in box(node, point)),
            "</svg>",
        ]
    )


def number(value: float) -> str:
    """A coordinate, without digits that nobody sees."""
    return f"{value:.1f}".removesuffix(".0")


def corner(point: Point) -> Point:
    """The upper left corner of a box."""
    column, row = point
    return MARGIN + column * COLUMN, MARGIN + row * ROW


def edges(graph: Graph, places: GraphLayout, name: str) -> Iterator[str]:
    """The edges, as curves from the side of one box to the side of another."""
    for edge, path in zip(graph.edges, places.paths, strict=True):
        forward = path[-1][0] >= path[0][0]
        xs = [corner(point)[0] for point in path]
        ys = [corner(point)[1] + BOX_HEIGHT / 2 for point in path]
        stops: list[Point] = [(xs[0] + (BOX_WIDTH if forward else 0), ys[0])]
        for x, y in zip(xs[1:-1], ys[1:-1], strict=True):
            stops += [(x, y), (x + BOX_WIDTH, y)] if forward else [(x + BOX_WIDTH, y), (x, y)]
        stops.append((xs[-1] + (0 if forward else BOX_WIDTH), ys[-1]))
        curve = f"M{number(stops[0][0])} {number(stops[0][1])}"
        for (x, y), (next_x, next_y) in pairwise(stops):
            if y == next_y:
                curve += f" L{number(next_x)} {number(next_y)}"
            else:
                middle = number((x + next_x) / 2)
                curve += f" C{middle} {number(y)} {middle} {number(next_y)} {number(next_x)} {number(next_y)}"
        words = f"<title>{markup(edge.label)}</title>" if edge.label else ""
        yield f'<path class="edge" d="{curve}" marker-end="url(#{name}-arrow)">{words}</path>'


def box(node: Node, point: Point) -> Iterator[str]:
    """A node: a box with two lines. Its whole text is the title that a pointer shows."""
    x, y = corner(point)
    classes = " ".join(filter(None, ("node", str(node.mark), "stateful" if node.holds else "", "root" * node.root)))
    sign = f"{SIGNS[node.mark]} " if SIGNS[node.mark] else ""
    title = shortened(f"{sign}{plain(node.title)}", TITLE_SIGNS)
    kind = shortened(plain(node.kind), KIND_SIGNS)
    left, middle = number(x + 12), y + BOX_HEIGHT / 2
    yield f'<g class="{classes}"><title>{markup(node.words)}</title>'
    yield f'<rect x="{number(x)}" y="{number(y)}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="6"/>'
    if node.holds:
        yield f'<rect class="band" x="{number(x)}" y="{number(y)}" width="6" height="{BOX_HEIGHT}" rx="3"/>'
    yield f'<text class="name" x="{left}" y="{number(middle + (-4 if kind else 5))}">{markup(title)}</text>'
    if kind:
        yield f'<text class="kind" x="{left}" y="{number(middle + 15)}">{markup(kind)}</text>'
    yield "</g>"
