"""The params file to fill in: what it says is read back as the values that it names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from catalog.cfn import Pseudo
from catalog.content.yaml_files import read_parameters
from catalog.provisioning.params_template import params_template
from tests.unit.provisioning.conftest import form_of

PSEUDO = Pseudo("123456789012", "eu-west-1")


def read(tmp_path: Path, text: str) -> dict[str, str]:
    file = tmp_path / "params.yaml"
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    return read_parameters(file, "params.yaml")


def test_what_must_be_given_is_empty_and_the_rest_is_a_comment(tmp_path: Path) -> None:
    parameters = {
        "Name": {"Type": "String", "MinLength": "1", "Description": "Such a thing, such as blue."},
        "Any": {"Type": "String"},
        "Key": {"Type": "String", "NoEcho": True, "Description": "A key."},
        "Days": {"Type": "Number", "Default": 7},
    }
    text = params_template(form_of(parameters, tag_options={"Team": ("a", "b"), "Name": ("blue", "red")}), PSEUDO)
    assert read(tmp_path, text) == {"Name": ""}
    lines = text.splitlines()
    assert "# Example: blue" in lines
    assert "# Days: 7" in lines
    assert "# Any:   (must be given)" in lines
    assert "# Choose a tag too: --tag 'Team=VALUE' with one of a, b" in lines
    assert any(line.startswith("# Key:   (hidden") for line in lines)
    assert "#   catalog launch Topic --version 1.0.0 --name NAME --params-file FILE" in lines


@given(st.text(), st.text(st.characters(exclude_categories=["Cs"])))
def test_no_text_of_the_account_becomes_a_value(tmp_path_factory: Any, description: str, default: str) -> None:
    """A description cannot begin a line of its own; a default whose # is removed is read back as it is."""
    parameters: dict[str, Any] = {"P": {"Type": "String", "Description": description, "Default": default}}
    text = params_template(form_of(parameters), PSEUDO)
    folder = tmp_path_factory.mktemp("params")
    assert read(folder, text) == {}
    assert read(folder, text.split("\n")[-2].removeprefix("# ")) == {"P": default}


def test_an_untouched_file_of_defaults_gives_nothing(tmp_path: Path) -> None:
    text = params_template(form_of({"Days": {"Type": "Number", "Default": 7}}), PSEUDO)
    assert read(tmp_path, text) == {}
