"""A sandbox that was killed comes back as it was: the same port, keys, ids, secrets and times."""

from __future__ import annotations

import json
import os
import signal
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from click.testing import CliRunner

from catalog.cli import main
from catalog.errors import SandboxError
from catalog.sandbox import control
from catalog.sandbox.control import Sandbox, StartOptions
from catalog.sandbox.journal import REQUESTS
from catalog.testing.stubs import StubbedResource, StubServer

ACCOUNT = "123456789012"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "servicecatalog.amazonaws.com", "AWS": f"arn:aws:iam::{ACCOUNT}:root"},
            "Action": "sts:AssumeRole",
        }
    ],
}
ANYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
TEMPLATE = {
    "Resources": {
        "Key": {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": {}}},
        "Topic": {"Type": "AWS::SNS::Topic"},
        "Group": {"Type": "AWS::EC2::SecurityGroup", "Properties": {"GroupDescription": "g"}},
        "Quota": {"Type": "Custom::Quota", "Properties": {"ServiceToken": f"arn:aws:sns:us-east-1:{ACCOUNT}:quotas"}},
    },
    "Outputs": {name: {"Value": {"Ref": name}} for name in ("Key", "Topic", "Group", "Quota")},
}
TEMPLATE["Resources"]["Key"]["Properties"]["KeyPolicy"] = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
            "Action": "kms:*",
            "Resource": "*",
        }
    ],
}


class Clients:
    """Clients of a sandbox, as its administrator or with other keys."""

    def __init__(self, sandbox: Sandbox, keys: tuple[str, str, str] = ("", "", "")) -> None:
        environment = sandbox.environment()
        self.options: dict[str, Any] = {
            "endpoint_url": sandbox.url,
            "region_name": environment["AWS_REGION"],
            "aws_access_key_id": keys[0] or environment["AWS_ACCESS_KEY_ID"],
            "aws_secret_access_key": keys[1] or environment["AWS_SECRET_ACCESS_KEY"],
            "aws_session_token": keys[2] or None,
            "config": Config(retries={"total_max_attempts": 1}),
        }

    def __getattr__(self, service: str) -> Any:
        client = boto3.client(service, **self.options)
        setattr(self, service, client)
        return client


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    directory = tmp_path_factory.mktemp("kept")
    yield directory
    control.stop(directory)


def kill(sandbox: Sandbox) -> None:
    """End the process without a word."""
    os.kill(sandbox.pid, signal.SIGKILL)
    while control.find(sandbox.directory) or (sandbox.directory / "server.json").exists():
        time.sleep(0.02)


def stub(clients: Clients, member: dict[str, Any]) -> None:
    """Declare what answers a custom resource."""
    key = clients.options["aws_access_key_id"]
    request = urllib.request.Request(  # noqa: S310  # http
        clients.options["endpoint_url"] + control.STUBS_PATH,
        json.dumps(member).encode(),
        {"Authorization": f"AWS4-HMAC-SHA256 Credential={key}/", "Content-Type": "application/json"},
    )
    urllib.request.urlopen(request, timeout=10).close()  # noqa: S310  # http


def launched(clients: Clients) -> dict[str, Any]:
    """Make what a team makes, and launch a product as a role; what later must be there again."""
    stub(clients, {"match": "Custom::Quota", "answer": {"PhysicalResourceId": "five"}})
    vpc = clients.ec2.describe_vpcs()["Vpcs"][0]["VpcId"]  # the default VPC is made by this reading call
    clients.iam.create_role(RoleName="launch", AssumeRolePolicyDocument=json.dumps(TRUST))
    clients.iam.put_role_policy(RoleName="launch", PolicyName="all", PolicyDocument=json.dumps(ANYTHING))
    clients.s3.create_bucket(Bucket="templates")
    clients.s3.put_object(Bucket="templates", Key="t.json", Body=json.dumps(TEMPLATE).encode())
    product = clients.servicecatalog.create_product(
        Name="Thing",
        Owner="us",
        ProductType="CLOUD_FORMATION_TEMPLATE",
        ProvisioningArtifactParameters={
            "Name": "1.0.0",
            "Info": {"LoadTemplateFromURL": "https://templates.s3.us-east-1.amazonaws.com/t.json"},
        },
    )["ProductViewDetail"]["ProductViewSummary"]["ProductId"]
    portfolio = clients.servicecatalog.create_portfolio(DisplayName="Team", ProviderName="us")["PortfolioDetail"]["Id"]
    clients.servicecatalog.associate_product_with_portfolio(ProductId=product, PortfolioId=portfolio)
    arn = f"arn:aws:iam::{ACCOUNT}:role/launch"
    clients.servicecatalog.associate_principal_with_portfolio(
        PortfolioId=portfolio, PrincipalARN=arn, PrincipalType="IAM"
    )
    session = clients.sts.assume_role(RoleArn=arn, RoleSessionName="ann")["Credentials"]
    keys = (session["AccessKeyId"], session["SecretAccessKey"], session["SessionToken"])
    return {"vpc": vpc, "product": product, "portfolio": portfolio, "keys": keys}


