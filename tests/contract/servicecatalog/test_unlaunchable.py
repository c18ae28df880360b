"""I4: a product that the sandbox cannot launch can be created, and its launch names the resource type."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.servicecatalog.conftest import ACCOUNT, World

USER = f"arn:aws:iam::{ACCOUNT}:user/moto"
TOPIC = {"Type": "AWS::SNS::Topic"}
TEMPLATES: dict[str, tuple[Any, str]] = {
    "a type that CloudFormation does not have": ({"A": {"Type": "AWS::CloudWatch::Dream"}}, "AWS::CloudWatch::Dream"),
    "a custom resource without a function": (
        {"C": {"Type": "Custom::Thing", "Properties": {"ServiceToken": "x"}}},
        "Invalid service token.",
    ),
    "a macro": ({"M": {"Type": "AWS::CloudFormation::Macro"}}, "AWS::CloudFormation::Macro"),
    "a module": ({"M": {"Type": "My::Own::Part::MODULE"}}, "My::Own::Part::MODULE"),
    "a nested stack without a template": (
        {"N": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "x"}}},
        "TemplateURL must be a supported URL.",
    ),
    "an attribute that the type lacks": (
        {"T": TOPIC, "U": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": {"Fn::GetAtt": ["T", "New"]}}}},
        "resource T does not support attribute type New",
    ),
}


@pytest.mark.parametrize(("resources", "words"), TEMPLATES.values(), ids=TEMPLATES)
def test_a_product_that_cannot_be_launched_is_created_and_its_launch_says_why(
    world: World, resources: Any, words: str
) -> None:
    product, artifact = world.product(template={"Resources": resources})
    world.portfolio(product, principals=(USER,))
    world.catalog.create_provisioning_artifact(
        ProductId=product,
        Parameters={"Name": "1.1.0", "Info": {"LoadTemplateFromURL": world.put_template({"Resources": resources})}},
    )
    world.catalog.describe_provisioning_parameters(ProductId=product, ProvisioningArtifactId=artifact)
    record = world.catalog.provision_product(
        ProductId=product, ProvisioningArtifactId=artifact, ProvisionedProductName="mine"
    )["RecordDetail"]
    detail = world.catalog.describe_record(Id=record["RecordId"])["RecordDetail"]
    assert detail["Status"] == "FAILED"
    assert words in detail["RecordErrors"][0]["Description"]


@pytest.mark.parametrize("text", ["not: [a template", '{"Resources": {}}', "{}"])
def test_what_is_no_template_is_refused(world: World, text: str) -> None:
    with pytest.raises(world.catalog.exceptions.InvalidParametersException, match="Invalid templateBody"):
        world.product(template=text)
