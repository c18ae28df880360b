"""How many changes are made at a time."""

PARALLELISM = 10
"""By default, as Terraform has it."""
MOST_PARALLEL = 64
"""The limit of `--parallelism`: more only waits for the rates of AWS."""
