"""Aurora DSQL is in all Regions."""

from __future__ import annotations

from moto.dsql.models import dsql_backends

from catalog.sandbox.services.regions import everywhere


def install() -> None:
    """Widen moto's two Regions."""
    everywhere(dsql_backends)
