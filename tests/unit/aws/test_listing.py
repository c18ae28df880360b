"""How long a publisher waits for an object that exists already and that AWS does not list yet."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import pytest

from catalog.aws.waits import PROPAGATION, SANDBOX_LISTING
from catalog.aws.writer import Writer

NOBODY: Any = None


def listing(alone_for: float | None, *, sandbox: bool) -> float:
    session: Any = SimpleNamespace(is_sandbox=sandbox)
    since = None if alone_for is None else time.monotonic() - alone_for
    return Writer(session, NOBODY, "catalog", since).listing.deadline


@pytest.mark.parametrize(("sandbox", "full"), [(True, SANDBOX_LISTING.deadline), (False, PROPAGATION.deadline)])
def test_only_what_was_created_just_now_can_be_missing(sandbox: bool, full: float) -> None:
    assert listing(None, sandbox=sandbox) == full
    assert listing(0, sandbox=sandbox) == pytest.approx(full, abs=1)
    assert listing(full / 2, sandbox=sandbox) == pytest.approx(full / 2, abs=1)
    assert listing(full + 1, sandbox=sandbox) == 0
