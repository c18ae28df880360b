"""The quotas of Service Catalog: AWS's defaults, unless the settings override them."""

from __future__ import annotations

from catalog.sandbox.servicecatalog.exceptions import LimitExceededException
from catalog.sandbox.settings import DEFAULT_QUOTAS, settings


def check_quota(name: str, count: int) -> None:
    """Raise `LimitExceededException` if `count`, including the new object, exceeds the quota."""
    limit = settings.quotas.get(name, DEFAULT_QUOTAS[name])
    if count > limit:
        raise LimitExceededException(f"Limit exceeded: {name.replace('_', ' ')}: {limit}")
