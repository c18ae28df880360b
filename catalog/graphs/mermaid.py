"""A graph as Mermaid, which GitHub and GitLab render in Markdown."""

from __future__ import annotations

from catalog.graphs.graph import SIGNS, Graph, Node
from catalog.graphs.text import plain

MARKED = {
    "added": "stroke:#1a7f37,stroke-width:3px",
    "changed": "stroke:#9a6700,stroke-width:3px",
    "replaced": "stroke:#cf222e,stroke-width:3px",
    "removed": "stroke:#cf222e,stroke-width:3px,stroke-dasharray:5",
}
"""Outlines only: the texts keep the colours of the reader's theme."""


def mermaid(graph: Graph) -> str:
    """The graph, from left to right."""
    names = {node.id: f"n{index}" for index, node in enumerate(graph.nodes)}
    lines = ["flowchart LR", f"  accTitle: {plain_line(graph.title)}", f"  accDescr: {plain_line(graph.description)}"]
    lines += [f"  {names[node.id]}{shape(node)}" for node in graph.nodes]
    for edge in graph.edges:
        label = f"|{quoted(edge.label)}|" if edge.label else ""
        lines.append(f"  {names[edge.source]} -->{label} {names[edge.target]}")
    used = sorted({str(node.mark) for node in graph.nodes if node.mark})
    lines += [f"  classDef {mark} {MARKED[mark]}" for mark in used]
    lines += [f"  class {names[node.id]} {node.mark}" for node in graph.nodes if node.mark]
    return "\n".join(lines) + "\n"


def shape(node: Node) -> str:
    """The text in its box: a cylinder for what holds data."""
    sign = f"{SIGNS[node.mark]} " if node.mark else ""
    text = f"{entities(sign + node.title)}<br/>{entities(node.kind)}" if node.kind else entities(sign + node.title)
    return f'[("{text}")]' if node.holds else f'["{text}"]'


def quoted(text: str) -> str:
    """A label in quotes."""
    return f'"{entities(text)}"'


def entities(text: str) -> str:
    """Text in which Mermaid finds neither markup nor the end of the text: `#35;` is a sign by its number.

    Labels are Markdown: `- Key` and `1. Key` would be lists, which Mermaid does not draw.
    """
    line = " ".join(plain(text).split())
    return "".join(
        sign if sign.isalnum() or (sign in " :/(),-" and position) else f"#{ord(sign)};"
        for position, sign in enumerate(line)
    )


def plain_line(text: str) -> str:
    """A text up to the end of the line."""
    return "".join(sign for sign in " ".join(plain(text).split()) if sign.isalnum() or sign in " :./-_(),→")
