from __future__ import annotations

import json
from typing import Any

import pytest

PARAMETERS = [{"Key": "Name", "Value": "events"}]


@pytest.fixture
def scenario(world: Any) -> Any:
    """A product in one portfolio with a launch role, and the client of a role that may launch it."""
    return Scenario(world)


class Scenario:
    def __init__(self, world: Any) -> None:
        self.world = world
        self.admin = world.catalog
        self.product_id, self.artifact_id = world.product()
        self.launch_role = world.role("launch")
        self.role = world.role("dev")
        self.portfolio_id = world.portfolio(self.product_id, principals=(self.role,))
        self.constrain("LAUNCH", {"LocalRoleName": "launch"})
        self.user = world.client("servicecatalog", world.assume(self.role))

    def constrain(self, kind: str, parameters: object, **more: Any) -> str:
        identifier: str = self.admin.create_constraint(
            PortfolioId=self.portfolio_id,
            ProductId=self.product_id,
            Type=kind,
            Parameters=json.dumps(parameters),
            **more,
        )["ConstraintDetail"]["ConstraintId"]
        return identifier

    def version(self, template: object) -> str:
        """Another version of the product, called 2.0.0."""
        info = {"LoadTemplateFromURL": self.world.put_template(template, key="v2.json")}
        identifier: str = self.admin.create_provisioning_artifact(
            ProductId=self.product_id, Parameters={"Name": "2.0.0", "Info": info}
        )["ProvisioningArtifactDetail"]["Id"]
        return identifier

    def launch(self, name: str = "mine", parameters: Any = PARAMETERS, **more: Any) -> Any:
        request = {"ProductId": self.product_id, "ProvisioningArtifactId": self.artifact_id} | more
        return self.user.provision_product(ProvisionedProductName=name, ProvisioningParameters=parameters, **request)[
            "RecordDetail"
        ]

    def update(self, name: str = "mine", **more: Any) -> Any:
        return self.user.update_provisioned_product(ProvisionedProductName=name, **more)["RecordDetail"]

    def terminate(self, name: str = "mine", **more: Any) -> Any:
        return self.user.terminate_provisioned_product(ProvisionedProductName=name, **more)["RecordDetail"]

    def record(self, record: Any) -> Any:
        return self.user.describe_record(Id=record["RecordId"])

    def provisioned(self, name: str = "mine") -> Any:
        return self.user.describe_provisioned_product(Name=name)["ProvisionedProductDetail"]

    def topics(self) -> list[str]:
        listed = self.world.client("sns").list_topics()["Topics"]
        return sorted(item["TopicArn"].rsplit(":", 1)[1] for item in listed)

    def stack(self, name: str = "mine") -> Any:
        stack_name = f"SC-123456789012-{self.provisioned(name)['Id']}"
        return self.world.client("cloudformation").describe_stacks(StackName=stack_name)["Stacks"][0]


