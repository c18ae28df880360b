"""Associations of products with portfolios: created and removed."""

from __future__ import annotations

from catalog.aws.calls import aws_call
from catalog.aws.handlers import Executor, handles
from catalog.aws.waits import remove
from catalog.plan.kinds.association import AssociateProductWithPortfolio, DisassociateProductFromPortfolio


@handles(AssociateProductWithPortfolio)
def _(executor: Executor, change: AssociateProductWithPortfolio) -> None:
    """Associate, and expect AWS to list it: AWS refuses a constraint that is created before that."""
    portfolio_id, product_id = executor.portfolio_id(change.portfolio), executor.product_id(change.product)
    source = {"SourcePortfolioId": executor.portfolio_id(change.source)} if change.source else {}
    with aws_call("AssociateProductWithPortfolio"):
        executor.session.servicecatalog.associate_product_with_portfolio(
            ProductId=product_id, PortfolioId=portfolio_id, **source
        )
    reader = executor.writer.reader
    executor.settling.expect(
        change,
        (portfolio_id,),
        lambda: ((listed,) for listed in reader.portfolios_of(product_id)),
    )


@handles(DisassociateProductFromPortfolio)
def _(executor: Executor, change: DisassociateProductFromPortfolio) -> None:
    portfolio_id, product_id = executor.portfolio_id(change.portfolio), executor.product_id(change.product)
    disassociate = executor.session.servicecatalog.disassociate_product_from_portfolio
    remove("DisassociateProductFromPortfolio", lambda: disassociate(ProductId=product_id, PortfolioId=portfolio_id))
