"""The Regions of services that botocore does not list, and that moto has in a few alone."""

from __future__ import annotations

from typing import Any

from moto.core.base_backend import AccountSpecificBackend


def everywhere(backends: Any) -> None:
    """Let a service be in every Region that has databases. Must come before the first use of its backends."""
    backends._additional_regions = AccountSpecificBackend.get_session().get_available_regions("rds")
