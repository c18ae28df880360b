from __future__ import annotations

import json
from typing import Any

import pytest

PARAMETERS = [{"Key": "Name", "Value": "events"}]


@pytest.fixture
def stall(world: Any) -> Any:
    """A product in one portfolio with a launch role, and the client of a role that may launch it."""
    return Stall(world)


class Stall:
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

    def found(self, name: str = "mine") -> Any:
        return self.user.describe_provisioned_product(Name=name)["ProvisionedProductDetail"]

    def topics(self) -> list[str]:
        listed = self.world.client("sns").list_topics()["Topics"]
        return sorted(item["TopicArn"].rsplit(":", 1)[1] for item in listed)

    def stack(self, name: str = "mine") -> Any:
        stack_name = f"SC-123456789012-{self.found(name)['Id']}"
        return self.world.client("cloudformation").describe_stacks(StackName=stack_name)["Stacks"][0]


def test_a_launch_makes_a_stack(stall: Any) -> None:
    record = stall.launch()
    assert (record["Status"], record["RecordType"], record["RecordErrors"]) == ("CREATED", "PROVISION_PRODUCT", [])
    assert record["LaunchRoleArn"] == stall.launch_role
    answer = stall.record(record)
    assert answer["RecordDetail"]["Status"] == "SUCCEEDED"
    stack = stall.stack()
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
    found = stall.found()
    assert (found["Status"], found["Type"], found["ProductId"]) == ("AVAILABLE", "CFN_STACK", stall.product_id)
    assert found["Arn"] == f"arn:aws:servicecatalog:us-east-1:123456789012:stack/mine/{found['Id']}"
    assert found["LastRecordId"] == found["LastSuccessfulProvisioningRecordId"] == record["RecordId"]
    assert stall.topics() == ["events"]
    outputs = stall.user.get_provisioned_product_outputs(ProvisionedProductName="mine", OutputKeys=["TopicArn"])
    assert [item["OutputKey"] for item in outputs["Outputs"]] == ["TopicArn"]


def test_the_stack_carries_auto_tags(stall: Any) -> None:
    stall.launch(Tags=[{"Key": "Team", "Value": "payments"}])
    tags = {tag["Key"]: tag["Value"] for tag in stall.stack()["Tags"]}
    account = "us-east-1:123456789012"
    assert tags == {
        "Team": "payments",
        "aws:servicecatalog:productArn": f"arn:aws:catalog:{account}:product/{stall.product_id}",
        "aws:servicecatalog:portfolioArn": f"arn:aws:catalog:{account}:portfolio/{stall.portfolio_id}",
        "aws:servicecatalog:provisionedProductArn": stall.found()["Arn"],
        "aws:servicecatalog:provisioningPrincipalArn": "arn:aws:sts::123456789012:assumed-role/dev/session",
        "aws:servicecatalog:provisioningArtifactIdentifier": stall.artifact_id,
    }
    assert stall.stack()["RoleARN"] == stall.launch_role
    (attribute,) = stall.user.search_provisioned_products()["ProvisionedProducts"]
    assert {tag["Key"]: tag["Value"] for tag in attribute["Tags"]} == tags
    assert (attribute["UserArn"], attribute["PhysicalId"]) == (stall.role, stall.stack()["StackId"])


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ([], "Parameters: [Name] must have values"),
        ([*PARAMETERS, {"Key": "Nope", "Value": "1"}], "Parameters: [Nope] do not exist in the template"),
        ([{"Key": "Name", "Value": "UPPER"}], "lower case only"),
        ([{"Key": "Name", "Value": "forbidden"}], "This name is forbidden"),
    ],
)
def test_what_cloudformation_refuses_fails_the_record_not_the_call(stall: Any, parameters: Any, message: str) -> None:
    record = stall.launch(parameters=parameters)
    assert record["Status"] == "CREATED"
    detail = stall.record(record)["RecordDetail"]
    assert detail["Status"] == "FAILED"
    assert message in detail["RecordErrors"][0]["Description"]
    found = stall.found()
    assert found["Status"] == "ERROR"
    assert found["StatusMessage"].startswith("AmazonCloudFormationException  ")
    assert (
        "(Service: AmazonCloudFormation; Status Code: 400; Error Code: ValidationError; Request ID: "
        in (found["StatusMessage"])
    )
    assert message in found["StatusMessage"]
    assert "LastSuccessfulProvisioningRecordId" not in found
    stall.terminate()
    with pytest.raises(stall.user.exceptions.ResourceNotFoundException, match="Provisioned product not found: mine"):
        stall.found()


