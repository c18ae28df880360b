"""The sandbox runs no code of its callers, who need no authentication: a Lambda function is stored and never called."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any


def archive(code: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        made.writestr("code.py", code)
    return content.getvalue()


def test_the_code_of_a_function_is_not_run(local: Any, tmp_path: Path) -> None:
    code = f"def run(event, context):\n    open({str(tmp_path / 'ran')!r}, 'w')\n"
    functions = local.client("lambda")
    functions.create_function(
        FunctionName="f",
        Runtime="python3.13",
        Role=local.role("function"),
        Handler="code.run",
        Code={"ZipFile": archive(code)},
    )
    answer = functions.invoke(FunctionName="f")
    assert (answer["StatusCode"], answer.get("FunctionError")) == (200, None)
    assert not (tmp_path / "ran").exists()
