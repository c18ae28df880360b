"""What Python does when it ends is not interrupted by Ctrl-C."""

from __future__ import annotations

import signal
import subprocess
import sys

from tests import programs

ENDING = """
import time
from catalog.stopping import at_exit

def end():
    print("ending", flush=True)
    time.sleep(0.3)
    print("ended", flush=True)

at_exit(end)
"""


def test_a_second_ctrl_c_is_no_traceback() -> None:
    process = programs.start([sys.executable, "-c", ENDING], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ending\n"
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=20) == ("ended\n", "")
    assert process.returncode == 0
