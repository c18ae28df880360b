"""The files of a sandbox's state: written, read again, refused when they cannot be trusted. No server runs."""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import SandboxError
from catalog.sandbox.journal import HEAD, REQUESTS, Journal, JournalEntry
from catalog.sandbox.recording import KEPT, digest, is_kept
from catalog.sandbox.wire import RequestedOperation
from tests import programs

MOTO = "5.2.5"


def entry(number: int, body: str = "e30=") -> JournalEntry:
    return JournalEntry(number, {"REQUEST_METHOD": "POST", "PATH_INFO": "/ü"}, body, 1.5, 1e9, "digest", ["key"])


def written(folder: Path, *entries: JournalEntry) -> Journal:
    with closing(Journal(folder, MOTO)) as journal:
        for each in entries:
            journal.append(each)
    return journal


def read(folder: Path) -> list[JournalEntry]:
    with closing(Journal(folder, MOTO)) as journal:
        return journal.entries


def test_what_is_written_is_read_again_for_the_user_alone(tmp_path: Path) -> None:
    first = written(tmp_path / "state", entry(1), entry(3))
    assert {stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "state").iterdir()} == {0o600}
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700
    with closing(Journal(tmp_path / "state", MOTO)) as again:
        assert again.entries == [entry(1), entry(3)]
        assert again.head == first.head
        again.listen_on(4566)
        again.append(entry(4))
    with closing(Journal(tmp_path / "state", MOTO)) as last:
        assert (last.head.port, last.head.token, len(last.entries)) == (4566, first.head.token, 3)
        last.clear(7.0)
        assert (last.head.port, last.head.token, last.head.clock) == (4566, first.head.token, 7.0)
        assert last.head.seed != first.head.seed
        last.append(entry(1))
    assert read(tmp_path / "state") == [entry(1)]


