"""`catalog simulate` and the sandbox give the same verdict, for the KMS key and for other templates."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.cfn.expansion import expand
from catalog.content.load import load_catalog
from catalog.content.portfolio_files import EXAMPLE, PortfolioFile
from catalog.content.render import render
from catalog.sandbox.cloudformation.definition import EVERY_CAPABILITY, define
from catalog.sandbox.cloudformation.errors import StackRefused
from catalog.sandbox.cloudformation.state import Definition, Export
from catalog.simulate import AccountFacts, LaunchRequest, LaunchVerdict, Simulation, simulate
from tests.conftest import CONTENT

CATALOG = load_catalog(CONTENT)
KMS_KEY = render("kms_key", CATALOG.products["kms_key"])
ROLES = [f"arn:aws:iam::123456789012:role/{name}" for name in ("security-admin-role", "security-break-glass-role", "a")]


def lists(*more: str) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from([*ROLES, *more]), min_size=1, max_size=3).map(", ".join)


def flag() -> st.SearchStrategy[str]:
    return st.sampled_from(["true", "false"] * 5 + ["yes"])


PARAMETERS = st.fixed_dictionaries(
    {
        "Alias": st.sampled_from(["dev/s3-data", "x", "a" * 250, "x" * 251, "aws/x", "a:b", ""]),
        "KeyAdministrators": lists(),
        "KeyUsers": lists("arn:aws:iam::123456789012:role/app", "arn:aws:iam::210987654321:root", "*"),
        "Environment": st.sampled_from(["dev", "prod", "prod", "staging", "moon"]),
        "Service": st.sampled_from(["s3", "s3", "mainframe"]),
    },
    optional={
        "Description": st.text(max_size=30),
        "DataCategory": st.sampled_from(["internal", "secret"]),
        "PreventDestroy": flag(),
        "MultiRegion": flag(),
        "ReplicaRegions": st.sampled_from(["", "eu-west-1", "eu-west-1,eu-central-1", "Ireland"]),
        "DeletionWindowDays": st.sampled_from(["30", "30", "7", "6", "31", " 30", "30.0", "x"]),
        "Compliance": st.sampled_from(["", "soc2", "a;b"]),
        "Unknown": st.just("x"),
    },
)
DEFAULTS = {"Description": "x", "DataCategory": "internal"}


def sandbox(
    template: Mapping[str, Any], parameters: Mapping[str, str], facts: AccountFacts, request: LaunchRequest
) -> Definition | None:
    """The definition with which the sandbox's stack engine starts; None if the sandbox refuses the request."""
    try:
        return define(
            json.dumps(template),
            given=parameters,
            pseudo=request.pseudo,
            exports={name: Export("other", name, value) for name, value in facts.imports.items()},
            capabilities=EVERY_CAPABILITY,
            ssm=lambda names: {name: (facts.ssm[name], "String") for name in names if name in facts.ssm},
            transforming=lambda template, values: expand(template, values, request.pseudo),
        )
    except StackRefused:
        return None


def ask(template: Mapping[str, Any], parameters: Mapping[str, str], facts: AccountFacts | None = None) -> LaunchRequest:
    """The verdict without separate_lists, a check that only `catalog` makes."""
    return LaunchRequest("kms_key", "1.0.0", template, parameters, facts=facts or AccountFacts())


def resources(simulation: Simulation) -> dict[str, Any]:
    return {resource.logical_id: resource.properties for resource in simulation.rendering.resources}


