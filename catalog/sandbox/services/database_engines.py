"""The engines of Neptune and Amazon DocumentDB, whose clusters are in RDS: moto knows half of the first one.

Sources: Amazon DocumentDB developer guide (port 27017; endpoints `….docdb.amazonaws.com`; 5.0.0), Neptune user guide
(endpoints `….neptune.amazonaws.com`; IAM authentication).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.rds.models import DBCluster, DBInstance, RDSBackend
from moto.rds.utils import ClusterEngine, DbInstanceEngine

DOCDB = "docdb"
OWN_DOMAINS = (DOCDB, "neptune")
CREATE = RDSBackend.create_db_cluster
DEFAULTS: tuple[tuple[type, str, Any], ...] = (
    (DBCluster, "default_engine_version", "5.0.0"),
    (DBCluster, "default_port", 27017),
    (DBCluster, "default_allocated_storage", 1),
    (DBInstance, "default_port", 27017),
)
"""Class of moto, its method, and what that says of DocumentDB."""


def install() -> None:
    """Change moto's."""
    for kind, name in ((ClusterEngine, "list_cluster_engines"), (DbInstanceEngine, "valid_db_instance_engine")):
        setattr(kind, name, staticmethod(_listed(getattr(kind, name))))
    for target, name, value in DEFAULTS:
        setattr(target, name, staticmethod(_default(getattr(target, name), value)))
    for target, name in ((DBCluster, "endpoint"), (DBCluster, "reader_endpoint"), (DBInstance, "address")):
        setattr(target, name, property(_in_own_domain(getattr(target, name).fget)))
    setattr(RDSBackend, "create_db_cluster", create_db_cluster)  # noqa: B010  # mypy allows no other form


def _listed(before: Callable[[], list[str]]) -> Callable[[], list[str]]:
    return lambda: sorted([*before(), DOCDB])


def _default(before: Callable[..., Any], value: Any) -> Callable[..., Any]:
    def default(engine: str, **more: Any) -> Any:
        return value if engine == DOCDB else before(engine, **more)

    return default


def _in_own_domain(before: Callable[[Any], str]) -> Callable[[Any], str]:
    def address(target: Any) -> str:
        engine = target.engine
        return before(target).replace(".rds.", f".{engine}." if engine in OWN_DOMAINS else ".rds.")

    return address


def create_db_cluster(backend: RDSBackend, given: Any) -> DBCluster:
    """CreateDBCluster: Neptune has authentication by IAM, and DocumentDB parameters of its own."""
    engine, by_iam = given.get("engine"), given.get("enable_iam_database_authentication")
    if engine == "neptune":
        given.pop("enable_iam_database_authentication", None)
    made = CREATE(backend, given)
    if engine == "neptune":
        made.iam_auth = by_iam
    if engine == DOCDB and not given.get("db_cluster_parameter_group_name"):
        made.parameter_group = f"default.docdb{'.'.join(made.engine_version.split('.')[:2])}"
    return made
