"""AppRegistry over HTTP: by id, name and ARN, with what it refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.contract.servicecatalog.conftest import World


@pytest.fixture
def registry(world: World) -> Any:
    return world.client("servicecatalog-appregistry")


def test_an_application_is_known_by_id_name_and_arn(registry: Any) -> None:
    made = registry.create_application(name="shop", clientToken="t", tags={"team": "one"})["application"]
    assert made["applicationTag"]["awsApplication"].endswith(f":group/shop/{made['id']}")
    for wanted in (made["id"], "shop", made["arn"]):
        assert registry.get_application(application=wanted)["id"] == made["id"]
    registry.update_application(application=made["arn"], description="d")
    (listed,) = registry.list_applications()["applications"]
    assert (listed["id"], listed["description"]) == (made["id"], "d")
    registry.tag_resource(resourceArn=made["arn"], tags={"stage": "dev"})
    registry.untag_resource(resourceArn=made["arn"], tagKeys=["team", "none"])
    assert registry.list_tags_for_resource(resourceArn=made["arn"])["tags"] == {"stage": "dev"}


def test_what_is_refused(registry: Any) -> None:
    shop = registry.create_application(name="shop", clientToken="t")["application"]
    other = registry.create_application(name="other", clientToken="u")["application"]
    group = registry.create_attribute_group(name="facts", attributes="{}", clientToken="t")["attributeGroup"]
    errors = registry.exceptions
    with pytest.raises(errors.ConflictException, match="shop already exists"):
        registry.create_application(name="shop", clientToken="v")
    with pytest.raises(errors.ConflictException, match="shop already exists"):
        registry.update_application(application="other", name="shop")
    with pytest.raises(errors.ResourceNotFoundException, match="Application nothing does not exist"):
        registry.get_application(application="nothing")
    with pytest.raises(errors.ResourceNotFoundException, match="No CloudFormation stack called 'none'"):
        registry.associate_resource(application="shop", resourceType="CFN_STACK", resource="none")
    with pytest.raises(errors.ValidationException, match="must be a JSON object"):
        registry.update_attribute_group(attributeGroup="facts", attributes="[]")
    with pytest.raises(errors.ResourceNotFoundException, match="facts is not associated with other"):
        registry.disassociate_attribute_group(application=other["id"], attributeGroup=group["id"])
    registry.associate_attribute_group(application=shop["arn"], attributeGroup=group["arn"])
    with pytest.raises(errors.ConflictException, match="already associated"):
        registry.associate_attribute_group(application="shop", attributeGroup="facts")
    for delete in (
        lambda: registry.delete_application(application="shop"),
        lambda: registry.delete_attribute_group(attributeGroup="facts"),
    ):
        with pytest.raises(errors.ValidationException, match="still"):
            delete()
    assert registry.list_associated_attribute_groups(application="shop")["attributeGroups"] == [group["id"]]
    registry.disassociate_attribute_group(application="shop", attributeGroup=group["arn"])
    registry.delete_attribute_group(attributeGroup="facts")
    registry.delete_application(application=shop["arn"])
    with pytest.raises(registry.exceptions.ClientError, match=r"ValidationException.*does not implement"):
        registry.get_configuration()


def test_a_stack_of_an_application(registry: Any, world: World) -> None:
    template = json.dumps({"Resources": {"T": {"Type": "AWS::SNS::Topic"}}})
    stack = world.client("cloudformation").create_stack(StackName="there", TemplateBody=template)["StackId"]
    registry.create_application(name="shop", clientToken="t")
    asked = {"application": "shop", "resourceType": "CFN_STACK"}
    assert registry.associate_resource(**asked, resource=stack)["resourceArn"] == stack
    assert registry.get_associated_resource(**asked, resource=stack)["resource"]["name"] == "there"
    (listed,) = registry.list_associated_resources(application="shop")["resources"]
    assert (listed["name"], listed["arn"], listed["resourceType"]) == ("there", stack, "CFN_STACK")
    registry.disassociate_resource(**asked, resource="there")
    assert registry.list_associated_resources(application="shop")["resources"] == []
