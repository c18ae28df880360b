"""Launches: stacks, records, versions, paths, roles, TagOptions and parameters."""

from __future__ import annotations

import json
from typing import Any

import pytest

from catalog.sandbox import custom_answers
from catalog.testing.stubs import StubbedResource, StubServer
from tests.contract.servicecatalog.conftest import PARAMETERS


def test_a_launch_creates_a_stack(scenario: Any) -> None:
    record = scenario.launch()
    assert (record["Status"], record["RecordType"], record["RecordErrors"]) == ("CREATED", "PROVISION_PRODUCT", [])
    assert record["LaunchRoleArn"] == scenario.launch_role
    answer = scenario.record(record)
    assert answer["RecordDetail"]["Status"] == "SUCCEEDED"
    stack = scenario.stack()
    assert answer["RecordOutputs"] == [
        {
            "OutputKey": "CloudformationStackARN",
            "OutputValue": stack["StackId"],
            "Description": "The ARN of the launched Cloudformation Stack",
        },
        {
            "OutputKey": "TopicArn",
            "OutputValue": "arn:aws:sns:us-east-1:123456789012:events",
            "Description": "The topic",
        },
    ]
    provisioned = scenario.provisioned()
    assert (provisioned["Status"], provisioned["Type"], provisioned["ProductId"]) == (
        "AVAILABLE",
        "CFN_STACK",
        scenario.product_id,
    )
    assert provisioned["Arn"] == f"arn:aws:servicecatalog:us-east-1:123456789012:stack/mine/{provisioned['Id']}"
    assert provisioned["LastRecordId"] == provisioned["LastSuccessfulProvisioningRecordId"] == record["RecordId"]
    assert scenario.topics() == ["events"]
    outputs = scenario.user.get_provisioned_product_outputs(ProvisionedProductName="mine", OutputKeys=["TopicArn"])
    assert [item["OutputKey"] for item in outputs["Outputs"]] == ["TopicArn"]


def test_the_stack_carries_auto_tags(scenario: Any) -> None:
    scenario.launch(Tags=[{"Key": "Team", "Value": "payments"}])
    tags = {tag["Key"]: tag["Value"] for tag in scenario.stack()["Tags"]}
    account = "us-east-1:123456789012"
    assert tags == {
        "Team": "payments",
        "aws:servicecatalog:productArn": f"arn:aws:catalog:{account}:product/{scenario.product_id}",
        "aws:servicecatalog:portfolioArn": f"arn:aws:catalog:{account}:portfolio/{scenario.portfolio_id}",
        "aws:servicecatalog:provisionedProductArn": scenario.provisioned()["Arn"],
        "aws:servicecatalog:provisioningPrincipalArn": "arn:aws:sts::123456789012:assumed-role/dev/session",
        "aws:servicecatalog:provisioningArtifactIdentifier": scenario.artifact_id,
    }
    assert scenario.stack()["RoleARN"] == scenario.launch_role
    (attribute,) = scenario.user.search_provisioned_products()["ProvisionedProducts"]
    assert {tag["Key"]: tag["Value"] for tag in attribute["Tags"]} == tags
    assert (attribute["UserArn"], attribute["PhysicalId"]) == (scenario.role, scenario.stack()["StackId"])


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ([], "Parameters: [Name] must have values"),
        ([*PARAMETERS, {"Key": "Nope", "Value": "1"}], "Parameters: [Nope] do not exist in the template"),
        ([{"Key": "Name", "Value": "UPPER"}], "lower case only"),
        ([{"Key": "Name", "Value": "forbidden"}], "This name is forbidden"),
    ],
)
def test_a_refusal_of_cloudformation_fails_the_record_not_the_call(
    scenario: Any, parameters: Any, message: str
) -> None:
    record = scenario.launch(parameters=parameters)
    assert record["Status"] == "CREATED"
    detail = scenario.record(record)["RecordDetail"]
    assert detail["Status"] == "FAILED"
    assert message in detail["RecordErrors"][0]["Description"]
    provisioned = scenario.provisioned()
    assert provisioned["Status"] == "ERROR"
    assert provisioned["StatusMessage"].startswith("AmazonCloudFormationException  ")
    assert (
        "(Service: AmazonCloudFormation; Status Code: 400; Error Code: ValidationError; Request ID: "
        in (provisioned["StatusMessage"])
    )
    assert message in provisioned["StatusMessage"]
    assert "LastSuccessfulProvisioningRecordId" not in provisioned
    scenario.terminate()
    with pytest.raises(scenario.user.exceptions.ResourceNotFoundException, match="Provisioned product not found: mine"):
        scenario.provisioned()


