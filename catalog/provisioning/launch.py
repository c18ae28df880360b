"""Launching: check what is asked against the content, then provision as the caller."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from catalog.aws.aliases import aliases
from catalog.aws.observe import observe
from catalog.aws.provisioning import NAME, NAME_FORM, Provisioning, Record
from catalog.aws.reader import Reader
from catalog.aws.session import AwsSession
from catalog.aws.templates import TemplateStore
from catalog.cfn import resolve_parameters
from catalog.content.load import Catalog
from catalog.content.portfolio_files import Place, PortfolioFile
from catalog.content.render import Rendered
from catalog.content.yaml_files import DataPath
from catalog.errors import AwsCallError, AwsError, ContentError
from catalog.model import addresses
from catalog.model.definition import ProductDefinition
from catalog.model.product import ProvisioningArtifact
from catalog.model.share import ACCOUNT_ID
from catalog.model.version import is_dev_version
from catalog.releases import parse_template
from catalog.simulate import LaunchRequest, Simulation, effective_tags, launch_paths, offered_tags, simulate


@dataclass(frozen=True, slots=True)
class StackPlaces:
    """Where a launch under a STACKSET constraint shall make stacks; nothing means everywhere that it allows."""

    accounts: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()

    def preferences(self) -> dict[str, tuple[str, ...]]:
        """ProvisioningPreferences of the API: only what is asked for."""
        named = {"StackSetAccounts": self.accounts, "StackSetRegions": self.regions}
        return {name: values for name, values in named.items() if values}


@dataclass(frozen=True, slots=True)
class Launch:
    """What somebody asks for: a version of a product under a name, with parameters and tags."""

    catalog: Catalog
    rendered: Rendered
    name: str
    parameters: Mapping[str, str]
    tags: Mapping[str, str]
    portfolio: PortfolioFile | None = None
    stacks: StackPlaces = StackPlaces()

    @property
    def definition(self) -> ProductDefinition:
        """The product as its file says today."""
        return self.catalog.products[self.rendered.product]

    def simulation(self, place: Place | None) -> Simulation:
        """The launch without AWS. Without `place` what depends on the account or Region stays open."""
        request = LaunchRequest(
            product=self.rendered.product,
            version=self.rendered.version,
            template=self.rendered.template,
            parameters=self.parameters,
            tags=self.tags,
            tag_options=self.definition.tag_options,
            separate_lists=self.definition.separate_lists,
            place=place,
        )
        return simulate(request, [self.portfolio] if self.portfolio else [])

    def check(self, place: Place | None) -> Simulation:
        """Raise `ContentError` with every reason why the launch would fail; no call is made.

        Without `place` the account is not known yet: rules that ask for it are left for a second check. What only the
        account can say (SSM parameters, exports, zones) is left to AWS.
        """
        simulation = self.simulation(place)
        problems = [*self.name_problems(), *self.stack_problems(), *simulation.paths[0].refusals]
        self.refuse(problems, place)
        return simulation

    def refuse(self, problems: Sequence[str], place: Place | None) -> None:
        """Raise `ContentError` when there is any problem."""
        if problems:
            where = f" in account {place.account}, Region {place.region}" if place else ""
            raise ContentError(
                f"{self.rendered.product} {self.rendered.version} cannot be launched like this{where}",
                problems=tuple(problems),
                hint=f"`catalog simulate {self.rendered.product}` shows more, with the same parameters.",
            )

    def name_problems(self) -> Iterator[str]:
        """The provisioned product's name."""
        if not NAME.fullmatch(self.name):
            yield f"--name must be {NAME_FORM}, got {self.name!r}"

    def stack_set(self) -> tuple[DataPath, Mapping[str, Any]]:
        """(path, STACKSET constraint) that the portfolio has for the product, as written; empty without one."""
        for index, entry in enumerate(self.portfolio.document.data["products"] if self.portfolio else ()):
            if entry["product"] == self.rendered.product:
                return ("products", index, "stackset"), entry.get("stackset", {})
        return (), {}

    def stack_problems(self, here: Place | None = None) -> Iterator[str]:
        """Accounts and Regions that the constraint does not have when somebody launches `here`.

        Without `here`, as far as it names them without a placeholder.
        """
        for account in self.stacks.accounts:
            if not ACCOUNT_ID.fullmatch(account):
                yield f"--stack-account must be an account's id, 12 digits, got {account!r}"
        if self.portfolio is None:
            return
        path, written = self.stack_set()
        written = here.fill(written) if here else written
        for option, member in (("--stack-account", "accounts"), ("--stack-region", "regions")):
            allowed, chosen = written.get(member, ()), getattr(self.stacks, member)
            outside = [each for each in chosen if each not in allowed]
            where = self.portfolio.document.where((*path, member))
            if chosen and not written:
                yield f"{option} is for products with a stackset, and {self.rendered.product} has none in {where}"
            elif outside and not any("${" in each for each in allowed):
                yield f"{option} {', '.join(outside)} is not among the {member} of {where}: {', '.join(allowed)}"

    def places(self, here: Place) -> list[Place]:
        """Where stacks are made when somebody launches `here`."""
        written = here.fill(self.stack_set()[1])
        accounts = self.stacks.accounts or written.get("accounts", (here.account,))
        regions = self.stacks.regions or written.get("regions", (here.region,))
        return [Place(account, region, here.partition) for account in accounts for region in regions]

    def effective_tags(self) -> dict[str, str]:
        """The tags given, and for a TagOption that bears a parameter's name the parameter's value unless NoEcho."""
        values = resolve_parameters(self.rendered.template, self.parameters).values
        offer = offered_tags(self.portfolio, self.definition.tag_options, None)
        return effective_tags(offer, self.rendered.template, values, self.tags)


