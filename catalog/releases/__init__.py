"""Releases: the frozen template of each version under products/releases/, and the ledger."""

from catalog.releases.base import BaseRevision, read_base, usual_base
from catalog.releases.choose import choose_version
from catalog.releases.edit import edit_ledger
from catalog.releases.freeze import ReleaseDraft, draft_release
from catalog.releases.ledger import checked_notes, load_releases, products_with_ledgers, read_day
from catalog.releases.lock import ledger_lock
from catalog.releases.release import (
    Release,
    default_version,
    description,
    digest_of,
    find_release,
    in_order,
    latest_release,
    numbered,
    successor,
    unknown_version,
)
from catalog.releases.version_edit import version_in_file
from catalog.releases.working import is_released, pre_release, remedy, unreleased, unreleased_version

__all__ = [
    "BaseRevision",
    "Release",
    "ReleaseDraft",
    "checked_notes",
    "choose_version",
    "default_version",
    "description",
    "digest_of",
    "draft_release",
    "edit_ledger",
    "find_release",
    "in_order",
    "is_released",
    "latest_release",
    "ledger_lock",
    "load_releases",
    "numbered",
    "pre_release",
    "products_with_ledgers",
    "read_base",
    "read_day",
    "remedy",
    "successor",
    "unknown_version",
    "unreleased",
    "unreleased_version",
    "usual_base",
    "version_in_file",
]
