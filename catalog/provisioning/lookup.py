"""What a command needs to find in AWS before it provisions: product, version, launch path, provisioned product."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from catalog.aws.observe import observe
from catalog.aws.provisioning import NAME, NAME_FORM, STACK_OUTPUT, Provisioning, Record
from catalog.aws.reader import Reader
from catalog.aws.session import AwsSession
from catalog.aws.templates import TemplateStore
from catalog.content.load import Catalog
from catalog.content.portfolio_files import AccountRegion, PortfolioFile
from catalog.content.render import Rendered
from catalog.content.template_files import read_template
from catalog.errors import AwsError, ContentError
from catalog.model import addresses
from catalog.model.limits import check_pattern
from catalog.model.portfolio import PrincipalType
from catalog.model.product import ProvisioningArtifact
from catalog.model.version import is_dev_version

PROVISIONED_PRODUCT_ID = re.compile(r"pp-[a-zA-Z0-9_-]+")


def find_product(
    content: Catalog, rendered: Rendered, provisioning: Provisioning, administrator: AwsSession | None
) -> tuple[str, Sequence[Mapping[str, Any]]]:
    """(id, versions) of the product as the caller sees it.

    `administrator` is the identity that assumed the caller's role. When the caller cannot see the product, the
    administrator looks up its id, and AWS itself says why the caller has no access.
    """
    name = content.products[rendered.product].name
    answers = list(provisioning.products_called(name))
    # Names are not unique. The product that has our version comes first; without one, AWS judges the first product.
    answers.sort(key=lambda answer: rendered.digest not in str(answer["ProvisioningArtifacts"]))
    for answer in answers:
        return answer["ProductViewSummary"]["ProductId"], answer["ProvisioningArtifacts"]
    if administrator is not None:
        observed = observe(Reader(administrator), content.config.owner)
        if product_id := observed.ids.get(addresses.product(rendered.product)):
            return product_id, ()
    answer = provisioning.describe_product(Name=name)
    return answer["ProductViewSummary"]["ProductId"], answer["ProvisioningArtifacts"]


def launchers(portfolios: Iterable[PortfolioFile], account_region: AccountRegion) -> str:
    """The principals that the portfolios let launch, in words: roles and users by ARN, then patterns."""
    principals = {principal for file in portfolios for principal in file.principals(account_region)}
    exact = sorted(principal.arn for principal in principals if principal.type is PrincipalType.IAM)
    patterns = sorted(principal.arn for principal in principals if principal.type is not PrincipalType.IAM)
    return ", ".join((*exact, *(f"those that match {pattern}" for pattern in patterns))) or "nobody"


def find_version(rendered: Rendered, artifacts: Sequence[Mapping[str, Any]]) -> str:
    """The id of the version, whose digest must be the digest of the content that was checked."""
    same_name = [artifact for artifact in artifacts if artifact.get("Name") == rendered.published_name]
    if not same_name:
        raise AwsError(
            f"{rendered.product} {rendered.version} is not published, or it is no longer active",
            hint="Run `catalog publish` first, with --dev for a pre-release.",
        )
    _, digest = ProvisioningArtifact.split_description(same_name[0].get("Description", ""))
    if digest and digest != rendered.digest:
        raise ContentError(
            f"{rendered.product} {rendered.version} is published with {digest}, but the repository has "
            f"{rendered.digest}",
            hint="Check out the commit that was published, and launch from there.",
        )
    return str(same_name[0]["Id"])


def choose_path(
    content: Catalog, portfolio: PortfolioFile | None, paths: Sequence[tuple[str, str]]
) -> tuple[str, PortfolioFile | None]:
    """(path id, portfolio): the launch path through the given portfolio, or the caller's only one.

    `paths` are (path id, display name of the portfolio), as ListLaunchPaths returns them for the caller.
    """
    names = Counter(file.display_name for file in content.portfolios.values())
    by_name = {file.display_name: file for file in content.portfolios.values() if names[file.display_name] == 1}
    if portfolio:
        same_name = [path_id for path_id, name in paths if name == portfolio.display_name]
        if len(same_name) > 1:
            raise ContentError(
                f"the caller has {len(same_name)} launch paths through portfolios with the name "
                f"{portfolio.display_name!r}, and AWS does not say which is which",
                hint="Give one of the portfolios another display_name (control W9127), and publish it.",
            )
        if same_name:
            return same_name[0], portfolio
        raise AwsError(
            f"the caller has no launch path through portfolio {portfolio.display_name!r}; the caller's launch paths: "
            f"{', '.join(sorted(name for _, name in paths)) or 'none'}"
        )
    if len(paths) > 1:
        keys = sorted(by_name[name].key for _, name in paths if name in by_name)
        hint = f"Choose one with --portfolio {' or '.join(keys)}." if keys else "Their portfolios have the same name."
        raise ContentError(f"the caller has {len(paths)} launch paths", hint=hint)
    for path_id, name in paths:
        return path_id, by_name.get(name)
    raise AwsError(
        "the caller has no launch path to the product", hint="Add the caller's role to the principals of a portfolio."
    )


def published_pre_release(content: Catalog, product: str, version: str, session: AwsSession) -> Rendered:
    """A pre-release that the working tree no longer renders, read from the template bucket.

    `ContentError` when the account does not have it, or no longer offers it.
    """
    account, region = session.identity.account, session.region
    observed = observe(Reader(session), content.config.owner).state.products.get(product)
    artifact = observed.artifact(version) if observed else None
    if artifact is None or not artifact.active or not is_dev_version(version, artifact.digest):
        state = "is no longer active" if artifact else "is not published"
        raise ContentError(
            f"{product} {version} {state} in account {account}, Region {region}, and the working tree does not render "
            "it",
            hint="`catalog publish --dev` publishes the working tree, and prints the version.",
        )
    store = TemplateStore(session, content.config.bucket_name(account, region))
    body = store.get(product, artifact.digest)
    template = read_template(f"the template of {product} {version}", body)
    return Rendered(product, version, body, artifact.digest, template)


def check_name(name: str) -> None:
    """`ContentError` when this can be neither the name nor the id of a provisioned product."""
    check_pattern("name of a provisioned product", name, NAME, NAME_FORM)


def find_provisioned_product(session: AwsSession, name: str) -> dict[str, Any]:
    """ProvisionedProductDetail of the provisioned product with this name or id; `AwsError` when there is none."""
    provisioning, reader = Provisioning(session), Reader(session)
    # What looks like an id can be a name too. Names are unique in an account (ProvisionProduct).
    detail = None
    if PROVISIONED_PRODUCT_ID.fullmatch(name):
        detail = reader.if_exists(lambda: provisioning.describe(Id=name))
    detail = detail or reader.if_exists(lambda: provisioning.describe(Name=name))
    if detail is None:
        raise AwsError(
            f"account {session.identity.account}, Region {session.region} has no provisioned product {name!r}",
            hint="`catalog provisioned` lists the provisioned products.",
        )
    return detail


def stack_of(provisioning: Provisioning, detail: Mapping[str, Any]) -> str:
    """The ARN of the stack of a provisioned product, from its records; before there is one, its future name.

    DescribeProvisionedProduct does not say it, and SearchProvisionedProducts is not allowed to every end user.
    """
    last = detail.get("LastSuccessfulProvisioningRecordId") or detail.get("LastProvisioningRecordId")
    return stack_of_record(detail, provisioning.record(last) if last else None)


def stack_of_record(detail: Mapping[str, Any], record: Record | None) -> str:
    """The ARN of the stack that a record of the provisioned product names; else the name of the stack."""
    account = str(detail["Arn"]).split(":")[4]
    return (record.outputs.get(STACK_OUTPUT) if record else None) or f"SC-{account}-{detail['Id']}"
