"""The principals of the matrix: those that a policy names, and classes that represent all others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass

from catalog.access.request_keys import LIMITS
from catalog.cfn import Pseudo
from catalog.cfn.template import ParameterValues
from catalog.iam import Caller, CallerKind, Context, Policy, Some, symbol
from catalog.iam.caller import ACCOUNT, SESSION
from catalog.iam.context import Value
from catalog.iam.matching import has_symbol, readable

PRINCIPAL = re.compile(r"arn:[^:]+:iam::(?P<account>[^:]+):(?P<kind>role|user)/(?P<name>.+)")
ELSEWHERE = "another account"
"""In place of the id of an account that no policy names."""


@dataclass(frozen=True, slots=True)
class PrincipalClass:
    """A principal that the policy names, or a class of principals that it treats alike."""

    label: str
    caller: Caller
    iam: bool = False
    """Whether their IAM policies allow every action of the service on every resource."""
    like: str = ""
    """The label of the class that the principal belongs to where a policy does not name it."""


@dataclass(frozen=True, slots=True)
class PrincipalClasses:
    """The principals of the matrix of one policy, with their labels."""

    policy: Policy
    service: str
    values: ParameterValues
    pseudo: Pseudo

    @property
    def with_iam(self) -> str:
        """The suffix of a label for principals whose IAM policies allow all actions of the service."""
        return f", with IAM {self.service}:*"

    def named(self) -> Iterator[PrincipalClass]:
        """Each principal that the policy names; roles and users twice, without and with IAM policies."""
        principals = self.principals()
        callers = dict.fromkeys(caller for caller in map(self.iam_caller, principals) if caller)
        others = {value for kind, value in principals if kind != "AWS"}
        short = shortened([caller.name for caller in callers if caller.name], {ANONYMOUS, *others})
        for caller in callers:
            yield from self.twice(self.label(caller, short), caller)
        for kind, value in principals:
            if kind == "CanonicalUser":
                caller = Caller(CallerKind.CANONICAL, value, value)
                yield PrincipalClass(f"canonical user {readable(value)}{self.with_iam}", caller, iam=True)
            elif kind in ("Service", "Federated") and value != "*":
                caller = Caller(CallerKind.SERVICE if kind == "Service" else CallerKind.FEDERATED, "", value)
                yield PrincipalClass(self.label(caller, {}), caller, like=OTHER[caller.kind])

    def unnamed(self) -> Iterator[PrincipalClass]:
        """The classes of principals that no statement names."""
        own = self.pseudo.account_id
        for caller in (Caller(CallerKind.ROLE, own), Caller(CallerKind.ROLE, ELSEWHERE)):
            yield from self.twice(OTHER_ROLE if caller.account == own else OTHER_ACCOUNT, caller)
        yield PrincipalClass("the account's root user", Caller(CallerKind.ROOT, own))
        yield PrincipalClass(OTHER[CallerKind.SERVICE], Caller(CallerKind.SERVICE))
        if any(kind == "Federated" for kind, _ in self.principals()):
            yield PrincipalClass(OTHER[CallerKind.FEDERATED], Caller(CallerKind.FEDERATED))
        yield PrincipalClass(ANONYMOUS, Caller(CallerKind.ANONYMOUS))

    def twice(self, label: str, caller: Caller) -> Iterator[PrincipalClass]:
        """A principal without and with IAM policies."""
        like = "" if label in (OTHER_ROLE, OTHER_ACCOUNT) else self.like(caller)
        yield PrincipalClass(label, caller, like=like)
        yield PrincipalClass(label + self.with_iam, caller, iam=True, like=like and like + self.with_iam)

    def like(self, caller: Caller) -> str:
        """The class of an IAM principal that is not named."""
        return OTHER_ROLE if caller.account == self.pseudo.account_id else OTHER_ACCOUNT

    def principals(self) -> tuple[tuple[str, str], ...]:
        """(type, value) of all principals in the policy, in order, without repeats."""
        return tuple(
            dict.fromkeys(
                principal
                for statement in self.policy.statements
                for element in (statement.principals, statement.not_principals)
                for principal in element or ()
            )
        )

    def iam_caller(self, principal: tuple[str, str]) -> Caller | None:
        """The caller of a (type, value) principal: a role, a user, or another account as a whole."""
        kind, value = principal
        if kind != "AWS" or value == "*":
            return None
        if whole := ACCOUNT.fullmatch(value):
            account = whole["account"] or whole["id"]
            return None if account == self.pseudo.account_id else Caller(CallerKind.ROLE, account)
        if session := SESSION.fullmatch(value):
            arn = f"{value.split(':sts:')[0]}:iam::{session['account']}:role/{session['role']}"
            return Caller(CallerKind.ROLE, session["account"], arn)
        if match := PRINCIPAL.fullmatch(value):
            return Caller(CallerKind(match["kind"]), match["account"], value)
        # A unique id, or a value that is not known yet.
        return Caller(CallerKind.ROLE, symbol(f"account of {readable(value)}"), value)

    def label(self, caller: Caller, short: Mapping[str, str]) -> str:
        """`KeyUsers: app-role`: the parameters that contain the principal, then its name."""
        if caller.kind in (CallerKind.SERVICE, CallerKind.FEDERATED):
            shown = readable(caller.name)
        elif caller.name:
            shown = readable(short.get(caller.name, caller.name))
        else:
            shown = f"account {readable(caller.account)}"
        holders = self.holders(caller)
        return f"{' and '.join(holders)}: {shown}" if holders else shown

    def holders(self, caller: Caller) -> list[str]:
        """The parameters that contain a principal."""
        accounts = {caller.account, f"arn:{self.pseudo.partition}:iam::{caller.account}:root"}
        wanted = {caller.name} if caller.name else accounts
        return [name for name, value in self.values.items() if wanted & set(members(value))]


ANONYMOUS = "anonymous"
OTHER_ROLE = "another role of the account"
OTHER_ACCOUNT = "a role of another account"
OTHER = {CallerKind.SERVICE: "another AWS service", CallerKind.FEDERATED: "another identity provider"}


def members(value: str | tuple[str, ...]) -> tuple[str, ...]:
    """The texts in a parameter's value."""
    return (value,) if isinstance(value, str) else tuple(value)


