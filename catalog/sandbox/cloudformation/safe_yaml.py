"""Parse YAML templates safely: no code runs, short tags become functions, dates stay text, aliases are refused.

Also replaces the `yaml` module in moto's code, whose Loader runs `!!python/object/apply:` tags.
"""

from __future__ import annotations

import pickle
import re
from functools import lru_cache
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

SHORT = ("Ref", "Condition")
"""Tags whose functions have no prefix `Fn::`."""


class UnsafeTemplate(yaml.YAMLError):
    """YAML that CloudFormation refuses: an unknown tag, an alias, or a key that is not a scalar."""


class SafeTemplateLoader(yaml.SafeLoader):
    """A SafeLoader with CloudFormation's tags and without timestamps (user guide, "Template formats")."""

    def compose_node(self, parent: Node | None, index: Any) -> Node | None:
        """Refuse aliases, as CloudFormation does: nested aliases could fill the memory."""
        if self.check_event(yaml.AliasEvent):
            raise UnsafeTemplate("YAML aliases are not allowed in CloudFormation templates")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: MappingNode, deep: bool = False) -> dict[Any, Any]:
        """A mapping whose keys are strings as written: `123456789012:` and `on:` are names in templates."""
        result = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                raise UnsafeTemplate(f"a key must be text{key.start_mark}")
            result[key.value] = self.construct_object(value, deep=True)
        return result

    def construct_function(self, suffix: str, node: Node) -> dict[str, Any]:
        """`!Sub x` becomes `{"Fn::Sub": x}`; `!GetAtt A.B` becomes `{"Fn::GetAtt": ["A", "B"]}`."""
        if not re.fullmatch(r"[A-Z][A-Za-z0-9]*(::[A-Za-z]+)?", suffix):
            raise UnsafeTemplate(f"tag !{suffix} is not a CloudFormation function")
        if isinstance(node, ScalarNode):
            value: Any = self.construct_scalar(node)
        elif isinstance(node, SequenceNode):
            value = self.construct_sequence(node, deep=True)
        else:
            value = self.construct_mapping(node, deep=True)  # type: ignore[arg-type]  # the third and last kind
        if suffix == "GetAtt" and isinstance(value, str):
            value = value.split(".", 1)
        return {suffix if suffix in SHORT else f"Fn::{suffix}": value}

    def construct_foreign(self, node: Node) -> Any:
        """Refuse all other tags, above all Python's."""
        raise UnsafeTemplate(f"unsupported tag {node.tag}")


SafeTemplateLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
SafeTemplateLoader.add_multi_constructor("!", SafeTemplateLoader.construct_function)
SafeTemplateLoader.add_constructor("tag:yaml.org,2002:map", SafeTemplateLoader.construct_mapping)
SafeTemplateLoader.add_constructor("tag:yaml.org,2002:binary", SafeTemplateLoader.construct_foreign)
SafeTemplateLoader.add_constructor("tag:yaml.org,2002:omap", SafeTemplateLoader.construct_foreign)
SafeTemplateLoader.add_constructor("tag:yaml.org,2002:pairs", SafeTemplateLoader.construct_foreign)
SafeTemplateLoader.add_constructor("tag:yaml.org,2002:set", SafeTemplateLoader.construct_foreign)
SafeTemplateLoader.add_constructor("tag:yaml.org,2002:timestamp", SafeTemplateLoader.construct_foreign)
SafeTemplateLoader.add_constructor(None, SafeTemplateLoader.construct_foreign)


def load(text: str) -> Any:
    """The data of a YAML document; runs no code and raises `yaml.YAMLError`."""
    return pickle.loads(_data(text))  # noqa: S301  # made by `_data`


@lru_cache(maxsize=32)
def _data(text: str) -> bytes:
    """The data of a document, kept: a template is read again by each launch and update, and a copy is quick."""
    return pickle.dumps(yaml.load(text, Loader=SafeTemplateLoader))  # noqa: S506  # a SafeLoader


class SafeYaml:
    """A safe replacement for the part of the `yaml` module that moto's CloudFormation uses."""

    Loader = SafeTemplateLoader

    def load(self, text: str, Loader: type = SafeTemplateLoader) -> Any:  # noqa: N803 - yaml's own name
        """Load with the safe loader, and ignore the argument `Loader`."""
        return load(text)

    def add_multi_constructor(self, prefix: str, constructor: object) -> None:
        """Do nothing: moto would change the loaders of yaml for the whole process."""
