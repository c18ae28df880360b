"""The form of a product of the working tree, as Service Catalog would show it after a publish. Calls nothing in AWS."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalog.cfn import Template
from catalog.cfn.template import section
from catalog.content.config import load_config
from catalog.content.load import load_definition, load_portfolios, product_file
from catalog.content.portfolio_files import AccountRegion, PortfolioFile
from catalog.content.render import Rendered, render
from catalog.errors import ContentError
from catalog.model.definition import ProductDefinition
from catalog.model.limits import listed, shown
from catalog.provisioning.form import FormOutput, LaunchForm, outputs_of
from catalog.provisioning.form_parameters import groups_of
from catalog.provisioning.offer import AccountPath, AccountProduct, AccountVersion
from catalog.simulate import offered_tags


@dataclass(frozen=True, slots=True)
class WorkingForm:
    """A product of the working tree with its form on one launch path."""

    file: str
    """The file that declares the product."""
    form: LaunchForm
    portfolios: tuple[PortfolioFile, ...]
    """Those that have the product."""


def working_form(root: Path, key: str, portfolio: str, account_region: AccountRegion) -> WorkingForm:
    """Read the product with this key, and render it, through a portfolio by its key; the first one without a key.

    `ContentError` with file and line if the working tree is wrong.
    """
    config = load_config(root)
    file = product_file(config, key)
    definition = load_definition(config, file)
    rendered = render(key, definition)
    having = tuple(each for each in load_portfolios(config).values() if key in each.products)
    keys = [each.key for each in having]
    if portfolio and portfolio not in keys:
        raise ContentError(f"portfolio {shown(portfolio)} does not have {key}; those that do: {listed(keys)}")
    chosen = next((each for each in having if not portfolio or each.key == portfolio), None)
    return WorkingForm(file.shown, form_of_files(definition, rendered, chosen, account_region), having)


def form_of_files(
    definition: ProductDefinition, rendered: Rendered, portfolio: PortfolioFile | None, account_region: AccountRegion
) -> LaunchForm:
    """The form that the files of a product and a portfolio make."""
    template = rendered.template
    rules = account_region.fill(portfolio.rules(rendered.product)) if portfolio else {}
    version = AccountVersion(rendered.version, rendered.version, "", rendered.digest, "DEFAULT", None)
    path = AccountPath(portfolio.key, portfolio.display_name) if portfolio else AccountPath("", "no portfolio")
    product = AccountProduct(
        id=rendered.product,
        name=definition.name,
        description=definition.description,
        owner=definition.owner,
        distributor=definition.distributor,
        support_description=definition.support_description,
        support_email=definition.support_email,
        support_url=definition.support_url,
        versions=(version,),
        paths=(path,),
    )
    return LaunchForm(
        product=product,
        version=version,
        path=path,
        declared={"Parameters": section(template, "Parameters"), "Rules": {**section(template, "Rules"), **rules}},
        groups=groups_of(section(template, "Parameters"), template.get("Metadata")),
        tag_options=offered_tags(portfolio, definition.tag_options, account_region),
        outputs=tuple(outputs_of_template(template)),
        constraints=(),
        launch_role=next((role for role, key in portfolio.launch_roles() if key == rendered.product), "")
        if portfolio
        else "",
        tag_updates=False,
        template=template,
        separate_lists=definition.separate_lists,
    )


def outputs_of_template(template: Template) -> Iterator[FormOutput]:
    """The outputs that a template declares."""
    declared = section(template, "Outputs")
    keys: list[Mapping[str, Any]] = [
        {"Key": name, "Description": str(body.get("Description", ""))}
        for name, body in declared.items()
        if isinstance(body, dict)
    ]
    return outputs_of(keys, template)
