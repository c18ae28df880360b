"""What a launch will make, before it starts."""

from __future__ import annotations

from typing import Any

from catalog.console.reviews import launch_review
from catalog.content.portfolio_files import EXAMPLE
from tests.unit.provisioning.conftest import form_of

ROLE = "arn:aws:iam::123456789012:role/app"
PARAMETERS: dict[str, Any] = {
    "Name": {"Type": "String"},
    "Users": {"Type": "CommaDelimitedList", "Default": ROLE},
    "Secret": {"Type": "String", "NoEcho": True},
    "Empty": {"Type": "String", "Default": ""},
}
TEMPLATE: dict[str, Any] = {
    "Parameters": PARAMETERS,
    "Conditions": {"Never": {"Fn::Equals": ["a", "b"]}},
    "Resources": {
        "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": {"Ref": "Name"}}},
        "Other": {"Type": "AWS::SNS::Topic", "Condition": "Never"},
        "Policy": {
            "Type": "AWS::SNS::TopicPolicy",
            "Properties": {
                "Topics": [{"Ref": "Topic"}],
                "PolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": {
                        "Effect": "Allow",
                        "Principal": {"AWS": {"Ref": "Users"}},
                        "Action": "sns:Publish",
                        "Resource": {"Ref": "Topic"},
                    },
                },
            },
        },
    },
}
GIVEN = {"Name": "orders", "Secret": "hunter2"}


def review(template: dict[str, Any] | None, **parameters: Any) -> Any:
    form = form_of({**PARAMETERS, **parameters}, tag_options={"Name": ("orders",)})
    return launch_review(form, template, GIVEN, {"Team": "red"}, EXAMPLE)


def test_resources_with_names_access_values_and_tags() -> None:
    made = review(TEMPLATE)
    assert made.resources == (("Topic", "AWS::SNS::Topic", "orders"), ("Policy", "AWS::SNS::TopicPolicy", ""))
    assert made.unevaluated == ""
    assert any("app: use" in words or "app: publish" in words for _, words in made.gains), made.gains
    assert made.parameters == (
        ("Name", "orders", False),
        ("Users", ROLE, True),
        ("Secret", "****", False),
        ("Empty", "(empty)", True),
    )
    assert made.tags == {"Name": "orders", "Team": "red"}
    assert {node.id for node in made.picture.nodes} == {"Topic", "Policy"}
    assert "hunter2" not in repr((made.parameters, made.tags, made.resources, made.gains))


def test_without_a_template_nothing_is_known() -> None:
    made = review(None)
    assert (made.resources, made.unknown_access, made.picture) == ((), "The template cannot be read.", None)
    assert made.unevaluated == "The template cannot be read."


def test_a_value_of_ssm_leaves_what_the_template_declares() -> None:
    image = {"Image": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/image"}}
    made = review({**TEMPLATE, "Parameters": {**PARAMETERS, **image}}, **image)
    assert made.unevaluated == "Only AWS knows the values of SSM parameters."
    assert ("Other", "AWS::SNS::Topic", "if Never") in made.resources
