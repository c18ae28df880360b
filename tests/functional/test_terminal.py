"""What commands print on a terminal or into a pipe: no text of AWS, YAML or products has effects there."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import shlex
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from catalog.cli import main
from catalog.cli.output import table
from catalog.cli.terminal import UNSAFE, neutral, one_line, style
from catalog.errors import ContentError
from catalog.sandbox.control import Sandbox
from tests import programs

ROOT = Path(__file__).resolve().parents[2]
EVIL = "\x1b[2J\x1b]0;title\x07\x9b2J\x1b[31mred\u202eright\u2066\r\x08"
SHOWN = r"\u001b[2J\u001b]0;title\u0007\u009b2J\u001b[31mred\u202eright\u2066\u000d\u0008"


@given(st.text())
def test_no_text_has_effects_on_a_terminal(text: str) -> None:
    assert not UNSAFE.search(neutral(text))
    assert neutral(neutral(text)) == neutral(text)
    assert "\n" not in one_line(text)


@given(st.text())
def test_json_keeps_its_values(text: str) -> None:
    assert json.loads(neutral(json.dumps({"k": text}, ensure_ascii=False))) == {"k": text}


def test_text_and_its_colours() -> None:
    assert neutral(EVIL) == SHOWN
    assert neutral(f"{style('a', fg='red')} b") == "\x1b[31ma\x1b[0m b"
    assert neutral(style(EVIL, bold=True)) == f"\x1b[1m{SHOWN}\x1b[0m"
    assert neutral("Größe 日本 👩‍💻\tx\n") == "Größe 日本 👩‍💻\tx\n"
    assert table(["A"], [["x\nerror: y"]]) == "A\nx\\nerror: y"


def run_in_terminal(*arguments: str, cwd: Path) -> str:
    """What a command prints when both its outputs are a terminal."""
    outer, inner = pty.openpty()
    command = [sys.executable, "-m", "catalog", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", "NO_COLOR": ""}
    with programs.start(command, cwd=cwd, env=environment, stdout=inner, stderr=inner, stdin=subprocess.DEVNULL) as run:
        os.close(inner)
        text = b""
        while True:
            try:
                part = os.read(outer, 65536)
            except OSError:  # Linux: the other end is closed
                break
            if not part:
                break
            text += part
        run.wait()
    os.close(outer)
    return text.decode().replace("\r\n", "\n")


@pytest.fixture
def hostile(repository: Path) -> Path:
    """A repository whose template, prints and errors have escape sequences; texts of a product cannot have any."""
    product = f"""
import sys
from catalog import ProductDefinition
from catalog import template_file
from pathlib import Path

