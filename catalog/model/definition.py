"""What a product file declares: `PRODUCT = ProductDefinition(...)`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from catalog.errors import ContentError
from catalog.model.limits import check_length, check_pattern
from catalog.model.service_action import ServiceAction, check_keys
from catalog.model.tag_option import Inactive as Inactive
from catalog.model.tag_option import Values, check_form, check_texts
from catalog.model.version import parse_version

CONTROL_ID = re.compile(r"[EWI]9\d{3}")
KEEP_LIMIT = 100


class TemplateBuilder(Protocol):
    """A troposphere `Template`, or anything else that renders to a CloudFormation template."""

    def to_dict(self) -> dict[str, Any]:
        """The template as JSON-like data."""


@dataclass(frozen=True, slots=True)
class LaunchPermission:
    """One statement of the launch role: IAM actions, the resources they need, and why."""

    sid: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    """ARNs; may use `${AWS::Partition}`, `${AWS::Region}` and `${AWS::AccountId}`."""
    reason: str
    """Why these actions on these resources; above all why a `*` cannot be narrower."""
    conditions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Suppression:
    """A control of ours that a product does not meet, for a time and for a reason."""

    control: str
    """Id of the control: 9xxx, ours; cfn-lint's own rules are switched off in the template's Metadata."""
    reason: str
    expires: date
    """The last day on which it holds; from the next day on the finding is back."""
    where: str = ""
    """Only findings at or below this path of the template, such as `Resources/Bucket`; empty: all of them."""

    def __post_init__(self) -> None:
        check_pattern("suppression's control", self.control, CONTROL_ID, "an id of ours such as E9001")
        check_length(f"reason of suppression {self.control}", self.reason.strip(), 10, 1000)


@dataclass(frozen=True, slots=True)
class Migration:
    """A change of a stateful resource that the version gate would refuse, and that is meant."""

    version: str
    """The version that brings it."""
    resource: str
    """The logical id that the older version has."""
    reason: str
    """What happens to what people have launched, and how they are told."""

    def __post_init__(self) -> None:
        parse_version("migration's version", self.version)
        check_length(f"reason of the migration of {self.resource}", self.reason.strip(), 10, 1000)


@dataclass(frozen=True, slots=True)
class Retention:
    """How long releases stay in use; `catalog retention` proposes what follows from it."""

    keep: int
    """So many of the newest releases that people can launch stay so. Older ones become deprecated, and what is
    deprecated becomes inactive when no provisioned product is on it any more."""

    def __post_init__(self) -> None:
        if type(self.keep) is not int or not 1 <= self.keep <= KEEP_LIMIT:
            raise ContentError(f"retention's keep must be a number from 1 to {KEEP_LIMIT}, got {self.keep!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductDefinition:
    """A product as its author writes it; the file's name is its key.

    Lengths are the stricter of the API's and CDK's (name 1-100 characters, owner, description, distributor and
    support description up to 8191, support e-mail 254, support URL 2083): `ContentError` when one is exceeded.
    """

    name: str
    """The name people see in the Service Catalog console."""
    owner: str
    description: str
    distributor: str = ""
    support_description: str = ""
    support_email: str = ""
    support_url: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    tag_options: Values = field(default_factory=dict)
    """Tags that people choose a value for when they launch the product, from whatever portfolio:
    `{"Environment": ("dev", "test", Inactive("legacy"))}`. Of a key that the portfolio offers too, people can choose
    what both have. Values may hold the placeholders of portfolio files."""
    budgets: tuple[str, ...] = ()
    """Names of budgets of AWS Budgets that watch the product's costs; they may hold the placeholders."""
    version: str
    """The version that `template` builds, MAJOR.MINOR.PATCH. What has been released of it, whether people can launch
    it and what they are told about it stands in the ledger, products/releases/<key>/ledger.yaml."""
    version_description: str = ""
    """The notes with which `catalog release` freezes the version, unless they are given there."""
    template: Callable[[], TemplateBuilder]
    launch_permissions: tuple[LaunchPermission, ...] = ()
    """What the launch role needs to create, update and delete the template's resources."""
    separate_lists: tuple[tuple[str, str], ...] = ()
    """Pairs of list parameters that must not share a member. CloudFormation's Rules can only refuse that one list is
    part of the other, so `catalog launch` checks it exactly, before it calls AWS."""
    service_actions: tuple[ServiceAction, ...] = ()
    """What people may do with what they launched of it: docs/actions.md."""
    examples: tuple[str, ...] = ()
    """Parameter files of launches that must work, relative to the repository: `examples/launch-dev.yaml`. The access
    matrix and the semantic diff show what a version means for them."""
    production: Mapping[str, str] = field(default_factory=dict)
    """Parameter → the value that every portfolio of stage prod must enforce by its rules or the template's."""
    protect: bool = False
    """`catalog prune` never deletes the product, not even when its file is gone: publish remembers it in a tag."""
    suppressions: tuple[Suppression, ...] = ()
    migrations: tuple[Migration, ...] = ()
    retention: Retention | None = None
    """None: releases stay in use until somebody edits the ledger."""

    def __post_init__(self) -> None:
        check_length("product name", self.name, 1, 100)
        check_length("product owner", self.owner, 1, 8191)
        check_length("product description", self.description, 0, 8191)
        check_length("product distributor", self.distributor, 0, 8191)
        check_length("product support_description", self.support_description, 0, 8191)
        check_length("product support_email", self.support_email, 0, 254)
        check_length("product support_url", self.support_url, 0, 2083)
        if self.support_url:
            check_pattern("product support_url", self.support_url, re.compile(r"https?://\S+"), "an http(s) URL")
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
                hint="`from catalog import Retention`: docs/product-files.md.",
            )
        check_keys(self.service_actions)
        for example in self.examples:
            if example.startswith("/") or ".." in example.split("/"):
                raise ContentError(f"example {example!r} must be a path inside the repository")


def check_members(name: str, members: object, kind: type) -> None:
    """`ContentError` unless `members` is a tuple or list of values of this class."""
    if not isinstance(members, tuple | list) or not all(isinstance(member, kind) for member in members):
        raise ContentError(
            f"{name} must be a tuple of {kind.__name__}(…), got {members!r}",
            hint=f"`from catalog import {kind.__name__}`: docs/product-files.md.",
        )
