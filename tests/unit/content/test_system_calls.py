"""Calls that product files cannot make: each is made in the process of the product files, by its number."""

from __future__ import annotations

import json
import os
import stat
import struct
from pathlib import Path

import pytest

from catalog.content.config import load_config
from catalog.content.confinement import CONFINEMENTS
from catalog.content.load import load_product
from catalog.content.product_process import process_for
from catalog.content.render import render
from catalog.content.system_calls import (
    ALLOW,
    AND,
    ARCHITECTURES,
    AT_LEAST,
    EQUAL,
    IOCTL,
    LOAD,
    OF_FILES,
    OF_FLAGS,
    OF_ITSELF,
    OF_PROCESSES,
    REFUSE,
    RETURN,
    SOCKETPAIR,
    X32,
    program,
)
from tests.unit.content.outcomes import indented, outcomes_of

RUN = """
import json, os
from catalog import ProductDefinition


def attempts():
{body}


class Built:
    def to_dict(self):
        return {{"Resources": {{"Topic": {{"Type": "AWS::SNS::Topic"}}}}, "Description": json.dumps(attempts())}}


PRODUCT = ProductDefinition(name="It", owner="us", description="", version="1.0.0", template=Built)
"""
CALLS = """
import ctypes, errno, platform
libc = ctypes.CDLL(None, use_errno=True)
column = {"x86_64": 0, "aarch64": 1}[platform.machine()]
results = {}
for name, pair in TABLE.items():
    if pair[column] is not None:
        done = libc.syscall(pair[column], FIRST, ctypes.c_long(0), ctypes.c_long(0), ctypes.c_long(0), ctypes.c_long(0))
        results[name] = errno.errorcode.get(ctypes.get_errno(), "") if done == -1 else "done"
return results
"""


def outcome(repository: Path, code: str) -> dict[str, str]:
    """What the code of a template function returns, as a mapping."""
    (repository / "products" / "it.py").write_text(RUN.format(body=indented(code)))
    config = load_config(repository)
    template = render("it", load_product(config, "it")).template
    if process_for(config).confined != CONFINEMENTS:
        pytest.fail("this machine cannot confine product files: run the tests on Linux 5.13 or newer")
    result: dict[str, str] = json.loads(template["Description"])
    return result


def test_calls_that_change_files_or_reach_other_processes_are_refused(repository: Path) -> None:
    table = {**OF_FILES, **OF_PROCESSES}
    results = outcome(repository, CALLS.replace("TABLE", repr(table)).replace("FIRST", "ctypes.c_long(-1)"))
    assert len(results) > 25
    assert set(results.values()) == {"EACCES"}, results


def test_calls_about_another_process_are_refused(repository: Path) -> None:
    code = CALLS.replace("TABLE", repr(OF_ITSELF))
    for pid in ("os.getppid()", "-1", "1 << 31", "(1 << 32) + 1"):
        results = outcome(repository, code.replace("FIRST", f"ctypes.c_long({pid})"))
        assert results == dict.fromkeys(OF_ITSELF, "EACCES"), pid
    assert outcome(repository, code.replace("FIRST", "ctypes.c_long(0)"))["prlimit64"] == "done"


ATTEMPTS = {
    "chmod": "os.chmod({file!r}, 0o4755)",
    "open file": "os.fchmod(os.open({file!r}, os.O_RDONLY), 0o777)",
    "at a folder": "os.chmod('file', 0o777, dir_fd=os.open({folder!r}, os.O_RDONLY))",
    "chown": "os.chown({file!r}, os.getuid(), os.getgid())",
    "lchown": "os.lchown({file!r}, os.getuid(), os.getgid())",
    "utime": "os.utime({file!r}, (1, 1))",
    "times of an open file": "os.utime(os.open({file!r}, os.O_RDONLY), (1, 1))",
    "attribute": "os.setxattr({file!r}, 'user.catalog', b'x')",
    "removal of an attribute": "os.removexattr({file!r}, 'user.catalog')",
    "another program": "__import__('subprocess').run(['chmod', '777', {file!r}], check=True)",
    "flags": "__import__('fcntl').ioctl(os.open({file!r}, os.O_RDONLY), 0x40086602, b'\\0' * 8)",
    "length": "os.truncate({file!r}, 0)",
    "a pair of sockets": "__import__('socket').socketpair(type=__import__('socket').SOCK_DGRAM)",
    "limits of catalog": "__import__('resource').prlimit(os.getppid(), __import__('resource').RLIMIT_CORE, (0, 0))",
    "priority of catalog": "os.setpriority(os.PRIO_PROCESS, os.getppid(), 19)",
    "processors of catalog": "os.sched_setaffinity(os.getppid(), [0])",
    "a device": "os.mknod(os.environ['TMPDIR'] + '/disk', 0o60600, os.makedev(259, 0))",
    "more memory": "__import__('resource').setrlimit(__import__('resource').RLIMIT_AS, (-1, -1))",
}