def shortened(arns: Iterable[str], taken: Set[str]) -> dict[str, str]:
    """ARN → its name without the path, or the whole ARN if the name is ambiguous."""
    last: dict[str, list[str]] = {}
    for arn in dict.fromkeys(arns):
        last.setdefault(arn.rsplit("/", 1)[-1] if arn.startswith("arn:") else arn, []).append(arn)
    single = {name for name, arns in last.items() if len(arns) == 1} - taken
    return {arn: name if name in single else arn for name, arns in last.items() for arn in arns}


def context_of(caller: Caller, pseudo: Pseudo, named_accounts: frozenset[str]) -> dict[str, Value]:
    """The condition keys whose values follow from the caller; other keys depend on the request.

    Source: IAM user guide, "AWS global condition context keys".
    """
    from_service = caller.kind is CallerKind.SERVICE
    keys: dict[str, Value] = {
        "aws:PrincipalIsAWSService": ("true" if from_service else "false",),
        "aws:ResourceAccount": (pseudo.account_id,),
        "aws:SecureTransport": Some(),
        "aws:CurrentTime": Some(),
        "aws:EpochTime": Some(),
    }
    if from_service:
        keys |= {"aws:PrincipalArn": (), "aws:PrincipalAccount": (), "aws:PrincipalOrgID": (), "aws:username": ()}
        keys["aws:PrincipalServiceName"] = (caller.name,) if caller.name else Some()
        return keys
    # Only a service sends these: they name the resource on whose behalf it acts.
    keys |= dict.fromkeys(("aws:SourceArn", "aws:SourceAccount", "aws:SourceOrgID", "aws:PrincipalServiceName"), ())
    return keys | _identity(caller, pseudo, named_accounts)


def _identity(caller: Caller, pseudo: Pseudo, named_accounts: frozenset[str]) -> dict[str, Value]:
    """The keys about the principal itself."""
    if caller.kind is CallerKind.ANONYMOUS:
        return {
            "aws:PrincipalArn": (),
            "aws:PrincipalAccount": ("anonymous",),
            "aws:PrincipalType": ("Anonymous",),
            "aws:PrincipalOrgID": (),
            "aws:username": (),
            "aws:PrincipalTag/*": (),
        }
    if caller.kind not in (CallerKind.ROLE, CallerKind.USER, CallerKind.ROOT):
        return {}
    account: Value = (caller.account,)
    if caller.account == ELSEWHERE:
        account = Some(named_accounts)
    elif has_symbol(caller.account):
        account = Some()
    kinds = {CallerKind.ROLE: "AssumedRole", CallerKind.USER: "User", CallerKind.ROOT: "Account"}
    user = caller.name.rsplit("/", 1)[-1]
    arn = f"arn:{pseudo.partition}:iam::{caller.account}:root" if caller.kind is CallerKind.ROOT else caller.name
    return {
        "aws:PrincipalArn": (arn,) if arn else Some(),
        "aws:PrincipalAccount": account,
        "kms:CallerAccount": account,
        "aws:PrincipalType": (kinds[caller.kind],),
        "aws:username": (user,) if caller.kind is CallerKind.USER and user else (),
        "aws:userid": Some(),
    }


def contexts(caller: Caller, pseudo: Pseudo, policy: Policy, service: str) -> Context:
    """The condition keys that are known for all requests of a caller."""
    accounts = {pseudo.account_id}
    for statement in policy.statements:
        for _, value in (*(statement.principals or ()), *(statement.not_principals or ())):
            parts = value.split(":")
            accounts.add(parts[4] if len(parts) > 5 else value)
    keys = context_of(caller, pseudo, frozenset(accounts))
    # STS can be called in any Region, other services only in the Region of the resource.
    region: Value = Some() if service == "sts" else (pseudo.region,)
    return Context({**keys, **LIMITS.get(service, {}), "aws:RequestedRegion": region})
