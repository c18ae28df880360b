"""NoEcho values never appear: not in text, not in JSON, not in errors, whichever functions use them."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.simulate import AccountFacts, LaunchRequest, simulate
from catalog.simulate.data import as_data
from catalog.simulate.text import lines
from tests.unit.simulate.conftest import Run, parameters

SECRET, MEMBERS = "hunter-two,and three", ("swordfish", "opensesame")
PARAMETERS: dict[str, Any] = {
    "Password": {"Type": "String", "NoEcho": True},
    "Keys": {"Type": "CommaDelimitedList", "NoEcho": "true"},
    "Stored": {"Type": "AWS::SSM::Parameter::Value<String>", "NoEcho": "TRUE", "Default": "/secret/name"},
    "User": {"Type": "String", "Default": "admin"},
}
PASSWORD, KEYS = {"Ref": "Password"}, {"Ref": "Keys"}
FLOWS: dict[str, tuple[Any, Any]] = {
    "ref": (PASSWORD, "****"),
    "list": (KEYS, "****"),
    "ssm": ({"Ref": "Stored"}, "****"),
    "sub": ({"Fn::Sub": "${User}:${Password}@host"}, "admin:****@host"),
    "sub with variables": ({"Fn::Sub": ["${U}:${P}", {"U": {"Ref": "User"}, "P": PASSWORD}]}, "admin:****"),
    "join": ({"Fn::Join": [":", [{"Ref": "User"}, PASSWORD]]}, "admin:****"),
    "join of a list": ({"Fn::Join": ["-", KEYS]}, "****"),
    "join of a split": ({"Fn::Join": ["-", {"Fn::Split": [",", PASSWORD]}]}, "****"),
    "base64": ({"Fn::Base64": PASSWORD}, "****"),
    "base64 of a sub": ({"Fn::Base64": {"Fn::Sub": "x${Password}"}}, "****"),
    "split": ({"Fn::Split": [",", PASSWORD]}, "****"),
    "select": ({"Fn::Select": [1, KEYS]}, "****"),
    "select of a split": ({"Fn::Select": [1, {"Fn::Split": [",", PASSWORD]}]}, "****"),
    "if": ({"Fn::If": ["Yes", {"Fn::If": ["Yes", PASSWORD, "x"]}, "y"]}, "****"),
    "the other branch": ({"Fn::If": ["Yes", "open", PASSWORD]}, "open"),
    "deep": ([{"a": {"b": [PASSWORD, "open"]}}], [{"a": {"b": ["****", "open"]}}]),
    "map": ({"Fn::FindInMap": ["Map", {"Fn::Select": [0, KEYS]}, "v"]}, "****"),
    "policy": (
        {"Statement": [{"Effect": "Allow", "Principal": {"AWS": PASSWORD}}]},
        {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "****"}}]},
    ),
}
TEMPLATE: dict[str, Any] = {
    "Parameters": PARAMETERS,
    "Mappings": {"Map": {"swordfish": {"v": "mapped"}}},
    "Conditions": {"Yes": {"Fn::Not": [{"Fn::Equals": [PASSWORD, ""]}]}},
    "Rules": {
        "Long": {
            "Assertions": [{"Assert": {"Fn::Not": [{"Fn::Equals": [PASSWORD, ""]}]}, "AssertDescription": "Choose one"}]
        }
    },
    "Resources": {
        "It": {"Type": "AWS::SNS::Topic", "Properties": {name: flow for name, (flow, _) in FLOWS.items()}},
    },
    "Outputs": {"Out": {"Value": {"Fn::Sub": "x-${Password}"}, "Export": {"Name": {"Fn::Select": [0, KEYS]}}}},
}
GIVEN = {"Password": SECRET, "Keys": ",".join(MEMBERS)}
STORED = "a-stored-secret"


def traces(*secrets: str) -> Iterator[str]:
    for secret in secrets:
        yield from (secret, base64.b64encode(secret.encode()).decode().rstrip("="), json.dumps(secret)[1:-1])


EVERY_TRACE = tuple(traces(SECRET, *SECRET.split(","), *MEMBERS, STORED, "/secret/name", "mapped"))


def outputs(run: Run, repository: Path, *options: str) -> tuple[str, str]:
    facts = ("--ssm", f"/secret/name={STORED}")
    text = run("own", *facts, *options, at=repository)
    data = run("own", *facts, *options, "--json", at=repository)
    assert text.exit_code == data.exit_code
    return text.output, data.output


def test_no_function_shows_a_secret(run: Run, own: Callable[..., Path]) -> None:
    for shown in outputs(run, own(TEMPLATE), *parameters(**GIVEN)):
        assert "****" in shown
        assert [trace for trace in EVERY_TRACE if trace in shown] == []


def test_values_that_are_not_secret_stay_readable(run: Run, own: Callable[..., Path]) -> None:
    _, text = outputs(run, own(TEMPLATE), *parameters(**GIVEN))
    data = json.loads(text)
    assert data["verdict"] == "launched"
    assert data["resources"][0]["properties"] == {name: shown for name, (_, shown) in FLOWS.items()}
    assert (data["outputs"][0]["value"], data["outputs"][0]["export"]) == ("x-****", "****")
    values = {each["name"]: (each["value"], each["ssm"]) for each in data["parameters"]}
    assert values == {
        "Password": ("****", ""),
        "Keys": ("****", ""),
        "Stored": ("****", "****"),
        "User": ("admin", ""),
    }


@pytest.mark.parametrize(
    "value",
    [
        {"Fn::FindInMap": ["Map", PASSWORD, "v"]},
        {"Fn::FindInMap": ["Map", {"Fn::Select": [1, {"Fn::Split": ['"', PASSWORD]}]}, "v"]},
        {"Fn::ImportValue": {"Fn::Sub": "x-${Password}"}},
        {"Fn::Select": [0, {"Fn::GetAZs": PASSWORD}]},
        {"Fn::Cidr": [PASSWORD, 1, 8]},
        {"Fn::Select": [PASSWORD, ["a"]]},
        {"Fn::GetAtt": ["It", PASSWORD]},
    ],
)
def test_an_error_does_not_quote_a_secret(run: Run, own: Callable[..., Path], value: Any) -> None:
    resources = {"X": {"Type": "AWS::SNS::Topic", "Properties": {"P": value}}, "It": {"Type": "AWS::SNS::Topic"}}
    template = TEMPLATE | {"Resources": resources}
    for shown in outputs(run, own(template), *parameters(**GIVEN | {"Password": "it's\\a\"secret"})):
        assert "secret" not in shown.replace("/secret/name", "")


def test_an_error_that_does_not_depend_on_a_secret_keeps_its_message(run: Run, own: Callable[..., Path]) -> None:
    resources = {"X": {"Type": "AWS::SNS::Topic", "Properties": {"P": {"Fn::Select": [7, ["a"]]}, "Q": PASSWORD}}}
    for shown in outputs(run, own(TEMPLATE | {"Resources": resources}), *parameters(**GIVEN)):
        assert "Template error: Fn::Select cannot select nonexistent value at index 7" in shown


def test_a_deletion_policy_that_reads_a_secret_shows_nothing(run: Run, own: Callable[..., Path]) -> None:
    template = TEMPLATE | {"Resources": {"It": {"Type": "AWS::SNS::Topic", "DeletionPolicy": PASSWORD}}}
    text, data = outputs(run, own(template), *parameters(**GIVEN | {"Password": "Retain"}))
    assert "not shown: the values of the NoEcho parameters cannot be hidden in this template" in text
    assert json.loads(data)["verdict"] == "launched"
    assert "Retain" not in text + data


def test_a_secret_that_is_invalid_looked_up_or_in_two_lists(run: Run, own: Callable[..., Path]) -> None:
    declared = {
        **PARAMETERS,
        "Password": {"Type": "String", "NoEcho": True, "MaxLength": 3, "AllowedPattern": "[a-z]+"},
        "Others": {"Type": "CommaDelimitedList", "Default": "swordfish,x", "NoEcho": True},
    }
    template = TEMPLATE | {"Parameters": declared}
    repository = own(template, separate_lists=(("Keys", "Others"),))
    result = run("own", *parameters(**GIVEN), at=repository)
    assert result.exit_code == 3
    assert "must have no member in common; both have ****" in result.stdout
    assert "got '****'; limit: at most 3 characters" in result.stdout
    assert [trace for trace in EVERY_TRACE if trace in result.stdout] == []


@pytest.mark.parametrize("password", [SECRET, "a"])
def test_a_secret_never_becomes_a_tag(run: Run, own: Callable[..., Path], password: str) -> None:
    """Every List call shows tags. Only --tag chooses the value of a TagOption with the parameter's name."""
    portfolio = (
        "display_name: P\nprovider: x\ntag_options: {Password: [a, b]}\nproducts:\n  - product: own\n"
        "    launch: {local_role_name: x}\n"
    )
    place = own(TEMPLATE, p=portfolio)
    given = parameters(**{**GIVEN, "Password": password})
    for shown in outputs(run, place, *given):
        assert "tag Password needs a choice: --tag Password=VALUE with one of a, b" in shown
        assert [trace for trace in EVERY_TRACE if trace in shown] == []
    chosen = json.loads(run("own", *given, "--tag", "Password=b", "--json", at=place).stdout)
    assert chosen["paths"][0]["tags"] == {"Password": "b"}


