"""Portfolio files: YAML → checked document → `Portfolio` for one account and Region."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from catalog.content.constraint_entries import READERS
from catalog.content.rules_in_words import Clause, located_clauses, located_rules
from catalog.content.schema_files import read_valid
from catalog.content.yaml_files import DataPath, YamlDocument
from catalog.errors import ContentError
from catalog.model.constraint import Constraint
from catalog.model.definition import Suppression
from catalog.model.governed import KINDS, GovernedObject
from catalog.model.imports import imported_key
from catalog.model.portfolio import Portfolio, PortfolioProduct, Principal, PrincipalType, TagOption
from catalog.model.share import PortfolioShare, ShareType
from catalog.model.state import PROTECT_TAG
from catalog.model.tag_option import Inactive, read_values

ACCOUNT_PLACEHOLDER = "${AWS::AccountId}"


@dataclass(frozen=True, slots=True)
class AccountRegion:
    """Where a portfolio is published or launched: what its placeholders stand for."""

    account: str
    region: str
    partition: str

    def fill(self, value: Any) -> Any:
        """`value` with the placeholders replaced in every string, keys of mappings excepted."""
        if isinstance(value, str):
            return (
                value.replace(ACCOUNT_PLACEHOLDER, self.account)
                .replace("${AWS::Region}", self.region)
                .replace("${AWS::Partition}", self.partition)
            )
        if isinstance(value, Inactive):
            return Inactive(self.fill(value.value))
        if isinstance(value, Mapping):
            return {key: self.fill(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.fill(item) for item in value]
        return value


EXAMPLE = AccountRegion("123456789012", "us-east-1", "aws")


@dataclass(frozen=True, slots=True)
class PortfolioFile:
    """A portfolio as written, valid against the schema; `resolve` gives it for one place."""

    key: str
    document: YamlDocument

    @property
    def display_name(self) -> str:
        """The name people see; a launch path bears it."""
        return str(self.document.data["display_name"])

    @property
    def products(self) -> tuple[str, ...]:
        """Keys of the portfolio's products, in the order of the file."""
        return tuple(entry["product"] for entry in self.document.data["products"])

    @property
    def stage(self) -> str:
        """What it is for: `dev`, `test`, `staging` or `prod`; empty when the file does not say."""
        return str(self.document.data.get("stage", ""))

    def entries(self) -> Iterator[tuple[DataPath, str, Mapping[str, Any]]]:
        """(path, key, entry) of each product, first those of this repository, then those of imported portfolios."""
        for index, entry in enumerate(self.document.data["products"]):
            yield ("products", index), entry["product"], entry
        for index, entry in enumerate(self.document.data.get("imported_products", [])):
            yield ("imported_products", index), imported_key(entry["import"], entry["name"]), entry

    def launch_roles(self) -> Iterator[tuple[str, str]]:
        """(local launch role name, product key) for each product that has one; a key with a slash is an import's."""
        for _, key, entry in self.entries():
            if name := entry.get("launch", {}).get("local_role_name"):
                yield name, key

    def shares(self) -> tuple[PortfolioShare, ...]:
        """With whom the portfolio is shared; `ContentError` names file and line of an id that is none, or a second."""
        shares: list[PortfolioShare] = []
        for index, item in enumerate(self.document.data.get("shares", [])):
            with self.at("shares", index):
                (kind,) = (kind for kind in ShareType if kind.value.lower() in item)
                flags = item.get("share_tag_options", False), item.get("share_principals", False)
                share = PortfolioShare(kind, item[kind.value.lower()], *flags)
                if share.key in {one.key for one in shares}:
                    raise ContentError(f"the share with {share.target} stands twice")
                shares.append(share)
        return tuple(shares)

    def imported(self) -> Iterator[tuple[DataPath, str, str]]:
        """(path, import key, product name) of each product that comes from an imported portfolio."""
        for index, entry in enumerate(self.document.data.get("imported_products", [])):
            yield ("imported_products", index), entry["import"], entry["name"]

    def suppressions(self) -> tuple[Suppression, ...]:
        """Controls that the portfolio does not meet, in the file's order; `ContentError` with the line of a bad one."""
        suppressions = []
        for index, item in enumerate(self.document.data.get("suppress", [])):
            with self.at("suppress", index):
                expires = as_date(item["expires"])
                suppressions.append(Suppression(item["control"], item["reason"], expires, item.get("at", "")))
        return tuple(suppressions)

    def located_rules(self, product: str) -> Iterator[tuple[DataPath, str, Mapping[str, Any]]]:
        """(path, name, rule) of each rule of the TEMPLATE constraint for `product`, placeholders not replaced."""
        for path, key, entry in self.entries():
            if key == product:
                for where, name, rule in located_rules(entry.get("template", {})):
                    yield (*path, "template", *where), name, rule

    def rules(self, product: str) -> Mapping[str, Any]:
        """The same by name; empty when it has none."""
        return {name: rule for _, name, rule in self.located_rules(product)}

    def clauses(self, product: str) -> Iterator[tuple[DataPath, Clause]]:
        """(path, clause) of what the TEMPLATE constraint for `product` says in words."""
        for path, key, entry in self.entries():
            if key == product:
                for where, clause in located_clauses(entry.get("template", {})):
                    yield (*path, "template", *where), clause

    def resolve(self, place: AccountRegion) -> Portfolio:
        """The portfolio for one account and Region; `ContentError` names file and line of what AWS would refuse."""
        for index, share in enumerate(self.shares()):
            if share.id == place.account:
                where = self.document.where(("shares", index))
                raise ContentError(f"{where}: {share.id} is the account that the portfolio is published to")
        return self.resolved(place)

    def resolved(self, place: AccountRegion) -> Portfolio:
        """The same without regard to whether the account is one that it is shared with."""
        data = place.fill(self.document.data)
        products = {key: PortfolioProduct(key, self.constraints(path, place)) for path, key, _ in self.entries()}
        principals, governed = self.principals(place), frozenset(self.governed(place))
        tag_options = frozenset(option for _, option, _ in self.tag_options(place))
        shares = frozenset(self.shares())
        with self.at():
            return Portfolio(
                key=self.key,
                display_name=data["display_name"],
                provider_name=data["provider"],
                description=data.get("description", ""),
                tags=protected_tags(data.get("tags", {}), protect=data.get("protect", False)),
                principals=principals,
                tag_options=tag_options,
                governed=governed,
                products=products,
                shares=shares,
            )

    def constraints(self, path: DataPath, place: AccountRegion) -> dict[str, Constraint]:
        """The constraints of the entry at `path` by type; `ContentError` names file and line of a wrong one."""
        section, index = path
        entry = self.document.data[section][index]
        found: dict[str, Constraint] = {}
        for name, read in READERS.items():
            if name in entry:
                with self.at(*path, name):
                    constraint = read(entry[name], place.fill)
                    found[constraint.type] = constraint
        return found

    @property
    def tag_values(self) -> dict[str, tuple[str | Inactive, ...]]:
        """TagOptions as the file has them, placeholders not replaced."""
        return {
            key: tuple(tag_value(member) for member in members)
            for key, members in self.document.data.get("tag_options", {}).items()
        }

    def tag_options(self, place: AccountRegion) -> Iterator[tuple[DataPath, TagOption, bool]]:
        """(path, TagOption, whether it is active) of each one; `ContentError` names file and line of what is none."""
        for key, members in self.tag_values.items():
            for index, member in enumerate(members):
                with self.at("tag_options", key, index):
                    ((_, option, active),) = read_values({key: [place.fill(member)]})
                yield ("tag_options", key, index), option, active

    def governed(self, place: AccountRegion) -> Iterator[GovernedObject]:
        """What the portfolio is associated with; `ContentError` names file and line of what AWS would refuse."""
        for key, kind in KINDS.items():
            if key in self.document.data:
                for index, item in kind.items(place.fill(self.document.data[key])):
                    with self.at(key, index):
                        governed = kind.read(index, item)
                    yield governed

    def principals(self, place: AccountRegion) -> frozenset[Principal]:
        """Who may launch in one account; `ContentError` names file and line of what is no ARN of its type."""
        found = set()
        for index, item in enumerate(place.fill(self.document.data.get("principals", []))):
            with self.at("principals", index):
                found.add(Principal.declared(PrincipalType(item.get("type", "IAM")), item["arn"]))
        return frozenset(found)

    @contextmanager
    def at(self, *path: str | int) -> Iterator[None]:
        """Prefix a `ContentError` from inside with the file and line of `path`."""
        try:
            yield
        except ContentError as error:
            raise ContentError(f"{self.document.where(path)}: {error.message}", hint=error.hint) from error


