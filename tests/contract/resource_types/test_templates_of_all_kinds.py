"""The role that `catalog role derive` gives is enough to launch and to terminate templates of all kinds.

The sandbox has most of their types; the others are modelled, with the permissions that their schemas list.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from catalog.content.template_files import read_template
from catalog.sandbox import stacks
from tests.conftest import ROOT
from tests.contract.resource_types.conftest import ACCOUNT, REGION, ROLE, TAGS, World
from tests.contract.resource_types.derived import role_policy

FOLDER = ROOT / "tests" / "fixtures" / "products"
TEMPLATES = sorted(FOLDER.glob("*.yaml"))
BY_TYPE = {
    "AWS::EC2::Image::Id": "ami-03cf127a",
    "Image": "registry/app:1",
    "Address": "team@example.com",
}


@pytest.fixture(scope="module")
def key(shared_world: World) -> str:
    """The ARN of a key of the account."""
    return str(shared_world.client("kms").create_key()["KeyMetadata"]["Arn"])


def values(world: World, template: dict[str, Any], key: str) -> dict[str, str]:
    """A value for each parameter without a default: the ids of what the account has."""
    ec2 = world.client("ec2")
    subnets = ec2.describe_subnets()["Subnets"]
    group = ec2.describe_security_groups(GroupNames=["default"])["SecurityGroups"][0]
    there = {
        **BY_TYPE,
        "Key": key,
        "Certificate": world.client("acm").request_certificate(DomainName="a.example.com")["CertificateArn"],
        "AWS::EC2::Subnet::Id": subnets[0]["SubnetId"],
        "AWS::EC2::VPC::Id": subnets[0]["VpcId"],
        "AWS::EC2::SecurityGroup::Id": group["GroupId"],
        "List<AWS::EC2::Subnet::Id>": ",".join(each["SubnetId"] for each in subnets[:2]),
    }
    return {
        name: there.get(parameter["Type"]) or there[name]
        for name, parameter in template.get("Parameters", {}).items()
        if "Default" not in parameter
    }


@pytest.fixture(scope="module", autouse=True)
def exported(shared_world: World, key: str) -> None:
    """What another stack exports and an SSM parameter, for the templates that refer to them."""
    shared_world.client("ssm").put_parameter(Name="/news/title", Value="News", Type="String")
    nothing = {"Type": "AWS::CloudFormation::WaitConditionHandle"}
    function = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:tickets"
    exports = {"news-key": key, "tickets-function": function}
    outputs = {name[:4]: {"Value": value, "Export": {"Name": name}} for name, value in exports.items()}
    body = {"Resources": {"Nothing": nothing}, "Outputs": outputs}
    assert shared_world.create(body, "exporter").status == "CREATE_COMPLETE"


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.stem)
def test_a_template_is_launched_and_terminated_as_its_derived_role(world: World, file: Path, key: str) -> None:
    text = file.read_text(encoding="utf-8")
    template = json.loads(json.dumps(read_template(file.name, text.encode())))
    world.policy(role_policy(template))
    wanted = stacks.WantedStack(
        ACCOUNT,
        REGION,
        name=world.stack,
        template=text,
        parameters=values(world, template, key),
        tags=TAGS,
        role_arn=ROLE,
        caller_arn=ROLE,
    )
    outcome = stacks.create_stack(wanted)
    assert outcome.status == "CREATE_COMPLETE", outcome.reason
    outcome = world.delete()
    assert outcome.status == "DELETE_COMPLETE", outcome.reason
