"""What the process of the product files cannot do: limits of memory, and on Linux no network and no foreign files.

`confine` works without privileges: with `setrlimit` everywhere, and on Linux with Landlock and a seccomp filter. What
a system does not offer is left out; docs/security.md says what remains possible there. The sources are the kernel's
documentation, "Landlock: unprivileged access control" and "Seccomp BPF", and the manual pages of `prctl(2)`.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import struct
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from catalog.content.system_calls import program

CAPABILITIES_VERSION = 0x20080522
READS_EVERYTHING = (1 << 1) | (1 << 2)
"""CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH: root reads a repository that another user checked out."""
PR_SET_PDEATHSIG, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 1, 22, 38
SIGKILL = 9
FILES_LIMIT = 64 * 1024 * 1024
"""Bytes of a temporary file."""

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
"""Numbers of Landlock's system calls, the same on every architecture."""
EXECUTE, WRITE, READ, READ_FOLDER = 1 << 0, 1 << 1, 1 << 2, 1 << 3
REFER, TRUNCATE, IOCTL = 1 << 13, 1 << 14, 1 << 15
CHANGES = sum(1 << bit for bit in range(4, 13))
"""Rights to remove and make files and folders."""
MAKE_DEVICES = (1 << 6) | (1 << 11)
"""The part of `CHANGES` that gives root a way to every disk."""
OF_FILES = EXECUTE | WRITE | READ | TRUNCATE | IOCTL
TCP = (1 << 0) | (1 << 1)
"""Rights to bind and connect."""
SCOPES = (1 << 0) | (1 << 1)
"""Abstract UNIX sockets and signals of processes outside."""

CONFINEMENTS = ("files", "network")
"""What `confine` can take away."""
REQUIRE = "CATALOG_REQUIRE_CONFINEMENT"
"""A variable of our environment: with a value, product files run wholly confined or not at all."""
SYSTEM_FOLDERS = ("/dev", "/home", "/root", "/Users", "/proc", "/run", "/sys", "/var/run")
"""Folders with devices, and the files of people, processes and services."""
PRIVATE_FOLDERS = (
    "AZURE_CONFIG_DIR",
    "CLOUDSDK_CONFIG",
    "DOCKER_CONFIG",
    "GH_CONFIG_DIR",
    "GNUPGHOME",
    "RUNNER_TEMP",
    "XDG_CONFIG_HOME",
)
"""Variables that name folders with credentials: of command-line tools, and of the steps of a GitHub runner."""
WITHOUT_GIT = (".git", "site-packages", "node_modules", "__pycache__")
"""Folders in which no other .git is looked for. Installed packages have tens of thousands of files, and no .git."""
DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")


@dataclass(frozen=True, slots=True)
class Readable:
    """What rendering can read."""

    whole: tuple[str, ...]
    """Files and folders with all that is in them."""
    listed: tuple[str, ...]
    """Folders of which only the names are readable, because something private is in them."""