def tag_value(member: str | Mapping[str, Any]) -> str | Inactive:
    """A TagOption's value as a file has it: a text, or `{value: …, active: …}`."""
    if isinstance(member, str):
        return member
    value = str(member["value"])
    return value if member.get("active", True) else Inactive(value)


def protected_tags(tags: Mapping[str, str], *, protect: bool) -> dict[str, str]:
    """`tags`, with the one that remembers in AWS that prune must keep what bears it."""
    return {**tags, PROTECT_TAG: "true"} if protect else dict(tags)


def as_date(text: str) -> date:
    """A day as YYYY-MM-DD; `ContentError` for one that is in no calendar."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ContentError(f"expires must be a day as YYYY-MM-DD, got {text!r}") from error


def load_portfolio(file: Path, shown_as: str) -> PortfolioFile:
    """Read and check one file; `ContentError` lists every fault with file, line, what was got and what is allowed."""
    document = read_valid(file, shown_as, "portfolio")
    document.data.setdefault("products", [])  # a portfolio of imported products alone
    keys = [entry["product"] for entry in document.data["products"]]
    for index, key in enumerate(keys):
        if key in keys[:index]:
            raise ContentError(f"{document.where(('products', index))}: product {key!r} stands twice in {shown_as}")
    portfolio = PortfolioFile(file.stem, document)
    check_rule_names(portfolio)
    portfolio.resolved(EXAMPLE)  # what AWS would refuse in any account is refused before there is one
    portfolio.suppressions()
    check_imported(portfolio)
    return portfolio


def check_rule_names(portfolio: PortfolioFile) -> None:
    """A rule's name stands once: `ContentError` at the second."""
    for _, key, _ in portfolio.entries():
        seen: dict[str, DataPath] = {}
        for path, name, _ in portfolio.located_rules(key):
            if name in seen:
                with portfolio.at(*path):
                    raise ContentError(
                        f"rule {name!r} of {key} stands in line {portfolio.document.line(seen[name])} too",
                        hint="Put the values of both into one entry, or give this one a name of its own: name: …",
                    )
            seen[name] = path


def check_imported(portfolio: PortfolioFile) -> None:
    """A product stands once, and AWS shares no portfolio that holds a product of another account."""
    seen = set()
    for path, key, name in portfolio.imported():
        with portfolio.at(*path):
            if portfolio.document.data.get("shares"):
                raise ContentError("a portfolio with shares cannot hold a product of another account (API reference)")
            if (key, name) in seen:
                raise ContentError(f"product {name!r} of import {key!r} stands twice")
        seen.add((key, name))
