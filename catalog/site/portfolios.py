"""The portfolios of a catalogue, and the portfolios of other accounts that it uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from catalog.content.import_files import ImportFile
from catalog.content.portfolio_files import ACCOUNT_PLACEHOLDER, EXAMPLE, PortfolioFile
from catalog.graphs.graph import Graph
from catalog.graphs.offers import offer_graph
from catalog.model.constraint import Constraint, TemplateConstraint
from catalog.model.portfolio import PortfolioProduct, Principal
from catalog.plan.constraint_text import members
from catalog.review.portfolios import KINDS, OWN, others, product_names, resource_types, rules_of, words_of
from catalog.review.rules import RuleSentence, rule_sentences
from catalog.review.sides import Side


@dataclass(frozen=True, slots=True)
class OfferFact:
    """What a constraint other than rules says of a product."""

    words: str
    """`launch role`."""
    value: str
    description: str


@dataclass(frozen=True, slots=True)
class SiteOffer:
    """A product in a portfolio."""

    key: str
    name: str
    description: str
    """Of its rules."""
    rules: tuple[RuleSentence, ...]
    facts: tuple[OfferFact, ...]

    @property
    def is_plain(self) -> bool:
        """Whether the portfolio says nothing of it but that it is offered."""
        return not (self.description or self.rules or self.facts)


@dataclass(frozen=True, slots=True)
class SitePortfolio:
    """A portfolio."""

    key: str
    name: str
    description: str
    provider: str
    stage: str
    file: str
    package: str
    """The installed package that brings it; empty for a file of the repository."""
    principals: tuple[Principal, ...]
    offers: tuple[SiteOffer, ...]
    others: tuple[str, ...]
    shared: bool
    """Whether other accounts have it too."""
    graph: Graph


@dataclass(frozen=True, slots=True)
class SiteImport:
    """A portfolio of another account, from which people of this account launch."""

    key: str
    name: str
    """Its display name, or its id where only that is declared."""
    account: str
    file: str
    principals: tuple[Principal, ...]
    products: tuple[tuple[str, str], ...]
    """(portfolio of ours, name of a product) of its products that portfolios of ours offer."""


def site_portfolios(side: Side) -> tuple[SitePortfolio, ...]:
    """All portfolios, by name."""
    names, types = product_names(side, None), resource_types(side, None)
    listed = [site_portfolio(file, names, types) for file in side.catalog.portfolios.values()]
    return tuple(sorted(listed, key=lambda portfolio: (portfolio.name.casefold(), portfolio.key)))


def site_portfolio(file: PortfolioFile, names: Mapping[str, str], types: Mapping[str, list[str]]) -> SitePortfolio:
    """One portfolio, for the account of examples."""
    portfolio = file.resolved(EXAMPLE)
    left_out = ("display name:", "provider:", "description:")
    return SitePortfolio(
        file.key,
        portfolio.display_name,
        portfolio.description,
        portfolio.provider_name,
        file.stage,
        file.file,
        file.package,
        tuple(sorted(portfolio.principals)),
        tuple(site_offer(names.get(key, key), offered) for key, offered in portfolio.products.items()),
        tuple(text for text in others(portfolio) if not text.startswith(left_out)),
        bool(portfolio.shares),
        offer_graph(portfolio, types, names),
    )


def site_offer(name: str, offered: PortfolioProduct) -> SiteOffer:
    """A product with its rules and constraints in words."""
    template = offered.constraints.get(TemplateConstraint.type)
    rest = [constraint for kind, constraint in offered.constraints.items() if kind != TemplateConstraint.type]
    return SiteOffer(
        offered.product,
        name,
        template.description if template else "",
        tuple(
            replace(sentence, text=of_any_account(sentence.text))
            for sentence in rule_sentences(rules_of(offered.constraints))
        ),
        tuple(OfferFact(KINDS[each.type], of_any_account(value_of(each)), each.description) for each in rest),
    )


def value_of(constraint: Constraint) -> str:
    """What a constraint says, in words: the role alone, or each of its members."""
    values = members(constraint)
    return values.get("role") or "; ".join(f"{name}: {value}" for name, value in values.items())


def of_any_account(text: str) -> str:
    """A text without the account of examples, which stands for the one that publishes: `role/admin`."""
    return text.replace(OWN, "").replace(EXAMPLE.account, ACCOUNT_PLACEHOLDER)


def site_imports(side: Side) -> tuple[SiteImport, ...]:
    """All portfolios of other accounts, by key."""
    return tuple(site_import(file, side) for _, file in sorted(side.catalog.imports.items()))


def site_import(file: ImportFile, side: Side) -> SiteImport:
    """One of them."""
    data = file.document.data
    ids = data.get("portfolio_id", "")
    identified = ids if isinstance(ids, str) else ", ".join(f"{id_} in {region}" for region, id_ in ids.items())
    offered = [
        (portfolio.key, name)
        for portfolio in side.catalog.portfolios.values()
        for _, key, name in portfolio.imported()
        if key == file.key
    ]
    return SiteImport(
        file.key,
        data.get("display_name") or identified,
        data["account"],
        file.document.shown,
        tuple(sorted(file.portfolio.principals(EXAMPLE))),
        tuple(offered),
    )


def principal_words(principal: Principal) -> str:
    """`role/deploy`, or `every role/dev-*` for a pattern."""
    (words,) = words_of([principal])
    return words
