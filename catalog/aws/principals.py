"""Principals, who may launch from a portfolio: associated and removed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from catalog.aws.calls import aws_call
from catalog.aws.handlers import Executor, handles
from catalog.aws.reader import Reader
from catalog.aws.session import AwsSession
from catalog.aws.waits import code_is, retry_call, unless_gone, wait_for
from catalog.aws.writer import ROLE_UNKNOWN, Writer
from catalog.errors import AwsCallError
from catalog.model.portfolio import Principal
from catalog.plan.kinds.principal import AssociatePrincipalWithPortfolio, DisassociatePrincipalFromPortfolio


def listed_principals(reader: Reader, portfolio_id: str) -> Iterator[tuple[str, str]]:
    """(type, ARN) of each principal of a portfolio."""
    return ((item["PrincipalType"], item["PrincipalARN"]) for item in reader.principals(portfolio_id))


def associate_principal(writer: Writer, portfolio_id: str, principal: Principal) -> None:
    """Allow a principal to launch from a portfolio; retry while a new role is not visible everywhere."""

    def call() -> None:
        with aws_call("AssociatePrincipalWithPortfolio"):
            writer.session.servicecatalog.associate_principal_with_portfolio(
                PortfolioId=portfolio_id, PrincipalARN=principal.arn, PrincipalType=principal.type.value
            )

    retry_call("AssociatePrincipalWithPortfolio", call, code_is((), ROLE_UNKNOWN), writer.propagation)


def disassociate_principal(writer: Writer, portfolio_id: str, principal: Principal) -> None:
    """Remove a principal from a portfolio and wait until it is no longer listed.

    The type must be sent, or AWS does not find a pattern. AWS may report ResourceNotFoundException for a principal that
    is still listed (terraform #32229): then it is an error.
    """

    def listed() -> bool:
        wanted = (principal.type.value, principal.arn)
        return unless_gone(lambda: wanted in listed_principals(writer.reader, portfolio_id), otherwise=False)

    try:
        with aws_call("DisassociatePrincipalFromPortfolio"):
            writer.session.servicecatalog.disassociate_principal_from_portfolio(
                PortfolioId=portfolio_id, PrincipalARN=principal.arn, PrincipalType=principal.type.value
            )
    except AwsCallError as error:
        if error.code != "ResourceNotFoundException" or listed():
            raise
    wait_for(
        f"removal of principal {principal.arn} from portfolio {portfolio_id}",
        lambda: None if listed() else True,
        writer.propagation,
    )


@dataclass(slots=True)
class AccountIdentities:
    """The roles, users and groups of the account, listed at most once each."""

    session: AwsSession
    listed: dict[str, frozenset[str] | None] = field(default_factory=dict)

    def names(self, kind: str) -> frozenset[str] | None:
        """Path and name of each `role`, `user` or `group`; None if the caller may not list them."""
        if kind not in self.listed:
            self.listed[kind] = self.read(kind)
        return self.listed[kind]

    def read(self, kind: str) -> frozenset[str] | None:
        """List them with all pages."""
        member = f"{kind.capitalize()}s"
        try:
            with aws_call(f"List{member}"):
                pages = list(self.session.client("iam").get_paginator(f"list_{kind}s").paginate())
        except AwsCallError as error:
            if error.code not in ("AccessDenied", "AccessDeniedException"):
                raise
            return None
        arns = [item["Arn"] for page in pages for item in page[member]]
        return frozenset(arn.partition(f":{kind}/")[2] for arn in arns)


@handles(AssociatePrincipalWithPortfolio)
def _(executor: Executor, change: AssociatePrincipalWithPortfolio) -> None:
    portfolio_id, principal = executor.portfolio_id(change.portfolio), change.principal
    if change.again:
        disassociate_principal(executor.writer, portfolio_id, principal)
    associate_principal(executor.writer, portfolio_id, principal)
    executor.settling.expect(
        change,
        (principal.type.value, principal.arn),
        lambda: listed_principals(executor.writer.reader, portfolio_id),
    )


@handles(DisassociatePrincipalFromPortfolio)
def _(executor: Executor, change: DisassociatePrincipalFromPortfolio) -> None:
    disassociate_principal(executor.writer, executor.portfolio_id(change.portfolio), change.principal)