def test_the_rules_of_the_portfolio_count_too(stall: Any) -> None:
    denied = {"Assertions": [{"Assert": {"Fn::Equals": [{"Ref": "Name"}, "prod"]}, "AssertDescription": "prod only"}]}
    stall.constrain("TEMPLATE", {"Rules": {"NotForbidden": denied}})
    instructions = describe(stall)["UsageInstructions"]
    rules = json.loads(next(item["Value"] for item in instructions if item["Type"] == "rules"))
    assert len(rules) == 2
    for name, status, text in (("events", "FAILED", "prod only"), ("prod", "SUCCEEDED", "")):
        record = stall.launch(name=name, parameters=[{"Key": "Name", "Value": name}])
        detail = stall.record(record)["RecordDetail"]
        assert detail["Status"] == status
        assert text in json.dumps(detail["RecordErrors"])
    stall.launch(name="other", parameters=[{"Key": "Name", "Value": "forbidden"}])
    assert "This name is forbidden" in stall.found("other")["StatusMessage"]


def test_a_resource_that_fails_rolls_back_and_says_why(stall: Any) -> None:
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
    answer = stall.record(stall.launch(parameters=[], ProvisioningArtifactId=stall.version(template)))
    assert answer["RecordDetail"]["Status"] == "FAILED"
    assert answer["RecordDetail"]["RecordErrors"][0]["Description"] == stall.found()["StatusMessage"]
    assert "Key" in stall.found()["StatusMessage"]
    assert [item["OutputKey"] for item in answer["RecordOutputs"]] == ["CloudformationStackARN"]
    assert stall.stack()["StackStatus"] == "ROLLBACK_COMPLETE"
    assert stall.topics() == []


def test_names_are_unique(stall: Any) -> None:
    stall.launch()
    with pytest.raises(stall.user.exceptions.InvalidParametersException, match=r"A stack named mine already exists\."):
        stall.launch()


def test_deprecated_versions_are_updated_to_but_not_launched(stall: Any) -> None:
    stall.launch()
    stall.admin.update_provisioning_artifact(
        ProductId=stall.product_id, ProvisioningArtifactId=stall.artifact_id, Guidance="DEPRECATED"
    )
    with pytest.raises(stall.user.exceptions.InvalidParametersException, match="is deprecated"):
        stall.launch("other")
    changed = [{"Key": "Name", "UsePreviousValue": True}, {"Key": "Size", "Value": "4"}]
    assert stall.record(stall.update(ProvisioningParameters=changed))["RecordDetail"]["Status"] == "SUCCEEDED"
    stall.admin.update_provisioning_artifact(
        ProductId=stall.product_id, ProvisioningArtifactId=stall.artifact_id, Active=False
    )
    for operation in (lambda: stall.launch("other"), stall.update):
        with pytest.raises(stall.user.exceptions.InvalidParametersException, match="is not active"):
            operation()


def test_products_versions_and_paths_by_name(stall: Any) -> None:
    record = stall.user.provision_product(
        ProductName="Topic",
        ProvisioningArtifactName="1.0.0",
        PathName="Dev",
        ProvisionedProductName="mine",
        ProvisioningParameters=PARAMETERS,
    )["RecordDetail"]
    assert (record["ProductId"], record["ProvisioningArtifactId"]) == (stall.product_id, stall.artifact_id)
    with pytest.raises(stall.user.exceptions.ResourceNotFoundException, match="does not exist or access was denied"):
        stall.admin.provision_product(
            ProductName="Topic", ProvisioningArtifactName="1.0.0", ProvisionedProductName="other"
        )
    with pytest.raises(stall.user.exceptions.InvalidParametersException, match="ProductId or ProductName"):
        stall.launch("other", ProductName="Topic")


def test_two_paths_must_be_told_apart(stall: Any) -> None:
    other = stall.world.portfolio(stall.product_id, name="Prod", principals=(stall.role,))
    message = "More than one launch path ids exist. Please specify the launch path id"
    with pytest.raises(stall.user.exceptions.InvalidParametersException, match=message):
        stall.launch()
    record = stall.launch(PathId=other.replace("port-", "lpv3-"))
    assert "LaunchRoleArn" not in record
    with pytest.raises(stall.user.exceptions.ResourceNotFoundException, match="Launch path not found"):
        stall.launch("other", PathName="Nowhere")
    assert stall.update()["PathId"] == record["PathId"]


