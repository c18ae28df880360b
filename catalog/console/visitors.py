"""Those who have opened the console: the role that each has signed in as, and what it is about to do."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

from catalog.aws.launched_stacks import StackWatch
from catalog.aws.session import AwsSession
from catalog.console.drafts import LaunchDraft, UpdateDraft

Item = TypeVar("Item")
MOST = 100
"""Visitors, and drafts and operations of each, that are remembered. The oldest are forgotten."""
ADMINISTRATOR = "the administrator"


def token() -> str:
    """A text that nobody guesses."""
    return secrets.token_urlsafe(24)


@dataclass(slots=True)
class Remembered(Generic[Item]):
    """The newest items by their keys."""

    items: dict[str, Item] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def add(self, item: Item, key: str = "") -> str:
        """Remember an item; returns its key."""
        key = key or token()
        with self.lock:
            self.items[key] = item
            while len(self.items) > MOST:
                del self.items[next(iter(self.items))]
        return key

    def get(self, key: str) -> Item | None:
        """The item with this key."""
        return self.items.get(key)

    def forget(self, key: str) -> None:
        """Forget an item."""
        with self.lock:
            self.items.pop(key, None)


@dataclass(slots=True)
class StartedOperation:
    """An operation that this visitor has started, and the events of its stack since then."""

    words: str
    """What is done, such as `Launch of my-key`."""
    watch: StackWatch
    lock: Lock = field(default_factory=Lock)


@dataclass(slots=True)
class Visitor:
    """A browser that has opened the console."""

    token: str = field(default_factory=token)
    """Every request that changes something must have it."""
    role: str = ""
    """The ARN of the role; ADMINISTRATOR for the administrator of the sandbox, empty before the sign-in."""
    session: AwsSession | None = None
    launches: Remembered[LaunchDraft] = field(default_factory=Remembered)
    updates: Remembered[UpdateDraft] = field(default_factory=Remembered)
    started: Remembered[str] = field(default_factory=Remembered)
    """Draft → the record that it became, so that a second click on the same button starts nothing."""
    operations: Remembered[StartedOperation] = field(default_factory=Remembered)
    """By the ids of their records."""
    starting: Lock = field(default_factory=Lock)
    """Held while something is started, so that two clicks come one after the other."""

    @property
    def is_administrator(self) -> bool:
        """Whether it has signed in as the administrator."""
        return self.role == ADMINISTRATOR

    @property
    def role_words(self) -> str:
        """The role without its account: `role/dev-terraform-role`."""
        return self.role.partition("::")[2].partition(":")[2] or self.role
