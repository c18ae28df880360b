"""The releases of another revision of the repository: what the branch that receives a change has released.

Reads git objects, and never the files of the working tree. git runs as a program, because the repository may be of any
kind that git knows: a worktree, a shallow clone, a folder of a larger repository.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from catalog.content.config import Config
from catalog.errors import ContentError
from catalog.releases.ledger import LEDGER, load_releases, products_with_ledgers
from catalog.releases.release import Release

FOLDER = "products/releases"
USUAL_BASES = ("origin/HEAD", "origin/main", "origin/master", "main", "master")
"""The branches that usually receive a change, the first one that exists first."""
LARGEST_FILE = 2**21
"""Bytes: the limit of CloudFormation on a template is half of it. Larger files of a repository are not content."""


@dataclass(frozen=True)
class BaseRevision:
    """A revision of the repository, and the products that it has released."""

    name: str
    """The name that the user gave, or that of the usual branch."""
    releases: dict[str, tuple[Release, ...]]
    """Product → its releases, the oldest version first."""


def read_base(config: Config, name: str) -> BaseRevision:
    """The releases of the revision `name`; `ContentError` if there is no git repository, or no such revision."""
    require_repository(config)
    commit = commit_of(config, name)
    if commit is None:
        raise unknown_revision(config, name)
    return releases_of(config, name, commit)


def unknown_revision(config: Config, name: str) -> ContentError:
    """The error about a revision that git does not know."""
    return ContentError(
        f"--base: git knows no revision {name!r} in {config.root}",
        hint="Name a branch, tag or commit."
        + (f" In a shallow clone, run `git fetch origin {name}` first." if name[:1] not in ("", "-") else ""),
    )


def usual_base(config: Config, names: Sequence[str] = ()) -> BaseRevision | None:
    """The releases of the branch that usually receives a change; None outside a git repository, or without one."""
    if not is_repository(config):
        return None
    for name in (*names, *USUAL_BASES):
        commit = commit_of(config, name)
        if commit is not None:
            return releases_of(config, name, commit)
    return None


def releases_of(config: Config, name: str, commit: str) -> BaseRevision:
    """The releases of a commit; `ContentError` with the revision's name if they have errors."""
    with checked_out(config, commit) as root:
        copied = replace(config, root=root)
        try:
            return BaseRevision(
                name, {key: load_releases(copied, key) for key in sorted(products_with_ledgers(copied))}
            )
        except ContentError as error:
            raise ContentError(
                f"at revision {name}: {error.message}",
                problems=error.problems,
                hint="Name another revision with --base.",
            ) from error


@contextmanager
def checked_out(config: Config, commit: str) -> Iterator[Path]:
    """A temporary folder with the release files of a commit, byte for byte."""
    with tempfile.TemporaryDirectory(prefix="catalog-base-") as folder:
        root = Path(folder)
        write_objects(config, root, listed(config, commit))
        yield root


def merge_base(config: Config, commit: str) -> str:
    """The commit from which HEAD and another commit have grown; the other commit itself if they have none."""
    asked = run_git(config, "merge-base", "HEAD", commit)
    return asked.stdout.decode().strip() if asked.returncode == 0 else commit


@contextmanager
def whole_tree(config: Config, commit: str) -> Iterator[Path]:
    """A temporary folder with the files of a commit, below the root of the settings: regular files of some size."""
    output = git(config, "ls-tree", "-r", "-z", "-l", commit).decode(errors="replace")
    objects = {}
    for line in filter(None, output.split("\0")):
        details, _, name = line.partition("\t")
        mode, _, object_name, size = details.split()
        inside = ".." not in Path(name).parts and not Path(name).is_absolute()
        if mode.startswith("100") and inside and int(size) <= LARGEST_FILE:
            objects[name] = object_name
    with tempfile.TemporaryDirectory(prefix="catalog-base-") as folder:
        root = Path(folder)
        write_objects(config, root, objects)
        yield root


def write_objects(config: Config, root: Path, objects: dict[str, str]) -> None:
    """Write files: path → object."""
    for name, body in zip(objects, blobs(config, list(objects.values())), strict=True):
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)


def listed(config: Config, commit: str) -> dict[str, str]:
    """Path → object of the ledgers and templates of a commit: regular files only, so that a link leads nowhere."""
    output = git(config, "ls-tree", "-r", "-z", commit, "--", f"{FOLDER}/").decode(errors="replace")
    objects = {}
    for line in filter(None, output.split("\0")):
        details, _, name = line.partition("\t")
        parts = Path(name).parts
        if details.startswith("100") and len(parts) == 4 and ".." not in parts and is_release_file(parts[-1]):
            objects[name] = details.split()[2]
    return objects


def blobs(config: Config, objects: Sequence[str]) -> Iterator[bytes]:
    """The content of each object, from one process: a line that ends with the size, the content, and a line feed."""
    answer = git(config, "cat-file", "--batch", given="".join(f"{each}\n" for each in objects).encode())
    start = 0
    for _ in objects:
        end = answer.index(b"\n", start)
        size = int(answer[start:end].split()[-1])
        yield answer[end + 1 : end + 1 + size]
        start = end + size + 2


def is_release_file(name: str) -> bool:
    """Whether it is a ledger or a template."""
    return name == LEDGER or (name.endswith(".yaml") and not name.startswith("."))


def require_repository(config: Config) -> None:
    """`ContentError` unless the settings are in a git repository."""
    asked = run_git(config, "rev-parse", "--is-inside-work-tree")
    if asked.returncode:
        words = asked.stderr.decode(errors="replace").strip().partition("\n")[0]
        raise ContentError(
            f"--base needs a git repository at {config.root}: {words}",
            hint="Without --base, OLD is the latest release of the working tree.",
        )


def is_repository(config: Config) -> bool:
    """Whether the settings are in a git repository; False without git."""
    return run_git(config, "rev-parse", "--is-inside-work-tree").returncode == 0


def commit_of(config: Config, name: str) -> str | None:
    """The commit that a revision names; None if there is none."""
    asked = run_git(config, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    return asked.stdout.decode().strip() or None if asked.returncode == 0 else None


def git(config: Config, *arguments: str, given: bytes = b"") -> bytes:
    """The output of a git command that must work; `given` is its standard input."""
    done = run_git(config, *arguments, given=given)
    if done.returncode:
        words = done.stderr.decode(errors="replace").strip().partition("\n")[0]
        raise ContentError(f"git {arguments[0]} failed: {words}", hint="Run `git fsck`, or omit --base.")
    return done.stdout


def run_git(config: Config, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run git in the root; without git, as if it had failed."""
    command = ["git", "-C", str(config.root), *arguments]
    try:
        return subprocess.run(command, capture_output=True, check=False, input=given)  # noqa: S603  # git
    except OSError as error:
        return subprocess.CompletedProcess(command, 127, b"", str(error).encode())
