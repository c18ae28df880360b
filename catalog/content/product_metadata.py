"""Products whose template is a file: their metadata, in a file beside it or in its own Metadata, as a definition.

Both are data: safe YAML, checked with the JSON Schema `product`. No code runs.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from catalog.content.config import Config
from catalog.content.files import check_readable
from catalog.content.portfolio_files import as_date, tag_value
from catalog.content.product_files import METADATA, ProductFile
from catalog.content.schema_files import check_valid
from catalog.content.template_files import compose_template, read_template
from catalog.content.written_files import WrittenDocument, WrittenTemplate, body_of
from catalog.content.yaml_files import DataPath, YamlDocument, read_yaml, walk
from catalog.errors import ContentError
from catalog.model.definition import LaunchPermission, Migration, ProductDefinition, Retention, Suppression
from catalog.model.limits import shown
from catalog.model.service_action import ServiceAction

SECTION = ("Metadata", "Catalog")
"""Where a template has its own metadata."""


def load_metadata(config: Config, product: ProductFile) -> ProductDefinition:
    """The definition of a template in products/; `ContentError` with file and line of each fault of its metadata."""
    for name in dict.fromkeys((product.template, product.shown)):
        check_readable(config.root, config.root / name)
    template = WrittenTemplate(config.root / product.template, product.template)
    return ProductMetadata(config, metadata_of(config, product)).definition(template)


def has_metadata(config: Config, product: ProductFile) -> bool:
    """Whether a product has its fields: a template may still lack them."""
    if not product.template or not product.in_template:
        return True
    check_readable(config.root, config.root / product.template)
    body = body_of(config.root / product.template, product.template)
    return section_of(read_template(product.template, body)) is not None


def metadata_of(config: Config, product: ProductFile) -> YamlDocument:
    """The metadata, valid against the schema. Paths are those of the fields, also inside of a template."""
    body = body_of(config.root / product.template, product.template)
    inside = section_of(read_template(product.template, body)) if SECTION[1].encode() in body else None
    if not product.in_template:
        if inside is not None:
            raise ContentError(
                f"{product.template}: Metadata has Catalog, and {product.shown} has the metadata too",
                hint="Keep one of them: the file leaves the published bytes as they are.",
            )
    elif inside is None:
        raise ContentError(
            f"{product.template}: the template has no metadata",
            hint=f"Write name, owner, description and version into products/{product.key}{METADATA}, or into the "
            "template under Metadata: Catalog: (`catalog help template-products.md`). `catalog import-template` writes "
            "them.",
        )
    if product.in_template:
        document = section_document(body, product.shown)
    else:
        document = metadata_document(config.root, product.shown)
    check_valid(document, "product")
    return document


def metadata_document(root: Path, shown: str) -> YamlDocument:
    """The metadata in the file `shown` of the repository `root`, whether valid or not."""
    if shown.endswith(METADATA):
        return read_yaml(root / shown, shown)
    return section_document(body_of(root / shown, shown), shown)


def section_document(body: bytes, shown: str) -> YamlDocument:
    """The metadata in a template that has them, whether valid or not."""
    return YamlDocument(shown, section_of(read_template(shown, body)), dict(walk(section_node(body), ())))


def section_of(template: Mapping[str, Any]) -> Any:
    """`Metadata: Catalog:` of a template; None without one."""
    metadata = template.get(SECTION[0])
    return metadata.get(SECTION[1]) if isinstance(metadata, dict) else None


def section_node(body: bytes) -> yaml.Node:
    """`Metadata: Catalog:` of a template that has it and can be read, with the places of its values."""
    node = compose_template(body)
    for name in SECTION:
        (node,) = (value for key, value in node.value if key.value == name)
    return node


@dataclass(frozen=True, slots=True)
class ProductMetadata:
    """Valid metadata, and how its fields become those of a definition."""

    config: Config
    document: YamlDocument

    def definition(self, template: WrittenTemplate) -> ProductDefinition:
        """The definition; `ContentError` with file and line of a value that AWS would reject."""
        values = {name: self.field(name, value) for name, value in self.document.data.items()}
        try:
            return ProductDefinition(**values, template=template)
        except ContentError as error:
            path = wrong_field(values, template)
            raise ContentError(f"{self.document.where(path)}: {error.message}", hint=error.hint) from error

    def field(self, name: str, value: Any) -> Any:
        """The value of a field, as a product file in Python would write it."""
        match name:
            case "tag_options":
                return {key: tuple(map(tag_value, members)) for key, members in value.items()}
            case "separate_lists":
                return tuple((first, second) for first, second in value)
            case "retention":
                return Retention(**value)
            case "launch_permissions" | "suppressions" | "migrations" | "service_actions":
                return tuple(self.member(name, index, item) for index, item in enumerate(value))
        return tuple(value) if isinstance(value, list) else value

    def member(self, name: str, index: int, item: Mapping[str, Any]) -> Any:
        """A member of a list of objects."""
        with self.at(name, index):
            match name:
                case "launch_permissions":
                    lists = {key: tuple(item[key]) for key in ("actions", "resources")}
                    return LaunchPermission(**{**item, **lists})
                case "suppressions":
                    return Suppression(**{**item, "expires": as_date(item["expires"])})
                case "migrations":
                    return Migration(**item)
            return ServiceAction(**{**item, "document": self.document_of(item["document"])})

    def document_of(self, value: str | dict[str, Any]) -> str | dict[str, Any] | Callable[[], dict[str, Any]]:
        """`document` of a service action: a name, the content, or the content of a file."""
        if isinstance(value, str) or set(value) != {"file"}:
            return value
        name, folder = str(value["file"]), self.config.root / "products"
        file = folder / name
        if not Path(os.path.normpath(file)).is_relative_to(self.config.root):
            raise ContentError(f"file {shown(name)} of document must be a path inside the repository")
        check_readable(self.config.root, file)
        if not os.path.exists(file):
            raise ContentError(f"file {shown(name)} of document does not exist in products/")
        return WrittenDocument(file, self.config.shown(file))

    @contextmanager
    def at(self, *path: str | int) -> Iterator[None]:
        """Put the file and line of `path` in front of a `ContentError` that the block raises."""
        try:
            yield
        except ContentError as error:
            raise ContentError(f"{self.document.where(path)}: {error.message}", hint=error.hint) from error


def wrong_field(values: Mapping[str, Any], template: WrittenTemplate) -> DataPath:
    """The path of the field that a definition cannot have; empty if only several together are wrong."""
    least = {"name": "x", "owner": "x", "description": "", "version": "1.0.0"}
    for name, value in values.items():
        try:
            ProductDefinition(**{**least, name: value}, template=template)
        except ContentError:
            return (name,)
    return ()
