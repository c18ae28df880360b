"""JSON text of templates: its data, or an error that whoever reads it handles."""

from __future__ import annotations

import json
from typing import Any

import pytest

from catalog.cfn.json_text import MOST_LEVELS, json_data
from catalog.check.registry import template_controls
from catalog.versions import compare
from tests.unit.versions.conftest import TemplateVersion


@pytest.mark.parametrize("data", [{}, [], "x", 1, None, {"Statement": [{"Action": ["a", "b"]}]}])
def test_the_data_of_a_text(data: Any) -> None:
    assert json_data(json.dumps(data)) == data


def test_the_limit_of_levels() -> None:
    assert json_data("[" * MOST_LEVELS + "]" * MOST_LEVELS)
    for levels in (MOST_LEVELS + 1, 5_000, 200_000):
        with pytest.raises(ValueError, match="nested more deeply than 100 levels"):
            json_data("[" * levels + "]" * levels)
    for text in ("{", "[" * 5_000, "9" * 5_000):
        with pytest.raises(ValueError, match=r"Expecting|nested|digits"):
            json_data(text)


DEEP = {
    "a list": '{"Statement":' + "[" * 5_000 + "]" * 5_000 + "}",
    "open": '{"password":' * 5_000,
    "number": "9" * 5_000,
}
PROPERTIES = {
    "AWS::SecretsManager::Secret": "SecretString",
    "AWS::IAM::ManagedPolicy": "PolicyDocument",
    "AWS::Logs::ResourcePolicy": "PolicyDocument",
}


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP)
@pytest.mark.parametrize("kind", PROPERTIES)
def test_a_text_that_nobody_can_read_is_no_failure_of_a_check(kind: str, text: str) -> None:
    name = PROPERTIES[kind]
    old, new = ({"Resources": {"R": {"Type": kind, "Properties": {name: each}}}} for each in (text, f"{text} "))
    for control in template_controls():
        list(control().faults(old))  # type: ignore[attr-defined]  # a template control has it
    assert compare(TemplateVersion("1.0.0", old), TemplateVersion("2.0.0", new)).changes
