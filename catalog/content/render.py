"""Rendering: a product's template as canonical bytes, which are the same on every machine.

`export` prints these bytes, the checks read them, and `publish` uploads them. Their digest identifies a version. So
nothing here can depend on the machine, the time, hash seeds, or the order in which a builder adds sections.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType
from typing import Any

import yaml

from catalog.content.isolated import IsolatedTemplate
from catalog.content.product_errors import author_error, located
from catalog.content.template_files import SIZE_LIMIT, TemplateFile
from catalog.content.written_files import WrittenTemplate
from catalog.errors import CatalogError, ContentError
from catalog.model.definition import ProductDefinition
from catalog.model.limits import cut, shown_value

SECTIONS = (
    "AWSTemplateFormatVersion",
    "Description",
    "Metadata",
    "Parameters",
    "Rules",
    "Mappings",
    "Conditions",
    "Transform",
    "Resources",
    "Outputs",
)
"""Order of the sections in the CloudFormation user guide, "Template anatomy". Other sections follow."""

AMBIGUOUS = re.compile(r"[-+.]?[0-9].*|[-+]?\.?(inf|nan)|y|n|yes|no|on|off|true|false|null|none|~|", re.IGNORECASE)
"""Text that a YAML 1.1 or 1.2 parser can read as a number, a date, a boolean or null unless it is quoted."""

UNPRINTABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff]")
"""Control characters, and line breaks and marks of YAML 1.1. Double quotes can escape them."""

SURROGATE = re.compile("[\ud800-\udfff]")
"""Surrogates of UTF-16, which UTF-8 does not have."""


BITS_LIMIT = 1024
"""Bits of a whole number in a template: those of the largest number with a decimal point. More cannot be written."""

DEPTH_LIMIT = 100
"""How deep values of a template nest: far deeper than any resource type, and far less than a parser bears."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """The rendered template of a version."""

    product: str
    """The product's key."""
    version: str
    body: bytes
    """The template in YAML, UTF-8. All lines end with LF."""
    digest: str
    """`sha256:<hex>` of `body`."""
    template: Mapping[str, Any]
    """`body` as data, with functions in their long form."""
    source: Path | None = None
    """The template file that `body` is, byte for byte. None: Python made it."""
    name: str = ""
    """The name of the version in AWS; empty: the version."""
    file: str = field(default="", compare=False)
    """The file that declares the product, relative to the repository."""
    template_file: str = field(default="", compare=False)
    """The template in products/ that `body` is, relative to the repository. Empty: Python gives the template."""

    @property
    def shown_file(self) -> str:
        """The file that declares the product, in messages."""
        return self.file or f"products/{self.product}.py"

    @property
    def shown_source(self) -> str:
        """The file of products/ that the template is made from, in messages."""
        return self.template_file or self.shown_file

    @property
    def published_name(self) -> str:
        """The name in AWS."""
        return self.name or self.version


def render(key: str, definition: ProductDefinition) -> Rendered:
    """Build the template of a product and write it as canonical YAML. A `TemplateFile` stays as it is.

    Raises `ContentError` if the author's code fails or does not return a template, or if the template is larger than
    `SIZE_LIMIT`. Raises `CatalogError` if the YAML does not read back as the same template.
    """
    file = definition.shown(key)
    data, written = build(file, definition)
    template = ordered(data) if written is None else data
    body = as_yaml(template) if written is None else written.body
    if len(body) > SIZE_LIMIT:
        raise ContentError(
            f"{file}: the template has {len(body)} bytes; the limit of CloudFormation is {SIZE_LIMIT}",
            hint="Shorten descriptions, or split the product.",
        )
    if written is None and not reads_back(body, template):
        raise CatalogError(f"{file}: the YAML of the template does not read back as the template")
    digest = f"sha256:{hashlib.sha256(body).hexdigest()}"
    return Rendered(
        key,
        definition.version,
        body,
        digest,
        template,
        written.file if written else None,
        file=file,
        template_file=definition.template.shown if isinstance(definition.template, WrittenTemplate) else "",
    )


def as_yaml(template: Mapping[str, Any]) -> bytes:
    """Block YAML without folded lines, so that a changed word changes one line."""
    text: str = yaml.dump(template, Dumper=TemplateDumper, sort_keys=False, allow_unicode=True, width=math.inf)
    return text.encode()


def reads_back(body: bytes, template: Mapping[str, Any]) -> bool:
    """Whether a safe YAML loader reads `body` as `template`, with the same types and order."""
    try:
        read = yaml.load(body, Loader=SafeLoader)  # noqa: S506  # safe, in C
    except yaml.YAMLError:
        return False
    return json.dumps(read) == json.dumps(template)


def as_json(rendered: Rendered) -> bytes:
    """The template as JSON, indented by two, in UTF-8 with a final line feed."""
    return template_json(rendered.template)


def template_json(template: Mapping[str, Any]) -> bytes:
    """Any template as JSON, in the form of `as_json`."""
    return (json.dumps(template, indent=2, ensure_ascii=False) + "\n").encode()


