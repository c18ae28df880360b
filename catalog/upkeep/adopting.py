"""`catalog adopt`: bring an existing portfolio or product under management. Only its ownership tags change.

The files are written before AWS is changed. If a run is interrupted in between, the next run finds the same files, and
AWS has no ownership tags on objects that are not declared, which prune would delete.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import count
from pathlib import Path, PurePosixPath
from typing import Any

from catalog.aws.adopting import AdoptingReader
from catalog.aws.observation import Observation
from catalog.aws.observe import SameAddressError, observe
from catalog.aws.reader import Reader
from catalog.aws.service_actions import associations, listed_service_actions
from catalog.aws.session import AwsSession
from catalog.aws.tags import tag_map
from catalog.content.config import Config
from catalog.content.files import check_inside
from catalog.content.load import load_catalog
from catalog.content.portfolio_files import AccountRegion
from catalog.content.product_files import KEY
from catalog.content.render import render
from catalog.errors import AwsCallError, AwsError, ContentError
from catalog.model import addresses
from catalog.model.addresses import Address
from catalog.model.limits import listed, shown
from catalog.model.product import Product
from catalog.model.service_action import product_of, read_mark
from catalog.model.state import ADDRESS_TAG, OWNER_TAG, CatalogState
from catalog.model.version import parse_version
from catalog.plan.changes import Change, LaunchImpact, Plan
from catalog.plan.diff import diff
from catalog.plan.kinds.portfolio import UpdatePortfolio
from catalog.plan.kinds.product import UpdateProduct
from catalog.plan.kinds.version import UpdateProvisioningArtifact
from catalog.publishing.desired import desired_state, publication
from catalog.publishing.plans import plan_for
from catalog.releases import Release
from catalog.releases.ledger import checked_notes
from catalog.releases.release import digest_of, in_order
from catalog.upkeep.accepting import accepted_faults, notes_of
from catalog.upkeep.adopted_files import check_files, copy_folder, schema_line
from catalog.upkeep.numbering import version_numbers
from catalog.upkeep.productform import key_of, product_files
from catalog.upkeep.yamlform import portfolio_yaml


@dataclass(frozen=True, slots=True)
class Adoption:
    """The files and tags that adopting writes, and the differences that would remain between the repository and AWS."""

    files: Mapping[PurePosixPath, bytes]
    marking: Plan
    """The plan that adds the ownership tags and makes the requested renames."""
    differences: tuple[Change, ...]
    notes: tuple[str, ...]

    def write(self, root: Path) -> None:
        """Write the files below `root`."""
        for path, body in self.files.items():
            file = root / path
            check_inside(root, file)
            try:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(body)
            except OSError as error:
                raise ContentError(f"{path}: cannot be written: {error.strerror}") from error


@dataclass(slots=True)
class Adopter:
    """Gives each portfolio and product that is adopted its Address."""

    config: Config
    session: AwsSession
    key: str = ""
    """The key of the object, when a single one is adopted; empty to make keys from names."""
    renames: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, str] = field(default_factory=dict)
    """The name of a version in AWS → its version, where the name does not say it."""
    marks: dict[str, Address] = field(default_factory=dict)
    ours: dict[str, Address] = field(default_factory=dict)
    """The objects among those named, and in portfolios among them, that are ours already; by AWS id."""
    notes: list[str] = field(default_factory=list)

    @property
    def reader(self) -> Reader:
        """A reader of AWS in its present state."""
        return Reader(self.session)

    @property
    def account_region(self) -> AccountRegion:
        """Account, Region and partition of the session."""
        return self.session.account_region

    def origin(self, aws_id: str) -> str:
        """`port-… of account …, Region …`: where the files come from."""
        return f"{aws_id} of account {self.account_region.account}, Region {self.account_region.region}"

    def choose(self, aws_ids: Sequence[str]) -> None:
        """Mark the portfolios and products with these ids; a portfolio's products of this account are included."""
        if self.key and len(aws_ids) > 1:
            raise ContentError(f"--key sets the key of a single object, but {len(aws_ids)} ids were given")
        for aws_id in aws_ids:
            if aws_id.startswith("port-"):
                self.choose_portfolio(aws_id)
            elif aws_id.startswith("prod-"):
                answer = described(self.reader.product, aws_id)
                self.mark("product", aws_id, answer, self.key)
            else:
                raise ContentError(f"{shown(aws_id)} is not the id of a portfolio (port-…) or product (prod-…)")

    def choose_portfolio(self, portfolio_id: str) -> None:
        """Mark a portfolio and its products."""
        answer = described(self.reader.portfolio, portfolio_id)
        own = {item["ProductViewSummary"]["ProductId"] for item in self.reader.products()}
        members = list(self.reader.products_of(portfolio_id))
        for product_id in members:
            if product_id not in own:
                self.notes.append(f"{portfolio_id} holds {product_id} of another account: left as it is")
            elif product_id not in self.marks:
                self.mark("product", product_id, self.reader.product(product_id), "")
        self.mark("portfolio", portfolio_id, answer, self.key)

    def mark(self, kind: str, aws_id: str, answer: Mapping[str, Any], key: str) -> None:
        """Give an object its Address, unless it has one; `ContentError` when it belongs to another repository."""
        tags = tag_map(answer.get("Tags", []))
        owner, tagged_address = tags.get(OWNER_TAG), tags.get(ADDRESS_TAG, "")
        if owner == self.config.owner and tagged_address.startswith(f"{kind}/"):
            self.ours[aws_id] = Address(tagged_address)
            return
        if owner not in (None, self.config.owner):
            raise ContentError(
                f"{aws_id} belongs to owner {owner!r} (tag {OWNER_TAG}); the owner here is {self.config.owner!r}",
                hint="If the other repository no longer manages it, remove the tag first.",
            )
        name, separator = name_of(kind, answer)
        key = key or key_of(name, separator)
        if not KEY.fullmatch(key):
            raise ContentError(f"{aws_id} {name!r}: {key!r} is not a valid key", hint="Adopt it alone, with --key.")
        address = Address(f"{kind}/{key}")
        if address in self.marks.values():
            raise ContentError(
                f"{address} would be the Address of two objects", hint="Adopt them one at a time, with --key."
            )
        self.marks[aws_id] = address

    def check_renames(self) -> None:
        """`ContentError` when a version to rename does not exist, unless an earlier run has renamed it already."""
        products = [product_id for product_id, address in self.marks.items() if address.startswith("product/")]
        details = [detail for product in products for detail in self.reader.artifacts(product)]
        names = {detail["Name"] for detail in details if detail.get("Name")}
        for old, new in self.renames.items():
            if old not in names and new not in names:
                raise no_version("--rename", old, names)

    def check_numbers(self, observed: Observation) -> None:
        """`ContentError` if a version that --number names does not exist."""
        keys = [address.removeprefix("product/") for address in self.marks.values() if address.startswith("product/")]
        names = {artifact.name for key in keys for artifact in observed.state.products[key].artifacts}
        for name in self.numbers:
            if name not in names:
                raise no_version("--number", name, names)

    def observed(self) -> Observation:
        """What AWS will have after adopting; `ContentError` when a key is that of another object already."""
        try:
            return observe(self.adopting_reader(), self.config.owner)
        except SameAddressError as error:
            marked = [aws_id for aws_id in error.ids if aws_id in self.marks]
            if not marked:
                raise
            ids = observe(self.reader, self.config.owner).ids
            kind, _, key = error.address.partition("/")
            keys = (f"{key}{'-' if kind == 'portfolio' else '_'}{number}" for number in count(2))
            free = next(name for name in keys if f"{kind}/{name}" not in ids)
            raise ContentError(
                f"key {key} is taken: {error.address} is {ids.get(error.address, 'another object')} already, and "
                f"{marked[0]} would get it too",
                hint=f"Nothing was changed. Pass --key {free}: `catalog adopt {marked[0]} --key {free}`.",
            ) from error

    def adopting_reader(self) -> AdoptingReader:
        """A reader of AWS as it will be after adopting."""
        return AdoptingReader(self.session, self.config.owner, self.marks, self.renames)


