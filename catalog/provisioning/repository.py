"""What a repository knows of the names in an account: keys of products and portfolios. Outside of one, nothing."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from catalog.cfn import Template
from catalog.content.config import Config
from catalog.content.load import load_portfolios, load_product, product_keys
from catalog.content.portfolio_files import AccountRegion
from catalog.errors import AwsError, ContentError
from catalog.model.limits import shown
from catalog.provisioning.lookup import launchers
from catalog.releases import load_releases


@dataclass(frozen=True, slots=True)
class RepositoryNames:
    """The names of a repository; `config` is None outside of one."""

    config: Config | None

    def product(self, wanted: str) -> str:
        """The name in AWS of the product with this key; anything else as it is."""
        if self.config is None or wanted not in product_keys(self.config):
            return wanted
        return load_product(self.config, wanted).name

    def launchers(self, wanted: str, account_region: AccountRegion) -> str:
        """Who may launch the product with this key, in words; empty if the repository does not know it."""
        portfolios = load_portfolios(self.config).values() if self.config else ()
        having = [portfolio for portfolio in portfolios if wanted in portfolio.products]
        return launchers(having, account_region) if having else ""

    def access_error(self, error: AwsError, wanted: str, account_region: AccountRegion) -> AwsError:
        """An error of a caller without access to a product, with those who have it by the repository."""
        launchers = self.launchers(wanted, account_region)
        if not launchers:
            return error
        return error.reworded(hint=f"{error.hint} By the repository, these may launch it: {launchers}.")

    def check_version(self, wanted: str, version: str) -> None:
        """`ContentError` if the repository has releases of the product with this key, and none is the version.

        A pre-release is in no ledger, so it can be unknown here and published.
        """
        if self.config is None or "-" in version or wanted not in product_keys(self.config):
            return
        names = [release.name or release.version for release in load_releases(self.config, wanted)]
        if names and version not in names:
            raise ContentError(f"{wanted} has no version {shown(version)}; its releases are {', '.join(names)}")

    def separate_lists(self, wanted: str) -> tuple[tuple[str, str], ...]:
        """The lists of the product with this key that must have no member in common; only its file says so."""
        if self.config is None or wanted not in product_keys(self.config):
            return ()
        return load_product(self.config, wanted).separate_lists

    def portfolio(self, wanted: str | None) -> str | None:
        """The display name of the portfolio with this key; anything else as it is."""
        if self.config is None or wanted is None:
            return wanted
        portfolio = load_portfolios(self.config).get(wanted)
        return portfolio.display_name if portfolio else wanted

    def keys(self) -> Mapping[str, str]:
        """Name in AWS → key, of the products that can be read."""
        if self.config is None:
            return {}
        names = {}
        for key in product_keys(self.config):
            with suppress(ContentError):  # a fault in a product file does not hide what the account offers
                names[load_product(self.config, key).name] = key
        return names

    def template(self, digest: str) -> Template | None:
        """The template of the release with this digest; None if no release has it."""
        if self.config is None or not digest:
            return None
        for key in product_keys(self.config):
            for release in load_releases(self.config, key):
                if release.digest == digest:
                    return release.template
        return None