def check_aliases(simulation: Simulation, session: AwsSession) -> None:
    """Raise `AwsError` when an alias that the template makes is taken, as far as the caller may list aliases.

    A stack that fails on its alias takes back the key that it made first; with PreventDestroy it cannot, and the key
    stays (docs/products/kms_key.md).
    """
    resources = [each for each in simulation.rendering.resources if each.type == "AWS::KMS::Alias"]
    names = [each.properties.get("AliasName") for each in resources]
    wanted = {name for name in names if isinstance(name, str)}  # a name may hang on what only AWS knows
    if taken := sorted(wanted & aliases(session)) if wanted else []:
        raise AwsError(
            f"{', '.join(taken)} already exists in account {session.identity.account}, Region {session.region}",
            hint="Choose another alias, or terminate what uses it.",
        )


def published_pre_release(catalog: Catalog, product: str, version: str, session: AwsSession) -> Rendered:
    """A pre-release that the working tree does not render any more, as it lies in the template bucket.

    `ContentError` when the account does not have it, or no longer offers it.
    """
    observed = observe(Reader(session), catalog.config.owner).state.products.get(product)
    artifact = observed.artifact(version) if observed else None
    if artifact is None or not artifact.active or not is_dev_version(version, artifact.digest):
        state = "is no longer active" if artifact else "is not published"
        raise ContentError(
            f"{product} {version} {state} in account {session.identity.account}, Region {session.region}, and is not "
            "what the working tree renders",
            hint="`catalog publish --dev` publishes the working tree, and names its version.",
        )
    store = TemplateStore(session, catalog.config.bucket_name(session.identity.account, session.region))
    body = store.get(product, artifact.digest)
    return Rendered(product, version, body, artifact.digest, parse_template(f"{product} {version}", body))


def choose_portfolio(catalog: Catalog, product: str, key: str | None) -> PortfolioFile | None:
    """The portfolio that is named, or the only one with the product; None when several have it.

    `ContentError` when it is unknown, does not have the product, or no portfolio has it.
    """
    holding = launch_paths(catalog.portfolios, product, key)
    if not holding:
        raise ContentError(f"no portfolio has product {product!r}", hint="Add it to a file in portfolios/.")
    return holding[0] if len(holding) == 1 else None


