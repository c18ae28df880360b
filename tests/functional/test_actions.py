"""Service actions over HTTP: published, changed, removed, executed, pruned, and read back by another client."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalog.sandbox.control import FAULTS_PATH, Sandbox
from tests.functional.conftest import Run
from tests.functional.sharing import ask
from tests.functional.test_prune import forget_product, prune
from tests.functional.test_prune import operations as pruned
from tests.functional.test_publish import MUTATING, edit, operations, publish
from tests.releasing import change, release

PRODUCT = "products/kms_key.py"
MARK = "[catalog: product/kms_key/action/rotate]"
OFFER = "AssociateServiceActionWithProvisioningArtifact"
TAKE_OFF = "DisassociateServiceActionFromProvisioningArtifact"
PERSON = "arn:aws:iam::123456789012:role/dev-terraform-role"


class Account:
    """The contents of the account, read with boto3."""

    def __init__(self, client: Callable[..., Any]) -> None:
        self.sc, self.ssm, self.kms = client("servicecatalog"), client("ssm"), client("kms")

    def actions(self) -> list[dict[str, Any]]:
        return [
            self.sc.describe_service_action(Id=summary["Id"])["ServiceActionDetail"]
            for summary in self.sc.list_service_actions()["ServiceActionSummaries"]
        ]

    def action(self) -> tuple[str, dict[str, Any], dict[str, str]]:
        """(id, summary, definition) of the only service action."""
        (detail,) = self.actions()
        return detail["ServiceActionSummary"]["Id"], detail["ServiceActionSummary"], detail["Definition"]

    def versions(self, action: str) -> set[str]:
        views = self.sc.list_provisioning_artifacts_for_service_action(ServiceActionId=action)
        return {view["ProvisioningArtifact"]["Name"] for view in views["ProvisioningArtifactViews"]}

    def documents(self) -> set[str]:
        return {document["Name"] for document in self.ssm.list_documents()["DocumentIdentifiers"]}

    def product(self) -> str:
        (view,) = self.sc.search_products_as_admin()["ProductViewDetails"]
        return str(view["ProductViewSummary"]["ProductId"])

    def version(self, name: str = "1.0.0") -> dict[str, str]:
        product = self.product()
        artifacts = self.sc.list_provisioning_artifacts(ProductId=product)["ProvisioningArtifactDetails"]
        artifact = next(artifact["Id"] for artifact in artifacts if artifact["Name"] == name)
        return {"ProductId": product, "ProvisioningArtifactId": artifact}

    def foreign(self) -> str:
        """Create a service action by hand and associate it with version 1.0.0; its id."""
        definition = {"Name": "AWS-StopEC2Instance", "Version": "1"}
        answer = self.sc.create_service_action(Name="theirs", DefinitionType="SSM_AUTOMATION", Definition=definition)
        action = str(answer["ServiceActionDetail"]["ServiceActionSummary"]["Id"])
        self.sc.associate_service_action_with_provisioning_artifact(ServiceActionId=action, **self.version())
        return action


@pytest.fixture
def account(client: Callable[..., Any]) -> Account:
    return Account(client)


def unchanged(catalog: Run, repository: Path) -> None:
    """Another publish makes no mutating call."""
    again = catalog("-vv", "publish", "--local", "--yes", at=repository)
    assert "No changes." in again.stdout
    calls = [line.split(":")[1] for line in again.stderr.splitlines() if line.startswith("call ")]
    assert "ListServiceActions" in calls
    assert not [call for call in calls if call.startswith(MUTATING)]


def test_a_service_action_is_published_changed_and_removed(catalog: Run, repository: Path, account: Account) -> None:
    publish(catalog, "--allow", "widen", at=repository)
    action, summary, definition = account.action()
    assert summary["Name"] == "RotateKeyNow"
    assert summary["Description"].endswith(f"stays readable. KMS allows 25 such rotations in a key's life. {MARK}")
    (document,) = account.documents()
    assert definition == {
        "Name": document,
        "Version": "1",
        "AssumeRole": "LAUNCH_ROLE",
        "Parameters": '[{"Name":"KeyId","Type":"TARGET"}]',
    }
    described = account.ssm.describe_document(Name=document)["Document"]
    assert (described["DocumentType"], described["TargetType"]) == ("Automation", "/AWS::KMS::Key")
    content = json.loads(account.ssm.get_document(Name=document)["Content"])
    assert content["mainSteps"][0]["inputs"]["Api"] == "RotateKeyOnDemand"
    assert account.versions(action) == {"1.0.0"}
    unchanged(catalog, repository)

    # A new text updates the action in place. A changed document is a new SSM document, and also updates it in place.
    edit(repository, PRODUCT, "at once, as after an incident", "at once, say after an incident")
    assert operations(catalog, repository) == [("UpdateServiceAction", "none")]
    publish(catalog, at=repository)
    unchanged(catalog, repository)
    edit(repository, PRODUCT, '"isEnd": True,', '"isEnd": True, "timeoutSeconds": 60,')
    assert operations(catalog, repository) == [("CreateDocument", "none"), ("UpdateServiceAction", "widens")]
    publish(catalog, "--allow", "widen", at=repository)
    assert account.action()[0] == action
    newer = account.action()[2]["Name"]
    assert account.documents() == {document, newer}
    unchanged(catalog, repository)

    # A new version has the action from the start. Only `since` removes it from older versions.
    change(repository, version="1.1.0")
    release(repository)
    publish(catalog, at=repository)
    assert account.versions(action) == {"1.0.0", "1.1.0"}
    unchanged(catalog, repository)
    edit(repository, PRODUCT, 'parameters={"KeyId": "TARGET"},', 'parameters={"KeyId": "TARGET"}, since="1.1.0",')
    assert operations(catalog, repository) == [(TAKE_OFF, "destroys")]
    publish(catalog, "--allow", "restrict", "--allow", "destroy", at=repository)
    assert account.versions(action) == {"1.1.0"}
    unchanged(catalog, repository)

    theirs = account.foreign()
    edit(repository, PRODUCT, "service_actions=(ROTATE,),", "")
    assert operations(catalog, repository) == [(TAKE_OFF, "destroys"), ("DeleteServiceAction", "destroys")]
    publish(catalog, "--allow", "restrict", "--allow", "destroy", at=repository)
    assert [detail["ServiceActionSummary"]["Id"] for detail in account.actions()] == [theirs]
    unchanged(catalog, repository)
    assert account.documents() == {document, newer}
    assert pruned(prune(catalog, repository)) == ["DeleteDocument", "DeleteDocument"]
    assert account.documents() == set()
    assert pruned(prune(catalog, repository)) == []
    unchanged(catalog, repository)


def test_a_change_by_hand_is_reported_and_reverted(
    catalog: Run, repository: Path, account: Account, sandbox: Sandbox
) -> None:
    publish(catalog, "--allow", "widen", at=repository)
    action, _, definition = account.action()
    account.foreign()
    account.ssm.delete_document(Name=definition["Name"])
    account.sc.disassociate_service_action_from_provisioning_artifact(ServiceActionId=action, **account.version())
    account.sc.update_service_action(Id=action, Definition={**definition, "AssumeRole": PERSON})
    status = catalog("status", "--local", "--json", at=repository)
    assert status.exit_code == 4
    assert {(drift["kind"], drift["address"].rpartition("/")[0]) for drift in json.loads(status.stdout)["drift"]} == {
        ("missing", "product/kms_key/document"),
        ("changed", "product/kms_key/action"),
        ("missing", "product/kms_key/version/1.0.0/action"),
    }
    expected = [("CreateDocument", "none"), ("UpdateServiceAction", "widens"), (OFFER, "widens")]
    assert operations(catalog, repository) == expected
    publish(catalog, "--allow", "widen", at=repository)
    assert account.sc.describe_service_action(Id=action)["ServiceActionDetail"]["Definition"] == definition
    unchanged(catalog, repository)

    # An action without our mark has another owner. A new one is created, although AWS remembers the first token.
    account.sc.update_service_action(Id=action, Description="Theirs now.")
    publish(catalog, "--allow", "widen", at=repository)
    unchanged(catalog, repository)

    # A document with our name but other content is not used. AWS can list an association for a while after its removal.
    edit(repository, PRODUCT, "25 such rotations", "25 rotations")
    edit(repository, PRODUCT, '"isEnd": True,', '"isEnd": True, "timeoutSeconds": 60,')
    plan = json.loads(catalog("plan", "--local", "--json", at=repository).stdout)
    document = plan["changes"][0]["address"].rpartition("/")[2]
    account.ssm.create_document(Name=document, DocumentType="Automation", Content='{"schemaVersion": "0.3"}')
    refused = catalog("publish", "--local", "--yes", "--allow", "widen", at=repository)
    assert refused.exit_code == 1
    assert f"document {document} exists with other content" in refused.stderr
    edit(repository, PRODUCT, "service_actions=(ROTATE,),", "")
    fault = {"kind": "error", "operations": ["DeleteServiceAction"], "code": "ResourceInUseException", "calls": 2}
    ask(sandbox, "POST", FAULTS_PATH, fault)
    publish(catalog, "--allow", "restrict", "--allow", "destroy", at=repository)
    unchanged(catalog, repository)


def test_a_service_action_rotates_the_key_of_its_caller(catalog: Run, repository: Path, account: Account) -> None:
    publish(catalog, "--allow", "widen", at=repository)
    launched = catalog(
        *("launch", "kms_key", "--name", "pp-mine", "--params-file", str(repository / "examples" / "launch-dev.yaml")),
        *("--as", PERSON, "--local", "--json"),
        at=repository,
    )
    assert launched.exit_code == 0, launched.output
    key = json.loads(launched.stdout)["outputs"]["KeyId"]
    (offered,) = json.loads(catalog("execute", "pp-mine", "--local", "--json", "--as", PERSON).stdout)
    assert (offered["name"], offered["key"]) == ("RotateKeyNow", "rotate")
    assert MARK not in offered["description"]
    assert "RotateKeyNow  rotate" in catalog("execute", "pp-mine", "--local").stdout
    done = catalog("execute", "pp-mine", "rotate", "--as", PERSON, "--local")
    assert (done.exit_code, done.stdout) == (0, ""), done.output
    assert "RotateKeyNow is done on pp-mine." in done.stderr
    assert [rotation["RotationType"] for rotation in account.kms.list_key_rotations(KeyId=key)["Rotations"]] == [
        "ON_DEMAND"
    ]

    by_id = json.loads(launched.stdout)["provisioned_product"]
    started = catalog("execute", by_id, "RotateKeyNow", "--no-wait", "--json", "--as", PERSON, "--local")
    assert json.loads(started.stdout)["status"] in ("CREATED", "IN_PROGRESS", "SUCCEEDED")
    for arguments, message in (
        (("my key", "rotate"), "starting with a letter or digit, got 'my key'"),
        (("pp-mine", "other"), "its version offers RotateKeyNow"),
        (("pp-mine", "rotate", "--param", "X=1"), "unknown parameter 'X'; the service action has KeyId"),
        (("pp-mine", "rotate", "--param", "KeyId=x"), f"must be a resource of the provisioned product: {key}"),
        (("pp-mine", "--param", "X=1"), "need an ACTION"),
    ):
        wrong = catalog("execute", *arguments, "--local")
        assert wrong.exit_code == 2, wrong.output
        assert message in wrong.stderr
    missing = catalog("execute", "nothing", "rotate", "--local")
    assert missing.exit_code == 1
    assert "no provisioned product 'nothing'" in missing.stderr

    for _ in range(23):
        account.kms.rotate_key_on_demand(KeyId=key)
    failed = catalog("execute", "pp-mine", "rotate", "--as", PERSON, "--local")
    assert failed.exit_code == 1
    assert "rotated on demand 25 times, the maximum" in failed.stderr


def test_prune_deletes_service_actions_before_their_product(catalog: Run, repository: Path, account: Account) -> None:
    publish(catalog, "--allow", "widen", at=repository)
    theirs = account.foreign()
    forget_product(repository)
    # A document that is shared with other accounts cannot be deleted. Everything else is deleted.
    (document,) = account.documents()
    share = {"Name": document, "PermissionType": "Share"}
    account.ssm.modify_document_permission(**share, AccountIdsToAdd=["210987654321"])
    refused = catalog("prune", "-v", "--local", "--yes", at=repository)
    assert refused.exit_code == 1
    assert f"describe-document-permission --permission-type Share --name {document}" in refused.stderr
    done = [line.split()[1] for line in refused.stderr.splitlines() if line.startswith("[")]
    last = [TAKE_OFF, TAKE_OFF, "DeleteServiceAction", "DeleteProduct"]
    assert [operation for operation in done if operation in last] == last
    assert done.count("DeletePortfolio") == 2
    account.ssm.modify_document_permission(**share, AccountIdsToRemove=["210987654321"])
    assert pruned(prune(catalog, repository)) == ["DeleteDocument"]
    assert [detail["ServiceActionSummary"]["Id"] for detail in account.actions()] == [theirs]
    assert account.documents() == set()
    assert pruned(prune(catalog, repository)) == []


STOP = """

