from __future__ import annotations

from collections.abc import Callable

from catalog.check.finding import Finding

Judge = Callable[..., list[Finding]]
TOPIC = "arn:aws:sns:eu-west-1:123456789012:launches"


def test_a_topic_of_the_only_region_may_be_named(judge: Judge) -> None:
    text = f"products:\n  - product: parcel\n    notification:\n      topics: ['{TOPIC}']\n"
    assert judge(text, "W9124", regions=("eu-west-1",)) == []
    (finding,) = judge(text, "W9124", regions=("eu-west-1", "us-east-1"))
    assert "is in eu-west-1, but portfolios are also published to us-east-1" in finding.message
    assert finding.line == 7


def test_imported_products_are_judged_too(judge: Judge) -> None:
    text = f"imported_products:\n  - import: hub\n    name: Topic\n    notification: {{topics: ['{TOPIC}.fifo']}}\n"
    (finding,) = judge(text, "W9124", regions=("eu-west-1",))
    assert finding.where == "imported_products/0/notification/topics/0"
