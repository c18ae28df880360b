"""Launching with the account alone, outside of a repository: AWS says what product and parameters are.

Without the product file, AWS decides more: rules and constraints of the portfolio are checked when it accepts the
launch.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from catalog.aws.provisioning import Provisioning, Record
from catalog.aws.session import AwsSession
from catalog.cfn import Pseudo
from catalog.errors import ContentError
from catalog.provisioning.form import LaunchForm, read_form
from catalog.provisioning.form_faults import form_faults
from catalog.provisioning.form_text import parameter_help, with_help
from catalog.provisioning.launch import StackPlaces, name_problems
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

    def form(self, session: AwsSession, *, whole: bool = False) -> LaunchForm:
        """What the version asks for, as the caller sees it; `whole`: with the template, if the caller may read it."""
        product = find_account_product(Provisioning(session), self.product)
        return read_form(session, product, product.version(self.version), product.path(self.portfolio), whole=whole)

    def check(self, form: LaunchForm, pseudo: Pseudo) -> None:
        """Raise `ContentError` with every reason why AWS would refuse the launch, as far as the form says it."""
        faults = [fault.text for fault in form_faults(form, self.parameters, self.tags, pseudo)]

        def help_of(name: str) -> list[str]:
            parameter = form.parameter(name)
            return parameter_help(parameter, form.choices(parameter, {}, pseudo)) if parameter else []

        problems = [*name_problems(self.name), *version_problems(form), *with_help(faults, help_of)]
        if problems:
            raise ContentError(
                f"{form.product.name} {form.version.name} cannot be launched with this input",
                problems=tuple(problems),
                hint=f"`catalog describe {shlex.quote(self.product)} --params-template` prints a file to fill in.",
            )

    def provision(self, session: AwsSession, form: LaunchForm) -> Record:
        """Check the launch, and provision."""
        self.check(form, Pseudo(session.identity.account, session.region))
        return Provisioning(session).provision(
            self.name,
            product_id=form.product.id,
            artifact_id=form.version.id,
            path_id=form.path.id,
            parameters=self.parameters,
            tags=effective_tags(form.tag_options, form.declared, form.values(self.parameters), self.tags),
            preferences=self.stacks.preferences(),
        )


def version_problems(form: LaunchForm) -> Iterator[str]:
    """A deprecated version takes no new launches."""
    if not form.version.launchable:
        default = form.product.default_version
        instead = f"; the default is {default.name}" if default else ""
        yield f"--version {form.version.name} is deprecated, and takes no new launches{instead}"
