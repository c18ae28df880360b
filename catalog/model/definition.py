"""The values of a product file: `PRODUCT = ProductDefinition(...)` and the classes of its fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol, Self

from catalog.errors import ContentError
from catalog.model.limits import check_characters, check_length, check_pattern, check_tags
from catalog.model.service_action import ServiceAction, check_keys
from catalog.model.tag_option import Inactive, check_form, check_texts
from catalog.model.version import parse_version

CONTROL_ID = re.compile(r"[EWI]9\d{3}")
KEEP_LIMIT = 100


class TemplateBuilder(Protocol):
    """A troposphere `Template`, or any object that renders to a CloudFormation template."""

    def to_dict(self) -> dict[str, Any]:
        """The template as JSON-like data."""


@dataclass(frozen=True, slots=True)
class LaunchPermission:
    """A statement of the product's launch role that `catalog role derive` cannot derive from the template.

    Examples are the permissions for a nested stack, or for a third-party resource type without handlers.
    """

    sid: str
    """Sid of the statement. Products that share a launch role share its statements: an error if two products give
    different statements the same Sid, or if a derived statement has it already."""
    actions: tuple[str, ...]
    """IAM actions, such as `("lambda:InvokeFunction",)`."""
    resources: tuple[str, ...]
    """ARNs. They can hold `${AWS::Partition}`, `${AWS::Region}` and `${AWS::AccountId}`."""
    reason: str
    """Why the role needs these actions on these resources, and why a `*` cannot be narrower."""
    conditions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Condition block of the statement: operator → condition key → value."""


@dataclass(frozen=True, slots=True)
class Suppression:
    """Accepts the findings of one control in the product's template, for a reason and until a date.

    Suppressed findings stay in every report. A suppression that is expired, unknown or unused is a finding itself
    (E9091, E9092, W9093).
    """

    control: str
    """Id of a control of catalog, such as `E9006`. Rules of cfn-lint are disabled in the template's Metadata instead.
    Findings of the version gate (92xx) cannot be suppressed: declare a `Migration`."""
    reason: str
    """Why the finding is accepted: 10 to 1000 characters."""
    expires: date
    """The last day of the suppression. From the next day on, the finding counts again."""
    where: str = ""
    """Path in the template, such as `Resources/Bucket`: only findings at or below it are suppressed. Empty: all of
    them."""

    def __post_init__(self) -> None:
        check_pattern("suppression's control", self.control, CONTROL_ID, "an id of catalog such as E9001")
        check_length(f"reason of suppression {self.control}", self.reason.strip(), 10, 1000)


@dataclass(frozen=True, slots=True)
class Migration:
    """Permits a version to remove, rename or replace one stateful resource, which the version gate refuses otherwise.

    Keep it in the file after the release: it also covers later versions that do the same to the resource.
    """

    version: str
    """The version that makes the change, `MAJOR.MINOR.PATCH`."""
    resource: str
    """Logical id of the resource in the older version."""
    reason: str
    """What happens to the resources that people launched, and how they are told: 10 to 1000 characters."""

    def __post_init__(self) -> None:
        parse_version("migration's version", self.version)
        check_length(f"reason of the migration of {self.resource}", self.reason.strip(), 10, 1000)


