"""The quotas of Service Catalog, with AWS's defaults.

Source: Service Catalog Administrator Guide, "Service Catalog default service quotas" (limits.html); the ten IAM_PATTERN
principals: AssociatePrincipalWithPortfolio in the API Reference. `Settings.quotas` overrides them by name.
"""

from __future__ import annotations

from catalog.sandbox.servicecatalog.exceptions import LimitExceededException
from catalog.sandbox.settings import settings

DEFAULTS = {
    "portfolios": 100,
    "products": 350,
    "products_per_portfolio": 150,
    "artifacts_per_product": 100,
    "constraints_per_product_per_portfolio": 100,
    "principals_per_portfolio": 100,
    "patterns_per_portfolio": 10,
    "shares_per_portfolio": 5000,
    "tags_per_resource": 20,
    "tag_options_per_resource": 25,
    "values_per_tag_option_key": 25,
    "service_actions": 200,
    "service_actions_per_artifact": 25,
}


def check_quota(name: str, count: int) -> None:
    """Raise `LimitExceededException` if `count`, including the new object, exceeds the quota."""
    limit = settings.quotas.get(name, DEFAULTS[name])
    if count > limit:
        raise LimitExceededException(f"Limit exceeded: {name.replace('_', ' ')}: {limit}")
