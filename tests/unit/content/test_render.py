from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from catalog.content.render import SIZE_LIMIT, as_json, as_yaml, reads_back, render
from catalog.errors import ContentError
from catalog.model.definition import ProductDefinition


@dataclass
class Built:
    """A template builder that returns its data."""

    data: Any

    def to_dict(self) -> Any:
        return self.data


def definition(build: Callable[[], Any]) -> ProductDefinition:
    return ProductDefinition(name="x", owner="y", description="", version="1.0.0", template=build)


def render_data(data: Any) -> Any:
    return render("example", definition(lambda: Built(data)))


QUEUE = {"Queue": {"Properties": {"DelaySeconds": 5}, "DeletionPolicy": "Delete", "Type": "AWS::SQS::Queue"}}


def test_sections_come_in_the_order_of_cloudformations_guide() -> None:
    rendered = render_data(
        {
            "Outputs": {},
            "Hooks": {},
            "Resources": QUEUE,
            "Parameters": {"B": {"Default": "1", "Type": "String"}, "A": {"Type": "String"}},
            "Description": "d",
            "AWSTemplateFormatVersion": "2010-09-09",
        }
    )
    assert rendered.body.decode() == (
        "AWSTemplateFormatVersion: '2010-09-09'\n"
        "Description: d\n"
        "Parameters:\n"
        "  B:\n"
        "    Type: String\n"
        "    Default: '1'\n"
        "  A:\n"
        "    Type: String\n"
        "Resources:\n"
        "  Queue:\n"
        "    Type: AWS::SQS::Queue\n"
        "    DeletionPolicy: Delete\n"
        "    Properties:\n"
        "      DelaySeconds: 5\n"
        "Outputs: {}\n"
        "Hooks: {}\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "true",
        "NO",
        "y",
        "Off",
        "null",
        "~",
        "",
        "30",
        "2012-10-17",
        "1e3",
        "0o17",
        "007",
        "12:30",
        ".5",
        "+1",
        "0x1f",
        ".inf",
    ],
)
def test_text_that_could_be_read_as_another_type_is_quoted(text: str) -> None:
    assert as_yaml({"k": text}) == f"k: '{text}'\n".encode()
    assert as_yaml({text or "0": "v"}).startswith(b"'")


def test_text_with_lines_is_a_block_and_long_text_is_not_folded() -> None:
    script = "#!/bin/sh\nset -e\n  exec true\n"
    assert as_yaml({"k": script}) == b"k: |\n  #!/bin/sh\n  set -e\n    exec true\n"
    assert as_yaml({"k": "word " * 99 + "end"}).count(b"\n") == 1


def test_yaml_has_no_aliases() -> None:
    same = ["a"]
    assert as_yaml({"k": [same, same]}) == b"k:\n  - - a\n  - - a\n"


values = st.recursive(
    st.text(st.characters(exclude_categories=["Cs"]))
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), inner)
    ),
    max_leaves=20,
)


@given(values)
def test_any_data_reads_back(value: Any) -> None:
    rendered = render_data({"Resources": QUEUE, "Metadata": {"m": value}})
    assert rendered.template["Metadata"] == {"m": value}
    for loader in (yaml.SafeLoader, yaml.CSafeLoader):
        assert json.dumps(yaml.load(rendered.body, Loader=loader)) == json.dumps(rendered.template)  # noqa: S506  # safe
    assert json.loads(as_json(rendered)) == rendered.template
    assert b"\r" not in rendered.body
    assert rendered.body.endswith(b"\n")


def test_reading_back_compares_types_and_order() -> None:
    assert reads_back(b"a: 1\nb: x\n", {"a": 1, "b": "x"})
    assert not reads_back(b"a: 1\n", {"a": "1"})
    assert not reads_back(b"a: 1\n", {"a": True})
    assert not reads_back(b"a: 1\nb: 2\n", {"b": 2, "a": 1})
    assert not reads_back(b"a: [", {"a": []})


def fails() -> Any:
    raise ValueError("AliasName is wrong")


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (fails, r"products/example\.py: the template cannot be built: ValueError: AliasName is wrong"),
        (lambda: None, r"products/example\.py: .*AttributeError"),
        (lambda: Built([]), "must return a CloudFormation template"),
        (lambda: Built({"Description": "d"}), "with Resources"),
        (lambda: Built({"Resources": {"A": None}}), "/Resources/A: .* got None\n  CloudFormation rejects null"),
        (lambda: Built({"Resources": {"A": [{"b": float("nan")}]}}), "/Resources/A/0/b: .* got nan"),
        (lambda: Built({"Resources": {"A": {1: 2}}}), "/Resources/A: a key must be text, got 1"),
        (lambda: Built({"Resources": {"A": {"b": {1}}}}), "/Resources/A/b: "),
        (lambda: Built({"Resources": {"A": "\ud800"}}), "/Resources/A: "),
    ],
)
def test_a_value_that_is_not_a_template_is_an_error(build: Callable[[], Any], message: str) -> None:
    with pytest.raises(ContentError, match=message):
        render("example", definition(build))


def test_errors_name_the_line_of_the_product_file() -> None:
    namespace: dict[str, Any] = {}
    source = "def template():\n    helper()\n\ndef helper():\n    return {}['x']\n"
    exec(compile(source, "/anywhere/products/example.py", "exec"), namespace)  # noqa: S102  # ours
    with pytest.raises(ContentError, match=r"^products/example\.py:5: the template cannot be built: KeyError: 'x'"):
        render("example", definition(namespace["template"]))


def test_a_template_over_the_limit_is_an_error() -> None:
    with pytest.raises(ContentError, match=rf"the template has \d+ bytes; the limit of CloudFormation is {SIZE_LIMIT}"):
        render_data({"Resources": QUEUE, "Description": "x" * SIZE_LIMIT})


def test_a_template_at_the_limit_is_accepted() -> None:
    spare = SIZE_LIMIT - len(render_data({"Resources": QUEUE, "Description": "x"}).body)
    assert len(render_data({"Resources": QUEUE, "Description": "x" * (spare + 1)}).body) == SIZE_LIMIT
