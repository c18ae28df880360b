"""I8: what the API answers where the sandbox used to answer otherwise, or not at all."""

from __future__ import annotations

import json
from typing import Any

import pytest

from catalog.sandbox.servicecatalog.engines import notify_result
from catalog.sandbox.servicecatalog.operations import HANDLERS
from tests.contract.servicecatalog.conftest import ACCOUNT, TOPIC_TEMPLATE, World


def test_a_version_can_have_the_template_of_a_stack(world: World) -> None:
    stack = world.client("cloudformation").create_stack(
        StackName="there",
        TemplateBody=json.dumps(TOPIC_TEMPLATE),
        Parameters=[{"ParameterKey": "Name", "ParameterValue": "there"}],
    )["StackId"]
    product, _ = world.product()
    answer = world.catalog.create_provisioning_artifact(
        ProductId=product, Parameters={"Name": "2.0.0", "Info": {"ImportFromPhysicalId": stack}}
    )
    assert answer["Info"] == {"ImportFromPhysicalId": stack}
    version = answer["ProvisioningArtifactDetail"]["Id"]
    described = world.catalog.describe_provisioning_artifact(
        ProductId=product, ProvisioningArtifactId=version, Verbose=True, IncludeProvisioningArtifactParameters=True
    )
    assert json.loads(described["Info"]["CloudFormationTemplate"]) == TOPIC_TEMPLATE
    assert [each["ParameterKey"] for each in described["ProvisioningArtifactParameters"]] == ["Name", "Size", "Secret"]


@pytest.mark.parametrize(
    ("info", "words"),
    [
        ({"ImportFromPhysicalId": "there"}, "Invalid templateBody"),
        ({"ImportFromPhysicalId": f"arn:aws:cloudformation:us-east-1:{ACCOUNT}:stack/no/1"}, "Invalid templateBody"),
        ({"ImportFromPhysicalId": "x", "LoadTemplateFromURL": "https://x"}, "either LoadTemplateFromURL or"),
    ],
)
def test_a_template_that_is_nowhere_is_refused(world: World, info: dict[str, str], words: str) -> None:
    product, _ = world.product()
    with pytest.raises(world.catalog.exceptions.InvalidParametersException, match=words):
        world.catalog.create_provisioning_artifact(ProductId=product, Parameters={"Name": "2", "Info": info})


def test_a_tag_option_has_its_owner(world: World) -> None:
    option = world.catalog.create_tag_option(Key="k", Value="v")["TagOptionDetail"]
    assert option["Owner"] == ACCOUNT
    assert world.catalog.list_tag_options()["TagOptionDetails"] == [option]


def test_the_path_through_a_portfolio_that_the_product_has_left_is_invalid(scenario: Any) -> None:
    other = scenario.world.portfolio(scenario.product_id, name="Prod", principals=(scenario.role,))
    path = other.replace("port-", "lpv3-")
    scenario.world.catalog.disassociate_product_from_portfolio(ProductId=scenario.product_id, PortfolioId=other)
    with pytest.raises(scenario.user.exceptions.InvalidParametersException, match="Invalid PathId"):
        scenario.launch(PathId=path)


def test_the_parameters_of_a_launch_as_a_role_that_is_gone(scenario: Any) -> None:
    scenario.world.drop_role("launch")
    with pytest.raises(scenario.user.exceptions.ClientError, match=r"ValidationException.*assuming the role"):
        scenario.user.describe_provisioning_parameters(ProductId=scenario.product_id, ProvisioningArtifactName="1.0.0")


def test_provisioned_products_are_sorted_by_their_time(scenario: Any) -> None:
    for name in ("b", "a"):
        scenario.launch(name)
    answer = scenario.world.catalog.search_provisioned_products(SortBy="createdTime", SortOrder="DESCENDING")
    assert [each["Name"] for each in answer["ProvisionedProducts"]] == ["a", "b"]


def test_no_engine_can_end_the_launch_of_a_stack(scenario: Any) -> None:
    client = scenario.world.catalog
    names = [name for name, handler in HANDLERS.items() if handler is notify_result]
    assert len(names) == 3
    given = {"WorkflowToken": "dG9rZW4=", "Status": "FAILED", "FailureReason": "no", "IdempotencyToken": "t"}
    record = scenario.launch()["RecordId"]
    for method in (
        client.notify_provision_product_engine_workflow_result,
        client.notify_update_provisioned_product_engine_workflow_result,
        client.notify_terminate_provisioned_product_engine_workflow_result,
    ):
        with pytest.raises(client.exceptions.ResourceNotFoundException, match="Record not found: rec-no"):
            method(**given, RecordId="rec-no")
        with pytest.raises(client.exceptions.InvalidParametersException, match="is of a CFN_STACK"):
            method(**given, RecordId=record)
    assert client.describe_record(Id=record)["RecordDetail"]["Status"] != "FAILED"


@pytest.mark.parametrize("function", [{"Fn::If": ["A", "a", "b"]}, {"Condition": "A"}, {"Fn::Sub": "x"}])
def test_functions_that_rules_do_not_have_are_no_template(world: World, function: Any) -> None:
    rule = {"Assertions": [{"Assert": {"Fn::Equals": [function, "a"]}}]}
    template = {**TOPIC_TEMPLATE, "Rules": {"Named": rule}, "Conditions": {"A": {"Fn::Equals": ["a", "b"]}}}
    client = world.client("cloudformation")
    words = f"ValidationError.*{next(iter(function))} is not supported"
    with pytest.raises(client.exceptions.ClientError, match=words):
        client.validate_template(TemplateBody=json.dumps(template))


def test_portfolios_and_products_are_in_the_tagging_api(world: World) -> None:
    product, _ = world.product(Tags=[{"Key": "team", "Value": "one"}])
    portfolio = world.catalog.create_portfolio(
        DisplayName="p", ProviderName="us", Tags=[{"Key": "team", "Value": "two"}]
    )["PortfolioDetail"]["ARN"]
    client = world.client("resourcegroupstaggingapi")
    tagged = client.get_resources(TagFilters=[{"Key": "team"}])["ResourceTagMappingList"]
    assert {each["ResourceARN"].rpartition("/")[2] for each in tagged} == {product, portfolio.rpartition("/")[2]}
    (only,) = client.get_resources(ResourceTypeFilters=["catalog:portfolio"])["ResourceTagMappingList"]
    assert only == {"ResourceARN": portfolio, "Tags": [{"Key": "team", "Value": "two"}]}


def test_what_a_stack_does_not_have_is_absent(world: World) -> None:
    client = world.client("cloudformation")
    template = json.dumps({"Resources": {"T": {"Type": "AWS::SNS::Topic"}}})
    client.create_stack(StackName="plain", TemplateBody=template)
    client.create_stack(StackName="timed", TemplateBody=template, TimeoutInMinutes=7)
    plain, timed = (client.describe_stacks(StackName=name)["Stacks"][0] for name in ("plain", "timed"))
    assert not {"Outputs", "TimeoutInMinutes"} & plain.keys()
    assert timed["TimeoutInMinutes"] == 7


@pytest.mark.parametrize(
    "name", ["A-b", "a_b", "-ab", "ab-", "192.168.0.1", "xn--abc", "a..b", "ab-s3alias", "ab--ol-s3", "sthree-a"]
)
def test_names_that_s3_does_not_take(world: World, name: str) -> None:
    client = world.client("s3")
    with pytest.raises(client.exceptions.ClientError, match="InvalidBucketName"):
        client.create_bucket(Bucket=name)
    client.create_bucket(Bucket=f"good.{len(name)}-name")
