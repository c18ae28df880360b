"""Shares with organization nodes: recipients, delays, and what is shared."""

from __future__ import annotations

import json
from typing import Any

import pytest

from catalog.sandbox import faults
from catalog.sandbox.servicecatalog.call import CREATION_SECONDS
from catalog.sandbox.servicecatalog.node_shares import ACTION_SECONDS, BUSY


@pytest.fixture
def shared(organization: Any) -> Any:
    """A portfolio with a product that is not shared yet, and the member account."""
    world = organization.world
    product_id, artifact_id = world.product()
    return world.portfolio(product_id), product_id, artifact_id, world.other_account(organization.member)


def unit(organization: Any) -> dict[str, str]:
    return {"Type": "ORGANIZATIONAL_UNIT", "Value": organization.unit}


def share(organization: Any, portfolio_id: str, node: dict[str, str] | None = None, **flags: bool) -> str:
    return str(
        organization.world.catalog.create_portfolio_share(
            PortfolioId=portfolio_id, OrganizationNode=node or unit(organization), **flags
        )["PortfolioShareToken"]
    )


def listed(world: Any, portfolio_id: str, kind: str) -> Any:
    return world.catalog.describe_portfolio_shares(PortfolioId=portfolio_id, Type=kind)["PortfolioShareDetails"]


def test_an_account_of_the_unit_has_the_portfolio_without_accepting(organization: Any, shared: Any) -> None:
    portfolio_id, product_id, _, member = shared
    world = organization.world
    token = share(organization, portfolio_id)
    status = world.catalog.describe_portfolio_share_status(PortfolioShareToken=token)
    assert token.startswith("share-")
    assert (status["Status"], status["PortfolioId"]) == ("COMPLETED", portfolio_id)
    assert status["OrganizationNodeValue"] == organization.unit
    assert status["ShareDetails"] == {"SuccessfulShares": [organization.member], "ShareErrors": []}
    (detail,) = listed(world, portfolio_id, "ORGANIZATIONAL_UNIT")
    assert (detail["PrincipalId"], detail["Accepted"]) == (organization.unit, True)
    assert listed(world, portfolio_id, "ORGANIZATION") == []
    (portfolio,) = member.catalog.list_accepted_portfolio_shares(PortfolioShareType="AWS_ORGANIZATIONS")[
        "PortfolioDetails"
    ]
    assert portfolio["Id"] == portfolio_id
    assert member.catalog.list_accepted_portfolio_shares()["PortfolioDetails"] == []
    (product,) = member.catalog.search_products_as_admin()["ProductViewDetails"]
    assert product["ProductViewSummary"]["ProductId"] == product_id
    with pytest.raises(member.catalog.exceptions.ResourceNotFoundException):
        member.catalog.update_portfolio(Id=portfolio_id, DisplayName="mine")
    outside = world.other_account(organization.account(organization.root, "sand"))
    with pytest.raises(outside.catalog.exceptions.ResourceNotFoundException):
        outside.catalog.describe_portfolio(Id=portfolio_id)


@pytest.mark.parametrize(
    ("kind", "listed_as"),
    [
        ("ACCOUNT", "ORGANIZATION_MEMBER_ACCOUNT"),
        ("ORGANIZATIONAL_UNIT", "ORGANIZATIONAL_UNIT"),
        ("ORGANIZATION", "ORGANIZATION"),
    ],
)
def test_each_kind_of_node(organization: Any, shared: Any, kind: str, listed_as: str) -> None:
    portfolio_id, *_, member = shared
    world = organization.world
    bare = {"ACCOUNT": organization.member, "ORGANIZATIONAL_UNIT": organization.unit, "ORGANIZATION": organization.id}
    arn = {"ORGANIZATIONAL_UNIT": organization.unit_arn}.get(kind, bare[kind])
    share(organization, portfolio_id, {"Type": kind, "Value": arn})
    assert [principal["PrincipalId"] for principal in listed(world, portfolio_id, listed_as)] == [bare[kind]]
    (node,) = world.catalog.list_organization_portfolio_access(PortfolioId=portfolio_id, OrganizationNodeType=kind)[
        "OrganizationNodes"
    ]
    assert node == {"Type": kind, "Value": bare[kind]}
    for parent in ({}, {"OrganizationParentId": bare[kind]}):
        accounts = world.catalog.list_portfolio_access(PortfolioId=portfolio_id, **parent)["AccountIds"]
        assert accounts == [organization.member]
    assert member.catalog.describe_portfolio(Id=portfolio_id)["PortfolioDetail"]["Id"] == portfolio_id