def name_of(kind: str, answer: Mapping[str, Any]) -> tuple[str, str]:
    """(name, separator of the words of its key) of a product or portfolio, from the answer that describes it."""
    if kind == "portfolio":
        return str(answer["PortfolioDetail"]["DisplayName"]), "-"
    return str(answer["ProductViewDetail"]["ProductViewSummary"]["Name"]), "_"


def described(read: Callable[[str], dict[str, Any]], aws_id: str) -> dict[str, Any]:
    """The answer of `read`; `ContentError` when AWS has no object with this id."""
    try:
        return read(aws_id)
    except AwsCallError as error:
        if error.code == "ResourceNotFoundException":
            raise ContentError(f"{aws_id} does not exist in this account and Region") from error
        raise


def no_version(option: str, name: str, names: Collection[str]) -> ContentError:
    """The error for an option that names a version that AWS does not have."""
    return ContentError(f"{option}: no version is called {shown(name)}. Versions: {listed(sorted(names), name)}")


def adopt(
    config: Config,
    session: AwsSession,
    aws_ids: Sequence[str],
    *,
    key: str = "",
    renames: Mapping[str, str],
    numbers: Mapping[str, str] | None = None,
    day: date,
) -> Adoption:
    """What adopting `aws_ids` on this day would write and mark. Reads only.

    `ContentError` when no file can declare it.
    """
    for name in renames.values():
        parse_version("--rename", name)
    for number in (numbers or {}).values():
        parse_version("--number", number)
    adopter = Adopter(config, session, key, renames, numbers or {})
    adopter.choose(aws_ids)
    adopter.check_renames()
    adopter.notes += foreign_actions(session, adopter.marks)
    observed = adopter.observed()
    adopter.check_numbers(observed)
    files: dict[PurePosixPath, bytes] = {}
    for product_id, address in adopter.marks.items():
        if address.startswith("product/"):
            product = observed.state.products[address.removeprefix("product/")]
            releases = adopted_releases(adopter, observed, product, product_id)
            latest = in_order(releases)[-1]
            suppressions, others = accepted_faults(config, latest, day)
            adopter.notes += notes_of(latest, suppressions, others)
            origin, options = adopter.origin(product_id), observed.state.tag_options
            schema = schema_line(config, "product")
            files |= product_files(product, releases, origin, options, suppressions, schema)
    for portfolio_id, address in adopter.marks.items():
        if address.startswith("portfolio/"):
            name = address.removeprefix("portfolio/")
            header = f"{schema_line(config, 'portfolio')}Adopted from {adopter.origin(portfolio_id)}."
            portfolio = observed.state.portfolios[name]
            text = portfolio_yaml(portfolio, adopter.account_region, header, observed.state.tag_options)
            files[PurePosixPath("portfolios", f"{name}.yaml")] = text
    check_files(config, files)
    differences = verify(config, files, observed, adopter)
    adopter.notes += [f"{aws_id} is {address} already" for aws_id, address in adopter.ours.items() if aws_id in aws_ids]
    marking = plan_for(config, session, changes=tuple(marking_changes(adopter, observed)), ids=observed.ids)
    notes = (*adopter.notes, *observed.all_notices)
    return Adoption(files, marking, differences, notes)


