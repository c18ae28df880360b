"""Templates with every feature of the engine: launched, updated and terminated as the role that is derived for them.

A template in tests/fixtures/features has in its Metadata what an update changes, and the IAM actions that its launch
fails without when they are denied. All share one sandbox.

While a template lives, the sandbox says for which IAM actions it asks the launch role. Each of them is taken from the
role, one at a time: then that step of the life fails, and names the action. The usual run takes one action of each
template; `make permissions` takes every one, and prints the figures that docs/sandbox.md has.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from catalog.sandbox import custom_answers
from tests.contract.resource_types.conftest import ACCOUNT, REGION, World
from tests.contract.resource_types.lives import (
    FILES,
    FOLDER,
    NESTED,
    Step,
    derived_policy,
    failure,
    life,
    names_action,
    read,
    without,
)


@dataclass
class Figures:
    """What the whole check counts."""

    templates: int = 0
    actions: int = 0


@pytest.fixture(scope="module")
def figures(request: pytest.FixtureRequest) -> Iterator[Figures]:
    counted = Figures()
    yield counted
    if request.config.getoption("--every-permission"):
        with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
            print(
                f"\n{counted.templates} templates, {counted.actions} actions, each of which stops its step and is named"
            )


@pytest.fixture(scope="module")
def account(shared_world: World) -> Iterator[World]:
    """What the templates refer to: parameters, a secret, an export, templates in S3, the CDK's bucket of assets."""
    ssm, s3 = shared_world.client("ssm"), shared_world.client("s3")
    for value in ("first", "second"):
        ssm.put_parameter(Name="/feature/name", Value=value, Type="String", Overwrite=True)
    ssm.put_parameter(Name="/feature/password", Value="correct-horse", Type="SecureString")
    ssm.put_parameter(Name="/cdk-bootstrap/hnb659fds/version", Value="28", Type="String")
    secret = json.dumps({"password": "correct-horse"})
    shared_world.client("secretsmanager").create_secret(Name="feature", SecretString=secret)
    assets = f"cdk-hnb659fds-assets-{ACCOUNT}-{REGION}"
    for bucket in ("features", assets):
        s3.create_bucket(Bucket=bucket)
    function = read(FOLDER / "cdk_synthesised.json")["Resources"]
    (key,) = [
        each["Properties"]["Code"]["S3Key"] for each in function.values() if each["Type"] == "AWS::Lambda::Function"
    ]
    s3.put_object(Bucket=assets, Key=key, Body=empty_zip())
    for file in NESTED:
        s3.put_object(Bucket="features", Key=file.name, Body=file.read_bytes())
    output = {"Address": {"Value": "team@example.com", "Export": {"Name": "feature-address"}}}
    nothing = {"Nothing": {"Type": "AWS::CloudFormation::WaitConditionHandle"}}
    shared_world.allow()
    assert shared_world.create({"Resources": nothing, "Outputs": output}, "features").status == "CREATE_COMPLETE"
    custom_answers.clear()
    custom_answers.add(b'{"match": "Custom::Quota", "answer": {"PhysicalResourceId": "quota", "Data": {"Limit": "5"}}}')
    yield shared_world
    custom_answers.clear()


def empty_zip() -> bytes:
    return b"PK\x05\x06" + bytes(18)


def test_there_are_enough() -> None:
    assert len(FILES) >= 25


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_template_lives_as_its_derived_role(
    account: World, world: World, file: Path, figures: Figures, request: pytest.FixtureRequest
) -> None:
    template, policy = read(file), derived_policy(file)
    world.policy(json.dumps(policy))
    steps = list(life(world, template))
    assert not steps[-1].reason, steps[-1]
    for action in template["Metadata"]["Test"]["denied"]:
        deny = {"Effect": "Deny", "Action": action, "Resource": "*"}
        world.policy(json.dumps({**policy, "Statement": [*policy["Statement"], deny]}))
        assert f"is not authorized to perform: {action} on resource: " in failure(world, template), action
        assert world.delete().status == "DELETE_COMPLETE"
    each_is_needed(world, file, steps, figures, every=request.config.getoption("--every-permission"))


def each_is_needed(world: World, file: Path, steps: list[Step], figures: Figures, *, every: bool) -> None:
    """Take actions from the role, one at a time: the step that asks for it first fails, and names it."""
    first = {action: step.name for step in reversed(steps) for action in step.asked}
    taken = sorted(first)
    if not every:
        taken = taken[zlib.crc32(file.stem.encode()) % len(taken) :][:1]
    wrong = []
    for action in taken:
        world.policy(without(derived_policy(file), action, first))
        last = list(life(world, read(file)))[-1]
        if last.name != first[action] or not names_action(action, last.reason):
            wrong.append(f"{action}, first asked for by the {first[action]}: {last.name}: {last.reason or 'succeeded'}")
        world.allow()
        world.delete()
    assert not wrong, "\n".join(wrong)
    figures.templates, figures.actions = figures.templates + 1, figures.actions + len(taken)
