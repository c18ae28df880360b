from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from catalog.cfn import Pseudo, evaluate_rules, resolve_parameters
from catalog.content.load import Catalog
from catalog.content.portfolio_files import AccountRegion
from catalog.content.render import Rendered

ROOT = Path(__file__).parents[3]
Problems = Callable[..., list[str]]
PARTITIONS = {"us-east-1": "aws", "us-gov-west-1": "aws-us-gov", "cn-north-1": "aws-cn"}
SECURITY_ROLE = "arn:aws:iam::123456789012:role/security-break-glass-role"
PROD = {
    "Environment": "prod",
    "PreventDestroy": "true",
    "DeletionWindowDays": "30",
    "KeyAdministrators": SECURITY_ROLE,
}


def example(name: str) -> dict[str, str]:
    """The parameters of a file in examples/, with joined lists."""
    data = yaml.safe_load((ROOT / "examples" / name).read_text(encoding="utf-8"))
    return {key: ",".join(value) if isinstance(value, list) else value for key, value in data.items()}


def portfolio_rules(catalog: Catalog, portfolio: str, region: str = "us-east-1") -> dict[str, Any]:
    place = AccountRegion("123456789012", region, PARTITIONS[region])
    filled: dict[str, Any] = place.fill(catalog.portfolios[portfolio].rules("kms_key"))
    return filled


@pytest.mark.parametrize("alias", ["aws/x", "aws", "alias/x", "a b", "a:b", "", "a" * 251, "ä", "a\n"])
def test_a_wrong_alias_is_refused(problems: Problems, alias: str) -> None:
    assert any("Alias" in problem for problem in problems(Alias=alias))


@pytest.mark.parametrize("alias", ["a", "prod/s3-data", "awsome/x", "aliases/x", "_-/", "a" * 250])
def test_a_valid_alias_is_accepted(problems: Problems, alias: str) -> None:
    assert problems(Alias=alias) == []


@pytest.mark.parametrize("window", ["6", "31", "abc", "", "-7"])
def test_a_wrong_window_is_refused(problems: Problems, window: str) -> None:
    assert any("DeletionWindowDays" in problem for problem in problems(DeletionWindowDays=window))


@pytest.mark.parametrize("window", ["7", "14", "30"])
def test_a_valid_window_is_accepted(problems: Problems, window: str) -> None:
    assert problems(DeletionWindowDays=window) == []


@pytest.mark.parametrize("partition", list(PARTITIONS.values()))
@pytest.mark.parametrize(
    "arn",
    [
        "*",
        "arn:{}:iam::123456789012:role/*",
        "arn:{}:iam::*:role/a",
        "arn:{}:iam::123456789012:role/a?",
        "arn:{}:sts::123456789012:assumed-role/admin/session",
        "arn:{}:iam::123456789012:root",
        "arn:{}:iam::123456789012:group/admins",
        "arn:{}:iam::12345678901:role/a",
        "arn:{}:iam::123456789012:role/",
        "123456789012",
        "",
        "arn:{}:iam::123456789012:role/a,",
        "arn:{}:iam::123456789012:role/a,*",
    ],
)
def test_a_wrong_administrator_is_refused(problems: Problems, partition: str, arn: str) -> None:
    assert any("KeyAdministrators" in problem for problem in problems(KeyAdministrators=arn.format(partition)))


@pytest.mark.parametrize(
    "arn", ["*", "", "arn:aws:iam::123456789012:role/*", "arn:aws:sts::123456789012:assumed-role/a/b"]
)
def test_a_wrong_user_is_refused(problems: Problems, arn: str) -> None:
    assert any("KeyUsers" in problem for problem in problems(KeyUsers=arn))


@pytest.mark.parametrize(("region", "partition"), list(PARTITIONS.items()))
def test_valid_principals_are_accepted(problems: Problems, region: str, partition: str) -> None:
    administrators = (
        f"arn:{partition}:iam::123456789012:role/team/security+1, arn:{partition}:iam::123456789012:user/eve"
    )
    users = f"arn:{partition}:iam::123456789012:role/app,arn:{partition}:iam::210987654321:root"
    assert problems(region, KeyAdministrators=administrators, KeyUsers=users) == []


A, B, C = (f"arn:aws:iam::123456789012:role/{name}" for name in "abc")


@pytest.mark.parametrize(
    ("administrators", "users"),
    [(A, A), (f"{A},{B}", f"{B},{A}"), (A, f"{A},{B}"), (f"{A},{B}", A), (A, f" {A} , {B}")],
)
def test_equal_lists_are_refused(problems: Problems, administrators: str, users: str) -> None:
    messages = problems(KeyAdministrators=administrators, KeyUsers=users)
    assert messages
    assert all("must be separate lists" in problem for problem in messages)


def test_partial_overlap_passes_the_rules(problems: Problems) -> None:
    """Rules cannot express it. The Deny for administrators makes it harmless, and `catalog launch` checks it."""
    assert problems(KeyAdministrators=f"{A},{B}", KeyUsers=f"{B},{C}") == []


@given(st.sets(st.sampled_from("abcdef"), min_size=1), st.sets(st.sampled_from("abcdef"), min_size=1))
def test_lists_are_refused_only_if_one_contains_the_other(
    rendered: Rendered, administrators: set[str], users: set[str]
) -> None:
    values = {"KeyAdministrators": tuple(administrators), "KeyUsers": tuple(users)}
    rules = {"DutiesAreSeparated": rendered.template["Rules"]["DutiesAreSeparated"]}
    (result,) = evaluate_rules(rules, values, Pseudo("123456789012", "us-east-1"))
    assert result.passed == (not administrators <= users and not users <= administrators)


