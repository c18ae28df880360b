"""`catalog init` and `catalog new`: what they write validates, is published, and can be launched."""

from __future__ import annotations

import json
import os
import pty
import runpy
import shlex
import sys
import tomllib
from contextlib import suppress
from pathlib import Path

import pytest
import yaml

from catalog.sandbox.control import Sandbox
from catalog.testing import CatalogSandbox
from tests import programs
from tests.functional.conftest import ROOT, Run

DEVELOPER = "arn:aws:iam::123456789012:role/developer"


def files_of(folder: Path) -> list[str]:
    """All files of a folder, relative to it."""
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())


def launched(catalog: Run, root: Path, product: str) -> dict[str, object]:
    """The record of a launch of a bucket."""
    arguments = ("--name", f"my-{product}", "--param", "Service=orders", "--as", DEVELOPER)
    result = catalog("launch", product, "--local", "--json", *arguments, at=root)
    assert result.exit_code == 0, result.output
    record: dict[str, object] = json.loads(result.stdout)
    return record


@pytest.fixture
def started(catalog: Run, tmp_path: Path) -> Path:
    """A new repository."""
    root = tmp_path / "new"
    done = catalog("init", str(root), "--json")
    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout)
    assert sorted(report["written"]) == files_of(root)
    assert report["next"][1] == "catalog publish --local --yes --allow widen"
    return root


def run_clean(catalog: Run, root: Path, *arguments: str) -> str:
    """What a command prints that must succeed."""
    result = catalog(*arguments, at=root)
    assert result.exit_code == 0, result.output
    return result.stdout


def next_of(catalog: Run, root: Path, *arguments: str) -> str:
    """The last command that `catalog new` names."""
    return str(json.loads(run_clean(catalog, root, *arguments, "--json"))["next"][-1])


HANDLE = """\
Description: A handle for alarms.
Parameters:
  Team: {Type: String, AllowedValues: [the team, another]}
  Depth: {Type: Number, MinValue: 1}
Resources:
  Handle: {Type: AWS::CloudFormation::WaitConditionHandle}
Outputs:
  Words: {Description: Who is called., Value: !Sub "${Team} ${Depth}"}
"""


def test_a_new_repository_and_all_that_is_added_to_it(catalog: Run, started: Path, tmp_path: Path) -> None:
    assert json.loads(run_clean(catalog, started, "validate", "--json")) == []
    store = next_of(catalog, started, "new", "product", "store", "--python", "--portfolio", "platform-dev")
    added = ("--stage", "prod", "--principal", "role/deploy-*", "--product", "bucket", "--product", "store")
    run_clean(catalog, started, "new", "portfolio", "platform-prod", *added)
    run_clean(catalog, started, "new", "control", "dead_letters")
    assert json.loads(run_clean(catalog, started, "validate", "--json")) == []
    controls = json.loads(run_clean(catalog, started, "controls", "--json"))["controls"]
    assert ("W9500", "Every AWS::SQS::Queue has RedrivePolicy") in {(each["id"], each["title"]) for each in controls}
    second = json.loads(run_clean(catalog, started, "new", "control", "names", "--severity", "error", "--json"))
    assert second["control"] == "E9501"
    source = tmp_path / "alarms.yaml"
    source.write_text(HANDLE)
    alarms = next_of(catalog, started, "new", "product", "alarms", "--from", str(source), "--portfolio", "platform-dev")
    options = "--param 'Team=the team' --param Depth=1 --tag Environment=dev --as"
    assert alarms == f"catalog launch alarms --local --name my-alarms {options} {DEVELOPER}"
    for product in ("store", "alarms"):
        run_clean(catalog, started, "release", product)
    run_clean(catalog, started, "publish", "--local", "--yes", "--allow", "widen")
    assert launched(catalog, started, "bucket")["status"] == "SUCCEEDED"
    for command in (store, alarms):
        run_clean(catalog, started, *shlex.split(command)[1:])


@pytest.mark.parametrize("kind", ["yaml", "python"])
def test_an_example_has_rules_that_its_launches_keep(catalog: Run, tmp_path: Path, kind: str) -> None:
    root = tmp_path / "new"
    report = json.loads(run_clean(catalog, tmp_path, "init", str(root), "--example", "--product-kind", kind, "--json"))
    assert {"portfolios/platform-prod.yaml", "examples/bucket-prod.yaml"} <= {*report["written"]}
    assert json.loads(run_clean(catalog, root, "validate", "--json")) == []
    for stage, other in (("dev", "prod"), ("prod", "dev")):
        portfolio = ("--portfolio", f"platform-{stage}")
        file = str(root / "examples" / f"bucket-{stage}.yaml")
        run_clean(catalog, root, "simulate", "bucket", *portfolio, "--params-file", file)
        refused = catalog(
            "simulate", "bucket", *portfolio, "--params-file", str(root / "examples" / f"bucket-{other}.yaml"), at=root
        )
        assert (refused.exit_code, "launches for" in refused.output) == (3, True), refused.output


