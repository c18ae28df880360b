"""Targets: the accounts and Regions that one run publishes to, `[tool.catalog.targets.NAME]` of pyproject.toml."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalog.cfn import Pseudo
from catalog.errors import ContentError

ALL = "all"
"""The word for every target; so no target bears it as a name."""
KNOWN = ("account", "regions", "role", "profile", "portfolios")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
ACCOUNT = re.compile(r"\d{12}", re.ASCII)
REGION = re.compile(r"[a-z]{2,5}(-[a-z]+)+-\d{1,2}", re.ASCII)
ROLE = re.compile(r"arn:(aws[a-z-]*):iam::(\d{12}):role/[\w+=,.@/-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Target:
    """One account and Region. A table with several Regions is several targets of one name."""

    name: str
    account: str
    region: str
    role: str = ""
    """The role that is assumed there; empty when the credentials are the account's own."""
    profile: str = ""
    """The profile of the AWS configuration that the credentials come from; empty: boto3's own chain."""
    portfolios: tuple[str, ...] = ()
    """Keys of the portfolios and imports that go there; empty: all."""

    @property
    def label(self) -> str:
        """`NAME/REGION`: what people read, and what `--to` takes; empty without --to, where the target has no name."""
        return f"{self.name}/{self.region}" if self.name else ""


def read_targets(file: Path, table: object, regions: Sequence[str]) -> tuple[Target, ...]:
    """The targets in the order of the file; `ContentError` names the setting that is unknown or wrong.

    `regions` are those that templates are checked for: nothing is published to another one.
    """
    if not isinstance(table, dict) or not all(isinstance(settings, dict) for settings in table.values()):
        raise ContentError(f"{file}: targets must be tables [tool.catalog.targets.NAME], got {table!r}")
    targets = tuple(target for name, settings in table.items() for target in Reading(file, name, settings).all(regions))
    places: dict[tuple[str, str], Target] = {}
    for target in targets:
        other = places.setdefault((target.account, target.region), target)
        if other is not target:
            raise ContentError(
                f"{file}: targets {other.name} and {target.name} are the same place: account {target.account}, Region "
                f"{target.region}",
                hint="What one publishes there, the other would take for no longer declared: make them one target.",
            )
    return targets


@dataclass(frozen=True, slots=True)
class Reading:
    """One table on its way to targets."""

    file: Path
    name: str
    settings: Mapping[str, Any]

    def all(self, regions: Sequence[str]) -> Iterator[Target]:
        """A target for each Region."""
        if not NAME.fullmatch(self.name) or self.name == ALL:
            raise ContentError(
                f"{self.file}: a target's name must be letters, digits, _ and -, at most 64, and not {ALL!r}, "
                f"got {self.name!r}"
            )
        if unknown := sorted(set(self.settings) - set(KNOWN)):
            raise ContentError(f"{self.where} has unknown settings {unknown}; allowed are {list(KNOWN)}")
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
        """The table, as errors name it."""
        return f"{self.file}: [tool.catalog.targets.{self.name}]"

    def wrong(self, setting: str, meaning: str) -> ContentError:
        """The error for a setting that is missing or has another form."""
        got = f"got {self.settings[setting]!r}" if setting in self.settings else "and is missing"
        return ContentError(f"{self.where} {setting} must be {meaning}, {got}")

    def texts(self, setting: str, meaning: str) -> tuple[str, ...]:
        """A list of one or more different texts."""
        members = self.settings.get(setting)
        if not isinstance(members, list) or not members or not all(isinstance(one, str) and one for one in members):
            raise self.wrong(setting, f"a list of {meaning}")
        if twice := sorted({one for one in members if members.count(one) > 1}):
            raise ContentError(f"{self.where} {setting} names {', '.join(twice)} twice")
        return tuple(members)

    def account(self) -> str:
        """The account's id."""
        account = self.settings.get("account")
        if not isinstance(account, str) or not ACCOUNT.fullmatch(account):
            raise self.wrong("account", "an account id, 12 digits in quotes")
        return account

    def regions(self, checked: Sequence[str]) -> tuple[str, ...]:
        """The Regions: of one partition, and among those that templates are checked for."""
        found = self.texts("regions", "Region names")
        for region in found:
            if not REGION.fullmatch(region):
                raise ContentError(f"{self.where} regions: {region!r} is no Region name such as eu-west-1")
            if region not in checked:
                raise ContentError(
                    f"{self.where} regions: {region} is not among the Regions that templates are checked for, "
                    f"{', '.join(checked)}",
                    hint="Add it to regions of [tool.catalog].",
                )
        partitions = {partition_of(region): region for region in found}
        if len(partitions) > 1:
            raise ContentError(
                f"{self.where} regions: {' and '.join(partitions.values())} are of the partitions "
                f"{' and '.join(partitions)}; an account is of one"
            )
        return found

    def role(self, account: str, region: str) -> str:
        """The role's ARN: of the target's own account and partition; empty when there is none."""
        if "role" not in self.settings:
            return ""
        role = self.settings["role"]
        match = ROLE.fullmatch(role) if isinstance(role, str) else None
        if match is None:
            raise self.wrong("role", "a role's ARN, arn:<partition>:iam::<account>:role/<name>")
        if match.group(2) != account:
            raise ContentError(f"{self.where} role is of account {match.group(2)}, the target of account {account}")
        if match.group(1) != partition_of(region):
            raise ContentError(
                f"{self.where} role is of partition {match.group(1)}, Region {region} of {partition_of(region)}"
            )
        return match.group(0)


def partition_of(region: str) -> str:
    """The partition of a Region: aws, aws-cn, aws-us-gov …"""
    return Pseudo("", region).partition


def check_targets(file: Path, targets: Sequence[Target], portfolios: Sequence[str]) -> None:
    """`ContentError` when a target names a portfolio, of this account or imported, that the repository has not."""
    for target in targets:
        for key in target.portfolios:
            if key not in portfolios:
                raise ContentError(
                    f"{file}: [tool.catalog.targets.{target.name}] portfolios: unknown portfolio {key!r}; there is "
                    f"{', '.join(portfolios) or 'none'}"
                )


def choose(targets: Sequence[Target], names: Sequence[str]) -> tuple[Target, ...]:
    """The targets of `names`, each a NAME, a NAME/REGION or `all`, in the declared order, each once."""
    if not targets:
        raise ContentError(
            "--to names targets, and pyproject.toml declares none",
            hint="Declare them as [tool.catalog.targets.NAME] with account and regions (docs/targets.md).",
        )
    for name in names:
        if name != ALL and not any(name in (target.name, target.label) for target in targets):
            allowed = list(dict.fromkeys(word for target in targets for word in (target.name, target.label)))
            raise ContentError(f"unknown target {name!r}; allowed are {', '.join([ALL, *allowed])}")
    return tuple(target for target in targets if {ALL, target.name, target.label} & set(names))
