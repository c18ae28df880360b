"""Launching with the account alone, outside of a repository: AWS says what product and parameters are.

Without the product file, AWS decides more: rules and constraints of the portfolio are checked when it accepts the
launch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from catalog.aws.provisioning import NAME, NAME_FORM, Provisioning, Record
from catalog.aws.session import AwsSession
from catalog.cfn import resolve_parameters
from catalog.errors import ContentError
from catalog.model.limits import check_pattern
from catalog.provisioning.form import read_form
from catalog.provisioning.launch import StackPlaces
from catalog.provisioning.offer import find_account_product
from catalog.simulate import effective_tags


@dataclass(frozen=True, slots=True)
class AccountLaunch:
    """A launch of which only AWS knows the product."""

    product: str
    """Name or id of the product in AWS."""
    name: str
    """Name of the provisioned product."""
    version: str | None
    portfolio: str | None
    """Name of the portfolio, or id of the launch path."""
    parameters: Mapping[str, str]
    tags: Mapping[str, str]
    stacks: StackPlaces

    def start(self, session: AwsSession) -> Record:
        """Find product, version and launch path as the caller, check the parameters, and provision."""
        check_pattern("--name", self.name, NAME, NAME_FORM)
        product = find_account_product(Provisioning(session), self.product)
        form = read_form(session, product, product.version(self.version), product.path(self.portfolio))
        resolved = resolve_parameters(form.declared, self.parameters)
        if resolved.problems:
            raise ContentError(
                f"{product.name} {form.version.name} cannot be launched with these parameters",
                problems=tuple(problem.message for problem in resolved.problems),
                hint="Pass them with --param or --params-file.",
            )
        return Provisioning(session).provision(
            self.name,
            product_id=product.id,
            artifact_id=form.version.id,
            path_id=form.path.id,
            parameters=self.parameters,
            tags=effective_tags(form.tag_options, form.declared, resolved.values, self.tags),
            preferences=self.stacks.preferences(),
        )