def seen(clients: Clients, made: dict[str, Any]) -> dict[str, Any]:
    """What clients see."""
    catalog = clients.servicecatalog
    outputs = catalog.get_provisioned_product_outputs(ProvisionedProductName="mine")["Outputs"]
    values = {each["OutputKey"]: each["OutputValue"] for each in outputs}
    stack = values["CloudformationStackARN"]
    group = clients.ec2.describe_security_groups(GroupIds=[values["Group"]])["SecurityGroups"][0]
    return {
        "portfolio": catalog.describe_portfolio(Id=made["portfolio"])["PortfolioDetail"],
        "product": catalog.describe_product_as_admin(Id=made["product"])["ProvisioningArtifactSummaries"],
        "launch": catalog.describe_provisioned_product(Name="mine")["ProvisionedProductDetail"],
        "outputs": values,
        "stack": clients.cloudformation.describe_stack_events(StackName=stack)["StackEvents"],
        "group": (group["GroupName"], group["VpcId"]),
        "vpcs": [each["VpcId"] for each in clients.ec2.describe_vpcs()["Vpcs"]],
        "template": clients.s3.get_object(Bucket="templates", Key="t.json")["Body"].read(),
        "role": clients.iam.get_role(RoleName="launch")["Role"]["RoleId"],
        "key": clients.kms.describe_key(KeyId=values["Key"])["KeyMetadata"],
    }


def let_in(clients: Clients) -> dict[str, Any]:
    """Make stacks in one another: a stub makes the second while the first waits for it; what is there then."""
    server = StubServer()
    token, url = f"arn:aws:sns:us-east-1:{ACCOUNT}:slow", {"Ref": "Handle"}
    resources = {
        "Handle": {"Type": "AWS::CloudFormation::WaitConditionHandle"},
        "Slow": {"Type": "Custom::Slow", "Properties": {"ServiceToken": token, "Url": url}},
        "Topic": {"Type": "AWS::SNS::Topic", "DependsOn": "Slow"},
        "Wait": {
            "Type": "AWS::CloudFormation::WaitCondition",
            "DependsOn": "Slow",
            "Properties": {"Handle": url, "Timeout": "60"},
        },
    }
    outputs = {"Data": {"Value": {"Fn::GetAtt": ["Wait", "Data"]}}}
    body = json.dumps({"Resources": resources, "Outputs": outputs})

    def answer(event: dict[str, Any]) -> dict[str, Any]:
        clients.iam.create_user(UserName=f"user-{len(slow.requests)}")
        signal = json.dumps({"UniqueId": "boot", "Status": "SUCCESS", "Data": "done"}).encode()
        put = urllib.request.Request(event["ResourceProperties"]["Url"], signal, method="PUT")  # noqa: S310  # http
        urllib.request.urlopen(put, timeout=10).close()  # noqa: S310  # http
        if len(slow.requests) < 3:
            clients.cloudformation.create_stack(StackName=f"stack-{len(slow.requests)}", TemplateBody=body)
        return {"PhysicalResourceId": f"made-{len(slow.requests)}"}

    slow = StubbedResource("Custom::Slow", answer)
    stub(clients, {"match": slow.match, "url": server.add(slow)})
    clients.cloudformation.create_stack(StackName="stack-0", TemplateBody=body)
    server.stop()
    return stacks(clients)


def stacks(clients: Clients) -> dict[str, Any]:
    """The ids of stacks, resources and users."""
    ids: dict[str, Any] = {
        f"stack-{number}": [
            (each["PhysicalResourceId"], each["ResourceStatus"], str(each["Timestamp"]))
            for each in clients.cloudformation.describe_stack_resources(StackName=f"stack-{number}")["StackResources"]
        ]
        for number in range(3)
    }
    described = clients.cloudformation.describe_stacks(StackName="stack-0")["Stacks"][0]
    assert described["Outputs"][0]["OutputValue"] == '{"boot": "done"}'
    return {**ids, "users": sorted(each["UserId"] for each in clients.iam.list_users()["Users"])}


def wait_for_launch(clients: Clients) -> None:
    while clients.servicecatalog.describe_provisioned_product(Name="mine")["ProvisionedProductDetail"]["Status"] != (
        "AVAILABLE"
    ):
        time.sleep(0.1)