def assert_agree(request: LaunchRequest, portfolio: PortfolioFile | None) -> None:
    simulation = simulate(request, [portfolio] if portfolio else [])
    rules = {**request.template.get("Rules", {})}
    if portfolio:
        rules |= EXAMPLE.fill(dict(portfolio.rules("kms_key")))
    engine = sandbox({**request.template, "Rules": rules}, request.parameters, request.facts, request)
    (path,) = simulation.paths
    of_tags = {
        reason for reason in path.refusals if reason.startswith("tag ")
    }  # from Service Catalog, not from the stack
    assert (path.verdict is LaunchVerdict.LAUNCHED or set(path.refusals) == of_tags) == (engine is not None), (
        path.refusals
    )
    if engine is not None:
        created = engine.rendered["Resources"]
        assert resources(simulation) == {name: resource.get("Properties", {}) for name, resource in created.items()}
        assert {output.name: output.value for output in simulation.rendering.outputs} == {
            name: output["Value"] for name, output in engine.rendered.get("Outputs", {}).items()
        }


@settings(deadline=None, max_examples=80)
@given(PARAMETERS, st.sampled_from(["", "security-dev", "security-prod"]))
def test_random_parameters_of_the_kms_key(parameters: dict[str, str], portfolio: str) -> None:
    request = ask(KMS_KEY.template, DEFAULTS | parameters)
    assert_agree(request, CATALOG.portfolios[portfolio] if portfolio else None)


TOPIC = {"Type": "AWS::SNS::Topic"}
BUCKET = {"Type": "AWS::S3::Bucket"}
P = {"Ref": "P"}


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"Resources": {"B": {**BUCKET, "DeletionPolicy": P}}},
        {"Resources": {"B": {**BUCKET, "Properties": {"BucketName": {"Fn::Sub": "${L}"}}}}},
        {"Resources": {"B": {**BUCKET, "Properties": {"BucketName": {"Fn::Select": [P, {"Ref": "L"}]}}}}},
        {"Resources": {"B": {**BUCKET, "Properties": {"BucketName": {"Fn::ImportValue": P}}}}},
        {"Resources": {"B": {**BUCKET, "Properties": {"BucketName": {"Fn::If": ["C", "a", {"Fn::If": ["D", 1, 2]}]}}}}},
        {"Resources": {"A": {**BUCKET, "DependsOn": "B"}, "B": {**BUCKET, "DependsOn": "A"}}},
        {"Resources": {"A": {**BUCKET, "Condition": "C"}, "B": {**BUCKET, "DependsOn": "A"}}},
        {"Resources": {"B": {**BUCKET, "Oops": 1}}},
        {"Resources": {"B_": BUCKET}},
        {"Outputs": {"O": {"Value": {"Ref": "B"}, "Export": {"Name": P}}}},
        {"Outputs": {"O": {"Value": {"Ref": "L"}}}},
        {"Conditions": {"C": {"Fn::Equals": [{"Ref": "L"}, "x"]}}},
        {"Conditions": {"C": {"Condition": "C"}}},
        {"Rules": {"R": {"Assertions": [{"Assert": {"Fn::Contains": [{"Ref": "L"}, P]}}]}}},
        {"Rules": {"R": {"Assertions": [{"Assert": {"Fn::Equals": [{"Ref": "Nope"}, P]}}]}}},
        {"Parameters": {"P": {"Type": "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>"}}, "Conditions": {}},
    ],
)
@pytest.mark.parametrize("given", ["Retain", "0", "9", "x_y", "known"])
def test_other_templates(more: dict[str, Any], given: str) -> None:
    template = {
        "Parameters": {"P": {"Type": "String"}, "L": {"Type": "CommaDelimitedList", "Default": "0,known"}},
        "Conditions": {"C": {"Fn::Equals": [P, "known"]}},
        "Resources": {"B": BUCKET},
        **more,
    }
    facts = AccountFacts(ssm={"known": "ami-01234567", "0": "latest"}, imports={"known": "value", "other": "x"})
    request = ask(template, {"P": given}, facts)
    simulation = simulate(request, [])
    if simulation.verdict is not LaunchVerdict.UNDECIDED:  # the sandbox always knows its exports and SSM parameters
        assert_agree(request, None)
    else:
        assert sandbox(template, {"P": given}, facts, request) is None
