"""Exported templates, deployed by the sandbox's CloudFormation: publish then finds nothing to do but what is left."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.functional.conftest import ROOT, Run
from tests.functional.test_versions import Team

REGION = "us-east-1"


def deployed(client: Callable[..., Any], folder: Path) -> list[str]:
    """Deploy the root template as the export says it; the Addresses of what the nested stacks made, in its order."""
    root = json.loads((folder / "root.json").read_text())
    stacks = client("cloudformation")
    stacks.create_stack(StackName="catalogue", TemplateBody=json.dumps(root), Capabilities=["CAPABILITY_NAMED_IAM"])
    (stack,) = stacks.describe_stacks(StackName="catalogue")["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE", stack
    made = []
    for event in reversed(stacks.describe_stack_events(StackName="catalogue")["StackEvents"]):
        if event["ResourceStatus"] == "CREATE_COMPLETE" and event["LogicalResourceId"] in root["Resources"]:
            url = json.dumps(root["Resources"][event["LogicalResourceId"]]["Properties"]["TemplateURL"])
            digest = url.rpartition("/")[2].partition(".json")[0]
            (file,) = folder.rglob(f"{digest}.json")
            made += created(stacks, event["PhysicalResourceId"], json.loads(file.read_text()))
    return made


def created(stacks: Any, name: str, template: Any) -> list[str]:
    """The Addresses of the resources of a nested stack, in the order in which they were complete."""
    pages = stacks.get_paginator("describe_stack_events").paginate(StackName=name)
    events = [event for page in pages for event in page["StackEvents"]]
    names = [each["LogicalResourceId"] for each in reversed(events) if each["ResourceStatus"] == "CREATE_COMPLETE"]
    resources = template["Resources"]
    return [address(resources[each]["Metadata"]["catalog:address"]) for each in names if each in resources]


def address(written: Any) -> str:
    """An Address, in which an account may be a pseudo parameter."""
    text = written["Fn::Sub"] if isinstance(written, dict) else written
    return str(text).replace("${AWS::AccountId}", "123456789012").replace("${AWS::Region}", REGION)


def exported(catalog: Run, at: Path, folder: Path) -> list[str]:
    """Export the catalogue and upload its templates; the Addresses that are left to publish."""
    assert catalog("bootstrap", "--local", "--yes", "--allow", "widen", at=at).exit_code == 0
    export = ("export", "--catalogue", "--format", "cloudformation", "-o", str(folder), "--upload", "--local")
    assert catalog(*export, at=at).exit_code == 0
    return [each["address"] for each in json.loads((folder / "contents.json").read_text())["left_to_publish"]]


def planned(catalog: Run, at: Path) -> list[str]:
    """The Addresses of the changes of a plan."""
    plan = json.loads(catalog("plan", "--local", "--json", at=at).stdout)
    assert plan["blockers"] == []
    return [each["address"] for each in plan["changes"]]


def test_the_catalogue_of_this_repository_deploys_and_nothing_is_left(
    catalog: Run, client: Callable[..., Any], tmp_path: Path
) -> None:
    folder = tmp_path / "stacks"
    assert exported(catalog, ROOT, folder) == []
    order = {each: index for index, each in enumerate(deployed(client, folder))}
    assert planned(catalog, ROOT) == []
    for each, index in order.items():
        portfolio, principal, _ = each.partition("/principal/")
        if principal:
            assert all(at < index for other, at in order.items() if other.startswith(f"{portfolio}/product/"))
        template = each.removesuffix("/launch") + "/template"
        if each.endswith("/constraint/launch") and template in order:
            assert order[template] < index


def test_publish_makes_what_the_templates_leave_to_it(
    catalog: Run, client: Callable[..., Any], repository: Path, tmp_path: Path
) -> None:
    Team(catalog, repository, client).released("1.1.0")
    assert catalog("deprecate", "kms_key", "1.0.0", at=repository).exit_code == 0
    left = exported(catalog, repository, tmp_path / "stacks")
    assert left == ["product/kms_key/version/1.0.0"]
    deployed(client, tmp_path / "stacks")
    assert planned(catalog, repository) == left
    assert catalog("publish", "--local", "--yes", "--allow", "restrict", at=repository).exit_code == 0
    assert planned(catalog, repository) == []