LANGUAGE = {"Transform": "AWS::LanguageExtensions"}


def test_a_computed_reference_can_be_to_a_secret(run: Run, own: Callable[..., Path]) -> None:
    computed = {"Ref": {"Fn::Sub": "Pass${Half}"}}
    declared = PARAMETERS | {"Half": {"Type": "String", "Default": "word"}}
    looped = {"Type": "AWS::SNS::Topic", "Properties": {"A": {"Ref": "Pass${I}"}}}
    resources = {
        "It": {"Type": "AWS::SNS::Topic", "Properties": {"A": computed, "B": {"Fn::ToJsonString": {"x": computed}}}},
        "Fn::ForEach::L": ["I", ["word"], {"T${I}": looped}],
    }
    template = TEMPLATE | LANGUAGE | {"Parameters": declared, "Resources": resources}
    text, data = outputs(run, own(template), *parameters(**GIVEN))
    assert {each["logical_id"] for each in json.loads(data)["resources"]} == {"It", "Tword"}
    assert [trace for trace in EVERY_TRACE if trace in text + data] == []


def test_a_loop_over_a_secret_shows_nothing(run: Run, own: Callable[..., Path]) -> None:
    loop = {"Fn::ForEach::L": ["I", KEYS, {"T${I}": {"Type": "AWS::SNS::Topic"}}]}
    template = TEMPLATE | LANGUAGE | {"Resources": loop}
    text, data = outputs(run, own(template), *parameters(**GIVEN))
    assert json.loads(data)["resources"] == []
    assert [trace for trace in EVERY_TRACE if trace in text + data] == []


