"""A disk without room is an error with a file and a hint, wherever it happens; another error of the system is a bug."""

from __future__ import annotations

import errno
import os

import click
import pytest
from click.testing import CliRunner

from catalog.cli import Commands

NO_FOLDER = FileNotFoundError(errno.ENOENT, "No usable temporary directory found in ['/full']")
"""As `tempfile.gettempdir` raises it on a full disk."""


def commands(error: OSError) -> Commands:
    @click.command()
    def fails() -> None:
        raise error

    return Commands("catalog", commands={"fails": fails})


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS])
def test_no_room_is_an_error_that_names_the_file(number: int) -> None:
    result = CliRunner().invoke(commands(OSError(number, os.strerror(number), "/full/x")), ["fails"])
    assert result.exit_code == 1
    assert result.stderr.startswith(f"error: /full/x: cannot be written: {os.strerror(number)}\n")
    assert "TMPDIR" in result.stderr


def test_a_write_that_names_no_file_is_an_error_too() -> None:
    result = CliRunner().invoke(commands(OSError(errno.EFBIG, "File too large")), ["fails"])
    assert (result.exit_code, result.stderr.splitlines()[0]) == (1, "error: a file: cannot be written: File too large")


def test_no_folder_for_temporary_files_is_an_error() -> None:
    result = CliRunner().invoke(commands(NO_FOLDER), ["fails"])
    assert (result.exit_code, result.stderr.splitlines()[0]) == (1, f"error: {NO_FOLDER.strerror}")


def test_another_error_keeps_its_traceback() -> None:
    for error in (
        OSError(errno.EPERM, "Operation not permitted", "x"),
        FileNotFoundError(errno.ENOENT, "No such", "x"),
    ):
        assert CliRunner().invoke(commands(error), ["fails"]).exception is error
