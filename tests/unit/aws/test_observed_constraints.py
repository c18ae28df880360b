"""Constraints that AWS lists: those with a known form are compared, all others are reported and stay unchanged."""

from __future__ import annotations

from catalog.aws.fetch import RawPortfolio
from catalog.aws.observe import Observer
from catalog.model.constraint import NotificationConstraint
from catalog.model.portfolio import PortfolioProduct


def test_a_second_constraint_of_a_type_and_one_of_unknown_form_are_not_managed() -> None:
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
    constraints = observer.constraints("team", raw, {"prod-1": "key"})
    managed = {"NOTIFICATION": NotificationConstraint(frozenset({"a"}), "Told.")}
    others = {"cons-2": "NOTIFICATION", "cons-3": "STACKSET", "cons-4": "LATER"}
    assert constraints == {"key": PortfolioProduct("key", managed, frozenset({"NOTIFICATION"}), others)}
    prefix = "portfolio/team/product/key/constraint/"
    assert observer.ids == {f"{prefix}notification": "cons-1", **{prefix + aws_id: aws_id for aws_id in others}}
    notices = "\n".join(unmanaged.notice for unmanaged in observer.unmanaged)
    assert [unmanaged.id for unmanaged in observer.unmanaged] == ["cons-2", "cons-3", "cons-4", "cons-5"]
    assert "a second NOTIFICATION constraint cons-2 on key" in notices
    assert "STACKSET constraint cons-3 on key, Parameters of an unknown form" in notices
    assert "LATER constraint cons-4" in notices
    assert "LAUNCH constraint cons-5" in notices
