"""A version's life after its release: verbs over the ledger, who uses which version, retention."""
