"""Completion as shells ask for it: words in the environment, candidates on standard output, and never an error."""

from __future__ import annotations

import os
import shutil
import socket
import sys
import time
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from catalog.cli import main
from catalog.cli.completing import SAFE, VARIABLE
from catalog.sandbox.control import Sandbox
from tests import programs
from tests.functional.conftest import ROOT, Run
from tests.functional.fleet import TARGETS, declare

LAUNCH = ["--param", "Service=orders", "--as", "arn:aws:iam::123456789012:role/developer"]


def ask(line: str, at: Path, shell: str = "bash", **variables: str) -> tuple[list[str], str]:
    """The candidates for the last word of `line`, and what was written to standard error."""
    words = line.split(" ")
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ} | {
        "PYTHONPATH": str(ROOT),
        "AWS_EC2_METADATA_DISABLED": "true",
        "_CATALOG_COMPLETE": f"{shell}_complete",
        "COMP_WORDS": line,
        "COMP_CWORD": words[-1] if shell == "fish" else str(len(words) - 1),
    }
    command = [sys.executable, "-m", "catalog"]
    done = programs.run(command, env=environment | variables, cwd=at, capture_output=True, text=True)
    assert done.returncode == 0
    if shell == "zsh":
        return done.stdout.splitlines()[1::3], done.stderr
    return [text.partition(",")[2].partition("\t")[0] for text in done.stdout.split("\n") if text], done.stderr


def candidates_for(line: str, at: Path) -> list[str]:
    """The candidates for the last word of `line`, in this process."""
    words = ["-C", str(at), *line.split(" ")[1:]]
    return [item.value for item in ShellComplete(main, {}, "catalog", VARIABLE).get_completions(words[:-1], words[-1])]


@pytest.fixture
def repository(repository: Path) -> Path:
    declare(repository, TARGETS)
    with (repository / "pyproject.toml").open("a") as file:
        file.write('[tool.catalog.stacksets.roles]\ncontent = "launch-roles"\n')
        file.write('organizational_units = ["ou-abcd-12345678"]\nregions = ["us-east-1"]\n')
    return repository


@pytest.mark.parametrize(
    ("line", "candidates"),
    [
        ("catalog pub", ["publish"]),
        ("catalog role d", ["derive"]),
        ("catalog export ", ["kms_key"]),
        ("catalog export x", []),
        ("catalog validate kms_key ", []),
        ("catalog deprecate kms_key ", ["1.0.0"]),
        ("catalog deprecate other ", []),
        ("catalog diff kms_key 1.0.0 1", ["1.0.0"]),
        ("catalog launch kms_key --version ", ["1.0.0"]),
        ("catalog launch kms_key --portfolio security-p", ["security-prod"]),
        ("catalog plan --to ", ["all", "hub", "hub/eu-west-1", "hub/us-east-1", "dev", "dev/us-east-1"]),
        ("catalog plan --target product/", ["product/kms_key", "product/kms_key/version/1.0.0"]),
        ("catalog new product queue --portfolio security-p", ["security-prod"]),
        ("catalog new portfolio data --product ", ["kms_key"]),
        ("catalog stackset plan ", ["roles"]),
        ("catalog help exit", ["exit-codes", "exit-codes.md"]),
        ("catalog help role p", ["publisher"]),
        ("catalog completion z", ["zsh"]),
    ],
)
def test_names_complete(repository: Path, line: str, candidates: list[str]) -> None:
    assert candidates_for(line, repository) == candidates


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_the_names_and_nothing_else(repository: Path, shell: str) -> None:
    assert ask("catalog evidence kms_key ", repository, shell) == (["1.0.0"], "")


def test_outside_of_a_repository_there_are_no_names_and_no_errors(tmp_path: Path) -> None:
    assert ask("catalog export ", tmp_path) == ([], "")
    (tmp_path / "pyproject.toml").write_text("[tool.catalog\n")
    for line in ("catalog export ", "catalog plan --to ", "catalog terminate --local ", "catalog launch x --version "):
        assert candidates_for(line, tmp_path) == []


