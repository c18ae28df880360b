"""Facts: what is known of each Address, as JSON-like data; and in what two sets of facts differ. Pure.

A plan bears those that it was made of: a saved plan is compared by them, and a change shows what it changes by them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from typing import Any

from catalog.model import addresses
from catalog.model.addresses import Address
from catalog.model.constraint import Constraint
from catalog.model.limits import printable
from catalog.model.portfolio import Portfolio
from catalog.model.product import Product
from catalog.model.service_action import PublishedAction, product_of, readable
from catalog.model.state import CatalogState
from catalog.plan.changes import Change, Facts

ID = "aws_id"
"""The fact that AWS alone knows."""
WORDS = ("effect", "details")
"""Members of a change that do not say what it does: one that makes a version inactive counts who is on it."""
OWN_ADDRESS = (
    "artifacts",
    "principals",
    "tag_options",
    "budgets",
    "products",
    "constraints",
    "failed",
    "others",
    "shares",
)
"""Members of a product or portfolio that are told under Addresses of their own."""
MISSING = "-"


def facts(state: CatalogState, ids: Mapping[Address, str] | None = None) -> Facts:
    """What `state` says of each Address; with AWS's ids where they are known."""
    found: dict[Address, Mapping[str, Any]] = {}
    for key, product in state.products.items():
        found |= product_facts(key, product)
    for key, portfolio in state.portfolios.items():
        found |= portfolio_facts(key, portfolio)
    for option, active in state.tag_options.items():
        found[addresses.tag_option(option.key, option.value)] = {"active": active}
    for key, shared in state.imports.items():
        where = {"account": shared.account, "portfolio_id": shared.portfolio_id}
        found[addresses.portfolio(key)] = {**where, "share_type": shared.share_type.value}
        for principal in shared.principals:
            found[addresses.principal(key, principal.type, principal.arn)] = values(principal)
    for place, action in state.actions.items():
        found |= action_facts(place, action)
    known = ids or {}
    return {place: {**one, ID: known[place]} if place in known else one for place, one in found.items()}


def product_facts(key: str, product: Product) -> Facts:
    """A product and its versions."""
    found = {addresses.product(key): values(product)}
    found |= {addresses.version(key, one.name): values(one) for one in product.artifacts}
    return {**found, **associated(addresses.product(key), product)}


def portfolio_facts(key: str, portfolio: Portfolio) -> Facts:
    """A portfolio and what is in it."""
    found = {addresses.portfolio(key): values(portfolio)}
    found |= {addresses.principal(key, one.type, one.arn): values(one) for one in portfolio.principals}
    found |= associated(addresses.portfolio(key), portfolio)
    found |= {addresses.share(key, one.type, one.id): values(one) for one in portfolio.shares}
    for product, entry in portfolio.products.items():
        found[addresses.association(key, product)] = values(entry)
        found |= {
            addresses.constraint(key, product, kind): constraint_values(one) for kind, one in entry.constraints.items()
        }
        found |= {addresses.constraint(key, product, one): {"type": kind} for one, kind in entry.others.items()}
    return found


def associated(place: Address, item: Product | Portfolio) -> dict[Address, dict[str, Any]]:
    """The TagOptions that a product or portfolio offers, and its budgets."""
    options = {addresses.tag_option_association(place, one.key, one.value) for one in item.tag_options}
    return {one: {} for one in options | {addresses.budget(place, name) for name in item.budgets}}


def action_facts(place: Address, action: PublishedAction) -> Facts:
    """A service action, its document, and the versions that offer it."""
    told = {"name": action.name, "description": action.description, "definition": readable(action.definition)}
    found: dict[Address, Mapping[str, Any]] = {place: told}
    if name := action.document.name if action.document else action.document_found:
        found[addresses.document(product_of(place), name)] = {}
    return found | {addresses.version_action(version, place): {} for version in action.versions}


def constraint_values(constraint: Constraint) -> dict[str, Any]:
    """A constraint, with its Parameters as a value and not as JSON text."""
    return {"description": constraint.description, "parameters": as_json(constraint.parameters())}


def values(item: Any) -> dict[str, Any]:
    """The members of a value, less its key and those with Addresses of their own."""
    return {
        member.name: as_json(getattr(item, member.name))
        for member in fields(item)
        if member.name not in OWN_ADDRESS and member.name != "key"
    }


def as_json(value: Any) -> Any:
    """A value of the model as JSON-like data; sets become sorted lists."""
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        return {member.name: as_json(getattr(value, member.name)) for member in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): as_json(one) for key, one in value.items()}
    if isinstance(value, frozenset | set):
        return sorted((as_json(one) for one in value), key=canonical)
    if isinstance(value, tuple | list):
        return [as_json(one) for one in value]
    return value


def canonical(data: Any) -> str:
    """JSON-like data as one text, whatever the order of its members."""
    return json.dumps(data, sort_keys=True, ensure_ascii=False)


def identity(change: Change) -> str:
    """`sha256:<hex>` of all that a change does, its words apart: equal for changes that make the same call."""
    does = {member.name: as_json(getattr(change, member.name)) for member in fields(change) if member.name not in WORDS}
    text = canonical([type(change).__name__, does])
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def root(place: Address) -> Address:
    """The product, portfolio or TagOption that an Address belongs to."""
    kind, _, rest = place.partition("/")
    return place if kind == "tag-option" else Address(f"{kind}/{rest.partition('/')[0]}")


def about(found: Facts, declared: Facts) -> Facts:
    """The facts of `found` that are about products, portfolios and TagOptions that `declared` has."""
    roots = {root(place) for place in declared}
    return {place: one for place, one in found.items() if root(place) in roots}


@dataclass(frozen=True, slots=True)
class Moved:
    """One fact that was and is, or one of them."""

    address: Address
    path: tuple[str, ...]
    """Where in the facts of the Address; empty when the Address itself came or went."""
    before: Any
    after: Any

    def __str__(self) -> str:
        if not self.path:
            word = "was not there, is there now" if self.before is None else "was there, is gone"
            return printable(f"{self.address} {word}")
        return printable(f"{self.address}: {'.'.join(self.path)} was {said(self.before)}, is {said(self.after)}")


def said(value: Any) -> str:
    """A value for people."""
    return MISSING if value is None else repr(value) if isinstance(value, str) else canonical(value)


def moves(before: Facts, after: Facts) -> Iterator[Moved]:
    """What differs, by Address."""
    for place in sorted({*before, *after}):
        old, new = before.get(place), after.get(place)
        if old is None or new is None:
            yield Moved(place, (), old, new)
        else:
            yield from inside(place, (), old, new)


def inside(place: Address, path: tuple[str, ...], old: Any, new: Any) -> Iterator[Moved]:
    """What differs in two values, member by member as long as both are mappings."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for name in sorted({*old, *new}):
            yield from inside(place, (*path, name), old.get(name), new.get(name))
    elif old != new:
        yield Moved(place, path, old, new)
