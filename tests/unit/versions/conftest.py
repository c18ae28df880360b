"""Versions of a product as values, and the KMS template to edit."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from catalog.content.config import load_config
from catalog.content.load import load_product
from catalog.content.render import as_yaml, render
from catalog.versions import load_examples

ROOT = Path(__file__).resolve().parent.parent.parent.parent


@dataclass(frozen=True)
class TemplateVersion:
    """A version, which can serve as a release or as a working tree."""

    version: str
    template: Mapping[str, Any]
    active: bool = True
    product: str = "kms_key"
    shown_file: str = "products/kms_key.py"

    @cached_property
    def body(self) -> bytes:
        return as_yaml(self.template)

    @cached_property
    def digest(self) -> str:
        return f"sha256:{hashlib.sha256(self.body).hexdigest()}"


Edit = Callable[[dict[str, Any]], None]


def edited(template: Mapping[str, Any], edit: Edit) -> dict[str, Any]:
    """A copy of `template` after `edit`."""
    changed = copy.deepcopy(dict(template))
    edit(changed)
    return changed


@pytest.fixture(scope="session")
def key() -> Mapping[str, Any]:
    """The template of kms_key."""
    return render("kms_key", load_product(load_config(ROOT), "kms_key")).template


@pytest.fixture(scope="session")
def examples() -> dict[str, dict[str, str]]:
    """The examples of kms_key, by file."""
    config = load_config(ROOT)
    return load_examples(config, load_product(config, "kms_key"))
