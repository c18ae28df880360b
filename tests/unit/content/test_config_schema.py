"""The JSON Schema of [tool.catalog] and the code that reads the table accept the same configurations."""

from __future__ import annotations

import copy
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.content import bucket_settings, config, stack_sets, targets
from catalog.content.config import load_config, read_tool_table
from catalog.content.schema_files import quick_check, schema_text
from catalog.errors import ContentError

ROOT = Path(__file__).resolve().parents[3]
SCHEMA = json.loads(schema_text("config"))
ACCOUNT = "111122223333"
FULL: dict[str, Any] = {
    "owner": "platform",
    "regions": ["eu-west-1", "us-east-1", "cn-north-1"],
    "bucket": "acme-{account}-{region}",
    "principal_patterns": ["role/dev-*"],
    "share_with": [ACCOUNT, "ou-abcd-12345678", "o-abcdefghij"],
    "package_portfolios": ["acme", "acme.more/key-1"],
    "launch_roles": {"called_via": False, "source_account": True, "generated_names": False, "via_service": False},
    "targets": {
        "hub": {
            "account": ACCOUNT,
            "regions": ["eu-west-1", "us-east-1"],
            "role": f"arn:aws:iam::{ACCOUNT}:role/path/publisher",
            "profile": "hub",
            "portfolios": ["prod"],
        },
        "dev": {"account": "444455556666", "regions": ["us-east-1"]},
    },
    "controls": {
        "tags": ["Environment", "Größe"],
        "folders": ["own"],
        "entry_points": ["acme"],
        "E9002": {"level": "warning", "reason": "reviewed"},
    },
    "rendering": {"seconds": 60, "memory_mb": 512},
    "template_bucket": {
        "access_logs": "logs-{account}",
        "incomplete_upload_days": 7,
        "noncurrent_days": 90,
        "refuse_overwrites": False,
        "organization": "o-abcdefghij",
    },
    "stacksets": {
        "roles": {
            "content": "launch-roles",
            "organizational_units": ["ou-abcd-12345678", "r-abcd"],
            "regions": ["us-east-1"],
            "portfolios": ["prod"],
            "auto_deployment": True,
            "retain_stacks": True,
            "delegated": True,
            "max_concurrent": "25%",
            "failure_tolerance": 0,
            "region_concurrency": "PARALLEL",
            "concurrency_mode": "SOFT_FAILURE_TOLERANCE",
        }
    },
}
"""Every setting."""
ACROSS = (
    "are both account",
    "is not among the Regions that templates are checked for",
    "an account is in one partition",
    "an organization is in one partition",
    "role is in account",
    "role is in partition",
    "must be one Region",
    "retain_stacks is for auto_deployment",
    "is not a folder inside the repository",
    "does not exist",
    "access_logs must be the name of a bucket",  # its length, with the placeholders filled in
)
"""What the code refuses and the schema cannot say: it needs several settings, a folder, or placeholders filled in."""
ODD = (
    *(0, 1, 7, 29, 30, 255, 256, 365, 366, 600, 601, 3650, 3651, 16_384, 16_385, -1, 30.5, True, False),
    *(
        "",
        " ",
        "all",
        "a",
        "ab",
        "A",
        "x\n",
        "été",
        "x" * 33,
        "x" * 65,
        "*",
        "{account}",
        "{region}",
        "{reg{account}ion}",
    ),
    *("role/x", "role/é", "user/", "o-1234567890", "ou-abcd-1234567", "\u0663" * 12, ACCOUNT, "11112222333"),
    *("0%", "1%", "01%", "100%", "101%", "1000%", "%", "25", "r-abc", "eu-west-1", "eu-west", "launch-roles"),
    *("catalogue", "PARALLEL", "off", "logs.-{account}", "a" * 63, "a" * 64, "-{region}", "arn:aws:iam::1:role/x"),
    *([], ["x"], ["x", "x"], [1], [""], {}, {"x": 1}, {"level": "off", "reason": " "}, {"level": "off", "reason": "y"}),
    date(2027, 1, 1),
)
KEYS = (
    "x",
    "all",
    "E9101",
    "E9201",
    "W92",
    "E\u0669\u0660\u0660\u0662",
    "name-1",
    "a" * 65,
    "_",
    "owner",
    "role",
    "seconds",
    "content",
)


def paths(value: Any, *above: Any) -> list[tuple[Any, ...]]:
    """The paths of all values."""
    if isinstance(value, dict):
        return [(*above, key) for key in value] + [path for key in value for path in paths(value[key], *above, key)]
    if isinstance(value, list):
        return [(*above, index) for index in range(len(value))]
    return []


PATHS = paths(FULL)
PATTERNS = sorted(set(re.findall(r'"pattern": ("(?:[^"\\]|\\.)*")', schema_text("config"))))
fitting = st.sampled_from(PATTERNS).flatmap(lambda text: st.from_regex(json.loads(text)))
values = st.sampled_from(ODD) | fitting.map(lambda text: text.rstrip("\n")) | st.integers(0, 20_000)
edits = st.tuples(
    st.sampled_from(("set", "set", "set", "delete", "add")), st.sampled_from(PATHS), values, st.sampled_from(KEYS)
)


