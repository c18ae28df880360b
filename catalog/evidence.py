"""L2. Evidence for auditors: one JSON document a version, the same bytes on every machine."""
