"""A product's template as canonical bytes: the same definition gives the same bytes on every machine.

The bytes are what `export` prints, what the checks read and what `publish` uploads. Their digest is the identity of a
version, so nothing in here may depend on the machine, the time, hash seeds or the order in which a builder happens to
add sections.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import sys
import traceback
from collections.abc import Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass
from typing import Any

import yaml

from catalog.content.template_files import TemplateFile
from catalog.errors import CatalogError, ContentError
from catalog.model.definition import ProductDefinition

SIZE_LIMIT = 1_000_000
"""Bytes of a template that CloudFormation reads from S3: the quotas page says 1 MB, the service's own refusal says
"Template may not exceed 1000000 bytes in size" (aws-samples/aws-vpc-cidr-mgmt#10), and cfn-lint counts so too."""

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
"""Order of the sections in CloudFormation's user guide, "Template anatomy"; other sections follow these."""

AMBIGUOUS = re.compile(r"[-+.]?[0-9].*|[-+]?\.?(inf|nan)|y|n|yes|no|on|off|true|false|null|none|~|", re.IGNORECASE)
"""Text that some reader of YAML 1.1 or 1.2 takes for a number, a date, a boolean or null unless it is quoted."""

UNPRINTABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff]")
"""Control characters, and what YAML 1.1 takes for a line break or a mark; double quotes can escape them."""

SURROGATE = re.compile("[\ud800-\udfff]")
"""Half a character of UTF-16, which UTF-8 cannot hold."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """One version of one product, as it is published."""

    product: str
    """The product's key."""
    version: str
    body: bytes
    """The template: YAML, UTF-8, lines end with LF, the last one too."""
    digest: str
    """`sha256:<hex>` of `body`."""
    template: Mapping[str, Any]
    """What `body` says, as plain data with functions in their long form."""


def render(key: str, definition: ProductDefinition) -> Rendered:
    """Build the template of `products/<key>.py` and write it as canonical YAML; a `TemplateFile` stays as it is.

    Raises `ContentError`, which names the file, when the author's code fails, yields something that is no template,
    or the template is longer than `SIZE_LIMIT`; `CatalogError` when the YAML does not read back as what was written.
    """
    file = f"products/{key}.py"
    data, written = build(file, definition)
    template = ordered(data) if written is None else data
    body = as_yaml(template) if written is None else written
    if len(body) > SIZE_LIMIT:
        raise ContentError(
            f"{file}: the template has {len(body)} bytes; CloudFormation's limit is {SIZE_LIMIT}",
            hint="Shorten descriptions, or split the product.",
        )
    if written is None and not reads_back(body, template):
        raise CatalogError(f"{file}: the YAML of the template does not read back as the template")
    digest = f"sha256:{hashlib.sha256(body).hexdigest()}"
    return Rendered(key, definition.version, body, digest, template)


def as_yaml(template: Mapping[str, Any]) -> bytes:
    """Block YAML, never folded: a changed word is a changed line."""
    text: str = yaml.dump(template, Dumper=TemplateDumper, sort_keys=False, allow_unicode=True, width=math.inf)
    return text.encode()


def reads_back(body: bytes, template: Mapping[str, Any]) -> bool:
    """Whether a safe YAML loader gives `template` for `body`, types and order included."""
    try:
        read = yaml.load(body, Loader=SafeLoader)  # noqa: S506  # safe, in C
    except yaml.YAMLError:
        return False
    return json.dumps(read) == json.dumps(template)


def as_json(rendered: Rendered) -> bytes:
    """The same template as JSON, indented by two, UTF-8, with a last line feed."""
    return template_json(rendered.template)


def template_json(template: Mapping[str, Any]) -> bytes:
    """Any template as JSON, in the same form."""
    return (json.dumps(template, indent=2, ensure_ascii=False) + "\n").encode()


def build(file: str, definition: ProductDefinition) -> tuple[dict[str, Any], bytes | None]:
    """Run the author's `template()`: its data, and its bytes when it is a file that is published as it was written.

    `ContentError` with the file, its line where known, and what went wrong.
    """
    try:
        with redirect_stdout(sys.stderr):  # what a product prints must not mix with what a command answers
            builder = definition.template()
            data = builder.to_dict()
    except ContentError as error:
        raise ContentError(f"{where(file, error)}: {error}") from error
    except (Exception, SystemExit) as error:  # a product file is somebody's code and may raise anything
        text = f"{type(error).__name__}: {error}"
        raise ContentError(f"{where(file, error)}: the template cannot be built: {text}") from error
    if not isinstance(data, dict) or not isinstance(data.get("Resources"), dict):
        raise ContentError(f"{file}: template() must give a CloudFormation template, which has Resources")
    return plain(file, data, ""), builder.body if isinstance(builder, TemplateFile) else None


def where(file: str, error: BaseException) -> str:
    """`file:line` of the author's own code that `error` came from, or `file`."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename.replace("\\", "/").endswith(file)]
    return f"{file}:{lines[-1]}" if lines else file


def plain(file: str, value: Any, path: str) -> Any:
    """`value` as new dicts, lists and scalars; `ContentError` with the path of what JSON cannot hold, or of a null."""
    if isinstance(value, dict):
        for key in value:
            if not isinstance(key, str):
                raise ContentError(f"{file}: {path or '/'}: a key must be text, got {key!r}")
        return {str(key): plain(file, item, f"{path}/{key}") for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(file, item, f"{path}/{index}") for index, item in enumerate(value)]
    if isinstance(value, str) and not SURROGATE.search(value):
        return str(value)
    if isinstance(value, bool) or (isinstance(value, float) and math.isfinite(value)):
        return value
    if isinstance(value, int):
        return int(value)
    raise ContentError(
        f"{file}: {path}: a template holds text, numbers, booleans, lists and mappings, got {value!r}",
        hint="CloudFormation refuses null values; leave the key out." if value is None else "",
    )


def ordered(template: dict[str, Any]) -> dict[str, Any]:
    """Sections in their conventional order, and the author's order inside, but for `Type` first, `Properties` last."""
    known = [name for name in SECTIONS if name in template]
    result = {name: template[name] for name in [*known, *(name for name in template if name not in SECTIONS)]}
    for name in ("Parameters", "Resources"):
        if isinstance(result.get(name), dict):
            result[name] = {key: type_first(item) for key, item in result[name].items()}
    return result


def type_first(item: Any) -> Any:
    """A resource or parameter the way people write one."""
    if not isinstance(item, dict):
        return item
    rank = {"Type": 0, "Properties": 2}
    return dict(sorted(item.items(), key=lambda pair: rank.get(pair[0], 1)))


SafeLoader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's where PyYAML has it: five times as fast, and both read alike."""


class TemplateDumper(yaml.SafeDumper):
    """SafeDumper that quotes all that a reader could take for another type, and never writes anchors or aliases.

    It is the one in Python on purpose. libyaml's breaks lines elsewhere, and a machine without it would give the same
    version another digest.
    """

    def ignore_aliases(self, data: Any) -> bool:
        """Write each value out: CloudFormation refuses YAML aliases."""
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent list items below their key."""
        super().increase_indent(flow, indentless=False)


def represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    """Text, as a block when it has lines, in quotes when it is ambiguous; PyYAML quotes what syntax demands."""
    style = None
    if UNPRINTABLE.search(text):
        style = '"'
    elif AMBIGUOUS.fullmatch(text):
        style = "'"
    elif "\n" in text:
        style = "|"
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


TemplateDumper.add_representer(str, represent_text)