def test_the_test_of_the_first_product_passes(started: Path, sandbox: Sandbox) -> None:
    module = runpy.run_path(str(started / "tests" / "test_bucket.py"))
    module["test_a_bucket_is_private"](CatalogSandbox(sandbox, started))


TEMPLATE = """\
# ours
Description: >-
  A queue for
  orders.
Resources:
  Queue: {Type: AWS::SQS::Queue}   # kept as it is
"""


def test_a_template_that_exists_becomes_a_product(catalog: Run, started: Path, tmp_path: Path) -> None:
    source = tmp_path / "orders.yml"
    source.write_text(TEMPLATE)
    arguments = ("new", "product", "orders", "--from", str(source), "--portfolio", "platform-dev")
    report = json.loads(run_clean(catalog, started, *arguments, "--json"))
    assert report["written"] == ["products/orders.yml", "products/orders.product.yaml"]
    assert report["edited"] == ["portfolios/platform-dev.yaml"]
    assert (started / "products" / "orders.yml").read_bytes() == source.read_bytes()
    fields = yaml.safe_load((started / "products" / "orders.product.yaml").read_text())
    assert (fields["name"], fields["owner"], fields["description"]) == ("Orders", "Platform", "A queue for orders.")
    assert "E9003" in {finding["id"] for finding in report["findings"]}
    assert {finding["file"] for finding in report["findings"]} == {"products/orders.yml"}
    again = catalog(*arguments, at=started)
    assert (again.exit_code, "products/ has a product orders already" in again.stderr) == (2, True)


def test_a_template_with_its_own_metadata_needs_no_other(catalog: Run, started: Path, tmp_path: Path) -> None:
    fields = "{name: Mine, owner: Us, description: It., version: 1.2.0}"
    source = tmp_path / "mine.template"
    source.write_text(f"{TEMPLATE}Metadata: {{Catalog: {fields}}}\n")
    report = json.loads(run_clean(catalog, started, "new", "product", "mine", "--from", str(source), "--json"))
    assert report["written"] == ["products/mine.template"]
    assert any("No portfolio offers mine yet" in remark for remark in report["remarks"])


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ("{name: 3, owner: Us, description: It., version: 1.2.0}", "mine.yaml:7: name is 3, but must be text"),
        ("{name: Mine, owner: Us, description: It., version: '1'}", "mine.yaml:7: product version must"),
        ("{name: Bucket, owner: Us, description: It., version: 1.2.0}", "product bucket has the name 'Bucket' already"),
    ],
)
def test_a_template_whose_metadata_are_wrong_is_not_written(
    catalog: Run, started: Path, tmp_path: Path, fields: str, words: str
) -> None:
    source = tmp_path / "mine.yaml"
    source.write_text(f"{TEMPLATE}Metadata: {{Catalog: {fields}}}\n")
    before = files_of(started)
    result = catalog("new", "product", "mine", "--from", str(source), at=started)
    assert (result.exit_code, words in result.stderr) == (2, True), result.stderr
    assert files_of(started) == before