def test_one_action_at_a_time(organization: Any, shared: Any, knobs: Any) -> None:
    portfolio_id, *_, member = shared
    world, client = organization.world, organization.world.catalog
    knobs.latency = 100
    token = share(organization, portfolio_id)
    assert client.describe_portfolio_share_status(PortfolioShareToken=token)["Status"] == "NOT_STARTED"
    missing = member.catalog.exceptions.ResourceNotFoundException
    with pytest.raises(missing):
        member.catalog.describe_portfolio(Id=portfolio_id)
    busy = client.exceptions.InvalidStateException
    other = world.portfolio(name="Other")
    with pytest.raises(busy, match=BUSY):
        share(organization, other)
    with pytest.raises(busy, match=BUSY):
        client.delete_portfolio_share(PortfolioId=portfolio_id, OrganizationNode=unit(organization))
    with pytest.raises(busy, match="still being created"):
        client.update_portfolio_share(
            PortfolioId=portfolio_id, OrganizationNode=unit(organization), ShareTagOptions=True
        )
    knobs.ahead += ACTION_SECONDS * 50
    assert client.describe_portfolio_share_status(PortfolioShareToken=token)["Status"] == "IN_PROGRESS"
    knobs.ahead += ACTION_SECONDS * 50
    assert client.describe_portfolio_share_status(PortfolioShareToken=token)["Status"] == "COMPLETED"
    member.catalog.describe_portfolio(Id=portfolio_id)


def test_flags_change_only_by_an_update_and_after_a_delay(organization: Any, shared: Any, knobs: Any) -> None:
    portfolio_id, *_ = shared
    world = organization.world
    token = share(organization, portfolio_id)
    assert share(organization, portfolio_id, ShareTagOptions=True) == token
    assert listed(world, portfolio_id, "ORGANIZATIONAL_UNIT")[0]["ShareTagOptions"] is False
    knobs.latency = 100
    answer = world.catalog.update_portfolio_share(
        PortfolioId=portfolio_id, OrganizationNode=unit(organization), ShareTagOptions=True, SharePrincipals=True
    )
    assert answer["Status"] == "NOT_STARTED"
    assert listed(world, portfolio_id, "ORGANIZATIONAL_UNIT")[0]["ShareTagOptions"] is False
    knobs.ahead += ACTION_SECONDS * 100
    status = world.catalog.describe_portfolio_share_status(PortfolioShareToken=answer["PortfolioShareToken"])
    assert status["Status"] == "COMPLETED"
    (detail,) = listed(world, portfolio_id, "ORGANIZATIONAL_UNIT")
    assert (detail["ShareTagOptions"], detail["SharePrincipals"]) == (True, True)


