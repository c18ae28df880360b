"""Targets: the accounts and Regions to publish to, `[tool.catalog.targets.NAME]` in pyproject.toml."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalog.cfn import Pseudo
from catalog.errors import ContentError
from catalog.model.limits import listed, shown, shown_value
from catalog.model.regions import REGION

ALL = "all"
"""Value of `--to` for all targets. A target cannot have this name."""
SETTINGS = ("account", "regions", "role", "profile", "portfolios")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
ACCOUNT = re.compile(r"\d{12}", re.ASCII)
ROLE = re.compile(r"arn:(aws[a-z-]*):iam::(\d{12}):role/[\w+=,.@/-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Target:
    """An account and Region. A table with several Regions makes several targets with the same name."""

    name: str
    account: str
    region: str
    role: str = ""
    """The role to assume in the account. Empty if the credentials belong to the account."""
    profile: str = ""
    """The AWS profile with the credentials. Empty: the default credential chain of boto3."""
    portfolios: tuple[str, ...] = ()
    """Keys of the portfolios and imports that are published there. Empty: all."""

    @property
    def label(self) -> str:
        """`NAME/REGION`, for messages and for `--to`. Empty for a run without `--to`, whose target has no name."""
        return f"{self.name}/{self.region}" if self.name else ""


def read_targets(file: Path, table: object, regions: Sequence[str]) -> tuple[Target, ...]:
    """The targets in the order of the file; `ContentError` names an unknown or wrong setting.

    `regions` are the Regions that templates are checked for: other Regions are errors.
    """
    if not isinstance(table, dict) or not all(isinstance(settings, dict) for settings in table.values()):
        raise ContentError(f"{file}: targets must be tables [tool.catalog.targets.NAME], got {shown_value(table)}")
    targets = tuple(target for name, settings in table.items() for target in Reading(file, name, settings).all(regions))
    first: dict[tuple[str, str], Target] = {}
    for target in targets:
        other = first.setdefault((target.account, target.region), target)
        if other is not target:
            raise ContentError(
                f"{file}: targets {other.name} and {target.name} are both account {target.account}, Region "
                f"{target.region}",
                hint="Merge them into one target: each would treat what the other publishes as no longer declared.",
            )
    return targets


@dataclass(frozen=True, slots=True)
class Reading:
    """A table of settings that is read into targets."""

    file: Path
    name: str
    settings: Mapping[str, Any]

    def all(self, regions: Sequence[str]) -> Iterator[Target]:
        """A target for each Region."""
        if not NAME.fullmatch(self.name) or self.name == ALL:
            raise ContentError(
                f"{self.file}: the name of a target must be 1 to 64 letters, digits, _ and -, and not {ALL!r}, "
                f"got {shown_value(self.name)}"
            )
        if unknown := sorted(set(self.settings) - set(SETTINGS)):
            raise ContentError(f"{self.where} has unknown settings {unknown}; allowed are {list(SETTINGS)}")
        account = self.account()
        own_regions = self.regions(regions)
        role = self.role(account, own_regions[0])
        profile = self.settings.get("profile", "")
        if not isinstance(profile, str) or ("profile" in self.settings and not profile):
            raise self.wrong("profile", "the name of a profile of the AWS configuration")
        portfolios = self.texts("portfolios", "keys of portfolios") if "portfolios" in self.settings else ()
        for region in own_regions:
            yield Target(self.name, account, region, role, profile, portfolios)

    @property
    def where(self) -> str:
        """The table as shown in errors."""
        return f"{self.file}: [tool.catalog.targets.{self.name}]"

    def wrong(self, setting: str, meaning: str) -> ContentError:
        """The error for a setting that is missing or wrong."""
        got = f"got {shown_value(self.settings[setting])}" if setting in self.settings else "but is missing"
        return ContentError(f"{self.where} {setting} must be {meaning}, {got}")

    def texts(self, setting: str, meaning: str) -> tuple[str, ...]:
        """A setting that is a list of one or more different texts."""
        members = self.settings.get(setting)
        if (
            not isinstance(members, list)
            or not members
            or not all(isinstance(member, str) and member for member in members)
        ):
            raise self.wrong(setting, f"a list of {meaning}")
        if repeated := sorted({member for member in members if members.count(member) > 1}):
            raise ContentError(f"{self.where} {setting} repeats {', '.join(repeated)}")
        return tuple(members)

    def account(self) -> str:
        """The account id."""
        account = self.settings.get("account")
        if not isinstance(account, str) or not ACCOUNT.fullmatch(account):
            raise self.wrong("account", "an account id, 12 digits in quotes")
        return account

    def regions(self, checked: Sequence[str]) -> tuple[str, ...]:
        """The Regions. They must be in one partition, and templates must be checked for them."""
        regions = self.texts("regions", "Region names")
        for region in regions:
            if not REGION.fullmatch(region):
                raise ContentError(f"{self.where} regions: {region!r} is not the name of a Region such as eu-west-1")
            if region not in checked:
                raise ContentError(
                    f"{self.where} regions: {region} is not among the Regions that templates are checked for, "
                    f"{', '.join(checked)}",
                    hint="Add it to regions in [tool.catalog].",
                )
        partitions = {partition_of(region): region for region in regions}
        if len(partitions) > 1:
            raise ContentError(
                f"{self.where} regions: {' and '.join(partitions.values())} are in the partitions "
                f"{' and '.join(partitions)}; an account is in one partition"
            )
        return regions

    def role(self, account: str, region: str) -> str:
        """The ARN of the role, in the account and partition of the target. Empty without the setting."""
        if "role" not in self.settings:
            return ""
        role = self.settings["role"]
        match = ROLE.fullmatch(role) if isinstance(role, str) else None
        if match is None:
            raise self.wrong("role", "the ARN of a role, arn:<partition>:iam::<account>:role/<name>")
        if match.group(2) != account:
            raise ContentError(f"{self.where} role is in account {match.group(2)}, the target in account {account}")
        if match.group(1) != partition_of(region):
            raise ContentError(
                f"{self.where} role is in partition {match.group(1)}, Region {region} in {partition_of(region)}"
            )
        return match.group(0)


def partition_of(region: str) -> str:
    """The partition of a Region: aws, aws-cn, aws-us-gov …"""
    return Pseudo("", region).partition


def check_targets(file: Path, targets: Sequence[Target], portfolios: Sequence[str]) -> None:
    """`ContentError` if a target names a portfolio or import that the repository does not have."""
    for target in targets:
        for key in target.portfolios:
            if key not in portfolios:
                raise ContentError(
                    f"{file}: [tool.catalog.targets.{target.name}] portfolios: unknown portfolio "
                    f"{shown(key)}; the repository has {listed(portfolios, key)}"
                )


def choose(targets: Sequence[Target], names: Sequence[str]) -> tuple[Target, ...]:
    """The targets of `names` (NAME, NAME/REGION or `all`), in the order of the file and without repetition."""
    if not targets:
        raise ContentError(
            "--to needs targets, but pyproject.toml declares none",
            hint="Declare them as [tool.catalog.targets.NAME] with account and regions (`catalog help targets.md`).",
        )
    for name in names:
        if name != ALL and not any(name in (target.name, target.label) for target in targets):
            allowed = list(dict.fromkeys(word for target in targets for word in (target.name, target.label)))
            raise ContentError(f"unknown target {shown(name)}; allowed are {listed([ALL, *allowed], name)}")
    return tuple(target for target in targets if {ALL, target.name, target.label} & set(names))
