"""L2. The resource schemas that cfn-lint ships. Left to itself it prefers newer ones that `cfn-lint --update-specs` put
into the user's cache folder, and then the same template would pass on one machine and fail on another.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import cfnlint.data.schemas
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER

FOLDER = Path(cfnlint.data.schemas.__file__).parent


@functools.cache
def bundled_schemas() -> Any:
    """A `ProviderSchemaManager` of our own over these schemas; cfn-lint's, which its rules share, stays as it is."""
    return type(PROVIDER_SCHEMA_MANAGER)(FOLDER / "providers", FOLDER / "resources")


def use_bundled_schemas() -> None:
    """Have cfn-lint's own rules read them too. They hold one manager by name, so it is that one that is made anew."""
    PROVIDER_SCHEMA_MANAGER.__init__(FOLDER / "providers", FOLDER / "resources")
