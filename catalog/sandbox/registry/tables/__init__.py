"""The types that the services of the sandbox truly have: one module for each service."""

from __future__ import annotations

from collections.abc import Mapping

from catalog.sandbox.registry.api_types import ApiType
from catalog.sandbox.registry.tables import (
    accounts,
    applications,
    balancing,
    catalogue_constraints,
    catalogue_launches,
    catalogue_products,
    catalogues,
    containers,
    databases,
    documents,
    dynamodb,
    events,
    function_versions,
    functions,
    http_apis,
    iam,
    iam_policies,
    instances,
    logs,
    network,
    network_access,
    others,
    registered,
    rest_apis,
    s3,
    scaling,
    secretsmanager,
    sns,
    sqs,
)

MODULES = (
    applications,
    accounts,
    balancing,
    containers,
    databases,
    catalogue_constraints,
    catalogue_launches,
    catalogue_products,
    catalogues,
    documents,
    dynamodb,
    events,
    function_versions,
    functions,
    http_apis,
    iam,
    iam_policies,
    instances,
    logs,
    network,
    network_access,
    others,
    registered,
    rest_apis,
    s3,
    scaling,
    secretsmanager,
    sns,
    sqs,
)
API_TYPES: Mapping[str, ApiType] = {row.name: row for module in MODULES for row in module.TYPES}
"""Type → how its service makes it."""
