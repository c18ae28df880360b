"""A new product: a template with its metadata beside it, or a product file in Python."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from catalog.content.product_files import KEY, METADATA
from catalog.model.limits import check_pattern
from catalog.scaffolds.texts import checked_line, quoted, scaffold_text, yaml_text

DESCRIPTION = "A private, encrypted and versioned bucket that refuses requests without TLS."
"""Of the product that a scaffold starts with."""
DESCRIPTION_LIMIT = 8191
"""AWS Service Catalog, CreateProduct."""
PRODUCTS = PurePosixPath("products")


@dataclass(frozen=True, slots=True)
class NewProduct:
    """What a person says of a new product."""

    key: str
    name: str
    """The name that people see."""
    team: str
    description: str = DESCRIPTION
    example: bool = False
    """Whether it also has examples of launches, a production value and a retention policy."""

    def python_files(self) -> dict[PurePosixPath, bytes]:
        """A product file that makes a bucket."""
        text = scaffold_text(
            "product/bucket.py",
            key=self.key,
            imports="ProductDefinition, Retention" if self.example else "ProductDefinition",
            fields=self.example_fields("py"),
            **{name: quoted(text) for name, text in self.values()},
        )
        return {PRODUCTS / f"{self.key}.py": text}

    def template_files(self, template: bytes = b"", suffix: str = ".yaml") -> dict[PurePosixPath, bytes]:
        """A template, byte for byte, and its metadata. Without one: a template that makes a bucket."""
        file = PRODUCTS / f"{self.key}{suffix}"
        fields = self.example_fields("yaml")
        values = {name: yaml_text(text) for name, text in self.values()}
        metadata = scaffold_text("product/product.yaml", template=file.name, fields=fields, **values)
        return {
            file: template or scaffold_text("product/bucket.yaml"),
            PRODUCTS / f"{self.key}{METADATA}": metadata,
        }

    def example_fields(self, language: str) -> str:
        """The fields of an example, or none."""
        return scaffold_text(f"example/product_fields.{language}", key=self.key).decode() if self.example else ""

    def example_files(self) -> dict[PurePosixPath, bytes]:
        """The parameter files of an example."""
        return {
            PurePosixPath("examples") / f"{self.key}-{stage}.yaml": scaffold_text(
                "example/launch.yaml", key=self.key, stage=stage, category=category
            )
            for stage, category in (("dev", "internal"), ("prod", "confidential"))
        }

    def values(self) -> Iterator[tuple[str, str]]:
        """Name and value of the fields that both forms have."""
        check_pattern("the name of a product", self.key, KEY, "1 to 64 letters, digits, _ and -")
        yield "name", checked_line("--display-name", self.name, 100)
        yield "team", checked_line("--team", self.team, 8191)
        yield "description", checked_line("the description", self.description, DESCRIPTION_LIMIT)


def words_of(key: str) -> str:
    """A key as people read it: `kms_key` as `Kms key`."""
    words = re.sub(r"[_-]+", " ", key).strip()
    return words[:1].upper() + words[1:]
