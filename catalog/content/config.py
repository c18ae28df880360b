"""The settings of the repository: `[tool.catalog]` in the nearest pyproject.toml."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from catalog.content.bucket_settings import BUCKET_NAME, BucketSettings, fill, read_bucket_settings
from catalog.content.control_settings import DEFAULTS, ControlSettings, read_control_settings
from catalog.content.files import check_readable, read_text
from catalog.content.stack_sets import read_stack_sets
from catalog.content.targets import Target, read_targets
from catalog.content.toml_lines import line_of
from catalog.content.yaml_files import problem_words
from catalog.errors import ContentError
from catalog.model.limits import shown_value
from catalog.model.share import ACCOUNT_ID, ORGANIZATION_ID, UNIT_ID
from catalog.model.stack_set import StackSetSettings

OWNER_PATTERN = re.compile(r"[a-z0-9][a-z0-9-]{0,30}[a-z0-9]")
BUCKET = re.compile(r"([^{}]|\{account\}|\{region\})*")
PRINCIPAL_PATTERN = re.compile(r"(role|user|group)/[\w+=,.@/*?-]+", re.ASCII)
SHARE_TARGET = re.compile("|".join(form.pattern for form in (ACCOUNT_ID, UNIT_ID, ORGANIZATION_ID)), re.ASCII)
PACKAGE_PORTFOLIOS = "package_portfolios"
PACKAGE_PORTFOLIO = re.compile(r"[\w.-]+(/[A-Za-z0-9][\w-]{0,63})?", re.ASCII)
SETTINGS = (
    "owner",
    "regions",
    "bucket",
    "principal_patterns",
    "share_with",
    PACKAGE_PORTFOLIOS,
    "launch_roles",
    "targets",
    "controls",
    "rendering",
    "template_bucket",
    "stacksets",
)
CONDITIONS = {"called_via": True, "source_account": False, "generated_names": True, "via_service": True}
"""Settings of [tool.catalog.launch_roles] and their defaults: conditions that AWS does not document fully."""

RENDERING = {"seconds": (30, 1, 600), "memory_mb": (1024, 256, 16_384)}
"""Settings of [tool.catalog.rendering]: default, minimum and maximum."""


@dataclass(frozen=True, slots=True)
class RenderingLimits:
    """The limits of a product file."""

    seconds: int = RENDERING["seconds"][0]
    """How long its import, its template and each of its documents may take."""
    memory_mb: int = RENDERING["memory_mb"][0]
    """How much memory the process of the product files may use."""


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of the repository, and its root folder."""

    root: Path
    owner: str
    """Value of the tag `catalog:owner` on everything that the repository publishes. No other repository in the account
    can have the same owner."""
    regions: tuple[str, ...]
    """Regions that cfn-lint checks templates for."""
    bucket: str
    """Name of the template bucket, with `{account}` and `{region}`."""
    principal_patterns: tuple[str, ...] = ()
    """Patterns that portfolios can give access to, such as `role/dev-*`: the part of the ARN after `arn:…:iam:::`."""
    share_with: tuple[str, ...] = ()
    """Ids of the accounts, organizational units and organizations that portfolios can be shared with."""
    package_portfolios: tuple[str, ...] = ()
    """Portfolios of installed packages that take part: `acme` for all of an entry point, `acme/key` for one."""
    called_via: bool = CONDITIONS["called_via"]
    """Whether launch roles have the permissions of resource handlers only when CloudFormation calls
    (`aws:CalledViaFirst`)."""
    source_account: bool = CONDITIONS["source_account"]
    """Whether launch roles trust Service Catalog only for their own account (`aws:SourceAccount`)."""
    generated_names: bool = CONDITIONS["generated_names"]
    """Whether launch roles reach resources without a name in the template only under names that begin with the stack's,
    as CloudFormation generates them."""
    via_service: bool = CONDITIONS["via_service"]
    """Whether launch roles can use keys of stores only through the service of the store (`kms:ViaService`)."""
    targets: tuple[Target, ...] = ()
    """The accounts and Regions that `--to` publishes to."""
    stack_sets: tuple[StackSetSettings, ...] = ()
    """What `catalog stackset` deploys to organizational units, `[tool.catalog.stacksets]`."""
    controls: ControlSettings = DEFAULTS
    """Levels, duty tags and own controls, `[tool.catalog.controls]`."""
    rendering: RenderingLimits = field(default_factory=RenderingLimits)
    template_bucket: BucketSettings = field(default_factory=BucketSettings)
    """Access logs and lifecycle of the template bucket, `[tool.catalog.template_bucket]`."""

    def bucket_name(self, account: str, region: str) -> str:
        """The bucket for the templates of this account and Region; `ContentError` if it is not a valid name."""
        name = fill(self.bucket, account, region)
        if not BUCKET_NAME.fullmatch(name):
            raise ContentError(
                f"bucket name {name!r} is not 3 to 63 lower-case letters, digits, dots and hyphens",
                hint="Set another name in pyproject.toml: [tool.catalog] bucket, with {account} and {region}.",
            )
        return name

    def log_bucket(self, account: str, region: str) -> str:
        """The bucket for the access logs of the template bucket in this account and Region; empty for none.

        `ContentError` if it is the template bucket itself: each delivery of logs would be logged.
        """
        name = fill(self.template_bucket.access_logs, account, region)
        if name and name == self.bucket_name(account, region):
            raise ContentError(
                f"[tool.catalog.template_bucket] access_logs is the template bucket {name} itself",
                hint="S3 would log each delivery of logs. Name another bucket.",
            )
        return name

    def shown(self, path: Path) -> str:
        """`path` for messages: relative to the repository."""
        return str(path.relative_to(self.root)) if path.is_relative_to(self.root) else str(path)


