"""Roles for any product fit IAM's limits: packing, splitting and shortening allow exactly the same."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.check.iam_actions import iam_action
from catalog.content.template_files import read_template
from catalog.errors import ContentError
from catalog.model.definition import LaunchPermission
from catalog.roles.cover import covers
from catalog.roles.derive import DerivedPermissions, ProductVersion, derive
from catalog.roles.packing import INLINE_LIMIT, MANAGED_LIMIT, MANAGED_POLICIES, pack
from catalog.roles.statements import shortened
from catalog.roles.template import SERVICE_PERMISSIONS, role_template
from tests.unit.roles.conftest import REGIONS, ROOT

TEMPLATES = sorted((ROOT / "tests" / "fixtures" / "products").glob("*.yaml"))
"""A small template for each type of product that teams launch."""


def product(name: str) -> ProductVersion:
    file = ROOT / "tests" / "fixtures" / "products" / f"{name}.yaml"
    return ProductVersion(name, "1.0.0", read_template(name, file.read_bytes()))


PRODUCTS = {file.stem: product(file.stem) for file in TEMPLATES}


def role_of(name: str) -> DerivedPermissions:
    return derive([PRODUCTS[name]], REGIONS)


def policies_of(derived: DerivedPermissions) -> list[tuple[dict[str, Any], int]]:
    """(policy document as IAM gets it, its limit) of each policy of the role."""
    template = role_template("catalog", {"launch": (*SERVICE_PERMISSIONS, *derived.permissions)})
    role, *managed = template["Resources"].values()
    assert len(role["Properties"].get("ManagedPolicyArns", ())) == len(managed) <= MANAGED_POLICIES
    (inline,) = role["Properties"]["Policies"]
    return [
        (filled(inline["PolicyDocument"]), INLINE_LIMIT),
        *((filled(policy["Properties"]["PolicyDocument"]), MANAGED_LIMIT) for policy in managed),
    ]


def filled(document: dict[str, Any]) -> Any:
    """The document after CloudFormation has replaced the placeholders."""
    text = re.sub(r'\{"Fn::Sub": ("[^"]*")\}', r"\1", json.dumps(document))
    return json.loads(text.replace("${AWS::Partition}", "aws-us-gov").replace("${AWS::AccountId}", "123456789012"))


def check_limits(derived: DerivedPermissions) -> None:
    sids = []
    for document, limit in policies_of(derived):
        assert len(re.sub(r"\s", "", json.dumps(document))) <= limit
        assert "${AWS::" not in json.dumps(document)
        sids += [statement["Sid"] for statement in document["Statement"]]
    assert len(sids) == len(set(sids)) == len(SERVICE_PERMISSIONS) + len(derived.permissions)
    assert max(map(len, sids)) <= 45


@pytest.mark.parametrize("name", PRODUCTS)
def test_the_role_of_a_product_fits_iams_limits(name: str) -> None:
    derived = role_of(name)
    assert derived.underivable == {}
    check_limits(derived)
    assert len(policies_of(derived)) == 1  # nothing but the inline policy


def test_one_role_for_all_products_fits_iams_limits() -> None:
    derived = derive(list(PRODUCTS.values()), REGIONS)
    check_limits(derived)
    assert policies_of(derived) == policies_of(derive(list(PRODUCTS.values()), REGIONS))


SIDS = st.integers(0, 10**6).map("Sid{}".format)
NUMBERS = st.integers(0, 999)
ACTIONS = st.lists(NUMBERS.map("sqs:Action{:040}".format), min_size=1, max_size=250).map(tuple)
ARNS = st.lists(NUMBERS.map("arn:${{AWS::Partition}}:sqs:*:1:{:030}".format), min_size=1, max_size=150).map(tuple)
STATEMENTS = st.lists(
    st.builds(LaunchPermission, SIDS, ACTIONS, ARNS, st.just("A reason.")),
    max_size=6,
    unique_by=lambda statement: statement.sid,
)


def pairs(statements: Any) -> set[tuple[str, str]]:
    return {(action, arn) for statement in statements for action in statement.actions for arn in statement.resources}


@settings(deadline=None, max_examples=40)
@given(STATEMENTS)
def test_packing_loses_and_adds_no_permission(statements: list[LaunchPermission]) -> None:
    packed = pack("launch", statements)
    every = [*packed.inline, *(statement for policy in packed.managed for statement in policy)]
    assert pairs(every) == pairs(statements)
    assert len({statement.sid for statement in every}) == len(every)
    assert pack("launch", statements) == packed


def test_a_role_that_iam_cannot_have_is_refused_with_the_way_out() -> None:
    arns = tuple(f"arn:aws:sqs:us-east-1:123456789012:{number:040}" for number in range(1200))
    with pytest.raises(ContentError, match="launch role big: its policies have") as error:
        pack("big", [LaunchPermission("Queues", ("sqs:SendMessage",), arns, "r")])
    assert "10 managed policies of 6144" in error.value.message
    assert "local_role_name" in error.value.hint
    assert "role_arn" in error.value.hint


TAGGING = ("ec2:CreateTags", "sagemaker:AddTags", "rds:AddTagsToResource", "cloudfront:TagResource", "ec2:RunInstances")


@pytest.mark.parametrize("action", TAGGING)
def test_a_complete_list_becomes_a_wildcard_that_is_exactly_as_narrow(action: str) -> None:
    reference = iam_action(action)
    assert reference
    possible = {arn for arns in reference.resources.values() for arn in arns}
    short = shortened(action, possible)
    assert len(short) < len(possible)
    assert all(any(covers(arn, each) for arn in short) for each in possible)
    for wildcard in short - possible:
        assert wildcard.endswith(":*")
        assert len([arn for arn in possible if covers(wildcard, arn)]) > 3


def test_a_wildcard_reaches_no_other_kind() -> None:
    reference = iam_action("rds:AddTagsToResource")
    assert reference
    possible = {arn for arns in reference.resources.values() for arn in arns}
    regional = {arn for arn in possible if ":rds:*:" in arn}
    assert possible - regional  # a kind without a Region, which rds:* also matches
    assert shortened("rds:AddTagsToResource", regional) == regional


def test_a_wildcard_stays_within_its_segment_of_an_arn() -> None:
    account = "arn:${AWS::Partition}:ec2:*:${AWS::AccountId}:instance/*"
    assert not covers("arn:${AWS::Partition}:ec2:*::*", account)  # images of nobody's account
    assert covers("arn:${AWS::Partition}:ec2:*:${AWS::AccountId}:*", account)
    assert covers("arn:${AWS::Partition}:ec2:*:*:*", account)
    assert covers("*", account)
    assert not covers("arn:aws:sqs:us-*2:q", "arn:aws:sqs:us-east-1:123456789012:q")
    assert covers("arn:aws:sqs:*", "arn:aws:sqs:us-east-1:123456789012:q")
    assert not covers("arn:aws:sqs:*", "arn:aws:sns:us-east-1:123456789012:q")
    assert covers("arn:aws:logs:*:1:*", "arn:aws:logs:us-east-1:1:log-group:a:log-stream:b")


def test_an_instance_is_launched_in_the_own_account_and_from_images_of_others() -> None:
    arns = {
        arn
        for permission in role_of("ec2_instance").permissions
        if "ec2:RunInstances" in permission.actions
        for arn in permission.resources
    }
    for needed in ("ec2:*:${AWS::AccountId}:instance/*", "ec2:*::image/*", "ec2:*:${AWS::AccountId}:subnet/*"):
        assert any(covers(arn, f"arn:${{AWS::Partition}}:{needed}") for arn in arns), (needed, arns)


def test_a_list_with_a_gap_or_a_name_stays_as_it_is() -> None:
    reference = iam_action("rds:AddTagsToResource")
    assert reference
    possible = {arn for arns in reference.resources.values() for arn in arns}
    with_gap = possible - {"arn:${AWS::Partition}:rds:*:${AWS::AccountId}:db:*"}
    assert with_gap != possible
    assert shortened("rds:AddTagsToResource", with_gap) == with_gap
    named = with_gap | {"arn:${AWS::Partition}:rds:*:${AWS::AccountId}:db:orders-*"}
    assert shortened("rds:AddTagsToResource", named) == named
