"""The usage of products in the targets of a run: asked for by `catalog usage` and `catalog retention`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from catalog.cli.output import table
from catalog.cli.reports import TargetReport, reports_of

if TYPE_CHECKING:
    from catalog.aws.session import AwsSession
    from catalog.cli.target_run import TargetRun
    from catalog.content.config import Config
    from catalog.content.targets import Target
    from catalog.lifecycle.usage import Usage
    from catalog.publishing.fan_out import Earlier
    from catalog.releases import Release


@dataclass(frozen=True, slots=True)
class UsageQuery:
    """Asks accounts and Regions for the usage of these products."""

    config: Config
    releases: Mapping[str, Sequence[Release]]
    everything: bool

    @classmethod
    def read(cls, config: Config, products: Sequence[str]) -> UsageQuery:
        """For the named products, or all without names; bad content ends before any AWS call."""
        from catalog.content.load import check_product, product_keys
        from catalog.releases import load_releases

        for key in products:
            check_product(config, key)
        releases = {key: load_releases(config, key) for key in products or product_keys(config)}
        return cls(config, releases, not products)

    def ask(self, run: TargetRun, *, behind: bool = False) -> list[TargetReport[UsageReport]]:
        """The usage in all targets, side by side."""
        from catalog.content.load import load_portfolios
        from catalog.lifecycle.usage import read_usage

        portfolios = load_portfolios(self.config) if run.named else {}

        def ask_target(target: Target, session: AwsSession, _: Earlier[UsageReport]) -> UsageReport:
            held = {key for name in target.portfolios if name in portfolios for key in portfolios[name].products}
            elsewhere = tuple(key for key in self.releases if target.portfolios and key not in held)
            usages = read_usage(session, self.config.owner, self.releases, everything=self.everything)
            return UsageReport(session.identity.account, session.region, usages, elsewhere, behind)

        return reports_of(run.visit(ask_target))


@dataclass(frozen=True, slots=True)
class UsageReport:
    """The usage of products in one account and Region."""

    account: str
    region: str
    usages: tuple[Usage, ...]
    elsewhere: tuple[str, ...] = ()
    """Products that are declared for other targets alone: that they are not published here means nothing."""
    behind: bool = False
    """Whether to list only the provisioned products that are behind the default version."""
    outcome: str = "asked"
    changes: None = None
    notices: tuple[str, ...] = ()

    @property
    def listed(self) -> tuple[Usage, ...]:
        """The usages with the provisioned products that are to be listed."""
        return tuple(
            replace(usage, launched=tuple(launched for launched in usage.launched if launched.behind))
            if self.behind
            else usage
            for usage in self.usages
        )

    def lines(self, _: Collection[str]) -> Iterator[str]:
        """The products, one after the other."""
        for usage, listed in zip(self.usages, self.listed, strict=True):
            yield from usage_lines(usage, listed)

    def members(self) -> dict[str, Any]:
        """`usage`."""
        from catalog.lifecycle.report import as_data

        return {"usage": as_data(self.account, self.region, self.listed, self.elsewhere)}


def usage_lines(usage: Usage, listed: Usage) -> Iterator[str]:
    """A product's versions, then the provisioned products that are `listed`."""
    head = f"{usage.product} (default {usage.default_version or 'none'})"
    if not usage.product_id:
        yield f"{head}: not published here"
        return
    number = len(usage.launched)
    yield f"{head}: {number} provisioned product{'' if number == 1 else 's'}, {usage.behind} behind the default"
    if usage.default_is_missing and usage.default_version:
        yield f"  {usage.default_version}, the default, is not what AWS offers here: `catalog plan` says why"
    versions = [
        (version.version, version.state.value, str(version.provisioned), version.artifact_id)
        for version in usage.versions
    ]
    yield indented(table(("VERSION", "STATE", "PROVISIONED", "ID"), versions))
    if listed.launched:
        yield indented(launched_table(listed))


def launched_table(usage: Usage) -> str:
    """The provisioned products of a product."""
    header = ("VERSION", "STATE", "BEHIND", "STATUS", "OWNER", "ACCOUNT", "NAME")
    return table(
        header,
        (
            (
                launched.version,
                launched.state.value,
                "yes" if launched.behind else "-",
                launched.product.status,
                launched.product.owner,
                launched.product.account,
                launched.product.name,
            )
            for launched in usage.launched
        ),
    )


def indented(text: str) -> str:
    """Two spaces before each line."""
    return "\n".join(f"  {line}" for line in text.splitlines())
