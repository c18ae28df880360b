"""Portfolio files: YAML → valid document → `Portfolio` for an account and Region."""

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
from catalog.model.limits import check_characters, check_tag
from catalog.model.portfolio import Portfolio, PortfolioProduct, Principal, PrincipalType, TagOption
from catalog.model.share import PortfolioShare, ShareType
from catalog.model.state import PROTECT_TAG
from catalog.model.tag_option import Inactive, read_values

ACCOUNT_PLACEHOLDER = "${AWS::AccountId}"


@dataclass(frozen=True, slots=True)
class AccountRegion:
    """An account and Region that content is published to. Its values replace the placeholders."""

    account: str
    region: str
    partition: str

    def fill(self, value: Any) -> Any:
        """`value` with the placeholders replaced in all strings except keys of mappings."""
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
    """A portfolio file that is valid against the schema. `resolve` makes a `Portfolio` for an account and Region."""

    key: str
    document: YamlDocument
    path: Path | None = None
    """The file. None for a document that is no file of its own."""
    package: str = ""
    """The installed package that brings it, such as `acme-portfolios 1.2.0`. Empty: it is a file of the repository."""

    @property
    def file(self) -> str:
        """The file, relative to the repository or in the package."""
        return self.document.shown.removeprefix(f"{self.package}: ")

    @property
    def display_name(self) -> str:
        """The name that people see. A launch path has it too."""
        return str(self.document.data["display_name"])

    @property
    def products(self) -> tuple[str, ...]:
        """Keys of the portfolio's products, in the order of the file."""
        return tuple(product_entry["product"] for product_entry in self.document.data["products"])

    @property
    def stage(self) -> str:
        """`dev`, `test`, `staging` or `prod`. Empty if the file does not have it."""
        return str(self.document.data.get("stage", ""))

    def product_entries(self) -> Iterator[tuple[DataPath, str, Mapping[str, Any]]]:
        """(path, key, entry) of each product: first those of this repository, then those of imported portfolios."""
        for index, product_entry in enumerate(self.document.data["products"]):
            yield ("products", index), product_entry["product"], product_entry
        for index, product_entry in enumerate(self.document.data.get("imported_products", [])):
            yield (
                ("imported_products", index),
                imported_key(product_entry["import"], product_entry["name"]),
                product_entry,
            )

    def launch_roles(self) -> Iterator[tuple[str, str]]:
        """(local launch role name, product key) of each product with a launch role. Keys with a slash are imports."""
        for _, key, product_entry in self.product_entries():
            if name := product_entry.get("launch", {}).get("local_role_name"):
                yield name, key

    def shares(self) -> tuple[PortfolioShare, ...]:
        """The shares of the portfolio; `ContentError` with file and line of a wrong id, or a repeated share."""
        shares: list[PortfolioShare] = []
        for index, item in enumerate(self.document.data.get("shares", [])):
            with self.at("shares", index):
                (kind,) = (kind for kind in ShareType if kind.value.lower() in item)
                flags = item.get("share_tag_options", False), item.get("share_principals", False)
                share = PortfolioShare(kind, item[kind.value.lower()], *flags)
                if share.key in {other.key for other in shares}:
                    raise ContentError(f"the share with {share.target} is repeated")
                shares.append(share)
        return tuple(shares)

    def imported(self) -> Iterator[tuple[DataPath, str, str]]:
        """(path, import key, product name) of each product that comes from an imported portfolio."""
        for index, product_entry in enumerate(self.document.data.get("imported_products", [])):
            yield ("imported_products", index), product_entry["import"], product_entry["name"]

    def suppressions(self) -> tuple[Suppression, ...]:
        """The suppressions, in the order of the file; `ContentError` with file and line of a wrong one."""
        suppressions = []
        for index, item in enumerate(self.document.data.get("suppress", [])):
            with self.at("suppress", index):
                expires = as_date(item["expires"])
                suppressions.append(Suppression(item["control"], item["reason"], expires, item.get("at", "")))
        return tuple(suppressions)

    def located_rules(self, product: str) -> Iterator[tuple[DataPath, str, Mapping[str, Any]]]:
        """(path, name, rule) of each rule of the TEMPLATE constraint for `product`, with placeholders."""
        for path, key, product_entry in self.product_entries():
            if key == product:
                for where, name, rule in located_rules(product_entry.get("template", {})):
                    yield (*path, "template", *where), name, rule

    def rules(self, product: str) -> Mapping[str, Any]:
        """Name → rule of the TEMPLATE constraint for `product`. Empty without one."""
        return {name: rule for _, name, rule in self.located_rules(product)}

    def clauses(self, product: str) -> Iterator[tuple[DataPath, Clause]]:
        """(path, clause) of the rules in words of the TEMPLATE constraint for `product`."""
        for path, key, product_entry in self.product_entries():
            if key == product:
                for where, clause in located_clauses(product_entry.get("template", {})):
                    yield (*path, "template", *where), clause

    def resolve(self, account_region: AccountRegion) -> Portfolio:
        """The portfolio for an account and Region; `ContentError` with file and line if AWS would reject it."""
        for index, share in enumerate(self.shares()):
            if share.id == account_region.account:
                where = self.document.where(("shares", index))
                raise ContentError(f"{where}: {share.id} is the account that owns the portfolio")
        return self.resolved(account_region)

    def resolved(self, account_region: AccountRegion) -> Portfolio:
        """The portfolio, even for an account that it is shared with."""
        data = account_region.fill(self.document.data)
        products = {
            key: PortfolioProduct(key, self.constraints(path, account_region))
            for path, key, _ in self.product_entries()
        }
        principals, governed = self.principals(account_region), frozenset(self.governed(account_region))
        tag_options = frozenset(option for _, option, _ in self.tag_options(account_region))
        shares = frozenset(self.shares())
        for key, value in data.get("tags", {}).items():
            with self.at("tags", key):
                check_tag("portfolio", key, value)
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

    def constraints(self, path: DataPath, account_region: AccountRegion) -> dict[str, Constraint]:
        """The constraints of the product at `path` by type; `ContentError` with file and line of a wrong one."""
        section, index = path
        product_entry = self.document.data[section][index]
        constraints: dict[str, Constraint] = {}
        for name, read in READERS.items():
            if name in product_entry:
                with self.at(*path, name):
                    constraint = read(product_entry[name], account_region.fill)
                    constraints[constraint.type] = constraint
        return constraints

    @property
    def tag_values(self) -> dict[str, tuple[str | Inactive, ...]]:
        """TagOptions as in the file, with placeholders."""
        return {
            key: tuple(tag_value(member) for member in members)
            for key, members in self.document.data.get("tag_options", {}).items()
        }

    def tag_options(self, account_region: AccountRegion) -> Iterator[tuple[DataPath, TagOption, bool]]:
        """(path, TagOption, whether it is active) of each value; `ContentError` with file and line of a wrong one."""
        for key, members in self.tag_values.items():
            for index, member in enumerate(members):
                with self.at("tag_options", key, index):
                    ((_, option, active),) = read_values({key: [account_region.fill(member)]})
                yield ("tag_options", key, index), option, active

    def governed(self, account_region: AccountRegion) -> Iterator[GovernedObject]:
        """The governed objects, such as budgets; `ContentError` with file and line of a wrong one."""
        for key, kind in KINDS.items():
            if key in self.document.data:
                for index, item in kind.items(account_region.fill(self.document.data[key])):
                    with self.at(key, index):
                        governed = kind.read(index, item)
                    yield governed

    def principals(self, account_region: AccountRegion) -> frozenset[Principal]:
        """The principals that can launch in an account; `ContentError` with file and line of a wrong ARN."""
        principals = set()
        for index, item in enumerate(account_region.fill(self.document.data.get("principals", []))):
            with self.at("principals", index):
                principals.add(Principal.declared(PrincipalType(item.get("type", "IAM")), item["arn"]))
        return frozenset(principals)

    @contextmanager
    def at(self, *path: str | int) -> Iterator[None]:
        """Put the file and line of `path` in front of a `ContentError` that the block raises."""
        try:
            yield
        except ContentError as error:
            raise ContentError(f"{self.document.where(path)}: {error.message}", hint=error.hint) from error


