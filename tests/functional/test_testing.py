"""`catalog.testing` on this repository's own product, and the policies that it reads from services."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from catalog.aws.launched_stacks import LaunchedResource
from catalog.aws.live_policies import READERS, read_policies
from catalog.errors import AwsError, ContentError, StoppedError
from catalog.sandbox.control import Sandbox
from catalog.testing import CatalogSandbox, LaunchFailedError
from catalog.testing.brief import briefly
from catalog.testing.stubs import StubbedResource
from tests.functional.conftest import ROOT
from tests.installing import install_portfolios
from tests.releasing import change, release

RESOURCE = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "*", "Resource": "*"}
TRUST = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
ALLOW = {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"}


@pytest.fixture
def tried(sandbox: Sandbox, repository: Path) -> CatalogSandbox:
    """What the fixture `catalog_sandbox` gives to a test of this repository."""
    return CatalogSandbox(sandbox, repository)


def parameters(stage: str) -> dict[str, Any]:
    text = (ROOT / "examples" / f"launch-{stage}.yaml").read_text(encoding="utf-8")
    values: dict[str, Any] = yaml.safe_load(text)
    return values


def test_a_protected_key_cannot_be_terminated_and_the_error_has_the_events(tried: CatalogSandbox) -> None:
    tried.publish()
    key = tried.launch("kms_key", parameters("prod"), portfolio="security-prod", name="mine")
    assert (key.name, key.product, key.version) == ("mine", "kms_key", "1.0.0")
    assert set(key.resources) == {"Key", "KeyAlias"}
    assert key.resources["Key"].physical_id == key.outputs["KeyId"]
    assert "CloudformationStackARN" not in key.outputs
    assert "PreventDestroy" in {statement["Sid"] for statement in key.policies["Key"]["Statement"]}
    with pytest.raises(LaunchFailedError, match=r"the termination of kms_key 1\.0\.0 .*explicit deny") as failure:
        key.terminate()
    assert failure.value.launched is key
    assert any("DELETE_FAILED" in str(event) for event in failure.value.events)
    key.terminate(retain=True)
    assert tried.client("kms").describe_key(KeyId=key.outputs["KeyId"])["KeyMetadata"]["KeyState"] == "Enabled"


def test_the_working_tree_is_launched_unless_a_release_is_named(tried: CatalogSandbox, repository: Path) -> None:
    change(repository, version="1.1.0")
    tried.publish()
    arguments: Any = {"portfolio": "security-dev", "as_": "role/dev-terraform-role"}
    key = tried.launch("kms_key", parameters("dev"), **arguments)
    assert key.version.startswith("1.1.0-dev.")
    assert "Extra" in key.outputs
    key.terminate()
    assert key.resources == {}
    assert "Extra" not in tried.launch("kms_key", parameters("dev"), version="1.0.0", **arguments).outputs
    with pytest.raises(ContentError, match=r"kms_key 9\.0\.0-rc\.1 is not published"):
        tried.launch("kms_key", parameters("dev"), version="9.0.0-rc.1", **arguments)
    release(repository)
    tried.publish()
    assert tried.launch("kms_key", {**parameters("dev"), "Alias": "dev/other"}, **arguments).version == "1.1.0"


def test_what_is_not_clear_is_asked_in_words(tried: CatalogSandbox) -> None:
    with pytest.raises(AwsError, match=r"nothing is published yet\n  Call catalog_sandbox.publish\(\) first"):
        tried.launch("kms_key")
    tried.publish()
    with pytest.raises(ContentError, match="2 portfolios have kms_key: security-dev, security-prod"):
        tried.launch("kms_key", parameters("dev"))
    with pytest.raises(ContentError, match="This portfolio launches for Environment dev or test only"):
        tried.launch("kms_key", parameters("prod"), portfolio="security-dev")
    with pytest.raises(ContentError, match="no portfolio has product 'nothing'"):
        tried.launch("nothing")
    arguments: Any = {"portfolio": "security-dev"}
    with pytest.raises(ContentError, match="parameter Alias must be a text or a list of texts, got 5"):
        tried.launch("kms_key", {**parameters("dev"), "Alias": 5}, **arguments)
    with pytest.raises(ContentError, match="tag Cost must be a text or a list of texts, got None"):
        tried.launch("kms_key", parameters("dev"), tags={"Cost": None}, **arguments)
    wrong: Any = 5
    with pytest.raises(ContentError, match="must be a mapping, or a function that returns one, got 5"):
        tried.stub("Custom::Quota", wrong)
    with pytest.raises(ContentError, match="a stub needs a type or a ServiceToken"):
        tried.stub("", {})
    with pytest.raises(ContentError, match="an action is SERVICE:NAME"), tried.assert_denied("nonsense"):
        pass


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (lambda _: 5, "TypeError: the stub of Custom::Quota must return a mapping, got 5"),
        (lambda _: {"Data": {"At": object()}}, "TypeError: Object of type object is not JSON serializable"),
        ({"Data": {"At": object()}}, "TypeError: Object of type object is not JSON serializable"),
    ],
)
def test_a_stub_that_answers_what_no_function_could_send_fails(answer: Any, reason: str) -> None:
    stub = StubbedResource("Custom::Quota", answer)
    assert stub.respond({"RequestType": "Create"}) == {"Status": "FAILED", "Reason": reason}


def test_a_role_of_a_pattern_launches_through_a_portfolio_of_a_package(
    tried: CatalogSandbox, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = repository / "portfolios" / "security-dev.yaml"
    exact = "  - arn: arn:${AWS::Partition}:iam::${AWS::AccountId}:role/dev-terraform-role\n"
    text = file.read_text(encoding="utf-8")
    assert exact in text
    folders = install_portfolios(tmp_path / "acme", {file.stem: text.replace(exact, "")}, name="acme-portfolios")
    monkeypatch.syspath_prepend(str(folders[0]))
    file.unlink()
    settings = repository / "pyproject.toml"
    named = settings.read_text().replace("[tool.catalog]", '[tool.catalog]\npackage_portfolios = ["acme"]')
    settings.write_text(named)
    tried.publish()
    key = tried.launch("kms_key", parameters("dev"), portfolio="security-dev")
    caller = tried.client("sts", as_="role/dev-x").get_caller_identity()["Arn"]
    assert key.caller.identity.arn.rpartition("/")[0] == caller.rpartition("/")[0]


def test_ctrl_c_in_a_launch_ends_the_run_of_pytest() -> None:
    """`Provisioning.follow` makes a StoppedError of it, which pytest would count as one failed test."""

    @briefly
    def launch() -> None:
        raise StoppedError("stopped following", signal_number=signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        launch()


def test_policies_of_each_type_are_read_from_their_service(tried: CatalogSandbox, client: Callable[..., Any]) -> None:
    documents = [{"Version": "2012-10-17", "Statement": [statement]} for statement in (RESOURCE, TRUST, ALLOW)]
    text, trust, allow = map(json.dumps, documents)
    iam, sqs, sns, secrets, ecr, s3, kms = map(client, ("iam", "sqs", "sns", "secretsmanager", "ecr", "s3", "kms"))
    iam.create_role(RoleName="role", AssumeRolePolicyDocument=trust)
    iam.put_role_policy(RoleName="role", PolicyName="inline", PolicyDocument=allow)
    managed = iam.create_policy(PolicyName="managed", PolicyDocument=allow)["Policy"]["Arn"]
    queue = sqs.create_queue(QueueName="queue", Attributes={"Policy": text})["QueueUrl"]
    topic = sns.create_topic(Name="topic", Attributes={"Policy": text})["TopicArn"]
    secret = secrets.create_secret(Name="secret", SecretString="x")["ARN"]
    secrets.put_resource_policy(SecretId=secret, ResourcePolicy=text)
    ecr.create_repository(repositoryName="images")
    ecr.set_repository_policy(repositoryName="images", policyText=text)
    for bucket in ("with-policy", "without-policy"):
        s3.create_bucket(Bucket=bucket)
    s3.put_bucket_policy(Bucket="with-policy", Policy=text)
    key = kms.create_key(Policy=text)["KeyMetadata"]["KeyId"]
    made = {
        "AWS::ECR::Repository": "images",
        "AWS::IAM::ManagedPolicy": managed,
        "AWS::IAM::Role": "role",
        "AWS::KMS::Key": key,
        "AWS::KMS::ReplicaKey": key,
        "AWS::S3::Bucket": "with-policy",
        "AWS::S3::BucketPolicy": "with-policy",
        "AWS::SNS::Topic": topic,
        "AWS::SQS::Queue": queue,
        "AWS::SecretsManager::Secret": secret,
    }
    assert set(made) == set(READERS)
    resources = {kind: LaunchedResource(kind, kind, name, "CREATE_COMPLETE") for kind, name in made.items()}
    resources["Bare"] = LaunchedResource("Bare", "AWS::S3::Bucket", "without-policy", "CREATE_COMPLETE")
    resources["Other"] = LaunchedResource("Other", "AWS::KMS::Alias", "alias/x", "CREATE_COMPLETE")
    read = read_policies(tried.session(), resources)
    on_resources, of_role, of_identities = documents
    identities = dict.fromkeys(("AWS::IAM::ManagedPolicy", "AWS::IAM::Role/inline"), of_identities)
    assert read == {**dict.fromkeys(made, on_resources), "AWS::IAM::Role": of_role, **identities}