@pytest.mark.parametrize("break_it", ["delete", "distrust"])
def test_a_launch_role_that_cannot_be_assumed_fails_the_record(stall: Any, break_it: str) -> None:
    iam = stall.world.client("iam")
    if break_it == "delete":
        stall.world.drop_role("launch")
    else:
        trust = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": trust})
        iam.update_assume_role_policy(RoleName="launch", PolicyDocument=policy)
    detail = stall.record(stall.launch())["RecordDetail"]
    assert detail["Status"] == "FAILED"
    assert detail["RecordErrors"] == [
        {
            "Code": "AccessDeniedException",
            "Description": f"Access denied while assuming the role {stall.launch_role}",
        }
    ]


def offer(stall: Any, key: str, *values: str) -> None:
    for value in values:
        option = stall.admin.create_tag_option(Key=key, Value=value)["TagOptionDetail"]["Id"]
        stall.admin.associate_tag_option_with_resource(ResourceId=stall.portfolio_id, TagOptionId=option)


def describe(stall: Any) -> Any:
    return stall.user.describe_provisioning_parameters(
        ProductId=stall.product_id, ProvisioningArtifactId=stall.artifact_id
    )


def test_tag_options_are_applied_or_chosen(stall: Any) -> None:
    offer(stall, "Environment", "dev", "test")
    offer(stall, "Owner", "security")
    assert describe(stall)["TagOptions"] == [
        {"Key": "Environment", "Values": ["dev", "test"]},
        {"Key": "Owner", "Values": ["security"]},
    ]
    invalid = stall.user.exceptions.InvalidParametersException
    with pytest.raises(invalid, match="Tag Environment is required"):
        stall.launch()
    with pytest.raises(invalid, match="Tag Environment has the value prod"):
        stall.launch(Tags=[{"Key": "Environment", "Value": "prod"}])
    with pytest.raises(invalid, match="aws: prefixed tag key names are not allowed"):
        stall.launch(Tags=[{"Key": "aws:x", "Value": "prod"}])
    record = stall.launch(Tags=[{"Key": "Environment", "Value": "dev"}, {"Key": "Mine", "Value": "too"}])
    tags = {tag["Key"]: tag["Value"] for tag in record["RecordTags"]}
    assert tags == {"Environment": "dev", "Mine": "too", "Owner": "security"}


def test_a_tag_option_conflict_shows_as_an_empty_list_and_blocks_nothing(stall: Any) -> None:
    offer(stall, "Environment", "dev")
    option = stall.admin.create_tag_option(Key="Environment", Value="prod")["TagOptionDetail"]["Id"]
    stall.admin.associate_tag_option_with_resource(ResourceId=stall.product_id, TagOptionId=option)
    assert describe(stall)["TagOptions"] == [{"Key": "Environment", "Values": []}]
    value = f"sc-tagoption-conflict-{stall.portfolio_id}-{stall.product_id}"
    assert stall.launch()["RecordTags"] == [{"Key": "Environment", "Value": value}]
    with pytest.raises(stall.user.exceptions.InvalidParametersException):
        stall.launch("other", Tags=[{"Key": "Environment", "Value": "dev"}])


def test_tags_are_updated_only_where_a_constraint_allows_it(stall: Any) -> None:
    stall.launch(Tags=[{"Key": "Mine", "Value": "1"}])
    same = {"ProvisioningParameters": [{"Key": "Name", "UsePreviousValue": True}]}
    stall.update(Tags=[{"Key": "Mine", "Value": "1"}], **same)
    with pytest.raises(stall.user.exceptions.InvalidParametersException, match="Tag updates"):
        stall.update(Tags=[{"Key": "Mine", "Value": "2"}], **same)
    stall.constrain("RESOURCE_UPDATE", {"Version": "2.0", "Properties": {"TagUpdateOnProvisionedProduct": "ALLOWED"}})
    stall.update(Tags=[{"Key": "Mine", "Value": "2"}], **same)
    tags = {tag["Key"]: tag["Value"] for tag in stall.stack()["Tags"]}
    assert tags["Mine"] == "2"


