"""Files that somebody broke on purpose: each is read, or refused with an error that has no effects, in bounded time.

tests/corpus has a folder for each kind of file: files that once did harm, here or elsewhere. Hypothesis breaks valid
files in ways that nobody has thought of.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from textwrap import indent
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis.strategies import DrawFn, composite, integers, lists, sampled_from, tuples

from catalog.aws.leases import Holder, holder_of
from catalog.aws.templates import digest_of
from catalog.cli.terminal import UNSAFE, neutral
from catalog.content.config import load_config
from catalog.content.import_files import load_import
from catalog.content.load import load_portfolios, load_product
from catalog.content.render import render
from catalog.content.template_files import read_template
from catalog.content.yaml_files import read_parameters
from catalog.errors import CatalogError
from catalog.plan.saved import Options, as_data, read_saved
from catalog.releases import load_releases
from catalog.runs.journal import read_run
from reliability.catalogue import DEV, PROJECT

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
SECONDS = 5.0
"""How long a file may take; what the content limits allow takes a tenth of it."""
TEMPLATE = "Resources:\n  Key:\n    Type: AWS::KMS::Key\n    Properties: {Description: !Sub '${AWS::Region} key'}\n"
LEDGER = f"""\
releases:
  - version: 1.0.0
    sha256: {digest_of(TEMPLATE.encode()).removeprefix("sha256:")}
    date: 2026-11-24
    notes: "First version."
    guidance: DEFAULT
    active: true
"""
IMPORT = """\
account: "210987654321"
portfolio_id: port-abcd1234efgh5
principals:
  - arn: arn:aws:iam::123456789012:role/a
"""
UNIT = "ou-abcd-12345678"
GOLDEN = json.loads((CORPUS.parent / "golden/plan-later.json").read_text())
PLACE = {"target": "", "account": "123456789012", "region": "us-east-1", "partition": "aws", "sandbox": True}
PLAN = as_data("x", Options(), [{**PLACE, "plan": GOLDEN, "before": {}, "after": {}}])
HOLDER = Holder("r", "arn", "h", "publish", "2026-11-28", "m", "1:1")
METADATA = """\
name: Key
owner: Team
description: "A key: 'quoted'."
version: 1.0.0
tags: {CostCenter: "4711"}
tag_options:
  Environment: [dev, {value: old, active: false}]
suppressions:
  - {control: E9001, reason: It is rotated elsewhere., expires: 2030-01-31, where: Resources/Key}
service_actions:
  - {key: a, name: A, description: A., target_type: "AWS::KMS::Key", document: {file: x.document.yaml}}