def limit_memory(memory: int) -> None:
    """Limit memory, the size of files and of core dumps, for good."""
    for kind, size in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_FSIZE, FILES_LIMIT), (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(kind)
        size = size if hard == resource.RLIM_INFINITY else min(size, hard)
        with suppress(OSError, ValueError):  # macOS refuses limits of memory
            resource.setrlimit(kind, (size, size))


def confine(readable: Readable, writable: Path) -> tuple[str, ...]:
    """Give up network, other processes, and all files except those of `readable` and below `writable`.

    Returns what the system offers of this: `files` (Landlock), `network` (seccomp).
    """
    if sys.platform != "linux":
        return ()
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return ()
    drop_capabilities(libc)
    files, network = restrict_files(libc, readable, writable), refuse_calls(libc)
    return tuple(name for name, done in zip(CONFINEMENTS, (files, network), strict=True) if done)


def drop_capabilities(libc: ctypes.CDLL) -> None:
    """Give up what root can do beyond files: raise limits, make devices, load programs into the kernel, restart."""
    header = ctypes.create_string_buffer(struct.pack("Ii", CAPABILITIES_VERSION, 0), 8)
    held = ctypes.create_string_buffer(24)
    if libc.capget(header, held) != 0:
        return
    effective, permitted, _, *_ = struct.unpack("6I", held.raw)
    kept = struct.pack("6I", effective & READS_EVERYTHING, permitted & READS_EVERYTHING, 0, 0, 0, 0)
    libc.capset(header, ctypes.create_string_buffer(kept, 24))


def restrict_files(libc: ctypes.CDLL, readable: Readable, writable: Path) -> bool:
    """Landlock: reading what is `readable`, everything below `writable`, nothing else; no TCP, no foreign processes."""
    version = libc.syscall(CREATE_RULESET, None, 0, 1)
    if version < 1:
        return False
    newer = (REFER if version >= 2 else 0) | (TRUNCATE if version >= 3 else 0) | (IOCTL if version >= 5 else 0)
    every = EXECUTE | WRITE | READ | READ_FOLDER | CHANGES | newer
    ruleset = struct.pack("QQQ", every, TCP if version >= 4 else 0, SCOPES if version >= 6 else 0)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    descriptor = libc.syscall(CREATE_RULESET, ruleset, size, 0)
    if descriptor < 0:
        return False
    rules = [(path, EXECUTE | READ | READ_FOLDER) for path in readable.whole]
    rules += [(path, READ_FOLDER) for path in readable.listed]
    rules += [(device, READ | WRITE) for device in DEVICES] + [(str(writable), every & ~EXECUTE & ~MAKE_DEVICES)]
    for path, rights in rules:
        add_rule(libc, descriptor, path, rights & every)
    done = bool(libc.syscall(RESTRICT_SELF, descriptor, 0) == 0)
    os.close(descriptor)
    return done


def add_rule(libc: ctypes.CDLL, ruleset: int, path: str, rights: int) -> None:
    """Allow `rights` at and below `path`; a path that does not exist needs no rule."""
    with suppress(OSError):
        opened = os.open(path, getattr(os, "O_PATH", 0) | os.O_CLOEXEC)
        rights = rights if os.path.isdir(path) else rights & OF_FILES
        libc.syscall(ADD_RULE, ruleset, 1, struct.pack("=Qi", rights, opened), 0)
        os.close(opened)


def refuse_calls(libc: ctypes.CDLL) -> bool:
    """Seccomp: no sockets, no look into other processes, and no new mode, owner, attribute or time of a file."""
    steps = program(platform.machine())
    if steps is None:
        return False
    body = ctypes.create_string_buffer(steps, len(steps))
    filters = ctypes.create_string_buffer(struct.pack("HP", len(steps) // 8, ctypes.addressof(body)))
    return bool(libc.prctl(PR_SET_SECCOMP, 2, filters, 0, 0) == 0)


def readable_paths(root: Path) -> Readable:
    """What rendering can read: the system without private folders, Python with its packages, and the repository."""
    return readable_without(private_paths(root), root)


@lru_cache(maxsize=64)
def readable_without(private: frozenset[str], root: Path) -> Readable:
    """`readable_paths`, listed once: a folder that another program makes meanwhile does not ask for a new process."""
    holders = frozenset(str(parent) for path in private for parent in Path(path).parents)
    python = (*sys.path, sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix, work_tree(root, private))
    whole = dict.fromkeys(openings("/", private, holders))
    listed: dict[str, None] = {}
    for folder in dict.fromkeys(os.path.realpath(name) for name in python if os.path.isabs(name)):
        if os.path.exists(folder) and not any(part in whole for part in (folder, *map(str, Path(folder).parents))):
            inside = frozenset(path for path in private if path == folder or path.startswith(f"{folder}/"))
            whole |= dict.fromkeys(openings(folder, inside, holders if inside else frozenset()))
            listed |= dict.fromkeys([folder] if inside and folder not in inside else ())
    return Readable(tuple(whole), tuple(listed))


def work_tree(root: Path, private: frozenset[str]) -> str:
    """The folder that Git checked out with `root` in it, unless a private folder is in it; else `root`."""
    for folder in map(str, (root, *root.parents)):
        if f"{folder}/.git" in private:
            inside = [path for path in private if path == folder or path.startswith(f"{folder}/")]
            others = [path for path in inside if "/.git/" not in f"{path}/" and os.path.isdir(path)]
            return str(root) if others else folder
    return str(root)


def private_paths(root: Path) -> frozenset[str]:
    """Homes, processes, services, files that the environment names, and each .git of the repository."""
    paths = [name for name in (*SYSTEM_FOLDERS, os.environ.get("HOME", ""), os.path.expanduser("~")) if name]
    paths += [named for name in PRIVATE_FOLDERS if os.path.isdir(named := os.environ.get(name, ""))]
    paths += named_files(root)
    for folder in (root, *root.parents):
        paths += git_paths(f"{folder}/.git")
    private = frozenset(path for path in map(os.path.realpath, paths) if path != "/")
    return private | nested_git(work_tree(root, private))


def named_files(root: Path) -> Iterator[str]:
    """The files that variables of our environment name: credentials. Not programs, Python itself, and product files."""
    programs = {os.path.realpath(folder) for folder in os.environ.get("PATH", "").split(os.pathsep) if folder}
    python = {os.path.realpath(path) for path in (sys.executable, *sys.path)}
    products = f"{os.path.realpath(root)}/products/"
    for path in (part for value in os.environ.values() for part in value.split(os.pathsep)):
        if path.startswith("/") and os.path.isfile(path):
            file = os.path.realpath(path)
            program = os.access(file, os.X_OK) and {os.path.dirname(path), os.path.dirname(file)} & programs
            if not program and file not in python and not file.startswith(products):
                yield file


def git_paths(marker: str) -> Iterator[str]:
    """A .git if it exists, and the folders that it names if it is a file, as in `git worktree` and in submodules."""
    if os.path.exists(marker):
        yield marker
    with suppress(OSError, ValueError):
        kind, _, name = Path(marker).read_text(encoding="utf-8").partition(":")
        if kind == "gitdir" and "\0" not in name:
            folder = os.path.join(os.path.dirname(marker), name.strip())
            yield folder
            yield os.path.join(folder, Path(folder, "commondir").read_text(encoding="utf-8").strip())


@lru_cache(maxsize=64)
def nested_git(tree: str) -> frozenset[str]:
    """What `git_paths` gives for all folders below `tree`: submodules, and other checkouts. Looked up once."""
    paths: list[str] = []
    for folder, folders, files in os.walk(tree):
        if ".git" in folders or ".git" in files:
            paths += git_paths(f"{folder}/.git")
        folders[:] = [name for name in folders if name not in WITHOUT_GIT]
    return frozenset(path for path in map(os.path.realpath, paths) if path != "/")


def openings(folder: str, private: frozenset[str], holders: frozenset[str]) -> Iterator[str]:
    """The largest folders and files at or below `folder` that neither are private nor hold a private path."""
    if folder in private:
        return
    if folder not in holders:
        yield folder
        return
    with suppress(OSError):
        for child in sorted(os.scandir(folder), key=lambda each: each.name):
            if not child.is_symlink():
                yield from openings(child.path, private, holders)
