"""`python -m catalog`: the command line, without modules of the current folder, which may be anybody's."""

import sys
from pathlib import Path

if not sys.flags.safe_path and sys.path and Path(sys.path[0]).resolve() != Path(__file__).resolve().parents[1]:
    del sys.path[0]

from catalog.cli import run

run()
