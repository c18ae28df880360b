"""What each command prints with --json has its schema: a new repository is published, launched and taken back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from catalog.cli import main
from catalog.content.schema_files import output_kinds
from tests.functional.conftest import Run
from tests.json_output import kind_of

ROLE = ("--as", "arn:aws:iam::123456789012:role/developer")
PARAMETERS = ("--param", "Service=orders", "--param", "Environment=dev")
ALWAYS_JSON = {"evidence": (), "sandbox env": ("--format", "json")}
"""Commands that print JSON without --json, and how."""
SETTINGS = """
[tool.catalog.targets.here]
account = "123456789012"
regions = ["us-east-1"]

[tool.catalog.stacksets.roles]
content = "launch-roles"
organizational_units = ["ou-abcd-12345678"]
regions = ["us-east-1"]
"""


def commands(group: click.Group, *path: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, *path, name)
        else:
            yield (*path, name), command


def test_every_command_with_json_has_a_schema_and_every_schema_a_command() -> None:
    with_json = {
        kind_of(path)
        for path, command in commands(main)
        if " ".join(path) in ALWAYS_JSON or any("--json" in parameter.opts for parameter in command.params)
    }
    assert with_json == set(output_kinds())


REPOSITORY = (
    "list",
    "validate",
    "controls E9001",
    "evidence bucket 1.0.0",
    "diff bucket",
    "diff",
    f"simulate bucket {' '.join(PARAMETERS)}",
    f"access bucket {' '.join(PARAMETERS)}",
    "release bucket --bump auto --notes Second.",
    "role derive bucket --explain",
    *(f"{verb} bucket 1.0.0" for verb in ("deprecate", "retire", "reactivate", "promote", "rollback")),
    "new product topic",
    "new portfolio platform-prod --stage prod --principal role/deploy --product bucket",
    "new control dead_letters --resource-type AWS::SQS::Queue --property RedrivePolicy",
)
ACCOUNT = (
    "doctor",
    "plan --to all",
    "bootstrap --yes --allow widen",
    "publish --yes --allow widen",
    "status",
    "status --to all",
    f"launch bucket --name one {' '.join((*PARAMETERS, *ROLE))}",
    "provisioned",
    f"execute one {' '.join(ROLE)}",
    "usage --all",
    "usage --all --to all",
    "retention bucket",
    "role check arn:aws:iam::123456789012:role/catalog-launch-bucket bucket",
    "shared list",
    "stackset plan",
    "stackset status",
    "unlock --yes",
    "prune --yes",
    f"terminate one --yes {' '.join(ROLE)}",
)


def check(catalog: Run, at: Path, line: str, *more: str) -> None:
    """Run the command: the fixture `catalog` checks what it prints."""
    words = line.split()
    options = [] if words[0] == "evidence" else ["--json"]
    result = catalog(*words, *more, *options, at=at)
    assert result.exit_code in ((0, 1) if words[0] == "doctor" else (0, 3, 4)), result.stderr
    assert json.loads(result.stdout) is not None


@pytest.fixture
def fresh(catalog: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    root = tmp_path / "fresh"
    assert catalog("init", str(root), "--product-kind", "yaml", "--json", at=tmp_path).exit_code == 0
    with (root / "pyproject.toml").open("a") as file:
        file.write(SETTINGS)
    with (root / "products" / "bucket.yaml").open("a") as file:
        file.write("# This changes the bytes, so there is something to release.\n")
    with (root / "products" / "bucket.product.yaml").open("a") as file:
        file.write("retention: {keep: 1}\n")
    return root


def test_documents_of_the_account(catalog: Run, fresh: Path) -> None:
    for line in ACCOUNT:
        check(catalog, fresh, line, "--local")
    for line in ("runs", "runs list", "runs show last", "sandbox status", "sandbox types AWS::S3"):
        check(catalog, fresh, line)
    assert catalog("sandbox", "env", "--format", "json", "--json", at=fresh).exit_code == 2  # it has no --json


def test_documents_of_the_repository(catalog: Run, fresh: Path) -> None:
    for line in REPOSITORY:
        check(catalog, fresh, line)
