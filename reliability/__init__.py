"""Faults at every call of a full catalogue's life: nothing is lost, doubled or left half done.

    .venv/bin/python -m reliability --help

Development code: `make reliability` runs it, a sample runs with the tests, and docs/reliability.md has the figures.
"""
