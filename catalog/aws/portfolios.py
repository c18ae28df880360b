"""Portfolios: created, updated and deleted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.aws.calls import aws_call
from catalog.aws.emptied import check_emptied
from catalog.aws.handlers import Executor, handles
from catalog.aws.waits import once_free
from catalog.aws.writer import Writer, tag_changes
from catalog.model.addresses import Address
from catalog.plan.kinds.portfolio import PORTFOLIO_FIELDS, CreatePortfolio, DeletePortfolio, UpdatePortfolio


def create_portfolio(writer: Writer, address: Address, fields: Mapping[str, Any], tags: Mapping[str, str]) -> str:
    """Create a portfolio and return its id."""
    given: dict[str, Any] = {member: value for member, value in fields.items() if value}
    own_tags = writer.tags(address, tags)

    def create(generation: int) -> str:
        with aws_call("CreatePortfolio"):
            answer = writer.session.servicecatalog.create_portfolio(
                **given,
                Tags=own_tags,
                IdempotencyToken=writer.token("CreatePortfolio", address, generation, given, own_tags),
            )
        return answer["PortfolioDetail"]["Id"]

    return writer.find_or_create(create(0), create, writer.reader.portfolio)[0]


def update_portfolio(
    writer: Writer, portfolio_id: str, fields: Mapping[str, Any], add: Mapping[str, str], remove: tuple[str, ...]
) -> None:
    """Update metadata and tags."""
    with aws_call("UpdatePortfolio"):
        answer = writer.session.servicecatalog.update_portfolio(Id=portfolio_id, **fields, **tag_changes(add, remove))
    check_emptied("UpdatePortfolio", fields, answer["PortfolioDetail"])


@handles(CreatePortfolio)
def _(executor: Executor, change: CreatePortfolio) -> None:
    fields = {member: getattr(change.portfolio, attribute) for member, attribute in PORTFOLIO_FIELDS.items()}
    executor.ids[change.address] = create_portfolio(executor.writer, change.address, fields, change.portfolio.tags)


@handles(UpdatePortfolio)
def _(executor: Executor, change: UpdatePortfolio) -> None:
    portfolio_id = executor.ids[change.address]
    update_portfolio(executor.writer, portfolio_id, change.fields, change.add_tags, change.remove_tags)


@handles(DeletePortfolio)
def _(executor: Executor, change: DeletePortfolio) -> None:
    delete, portfolio_id = executor.session.servicecatalog.delete_portfolio, executor.ids[change.address]
    once_free("DeletePortfolio", lambda: delete(Id=portfolio_id), executor.writer.propagation)
