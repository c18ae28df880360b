"""`catalog schema`: prints each schema, and writes those of files for editors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from jsonschema.validators import validator_for

from catalog.cli import main
from catalog.content.schema_files import KINDS, output_kinds


def invoke(*arguments: str, at: Path | None = None) -> Result:
    return CliRunner().invoke(main, [*(["-C", str(at)] if at else []), "schema", *arguments])


@pytest.mark.parametrize("kind", [*KINDS, *output_kinds()])
def test_each_kind_is_a_schema_with_a_description(kind: str) -> None:
    schema = json.loads(invoke("--kind", kind).stdout)
    validator_for(schema).check_schema(schema)
    assert schema["$schema"] in (
        "https://json-schema.org/draft/2020-12/schema",
        "http://json-schema.org/draft-07/schema#",  # what validate-pyproject reads, for the configuration
    )
    assert schema["title"]
    assert schema["description"].endswith(".")


def test_without_a_kind_it_is_that_of_portfolios() -> None:
    assert invoke().stdout == invoke("--kind", "portfolio").stdout


def test_write_brings_the_schemas_of_files_up_to_date(repository: Path) -> None:
    folder = repository / ".catalog" / "schemas"
    folder.mkdir(parents=True)
    (folder / "portfolio.json").write_text("{}")
    result = invoke("--write", at=repository)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [f"Wrote .catalog/schemas/{kind}.json" for kind in KINDS]
    assert {file.name for file in folder.iterdir()} == {f"{kind}.json" for kind in KINDS}
    for kind in KINDS:
        assert (folder / f"{kind}.json").read_text() == invoke("--kind", kind).stdout


def test_write_follows_no_link_out_of_the_repository(repository: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (repository / ".catalog").symlink_to(tmp_path / "elsewhere")
    result = invoke("--write", at=repository)
    assert result.exit_code == 2
    assert "a symbolic link leads out of the repository" in result.stderr
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_an_unknown_kind_is_an_error_that_lists_the_kinds() -> None:
    result = invoke("--kind", "../config")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "unknown kind of schema '../config'; there are portfolio, import, product, config" in result.stderr