def test_the_mode_and_times_of_files_stay(repository: Path, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("mine")
    before = os.stat(file)
    codes = {name: code.format(file=str(file), folder=str(tmp_path)) for name, code in ATTEMPTS.items()}
    results = outcome(repository, f"{outcomes_of(codes)}\nreturn results")
    assert {name: result for name, result in results.items() if result == "done"} == {}
    after = os.stat(file)
    assert stat.filemode(after.st_mode) == stat.filemode(before.st_mode)
    assert (after.st_mtime_ns, after.st_ctime_ns) == (before.st_mtime_ns, before.st_ctime_ns)


def test_temporary_files_and_programs_still_work(repository: Path) -> None:
    code = """
import asyncio, resource, subprocess, tempfile
with tempfile.TemporaryDirectory() as folder, tempfile.NamedTemporaryFile(dir=folder) as file:
    file.write(b"abc")
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
asyncio.run(asyncio.sleep(0))
os.sched_setaffinity(0, os.sched_getaffinity(0))
text = subprocess.run(["sh", "-c", "echo a > $TMPDIR/x; cat $TMPDIR/x"], capture_output=True, text=True, check=True)
return {"text": text.stdout, "random": str(len(os.urandom(4)) + len(open("/dev/urandom", "rb").read(4)))}
"""
    assert outcome(repository, code) == {"text": "a\n", "random": "8"}


def decision(steps: bytes, number: int, architecture: int, first: int = 0, second: int = 0) -> int:
    """What the filter answers to a call, as the kernel runs it."""
    seen = struct.pack("IIQQQ", number, architecture, 0, first, second)
    loaded = at = 0
    while True:
        code, yes, no, value = struct.unpack_from("HBBI", steps, 8 * at)
        at += 1
        if code == RETURN:
            return int(value)
        if code == LOAD:
            (loaded,) = struct.unpack_from("I", seen, value)
        elif code == AND:
            loaded &= value
        else:
            at += yes if {EQUAL: loaded == value, AT_LEAST: loaded >= value}[code] else no


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_the_filter_of_each_architecture_refuses_these_calls_alone(machine: str) -> None:
    column, architecture = ARCHITECTURES[machine]
    steps = program(machine)
    assert steps
    refused = {pair[column] for table in (OF_FILES, OF_PROCESSES) for pair in table.values()} - {None}
    itself = {pair[column] for pair in OF_ITSELF.values()}
    for number in range(600):
        for first in (0, 1, 1 << 31):
            expected = number in refused or (number in itself and first) or number == SOCKETPAIR[column]
            assert decision(steps, number, architecture, first) == (REFUSE if expected else ALLOW), number
    for flag in OF_FLAGS:
        assert decision(steps, IOCTL[column], architecture, 3, flag) == REFUSE
    assert decision(steps, IOCTL[column], architecture, 3, 0x5401) == ALLOW
    assert decision(steps, SOCKETPAIR[column], architecture, 1, 0x80801) == ALLOW
    assert decision(steps, SOCKETPAIR[column], architecture, 1, 0x80802) == REFUSE
    assert decision(steps, 0, 0x40000003) == REFUSE
    assert decision(steps, X32 + 1, architecture) == REFUSE
    assert program("riscv64") is None
