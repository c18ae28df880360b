"""Portfolios of Service Catalog, who may use them, with whom they are shared; TagOptions and service actions.

The calls of each row are those that the `handlers` of its schema list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from moto.moto_api._internal import mock_random

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting, Tagging

SERVICE = "servicecatalog"


def token() -> str:
    """A new idempotency token."""
    return str(mock_random.uuid4())


def by_id(each: ApiResource) -> dict[str, Any]:
    """The parameter Id."""
    return {"Id": each["Id"]}


def catalog_arn(each: ApiResource, kind: str, identifier: Any) -> str:
    """The ARN of a portfolio or product; `*` for an id that is not known yet."""
    place = each.place
    return f"arn:{place.partition}:catalog:{place.region}:{place.account}:{kind}/{identifier or '*'}"


def portfolio_arn(each: ApiResource) -> str:
    """The ARN of the portfolio of a subject."""
    return catalog_arn(each, "portfolio", each["PortfolioId"])


def product_arn(each: ApiResource) -> str:
    """The ARN of the product of a subject."""
    return catalog_arn(each, "product", each["ProductId"])


def listed(
    each: ApiResource, read: ApiCall, answer: Mapping[str, Any], member: str, name: str = "NextPageToken"
) -> Iterator[Mapping[str, Any]]:
    """The members of a list, whose first page is known, page after page."""
    while True:
        yield from answer.get(member, ())
        if not answer.get(name):
            return
        answer = each.ask(read.operation, {**read.parameters(each), "PageToken": answer[name]})


def tagging(update: str) -> Tagging:
    """Tags that the creation takes, and an update adds and removes: the permission is that of the operation."""
    return Tagging(
        ApiCall(update, by_id, permissions=()), ApiCall(update, by_id), "Tags", tags_in="AddTags", keys_in="RemoveTags"
    )


PORTFOLIO = ApiType(
    "AWS::ServiceCatalog::Portfolio",
    SERVICE,
    create=ApiCall("CreatePortfolio", lambda portfolio: {"IdempotencyToken": token()}, copies=True),
    known=lambda portfolio, answer: {"Id": answer["PortfolioDetail"]["Id"]},
    read=ApiCall("DescribePortfolio", by_id),
    attributes=lambda portfolio, shown: {"PortfolioName": shown["PortfolioDetail"]["DisplayName"]},
    update=ApiCall("UpdatePortfolio", by_id, copies=True),
    delete=(ApiCall("DeletePortfolio", by_id),),
    tagging=tagging("UpdatePortfolio"),
    arn=lambda portfolio: catalog_arn(portfolio, "portfolio", portfolio["Id"]),
)


def association(each: ApiResource) -> dict[str, Any]:
    """A product and a portfolio."""
    return {"PortfolioId": each["PortfolioId"], "ProductId": each["ProductId"]}


PORTFOLIOS = ApiCall("ListPortfoliosForProduct", lambda each: {"ProductId": each["ProductId"]})
PRODUCT_ASSOCIATION = ApiType(
    "AWS::ServiceCatalog::PortfolioProductAssociation",
    SERVICE,
    create=ApiCall("AssociateProductWithPortfolio", copies=True),
    read=PORTFOLIOS,
    shown=lambda each, answer: [
        item for item in listed(each, PORTFOLIOS, answer, "PortfolioDetails") if item["Id"] == each["PortfolioId"]
    ],
    delete=(ApiCall("DisassociateProductFromPortfolio", association),),
    arn=product_arn,
)


def principal(each: ApiResource) -> dict[str, Any]:
    """A principal of a portfolio."""
    return {name: each[name] for name in ("PortfolioId", "PrincipalARN", "PrincipalType")}


PRINCIPALS = ApiCall("ListPrincipalsForPortfolio", lambda each: {"PortfolioId": each["PortfolioId"]})
PRINCIPAL_ASSOCIATION = ApiType(
    "AWS::ServiceCatalog::PortfolioPrincipalAssociation",
    SERVICE,
    create=ApiCall("AssociatePrincipalWithPortfolio", copies=True),
    read=PRINCIPALS,
    shown=lambda each, answer: [
        item
        for item in listed(each, PRINCIPALS, answer, "Principals")
        if (item["PrincipalARN"], item["PrincipalType"]) == (each["PrincipalARN"], each["PrincipalType"])
    ],
    delete=(ApiCall("DisassociatePrincipalFromPortfolio", principal),),
    arn=portfolio_arn,
)


def share(each: ApiResource) -> dict[str, Any]:
    """A share of a portfolio with an account."""
    return {"PortfolioId": each["PortfolioId"], "AccountId": each.text("AccountId")}


SHARES = ApiCall("DescribePortfolioShares", lambda each: {"PortfolioId": each["PortfolioId"], "Type": "ACCOUNT"})
SHARE = ApiType(
    "AWS::ServiceCatalog::PortfolioShare",
    SERVICE,
    create=ApiCall("CreatePortfolioShare", copies=True),
    read=SHARES,
    shown=lambda each, answer: [
        item
        for item in listed(each, SHARES, answer, "PortfolioShareDetails")
        if item["PrincipalId"] == each.text("AccountId")
    ],
    update=ApiCall(
        "UpdatePortfolioShare", lambda each: share(each) | {"ShareTagOptions": each.text("ShareTagOptions") == "true"}
    ),
    delete=(ApiCall("DeletePortfolioShare", share),),
    arn=portfolio_arn,
)

ACCEPTED = ApiCall("ListAcceptedPortfolioShares", lambda each: {})
ACCEPTED_SHARE = ApiType(
    "AWS::ServiceCatalog::AcceptedPortfolioShare",
    SERVICE,
    create=ApiCall("AcceptPortfolioShare", copies=True),
    read=ACCEPTED,
    shown=lambda each, answer: [
        item for item in listed(each, ACCEPTED, answer, "PortfolioDetails") if item["Id"] == each["PortfolioId"]
    ],
    delete=(ApiCall("RejectPortfolioShare", lambda each: {"PortfolioId": each["PortfolioId"]}),),
    arn=portfolio_arn,
)


def activity(option: ApiResource) -> dict[str, Any] | None:
    """UpdateTagOption with Active alone: it refuses a Value that is the same. A new TagOption is active."""
    active = option.text("Active", "true") == "true"
    return None if active and not option.old else {**by_id(option), "Active": active}


TAG_OPTION = ApiType(
    "AWS::ServiceCatalog::TagOption",
    SERVICE,
    create=ApiCall("CreateTagOption", copies=True),
    known=lambda option, answer: {"Id": answer["TagOptionDetail"]["Id"]},
    read=ApiCall("DescribeTagOption", by_id),
    settings=(Setting(("Active",), ApiCall("UpdateTagOption", activity)),),
    delete=(ApiCall("DeleteTagOption", by_id),),
)

TAGGED = ApiCall("ListResourcesForTagOption", lambda each: {"TagOptionId": each["TagOptionId"]})


def tagged_arn(each: ApiResource) -> str:
    """The ARN of the portfolio or product of a TagOption."""
    identifier = each.text("ResourceId")
    return catalog_arn(each, "product" if identifier.startswith("prod-") else "portfolio", identifier)


TAG_OPTION_ASSOCIATION = ApiType(
    "AWS::ServiceCatalog::TagOptionAssociation",
    SERVICE,
    create=ApiCall("AssociateTagOptionWithResource", copies=True),
    read=TAGGED,
    shown=lambda each, answer: [
        item
        for item in listed(each, TAGGED, answer, "ResourceDetails", "PageToken")
        if item["Id"] == each["ResourceId"]
    ],
    delete=(
        ApiCall(
            "DisassociateTagOptionFromResource",
            lambda each: {"TagOptionId": each["TagOptionId"], "ResourceId": each["ResourceId"]},
        ),
    ),
    arn=tagged_arn,
)


def definition(action: ApiResource) -> dict[str, Any]:
    """The definition: a list of keys and values in a template, a map in the API."""
    return {"Definition": {str(each["Key"]): str(each["Value"]) for each in action.properties.get("Definition", ())}}


SERVICE_ACTION = ApiType(
    "AWS::ServiceCatalog::ServiceAction",
    SERVICE,
    create=ApiCall(
        "CreateServiceAction",
        lambda action: definition(action) | {"IdempotencyToken": token()},
        copies=True,
        omitted=("Definition",),
    ),
    known=lambda action, answer: {"Id": answer["ServiceActionDetail"]["ServiceActionSummary"]["Id"]},
    read=ApiCall("DescribeServiceAction", by_id),
    update=ApiCall(
        "UpdateServiceAction",
        lambda action: by_id(action) | definition(action),
        copies=True,
        omitted=("Definition",),
    ),
    delete=(ApiCall("DeleteServiceAction", by_id),),
)


def with_action(each: ApiResource) -> dict[str, Any]:
    """A version with a service action."""
    return {name: each[name] for name in ("ProductId", "ProvisioningArtifactId", "ServiceActionId")}


ACTIONS = ApiCall(
    "ListServiceActionsForProvisioningArtifact",
    lambda each: {name: each[name] for name in ("ProductId", "ProvisioningArtifactId")},
)
ACTION_ASSOCIATION = ApiType(
    "AWS::ServiceCatalog::ServiceActionAssociation",
    SERVICE,
    create=ApiCall("AssociateServiceActionWithProvisioningArtifact", with_action),
    read=ACTIONS,
    shown=lambda each, answer: [
        item
        for item in listed(each, ACTIONS, answer, "ServiceActionSummaries")
        if item["Id"] == each["ServiceActionId"]
    ],
    delete=(ApiCall("DisassociateServiceActionFromProvisioningArtifact", with_action),),
    arn=product_arn,
)

TYPES = (
    PORTFOLIO,
    PRODUCT_ASSOCIATION,
    PRINCIPAL_ASSOCIATION,
    SHARE,
    ACCEPTED_SHARE,
    TAG_OPTION,
    TAG_OPTION_ASSOCIATION,
    SERVICE_ACTION,
    ACTION_ASSOCIATION,
)