@dataclass(frozen=True, slots=True)
class Retention:
    """How many releases of the product stay in use. `catalog retention` proposes the edits of the ledger."""

    keep: int
    """The number of releases that people can launch, counted from the newest: 1 to 100. Older releases become
    deprecated. A deprecated release becomes inactive when no provisioned product uses it."""

    def __post_init__(self) -> None:
        if type(self.keep) is not int or not 1 <= self.keep <= KEEP_LIMIT:
            raise ContentError(f"retention's keep must be a number from 1 to {KEEP_LIMIT}, got {self.keep!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductDefinition:
    """A product. A product file assigns one to `PRODUCT`; the name of the file without `.py` is the product's key.

    All fields are keyword arguments. The limits are those of the Service Catalog API, or of AWS CDK where it is
    stricter.
    """

    name: str
    """The name that people see in the Service Catalog console: 1 to 100 characters, unique in the repository."""
    owner: str
    """The person or team that publishes the product: 1 to 8191 characters. People see it in the console."""
    description: str
    """What the product is for: 0 to 8191 characters."""
    distributor: str = ""
    """The vendor of the product: 0 to 8191 characters."""
    support_description: str = ""
    """Where people get support: 0 to 8191 characters."""
    support_email: str = ""
    """E-mail address for support: 0 to 254 characters."""
    support_url: str = ""
    """Web page for support, an http(s) URL: 0 to 2083 characters."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """Tags of the product itself in Service Catalog: at most 18, and 17 with `protect`. Keys have 1 to 128 and values 1
    to 256 letters, digits, spaces and `_.:/=+-@`. Keys cannot start with `aws:`."""
    tag_options: Mapping[str, Sequence[str | Inactive]] = field(default_factory=dict)
    """Tags whose values people choose at launch, key → values: `{"Environment": ("dev", "test", Inactive("legacy"))}`.
    If the portfolio offers the same key, people choose from the values that both offer. Values can hold the
    placeholders of portfolio files: docs/tags.md. Keys have 1 to 128 and values 1 to 256 letters, digits, spaces and
    `_.:/=+-@`."""
    budgets: tuple[str, ...] = ()
    """Names of budgets in AWS Budgets that watch the product's costs. They can hold the placeholders of portfolio
    files. The budgets must exist when you publish."""
    version: str
    """The version of the template, `MAJOR.MINOR.PATCH` (semver.org) without build metadata: 1 to 80 characters.
    `catalog release` freezes it; after that, any change of the template needs a higher version. A pre-release such as
    `1.1.0-rc.1` cannot be released. The ledger, `products/releases/<key>/ledger.yaml`, has the released versions and
    whether people can launch them."""
    version_description: str = ""
    """Release notes of the version, which people see in the console: 0 to 8000 characters. The option `--notes` of
    `catalog release` overrides them."""
    template: Callable[[], TemplateBuilder]
    """A function without arguments that returns the template: a troposphere `Template`, or any object with a method
    `to_dict()` that returns the template as a dict. For a template in YAML or JSON, use `template_file`. An exception
    is reported with the line of the product file that raised it."""
    launch_permissions: tuple[LaunchPermission, ...] = ()
    """Permissions of the launch role that cannot be derived from the template: docs/permissions.md."""
    separate_lists: tuple[tuple[str, str], ...] = ()
    """Pairs of list parameters that must have no member in common. `catalog launch` checks them before it calls AWS.
    Rules of CloudFormation cannot: they only refuse a list that contains the whole of the other."""
    service_actions: tuple[ServiceAction, ...] = ()
    """Operations that people can run on what they launched: docs/actions.md. Keys and names must be unique."""
    examples: tuple[str, ...] = ()
    """Parameter files of launches that must work, relative to the repository, such as `examples/launch-dev.yaml`. The
    access matrix and the version gate evaluate each version with them."""
    production: Mapping[str, str] = field(default_factory=dict)
    """Parameter → the value that every portfolio of stage prod must enforce, by its own rules or those of the template
    (control E9104)."""
    protect: bool = False
    """True: `catalog prune` never deletes the product, even if its file is gone. `catalog publish` stores it as a tag
    of the product."""
    suppressions: tuple[Suppression, ...] = ()
    """Findings in the template that are accepted for a time: docs/evidence.md."""
    migrations: tuple[Migration, ...] = ()
    """Changes to stateful resources that are intended: docs/versions.md."""
    retention: Retention | None = None
    """How many releases stay in use. None: all, until somebody edits the ledger."""
    file: str = field(default="", init=False, compare=False)
    """The file that declares the product, relative to the repository. Whoever loads it sets this."""

    def __post_init__(self) -> None:
        check_length("product name", self.name, 1, 100)
        check_length("product owner", self.owner, 1, 8191)
        check_length("product description", self.description, 0, 8191)
        check_length("product distributor", self.distributor, 0, 8191)
        check_length("product support_description", self.support_description, 0, 8191)
        check_length("product support_email", self.support_email, 0, 254)
        check_length("product support_url", self.support_url, 0, 2083)
        for name in ("name", "distributor", "support_email", "support_url"):
            check_characters(f"product {name}", getattr(self, name), lines=False)
        for name in ("owner", "description", "support_description", "version_description"):
            check_characters(f"product {name}", getattr(self, name))
        if self.support_url:
            check_pattern("product support_url", self.support_url, re.compile(r"https?://\S+"), "an http(s) URL")
        check_tags("product", self.tags, 17 if self.protect else 18)  # 20, less the tags that publish adds
        check_form(self.tag_options)
        check_texts("budgets", self.budgets)
        parse_version("product version", self.version)
        check_length("version_description", self.version_description, 0, 8000)
        check_members("launch_permissions", self.launch_permissions, LaunchPermission)
        check_members("service_actions", self.service_actions, ServiceAction)
        check_members("suppressions", self.suppressions, Suppression)
        check_members("migrations", self.migrations, Migration)
        if self.retention is not None and not isinstance(self.retention, Retention):
            raise ContentError(
                f"retention must be Retention(keep=…), got {self.retention!r}",
                hint="`from catalog import Retention`: `catalog help product-files.md`.",
            )
        check_keys(self.service_actions)
        for example in self.examples:
            if example.startswith("/") or ".." in example.split("/"):
                raise ContentError(f"example {example!r} must be a path inside the repository")

    def shown(self, key: str) -> str:
        """The file that declares the product, in messages."""
        return self.file or f"products/{key}.py"

    def declared_in(self, file: str) -> Self:
        """The same definition, with the file that declares it."""
        definition = copy(self)
        object.__setattr__(definition, "file", file)
        return definition


def check_members(name: str, members: object, kind: type) -> None:
    """`ContentError` unless `members` is a tuple or list of values of this class."""
    if not isinstance(members, tuple | list) or not all(isinstance(member, kind) for member in members):
        raise ContentError(
            f"{name} must be a tuple of {kind.__name__}(…), got {members!r}",
            hint=f"`from catalog import {kind.__name__}`: `catalog help product-files.md`.",
        )
