"""Who calls, and whether a Principal or NotPrincipal element means them.

Source: IAM user guide, "AWS JSON policy elements: Principal" and "NotPrincipal". A role means all its sessions: a
principal that names one session leaves a condition on the session's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from catalog.iam.formula import PRESENT, Atom, Formula, KeyState, Unknown, all_of, any_of
from catalog.iam.matching import Match, as_pattern, compare, readable

ACCOUNT = re.compile(r"arn:[^:]+:iam::(?P<account>[^:]+):root|(?P<id>\d{12})")
SESSION = re.compile(r"arn:[^:]+:sts::(?P<account>[^:]+):assumed-role/(?P<role>[^/]+)/(?P<session>.+)")
UNIQUE_ID = re.compile(r"A[A-Z]{3}[A-Z0-9]{12,}")
KINDS = frozenset({"*", "AWS", "Service", "Federated", "CanonicalUser"})


class CallerKind(StrEnum):
    """What sort of principal calls."""

    ROLE = "role"
    USER = "user"
    ROOT = "root"
    SERVICE = "service"
    FEDERATED = "federated"
    CANONICAL = "canonical user"
    ANONYMOUS = "anonymous"


OF_KIND = {"Service": CallerKind.SERVICE, "Federated": CallerKind.FEDERATED, "CanonicalUser": CallerKind.CANONICAL}
"""Type of principal to the only kind of caller that it can mean."""


@dataclass(frozen=True, slots=True)
class Caller:
    """One principal, or one of a class that no policy names: then `name` is empty."""

    kind: CallerKind
    account: str = ""
    """Its account; empty for services and callers without an account."""
    name: str = ""
    """The ARN of a role or user, the name of a service, the ARN or URL of an identity provider, a canonical id."""

    @property
    def has_iam(self) -> bool:
        """Whether IAM policies can be attached to it, and so decide what it may do."""
        return self.kind in (CallerKind.ROLE, CallerKind.USER)

    @property
    def is_signed(self) -> bool:
        """Whether AWS knows who it is."""
        return self.kind is not CallerKind.ANONYMOUS


@dataclass(frozen=True, slots=True)
class Named:
    """How far a Principal element means a caller: by itself, or through its account."""

    itself: Formula = False
    account: Formula = False

    @property
    def either(self) -> Formula:
        """Whether it means the caller at all, as a Deny asks."""
        return any_of(self.itself, self.account)


def named(entries: Iterable[tuple[str, str]], caller: Caller) -> Named:
    """How far (type, value) entries mean the caller."""
    itself: list[Formula] = []
    account: list[Formula] = []
    for kind, value in dict.fromkeys(entries):
        match = _one(kind, value, caller)
        itself.append(match.itself)
        account.append(match.account)
    return Named(any_of(*itself, False), any_of(*account, False))


def _one(kind: str, value: str, caller: Caller) -> Named:
    if kind not in KINDS:
        return Named(
            Unknown(f"principal {readable(value)} cannot be read" if kind == "?" else f"principal type {kind}")
        )
    if value == "*" and kind in ("*", "AWS"):
        return Named(True)  # both forms mean everybody, anonymous callers and services included
    if kind == "AWS":
        return _aws(value, caller)
    if value == "*" and caller.kind is OF_KIND.get(kind):
        return Named(Unknown(f"whether {kind} * means all of them"))
    if kind == "CanonicalUser" and caller.kind in (CallerKind.ROLE, CallerKind.USER, CallerKind.ROOT):
        return Named(account=Unknown(f"canonical user {readable(value)} may be the caller's account"))
    return Named(OF_KIND.get(kind) is caller.kind and _same(value, caller.name))


def _aws(value: str, caller: Caller) -> Named:
    if caller.kind not in (CallerKind.ROLE, CallerKind.USER, CallerKind.ROOT):
        return Named()
    if value == caller.name:
        return Named(True)
    if UNIQUE_ID.fullmatch(value):
        return Named(Unknown(f"principal {value} is an id: IAM alone knows whose") if caller.name else False)
    if whole := ACCOUNT.fullmatch(value):
        same = _same(whole["account"] or whole["id"], caller.account)
        return Named(itself=same) if caller.kind is CallerKind.ROOT else Named(account=same)
    if session := SESSION.fullmatch(value):
        return Named(_session(session, caller))
    if caller.kind is CallerKind.ROOT or not caller.name:
        return Named()
    return Named(_same(value, caller.name))


def _same(value: str, name: str) -> Formula:
    """Whether a principal is `name`; principals take no wildcards inside."""
    if not name:
        return False
    outcome = compare(as_pattern(value).replace("*", "[*]").replace("?", "[?]"), name)
    if outcome in (Match.YES, Match.NO):
        return outcome is Match.YES
    return Unknown(f"whether principal {readable(value)} is {readable(name)}")


def _session(session: re.Match[str], caller: Caller) -> Formula:
    """A session of the caller's role, told by its name; an ARN of a session leaves the role's path out."""
    if caller.kind is not CallerKind.ROLE or not caller.name or caller.name.rsplit("/", 1)[-1] != session["role"]:
        return False
    if caller.account != session["account"]:
        return False
    name = session["session"]
    return Atom("the session's name", f"is {name}", f"is not {name}", frozenset({KeyState.MATCH}), PRESENT)


def excepted(entries: tuple[tuple[str, str], ...], caller: Caller) -> Formula:
    """Whether the NotPrincipal of a Deny spares the caller.

    The guide: AWS may validate the account first, then the role, and finally the session, and deny what is not named
    there. So a user and its account are to be named, of a role its session too. Naming the account alone spares its
    root user.
    """
    match = named(entries, caller)
    if match.itself is False or caller.kind not in (CallerKind.ROLE, CallerKind.USER):
        return match.itself
    if any(value == "*" for _, value in entries):
        return match.itself
    doubt = Unknown("NotPrincipal names the caller without its account: AWS may deny the whole account")
    spared: Formula = match.itself
    if caller.kind is CallerKind.ROLE:
        sessions = [entry for entry in entries if SESSION.fullmatch(entry[1])]
        role = named((entry for entry in entries if entry not in sessions), caller).itself
        spared = all_of(role, named(sessions, caller).itself)
        if match.account is True:
            doubt = Unknown("NotPrincipal does not name the role and this session of it: AWS may deny the session")
    return any_of(all_of(spared, match.account), all_of(match.itself, doubt))
