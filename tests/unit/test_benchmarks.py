"""The arithmetic of the benchmarks, and the delay of their proxy. No test asserts speed."""

from __future__ import annotations

import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from benchmarks import values
from benchmarks.latency import delayed
from benchmarks.rows import Row, paired, table


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        (Row("1", "a", 3.0, "x", 3), "holds"),
        (Row("1", "a", 3.1, "x", 3), "**misses**"),
        (Row("2", "a", 5.0, "x", 5, at_most=False), "holds"),
        (Row("2", "a", 4.9, "x", 5, at_most=False), "**misses**"),
        (Row("3", "a", 9.9, "s"), ""),
    ],
)
def test_a_row_says_whether_its_figure_meets_its_target(row: Row, verdict: str) -> None:
    assert row.cells()[4] == verdict
    assert row.holds == (verdict != "**misses**")
    assert table([row]).count("\n") == 3


def test_pairs_alternate_and_give_medians() -> None:
    order: list[str] = []
    first, second = iter([5.0, 1.0, 2.0]), iter([30.0, 10.0, 20.0])

    def measure(name: str, taken: float) -> float:
        order.append(name)
        return taken

    assert paired(lambda: measure("a", next(first)), lambda: measure("b", next(second)), 3) == (2.0, 20.0)
    assert order == ["a", "b", "a", "b", "a", "b"]


class Echo(BaseHTTPRequestHandler):
    """Answers with the size of the body, on a connection that stays open."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:  # the name of http.server
        body = self.rfile.read(int(self.headers["Content-Length"]))
        answer = str(len(body)).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002  # the name of http.server
        """Write no log."""


def test_the_proxy_delays_each_request_and_changes_nothing() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            with delayed(f"http://127.0.0.1:{server.server_port}", 0.05) as url:
                start = time.perf_counter()
                for size in (1, 200_000):
                    with urllib.request.urlopen(url, b"x" * size, timeout=10) as answer:  # noqa: S310
                        assert answer.read() == str(size).encode()
                assert time.perf_counter() - start >= 0.1
        finally:
            server.shutdown()


def test_the_objects_of_a_catalogue_are_counted() -> None:
    small = values.state(2, 3, 5)
    assert values.objects(small) == 3 * (1 + 5) + 2 * (1 + 1) + 2 * 3 * 2


def test_the_rows_without_aws_can_be_measured() -> None:
    assert [row.unit for row in values.rows(quick=True)] == ["s", "/s", "s"]
