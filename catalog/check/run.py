"""L2. The check stage: rendered templates in, findings out; pure apart from reading cfn-lint's schemas."""

from __future__ import annotations

from collections.abc import Sequence

from catalog.check.cfn_lint import lint
from catalog.check.finding import Finding, in_order
from catalog.render import Rendered


def check(rendered: Sequence[Rendered], regions: Sequence[str]) -> tuple[Finding, ...]:
    """Lint each template, as the bytes that are published, for all `regions`; findings in a stable order.

    Raises `ContentError` for a Region that cfn-lint does not know.
    """
    findings: list[Finding] = []
    for one in rendered:
        findings += lint(one.product, f"products/{one.product}.py", one.body, regions)
    return in_order(findings)
