"""Workflows and security configurations of Glue. Nothing runs."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource
from catalog.sandbox.registry.calls import operation_model
from catalog.sandbox.registry.rows import inside, plain
from catalog.sandbox.registry.shaping import copied
from catalog.sandbox.registry.tables.data_catalogs import glue_arn, of_glue


def secured(it: ApiResource) -> dict[str, Any]:
    """CreateSecurityConfiguration, whose list of encryptions of S3 has another name than in the template."""
    given = dict(it.properties["EncryptionConfiguration"])
    if "S3Encryptions" in given:
        given["S3Encryption"] = given.pop("S3Encryptions")
    shape = operation_model("glue", "CreateSecurityConfiguration").input_shape
    return {"Name": it["Name"], **copied({"EncryptionConfiguration": given}, shape, {})}


TYPES = (
    of_glue("Workflow", "workflow"),
    plain(
        "AWS::Glue::SecurityConfiguration",
        "glue",
        ("Name",),
        create=ApiCall("CreateSecurityConfiguration", secured),
        read="Get",
        shown=inside("SecurityConfiguration"),
        update=None,
        arn=glue_arn("securityConfiguration"),
        modelled=("EncryptionConfiguration",),  # in updates: the API has none
    ),
)
