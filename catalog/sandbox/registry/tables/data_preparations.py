"""Datasets, recipes, rulesets and jobs of DataBrew. Nothing is prepared."""

from __future__ import annotations

from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting
from catalog.sandbox.registry.calls import operation_model
from catalog.sandbox.registry.rows import by, plain, regional, tagged
from catalog.sandbox.registry.shaping import copied

SERVICE = "databrew"
NAME = ("Name",)
WORKING = {"RecipeVersion": "LATEST_WORKING"}
"""The version of a recipe that a template makes and changes: nothing publishes it."""


def of_databrew(last: str, **more: Any) -> ApiType:
    """A type of DataBrew with a name and tags."""

    def arn(it: ApiResource) -> str:
        return regional(it, SERVICE, f"{last.lower()}/{it['Name']}")

    return plain(
        f"AWS::DataBrew::{last}",
        SERVICE,
        NAME,
        tagging=tagged("ResourceArn", arn, more.pop("tags", "Tags")),
        arn=arn,
        **more,
    )


def rules(operation: str) -> ApiCall:
    """The operation with the rules, in which the API has a map of substitutions."""

    def parameters(it: ApiResource) -> dict[str, Any]:
        listed = [dict(rule) for rule in it.properties["Rules"]]
        for rule in listed:
            pairs = rule.get("SubstitutionMap") or ()
            rule["SubstitutionMap"] = {pair["ValueReference"]: pair["Value"] for pair in pairs}
        given = {"Rules": listed, "Description": it.text("Description")}
        return copied(given, operation_model(SERVICE, operation).input_shape, {})

    return ApiCall(operation, parameters, copies=True, omitted=("Rules",), identity=NAME)


def job(kind: str, operation: str) -> ApiCall:
    """The operation for jobs of a kind; None for the other kind."""

    def parameters(it: ApiResource) -> dict[str, Any] | None:
        if it["Type"] != kind.upper():
            return None
        given = {"Configuration": it["ProfileConfiguration"]} if kind == "Profile" else {}
        if kind == "Recipe" and it["Recipe"]:
            given = {"RecipeReference": {"Name": it["Recipe"]["Name"], "RecipeVersion": it["Recipe"].get("Version")}}
        known = {name: value for name, value in given.items() if value is not None}
        return copied(known, operation_model(SERVICE, operation).input_shape, {})

    return ApiCall(operation, parameters, copies=True, identity=NAME)


ALL = (
    *("DataCatalogOutputs", "DatabaseOutputs", "DatasetName", "EncryptionKeyArn", "EncryptionMode", "JobSample"),
    *("LogSubscription", "MaxCapacity", "MaxRetries", "OutputLocation", "Outputs", "ProfileConfiguration"),
    *("ProjectName", "Recipe", "RoleArn", "Timeout", "ValidationConfigurations"),
)
TYPES = (
    of_databrew(
        "Dataset",
        modelled=("PathOptions", "Source"),
        create=ApiCall("CreateDataset", copies=True, omitted=("PathOptions",)),
        update=ApiCall("UpdateDataset", copies=True, omitted=("PathOptions",), identity=NAME),
    ),
    of_databrew(
        "Recipe",
        read=ApiCall("DescribeRecipe", lambda it: WORKING, identity=NAME),
        delete=(ApiCall("DeleteRecipeVersion", lambda it: WORKING, identity=NAME),),
    ),
    of_databrew("Ruleset", create=rules("CreateRuleset"), update=rules("UpdateRuleset")),
    of_databrew(
        "Job",
        tags="",
        create=job("Profile", "CreateProfileJob"),
        settings=(
            Setting(("Type",), job("Recipe", "CreateRecipeJob")),
            Setting(ALL, job("Profile", "UpdateProfileJob"), on_create=False),
            Setting(ALL, job("Recipe", "UpdateRecipeJob"), on_create=False),
        ),
        update=None,
        delete=(ApiCall("DeleteJob", by("Name")),),
        modelled=("DatasetName", "ProjectName"),
    ),
)
