"""The templates of a catalogue ask for what publish asks for: each resource against the publisher's own calls."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from catalog.aws.handlers import Executor, load_handlers
from catalog.aws.reader import Reader
from catalog.aws.session import AwsSession
from catalog.aws.writer import Writer
from catalog.model.addresses import Address
from catalog.model.state import CatalogState
from catalog.plan.changes import Change
from catalog.plan.diff import diff
from catalog.plan.kinds.stack import CreateStack
from catalog.plan.stack_templates import Destination, translate
from catalog.plan.stack_templates.translation import ObjectReference, Translation
from catalog.publishing.template_bucket import bucket_template
from catalog.sandbox.control import Sandbox
from tests.everything import ACCOUNT, ADMIN, BODIES, DIGESTS, EVERYTHING
from tests.sessions import separate_session

BUCKET = f"catalog-templates-{ACCOUNT}-us-east-1"
Calls = dict[Address, list[dict[str, Any]]]


def publish(session: AwsSession, changes: tuple[Change, ...], left: set[Address]) -> tuple[Calls, dict[Address, str]]:
    """Make the changes one by one: the parameters of the mutating calls of each Address, and AWS's ids."""
    load_handlers()
    calls: Calls = {}
    current: list[Address] = []

    def record(params: dict[str, Any], model: Any, **_: Any) -> None:
        if model.name.startswith(("Create", "Associate", "Update")):
            calls.setdefault(current[-1], []).append(dict(params))

    for service in ("servicecatalog", "ssm"):
        session.client(service).meta.events.register("provide-client-params", record)
    executor = Executor(
        Writer(session, Reader(session), "catalog"), BUCKET, dict(zip(DIGESTS, BODIES, strict=True)), {}
    )
    bucket = json.dumps(bucket_template(BUCKET))
    address = Address("stack/catalog-templates")
    for change in (CreateStack(address=address, name="catalog-templates", body=bucket), *changes):
        if change.address not in left:
            current.append(change.address)
            executor.execute(change)
            if change.listing:
                executor.settling.settle(change.listing)
    return calls, executor.ids


def resolved(value: Any, ids: dict[Address, str], translation: Translation) -> Any:
    """A property with the ids of AWS in the place of references."""
    match value:
        case ObjectReference(address=address, version=None):
            return ids[address]
        case ObjectReference(address=address, version=index):
            versions = translation.resources[address].properties["ProvisioningArtifactParameters"]
            return ids[Address(f"{address}/version/{versions[index]['Name']}")]
        case dict():
            return {name: resolved(member, ids, translation) for name, member in value.items()}
        case list():
            return [resolved(member, ids, translation) for member in value]
    return value


def as_properties(kind: str, calls: list[dict[str, Any]]) -> dict[str, Any]:
    """What the calls for an object send, in the words of its resource type."""
    sent = {name: value for call in calls for name, value in call.items()}
    sent.pop("IdempotencyToken", None)
    sent.pop("Id", None)
    match kind:
        case "CloudFormationProduct":
            return {**sent, "ProvisioningArtifactParameters": [sent["ProvisioningArtifactParameters"]]}
        case "TagOption":
            return {"Active": True, **sent}
        case "ServiceAction":
            return {
                **sent,
                "Definition": [{"Key": key, "Value": sent["Definition"][key]} for key in sorted(sent["Definition"])],
            }
        case "Document":
            return {**sent, "Content": json.loads(sent["Content"])}
    if "Parameters" in sent and kind.endswith("Constraint"):
        parameters = json.loads(sent.pop("Parameters"))
        del sent["Type"]
        parameters.pop("Version", None)
        return {**sent, **parameters.pop("Properties", {}), **parameters}
    return sent