def test_a_deleted_share_is_removed_from_its_accounts(organization: Any, shared: Any) -> None:
    portfolio_id, product_id, _, member = shared
    client = organization.world.catalog
    share(organization, portfolio_id)
    client.disassociate_product_from_portfolio(PortfolioId=portfolio_id, ProductId=product_id)
    with pytest.raises(client.exceptions.ResourceInUseException, match="Shares"):
        client.delete_portfolio(Id=portfolio_id)
    target = {"PortfolioId": portfolio_id, "OrganizationNode": unit(organization)}
    token = client.delete_portfolio_share(**target)["PortfolioShareToken"]
    assert client.describe_portfolio_share_status(PortfolioShareToken=token)["Status"] == "COMPLETED"
    assert listed(organization.world, portfolio_id, "ORGANIZATIONAL_UNIT") == []
    assert (
        member.catalog.list_accepted_portfolio_shares(PortfolioShareType="AWS_ORGANIZATIONS")["PortfolioDetails"] == []
    )
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.delete_portfolio_share(**target)
    with pytest.raises(client.exceptions.ResourceNotFoundException, match="share-gone"):
        client.describe_portfolio_share_status(PortfolioShareToken="share-gone")


def test_principals_come_with_the_share_if_it_shares_principals(organization: Any, shared: Any) -> None:
    portfolio_id, product_id, artifact_id, member = shared
    world = organization.world
    pattern = {"PrincipalARN": "arn:aws:iam:::role/dev-*", "PrincipalType": "IAM_PATTERN"}
    exact = {"PrincipalARN": world.role("dev-admin"), "PrincipalType": "IAM"}
    for principal in (pattern, exact):
        world.catalog.associate_principal_with_portfolio(PortfolioId=portfolio_id, **principal)
    world.role("launch")
    association = {"PortfolioId": portfolio_id, "ProductId": product_id}
    world.catalog.create_constraint(Type="LAUNCH", Parameters='{"LocalRoleName": "launch"}', **association)
    share(organization, portfolio_id)
    member.role("launch")
    user = member.client("servicecatalog", member.assume(member.role("dev-team")))
    assert user.search_products()["ProductViewSummaries"] == []
    assert member.catalog.list_principals_for_portfolio(PortfolioId=portfolio_id)["Principals"] == []
    world.catalog.update_portfolio_share(
        PortfolioId=portfolio_id, OrganizationNode=unit(organization), SharePrincipals=True
    )
    assert member.catalog.list_principals_for_portfolio(PortfolioId=portfolio_id)["Principals"] == [pattern]
    record = user.provision_product(
        ProductId=product_id,
        ProvisioningArtifactId=artifact_id,
        ProvisionedProductName="mine",
        ProvisioningParameters=[{"Key": "Name", "Value": "events"}],
    )["RecordDetail"]
    assert record["LaunchRoleArn"] == f"arn:aws:iam::{organization.member}:role/launch"
    outputs = user.describe_record(Id=record["RecordId"])["RecordOutputs"]
    assert f":{organization.member}:events" in outputs[1]["OutputValue"]
    stranger = member.client("servicecatalog", member.assume(member.role("ops-team")))
    with pytest.raises(stranger.exceptions.ResourceNotFoundException, match="No launch paths"):
        stranger.list_launch_paths(ProductId=product_id)


def test_tag_options_come_with_the_share_if_it_shares_tag_options(organization: Any, shared: Any) -> None:
    portfolio_id, product_id, artifact_id, member = shared
    client = organization.world.catalog
    option = client.create_tag_option(Key="Environment", Value="dev")["TagOptionDetail"]["Id"]
    client.associate_tag_option_with_resource(ResourceId=portfolio_id, TagOptionId=option)
    share(organization, portfolio_id, ShareTagOptions=True)
    role = member.role("dev")
    member.catalog.associate_principal_with_portfolio(PortfolioId=portfolio_id, PrincipalARN=role, PrincipalType="IAM")
    user = member.client("servicecatalog", member.assume(role))
    asked = user.describe_provisioning_parameters(ProductId=product_id, ProvisioningArtifactId=artifact_id)
    assert asked["TagOptions"] == [{"Key": "Environment", "Values": ["dev"]}]


