"""Failures inside a call end as a failed record or a typed error, and the sandbox still works."""

from __future__ import annotations

import base64
import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from catalog.sandbox.cloudformation import handlers
from catalog.sandbox.cloudformation.handlers.base import LiveResource, Properties, ResourceHandler, StackContext
from catalog.sandbox.servicecatalog.operations import HANDLERS
from tests.contract.servicecatalog.conftest import trust_policy

NAME = [{"Key": "Name", "Value": "events"}]
BROKEN = "AWS::Test::Broken"
ALIAS = {"Type": "AWS::KMS::Alias", "Properties": {"AliasName": "alias/x", "TargetKeyId": "none"}}


class BrokenHandler(ResourceHandler):
    """A resource type whose creation raises an unexpected error."""

    type_name = BROKEN

    def create(self, context: StackContext, properties: Properties) -> LiveResource:
        raise RuntimeError(context.logical_id)

    def update(self, context: StackContext, live: LiveResource, old: Properties, new: Properties) -> LiveResource:
        raise RuntimeError(context.logical_id)

    def delete(self, context: StackContext, live: LiveResource, properties: Properties) -> None:
        raise RuntimeError(context.logical_id)

    def attribute(self, context: StackContext, live: LiveResource, name: str) -> object:
        raise RuntimeError(name)


@pytest.fixture
def broken_type(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(handlers.OWN, BROKEN, BrokenHandler())
    handlers.find_handler.cache_clear()
    yield
    handlers.find_handler.cache_clear()


@pytest.fixture
def scenario(world: Any) -> Scenario:
    return Scenario(world)


class Scenario:
    """Products, each in its own portfolio, and a user who may launch them."""

    def __init__(self, world: Any) -> None:
        self.world = world
        self.role = world.role("dev")
        self.user = world.client("servicecatalog", world.assume(self.role))

    def offer(self, template: object | None = None, launch_role: str = "") -> dict[str, str]:
        product_id, artifact_id = self.world.product(**({} if template is None else {"template": template}))
        portfolio_id = self.world.portfolio(product_id, principals=(self.role,))
        if launch_role:
            self.world.catalog.create_constraint(
                PortfolioId=portfolio_id,
                ProductId=product_id,
                Type="LAUNCH",
                Parameters=json.dumps({"LocalRoleName": launch_role}),
            )
        return {"ProductId": product_id, "ProvisioningArtifactId": artifact_id}

    def launch(self, product: dict[str, str], parameters: Any = (), name: str = "mine", **more: Any) -> Any:
        record = self.user.provision_product(
            ProvisionedProductName=name, ProvisioningParameters=list(parameters), **product, **more
        )["RecordDetail"]
        return self.user.describe_record(Id=record["RecordId"])["RecordDetail"]

    def names(self) -> list[str]:
        return [item["Name"] for item in self.user.search_provisioned_products()["ProvisionedProducts"]]

    def stacks(self) -> list[str]:
        """The statuses of the stacks; also calls ListStacks, which must succeed."""
        formation = self.world.client("cloudformation")
        formation.list_stacks()
        return [stack["StackStatus"] for stack in formation.describe_stacks()["Stacks"]]


def refused_parameter(scenario: Scenario) -> Any:
    return scenario.launch(scenario.offer(), [{"Key": "Name", "Value": "UPPER"}])


def refused_rule(scenario: Scenario) -> Any:
    return scenario.launch(scenario.offer(), [{"Key": "Name", "Value": "forbidden"}])


def failed_resource(scenario: Scenario) -> Any:
    return scenario.launch(scenario.offer({"Resources": {"Alias": ALIAS}}))


def broken_resource(scenario: Scenario) -> Any:
    return scenario.launch(scenario.offer({"Resources": {"Broken": {"Type": BROKEN}}}))


def role_without_trust(scenario: Scenario) -> Any:
    scenario.world.client("iam").create_role(RoleName="launch", AssumeRolePolicyDocument="{}")
    return scenario.launch(scenario.offer(launch_role="launch"), NAME)


def role_with_unreadable_trust(scenario: Scenario) -> Any:
    scenario.world.client("iam").create_role(RoleName="launch", AssumeRolePolicyDocument='"x"')
    return scenario.launch(scenario.offer(launch_role="launch"), NAME)


FAILURES = (
    refused_parameter,
    refused_rule,
    failed_resource,
    broken_resource,
    role_without_trust,
    role_with_unreadable_trust,
)


@pytest.mark.usefixtures("broken_type")
@pytest.mark.parametrize("fail", FAILURES)
def test_all_operations_work_after_a_failed_launch(scenario: Scenario, fail: Callable[[Scenario], Any]) -> None:
    record = fail(scenario)
    assert (record["Status"], len(record["RecordErrors"])) == ("FAILED", 1)
    assert scenario.names() == ["mine"]
    provisioned = scenario.user.describe_provisioned_product(Name="mine")["ProvisionedProductDetail"]
    assert (provisioned["Status"], provisioned["LastRecordId"]) == ("ERROR", record["RecordId"])
    assert not {"CREATE_COMPLETE"} & set(scenario.stacks())
    scenario.user.scan_provisioned_products()
    scenario.user.list_record_history()


def test_an_unexpected_error_in_a_launch_ends_as_a_failed_record(scenario: Scenario) -> None:
    record = role_with_unreadable_trust(scenario)
    assert record["RecordErrors"] == [{"Code": "InternalFailure", "Description": "Internal Failure"}]
    scenario.user.terminate_provisioned_product(ProvisionedProductName="mine")
    assert (scenario.names(), scenario.stacks()) == ([], [])


def test_unexpected_errors_in_an_update_and_a_deletion(scenario: Scenario) -> None:
    scenario.world.role("launch")
    product = scenario.offer(launch_role="launch")
    assert scenario.launch(product, NAME)["Status"] == "SUCCEEDED"
    iam = scenario.world.client("iam")
    scenario.world.drop_role("launch")
    iam.create_role(RoleName="launch", AssumeRolePolicyDocument="[1]")
    scenario.world.allow("launch", {"Effect": "Allow", "Action": ["cloudformation:*", "sns:*"], "Resource": "*"})
    record = scenario.user.update_provisioned_product(
        ProvisionedProductName="mine", ProvisioningParameters=[{"Key": "Name", "Value": "other"}]
    )["RecordDetail"]
    end = scenario.user.terminate_provisioned_product(ProvisionedProductName="mine")["RecordDetail"]
    for each in (record, end):
        assert scenario.user.describe_record(Id=each["RecordId"])["RecordDetail"]["Status"] == "FAILED"
    assert scenario.user.describe_provisioned_product(Name="mine")["ProvisionedProductDetail"]["Status"] == "ERROR"
    iam.update_assume_role_policy(
        RoleName="launch", PolicyDocument=trust_policy(Service="servicecatalog.amazonaws.com")
    )
    scenario.user.terminate_provisioned_product(ProvisionedProductName="mine")
    assert (scenario.names(), scenario.stacks()) == ([], [])


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ([{"Value": "events"}], "must have a Key"),
        ([*NAME, {}], "must have a Key"),
        ([*NAME, *NAME], "Duplicate keys in ProvisioningParameters: Name"),
    ],
)
def test_parameters_without_a_key_or_with_a_repeated_key_are_refused(
    scenario: Scenario, parameters: Any, message: str
) -> None:
    product = scenario.offer()
    invalid = scenario.user.exceptions.InvalidParametersException
    with pytest.raises(invalid, match=message):
        scenario.launch(product, parameters)
    assert (scenario.names(), scenario.stacks()) == ([], [])
    assert scenario.launch(product, NAME)["Status"] == "SUCCEEDED"
    with pytest.raises(invalid, match=message):
        scenario.user.update_provisioned_product(ProvisionedProductName="mine", ProvisioningParameters=parameters)


