"""Budgets of AWS Budgets that watch the costs of portfolios and products. catalog does not create them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, ClassVar, Self

from catalog.model.governed._object import GovernedObject, governed_object
from catalog.model.limits import check_length, check_pattern

NAME = re.compile(r"(?!.*/action/)[^:\\]+", re.DOTALL)


@governed_object
class Budget(GovernedObject):
    """A budget by its name (AWS Budgets API reference, BudgetName: 1 to 100 characters)."""

    FILE_KEY: ClassVar[str] = "budgets"
    SCHEMA: ClassVar[dict[str, Any]] = {
        "description": "Names of budgets in AWS Budgets that watch the portfolio's costs. They must exist: publish "
        "does not create them.",
        "type": "array",
        "uniqueItems": True,
        "items": {"type": "string", "minLength": 1, "maxLength": 200},
    }
    name: str

    def __post_init__(self) -> None:
        check_length("budget's name", self.name, 1, 100)
        check_pattern("budget's name", self.name, NAME, "a text without ':', '\\' and '/action/'")

    @classmethod
    def read(cls, key: str | int, item: Any) -> Self:
        """A budget by its name."""
        return cls(item)

    @classmethod
    def as_declared(cls, objects: Iterable[Any]) -> list[str]:
        """The names, sorted."""
        return sorted(each.name for each in objects)
