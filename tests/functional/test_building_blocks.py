"""The whole catalogue, published once: each product launches, and key, buckets, logs and secrets are used together."""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from click.testing import CliRunner, Result

from catalog.cli import main
from catalog.sandbox import control
from catalog.sandbox.control import Sandbox
from tests.conftest import ROOT
from tests.releasing import release

ROLES = "arn:aws:iam::123456789012:role/"
DEV, NETWORK, APP, ADMIN = "dev-terraform-role", "prod-network-deploy-role", "dev-app-role", "security-admin-role"
OTHER_REGION = "eu-west-1"
CHANGES = {
    "dynamodb_table": ("TimeToLiveAttribute=expires",),
    "lambda_service_role": ("VpcAccess=true",),
    "network_baseline": ("RetentionDays=90",),
    "sns_topic": (f"Subscribers={ROLES}{APP},{ROLES}dev-worker-role",),
    "sqs_queue": ("MaxReceiveCount=3",),
}
"""Products that are used alone here, and a change of their parameters. The others are used together."""


@dataclass
class World:
    """The sandbox with the catalogue, in two Regions."""

    sandbox: Sandbox
    repository: Path

    def run(self, *arguments: str, code: int = 0) -> Result:
        """`catalog` in the repository; it must end with this code."""
        result = CliRunner().invoke(main, ["-C", str(self.repository), *arguments])
        assert result.exit_code == code, result.output
        return result

    def publish(self, *arguments: str) -> None:
        self.run("publish", "--local", "--yes", "--allow", "widen", *arguments)

    def launch(self, key: str, name: str, *parameters: str, file: str = "", role: str = DEV, region: str = "") -> str:
        """Launch an example; the name of the stack, with which its exports begin."""
        given = [word for parameter in parameters for word in ("--param", parameter)]
        more = ["--region", region] if region else []
        file = str(ROOT / "examples" / (file or f"{key}-dev.yaml"))
        more += ["--version", "1.0.0"] if key == "s3_secure_bucket" else []
        arguments = ("--name", name, "--params-file", file, "--as", f"{ROLES}{role}", *given, *more)
        launched = self.run("launch", key, "--local", *arguments).stdout
        return re.findall(r"stack/(SC-[\w-]+)/", launched)[-1]

    def update(self, name: str, *arguments: str, role: str = DEV, region: str = "us-east-1") -> None:
        self.run("update", name, "--local", "--yes", "--as", f"{ROLES}{role}", "--region", region, *arguments)

    def terminate(self, name: str, code: int = 0, role: str = DEV, region: str = "us-east-1") -> str:
        as_role = ("--as", f"{ROLES}{role}", "--region", region)
        return self.run("terminate", name, "--local", "--yes", *as_role, code=code).output

    def client(self, service: str, role: str = "", region: str = "us-east-1") -> Any:
        """A client as a role, or as the administrator of the sandbox."""
        environment = self.sandbox.environment()
        keys = [environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"], None]
        if role:
            answer = self.client("sts").assume_role(RoleArn=f"{ROLES}{role}", RoleSessionName="test")["Credentials"]
            keys = [answer[name] for name in ("AccessKeyId", "SecretAccessKey", "SessionToken")]
        access = dict(zip(("aws_access_key_id", "aws_secret_access_key", "aws_session_token"), keys, strict=True))
        config = Config(retries={"total_max_attempts": 1})
        return boto3.client(service, region, endpoint_url=self.sandbox.url, config=config, **access)


def release_next_bucket(repository: Path) -> None:
    """Release version 1.1.0 of the secure bucket, with an output more."""
    file = repository / "products" / "s3_secure_bucket.py"
    text = file.read_text(encoding="utf-8").replace('version="1.0.0"', 'version="1.1.0"')
    arn = '            output("BucketArn"'
    assert text.count(arn) == 1
    more = '            output("DomainName", "Name of the host.", GetAtt("Bucket", "RegionalDomainName")),\n'
    file.write_text(text.replace(arn, more + arn), encoding="utf-8")
    release(repository, "s3_secure_bucket")


@pytest.fixture(scope="module")
def world(server: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> World:
    """A copy of the repository with a second version of the secure bucket, published to two Regions."""
    control.reset(server.directory)
    repository = tmp_path_factory.mktemp("catalogue") / "repository"
    for name in ("controls", "examples", "portfolios", "products"):
        shutil.copytree(ROOT / name, repository / name, ignore=shutil.ignore_patterns("__pycache__"))
    regions = f'regions = ["us-east-1", "{OTHER_REGION}"]\n'
    settings = re.sub(r"^regions = .*\n", regions, (ROOT / "pyproject.toml").read_text(), flags=re.MULTILINE)
    target = f'\n[tool.catalog.targets.both]\naccount = "123456789012"\n{regions}'
    (repository / "pyproject.toml").write_text(settings + target)
    release_next_bucket(repository)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CATALOG_SANDBOX_DIR", str(server.directory))
        for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL"):
            patch.delenv(name, raising=False)
        made = World(server, repository)
        made.publish("--to", "all")
        yield made


def refused(call: Callable[..., Any], **arguments: Any) -> str:
    """The code of AWS's refusal."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return str(caught.value.response["Error"]["Code"])


@pytest.fixture(scope="module")
def key_of_the_account(world: World) -> str:
    """The ARN of a key that CloudWatch Logs may use, in an account with the prerequisites of the catalogue."""
    prerequisites = (world.repository / "examples" / "account-prerequisites.template.yaml").read_text()
    cloudformation = world.client("cloudformation")
    cloudformation.create_stack(
        StackName="prerequisites", TemplateBody=prerequisites, Capabilities=["CAPABILITY_NAMED_IAM"]
    )
    allowed = [{"AWS": "arn:aws:iam::123456789012:root"}, {"Service": "logs.us-east-1.amazonaws.com"}]
    statements = [{"Effect": "Allow", "Principal": each, "Action": "kms:*", "Resource": "*"} for each in allowed]
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    return str(world.client("kms").create_key(Policy=policy)["KeyMetadata"]["Arn"])


@pytest.mark.parametrize("key", CHANGES)
def test_a_product_launches_updates_and_terminates_with_its_derived_role(
    world: World, key: str, key_of_the_account: str
) -> None:
    role = NETWORK if key == "network_baseline" else DEV
    world.launch(key, f"one-{key}", f"KeyArn={key_of_the_account}", role=role)
    world.update(f"one-{key}", *(word for change in CHANGES[key] for word in ("--param", change)), role=role)
    if key == "network_baseline":
        the_default_security_group_is_closed(world)
    assert f"one-{key} is terminated." in world.terminate(f"one-{key}", role=role)


def the_default_security_group_is_closed(world: World) -> None:
    """By the service action of the product."""
    ec2 = world.client("ec2")
    (vpc,) = ec2.describe_vpcs(Filters=[{"Name": "tag:Service", "Values": ["vpc"]}])["Vpcs"]
    filters = [{"Name": "group-name", "Values": ["default"]}, {"Name": "vpc-id", "Values": [vpc["VpcId"]]}]
    (before,) = ec2.describe_security_groups(Filters=filters)["SecurityGroups"]
    world.run("execute", "one-network_baseline", "CloseDefaultSecurityGroup", "--local", "--as", f"{ROLES}{NETWORK}")
    (after,) = ec2.describe_security_groups(Filters=filters)["SecurityGroups"]
    assert before["IpPermissionsEgress"]
    assert (after["IpPermissions"], after["IpPermissionsEgress"]) == ([], [])


@pytest.mark.slow
def test_key_bucket_log_group_and_secret_are_used_together(world: World) -> None:
    key = world.launch("kms_key", "key", "AllowCloudWatchLogs=true", file="launch-dev.yaml")
    logs = world.launch("s3_log_bucket", "logs")
    with_key = f"KeyArn={key}-KeyArn"
    world.launch("s3_secure_bucket", "data", with_key, f"LogBucket={logs}-BucketName")
    world.launch("s3_secure_bucket", "more", with_key, "BucketName=my-org-more-dev")
    world.launch("log_group", "events", with_key)
    world.launch("secret", "secret", with_key)
    the_application_uses_them(world)
    administrators_do_not(world)
    access_logs_are_read_and_stay(world)
    the_buckets_move_to_the_next_version(world)
    world.update("logs", "--param", "RetentionDays=90")
    world.update("events", "--param", "MaskSensitiveData=true", "--param", "RetentionDays=30")
    for name in ("key", "logs"):
        assert "Cannot delete export" in world.terminate(name, code=1)
    for name in ("secret", "events", "more", "data", "logs", "key"):
        assert f"{name} is terminated." in world.terminate(name)
    kept = {each["Name"] for each in world.client("s3").list_buckets()["Buckets"]}
    assert {"my-org-data-dev", "my-org-more-dev", "my-org-access-logs-dev"} <= kept
    assert refused(world.client("s3", APP).get_object, Bucket="my-org-data-dev", Key="report").startswith("KMS.")


def the_application_uses_them(world: World) -> None:
    """Objects, log events and the secret; what is encrypted otherwise is refused."""
    s3, logs = world.client("s3", APP), world.client("logs", APP)
    assert s3.put_object(Bucket="my-org-data-dev", Key="report", Body=b"42")["ServerSideEncryption"] == "aws:kms"
    assert s3.get_object(Bucket="my-org-data-dev", Key="report")["Body"].read() == b"42"
    for other in ({"ServerSideEncryption": "AES256"}, {"ServerSideEncryption": "aws:kms"}):
        assert refused(s3.put_object, Bucket="my-org-data-dev", Key="other", Body=b"", **other) == "403"
    stream = {"logGroupName": "/dev/orders", "logStreamName": "app"}
    logs.create_log_stream(**stream)
    now = int(time.time() * 1000)
    logs.put_log_events(**stream, logEvents=[{"timestamp": now, "message": "ERROR one"}])
    assert [each["message"] for each in logs.get_log_events(**stream)["events"]] == ["ERROR one"]
    assert world.client("secretsmanager", APP).get_secret_value(SecretId="dev/orders/database")["SecretString"]


def administrators_do_not(world: World) -> None:
    """By the bucket and the secret, and when a list names them by mistake, by the key."""
    s3, secrets = world.client("s3", ADMIN), world.client("secretsmanager", ADMIN)
    assert refused(s3.get_object, Bucket="my-org-data-dev", Key="report") == "403"
    assert refused(s3.put_object, Bucket="my-org-data-dev", Key="report", Body=b"") == "403"
    assert refused(secrets.get_secret_value, SecretId="dev/orders/database") == "AccessDeniedException"
    both = f"Readers={ROLES}{APP},{ROLES}{ADMIN}"
    world.update("data", "--param", both)
    world.update("secret", "--param", both)
    assert refused(s3.get_object, Bucket="my-org-data-dev", Key="report") == "AccessDenied"
    assert refused(secrets.get_secret_value, SecretId="dev/orders/database") == "AccessDeniedException"


def access_logs_are_read_and_stay(world: World) -> None:
    """By the readers of the log bucket; nobody writes or deletes them."""
    bucket, prefix = "my-org-access-logs-dev", "my-org-data-dev/"
    reader, other = world.client("s3", ADMIN), world.client("s3", APP)
    key = reader.list_objects_v2(Bucket=bucket, Prefix=prefix)["Contents"][0]["Key"]
    assert b"my-org-data-dev" in reader.get_object(Bucket=bucket, Key=key)["Body"].read()
    assert refused(other.get_object, Bucket=bucket, Key=key) == "403"
    for client in (reader, other):
        assert refused(client.put_object, Bucket=bucket, Key=key, Body=b"") == "403"
        assert refused(client.delete_object, Bucket=bucket, Key=key) == "403"


def the_buckets_move_to_the_next_version(world: World) -> None:
    """One by update, the other by roll; an object stays readable."""
    world.update("data", "--version", "1.1.0")
    roll = ("roll", "s3_secure_bucket", "--to", "1.1.0", "--local", "--yes", "--as", f"{ROLES}{DEV}")
    world.run(*roll)
    shown = world.run("provisioned", "--local").stdout
    assert re.findall(r"^(\w+) .* Secure bucket +(\S+)", shown, re.MULTILINE) == [("data", "1.1.0"), ("more", "1.1.0")]
    body = world.client("s3", APP).get_object(Bucket="my-org-data-dev", Key="report")["Body"]
    assert body.read() == b"42"


def test_a_replica_in_another_region_decrypts(world: World) -> None:
    world.launch("kms_key", "primary", file="launch-multi-region.yaml")
    primary = world.client("kms").describe_key(KeyId="alias/test/failover")["KeyMetadata"]["Arn"]
    world.launch("kms_replica_key", "replica", f"PrimaryKeyArn={primary}", region=OTHER_REGION)
    kms = {role: world.client("kms", role, OTHER_REGION) for role in (APP, ADMIN)}
    blob = world.client("kms", APP).encrypt(KeyId=primary, Plaintext=b"42")["CiphertextBlob"]
    assert kms[APP].decrypt(CiphertextBlob=blob)["Plaintext"] == b"42"
    assert refused(kms[ADMIN].decrypt, CiphertextBlob=blob) == "AccessDeniedException"
    anywhere = {"KeyId": primary, "ReplicaRegion": OTHER_REGION}
    assert refused(world.client("kms", ADMIN).replicate_key, **anywhere) == "AccessDeniedException"
    world.update("replica", "--param", f"KeyUsers={ROLES}{APP},{ROLES}dev-report-role", region=OTHER_REGION)
    assert kms[APP].decrypt(CiphertextBlob=blob)["Plaintext"] == b"42"
    world.terminate("replica", region=OTHER_REGION)
    world.terminate("primary")
