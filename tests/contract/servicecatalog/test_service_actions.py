"""Service actions: definitions, associations and executions."""

from __future__ import annotations

import json
from typing import Any

import pytest

DEFINITION = {"Name": "AWS-RestartEC2Instance", "Version": "1", "AssumeRole": "LAUNCH_ROLE"}


def create(world: Any, name: str = "restart") -> str:
    identifier: str = world.catalog.create_service_action(
        Name=name, DefinitionType="SSM_AUTOMATION", Definition=DEFINITION
    )["ServiceActionDetail"]["ServiceActionSummary"]["Id"]
    return identifier


def test_a_service_action_from_creation_to_deletion(world: Any) -> None:
    client, action = world.catalog, create(world)
    product_id, artifact_id = world.product()
    association = {"ProductId": product_id, "ProvisioningArtifactId": artifact_id, "ServiceActionId": action}
    client.update_service_action(Id=action, Description="d")
    detail = client.describe_service_action(Id=action)["ServiceActionDetail"]
    assert (detail["Definition"], detail["ServiceActionSummary"]["Description"]) == (DEFINITION, "d")
    client.associate_service_action_with_provisioning_artifact(**association)
    with pytest.raises(client.exceptions.DuplicateResourceException):
        client.associate_service_action_with_provisioning_artifact(**association)
    with pytest.raises(client.exceptions.ResourceInUseException):
        client.delete_service_action(Id=action)
    with pytest.raises(client.exceptions.ResourceInUseException, match="Service Actions"):
        client.delete_product(Id=product_id)
    (view,) = client.list_provisioning_artifacts_for_service_action(ServiceActionId=action)["ProvisioningArtifactViews"]
    assert view["ProvisioningArtifact"]["Id"] == artifact_id
    listed = client.list_service_actions_for_provisioning_artifact(
        ProductId=product_id, ProvisioningArtifactId=artifact_id
    )["ServiceActionSummaries"]
    assert listed == client.list_service_actions()["ServiceActionSummaries"]
    client.disassociate_service_action_from_provisioning_artifact(**association)
    client.delete_service_action(Id=action)
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.describe_service_action(Id=action)


def test_a_batch_reports_the_associations_that_failed(world: Any, knobs: Any) -> None:
    client = world.catalog
    product_id, artifact_id = world.product()
    first, second = create(world), create(world, "other")
    version = {"ProductId": product_id, "ProvisioningArtifactId": artifact_id}
    knobs.quotas = {"service_actions_per_artifact": 1}
    wanted = [version | {"ServiceActionId": item} for item in (first, first, second, "act-gone")]
    failed = client.batch_associate_service_action_with_provisioning_artifact(ServiceActionAssociations=wanted)
    codes = [item["ErrorCode"] for item in failed["FailedServiceActionAssociations"]]
    assert codes == ["DUPLICATE_RESOURCE", "LIMIT_EXCEEDED", "RESOURCE_NOT_FOUND"]
    failed = client.batch_disassociate_service_action_from_provisioning_artifact(ServiceActionAssociations=wanted[:2])
    assert [item["ErrorCode"] for item in failed["FailedServiceActionAssociations"]] == ["RESOURCE_NOT_FOUND"]


def test_a_definition_needs_a_document_and_its_version(world: Any) -> None:
    with pytest.raises(world.catalog.exceptions.InvalidParametersException, match="Version"):
        world.catalog.create_service_action(
            Name="x", DefinitionType="SSM_AUTOMATION", Definition={"Name": "AWS-RestartEC2Instance"}
        )


@pytest.mark.parametrize("parameters", ["no JSON", "{}", '[{"Name": "A"}]', '[{"Name": "A", "Type": "OTHER"}]'])
def test_the_parameters_of_a_definition_are_a_list_in_json(world: Any, parameters: str) -> None:
    with pytest.raises(world.catalog.exceptions.InvalidParametersException, match="Definition Parameters"):
        world.catalog.create_service_action(
            Name="x", DefinitionType="SSM_AUTOMATION", Definition=DEFINITION | {"Parameters": parameters}
        )


KEY = {
    "Resources": {"Key": {"Type": "AWS::KMS::Key", "Properties": {}}, "Topic": {"Type": "AWS::SNS::Topic"}},
    "Outputs": {"KeyId": {"Value": {"Ref": "Key"}}},
}
ROTATE = {
    "schemaVersion": "0.3",
    "assumeRole": "{{ AutomationAssumeRole }}",
    "parameters": {
        "KeyId": {"type": "String"},
        "Reason": {"type": "String", "default": "asked for"},
        "AutomationAssumeRole": {"type": "AWS::IAM::Role::Arn", "default": ""},
    },
    "mainSteps": [
        {
            "name": "Rotate",
            "action": "aws:executeAwsApi",
            "inputs": {"Service": "kms", "Api": "RotateKeyOnDemand", "KeyId": "{{ KeyId }}"},
        }
    ],
}