@given(cut=st.integers(1, 150))
def test_a_line_without_its_end_was_under_way(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    folder = tmp_path_factory.mktemp("state") / "state"
    written(folder, entry(1), entry(2))
    file = folder / REQUESTS
    whole = file.read_bytes()
    file.write_bytes(whole[:-cut])
    lines = whole[:-cut].count(b"\n")
    with closing(Journal(folder, MOTO)) as journal:
        assert journal.entries == [entry(1), entry(2)][:lines]
        journal.append(entry(5))
    assert read(folder) == [*[entry(1), entry(2)][:lines], entry(5)]


def version(content: str) -> str:
    return content.replace('"version": 2', '"version": 3')


def other_moto(content: str) -> str:
    return content.replace(MOTO, "4.0.0")


@pytest.mark.parametrize(
    ("file", "change", "words"),
    [
        (HEAD, version, "version 3 of the format, and this catalog reads 2"),
        (HEAD, other_moto, "written with moto '4.0.0', and this is 5.2.5"),
        (HEAD, lambda content: "[]", "version None of the format"),
        (HEAD, lambda content: "{", "cannot be read"),
        (HEAD, lambda content: content.replace('"port": 0', '"port": -1'), "is damaged"),
        (HEAD, lambda content: content.replace('"port": 0', '"port": 0, "more": 1'), "is damaged"),
        (REQUESTS, lambda content: "{}\n" + content, "requests.jsonl:1 is damaged"),
        (REQUESTS, lambda content: content + "[1]\n", "requests.jsonl:2 is damaged"),
        (REQUESTS, lambda content: content.replace('"e30="', '"e30"'), "requests.jsonl:1 is damaged"),
        (REQUESTS, lambda content: content.replace('"clock":1.5', '"clock":"1"'), "requests.jsonl:1 is damaged"),
        (REQUESTS, lambda content: content.replace('"clock":1.5', '"clock":NaN'), "clock or wall is no time"),
        (REQUESTS, lambda content: content.replace('"wall":1000000000.0', '"wall":1e300'), "clock or wall is no time"),
        (
            REQUESTS,
            lambda content: content + "[" * 100_000 + "\n",
            "requests.jsonl:2 is damaged: it is nested too deeply",
        ),
        (HEAD, lambda content: "[" * 100_000, "nested too deeply"),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_way_on(
    tmp_path: Path, file: str, change: Callable[[str], str], words: str
) -> None:
    folder = tmp_path / "state"
    written(folder, entry(1))
    (folder / file).write_text(change((folder / file).read_text()))
    with pytest.raises(SandboxError) as refused:
        Journal(folder, MOTO)
    assert words in str(refused.value)
    assert f"remove the folder {folder}" in str(refused.value)
    assert "catalog sandbox start --ephemeral" in str(refused.value)


def test_requests_without_their_head_are_kept_and_refused(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    written(folder, entry(1))
    head = (folder / HEAD).read_bytes()
    (folder / HEAD).unlink()
    with pytest.raises(SandboxError, match=r"sandbox\.json is missing"):
        Journal(folder, MOTO)
    (folder / HEAD).write_bytes(head)
    (folder / HEAD).chmod(0o600)
    assert read(folder) == [entry(1)]


@pytest.mark.parametrize("file", [HEAD, REQUESTS])
def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(tmp_path: Path, file: str) -> None:
    folder = tmp_path / "state"
    written(folder, entry(1))
    (folder / file).unlink()
    os.mkfifo(folder / file, 0o600)
    with pytest.raises(SandboxError, match="it is no file"):
        Journal(folder, MOTO)


def test_links_and_folders_of_others_are_not_used(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    written(folder, entry(1))
    (folder / REQUESTS).rename(tmp_path / "elsewhere")
    (folder / REQUESTS).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SandboxError, match="cannot be read"):
        Journal(folder, MOTO)
    folder.chmod(0o777)
    with pytest.raises(SandboxError, match="others than you can write"):
        Journal(folder, MOTO)


@pytest.mark.parametrize("file", [HEAD, REQUESTS])
def test_files_as_git_makes_them_are_not_those_of_a_sandbox(tmp_path: Path, file: str) -> None:
    folder = tmp_path / "state"
    written(folder, entry(1))
    (folder / file).chmod(0o644)
    with pytest.raises(SandboxError, match=f"{file} is not of a sandbox of yours"):
        Journal(folder, MOTO)


NO_ROOM = """
import pathlib, resource, signal, sys
from catalog.errors import SandboxError
from catalog.sandbox.journal import Journal, JournalEntry
journal = Journal(pathlib.Path(sys.argv[1]), "5.2.5")
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
for number, body in enumerate(("", "x" * 3000, ""), 1):
    try:
        journal.append(JournalEntry(number, {}, body, 1.0, 1.0, "", []))
    except SandboxError as error:
        print(error)
"""


def test_what_the_disk_has_no_room_for_leaves_no_half_line(tmp_path: Path) -> None:
    told = programs.run([sys.executable, "-c", NO_ROOM, str(tmp_path / "state")], capture_output=True, text=True)
    assert told.stdout.count("a request was carried out and cannot be kept") == 1, told.stderr
    assert [each.number for each in read(tmp_path / "state")] == [1, 3]


def test_one_sandbox_at_a_time(tmp_path: Path) -> None:
    with (
        closing(Journal(tmp_path / "state", MOTO)),
        pytest.raises(SandboxError, match="another sandbox uses the state"),
    ):
        Journal(tmp_path / "state", MOTO)


def test_nothing_but_data_is_in_the_files(tmp_path: Path) -> None:
    written(tmp_path / "state", entry(1))
    assert json.loads((tmp_path / "state" / HEAD).read_text())["version"] == 2
    lines = (tmp_path / "state" / REQUESTS).read_text().splitlines()
    assert [json.loads(line)["number"] for line in lines] == [1]


@pytest.mark.parametrize(
    ("operation", "mutating", "kept"),
    [
        ("CreatePortfolio", True, True),
        ("ListPortfolios", False, False),
        ("AssumeRole", False, True),
        ("AssumeRoleWithWebIdentity", False, True),
        ("DescribeKey", False, True),
        ("ReceiveMessage", True, False),
        ("PutObject", True, True),
    ],
)
def test_what_is_recorded(operation: str, mutating: bool, kept: bool) -> None:
    assert is_kept(RequestedOperation("any", operation, mutating, json=True)) is kept


def test_digests_leave_times_out() -> None:
    assert digest(b'{"a": "2026-11-28T22:00:00Z", "b": 1790000000.5}') == digest(
        b'{"a": "2026-11-28T23:10:01Z", "b": 1790000123.25}'
    )
    assert digest(b'{"a": "port-1"}') != digest(b'{"a": "port-2"}')


def test_headers_of_browsers_and_proxies_are_not_kept() -> None:
    assert KEPT.fullmatch("HTTP_X_AMZ_TARGET")
    assert not any(map(KEPT.fullmatch, ("HTTP_COOKIE", "HTTP_PROXY_AUTHORIZATION", "REMOTE_ADDR")))
