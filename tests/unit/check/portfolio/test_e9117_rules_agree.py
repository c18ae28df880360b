from __future__ import annotations

from collections.abc import Callable

from catalog.check.finding import Finding

Judge = Callable[..., list[Finding]]


HEAD = "products:\n  - product: parcel\n    template:\n      rules:\n"
RULE = "        {}: {{Assertions: [{{Assert: {{'Fn::Equals': [{{Ref: {}}}, '{}']}}, AssertDescription: x}}]}}\n"


def rules(*each: tuple[str, str, str]) -> str:
    return HEAD + "".join(RULE.format(*one) for one in each)


def test_only_the_contradicting_rules_are_named(judge: Judge) -> None:
    text = rules(("A", "Days", "1"), ("B", "Environment", "dev"), ("C", "Days", "2"))
    (finding,) = judge(text, "E9117")
    assert finding.message == "no launch of parcel 1.0.0 satisfies rule 'A' and rule 'C' together"


def test_the_template_s_own_rule_is_named(judge: Judge) -> None:
    (finding,) = judge(rules(("A", "Environment", "prod"), ("B", "Guarded", "false")), "E9117")
    assert "rule 'A' and rule 'B' and the template's 'ProdIsGuarded' together" in finding.message


def test_another_control_reports_a_rule_that_is_impossible_alone(judge: Judge) -> None:
    text = rules(("A", "Environment", "live"), ("B", "Environment", "dev"))
    assert judge(text, "E9117") == []
    assert len(judge(text, "E9116")) == 1


def test_rules_without_contradiction(judge: Judge) -> None:
    assert judge(rules(("A", "Environment", "prod"), ("B", "Guarded", "true"), ("C", "Days", "1")), "E9117") == []
