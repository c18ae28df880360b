"""Load the parameter files that a product lists as `examples`: launches that must work."""

from __future__ import annotations

from catalog.content.config import Config
from catalog.content.files import check_readable
from catalog.content.yaml_files import read_parameters
from catalog.model.definition import ProductDefinition


def load_examples(config: Config, definition: ProductDefinition) -> dict[str, dict[str, str]]:
    """File → its parameters. Raises `ContentError` if a file cannot be read."""
    for name in definition.examples:
        check_readable(config.root, config.root / name)
    return {name: read_parameters(config.root / name, name) for name in definition.examples}
