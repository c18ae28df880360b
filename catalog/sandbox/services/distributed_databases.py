"""Aurora DSQL: moto has it in two Regions alone."""

from __future__ import annotations

from moto.core.base_backend import AccountSpecificBackend
from moto.dsql.models import dsql_backends


def install() -> None:
    """Let it be in every Region that has databases: botocore does not list those of DSQL."""
    dsql_backends._additional_regions = AccountSpecificBackend.get_session().get_available_regions("rds")
