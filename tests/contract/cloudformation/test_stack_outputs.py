"""Fn::GetStackOutput: outputs of other stacks, Regions and accounts, without exports."""

from __future__ import annotations

import json
from typing import Any

from tests.contract.cloudformation.conftest import ALL, ROLE, allow, deny, launch, relaunch
from tests.contract.conftest import topic

GIVER = {**topic(), "Outputs": {"Word": {"Value": "first"}}}
OTHER = "210987654321"
READER = f"arn:aws:iam::{OTHER}:role/reader"


def taker(**named: str) -> dict[str, Any]:
    """A template that reads an output in a property, in a function and in an output."""
    output = {"Fn::GetStackOutput": {"StackName": "giver", "OutputName": "Word", **named}}
    name = {"Fn::Sub": ["${Word}-name", {"Word": output}]}
    return {
        "Resources": {"It": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": name}}},
        "Outputs": {"Same": {"Value": output}},
    }


def test_an_output_of_another_region_is_read_at_each_operation(local: Any) -> None:
    formation = local.client("cloudformation", "eu-west-1")
    formation.create_stack(StackName="giver", TemplateBody=json.dumps(GIVER))
    template = taker(Region="eu-west-1")
    stack = local.create("taker", template)
    assert [output["OutputValue"] for output in stack["Outputs"]] == ["first"]
    assert local.physical("taker", "It").endswith("/first-name")
    formation.update_stack(
        StackName="giver", TemplateBody=json.dumps({**GIVER, "Outputs": {"Word": {"Value": "second"}}})
    )
    local.update("taker", template, Tags=[{"Key": "a", "Value": "b"}])
    assert local.physical("taker", "It").endswith("/second-name")
    formation.delete_stack(StackName="giver")  # nobody is in its way
    assert formation.describe_stacks()["Stacks"] == []


def test_what_does_not_exist_fails_the_resource(local: Any) -> None:
    assert local.create("none", taker())["StackStatus"] == "ROLLBACK_COMPLETE"
    assert local.reason("none", "It", "CREATE_FAILED") == "Stack with id giver does not exist"
    local.create("giver", GIVER)
    local.create("wrong", taker(OutputName="Wrong"))
    assert local.reason("wrong", "It", "CREATE_FAILED") == "Output Wrong of stack giver does not exist"
    local.create("far", taker(Region="mars-1"))
    assert "mars-1" in local.reason("far", "It", "CREATE_FAILED")


def test_the_role_of_the_stack_reads_it(local: Any) -> None:
    local.create("giver", GIVER)
    deny(local, "cloudformation:DescribeStacks")
    outcome = launch(taker())
    assert outcome.status == "ROLLBACK_COMPLETE"
    assert "not authorized to perform: cloudformation:DescribeStacks on resource: arn:aws:cloudf" in outcome.reason
    allow(local, ALL)
    assert launch(taker(), "SC-2").status == "CREATE_COMPLETE"
    assert relaunch(taker(), "SC-2", more="tags").status == "UPDATE_COMPLETE"


def test_a_role_of_another_account_reads_it_there(local: Any) -> None:
    session = local.client("sts").assume_role(RoleArn=f"arn:aws:iam::{OTHER}:role/admin", RoleSessionName="test")
    keys = session["Credentials"]
    there = {
        "aws_access_key_id": keys["AccessKeyId"],
        "aws_secret_access_key": keys["SecretAccessKey"],
        "aws_session_token": keys["SessionToken"],
    }
    local.client("cloudformation", **there).create_stack(StackName="giver", TemplateBody=json.dumps(GIVER))
    iam = local.client("iam", **there)
    allow(local, ALL)

    def trusting(principal: str) -> str:
        statement = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole"}
        return json.dumps({"Version": "2012-10-17", "Statement": [statement]})

    iam.create_role(RoleName="reader", AssumeRolePolicyDocument=trusting(OTHER))
    assert "not authorized to perform: sts:AssumeRole" in launch(taker(RoleArn=READER)).reason
    iam.update_assume_role_policy(RoleName="reader", PolicyDocument=trusting(ROLE))
    assert "not authorized to perform: cloudformation:DescribeStacks" in launch(taker(RoleArn=READER), "SC-2").reason
    reads = {"Effect": "Allow", "Action": "cloudformation:DescribeStacks", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [reads]})
    iam.put_role_policy(RoleName="reader", PolicyName="reads", PolicyDocument=document)
    assert launch(taker(RoleArn=READER), "SC-3").status == "CREATE_COMPLETE"
    deny(local, "sts:AssumeRole")
    refused = launch(taker(RoleArn=READER), "SC-4").reason
    assert f"not authorized to perform: sts:AssumeRole on resource: {READER}" in refused
