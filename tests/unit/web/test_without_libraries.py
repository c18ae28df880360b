"""Without the extra `pages`: an error in words, and Mermaid works."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.unit.review.repository import TEMPLATE, write

SCRIPT = """
import json, sys
sys.modules.update(jinja2=None, fast_sugiyama=None, flask=None)  # none can be imported
from click.testing import CliRunner
from catalog.cli import main

def run(*words):
    result = CliRunner().invoke(main, ["-C", sys.argv[1], *words])
    return result.exit_code, result.output

commands = [("access", "vault", "--format", "html"), ("graph", "vault"), ("graph", "vault", "--format", "mermaid")]
commands.append(("site", "-o", sys.argv[1] + "/public"))
print(json.dumps([run(*words) for words in (*commands, ("console",))]))
"""


def test_what_needs_a_library_says_how_to_install_it(tmp_path: Path) -> None:
    write(tmp_path, TEMPLATE, "1.0.0")
    command = [sys.executable, "-c", SCRIPT, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603  # our own command
    page, picture, mermaid, site, console = json.loads(done.stdout)
    assert page[0] == picture[0] == 2
    assert "pages need the library Jinja2" in page[1]
    assert page[1].endswith(site[1])
    assert site[0] == 2
    assert not (tmp_path / "public").exists()
    assert "pip install 'service-catalog-publisher[pages]'" in page[1]
    assert "pictures of graphs need the library fast-sugiyama" in picture[1]
    assert mermaid[1].startswith("flowchart LR\n")
    assert (console[0], "the console needs the sandbox, which is not installed" in console[1]) == (2, True)
    assert not (tmp_path / ".sandbox").exists()
