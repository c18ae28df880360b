"""L0. What a product file declares: `PRODUCT = ProductDefinition(...)`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from catalog.model.limits import check_length, check_pattern
from catalog.model.product import Guidance

VERSION_PATTERN = re.compile(r"\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?")


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
    version: str
    """The version that `template` builds, MAJOR.MINOR.PATCH; no spaces (API: ProvisioningArtifactProperties.Name)."""
    version_description: str = ""
    active: bool = True
    """False: people can neither launch the version nor update to it."""
    guidance: Guidance = Guidance.DEFAULT
    """DEPRECATED: what was launched may stay, but nobody can launch it anew."""
    template: Callable[[], TemplateBuilder]
    launch_permissions: tuple[LaunchPermission, ...] = ()
    """What the launch role needs to create, update and delete the template's resources."""
    separate_lists: tuple[tuple[str, str], ...] = ()
    """Pairs of list parameters that must not share a member. CloudFormation's Rules can only refuse that one list is
    part of the other, so `catalog launch` checks it exactly, before it calls AWS."""

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
        check_pattern("product version", self.version, VERSION_PATTERN, "MAJOR.MINOR.PATCH, such as 1.0.0")
        check_length("version_description", self.version_description, 0, 8000)
