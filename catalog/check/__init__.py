"""Checks over rendered templates; everything of cfn-lint stays in here."""
