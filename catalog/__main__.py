"""`python -m catalog`: the command line."""

from catalog.cli import run

run()
