"""L1. Releases: the frozen bytes of every version under products/releases/, and their ledger."""
