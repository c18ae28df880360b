"""The lifecycle of released versions: edits of the ledger, usage by version, and retention."""
