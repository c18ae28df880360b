"""Templates in YAML or JSON files: read as data, and published byte for byte."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from catalog.content.files import read_file
from catalog.content.yaml_files import DataPath, at_problem, fitting_value, problem_words, repeats_values, walk
from catalog.errors import ContentError
from catalog.model.limits import shown_json

Loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
SIZE_LIMIT = 1_000_000
"""Limit of a template in S3, in bytes: the quotas page says 1 MB, the service says "Template may not exceed
1000000 bytes in size" (aws-samples/aws-vpc-cidr-mgmt#10), and cfn-lint has the same limit."""
BYTE_ORDER_MARK = "\ufeff"
"""Some editors write it at the start of a file. It is a part of the published bytes, and of no value."""
DEEPEST = 1000
"""How deep values nest at most: more than Python can read, and less than fills the stack."""
PLAIN_TAGS = ("Ref", "Condition")
"""Short forms of functions without `Fn::` (user guide, "Intrinsic function reference")."""


class TemplateLoader(Loader):  # type: ignore[misc]  # libyaml's loader if PyYAML has it
    """SafeLoader for the short forms of CloudFormation. Dates stay text, and keys stay as they are written."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[str, Any]:
        """A mapping. In a template, `123456789012:` and `on:` are names, not numbers or booleans."""
        mapping: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a key must be text", key.start_mark)
            if key.value in mapping:
                raise yaml.constructor.ConstructorError(None, None, f"{key.value!r} is repeated", key.start_mark)
            mapping[key.value] = self.construct_object(value, deep=True)
        return mapping

    def get_single_node(self) -> Any:
        """The document; an error if its aliases make it too large, or if it contains itself."""
        node = super().get_single_node()
        if node is not None:
            repeats_values(node)
        return node

    def descend_resolver(self, parent: Any, index: Any) -> None:
        """Before each value: libyaml's loader calls itself for it, and ends the process when the stack is full."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise RecursionError

    def ascend_resolver(self) -> None:
        """After each value."""
        self.depth -= 1

    depth = 0

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        """A value. One that does not fit its tag is an error with its line."""
        return fitting_value(node, lambda: super(TemplateLoader, self).construct_object(node, deep))

    def short_form(self, name: str, node: Any) -> dict[str, Any]:
        """`!Sub x` as `{"Fn::Sub": x}`, `!GetAtt A.B` as `{"Fn::GetAtt": ["A", "B"]}`."""
        if isinstance(node, yaml.MappingNode):
            value: Any = self.construct_mapping(node, deep=True)
        elif isinstance(node, yaml.SequenceNode):
            value = self.construct_sequence(node, deep=True)
        else:
            value = self.construct_scalar(node)
        if name == "GetAtt" and isinstance(value, str):
            value = value.split(".", 1)
        return {name if name in PLAIN_TAGS else f"Fn::{name}": value}


TemplateLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in Loader.yaml_implicit_resolvers.items()
}
TemplateLoader.add_multi_constructor("!", TemplateLoader.short_form)
TemplateLoader.add_constructor("tag:yaml.org,2002:map", TemplateLoader.construct_mapping)


def read_template(label: str, body: bytes) -> dict[str, Any]:
    """A template as data, with functions in their long form; `ContentError` begins with `label`."""
    text = ""
    try:
        text = body.decode()
        # JSON can be indented with tabs, which YAML does not allow.
        read = json.loads(text.lstrip(BYTE_ORDER_MARK)) if is_json(text) else yaml.load(text, Loader=TemplateLoader)  # noqa: S506  # safe
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ContentError(
            f"{at_problem(label, error, text)}: it is not a template, neither YAML nor JSON: {problem_words(error)}"
        ) from error
    if not isinstance(read, dict):
        raise ContentError(
            f"{label} is not a template: it must be a mapping, got {shown_json(read)}",
            hint="A template is a mapping with Resources, in YAML or JSON.",
        )
    return read


def is_json(text: str) -> bool:
    """Whether a template is written in JSON."""
    return text.lstrip(f"{BYTE_ORDER_MARK} \t\r\n").startswith("{")


def compose_template(body: bytes) -> yaml.Node:
    """A template that can be read, with the places of its values."""
    text = body.decode()
    if is_json(text):
        text = text.replace("\t", " ")  # between values only: in a text of JSON, a tab is written as an escape
    node: yaml.Node = TemplateLoader(text).get_single_node()
    return node


@lru_cache(maxsize=8)
def template_lines(body: bytes) -> dict[DataPath, int]:
    """Path → line of every part of a template that can be read."""
    return dict(walk(compose_template(body), ()))


@dataclass(frozen=True, slots=True)
class TemplateFile:
    """A template that is rendered as it is written in its file."""

    file: Path
    body: bytes
    data: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """The template as JSON-like data."""
        return self.data


def template_file(file: Path) -> Callable[[], TemplateFile]:
    """A value for `template` of `ProductDefinition`: the template in a YAML or JSON file, published byte for byte.

    Give the path relative to the product file: `template_file(Path(__file__).with_name("queue.template.yaml"))`. The
    file is read when the template is rendered. A file that cannot be read, or that is not a YAML or JSON mapping, is an
    error then. Raises `ContentError` if `file` is no Path.
    """
    if not isinstance(file, Path):
        raise ContentError(
            f"template_file takes a Path, got {file!r}", hint="Write Path(__file__).with_name(…), from pathlib."
        )

    def read() -> TemplateFile:
        try:
            body = read_file(file, str(file), SIZE_LIMIT)
        except FileNotFoundError as error:
            raise ContentError(f"{file}: cannot be read: {error.strerror}") from error
        return TemplateFile(file, body, read_template(str(file), body))

    return read