def test_what_a_launch_asks_for(stall: Any) -> None:
    stall.constrain("NOTIFICATION", {"NotificationArns": ["arn:aws:sns:us-east-1:123456789012:n"]}, Description="news")
    answer = describe(stall)
    assert [item["ParameterKey"] for item in answer["ProvisioningArtifactParameters"]] == ["Name", "Size", "Secret"]
    assert answer["ConstraintSummaries"] == [{"Type": "LAUNCH"}, {"Type": "NOTIFICATION", "Description": "news"}]
    instructions = {item["Type"]: item["Value"] for item in answer["UsageInstructions"]}
    assert set(json.loads(instructions.pop("rules"))) == {"NotForbidden"}
    assert instructions == {
        "version": "2010-09-09",
        "description": "A topic",
        "launchAsRole": stall.launch_role,
        "tagUpdateOnProvisionedProduct": "NOT_ALLOWED",
    }
    assert answer["ProvisioningArtifactOutputKeys"] == [{"Key": "TopicArn", "Description": "The topic"}]


def test_an_update_to_another_version(stall: Any) -> None:
    stall.launch()
    template = {"Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "q"}}}}
    artifact = stall.version(template)
    record = stall.update(ProvisioningArtifactName="2.0.0")
    assert record["RecordType"] == "UPDATE_PROVISIONED_PRODUCT"
    found = stall.found()
    assert (found["Status"], found["ProvisioningArtifactId"]) == ("AVAILABLE", artifact)
    assert stall.topics() == []
    assert len(stall.world.client("sqs").list_queues()["QueueUrls"]) == 1


def test_an_update_without_a_change_succeeds(stall: Any) -> None:
    stall.launch()
    record = stall.update(ProvisioningParameters=[{"Key": "Name", "UsePreviousValue": True}])
    answer = stall.record(record)
    assert answer["RecordDetail"]["Status"] == "SUCCEEDED"
    assert len(answer["RecordOutputs"]) == 2


def test_a_refused_update_taints_and_leaves_everything_as_it_was(stall: Any) -> None:
    stall.launch()
    record = stall.update(ProvisioningParameters=[{"Key": "Name", "Value": "UPPER"}])
    assert stall.record(record)["RecordDetail"]["Status"] == "FAILED"
    found = stall.found()
    assert found["Status"] == "TAINTED"
    assert found["LastSuccessfulProvisioningRecordId"] != record["RecordId"] == found["LastRecordId"]
    assert stall.topics() == ["events"]
    stall.update(ProvisioningParameters=[{"Key": "Name", "Value": "other"}])
    assert stall.found()["Status"] == "AVAILABLE"
    assert stall.topics() == ["other"]


def test_an_error_can_only_be_terminated(stall: Any) -> None:
    stall.launch(parameters=[])
    with pytest.raises(stall.user.exceptions.InvalidParametersException, match="Can't update provisioned product"):
        stall.update(ProvisioningParameters=PARAMETERS)
    stall.terminate()


def test_terminate_deletes_the_stack(stall: Any) -> None:
    stall.launch()
    record = stall.terminate()
    assert (record["RecordType"], record["ProductId"]) == ("TERMINATE_PROVISIONED_PRODUCT", stall.product_id)
    assert stall.record(record)["RecordDetail"]["Status"] == "SUCCEEDED"
    assert stall.topics() == []
    with pytest.raises(stall.user.exceptions.ResourceNotFoundException, match="Provisioned product not found: mine"):
        stall.terminate()
    stall.launch()


def test_retain_physical_resources_only_forgets(stall: Any) -> None:
    stall.launch()
    stack = stall.stack()["StackName"]
    stall.terminate(RetainPhysicalResources=True)
    assert stall.user.search_provisioned_products()["TotalResultsCount"] == 0
    assert stall.topics() == ["events"]
    (kept,) = stall.world.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    assert kept["StackStatus"] == "CREATE_COMPLETE"


def test_a_stack_that_does_not_go_leaves_an_error_unless_errors_are_ignored(stall: Any) -> None:
    stall.launch()
    stack = stall.stack()["StackName"]
    stall.world.client("cloudformation").update_termination_protection(
        StackName=stack, EnableTerminationProtection=True
    )
    record = stall.terminate()
    assert stall.record(record)["RecordDetail"]["Status"] == "FAILED"
    assert stall.found()["Status"] == "ERROR"
    assert stall.topics() == ["events"]
    assert stall.record(stall.terminate(IgnoreErrors=True))["RecordDetail"]["Status"] == "SUCCEEDED"
    assert stall.user.search_provisioned_products()["ProvisionedProducts"] == []


def test_a_resource_that_may_not_be_deleted_keeps_the_product(stall: Any) -> None:
    root = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    deny = {"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "kms:ScheduleKeyDeletion", "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": [root, deny]}
    template = {"Resources": {"Key": {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": policy}}}}
    artifact = stall.version(template)
    stall.launch(parameters=[], ProvisioningArtifactId=artifact)
    detail = stall.record(stall.terminate())["RecordDetail"]
    assert detail["Status"] == "FAILED"
    assert "Key" in detail["RecordErrors"][0]["Description"]
    assert (stall.found()["Status"], stall.stack()["StackStatus"]) == ("ERROR", "DELETE_FAILED")
    kms = stall.world.client("kms")
    (key,) = kms.list_keys()["Keys"]
    assert kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"] == "Enabled"


def test_search_finds_by_field_text_and_access_level(stall: Any) -> None:
    stall.launch("first")
    stall.launch("second", parameters=[])
    world = stall.world
    other = world.client("servicecatalog", world.assume(stall.role, session="another"))

    def names(client: Any, *queries: str, **more: Any) -> list[str]:
        filters = {"Filters": {"SearchQuery": list(queries)}} if queries else {}
        found = client.search_provisioned_products(**filters, **more)["ProvisionedProducts"]
        return [item["Name"] for item in found]

    assert names(stall.user) == ["first", "second"]
    assert names(stall.user, "status:ERROR") == ["second"]
    assert names(stall.user, f"productId:{stall.product_id}", "name:f*") == ["first"]
    assert names(stall.user, f"provisioningArtifactId:{stall.artifact_id}") == ["first", "second"]
    assert names(stall.user, "provisioningArtifactName:1.0.0", "productName:topic") == ["first", "second"]
    assert names(stall.user, stall.product_id) == ["first", "second"]
    assert names(stall.user, "productId:prod-x") == []
    assert names(stall.user, SortBy="name", SortOrder="DESCENDING") == ["second", "first"]
    assert names(other, AccessLevelFilter={"Key": "User", "Value": "self"}) == []
    assert names(other, AccessLevelFilter={"Key": "Role", "Value": "self"}) == ["first", "second"]
    assert names(stall.admin, AccessLevelFilter={"Key": "Role", "Value": "self"}) == []
    assert names(stall.admin, AccessLevelFilter={"Key": "Account", "Value": "self"}) == ["first", "second"]
    with pytest.raises(other.exceptions.InvalidParametersException, match="SortBy must be one of"):
        names(other, SortBy="status")
    with pytest.raises(other.exceptions.InvalidParametersException, match="must be self"):
        names(other, AccessLevelFilter={"Key": "User", "Value": "somebody"})
    assert [item["Name"] for item in stall.user.scan_provisioned_products()["ProvisionedProducts"]] == names(stall.user)


def test_record_history_is_newest_first(stall: Any) -> None:
    records = [stall.launch()["RecordId"], stall.terminate()["RecordId"], stall.launch("other")["RecordId"]]

    def history(client: Any, **more: Any) -> list[str]:
        return [item["RecordId"] for item in client.list_record_history(**more)["RecordDetails"]]

    assert history(stall.user) == records[::-1]
    assert history(stall.admin) == []
    assert history(stall.admin, AccessLevelFilter={"Key": "Account", "Value": "self"}) == records[::-1]
    other = {"Key": "provisionedproduct", "Value": stall.found("other")["Id"]}
    assert history(stall.user, SearchFilter=other) == records[2:]
    with pytest.raises(stall.user.exceptions.InvalidParametersException, match="SearchFilter Key"):
        history(stall.user, SearchFilter={"Key": "nonsense", "Value": "x"})


def test_a_repeated_provision_token_launches_once(stall: Any) -> None:
    first = stall.launch(ProvisionToken="once")
    assert stall.launch(ProvisionToken="once")["RecordId"] == first["RecordId"]
    stall.terminate(TerminateToken="end")
    with pytest.raises(stall.user.exceptions.ResourceNotFoundException):
        stall.terminate(TerminateToken="end")