REFUSED = {
    ("init", "other", "--region", "Ireland"): "--region must be the name of a Region, such as eu-west-1, got 'Ireland'",
    ("init", "other", "--region", ""): "--region must be the name of a Region, such as eu-west-1, got ''",
    ("init", "other", "--owner", "Us"): "--owner must be 2 to 32 lower-case letters",
    ("init", "other", "--team", "x" * 51): "--team must have 1 to 50 characters",
    ("init", "other", "--team", ""): "--team must have 1 to 50 characters",
    ("init", "other", "--principal", "dev"): "--principal must be role/NAME",
    ("init", "other", "--principal", "group/dev"): "--principal must be role/NAME",
    ("init", "other", "--principal", DEVELOPER): "--principal must be role/NAME",
    ("init", "."): "has [tool.catalog] already",
    ("new", "product", "bucket"): "products/ has a product bucket already",
    ("new", "product", "other", "--display-name", "Bucket"): "product bucket has the name 'Bucket' already",
    ("new", "product", "a b"): "the name of a product must be 1 to 64 letters",
    ("new", "product", "x", "--portfolio", "nope"): "unknown portfolio 'nope'; portfolios/ has platform-dev",
    ("new", "product", "x", "--from", "empty.yaml"): "empty.yaml: is no CloudFormation template: it has no Resources",
    ("new", "product", "x", "--from", "red.yaml"): "red.yaml: the Description must be one line of printable characters",
    ("new", "product", "x", "--from", "pyproject.toml"): "a template ends in .yaml, .yml, .json, .template",
    ("validate", "products/bucket.yaml"): "Write the key, without folder and ending: bucket.",
    ("shared", "accept", "nope", "--local"): "PORTFOLIO_ID must be the id of a portfolio, port-…, got 'nope'",
    ("access", "bucket", "--param", "Nope=1"): "Nope: Parameters: [Nope] do not exist in the template (limit: a param",
    ("new", "portfolio", "x"): "Pass --principal role/NAME",
    ("new", "portfolio", "x", "--principal", "dev"): "--principal must be role/NAME",
    ("new", "portfolio", "x", "--principal", f"{DEVELOPER}-*"): "with * or ?>, without an account, got",
    ("new", "portfolio", "x", "--principal", "arn:aws:iam:::role/a"): "iam::<account>:role|user|group/<name>, got",
    ("new", "portfolio", "x", "--principal", "role/a", "--product", "nope"): "unknown product 'nope'",
    ("new", "portfolio", "platform-dev", "--principal", "role/a"): "1 file exists; nothing was written",
    ("new", "control", "Dead Letters"): "the name of a control must be lower-case letters",
    ("new", "control", "x", "--resource-type", "Queue"): "--resource-type must be a type such as AWS::SQS::Queue",
}


def test_what_is_wrong_is_said_and_nothing_is_written(
    catalog: Run, started: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(started)
    (started / "empty.yaml").write_text("Resources: {}\n")
    (started / "red.yaml").write_text('Description: "\\e[31m"\nResources: {T: {Type: "AWS::SNS::Topic"}}\n')
    before = files_of(started)
    for arguments, words in REFUSED.items():
        result = catalog(*arguments, at=started)
        assert (result.exit_code, words in result.stderr) == (2, True), f"{arguments}: {result.stderr}"
    assert files_of(started) == before


def test_a_project_that_exists_keeps_its_settings(catalog: Run, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "ours"\n\n[tool.pytest.ini_options]\naddopts = "-q"\n')
    (tmp_path / ".gitignore").write_text("dist/\n.venv/\n")
    (tmp_path / ".gitattributes").write_text("* text=auto")
    (tmp_path / ".pre-commit-config.yaml").write_text("repos: []\n")
    report = json.loads(catalog("init", "--json", at=tmp_path).stdout)
    assert (report["edited"], report["left"]) == (
        ["pyproject.toml", ".gitignore", ".gitattributes"],
        [".pre-commit-config.yaml"],
    )
    settings = tomllib.loads((tmp_path / "pyproject.toml").read_text())
    assert settings["project"]["name"] == "ours"
    assert settings["tool"]["pytest"]["ini_options"] == {"addopts": "-q"}
    assert settings["tool"]["catalog"]["owner"] == "platform"
    assert (tmp_path / ".gitattributes").read_text() == "* text=auto\n\n# catalog\nproducts/** -text\n"
    lines = (tmp_path / ".gitignore").read_text().splitlines()
    assert lines[:2] == ["dist/", ".venv/"]
    assert lines.count(".venv/") == 1
    assert ".sandbox/" in lines


def test_on_a_terminal_it_asks_again_after_a_wrong_answer(tmp_path: Path) -> None:
    answers = ("Bad Owner", "data", "", "Ireland", "eu-west-1, us-east-1", "role/dev-*", "perl", "python", "none")
    outer, inner = pty.openpty()
    command = [sys.executable, "-m", "catalog", "init", "new"]
    variables = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", "TERM": "dumb"}
    with programs.start(command, cwd=tmp_path, env=variables, stdin=inner, stdout=inner, stderr=inner) as run:
        os.close(inner)
        os.write(outer, "".join(f"{answer}\n" for answer in answers).encode())
        text = b""
        with suppress(OSError):  # Linux: the other end is closed
            while part := os.read(outer, 65536):
                text += part
        os.close(outer)
    assert run.returncode == 0, text.decode()
    for words in ("--owner must be", "--region must be", "product kind must be"):
        assert words in text.decode()
    assert 'owner="Data"' in (tmp_path / "new" / "products" / "bucket.py").read_text()
    settings = tomllib.loads((tmp_path / "new" / "pyproject.toml").read_text())["tool"]["catalog"]
    assert settings == {
        "owner": "data",
        "regions": ["eu-west-1", "us-east-1"],
        "principal_patterns": ["role/dev-*"],
    }
    assert "role/dev-x" in text.decode()
