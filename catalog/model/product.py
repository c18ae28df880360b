"""Products and their versions (provisioning artifacts), as declared and as observed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from catalog.model.governed import GovernedObject
from catalog.model.portfolio import TagOption

DIGEST_SUFFIX = re.compile(r"\s*\[(sha256:[0-9a-f]{64})\]$")


class Guidance(StrEnum):
    """ProvisioningArtifactGuidance of the API. DEPRECATED: people cannot launch the version."""

    DEFAULT = "DEFAULT"
    DEPRECATED = "DEPRECATED"


@dataclass(frozen=True, slots=True)
class ProvisioningArtifact:
    """A version of a product."""

    name: str
    description: str
    digest: str
    """`sha256:<hex>` of the template's bytes. Empty for a version that catalog did not publish."""
    active: bool = True
    guidance: Guidance = Guidance.DEFAULT

    def api_description(self) -> str:
        """The Description in AWS: ours, then the digest, so that anyone can verify the version."""
        return f"{self.description.strip()} [{self.digest}]".lstrip()

    @staticmethod
    def split_description(text: str) -> tuple[str, str]:
        """(description, digest) of a Description in AWS. The digest is empty if it has none."""
        match = DIGEST_SUFFIX.search(text)
        return (text[: match.start()], match.group(1)) if match else (text, "")


@dataclass(frozen=True, slots=True)
class Product:
    """A product and its versions in the order of their creation."""

    key: str
    name: str
    owner: str
    description: str = ""
    distributor: str = ""
    support_description: str = ""
    support_email: str = ""
    support_url: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    """Without the ownership tags."""
    tag_options: frozenset[TagOption] = frozenset()
    """The TagOptions that it offers in every portfolio."""
    governed: frozenset[GovernedObject] = frozenset()
    """Objects of the account that it is associated with, such as budgets."""
    artifacts: tuple[ProvisioningArtifact, ...] = ()

    def artifact(self, name: str) -> ProvisioningArtifact | None:
        """The version called `name`."""
        return next((artifact for artifact in self.artifacts if artifact.name == name), None)
