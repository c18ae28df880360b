"""E9110: a portfolio has at most 10 principals of type IAM_PATTERN."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.check.portfolio._control import Fault, Path, PortfolioControl, Subject

PATTERN_LIMIT = 10


class PatternLimit(PortfolioControl):
    """The only quota that AWS documents for principals."""

    id = "E9110"
    of_imports = True
    shortdesc = "A portfolio has at most 10 principals of type IAM_PATTERN"
    description = "AWS associates at most 10 principals of type IAM_PATTERN with a portfolio."
    why = "AWS refuses the eleventh during a publish, when the first ten already have access."
    remedy = "Combine patterns, use roles of type IAM, or create a second portfolio."
    source_url = "https://docs.aws.amazon.com/servicecatalog/latest/dg/API_AssociatePrincipalWithPortfolio.html"

    def faults(self, subject: Subject) -> Iterator[Fault]:
        """The first pattern beyond the limit."""
        patterns = list(self.looked_at(subject))
        if len(patterns) > PATTERN_LIMIT:
            yield (
                patterns[PATTERN_LIMIT],
                f"{len(patterns)} principals of type IAM_PATTERN; the limit is {PATTERN_LIMIT}",
            )

    def looked_at(self, subject: Subject) -> Iterator[Path]:
        """Each different pattern."""
        yield from {arn: path for path, kind, arn in subject.principals() if kind == "IAM_PATTERN"}.values()
