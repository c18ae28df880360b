"""Custom resources: answered by the stubs that a test declares, or modelled."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from catalog.sandbox import custom_answers
from catalog.testing.stubs import StubbedResource, StubServer
from tests.contract.cloudformation.conftest import ALL, allow, deny, everything_said, launch, terminate
from tests.contract.conftest import refusal

TOKEN = "arn:aws:lambda:us-east-1:123456789012:function:quota"  # noqa: S105  # the name of a function
Declare = Callable[..., StubbedResource]


def using(token: Any = TOKEN, attribute: str = "Limit", **properties: Any) -> dict[str, Any]:
    custom = {"Type": "Custom::Quota", "Properties": {"ServiceToken": token, **properties}}
    output = {"Value": {"Fn::GetAtt": ["Quota", attribute]}}
    return {"Resources": {"Quota": custom}, "Outputs": {"Limit": output, "Ref": {"Value": {"Ref": "Quota"}}}}


@pytest.fixture
def declare() -> Iterator[Declare]:
    server = StubServer()

    def add(answer: Any, match: str = "Custom::Quota") -> StubbedResource:
        stub = StubbedResource(match, answer)
        custom_answers.add(json.dumps({"match": match, "url": server.add(stub)}).encode())
        return stub

    custom_answers.clear()
    yield add
    server.stop()
    custom_answers.clear()


def outputs(stack: Any) -> dict[str, str]:
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def test_a_life_with_a_function_that_answers(local: Any, declare: Declare) -> None:
    stub = declare(
        lambda event: {"PhysicalResourceId": "quota-1", "Data": {"Limit": event["ResourceProperties"]["Size"]}}
    )
    stack = local.create("app", using(Size=5, Deep={"On": True}))
    assert outputs(stack) == {"Limit": "5", "Ref": "quota-1"}
    local.update("app", using(Size=6))
    local.client("cloudformation").delete_stack(StackName="app")
    create, update, delete = stub.requests
    assert create["ResourceProperties"] == {"ServiceToken": TOKEN, "Size": "5", "Deep": {"On": "true"}}
    assert [each["RequestType"] for each in stub.requests] == ["Create", "Update", "Delete"]
    assert (update["OldResourceProperties"]["Size"], update["PhysicalResourceId"]) == ("5", "quota-1")
    assert (create["ResourceType"], create["LogicalResourceId"]) == ("Custom::Quota", "Quota")
    assert create["StackId"] == stack["StackId"]
    assert delete["PhysicalResourceId"] == "quota-1"
    assert "PhysicalResourceId" not in create


def test_another_physical_id_replaces_it_and_the_old_one_is_deleted_last(local: Any, declare: Declare) -> None:
    stub = declare(
        lambda event: {"PhysicalResourceId": f"quota-{event['ResourceProperties']['Size']}", "Data": {"Limit": "1"}}
    )
    local.create("app", using(Size="1"))
    local.update("app", using(Size="2"))
    assert [(each["RequestType"], each.get("PhysicalResourceId")) for each in stub.requests] == [
        ("Create", None),
        ("Update", "quota-1"),
        ("Delete", "quota-1"),
    ]
    assert local.events("app")[-3:] == [
        ("Quota", "DELETE_IN_PROGRESS"),
        ("Quota", "DELETE_COMPLETE"),
        ("app", "UPDATE_COMPLETE"),
    ]
    assert local.physical("app", "Quota") == "quota-2"
    broken = {"Type": "AWS::SNS::Topic", "Properties": {"Unknown": "x"}, "DependsOn": "Quota"}
    template = using(Size="3")
    template["Resources"]["Broken"] = broken
    assert local.update("app", template)["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert (stub.requests[-1]["RequestType"], stub.requests[-1]["PhysicalResourceId"]) == ("Delete", "quota-3")
    assert local.physical("app", "Quota") == "quota-2"


def test_failed_says_its_reason_and_is_deleted(local: Any, declare: Declare) -> None:
    stub = declare(lambda event: {"Status": "FAILED", "Reason": "No quota is left"})
    assert local.create("app", using())["StackStatus"] == "ROLLBACK_COMPLETE"
    reason = local.reason("app", "Quota", "CREATE_FAILED")
    assert reason.startswith(
        "Received response status [FAILED] from custom resource. Message returned: No quota is left (RequestId: "
    )
    assert [each["RequestType"] for each in stub.requests] == ["Create", "Delete"]


def test_a_failed_deletion_keeps_the_stack(local: Any, declare: Declare) -> None:
    declare(
        lambda event: (
            {"Status": "FAILED", "Reason": "in use"} if event["RequestType"] == "Delete" else {"Data": {"Limit": "1"}}
        )
    )
    local.create("app", using())
    local.client("cloudformation").delete_stack(StackName="app")
    (stack,) = local.client("cloudformation").describe_stacks(StackName="app")["Stacks"]
    assert stack["StackStatus"] == "DELETE_FAILED"


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ({"Status": "FAILURE"}, "Invalid Response object: 'FAILURE' is not a valid ResponseStatus"),
        ({"Status": "FAILED"}, "Reason is required for FAILED"),
        ({"Data": ["x"]}, "Data must be an object"),
        ({"Data": {"Limit": "x" * 4096}}, "Response object is too long."),
        (lambda event: 1 / 0, "Message returned: ZeroDivisionError: division by zero"),
    ],
)
def test_an_answer_that_is_none_fails_the_resource(local: Any, declare: Declare, answer: Any, message: str) -> None:
    declare(answer)
    assert local.create("app", using())["StackStatus"] == "ROLLBACK_COMPLETE"
    assert message in local.reason("app", "Quota", "CREATE_FAILED")


def test_an_attribute_that_no_answer_has_fails_what_needs_it(local: Any, declare: Declare) -> None:
    declare({"Data": {"Limit": "1"}})
    stack = local.create("app", using(attribute="Other"))
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    events = local.client("cloudformation").describe_stack_events(StackName="app")["StackEvents"]
    assert "Vendor response doesn't contain Other key in object arn:aws:cloudformation:" in json.dumps(
        events, default=str
    )


def test_values_with_no_echo_are_in_no_failure(local: Any, declare: Declare) -> None:
    declare({"NoEcho": True, "Data": {"Limit": "hidden-value"}})
    template = using()
    del template["Outputs"]["Limit"]
    tier = {"Fn::GetAtt": ["Quota", "Limit"]}
    properties = {"Type": "String", "Value": "x", "Tier": tier}
    template["Resources"]["Parameter"] = {"Type": "AWS::SSM::Parameter", "Properties": properties}
    assert local.create("app", template)["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "#/Tier: **** is not" in local.reason("app", "Parameter", "CREATE_FAILED")
    assert "hidden-value" not in everything_said(local, "app")


def test_a_secret_never_reaches_a_function(local: Any, declare: Declare) -> None:
    local.client("secretsmanager").create_secret(Name="db", SecretString="x")
    local.client("ssm").put_parameter(Name="name", Value="ann", Type="String")
    stub = declare({"Data": {"Limit": "1"}})
    secret = "{{resolve:secretsmanager:db}}"  # noqa: S105  # a reference
    local.create("app", using(Secret=secret, Name="{{resolve:ssm:name}}"))
    sent = stub.requests[0]["ResourceProperties"]
    assert (sent["Secret"], sent["Name"]) == (secret, "ann")


def test_without_a_stub_it_is_modelled_and_says_so(local: Any) -> None:
    custom_answers.clear()
    stack = local.create("app", using())
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    assert outputs(stack)["Limit"] == "modelled-Quota-Limit"
    assert outputs(stack)["Ref"].startswith("app-Quota-")
    resources = local.client("cloudformation").describe_stack_resources(StackName="app")["StackResources"]
    assert resources[0]["ResourceStatusReason"].startswith("Modelled: no stub answers")


def test_a_failure_by_what_the_sandbox_made_up_says_that_a_stub_is_needed(local: Any) -> None:
    custom_answers.clear()
    group = {"GroupDescription": "g", "SecurityGroupIngress": {"Fn::GetAtt": ["Quota", "Rules"]}}
    template = using()
    template["Resources"]["Group"] = {"Type": "AWS::EC2::SecurityGroup", "Properties": group}
    assert local.create("app", template)["StackStatus"] == "ROLLBACK_COMPLETE"
    assert local.reason("app", "Group", "CREATE_FAILED").endswith(
        "#/SecurityGroupIngress: expected type: JSONArray, found: String (the sandbox made up modelled-Quota-Rules: "
        "declare a stub that answers for Quota, `catalog help testing-products.md`)"
    )


def test_a_service_token_stays_what_it_is(local: Any, declare: Declare) -> None:
    declare({"Data": {"Limit": "1"}}, match="arn:aws:lambda:*:function:quota*")
    local.create("app", using())
    assert local.update("app", using(f"{TOKEN}2"))["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert local.reason("app", "Quota", "UPDATE_FAILED") == "Modifying service token is not allowed."
    assert local.create("bad", using("no-arn"))["StackStatus"] == "ROLLBACK_COMPLETE"
    assert local.reason("bad", "Quota", "CREATE_FAILED") == "Invalid service token."


def test_the_launch_role_must_be_allowed_to_invoke(local: Any, declare: Declare) -> None:
    declare({"Data": {"Limit": "1"}})
    deny(local, "lambda:InvokeFunction")
    outcome = launch(using())
    assert f"is not authorized to perform: lambda:InvokeFunction on resource: {TOKEN}" in outcome.reason
    allow(local, ALL)
    terminate()
    assert launch(using()).status == "CREATE_COMPLETE"
    deny(local, "sns:Publish")
    topic = "arn:aws:sns:us-east-1:123456789012:quota"
    assert "sns:Publish" in launch(using(topic), "SC-2").reason


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"{}",
        b'{"match": "x"}',
        b'{"match": "x", "answer": {}, "url": "http://127.0.0.1/"}',
        b'{"match": "x", "url": "http://example.com/"}',
        b'{"match": "x", "url": "file:///etc/passwd"}',
        b'{"match": "x", "answer": []}',
        b'{"match": "x", "answer": {}, "more": 1}',
        b"{",
    ],
)
def test_a_stub_that_is_none_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"stub|Expecting|url"):
        custom_answers.add(body)


def test_a_stub_leads_nowhere_else(local: Any) -> None:
    """The sandbox follows no redirection of a stub."""
    visits = []

    class Elsewhere(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(302)
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def do_GET(self) -> None:
            visits.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"Data": {"Limit": "1"}}')

        def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002  # the name is the base class's
            pass

    server = HTTPServer(("127.0.0.1", 0), Elsewhere)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/"
    custom_answers.clear()
    custom_answers.add(json.dumps({"match": "Custom::Quota", "url": url}).encode())
    stack = local.create("app", using())
    custom_answers.clear()
    server.shutdown()
    server.server_close()
    assert visits == []
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "did not receive a response from your Custom Resource." in local.reason("app", "Quota", "CREATE_FAILED")


def test_a_stub_may_call_the_sandbox_while_its_stack_waits(local: Any, declare: Declare) -> None:
    formation = local.client("cloudformation")
    seen: dict[str, Any] = {}

    def answer(event: dict[str, Any]) -> dict[str, Any]:
        (stack,) = formation.describe_stacks(StackName=event["StackId"])["Stacks"]
        seen[event["RequestType"]] = stack["StackStatus"]
        if event["RequestType"] == "Create":
            seen["delete"] = refusal(formation.delete_stack, StackName=stack["StackName"])
            seen["update"] = refusal(local.update, stack["StackName"], using(Size="2"))
            if stack["StackName"] == "outer":
                seen["inner"] = local.create("inner", using())
        return {"Data": {"Limit": "5"}}

    declare(answer)
    begun = time.monotonic()
    stack = local.create("outer", using())
    assert time.monotonic() - begun < 10
    assert (stack["StackStatus"], outputs(stack)["Limit"]) == ("CREATE_COMPLETE", "5")
    assert seen["Create"] == "CREATE_IN_PROGRESS"
    assert seen["inner"]["StackStatus"] == "CREATE_COMPLETE"
    assert "is in CREATE_IN_PROGRESS state and can not be updated" in seen["update"][1]
    assert "cannot be deleted while in status CREATE_IN_PROGRESS" in seen["delete"][1]
    formation.delete_stack(StackName="outer")
    assert seen["Delete"] == "DELETE_IN_PROGRESS"
