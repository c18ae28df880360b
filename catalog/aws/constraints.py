"""Constraints: created, updated and deleted."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.aws.calls import aws_call
from catalog.aws.creation import Creation
from catalog.aws.handlers import Executor, handles
from catalog.aws.kinds import blocks
from catalog.aws.observation import Observation
from catalog.aws.reader import Reader
from catalog.aws.session import AwsSession
from catalog.aws.waits import code_is, remove, retry_call
from catalog.aws.writer import ROLE_UNKNOWN, Writer
from catalog.model.addresses import Address
from catalog.model.constraint import Constraint, split_digest, with_digest
from catalog.plan.changes import Change
from catalog.plan.kinds.constraint import (
    CreateConstraint,
    CreateRoleConstraint,
    DeleteConstraint,
    DeleteTemplateConstraint,
    UpdateConstraint,
    UpdateRoleConstraint,
    constraint_blockers,
)


@dataclass(frozen=True, slots=True)
class ConstrainedProduct:
    """The product in a portfolio that a constraint is for, by AWS's ids."""

    portfolio_id: str
    product_id: str
    others: Collection[str] = ()
    """Ids of its constraints that are not ours, and of all others that were there before."""

    def listed(self, reader: Reader, constraint_type: str) -> str | None:
        """The id of a constraint of this type that was not there before."""
        for item in reader.constraints(self.portfolio_id):
            same = (item["ProductId"], item["Type"]) == (self.product_id, constraint_type)
            if same and item["ConstraintId"] not in self.others:
                return str(item["ConstraintId"])
        return None


def create_constraint(writer: Writer, address: Address, constrained: ConstrainedProduct, constraint: Constraint) -> str:
    """Create a constraint, wait until it is available, and return its id.

    A constraint that another run has created there is updated.
    """

    def call(token: str) -> Any:
        with aws_call("CreateConstraint"):
            return writer.session.servicecatalog.create_constraint(
                PortfolioId=constrained.portfolio_id,
                ProductId=constrained.product_id,
                Type=constraint.type,
                **members(constraint),
                IdempotencyToken=token,
            )

    # The association (aws-cdk #20810) or the role may not be visible everywhere yet.
    is_transient = code_is(("ResourceNotFoundException",), ROLE_UNKNOWN)
    constraint_id, answer = Creation(
        writer,
        "CreateConstraint",
        address,
        lambda token: retry_call("CreateConstraint", lambda: call(token), is_transient, writer.propagation),
        lambda answer: str(answer["ConstraintDetail"]["ConstraintId"]),
        lambda: constrained.listed(writer.reader, constraint.type),
        writer.reader.constraint,
        scope=(constrained.portfolio_id, constrained.product_id),
    ).run()
    wait_constraint(writer, constraint_id, answer)
    if not is_equal(constraint, answer):
        update_constraint(writer, constraint_id, constraint)
        wait_constraint(writer, constraint_id)
    return constraint_id


def members(constraint: Constraint) -> dict[str, str]:
    """The members of the API for what may change of a constraint."""
    return {
        "Parameters": json.dumps(constraint.parameters(), sort_keys=True),
        "Description": with_digest(constraint),
    }


def is_equal(constraint: Constraint, answer: Mapping[str, Any]) -> bool:
    """Whether a described constraint has our Parameters and description; the digest in it does not count."""
    if split_digest(answer["ConstraintDetail"].get("Description", ""))[0] != constraint.description:
        return False
    return bool(json.loads(answer["ConstraintParameters"]) == json.loads(members(constraint)["Parameters"]))


def update_constraint(writer: Writer, constraint_id: str, constraint: Constraint) -> None:
    """Set Parameters and Description."""
    with aws_call("UpdateConstraint"):
        writer.session.servicecatalog.update_constraint(Id=constraint_id, **members(constraint))


def wait_constraint(writer: Writer, constraint_id: str, answer: dict[str, Any] | None = None) -> None:
    """Wait until a constraint is available. `answer` is its DescribeConstraint, if it was read just now."""
    reader = writer.reader
    writer.wait_ready(
        f"constraint {constraint_id}",
        lambda: reader.if_exists(lambda: reader.constraint(constraint_id)),
        lambda described: str(described["Status"]),
        answer,
    )


@blocks
def _(changes: Sequence[Change], observed: Observation, session: AwsSession) -> Iterator[str]:
    return constraint_blockers(changes, observed.state)


@handles(CreateConstraint, CreateRoleConstraint)
def _(executor: Executor, change: CreateConstraint) -> None:
    portfolio_id, product_id = executor.portfolio_id(change.portfolio), executor.product_id(change.product)
    constrained = ConstrainedProduct(portfolio_id, product_id, executor.existing)
    executor.ids[change.address] = create_constraint(executor.writer, change.address, constrained, change.constraint)


@handles(UpdateConstraint, UpdateRoleConstraint)
def _(executor: Executor, change: UpdateConstraint) -> None:
    constraint_id = executor.ids[change.address]
    update_constraint(executor.writer, constraint_id, change.constraint)
    wait_constraint(executor.writer, constraint_id)


@handles(DeleteConstraint, DeleteTemplateConstraint)
def _(executor: Executor, change: DeleteConstraint) -> None:
    delete, constraint_id = executor.session.servicecatalog.delete_constraint, executor.ids[change.address]
    remove("DeleteConstraint", lambda: delete(Id=constraint_id))