@pytest.mark.parametrize("part", [False, True])
def test_a_failed_share_stays_unusable_until_it_is_created_again(organization: Any, shared: Any, *, part: bool) -> None:
    portfolio_id, *_, member = shared
    client = organization.world.catalog
    second = organization.account(organization.unit, "test")
    faults.add(json.dumps({"kind": "share", "accounts": [organization.member] if part else []}).encode())
    token = share(organization, portfolio_id)
    status = client.describe_portfolio_share_status(PortfolioShareToken=token)
    failed = [organization.member] if part else [organization.member, second]
    assert status["Status"] == ("COMPLETED_WITH_ERRORS" if part else "ERROR")
    assert status["ShareDetails"]["ShareErrors"] == [
        {"Accounts": failed, "Message": "Rate exceeded", "Error": "ThrottlingException"}
    ]
    assert status["ShareDetails"]["SuccessfulShares"] == ([second] if part else [])
    assert len(listed(organization.world, portfolio_id, "ORGANIZATIONAL_UNIT")) == 1
    target = {"PortfolioId": portfolio_id, "OrganizationNode": unit(organization)}
    assert share(organization, portfolio_id) == token
    client.update_portfolio_share(**target, ShareTagOptions=True)
    missing = member.catalog.exceptions.ResourceNotFoundException
    with pytest.raises(missing):
        member.catalog.describe_portfolio(Id=portfolio_id)
    client.delete_portfolio_share(**target)
    share(organization, portfolio_id)
    member.catalog.describe_portfolio(Id=portfolio_id)


def test_an_update_can_fail_for_some_accounts(organization: Any, shared: Any) -> None:
    portfolio_id, *_ = shared
    client = organization.world.catalog
    share(organization, portfolio_id)
    faults.add(json.dumps({"kind": "share"}).encode())
    target = {"PortfolioId": portfolio_id, "OrganizationNode": unit(organization)}
    token = client.update_portfolio_share(**target, ShareTagOptions=True)["PortfolioShareToken"]
    status = client.describe_portfolio_share_status(PortfolioShareToken=token)
    assert (status["Status"], status["ShareDetails"]["ShareErrors"][0]["Accounts"]) == ("ERROR", [organization.member])


def test_shares_follow_the_organization_while_it_is_trusted(organization: Any, shared: Any) -> None:
    portfolio_id, *_ = shared
    world = organization.world
    share(organization, portfolio_id)
    client = world.client("organizations")
    nested = client.create_organizational_unit(ParentId=organization.unit, Name="below")["OrganizationalUnit"]["Id"]
    late = organization.account(nested, "late")
    assert set(world.catalog.list_portfolio_access(PortfolioId=portfolio_id)["AccountIds"]) == {
        organization.member,
        late,
    }
    world.catalog.disable_aws_organizations_access()
    assert world.catalog.get_aws_organizations_access_status()["AccessStatus"] == "DISABLED"
    client.move_account(AccountId=late, SourceParentId=nested, DestinationParentId=organization.root)
    assert late in world.catalog.list_portfolio_access(PortfolioId=portfolio_id)["AccountIds"]
    with pytest.raises(world.catalog.exceptions.OperationNotSupportedException, match="AWSOrganizationsAccess"):
        share(organization, world.portfolio(name="Other"))
    world.catalog.enable_aws_organizations_access()
    assert world.catalog.list_portfolio_access(PortfolioId=portfolio_id)["AccountIds"] == [organization.member]


def test_a_delegated_administrator_shares_until_it_is_deregistered(organization: Any, shared: Any) -> None:
    *_, member = shared
    world = organization.world
    delegate = organization.account(organization.root, "delegate")
    admin = world.other_account(delegate)
    port = admin.portfolio()
    node = unit(organization)
    refused = admin.catalog.exceptions.OperationNotSupportedException
    with pytest.raises(refused, match="delegated administrators"):
        admin.catalog.create_portfolio_share(PortfolioId=port, OrganizationNode=node)
    registration = {"AccountId": delegate, "ServicePrincipal": "servicecatalog.amazonaws.com"}
    world.client("organizations").register_delegated_administrator(**registration)
    admin.catalog.create_portfolio_share(PortfolioId=port, OrganizationNode=node)
    member.catalog.describe_portfolio(Id=port)
    with pytest.raises(refused):
        admin.catalog.enable_aws_organizations_access()
    with pytest.raises(world.catalog.exceptions.InvalidStateException, match="delegated administrators"):
        world.catalog.disable_aws_organizations_access()
    world.client("organizations").deregister_delegated_administrator(**registration)
    with pytest.raises(member.catalog.exceptions.ResourceNotFoundException):
        member.catalog.describe_portfolio(Id=port)
    assert listed(admin, port, "ORGANIZATIONAL_UNIT") == []


