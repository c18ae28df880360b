"""Portfolios with their principals, TagOptions and products. Constraints are in `model/constraint.py`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from catalog.model.constraint import Constraint
from catalog.model.governed import GovernedObject
from catalog.model.limits import check_length, check_pattern, check_tag_text, check_tags
from catalog.model.share import PortfolioShare

IAM_ARN = re.compile(r"arn:aws[a-z-]*:(iam::\d{12}:(role|user|group)|sts::\d{12}:assumed-role)/[\w+=,.@/-]+")
"""What the API accepts as a principal. A session gives nobody a launch path: control E9107 refuses it."""
PATTERN_ARN = re.compile(r"arn:aws[a-z-]*:iam:::(role|user|group)/[\w+=,.@/*?-]+")
UNIQUE_ID = re.compile(r"A(ROA|IDA|GPA)[A-Z0-9]{12,124}")
"""What AWS lists instead of the ARN after a role, user or group was deleted (IAM user guide, "Unique identifiers";
rebuy-de/aws-nuke issue 801 finds them in ListPrincipalsForPortfolio)."""


class PrincipalType(StrEnum):
    """PrincipalType of the API."""

    IAM = "IAM"
    IAM_PATTERN = "IAM_PATTERN"


@dataclass(frozen=True, slots=True, order=True)
class Principal:
    """Who can launch. ARN and type identify it: AWS removes a principal only if both are right."""

    type: PrincipalType
    arn: str

    @classmethod
    def declared(cls, kind: PrincipalType, arn: str) -> Principal:
        """A principal from content; `ContentError` if `arn` is not an ARN of the type."""
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

    @property
    def dead(self) -> bool:
        """Whether the role, user or group was deleted. Such a principal gives nobody a launch path."""
        return UNIQUE_ID.fullmatch(self.arn) is not None


@dataclass(frozen=True, slots=True, order=True)
class TagOption:
    """A key and a value that people can choose as a tag at launch."""

    key: str
    value: str

    def __post_init__(self) -> None:
        check_tag_text("TagOption key", self.key, 128)
        check_tag_text(f"value of TagOption {self.key!r}", self.value, 256)


@dataclass(frozen=True, slots=True)
class PortfolioProduct:
    """A product in a portfolio, with its constraints by type."""

    product: str
    """The product's key. For a product of an imported portfolio, its `imported_key`."""
    constraints: Mapping[str, Constraint] = field(default_factory=dict)
    failed: frozenset[str] = frozenset()
    """Types of the constraints that AWS reports as FAILED. They have no effect, whatever their Parameters are."""
    others: Mapping[str, str] = field(default_factory=dict)
    """Id → type of further constraints in AWS: a second one of a type, or one of an unknown form."""

    @property
    def source(self) -> str:
        """Key of the import that the product comes from. Empty for a product of this account."""
        head, slash, _ = self.product.partition("/")
        return head if slash else ""


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Products, the principals that can launch them, and their constraints."""

    key: str
    display_name: str
    provider_name: str
    description: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    """Without the ownership tags."""
    principals: frozenset[Principal] = frozenset()
    tag_options: frozenset[TagOption] = frozenset()
    """The TagOptions that it offers. Whether they are active is in `CatalogState.tag_options`."""
    governed: frozenset[GovernedObject] = frozenset()
    """Objects of the account that it is associated with, such as budgets."""
    products: Mapping[str, PortfolioProduct] = field(default_factory=dict)
    shares: frozenset[PortfolioShare] = frozenset()

    def __post_init__(self) -> None:
        check_length("portfolio display_name", self.display_name, 1, 100)
        check_length("portfolio provider_name", self.provider_name, 1, 50)
        check_length("portfolio description", self.description, 0, 2000)
        check_tags(f"portfolio {self.key}", self.tags, 18)  # 20 less the two ownership tags
