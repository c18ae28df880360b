"""E9103: every pattern of principals is on the allow-list."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.check.portfolio._control import Fault, Path, PortfolioControl, Subject


class PrincipalPatterns(PortfolioControl):
    """IAM_PATTERN also matches future roles: everybody who may create a role with a matching name may then launch."""

    id = "E9103"
    of_imports = True
    shortdesc = "Every pattern of principals is on the allow-list"
    description = (
        "An entry of principal_patterns in [tool.catalog] covers each principal of type IAM_PATTERN: the entry matches "
        "everything that the principal matches. A pattern for everybody, such as role/*, must be listed literally."
    )
    why = "A wildcard gives a launch path to roles that nobody thought of, existing roles and future ones."
    remedy = (
        "Name the roles, or use a narrower pattern. Or ask the owners of pyproject.toml to add it to "
        "principal_patterns."
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
                yield path, f"{pattern} matches everybody: principal_patterns of pyproject.toml must list it literally"
            elif not any(covers(entry, pattern) for entry in allowed):
                entries = ", ".join(allowed) or "no entries"
                yield path, f"principal_patterns of pyproject.toml does not cover {pattern}; it has {entries}"

    def looked_at(self, subject: Subject) -> Iterator[Path]:
        """Each pattern."""
        for path, kind, _ in subject.principals():
            if kind == "IAM_PATTERN":
                yield path


def is_for_everybody(pattern: str) -> bool:
    """Whether a pattern matches every name: it has only wildcards, and one of them is `*`."""
    name = pattern.partition("/")[2]
    return "*" in name and not name.strip("*?/")


def covers(entry: str, pattern: str) -> bool:
    """Whether `entry` matches everything that `pattern` matches, as far as a comparison by characters can show.

    `*` is any text, including slashes; `?` is one character or none (API reference, PrincipalARN).
    """
    reached = {0}  # the lengths of the pattern's start that the characters of the entry so far can match
    for character in entry:
        if character == "*":
            reached = set(range(min(reached), len(pattern) + 1))
        elif character == "?":
            reached |= {index + 1 for index in reached if index < len(pattern) and pattern[index] != "*"}
        else:
            reached = {index + 1 for index in reached if index < len(pattern) and pattern[index] == character}
        if not reached:
            return False
    return len(pattern) in reached