from dataclasses import replace

STOP = ServiceAction(
    key="stop",
    name="Stop",
    description="Stops the machine.",
    document="AWS-StopEC2Instance",
    parameters={"InstanceId": "TARGET", "AutomationAssumeRole": "TEXT_VALUE"},
    assume_role="operations",
)
PRODUCT = replace(PRODUCT, service_actions=(ROTATE, STOP))
"""


def test_a_service_action_can_run_a_document_of_aws(catalog: Run, repository: Path, account: Account) -> None:
    with (repository / PRODUCT).open("a") as file:
        file.write(STOP)
    publish(catalog, "--allow", "widen", at=repository)
    definitions = {detail["ServiceActionSummary"]["Name"]: detail["Definition"] for detail in account.actions()}
    assert definitions["Stop"] == {
        "Name": "AWS-StopEC2Instance",
        "Version": "$DEFAULT",
        "AssumeRole": "arn:aws:iam::123456789012:role/operations",
        "Parameters": '[{"Name":"AutomationAssumeRole","Type":"TEXT_VALUE"},{"Name":"InstanceId","Type":"TARGET"}]',
    }
    unchanged(catalog, repository)
    edit(repository, PRODUCT, 'assume_role="operations",', "")
    refused = catalog("role", "derive", "kms_key", at=repository)
    assert refused.exit_code == 2
    assert (
        "service action 'stop': the steps of document AWS-StopEC2Instance are not known in this repository"
        in refused.stderr
    )


def test_the_plan_of_a_shared_portfolio_notes_that_service_actions_are_not_shared(
    catalog: Run, repository: Path
) -> None:
    edit(repository, "pyproject.toml", 'owner = "catalog"', 'owner = "catalog"\nshare_with = ["210987654321"]')
    with (repository / "portfolios" / "security-dev.yaml").open("a") as file:
        file.write("shares:\n  - account: '210987654321'\n")
    plan = json.loads(catalog("plan", "--local", "--json", at=repository).stdout)
    (notice,) = [notice for notice in plan["notices"] if "service action" in notice]
    assert notice.startswith("portfolio/security-dev is shared, service actions are not: rotate of kms_key")
