"""A reader that shows objects of the account as if they had our ownership tags: a preview of adopting them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.aws.answers import with_members
from catalog.aws.reader import Reader
from catalog.model.addresses import Address
from catalog.model.state import ADDRESS_TAG, OWNER_TAG


@dataclass(frozen=True, slots=True)
class AdoptingReader(Reader):
    """A Reader whose answers have the tags and version names that `catalog adopt` would set. It changes nothing."""

    owner: str = ""
    marks: Mapping[str, Address] = field(default_factory=dict)
    """Id of a product or portfolio → the Address that it gets."""
    renames: Mapping[str, str] = field(default_factory=dict)
    """Name of a version → its new name, in products of `marks`."""

    def marked(self, aws_id: str, answer: dict[str, Any]) -> dict[str, Any]:
        """The answer with the ownership tags of `marks`."""
        if aws_id not in self.marks:
            return answer
        ours = {OWNER_TAG: self.owner, ADDRESS_TAG: str(self.marks[aws_id])}
        kept = [tag for tag in answer.get("Tags", []) if tag["Key"] not in ours]
        return with_members(answer, Tags=[*kept, *({"Key": key, "Value": value} for key, value in ours.items())])

    def product(self, product_id: str) -> dict[str, Any]:
        """DescribeProductAsAdmin with our tags."""
        return self.marked(product_id, Reader.product(self, product_id))

    def portfolio(self, portfolio_id: str) -> dict[str, Any]:
        """DescribePortfolio with our tags."""
        return self.marked(portfolio_id, Reader.portfolio(self, portfolio_id))

    def artifacts(self, product_id: str) -> list[dict[str, Any]]:
        """ProvisioningArtifactDetails with the new names of the versions."""
        details = Reader.artifacts(self, product_id)
        if product_id not in self.marks:
            return details
        return [
            with_members(detail, Name=self.renames.get(detail["Name"], detail["Name"]))
            if detail.get("Name")
            else detail
            for detail in details
        ]
