"""--param-from: which output of which provisioned product gives a value."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog.cli.options import given_parameters
from catalog.errors import CatalogError, ContentError
from catalog.provisioning.output_values import OutputReference, output_references


def no_session() -> None:
    raise AssertionError("no value needs AWS")


def test_the_output_is_called_like_the_parameter_unless_it_is_named() -> None:
    assert output_references({"KeyArn": "my-key", "LogBucket": "logs:BucketName"}) == {
        "KeyArn": OutputReference("my-key", "KeyArn"),
        "LogBucket": OutputReference("logs", "BucketName"),
    }


@pytest.mark.parametrize("text", ["", ":KeyArn", "my-key:", "my key", "-x"])
def test_what_names_no_output_is_an_error(text: str) -> None:
    with pytest.raises(CatalogError) as caught:
        output_references({"KeyArn": text})
    assert caught.value.exit_code == 2


def test_a_value_is_given_once(tmp_path: Path) -> None:
    file = tmp_path / "params.yaml"
    file.write_text("KeyArn: of-the-file\nAlias: a\n")
    with pytest.raises(ContentError, match="--param and --param-from both give KeyArn"):
        given_parameters(file, ["KeyArn=x"], ["KeyArn=my-key"], no_session)
    assert given_parameters(file, ["KeyArn=x"], [], no_session) == {"KeyArn": "x", "Alias": "a"}
