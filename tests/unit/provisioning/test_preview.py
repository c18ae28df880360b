"""What a launch would make and who gets access, before it starts."""

from __future__ import annotations

from typing import Any

from catalog.cfn import Template
from catalog.content.portfolio_files import EXAMPLE
from catalog.provisioning.preview import Preview

USE = {
    "Sid": "Use",
    "Effect": "Allow",
    "Principal": {"AWS": {"Ref": "Role"}},
    "Action": "kms:Decrypt",
    "Resource": "*",
}
KEY: dict[str, Any] = {
    "Parameters": {"Role": {"Type": "String"}, "Image": {"Type": "String", "Default": "x"}},
    "Resources": {
        "Key": {
            "Type": "AWS::KMS::Key",
            "Properties": {"KeyPolicy": {"Version": "2012-10-17", "Statement": [USE]}},
        },
        "Name": {"Type": "AWS::KMS::Alias", "Properties": {"AliasName": "alias/x", "TargetKeyId": {"Ref": "Key"}}},
    },
    "Rules": {"Never": {"Assertions": [{"Assert": {"Fn::Equals": ["a", "b"]}}]}},
}


def shown(template: Template | None, **tags: str) -> list[str]:
    parameters = {"Role": f"arn:aws:iam::{EXAMPLE.account}:role/app"}
    preview = Preview("Key 1.0.0", template, parameters, tags, EXAMPLE, "an account")
    return [line for _, line in preview.lines(80)]


def test_resources_access_and_tags() -> None:
    """The rules are not evaluated again: those of the portfolio are not in the template."""
    assert shown(KEY, Team="red", Stage="dev") == [
        "Will be made in an account",
        "  Key   AWS::KMS::Key",
        "  Name  AWS::KMS::Alias  alias/x",
        "Who gets access",
        "  Key  Role: app: use in part",
        "Tags",
        "  Team=red, Stage=dev",
    ]
    assert (
        Preview("Key 1.0.0", KEY, {"Role": f"arn:aws:iam::{EXAMPLE.account}:role/app"}, {}, EXAMPLE, "x").resources()
        == 2
    )


def test_what_is_not_known_is_said() -> None:
    assert "Not known: the caller may not read the template" in " ".join(shown(None))
    image = {"Type": "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>", "Default": "/golden"}
    ssm = {**KEY, "Parameters": {**KEY["Parameters"], "Image": image}}
    assert "Not evaluated: only AWS knows the values of SSM parameters." in " ".join(shown(ssm))
    assert "  Key   AWS::KMS::Key" in shown(ssm)
    macro = {**KEY, "Transform": "Mine"}
    assert "not rendered: AWS runs a macro over the template" in " ".join(shown(macro))
    assert shown({"Resources": {"T": {"Type": "AWS::SNS::Topic"}}, "Parameters": {"Role": {"Type": "String"}}})[1:] == [
        "  T  AWS::SNS::Topic"
    ]
