"""L1. Releases: the frozen bytes of every version under products/releases/, and their ledger."""

from catalog.releases.ledger import load_releases
from catalog.releases.release import Release, default_version, find_release, latest_release

__all__ = ["Release", "default_version", "find_release", "latest_release", "load_releases"]
