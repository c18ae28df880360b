"""A graph as DOT, the language of Graphviz."""

from __future__ import annotations

from catalog.graphs.graph import SIGNS, Graph, Node, NodeMark
from catalog.graphs.text import plain

COLOURS = {
    NodeMark.NONE: "#57606a",
    NodeMark.ADDED: "#1a7f37",
    NodeMark.CHANGED: "#9a6700",
    NodeMark.REPLACED: "#cf222e",
    NodeMark.REMOVED: "#cf222e",
}


def dot(graph: Graph) -> str:
    """The graph, from left to right."""
    names = {node.id: f"n{index}" for index, node in enumerate(graph.nodes)}
    lines = ["digraph {", "  rankdir=LR", f"  label={quoted(graph.title)}", '  node [shape=box fontname="Helvetica"]']
    lines += [f"  {names[node.id]} [{attributes(node)}]" for node in graph.nodes]
    for edge in graph.edges:
        label = f" [label={quoted(edge.label)}]" if edge.label else ""
        lines.append(f"  {names[edge.source]} -> {names[edge.target]}{label}")
    return "\n".join([*lines, "}"]) + "\n"


def attributes(node: Node) -> str:
    """Label, outline and tooltip."""
    sign = f"{SIGNS[node.mark]} " if node.mark else ""
    label = "\n".join(filter(None, (f"{sign}{node.title}", node.kind)))
    shape = " shape=cylinder" if node.holds else ""
    return f'label={quoted(label)} tooltip={quoted(node.words)} color="{COLOURS[node.mark]}"{shape}'


def quoted(text: str) -> str:
    """A string of DOT: only quotes, backslashes and line ends mean something in it."""
    return '"' + plain(text).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
