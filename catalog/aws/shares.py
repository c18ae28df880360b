"""Shares of portfolios: read, made, changed and taken back, one action at a time, none believed before it is seen.

AWS works on one portfolio share action per account and Region at a time and refuses a second one
(awslabs/landing-zone-accelerator-on-aws issue 893). An action on a node of the organization goes on after its call has
been answered, and may fail for some of the accounts; such a share is not usable there until it is deleted and made
again (hashicorp/terraform-provider-aws pull request 24730).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from catalog.aws.calls import aws_call
from catalog.aws.handlers import Executor, handles
from catalog.aws.kinds import blocks
from catalog.aws.observation import Observation
from catalog.aws.reader import Reader, pages
from catalog.aws.session import AwsSession
from catalog.aws.waits import Patience, retry_call, wait_for
from catalog.errors import AwsCallError, AwsError
from catalog.model.share import UNKNOWN_ACCESS, PortfolioShare, ShareType
from catalog.plan.changes import Change
from catalog.plan.kinds.share import (
    CreatePortfolioShare,
    DeletePortfolioShare,
    NarrowPortfolioShare,
    UpdatePortfolioShare,
    sharing_blockers,
)

if TYPE_CHECKING:
    from mypy_boto3_servicecatalog import ServiceCatalogClient

SHARING = Patience(900, first_pause=0.05, longest_pause=5)
"""An action on a whole organization: its accounts are worked on one after the other."""
ATTEMPTS = 3
"""How often a share that is broken is made."""
REST = 15.0
"""Seconds before a broken share is made again (Terraform's provider waits as long between two shares)."""

BUSY = "portfolio share action"
"""In "Cannot process more than one portfolio share action at the same time. Try again later."."""
THROTTLED = ("ThrottlingException", "Throttling", "TooManyRequestsException", "RequestLimitExceeded")
DONE = ("COMPLETED", "COMPLETED_WITH_ERRORS", "ERROR")
HAS_IT_ALREADY = "DuplicateResourceException"
"""A share error that is none: the account has the portfolio through another share (awslabs/aws-service-catalog-puppet,
share_portfolio_via_orgs_task.py)."""
NO_NODES = ("ResourceNotFoundException", "OperationNotSupportedException")
"""GetAWSOrganizationsAccessStatus of an account without an organization, or that may not administer its shares."""

_in_flight: dict[tuple[str, str], threading.Lock] = {}


@dataclass(frozen=True, slots=True)
class ShareError:
    """What went wrong for some accounts (ShareErrors of DescribePortfolioShareStatus)."""

    accounts: tuple[str, ...]
    error: str
    message: str

    def __str__(self) -> str:
        who = ", ".join(self.accounts) or "all accounts"
        return f"{who}: {self.error}: {self.message}"


def organizations_access(session: AwsSession) -> str:
    """AccessStatus of Service Catalog to the organization; empty when the account cannot share with its nodes.

    Asked once an account: without nodes there is one type of share to list in each portfolio, not four.
    """
    try:
        with aws_call("GetAWSOrganizationsAccessStatus"):
            return str(session.servicecatalog.get_aws_organizations_access_status().get("AccessStatus", "DISABLED"))
    except AwsCallError as error:
        if error.code in NO_NODES:
            return ""
        if error.code.startswith("AccessDenied"):
            return UNKNOWN_ACCESS
        raise


def listed_shares(session: AwsSession, portfolio_id: str, kind: ShareType) -> Iterator[Mapping[str, Any]]:
    """PortfolioShareDetails of one type."""
    describe = session.servicecatalog.describe_portfolio_shares
    return pages(
        "DescribePortfolioShares",
        describe,
        "PortfolioShareDetails",
        PortfolioId=portfolio_id,
        Type=kind.value,
        PageSize=100,
    )


def share_of(detail: Mapping[str, Any]) -> PortfolioShare:
    """A share as DescribePortfolioShares answers it: PrincipalId is a bare id, never compared by its parts."""
    return PortfolioShare(
        ShareType(detail["Type"]),
        detail["PrincipalId"].rpartition("/")[2],
        detail.get("ShareTagOptions", False),
        detail.get("SharePrincipals", False),
    )


@dataclass(frozen=True, slots=True)
class Sharing:
    """Writes of shares; each returns when the share is seen to be as it was asked for."""

    session: AwsSession
    reader: Reader
    patience: Patience = SHARING

    @property
    def client(self) -> ServiceCatalogClient:
        """The Service Catalog client."""
        return self.session.servicecatalog

    def rest(self, attempt: int) -> None:
        """Let AWS come to rest before another attempt; the sandbox needs none."""
        if attempt and not self.session.is_sandbox:
            time.sleep(REST)

    def create(self, portfolio_id: str, share: PortfolioShare) -> None:
        """Share a portfolio; a share that is broken is deleted and made again.

        What stays broken is taken back before `AwsError` names it: left in place it would be listed like any other,
        and the next plan would find nothing to do.
        """
        target = where(portfolio_id, share)
        with self.alone():
            for attempt in range(ATTEMPTS):
                self.rest(attempt)
                errors = self.act(
                    "CreatePortfolioShare", partial(self.client.create_portfolio_share, **target, **flags(share))
                )
                if not errors:
                    break
                self.remove(portfolio_id, share)
            else:
                raise broken(portfolio_id, share, errors, f"in {ATTEMPTS} attempts; the share was taken back")
            if self.seen(portfolio_id, share) != share:  # it was there before, which AWS does not tell
                self.change(portfolio_id, share)

    def update(self, portfolio_id: str, share: PortfolioShare) -> None:
        """Change a share's flags; `AwsError` names the accounts for which it failed, again and again."""
        with self.alone():
            self.change(portfolio_id, share)

    def delete(self, portfolio_id: str, share: PortfolioShare) -> None:
        """No longer share a portfolio, and see that it is gone."""
        with self.alone():
            self.remove(portfolio_id, share)

    def alone(self) -> threading.Lock:
        """Held during an action: several portfolios may be published side by side to one account and Region."""
        return _in_flight.setdefault((self.session.identity.account, self.session.region), threading.Lock())

    def change(self, portfolio_id: str, share: PortfolioShare) -> None:
        """UpdatePortfolioShare until it has no errors, and the flags are seen to be as they shall be.

        When it keeps failing the old flags are put back, or the next plan would find nothing to do.
        """
        target = where(portfolio_id, share)
        old = self.find(portfolio_id, share)
        for attempt in range(ATTEMPTS):
            self.rest(attempt)
            errors = self.act(
                "UpdatePortfolioShare", partial(self.client.update_portfolio_share, **target, **flags(share))
            )
            if not errors:
                break
        else:
            if old:
                self.act("UpdatePortfolioShare", partial(self.client.update_portfolio_share, **target, **flags(old)))
            raise broken(portfolio_id, share, errors, f"in {ATTEMPTS} attempts; the share was put back as it was")
        wait_for(
            f"portfolio {portfolio_id} shared with {share.target} as declared",
            lambda: self.find(portfolio_id, share) == share or None,
            self.patience,
        )

    def remove(self, portfolio_id: str, share: PortfolioShare) -> None:
        """DeletePortfolioShare; that it was not found counts only once the listing does not have it either."""
        target = where(portfolio_id, share)
        try:
            errors = self.act("DeletePortfolioShare", partial(self.client.delete_portfolio_share, **target))
        except AwsCallError as error:
            if error.code != "ResourceNotFoundException" or self.find(portfolio_id, share) is not None:
                raise
            return
        if errors:
            raise broken(portfolio_id, share, errors, "while the share was deleted: they may still have the portfolio")
        wait_for(
            f"portfolio {portfolio_id} no longer shared with {share.target}",
            lambda: self.find(portfolio_id, share) is None or None,
            self.patience,
        )

    def act(self, operation: str, call: Callable[[], Any]) -> tuple[ShareError, ...]:
        """Start an action as soon as no other one is in flight, and wait for its end; its errors."""

        def started() -> str:
            with aws_call(operation):
                return str(call().get("PortfolioShareToken") or "")

        token = retry_call(operation, started, passes, self.patience)
        return self.outcome(token) if token else ()  # from account to account there is nothing to wait for

    def outcome(self, token: str) -> tuple[ShareError, ...]:
        """The errors of an action on a node of the organization, once it has ended."""

        def described() -> dict[str, Any]:
            with aws_call("DescribePortfolioShareStatus"):
                return dict(self.client.describe_portfolio_share_status(PortfolioShareToken=token))

        def ended() -> dict[str, Any] | None:
            answer = self.reader.if_exists(described)
            return answer if answer is not None and answer.get("Status") in DONE else None

        answer = wait_for(f"portfolio share {token}", ended, self.patience)
        return errors_of(answer)

    def find(self, portfolio_id: str, share: PortfolioShare) -> PortfolioShare | None:
        """The share of the same type and id, as AWS has it."""
        for detail in listed_shares(self.session, portfolio_id, share.type):
            listed = share_of(detail)
            if listed.key == share.key:
                return listed
        return None

    def seen(self, portfolio_id: str, share: PortfolioShare) -> PortfolioShare:
        """The share, once AWS lists it."""
        return wait_for(
            f"portfolio {portfolio_id} shared with {share.target}",
            lambda: self.find(portfolio_id, share),
            self.patience,
        )


def passes(error: AwsCallError) -> bool:
    """Whether an error on a share is one of a moment: another action is in flight, or too many calls were made."""
    busy = error.code == "InvalidStateException" and (BUSY in error.text or error.operation == "UpdatePortfolioShare")
    return busy or error.code in THROTTLED


def where(portfolio_id: str, share: PortfolioShare) -> dict[str, Any]:
    """The portfolio and the other side of a share, as the calls take them."""
    node = share.type.node_type
    other = {"OrganizationNode": {"Type": node, "Value": share.id}} if node else {"AccountId": share.id}
    return {"PortfolioId": portfolio_id, **other}


def flags(share: PortfolioShare) -> dict[str, Any]:
    """What is shared with it; principals are named only where AWS supports them."""
    principals = {"SharePrincipals": share.share_principals} if share.type.takes_principals else {}
    return {"ShareTagOptions": share.share_tag_options, **principals}


def errors_of(answer: Mapping[str, Any]) -> tuple[ShareError, ...]:
    """ShareErrors without those of accounts that have the portfolio already; an error without any is one too."""
    details = answer.get("ShareDetails", {}).get("ShareErrors", [])
    errors = tuple(
        ShareError(tuple(each.get("Accounts", [])), each.get("Error", ""), each.get("Message", "")) for each in details
    )
    if answer["Status"] == "ERROR" and not errors:
        return (ShareError((), "ERROR", "AWS gives no reason"),)
    return tuple(each for each in errors if each.error != HAS_IT_ALREADY)


def broken(portfolio_id: str, share: PortfolioShare, errors: Sequence[ShareError], when: str) -> AwsError:
    """The error for a share that AWS could not carry out."""
    reasons = "; ".join(str(error) for error in errors)
    return AwsError(
        f"portfolio {portfolio_id}, share with {share.target}: failed for {reasons} ({when})",
        hint="Run the same command again later. What is not of a moment must be cured in those accounts first.",
    )


def sharing(executor: Executor) -> Sharing:
    """Writes of shares in the account and Region that is published to."""
    return Sharing(executor.session, executor.writer.reader)


@blocks
def _(changes: Sequence[Change], observed: Observation, session: AwsSession) -> Iterator[str]:
    return sharing_blockers(changes, observed.organizations_access, session.identity.account)


@handles(CreatePortfolioShare)
def _(executor: Executor, change: CreatePortfolioShare) -> None:
    sharing(executor).create(executor.portfolio_id(change.portfolio), change.share)


@handles(UpdatePortfolioShare, NarrowPortfolioShare)
def _(executor: Executor, change: UpdatePortfolioShare) -> None:
    sharing(executor).update(executor.portfolio_id(change.portfolio), change.share)


@handles(DeletePortfolioShare)
def _(executor: Executor, change: DeletePortfolioShare) -> None:
    sharing(executor).delete(executor.portfolio_id(change.portfolio), change.share)