def test_a_repeated_tag_key_is_refused(scenario: Scenario) -> None:
    tags = [{"Key": "Team", "Value": "a"}, {"Key": "Team", "Value": "b"}]
    product, invalid = scenario.offer(), scenario.user.exceptions.InvalidParametersException
    with pytest.raises(invalid, match="Duplicate tag key: Team"):
        scenario.launch(product, NAME, Tags=tags)
    assert (scenario.names(), scenario.stacks()) == ([], [])
    with pytest.raises(scenario.world.catalog.exceptions.InvalidParametersException, match="Duplicate tag key: Team"):
        scenario.world.catalog.create_portfolio(DisplayName="d", ProviderName="p", Tags=tags)


def crafted(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


@pytest.mark.parametrize("start", ["Infinity", "NaN", "-1", "1.0", "true", '"1"', "null", "[1]"])
def test_a_page_token_with_an_invalid_start_is_refused(world: Any, start: str) -> None:
    for number in range(3):
        world.portfolio(name=f"p{number}")
    token = world.catalog.list_portfolios(PageSize=1)["NextPageToken"]
    fingerprint = json.loads(base64.urlsafe_b64decode(token))["for"]
    with pytest.raises(world.catalog.exceptions.InvalidParametersException, match="Invalid page token"):
        world.catalog.list_portfolios(PageSize=1, PageToken=crafted(f'{{"for": "{fingerprint}", "from": {start}}}'))


@pytest.mark.parametrize("text", ["[" * 1500, '{"for": 1, "from": Infinity}', "[]", '"x"', "1", "{}"])
def test_an_unknown_page_token_is_refused(world: Any, text: str) -> None:
    with pytest.raises(world.catalog.exceptions.InvalidParametersException, match="Invalid page token"):
        world.catalog.list_portfolios(PageToken=crafted(text))


def test_two_callers_can_use_the_same_token(scenario: Scenario) -> None:
    product = scenario.offer()
    other = scenario.world.role("other")
    portfolio_id = scenario.world.portfolio(product["ProductId"], name="Other", principals=(other,))
    client = scenario.world.client("servicecatalog", scenario.world.assume(other))
    mine = scenario.launch(product, NAME, ProvisionToken="once")
    parameters = [{"Key": "Name", "Value": "theirs"}]
    theirs = client.provision_product(
        ProvisionedProductName="theirs", ProvisioningParameters=parameters, ProvisionToken="once", **product
    )["RecordDetail"]
    assert mine["RecordId"] != theirs["RecordId"]
    assert theirs["PathId"] == portfolio_id.replace("port-", "lpv3-")


def test_a_record_never_ends_before_it_starts(scenario: Scenario) -> None:
    product = scenario.offer()
    for number in range(5):
        record = scenario.launch(product, [{"Key": "Name", "Value": "e" * (number + 1)}], name=f"n{number}")
        assert record["CreatedTime"] <= record["UpdatedTime"]


def test_an_id_is_neither_a_name_nor_an_arn(scenario: Scenario) -> None:
    scenario.launch(scenario.offer(), NAME)
    provisioned = scenario.user.describe_provisioned_product(Name="mine")["ProvisionedProductDetail"]
    assert scenario.user.describe_provisioned_product(Id=provisioned["Id"])["ProvisionedProductDetail"] == provisioned
    refusals = (
        ("Id", "mine", "NotFound"),
        ("Id", provisioned["Arn"], "ValidationException"),
        ("Name", provisioned["Id"], "NotFound"),
    )
    for key, wanted, code in refusals:
        with pytest.raises(scenario.user.exceptions.ClientError, match=code):
            scenario.user.describe_provisioned_product(**{key: wanted})


def test_a_launch_role_of_an_unknown_partition(scenario: Scenario) -> None:
    product_id = scenario.offer()["ProductId"]
    portfolio_id = scenario.world.portfolio(product_id, name="Second")
    with pytest.raises(scenario.world.catalog.exceptions.InvalidParametersException, match="profile does not exist"):
        scenario.world.catalog.create_constraint(
            PortfolioId=portfolio_id,
            ProductId=product_id,
            Type="LAUNCH",
            Parameters=json.dumps({"RoleArn": "arn:mars:iam::123456789012:role/launch"}),
        )


def post(url: str, body: bytes = b"{}", region: str = "us-east-1") -> tuple[int, dict[str, str]]:
    """The status and the JSON body of a ListPortfolios request that is built by hand."""
    headers = {
        "X-Amz-Target": "AWS242ServiceCatalogService.ListPortfolios",
        "Content-Type": "application/x-amz-json-1.1",
        "Authorization": f"AWS4-HMAC-SHA256 Credential=a/20260101/{region}/servicecatalog/aws4_request, x",
    }
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers)) as answer:  # noqa: S310  # http
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


