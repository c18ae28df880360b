"""Use of the sandbox without --local: by boto3's own configuration and AWS_ENDPOINT_URL."""

from __future__ import annotations

import json
import os
import shlex
from pathlib import Path

import pytest

from catalog.sandbox.control import Sandbox
from tests.functional.conftest import Run


@pytest.fixture
def joined(catalog: Run, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`eval "$(catalog sandbox env)"`."""
    *lines, last = catalog("sandbox", "env").stdout.splitlines()
    assert last == "unset AWS_PROFILE AWS_SESSION_TOKEN"
    for line in lines:
        word = shlex.split(line)
        assert word[0] == "export"
        monkeypatch.setenv(*word[1].split("=", 1))
    return catalog


def test_publish_and_launch_without_local(joined: Run) -> None:
    assert joined("publish", "--yes", "--allow", "widen").exit_code == 0
    assert "No changes." in joined("publish", "--yes").stdout
    launched = joined(
        "launch",
        "kms_key",
        "--name",
        "mine",
        "--params-file",
        "examples/launch-dev.yaml",
        "--json",
        "--as",
        "arn:aws:iam::123456789012:role/dev-terraform-role",
    )
    assert launched.exit_code == 0, launched.output
    assert json.loads(launched.stdout)["outputs"]["AliasName"] == "alias/dev/s3-data"


def test_a_profile_gives_region_and_credentials(joined: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A Region has none of the objects of another Region."""
    key = os.environ["AWS_ACCESS_KEY_ID"]
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name)
    (tmp_path / "config").write_text("[profile hub]\nregion = eu-west-1\n")
    (tmp_path / "credentials").write_text(f"[hub]\naws_access_key_id = {key}\naws_secret_access_key = y\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    planned = joined("plan", "--profile", "hub", "--json")
    assert planned.exit_code == 0, planned.output
    assert json.loads(planned.stdout)["region"] == "eu-west-1"
    elsewhere = joined("plan", "--profile", "hub", "--region", "eu-central-1", "--json")
    assert json.loads(elsewhere.stdout)["region"] == "eu-central-1"


def test_local_and_profile_exclude_each_other(catalog: Run) -> None:
    result = catalog("plan", "--local", "--profile", "hub")
    assert result.exit_code == 2
    assert "--profile" in result.stderr


def test_aws_region_alone_is_enough(joined: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    assert json.loads(joined("plan", "--json").stdout)["region"] == "eu-west-1"


def test_the_sandbox_ignores_a_profile_that_does_not_exist(catalog: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "no-such-profile")
    assert catalog("plan", "--local").exit_code == 0


def test_an_endpoint_that_is_not_a_url(joined: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "notaurl")
    result = joined("plan")
    assert result.exit_code == 2
    assert "AWS_ENDPOINT_URL" in result.stderr
