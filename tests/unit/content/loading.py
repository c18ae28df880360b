"""A repository is loaded and resolved for one account and Region."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog.content.load import load_catalog
from catalog.content.portfolio_files import AccountRegion
from catalog.content.render import render
from catalog.errors import ContentError
from catalog.model.state import CatalogState
from catalog.publishing.desired import desired_state, publication

PLACE = AccountRegion("210987654321", "cn-north-1", "aws-cn")
MINIMAL = "display_name: Team\nprovider: Platform\nproducts:\n  - product: kms_key\n"


def write(repository: Path, text: str, name: str = "team") -> None:
    (repository / "portfolios" / f"{name}.yaml").write_text(text)


def failure(repository: Path) -> str:
    """The error of loading and resolving."""
    with pytest.raises(ContentError) as caught:
        load_and_resolve(repository)
    return str(caught.value)


def load_and_resolve(repository: Path) -> CatalogState:
    catalog = load_catalog(repository)
    return desired_state(
        publication(catalog, [render(key, product) for key, product in catalog.products.items()]), PLACE
    )
