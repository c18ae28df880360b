"""A provisioned product: how its version stands, where its outputs are stored, and what the caller may not read."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from catalog.aws.launched_stacks import LaunchedResource, LaunchedStack, StackOutput
from catalog.aws.provisioning import PastRecord
from catalog.errors import AwsCallError
from catalog.provisioning.offer import AccountProduct
from catalog.provisioning.provisioned_state import Permitted, ProvisionedState, live_outputs, standing, version_of
from catalog.provisioning.state_text import state_lines

NOW = datetime(2026, 11, 28, 18, 0, tzinfo=UTC)


def product(*versions: tuple[str, str]) -> AccountProduct:
    artifacts = [{"Id": f"pa-{name}", "Name": name, "Guidance": guidance} for name, guidance in versions]
    return AccountProduct.read(
        {"ProductViewSummary": {"ProductId": "prod-1", "Name": "Topic"}, "ProvisioningArtifacts": artifacts}
    )


OFFER = product(
    ("1.0.0", "DEPRECATED"),
    ("1.1.0", "DEFAULT"),
    ("2.0.0", "DEFAULT"),
    ("2.1.0-dev.a", "DEFAULT"),
    ("3.0.0", "DEFAULT"),
)


@pytest.mark.parametrize(
    ("version", "words"),
    [
        ("3.0.0", "the default"),
        ("2.0.0", "1 behind the default, 3.0.0"),
        ("1.0.0", "deprecated, 3 behind the default, 3.0.0"),
        ("0.9.0", "no longer offered"),
    ],
)
def test_a_version_is_compared_with_the_default(version: str, words: str) -> None:
    assert standing(OFFER, version_of(OFFER, f"pa-{version}")) == words


def test_without_access_to_the_product_nothing_is_said() -> None:
    assert standing(None, None) == ""


def test_an_output_says_where_it_is_stored() -> None:
    value = {"Fn::GetAtt": ["Topic", "TopicArn"]}
    template = {
        "Resources": {
            "Stored": {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": value}},
            "Other": {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": "x"}},
        },
        "Outputs": {"Arn": {"Value": value, "Export": {"Name": "e"}}, "Name": {"Value": {"Ref": "Topic"}}},
    }
    resources = {
        name: LaunchedResource(name, "AWS::SSM::Parameter", f"/app/{name.lower()}", "CREATE_COMPLETE")
        for name in ("Stored", "Other")
    }
    stack = LaunchedStack(
        "id", "n", "CREATE_COMPLETE", {}, (StackOutput("Arn", "a", "", "e"), StackOutput("Name", "n", "", ""))
    )
    shown = {output.key: (output.export, output.ssm) for output in live_outputs(stack, template, resources)}
    assert shown == {"Arn": ("e", ("/app/stored",)), "Name": ("", ())}
    assert [output.ssm for output in live_outputs(stack, None, resources)] == [(), ()]


def test_what_the_caller_may_not_read_is_named_and_other_errors_are_raised() -> None:
    def failing(code: str, text: str = "") -> Any:
        def read() -> None:
            raise AwsCallError("DescribeStacks", code, text)

        return read

    permitted = Permitted({})
    assert permitted.read(lambda: 7) == 7
    assert permitted.read(failing("AccessDenied")) is None
    assert permitted.read(failing("AccessDeniedException")) is None
    assert permitted.read(failing("ValidationError", "Stack with id x does not exist")) is None
    with pytest.raises(AwsCallError):
        permitted.read(failing("InternalFailure"))
    assert list(permitted.refused) == ["DescribeStacks"]


def state(**members: Any) -> ProvisionedState:
    everything: dict[str, Any] = {
        "name": "mine",
        "id": "pp-1",
        "type": "CFN_STACK",
        "status": "ERROR",
        "message": "It failed.",
        "created": NOW,
        "launched_by": "arn:aws:iam::123456789012:role/dev",
        "product": "Topic",
        "product_id": "prod-1",
        "version": "1.0.0",
        "artifact_id": "pa-1",
        "version_note": "the default",
        "stack": "",
        "console": "",
        "parameters": {"Secret": "****", "Roles": ",".join(["arn:aws:iam::123456789012:role/a-long-name"] * 3)},
        "outputs": (),
        "resources": (LaunchedResource("Topic", "AWS::SNS::Topic", "", "CREATE_FAILED"),),
        "instances": (),
        "records": (PastRecord("rec-1", "PROVISION_PRODUCT", "FAILED", NOW, "pa-1", ("No permission. " * 12,)),),
        "version_names": {"pa-1": "1.0.0"},
        "service_actions": (),
        "unreadable": ("DescribeStacks",),
    }
    return ProvisionedState(**{**everything, **members})


def test_a_failed_launch_says_why_and_what_to_do_within_the_width() -> None:
    lines = [text for _, text in state_lines(state(), 80)]
    assert max(map(len, lines)) <= 80
    text = "\n".join(lines)
    assert lines[0] == "mine: Topic 1.0.0 (the default), ERROR"
    assert "`catalog terminate mine` deletes what is left; then launch it again" in " ".join(text.split())
    assert "  Secret  ****" in text
    assert "AWS::SNS::Topic   CREATE_FAILED" in text
    assert "2026-11-28 18:00 UTC  PROVISION_PRODUCT  1.0.0  FAILED  rec-1" in text
    assert "Not shown, because the caller may not call them: DescribeStacks." in text
