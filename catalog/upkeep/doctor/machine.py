"""Checks of this machine: Python, the packages, git."""

from __future__ import annotations

import platform
import re
import shutil
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version

from catalog import __version__
from catalog.upkeep.doctor.diagnosis import Diagnosis, Health, ok

DISTRIBUTION = "service-catalog-publisher"
EXTRA = f"pip install '{DISTRIBUTION}[sandbox]'"
NAME = re.compile(r"[A-Za-z0-9._-]+")


def machine_checks() -> Iterator[Diagnosis]:
    """All checks of this machine."""
    yield ok("python", f"Python {platform.python_version()} on {platform.system()} {platform.machine()}")
    yield from packages()
    yield sandbox_extra()
    if shutil.which("git"):
        yield ok("git", "git is there, with which versions are compared")
    else:
        do = "Install git, or name the release to compare with: `catalog diff PRODUCT OLD NEW`."
        yield Diagnosis("git", Health.WARNING, "there is no git: the version gate cannot read the base revision", do)


def packages() -> Iterator[Diagnosis]:
    """Whether all packages are installed that this one requires."""
    try:
        required = requires(DISTRIBUTION) or []
    except PackageNotFoundError:
        yield ok("packages", f"catalog {__version__} runs from its source tree")
        return
    names = [NAME.match(line) for line in required if "extra ==" not in line]
    missing = [match[0] for match in names if match and not installed(match[0])]
    if missing:
        do = f"Run: pip install --force-reinstall {DISTRIBUTION}"
        yield Diagnosis("packages", Health.FAULT, f"not installed: {', '.join(missing)}", do)
    else:
        yield ok("packages", f"catalog {__version__} with the {len(names)} packages that it requires")


def sandbox_extra() -> Diagnosis:
    """Whether the local AWS is installed, which only `--local` and tests need."""
    if moto := installed("moto"):
        return ok("sandbox", f"the sandbox is installed (moto {moto})")
    return ok("sandbox", f"the sandbox is not installed; only --local and tests of products need it: {EXTRA}")


def installed(name: str) -> str:
    """The version of an installed package; empty if it is not installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