ACTING = ("cloudformation:*", "kms:*", "s3:GetObject", "ssm:*", "sns:*")
"""The permissions of a role that launches products and runs service actions."""


class Rotation:
    """A provisioned key with a service action that rotates it."""

    def __init__(self, world: Any) -> None:
        self.world = world
        world.role("launch", allow=ACTING)
        dev = world.role("dev")
        self.document("Rotate", ROTATE)
        product_id, artifact_id = world.product("Key", KEY)
        portfolio_id = world.portfolio(product_id, principals=(dev,))
        association = {"PortfolioId": portfolio_id, "ProductId": product_id}
        world.catalog.create_constraint(Type="LAUNCH", Parameters='{"LocalRoleName": "launch"}', **association)
        self.version = {"ProductId": product_id, "ProvisioningArtifactId": artifact_id}
        self.user = world.client("servicecatalog", world.assume(dev))
        record = self.user.provision_product(ProvisionedProductName="mine", **self.version)["RecordDetail"]
        self.product_id = record["ProvisionedProductId"]
        outputs = self.user.describe_record(Id=record["RecordId"])["RecordOutputs"]
        self.key = next(output["OutputValue"] for output in outputs if output["OutputKey"] == "KeyId")

    def document(self, name: str, content: object, kind: str = "Automation") -> None:
        self.world.client("ssm").create_document(
            Name=name, DocumentType=kind, Content=json.dumps(content), TargetType="/AWS::KMS::Key"
        )

    def action(self, document: str = "Rotate", **definition: str) -> str:
        wanted = {
            "Name": document,
            "Version": "1",
            "AssumeRole": "LAUNCH_ROLE",
            "Parameters": '[{"Name": "KeyId", "Type": "TARGET"}]',
        }
        response = self.world.catalog.create_service_action(
            Name="rotate", DefinitionType="SSM_AUTOMATION", Definition=wanted | definition
        )
        identifier: str = response["ServiceActionDetail"]["ServiceActionSummary"]["Id"]
        self.world.catalog.associate_service_action_with_provisioning_artifact(
            ServiceActionId=identifier, **self.version
        )
        return identifier

    def execute(self, action: str, **more: Any) -> Any:
        request = {"ProvisionedProductId": self.product_id, "ServiceActionId": action}
        record = self.user.execute_provisioned_product_service_action(**request, **more)["RecordDetail"]
        return self.user.describe_record(Id=record["RecordId"])["RecordDetail"]

    def rotations(self) -> int:
        return len(self.world.client("kms").list_key_rotations(KeyId=self.key)["Rotations"])


@pytest.fixture
def rotation(world: Any) -> Rotation:
    return Rotation(world)


def test_a_service_action_rotates_the_key_of_the_stack(rotation: Rotation) -> None:
    action = rotation.action()
    asked = rotation.user.describe_service_action_execution_parameters(
        ProvisionedProductId=rotation.product_id, ServiceActionId=action
    )["ServiceActionParameters"]
    assert asked == [{"Name": "KeyId", "Type": "TARGET", "DefaultValues": [rotation.key]}]
    before = rotation.user.describe_provisioned_product(Id=rotation.product_id)["ProvisionedProductDetail"]
    record = rotation.execute(action, ExecuteToken="once")
    assert (record["Status"], record["RecordErrors"], rotation.rotations()) == ("SUCCEEDED", [], 1)
    assert rotation.execute(action, ExecuteToken="once")["RecordId"] == record["RecordId"]
    assert rotation.rotations() == 1
    after = rotation.user.describe_provisioned_product(Id=rotation.product_id)["ProvisionedProductDetail"]
    assert (after["Status"], after["LastRecordId"]) == ("AVAILABLE", record["RecordId"])
    assert after["LastProvisioningRecordId"] == before["LastProvisioningRecordId"]
    outputs = rotation.user.get_provisioned_product_outputs(ProvisionedProductId=rotation.product_id)["Outputs"]
    assert rotation.key in [output["OutputValue"] for output in outputs]


