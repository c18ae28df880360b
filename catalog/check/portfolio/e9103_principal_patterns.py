"""E9103: a pattern of principals is on the allow-list."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.check.portfolio._control import Fault, Path, PortfolioControl, Subject


class PrincipalPatterns(PortfolioControl):
    """IAM_PATTERN also admits roles that do not exist yet: whoever may create a role of the name may then launch."""

    id = "E9103"
    of_imports = True
    shortdesc = "Every pattern of principals is on the allow-list"
    description = (
        "Each principal of type IAM_PATTERN is covered by an entry of principal_patterns in [tool.catalog]: all that "
        "it matches, the entry matches. A pattern for everybody, such as role/*, must stand there word for word."
    )
    why = "A wildcard gives a launch path to roles that nobody thought of, today's and those that are made tomorrow."
    remedy = (
        "Name the roles, or narrow the pattern; else have those who own pyproject.toml add it to principal_patterns."
    )
    source_url = (
        "https://docs.aws.amazon.com/servicecatalog/latest/dg/API_AssociatePrincipalWithPortfolio.html"
        "#servicecatalog-AssociatePrincipalWithPortfolio-request-PrincipalARN"
    )

    def faults(self, subject: Subject) -> Iterator[Fault]:
        """Each pattern that no entry covers."""
        allowed = subject.config.principal_patterns
        for path, kind, arn in subject.principals():
            pattern = arn.rpartition(":")[2]
            if kind != "IAM_PATTERN" or pattern in allowed:
                continue
            if is_for_everybody(pattern):
                yield path, f"{pattern} is everybody: principal_patterns of pyproject.toml must list it word for word"
            elif not any(covers(entry, pattern) for entry in allowed):
                listed = ", ".join(allowed) or "nothing"
                yield path, f"{pattern} is not covered by principal_patterns of pyproject.toml, which has {listed}"

    def looked_at(self, subject: Subject) -> Iterator[Path]:
        """Each pattern."""
        for path, kind, _ in subject.principals():
            if kind == "IAM_PATTERN":
                yield path


def is_for_everybody(pattern: str) -> bool:
    """Whether a pattern leaves no name out: nothing but wildcards, one of them `*`."""
    name = pattern.partition("/")[2]
    return "*" in name and not name.strip("*?/")


def covers(entry: str, pattern: str) -> bool:
    """Whether all that `pattern` matches is matched by `entry`, as far as comparing sign by sign shows.

    `*` is any text, slashes included; `?` is one character or none (API reference, PrincipalARN).
    """
    reached = {0}  # how much of the pattern the signs of the entry so far can stand for
    for sign in entry:
        if sign == "*":
            reached = set(range(min(reached), len(pattern) + 1))
        elif sign == "?":
            reached |= {at + 1 for at in reached if at < len(pattern) and pattern[at] != "*"}
        else:
            reached = {at + 1 for at in reached if at < len(pattern) and pattern[at] == sign}
        if not reached:
            return False
    return len(pattern) in reached
