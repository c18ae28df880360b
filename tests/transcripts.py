"""Pages that people follow, run as they stand: files that they save, edits, commands and their output."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

BLOCK = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', re.DOTALL | re.MULTILINE)
CONTINUED = re.compile(r"(?:.*\\\n)*.*\n?")
"""A command, which goes on after a backslash at the end of a line."""
PROGRESS = re.compile(r"[a-z]\w*(?: \w+)?  (?:.*  )?\d+ s(?:  \w+)?")
"""A line of progress, which is there only where the machine is slow: `checking  0/1  kms_key 2.0.0  5 s`."""
LEFT_OUT = "…"
"""Alone on a line, it stands for any lines; in a line, for any text."""


@dataclass(frozen=True, slots=True)
class SavedFile:
    """A block of code with the name of the file that people save it as."""

    path: str
    text: str

    def write(self, folder: Path) -> None:
        """Save the file."""
        (folder / self.path).write_text(self.text)


@dataclass(frozen=True, slots=True)
class Edit:
    """A block `diff` with the name of the file that people edit."""

    path: str
    text: str

    def write(self, folder: Path) -> None:
        """Edit the file, which has the old lines once."""
        lines = self.text.splitlines(keepends=True)
        old = "".join(line[1:] for line in lines if line[0] != "+")
        new = "".join(line[1:] for line in lines if line[0] != "-")
        text = (folder / self.path).read_text()
        assert text.count(old) == 1, f"{self.path} does not have these lines once:\n{old}"
        (folder / self.path).write_text(text.replace(old, new))


@dataclass(frozen=True, slots=True)
class Typed:
    """A command of a block `console`, and what the page says that it prints."""

    command: str
    shown: str

    @property
    def words(self) -> list[str]:
        """The words of the command."""
        return shlex.split(self.command)

    def shows(self, output: str) -> bool:
        """Whether the page shows this output."""
        lines = (f"{line.rstrip()}\n" for line in output.splitlines() if not PROGRESS.fullmatch(line))
        return shown_pattern(self.shown).fullmatch("".join(lines)) is not None


Step = SavedFile | Edit | Typed


def shown_pattern(shown: str) -> re.Pattern[str]:
    """The outputs that a page shows."""
    lines = [
        r"(?:.*\n)*?" if line == LEFT_OUT else ".*".join(map(re.escape, line.split(LEFT_OUT))) + r"\n"
        for line in shown.splitlines()
    ]
    return re.compile("".join(lines))


def steps(page: str) -> Iterator[Step]:
    """What people do who follow the page, in its order."""
    for language, title, body in BLOCK.findall(page):
        if language == "console":
            yield from typed(body)
        elif title:
            yield (Edit if language == "diff" else SavedFile)(title, body)


def typed(block: str) -> Iterator[Typed]:
    """The commands of a block, each with the lines below it."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command = CONTINUED.match(part)[0]
        shown = part.removeprefix(command)
        yield Typed(command.replace("\\\n", " ").strip(), shown.rstrip("\n") + "\n" if shown.strip() else "")


def follow(page: str, folder: Path, run: Callable[[list[str], Path], tuple[int, str]]) -> int:
    """Follow the page in `folder`; `run` runs the words of a command there. Returns how many commands were typed.

    A command ends with 0, or the page shows its exit code with `echo $?`.
    """
    code, failed, commands = 0, "", 0
    for step in steps(page):
        if not isinstance(step, Typed):
            step.write(folder)
            continue
        if step.command == "echo $?":
            output, failed = f"{code}\n", ""
        elif step.words[0] == "cd":
            output, folder = "", folder / step.words[1]
        else:
            assert not failed, failed
            code, output = run(step.words, folder)
            commands += 1
            failed = f"$ {step.command}\nended with {code}:\n{output}" if code else ""
        assert step.shows(output), f"$ {step.command}\nthe page shows:\n{step.shown}\nbut it printed:\n{output}"
    assert not failed, failed
    return commands
