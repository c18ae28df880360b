"""Whether the sandbox listens is known at once."""

from __future__ import annotations

import socket

from catalog.console.guard import answers


def test_a_sandbox_that_has_ended_is_noticed_without_a_call() -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        endpoint = f"http://127.0.0.1:{listening.getsockname()[1]}"
        assert answers(endpoint)
    assert not answers(endpoint)
