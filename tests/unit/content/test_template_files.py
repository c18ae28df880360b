"""Template files as data, and their bytes unchanged."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog.content.render import render
from catalog.content.template_files import read_template, template_file
from catalog.errors import ContentError
from catalog.model.definition import ProductDefinition

SHORT = b"""\
AWSTemplateFormatVersion: 2010-09-09
Mappings: {Names: {123456789012: {on: left}}}
Conditions: {Big: !Equals [!Ref Size, "1"]}
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Condition: Big
    Properties:
      TopicName: !Sub "${AWS::StackName}-x"
      Tags: !If [Big, [{Key: a, Value: !GetAtt Other.Arn.Part}], !Ref AWS::NoValue]
Outputs: {Joined: {Value: !Join [",", !Split ["-", a-b]], Condition: !Condition Big}}
"""


def test_short_forms_are_expanded_and_dates_and_keys_stay_text() -> None:
    read = read_template("it", SHORT)
    assert read["AWSTemplateFormatVersion"] == "2010-09-09"
    assert read["Mappings"]["Names"] == {"123456789012": {"on": "left"}}
    assert read["Conditions"]["Big"] == {"Fn::Equals": [{"Ref": "Size"}, "1"]}
    properties = read["Resources"]["Topic"]["Properties"]
    assert properties["TopicName"] == {"Fn::Sub": "${AWS::StackName}-x"}
    assert properties["Tags"]["Fn::If"][1][0]["Value"] == {"Fn::GetAtt": ["Other", "Arn.Part"]}
    assert properties["Tags"]["Fn::If"][2] == {"Ref": "AWS::NoValue"}
    assert read["Outputs"]["Joined"]["Value"] == {"Fn::Join": [",", {"Fn::Split": ["-", "a-b"]}]}
    assert read["Outputs"]["Joined"]["Condition"] == {"Condition": "Big"}


def test_json_can_be_indented_with_tabs() -> None:
    assert read_template("it", b'{\n\t"Resources": {}\n}') == {"Resources": {}}


@pytest.mark.parametrize(
    "body",
    [b"[1, 2]", b"a: [", b"{", b"\xff\xfe", b"a: 1\na: 2", b"x: !!python/object/apply:os.system [true]", b"? [a]\n: b"],
)
def test_a_file_that_is_not_a_template_is_an_error(body: bytes) -> None:
    with pytest.raises(ContentError, match="it is not a template"):
        read_template("it", body)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"Resources:\n  Topic: [\n", "topic.yaml:3: it is not a template, neither YAML nor JSON: "),
        (b'{\n  "Resources": {,}\n}', "topic.yaml:2: it is not a template, neither YAML nor JSON: "),
        (b"\xff\xfe", "topic.yaml: it is not a template, neither YAML nor JSON: "),
    ],
)
def test_an_error_of_a_template_has_its_line_and_is_one_line(body: bytes, words: str) -> None:
    with pytest.raises(ContentError) as caught:
        read_template("topic.yaml", body)
    assert caught.value.message.startswith(words)
    assert "\n" not in caught.value.message


def test_a_template_file_is_rendered_byte_for_byte(tmp_path: Path) -> None:
    file = tmp_path / "topic.template.yaml"
    file.write_bytes(SHORT)
    product = ProductDefinition(name="T", owner="O", description="", version="1.0.0", template=template_file(file))
    rendered = render("topic", product)
    assert rendered.body == SHORT
    assert rendered.template == read_template("it", SHORT)


def test_a_text_in_place_of_a_path_is_refused() -> None:
    with pytest.raises(ContentError, match=r"takes a Path, got 'queue\.yaml'"):
        template_file("queue.yaml")


def test_an_error_names_a_missing_template_file(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"gone\.yaml: cannot be read"):
        template_file(tmp_path / "gone.yaml")()


@pytest.mark.parametrize("deep", [b"[" * 90_000, b"- " * 90_000, b"{a: " * 90_000], ids=["flow", "block", "mappings"])
def test_values_that_nest_without_end_are_an_error_and_end_no_process(deep: bytes) -> None:
    with pytest.raises(ContentError, match="its values nest too deep"):
        read_template("it", b"Resources: \n  " + deep)


def test_values_that_nest_as_deep_as_templates_do_can_be_read() -> None:
    assert read_template("it", b"Resources: " + b"[" * 90 + b"]" * 90)["Resources"]
