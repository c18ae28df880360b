"""Athena: changes of workgroups and data catalogs, deletions of these and of named queries, which moto lacks.

Source: Athena API reference, UpdateWorkGroup, DeleteNamedQuery, GetNamedQuery, UpdateDataCatalog,
DeleteDataCatalog.
"""

from __future__ import annotations

from typing import Any

from moto.athena.responses import AthenaResponse
from moto.core.exceptions import JsonRESTError

GET = AthenaResponse.get_named_query
RESULTS = "ResultConfigurationUpdates"


def install() -> None:
    """Replace moto's operation, and add those that it lacks."""
    for answer in (update_work_group, get_named_query, delete_named_query, update_data_catalog, delete_data_catalog):
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


def catalog_of(response: AthenaResponse) -> Any:
    """The data catalog of a request."""
    name, existing = response._get_param("Name"), response.athena_backend.data_catalogs
    if name not in existing:
        raise JsonRESTError("InvalidRequestException", f"DataCatalog {name} was not found.")
    return existing[name]


def update_data_catalog(response: AthenaResponse) -> str:
    """UpdateDataCatalog of the API reference."""
    catalog = catalog_of(response)
    catalog.type = response._get_param("Type")
    catalog.description, catalog.parameters = response._get_param("Description"), response._get_param("Parameters")
    return "{}"


def delete_data_catalog(response: AthenaResponse) -> str:
    """DeleteDataCatalog of the API reference."""
    catalog = catalog_of(response)
    del response.athena_backend.data_catalogs[catalog.name]
    response.athena_backend.tagger.delete_all_tags_for_resource(catalog.arn)
    return "{}"