def test_access_is_under_change_for_a_short_time(world: Any, knobs: Any) -> None:
    missing = world.catalog.exceptions.ResourceNotFoundException
    with pytest.raises(missing, match="not a member of an organization"):
        world.catalog.get_aws_organizations_access_status()
    world.client("organizations").create_organization()
    assert world.catalog.get_aws_organizations_access_status()["AccessStatus"] == "DISABLED"
    knobs.latency = 100
    world.catalog.enable_aws_organizations_access()
    assert world.catalog.get_aws_organizations_access_status()["AccessStatus"] == "UNDER_CHANGE"
    knobs.ahead += CREATION_SECONDS * 100
    assert world.catalog.get_aws_organizations_access_status()["AccessStatus"] == "ENABLED"


def test_shares_of_the_organization_can_be_rejected_and_accepted(organization: Any, shared: Any) -> None:
    portfolio_id, *_, member = shared
    share(organization, portfolio_id)
    client = member.catalog
    missing = client.exceptions.ResourceNotFoundException
    client.accept_portfolio_share(PortfolioId=portfolio_id, PortfolioShareType="AWS_ORGANIZATIONS")
    for kind in ({}, {"PortfolioShareType": "AWS_SERVICECATALOG"}):
        with pytest.raises(missing, match=f"Portfolio not found: {portfolio_id}"):
            client.accept_portfolio_share(PortfolioId=portfolio_id, **kind)
    client.reject_portfolio_share(PortfolioId=portfolio_id, PortfolioShareType="AWS_ORGANIZATIONS")
    with pytest.raises(missing):
        client.describe_portfolio(Id=portfolio_id)
    client.accept_portfolio_share(PortfolioId=portfolio_id, PortfolioShareType="AWS_ORGANIZATIONS")
    client.describe_portfolio(Id=portfolio_id)
    with pytest.raises(missing):
        client.accept_portfolio_share(PortfolioId="port-gone", PortfolioShareType="AWS_ORGANIZATIONS")


@pytest.mark.parametrize(
    ("request_", "text"),
    [
        ({"Type": "ORGANIZATIONAL_UNIT", "Value": "ou-aaaa-bbbbbbbb"}, "not a node"),
        ({"Type": "ORGANIZATION", "Value": "ou-aaaa-bbbbbbbb"}, "Value of such a node"),
        ({"Value": "123456789012"}, "no Type"),
    ],
)
def test_invalid_nodes_are_refused(organization: Any, request_: Any, text: str) -> None:
    client = organization.world.catalog
    with pytest.raises(client.exceptions.InvalidParametersException, match=text):
        share(organization, organization.world.portfolio(), request_)


def test_parameters_that_do_not_fit_the_recipient_are_refused(organization: Any) -> None:
    client, portfolio_id = organization.world.catalog, organization.world.portfolio()
    invalid = client.exceptions.InvalidParametersException
    member = {"Type": "ACCOUNT", "Value": organization.member}
    with pytest.raises(invalid, match="SharePrincipals"):
        share(organization, portfolio_id, member, SharePrincipals=True)
    with pytest.raises(invalid, match="but not both"):
        client.create_portfolio_share(PortfolioId=portfolio_id, AccountId=organization.member, OrganizationNode=member)
