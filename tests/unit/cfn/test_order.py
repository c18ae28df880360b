"""The order of resources."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.cfn import TemplateError, dependencies, resource_order


def resources(**needs: Any) -> dict[str, Any]:
    return {"Resources": {name: {"Type": "AWS::SNS::Topic", **attributes} for name, attributes in needs.items()}}


def test_every_kind_of_reference_counts() -> None:
    template = resources(
        A={"Properties": {"X": {"Ref": "B"}}},
        B={"Properties": {"X": [{"Fn::GetAtt": ["C", "Arn"]}, {"Fn::GetAtt": "D.Arn"}]}},
        C={"Properties": {"X": {"Fn::Sub": "${E.Arn}-${AWS::Region}-${!A}"}}},
        D={"DependsOn": "E"},
        E={"Properties": {"X": {"Fn::Sub": ["${A}${Local}", {"A": "shadows the resource", "Local": {"Ref": "F"}}]}}},
        F={"Metadata": {"X": {"Fn::If": ["C", {"Ref": "G"}, ""]}}},
        G={},
    )
    assert resource_order(template) == ["G", "F", "E", "C", "D", "B", "A"]
    assert dependencies(template)["B"] == {"C", "D"}


def test_the_order_of_the_template_is_kept_if_possible() -> None:
    assert resource_order(resources(B={}, A={}, C={"DependsOn": ["A"]})) == ["B", "A", "C"]


@pytest.mark.parametrize(
    ("template", "names"),
    [
        (resources(A={"DependsOn": "A"}), "A"),
        (resources(X={"DependsOn": "A"}, A={"DependsOn": ["B"]}, B={"Properties": {"R": {"Ref": "A"}}}), "A, B"),
    ],
)
def test_an_error_about_a_circle_names_only_its_members(template: dict[str, Any], names: str) -> None:
    with pytest.raises(TemplateError, match=rf"^Circular dependency between resources: \[{names}\]$"):
        resource_order(template)


def test_a_resource_is_an_object() -> None:
    with pytest.raises(TemplateError, match="Any Resources member must be an object"):
        resource_order({"Resources": {"A": "topic"}})


@pytest.mark.parametrize("value", [{"Ref": "AWS::NoValue"}, 5, [["A"]]])
def test_depends_on_is_text(value: Any) -> None:
    with pytest.raises(TemplateError, match="DependsOn must be a string or list of strings"):
        resource_order(resources(A={"DependsOn": value}))


@given(st.permutations(range(8)), st.sets(st.tuples(st.integers(0, 7), st.integers(0, 7))))
def test_needs_come_first(names: list[int], pairs: set[tuple[int, int]]) -> None:
    needs = {n: [f"R{low}" for low, high in pairs if high == n and low < high] for n in names}
    order = resource_order(resources(**{f"R{n}": {"DependsOn": needs[n]} for n in names}))
    assert sorted(order) == sorted(f"R{n}" for n in names)
    assert all(order.index(need) < order.index(f"R{n}") for n in names for need in needs[n])
