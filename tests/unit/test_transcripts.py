"""The helper that follows pages: it notices what a page does not show."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.transcripts import Typed, follow

PAGE = """\
```yaml title="queue.yaml"
Days: 4
```

```diff title="queue.yaml"
-Days: 4
+Days: 14
```

```console
$ show queue.yaml \\
    --all
Days: …
…
done
$ echo $?
0
```
"""


def printing(text: str, code: int = 0) -> tuple[list[list[str]], object]:
    """What was typed, and a run that prints a text."""
    typed: list[list[str]] = []

    def run(words: list[str], _: Path) -> tuple[int, str]:
        typed.append(words)
        return code, text

    return typed, run


@pytest.mark.parametrize("output", ["Days: 14\ndone\n", "checking  0/1  queue  5 s\nDays: 14 \nmore\nlines\ndone\n"])
def test_files_edits_and_commands_are_followed(output: str, tmp_path: Path) -> None:
    typed, run = printing(output)
    assert follow(PAGE, tmp_path, run) == 1
    assert (tmp_path / "queue.yaml").read_text() == "Days: 14\n"
    assert typed == [["show", "queue.yaml", "--all"]]


@pytest.mark.parametrize(
    "output", ["", "Days: 14\n", "Days: 14\ndone\nmore\n", "Hours: 14\ndone\n", "x\nDays: 14\ndone\n"]
)
def test_other_output_is_noticed(output: str, tmp_path: Path) -> None:
    _, run = printing(output)
    with pytest.raises(AssertionError, match="the page shows"):
        follow(PAGE, tmp_path, run)


def test_an_exit_code_that_the_page_does_not_show_is_noticed(tmp_path: Path) -> None:
    _, run = printing("Days: 14\ndone\n", code=3)
    with pytest.raises(AssertionError, match="the page shows"):
        follow(PAGE, tmp_path, run)
    with pytest.raises(AssertionError, match="ended with 3"):
        follow(PAGE.replace("$ echo $?\n0\n", ""), tmp_path, run)


def test_an_edit_of_lines_that_are_not_there_is_noticed(tmp_path: Path) -> None:
    _, run = printing("")
    with pytest.raises(AssertionError, match="does not have these lines once"):
        follow(PAGE.replace("-Days: 4", "-Days: 5"), tmp_path, run)


def test_a_command_without_output_prints_nothing() -> None:
    assert Typed("cd shop", "").shows("")
    assert not Typed("cd shop", "").shows("moved\n")
