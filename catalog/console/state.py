"""What the routes know of the console and of the request that they answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from flask import current_app, g

from catalog.aws.reader import Reader
from catalog.aws.session import AwsSession
from catalog.cfn import Pseudo
from catalog.console.files import fingerprint
from catalog.console.visitors import Remembered, Visitor
from catalog.content.load import load_product, product_keys
from catalog.errors import AwsCallError, ContentError
from catalog.model.state import ADDRESS_TAG
from catalog.provisioning.repository import RepositoryNames
from catalog.provisioning.working_form import WorkingForm

EXTENSION = "catalog-console"


class SignedOutError(Exception):
    """The page needs a role, and the visitor has not signed in."""


@dataclass(slots=True)
class Console:
    """A console: the sandbox that it plays for, and those who have opened it."""

    administrator: AwsSession
    """The identity that owns the sandbox, and assumes the roles of visitors."""
    names: RepositoryNames
    key: str
    """What the address has, so that no other user of this machine opens the console."""
    port: int = 0
    visitors: Remembered[Visitor] = field(default_factory=Remembered)
    forms: Remembered[WorkingForm] = field(default_factory=Remembered)
    """State of the files, portfolio and product → the form of the working tree."""
    lists: dict[tuple[str, str], tuple[tuple[str, str], ...]] = field(default_factory=dict)
    """Product's id and the state of the files → its separate lists."""

    @property
    def root(self) -> Path | None:
        """The repository; None outside of one."""
        return self.names.config.root if self.names.config else None

    @property
    def cookie(self) -> str:
        """The name of the cookie: a browser sends cookies to all ports of a host."""
        return f"catalog-console-{self.port}"

    def separate_lists(self, product_id: str) -> tuple[tuple[str, str], ...]:
        """The lists of a product that must have no member in common; only its file in the repository says so."""
        key = product_id, fingerprint(self.root) if self.root else ""
        if key not in self.lists:
            self.lists[key] = self.read_separate_lists(product_id)
        return self.lists[key]

    def read_separate_lists(self, product_id: str) -> tuple[tuple[str, str], ...]:
        """The same, of the product file whose Address the product has."""
        if self.names.config is None:
            return ()
        try:
            tags = Reader(self.administrator).product(product_id).get("Tags", [])
        except AwsCallError:  # a product of another account
            return ()
        address = next((tag["Value"] for tag in tags if tag["Key"] == ADDRESS_TAG), "")
        key = address.removeprefix("product/")
        try:
            return load_product(self.names.config, key).separate_lists if key in self.keys() else ()
        except ContentError:  # a fault in the working tree does not stop launches of what is published
            return ()

    def keys(self) -> tuple[str, ...]:
        """The keys of the products of the repository."""
        return product_keys(self.names.config) if self.names.config else ()


def console() -> Console:
    """The console whose request is answered."""
    return cast(Console, current_app.extensions[EXTENSION])


def visitor() -> Visitor:
    """Who has sent the request."""
    return cast(Visitor, g.visitor)


def caller() -> AwsSession:
    """The session of the role that the visitor has signed in as."""
    session = visitor().session
    if session is None:
        raise SignedOutError
    return session


def pseudo_of(session: AwsSession) -> Pseudo:
    """What rules know of a launch before there is a stack."""
    return Pseudo(session.identity.account, session.region)


def where_of(session: AwsSession) -> Mapping[str, str]:
    """The account, the Region and the endpoint, for the head of each page."""
    return {"account": session.identity.account, "region": session.region, "endpoint": session.endpoint or ""}