def test_rules_of_template_constraints_apply(scenario: Any) -> None:
    denied = {"Assertions": [{"Assert": {"Fn::Equals": [{"Ref": "Name"}, "prod"]}, "AssertDescription": "prod only"}]}
    scenario.constrain("TEMPLATE", {"Rules": {"NotForbidden": denied}})
    instructions = describe(scenario)["UsageInstructions"]
    rules = json.loads(next(item["Value"] for item in instructions if item["Type"] == "rules"))
    assert len(rules) == 2
    for name, status, text in (("events", "FAILED", "prod only"), ("prod", "SUCCEEDED", "")):
        record = scenario.launch(name=name, parameters=[{"Key": "Name", "Value": name}])
        detail = scenario.record(record)["RecordDetail"]
        assert detail["Status"] == status
        assert text in json.dumps(detail["RecordErrors"])
    scenario.launch(name="other", parameters=[{"Key": "Name", "Value": "forbidden"}])
    assert "This name is forbidden" in scenario.provisioned("other")["StatusMessage"]


def test_a_failed_resource_rolls_back_with_a_reason(scenario: Any) -> None:
    template = {
        "Resources": {
            "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "first"}},
            "Key": {
                "Type": "AWS::KMS::Alias",
                "DependsOn": "Topic",
                "Properties": {"AliasName": "alias/x", "TargetKeyId": "00000000-0000-0000-0000-000000000000"},
            },
        }
    }
    answer = scenario.record(scenario.launch(parameters=[], ProvisioningArtifactId=scenario.version(template)))
    assert answer["RecordDetail"]["Status"] == "FAILED"
    assert answer["RecordDetail"]["RecordErrors"][0]["Description"] == scenario.provisioned()["StatusMessage"]
    assert "Key" in scenario.provisioned()["StatusMessage"]
    assert [item["OutputKey"] for item in answer["RecordOutputs"]] == ["CloudformationStackARN"]
    assert scenario.stack()["StackStatus"] == "ROLLBACK_COMPLETE"
    assert scenario.topics() == []


def test_names_of_provisioned_products_are_unique(scenario: Any) -> None:
    scenario.launch()
    with pytest.raises(
        scenario.user.exceptions.InvalidParametersException, match=r"A stack named mine already exists\."
    ):
        scenario.launch()


def test_deprecated_versions_can_be_updated_to_but_not_launched(scenario: Any) -> None:
    scenario.launch()
    scenario.admin.update_provisioning_artifact(
        ProductId=scenario.product_id, ProvisioningArtifactId=scenario.artifact_id, Guidance="DEPRECATED"
    )
    with pytest.raises(scenario.user.exceptions.InvalidParametersException, match="is deprecated"):
        scenario.launch("other")
    changed = [{"Key": "Name", "UsePreviousValue": True}, {"Key": "Size", "Value": "4"}]
    assert scenario.record(scenario.update(ProvisioningParameters=changed))["RecordDetail"]["Status"] == "SUCCEEDED"
    scenario.admin.update_provisioning_artifact(
        ProductId=scenario.product_id, ProvisioningArtifactId=scenario.artifact_id, Active=False
    )
    for operation in (lambda: scenario.launch("other"), scenario.update):
        with pytest.raises(scenario.user.exceptions.InvalidParametersException, match="is not active"):
            operation()


