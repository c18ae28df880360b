"""Programs that tests run: Python, git, the AWS CLI and shells, with words that the test itself has written."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def run(command: Sequence[str | Path], **options: Any) -> subprocess.CompletedProcess[Any]:
    """`subprocess.run`, without a shell."""
    return subprocess.run(command, **options)  # noqa: S603  # no word of it is from outside of the tests


def start(command: Sequence[str | Path], **options: Any) -> subprocess.Popen[Any]:
    """`subprocess.Popen`, without a shell."""
    return subprocess.Popen(command, **options)  # noqa: S603  # no word of it is from outside of the tests