def start(launch: Launch, session: AwsSession, administrator: AwsSession | None) -> tuple[Record, Launch]:
    """Find the product, the version and a path as the caller, check again with all known, and provision.

    `administrator` is who assumed the caller's role: asked for the product's id when the caller cannot see it, so
    that AWS itself says why. Raises AWS's ResourceNotFoundException when there is no launch path.
    """
    provisioning = Provisioning(session)
    product_id, artifacts = find_product(launch, provisioning, administrator)
    paths = provisioning.launch_paths(product_id)
    path_id, portfolio = choose_path(launch, paths)
    settled = replace(launch, portfolio=portfolio)
    here = Place(session.identity.account, session.region, session.identity.partition)
    settled.refuse(tuple(settled.stack_problems(here)), here)
    for place in settled.places(here):
        simulation = settled.check(place)
        if place == here:
            check_aliases(simulation, session)
    record = provisioning.provision(
        launch.name,
        product_id=product_id,
        artifact_id=find_version(launch.rendered, artifacts),
        path_id=path_id,
        parameters=launch.parameters,
        tags=settled.effective_tags(),
        preferences=settled.stacks.preferences(),
    )
    return record, settled


def find_product(
    launch: Launch, provisioning: Provisioning, administrator: AwsSession | None
) -> tuple[str, Sequence[Mapping[str, Any]]]:
    """(product id, its versions as the caller sees them)."""
    definition = launch.catalog.products[launch.rendered.product]
    found = list(provisioning.products_called(definition.name))
    # Names are not unique: the product with our version is meant, else AWS may say what is wrong with the first one.
    found.sort(key=lambda answer: launch.rendered.digest not in str(answer["ProvisioningArtifacts"]))
    for answer in found:
        return answer["ProductViewSummary"]["ProductId"], answer["ProvisioningArtifacts"]
    if administrator is not None:
        observed = observe(Reader(administrator), launch.catalog.config.owner)
        if product_id := observed.ids.get(addresses.product(launch.rendered.product)):
            return product_id, ()
    try:
        answer = provisioning.describe_product(Name=definition.name)
    except AwsCallError as error:
        if error.code == "ResourceNotFoundException":
            error.hint = "Publish it first, or have the caller's role added to a portfolio's principals."
        raise
    return answer["ProductViewSummary"]["ProductId"], answer["ProvisioningArtifacts"]


def choose_path(launch: Launch, paths: Sequence[tuple[str, str]]) -> tuple[str, PortfolioFile | None]:
    """(path id, portfolio): the path through the portfolio that is named, or the only one there is."""
    by_name = {file.display_name: file for file in launch.catalog.portfolios.values()}
    if launch.portfolio:
        wanted = launch.portfolio.display_name
        for path_id, name in paths:
            if name == wanted:
                return path_id, launch.portfolio
        raise AwsError(
            f"the caller has no launch path through portfolio {wanted!r}; there is one through "
            f"{', '.join(sorted(name for _, name in paths)) or 'none'}"
        )
    if len(paths) > 1:
        keys = sorted(by_name[name].key for _, name in paths if name in by_name)
        raise ContentError(
            f"the caller has {len(paths)} launch paths", hint=f"Choose one with --portfolio {' or '.join(keys)}."
        )
    for path_id, name in paths:
        return path_id, by_name.get(name)
    raise AwsError("AWS lists no launch path for the caller", hint="Have its role added to a portfolio's principals.")


def find_version(rendered: Rendered, artifacts: Sequence[Mapping[str, Any]]) -> str:
    """The id of the version, whose digest must be that of the content that was checked."""
    same = [artifact for artifact in artifacts if artifact["Name"] == rendered.version]
    if not same:
        raise AwsError(
            f"{rendered.product} {rendered.version} is not published, or no longer active",
            hint="Run `catalog publish` first, with --dev for a pre-release.",
        )
    _, digest = ProvisioningArtifact.split_description(same[0].get("Description", ""))
    if digest and digest != rendered.digest:
        raise ContentError(
            f"{rendered.product} {rendered.version} is published as {digest}, the repository has {rendered.digest}",
            hint="Launch from the repository's state that was published.",
        )
    return str(same[0]["Id"])
