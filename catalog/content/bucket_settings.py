"""The settings of the template bucket that `catalog bootstrap` makes: `[tool.catalog.template_bucket]`.

```toml
[tool.catalog.template_bucket]
access_logs = "logs-{account}-{region}"   # a bucket that exists
incomplete_upload_days = 7
noncurrent_days = 90
refuse_overwrites = true
organization = "o-abcdefghij"             # whose accounts may read templates
```
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalog.content.files import read_text
from catalog.content.toml_lines import line_of
from catalog.errors import ContentError
from catalog.model.limits import shown_value
from catalog.model.share import ORGANIZATION_ID

BUCKET_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
"""Names of general purpose buckets (S3 user guide, bucket naming rules)."""
TABLE = "[tool.catalog.template_bucket]"
DAYS: Mapping[str, tuple[int, int]] = {"incomplete_upload_days": (1, 365), "noncurrent_days": (30, 3650)}
"""Settings in days, with minimum and maximum: what somebody replaced or deleted can be restored for a month."""
SETTINGS = ("access_logs", *DAYS, "refuse_overwrites", "organization")


@dataclass(frozen=True, slots=True)
class BucketSettings:
    """How the template bucket is logged and cleaned. What expires is never a template that is in use."""

    access_logs: str = ""
    """Name of the bucket to which S3 delivers access logs, with `{account}` and `{region}`; empty for no logs."""
    incomplete_upload_days: int = 0
    """Days after which S3 ends an upload in parts that nobody completed; 0 for never."""
    noncurrent_days: int = 0
    """Days after which S3 deletes the versions of objects that were replaced or deleted; 0 for never."""
    refuse_overwrites: bool = True
    """Whether the policy of the bucket refuses to write a template where there is one."""
    organization: str = ""
    """Id of the organization whose accounts may read the templates of products; empty for this account alone."""


def read_bucket_settings(file: Path, table: Any) -> BucketSettings:
    """The table with its defaults; `ContentError` names an unknown or wrong setting."""
    if not isinstance(table, dict) or not set(table) <= set(SETTINGS):
        raise wrong(file, f"{TABLE} can have {list(SETTINGS)}, got {shown_value(table)}")
    for name, (minimum, maximum) in DAYS.items():
        days = table.get(name, minimum)
        if type(days) is not int or not minimum <= days <= maximum:
            raise wrong(file, f"{TABLE} {name} must be {minimum} to {maximum} days, got {shown_value(days)}", name)
    logs = table.get("access_logs", "a-bucket")
    example = fill(logs, "123456789012", "us-east-1") if isinstance(logs, str) else ""
    if not BUCKET_NAME.fullmatch(example):
        words = "must be the name of a bucket, which can have the placeholders {account} and {region}"
        raise wrong(file, f"{TABLE} access_logs {words}, got {shown_value(logs)}", "access_logs")
    if not isinstance(refuse := table.get("refuse_overwrites", True), bool):
        words = "refuse_overwrites must be true or false"
        raise wrong(file, f"{TABLE} {words}, got {shown_value(refuse)}", "refuse_overwrites")
    organization = table.get("organization", "o-abcdefghij")
    if not isinstance(organization, str) or not ORGANIZATION_ID.fullmatch(organization):
        words = "must be the id of an organization, o-…"
        raise wrong(file, f"{TABLE} organization {words}, got {shown_value(organization)}", "organization")
    return BucketSettings(**table)


def fill(name: str, account: str, region: str) -> str:
    """The name of a bucket in an account and Region."""
    return name.replace("{account}", account).replace("{region}", region)


def wrong(file: Path, words: str, *name: str) -> ContentError:
    """The error for a setting, with its line."""
    line = line_of(read_text(file, str(file)), ("tool", "catalog", "template_bucket", *name))
    return ContentError(f"{file}:{line}: {words}")
