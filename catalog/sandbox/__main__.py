"""`python -m catalog.sandbox`: the server process that `catalog sandbox start` runs in the background."""

from __future__ import annotations

import argparse
import gc
import logging
import sys
from pathlib import Path

from catalog.errors import SandboxError
from catalog.sandbox import INSTALL


def main() -> int:
    """Serve until a signal arrives; return 1, with the reason on stderr, if the sandbox cannot run."""
    parser = argparse.ArgumentParser(prog="python -m catalog.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 picks a free one")
    parser.add_argument("--directory", type=Path, required=True, help="directory for server.json")
    parser.add_argument("--data", type=Path, help="directory for the state; without one it ends with the process")
    arguments = parser.parse_args()
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    gc.disable()  # what is imported stays: to look for garbage in it takes an eighth of the start
    try:
        from catalog.sandbox.server import serve

        serve(arguments.directory, arguments.port, arguments.data)
    except ModuleNotFoundError as error:
        print(f"{error}. {INSTALL}", file=sys.stderr)
        return 1
    except SandboxError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
