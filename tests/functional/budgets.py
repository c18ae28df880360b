"""A budget of AWS Budgets, which portfolios and products can have."""

from __future__ import annotations

from typing import Any


def cost_budget(name: str) -> dict[str, Any]:
    """What `create_budget` takes as Budget."""
    limit = {"Amount": "10", "Unit": "USD"}
    return {"BudgetName": name, "BudgetType": "COST", "TimeUnit": "MONTHLY", "BudgetLimit": limit}