def test_products_versions_and_paths_can_be_named(scenario: Any) -> None:
    record = scenario.user.provision_product(
        ProductName="Topic",
        ProvisioningArtifactName="1.0.0",
        PathName="Dev",
        ProvisionedProductName="mine",
        ProvisioningParameters=PARAMETERS,
    )["RecordDetail"]
    assert (record["ProductId"], record["ProvisioningArtifactId"]) == (scenario.product_id, scenario.artifact_id)
    with pytest.raises(scenario.user.exceptions.ResourceNotFoundException, match="does not exist or access was denied"):
        scenario.admin.provision_product(
            ProductName="Topic", ProvisioningArtifactName="1.0.0", ProvisionedProductName="other"
        )
    with pytest.raises(scenario.user.exceptions.InvalidParametersException, match="ProductId or ProductName"):
        scenario.launch("other", ProductName="Topic")


def test_a_launch_with_two_paths_must_name_one(scenario: Any) -> None:
    other = scenario.world.portfolio(scenario.product_id, name="Prod", principals=(scenario.role,))
    message = "More than one launch path ids exist. Please specify the launch path id"
    with pytest.raises(scenario.user.exceptions.InvalidParametersException, match=message):
        scenario.launch()
    record = scenario.launch(PathId=other.replace("port-", "lpv3-"))
    assert "LaunchRoleArn" not in record
    with pytest.raises(scenario.user.exceptions.ResourceNotFoundException, match="Launch path not found"):
        scenario.launch("other", PathName="Nowhere")
    assert scenario.update()["PathId"] == record["PathId"]


@pytest.mark.parametrize("break_it", ["delete", "distrust"])
def test_a_launch_role_that_cannot_be_assumed_fails_the_record(scenario: Any, break_it: str) -> None:
    scenario.launch("earlier", parameters=[{"Key": "Name", "Value": "earlier"}])
    iam = scenario.world.client("iam")
    if break_it == "delete":
        scenario.world.drop_role("launch")
    else:
        trust = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": trust})
        iam.update_assume_role_policy(RoleName="launch", PolicyDocument=policy)
    for record in (scenario.launch(), scenario.update("earlier"), scenario.terminate("earlier")):
        detail = scenario.record(record)["RecordDetail"]
        assert detail["Status"] == "FAILED"
        assert detail["RecordErrors"] == [
            {
                "Code": "AccessDeniedException",
                "Description": f"Access denied while assuming the role {scenario.launch_role}",
            }
        ]
    assert scenario.topics() == ["earlier"]


def offer(scenario: Any, key: str, *values: str) -> None:
    for value in values:
        option = scenario.admin.create_tag_option(Key=key, Value=value)["TagOptionDetail"]["Id"]
        scenario.admin.associate_tag_option_with_resource(ResourceId=scenario.portfolio_id, TagOptionId=option)


def describe(scenario: Any) -> Any:
    return scenario.user.describe_provisioning_parameters(
        ProductId=scenario.product_id, ProvisioningArtifactId=scenario.artifact_id
    )


def test_a_single_tag_option_value_is_applied_and_several_are_chosen_from(scenario: Any) -> None:
    offer(scenario, "Environment", "dev", "test")
    offer(scenario, "Owner", "security")
    assert describe(scenario)["TagOptions"] == [
        {"Key": "Environment", "Values": ["dev", "test"]},
        {"Key": "Owner", "Values": ["security"]},
    ]
    invalid = scenario.user.exceptions.InvalidParametersException
    with pytest.raises(invalid, match="Tag Environment is required"):
        scenario.launch()
    with pytest.raises(invalid, match="Tag Environment has the value prod"):
        scenario.launch(Tags=[{"Key": "Environment", "Value": "prod"}])
    with pytest.raises(invalid, match="aws: prefixed tag key names are not allowed"):
        scenario.launch(Tags=[{"Key": "aws:x", "Value": "prod"}])
    record = scenario.launch(Tags=[{"Key": "Environment", "Value": "dev"}, {"Key": "Mine", "Value": "too"}])
    tags = {tag["Key"]: tag["Value"] for tag in record["RecordTags"]}
    assert tags == {"Environment": "dev", "Mine": "too", "Owner": "security"}