def test_a_launch_makes_a_stack(scenario: Any) -> None:
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
def test_what_cloudformation_refuses_fails_the_record_not_the_call(
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


def test_the_rules_of_the_portfolio_count_too(scenario: Any) -> None:
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


def test_a_resource_that_fails_rolls_back_and_says_why(scenario: Any) -> None:
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


def test_names_are_unique(scenario: Any) -> None:
    scenario.launch()
    with pytest.raises(
        scenario.user.exceptions.InvalidParametersException, match=r"A stack named mine already exists\."
    ):
        scenario.launch()


def test_deprecated_versions_are_updated_to_but_not_launched(scenario: Any) -> None:
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


def test_products_versions_and_paths_by_name(scenario: Any) -> None:
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


def test_two_paths_must_be_told_apart(scenario: Any) -> None:
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
    iam = scenario.world.client("iam")
    if break_it == "delete":
        scenario.world.drop_role("launch")
    else:
        trust = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": trust})
        iam.update_assume_role_policy(RoleName="launch", PolicyDocument=policy)
    detail = scenario.record(scenario.launch())["RecordDetail"]
    assert detail["Status"] == "FAILED"
    assert detail["RecordErrors"] == [
        {
            "Code": "AccessDeniedException",
            "Description": f"Access denied while assuming the role {scenario.launch_role}",
        }
    ]


def offer(scenario: Any, key: str, *values: str) -> None:
    for value in values:
        option = scenario.admin.create_tag_option(Key=key, Value=value)["TagOptionDetail"]["Id"]
        scenario.admin.associate_tag_option_with_resource(ResourceId=scenario.portfolio_id, TagOptionId=option)


def describe(scenario: Any) -> Any:
    return scenario.user.describe_provisioning_parameters(
        ProductId=scenario.product_id, ProvisioningArtifactId=scenario.artifact_id
    )


def test_tag_options_are_applied_or_chosen(scenario: Any) -> None:
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


def test_a_tag_option_conflict_shows_as_an_empty_list_and_blocks_nothing(scenario: Any) -> None:
    offer(scenario, "Environment", "dev")
    option = scenario.admin.create_tag_option(Key="Environment", Value="prod")["TagOptionDetail"]["Id"]
    scenario.admin.associate_tag_option_with_resource(ResourceId=scenario.product_id, TagOptionId=option)
    assert describe(scenario)["TagOptions"] == [{"Key": "Environment", "Values": []}]
    value = f"sc-tagoption-conflict-{scenario.portfolio_id}-{scenario.product_id}"
    assert scenario.launch()["RecordTags"] == [{"Key": "Environment", "Value": value}]
    with pytest.raises(scenario.user.exceptions.InvalidParametersException):
        scenario.launch("other", Tags=[{"Key": "Environment", "Value": "dev"}])


def test_tags_are_updated_only_where_a_constraint_allows_it(scenario: Any) -> None:
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


def test_what_a_launch_asks_for(scenario: Any) -> None:
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


def test_an_update_to_another_version(scenario: Any) -> None:
    scenario.launch()
    template = {"Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "q"}}}}
    artifact = scenario.version(template)
    record = scenario.update(ProvisioningArtifactName="2.0.0")
    assert record["RecordType"] == "UPDATE_PROVISIONED_PRODUCT"
    provisioned = scenario.provisioned()
    assert (provisioned["Status"], provisioned["ProvisioningArtifactId"]) == ("AVAILABLE", artifact)
    assert scenario.topics() == []
    assert len(scenario.world.client("sqs").list_queues()["QueueUrls"]) == 1


def test_an_update_without_a_change_succeeds(scenario: Any) -> None:
    scenario.launch()
    record = scenario.update(ProvisioningParameters=[{"Key": "Name", "UsePreviousValue": True}])
    answer = scenario.record(record)
    assert answer["RecordDetail"]["Status"] == "SUCCEEDED"
    assert len(answer["RecordOutputs"]) == 2


def test_a_refused_update_taints_and_leaves_everything_as_it_was(scenario: Any) -> None:
    scenario.launch()
    record = scenario.update(ProvisioningParameters=[{"Key": "Name", "Value": "UPPER"}])
    assert scenario.record(record)["RecordDetail"]["Status"] == "FAILED"
    provisioned = scenario.provisioned()
    assert provisioned["Status"] == "TAINTED"
    assert provisioned["LastSuccessfulProvisioningRecordId"] != record["RecordId"] == provisioned["LastRecordId"]
    assert scenario.topics() == ["events"]
    scenario.update(ProvisioningParameters=[{"Key": "Name", "Value": "other"}])
    assert scenario.provisioned()["Status"] == "AVAILABLE"
    assert scenario.topics() == ["other"]


def test_an_error_can_only_be_terminated(scenario: Any) -> None:
    scenario.launch(parameters=[])
    with pytest.raises(scenario.user.exceptions.InvalidParametersException, match="Can't update provisioned product"):
        scenario.update(ProvisioningParameters=PARAMETERS)
    scenario.terminate()


def test_terminate_deletes_the_stack(scenario: Any) -> None:
    scenario.launch()
    record = scenario.terminate()
    assert (record["RecordType"], record["ProductId"]) == ("TERMINATE_PROVISIONED_PRODUCT", scenario.product_id)
    assert scenario.record(record)["RecordDetail"]["Status"] == "SUCCEEDED"
    assert scenario.topics() == []
    with pytest.raises(scenario.user.exceptions.ResourceNotFoundException, match="Provisioned product not found: mine"):
        scenario.terminate()
    scenario.launch()


def test_retain_physical_resources_only_forgets(scenario: Any) -> None:
    scenario.launch()
    stack = scenario.stack()["StackName"]
    scenario.terminate(RetainPhysicalResources=True)
    assert scenario.user.search_provisioned_products()["TotalResultsCount"] == 0
    assert scenario.topics() == ["events"]
    (kept,) = scenario.world.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    assert kept["StackStatus"] == "CREATE_COMPLETE"


def test_a_stack_that_does_not_go_leaves_an_error_unless_errors_are_ignored(scenario: Any) -> None:
    scenario.launch()
    stack = scenario.stack()["StackName"]
    scenario.world.client("cloudformation").update_termination_protection(
        StackName=stack, EnableTerminationProtection=True
    )
    record = scenario.terminate()
    assert scenario.record(record)["RecordDetail"]["Status"] == "FAILED"
    assert scenario.provisioned()["Status"] == "ERROR"
    assert scenario.topics() == ["events"]
    assert scenario.record(scenario.terminate(IgnoreErrors=True))["RecordDetail"]["Status"] == "SUCCEEDED"
    assert scenario.user.search_provisioned_products()["ProvisionedProducts"] == []


def test_a_resource_that_may_not_be_deleted_keeps_the_product(scenario: Any) -> None:
    root = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    deny = {"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "kms:ScheduleKeyDeletion", "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": [root, deny]}
    template = {"Resources": {"Key": {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": policy}}}}
    artifact = scenario.version(template)
    scenario.launch(parameters=[], ProvisioningArtifactId=artifact)
    detail = scenario.record(scenario.terminate())["RecordDetail"]
    assert detail["Status"] == "FAILED"
    assert "Key" in detail["RecordErrors"][0]["Description"]
    assert (scenario.provisioned()["Status"], scenario.stack()["StackStatus"]) == ("ERROR", "DELETE_FAILED")
    kms = scenario.world.client("kms")
    (key,) = kms.list_keys()["Keys"]
    assert kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"] == "Enabled"


def test_search_finds_by_field_text_and_access_level(scenario: Any) -> None:
    scenario.launch("first")
    scenario.launch("second", parameters=[])
    world = scenario.world
    other = world.client("servicecatalog", world.assume(scenario.role, session="another"))

    def names(client: Any, *queries: str, **more: Any) -> list[str]:
        filters = {"Filters": {"SearchQuery": list(queries)}} if queries else {}
        provisioned_products = client.search_provisioned_products(**filters, **more)["ProvisionedProducts"]
        return [item["Name"] for item in provisioned_products]

    assert names(scenario.user) == ["first", "second"]
    assert names(scenario.user, "status:ERROR") == ["second"]
    assert names(scenario.user, f"productId:{scenario.product_id}", "name:f*") == ["first"]
    assert names(scenario.user, f"provisioningArtifactId:{scenario.artifact_id}") == ["first", "second"]
    assert names(scenario.user, "provisioningArtifactName:1.0.0", "productName:topic") == ["first", "second"]
    assert names(scenario.user, scenario.product_id) == ["first", "second"]
    assert names(scenario.user, "productId:prod-x") == []
    assert names(scenario.user, SortBy="name", SortOrder="DESCENDING") == ["second", "first"]
    assert names(other, AccessLevelFilter={"Key": "User", "Value": "self"}) == []
    assert names(other, AccessLevelFilter={"Key": "Role", "Value": "self"}) == ["first", "second"]
    assert names(scenario.admin, AccessLevelFilter={"Key": "Role", "Value": "self"}) == []
    assert names(scenario.admin, AccessLevelFilter={"Key": "Account", "Value": "self"}) == ["first", "second"]
    with pytest.raises(other.exceptions.InvalidParametersException, match="SortBy must be one of"):
        names(other, SortBy="status")
    with pytest.raises(other.exceptions.InvalidParametersException, match="must be self"):
        names(other, AccessLevelFilter={"Key": "User", "Value": "somebody"})
    assert [item["Name"] for item in scenario.user.scan_provisioned_products()["ProvisionedProducts"]] == names(
        scenario.user
    )


def test_record_history_is_newest_first(scenario: Any) -> None:
    records = [scenario.launch()["RecordId"], scenario.terminate()["RecordId"], scenario.launch("other")["RecordId"]]

    def history(client: Any, **more: Any) -> list[str]:
        return [item["RecordId"] for item in client.list_record_history(**more)["RecordDetails"]]

    assert history(scenario.user) == records[::-1]
    assert history(scenario.admin) == []
    assert history(scenario.admin, AccessLevelFilter={"Key": "Account", "Value": "self"}) == records[::-1]
    other = {"Key": "provisionedproduct", "Value": scenario.provisioned("other")["Id"]}
    assert history(scenario.user, SearchFilter=other) == records[2:]
    with pytest.raises(scenario.user.exceptions.InvalidParametersException, match="SearchFilter Key"):
        history(scenario.user, SearchFilter={"Key": "nonsense", "Value": "x"})


def test_a_repeated_provision_token_launches_once(scenario: Any) -> None:
    first = scenario.launch(ProvisionToken="once")
    assert scenario.launch(ProvisionToken="once")["RecordId"] == first["RecordId"]
    scenario.terminate(TerminateToken="end")
    with pytest.raises(scenario.user.exceptions.ResourceNotFoundException):
        scenario.terminate(TerminateToken="end")
