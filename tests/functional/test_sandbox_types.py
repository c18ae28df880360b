"""`catalog sandbox types`, and what `catalog launch` says of how far the sandbox has proven what it made."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from catalog.cli import main
from catalog.cli.launch import proof_lines
from docs.sandbox_types import page
from tests.functional.conftest import ROOT


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["sandbox", "types", *words])
    return result.exit_code, result.output


def test_real_types_are_listed_and_the_others_counted() -> None:
    code, text = run()
    assert code == 0
    assert "AWS::S3::Bucket " in text
    assert "AWS::CloudFormation::Stack " in text
    assert "AWS::CloudFormation::CustomResource" in text
    assert "AWS::Omics::RunGroup" not in text
    assert " other types are modelled: " in text


def test_one_type_says_what_makes_it_and_what_it_lacks() -> None:
    _, text = run("AWS::SNS::Topic")
    assert "AWS::SNS::Topic is real: a service of the sandbox has it." in text
    assert "Calls: CreateTopic, " in text
    assert "Left to the stack: MaximumMessageSize" in text
    _, text = run("AWS::AppRunner::Service")
    assert "is modelled: checked, named and tagged by its schema; Cloud Control API shows it." in text


@pytest.mark.parametrize("pattern", ["AWS::SQS", "aws::sqs::", "AWS::SQS::*", "*::sqs::*"])
def test_a_beginning_and_a_pattern_choose(pattern: str) -> None:
    code, text = run(pattern, "--json")
    assert code == 0
    assert {row["type"]: row["proof"] for row in json.loads(text)} == {
        "AWS::SQS::Queue": "real",
        "AWS::SQS::QueueInlinePolicy": "real",
        "AWS::SQS::QueuePolicy": "real",
    }


def test_a_type_that_is_none_is_an_error_in_words() -> None:
    code, text = run("AWS::Nothing::Here")
    assert (code, "CloudFormation has no resource type 'AWS::Nothing::Here'" in text) == (2, True)


def test_the_page_and_the_command_have_one_source() -> None:
    written = (Path(ROOT) / "docs" / "sandbox-types.md").read_text(encoding="utf-8")
    assert written == page()
    _, text = run("--json")
    real = {row["type"] for row in json.loads(text) if row["calls"]}
    assert all(f"| `{name}` |" in written for name in real)


def test_a_launch_says_what_was_real() -> None:
    assert proof_lines({"real": {"A/B": "AWS::SQS::Queue"}, "modelled": {}, "stub": {"C": "Custom::C"}}) == [
        "Real in the sandbox: A/B (AWS::SQS::Queue)",
        "Answered by a stub: C (Custom::C)",
    ]
