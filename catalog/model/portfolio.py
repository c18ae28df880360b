"""L0. Portfolio, its principals, TagOptions, product associations and constraints."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar

from catalog.errors import ContentError
from catalog.model.limits import check_length, check_pattern, check_tags

IAM_ARN = re.compile(r"arn:aws[a-z-]*:(iam::\d{12}:(role|user|group)|sts::\d{12}:assumed-role)/[\w+=,.@/-]+")
"""What the API takes as a principal; that a session gives nobody a launch path is for control E9107 to say."""
PATTERN_ARN = re.compile(r"arn:aws[a-z-]*:iam:::(role|user|group)/[\w+=,.@/*?-]+")


class PrincipalType(StrEnum):
    """PrincipalType of the API."""

    IAM = "IAM"
    IAM_PATTERN = "IAM_PATTERN"


@dataclass(frozen=True, slots=True, order=True)
class Principal:
    """Who may launch: keyed by ARN and type, since one can be removed only with both right."""

    type: PrincipalType
    arn: str

    @classmethod
    def declared(cls, kind: PrincipalType, arn: str) -> Principal:
        """A principal from content; `ContentError` on what is no ARN of the type."""
        if kind is PrincipalType.IAM:
            check_pattern(
                "principal of type IAM", arn, IAM_ARN, "arn:<partition>:iam::<account>:role|user|group/<name>"
            )
        else:
            check_pattern(
                "principal of type IAM_PATTERN",
                arn,
                PATTERN_ARN,
                "arn:<partition>:iam:::role|user|group/<name with * or ?>, without an account",
            )
        return cls(kind, arn)


class ShareType(StrEnum):
    """DescribePortfolioShareType of the API, without a member account of an organization, which is an ACCOUNT here."""

    ACCOUNT = "ACCOUNT"
    ORGANIZATIONAL_UNIT = "ORGANIZATIONAL_UNIT"
    ORGANIZATION = "ORGANIZATION"


SHARED_WITH = {
    ShareType.ACCOUNT: re.compile(r"\d{12}", re.ASCII),
    ShareType.ORGANIZATIONAL_UNIT: re.compile(r"ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}"),
    ShareType.ORGANIZATION: re.compile(r"o-[a-z0-9]{10,32}"),
}
"""What an id looks like (API: AccountId, OrganizationNodeValue)."""


@dataclass(frozen=True, slots=True)
class PortfolioShare:
    """With whom else a portfolio is shared: an account, or every account of an OU or organization."""

    type: ShareType
    id: str
    share_tag_options: bool = False
    share_principals: bool = False
    """Whether the portfolio's IAM_PATTERN principals count in the accounts that receive it."""

    def __post_init__(self) -> None:
        check_pattern(f"share with an {self.type}", self.id, SHARED_WITH[self.type], SHARED_WITH[self.type].pattern)


@dataclass(frozen=True, slots=True, order=True)
class TagOption:
    """A key and a value that people may choose when they launch."""

    key: str
    value: str

    def __post_init__(self) -> None:
        check_length("TagOption key", self.key, 1, 128)
        check_length(f"value of TagOption {self.key!r}", self.value, 1, 256)


@dataclass(frozen=True, slots=True)
class LaunchConstraint:
    """Who creates the resources: a role by name in the launching account, or by ARN."""

    type: ClassVar[str] = "LAUNCH"
    local_role_name: str = ""
    role_arn: str = ""
    description: str = ""

    def __post_init__(self) -> None:
        if bool(self.local_role_name) == bool(self.role_arn):
            raise ContentError("a launch constraint takes exactly one of local_role_name and role_arn")

    def parameters(self) -> dict[str, Any]:
        """The API's Parameters document."""
        return {"LocalRoleName": self.local_role_name} if self.local_role_name else {"RoleArn": self.role_arn}


@dataclass(frozen=True, slots=True)
class TemplateConstraint:
    """Rules that a launch from this portfolio must satisfy, beside those of the template."""

    type: ClassVar[str] = "TEMPLATE"
    rules: Mapping[str, Any]
    description: str = ""

    def parameters(self) -> dict[str, Any]:
        """The API's Parameters document."""
        return {"Rules": dict(self.rules)}


@dataclass(frozen=True, slots=True)
class ResourceUpdateConstraint:
    """Whether people may change the tags of what they launched."""

    type: ClassVar[str] = "RESOURCE_UPDATE"
    tag_updates: bool
    description: str = ""

    def parameters(self) -> dict[str, Any]:
        """The API's Parameters document."""
        allowed = "ALLOWED" if self.tag_updates else "NOT_ALLOWED"
        return {"Version": "2.0", "Properties": {"TagUpdateOnProvisionedProduct": allowed}}


Constraint = LaunchConstraint | TemplateConstraint | ResourceUpdateConstraint
MANAGED_CONSTRAINTS = (LaunchConstraint.type, TemplateConstraint.type, ResourceUpdateConstraint.type)


def parse_constraint(constraint_type: str, parameters: str, description: str) -> Constraint:
    """The constraint that DescribeConstraint answered; raises `ValueError` for a document of another shape."""
    document = json.loads(parameters)
    match constraint_type:
        case "LAUNCH":
            return LaunchConstraint(document.get("LocalRoleName", ""), document.get("RoleArn", ""), description)
        case "TEMPLATE":
            return TemplateConstraint(document.get("Rules", document), description)
        case "RESOURCE_UPDATE":
            allowed = document["Properties"]["TagUpdateOnProvisionedProduct"] == "ALLOWED"
            return ResourceUpdateConstraint(allowed, description)
    raise ValueError(f"constraint type {constraint_type} is not managed")


@dataclass(frozen=True, slots=True)
class PortfolioProduct:
    """A product in a portfolio, with its constraints by type."""

    product: str
    """The product's key."""
    constraints: Mapping[str, Constraint] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Which products, for whom, under which constraints."""

    key: str
    display_name: str
    provider_name: str
    description: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    """Without the ownership tags."""
    principals: frozenset[Principal] = frozenset()
    tag_options: frozenset[TagOption] = frozenset()
    products: Mapping[str, PortfolioProduct] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_length("portfolio display_name", self.display_name, 1, 100)
        check_length("portfolio provider_name", self.provider_name, 1, 50)
        check_length("portfolio description", self.description, 0, 2000)
        check_tags(f"portfolio {self.key}", dict(self.tags), 18)  # 20, less the two ownership tags
