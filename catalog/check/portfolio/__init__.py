"""Controls over portfolios: one class a file, found by this folder; they read YAML with lines, never AWS.

Nothing here imports cfn-lint, so `catalog plan` can run them too: they take milliseconds.
"""
