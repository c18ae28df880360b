"""What a change does to one portfolio: who may launch what, under which rules, before and after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from catalog.cfn.template import section
from catalog.content.portfolio_files import EXAMPLE
from catalog.graphs.graph import Graph, NodeMark
from catalog.graphs.offers import offer_graph
from catalog.model.constraint import Constraint, LaunchConstraint, TemplateConstraint
from catalog.model.imports import imported_key
from catalog.model.portfolio import Portfolio, PortfolioProduct, Principal
from catalog.plan.constraint_text import compare, describe
from catalog.review.mark import PartMark, mark_of
from catalog.review.rules import RuleSentence, rule_sentences
from catalog.review.sides import Side


@dataclass(frozen=True, slots=True)
class MarkedText:
    """A member of a portfolio with what a change does to it."""

    text: str
    mark: PartMark = PartMark.SAME


@dataclass(frozen=True, slots=True)
class ReviewedOffer:
    """A product in a portfolio."""

    key: str
    name: str
    mark: PartMark
    role: str
    """The launch role; empty if people launch with their own permissions."""
    rules: tuple[RuleSentence, ...]
    constraints: tuple[MarkedText, ...]
    """The other constraints in words: what they are, or what differs."""

    @property
    def changed(self) -> bool:
        """Whether anything of the offer differs."""
        return any((self.mark, *(rule.mark for rule in self.rules), *(text.mark for text in self.constraints)))


@dataclass(frozen=True, slots=True)
class LaunchRight:
    """A principal that may newly launch products, or that may no longer."""

    principal: str
    portfolio: str
    """The display name."""
    products: tuple[str, ...]
    """Their names."""
    gained: bool


@dataclass(frozen=True, slots=True)
class ReviewedPortfolio:
    """A portfolio before and after."""

    key: str
    name: str
    mark: PartMark
    description: str
    principals: tuple[MarkedText, ...]
    offers: tuple[ReviewedOffer, ...]
    others: tuple[MarkedText, ...]
    """TagOptions, shares, budgets, tags and texts that differ; of a new portfolio all of them."""
    graph: Graph
    rights: tuple[LaunchRight, ...]

    @property
    def loosened(self) -> Mapping[RuleSentence, Sequence[str]]:
        """The rules that go and that no other rule demands, each with the names of its products."""
        return self.rules_of_products(PartMark.REMOVED)

    @property
    def tightened(self) -> Mapping[RuleSentence, Sequence[str]]:
        """The rules that come and that no old rule demanded, each with the names of its products."""
        return self.rules_of_products(PartMark.ADDED)

    def rules_of_products(self, mark: PartMark) -> dict[RuleSentence, list[str]]:
        """The rules with this mark that change what can be launched, of products that it offers on both sides."""
        result: dict[RuleSentence, list[str]] = {}
        for offer in self.offers:
            for rule in offer.rules if offer.mark is PartMark.SAME else ():
                if rule.mark is mark and not rule.follows:
                    result.setdefault(rule, []).append(offer.name)
        return result


def review_portfolios(new: Side, old: Side | None) -> tuple[ReviewedPortfolio, ...]:
    """The portfolios that differ."""
    after, before = resolved(new), resolved(old) if old else {}
    names = product_names(new, old)
    keys = dict.fromkeys([*after, *before])
    types = resource_types(new, old)
    return tuple(
        review_portfolio(after.get(key), before.get(key), names, types)
        for key in keys
        if after.get(key) != before.get(key)
    )


def resolved(side: Side) -> dict[str, Portfolio]:
    """The portfolios for the account of examples."""
    return {key: file.resolved(EXAMPLE) for key, file in side.catalog.portfolios.items()}


def product_names(new: Side, old: Side | None) -> dict[str, str]:
    """Key → name that people see, products of imports included."""
    names: dict[str, str] = {}
    for side in (new, old):
        if side:
            for key, definition in side.catalog.products.items():
                names.setdefault(key, definition.name)
            for file in side.catalog.portfolios.values():
                for _, import_key, name in file.imported():
                    names.setdefault(imported_key(import_key, name), name)
    return names


def resource_types(new: Side, old: Side | None) -> dict[str, list[str]]:
    """Product → the types of its resources."""
    result: dict[str, list[str]] = {}
    for side in (old, new):
        for key, rendered in side.rendered.items() if side else ():
            bodies = section(rendered.template, "Resources").values()
            result[key] = [str(body["Type"]) for body in bodies if isinstance(body, Mapping) and "Type" in body]
    return result


def review_portfolio(
    new: Portfolio | None, old: Portfolio | None, names: Mapping[str, str], types: Mapping[str, list[str]]
) -> ReviewedPortfolio:
    """One portfolio."""
    either = new or old
    assert either is not None  # noqa: S101  # a key comes from one of the two
    after, before = new or emptied(either), old or emptied(either)
    union = joined(after, before)
    return ReviewedPortfolio(
        either.key,
        either.display_name,
        mark_of(old, new),
        either.description,
        tuple(compared(words_of(after.principals), words_of(before.principals))),
        tuple(
            review_offer(key, names.get(key, key), after.products.get(key), before.products.get(key))
            for key in union.products
        ),
        tuple(compared(others(after) if new else (), others(before) if old else (), only_changes=bool(new and old))),
        offer_graph(union, types, names, graph_marks(after, before)),
        tuple(launch_rights(after, before, names)),
    )


def emptied(portfolio: Portfolio) -> Portfolio:
    """The portfolio without anything in it: what it is where it does not exist."""
    return Portfolio(portfolio.key, portfolio.display_name, portfolio.provider_name)


def joined(new: Portfolio, old: Portfolio) -> Portfolio:
    """All members of both."""
    products = {**old.products, **new.products}
    order = dict.fromkeys([*new.products, *old.products])
    return Portfolio(
        new.key,
        new.display_name,
        new.provider_name,
        principals=new.principals | old.principals,
        products={key: products[key] for key in order},
    )


def words_of(principals: Iterable[Principal]) -> list[str]:
    """The principals in words: a pattern reaches every account and every name that fits."""
    return [
        f"every {name}" if principal.type == "IAM_PATTERN" else name
        for principal in sorted(principals)
        if (name := principal.arn.removeprefix(OWN).removeprefix(ANYWHERE))
    ]


def compared(new: Iterable[str], old: Iterable[str], *, only_changes: bool = False) -> Iterator[MarkedText]:
    """Texts of both sides with their marks."""
    after, before = list(dict.fromkeys(new)), list(dict.fromkeys(old))
    for text in after:
        if text not in before:
            yield MarkedText(text, PartMark.ADDED)
        elif not only_changes:
            yield MarkedText(text)
    yield from (MarkedText(text, PartMark.REMOVED) for text in before if text not in after)


def others(portfolio: Portfolio) -> Iterator[str]:
    """What a portfolio has besides principals and products, one text for each member."""
    yield f"display name: {portfolio.display_name}"
    yield f"provider: {portfolio.provider_name}"
    if portfolio.description:
        yield f"description: {portfolio.description}"
    yield from (f"TagOption {option.key}: {option.value}" for option in sorted(portfolio.tag_options))
    yield from (f"tag {key}: {value}" for key, value in sorted(portfolio.tags.items()))
    for share in sorted(portfolio.shares, key=lambda share: (share.type, share.id)):
        shared = (("TagOptions", share.share_tag_options), ("principals", share.share_principals))
        flags = " and ".join(word for word, on in shared if on)
        yield f"shared with {share.target}, with {flags}" if flags else f"shared with {share.target}"
    yield from sorted(f"associated with {governed}" for governed in portfolio.governed)


def review_offer(key: str, name: str, new: PortfolioProduct | None, old: PortfolioProduct | None) -> ReviewedOffer:
    """A product in the portfolio, before and after."""
    after = new.constraints if new else {}
    before = old.constraints if old else {}
    launch = (after or before).get(LaunchConstraint.type)
    role = (launch.local_role_name or launch.role_arn) if isinstance(launch, LaunchConstraint) else ""
    exists = PartMark.ADDED if old is None else PartMark.REMOVED if new is None else PartMark.SAME
    return ReviewedOffer(
        key,
        name,
        exists,
        role,
        rule_sentences(rules_of(after), rules_of(before) if new and old else None),
        tuple(constraint_texts(after, before)),
    )


def rules_of(constraints: Mapping[str, Constraint]) -> Mapping[str, object]:
    """The rules of the TEMPLATE constraint."""
    constraint = constraints.get(TemplateConstraint.type)
    return constraint.rules if isinstance(constraint, TemplateConstraint) else {}


OWN = f"arn:{EXAMPLE.partition}:iam::{EXAMPLE.account}:"
"""The start of ARNs of the account itself, whichever it is."""
ANYWHERE = f"arn:{EXAMPLE.partition}:iam:::"
KINDS = {
    "LAUNCH": "launch role",
    "NOTIFICATION": "notifications",
    "RESOURCE_UPDATE": "tags of what was launched",
    "STACKSET": "stack set",
}


def constraint_texts(new: Mapping[str, Constraint], old: Mapping[str, Constraint]) -> Iterator[MarkedText]:
    """The constraints other than rules, in words."""
    for kind in dict.fromkeys([*new, *old]):
        if kind == TemplateConstraint.type:
            continue
        after, before, words = new.get(kind), old.get(kind), KINDS.get(kind, kind)
        if after is None and before is not None:
            yield MarkedText(f"{words}: {'; '.join(describe(before))}", PartMark.REMOVED)
        elif after is not None and before is None:
            yield MarkedText(f"{words}: {'; '.join(describe(after))}", PartMark.ADDED if old else PartMark.SAME)
        elif after is not None and before is not None and after != before:
            yield MarkedText(f"{words}: {'; '.join(compare(before, after))}", PartMark.CHANGED)
        elif after is not None:
            yield MarkedText(f"{words}: {'; '.join(describe(after))}")


def graph_marks(new: Portfolio, old: Portfolio) -> dict[str, NodeMark]:
    """Node → what the change does to it."""
    marks: dict[str, NodeMark] = {}
    sides = [{f"principal {each.type} {each.arn}": 0 for each in portfolio.principals} for portfolio in (new, old)]
    for side, portfolio in zip(sides, (new, old), strict=True):
        side |= {f"product {key}": 0 for key in portfolio.products}
    after, before = sides
    marks |= dict.fromkeys(after.keys() - before.keys(), NodeMark.ADDED)
    marks |= dict.fromkeys(before.keys() - after.keys(), NodeMark.REMOVED)
    for key in new.products.keys() & old.products.keys():
        if new.products[key] != old.products[key]:
            marks[f"product {key}"] = NodeMark.CHANGED
    return marks


def launch_rights(new: Portfolio, old: Portfolio, names: Mapping[str, str]) -> Iterator[LaunchRight]:
    """Who may launch what only on one side."""
    for first, second, gained in ((new, old, True), (old, new, False)):
        for principal in sorted(first.principals):
            known = set(second.products) if principal in second.principals else set()
            if products := tuple(names.get(key, key) for key in first.products if key not in known):
                (words,) = words_of([principal])
                yield LaunchRight(words, first.display_name, products, gained)
