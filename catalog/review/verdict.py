"""The verdict of a review: what it means for people, in short sentences, the worst first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from catalog.access import AccessEffect
from catalog.review.changes import Review
from catalog.review.mark import PartMark
from catalog.review.permissions import Permission
from catalog.review.products import ReviewedProduct
from catalog.versions.change import Aspect, TemplateChange

GAINING = frozenset({Aspect.ACCESS_GAINED, Aspect.OPTIONAL_ACCESS})
LOSING_ACCESS = frozenset({Aspect.ACCESS_LOST})
OPEN = frozenset({Aspect.ACCESS_CHANGED, Aspect.ACCESS_UNDECIDED})
WITH_IAM = ", with IAM "
DECRYPTING = ("kms:Decrypt", "kms:*")
EVERY_LAUNCH = ("cloudformation", "servicecatalog")
"""Services whose actions every launch role needs."""
NAMED_ACTIONS = 6
"""How many actions of a launch role a sentence of the verdict names."""


@dataclass(frozen=True, slots=True)
class VerdictLine:
    """One answer."""

    mark: str
    """`destroys`, `major`, `widens`, `restricts`, `error` or `added`: its colour, and what it is in one word."""
    text: str
    anchor: str = ""
    """The section of the page with more: `product-kms_key`."""
    details: tuple[str, ...] = ()
    """Further sentences: reasons, actions."""


@dataclass(frozen=True, slots=True)
class VerdictPart:
    """A question of a reviewer with its answers."""

    question: str
    nothing: str
    """The answer if there is nothing to say."""
    lines: tuple[VerdictLine, ...]


@dataclass(frozen=True, slots=True)
class ReviewVerdict:
    """All questions, and the whole in one sentence."""

    headline: str
    marks: tuple[tuple[str, str], ...]
    """(mark, word) of what the change does: `("destroys", "can lose data")`."""
    parts: tuple[VerdictPart, ...]


def verdict_of(review: Review) -> ReviewVerdict:
    """The verdict."""
    parts = (
        VerdictPart("What do people get?", "No product changes.", tuple(offers(review))),
        VerdictPart("What is destroyed or replaced?", "Nothing.", tuple(losses(review))),
        VerdictPart("What breaks, and for whom?", "Nothing that worked stops working.", tuple(breaks(review))),
        VerdictPart("Who may newly launch?", "Nobody may launch more than before.", tuple(rights(review, gained=True))),
        VerdictPart("Who may no longer launch?", "Nobody loses a way to launch.", tuple(rights(review, gained=False))),
        VerdictPart(
            "Who gains access to what is launched?", "Nobody gains access.", tuple(access(review, AccessEffect.GAINS))
        ),
        VerdictPart("Who may newly decrypt?", "Nobody may newly decrypt.", tuple(decrypting(review))),
        VerdictPart(
            "Who loses access to what is launched?", "Nobody loses access.", tuple(access(review, AccessEffect.LOSES))
        ),
        VerdictPart(
            "What may launch roles newly do?", "Launch roles need nothing new.", tuple(role_lines(review, gained=True))
        ),
        VerdictPart("What stops it?", "No control and no version gate stops it.", tuple(stops(review))),
    )
    marks = tuple(marks_of(parts))
    return ReviewVerdict(headline(review, marks), marks, parts)


WORDS = (
    ("destroys", 1, "can lose or replace resources"),
    ("error", 9, "stopped by a check"),
    ("major", 2, "breaks something"),
    ("widens", 3, "more people may launch"),
    ("widens", 5, "widens access"),
    ("widens", 6, "somebody may newly decrypt"),
    ("widens", 8, "launch roles may do more"),
    ("restricts", 4, "fewer people may launch"),
    ("restricts", 7, "takes access"),
)
"""(mark, position of the question, words), the worst first."""


def marks_of(parts: Sequence[VerdictPart]) -> Iterator[tuple[str, str]]:
    """What the change does, in a few words."""
    for mark, position, words in WORDS:
        if parts[position].lines:
            yield mark, words


def headline(review: Review, marks: Sequence[tuple[str, str]]) -> str:
    """The whole in one sentence."""
    if not review.products and not review.portfolios and not review.roles and not review.checks.new:
        return "Nothing changes for anybody."
    if not marks:
        return "Harmless: nobody gains or loses anything, nothing breaks, and nothing stops it."
    return "Look at this change: " + ", ".join(words for _, words in marks) + "."


def offers(review: Review) -> Iterator[VerdictLine]:
    """What happens to products and portfolios."""
    for product in review.products:
        yield VerdictLine(
            {PartMark.ADDED: "added", PartMark.REMOVED: "removed"}.get(product.mark, product_mark(product)),
            offer_text(product),
            anchor_of(product),
            product.details,
        )
    for portfolio in review.portfolios:
        text = {
            PartMark.ADDED: f"Portfolio {portfolio.name} is new",
            PartMark.REMOVED: f"Portfolio {portfolio.name} is no longer declared (publish keeps it, prune deletes it)",
        }.get(portfolio.mark, f"Portfolio {portfolio.name} changes")
        mark = "widens" if portfolio.loosened else "changed"
        mark = {PartMark.ADDED: "added", PartMark.REMOVED: "removed"}.get(portfolio.mark, mark)
        yield VerdictLine(mark, text, f"portfolio-{portfolio.key}")


def product_mark(product: ReviewedProduct) -> str:
    """The mark of a product that exists on both sides."""
    return {"major": "major", "minor": "minor"}.get(product.level, "changed")


def offer_text(product: ReviewedProduct) -> str:
    """What happens to a product, in words."""
    released = f"; releases {', '.join(product.released)}" if product.released else ""
    if product.mark is PartMark.ADDED:
        return f"{product.name} {product.new_version} is new{released}"
    if product.mark is PartMark.REMOVED:
        return f"{product.name} is no longer declared (publish keeps it, prune deletes it)"
    if product.difference is None:
        fields = ", ".join(detail.partition(":")[0] for detail in product.details)
        return f"{product.name}: the template stays as it is{f'; {fields} changed' if fields else ''}{released}"
    if product.old_version == product.new_version:
        return f"{product.name} {product.old_version} changes without a new version: {product.level}{released}"
    return f"{product.name} {product.old_version} → {product.new_version}: {product.level}{released}"


def for_whom(product: ReviewedProduct) -> str:
    """Whom a change of a product concerns."""
    through = f" (through {', '.join(product.portfolios)})" if product.portfolios else ""
    return f"whoever launched {product.name} {product.old_version}{through}"


def losses(review: Review) -> Iterator[VerdictLine]:
    """Resources that an update deletes or replaces."""
    for product in review.products:
        for change in product.losses:
            holds = product.holds(change)
            data = f" It holds {holds}." if holds else ""
            yield VerdictLine(
                "destroys" if holds else "removed",
                f"{product.name}: {change.aspect} {change.where}, for {for_whom(product)}.{data}",
                anchor_of(product),
                tuple(filter(None, (change.detail, change.reason))),
            )


def breaks(review: Review) -> Iterator[VerdictLine]:
    """What may not work any more, besides access and losses, which have questions of their own."""
    for product in review.products:
        others = [change for change in product.breaks if change not in product.losses and not is_access(change)]
        for change in others:
            yield VerdictLine(
                "major",
                f"{product.name}: {change.aspect} {change.where}, for {for_whom(product)}",
                anchor_of(product),
                tuple(filter(None, (change.detail, change.reason))),
            )
        for refusal in product.refusals:
            if refusal.after == "refused":
                through = f" through {refusal.portfolio}" if refusal.portfolio else ""
                yield VerdictLine(
                    "refused",
                    f"{product.name}: a launch with {refusal.example}{through} is now refused",
                    anchor_of(product),
                    refusal.reasons,
                )
    for portfolio in review.portfolios:
        for rule, names in portfolio.tightened.items():
            new = f"{portfolio.name} has a new rule, for whoever launches or updates from it"
            yield VerdictLine(
                "restricts",
                f"{', '.join(names)}: {new}: {rule.text}",
                f"portfolio-{portfolio.key}",
                (rule.message,) if rule.message else (),
            )


def is_access(change: TemplateChange) -> bool:
    """Whether a change is one of access."""
    return change.aspect in GAINING | LOSING_ACCESS | OPEN


def rights(review: Review, *, gained: bool) -> Iterator[VerdictLine]:
    """Who may launch what only on one side; principals with the same products together."""
    for portfolio in review.portfolios:
        principals: dict[tuple[str, ...], list[str]] = {}
        for right in portfolio.rights:
            if right.gained is gained:
                principals.setdefault(right.products, []).append(right.principal)
        for products, who in principals.items():
            yield VerdictLine(
                "widens" if gained else "restricts",
                f"{'; '.join(who)}: {', '.join(products)} (from {portfolio.name})",
                f"portfolio-{portfolio.key}",
            )
        for rule, names in portfolio.loosened.items() if gained else ():
            yield VerdictLine(
                "widens",
                f"Whoever may launch from {portfolio.name}: {', '.join(names)} with what a rule refused: {rule.text}",
                f"portfolio-{portfolio.key}",
                (f"Now: {rule.instead}",) if rule.instead else (),
            )


def access(review: Review, effect: AccessEffect) -> Iterator[VerdictLine]:
    """Who gains or loses access to what was launched, and in new products who has it."""
    aspects = GAINING | OPEN if effect is AccessEffect.GAINS else LOSING_ACCESS
    mark = "widens" if effect is AccessEffect.GAINS else "restricts"
    for product in review.products:
        changes = [change for change in product.changes if change.aspect in aspects]
        for actions, alike in by_actions(changes).items():
            who = [principal for change in alike for principal in members(change, "principals")]
            if not who:
                yield from (
                    VerdictLine(mark, f"{product.name}: {change.detail}", anchor_of(product)) for change in alike
                )
                continue
            text = f"{product.name}: {some(actions)}: {'; '.join(without_twins(who))}"
            yield VerdictLine(mark, text, anchor_of(product), tuple(change.detail for change in alike))


def anchor_of(product: ReviewedProduct) -> str:
    """The section of a product."""
    return f"product-{product.key}"


def by_actions(changes: Sequence[TemplateChange]) -> dict[tuple[str, ...], list[TemplateChange]]:
    """Actions → the changes of access that are about them."""
    result: dict[tuple[str, ...], list[TemplateChange]] = {}
    for change in changes:
        result.setdefault(members(change, "actions"), []).append(change)
    return result


def members(change: TemplateChange, name: str) -> tuple[str, ...]:
    """The principals or actions of a change of access."""
    after = change.after if isinstance(change.after, dict) else {}
    return tuple(after.get(name, ()))


def without_twins(principals: Sequence[str]) -> list[str]:
    """The principals, without those with IAM policies that are there without them too."""
    names = dict.fromkeys(principals)
    return [name for name in names if not (WITH_IAM in name and name.partition(WITH_IAM)[0] in names)]


def some(actions: Sequence[str]) -> str:
    """The first actions, and how many more there are."""
    more = f" and {len(actions) - NAMED_ACTIONS} more" if len(actions) > NAMED_ACTIONS else ""
    return f"{', '.join(actions[:NAMED_ACTIONS])}{more}"


def decrypting(review: Review) -> Iterator[VerdictLine]:
    """Who may decrypt with a key, and could not before; for a new product, who may."""
    for product in review.products:
        for change in product.changes:
            if change.aspect in GAINING and set(DECRYPTING) & set(members(change, "actions")):
                who = "; ".join(without_twins(members(change, "principals")))
                text = f"{product.name}: {who}: {change.after['answer']}"
                yield VerdictLine("widens", text, anchor_of(product))
        if product.mark is PartMark.ADDED:
            for words, principals in decrypting_now(product).items():
                text = f"{product.name} (new): {'; '.join(principals)}: {words}"
                yield VerdictLine("added", text, anchor_of(product))


def decrypting_now(product: ReviewedProduct) -> dict[str, dict[str, None]]:
    """Answer → the principals who may decrypt in a launch of an example."""
    result: dict[str, dict[str, None]] = {}
    for example in product.access:
        for table in example.tables:
            for block in table.blocks:
                for line in block.lines:
                    if table.service == "kms" and line.answer.startswith("allowed") and decrypts(line.actions):
                        words = "; ".join((line.answer, *line.reasons))
                        result.setdefault(words, {}).update(dict.fromkeys(block.principals))
    return result


def decrypts(actions: Sequence[str]) -> bool:
    """Whether short names of actions of KMS include Decrypt."""
    return any(name in ("Decrypt", "every action", "De*", "Decrypt*") for name in actions)


def role_lines(review: Review, *, gained: bool) -> Iterator[VerdictLine]:
    """What launch roles may newly do."""
    for role in review.roles:
        anchor = f"role-{role.role}"
        if role.problem:
            yield VerdictLine("open", f"{role.role}: unknown", anchor, (role.problem,))
            continue
        listed = role.gained if gained else role.lost
        if listed:
            new = " (new role)" if role.is_new else ""
            yield VerdictLine("widens", f"{role.role}{new}: {in_brief(listed, counted=role.is_new)}", anchor)


def in_brief(permissions: Sequence[Permission], *, counted: bool) -> str:
    """The actions, or how many there are of each service, without those that every launch needs."""
    actions = dict.fromkeys(permission.action for permission in permissions)
    if not counted:
        return some(list(actions))
    services = Counter(action.partition(":")[0] for action in actions)
    for service in EVERY_LAUNCH:
        del services[service]
    listed = [f"{service} ({number} {'action' if number == 1 else 'actions'})" for service, number in services.items()]
    return ", ".join(listed) or "only what every launch needs"


def stops(review: Review) -> Iterator[VerdictLine]:
    """The errors of cfn-lint, the controls and the version gate."""
    for finding in review.checks.errors:
        yield VerdictLine("error", f"{finding.id} {finding.file}: {finding.message}", "checks")