retention: {keep: 3}
"""
VALID: dict[str, str] = {
    "settings": PROJECT.replace("UNIT", UNIT),
    "portfolio": DEV.replace("UNIT", UNIT),
    "import": IMPORT,
    "ledger": LEDGER,
    "plan": json.dumps(PLAN, indent=1),
    "parameters": "Alias: alias/x\nKeyUsers: [a, b]\nDays: 7\n",
    "template": TEMPLATE,
    "metadata": METADATA,
    "template with metadata": f"Metadata:\n  Catalog:\n{indent(METADATA, '    ')}{TEMPLATE}",
    "journal": '{"command": "publish", "started": "x"}\n{"call": "s3:PutObject", "address": "", "seconds": 0.1}\n',
    "lease": json.dumps(asdict(HOLDER), indent=1),
}


def read_ledger(file: Path) -> Any:
    folder = file.parent / "products/releases/key"
    folder.mkdir(parents=True, exist_ok=True)
    (file.parent / "pyproject.toml").write_text(VALID["settings"])
    (folder / "1.0.0.yaml").write_text(TEMPLATE)
    (folder / "ledger.yaml").write_bytes(file.read_bytes())
    return load_releases(load_config(file.parent), "key")


def read_settings(file: Path) -> Any:
    (file.parent / "pyproject.toml").write_bytes(file.read_bytes())
    return load_config(file.parent)


def read_portfolio(file: Path) -> Any:
    (file.parent / "portfolios").mkdir(exist_ok=True)
    (file.parent / "products").mkdir(exist_ok=True)
    for product in ("waiting", "x"):
        (file.parent / f"products/{product}.py").touch()
    (file.parent / "pyproject.toml").write_text(VALID["settings"])
    (file.parent / "portfolios/x.yaml").write_bytes(file.read_bytes())
    return load_portfolios(load_config(file.parent))


def read_product(file: Path, name: str) -> Any:
    (file.parent / "products").mkdir(exist_ok=True)
    (file.parent / "pyproject.toml").write_text(VALID["settings"])
    (file.parent / "products/x.document.yaml").write_text("schemaVersion: '0.3'\n")
    (file.parent / "products/x.yaml").write_text(TEMPLATE)
    (file.parent / "products" / name).write_bytes(file.read_bytes())
    definition = load_product(load_config(file.parent), "x")
    if definition.service_actions and callable(document := definition.service_actions[0].document):
        document()
    return render("x", definition)


READ: dict[str, Callable[[Path], Any]] = {
    "settings": read_settings,
    "portfolio": read_portfolio,
    "import": lambda file: load_import(file, "imports/x.yaml"),
    "ledger": read_ledger,
    "plan": read_saved,
    "parameters": lambda file: read_parameters(file, "p.yaml"),
    "template": lambda file: read_template("t.yaml", file.read_bytes()),
    "metadata": lambda file: read_product(file, "x.product.yaml"),
    "template with metadata": lambda file: read_product(file, "x.yaml"),
    "journal": lambda file: read_run(file).data(),
    "lease": lambda file: holder_of(file.read_bytes()),
}


def check(kind: str, content: bytes, folder: Path) -> CatalogError | None:
    """Read a file of this kind. Whatever it is, it takes little time, and its error has no effects on a terminal."""
    file = folder / "file"
    file.write_bytes(content)
    start = time.monotonic()
    refusal = refused(READ[kind], file)
    assert time.monotonic() - start < SECONDS
    assert not UNSAFE.search(neutral(str(refusal)))
    assert len(str(refusal)) < 20_000
    return refusal


def refused(read: Callable[[Path], Any], file: Path) -> CatalogError | None:
    """The error with which a file is refused, if it is."""
    try:
        read(file)
    except CatalogError as error:
        return error
    return None


SIGNS = "\0 \x1b[2J \u202e \u2028 \ufeff { } [ ] , ' \" # | ? - : &a *a [*a] <<: !Sub --- $(id) `id` <script> ](x)"
VALUES = "null ~ true yes 1e999 .nan 0x1F 1_0 -0 2026-13-45 12:30:45 ../../etc/passwd ${AWS::AccountId}"
TAGS = (
    "!!python/object/apply:os.system [id]",
    "!!binary AA=",
    "&a [*a, *a]",
    "<<: *a",
    "  - ",
    "? ",
    ": ",
    "|\n",
    "---\n",
)
PIECES = (*SIGNS.split(" "), *VALUES.split(" "), *TAGS, "\t", "\n", " ", "9" * 400, "x" * 5000, "[" * 300, "{a: " * 300)
WAYS = ("insert", "replace", "delete", "repeat", "byte")
Break = tuple[str, int, int, str]


@composite
def broken_files(draw: DrawFn) -> tuple[str, bytes]:
    """A kind of file, and a valid one in which some places are broken."""
    kind = draw(sampled_from(sorted(VALID)))
    places = tuples(sampled_from(WAYS), integers(0, 10_000), integers(0, 40), sampled_from(PIECES))
    breaks = draw(lists(places, min_size=1, max_size=4))
    content = VALID[kind].encode()
    for way, place, length, piece in breaks:
        content = broken(content, way, place, length, piece.encode("utf-8", "surrogatepass"))
    return kind, content


def broken(content: bytes, way: str, place: int, length: int, piece: bytes) -> bytes:
    """The content with one place broken."""
    start = place % (len(content) + 1)
    if way == "replace":  # a value to the end of its line
        begin = content.find(b": ", start) + 2
        end = content.find(b"\n", begin)
        return content[:begin] + piece + content[end if end >= 0 else len(content) :]
    again = content[start : start + length] * 2
    part = {"insert": piece, "delete": b"", "repeat": again, "byte": bytes([place % 256])}[way]
    return content[:start] + part + content[start + (0 if way == "insert" else length) :]


@given(broken_files())
@settings(max_examples=250, suppress_health_check=[HealthCheck.too_slow])
@example(("ledger", LEDGER.encode()))
def test_a_broken_file_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, file: tuple[str, bytes]) -> None:
    check(*file, FOLDERS.setdefault(file[0], tmp_path_factory.mktemp(file[0])))


FOLDERS: dict[str, Path] = {}
FILES = sorted(file for file in CORPUS.glob("*/*") if file.parent.name in READ)


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_a_file_of_the_corpus_is_refused(file: Path, tmp_path: Path) -> None:
    assert check(file.parent.name, file.read_bytes(), tmp_path) is not None


@pytest.mark.parametrize("kind", sorted(VALID))
def test_the_files_that_are_broken_are_valid(kind: str, tmp_path: Path) -> None:
    assert check(kind, VALID[kind].encode(), tmp_path) is None
