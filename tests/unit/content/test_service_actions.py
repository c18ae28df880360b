"""Service actions in a product file: their errors, and the names of documents."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.content.config import load_config
from catalog.content.load import Catalog, load_catalog, load_product
from catalog.content.portfolio_files import AccountRegion
from catalog.content.render import render
from catalog.content.ssm_documents import check_service_actions, render_document
from catalog.errors import ContentError
from catalog.model.addresses import Address
from catalog.model.limits import shown
from catalog.model.service_action import ServiceAction, canonical, marked, read_mark
from catalog.publishing.desired import desired_state, publication
from tests.conftest import ROOT

STEP = {
    "name": "Stop",
    "action": "aws:executeAwsApi",
    "inputs": {"Service": "kms", "Api": "DisableKey", "KeyId": "{{ KeyId }}"},
}
FILE = "products/kms_key.py"
DOCUMENT: dict[str, Any] = {"schemaVersion": "0.3", "parameters": {"KeyId": {"type": "String"}}, "mainSteps": [STEP]}
LOOP = {"name": "Loop", "action": "aws:loop", "inputs": {"Iterators": "{{ KeyId }}", "Steps": [STEP]}}
GOOD: dict[str, Any] = {
    "key": "stop",
    "name": "Stop",
    "description": "Stops the key.",
    "document": DOCUMENT,
    "target_type": "AWS::KMS::Key",
    "parameters": {"KeyId": "TARGET"},
}


def action(**members: Any) -> ServiceAction:
    return ServiceAction(**{**GOOD, **members})


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"key": "Stop it"}, "1 to 30 lower-case letters, digits or hyphens, got 'Stop it'"),
        ({"name": "Stop the key"}, "without spaces, got 'Stop the key'"),
        ({"description": " "}, "description of service action 'stop' must have 1 to 800 characters"),
        ({"description": "x" * 801}, "got 801"),
        ({"parameters": {"KeyId": "INSTANCE"}}, "parameter KeyId must be TARGET or TEXT_VALUE, got 'INSTANCE'"),
        ({"parameters": {f"Key{n:02}": "TARGET" for n in range(40)}}, "as JSON must have 0 to 1024 characters"),
        ({"target_type": ""}, "target_type of service action 'stop' must be a type such as AWS::KMS::Key"),
        (
            {"document": "AWS-StopEC2Instance"},
            "target_type is for a document of this repository; AWS-StopEC2Instance has its own",
        ),
        ({"document": "A document", "target_type": ""}, "must be a document's name or ARN, got 'A document'"),
        ({"document": "arn:aws:ssm:eu-west-1:1:document/Stop", "target_type": ""}, "must be a document's name or ARN"),
        ({"document": "arn:aws:s3:::bucket/document", "target_type": ""}, "must be a document's name or ARN"),
        ({"document": 5}, "document must be a dict, a function that returns one, or a document's name, got 5"),
        ({"document_version": "2"}, "document_version is for an existing document"),
        ({"document_version": "two"}, "must be a number, $DEFAULT or $LATEST, got 'two'"),
        ({"assume_role": "arn:aws:iam::123456789012:user/u"}, "must be the ARN of a role"),
        ({"assume_role": "a role"}, "must be LAUNCH_ROLE, a role's name or ARN, got 'a role'"),
        ({"since": "1.0"}, "since of service action 'stop' must be MAJOR.MINOR.PATCH"),
    ],
)
def test_a_service_action_that_aws_would_reject_is_an_error(members: dict[str, Any], message: str) -> None:
    with pytest.raises(ContentError) as refused:
        action(**members)
    assert message in refused.value.message


def test_service_actions_of_a_product_have_different_keys_and_names() -> None:
    product = load_product(load_config(ROOT), "kms_key")
    for members, what in (({"name": "Other"}, "key 'stop'"), ({"key": "other"}, "name 'Stop'")):
        with pytest.raises(ContentError, match=f"two service actions have the {what}"):
            replace(product, service_actions=(action(), action(**members)))
    with pytest.raises(ContentError, match="must be a tuple of ServiceAction"):
        replace(product, service_actions=("rotate",))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"schemaVersion": "2.2"}, "schemaVersion must be '0.3' (Automation), got '2.2'"),
        ({"assumeRole": "{{ AutomationAssumeRole }}"}, "assumeRole must be omitted"),
        ({"parameters": []}, "parameters must map names to definitions"),
        ({"parameters": {"KeyId": "String"}}, "parameters must map names to definitions"),
        ({"parameters": {}}, "the service action sets parameter 'KeyId', which the document does not have"),
        (
            {"parameters": {"KeyId": {}, "Why": {}}},
            "parameter 'Why' has no default, and the service action does not list it",
        ),
        ({"parameters": {"KeyId": {}, "ApiToken": {"default": ""}}}, "parameter 'ApiToken' looks like a secret"),
        ({"mainSteps": []}, "mainSteps must be a list of at least one step"),
        ({"mainSteps": [STEP, STEP]}, "two steps have the name 'Stop'"),
        ({"mainSteps": ["Stop"]}, "step 1 needs a name of letters, digits and '_', got None"),
        ({"mainSteps": [{"name": "Stop"}]}, "step 'Stop' needs an action such as aws:executeAwsApi, got None"),
        ({"mainSteps": [{**STEP, "inputs": []}]}, "inputs of step 'Stop' must be a mapping"),
        ({"mainSteps": 5}, "mainSteps must be a list of at least one step"),
        ({"mainSteps": [{**STEP, "name": ["Stop"]}]}, "step 1 needs a name of letters, digits and '_', got ['Stop']"),
        (
            {"mainSteps": [{"name": "Stop", "action": "aws:executeAwsApi"}]},
            "inputs of step 'Stop' must have Service and",
        ),
        (
            {"mainSteps": [{**STEP, "inputs": {"Service": "kms"}}]},
            "must have Service and Api, such as kms and DisableKey",
        ),
        (
            {"mainSteps": [{**STEP, "action": "aws:loop"}]},
            "inputs of step 'Stop' must have Steps, a list of at least one",
        ),
        ({"mainSteps": [{**LOOP, "name": "Stop"}]}, "two steps have the name 'Stop'"),
        ({"mainSteps": [{**LOOP, "inputs": {"Steps": [{"name": "In"}]}}]}, "step 'In' needs an action such as"),
        ({"variables": [{}]}, "variables must map names to definitions"),
        (
            {"mainSteps": [{**STEP, "inputs": {"KeyId": "{{ Key }}"}}]},
            "a step refers to {{ Key }}, which is not a parameter",
        ),
    ],
)
def test_a_document_that_cannot_work_is_an_error(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ContentError) as refused:
        render_document("catalog", "kms_key", action(document={**DOCUMENT, **change}), FILE)
    assert "products/kms_key.py: service action 'stop': its document cannot work" in refused.value.message
    assert any(message in problem for problem in refused.value.problems), refused.value.problems


def broken() -> dict[str, Any]:
    raise KeyError("no such thing")


@pytest.mark.parametrize(
    ("owner", "members", "message"),
    [
        ("catalog", {"document": broken}, "the document of service action 'stop' cannot be built: KeyError"),
        ("catalog", {"document": lambda: "text"}, "must be a dict, got 'text'"),
        ("catalog", {"document": {**DOCUMENT, "description": None}}, "document of service action stop/description"),
        ("catalog", {"document": {**DOCUMENT, "description": "x" * 65536}}, "the limit of SSM is 65536"),
        ("aws-team", {}, "does not start with aws, amazon, amzn"),
        ("catalog", {"parameters": {"KeyId": "TEXT_VALUE"}}, "its document cannot work"),
    ],
)
def test_a_document_that_cannot_be_built_is_an_error(owner: str, members: dict[str, Any], message: str) -> None:
    with pytest.raises(ContentError) as refused:
        render_document(owner, "kms_key", action(**members), FILE)
    assert message in refused.value.message


def test_the_name_of_a_document_depends_on_its_content_only() -> None:
    first = render_document("catalog", "kms_key", action(), FILE)
    assert first
    assert first.name.startswith("catalog-kms_key-stop-")
    turned = dict(reversed(deepcopy(DOCUMENT).items()))
    assert render_document("catalog", "kms_key", action(document=lambda: turned), FILE) == first
    for members in ({"target_type": "AWS::KMS::ReplicaKey"}, {"document": {**DOCUMENT, "description": "Other."}}):
        other = render_document("catalog", "kms_key", action(**members), FILE)
        assert other
        assert other.name != first.name
    assert render_document("catalog", "kms_key", action(document="AWS-StopEC2Instance", target_type=""), FILE) is None


def test_a_version_without_the_resource_needs_since() -> None:
    product = load_product(load_config(ROOT), "kms_key")
    empty = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}
    template = render("kms_key", product).template
    versions = [("1.0.0", empty), ("1.1.0", template), ("2.0.0-dev", template)]
    with pytest.raises(
        ContentError, match=r"operates on AWS::KMS::Key, and version 1\.0\.0 has no resource of that type"
    ):
        check_service_actions("catalog", "kms_key", product, versions)
    later = replace(product, service_actions=(action(since="1.1.0"),))
    check_service_actions("catalog", "kms_key", later, versions)
    assert [name for name, _ in versions if later.service_actions[0].works_with(name)] == ["1.1.0", "2.0.0-dev"]


def declared(repository: Path, *actions: ServiceAction) -> dict[Address, Any]:
    catalog = load_catalog(repository)
    product = replace(catalog.products["kms_key"], service_actions=actions)
    with_actions = Catalog(catalog.config, {"kms_key": product}, catalog.portfolios, catalog.imports)
    published = publication(with_actions, [render("kms_key", product)])
    return dict(desired_state(published, AccountRegion("210987654321", "cn-north-1", "aws-cn")).service_actions)


def test_definitions_have_the_account_and_partition(repository: Path) -> None:
    shared = "arn:${AWS::Partition}:ssm:${AWS::Region}:123456789012:document/Stop"
    role = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/team/operations"
    published = declared(
        repository,
        action(assume_role="operations"),
        action(key="path", name="Path", assume_role=role),
        action(key="own", name="Own", assume_role="", since="1.0.1"),
        action(key="named", name="Named", document=shared, target_type="", document_version="3"),
    )
    keys = ("stop", "own", "named", "path")
    stop, own, named, path = (published[Address(f"product/kms_key/action/{key}")] for key in keys)
    assert path.definition["AssumeRole"] == "arn:aws-cn:iam::210987654321:role/team/operations"
    assert stop.definition["AssumeRole"] == "arn:aws-cn:iam::210987654321:role/operations"
    assert stop.definition["Version"] == "1"
    assert stop.definition["Name"] == stop.document.name
    assert stop.versions == {"product/kms_key/version/1.0.0"}
    assert "AssumeRole" not in own.definition
    assert (own.versions, own.too_early) == (frozenset(), {"product/kms_key/version/1.0.0"})
    assert named.definition["Name"] == "arn:aws-cn:ssm:cn-north-1:123456789012:document/Stop"
    assert (named.definition["Version"], named.document) == ("3", None)


@given(st.text(max_size=100), st.from_regex(r"[a-z0-9-]{2,32}", fullmatch=True))
def test_a_mark_reads_back(text: str, owner: str) -> None:
    place = Address("product/kms_key/action/stop")
    assert read_mark(marked(text, owner, place)) == (text.strip(), owner, place), shown(text)


@pytest.mark.parametrize(
    "text", ["", "Stops.", "Stops. [catalog: product/kms_key]", "[catalog: product/p/action/a] more"]
)
def test_a_description_without_a_mark_has_no_owner(text: str) -> None:
    assert read_mark(text) == (text, "", "")


@pytest.mark.parametrize("parameters", ["no JSON", "{}", "[1]", '[{"Name": "A"}]', '{"Name": 1}'])
def test_definitions_of_other_owners_stay_as_they_are(parameters: str) -> None:
    definition = {"Name": "d", "Version": "1", "Parameters": parameters}
    assert canonical(definition).get("Parameters", "{}") == parameters
    assert canonical({"Parameters": '[{"Type": "TARGET", "Name": "B"}, {"Name": "A", "Type": "TEXT_VALUE"}]'}) == {
        "Parameters": '[{"Name":"A","Type":"TEXT_VALUE"},{"Name":"B","Type":"TARGET"}]'
    }
