"""The replica of a key has the key policy of a key, statement by statement, and only its product makes it."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from catalog.cfn import render, resolve_parameters
from catalog.content.config import load_config
from catalog.content.load import load_portfolios
from tests.unit.products.blocks import PLACE, ROOT, example, launched, product

FLAGS = ("PreventDestroy", "GrantsForAwsServices", "AllowCloudWatchLogs")
COMMON = ("Alias", "Description", "KeyAdministrators", "KeyUsers", "Environment", "Service", "DataCategory")


def template_of_key(**given: str) -> Any:
    """The key policy of a launch of kms_key with the parameters of the replica."""
    template = product("kms_key")[1].template
    same = {name: value for name, value in example("kms_replica_key", "dev").items() if name in COMMON}
    parameters = resolve_parameters(template, same | given)
    assert parameters.problems == ()
    resources = render(template, parameters.values, PLACE)["Resources"]
    return resources["Key"]["Properties"]["KeyPolicy"]


@pytest.mark.parametrize("values", list(itertools.product(["true", "false"], repeat=len(FLAGS))))
@pytest.mark.parametrize("regions", ["", "us-east-1,eu-central-1"])
def test_the_key_policy_is_that_of_a_key(values: tuple[str, ...], regions: str) -> None:
    given = dict(zip(FLAGS, values, strict=True)) | {"ReplicaRegions": regions, "DeletionWindowDays": "7"}
    replica = launched("kms_replica_key", **given)["Key"]["Properties"]["KeyPolicy"]
    assert replica == template_of_key(MultiRegion="true", **given)


def test_rules_and_common_parameters_are_those_of_a_key() -> None:
    key, replica = (product(name)[1].template for name in ("kms_key", "kms_replica_key"))
    assert replica["Rules"].items() <= key["Rules"].items()
    assert key["Rules"].keys() - replica["Rules"].keys() == {"ReplicasNeedMultiRegion"}
    assert key["Parameters"].keys() - replica["Parameters"].keys() == {"MultiRegion"}
    common = key["Parameters"].keys() & replica["Parameters"].keys()
    assert {name: key["Parameters"][name] for name in common} == {name: replica["Parameters"][name] for name in common}
    assert product("kms_key")[0].separate_lists == product("kms_replica_key")[0].separate_lists


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        "arn:aws:kms:us-east-1:123456789012:alias/orders",
        "mrk-1234abcd12ab34cd56ef1234567890ab",
        "*",
        "",
    ],
)
def test_only_multi_region_keys_are_replicated(arn: str) -> None:
    given = example("kms_replica_key", "dev") | {"PrimaryKeyArn": arn}
    problems = resolve_parameters(product("kms_replica_key")[1].template, given).problems
    assert {problem.name for problem in problems} == {"PrimaryKeyArn"}


def test_its_launch_role_is_the_one_that_keys_allow() -> None:
    policy = product("kms_key")[1].body.decode()
    for portfolio in load_portfolios(load_config(ROOT)).values():
        for name, key in portfolio.launch_roles():
            assert (f":role/{name}\n" in policy) == (key == "kms_replica_key")