def test_a_tag_option_conflict_is_an_empty_list_and_does_not_block_a_launch(scenario: Any) -> None:
    offer(scenario, "Environment", "dev")
    option = scenario.admin.create_tag_option(Key="Environment", Value="prod")["TagOptionDetail"]["Id"]
    scenario.admin.associate_tag_option_with_resource(ResourceId=scenario.product_id, TagOptionId=option)
    assert describe(scenario)["TagOptions"] == [{"Key": "Environment", "Values": []}]
    value = f"sc-tagoption-conflict-{scenario.portfolio_id}-{scenario.product_id}"
    assert scenario.launch()["RecordTags"] == [{"Key": "Environment", "Value": value}]
    with pytest.raises(scenario.user.exceptions.InvalidParametersException):
        scenario.launch("other", Tags=[{"Key": "Environment", "Value": "dev"}])


def test_tags_can_be_updated_only_if_a_constraint_allows_it(scenario: Any) -> None:
    scenario.launch(Tags=[{"Key": "Mine", "Value": "1"}])
    same = {"ProvisioningParameters": [{"Key": "Name", "UsePreviousValue": True}]}
    scenario.update(Tags=[{"Key": "Mine", "Value": "1"}], **same)
    with pytest.raises(scenario.user.exceptions.InvalidParametersException, match="Tag updates"):
        scenario.update(Tags=[{"Key": "Mine", "Value": "2"}], **same)
    scenario.constrain(
        "RESOURCE_UPDATE", {"Version": "2.0", "Properties": {"TagUpdateOnProvisionedProduct": "ALLOWED"}}
    )
    scenario.update(Tags=[{"Key": "Mine", "Value": "2"}], **same)
    tags = {tag["Key"]: tag["Value"] for tag in scenario.stack()["Tags"]}
    assert tags["Mine"] == "2"


def test_describe_provisioning_parameters(scenario: Any) -> None:
    scenario.constrain(
        "NOTIFICATION", {"NotificationArns": ["arn:aws:sns:us-east-1:123456789012:n"]}, Description="news"
    )
    answer = describe(scenario)
    assert [item["ParameterKey"] for item in answer["ProvisioningArtifactParameters"]] == ["Name", "Size", "Secret"]
    assert answer["ConstraintSummaries"] == [{"Type": "LAUNCH"}, {"Type": "NOTIFICATION", "Description": "news"}]
    instructions = {item["Type"]: item["Value"] for item in answer["UsageInstructions"]}
    assert set(json.loads(instructions.pop("rules"))) == {"NotForbidden"}
    assert instructions == {
        "version": "2010-09-09",
        "description": "A topic",
        "launchAsRole": scenario.launch_role,
        "tagUpdateOnProvisionedProduct": "NOT_ALLOWED",
    }
    assert answer["ProvisioningArtifactOutputKeys"] == [{"Key": "TopicArn", "Description": "The topic"}]


