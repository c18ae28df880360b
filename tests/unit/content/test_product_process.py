"""What product files can and cannot do: they run in a process of their own, and every failure names the file."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import sys
import time
from collections.abc import Callable
from contextlib import redirect_stderr
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from catalog.content.config import RenderingLimits, load_config
from catalog.content.load import load_product
from catalog.content.product_code import ProductCode
from catalog.content.product_process import process_for, stop_all
from catalog.content.render import render
from catalog.errors import ContentError
from catalog.model.definition import ProductDefinition
from tests.unit.content.outcomes import indented, outcomes_of

HEAD = "from catalog import ProductDefinition\n"
PRODUCT = """
PRODUCT = ProductDefinition(name="It", owner="us", description="", version="1.0.0", template=template)
"""
TEMPLATE = """
class Built:
    def __init__(self, data):
        self.data = data

    def to_dict(self):
        return self.data


def template():
    return Built({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}, "Description": said()})
"""
Load = Callable[..., ProductDefinition]
HALF = 0.5
"""A limit that no setting can have, so that the tests do not wait longer."""


@pytest.fixture
def load(repository: Path) -> Load:
    """Loads a product file with this source, with the given limits."""

    def loaded(source: str, **limits: Any) -> ProductDefinition:
        (repository / "products" / "it.py").write_text(HEAD + source)
        config = replace(load_config(repository), rendering=RenderingLimits(**limits))
        return load_product(config, "it")

    return loaded


def said(load: Load, code: str, **limits: Any) -> str:
    """What code says that runs in `template()`: the body of a function that returns text."""
    rendered = render("it", load(f"{TEMPLATE}\n\ndef said():\n{indented(code)}\n{PRODUCT}", **limits))
    return str(rendered.template["Description"])


def failure(load: Load, source: str, **limits: Any) -> str:
    """The error of a product file whose import, or template, fails."""
    with pytest.raises(ContentError) as caught:
        render("it", load(source, **limits))
    return str(caught.value)


def test_the_code_runs_in_another_process_that_serves_all_products(load: Load) -> None:
    first = said(load, "import os\nreturn str(os.getpid())")
    assert first != str(os.getpid())
    assert said(load, "import os\nreturn str(os.getpid())") == first
    assert "catalog_products_it" not in sys.modules


def test_the_environment_of_the_command_is_not_there(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "very secret")
    stop_all()
    names = said(load, "import os\nreturn ' '.join(os.environ)").split()
    assert set(names) <= {"TMPDIR", "LC_CTYPE", "LD_LIBRARY_PATH", "__CF_USER_TEXT_ENCODING"}


ATTEMPTS = {
    "network": (
        "import socket\nsocket.socket()",
        "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'import socket; socket.socket()'], check=True)",
    ),
    "files": (
        "open('/proc/{pid}/environ').read()",
        "open('{home}/credentials').read()",
        "open('{root}/.git/config').read()",
        "open('{root}/products/other.py', 'w')",
        "open('{package}', 'a')",
        "import os\nos.rename('{root}/pyproject.toml', '{root}/gone')",
        "import os\nos.remove('{root}/pyproject.toml')",
        "import os\nos.symlink('/etc/passwd', '{root}/link')",
    ),
}
"""What the system can refuse → attempts."""


def test_what_it_cannot_do(load: Load, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for secret in (tmp_path / "home" / "credentials", repository / ".git" / "config"):
        secret.parent.mkdir()
        secret.write_text("secret")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    names = {"pid": os.getpid(), "home": tmp_path / "home", "root": repository, "package": render.__code__.co_filename}
    codes = [code.format(**names) for attempts in ATTEMPTS.values() for code in attempts]
    body = outcomes_of(dict(zip(codes, codes, strict=True)))
    results = json.loads(said(load, f"import json\n{body}\nreturn json.dumps(results)"))
    confined = process_for(load_config(repository)).confined
    refused = [code.format(**names) for name in confined for code in ATTEMPTS[name]]
    assert {code: results[code] for code in refused if "Error" not in results[code]} == {}
    stop_all()


def test_confinement_can_be_required(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    request = {"key": "it", "file": "products/it.py", "root": "/", "number": 0}
    for confined, lacking in {(): "files and network", ("files",): "network", ("network",): "files"}.items():
        with pytest.raises(ContentError) as caught:
            ProductCode(confined, required=True).load(request)
        where = "products/it.py: this system cannot confine product files: "
        assert caught.value.message == f"{where}{lacking} would stay open"
    usual = process_for(load_config(repository))
    monkeypatch.setenv("CATALOG_REQUIRE_CONFINEMENT", "1")
    assert process_for(load_config(repository)).key == (*usual.key[:2], True, usual.key[3])
    stop_all()


def test_an_answer_that_was_not_waited_for_is_not_that_of_the_next_request(load: Load) -> None:
    class Interrupted(io.StringIO):
        """Standard error on which somebody presses Ctrl-C when the file prints."""

        def write(self, _: str) -> int:
            signal.raise_signal(signal.SIGINT)
            return 0

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with redirect_stderr(Interrupted()), pytest.raises(KeyboardInterrupt):
            load("import time\nprint('waits')\ntime.sleep(0.3)\nraise ValueError")
    finally:
        signal.signal(signal.SIGINT, before)
    assert said(load, "return 'fine'") == "fine"


def test_a_refused_access_is_an_error_with_line_and_a_hint(load: Load) -> None:
    message = failure(load, "raise PermissionError('no')\n")
    assert message.startswith("products/it.py:2: the import fails: PermissionError: no\n  Product files run without ")


def test_it_reads_the_repository_and_writes_temporary_files(load: Load, repository: Path) -> None:
    (repository / "products" / "words.txt").write_text("from a file")
    read = "from pathlib import Path\nreturn Path(__file__).with_name('words.txt').read_text()"
    assert said(load, read) == "from a file"
    assert said(load, "import tempfile\nwith tempfile.TemporaryFile() as f:\n    return str(f.write(b'abc'))") == "3"
    assert said(load, "import os\nreturn os.getcwd()") == str(repository)
    (repository / ".git").mkdir()
    (repository / "_helper.py").write_text("WORD = 'helped'")
    path = "import sys\nfrom pathlib import Path\nsys.path.insert(0, str(Path(__file__).parents[1]))\n"
    assert said(load, f"{path}from _helper import WORD\nreturn WORD") == "helped"


ENDED = "it ends the process that runs it, with"
ENDS = [
    ("import os\nos._exit(3)", f"{ENDED} exit status 3"),
    ("import os\nos._exit(0)", f"{ENDED} exit status 0"),
    ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", f"{ENDED} signal SIGKILL"),
    ("import os\nos.abort()", f":3: {ENDED} signal SIGABRT"),
    ("import ctypes\nctypes.string_at(0)", f":3: {ENDED} signal SIGSEGV"),
    ("import os\nos.closerange(3, 100)\nos._exit(1)", "it ends the process that runs it, "),
]
BROKEN = "class Broken(Exception):\n    def __str__(self): raise {}\nraise Broken"
RAISES = [
    ("raise SystemExit(3)", ":2: {}: SystemExit: 3"),
    ("exit()", ":2: {}: "),
    ("raise KeyboardInterrupt", ":2: {}: KeyboardInterrupt"),
    ("raise GeneratorExit", ":2: {}: GeneratorExit"),
    ("raise ValueError", ":2: {}: ValueError"),
    ("raise ValueError('')", ":2: {}: ValueError"),
    ("class Own(BaseException): pass\nraise Own('x')", ":3: {}: Own: x"),
    (BROKEN.format("RuntimeError"), ":4: {}: Broken, whose text cannot be shown (RuntimeError)"),
    (BROKEN.format("SystemExit"), ":4: {}: Broken, whose text cannot be shown (SystemExit)"),
    ("raise ValueError('x' * 10**6)", ":2: {}: ValueError: xxx"),
    ("raise ExceptionGroup('many', [ValueError('a')])", ":2: {}: ExceptionGroup: many"),
    ("def f(): f()\nf()", ": {}: RecursionError"),
]


@pytest.mark.parametrize(("code", "words"), ENDS)
def test_a_file_that_ends_its_process_is_an_error_that_names_it(load: Load, code: str, words: str) -> None:
    message = failure(load, code)
    assert message.startswith("products/it.py")
    assert words in message.splitlines()[0]


def test_a_template_that_ends_its_process_is_an_error_that_names_it(load: Load) -> None:
    message = failure(load, f"def template():\n    import os\n    os._exit(3)\n{PRODUCT}")
    assert message.startswith(f"products/it.py: {ENDED} exit status 3\n  A product file must not exit.")


@pytest.mark.parametrize(("code", "words"), RAISES)
def test_whatever_a_file_raises_is_an_error_with_its_line(load: Load, code: str, words: str) -> None:
    for source, what in (
        (code, "the import fails"),
        (f"def template():\n{indented(code)}\n{PRODUCT}", "the template cannot be built"),
    ):
        first = failure(load, source).splitlines()[0]
        assert first.startswith("products/it.py:")
        assert words.format(what)[0 if source is code else 2 :] in first
        assert len(first) < 3000
        assert not first.endswith((": ", ":"))


@pytest.mark.parametrize(
    "loop", ["while True:\n    try:\n        while True: pass\n    except BaseException: pass", "10 ** 10 ** 10"]
)
def test_a_file_that_takes_too_long_is_an_error_with_its_line(load: Load, loop: str) -> None:
    started = time.monotonic()
    message = failure(load, f"x = 1\n{loop}\n", seconds=HALF, memory_mb=16_384)
    assert message.startswith("products/it.py:")
    assert message.partition(":")[2][0] in "345"
    assert ": it takes longer than the limit of 0.5 seconds\n  Look for a loop without end, or raise seconds" in message
    assert time.monotonic() - started < 6


def test_a_template_that_takes_too_long_is_an_error_with_its_line(load: Load) -> None:
    source = f"def template():\n    helper()\n\ndef helper():\n    while True: pass\n{PRODUCT}"
    assert failure(load, source, seconds=HALF).startswith(
        "products/it.py:6: it takes longer than the limit of 0.5 seconds"
    )


def test_a_file_that_stops_the_clock_is_stopped_all_the_same(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.content.product_process.GRACE", 0.2)
    code = "import faulthandler\nfaulthandler.cancel_dump_traceback_later()\nwhile True: pass\n"
    assert failure(load, code, seconds=HALF).startswith("products/it.py: it takes longer than the limit of 0.5 seconds")


def test_a_file_that_needs_too_much_memory_is_an_error_with_its_line(load: Load) -> None:
    message = failure(load, "x = 1\ny = bytearray(2 * 1024 ** 3)\n", memory_mb=256)
    assert message.startswith("products/it.py:3: the import fails: it needs more memory than the limit")
    assert "memory_mb in [tool.catalog.rendering]" in message


def test_a_template_with_too_much_data_is_an_error(load: Load) -> None:
    message = failure(load, f"{TEMPLATE}\ndef said():\n    return ['x' * 9] * 10**6\n{PRODUCT}")
    assert message.startswith("products/it.py: the template has more than 1000000 bytes")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("10 ** 5000", "/Description: a number can have 1024 bits, got one with 16610\n  Write it as text."),
        ("{'a': [10 ** 5000]}", "/Description/a/0: a number can have"),
        ("{10 ** 5000: 1}", "/Description: a key must be text, got a value of type int"),
        ("{10 ** 5000}", "/Description: a template can have text, numbers, booleans, lists and mappings, got a value"),
        ("-(10 ** 400)", "/Description: a number can have"),
        ("Odd()", "/Description: a template can have text, numbers, booleans, lists and mappings, got a value of type"),
        ("deep", "levels deep"),
        ("circle", "levels deep"),
    ],
)
def test_a_value_that_cannot_be_written_is_an_error_with_its_path(load: Load, value: str, words: str) -> None:
    odd = "class Odd:\n    def __repr__(self): raise SystemExit\n"
    odd += "deep = []\nfor _ in range(500): deep = [deep]\ncircle = {}\ncircle['a'] = circle\n"
    message = failure(load, f"{odd}{TEMPLATE}\ndef said():\n    return {value}\n{PRODUCT}")
    assert re.match(r"products/it\.py:\d+: /Description", message)
    assert words in message


def test_the_next_file_gets_a_new_process_after_one_that_ended_it(load: Load, repository: Path) -> None:
    good = load(f"{TEMPLATE}\ndef said():\n    return 'fine'\n{PRODUCT}")
    (repository / "products" / "bad.py").write_text("import os\nos._exit(1)\n")
    config = load_config(repository)
    with pytest.raises(ContentError, match=r"products/bad\.py: it ends the process"):
        load_product(config, "bad")
    assert render("it", good).template["Description"] == "fine"


def test_an_oldest_process_ends_for_a_new_one_and_its_files_are_imported_again(load: Load, repository: Path) -> None:
    stop_all()
    config = load_config(repository)
    first = process_for(config)
    good = load(f"{TEMPLATE}\ndef said():\n    return 'fine'\n{PRODUCT}")
    second, third = (
        process_for(replace(config, rendering=RenderingLimits(memory_mb=memory)), most=2) for memory in (3000, 3001)
    )
    assert [process.running for process in (first, second, third)] == [False, True, True]
    with pytest.raises(ContentError, match=r"^products/it\.py: the process that has imported it has ended"):
        first.ask("products/it.py", {}, config.rendering)
    first.stop()  # takes nothing from the others
    assert render("it", good).template["Description"] == "fine"
    assert process_for(config).running
    assert process_for(config) is not first


def test_a_file_that_cannot_be_imported_again_does_not_get_the_template_of_another(
    load: Load, repository: Path
) -> None:
    source = f"{TEMPLATE}\ndef said():\n    return 'fine'\n{PRODUCT}"
    good = load(source)
    stop_all()
    (repository / "products" / "it.py").write_text("raise ValueError")
    (repository / "products" / "other.py").write_text(HEAD + source)
    with pytest.raises(ContentError, match="the import fails"):
        render("it", good)
    load_product(load_config(repository), "other")
    with pytest.raises(ContentError, match="the import fails"):
        render("it", good)


def test_output_of_a_file_goes_to_standard_error(load: Load, capfd: pytest.CaptureFixture[str]) -> None:
    code = "import os, sys\nprint('hello')\nos.system('echo from a shell')\nsys.stderr.write('x' * 300_000)\n"
    load(f"{code}def template(): pass\n{PRODUCT}")
    out, err = capfd.readouterr()
    assert out == ""
    assert {"hello", "from a shell"} <= {line.strip("x") for line in err.splitlines()}
    assert 100_000 <= len(err) <= 100_100


ANSWERS = [
    b"nonsense",
    b"[" * 100_000,
    b"[]",
    b'{"result": 1}',
    b'{"result": {}}',
    b'{"result": {"definition": [1], "number": 0}}',
    b'{"result": {"definition": {"name": 5}, "number": "x"}}',
    b'{"result": {"definition": {"name": {"class": "Popen", "fields": {}}}, "number": 0}}',
    b'{"result": {"definition": {"name": "It"}, "number": 0, "confined": 5}}',
    b'{"error": {"message": 1}}',
    b"\xff\xfe",
]


def test_a_forged_answer_is_an_error(load: Load) -> None:
    for answer in ANSWERS:
        code = (
            f"import os\nfor n in range(3, 30):\n    try: os.write(n, {answer!r} + b'\\n')\n    except OSError: pass\n"
        )
        assert failure(load, code).startswith("products/it.py: "), answer
        stop_all()


def test_a_process_that_a_file_started_does_not_keep_us_waiting(load: Load) -> None:
    code = "import os, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(9)\nos._exit(1)"
    started = time.monotonic()
    assert "with exit status 1" in failure(load, code)
    assert time.monotonic() - started < 5


def test_a_stopped_process_leaves_nothing(repository: Path) -> None:
    process = process_for(load_config(repository))
    assert process.folder.is_dir()
    process.stop()
    assert not process.folder.exists()
    assert process.popen.returncode is not None
