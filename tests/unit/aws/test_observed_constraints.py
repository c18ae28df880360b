"""Constraints that AWS lists: those of a form that is known are compared, all others are told and left alone."""

from __future__ import annotations

from catalog.aws.fetch import RawPortfolio
from catalog.aws.observe import Observer
from catalog.model.constraint import NotificationConstraint
from catalog.model.portfolio import PortfolioProduct


def test_what_cannot_be_read_or_is_a_second_one_is_left_alone() -> None:
    listed = [
        {"ConstraintId": "cons-1", "Type": "NOTIFICATION", "ProductId": "prod-1", "Description": "Told."},
        {"ConstraintId": "cons-2", "Type": "NOTIFICATION", "ProductId": "prod-1"},
        {"ConstraintId": "cons-3", "Type": "STACKSET", "ProductId": "prod-1"},
        {"ConstraintId": "cons-4", "Type": "LATER", "ProductId": "prod-1"},
        {"ConstraintId": "cons-5", "Type": "LAUNCH", "ProductId": "prod-9"},
    ]
    parameters = {
        "cons-1": '{"NotificationArns": ["a"]}',
        "cons-2": '{"NotificationArns": ["b"]}',
        "cons-3": '{"Properties": {"OrganizationalUnits": ["ou-1"]}}',
        "cons-5": '{"LocalRoleName": "x"}',
    }
    observer = Observer()
    raw = RawPortfolio("port-1", {}, ["prod-1"], [], listed, parameters, failed=frozenset({"cons-1"}))
    found = observer.constraints("team", raw, {"prod-1": "key"})
    known = {"NOTIFICATION": NotificationConstraint(frozenset({"a"}), "Told.")}
    others = {"cons-2": "NOTIFICATION", "cons-3": "STACKSET", "cons-4": "LATER"}
    assert found == {"key": PortfolioProduct("key", known, frozenset({"NOTIFICATION"}), others)}
    place = "portfolio/team/product/key/constraint/"
    assert observer.ids == {f"{place}notification": "cons-1", **{place + one: one for one in others}}
    left = "\n".join(one.notice for one in observer.unmanaged)
    assert [one.id for one in observer.unmanaged] == ["cons-2", "cons-3", "cons-4", "cons-5"]
    assert "a second NOTIFICATION constraint cons-2 on key" in left
    assert "STACKSET constraint cons-3 on key, Parameters of an unknown form" in left
    assert "LATER constraint cons-4" in left
    assert "LAUNCH constraint cons-5" in left
