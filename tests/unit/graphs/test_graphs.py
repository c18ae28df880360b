"""Graphs: the same picture each time, every node in it, and texts that do nothing."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.graphs.dot import dot
from catalog.graphs.graph import Edge, Graph, Node, NodeMark
from catalog.graphs.layout import layout
from catalog.graphs.mermaid import mermaid
from catalog.graphs.resources import resource_graph
from catalog.graphs.svg import svg
from catalog.versions.change import Aspect, TemplateChange

SVG = "{http://www.w3.org/2000/svg}"
TEMPLATE = {
    "Resources": {
        "Key": {"Type": "AWS::KMS::Key"},
        "Alias": {"Type": "AWS::KMS::Alias", "Properties": {"TargetKeyId": {"Ref": "Key"}}, "Condition": "Named"},
        "Topic": {"Type": "AWS::SNS::Topic", "DependsOn": ["Alias", "Key"]},
    }
}


def graph_of(count: int, edges: list[tuple[int, int]]) -> Graph:
    """A graph with so many nodes."""
    nodes = tuple(Node(f"n{index}", f"Node {index}", holds="data" * (index % 2)) for index in range(count))
    return Graph("A graph", "Arrows", nodes, tuple(Edge(f"n{start}", f"n{end}") for start, end in edges))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_every_graph_has_a_picture(data: st.DataObject) -> None:
    count = data.draw(st.integers(0, 12))
    ends = st.integers(0, max(count - 1, 0))
    graph = graph_of(count, data.draw(st.lists(st.tuples(ends, ends), max_size=24)) if count else [])
    places = layout(graph)
    assert len(set(places.nodes)) == count
    assert all(0 <= column < places.columns and 0 <= row < places.rows for column, row in places.nodes)
    assert places == layout(graph)
    for edge, path in zip(graph.edges, places.paths, strict=True):
        assert (path[0], path[-1]) == (places.nodes[int(edge.source[1:])], places.nodes[int(edge.target[1:])])
    picture = ET.fromstring(svg(graph, "g"))  # noqa: S314  # our own picture
    assert len(picture.findall(f"{SVG}g")) == count
    assert len(picture.findall(f"{SVG}path")) == len(graph.edges)


def test_arrows_of_a_chain_lead_to_the_right_past_other_nodes() -> None:
    places = layout(graph_of(4, [(0, 1), (1, 2), (0, 2), (3, 3)]))
    assert [column for column, _ in places.nodes[:3]] == [0, 1, 2]
    bend = places.paths[2][1]
    assert bend[0] == 1
    assert bend not in places.nodes


def test_resources_say_what_they_need_and_hold() -> None:
    listed = {node.id: (node.words, targets) for node, targets in resource_graph("T", TEMPLATE).listed()}
    assert listed == {
        "Key": ("Key (AWS::KMS::Key, holds key material)", ()),
        "Alias": ("Alias (AWS::KMS::Alias, only if Named)", ("Key",)),
        "Topic": ("Topic (AWS::SNS::Topic)", ("Alias (DependsOn)", "Key (DependsOn)")),
    }


def test_marks_say_what_a_new_version_does() -> None:
    new = {"Resources": {**TEMPLATE["Resources"], "Queue": {"Type": "AWS::SQS::Queue"}}}
    old = {"Resources": {**TEMPLATE["Resources"], "Table": {"Type": "AWS::DynamoDB::Table"}}}
    changes = (
        TemplateChange(Aspect.PROPERTY_CHANGED, ("Resources", "Key", "Properties", "Description")),
        TemplateChange(Aspect.PROPERTY_REPLACES, ("Resources", "Alias", "Properties", "AliasName")),
        TemplateChange(Aspect.PROPERTY_CHANGED, ("Resources", "Alias", "Properties", "TargetKeyId")),
        TemplateChange(Aspect.ACCESS_GAINED, ("Resources", "Topic", "Properties", "X")),
    )
    marks = {node.id: node.mark for node in resource_graph("T", new, old, changes).nodes}
    assert marks == {
        "Key": NodeMark.CHANGED,
        "Alias": NodeMark.REPLACED,
        "Topic": NodeMark.NONE,
        "Queue": NodeMark.ADDED,
        "Table": NodeMark.REMOVED,
    }


def test_no_text_ends_its_place_in_a_picture() -> None:
    evil = '"]; click n0 "javascript:alert(1)"\n%%{init}%% <b>\u202e\\" # end'
    graph = Graph(
        evil, evil, (Node("a", evil, evil, NodeMark.ADDED, holds=evil), Node("b", "B")), (Edge("a", "b", evil),)
    )
    ET.fromstring(svg(graph, "g"))  # noqa: S314  # our own picture
    lines = mermaid(graph).splitlines()
    assert [line for line in lines if "click" in line and not line.startswith(('  n0[("', "  n0 -->|", "  acc"))] == []
    assert lines[3].startswith('  n0[("#43; #34;#93;#59; click n0 #34;javascript:alert(1)#34; #37;#37;#123;')
    assert [line for line in dot(graph).splitlines() if line.startswith("click")] == []
    assert "\u202e" not in svg(graph, "g") + mermaid(graph) + dot(graph)


def test_mermaid_and_dot_have_all_nodes_and_edges() -> None:
    graph = resource_graph("T", TEMPLATE)
    assert mermaid(graph) == (
        "flowchart LR\n"
        "  accTitle: T\n"
        "  accDescr: An arrow leads from a resource to one that it needs.\n"
        '  n0[("Key<br/>AWS::KMS::Key")]\n'
        '  n1["Alias<br/>AWS::KMS::Alias"]\n'
        '  n2["Topic<br/>AWS::SNS::Topic"]\n'
        "  n1 --> n0\n"
        '  n2 -->|"DependsOn"| n1\n'
        '  n2 -->|"DependsOn"| n0\n'
    )
    assert dot(graph).count(" -> ") == 3
    assert 'n0 [label="Key\\nAWS::KMS::Key"' in dot(graph)


def test_no_label_of_mermaid_is_a_list_of_markdown() -> None:
    nodes = (Node("a", "Key", mark=NodeMark.REMOVED), Node("b", "1. first"), Node("c", "- a_b_ *c*"))
    assert [line.strip() for line in mermaid(Graph("T", "D", nodes)).splitlines()[3:6]] == [
        'n0["#45; Key"]',
        'n1["1#46; first"]',
        'n2["#45; a#95;b#95; #42;c#42;"]',
    ]
