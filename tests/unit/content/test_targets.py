"""`[tool.catalog.targets]`: what is read, what is refused, and which targets `--to` means."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.content.config import load_config
from catalog.content.load import load_catalog
from catalog.content.targets import Target, choose, read_targets
from catalog.errors import ContentError

FILE = Path("pyproject.toml")
REGIONS = ("us-east-1", "eu-west-1", "cn-north-1")
HUB = {
    "account": "111122223333",
    "regions": ["eu-west-1", "us-east-1"],
    "role": "arn:aws:iam::111122223333:role/catalog-publisher",
    "portfolios": ["security-prod"],
}


def read(table: Any) -> tuple[Target, ...]:
    return read_targets(FILE, table, REGIONS)


def test_a_table_with_two_regions_makes_two_targets_in_order() -> None:
    dev = {"account": "444455556666", "regions": ["us-east-1"], "profile": "dev"}
    assert read({"prod-hub": HUB, "dev": dev}) == (
        Target("prod-hub", "111122223333", "eu-west-1", HUB["role"], "", ("security-prod",)),
        Target("prod-hub", "111122223333", "us-east-1", HUB["role"], "", ("security-prod",)),
        Target("dev", "444455556666", "us-east-1", "", "dev", ()),
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"acount": "1"}, "unknown settings ['acount']; allowed are ['account', 'regions', 'role'"),
        ({"account": 111122223333}, "account must be an account id, 12 digits in quotes, got 111122223333"),
        ({"account": "11112222333"}, "12 digits in quotes, got '11112222333'"),
        ({"account": None}, "12 digits in quotes, but is missing"),
        ({"regions": None}, "regions must be a list of Region names, but is missing"),
        ({"regions": "eu-west-1"}, "regions must be a list of Region names, got 'eu-west-1'"),
        ({"regions": []}, "regions must be a list of Region names, got []"),
        ({"regions": ["eu-west-1", "eu-west-1"]}, "regions repeats eu-west-1"),
        ({"regions": ["Ireland"]}, "'Ireland' is not the name of a Region such as eu-west-1"),
        ({"regions": ["eu-west-3"]}, "eu-west-3 is not among the Regions that templates are checked for, us-east-1,"),
        ({"regions": ["eu-west-1", "cn-north-1"]}, "eu-west-1 and cn-north-1 are in the partitions aws and aws-cn"),
        ({"role": "catalog-publisher"}, "role must be the ARN of a role"),
        ({"role": "arn:aws:iam::111122223333:user/x"}, "role must be the ARN of a role"),
        ({"role": "arn:aws:iam::999999999999:role/x"}, "role is in account 999999999999, the target in account 1111"),
        ({"role": "arn:aws-cn:iam::111122223333:role/x"}, "partition aws-cn, Region eu-west-1 in aws"),
        ({"profile": ""}, "profile must be the name of a profile of the AWS configuration, got ''"),
        ({"profile": 7}, "profile must be the name of a profile of the AWS configuration, got 7"),
        ({"portfolios": []}, "portfolios must be a list of keys of portfolios, got []"),
        ({"portfolios": ["a", "a"]}, "portfolios repeats a"),
    ],
)
def test_an_error_has_the_wrong_setting_and_its_value(change: dict[str, Any], message: str) -> None:
    settings = {key: value for key, value in {**HUB, **change}.items() if value is not None}
    with pytest.raises(ContentError) as error:
        read({"prod-hub": settings})
    assert "pyproject.toml: [tool.catalog.targets.prod-hub]" in str(error.value)
    assert message in str(error.value)


@pytest.mark.parametrize("name", ["all", "a b", "", "eu/west", "x" * 65])
def test_a_name_that_is_not_usable_with_to_is_an_error(name: str) -> None:
    with pytest.raises(ContentError, match="the name of a target must be"):
        read({name: HUB})


def test_two_targets_for_the_same_account_and_region_are_an_error() -> None:
    other = {"account": "111122223333", "regions": ["us-east-1"]}
    with pytest.raises(ContentError, match="prod-hub and other are both account 111122223333, Region us-e"):
        read({"prod-hub": HUB, "other": other})


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["111122223333", "us-east-1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
members = st.dictionaries(st.sampled_from(["account", "regions", "role", "profile", "portfolios", "x"]), json_like)


@settings(deadline=None, max_examples=150)
@given(st.one_of(json_like, st.dictionaries(st.sampled_from(["a", "all", ""]), members | json_like, max_size=2)))
def test_any_table_is_read_or_an_error(table: Any) -> None:
    try:
        targets = read(table)
    except ContentError:
        return
    assert all(target.account == "111122223333" and target.region in REGIONS for target in targets)


def test_config_has_the_targets_and_an_unknown_portfolio_is_an_error(repository: Path) -> None:
    assert load_config(repository).targets == ()
    with (repository / "pyproject.toml").open("a") as file:
        file.write(
            '[tool.catalog.targets.hub]\naccount = "111122223333"\nregions = ["eu-west-1"]\nportfolios = ["secure"]\n'
        )
    assert [target.label for target in load_config(repository).targets] == ["hub/eu-west-1"]
    with pytest.raises(
        ContentError, match=r"targets.hub\] portfolios: unknown portfolio 'secure'; the repository has sec"
    ):
        load_catalog(repository)


@pytest.mark.parametrize(
    ("names", "labels"),
    [
        (["all"], ["a/eu-west-1", "a/us-east-1", "b/eu-west-1"]),
        (["b", "a/us-east-1"], ["a/us-east-1", "b/eu-west-1"]),
        (["a", "a/us-east-1", "a"], ["a/eu-west-1", "a/us-east-1"]),
        (["b", "all"], ["a/eu-west-1", "a/us-east-1", "b/eu-west-1"]),
    ],
)
def test_names_select_targets_in_order_without_repetition(names: list[str], labels: list[str]) -> None:
    targets = (Target("a", "1", "eu-west-1"), Target("a", "1", "us-east-1"), Target("b", "2", "eu-west-1"))
    assert [target.label for target in choose(targets, names)] == labels


def test_an_unknown_name_is_an_error_with_the_known_names() -> None:
    targets = (Target("a", "1", "eu-west-1"),)
    with pytest.raises(ContentError, match="unknown target 'A'; allowed are all, a, a/eu-west-1"):
        choose(targets, ["a", "A"])
    with pytest.raises(ContentError, match=r"pyproject.toml declares none"):
        choose((), ["all"])
