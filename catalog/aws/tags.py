"""Tags of portfolios and products, as AWS lists them and as mappings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from catalog.model.state import ADDRESS_TAG, OWNER_TAG
from catalog.plan.metadata import diff_tags

if TYPE_CHECKING:
    from mypy_boto3_servicecatalog.type_defs import TagTypeDef


def pairs(tags: Mapping[str, str]) -> list[TagTypeDef]:
    """A mapping as AWS's list of Key and Value, in a stable order."""
    return [{"Key": key, "Value": tags[key]} for key in sorted(tags)]


def tag_difference(tags: Mapping[str, str], answer: Mapping[str, Any]) -> tuple[dict[str, str], tuple[str, ...]]:
    """(tags to add or change, keys to remove) of a described portfolio or product, without our ownership tags."""
    return diff_tags(tags, foreign_tags(tag_map(answer.get("Tags", []))))


def tag_map(tags: list[dict[str, Any]]) -> dict[str, str]:
    """AWS's list of Key and Value as a mapping."""
    return {tag["Key"]: tag["Value"] for tag in tags}


def foreign_tags(tags: Mapping[str, str]) -> dict[str, str]:
    """Tags without our ownership tags and AWS's own tags."""
    return {
        key: value for key, value in tags.items() if key not in (OWNER_TAG, ADDRESS_TAG) and not key.startswith("aws:")
    }


def tag_changes(add: Mapping[str, str], remove: tuple[str, ...]) -> dict[str, Any]:
    """AddTags and RemoveTags, each only if it is not empty."""
    return {
        **({"AddTags": pairs(add)} if add else {}),
        **({"RemoveTags": list(remove)} if remove else {}),
    }
