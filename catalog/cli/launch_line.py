"""The command that launches a product: in the sandbox complete, so that it works as it is pasted."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from catalog.content.load import Catalog
    from catalog.content.portfolio_files import PortfolioFile
    from catalog.content.render import Rendered
    from catalog.model.tag_option import Offer
    from catalog.plan.changes import Plan
    from catalog.provisioning.form_parameters import FormParameter
    from catalog.publishing.desired import Publication

WIDTH = 88
"""Of a line of a continued command, without its indent."""
SHORTLIST = 20
"""New products of which the one that asks for least is named."""
UNKNOWN = "VALUE"
"""Stands for a value where none can be found that the template accepts."""


def launch_line(catalog: Catalog, rendered: Rendered) -> str:
    """The command with the parameters and tags that the launch needs; empty if no portfolio lets a role launch it."""
    offering = [each for each in catalog.portfolios.values() if rendered.product in each.products]
    for portfolio in sorted(offering, key=lambda each: each.stage != "dev"):
        if role := first_role(portfolio):
            words = ["catalog", "launch", rendered.product, "--local", "--name", f"my-{rendered.product}"]
            words += ["--portfolio", portfolio.key] if len(offering) > 1 else []
            return shlex.join([*words, *inputs(catalog, rendered, portfolio), "--as", role])
    return ""


def next_launch(declared: Publication, plan: Plan) -> str:
    """How to launch a product that a plan created, as a role that may; empty if it created none.

    In the sandbox it is the one that asks for least.
    """
    from catalog.plan.kinds.association import AssociateProductWithPortfolio
    from catalog.plan.kinds.principal import AssociatePrincipalWithPortfolio
    from catalog.plan.kinds.product import CreateProduct

    created = [change.product.key for change in plan.changes if isinstance(change, CreateProduct)]
    if not created:
        return ""
    if plan.sandbox:
        versions = [version for key in created[:SHORTLIST] for version in [*declared.launchable(key)][-1:]]
        makeable = [version for version in versions if not beyond_sandbox(version.template)]
        if lines := [line for version in makeable if (line := launch_line(declared.catalog, version))]:
            return min(lines, key=lambda line: (line.count("Arn="), len(line)))  # an ARN is of what must be there first
    portfolios = {
        change.portfolio
        for change in plan.changes
        if isinstance(change, AssociateProductWithPortfolio) and change.product == created[0]
    }
    roles = [
        change.principal.arn
        for change in plan.changes
        if isinstance(change, AssociatePrincipalWithPortfolio) and change.portfolio in portfolios
        if f":{plan.account}:role/" in change.principal.arn
    ]
    words = ["catalog", "launch", created[0], "--name", f"my-{created[0]}", *(["--local"] if plan.sandbox else [])]
    return shlex.join([*words, *(["--as", roles[0]] if roles else [])])


def beyond_sandbox(template: Mapping[str, object]) -> Mapping[str, str]:
    """The transforms that the sandbox cannot carry out, so that it cannot launch the template, each with the reason."""
    from catalog.cfn.expansion import INCLUDE, OUTPUTS_OF_PRODUCTS
    from catalog.check.written_out import written_out

    why = written_out(template).why
    return {name: reason for name, reason in why.items() if name not in (INCLUDE, OUTPUTS_OF_PRODUCTS)}


def continued(command: str) -> str:
    """The command on lines of at most 100 characters, broken before options as a shell continues them."""
    lines = [""]
    for part in re.split(r" (?=--)", command):
        if lines[-1] and len(f"{lines[-1]} {part}") > WIDTH:
            lines.append("")
        lines[-1] = f"{lines[-1]} {part}".strip()
    return " \\\n        ".join(lines)


def first_role(portfolio: PortfolioFile) -> str:
    """The ARN of a role that may launch in the sandbox: one by name, else one that matches a pattern."""
    from catalog.content.portfolio_files import EXAMPLE
    from catalog.model.portfolio import PrincipalType

    principals = sorted(portfolio.principals(EXAMPLE), key=lambda each: (each.type is not PrincipalType.IAM, each.arn))
    for principal in principals:
        name = principal.arn.partition(":role/")[2]
        if name:
            return f"arn:{EXAMPLE.partition}:iam::{EXAMPLE.account}:role/{re.sub('[*?]', 'x', name)}"
    return ""


def inputs(catalog: Catalog, rendered: Rendered, portfolio: PortfolioFile) -> Iterator[str]:
    """The options for what has no default: parameters with values that the template accepts, and the choice of tags."""
    from catalog.cfn.template import section
    from catalog.content.portfolio_files import EXAMPLE
    from catalog.provisioning.form_parameters import FormParameter
    from catalog.simulate.decide import offered_tags

    offer = offered_tags(portfolio, catalog.products[rendered.product].tag_options, EXAMPLE)
    parameters = {
        name: FormParameter(name, name, definition)
        for name, definition in section(rendered.template, "Parameters").items()
        if isinstance(definition, Mapping)
    }
    for name, parameter in parameters.items():
        if value := needed_value(parameter, offer):
            yield from ("--param", f"{name}={value}")
    for tag, values in offer.items():
        if len(values) > 1 and (tag not in parameters or parameters[tag].secret):
            yield from ("--tag", f"{tag}={values[0]}")


def needed_value(parameter: FormParameter, offer: Offer) -> str:
    """A value for a parameter; empty if its default does, or if `catalog launch` asks for it, because it is secret.

    A TagOption with its name limits the values.
    """
    from catalog.cfn.accepted_values import example
    from catalog.cfn.template import TemplateError
    from catalog.provisioning.form_parameters import accepts_value

    on_offer = [value for value in offer.get(parameter.name, ()) if accepts_value(parameter.definition, value)]
    if parameter.secret or (not parameter.required and (not on_offer or parameter.default in on_offer)):
        return ""
    try:
        return (on_offer or [""])[0] or parameter.example or example(parameter.definition) or UNKNOWN
    except TemplateError:
        return UNKNOWN
