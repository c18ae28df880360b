"""pyproject.toml: each wrong setting is an error with its line, whatever it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.content.config import find_root, load_config
from catalog.errors import ContentError

HEAD = '[tool.catalog]\nowner = "aa"\n'


def failure(folder: Path, text: str) -> str:
    (folder / "pyproject.toml").write_text(text)
    with pytest.raises(ContentError) as caught:
        load_config(find_root(folder))
    return str(caught.value).replace(f"{folder}/", "")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('bucket = "{account.foo}"', "pyproject.toml:3: bucket must be text that can have the placeholders"),
        ('bucket = "{account:>999999999999}"', "pyproject.toml:3: bucket must be"),
        ('bucket = "{account!r}"', "pyproject.toml:3: bucket must be"),
        ('bucket = "{0}"', "pyproject.toml:3: bucket must be"),
        ('bucket = "{{x}}"', "pyproject.toml:3: bucket must be"),
        ('bucket = "{"', "pyproject.toml:3: bucket must be"),
        ("bucket = 5", "pyproject.toml:3: bucket must be"),
        ("bucket = 0x" + "f" * 5000, "pyproject.toml:3: bucket must be"),
        ("bucket = " + "9" * 5000, "pyproject.toml:3: not readable as TOML: a number has too many digits"),
        ("bucket = " + "[" * 3000, "pyproject.toml: not readable as TOML: its values nest too deep"),
        ("bucket = ", "pyproject.toml:3: not readable as TOML: Invalid value"),
        (
            "regions = [0x" + "f" * 5000 + "]",
            "pyproject.toml:3: regions must be a list of Region names, got a value",
        ),
        ("share_with = 1", "pyproject.toml:3: share_with must be a list, got 1"),
        ("rendering = 1", "pyproject.toml:3: [tool.catalog.rendering] can have"),
        ("rendering = {seconds = 0}", "pyproject.toml:3: [tool.catalog.rendering] seconds must be 1 to 600, got 0"),
        ("rendering = {memory_mb = true}", "[tool.catalog.rendering] memory_mb must be 256 to 16384, got True"),
        ("launch_roles = {called_via = 1}", "pyproject.toml:3: [tool.catalog.launch_roles] called_via must be"),
        ("template_bucket = 1", "pyproject.toml:3: [tool.catalog.template_bucket] can have ['access_logs',"),
        ("template_bucket = {days = 1}", "[tool.catalog.template_bucket] can have ['access_logs',"),
        ("template_bucket = {noncurrent_days = 29}", "noncurrent_days must be 30 to 3650 days, got 29"),
        ("template_bucket = {noncurrent_days = true}", "noncurrent_days must be 30 to 3650 days, got True"),
        ("template_bucket = {incomplete_upload_days = 0}", "incomplete_upload_days must be 1 to 365 days, got 0"),
        ('template_bucket = {access_logs = ""}', "access_logs must be the name of a bucket"),
        ('template_bucket = {access_logs = "a-{owner}"}', "access_logs must be the name of a bucket"),
        ("template_bucket = {access_logs = 1}", "access_logs must be the name of a bucket"),
        (
            'template_bucket = {organization = "ou-1"}',
            "must be the id of an organization, o-…, got 'ou-1'",
        ),
        ("template_bucket = {refuse_overwrites = 1}", "refuse_overwrites must be true or false, got 1"),
        (
            "template_bucket.noncurrent_days = 9.5\n\n[tool.other]",
            "pyproject.toml:3: [tool.catalog.template_bucket] noncurrent_days must be 30 to 3650 days, got 9.5",
        ),
        ("nonsense = 1", "pyproject.toml:3: [tool.catalog] has unknown settings ['nonsense']"),
        ("targets = 0x" + "f" * 5000, "targets"),
        (
            "controls = 0x" + "f" * 5000,
            "pyproject.toml:3: [tool.catalog.controls] must be a table, got a value",
        ),
    ],
)
def test_a_wrong_setting_is_an_error_with_its_line(tmp_path: Path, text: str, words: str) -> None:
    assert words in failure(tmp_path, f"{HEAD}{text}\n")


def test_a_file_that_is_no_text_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes(HEAD.encode() + b"x = '\xff'\n")
    with pytest.raises(ContentError, match=r"pyproject\.toml:3: cannot be read: byte 0xff is not UTF-8"):
        find_root(tmp_path)


def test_the_name_of_a_bucket_has_account_and_region(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(f'{HEAD}bucket = "t-{{region}}-{{account}}"\n')
    assert load_config(tmp_path).bucket_name("123456789012", "eu-west-1") == "t-eu-west-1-123456789012"


def test_the_template_bucket_is_not_its_own_log(tmp_path: Path) -> None:
    logs = '[tool.catalog.template_bucket]\naccess_logs = "aa-templates-{account}-{region}"\n'
    (tmp_path / "pyproject.toml").write_text(HEAD + logs)
    with pytest.raises(ContentError, match="access_logs is the template bucket aa-templates-1-2 itself"):
        load_config(tmp_path).log_bucket("1", "2")


@given(st.text(st.sampled_from("{}[]!r:.account0region>9"), max_size=20))
def test_any_bucket_is_a_name_or_an_error(tmp_path_factory: pytest.TempPathFactory, bucket: str) -> None:
    folder = tmp_path_factory.mktemp("bucket")
    (folder / "pyproject.toml").write_text(f"{HEAD}bucket = '{bucket}'\n")
    try:
        name = load_config(folder).bucket_name("123456789012", "eu-west-1")
    except ContentError:
        return
    assert not set("{}") & set(name)