def test_a_template_takes_the_outputs_of_what_was_launched_before(scenario: Any) -> None:
    scenario.launch()
    value = "[[servicecatalog:provisionedproduct:mine:TopicArn]]"
    template = {
        "Transform": "AWS::ServiceCatalog",
        "Resources": {"Queue": {"Type": "AWS::SQS::Queue"}},
        "Outputs": {"Topic": {"Value": f"<{value}>"}},
    }
    later = scenario.version(template)
    reading = {"Effect": "Allow", "Action": "servicecatalog:GetProvisionedProductOutputs", "Resource": "*"}
    everything = {"Effect": "Allow", "Action": ["cloudformation:*", "s3:GetObject", "sqs:*"], "Resource": "*"}
    outcomes = []
    for name, statements, reference in (
        ("denied", [everything], value),
        ("second", [everything, reading], value),
        ("third", [everything, reading], value.replace("TopicArn", "Nope")),
    ):
        template["Outputs"]["Topic"]["Value"] = f"<{reference}>"  # type: ignore[index]
        artifact = later if name != "third" else scenario.version(template)
        scenario.world.allow("launch", *statements)
        record = scenario.user.provision_product(
            ProductId=scenario.product_id, ProvisioningArtifactId=artifact, ProvisionedProductName=name
        )["RecordDetail"]
        answer = scenario.record(record)
        outcomes.append(
            (answer["RecordDetail"]["Status"], str(answer["RecordDetail"]["RecordErrors"]), answer["RecordOutputs"])
        )
    (denied, why, _), (made, _, outputs), (absent, reason, _) = outcomes
    assert (denied, made, absent) == ("FAILED", "SUCCEEDED", "FAILED"), outcomes
    assert "perform: servicecatalog:GetProvisionedProductOutputs" in why
    assert outputs[-1]["OutputValue"] == "<arn:aws:sns:us-east-1:123456789012:events>"
    assert "Transform AWS::ServiceCatalog failed with" in reason


def test_a_stub_may_call_service_catalog_while_a_launch_waits_for_it(scenario: Any) -> None:
    token = "arn:aws:sns:us-east-1:123456789012:quotas"  # noqa: S105  # the ARN of a topic
    custom = {"Type": "Custom::Quota", "Properties": {"ServiceToken": token, "Size": "1"}}
    artifact = scenario.version({"Resources": {"Quota": custom}})
    said: dict[str, Any] = {}

    def launch(name: str) -> str:
        try:
            return str(
                scenario.user.provision_product(
                    ProductId=scenario.product_id, ProvisioningArtifactId=artifact, ProvisionedProductName=name
                )["RecordDetail"]["Status"]
            )
        except scenario.user.exceptions.InvalidParametersException as refused:
            return str(refused.response["Error"]["Message"])

    def answer(event: dict[str, Any]) -> dict[str, Any]:
        if event["RequestType"] == "Create" and "again" not in said:
            said["listed"] = len(scenario.user.search_products()["ProductViewSummaries"])
            said["again"] = launch("mine")
            said["other"] = launch("other")
        if event["RequestType"] == "Delete" and "terminated" not in said:
            said["terminated"] = ""
            try:
                scenario.user.terminate_provisioned_product(ProvisionedProductName="mine", TerminateToken="t2")
            except scenario.user.exceptions.InvalidParametersException as refused:
                said["terminated"] = str(refused.response["Error"]["Message"])
        return {}

    server = StubServer()
    url = server.add(StubbedResource("Custom::Quota", answer))
    custom_answers.add(json.dumps({"match": "Custom::Quota", "url": url}).encode())
    try:
        assert launch("mine") == "CREATED"
        states = {
            each["Name"]: each["Status"] for each in scenario.user.scan_provisioned_products()["ProvisionedProducts"]
        }
        assert (said["listed"], said["again"], said["other"]) == (1, "A stack named mine already exists.", "CREATED")
        assert states == {"mine": "AVAILABLE", "other": "AVAILABLE"}
        scenario.user.terminate_provisioned_product(ProvisionedProductName="mine", TerminateToken="t1")
        assert "Can't terminate provisioned product because it's still under change" in said["terminated"]
        assert scenario.user.scan_provisioned_products()["ProvisionedProducts"][0]["Name"] == "other"
    finally:
        server.stop()
        custom_answers.clear()
