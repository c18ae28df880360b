"""Launching: check the request against the content, then provision the product as the caller."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from catalog.aws.aliases import aliases
from catalog.aws.provisioning import NAME, NAME_FORM, Provisioning, Record
from catalog.aws.session import AwsSession
from catalog.cfn import Pseudo, resolve_parameters
from catalog.cfn.template import section
from catalog.content.load import Catalog
from catalog.content.portfolio_files import AccountRegion, PortfolioFile
from catalog.content.render import Rendered
from catalog.content.yaml_files import DataPath
from catalog.errors import AwsCallError, AwsError, ContentError
from catalog.model.definition import ProductDefinition
from catalog.model.limits import shown
from catalog.model.share import ACCOUNT_ID
from catalog.provisioning.choices import choices
from catalog.provisioning.form_parameters import groups_of
from catalog.provisioning.form_text import parameter_help, with_help
from catalog.provisioning.lookup import choose_path, find_product, find_version, launchers
from catalog.simulate import LaunchRequest, Simulation, effective_tags, launch_paths, offered_tags, simulate
from catalog.simulate.simulation import Rendering


@dataclass(frozen=True, slots=True)
class StackPlaces:
    """The accounts and Regions in which a launch under a STACKSET constraint makes stacks.

    Empty: in all accounts, or Regions, of the constraint.
    """

    accounts: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()

    def preferences(self) -> dict[str, tuple[str, ...]]:
        """ProvisioningPreferences of the API, without the empty members."""
        members = {"StackSetAccounts": self.accounts, "StackSetRegions": self.regions}
        return {name: values for name, values in members.items() if values}


@dataclass(frozen=True, slots=True)
class Launch:
    """The launch of one version of a product under a name, with parameters and tags."""

    catalog: Catalog
    rendered: Rendered
    name: str
    parameters: Mapping[str, str]
    tags: Mapping[str, str]
    portfolio: PortfolioFile | None = None
    stacks: StackPlaces = StackPlaces()

    @property
    def definition(self) -> ProductDefinition:
        """The product's definition in the repository."""
        return self.catalog.products[self.rendered.product]

    def simulation(self, account_region: AccountRegion | None) -> Simulation:
        """The launch, simulated without AWS. Without `account_region`, what depends on it stays open."""
        request = LaunchRequest(
            product=self.rendered.product,
            version=self.rendered.version,
            template=self.rendered.template,
            parameters=self.parameters,
            tags=self.tags,
            tag_options=self.definition.tag_options,
            separate_lists=self.definition.separate_lists,
            account_region=account_region,
        )
        return simulate(request, [self.portfolio] if self.portfolio else [])

    def check(self, account_region: AccountRegion | None) -> Simulation:
        """Raise `ContentError` with every reason why the launch would fail; makes no AWS call.

        Without `account_region` the account is not known yet, and rules that read it wait for a second check. What only
        the account knows (SSM parameters, exports, availability zones) is left to AWS.
        """
        simulation = self.simulation(account_region)
        problems = [*self.name_problems(), *self.stack_problems(), *simulation.paths[0].refusals]
        self.refuse(problems, account_region)
        return simulation

    def refuse(self, problems: Sequence[str], account_region: AccountRegion | None) -> None:
        """Raise `ContentError` when there is any problem, with what each parameter is for."""
        if problems:
            where = f" in account {account_region.account}, Region {account_region.region}" if account_region else ""
            raise ContentError(
                f"{self.rendered.product} {self.rendered.version} cannot be launched with this input{where}",
                problems=tuple(with_help(problems, self.help_of)),
                hint=f"`catalog simulate {self.rendered.product}` with the same parameters shows more.",
            )

    def help_of(self, name: str) -> Sequence[str]:
        """What a parameter is for, and what it may be, with the rules of the template and the portfolio."""
        template = self.rendered.template
        groups = groups_of(section(template, "Parameters"), template.get("Metadata"))
        parameter = next((each for group in groups for each in group.parameters if each.name == name), None)
        if parameter is None:
            return ()
        rules = {
            **section(template, "Rules"),
            **(self.portfolio.rules(self.rendered.product) if self.portfolio else {}),
        }
        return parameter_help(parameter, choices(name, parameter.definition, rules, {}, Pseudo("", "")))

    def name_problems(self) -> Iterator[str]:
        """What is wrong with the provisioned product's name."""
        return name_problems(self.name)

    def stack_set(self) -> tuple[DataPath, Mapping[str, Any]]:
        """(path, STACKSET constraint) of the product in the portfolio's file, unresolved; empty without one."""
        products = self.portfolio.document.data["products"] if self.portfolio else ()
        for index, portfolio_product in enumerate(products):
            if portfolio_product["product"] == self.rendered.product:
                return ("products", index, "stackset"), portfolio_product.get("stackset", {})
        return (), {}

    def stack_problems(self, launch_account_region: AccountRegion | None = None) -> Iterator[str]:
        """Accounts and Regions that the STACKSET constraint does not have, for a launch in `launch_account_region`.

        Without `launch_account_region`, only the values that the constraint names without a placeholder are compared.
        """
        for account in self.stacks.accounts:
            if not ACCOUNT_ID.fullmatch(account):
                yield f"--stack-account must be an account's id, 12 digits, got {account!r}"
        if self.portfolio is None:
            return
        path, constraint = self.stack_set()
        constraint = launch_account_region.fill(constraint) if launch_account_region else constraint
        for option, member in (("--stack-account", "accounts"), ("--stack-region", "regions")):
            allowed, chosen = constraint.get(member, ()), getattr(self.stacks, member)
            outside = [value for value in chosen if value not in allowed]
            where = self.portfolio.document.where((*path, member))
            if chosen and not constraint:
                yield f"{option} is for products with a stackset; {self.rendered.product} has none in {where}"
            elif outside and not any("${" in value for value in allowed):
                yield f"{option} {', '.join(outside)} is not among the {member} of {where}: {', '.join(allowed)}"

    def stack_account_regions(self, launch_account_region: AccountRegion) -> list[AccountRegion]:
        """Where a launch in `launch_account_region` makes stacks."""
        constraint = launch_account_region.fill(self.stack_set()[1])
        accounts = self.stacks.accounts or constraint.get("accounts", (launch_account_region.account,))
        regions = self.stacks.regions or constraint.get("regions", (launch_account_region.region,))
        return [
            AccountRegion(account, region, launch_account_region.partition)
            for account in accounts
            for region in regions
        ]

    def access_hint(self, account_region: AccountRegion) -> str:
        """What a caller without a launch path can do next."""
        product = self.rendered.product
        portfolios = [self.portfolio] if self.portfolio else launch_paths(self.catalog.portfolios, product, None)
        return (
            f"Publish it first, or launch as a principal of {' or '.join(file.key for file in portfolios)}, by --as or "
            f"--profile: {launchers(portfolios, account_region)}."
        )

    def effective_tags(self) -> dict[str, str]:
        """The tags given, and for a TagOption with a parameter's name the value of the parameter, unless NoEcho."""
        values = resolve_parameters(self.rendered.template, self.parameters).values
        offer = offered_tags(self.portfolio, self.definition.tag_options, None)
        return effective_tags(offer, self.rendered.template, values, self.tags)


