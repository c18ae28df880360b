"""The launch to simulate: product, version, parameters, place, and the known facts about the account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from catalog.cfn import Pseudo, RuleLookups, Template
from catalog.content.portfolio_files import EXAMPLE, AccountRegion
from catalog.model.tag_option import Values

UNKNOWN_ACCOUNT = "000000000000"


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """Values that only the account knows, as the caller gives them."""

    ssm: Mapping[str, str] = field(default_factory=dict)
    """SSM parameter → its value."""
    imports: Mapping[str, str] = field(default_factory=dict)
    """Export of another stack → its value."""
    zones: tuple[str, ...] = ()
    """Availability zones, of any Region."""
    lookups: RuleLookups = field(default_factory=RuleLookups)
    """The results of Fn::RefAll, Fn::ValueOf and Fn::ValueOfAll."""


@dataclass(frozen=True, slots=True)
class LaunchRequest:
    """The launch of one version with parameters and tags, in one account and Region."""

    product: str
    """The product's key."""
    version: str
    template: Template
    parameters: Mapping[str, str]
    tags: Mapping[str, str] = field(default_factory=dict)
    tag_options: Values = field(default_factory=dict)
    """TagOptions of the product; a portfolio has its own."""
    separate_lists: tuple[tuple[str, str], ...] = ()
    account_region: AccountRegion | None = EXAMPLE
    """None when it is not known yet. Rules that read the account or Region then stay open, and nothing is rendered."""
    facts: AccountFacts = field(default_factory=AccountFacts)

    @property
    def source(self) -> str:
        """The name of the template in messages."""
        return f"{self.product} {self.version}"

    @property
    def pseudo(self) -> Pseudo:
        """The pseudo parameters. Service Catalog names the stack `SC-<account>-<id>`, and generates the id."""
        account_region = self.account_region or AccountRegion(UNKNOWN_ACCOUNT, EXAMPLE.region, EXAMPLE.partition)
        account, region = account_region.account, account_region.region
        name = f"SC-{account}-pp-example"
        stack = f"arn:{account_region.partition}:cloudformation:{region}:{account}:stack/{name}/example"
        return Pseudo(account, region, name, stack, availability_zones=self.facts.zones)
