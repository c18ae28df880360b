"""The administrator's view: portfolios with who may launch what under which rules, products with versions, records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint
from werkzeug.wrappers import Response

from catalog.aws.provisioning import Provisioning
from catalog.aws.reader import Reader
from catalog.aws.session import AwsSession
from catalog.aws.shares import listed_shares, organizations_access
from catalog.console.pages import show
from catalog.console.state import SignedOutError, caller, visitor
from catalog.model.constraint import parse_constraint, split_digest
from catalog.model.product import ProvisioningArtifact
from catalog.model.share import ShareType
from catalog.plan.constraint_text import describe
from catalog.provisioning.state_text import moment

routes = Blueprint("administration", __name__)
MOST_RECORDS = 200


def administrator() -> AwsSession:
    """The session of the administrator, if the visitor has signed in as one."""
    if not visitor().is_administrator:
        raise SignedOutError
    return caller()


@routes.get("/portfolios")
def portfolios_page() -> Response:
    """All portfolios of the account."""
    details = sorted(
        Reader(administrator()).portfolios(), key=lambda detail: (detail["DisplayName"].casefold(), detail["Id"])
    )
    return show("portfolios.html", portfolios=[(each, moment(each.get("CreatedTime"))) for each in details])


@dataclass(frozen=True, slots=True)
class ConstraintRow:
    """A constraint of a portfolio in words."""

    product: str
    type: str
    description: str
    lines: tuple[str, ...]
    status: str


@routes.get("/portfolios/<portfolio_id>")
def portfolio_page(portfolio_id: str) -> Response:
    """One portfolio: products, principals, constraints, TagOptions and shares."""
    reader = Reader(administrator())
    answer = reader.portfolio(portfolio_id)
    products = sorted(reader.products_in(portfolio_id), key=lambda view: view["Name"])
    names = {view["ProductId"]: view["Name"] for view in products}
    options: dict[str, list[str]] = {}
    for option in answer.get("TagOptions", []):
        words = option["Value"] if option.get("Active", True) else f"{option['Value']} (inactive)"
        options.setdefault(option["Key"], []).append(words)
    return show(
        "portfolio.html",
        portfolio=answer["PortfolioDetail"],
        tags=[(tag["Key"], tag["Value"]) for tag in answer.get("Tags", [])],
        products=products,
        principals=sorted(reader.principals(portfolio_id), key=lambda each: each["PrincipalARN"]),
        constraints=list(constraint_rows(reader, portfolio_id, names)),
        options=sorted(options.items()),
        shares=list(share_rows(reader.session, portfolio_id)),
    )


def constraint_rows(reader: Reader, portfolio_id: str, names: Mapping[str, str]) -> Iterator[ConstraintRow]:
    """The constraints by the name of their product."""
    details = sorted(
        reader.constraints(portfolio_id), key=lambda each: (names.get(each["ProductId"], ""), each["Type"])
    )
    for detail in details:
        answer = reader.constraint(detail["ConstraintId"])
        text = answer.get("ConstraintParameters", "")
        product = names.get(detail["ProductId"], detail["ProductId"])
        yield ConstraintRow(
            product,
            detail["Type"],
            split_digest(detail.get("Description", ""))[0],
            constraint_lines(detail, text),
            answer["Status"],
        )


def constraint_lines(detail: Mapping[str, Any], text: str) -> tuple[str, ...]:
    """What a constraint says; one that nobody can read in words as it is."""
    try:
        return describe(parse_constraint(detail["Type"], text, ""))
    except ValueError:
        return (text,)


def share_rows(session: AwsSession, portfolio_id: str) -> Iterator[tuple[str, str, str]]:
    """(type, with whom, what besides) of each share."""
    kinds = list(ShareType) if organizations_access(session) else [ShareType.ACCOUNT]
    for kind in kinds:
        for detail in listed_shares(session, portfolio_id, kind):
            flags = [
                words
                for member, words in (("ShareTagOptions", "TagOptions"), ("SharePrincipals", "principals"))
                if detail.get(member)
            ]
            more = f"with {' and '.join(flags)}" if flags else ""
            accepted = "" if detail.get("Accepted", True) else "not accepted yet"
            yield kind.value, detail["PrincipalId"], ", ".join(filter(None, (more, accepted)))


@routes.get("/catalogue")
def products_page() -> Response:
    """All products of the account."""
    views = [detail["ProductViewSummary"] for detail in Reader(administrator()).products()]
    return show("catalogue.html", products=sorted(views, key=lambda view: (view["Name"].casefold(), view["ProductId"])))


@routes.get("/catalogue/<product_id>")
def versions_page(product_id: str) -> Response:
    """One product: its versions with guidance, and the portfolios that offer it."""
    reader = Reader(administrator())
    answer = reader.product(product_id)
    details = sorted(reader.artifacts(product_id), key=lambda each: (each["CreatedTime"], each["Id"]), reverse=True)
    rows = []
    for each in details:
        description, digest = ProvisioningArtifact.split_description(each.get("Description", ""))
        rows.append((each, description, digest, moment(each["CreatedTime"])))
    ids = set(reader.portfolios_of(product_id))
    return show(
        "versions.html",
        product=answer["ProductViewDetail"]["ProductViewSummary"],
        tags=[(tag["Key"], tag["Value"]) for tag in answer.get("Tags", [])],
        versions=rows,
        portfolios=[each for each in reader.portfolios() if each["Id"] in ids],
    )


@routes.get("/records")
def records_page() -> Response:
    """The last records of the account."""
    records = Provisioning(administrator()).history(None, MOST_RECORDS)
    return show("records.html", records=[(past, moment(past.created)) for past in records])