def foreign_actions(session: AwsSession, marks: Collection[str]) -> Iterator[str]:
    """A note for each service action of the adopted products: no file declares it, so it is left as it is."""
    for item in listed_service_actions(session):
        if not read_mark(item.get("Description", ""))[1]:
            product_ids = {product_id for product_id, _ in associations(session, item["Id"])}
            for product_id in sorted(product_ids.intersection(marks)):
                yield f"{product_id} has service action {item['Name']!r} ({item['Id']}): left as it is"


def adopted_releases(adopter: Adopter, observed: Observation, product: Product, product_id: str) -> tuple[Release, ...]:
    """A product's versions as releases, each with the template that AWS uses to launch it, under its name in AWS."""
    details = {detail["Id"]: detail for detail in adopter.adopting_reader().artifacts(product_id)}
    numbers = version_numbers([artifact.name for artifact in product.artifacts], adopter.numbers, product_id)
    releases, without_number = [], []
    for artifact in product.artifacts:
        artifact_id = observed.ids[addresses.version(product.key, artifact.name)]
        if artifact.name not in numbers:
            without_number.append(f"{artifact.name!r} ({artifact_id})")
            continue
        body = adopter.reader.template(product_id, artifact_id)
        if body is None:
            raise AwsError(f"{product_id}: AWS does not return the template of version {artifact.name} ({artifact_id})")
        if digest_of(body) != artifact.digest:
            raise ContentError(
                f"{product_id}: the description of version {artifact.name} has the digest {artifact.digest}, but its "
                f"template has {digest_of(body)}",
                hint="Remove the digest from the description first.",
            )
        day = details[artifact_id]["CreatedTime"].date()
        notes = checked_notes(f"{product_id}: description of version {artifact.name}", artifact.description)
        number = numbers[artifact.name]
        name = "" if artifact.name == number else artifact.name
        state = (artifact.guidance, artifact.active, body)
        releases.append(Release(product.key, number, artifact.digest, day, notes, *state, name=name))
    if not releases:
        raise ContentError(
            f"{product_id} {product.name!r} has no version whose name says its number, such as 1.0.0 or v1, only "
            f"{', '.join(without_number)}",
            hint="Give one a number: --number NAME=1.0.0. It keeps its name, its id and its provisioned products.",
        )
    if without_number:
        adopter.notes.append(
            f"{product_id}: these versions are not in the ledger and stay as they are, because their names do not say "
            f"a number, or one that another version has: {', '.join(without_number)}. To give one a number and keep "
            "its name: --number NAME=VERSION"
        )
    return tuple(releases)


