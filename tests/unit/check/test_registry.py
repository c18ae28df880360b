"""The folders are the list of controls: what a file in them must be, and what is refused."""

from __future__ import annotations

from types import ModuleType

import pytest

from catalog.check.cfn_lint import CONTROLS, OURS, load_rules
from catalog.check.control_files import ControlClass, control_of, require_unique_ids
from catalog.check.registry import (
    IDS,
    IDS_HINT,
    PORTFOLIOS,
    TEMPLATES,
    VERSIONS,
    all_controls,
    portfolio_controls,
    severity_of,
    template_controls,
    version_controls,
)
from catalog.errors import ContentError

HEAD = "from catalog.check.metadata import Metadata\n"
ONE = HEAD + "class One(Metadata):\n    id = 'E9477'\n"


def module(source: str, name: str = "catalog.check.controls.e9477_one") -> ModuleType:
    made = ModuleType(name)
    exec(source, vars(made))  # noqa: S102  # a file of the folder, without the folder
    return made


def control_in(made: ModuleType) -> ControlClass:
    return control_of(made, IDS[TEMPLATES], f"{made.__name__.replace('.', '/')}.py", IDS_HINT)


def test_every_file_is_a_control_and_every_control_has_a_file() -> None:
    ids = [control.id for control in template_controls()]
    assert sorted(ids) == sorted(file.name[:5].upper() for file in CONTROLS.glob("[!_]*.py"))
    assert sorted(ids) == sorted(rule for rule in load_rules() if rule.startswith(OURS))
    assert all(IDS[PORTFOLIOS].fullmatch(control.id) for control in portfolio_controls())
    assert all(IDS[VERSIONS].fullmatch(control.id) for control in version_controls())
    others = [control.id for control in (*portfolio_controls(), *version_controls())]
    assert [control.id for control in all_controls()] == sorted({*ids, *others}, key=lambda one: (one[1:], one[0]))


def test_the_letter_is_the_severity() -> None:
    levels = {control.id[0]: severity_of(control) for control in all_controls()}
    assert levels.items() <= {"E": "error", "W": "warning", "I": "info"}.items()


def test_an_imported_control_does_not_count() -> None:
    source = "from catalog.check.controls.e9001_kms_rotation import KmsRotation\n" + ONE
    assert control_in(module(source)).id == "E9477"


@pytest.mark.parametrize(
    ("source", "name", "said"),
    [
        (HEAD, "catalog.check.controls.e9477_one", "must define one control, got none"),
        (ONE + "class Two(Metadata):\n    id = 'E9478'\n", "catalog.check.controls.e9477_one", "got E9477, E9478"),
        (ONE.replace("E9477", "E947"), "catalog.check.controls.e9477_one", "id 'E947' must match"),
        (ONE.replace("E9477", "X9477"), "catalog.check.controls.e9477_one", "id 'X9477' must match"),
        (ONE.replace("E9477", "E9177"), "catalog.check.controls.e9177_one", "91xx read portfolios"),
        (ONE.replace("E9477", "E9277"), "catalog.check.controls.e9277_one", "92xx compare versions"),
        (ONE, "catalog.check.controls.w9477_one", "must be named e9477_….py"),
    ],
)
def test_an_error_names_a_file_that_is_not_a_control(source: str, name: str, said: str) -> None:
    with pytest.raises(ContentError) as caught:
        control_in(module(source, name))
    assert said in str(caught.value)
    assert str(caught.value).startswith(name.replace(".", "/") + ".py: ")


def test_an_id_that_is_taken_twice_is_an_error() -> None:
    controls = [control_in(module(ONE, f"catalog.check.controls.e9477_{name}")) for name in "ab"]
    with pytest.raises(ContentError, match=r"E9477 is taken twice: by .*e9477_a and by .*e9477_b"):
        require_unique_ids(controls)