def build(file: str, definition: ProductDefinition) -> tuple[dict[str, Any], TemplateFile | None]:
    """The data of the author's `template()`, and the template file if it is one.

    `ContentError` with the file, its line if known, and the cause.
    """
    if isinstance(definition.template, IsolatedTemplate | WrittenTemplate):  # its errors have their place already
        builder: Any = definition.template()
        data = builder.to_dict()
    else:
        try:
            builder = definition.template()
            data = builder.to_dict()
        except ContentError as error:
            raise ContentError(f"{located(file, error)}: {error}") from error
        except BaseException as error:  # a product file can raise anything
            raise author_error(file, "the template cannot be built", error) from error
    if not isinstance(data, dict) or not isinstance(data.get("Resources"), dict):
        if isinstance(definition.template, WrittenTemplate):
            raise ContentError(
                f"{definition.template.shown}: is not a CloudFormation template: it has no Resources",
                hint="A template is a mapping with Resources, in YAML or JSON.",
            )
        raise ContentError(f"{file}: template() must return a CloudFormation template, with Resources")
    template = plain(with_line(file, definition.template), data, "")
    if isinstance(builder, TemplateFile):
        return template, builder
    if least_size(template) > 2 * SIZE_LIMIT:
        raise ContentError(
            f"{file}: the template has more than {SIZE_LIMIT} bytes, which is the limit of CloudFormation",
            hint="Shorten descriptions, or split the product.",
        )
    return template, None


def with_line(file: str, function: object) -> str:
    """`file:line` of a function, if it stands in the file; the template, if that is a file in products/."""
    if isinstance(function, WrittenTemplate):
        return function.shown
    code = getattr(function, "__code__", None)
    name = str(getattr(code, "co_filename", "")).replace("\\", "/")
    return f"{file}:{code.co_firstlineno}" if isinstance(code, CodeType) and name.endswith(file) else file


def least_size(value: Any) -> int:
    """The bytes that YAML needs at least for a value: of a huge one, to write it would take minutes."""
    if isinstance(value, dict):
        return sum(len(key) + 2 + least_size(item) for key, item in value.items())
    if isinstance(value, list):
        return sum(2 + least_size(item) for item in value)
    return len(value) if isinstance(value, str) else 1


def plain(file: str, value: Any, path: str, depth: int = 0) -> Any:
    """`value` as new dicts, lists and scalars; `ContentError` with the path of a value that JSON lacks, or a null."""
    if depth > DEPTH_LIMIT:
        raise ContentError(f"{file}: {cut(path)}: values nest more than {DEPTH_LIMIT} levels deep")
    if isinstance(value, dict):
        for key in value:
            if not isinstance(key, str) or SURROGATE.search(key):
                raise ContentError(f"{file}: {path or '/'}: a key must be text, got {shown_value(key)}")
        return {str(key): plain(file, item, f"{path}/{key}", depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(file, item, f"{path}/{index}", depth + 1) for index, item in enumerate(value)]
    if isinstance(value, str) and not SURROGATE.search(value):
        return str(value)
    if isinstance(value, bool) or (isinstance(value, float) and math.isfinite(value)):
        return value
    if isinstance(value, int):
        if value.bit_length() > BITS_LIMIT:
            raise ContentError(
                f"{file}: {path}: a number can have {BITS_LIMIT} bits, got one with {value.bit_length()}",
                hint="Write it as text.",
            )
        return int(value)
    raise ContentError(
        f"{file}: {path}: a template can have text, numbers, booleans, lists and mappings, got {shown_value(value)}",
        hint="CloudFormation rejects null values; omit the key." if value is None else "",
    )


def ordered(template: dict[str, Any]) -> dict[str, Any]:
    """Sections in the order of the user guide. In parameters and resources, `Type` is first and `Properties` last."""
    standard = [name for name in SECTIONS if name in template]
    result = {name: template[name] for name in [*standard, *(name for name in template if name not in SECTIONS)]}
    for name in ("Parameters", "Resources"):
        if isinstance(result.get(name), dict):
            result[name] = {key: type_first(item) for key, item in result[name].items()}
    return result


def type_first(item: Any) -> Any:
    """A resource or parameter with `Type` first and `Properties` last."""
    if not isinstance(item, dict):
        return item
    rank = {"Type": 0, "Properties": 2}
    return dict(sorted(item.items(), key=lambda pair: rank.get(pair[0], 1)))


SafeLoader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The loader of libyaml if PyYAML has it. It is five times as fast and gives the same data."""


class TemplateDumper(yaml.SafeDumper):
    """SafeDumper that quotes text that a parser could read as another type, and writes no anchors or aliases.

    It is the Python dumper on purpose. That of libyaml breaks lines at other columns, so a machine without libyaml
    would give a version another digest.
    """

    def ignore_aliases(self, data: Any) -> bool:
        """No aliases: CloudFormation rejects them."""
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent list items below their key."""
        super().increase_indent(flow, indentless=False)


def represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    """Text: a block if it has several lines, in quotes if it is ambiguous. PyYAML adds the quotes that YAML needs."""
    style = None
    if UNPRINTABLE.search(text):
        style = '"'
    elif AMBIGUOUS.fullmatch(text):
        style = "'"
    elif "\n" in text:
        style = "|"
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


TemplateDumper.add_representer(str, represent_text)
