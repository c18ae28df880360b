"""Budgets of portfolios and products: whether they exist, and which of them watch what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from catalog.aws.calls import aws_call
from catalog.aws.session import AwsSession
from catalog.errors import AwsCallError, AwsError
from catalog.plan.changes import AssociateBudgetWithResource, Change

MAKE_IT = (
    "Make it in AWS Budgets (Billing and Cost Management console, or `aws budgets create-budget`): publish does not."
)


@dataclass(frozen=True, slots=True)
class Budgets:
    """What planning and applying need."""

    session: AwsSession

    def exists(self, name: str) -> bool:
        """Whether the account has a budget; taken for granted when the caller may not ask (budgets:ViewBudget).

        Nor is it an obstacle that AWS Budgets, which has one endpoint for a whole partition, cannot be reached from
        here: AWS itself will say.
        """
        try:
            with aws_call("DescribeBudget"):
                self.session.client("budgets").describe_budget(AccountId=self.session.identity.account, BudgetName=name)
        except AwsCallError as error:
            if error.code == "NotFoundException":
                return False
            if error.code not in ("AccessDenied", "AccessDeniedException"):
                raise
        except AwsError:
            return True
        return True

    def associate(self, resource_id: str, name: str) -> None:
        """Let a budget watch a portfolio or product; that it does so already is fine."""
        try:
            with aws_call("AssociateBudgetWithResource"):
                self.session.servicecatalog.associate_budget_with_resource(ResourceId=resource_id, BudgetName=name)
        except AwsCallError as error:
            if error.code == "ResourceNotFoundException":
                error.hint = f"Is there a budget {name!r} in this account? {MAKE_IT}"
            if error.code != "DuplicateResourceException":
                raise

    def disassociate(self, resource_id: str, name: str) -> None:
        """Take a budget off a portfolio or product; the budget itself may be gone by then."""
        with aws_call("DisassociateBudgetFromResource"):
            self.session.servicecatalog.disassociate_budget_from_resource(ResourceId=resource_id, BudgetName=name)


def budget_blockers(found: Sequence[Change], session: AwsSession) -> Iterator[str]:
    """What must be done before budgets can be associated: one DescribeBudget for each budget that is new somewhere."""
    names = {one.budget for one in found if isinstance(one, AssociateBudgetWithResource)}
    for name in sorted(names):
        if not Budgets(session).exists(name):
            yield f"Account {session.identity.account} has no budget {name!r}. {MAKE_IT}"
