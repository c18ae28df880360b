"""Runs `catalog` in forks of a process that has imported it: commands as from a shell, without the second of imports.

As a program it is the server: it reads requests from the Unix socket that it is given. A request has the three standard
streams, the arguments, the folder and the environment of a caller; the answer is the exit code. `CLIENT` is the program
`catalog` that shells find.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import programs

CLIENT = """#!{python} -IS
import json, os, socket, sys
server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
server.connect({address!r})
request = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
socket.send_fds(server, [b"%12d" % len(request)], [0, 1, 2])
server.sendall(request)
sys.exit(int(server.recv(8)))
"""
IMPORTS = (
    "check.run",
    "check.formats",
    "aws.session",
    "publishing.planner",
    "publishing.apply",
    "versions",
    "cli.publish",
)
"""Modules that the commands import when they run."""


@contextmanager
def command_server(folder: Path, root: Path) -> Iterator[Path]:
    """A folder with the program `catalog`; its server runs in the block."""
    address = folder / "socket"
    command = [sys.executable, "-m", "tests.functional.command_server", str(address)]
    with programs.start(command, cwd=root, env={**os.environ, "PYTHONPATH": str(root)}) as server:
        try:
            wait_for(address, server)
            program = folder / "catalog"
            program.write_text(CLIENT.format(python=sys.executable, address=str(address)))
            program.chmod(0o755)
            yield folder
        finally:
            server.terminate()


def wait_for(address: Path, server: subprocess.Popen[bytes]) -> None:
    """Return when the server listens."""
    deadline = time.monotonic() + 60
    while not address.exists():
        assert server.poll() is None, "the server of commands has ended"
        assert time.monotonic() < deadline, "the server of commands does not start"
        time.sleep(0.02)


def serve(address: str) -> None:
    """Answer requests, one after the other."""
    from importlib import import_module

    from catalog.check.cfn_lint import lint
    from catalog.scaffolds.texts import scaffold_text

    for name in IMPORTS:
        import_module(f"catalog.{name}")
    lint("it", "it", scaffold_text("product/bucket.yaml"), ["us-east-1"])  # cfn-lint loads its rules and schemas
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(f"{address}.new")
    listener.listen()
    os.rename(f"{address}.new", address)
    while True:
        connection, _ = listener.accept()
        with connection:
            size, streams, _, _ = socket.recv_fds(connection, 12, 3)
            request = b""
            while len(request) < int(size):
                request += connection.recv(65536)
            child = os.fork()
            if not child:
                become(streams, *json.loads(request))
            for stream in streams:
                os.close(stream)
            _, status = os.waitpid(child, 0)
            connection.sendall(str(os.waitstatus_to_exitcode(status)).encode())


def become(streams: list[int], arguments: list[str], folder: str, environment: dict[str, str]) -> None:
    """Run the command in this process, a fork of the server, and end it."""
    from catalog.cli import run

    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    sys.stdin, sys.stdout, sys.stderr = (os.fdopen(number, mode, closefd=False) for number, mode in enumerate("rww"))
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["catalog", *arguments]
    code = 1
    try:
        run()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 0 if ended.code is None else 1
    except BaseException:  # noqa: BLE001  # said as Python itself says it
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    serve(sys.argv[1])
