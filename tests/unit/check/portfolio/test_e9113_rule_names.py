from __future__ import annotations

from collections.abc import Callable

from catalog.check.finding import Finding

Judge = Callable[..., list[Finding]]


TEXT = (
    "products:\n  - product: parcel\n    template: {rules: {ProdIsGuarded: {Assertions: [{Assert: "
    "{'Fn::Equals': [{Ref: Guarded}, 'true']}, AssertDescription: x}]}}}\n"
)


def test_the_message_names_the_version_with_the_rule(judge: Judge) -> None:
    (finding,) = judge(TEXT, "E9113")
    assert finding.message == "rule 'ProdIsGuarded' has the name of a rule of the template of parcel 1.0.0"
    assert judge(TEXT, "E9113", template={"Rules": {}}) == []
