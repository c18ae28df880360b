"""What holds for each product of this catalogue: its release, its examples, its page, its key and its launch role."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from catalog.cfn import Pseudo, evaluate_rules, resolve_parameters
from catalog.content.load import Catalog, load_catalog
from catalog.content.portfolio_files import AccountRegion
from catalog.releases import latest_release, load_releases
from catalog.roles.boundaries import administrator_sids
from catalog.roles.launch import launch_role
from tests.unit.products.blocks import ACCOUNT, ROOT, product

KEYS = sorted(file.stem for file in (ROOT / "products").glob("*.py"))
PLACE = AccountRegion(ACCOUNT, "us-east-1", "aws")
WITHOUT_KEY = {"s3_log_bucket": "S3 delivers no access logs to a bucket with SSE-KMS"}
"""Products that hold data without a key of the catalogue, and why."""


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog(ROOT)


def failed_rules(catalog: Catalog, key: str, file: str, portfolio: str) -> list[str]:
    """The assertions of the template and of the portfolio that the example does not meet."""
    template = product(key)[1].template
    given = yaml.safe_load((ROOT / file).read_text(encoding="utf-8"))
    values = {name: ",".join(value) if isinstance(value, list) else value for name, value in given.items()}
    parameters = resolve_parameters(template, values)
    assert parameters.problems == (), file
    rules = {**template.get("Rules", {}), **PLACE.fill(catalog.portfolios[portfolio].rules(key))}
    results = evaluate_rules(rules, parameters.values, Pseudo(ACCOUNT, "us-east-1"))
    return [each.description for result in results for each in result.assertions if not each.passed]


def offers(catalog: Catalog, key: str) -> dict[str, str]:
    """Stage → portfolio that offers the product."""
    files = {name: file for name, file in catalog.portfolios.items() if key in file.products}
    return {str(file.stage): name for name, file in files.items()}


@pytest.mark.parametrize("key", KEYS)
def test_the_examples_launch_through_the_portfolio_of_their_stage_only(catalog: Catalog, key: str) -> None:
    portfolios = offers(catalog, key)
    assert portfolios.keys() in ({"dev", "prod"}, {""})
    for file in product(key)[0].examples:
        own, other = ("prod", "dev") if "prod" in file else ("dev", "prod")
        assert failed_rules(catalog, key, file, portfolios.get(own) or portfolios[""]) == []
        if other in portfolios:
            assert failed_rules(catalog, key, file, portfolios[other]) != []


@pytest.mark.parametrize("key", KEYS)
def test_the_working_tree_is_released(catalog: Catalog, key: str) -> None:
    definition, rendered = product(key)
    release = latest_release(load_releases(catalog.config, key))
    assert release is not None
    assert (release.version, release.body) == (definition.version, rendered.body)


@pytest.mark.parametrize("key", KEYS)
def test_the_page_has_each_parameter_and_the_sid_of_each_statement(key: str) -> None:
    page = (ROOT / "docs" / "products" / f"{key}.md").read_text(encoding="utf-8")
    template = product(key)[1].template
    named = set(re.findall(r"`(\w+)`", page))
    assert template["Parameters"].keys() - named == set()
    assert sids(template["Resources"]) - named == set()
    assert f"version {product(key)[0].version}" in page.splitlines()[0]


def sids(node: Any) -> set[str]:
    """The Sids of statements, at any depth."""
    if isinstance(node, dict):
        own = {node["Sid"]} if isinstance(node.get("Sid"), str) else set()
        return own.union(*map(sids, node.values()))
    return set().union(*map(sids, node)) if isinstance(node, list) else set()


@pytest.mark.parametrize("key", KEYS)
def test_the_launch_role_cannot_become_administrator(catalog: Catalog, key: str) -> None:
    role = launch_role(catalog.config, f"catalog-launch-{key.replace('_', '-')}", {key: product(key)[0]})
    assert role.permissions
    assert administrator_sids(role.permissions) == ()


@pytest.mark.parametrize(
    ("key", "prefix"),
    [
        ("s3_secure_bucket", "s3-replication-"),
        ("log_group", "logs-subscription-"),
        ("network_baseline", "vpc-flow-logs"),
    ],
)
def test_a_launch_role_passes_only_roles_with_the_prefix(catalog: Catalog, key: str, prefix: str) -> None:
    role = launch_role(catalog.config, "launch", {key: product(key)[0]})
    (passes,) = (each for each in role.permissions if "iam:PassRole" in each.actions)
    assert passes.resources == (f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role/{prefix}*",)
