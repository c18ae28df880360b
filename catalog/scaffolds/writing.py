"""Writing the files of a scaffold: all or none, and never over a file that exists unless that is allowed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from catalog.content.files import check_inside, read_file
from catalog.errors import ContentError


@dataclass(frozen=True, slots=True)
class Scaffold:
    """Files to write, by their path in the repository."""

    new: Mapping[PurePosixPath, bytes] = field(default_factory=dict)
    """Files that must not exist."""
    edited: Mapping[PurePosixPath, bytes] = field(default_factory=dict)
    """Existing files with lines added: their whole new content, with line ends as LF. The file keeps its own."""
    optional: Mapping[PurePosixPath, bytes] = field(default_factory=dict)
    """Files that are left as they are if they exist."""


@dataclass(frozen=True, slots=True)
class WrittenScaffold:
    """What was done, by path."""

    written: tuple[PurePosixPath, ...]
    edited: tuple[PurePosixPath, ...]
    left: tuple[PurePosixPath, ...]


def write_scaffold(root: Path, scaffold: Scaffold, *, force: bool = False) -> WrittenScaffold:
    """Write the files below `root`; `ContentError`, and nothing is written, if one exists with other content.

    With `force`, existing files are replaced.
    """
    for path in (*scaffold.new, *scaffold.edited, *scaffold.optional):
        check_place(root, path)
    taken = [path for path, body in scaffold.new.items() if is_other(root / path, body)]
    if taken and not force:
        raise ContentError(
            f"{root}: {'1 file exists' if len(taken) == 1 else f'{len(taken)} files exist'}; nothing was written",
            problems=tuple(f"{path} exists with other content" for path in taken),
            hint="Move them away, or pass --force to replace them.",
        )
    left = tuple(path for path, body in scaffold.optional.items() if not force and is_other(root / path, body))
    bodies = {**scaffold.new, **{path: body for path, body in scaffold.optional.items() if path not in left}}
    edits = {path: with_line_ends(root / path, body) for path, body in scaffold.edited.items()}
    edited = {path: body for path, body in edits.items() if is_other(root / path, body)}
    for path, body in {**bodies, **edited}.items():
        write_body(root, path, body)
    return WrittenScaffold(tuple(bodies), tuple(edited), left)


def check_place(root: Path, path: PurePosixPath) -> None:
    """`ContentError` if the file cannot be made: a link leads away, or a file is where a folder must be."""
    check_inside(root, root / path)
    for parent in (root / path).parents:
        if parent.exists() and not parent.is_dir():
            raise ContentError(f"{parent}: is a file, and {path} needs a folder there")
        if parent == root:
            break
    if (root / path).is_dir():
        raise ContentError(f"{path}: is a folder, and a file must be there")


def is_other(file: Path, body: bytes) -> bool:
    """Whether the file exists with another content."""
    return file.exists() and read_file(file, str(file)) != body


def with_line_ends(file: Path, body: bytes) -> bytes:
    """The new content with CRLF, if the file has that at the end of each line."""
    before = read_file(file, str(file))
    all_are_crlf = 0 < before.count(b"\n") == before.count(b"\r\n")
    return body.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") if all_are_crlf else body


def write_body(root: Path, path: PurePosixPath, body: bytes) -> None:
    """Write a file, and its folders; `ContentError` if that is refused."""
    file = root / path
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)
    except OSError as error:
        raise ContentError(f"{file}: cannot be written: {error.strerror}") from error