def test_a_service_action_fails_without_permissions_or_document(rotation: Rotation) -> None:
    denied = {"Effect": "Deny", "Action": "kms:RotateKeyOnDemand", "Resource": "*"}
    rotation.world.allow("launch", {"Effect": "Allow", "Action": "*", "Resource": "*"}, denied)
    action = rotation.action()
    (error,) = rotation.execute(action)["RecordErrors"]
    assert (
        "assumed-role/launch/servicecatalog is not authorized to perform: kms:RotateKeyOnDemand" in error["Description"]
    )
    assert rotation.rotations() == 0
    own = rotation.action(AssumeRole=rotation.world.role("actions", allow=ACTING))
    assert rotation.execute(own)["Status"] == "SUCCEEDED"
    (error,) = rotation.execute(own, Parameters={"KeyId": ["gone"]})["RecordErrors"]
    assert error["Description"].endswith("not allowed because they are not in the provisioned product: gone")
    missing = rotation.user.exceptions.ResourceNotFoundException
    with pytest.raises(missing, match="version 2 does not exist"):
        rotation.execute(rotation.action(Version="2"))
    rotation.document("Command", {"schemaVersion": "2.2", "mainSteps": []}, kind="Command")
    with pytest.raises(missing, match="not of the type Automation"):
        rotation.execute(rotation.action("Command"))


@pytest.mark.parametrize(
    "action",
    [
        "cloudformation:ListStackResources",
        "ssm:DescribeDocument",
        "ssm:StartAutomationExecution",
        "ssm:GetAutomationExecution",
    ],
)
def test_the_launch_role_must_be_allowed_to_run_the_document(rotation: Rotation, action: str) -> None:
    denied = {"Effect": "Deny", "Action": action, "Resource": "arn:aws:*:us-east-1:*"}
    rotation.world.allow("launch", {"Effect": "Allow", "Action": "*", "Resource": "*"}, denied)
    (error,) = rotation.execute(rotation.action())["RecordErrors"]
    operation = action.partition(":")[2]
    assert error["Description"].startswith(f"An error occurred (AccessDeniedException) when calling the {operation}")
    assert (
        f"is not authorized to perform: {action} on resource: arn:aws:{action.partition(':')[0]}:us-east-1:"
        in error["Description"]
    )
    assert rotation.rotations() == 0


def test_a_document_needs_a_target_type_that_the_stack_has(rotation: Rotation) -> None:
    ssm = rotation.world.client("ssm")
    ssm.create_document(Name="NoTarget", DocumentType="Automation", Content=json.dumps(ROTATE))
    with pytest.raises(rotation.user.exceptions.ResourceNotFoundException, match="TargetType not defined"):
        rotation.execute(rotation.action("NoTarget"))
    content = json.dumps(ROTATE)
    ssm.create_document(Name="Other", DocumentType="Automation", Content=content, TargetType="/AWS::S3::Bucket")
    (error,) = rotation.execute(rotation.action("Other"))["RecordErrors"]
    assert error["Description"] == "Cannot find any resources with type AWS::S3::Bucket in provisioned product"


def test_a_key_is_rotated_on_demand_25_times(rotation: Rotation) -> None:
    kms = rotation.world.client("kms")
    for _ in range(24):
        kms.rotate_key_on_demand(KeyId=rotation.key)
    action = rotation.action()
    assert rotation.execute(action)["Status"] == "SUCCEEDED"
    (error,) = rotation.execute(action)["RecordErrors"]
    assert "25 times" in error["Description"]
    with pytest.raises(kms.exceptions.LimitExceededException):
        kms.rotate_key_on_demand(KeyId=rotation.key)
    signing = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    with pytest.raises(kms.exceptions.UnsupportedOperationException):
        kms.rotate_key_on_demand(KeyId=signing)


def test_steps_that_the_sandbox_does_not_support_are_reported(rotation: Rotation) -> None:
    step = {"name": "Run", "action": "aws:runCommand", "inputs": {}}
    rotation.document("Run", ROTATE | {"mainSteps": [step]})
    (error,) = rotation.execute(rotation.action("Run"))["RecordErrors"]
    assert error["Description"] == "Step Run: the sandbox does not support aws:runCommand."
    aws_owned = rotation.action("AWS-RestartEC2Instance")
    with pytest.raises(rotation.user.exceptions.OperationNotSupportedException, match="AWS-RestartEC2Instance"):
        rotation.execute(aws_owned)