class NoRepositoryError(ContentError):
    """There is no repository of products at or above a folder."""


def find_root(start: Path) -> Path:
    """The nearest folder at or above `start` whose pyproject.toml has `[tool.catalog]`; else `NoRepositoryError`."""
    for folder in (start, *start.parents):
        if "catalog" in read_tool_table(folder / "pyproject.toml"):
            return folder
    raise NoRepositoryError(
        f"no pyproject.toml with a [tool.catalog] table at or above {start}",
        hint="Change into the repository, name it with --directory, or begin one with `catalog init`.",
    )


def load_config(root: Path) -> Config:
    """Read `[tool.catalog]`; `ContentError` names an unknown or wrong setting."""
    file = root / "pyproject.toml"
    check_readable(root, file)
    table = read_tool_table(file).get("catalog", {})
    if not isinstance(table, dict):
        raise ContentError(f"{file}: [tool.catalog] must be a table, got {shown_value(table)}")
    if unknown := sorted(set(table) - set(SETTINGS)):
        raise wrong_setting(
            file, unknown[0], f"[tool.catalog] has unknown settings {unknown}; allowed are {list(SETTINGS)}"
        )
    if "owner" not in table:  # no default: with the folder's name, a second clone would be another owner
        raise ContentError(f"{file}: [tool.catalog] needs owner, the name under which this repository publishes")
    owner = table["owner"]
    if not isinstance(owner, str) or not OWNER_PATTERN.fullmatch(owner):
        raise wrong_setting(
            file, "owner", f"owner must be 2 to 32 lower-case letters, digits or hyphens, got {shown_value(owner)}"
        )
    regions = table.get("regions", ["us-east-1"])
    if not isinstance(regions, list) or not regions or not all(isinstance(region, str) for region in regions):
        raise wrong_setting(file, "regions", f"regions must be a list of Region names, got {shown_value(regions)}")
    bucket = table.get("bucket", f"{owner}-templates-{{account}}-{{region}}")
    if not isinstance(bucket, str) or not BUCKET.fullmatch(bucket):
        raise wrong_setting(
            file,
            "bucket",
            f"bucket must be text that can have the placeholders {{account}} and "
            f"{{region}} only, got {shown_value(bucket)}",
        )
    patterns = read_list(file, table, "principal_patterns", PRINCIPAL_PATTERN, "role|user|group/<name with * or ?>")
    sharing = read_list(file, table, "share_with", SHARE_TARGET, "12 digits of an account, ou-… or o-…")
    packages = read_list(file, table, PACKAGE_PORTFOLIOS, PACKAGE_PORTFOLIO, "ENTRY_POINT or ENTRY_POINT/KEY")
    conditions = launch_role_conditions(file, table.get("launch_roles", {}))
    targets = read_targets(file, table.get("targets", {}), regions)
    return Config(
        root,
        owner,
        tuple(regions),
        bucket,
        patterns,
        sharing,
        packages,
        **conditions,
        targets=targets,
        controls=read_control_settings(file, table.get("controls")),
        rendering=read_rendering(file, table.get("rendering", {})),
        stack_sets=read_stack_sets(file, table.get("stacksets", {}), regions),
        template_bucket=read_bucket_settings(file, table.get("template_bucket", {})),
    )


