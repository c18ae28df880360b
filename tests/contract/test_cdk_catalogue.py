"""An app of the AWS CDK with a whole catalogue, deployed as its synthesised template: created, updated, deleted."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from tests.contract.conftest import ACCOUNT, Sandbox

FIXTURE = Path(__file__).resolve().parent.parent / "fixtures" / "stacks" / "cdk-catalogue.json"
ASSETS = f"cdk-hnb659fds-assets-{ACCOUNT}-us-east-1"
DEPLOYER = f"cdk-hnb659fds-cfn-exec-role-{ACCOUNT}-us-east-1"
SERVICES = ("cloudformation.amazonaws.com", "servicecatalog.amazonaws.com")
QUEUE: dict[str, Any] = {
    "Parameters": {"Name": {"Type": "String"}},
    "Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": "Name"}}}},
    "Outputs": {"Url": {"Value": {"Ref": "Queue"}}},
}
SECOND = copy.deepcopy(QUEUE)
SECOND["Resources"]["Queue"]["Properties"]["DelaySeconds"] = 5


@pytest.fixture
def bootstrapped(local: Sandbox) -> Sandbox:
    """What `cdk bootstrap` and `cdk deploy` have put there: the role, the parameter and the assets."""
    trust = [{"Effect": "Allow", "Principal": {"Service": name}, "Action": "sts:AssumeRole"} for name in SERVICES]
    local.client("iam").create_role(
        RoleName=DEPLOYER, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": trust})
    )
    local.client("ssm").put_parameter(Name="/cdk-bootstrap/hnb659fds/version", Value="21", Type="String")
    local.client("s3").create_bucket(Bucket=ASSETS)
    for name, template in (("queue-1", QUEUE), ("queue-2", SECOND)):
        local.client("s3").put_object(Bucket=ASSETS, Key=f"{name}.json", Body=json.dumps(template).encode())
    return local


def outputs(stack: Any) -> dict[str, str]:
    return {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}


def changed(template: dict[str, Any]) -> dict[str, Any]:
    """The template with another version beside the first, which is launched with other values, and other tags."""
    newer = copy.deepcopy(template)
    versions = newer["Resources"]["QueueProduct11D7F0E5"]["Properties"]["ProvisioningArtifactParameters"]
    versions.append(copy.deepcopy(versions[0]))
    versions[1]["Name"] = "v2"
    url = versions[1]["Info"]["LoadTemplateFromURL"]
    url["Fn::Sub"] = url["Fn::Sub"].replace("queue-1", "queue-2")
    newer["Resources"]["Orders"]["Properties"]["ProvisioningArtifactName"] = "v2"
    newer["Resources"]["Portfolio856A4190"]["Properties"]["DisplayName"] = "Queues"
    newer["Resources"]["Orders"]["Properties"]["PathName"] = "Queues"
    return newer


def test_the_app_is_created_updated_and_deleted(bootstrapped: Sandbox) -> None:
    catalog, queues = bootstrapped.client("servicecatalog"), bootstrapped.client("sqs")
    template = json.loads(FIXTURE.read_text(encoding="utf-8"))
    more = {"Capabilities": ["CAPABILITY_NAMED_IAM"], "RoleARN": f"arn:aws:iam::{ACCOUNT}:role/{DEPLOYER}"}
    stack = bootstrapped.create("Catalogue", template, **more)
    assert stack["StackStatus"] == "CREATE_COMPLETE", stack.get("StackStatusReason")
    made = outputs(stack)
    assert made["PortfolioName"] == "Messaging"
    assert queues.get_queue_attributes(QueueUrl=made["OrdersUrl"], AttributeNames=["QueueArn"])["Attributes"]
    tags = queues.list_queue_tags(QueueUrl=made["OrdersUrl"])["Tags"]
    assert tags["stage"] == "dev"  # of the TagOption
    assert tags["aws:servicecatalog:portfolioArn"].endswith(bootstrapped.physical("Catalogue", "Portfolio856A4190"))
    launch = bootstrapped.client("cloudformation").describe_stacks(StackName=made["OrdersStack"])["Stacks"][0]
    assert launch["RoleARN"].rpartition("/")[2] == bootstrapped.physical("Catalogue", "LaunchRole5A2B33C1")
    assert launch["NotificationARNs"] == [bootstrapped.physical("Catalogue", "EventsTopic2A3C5D0B")]
    first = bootstrapped.physical("Catalogue", "Orders")

    theirs = copy.deepcopy(template)
    theirs["Resources"]["Orders"]["Properties"]["ProvisioningParameters"][0]["Value"] = "theirs"
    refused = bootstrapped.update("Catalogue", theirs, **more)
    assert refused["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert "theirs is the name of others" in bootstrapped.reason("Catalogue", "Orders", "UPDATE_FAILED")

    stack = bootstrapped.update("Catalogue", changed(template), Tags=[{"Key": "cost", "Value": "7"}], **more)
    assert stack["StackStatus"] == "UPDATE_COMPLETE", stack.get("StackStatusReason")
    assert bootstrapped.physical("Catalogue", "Orders") == first
    assert outputs(stack)["PortfolioName"] == "Queues"
    attributes = queues.get_queue_attributes(QueueUrl=made["OrdersUrl"], AttributeNames=["DelaySeconds"])["Attributes"]
    assert attributes == {"DelaySeconds": "5"}
    assert queues.list_queue_tags(QueueUrl=made["OrdersUrl"])["Tags"]["cost"] == "7"
    product = bootstrapped.physical("Catalogue", "QueueProduct11D7F0E5")
    versions = catalog.list_provisioning_artifacts(ProductId=product)["ProvisioningArtifactDetails"]
    assert [each["Name"] for each in versions] == ["v1", "v2"]

    bootstrapped.client("cloudformation").delete_stack(StackName="Catalogue")
    stacks = bootstrapped.client("cloudformation").describe_stacks()["Stacks"]
    assert stacks == []
    assert catalog.list_portfolios()["PortfolioDetails"] == []
    assert catalog.list_tag_options()["TagOptionDetails"] == []
    assert catalog.search_products_as_admin()["ProductViewDetails"] == []
    assert catalog.scan_provisioned_products(AccessLevelFilter={"Key": "Account", "Value": "self"}) | {
        "ResponseMetadata": {}
    } == {"ProvisionedProducts": [], "ResponseMetadata": {}}
    assert "QueueUrls" not in queues.list_queues()
