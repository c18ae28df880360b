"""Callers: sessions, users, groups and patterns, and what end users see."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.sandbox.servicecatalog.caller import CallerIdentity, grants
from catalog.sandbox.servicecatalog.state import StoredPrincipal

ROLE = "arn:aws:iam::123456789012:role/teams/payments/dev"


def paths(world: Any, identity: Any, product_id: str) -> list[str]:
    client = world.client("servicecatalog", identity)
    return [item["Name"] for item in client.list_launch_paths(ProductId=product_id)["LaunchPathSummaries"]]


def test_a_session_counts_as_its_role(world: Any) -> None:
    product_id, _ = world.product()
    role = world.role("dev", path="/teams/payments/")
    portfolio_id = world.portfolio(product_id, principals=(role,))
    client = world.client("servicecatalog", world.assume(role))
    (path,) = client.list_launch_paths(ProductId=product_id)["LaunchPathSummaries"]
    assert path == {
        "Id": portfolio_id.replace("port-", "lpv3-"),
        "Name": "Dev",
        "ConstraintSummaries": [],
        "Tags": [],
    }


def test_callers_without_access_get_awss_error_even_administrators(world: Any) -> None:
    product_id, artifact_id = world.product()
    world.portfolio(product_id, principals=(world.role("dev"),))
    message = f"No launch paths found for resource: {product_id}"
    for identity in (None, world.assume(world.role("other")), world.user("somebody")):
        client = world.client("servicecatalog", identity)
        with pytest.raises(client.exceptions.ResourceNotFoundException, match=message):
            client.list_launch_paths(ProductId=product_id)
        with pytest.raises(client.exceptions.ResourceNotFoundException, match=message):
            client.provision_product(
                ProductId=product_id, ProvisioningArtifactId=artifact_id, ProvisionedProductName="x"
            )


def test_users_and_members_of_groups(world: Any) -> None:
    product_id, _ = world.product()
    alone, member = world.user("alone"), world.user("member")
    iam = world.client("iam")
    group = iam.create_group(GroupName="team")["Group"]["Arn"]
    iam.add_user_to_group(GroupName="team", UserName="member")
    world.portfolio(product_id, principals=(alone.arn,), name="Users")
    world.portfolio(product_id, principals=(group,), name="Groups")
    assert paths(world, alone, product_id) == ["Users"]
    assert paths(world, member, product_id) == ["Groups"]


def test_an_unknown_key_is_the_default_user(world: Any) -> None:
    product_id, _ = world.product()
    world.portfolio(product_id, principals=("arn:aws:iam::123456789012:user/moto",))
    assert paths(world, None, product_id) == ["Dev"]


def test_the_arn_of_a_session_never_matches(world: Any) -> None:
    product_id, _ = world.product()
    identity = world.assume(world.role("dev"), session="me")
    session = world.client("sts", identity).get_caller_identity()["Arn"]
    world.portfolio(product_id, principals=(session,))
    with pytest.raises(world.catalog.exceptions.ResourceNotFoundException, match="No launch paths"):
        paths(world, identity, product_id)


def test_end_users_see_only_what_they_may_launch(world: Any) -> None:
    product_id, artifact_id = world.product("Key")
    hidden, _ = world.product("Hidden")
    role = world.role("dev")
    world.portfolio(product_id, principals=(role,))
    client = world.client("servicecatalog", world.assume(role))
    answer = client.search_products()
    assert [item["Name"] for item in answer["ProductViewSummaries"]] == ["Key"]
    assert answer["ProductViewAggregations"]["Owner"] == [{"Value": "security", "ApproximateCount": 1}]
    described = client.describe_product(Name="Key")
    assert [item["Id"] for item in described["ProvisioningArtifacts"]] == [artifact_id]
    assert described["LaunchPaths"][0]["Name"] == "Dev"
    view = client.describe_product_view(Id=described["ProductViewSummary"]["Id"])
    assert view["ProductViewSummary"] == described["ProductViewSummary"]
    missing = client.exceptions.ResourceNotFoundException
    with pytest.raises(missing, match=r"Product with name Hidden does not exist or access was denied\."):
        client.describe_product(Name="Hidden")
    with pytest.raises(missing, match=hidden):
        client.describe_product(Id=hidden)
    with pytest.raises(missing):
        world.catalog.describe_product(Id=product_id)


def test_inactive_versions_are_hidden_from_end_users(world: Any) -> None:
    product_id, artifact_id = world.product()
    role = world.role("dev")
    world.portfolio(product_id, principals=(role,))
    world.catalog.update_provisioning_artifact(ProductId=product_id, ProvisioningArtifactId=artifact_id, Active=False)
    client = world.client("servicecatalog", world.assume(role))
    assert client.describe_product(Id=product_id)["ProvisioningArtifacts"] == []


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ("arn:aws:iam:::role/teams/payments/dev", True),
        ("arn:aws:iam:::role/*", True),
        ("arn:aws:iam:::role/teams/*", True),
        ("arn:aws:iam:::role/*/dev", True),
        ("arn:aws:iam:::role/teams/payments/de?", True),
        ("arn:aws:iam:::role/teams/payments/dev?", True),
        ("arn:aws:iam:::role/teams/payments/d?", False),
        ("arn:aws:iam:::role/dev", False),
        ("arn:aws:iam:::role/teams.payments.dev", False),
        ("arn:aws:iam:::user/*", False),
        ("arn:aws-cn:iam:::role/*", False),
    ],
)
def test_patterns(pattern: str, matches: bool) -> None:
    assert grants([StoredPrincipal(pattern, "IAM_PATTERN")], CallerIdentity(ROLE, ROLE)) is matches


@given(name=st.text("abc/-+=.@", min_size=1), cut=st.integers(0, 5), tail=st.booleans())
def test_a_star_matches_any_part_of_a_name(name: str, cut: int, tail: bool) -> None:
    arn = f"arn:aws:iam::123456789012:role/{name}"
    shortened = f"{name[:cut]}*" if tail else f"*{name[cut:]}"
    assert grants([StoredPrincipal(f"arn:aws:iam:::role/{shortened}", "IAM_PATTERN")], CallerIdentity(arn, arn))
    assert grants([StoredPrincipal(arn, "IAM")], CallerIdentity(arn, arn))
    assert not grants([StoredPrincipal(arn + "x", "IAM")], CallerIdentity(arn, arn))


def test_a_deleted_role_is_listed_by_its_unique_id_and_a_new_role_with_its_name_is_different(world: Any) -> None:
    """rebuy-de/aws-nuke issue 801, awslabs/aws-service-catalog-puppet issue 535."""
    role = world.role("dev")
    product_id, _ = world.product()
    portfolio_id = world.portfolio(product_id, principals=(role,))
    left = world.client("iam").get_role(RoleName="dev")["Role"]["RoleId"]
    world.drop_role("dev")
    world.role("dev")

    def listed() -> list[str]:
        answer = world.catalog.list_principals_for_portfolio(PortfolioId=portfolio_id)
        return [principal["PrincipalARN"] for principal in answer["Principals"]]

    user = world.client("servicecatalog", world.assume(role))
    assert listed() == [left]
    assert user.search_products()["ProductViewSummaries"] == []
    association = {"PortfolioId": portfolio_id, "PrincipalType": "IAM"}
    world.catalog.associate_principal_with_portfolio(**association, PrincipalARN=role)
    assert listed() == [left, role]
    assert len(user.search_products()["ProductViewSummaries"]) == 1
    world.catalog.disassociate_principal_from_portfolio(**association, PrincipalARN=left)
    assert listed() == [role]
