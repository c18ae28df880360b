"""cfn-lint's own rules over the resource schemas that it ships. Left to itself it prefers newer ones that
`cfn-lint --update-specs` put into the user's cache folder, and then the same template would pass on one machine and
fail on another.
"""

from __future__ import annotations

from pathlib import Path

import cfnlint.data.schemas
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER

FOLDER = Path(cfnlint.data.schemas.__file__).parent


def use_bundled_schemas() -> None:
    """Have cfn-lint's own rules read them. They hold one manager by name, so it is that one that is made anew."""
    PROVIDER_SCHEMA_MANAGER.__init__(FOLDER / "providers", FOLDER / "resources")
