"""The rendered product, and the resources of a launch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from catalog.cfn import Pseudo, evaluate_rules, render, resolve_parameters
from catalog.content.load import Catalog, load_catalog
from catalog.content.render import Rendered
from catalog.content.render import render as render_product
from catalog.model.definition import ProductDefinition

ROOT = Path(__file__).parents[3]
ADMINISTRATOR = "arn:aws:iam::123456789012:role/security-admin-role"
USER = "arn:aws:iam::123456789012:role/prod-app-role"
REQUIRED = {
    "Alias": "dev/s3-data",
    "Description": "Encrypts S3 data",
    "KeyAdministrators": ADMINISTRATOR,
    "KeyUsers": USER,
    "Environment": "dev",
    "Service": "s3",
    "DataCategory": "internal",
}

Launch = Callable[..., dict[str, Any]]
Problems = Callable[..., list[str]]


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return load_catalog(ROOT)


@pytest.fixture(scope="session")
def product(catalog: Catalog) -> ProductDefinition:
    return catalog.products["kms_key"]


@pytest.fixture(scope="session")
def rendered(product: ProductDefinition) -> Rendered:
    return render_product("kms_key", product)


@pytest.fixture(scope="session")
def launch(rendered: Rendered) -> Launch:
    """The template as CloudFormation evaluates it in `region`, with the required parameters and the given ones."""

    def launched(region: str = "us-east-1", **given: str) -> dict[str, Any]:
        parameters = resolve_parameters(rendered.template, REQUIRED | given)
        assert parameters.problems == ()
        pseudo = Pseudo(account_id="123456789012", region=region, stack_name="SC-123456789012-pp-example")
        return render(rendered.template, parameters.values, pseudo)

    return launched


@pytest.fixture(scope="session")
def problems(rendered: Rendered) -> Problems:
    """Why a launch fails: parameter problems, or the descriptions of failed assertions."""

    def problems_of(region: str = "us-east-1", rules: Mapping[str, Any] | None = None, **given: str) -> list[str]:
        parameters = resolve_parameters(rendered.template, REQUIRED | given)
        if parameters.problems:
            return [problem.message for problem in parameters.problems]
        every = {**rendered.template["Rules"], **(rules or {})}
        results = evaluate_rules(every, parameters.values, Pseudo(account_id="123456789012", region=region))
        return [assertion.description for result in results for assertion in result.assertions if not assertion.passed]

    return problems_of