def verify(
    config: Config, files: Mapping[PurePosixPath, bytes], observed: Observation, adopter: Adopter
) -> tuple[Change, ...]:
    """The changes that a plan would make to the adopted objects once the repository has the new files."""
    with tempfile.TemporaryDirectory(prefix="catalog-adopt-") as folder:
        root = Path(folder) / "repository"
        root.mkdir()
        shutil.copy(config.root / "pyproject.toml", root)
        for name in ("products", "portfolios", "examples"):
            if (config.root / name).is_dir():
                copy_folder(config, name, root)
        for path, body in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(body)
        catalog = load_catalog(root)
        declared = publication(catalog, [render(key, definition) for key, definition in catalog.products.items()])
        desired = desired_state(declared, adopter.account_region)
    return diff(only(desired, adopter.marks.values()), only(observed.state, adopter.marks.values()))


def only(state: CatalogState, wanted: Collection[Address]) -> CatalogState:
    """The products and portfolios of a state at these Addresses, with their service actions and TagOptions."""
    portfolios = {key: value for key, value in state.portfolios.items() if addresses.portfolio(key) in wanted}
    products = {key: value for key, value in state.products.items() if addresses.product(key) in wanted}
    offered = {option for portfolio in portfolios.values() for option in portfolio.tag_options}
    offered |= {option for product in products.values() for option in product.tag_options}
    options = {option: active for option, active in state.tag_options.items() if option in offered}
    actions = {key: value for key, value in state.service_actions.items() if product_of(key) in products}
    return replace(state, products=products, portfolios=portfolios, tag_options=options, service_actions=actions)


def marking_changes(adopter: Adopter, observed: Observation) -> Iterator[Change]:
    """Renames first, then products, then the portfolios that hold them."""
    owner = adopter.config.owner
    for product_id, address in adopter.marks.items():
        if address.startswith("product/"):
            key = address.removeprefix("product/")
            product = observed.state.products[key]
            old = {detail["Id"]: detail.get("Name") for detail in adopter.reader.artifacts(product_id)}
            for artifact in product.artifacts:
                version = addresses.version(key, artifact.name)
                if (before := old[observed.ids[version]]) != artifact.name:
                    details = (f"name: {before!r} → {artifact.name!r}",)
                    yield UpdateProvisioningArtifact(
                        address=version,
                        launch_impact=LaunchImpact.NOTHING,
                        product=key,
                        artifact=artifact,
                        fields=("Name",),
                        details=details,
                    )
            yield UpdateProduct(address=address, add_tags=ownership(owner, address), details=tag_lines(owner, address))
    for address in adopter.marks.values():
        if address.startswith("portfolio/"):
            yield UpdatePortfolio(
                address=address, add_tags=ownership(owner, address), details=tag_lines(owner, address)
            )


def ownership(owner: str, address: Address) -> dict[str, str]:
    """The tags that make an object ours."""
    return {OWNER_TAG: owner, ADDRESS_TAG: address}


def tag_lines(owner: str, address: Address) -> tuple[str, ...]:
    """The ownership tags, as lines of a plan."""
    return tuple(f"tag {name}: + {value!r}" for name, value in ownership(owner, address).items())
