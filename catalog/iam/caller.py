"""Callers, and whether a Principal or NotPrincipal element matches them.

Source: IAM user guide, "AWS JSON policy elements: Principal" and "NotPrincipal". A role represents all its sessions: if
a principal names one session, a condition on the session's name remains.
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
    """The kinds of callers."""

    ROLE = "role"
    USER = "user"
    ROOT = "root"
    SERVICE = "service"
    FEDERATED = "federated"
    CANONICAL = "canonical user"
    ANONYMOUS = "anonymous"


OF_KIND = {"Service": CallerKind.SERVICE, "Federated": CallerKind.FEDERATED, "CanonicalUser": CallerKind.CANONICAL}
"""Type of principal → the only kind of caller that it can match."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A principal, or a representative of the principals that the policy does not name: then `name` is empty."""

    kind: CallerKind
    account: str = ""
    """The account of the caller; empty for services and callers without an account."""
    name: str = ""
    """The ARN of a role or user, the name of a service, the ARN or URL of an identity provider, a canonical id."""

    @property
    def has_iam(self) -> bool:
        """Whether IAM policies can be attached to the caller."""
        return self.kind in (CallerKind.ROLE, CallerKind.USER)

    @property
    def is_signed(self) -> bool:
        """Whether the request is signed, so that AWS knows the caller."""
        return self.kind is not CallerKind.ANONYMOUS


@dataclass(frozen=True, slots=True)
class PrincipalMatch:
    """Whether a Principal element matches a caller: the caller itself, or its account."""

    itself: Formula = False
    account: Formula = False

    @property
    def either(self) -> Formula:
        """Whether it matches the caller in one way or the other, which is enough for a Deny."""
        return any_of(self.itself, self.account)


def match_principals(principals: Iterable[tuple[str, str]], caller: Caller) -> PrincipalMatch:
    """Whether any of these (type, value) principals matches the caller."""
    itself: list[Formula] = []
    account: list[Formula] = []
    for kind, value in dict.fromkeys(principals):
        match = _match_principal(kind, value, caller)
        itself.append(match.itself)
        account.append(match.account)
    return PrincipalMatch(any_of(*itself, False), any_of(*account, False))


def _match_principal(kind: str, value: str, caller: Caller) -> PrincipalMatch:
    if kind not in KINDS:
        return PrincipalMatch(
            Unknown(f"principal {readable(value)} cannot be read" if kind == "?" else f"principal type {kind}")
        )
    if value == "*" and kind in ("*", "AWS"):
        return PrincipalMatch(True)  # both forms match all callers, including anonymous ones and services
    if kind == "AWS":
        return _match_aws(value, caller)
    if value == "*" and caller.kind is OF_KIND.get(kind):
        return PrincipalMatch(Unknown(f"whether {kind} * matches all of them"))
    if kind == "CanonicalUser" and caller.kind in (CallerKind.ROLE, CallerKind.USER, CallerKind.ROOT):
        doubt = Unknown(f"canonical user {readable(value)} may be the caller's account")
        return PrincipalMatch(itself=doubt) if caller.kind is CallerKind.ROOT else PrincipalMatch(account=doubt)
    return PrincipalMatch(OF_KIND.get(kind) is caller.kind and _same(value, caller.name))


def _match_aws(value: str, caller: Caller) -> PrincipalMatch:
    if caller.kind not in (CallerKind.ROLE, CallerKind.USER, CallerKind.ROOT):
        return PrincipalMatch()
    if value == caller.name:
        return PrincipalMatch(True)
    if UNIQUE_ID.fullmatch(value):
        return PrincipalMatch(
            Unknown(f"principal {value} is a unique id: only IAM knows whose") if caller.name else False
        )
    if whole := ACCOUNT.fullmatch(value):
        same = _same(whole["account"] or whole["id"], caller.account)
        return PrincipalMatch(itself=same) if caller.kind is CallerKind.ROOT else PrincipalMatch(account=same)
    if session := SESSION.fullmatch(value):
        return PrincipalMatch(_session(session, caller))
    if caller.kind is CallerKind.ROOT or not caller.name:
        return PrincipalMatch()
    return PrincipalMatch(_same(value, caller.name))


def _same(value: str, name: str) -> Formula:
    """Whether a principal is `name`; a principal has no wildcards inside."""
    if not name:
        return False
    outcome = compare(as_pattern(value).replace("*", "[*]").replace("?", "[?]"), name)
    if outcome in (Match.YES, Match.NO):
        return outcome is Match.YES
    return Unknown(f"whether principal {readable(value)} is {readable(name)}")


def _session(session: re.Match[str], caller: Caller) -> Formula:
    """Whether it is a session of the caller's role, under a condition on its name; its ARN lacks the role's path."""
    if caller.kind is not CallerKind.ROLE or not caller.name or caller.name.rsplit("/", 1)[-1] != session["role"]:
        return False
    if caller.account != session["account"]:
        return False
    name = session["session"]
    return Atom("the session's name", f"is {name}", f"is not {name}", frozenset({KeyState.MATCH}), PRESENT)


def excepted(principals: tuple[tuple[str, str], ...], caller: Caller) -> Formula:
    """Whether the NotPrincipal of a Deny excepts the caller.

    From the guide: AWS may check the account first, then the role, and finally the session, and deny those that
    NotPrincipal does not name. So NotPrincipal must name a user and its account; for a role, also the session. If it
    names only the account, it excepts the account's root user.
    """
    match = match_principals(principals, caller)
    if match.itself is False or caller.kind not in (CallerKind.ROLE, CallerKind.USER):
        return match.itself
    if any(value == "*" for _, value in principals):
        return match.itself
    doubt = Unknown("NotPrincipal names the caller without its account: AWS may deny the whole account")
    named: Formula = match.itself
    if caller.kind is CallerKind.ROLE:
        sessions = [(kind, value) for kind, value in principals if SESSION.fullmatch(value)]
        role = match_principals((principal for principal in principals if principal not in sessions), caller).itself
        named = all_of(role, match_principals(sessions, caller).itself)
        if match.account is True:
            doubt = Unknown("NotPrincipal does not name both the role and its session: AWS may deny the session")
    return any_of(all_of(named, match.account), all_of(match.itself, doubt))