def edited(given_edits: list[tuple[str, tuple[Any, ...], Any, str]]) -> dict[str, Any]:
    """The full configuration with edits; an edit whose place an earlier one took away changes nothing."""
    table = copy.deepcopy(FULL)
    for kind, path, given_value, key in given_edits:
        owner: Any = table
        value = copy.deepcopy(given_value)
        try:
            for part in path[:-1]:
                owner = owner[part]
            if kind == "delete":
                del owner[path[-1]]
            elif kind == "add" and isinstance(owner[path[-1]], dict):
                owner[path[-1]][key] = value
            elif kind == "add":
                owner[path[-1]].append(value)
            else:
                owner[path[-1]]  # only what is there is replaced
                owner[path[-1]] = value
        except (KeyError, IndexError, TypeError, AttributeError):
            continue
    return table


def toml(value: Any) -> str:
    """A value as TOML has it inline."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{toml(key)} = {toml(inner)}' for key, inner in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(toml, value))}]"
    if isinstance(value, date):
        return value.isoformat()
    text = json.dumps(value, ensure_ascii=False)
    return re.sub("[\x7f-\x9f]", lambda match: f"\\u{ord(match[0]):04x}", text)


def accepted(table: Any) -> bool:
    """Whether the schema accepts it: with fastjsonschema, in which `$` is the end, as in JSON Schema's own patterns."""
    import fastjsonschema

    try:
        quick_check("config")(table)
    except fastjsonschema.JsonSchemaValueException:
        return False
    return True


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("configured")
    (root / "own").mkdir()
    return root


def refusal(folder: Path, table: Any) -> str:
    """What the code says against it; empty if it accepts it."""
    (folder / "pyproject.toml").write_text(f"[tool]\ncatalog = {toml(table)}\n", encoding="utf-8")
    assert read_tool_table(folder / "pyproject.toml") == {"catalog": table}
    try:
        load_config(folder)
    except ContentError as error:
        return str(error)
    return ""


@settings(max_examples=100)
@given(st.lists(edits, max_size=3))
def test_the_schema_and_the_code_accept_the_same(folder: Path, given_edits: list[Any]) -> None:
    table = edited(given_edits)
    words = refusal(folder, table)
    if accepted(table):
        assert not words or any(part in words for part in ACROSS)
    else:
        assert words


def test_the_full_configuration_has_every_setting_and_is_accepted(folder: Path) -> None:
    assert refusal(folder, FULL) == ""
    assert accepted(FULL)
    assert set(SCHEMA["properties"]) == set(config.SETTINGS) == set(FULL)
    tables = {
        "launch_roles": (config.CONDITIONS, FULL["launch_roles"]),
        "rendering": (config.RENDERING, FULL["rendering"]),
        "template_bucket": (bucket_settings.SETTINGS, FULL["template_bucket"]),
    }
    for name, (read, full) in tables.items():
        assert set(SCHEMA["properties"][name]["properties"]) == set(read) == set(full)
    for name, read, full in (
        ("targets", targets.SETTINGS, FULL["targets"]["hub"]),
        ("stacksets", stack_sets.SETTINGS, FULL["stacksets"]["roles"]),
    ):
        assert set(SCHEMA["properties"][name]["additionalProperties"]["properties"]) == set(read) == set(full)


def test_the_defaults_are_those_of_the_code(folder: Path) -> None:
    assert refusal(folder, {"owner": "platform"}) == ""
    settings_read, properties = load_config(folder), SCHEMA["properties"]
    assert list(settings_read.regions) == properties["regions"]["default"]
    assert settings_read.bucket == properties["bucket"]["default"].replace("<owner>", "platform")
    for name in ("launch_roles", "rendering", "template_bucket"):
        holder: Any = settings_read if name == "launch_roles" else getattr(settings_read, name)
        for setting, schema in properties[name]["properties"].items():
            value = getattr(holder, setting)
            assert (schema["default"] == value) if "default" in schema else not value
    assert list(settings_read.controls.duty_tags) == properties["controls"]["properties"]["tags"]["default"]
    minimal = {"content": "catalogue", "organizational_units": ["r-abcd"], "regions": ["us-east-1"]}
    assert refusal(folder, {"owner": "platform", "stacksets": {"x": minimal}}) == ""
    (stack_set,) = load_config(folder).stack_sets
    for setting, schema in properties["stacksets"]["additionalProperties"]["properties"].items():
        if "default" in schema:
            assert getattr(stack_set, setting) == schema["default"]


def test_every_setting_is_described() -> None:
    def settings_of(schema: dict[str, Any]) -> list[dict[str, Any]]:
        inner = schema.get("additionalProperties")
        below = [*schema.get("properties", {}).values(), *([inner] if isinstance(inner, dict) else [])]
        return [*schema.get("properties", {}).values(), *(each for part in below for each in settings_of(part))]

    assert len(settings_of(SCHEMA)) > 40
    for schema in settings_of(SCHEMA):
        assert schema["description"].endswith(".")


def test_the_examples_are_accepted(folder: Path) -> None:
    for name, schema in SCHEMA["properties"].items():
        for example in schema.get("examples", []):
            assert refusal(folder, {"owner": "platform", name: example}) == ""
