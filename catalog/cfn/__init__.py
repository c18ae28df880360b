"""L0. CloudFormation semantics as pure functions."""
