"""Benchmarks: `python -m benchmarks` measures the rows of docs/benchmarks.md."""