def read_list(file: Path, table: dict[str, Any], name: str, form: re.Pattern[str], meaning: str) -> tuple[str, ...]:
    """A setting that is a list of texts, empty by default; `ContentError` names a member with the wrong form."""
    members = table.get(name, [])
    if not isinstance(members, list):
        raise wrong_setting(file, name, f"{name} must be a list, got {shown_value(members)}")
    for member in members:
        if not isinstance(member, str) or not form.fullmatch(member):
            raise wrong_setting(file, name, f"each member of {name} must be {meaning}, got {shown_value(member)}")
    return tuple(members)


def launch_role_conditions(file: Path, table: Any) -> dict[str, bool]:
    """`[tool.catalog.launch_roles]` with its defaults."""
    if not isinstance(table, dict) or not set(table) <= set(CONDITIONS):
        raise wrong_setting(
            file, "launch_roles", f"[tool.catalog.launch_roles] can have {list(CONDITIONS)}, got {shown_value(table)}"
        )
    for name, value in table.items():
        if not isinstance(value, bool):
            raise wrong_setting(
                file,
                "launch_roles",
                f"[tool.catalog.launch_roles] {name} must be true or false, got {shown_value(value)}",
            )
    return CONDITIONS | table


def read_rendering(file: Path, table: Any) -> RenderingLimits:
    """`[tool.catalog.rendering]` with its defaults."""
    if not isinstance(table, dict) or not set(table) <= set(RENDERING):
        raise wrong_setting(
            file, "rendering", f"[tool.catalog.rendering] can have {list(RENDERING)}, got {shown_value(table)}"
        )
    for name, value in table.items():
        _, minimum, maximum = RENDERING[name]
        if type(value) is not int or not minimum <= value <= maximum:
            raise wrong_setting(
                file,
                "rendering",
                f"[tool.catalog.rendering] {name} must be {minimum} to {maximum}, got {shown_value(value)}",
            )
    return RenderingLimits(**table)


def read_tool_table(file: Path) -> dict[str, Any]:
    """The `[tool]` table of a pyproject.toml. Empty if the file does not exist."""
    try:
        text = read_text(file, str(file))
    except FileNotFoundError:
        return {}
    try:
        tool = tomllib.loads(text).get("tool", {})
    except (ValueError, RecursionError) as error:  # TOMLDecodeError is a ValueError
        line = re.search(r" \(at line (\d+), column \d+\)$", str(error))
        digits = re.search(r"[\d_]{4000}", text)  # more than Python reads as a number
        number = line[1] if line else text.count("\n", 0, digits.start()) + 1 if digits else ""
        where = f"{file}:{number}" if number else file
        words = str(error)[: line.start()] if line else problem_words(error)
        raise ContentError(f"{where}: not readable as TOML: {words}") from error
    return tool if isinstance(tool, dict) else {}


def wrong_setting(file: Path, name: str, words: str) -> ContentError:
    """The error for a setting of `[tool.catalog]`, with its line."""
    line = line_of(read_text(file, str(file)), ("tool", "catalog", name))
    return ContentError(f"{file}:{line}: {words}")