print({EVIL!r})
sys.stderr.write({EVIL!r})
PRODUCT = ProductDefinition(
    name="Evil", owner="o", description="d", version="1.0.0",
    template=template_file(Path(__file__).with_name("evil.template.yaml")),
)
"""
    (repository / "products" / "evil.py").write_text(product)
    (repository / "products" / "evil.template.yaml").write_text(
        f'Description: "x"\nParameters:\n  P: {{Type: String, Default: {json.dumps(EVIL)}}}\n'
        "Resources:\n  T:\n    Type: AWS::SNS::Topic\n    Properties: {DisplayName: !Ref P}\n"
        f"Outputs:\n  O: {{Value: {json.dumps(EVIL)}}}\n# \u202e\x85\n"
    )
    return repository


COMMANDS: list[tuple[str, ...]] = [
    ("list",),
    ("export", "evil"),
    ("export", "evil", "--format", "json"),
    ("validate", "evil"),
    ("simulate", "evil"),
    ("diff", "evil"),
    ("export", EVIL.replace("\r", "")),
    ("no" + EVIL,),
    ("validate", "--format", EVIL),
]


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda arguments: arguments[0][:8])
def test_a_command_prints_no_escape_sequences_but_its_colours(hostile: Path, arguments: tuple[str, ...]) -> None:
    text = run_in_terminal(*arguments, cwd=hostile)
    text = re.sub(r"\r\x1b\[2K(checking [^\x1b\r\n]*)?", "", text)  # the live line
    for colour in ("\x1b[0m", "\x1b[1m", *(f"\x1b[{number}m" for number in (32, 33, 35, 36))):
        text = text.replace(colour, "")
    text = text.replace("\x1b[31m\x1b", "").replace("\x1b[31merror", "error").replace("\x1b[31m  FAIL", "")
    assert not UNSAFE.search(text), ascii(text)
    assert text
    assert "has the character" not in text  # the product is read: its template and prints are what is hostile


def test_an_error_that_quotes_a_text_of_a_product_prints_no_escape_sequences(hostile: Path) -> None:
    file = hostile / "products" / "evil.py"
    file.write_text(file.read_text().replace('name="Evil"', f'name="E" + {EVIL!r}'))
    text = run_in_terminal("list", cwd=hostile).replace("\x1b[31m", "").replace("\x1b[1m", "").replace("\x1b[0m", "")
    assert "product name has the character" in text
    assert not UNSAFE.search(text), ascii(text)


def test_bytes_of_a_template_stay_the_same_in_a_pipe(hostile: Path) -> None:
    run = catalog("export", "evil", cwd=hostile)
    assert run.stdout == (hostile / "products" / "evil.template.yaml").read_bytes()


def catalog(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[bytes]:
    """Run a command as its own process."""
    command = [sys.executable, "-m", "catalog", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return programs.run(command, cwd=cwd, env=environment, check=False, capture_output=True)


def test_a_reader_that_goes_away_is_no_failure(repository: Path) -> None:
    for arguments in ("list", "controls --json"):
        line = f'"{sys.executable}" -m catalog {arguments} | head -c 1 >/dev/null; exit "${{PIPESTATUS[0]}}"'
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        run = programs.run(["bash", "-c", line], cwd=repository, env=environment, capture_output=True, check=False)
        assert (run.returncode, run.stderr) == (0, b""), arguments


def test_a_reader_that_goes_away_keeps_the_exit_code(repository: Path) -> None:
    (repository / "products" / "bad.py").write_text("1 / 0\n")
    line = f'"{sys.executable}" -m catalog list 2>&1 | true; exit "${{PIPESTATUS[0]}}"'
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    assert programs.run(["bash", "-c", line], cwd=repository, env=environment, check=False).returncode == 2


def test_output_that_cannot_be_written_is_an_error(repository: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for arguments in (["list"], ["export", "kms_key"]):
        command = [sys.executable, "-m", "catalog", *arguments]
        with Path("/dev/full").open("wb") as full:
            run = programs.run(
                command, cwd=repository, env=environment, stdout=full, stderr=subprocess.PIPE, check=False
            )
        assert run.returncode == 1
        assert run.stderr.decode() == "error: standard output cannot be written: No space left on device\n"


def test_closed_streams_are_no_failure(repository: Path) -> None:
    line = f'"{sys.executable}" -m catalog export kms_key <&- >&- 2>&-'
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    assert programs.run(["bash", "-c", line], cwd=repository, env=environment, check=False).returncode == 0


@pytest.mark.parametrize(("command", "code"), [("validate", 0), ("export no_such", 2)])
def test_a_closed_standard_error_changes_no_exit_code(repository: Path, command: str, code: int) -> None:
    product = repository / "products" / "kms_key.py"
    product.write_text(f"{product.read_text()}\nprint('said')\n")
    line = f'"{sys.executable}" -m catalog {command} 2>&- <&-'
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    run = programs.run(["bash", "-c", line], cwd=repository, env=environment, capture_output=True, check=False)
    assert run.returncode == code
    assert b"\x1b" not in run.stdout
    assert bool(run.stdout) == (code == 0)


def test_a_question_is_asked_and_answered_in_a_terminal() -> None:
    code = (
        f"from catalog.cli.output import ask\nfrom catalog.cli.terminal import guard\nguard()\nask({EVIL!r}, hint='')\n"
    )
    outer, inner = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", f"{code}print('done')"]
    with programs.start(command, env=environment, stdin=inner, stdout=inner, stderr=inner) as run:
        os.close(inner)
        os.write(outer, b"y\n")
        run.wait()
        text = os.read(outer, 65536).decode().replace("\r\n", "\n")
    os.close(outer)
    assert text.endswith("done\n"), text
    assert f"{SHOWN} [y/N]: " in text
    assert not UNSAFE.search(text)


def in_terminal(code: str) -> str:
    """What Python code prints when both its outputs are a terminal of 100 columns."""
    outer, inner = pty.openpty()
    fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 100, 0, 0))
    environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    environment |= {"PYTHONPATH": str(ROOT), "TERM": "xterm"}
    with programs.start([sys.executable, "-c", code], env=environment, stdout=inner, stderr=inner) as run:
        os.close(inner)
        run.wait()
        text = os.read(outer, 65536).decode()
    os.close(outer)
    return text.replace("\r\n", "\n")


def test_a_live_line_moves_the_cursor_and_its_words_do_not() -> None:
    text = in_terminal(
        f"""
import time
from catalog.cli.output import note
from catalog.cli.progress import progress
from catalog.cli.terminal import guard
guard()
with progress(2, "checking") as shown:
    shown.begin(1, "first")
    shown.end(1)
    shown.begin(2, {EVIL!r})
    time.sleep(0.5)
    note("meanwhile")
    time.sleep(0.5)
