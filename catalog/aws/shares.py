"""Shares of portfolios: read, created, updated and deleted, one action at a time, each confirmed by reading the result.

AWS performs one portfolio share action at a time in an account and Region, and refuses a second one
(awslabs/landing-zone-accelerator-on-aws issue 893). An action on a node of the organization continues after the call
has returned, and may fail for some of the accounts. The share is not usable there until it is deleted and created again
(hashicorp/terraform-provider-aws pull request 24730).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from catalog.aws.answers import kind_of, untyped
from catalog.aws.calls import aws_call
from catalog.aws.handlers import Executor, handles
from catalog.aws.kinds import blocks
from catalog.aws.observation import Observation
from catalog.aws.reader import Reader, pages
from catalog.aws.session import AwsSession
from catalog.aws.waits import Patience, retry_call, unless_gone, wait_for
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
from catalog.stopping import STOP

if TYPE_CHECKING:
    from mypy_boto3_servicecatalog import ServiceCatalogClient

SHARING = Patience(900, first_pause=0.05, longest_pause=5)
"""An action on a whole organization, whose accounts AWS processes one after the other."""
ATTEMPTS = 3
"""How often an action on a share is tried while it fails for some accounts."""
PAUSE = 15.0
"""Seconds before such an action is tried again (Terraform's provider waits as long between two shares)."""

BUSY = "portfolio share action"
"""Part of "Cannot process more than one portfolio share action at the same time. Try again later."."""
THROTTLED = ("ThrottlingException", "Throttling", "TooManyRequestsException", "RequestLimitExceeded")
DONE = ("COMPLETED", "COMPLETED_WITH_ERRORS", "ERROR")
SHARED_OTHERWISE = "DuplicateResourceException"
"""A share error that can be ignored: the account has the portfolio through another share
(awslabs/aws-service-catalog-puppet, share_portfolio_via_orgs_task.py)."""
NO_NODES = ("ResourceNotFoundException", "OperationNotSupportedException")
"""Errors of GetAWSOrganizationsAccessStatus when the account has no organization, or may not administer its shares."""

_in_flight: dict[tuple[str, str], threading.Lock] = {}


@dataclass(frozen=True, slots=True)
class ShareError:
    """An error of a share for some accounts (ShareErrors of DescribePortfolioShareStatus)."""

    accounts: tuple[str, ...]
    error: str
    message: str

    def __str__(self) -> str:
        accounts = ", ".join(self.accounts) or "all accounts"
        return f"{accounts}: {self.error}: {self.message}"


def organizations_access(session: AwsSession) -> str:
    """AccessStatus of Service Catalog to the organization; empty when the account cannot share with its nodes.

    Read once per account. Without nodes, each portfolio has one type of share to list instead of four.
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
    """From a PortfolioShareDetail. PrincipalId is a bare id; of an ARN, the last part would be the id."""
    return PortfolioShare(
        kind_of(ShareType, detail, "Type"),
        detail["PrincipalId"].rpartition("/")[2],
        detail.get("ShareTagOptions", False),
        detail.get("SharePrincipals", False),
    )


@dataclass(frozen=True, slots=True)
class Sharing:
    """Writes of shares. Each method returns when AWS lists the share as requested."""

    session: AwsSession
    reader: Reader
    patience: Patience = SHARING

    @property
    def client(self) -> ServiceCatalogClient:
        """The Service Catalog client."""
        return self.session.servicecatalog

    def pause(self, attempt: int) -> None:
        """Pause before all attempts but the first (0). The sandbox needs no pause."""
        if attempt and not self.session.is_sandbox:
            STOP.pause(PAUSE)

    def create(self, portfolio_id: str, share: PortfolioShare) -> None:
        """Share a portfolio. A share that fails for some accounts is deleted and created again.

        If it still fails, the share is deleted before `AwsError` is raised: otherwise AWS would list it like any other
        share, and the next plan would have no changes.
        """
        target = share_target(portfolio_id, share)
        with self.alone():
            for attempt in range(ATTEMPTS):
                self.pause(attempt)
                errors = self.act(
                    "CreatePortfolioShare", partial(self.client.create_portfolio_share, **target, **flags(share))
                )
                if not errors:
                    break
                self.remove(portfolio_id, share)
            else:
                raise failed_share(portfolio_id, share, errors, f"in {ATTEMPTS} attempts; the share was deleted")
            if self.wait_listed(portfolio_id, share) != share:  # it existed before: AWS reports no error for that
                self.change(portfolio_id, share)

    def update(self, portfolio_id: str, share: PortfolioShare) -> None:
        """Change a share's flags. `AwsError` names the accounts for which all attempts failed."""
        with self.alone():
            self.change(portfolio_id, share)

    def delete(self, portfolio_id: str, share: PortfolioShare) -> None:
        """Delete a share and wait until it is no longer listed."""
        with self.alone():
            self.remove(portfolio_id, share)

    def alone(self) -> threading.Lock:
        """The lock to hold during an action: several threads may share portfolios of one account and Region."""
        return _in_flight.setdefault((self.session.identity.account, self.session.region), threading.Lock())

    def change(self, portfolio_id: str, share: PortfolioShare) -> None:
        """UpdatePortfolioShare until it has no errors, then wait until AWS lists the flags as requested.

        If all attempts fail, the old flags are restored: otherwise the next plan would have no changes.
        """
        target = share_target(portfolio_id, share)
        old = self.find(portfolio_id, share)
        for attempt in range(ATTEMPTS):
            self.pause(attempt)
            errors = self.act(
                "UpdatePortfolioShare", partial(self.client.update_portfolio_share, **target, **flags(share))
            )
            if not errors:
                break
        else:
            if old:
                self.act("UpdatePortfolioShare", partial(self.client.update_portfolio_share, **target, **flags(old)))
            raise failed_share(portfolio_id, share, errors, f"in {ATTEMPTS} attempts; its old flags were restored")
        wait_for(
            f"update of portfolio {portfolio_id}, share with {share.target}",
            lambda: self.find(portfolio_id, share) == share or None,
            self.patience,
        )

    def remove(self, portfolio_id: str, share: PortfolioShare) -> None:
        """DeletePortfolioShare. ResourceNotFoundException is an error only while the share is still listed."""
        target = share_target(portfolio_id, share)
        try:
            errors = self.act("DeletePortfolioShare", partial(self.client.delete_portfolio_share, **target))
        except AwsCallError as error:
            gone = error.code == "ResourceNotFoundException"
            if not gone or unless_gone(lambda: self.find(portfolio_id, share), otherwise=None) is not None:
                raise
            return
        if errors:
            raise failed_share(
                portfolio_id, share, errors, "while the share was deleted: these accounts may still have the portfolio"
            )
        wait_for(
            f"deletion of portfolio {portfolio_id}, share with {share.target}",
            lambda: self.find(portfolio_id, share) is None or None,
            self.patience,
        )

    def act(self, operation: str, call: Callable[[], Any]) -> tuple[ShareError, ...]:
        """Start an action as soon as no other action is in flight, wait until it ends, and return its errors."""

        def started() -> str:
            with aws_call(operation):
                return str(call().get("PortfolioShareToken") or "")

        token = retry_call(operation, started, is_transient, self.patience)
        return self.outcome(token) if token else ()  # an action on an account has no token: it ends with its call

    def outcome(self, token: str) -> tuple[ShareError, ...]:
        """Wait until an action on a node of the organization ends, and return its errors."""

        def described() -> dict[str, Any]:
            with aws_call("DescribePortfolioShareStatus"):
                return untyped(self.client.describe_portfolio_share_status(PortfolioShareToken=token))

        def ended() -> dict[str, Any] | None:
            answer = self.reader.if_exists(described)
            return answer if answer is not None and answer.get("Status") in DONE else None

        answer = wait_for(f"portfolio share {token}", ended, self.patience)
        return errors_of(answer)

    def find(self, portfolio_id: str, share: PortfolioShare) -> PortfolioShare | None:
        """The share with the same type and id, as AWS lists it; None when it is not listed."""
        for detail in listed_shares(self.session, portfolio_id, share.type):
            listed = share_of(detail)
            if listed.key == share.key:
                return listed
        return None

    def wait_listed(self, portfolio_id: str, share: PortfolioShare) -> PortfolioShare:
        """Wait until AWS lists the share, and return it."""
        return wait_for(
            f"creation of portfolio {portfolio_id}, share with {share.target}",
            lambda: self.find(portfolio_id, share),
            self.patience,
        )


def is_transient(error: AwsCallError) -> bool:
    """Whether the same call can succeed later: another action is in flight, or AWS throttles."""
    busy = error.code == "InvalidStateException" and (BUSY in error.text or error.operation == "UpdatePortfolioShare")
    return busy or error.code in THROTTLED


def share_target(portfolio_id: str, share: PortfolioShare) -> dict[str, Any]:
    """The arguments that identify a share: the portfolio, and the account or node."""
    node = share.type.node_type
    recipient = {"OrganizationNode": {"Type": node, "Value": share.id}} if node else {"AccountId": share.id}
    return {"PortfolioId": portfolio_id, **recipient}


def flags(share: PortfolioShare) -> dict[str, Any]:
    """The arguments for TagOptions and principals. SharePrincipals is omitted for types that do not support it."""
    principals = {"SharePrincipals": share.share_principals} if share.type.takes_principals else {}
    return {"ShareTagOptions": share.share_tag_options, **principals}


def errors_of(answer: Mapping[str, Any]) -> tuple[ShareError, ...]:
    """ShareErrors, without those of accounts that have the portfolio through another share.

    Status ERROR without any ShareErrors is an error for all accounts.
    """
    details = answer.get("ShareDetails", {}).get("ShareErrors", [])
    errors = tuple(
        ShareError(tuple(detail.get("Accounts", [])), detail.get("Error", ""), detail.get("Message", ""))
        for detail in details
    )
    if answer["Status"] == "ERROR" and not errors:
        return (ShareError((), "ERROR", "AWS gives no reason"),)
    return tuple(error for error in errors if error.error != SHARED_OTHERWISE)


def failed_share(portfolio_id: str, share: PortfolioShare, errors: Sequence[ShareError], outcome: str) -> AwsError:
    """The error for an action on a share that failed for some accounts."""
    reasons = "; ".join(str(error) for error in errors)
    return AwsError(
        f"portfolio {portfolio_id}, share with {share.target}: failed for {reasons} ({outcome})",
        hint="Run the same command again later. If it fails again, fix the cause in those accounts first.",
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