VALUES = st.recursive(
    st.sampled_from([PASSWORD, KEYS, {"Ref": "User"}, "text", {"Fn::Sub": "a${Password}b"}, {"Ref": "It"}]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["A", "B"]), inner, max_size=2),
        inner.map(lambda each: {"Fn::If": ["Yes", each, "no"]}),
        inner.map(lambda each: {"Fn::Base64": each}),
        inner.map(lambda each: {"Fn::Select": [0, each]}),
        inner.map(lambda each: {"Fn::Split": ["-", each]}),
        st.lists(inner, max_size=3).map(lambda each: {"Fn::Join": ["/", each]}),
        inner.map(lambda each: {"Fn::Join": ["/", each]}),
        inner.map(lambda each: {"Fn::Sub": ["${X}", {"X": each}]}),
    ),
    max_leaves=6,
)


@settings(deadline=None, max_examples=150)
@given(VALUES)
def test_no_nesting_of_functions_shows_a_secret(value: Any) -> None:
    template = TEMPLATE | {
        "Resources": {
            "It": {"Type": "AWS::SNS::Topic"},
            "X": {"Type": "AWS::SNS::Topic", "Properties": {"P": value}},
        }
    }
    request = LaunchRequest("own", "1.0.0", template, GIVEN, facts=AccountFacts(ssm={"/secret/name": STORED}))
    simulation = simulate(request, [])
    shown = json.dumps(as_data(simulation)) + "\n".join(line for _, line in lines(simulation))
    assert [trace for trace in EVERY_TRACE if trace in shown] == []
