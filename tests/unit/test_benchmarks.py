"""The arithmetic of the benchmarks, and the delay of their proxy. No test asserts speed."""

from __future__ import annotations

import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from benchmarks import values
from benchmarks.bounds import Bound, critical_path
from benchmarks.latency import delay, proxied, traffic
from benchmarks.page import replaced
from benchmarks.rows import Row, paired, table
from catalog.plan.kinds.template import upload
from catalog.plan.schedule import Schedule, ScheduleStep, StepKind


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
            with proxied(f"127.0.0.1:{server.server_port}") as proxy:
                latency = delay(proxy, 0.05)
                for size in (1, 200_000):
                    with urllib.request.urlopen(proxy.url, b"x" * size, timeout=10) as answer:  # noqa: S310  # ours
                        assert answer.read() == str(size).encode()
                seen = traffic(proxy.calls, latency)
            assert (seen.calls, seen.peak) == (2, 1)
            assert seen.seconds >= 0.1
        finally:
            server.shutdown()


def test_the_objects_of_a_catalogue_are_counted() -> None:
    small = values.state(2, 3, 5)
    assert values.objects(small) == 3 * (1 + 5) + 2 * (1 + 1) + 2 * 3 * 2


def test_the_rows_without_aws_can_be_measured() -> None:
    assert [row.unit for row in values.rows(quick=True)] == ["s", "/s", "s"]


def test_a_table_keeps_its_columns_whatever_the_notes_are() -> None:
    lines = table([Row("3", "a | b", 1.0, "s", note="c|d")]).splitlines()
    assert {line.count("|") for line in lines} == {7}


def test_the_largest_term_is_the_bound() -> None:
    writes = {"CreateProduct": 10, "CreateConstraint": 105}
    assert Bound(chain=20, calls=100, parallelism=10, latency=0.15).seconds == pytest.approx(3.0)
    assert Bound(chain=20, calls=1000, parallelism=10, latency=0.15).seconds == pytest.approx(15.0)
    limited = Bound(chain=20, calls=1000, parallelism=10, latency=0.15, writes=writes, rate=5)
    assert limited.seconds == pytest.approx(20.0)  # five of them at once
    assert limited.reason == "105 writes ÷ 5 a second"
    assert Bound(chain=20, calls=100, parallelism=10, latency=0.0).seconds == 0


def test_the_critical_path_is_the_longest_chain_of_calls() -> None:
    changes = [upload("a", "0" * 64)] * 4
    steps = [ScheduleStep(index, StepKind.CHANGE) for index in range(4)]
    milestone = ScheduleStep(1, StepKind.MILESTONE, "both")
    listed = ScheduleStep(3, StepKind.CONFIRMATION, "listed")
    work = Schedule(changes)
    work.waits.update({step: {} for step in steps})
    work.waits[milestone] = {steps[0]: "", steps[1]: ""}
    work.waits[steps[2]] = {milestone: ""}
    work.waits[listed] = {steps[2]: ""}
    assert critical_path(work) == 3
    assert critical_path(Schedule([])) == 0


def test_figures_replace_those_of_their_group() -> None:
    page = "before\n<!-- values: begin -->\nold\n<!-- values: end -->\nafter\n"
    assert replaced(page, "values", "new\n") == page.replace("old", "new")
    with pytest.raises(SystemExit):
        replaced(page, "publishing", "new")