def test_each_resource_says_what_publish_sends(sandbox: Sandbox, client: Callable[..., Any]) -> None:
    for name, service in (
        ("launch-topic", "servicecatalog"),
        ("StackSetAdministrator", "cloudformation"),
        ("team", "ec2"),
    ):
        trust = {"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "sts:AssumeRole"}
        client("iam").create_role(
            RoleName=name, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        )
    assert ADMIN.endswith("StackSetAdministrator")
    session = separate_session(sandbox.environment())
    changes = diff(EVERYTHING, CatalogState())
    translation = translate(
        changes,
        "catalog",
        f"https://{BUCKET}.s3.us-east-1.amazonaws.com/{{}}".format,
        Destination.of(ACCOUNT, "us-east-1"),
    )
    left = {each.address for each in translation.remainders if "/version/" not in each.address}
    calls, ids = publish(session, changes, left)
    compared = set()
    for address, resource in translation.resources.items():
        kind = resource.type.rpartition("::")[2]
        properties = resolved(resource.properties, ids, translation)
        if kind == "CloudFormationProduct":
            assert properties.pop("ReplaceProvisioningArtifacts") is False
            for version in properties["ProvisioningArtifactParameters"][1:]:
                (call,) = calls[Address(f"{address}/version/{version['Name']}")]
                assert call["Parameters"] == version
            del properties["ProvisioningArtifactParameters"][1:]
        if kind == "LaunchTemplateConstraint":
            properties["Rules"] = json.loads(properties["Rules"])
        assert properties == as_properties(kind, calls[address]), address
        compared.add(kind)
    assert compared == {
        *("TagOption", "CloudFormationProduct", "Document", "ServiceAction", "Portfolio"),
        *("TagOptionAssociation", "ServiceActionAssociation", "PortfolioProductAssociation"),
        *("LaunchTemplateConstraint", "LaunchNotificationConstraint", "ResourceUpdateConstraint"),
        *("LaunchRoleConstraint", "StackSetConstraint", "PortfolioPrincipalAssociation", "PortfolioShare"),
    }
    assert {(each.operation, each.address) for each in translation.remainders} == {
        ("UpdateProvisioningArtifact", "product/topic/version/1.0.0"),
        ("AssociateBudgetWithResource", "product/topic/budget/Topics"),
        ("CreatePortfolioShare", "portfolio/team/share/ORGANIZATIONAL_UNIT/ou-abcd-12345678"),
    }


def test_export_writes_a_folder_that_mirrors_the_bucket(
    catalog: Callable[..., Any], repository: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "stacks"
    export = ("export", "--catalogue", "--format", "cloudformation", "-o", str(folder))
    result = catalog(*export, at=repository)
    assert result.exit_code == 0, result.output
    written = {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    root = json.loads(written["root.json"])
    for stack in root["Resources"].values():
        assert stack["Properties"]["TemplateURL"]["Fn::Sub"].partition("${AWS::URLSuffix}/")[2] in written
    released = (repository / "products/releases/kms_key/1.0.0.yaml").read_bytes()
    assert released in [body for name, body in written.items() if name.startswith("templates/kms_key/")]


def test_upload_puts_every_template_where_the_stacks_read_it(
    catalog: Callable[..., Any], client: Callable[..., Any], fleet: Path, tmp_path: Path
) -> None:
    export = (
        "export",
        "--catalogue",
        "--format",
        "cloudformation",
        "-o",
        str(tmp_path / "stacks"),
        "--upload",
        "--local",
    )
    result = catalog(*export, at=fleet)
    assert (result.exit_code, "run `catalog bootstrap` once" in result.output) == (1, True)
    assert catalog("bootstrap", "--local", "--yes", "--allow", "widen", at=fleet).exit_code == 0
    for _ in range(2):
        result = catalog(*export, at=fleet)
        assert result.exit_code == 0, result.output
    keys = {item["Key"] for item in client("s3").list_objects_v2(Bucket=BUCKET)["Contents"]}
    (url,) = re.findall(rf"--template-url https://{BUCKET}.s3.us-east-1.amazonaws.com/(\S+)", result.output)
    assert url in keys
    root = json.loads(client("s3").get_object(Bucket=BUCKET, Key=url)["Body"].read())
    for stack in root["Resources"].values():
        assert stack["Properties"]["TemplateURL"]["Fn::Sub"].partition("${AWS::URLSuffix}/")[2] in keys
    result = catalog(*export, "--to", "dev", at=fleet)
    assert (result.exit_code, "is an export for any, and this one is for 444455556666/us-east-1" in result.output) == (
        2,
        True,
    )
    other = [str(tmp_path / "dev") if word == str(tmp_path / "stacks") else word for word in export]
    result = catalog(*other, "--to", "dev", at=fleet)
    assert (result.exit_code, "the export is for account 444455556666" in result.output) == (2, True)
    root = json.loads((tmp_path / "dev" / "root.json").read_text())
    assert "catalog-templates-444455556666-us-east-1" in root["Resources"]["Objects1"]["Properties"]["TemplateURL"]
    result = catalog(*export, "--to", "hub", at=fleet)
    assert (result.exit_code, "--to hub means 2 targets" in result.output) == (2, True)


def test_export_refuses_a_folder_of_others_and_wrong_options(
    catalog: Callable[..., Any], repository: Path, tmp_path: Path
) -> None:
    export = ("export", "--catalogue", "--format", "cloudformation")
    (tmp_path / "mine.txt").write_text("x")
    result = catalog(*export, "-o", str(tmp_path), at=repository)
    assert (result.exit_code, "is no export" in result.output) == (2, True)
    (tmp_path / "contents.json").write_text(
        '{"format": 1, "destination": "any", "groups": {}, "versions": [], "files": ["../mine.txt"]}'
    )
    result = catalog(*export, "-o", str(tmp_path), at=repository)
    assert (result.exit_code, "is not what an export" in result.output) == (2, True)
    moved = {"Objects product/kms_key": "Access1"}
    contents = {"format": 1, "destination": "any", "groups": moved, "versions": [], "files": []}
    (tmp_path / "contents.json").write_text(json.dumps(contents))
    result = catalog(*export, "-o", str(tmp_path), at=repository)
    assert (result.exit_code, "is not what an export" in result.output) == (2, True)
    assert catalog(*export, at=repository).exit_code == 2
    assert catalog("export", "--format", "cloudformation", "kms_key", at=repository).exit_code == 2
    assert catalog("export", at=repository).exit_code == 2
