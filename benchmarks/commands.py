"""Rows about commands without AWS, against the least that such a command needs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import cdk
from benchmarks.rows import Row, paired
from benchmarks.scale import build_repository

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
REGIONS = ("us-east-1", "eu-west-1", "us-gov-west-1", "cn-north-1")
BARE = """\
import pathlib, runpy, sys
sys.path.insert(0, "products")
definition = runpy.run_path("products/kms_key.py")["PRODUCT"]
sys.stdout.write(definition.template().to_yaml())
"""
"""The template without catalog's process for product files, its checks and its form of YAML. The product file still
imports the classes of `catalog` that authors use."""


def catalog(*words: str) -> list[str]:
    """A command line of this interpreter's catalog."""
    return [sys.executable, "-m", "catalog", *words]


def timer(command: list[str], cwd: Path = ROOT, **variables: str) -> Callable[[], float]:
    """What measures a command, in seconds. cfn-lint exits with findings, so the exit code does not count."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)} | variables

    def measure() -> float:
        start = time.perf_counter()
        done = subprocess.run(command, cwd=cwd, env=environment, check=False, capture_output=True)  # noqa: S603  # ours
        if b"Traceback" in done.stderr:
            raise SystemExit(f"{command}: {done.stderr.decode()[-2000:]}")
        return time.perf_counter() - start

    return measure


def ratio(number: str, what: str, ours: Callable[[], float], other: Callable[[], float], times: int) -> Row:
    """A row for the ratio of two commands, without a target."""
    first, second = paired(ours, other, times)
    return Row(number, what, first / second, "x", note=f"{first:.2f} s and {second:.2f} s")


def rows(*, quick: bool) -> list[Row]:
    """Targets 1 and 2 of issue 11."""
    times = 1 if quick else 5
    click = timer([sys.executable, "-c", "import click"])
    with tempfile.TemporaryDirectory() as folder:
        help_row = ratio("1", "`--help` ÷ `python -c 'import click'`", timer(catalog("--help")), click, times)
        bare = timer([sys.executable, "-c", BARE])
        ours = timer(catalog("export", "kms_key"))
        export = ratio("1", "`export kms_key` ÷ a bare troposphere script", ours, bare, times)
        return [
            limited(help_row, 3),
            limited(export, 3),
            *synthesis(Path(folder), ours, times),
            *validation(Path(folder), 2 if quick else 50, times),
        ]


def synthesis(folder: Path, ours: Callable[[], float], times: int) -> list[Row]:
    """The AWS CDK against `ours`, an export of the same product; no row where it is not installed."""
    if not cdk.is_installed():
        print(f"no row for the AWS CDK: {cdk.ABSENT}", file=sys.stderr)
        return []
    template, made = folder / "kms_key.json", folder / "cdk.out"
    timer(catalog("export", "kms_key", "--format", "json", "-o", str(template)))()
    synthesise = timer(cdk.command(template, made), NODE_PATH=str(cdk.PACKAGES))
    row = ratio("1", "AWS CDK ÷ `export kms_key`, the same template", synthesise, ours, times)
    cdk.require_same(template, made)
    return [limited(row, 8, at_most=False, note="Node.js, CfnInclude")]


def limited(row: Row, target: float, *, at_most: bool = True, note: str = "") -> Row:
    """The row with a target."""
    return Row(row.number, row.what, row.value, row.unit, target, at_most, "; ".join(filter(None, (row.note, note))))


def validation(folder: Path, products: int, times: int) -> list[Row]:
    """`validate` against cfn-lint on the same templates, and against its own second run."""
    result = []
    many = build_repository(folder / "many", 1, products, 1)
    one = only_kms_key(folder / "one")
    for root, what in ((one, "kms_key, with 1 earlier release"), (many, f"{products} products")):
        files = exported(root, folder / what)
        linter = [str(BIN / "cfn-lint"), "-c", "I", "-r", *REGIONS[: 4 if root == one else 1], "-t", *files]
        fresh, kept = (catalog("-C", str(root), "validate", *words) for words in (["--no-cache"], []))
        home = str(folder / "cache")
        timer(kept, XDG_CACHE_HOME=home)()
        repeats = times if root == one else min(times, 3)
        row = ratio("2", f"`validate` ÷ `cfn-lint`, {what}", timer(fresh), timer(linter), repeats)
        result.append(limited(row, 1))
        again = timer(kept, XDG_CACHE_HOME=home)
        row = ratio("2", f"`validate` ÷ its second run, {what}", timer(fresh), again, repeats)
        result.append(limited(row, 5, at_most=False))
    return result


def only_kms_key(folder: Path) -> Path:
    """A repository with kms_key alone, and the portfolios that the tests use."""
    shutil.copytree(ROOT / "tests" / "fixtures" / "content", folder)
    for name in ("controls", "examples", "products/_shared", "products/releases/kms_key"):
        shutil.copytree(ROOT / name, folder / name)
    for name in ("pyproject.toml", "products/kms_key.py"):
        shutil.copy(ROOT / name, folder / name)
    return folder


def exported(root: Path, folder: Path) -> list[str]:
    """The files of the newest template of each product."""
    folder.mkdir()
    files = []
    for product in sorted((root / "products").glob("*.py")):
        file = folder / f"{product.stem}.yaml"
        timer(catalog("-C", str(root), "export", product.stem, "-o", str(file)))()
        files.append(str(file))
    return files
