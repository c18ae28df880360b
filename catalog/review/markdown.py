"""A review as Markdown for a comment of a pull request: the verdict, a graph, and the rest in folds. Pure.

GitHub renders Mermaid and `details`. At most `MOST_LINES` lines come before the first fold, and the whole fits a
comment. Texts of AWS, YAML and products are neutralised (`catalog.model.markdown`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from catalog.check.results import WEAKEST
from catalog.graphs.mermaid import mermaid
from catalog.model.markdown import clean, code, entities, escaped
from catalog.review.cells import AccessTable
from catalog.review.changes import ControlVerdict, Review
from catalog.review.differences import difference_lines
from catalog.review.mark import PartMark
from catalog.review.parameters import ComparedGroup
from catalog.review.permissions import RoleComparison
from catalog.review.portfolios import ReviewedPortfolio
from catalog.review.products import ReviewedProduct
from catalog.review.verdict import VerdictPart, verdict_of

MOST_LINES = 100
"""Lines before the folds."""
LIMIT = 65_536
"""Characters of a comment on GitHub."""
MOST_ANSWERS = 6
"""Answers to one question before the folds: ten questions with so many are fewer than `MOST_LINES`."""
MOST_NODES = 24
"""Nodes of a graph before the folds."""
CUT = "\n*The rest is left out: this text has at most {limit:,} characters. `catalog review -o DIR` has all of it.*\n"


def as_markdown(review: Review, limit: int = LIMIT) -> str:
    """The whole review, or as much of its folds as fits the limit. What is before the folds is never left out."""
    verdict = verdict_of(review)
    head = [f"## Review: {escaped(verdict.headline)}", "", base_line(review), ""]
    for part in verdict.parts:
        head += [*answers(part, MOST_ANSWERS), ""]
    head += pictures(review, MOST_LINES - len(head))
    folds = [*more_answers(verdict.parts), *product_folds(review), *portfolio_folds(review), *check_folds(review)]
    folds += plan_folds(review)
    return fitted(head, folds, limit)


def fitted(head: Sequence[str], folds: Iterable[str], limit: int) -> str:
    """The head, and as many folds as fit."""
    text, cut = "\n".join(head).rstrip() + "\n", CUT.format(limit=limit)
    for fold in folds:
        if len(text) + len(fold) + len(cut) > limit:
            return text + cut
        text += f"\n{fold}\n"
    return text


def base_line(review: Review) -> str:
    """What was compared."""
    if review.base is None:
        return "All content is new: there is no base to compare with."
    same = f" {len(review.same)} products do not differ." if review.same else ""
    return f"Compared with {escaped(review.base.words)}.{same}"


def answers(part: VerdictPart, most: int) -> Iterator[str]:
    """A question with its answers; a question without any is one line."""
    if not part.lines:
        yield f"**{part.question}** {part.nothing}"
        return
    yield f"**{part.question}**"
    yield ""
    shown = part.lines if len(part.lines) <= most else part.lines[: most - 1]
    yield from (f"- {escaped(line.text)}" for line in shown)
    if len(shown) < len(part.lines):
        yield f"- and {len(part.lines) - len(shown)} more, in the folds below"


def more_answers(parts: Sequence[VerdictPart]) -> Iterator[str]:
    """The answers with their reasons, in a fold."""
    lines = []
    for part in parts:
        if part.lines:
            lines += [f"**{part.question}**", ""]
            for line in part.lines:
                lines.append(f"- {escaped(line.text)}")
                lines += [f"  - {escaped(detail)}" for detail in line.details]
            lines.append("")
    if lines:
        yield fold("Every answer with its reasons", lines)


def fold(summary: str, lines: Iterable[str]) -> str:
    """A fold of GitHub."""
    return "\n".join([f"<details><summary>{entities(clean(summary))}</summary>", "", *lines, "", "</details>"])


def pictures(review: Review, room: int) -> list[str]:
    """The graph of the resources that change most, if it fits before the folds."""
    changed = [product for product in review.products if product.mark is PartMark.CHANGED and product.changes]
    for product in changed[:1]:
        if product.graph is not None and 0 < len(product.graph.nodes) <= MOST_NODES:
            lines = ["```mermaid", *mermaid(product.graph).splitlines(), "```"]
            if len(lines) < room:
                return lines
    return []


def product_folds(review: Review) -> Iterator[str]:
    """A fold for each product."""
    for product in review.products:
        version = f"{product.old_version or 'new'} → {product.new_version or 'removed'}"
        yield fold(f"{product.name} {version}", product_lines(product, review))


def product_lines(product: ReviewedProduct, review: Review) -> Iterator[str]:
    """All of one product."""
    if product.difference is not None:
        yield from ["#### Differences", "", "| needs | what | where | detail |", "|---|---|---|---|"]
        for line in difference_lines(product.changes):
            values = "; ".join(f"{code(part.old)} → {code(part.new)}" for part in line.excerpts)
            detail = "; ".join(filter(None, (escaped(line.detail), values)))
            yield f"| {line.level} | {line.what} | {code(line.where)} | {detail} |"
        yield ""
    yield from parameter_lines(product.groups, compared=product.mark is PartMark.CHANGED)
    for example in product.access:
        for table in example.tables:
            yield from access_lines(table, example.examples)
        if example.problem:
            yield from [escaped(example.problem), ""]
    if product.rules:
        yield from ["#### Rules", ""]
        yield from (f"- {signed(rule.mark)}{escaped(rule.message or rule.text)}" for rule in product.rules)
        yield ""
    for role in review.roles_of(product.key):
        yield from role_lines(role)
    yield from control_lines(review.checks.controls.get(product.key, ()))
    if product.graph is not None and product.graph.nodes:
        yield from ["#### Resources", "", "```mermaid", *mermaid(product.graph).splitlines(), "```"]


def control_lines(controls: Sequence[ControlVerdict]) -> Iterator[str]:
    """How many controls have which result, then those that are not simply met, with their evidence."""
    if not controls:
        return
    counts = Counter(control.result for control in controls)
    yield from ["#### Controls", "", ", ".join(f"{counts[result]} {result}" for result in WEAKEST if counts[result])]
    yield ""
    for control in controls:
        if control.result not in ("pass", "not applicable"):
            evidence = "; ".join((*control.reasons, *control.places))
            yield f"- **{control.result}** {control.id}: {escaped(control.title)}" + (
                f" ({escaped(evidence)})" if evidence else ""
            )
    yield ""


def signed(mark: PartMark) -> str:
    """A mark in front of a text."""
    return f"**{mark}**: " if mark else ""


def parameter_lines(groups: Sequence[ComparedGroup], *, compared: bool) -> Iterator[str]:
    """The parameters that differ; those of a new product, all."""
    pairs = [pair for group in groups for pair in group.pairs if pair.mark or not compared]
    if not pairs:
        return
    yield from ["#### Parameters", "", "| parameter | what for | values |", "|---|---|---|"]
    for pair in pairs:
        yield (f"| {code(pair.field.name)} {pair.mark} | {escaped(pair.field.text)} | {escaped(pair.field.values)} |")
    yield ""


def access_lines(table: AccessTable, examples: Sequence[str]) -> Iterator[str]:
    """Who gains or loses access; then the table."""
    yield from [f"#### Access: {escaped(table.heading)}", "", f"With {escaped(', '.join(examples))}.", ""]
    if table.only:
        yield f"Only the {table.only} version has this policy."
    for sentence in table.sentences:
        who, actions = "; ".join(sentence.principals), ", ".join(sentence.actions)
        yield f"- {escaped(who)} **{sentence.effect}** {escaped(actions)}: {escaped(sentence.before)} → " + escaped(
            sentence.after
        )
    yield from ["", f"| who | {' | '.join(table.families)} |", f"|{'---|' * (len(table.families) + 1)}"]
    for line in table.lines:
        cells = " | ".join(f"**{cell.words}**" if cell.effect else cell.words for cell in line.cells)
        yield f"| {escaped(line.principal)} | {cells} |"
    yield ""


def role_lines(role: RoleComparison) -> Iterator[str]:
    """What a launch role may newly do, and no longer."""
    yield from [f"#### Launch role {escaped(role.role)}", ""]
    if role.problem:
        yield from [f"Unknown: {escaped(role.problem)}", ""]
    for words, listed in (("may newly do", role.gained), ("may no longer do", role.lost)):
        if listed:
            yield f"It {words}:"
            yield ""
            for permission in listed:
                condition = f" if {escaped(permission.conditions)}" if permission.conditions else ""
                resources = ", ".join(map(code, permission.resources))
                yield f"- {code(permission.action)} on {resources}{condition}"
            yield ""


def portfolio_folds(review: Review) -> Iterator[str]:
    """A fold for each portfolio."""
    for portfolio in review.portfolios:
        yield fold(f"Portfolio {portfolio.name}", portfolio_lines(portfolio))


def portfolio_lines(portfolio: ReviewedPortfolio) -> Iterator[str]:
    """All of one portfolio."""
    yield from ["#### Who may launch", ""]
    yield from (f"- {signed(each.mark)}{escaped(each.text)}" for each in portfolio.principals)
    yield ""
    for offer in portfolio.offers:
        yield from [f"#### {escaped(offer.name)} {offer.mark}".rstrip(), ""]
        yield from (f"- {signed(rule.mark)}{escaped(rule.message or rule.text)}" for rule in offer.rules)
        yield from (f"- {signed(each.mark)}{escaped(each.text)}" for each in offer.constraints)
        yield ""
    if portfolio.others:
        yield from ["#### Besides", ""]
        yield from (f"- {signed(each.mark)}{escaped(each.text)}" for each in portfolio.others)
        yield ""
    yield from ["```mermaid", *mermaid(portfolio.graph).splitlines(), "```"]


def check_folds(review: Review) -> Iterator[str]:
    """The findings."""
    for words, findings in (("New findings", review.checks.new), ("Findings that go", review.checks.resolved)):
        if findings:
            lines = [
                f"- {finding.severity} {finding.id} {code(finding.file)}: {escaped(finding.message)}"
                for finding in findings
            ]
            yield fold(f"{words}: {len(findings)}", lines)


def plan_folds(review: Review) -> Iterator[str]:
    """What publish would do."""
    for plan in review.plans:
        lines = [f"- **blocked**: {escaped(blocker)}" for blocker in plan.blockers]
        lines += [f"- {escaped(step.impact)} {escaped(step.operation)} {code(step.address)}" for step in plan.lines]
        yield fold(f"What publish would do: {plan.where}", lines or ["No changes. AWS matches the repository."])
