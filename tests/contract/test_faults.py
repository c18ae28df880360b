"""Fault injection and counting of calls, with a server of the sandbox."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

from catalog.sandbox.control import CALLS_PATH, FAULTS_PATH, LAUNCH_ROLES_PATH, RESET_PATH, TOKEN_HEADER
from catalog.sandbox.settings import settings

Client = Callable[..., Any]
TEMPLATE = '{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}'


def ask(url: str, method: str, path: str, body: object = None, **headers: str) -> tuple[int, Any]:
    data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(url + path, method=method, data=data, headers=headers)  # noqa: S310  # http
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310  # http
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


@pytest.fixture
def sandbox(served_url: str, no_latency: None) -> Iterator[str]:
    ask(served_url, "POST", RESET_PATH, **{TOKEN_HEADER: "token"})
    yield served_url
    ask(served_url, "DELETE", FAULTS_PATH)


@pytest.fixture
def client(sandbox: str) -> Client:
    def make(service: str = "servicecatalog", attempts: int = 1, region: str = "us-east-1") -> Any:
        config = Config(retries={"total_max_attempts": attempts, "mode": "standard"})
        keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
        return boto3.client(service, endpoint_url=sandbox, region_name=region, config=config, **keys)  # type: ignore[call-overload]

    return make


def fault(url: str, **members: Any) -> None:
    status, answer = ask(url, "POST", FAULTS_PATH, members)
    assert status == 200, answer


def new_portfolio(client: Any, name: str = "Dev") -> str:
    response = client.create_portfolio(DisplayName=name, ProviderName="p")
    return str(response["PortfolioDetail"]["Id"])


def names(client: Any) -> list[str]:
    return [portfolio["DisplayName"] for portfolio in client.list_portfolios()["PortfolioDetails"]]


def new_product(client: Client) -> str:
    s3 = client("s3")
    if not s3.list_buckets()["Buckets"]:
        s3.create_bucket(Bucket="templates")
    s3.put_object(Bucket="templates", Key="t.json", Body=TEMPLATE.encode())
    response = client().create_product(
        Name="Topic",
        Owner="security",
        ProductType="CLOUD_FORMATION_TEMPLATE",
        ProvisioningArtifactParameters={
            "Name": "1",
            "Info": {"LoadTemplateFromURL": "https://templates.s3.us-east-1.amazonaws.com/t.json"},
        },
    )
    return str(response["ProductViewDetail"]["ProductViewSummary"]["ProductId"])


def test_throttling_ends_after_the_given_number_of_calls(sandbox: str, client: Client) -> None:
    fault(sandbox, kind="error", operations=["CreatePortfolio"], calls=2)
    (listed,) = ask(sandbox, "GET", FAULTS_PATH)[1]["faults"]
    assert (listed["kind"], listed["code"], listed["calls"]) == ("error", "ThrottlingException", 2)
    assert names(client()) == []
    with pytest.raises(ClientError, match=r"ThrottlingException.*Rate exceeded"):
        new_portfolio(client())
    assert new_portfolio(client(attempts=2)).startswith("port-")
    assert names(client()) == ["Dev"]
    assert ask(sandbox, "GET", FAULTS_PATH)[1] == {"faults": []}


def test_a_rate_holds_for_each_operation_account_and_region(sandbox: str, client: Client) -> None:
    fault(sandbox, kind="rate", per_second=0.01, burst=2, operations=["CreatePortfolio"])
    hub = client()
    assert names(hub) == []
    for _ in range(2):
        new_portfolio(hub)
    for _ in range(2):
        with pytest.raises(ClientError, match=r"ThrottlingException.*Rate exceeded"):
            new_portfolio(hub)
    assert names(hub) == ["Dev", "Dev"]
    new_portfolio(client(region="eu-west-1"))
    assert ask(sandbox, "DELETE", FAULTS_PATH)[1] == {"faults": []}
    new_portfolio(hub)


def test_a_rate_fills_with_time(sandbox: str, client: Client) -> None:
    fault(sandbox, kind="rate", per_second=1000, operations=["CreatePortfolio"])
    hub = client()
    for _ in range(3):
        new_portfolio(hub)
        time.sleep(0.002)


@pytest.mark.parametrize(
    ("service", "operation", "request_"),
    [
        ("servicecatalog", "list_portfolios", {}),
        ("kms", "list_keys", {}),
        ("cloudformation", "describe_stacks", {}),
        ("s3", "list_objects_v2", {"Bucket": "any"}),
    ],
)
def test_each_protocol_gets_its_error_format(
    sandbox: str, client: Client, service: str, operation: str, request_: dict[str, str]
) -> None:
    fault(sandbox, kind="error", code="InvalidStateException", message="Not now & later")
    with pytest.raises(ClientError) as caught:
        getattr(client(service), operation)(**request_)
    assert caught.value.response["Error"] == {"Code": "InvalidStateException", "Message": "Not now & later"}


def test_a_client_crashes_after_its_second_change(sandbox: str, client: Client) -> None:
    fault(sandbox, kind="crash", after=2)
    catalog = client()
    new_portfolio(catalog, "First")
    assert names(catalog) == ["First"]
    with pytest.raises(ConnectionClosedError):
        new_portfolio(catalog, "Second")
    for call in (lambda: names(catalog), lambda: new_portfolio(catalog, "Third")):
        with pytest.raises(ConnectionClosedError):
            call()
    ask(sandbox, "DELETE", FAULTS_PATH)
    assert names(catalog) == ["First", "Second"]


def test_a_crash_can_drop_the_request_itself(sandbox: str, client: Client) -> None:
    fault(sandbox, kind="crash", after=1, applied=False)
    with pytest.raises(ConnectionClosedError):
        new_portfolio(client())
    ask(sandbox, "DELETE", FAULTS_PATH)
    assert names(client()) == []


def test_new_objects_appear_in_lists_after_the_lag(sandbox: str, client: Client) -> None:
    catalog = client()
    product_id, portfolio_id = new_product(client), new_portfolio(catalog)
    rules = '{"Rules": {"R": {"Assertions": [{"Assert": {"Fn::Equals": ["a", "a"]}}]}}}'
    constraint = {"PortfolioId": portfolio_id, "ProductId": product_id, "Type": "TEMPLATE", "Parameters": rules}
    fault(sandbox, kind="lag", seconds=60)
    catalog.associate_product_with_portfolio(PortfolioId=portfolio_id, ProductId=product_id)
    role = {"PrincipalARN": "arn:aws:iam::123456789012:role/dev", "PrincipalType": "IAM"}
    catalog.associate_principal_with_portfolio(PortfolioId=portfolio_id, **role)

    def seen() -> list[int]:
        return [
            len(catalog.search_products_as_admin()["ProductViewDetails"]),
            len(catalog.search_products_as_admin(PortfolioId=portfolio_id)["ProductViewDetails"]),
            len(catalog.list_portfolios_for_product(ProductId=product_id)["PortfolioDetails"]),
            len(catalog.list_principals_for_portfolio(PortfolioId=portfolio_id)["Principals"]),
        ]

    assert seen() == [0, 0, 0, 0]
    with pytest.raises(catalog.exceptions.ResourceNotFoundException, match="not associated"):
        catalog.create_constraint(**constraint)
    settings.ahead += 60
    assert seen() == [1, 1, 1, 1]
    catalog.create_constraint(**constraint)


def test_each_kind_of_object_appears_in_its_list_after_the_lag(sandbox: str, client: Client) -> None:
    catalog = client()
    portfolio_id, product_id = new_portfolio(catalog, "Old"), new_product(client)
    catalog.associate_product_with_portfolio(PortfolioId=portfolio_id, ProductId=product_id)
    settings.ahead += 60
    fault(sandbox, kind="lag", seconds=60)
    new = new_portfolio(catalog)
    catalog.create_constraint(
        PortfolioId=portfolio_id,
        ProductId=product_id,
        Type="NOTIFICATION",
        Parameters='{"NotificationArns": ["arn:aws:sns:us-east-1:123456789012:topic"]}',
    )
    template = {"Info": {"LoadTemplateFromURL": "https://templates.s3.us-east-1.amazonaws.com/t.json"}}
    catalog.create_provisioning_artifact(ProductId=product_id, Parameters={"Name": "2", **template})
    definition = {"Name": "AWS-RestartEC2Instance", "Version": "1"}
    catalog.create_service_action(Name="Restart", DefinitionType="SSM_AUTOMATION", Definition=definition)
    catalog.create_tag_option(Key="Environment", Value="dev")

    def listed() -> list[int]:
        return [
            len(catalog.list_portfolios()["PortfolioDetails"]),
            len(catalog.list_constraints_for_portfolio(PortfolioId=portfolio_id)["ConstraintDetails"]),
            len(catalog.list_provisioning_artifacts(ProductId=product_id)["ProvisioningArtifactDetails"]),
            len(catalog.list_service_actions()["ServiceActionSummaries"]),
            len(catalog.list_tag_options()["TagOptionDetails"]),
        ]

    assert listed() == [1, 0, 1, 0, 0]
    assert catalog.describe_portfolio(Id=new)["PortfolioDetail"]["Id"] == new
    settings.ahead += 60
    assert listed() == [2, 1, 2, 1, 1]


def test_calls_are_counted(sandbox: str, client: Client) -> None:
    catalog = client()
    ask(sandbox, "DELETE", CALLS_PATH)
    new_portfolio(catalog)
    names(catalog)
    names(catalog)
    client("s3").create_bucket(Bucket="templates")
    client("cloudformation").describe_stacks()
    client("sts").get_caller_identity()
    assert ask(sandbox, "GET", CALLS_PATH) == (
        200,
        {
            "calls": {
                "servicecatalog:CreatePortfolio": 1,
                "servicecatalog:ListPortfolios": 2,
                "s3:PutBucket": 1,
                "cloudformation:DescribeStacks": 1,
                "sts:GetCallerIdentity": 1,
            },
            "mutating": 2,
        },
    )
    ask(sandbox, "POST", RESET_PATH, **{TOKEN_HEADER: "token"})
    assert ask(sandbox, "GET", CALLS_PATH)[1] == {"calls": {}, "mutating": 0}


def test_a_reset_removes_faults(sandbox: str, client: Client) -> None:
    fault(sandbox, kind="error")
    ask(sandbox, "POST", RESET_PATH, **{TOKEN_HEADER: "token"})
    assert names(client()) == []


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"{", "not JSON"),
        ([], "kind must be one of error, rate, crash, share, lag"),
        ({"kind": "other"}, "kind must be one of"),
        ({"kind": "crash"}, "missing 1 required positional argument: 'after'"),
        ({"kind": "crash", "after": 0}, "after must be greater than 0, got 0"),
        ({"kind": "rate", "per_second": 0}, "per_second must be greater than 0, got 0"),
        ({"kind": "error", "calls": True}, "calls must be of type int, got True"),
        ({"kind": "error", "operations": "CreateProduct"}, "operations must be of type list"),
        ({"kind": "error", "operations": [1]}, "operations must be a list of strings"),
        ({"kind": "lag", "seconds": "1"}, "seconds must be of type int or float"),
        ({"kind": "share", "seconds": 1}, "unexpected keyword argument 'seconds'"),
    ],
)
def test_invalid_faults_are_refused(sandbox: str, body: object, text: str) -> None:
    status, answer = ask(sandbox, "POST", FAULTS_PATH, body)
    assert (status, ask(sandbox, "GET", FAULTS_PATH)[1]) == (400, {"faults": []})
    assert text in answer["message"]


def test_the_sandbox_reports_for_which_types_it_checks_launch_roles(sandbox: str, client: Client) -> None:
    iam = client("iam")
    trust = {"Effect": "Allow", "Principal": {"Service": "servicecatalog.amazonaws.com"}, "Action": "sts:AssumeRole"}
    policy = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    iam.create_role(RoleName="launch", AssumeRolePolicyDocument=json.dumps({"Statement": [trust]}))
    iam.put_role_policy(
        RoleName="launch", PolicyName="all", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [policy]})
    )
    catalog, product_id = client(), new_product(client)
    portfolio_id = new_portfolio(catalog)
    association = {"PortfolioId": portfolio_id, "ProductId": product_id}
    catalog.associate_product_with_portfolio(**association)
    caller = "arn:aws:iam::123456789012:user/moto"
    catalog.associate_principal_with_portfolio(PortfolioId=portfolio_id, PrincipalARN=caller, PrincipalType="IAM")
    catalog.create_constraint(Type="LAUNCH", Parameters='{"LocalRoleName": "launch"}', **association)
    asked = ask(sandbox, "GET", LAUNCH_ROLES_PATH)[1]
    assert asked["enforced"] is True
    assert asked["unchecked_types"] == []
    assert asked["checked_types"] == []
    catalog.provision_product(ProductId=product_id, ProvisioningArtifactName="1", ProvisionedProductName="mine")
    asked = ask(sandbox, "GET", LAUNCH_ROLES_PATH)[1]
    assert (asked["checked_types"], asked["unchecked_types"]) == (["AWS::SNS::Topic"], [])


def test_a_web_page_cannot_add_faults(sandbox: str) -> None:
    status, _ = ask(sandbox, "POST", FAULTS_PATH, {"kind": "error"}, Origin="https://example.com")
    assert (status, ask(sandbox, "GET", FAULTS_PATH)[1]) == (403, {"faults": []})
