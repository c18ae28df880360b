"""S3 Tables are in all Regions."""

from __future__ import annotations

from moto.s3tables.models import s3tables_backends

from catalog.sandbox.services.regions import everywhere


def install() -> None:
    """Widen moto's three Regions."""
    everywhere(s3tables_backends)
