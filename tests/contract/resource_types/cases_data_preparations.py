"""Datasets, recipes, rulesets and jobs of DataBrew."""

from __future__ import annotations

from typing import Any

from tests.contract.resource_types.cases_records import ROLE
from tests.contract.resource_types.conftest import ACCOUNT, REGION, Case, Read
from tests.contract.resource_types.reading import asks, by_arn


def of_kind(kind: str) -> str:
    """The beginning of an ARN."""
    return f"arn:aws:databrew:{REGION}:{ACCOUNT}:{kind}/"


def tags(kind: str) -> Read:
    """The tags of something by its name."""
    answer = by_arn("databrew", "ResourceArn", lambda name: of_kind(kind) + name)
    return lambda world, name: answer(world, name)["Tags"]


def denied(kind: str) -> Any:
    """The actions without which a creation fails, and those without which an update or a deletion does."""
    gone = "DeleteRecipeVersion" if kind == "Recipe" else f"Delete{kind}"
    return {
        "denied": (f"databrew:Create{kind}", "databrew:TagResource", f"databrew:Describe{kind}"),
        "denied_later": (f"databrew:Update{kind}", f"databrew:{gone}"),
    }


INPUT = {"S3InputDefinition": {"Bucket": "orders", "Key": "all.csv"}}
STEP = {"Action": {"Operation": "UPPER_CASE", "Parameters": {"SourceColumn": "name"}}}
RULE = {
    "Name": "named",
    "CheckExpression": ":col is not missing",
    "SubstitutionMap": [{"ValueReference": ":col", "Value": "`name`"}],
}

CASES = (
    Case(
        "AWS::DataBrew::Dataset",
        {"Name": "orders", "Input": INPUT, "Format": "CSV"},
        asks("databrew", "describe_dataset", Name="@"),
        {"Format": "CSV", "Input": INPUT},
        changed={"Format": "JSON"},
        then={"Format": "JSON"},
        replaced={"Name": "sales"},
        tags=tags("dataset"),
        **denied("Dataset"),
    ),
    Case(
        "AWS::DataBrew::Recipe",
        {"Name": "clean", "Description": "one", "Steps": [STEP]},
        asks("databrew", "describe_recipe", Name="@", RecipeVersion="LATEST_WORKING"),
        {"Description": "one", "Steps": [STEP]},
        changed={"Description": "two"},
        then={"Description": "two", "Steps": [STEP]},
        replaced={"Name": "cleaner"},
        tags=tags("recipe"),
        **denied("Recipe"),
    ),
    Case(
        "AWS::DataBrew::Ruleset",
        {"Name": "checks", "TargetArn": f"{of_kind('dataset')}orders", "Description": "one", "Rules": [RULE]},
        asks("databrew", "describe_ruleset", Name="@"),
        {"Rules": [{"Name": "named", "SubstitutionMap": {":col": "`name`"}}]},
        changed={"Description": None, "Rules": [{**RULE, "Disabled": True}]},
        then={"Description": "", "Rules": [{"Name": "named", "Disabled": True}]},
        replaced={"Name": "others"},
        tags=tags("ruleset"),
        **denied("Ruleset"),
    ),
    Case(
        "AWS::DataBrew::Job",
        {
            "Name": "nightly",
            "Type": "PROFILE",
            "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
            "DatasetName": "orders",
            "OutputLocation": {"Bucket": "profiles"},
            "Timeout": 60,
        },
        asks("databrew", "describe_job", Name="@"),
        {"Type": "PROFILE", "DatasetName": "orders", "Timeout": 60},
        changed={"Timeout": 90, "MaxRetries": 1},
        then={"Timeout": 90, "MaxRetries": 1},
        replaced={
            "Name": "weekly",
            "Type": "RECIPE",
            "OutputLocation": None,
            "Recipe": {"Name": "clean", "Version": "1.0"},
            "Outputs": [{"Location": {"Bucket": "cleaned"}}],
        },
        tags=tags("job"),
        denied=("databrew:CreateProfileJob", "databrew:TagResource", "databrew:DescribeJob", "iam:PassRole"),
        denied_later=("databrew:UpdateProfileJob", "databrew:DeleteJob"),
        around={"Role": ROLE},
    ),
)