def test_invalid_executions_are_refused(rotation: Rotation, knobs: Any) -> None:
    action, user = rotation.action(), rotation.user
    with pytest.raises(
        user.exceptions.InvalidParametersException, match="not defined in service action definition: Size"
    ):
        rotation.execute(action, Parameters={"Size": ["1"]})
    with pytest.raises(user.exceptions.ResourceNotFoundException, match="act-other"):
        rotation.execute("act-other")
    knobs.latency = 100
    rotation.execute(action)
    with pytest.raises(user.exceptions.InvalidStateException, match="UNDER_CHANGE"):
        rotation.execute(action)


def call_step(name: str, service: str, api: str, inputs: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "action": "aws:executeAwsApi",
        "inputs": {"Service": service, "Api": api, **(inputs or {})},
        **more,
    }


TOPICS = [{"Name": "Arn", "Selector": "$.Topics[0].TopicArn", "Type": "String"}]
TAG = {"ResourceArn": "{{ Find.Arn }}", "Tags": [{"Key": "KeyId", "Value": "of {{ KeyId }}"}]}


def tagging(*before: dict[str, Any], **find: Any) -> dict[str, Any]:
    """A document that finds a topic and tags it."""
    steps = [*before, call_step("Find", "sns", "ListTopics", outputs=TOPICS, **find)]
    return ROTATE | {"mainSteps": [*steps, call_step("Tag", "sns", "TagResource", TAG)]}


def topic_tags(rotation: Rotation) -> dict[str, str]:
    sns = rotation.world.client("sns")
    (topic,) = sns.list_topics()["Topics"]
    tags = sns.list_tags_for_resource(ResourceArn=topic["TopicArn"])["Tags"]
    return {tag["Key"]: tag["Value"] for tag in tags}


def test_a_step_on_another_service_takes_what_an_earlier_step_found(rotation: Rotation) -> None:
    rotation.document("Tag", tagging())
    assert rotation.execute(rotation.action("Tag"))["Status"] == "SUCCEEDED"
    assert topic_tags(rotation)["KeyId"] == f"of {rotation.key}"


def test_a_step_on_another_service_needs_the_permission_of_the_role(rotation: Rotation) -> None:
    rotation.document("Tag", tagging())
    action = rotation.action("Tag")
    allowed = [each for each in ACTING if each != "sns:*"] + ["sns:ListTopics"]
    rotation.world.allow("launch", {"Effect": "Allow", "Action": allowed, "Resource": "*"})
    (error,) = rotation.execute(action)["RecordErrors"]
    assert "Tag: User: " in error["Description"]
    assert "is not authorized to perform: sns:TagResource on resource: arn:aws:sns:" in error["Description"]
    assert "KeyId" not in topic_tags(rotation)


def test_a_failed_step_stops_the_document_unless_it_may_continue(rotation: Rotation) -> None:
    missing = call_step("Missing", "sns", "DeleteTopic", {"TopicArn": "no arn"})
    for index, (more, status) in enumerate((({}, "FAILED"), ({"onFailure": "Continue"}, "SUCCEEDED"))):
        rotation.document(f"Tag{index}", tagging({**missing, **more}))
        assert rotation.execute(rotation.action(f"Tag{index}"))["Status"] == status
        assert ("KeyId" in topic_tags(rotation)) == (status == "SUCCEEDED")


def test_the_step_at_the_end_is_the_last(rotation: Rotation) -> None:
    rotation.document("Tag", tagging(isEnd=True))
    assert rotation.execute(rotation.action("Tag"))["Status"] == "SUCCEEDED"
    assert "KeyId" not in topic_tags(rotation)


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (call_step("Run", "sns", "DoThings"), "the sandbox does not support aws:executeAwsApi sns:DoThings."),
        (call_step("Run", "nothing", "Get"), "the sandbox does not support aws:executeAwsApi nothing:Get."),
        (call_step("Run", "kms", "CreateKey"), "the sandbox does not support aws:executeAwsApi kms:CreateKey."),
        (
            call_step("Run", "sns", "ListTopics", outputs=[{"Name": "A", "Selector": "$.Topics[7].TopicArn"}]),
            "the answer has nothing at $.Topics[7].TopicArn.",
        ),
        (
            call_step("Run", "sns", "ListTopics", outputs=[{"Name": "A", "Selector": "$..TopicArn"}]),
            "the sandbox does not support the selector $..TopicArn.",
        ),
    ],
)
def test_calls_that_the_sandbox_cannot_make_are_reported(rotation: Rotation, step: Any, words: str) -> None:
    rotation.document("Run", ROTATE | {"mainSteps": [step]})
    (error,) = rotation.execute(rotation.action("Run"))["RecordErrors"]
    assert words in error["Description"]
