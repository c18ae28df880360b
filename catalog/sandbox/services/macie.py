"""Macie: an account that has not enabled it yet, and the change of its session.

Source: Macie API reference, UpdateMacieSession, GetMacieSession; Macie user guide, "Getting started" (it is not enabled
before an account does so).
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.macie2.models import MacieBackend
from moto.macie2.responses import MacieResponse

INITIALIZE = MacieBackend.__init__


def install() -> None:
    """Add the operation to moto's, and change its start."""
    setattr(MacieBackend, "__init__", initialize)  # noqa: B010  # mypy allows no other form
    setattr(MacieResponse, "update_macie_session", update_macie_session)  # noqa: B010


def initialize(backend: MacieBackend, *arguments: Any, **options: Any) -> None:
    """A backend without a session."""
    INITIALIZE(backend, *arguments, **options)
    backend.macie_session = None


def update_macie_session(response: MacieResponse) -> ActionResult:
    """UpdateMacieSession of the API reference."""
    response.macie_backend.get_macie_session()
    session: dict[str, Any] = response.macie_backend.macie_session or {}
    for name in ("findingPublishingFrequency", "status"):
        session[name] = response._get_param(name) or session[name]
    session["updatedAt"] = utcnow()
    return ActionResult({})