def test_a_killed_sandbox_comes_back_as_it_was(folder: Path) -> None:
    sandbox = control.start(folder)
    clients = Clients(sandbox)
    made = launched(clients)
    user = Clients(sandbox, made["keys"])
    user.servicecatalog.provision_product(
        ProductId=made["product"], ProvisioningArtifactName="1.0.0", ProvisionedProductName="mine"
    )
    wait_for_launch(clients)
    ids = let_in(clients)
    before = seen(clients, made)
    secret = clients.kms.encrypt(KeyId=before["outputs"]["Key"], Plaintext=b"s")["CiphertextBlob"]
    signing = clients.kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    how: dict[str, Any] = {"KeyId": signing, "SigningAlgorithm": "ECDSA_SHA_256", "Message": b"m"}
    signature = clients.kms.sign(**how)["Signature"]

    kill(sandbox)
    again = control.start(folder)
    assert (again.url, again.key, again.data) == (sandbox.url, sandbox.key, str((folder / "state").resolve()))
    assert again.pid != sandbox.pid
    assert "0 with other answers" in (folder / "server.log").read_text()
    assert seen(clients, made) == before  # with the clients of before
    assert stacks(clients) == ids
    assert clients.kms.decrypt(CiphertextBlob=secret)["Plaintext"] == b"s"
    assert clients.kms.verify(**how, Signature=signature)["SignatureValid"]

    user.servicecatalog.terminate_provisioned_product(ProvisionedProductName="mine")  # the session is still good
    deadline = time.monotonic() + 20
    while clients.servicecatalog.scan_provisioned_products(AccessLevelFilter={"Key": "Account", "Value": "self"})[
        "ProvisionedProducts"
    ]:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_what_came_after_a_reset_is_there_again(folder: Path) -> None:
    """Each request that was answered before the process was killed, of six at a time, and nothing else."""
    sandbox = control.start(folder)
    clients = Clients(sandbox)
    clients.sns.create_topic(Name="old")
    control.reset(folder)
    catalog = clients.servicecatalog

    made: list[str] = []

    def make(number: int) -> None:
        with suppress(BotoCoreError, ClientError):  # the sandbox is gone
            answer = catalog.create_portfolio(DisplayName=f"{number}", ProviderName="us")
            made.append(answer["PortfolioDetail"]["Id"])
            catalog.list_portfolios()

    with ThreadPoolExecutor(6) as pool:
        pool.map(make, range(200))
        while len(made) < 20:
            time.sleep(0.01)
        kill(sandbox)
    file = folder / "state" / REQUESTS
    text = file.read_text()
    file.write_text(text.replace('"PATH_INFO":"/"', '"PATH_INFO":"/nowhere"', 1))
    words = r"requests.jsonl:1: servicecatalog:CreatePortfolio succeeded, and is now answered with 501"
    with pytest.raises(SandboxError, match=words):
        control.start(folder)
    file.write_text(text)
    assert control.start(folder).url == sandbox.url
    listed = list(catalog.get_paginator("list_portfolios").paginate().search("PortfolioDetails[].Id"))
    assert set(made) <= set(listed)
    assert len(listed) <= len(made) + 6  # those that were under way
    assert clients.sns.list_topics()["Topics"] == []


def test_a_port_that_is_taken_and_options_of_one_that_runs(folder: Path, tmp_path: Path) -> None:
    sandbox = control.start(folder)
    port = int(sandbox.url.rpartition(":")[2])
    with pytest.raises(SandboxError, match=f"cannot listen on port {port} of 127.0.0.1"):
        control.start(tmp_path, StartOptions(port=port, ephemeral=True))
    assert control.start(folder, StartOptions(port=port)) == sandbox
    for options in (StartOptions(port=1), StartOptions(data=tmp_path), StartOptions(ephemeral=True)):
        with pytest.raises(SandboxError, match=f"already listens on {sandbox.url}, with its state in "):
            control.start(folder, options)


def test_a_state_that_comes_out_otherwise_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Here a setting has changed, in an upgrade the sandbox itself: a stack that was made is refused."""
    monkeypatch.setenv("CATALOG_SANDBOX_ENFORCE_LAUNCH_ROLE", "0")
    sandbox = control.start(tmp_path)
    clients = Clients(sandbox)
    nothing = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}
    role = clients.iam.create_role(RoleName="maker", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    clients.iam.put_role_policy(RoleName="maker", PolicyName="own", PolicyDocument=json.dumps(nothing))
    topic = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
    clients.cloudformation.create_stack(StackName="one", TemplateBody=topic, RoleARN=role)
    assert control.stop(tmp_path)
    try:
        assert control.start(tmp_path).differing == 0
        assert control.stop(tmp_path)
        monkeypatch.delenv("CATALOG_SANDBOX_ENFORCE_LAUNCH_ROLE")
        monkeypatch.setenv("CATALOG_SANDBOX_DIR", str(tmp_path))
        started = CliRunner().invoke(main, ["sandbox", "start"])
        assert "came out otherwise than before: 1." in started.stderr
        status = CliRunner().invoke(main, ["sandbox", "status", "--json"])
        assert json.loads(status.stdout)["differing"] == 1
        (stack,) = Clients(sandbox).cloudformation.describe_stacks()["Stacks"]
        assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    finally:
        control.stop(tmp_path)
