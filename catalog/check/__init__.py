"""Checks of templates, portfolios and versions. Only this package imports cfn-lint."""