def tag_value(member: str | Mapping[str, Any]) -> str | Inactive:
    """A value of a TagOption in a file: a text, or `{value: …, active: …}`."""
    if isinstance(member, str):
        return member
    value = str(member["value"])
    return value if member.get("active", True) else Inactive(value)


def protected_tags(tags: Mapping[str, str], *, protect: bool) -> dict[str, str]:
    """`tags`, with the tag that protects from `catalog prune` if `protect` is set."""
    return {**tags, PROTECT_TAG: "true"} if protect else dict(tags)


def as_date(text: str) -> date:
    """YYYY-MM-DD as a date; `ContentError` if it does not exist."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ContentError(f"expires must be a date, YYYY-MM-DD, got {text!r}") from error


def load_portfolio(file: Path, shown_as: str) -> PortfolioFile:
    """Read and check one file; `ContentError` lists every fault with file, line, value and what is allowed."""
    document = read_valid(file, shown_as, "portfolio")
    document.data.setdefault("products", [])  # a portfolio with imported products only
    keys = [product_entry["product"] for product_entry in document.data["products"]]
    for index, key in enumerate(keys):
        if key in keys[:index]:
            raise ContentError(f"{document.where(('products', index))}: product {key!r} is repeated in {shown_as}")
    portfolio = PortfolioFile(file.stem, document, file)
    check_texts_of(portfolio)
    check_rule_names(portfolio)
    portfolio.resolved(EXAMPLE)  # reports what AWS would reject in every account
    portfolio.suppressions()
    check_imported(portfolio)
    return portfolio


def check_texts_of(portfolio: PortfolioFile) -> None:
    """`ContentError` on a control character in a text that people see in the console, with its file and line."""
    data = portfolio.document.data
    for name in ("display_name", "provider", "description"):
        with portfolio.at(name):
            check_characters(name, data.get(name, ""), lines=name == "description")
    for index, product_entry in enumerate(data["products"]):
        for kind, values in product_entry.items():
            if isinstance(values, dict) and isinstance(values.get("description"), str):
                with portfolio.at("products", index, kind, "description"):
                    check_characters("description", values["description"])


def check_rule_names(portfolio: PortfolioFile) -> None:
    """`ContentError` if two rules of a product have the same name."""
    for _, key, _ in portfolio.product_entries():
        seen: dict[str, DataPath] = {}
        for path, name, _ in portfolio.located_rules(key):
            if name in seen:
                with portfolio.at(*path):
                    raise ContentError(
                        f"rule {name!r} of {key} is also in line {portfolio.document.line(seen[name])}",
                        hint="Merge the two rules, or give this rule another name: name: …",
                    )
            seen[name] = path


def check_imported(portfolio: PortfolioFile) -> None:
    """`ContentError` if an imported product is repeated, or if the portfolio has shares, which AWS does not allow."""
    seen = set()
    for path, key, name in portfolio.imported():
        with portfolio.at(*path):
            if portfolio.document.data.get("shares"):
                raise ContentError("a portfolio with shares cannot contain imported products (API reference)")
            if (key, name) in seen:
                raise ContentError(f"product {name!r} of import {key!r} is repeated")
        seen.add((key, name))