def name_problems(name: str) -> Iterator[str]:
    """What is wrong with the name of a provisioned product."""
    if not name:
        yield f"--name must be given: {NAME_FORM}"
    elif not NAME.fullmatch(name):
        yield f"--name must be {NAME_FORM}, got {shown(name)}"


def check_aliases(rendering: Rendering, session: AwsSession) -> None:
    """Raise `AwsError` when the account already has an alias of the template, if the caller may list aliases.

    A stack that fails on its alias deletes the key that it created first. With PreventDestroy it cannot, and the key
    stays (docs/products/kms_key.md).
    """
    resources = [resource for resource in rendering.resources if resource.type == "AWS::KMS::Alias"]
    names = [resource.properties.get("AliasName") for resource in resources]
    wanted = {name for name in names if isinstance(name, str)}  # a name can depend on values that only AWS knows
    if taken := sorted(wanted & aliases(session)) if wanted else []:
        raise AwsError(
            f"{', '.join(taken)} already exists in account {session.identity.account}, Region {session.region}",
            hint="Choose another alias, or terminate the provisioned product that has it.",
        )


def choose_portfolio(content: Catalog, product: str, key: str | None) -> PortfolioFile | None:
    """The portfolio with this key, or the only one that has the product; None when several have it.

    `ContentError` when the portfolio is unknown or does not have the product, and when no portfolio has it.
    """
    portfolios = launch_paths(content.portfolios, product, key)
    if not portfolios:
        raise ContentError(f"no portfolio has product {product!r}", hint="Add it to a file in portfolios/.")
    return portfolios[0] if len(portfolios) == 1 else None


@dataclass(frozen=True, slots=True)
class LaunchTarget:
    """What a launch goes to, by the ids of AWS."""

    product_id: str
    artifact_id: str
    path_id: str
    portfolio: PortfolioFile | None
    """The portfolio of the path; None if the repository has none with its name, or several."""


@dataclass(frozen=True, slots=True)
class FoundProduct:
    """A product of the repository in AWS, as the caller sees it."""

    id: str
    artifacts: Sequence[Mapping[str, Any]]
    paths: Sequence[tuple[str, str]]
    """(path id, display name of the portfolio) of each launch path of the caller."""

    def target(self, launch: Launch) -> LaunchTarget:
        """The version and the launch path; `ContentError` if the caller must choose one."""
        path_id, portfolio = choose_path(launch.catalog, launch.portfolio, self.paths)
        return LaunchTarget(self.id, find_version(launch.rendered, self.artifacts), path_id, portfolio)


def locate(launch: Launch, session: AwsSession, administrator: AwsSession | None) -> FoundProduct:
    """Find the product and the caller's launch paths. Raises AWS's ResourceNotFoundException when there is none.

    `administrator` is the identity that assumed the caller's role; see `lookup.find_product`.
    """
    provisioning = Provisioning(session)
    try:
        product_id, artifacts = find_product(launch.catalog, launch.rendered, provisioning, administrator)
        return FoundProduct(product_id, artifacts, provisioning.launch_paths(product_id))
    except AwsCallError as error:
        if error.code != "ResourceNotFoundException":
            raise
        raise error.reworded(hint=launch.access_hint(session.account_region)) from error


def provision(launch: Launch, session: AwsSession, target: LaunchTarget) -> Record:
    """Check again with the account, and provision."""
    launch, account_region = replace(launch, portfolio=target.portfolio), session.account_region
    launch.refuse(tuple(launch.stack_problems(account_region)), account_region)
    for stack_account_region in launch.stack_account_regions(account_region):
        simulation = launch.check(stack_account_region)
        if stack_account_region == account_region:
            check_aliases(simulation.rendering, session)
    return Provisioning(session).provision(
        launch.name,
        product_id=target.product_id,
        artifact_id=target.artifact_id,
        path_id=target.path_id,
        parameters=launch.parameters,
        tags=launch.effective_tags(),
        preferences=launch.stacks.preferences(),
    )


def start(launch: Launch, session: AwsSession, administrator: AwsSession | None) -> Record:
    """Find product, version and launch path as the caller, check again with the account, and provision."""
    return provision(launch, session, locate(launch, session, administrator).target(launch))