def test_the_repository_of_the_option_is_the_one_that_is_read(repository: Path, tmp_path: Path) -> None:
    assert ask(f"catalog -C {repository} export ", tmp_path) == (["kms_key"], "")


def test_provisioned_products_of_a_running_sandbox_complete(catalog: Run, sandbox: Sandbox, tmp_path: Path) -> None:
    assert catalog("init", str(tmp_path), "--product-kind", "yaml", at=tmp_path).exit_code == 0
    assert catalog("publish", "--local", "--yes", "--allow", "widen", at=tmp_path).exit_code == 0
    assert catalog("launch", "bucket", "--local", "--name", "my-bucket", *LAUNCH, at=tmp_path).exit_code == 0
    slow_machine = {"CATALOG_COMPLETION_SECONDS": "60", "CATALOG_SANDBOX_DIR": str(sandbox.directory)}
    assert ask("catalog terminate --local m", tmp_path, **slow_machine) == (["my-bucket"], "")
    with_credentials = {**sandbox.environment(), **slow_machine}
    assert ask("catalog execute ", tmp_path, **with_credentials) == (["my-bucket"], "")
    assert ask("catalog execute x", tmp_path, **with_credentials) == ([], "")
    (empty := tmp_path / "empty").mkdir()
    role = "--as arn:aws:iam::123456789012:role/developer"
    (tmp_path / "pyproject.toml").rename(tmp_path / "moved.toml")
    assert ask(f"catalog describe --local {role} b", empty, **slow_machine) == (["bucket"], "")
    assert ask("catalog launch --local ", empty, **slow_machine) == ([], "")  # this identity may launch nothing


def test_a_sandbox_that_does_not_run_is_not_started(tmp_path: Path) -> None:
    assert ask("catalog terminate --local ", ROOT, CATALOG_SANDBOX_DIR=str(tmp_path / "none")) == ([], "")
    assert not (tmp_path / "none").exists()


def test_an_endpoint_that_never_answers_is_left_after_the_limit() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        keys = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_REGION": "us-east-1"}
        endpoint = {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{silent.getsockname()[1]}"}
        start = time.monotonic()
        assert ask("catalog terminate ", ROOT, CATALOG_COMPLETION_SECONDS="0.2", **keys, **endpoint) == ([], "")
        assert time.monotonic() - start < 30  # botocore alone would wait for a minute, and try again


@pytest.mark.parametrize(
    "name", ["$(touch x)", "a b", "`id`", "a;b", "-rf", "a\nplain,b", "~root", "a*", "", "x'y", 'x"']
)
def test_a_name_that_a_shell_would_read_as_more_than_a_name_is_not_offered(name: str) -> None:
    assert not SAFE.fullmatch(name)


def test_bash_completes_with_the_printed_script(repository: Path, tmp_path: Path) -> None:
    bash = shutil.which("bash")
    assert bash, "the tests need bash, as CI's scripts do"
    (tmp_path / "catalog").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m catalog "$@"\n')
    (tmp_path / "catalog").chmod(0o700)
    script = """
        eval "$(catalog completion bash)"
        COMP_WORDS=(catalog rollback kms_key "") COMP_CWORD=3
        _catalog_completion catalog
        printf '%s\\n' "${COMPREPLY[@]}"
        complete -p catalog
    """
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    done = programs.run([bash, "--norc", "-c", script], cwd=repository, env=environment, capture_output=True, text=True)
    assert (done.stderr, done.stdout.splitlines()[0]) == ("", "1.0.0")
    assert "-F _catalog_completion catalog" in done.stdout


@pytest.mark.parametrize(
    ("shell", "mark"), [("zsh", "#compdef catalog"), ("fish", "complete --no-files --command catalog")]
)
def test_the_scripts_of_other_shells(catalog: Run, shell: str, mark: str) -> None:
    script = catalog("completion", shell).stdout
    assert mark in script
    assert f"_CATALOG_COMPLETE={shell}_complete" in script
