"""Athena: changes of workgroups and the deletion of named queries, which moto lacks.

Source: Athena API reference, UpdateWorkGroup, DeleteNamedQuery, GetNamedQuery.
"""

from __future__ import annotations

from typing import Any

from moto.athena.responses import AthenaResponse
from moto.core.exceptions import JsonRESTError

GET = AthenaResponse.get_named_query
RESULTS = "ResultConfigurationUpdates"


def install() -> None:
    """Replace moto's operation, and add those that it lacks."""
    for answer in (update_work_group, get_named_query, delete_named_query):
        setattr(AthenaResponse, answer.__name__, answer)


def update_work_group(response: AthenaResponse) -> str:
    """UpdateWorkGroup of the API reference."""
    group: Any = response.athena_backend.work_groups.get(response._get_param("WorkGroup"))
    if group is None:
        raise JsonRESTError("InvalidRequestException", "WorkGroup is not found.")
    updates = dict(response._get_param("ConfigurationUpdates") or {})
    results = updates.pop(RESULTS, None)
    group.configuration = {**group.configuration, **updates}
    if results:
        group.configuration["ResultConfiguration"] = results
    group.state = response._get_param("State") or group.state
    description = response._get_param("Description")
    group.description = group.description if description is None else description
    return "{}"


def queries(response: AthenaResponse) -> Any:
    """The named queries; an error without the one that a request names."""
    wanted, existing = response._get_param("NamedQueryId"), response.athena_backend.named_queries
    if wanted not in existing:
        raise JsonRESTError("InvalidRequestException", f"NamedQuery {wanted} does not exist, NotFound.")
    return existing


def get_named_query(response: AthenaResponse) -> str:
    """GetNamedQuery of the API reference."""
    queries(response)
    return GET(response)


def delete_named_query(response: AthenaResponse) -> str:
    """DeleteNamedQuery of the API reference."""
    del queries(response)[response._get_param("NamedQueryId")]
    return "{}"
