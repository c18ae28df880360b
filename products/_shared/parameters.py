"""Parameters that products share. Each function returns (label in the console, properties)."""

from __future__ import annotations

from typing import Any

Declared = tuple[str, dict[str, Any]]
"""Label of a parameter in the console, and its properties."""
Parameters = dict[str, Declared]

ARN_NAME = "[A-Za-z0-9_+=.@/-]+"  # IAM names and paths; no comma, because it separates the members of a list
ROLES = f"^arn:aws[a-z-]*:iam::[0-9]{{12}}:(role|user)/{ARN_NAME}$"
REGION = "[a-z]{2}(-[a-z]+)+-[0-9]"
TAG_VALUE = "[A-Za-z0-9 _.:/=+@-]"
CLASSES_OF_DATA = ["public", "internal", "confidential", "restricted"]


def flag(label: str, description: str) -> Declared:
    """A parameter that is true or false, with the default false."""
    properties = {"Type": "String", "Description": description, "AllowedValues": ["true", "false"], "Default": "false"}
    return label, properties | {"ConstraintDescription": "must be true or false."}


def choice(label: str, description: str, values: list[str], default: str | None = None) -> Declared:
    """A parameter with one of the values; without a default people must choose."""
    properties: dict[str, Any] = {"Type": "String", "Description": description, "AllowedValues": values}
    if default is not None:
        properties["Default"] = default
    named = [value or "empty" for value in values]
    return label, properties | {"ConstraintDescription": f"must be {', '.join(named[:-1])} or {named[-1]}."}


def number(label: str, description: str, least: int, most: int, default: int) -> Declared:
    """A number between two others."""
    limits = {"MinValue": least, "MaxValue": most, "Default": str(default)}
    words = f"must be a number from {least} to {most}."
    return label, {"Type": "Number", "Description": description, **limits, "ConstraintDescription": words}


def text(label: str, description: str, pattern: str, words: str, *, most: int, default: str | None = None) -> Declared:
    """A text that matches a pattern, which `words` explain; with the default "" it may be left out."""
    properties: dict[str, Any] = {"Type": "String", "Description": description, "MaxLength": most}
    if default is not None:
        properties["Default"] = default
    else:
        properties["MinLength"] = 1
    pattern = f"^({pattern})?$" if default == "" else f"^({pattern})$"
    return label, properties | {"AllowedPattern": pattern, "ConstraintDescription": words}


def roles(label: str, description: str) -> Declared:
    """ARNs of IAM roles or users: at least one."""
    return label, {
        "Type": "CommaDelimitedList",
        "Description": description,
        "AllowedPattern": ROLES,
        "ConstraintDescription": "must be ARNs such as arn:aws:iam::123456789012:role/prod-app-role, separated by "
        "commas: IAM roles or users, no wildcard, no :root, no assumed-role session, no group.",
    }


def tag_parameters(thing: str, holds: str, in_production: str) -> Parameters:
    """The parameters of the duty tags. `thing` gets the tags, `holds` is what it does with data."""
    return {
        "Environment": (
            "Environment",
            {
                "Type": "String",
                "Description": f"Environment that the {thing} belongs to; tag Environment of the {thing}. "
                f"{in_production}",
                "AllowedValues": ["dev", "test", "staging", "prod"],
                "ConstraintDescription": "must be dev, test, staging or prod.",
            },
        ),
        "Service": (
            "Service",
            {
                "Type": "String",
                "Description": f"Service whose data the {thing} {holds}, such as s3 or logs; tag Service of the "
                f"{thing}.",
                "MinLength": 1,
                "MaxLength": 256,
                "AllowedPattern": f"^{TAG_VALUE}+$",
                "ConstraintDescription": "must have 1 to 256 letters, digits, spaces or any of _ . : / = + @ -",
            },
        ),
        "DataCategory": (
            "Data category",
            {
                "Type": "String",
                "Description": f"Class of the data that the {thing} {holds}; tag DataCategory of the {thing}.",
                "AllowedValues": CLASSES_OF_DATA,
                "ConstraintDescription": f"must be one of {', '.join(CLASSES_OF_DATA)}.",
            },
        ),
        "Compliance": (
            "Compliance programme",
            {
                "Type": "String",
                "Description": f"Compliance programme that the {thing} falls under, such as soc2; tag Compliance of "
                f"the {thing}. Leave it empty for no such tag.",
                "Default": "",
                "MaxLength": 256,
                "AllowedPattern": f"^{TAG_VALUE}*$",
                "ConstraintDescription": "must have up to 256 letters, digits, spaces or any of _ . : / = + @ -",
            },
        ),
    }


TAGS_GROUP = {"Tags": ["Environment", "Service", "DataCategory", "Compliance"]}