@pytest.mark.parametrize(
    ("given_", "names"),
    [
        ({"PreventDestroy": "false"}, ["PreventDestroy"]),
        ({"DeletionWindowDays": "7"}, ["DeletionWindowDays"]),
        ({"PreventDestroy": "false", "DeletionWindowDays": "7"}, ["PreventDestroy", "DeletionWindowDays"]),
    ],
)
def test_production_is_protected(problems: Problems, given_: dict[str, str], names: list[str]) -> None:
    messages = problems(**(PROD | given_))
    assert len(messages) == len(names)
    assert all(name in problem for name, problem in zip(names, messages, strict=True))
    assert problems(**PROD) == []


@pytest.mark.parametrize("environment", ["dev", "test", "staging"])
def test_outside_production_protection_is_optional(problems: Problems, environment: str) -> None:
    assert problems(Environment=environment, PreventDestroy="false", DeletionWindowDays="7") == []


@pytest.mark.parametrize("regions", ["eu-west", "EU-WEST-1", "eu-west-1,", ",", "eu-west-1, eu-west-2", "*"])
def test_wrong_replica_regions_are_refused(problems: Problems, regions: str) -> None:
    assert any("ReplicaRegions" in problem for problem in problems(MultiRegion="true", ReplicaRegions=regions))


def test_replicas_need_a_multi_region_key(problems: Problems) -> None:
    (messages,) = problems(ReplicaRegions="eu-west-1")
    assert "MultiRegion" in messages
    for regions in ("", "eu-west-1", "us-gov-east-1,cn-northwest-1"):
        assert problems(MultiRegion="true", ReplicaRegions=regions) == []


@pytest.mark.parametrize(
    "given_",
    [
        {"Environment": "production"},
        {"PreventDestroy": "yes"},
        {"PreventDestroy": "True"},
        {"MultiRegion": ""},
        {"GrantsForAwsServices": "1"},
        {"AllowCloudWatchLogs": "on"},
        {"DataCategory": "secret"},
        {"Service": ""},
        {"Service": "s3;rds"},
        {"Compliance": "soc2, pci"},
        {"Description": ""},
        {"Description": "x" * 4001},
        {"Unknown": "x"},
    ],
)
def test_other_wrong_values_are_refused(problems: Problems, given_: dict[str, str]) -> None:
    (name,) = given_
    assert any(name in problem for problem in problems(**given_))


def test_required_parameters(rendered: Rendered) -> None:
    missing = {problem.name for problem in resolve_parameters(rendered.template, {}).problems}
    assert missing == {
        "Alias",
        "Description",
        "KeyAdministrators",
        "KeyUsers",
        "Environment",
        "Service",
        "DataCategory",
    }


@pytest.mark.parametrize(
    ("name", "portfolio"),
    [
        ("launch-dev.yaml", "security-dev"),
        ("launch-prod.yaml", "security-prod"),
        ("launch-multi-region.yaml", "security-dev"),
    ],
)
def test_examples_can_be_launched_from_their_portfolio(
    problems: Problems, catalog: Catalog, name: str, portfolio: str
) -> None:
    assert problems(rules=portfolio_rules(catalog, portfolio), **example(name)) == []


def test_examples_cannot_be_launched_from_the_other_portfolio(problems: Problems, catalog: Catalog) -> None:
    assert problems(rules=portfolio_rules(catalog, "security-prod"), **example("launch-dev.yaml"))
    assert problems(rules=portfolio_rules(catalog, "security-dev"), **example("launch-prod.yaml"))


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        ({"Environment": "staging"}, "prod only"),
        ({"PreventDestroy": "false"}, "set PreventDestroy to true"),
        ({"DeletionWindowDays": "29"}, "set DeletionWindowDays to 30"),
        ({"KeyAdministrators": "arn:aws:iam::123456789012:role/prod-app-role"}, "security-break-glass-role"),
        ({"KeyAdministrators": f"{SECURITY_ROLE},arn:aws:iam::123456789012:role/x"}, "security-break-glass-role"),
        ({"KeyAdministrators": "arn:aws:iam::210987654321:role/security-admin-role"}, "of this account"),
    ],
)
def test_rules_of_the_prod_portfolio(
    problems: Problems, catalog: Catalog, given_: dict[str, str], message: str
) -> None:
    messages = problems(rules=portfolio_rules(catalog, "security-prod"), **(PROD | {"KeyUsers": A} | given_))
    assert any(message in problem for problem in messages)


@pytest.mark.parametrize(("region", "partition"), list(PARTITIONS.items()))
def test_rules_of_the_prod_portfolio_in_each_partition(
    problems: Problems, catalog: Catalog, region: str, partition: str
) -> None:
    administrators = f"arn:{partition}:iam::123456789012:role/security-admin-role"
    rules = portfolio_rules(catalog, "security-prod", region)
    assert problems(region, rules=rules, **(PROD | {"KeyAdministrators": administrators})) == []


@pytest.mark.parametrize("window", ["7", "30"])
@pytest.mark.parametrize(("environment", "allowed"), [("dev", True), ("test", True), ("staging", False)])
def test_rules_of_the_dev_portfolio(
    problems: Problems, catalog: Catalog, environment: str, allowed: bool, window: str
) -> None:
    rules = portfolio_rules(catalog, "security-dev")
    assert (problems(rules=rules, Environment=environment, DeletionWindowDays=window) == []) is allowed
