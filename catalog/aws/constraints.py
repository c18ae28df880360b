"""Constraints: created, updated and deleted."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from catalog.aws.calls import aws_call
from catalog.aws.handlers import Executor, handles
from catalog.aws.kinds import blocks
from catalog.aws.observation import Observation
from catalog.aws.session import AwsSession
from catalog.aws.waits import code_is, retry_call
from catalog.aws.writer import ROLE_UNKNOWN, Writer
from catalog.model.addresses import Address
from catalog.model.constraint import Constraint
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


def create_constraint(
    writer: Writer, address: Address, portfolio_id: str, product_id: str, constraint: Constraint
) -> Callable[[], str]:
    """Create a constraint. The result is a function that waits until the constraint is available and returns its id."""
    parameters = json.dumps(constraint.parameters(), sort_keys=True)
    content = (portfolio_id, product_id, parameters, constraint.description)

    def call(generation: int) -> str:
        with aws_call("CreateConstraint"):
            answer = writer.session.servicecatalog.create_constraint(
                PortfolioId=portfolio_id,
                ProductId=product_id,
                Type=constraint.type,
                Parameters=parameters,
                Description=constraint.description,
                IdempotencyToken=writer.token("CreateConstraint", address, generation, *content),
            )
        return answer["ConstraintDetail"]["ConstraintId"]

    # The association (aws-cdk #20810) or the role may not be visible everywhere yet.
    is_transient = code_is(("ResourceNotFoundException",), ROLE_UNKNOWN)

    def create(generation: int) -> str:
        return retry_call("CreateConstraint", lambda: call(generation), is_transient, writer.propagation)

    created_id = create(0)

    def ready() -> str:
        constraint_id, answer = writer.find_or_create(created_id, create, writer.reader.constraint)
        wait_constraint(writer, constraint_id, answer)
        return constraint_id

    return ready


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
    ready = create_constraint(executor.writer, change.address, portfolio_id, product_id, change.constraint)

    def add_id() -> None:
        executor.ids[change.address] = ready()

    executor.settling.expect(change.address, add_id)


@handles(UpdateConstraint, UpdateRoleConstraint)
def _(executor: Executor, change: UpdateConstraint) -> None:
    constraint_id, constraint = executor.ids[change.address], change.constraint
    with aws_call("UpdateConstraint"):
        executor.session.servicecatalog.update_constraint(
            Id=constraint_id,
            Description=constraint.description,
            Parameters=json.dumps(constraint.parameters(), sort_keys=True),
        )
    executor.settling.expect(change.address, lambda: wait_constraint(executor.writer, constraint_id))


@handles(DeleteConstraint, DeleteTemplateConstraint)
def _(executor: Executor, change: DeleteConstraint) -> None:
    with aws_call("DeleteConstraint"):
        executor.session.servicecatalog.delete_constraint(Id=executor.ids[change.address])
