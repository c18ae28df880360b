"""L0. IAM policies as pure functions: what a set of statements answers to one request."""
