"""L1. Releases: the frozen bytes of every version under products/releases/, and their ledger."""

from catalog.releases.freeze import Candidate, candidate
from catalog.releases.ledger import load_releases, read_day
from catalog.releases.release import Release, default_version, find_release, latest_release, unknown_version
from catalog.releases.working import is_released, pre_release, remedy, unreleased

__all__ = [
    "Candidate",
    "Release",
    "candidate",
    "default_version",
    "find_release",
    "is_released",
    "latest_release",
    "load_releases",
    "pre_release",
    "read_day",
    "remedy",
    "unknown_version",
    "unreleased",
]
