"""A portfolio as a graph: who may launch which product, with which role, and what that makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from catalog.graphs.graph import Edge, Graph, Node, NodeMark
from catalog.model.constraint import LaunchConstraint
from catalog.model.portfolio import Portfolio

DESCRIPTION = (
    "Principals lead to the portfolio that they launch from, the portfolio to its products, a product to the role that "
    "creates its resources, and the role to these resources."
)
Marks = Mapping[str, NodeMark]
"""Node id → what a change does to it."""


def offer_graph(
    portfolio: Portfolio,
    resources: Mapping[str, Sequence[str]],
    names: Mapping[str, str],
    marks: Marks | None = None,
) -> Graph:
    """The graph of a portfolio. `resources` has the types of each product's resources, `names` the products' names."""
    own = f"portfolio {portfolio.key}"
    nodes = {own: Node(own, portfolio.display_name, f"portfolio {portfolio.key}", root=True)}
    edges: list[Edge] = []
    for principal in sorted(portfolio.principals):
        id_ = f"principal {principal.type} {principal.arn}"
        nodes[id_] = Node(id_, principal.arn.rpartition(":")[2], f"{principal.type}")
        edges.append(Edge(id_, own, "may launch from"))
    for key, offered in portfolio.products.items():
        id_ = f"product {key}"
        nodes[id_] = Node(id_, names.get(key, key), f"product {key}")
        edges.append(Edge(own, id_, "offers"))
        launch = offered.constraints.get(LaunchConstraint.type)
        made_by = id_
        if isinstance(launch, LaunchConstraint):
            made_by = f"role {launch.local_role_name or launch.role_arn}"
            nodes[made_by] = Node(made_by, launch.local_role_name or launch.role_arn, "launch role")
            edges.append(Edge(id_, made_by, "is created by"))
        for kind in dict.fromkeys(resources.get(key, ())):
            nodes[f"type {kind}"] = Node(f"type {kind}", kind, "resource type")
            edges.append(Edge(made_by, f"type {kind}", "creates"))
    marked = [with_mark(node, marks or {}) for node in nodes.values()]
    return Graph(f"Portfolio {portfolio.display_name}", DESCRIPTION, tuple(marked), tuple(edges))


def with_mark(node: Node, marks: Marks) -> Node:
    """The node with its mark."""
    return Node(node.id, node.title, node.kind, marks.get(node.id, NodeMark.NONE), root=node.root)


def joined(graphs: Sequence[Graph]) -> Graph:
    """Several graphs in one: what two of them have is drawn once."""
    if len(graphs) == 1:
        return graphs[0]
    nodes = {node.id: node for graph in graphs for node in graph.nodes}
    edges = tuple(edge for graph in graphs for edge in graph.given)
    return Graph("All portfolios", DESCRIPTION, tuple(nodes.values()), edges)