@pytest.mark.parametrize("region", ["xx-fake-1", "ap-southeast-7", "us-iso-east-1", "eusc-de-east-1", "mars-1"])
def test_an_unknown_region_is_refused(world: Any, region: str) -> None:
    status, answer = post(world.url, region=region)
    assert (status, answer["__type"]) == (400, "UnrecognizedClientException")
    assert region in answer["message"]
    with pytest.raises(world.catalog.exceptions.ClientError, match="UnrecognizedClientException"):
        world.client("servicecatalog", region=region).list_portfolios()


@pytest.mark.parametrize("body", [b"\xff\xfe{}", b"\x80", "{}".encode("utf-16"), b"not json", b"[1]", b"[" * 5000])
def test_a_body_that_is_not_a_json_object_is_refused(world: Any, body: bytes) -> None:
    status, answer = post(world.url, body)
    assert (status, answer["__type"]) == (400, "SerializationException")


def test_an_internal_error_is_returned_as_json(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(HANDLERS, "ListPortfolios", lambda call: {"PortfolioDetails": call.no_such_member})
    status, answer = post(world.url)
    assert (status, answer["__type"]) == (500, "InternalFailure")
    assert "ListPortfolios" in answer["message"]
    assert "AttributeError" in answer["message"]


def test_a_pattern_with_many_stars_does_not_block_the_sandbox(scenario: Scenario) -> None:
    role = scenario.world.role("a" * 60)
    product_id = scenario.offer()["ProductId"]
    portfolio_id = scenario.world.portfolio(product_id, name="Stars")
    scenario.world.catalog.associate_principal_with_portfolio(
        PortfolioId=portfolio_id, PrincipalARN="arn:aws:iam:::role/" + "*a" * 25 + "*b", PrincipalType="IAM_PATTERN"
    )
    client = scenario.world.client("servicecatalog", scenario.world.assume(role))
    with pytest.raises(client.exceptions.ResourceNotFoundException, match="No launch paths"):
        client.list_launch_paths(ProductId=product_id)
