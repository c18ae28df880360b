"""The parts of pages: hostile texts are shown and do nothing, and what a colour says is said in words too."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from jinja2 import UndefinedError

from catalog.access import matrix
from catalog.cfn import Pseudo
from catalog.graphs.resources import resource_graph
from catalog.review.cells import access_tables
from catalog.review.differences import difference_lines
from catalog.review.parameters import parameter_groups
from catalog.review.permissions import compare_permissions
from catalog.review.rules import rule_sentences
from catalog.versions.change import Aspect, TemplateChange
from catalog.web.page import environment, render

HOSTILE = "<script>alert('x')</script>\"'><img src=x onerror=alert(1)>\x1b[31m\u202eevil\u200f&amp;{{ 7*7 }}"
PSEUDO = Pseudo("123456789012", "us-east-1")


class Page(HTMLParser):
    """The tags of a page, with their attributes, and its texts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.texts.append("" if tag == "wbr" else " ")

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        """All texts, with single spaces."""
        return " ".join("".join(self.texts).split())


def shown(macro: str, *values: Any) -> Page:
    """The page of one part."""
    arguments = ", ".join(f"value{index}" for index in range(len(values)))
    template = environment().from_string(f'{{% import "parts.html" as parts %}}{{{{ parts.{macro}({arguments}) }}}}')
    return Page(template.render({f"value{index}": value for index, value in enumerate(values)}))


def topic_template(statement: dict[str, Any], **parameters: Any) -> dict[str, Any]:
    """A template with a queue policy."""
    return {
        "Parameters": parameters,
        "Resources": {
            "Queue": {"Type": "AWS::SQS::Queue"},
            "Policy": {
                "Type": "AWS::SQS::QueuePolicy",
                "Properties": {
                    "Queues": [{"Ref": "Queue"}],
                    "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]},
                },
            },
        },
    }


def allows(sid: str, action: str) -> dict[str, Any]:
    """A statement that allows a role of the account one action."""
    principal = {"AWS": "arn:aws:iam::123456789012:role/app"}
    return {"Sid": sid, "Effect": "Allow", "Principal": principal, "Action": action, "Resource": "*"}


def hostile_parts() -> list[Page]:
    """Every part, with a hostile text wherever it takes one."""
    parameters = {
        "Name": {"Type": "String", "Description": HOSTILE, "ConstraintDescription": HOSTILE, "AllowedPattern": "a+"},
        "Mode": {"Type": "String", "AllowedValues": [HOSTILE, "b"], "Default": HOSTILE},
    }
    rules = {
        "Mode": {"Assertions": [{"Assert": {"Fn::Equals": [{"Ref": "Mode"}, HOSTILE]}, "AssertDescription": HOSTILE}]}
    }
    resources = {HOSTILE: {"Type": HOSTILE, "Condition": HOSTILE, "DependsOn": "B"}, "B": {"Type": "AWS::SNS::Topic"}}
    change = TemplateChange(Aspect.OUTPUT_VALUE, ("Outputs", HOSTILE), HOSTILE, {"a": HOSTILE}, {"a": "b" * 200})
    before, after = (matrix(topic_template(allows("A", action)), {}, PSEUDO) for action in ("sqs:SendMessage", "sqs:*"))
    interface = {"ParameterGroups": [{"Label": {"default": HOSTILE}, "Parameters": ["Name"]}]}
    template = {"Parameters": parameters, "Metadata": {"AWS::CloudFormation::Interface": interface}}
    role = compare_permissions(HOSTILE, (), None, None)
    return [
        shown("parameters", parameter_groups(template)),
        shown("rules", rule_sentences(rules)),
        shown("graph", resource_graph(HOSTILE, {"Resources": resources}), "g"),
        shown("differences", list(difference_lines((change,)))),
        shown("access", access_tables(after, before)),
        shown("role", role),
    ]


def test_hostile_texts_are_shown_and_do_nothing() -> None:
    for page in hostile_parts():
        assert {tag for tag, _ in page.tags} & {"script", "img", "iframe", "form", "link", "object"} == set()
        assert [name for _, attributes in page.tags for name in attributes if name.startswith("on")] == []
        assert re.search(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", page.text) is None
        values = [value or "" for _, attributes in page.tags for value in attributes.values()]
        assert [value for value in values if "\x1b" in value or "\u202e" in value] == []
    assert "<script>alert('x')</script>" in hostile_parts()[0].text


def test_a_page_holds_all_that_it_needs_and_allows_nothing_else() -> None:
    text = environment().get_template("page.html")
    assert text.name == "page.html"
    page = render("page.html")
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    (policy,) = [values["content"] for tag, values in Page(page).tags if values.get("http-equiv")]
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    )
    assert "http:" not in page.replace("http://www.w3.org/2000/svg", "")
    assert "url(" not in style
    assert page.count("<main") == 1
    assert '<html lang="en">' in page


def test_a_script_of_a_page_is_allowed_by_its_hash() -> None:
    page = render("page.html", scripts=("let a = 1 < 2;",))
    digest = base64.b64encode(hashlib.sha256(b"let a = 1 < 2;").digest()).decode()
    (policy,) = [values["content"] or "" for _, values in Page(page).tags if values.get("http-equiv")]
    assert f"script-src 'sha256-{digest}';" in policy
    assert "<script>let a = 1 < 2;</script>" in page


def test_a_template_that_names_nothing_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        environment().from_string("{{ nothing }}").render()


def test_a_changed_cell_says_who_gains_what_by_which_statement() -> None:
    before, after = (
        matrix(topic_template(allows("Use", action)), {}, PSEUDO) for action in ("sqs:SendMessage", "sqs:*")
    )
    page = shown("access", access_tables(after, before))
    assert "sqs:ReceiveMessage" in page.text
    assert "gains" in page.text
    changed = [values for tag, values in page.tags if tag == "td" and values.get("class") == "gains"]
    assert changed
    assert "not allowed → allowed [Use]" in (changed[0]["title"] or "")
    assert "not allowed → allowed [Use]" in page.text


def test_one_version_alone_marks_nothing() -> None:
    alone = matrix(topic_template(allows("Use", "sqs:*")), {}, PSEUDO)
    page = shown("access", access_tables(alone), False)
    assert "gains" not in page.text
    assert "Nobody" not in page.text
    topic = topic_template(allows("Use", "sqs:*"), Name={"Type": "String"})
    assert "added" not in shown("parameters", parameter_groups(topic)).text


def test_parameters_show_both_sides_of_what_changed() -> None:
    old = {"Parameters": {"A": {"Type": "String"}, "B": {"Type": "String", "Description": "Old words"}}}
    new = {"Parameters": {"B": {"Type": "String", "Description": "New words"}, "C": {"Type": "String", "Default": "x"}}}
    page = shown("parameters", parameter_groups(new, old))
    assert "No longer asked for" in page.text
    assert [values["class"] for tag, values in page.tags if tag == "tr" and "class" in values] == [
        "changed",
        "added",
        "removed",
    ]
    assert "Old words New words" in page.text
    assert "default x" in page.text


def test_long_names_break_after_their_separators() -> None:
    page = shown(
        "rules", rule_sentences({"R": {"Assertions": [{"Assert": {"Fn::Equals": [{"Ref": "A"}, "arn:aws:x"]}}]}})
    )
    assert "arn:aws:x" in page.text
    assert environment().filters["breakable"]("a/b<") == "a/<wbr>b&lt;"
