"""The private registry of an account in ECR: its policy, and how it scans images."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType
from catalog.sandbox.registry.rows import regional, taken
from catalog.sandbox.registry.shaping import as_text


def policy(it: ApiResource) -> dict[str, Any]:
    """The policy as text."""
    return {"policyText": as_text(it["PolicyText"])}


def scanning(it: ApiResource) -> dict[str, Any]:
    """The kind of scanning and its rules, in the names of the API."""
    rules = [
        {
            "scanFrequency": rule["ScanFrequency"],
            "repositoryFilters": [
                {"filter": each["Filter"], "filterType": each["FilterType"]} for each in rule["RepositoryFilters"]
            ],
        }
        for rule in it["Rules"]
    ]
    return {"scanType": it["ScanType"], "rules": rules}


def scanned(_: ApiResource, answer: Any) -> Any:
    """How the registry scans, unless it is the default, which nobody can delete."""
    shown = answer["scanningConfiguration"]
    return shown if shown["rules"] or shown["scanType"] != "BASIC" else None


def of_registry(last: str, noun: str, parameters: Any, delete: ApiCall, **more: Any) -> ApiType:
    """A setting of the registry, which has the id of the account."""
    put = ApiCall(f"Put{noun}", parameters)
    return ApiType(
        f"AWS::ECR::{last}",
        "ecr",
        create=put,
        known=lambda it, answer: {"RegistryId": it.place.account},
        read=ApiCall(f"Get{noun}"),
        update=put,
        delete=(delete,),
        arn=lambda it: regional(it, "ecr", "*"),
        **more,
    )


POLICY = of_registry(
    "RegistryPolicy",
    "RegistryPolicy",
    policy,
    ApiCall("DeleteRegistryPolicy"),
    attributes=taken(RegistryId="registryId"),
)
SCANNING = of_registry(
    "RegistryScanningConfiguration",
    "RegistryScanningConfiguration",
    scanning,
    ApiCall("PutRegistryScanningConfiguration", lambda it: {"scanType": "BASIC", "rules": []}),
    shown=scanned,
)

TYPES = (POLICY, SCANNING)
