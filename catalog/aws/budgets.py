"""Budgets for the costs of portfolios and products: whether they exist, and their associations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from catalog.aws.calls import aws_call
from catalog.aws.handlers import Executor, handles
from catalog.aws.kinds import blocks, reads_governed
from catalog.aws.observation import Observation
from catalog.aws.reader import Reader
from catalog.aws.reads import read_each
from catalog.aws.session import AwsSession
from catalog.aws.waits import remove
from catalog.errors import AwsCallError, AwsError
from catalog.model.governed.budget import Budget
from catalog.plan.changes import Change
from catalog.plan.kinds.budget import AssociateBudgetWithResource, DisassociateBudgetFromResource

CREATE_IT = (
    "Create it in AWS Budgets (Billing and Cost Management console, or `aws budgets create-budget`): "
    "publish does not create budgets."
)


def budget_exists(session: AwsSession, name: str) -> bool:
    """Whether the account has a budget.

    True also when the caller lacks budgets:ViewBudget, or when the endpoint of AWS Budgets, which a partition has only
    one of, cannot be reached. If the budget does not exist, the association then fails.
    """
    try:
        with aws_call("DescribeBudget"):
            session.client("budgets").describe_budget(AccountId=session.identity.account, BudgetName=name)
    except AwsCallError as error:
        if error.code == "NotFoundException":
            return False
        if error.code not in ("AccessDenied", "AccessDeniedException"):
            raise
    except AwsError:
        return True
    return True


@reads_governed
def _(reader: Reader, resource_id: str, answer: Mapping[str, Any]) -> Iterator[Budget]:
    """Read the budgets from the description of the portfolio or product."""
    return (Budget(item["BudgetName"]) for item in answer.get("Budgets", []))


@blocks
def budget_blockers(changes: Sequence[Change], observed: Observation, session: AwsSession) -> Iterator[str]:
    """List the budgets that must be created first. One DescribeBudget for each budget in a new association."""
    names = sorted({change.budget for change in changes if isinstance(change, AssociateBudgetWithResource)})
    for name, exists in zip(names, read_each(lambda name: budget_exists(session, name), names), strict=True):
        if not exists:
            yield f"Account {session.identity.account} has no budget {name!r}. {CREATE_IT}"


@handles(AssociateBudgetWithResource)
def _(executor: Executor, change: AssociateBudgetWithResource) -> None:
    """Associate. An association that exists already is not an error."""
    try:
        with aws_call("AssociateBudgetWithResource"):
            executor.session.servicecatalog.associate_budget_with_resource(
                ResourceId=executor.ids[change.resource], BudgetName=change.budget
            )
    except AwsCallError as error:
        if error.code == "ResourceNotFoundException":
            raise error.reworded(
                hint=f"Check whether this account has a budget {change.budget!r}. {CREATE_IT}"
            ) from error
        if error.code != "DuplicateResourceException":
            raise


@handles(DisassociateBudgetFromResource)
def _(executor: Executor, change: DisassociateBudgetFromResource) -> None:
    """Disassociate. The budget itself may have been deleted before."""
    disassociate = executor.session.servicecatalog.disassociate_budget_from_resource
    resource_id = executor.ids[change.resource]
    remove("DisassociateBudgetFromResource", lambda: disassociate(ResourceId=resource_id, BudgetName=change.budget))
