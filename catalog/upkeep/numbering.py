"""The numbers of adopted versions, from their names in AWS. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from catalog.errors import ContentError
from catalog.model.version import check_artifact_name, parse_version, version_in_name


def version_numbers(names: Sequence[str], given: Mapping[str, str], product_id: str) -> dict[str, str]:
    """The name of each version in AWS → its version in the ledger; without names that a ledger cannot hold.

    A name that is a version comes before one that means the same version: of `1.0.0` and `v1`, `1.0.0` is 1.0.0.
    """
    for name in names:
        if names.count(name) > 1:
            raise ContentError(f"{product_id} has several versions called {name!r}: rename all but one first")
    numbers: dict[str, str] = {}
    candidates = [
        *((name, given[name]) for name in names if name in given),
        *((name, name) for name in names if version_in_name(name) == name),
        *((name, version_in_name(name)) for name in names),
    ]
    for name, number in candidates:
        if name not in numbers and number not in numbers.values() and is_release(name, number):
            numbers[name] = number
        elif name in given and numbers.get(name) != given[name]:
            raise ContentError(
                f"{product_id}: version {name!r} cannot be {given[name]} in the ledger",
                hint="Another version has this number, it is a pre-release, or the name has a slash or is a version.",
            )
    return numbers


def is_release(name: str, number: str) -> bool:
    """Whether a ledger can hold a version with this number and this name in AWS."""
    try:
        check_artifact_name("name", name, number)
        return parse_version("number", number).prerelease is None
    except ContentError:
        return False
