"""Waves, versions and values of a roll."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import ContentError
from catalog.provisioning.roll_rules import (
    ALL,
    REST,
    RollSelection,
    RollSubject,
    ValueRule,
    Wave,
    in_waves,
    read_values,
    read_waves,
    values_for,
    version_pattern,
)

SUBJECTS = st.lists(
    st.builds(
        RollSubject,
        st.sampled_from(["111122223333", "444455556666"]),
        st.sampled_from(["us-east-1", "eu-west-1"]),
        st.text("abc-", min_size=1, max_size=4),
        st.sampled_from(["1.0.0", "1.2.0", "2.0.0"]),
    ),
    unique=True,
    max_size=30,
)
SELECTIONS = st.builds(
    RollSelection,
    st.dictionaries(
        st.sampled_from(["names", "accounts", "regions", "versions"]),
        st.lists(st.sampled_from(["a*", "*", "1111*", "us-*", "1.*"]), min_size=1, max_size=2).map(tuple),
        max_size=2,
    ),
)


@given(SUBJECTS, st.lists(SELECTIONS, max_size=3), st.integers(0, 5))
def test_each_provisioned_product_is_in_one_wave(
    subjects: list[RollSubject], selections: list[RollSelection], canary: int
) -> None:
    waves = [Wave(f"w{index}", selection) for index, selection in enumerate(selections)]
    result = list(in_waves(subjects, waves, canary))
    assert sorted(map(str, subjects)) == sorted(str(member) for _, members in result for member in members)
    assert all(members for _, members in result)
    assert not canary or not result or len(result[0][1]) == min(canary, len(subjects))
    for name, members in result:
        assert name in ("canary", REST, ALL) or all(selections[int(name[1:])].takes(member) for member in members)


def test_values_come_from_the_first_rule_that_has_one_and_only_for_what_is_new() -> None:
    subject = RollSubject("111122223333", "us-east-1", "dev-a", "1.0.0")
    rules = (
        ValueRule(RollSelection({"names": ("prod-*",)}), {"Team": "red"}),
        ValueRule(RollSelection({"names": ("dev-*",), "accounts": ("1111*",)}), {"Team": "blue", "Stage": "dev"}),
        ValueRule(RollSelection(), {"Team": "grey", "Cost": "1", "Old": "x"}),
    )
    assert values_for(rules, subject, ["Team", "Cost"]) == {"Team": "blue", "Cost": "1"}


@pytest.mark.parametrize(("text", "pattern"), [("1.x", "1.*"), ("1.2.x", "1.2.*"), ("1.2.0", "1.2.0"), ("x", "x")])
def test_versions_as_patterns(text: str, pattern: str) -> None:
    assert version_pattern(text) == pattern


def test_files_of_waves_and_values(tmp_path: Path) -> None:
    file = tmp_path / "f.yaml"
    file.write_text("waves:\n- {name: first, accounts: '111122223333', versions: [1.x]}\n- {name: all}\n")
    first, everything = read_waves(file)
    assert first.selection == RollSelection({"accounts": ("111122223333",), "versions": ("1.*",)})
    assert everything == Wave("all", RollSelection())
    file.write_text("Team: blue\nRoles: [a, b]\n")
    assert read_values(file) == (ValueRule(RollSelection(), {"Team": "blue", "Roles": "a,b"}),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("waves: []", "must have a list `waves`"),
        ("waves:\n- 1", "f.yaml:2: a wave must have a name"),
        ("waves:\n- {name: a}\n- {name: a}", "two waves are called 'a'"),
        ("waves:\n- {name: a, names: []}", "f.yaml:2: names must be a text or a list of texts"),
        ("values:\n- {names: a}", "f.yaml:2: must have a mapping `parameters`"),
        ("values:\n- {parameters: {A: {}}}", "f.yaml:2: A must be a value or a list of values"),
    ],
)
def test_a_wrong_file_is_refused_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "f.yaml"
    file.write_text(text)
    with pytest.raises(ContentError) as refused:
        (read_waves if text.startswith("waves") else read_values)(file)
    assert message in str(refused.value)
