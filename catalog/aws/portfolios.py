"""Portfolios: created, updated and deleted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.aws.calls import aws_call
from catalog.aws.creation import Creation
from catalog.aws.emptied import check_emptied
from catalog.aws.handlers import Executor, handles
from catalog.aws.tags import tag_changes, tag_difference
from catalog.aws.waits import remove
from catalog.aws.writer import Writer, changed_members
from catalog.model.addresses import Address
from catalog.plan.kinds.portfolio import PORTFOLIO_FIELDS, CreatePortfolio, DeletePortfolio, UpdatePortfolio


def create_portfolio(writer: Writer, address: Address, fields: Mapping[str, Any], tags: Mapping[str, str]) -> str:
    """Create a portfolio and return its id. One that another run has created there gets these fields and tags."""
    reader = writer.reader
    given: dict[str, Any] = {member: value for member, value in fields.items() if value}
    own_tags = writer.tags(address, tags)

    def find() -> str | None:
        ids = (item["Id"] for item in reader.portfolios())
        return next((each for each in ids if writer.is_at(address, reader.portfolio(each))), None)

    portfolio_id, answer = Creation(
        writer,
        "CreatePortfolio",
        address,
        lambda token: writer.session.servicecatalog.create_portfolio(**given, Tags=own_tags, IdempotencyToken=token),
        lambda answer: str(answer["PortfolioDetail"]["Id"]),
        find,
        reader.portfolio,
    ).run()
    changed = changed_members(fields, answer["PortfolioDetail"])
    add, remove = tag_difference(tags, answer)
    if changed or add or remove:
        update_portfolio(writer, portfolio_id, changed, add, remove)
    return portfolio_id


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
    remove("DeletePortfolio", lambda: delete(Id=portfolio_id), executor.writer.propagation)