print("done")
"""
    )
    frames = [frame.rstrip("\n") for frame in text.split("\r\x1b[2K")]
    assert any(re.fullmatch(r"checking ━{12}─{12} 1/2  \\u001b\[2J\S+  \d s", frame) for frame in frames), text
    assert "meanwhile" in frames
    assert frames[-1] == "done"  # nothing of the live line stays
    assert max(map(len, frames)) < 100
    rest = text.replace("\r\x1b[2K", "")
    assert [sign for sign in ("\x1b", "\x07", "\x9b", "\u202e") if sign in rest] == []


def session(*arguments: str, cwd: Path, sandbox: Sandbox, answer: str = "") -> list[str]:
    """The lines that are left on a terminal of 100 columns after a command whose question gets an answer."""
    outer, inner = pty.openpty()
    fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "COLUMNS"))}
    environment |= {"PYTHONPATH": str(ROOT), "TERM": "xterm", "CATALOG_SANDBOX_DIR": str(sandbox.directory)}
    command = [sys.executable, "-m", "catalog", *arguments]
    with programs.start(command, cwd=cwd, env=environment, stdin=inner, stdout=inner, stderr=inner) as run:
        os.close(inner)
        text = ""
        while True:
            try:
                part = os.read(outer, 65536).decode()
            except OSError:  # Linux: the other end is closed
                break
            if not part:
                break
            text += part
            if answer and "[y/N]: " in part:
                os.write(outer, f"{answer}\n".encode())
        run.wait()
    os.close(outer)
    return [line.rpartition("\r\x1b[2K")[2] for line in text.replace("\r\n", "\n").rstrip().split("\n")]


def test_the_first_publish_fits_on_a_screen(repository: Path, sandbox: Sandbox) -> None:
    lines = session("publish", "--local", cwd=repository, sandbox=sandbox, answer="y")
    text = "\n".join(lines)
    assert len(lines) <= 25, text
    bare = re.sub(r"\x1b\[\d+m", "", text)
    assert max(map(len, bare.splitlines())) <= 100
    assert re.match(r"Checked 1 product and 2 portfolios: no findings \(\d+\.\d s\)\n", bare), bare
    assert "\x1b[33m      ! may launch           role/dev-terraform-role, every role/dev-*\x1b[0m" in text
    assert re.search(
        r"\n(\d+) changes: \d+ safe, \d widen access \(!\)\.  Details: -v\nMake these \1 changes\? \[y/N\]: y\n", bare
    )
    assert re.search(
        r"\n\x1b\[32mPublished \d+ changes to account 123456789012, Region us-east-1 in \d+(\.\d)? s\.\x1b\[0m\n", text
    )
    command = bare[bare.index("Next: catalog launch kms_key --local --name my-kms_key ") :].removeprefix(
        "Next: catalog "
    )
    assert command.endswith(" \\\n        --as arn:aws:iam::123456789012:role/dev-terraform-role"), bare
    launched = session(*shlex.split(command.replace("\\\n", "")), "--yes", cwd=repository, sandbox=sandbox)
    assert "my-kms_key is launched." in launched[-2], launched
    assert launched[-1].startswith("Real in the sandbox: "), launched


def test_a_stop_request_is_announced_on_a_line_of_its_own() -> None:
    text = in_terminal(
        """
import os, signal, time
from catalog.cli.progress import progress
from catalog.stopping import STOP
STOP.listen()
with progress(2, "applying"), STOP.careful():
    time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGINT)
"""
    )
    assert "\r\x1b[2KStopping after the calls in flight … (again: stop at once)\n" in text


def test_every_question_is_neutral() -> None:
    """A terminal shows questions without the stream that is guarded."""
    texts = [(file, file.read_text()) for file in (ROOT / "catalog").rglob("*.py")]
    asked = [
        (file, argument) for file, text in texts for argument in re.findall(r"click\.(?:confirm|prompt)\((.*)", text)
    ]
    assert len(asked) >= 2
    assert [(file, argument) for file, argument in asked if not argument.startswith("one_line(")] == []


def test_a_traceback_passes_the_edge_too(repository: Path) -> None:
    code = (
        f"import catalog.cli\n@catalog.cli.main.command()\ndef fails(): raise RuntimeError({EVIL!r})\ncatalog.cli.run()"
    )
    command = [sys.executable, "-c", code, "fails"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    run = programs.run(command, cwd=repository, env=environment, check=False, capture_output=True, text=True)
    assert (run.returncode, SHOWN in run.stderr, UNSAFE.search(run.stderr)) == (1, True, None)


def test_errors_of_aws_pass_the_edge_too(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ContentError(EVIL, hint=EVIL, problems=(EVIL,))

    monkeypatch.setattr("catalog.content.load.load_catalog", fails)
    run = CliRunner().invoke(main, ["-C", str(repository), "list"])
    assert run.stderr.count(r"\u009b2J") == 3  # click itself takes some sequences out where there is no terminal
    assert not UNSAFE.search(run.stderr)
