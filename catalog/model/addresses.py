"""Addresses: the stable identities of everything that catalog publishes. They never contain AWS ids."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NewType

Address = NewType("Address", str)
"""An example is `portfolio/security-prod/product/kms_key/constraint/launch`."""


CONTAINERS = (
    "product",
    "version",
    "portfolio",
    "constraint",
    "action",
    "document",
    "share",
    "stack",
    "stack-set",
    "template",
)
"""Kinds that can have Addresses below them, or whose names have no slash. Any other kind ends an Address."""
ASSOCIATION = re.compile(r"portfolio/([^/]+)/product/(.+?)(?:/constraint/[^/]+)?")
PRINCIPAL_PARTS = 2
"""A principal ends an Address with two parts: its type and its ARN, which can contain slashes."""


def upwards(address: str) -> Iterator[Address]:
    """An Address, then the Addresses above it. A slash in an ARN or a TagOption does not make a level."""
    parts = address.split("/")
    starts = (
        index + (PRINCIPAL_PARTS if kind == "principal" else 1)
        for index, kind in enumerate(parts)
        if index % 2 == 0 and kind not in CONTAINERS
    )
    whole = min(next(starts, len(parts)) + 1, len(parts))
    yield Address(address)
    yield from (Address("/".join(parts[:length])) for length in range(whole - 1, 0, -1))


def within(address: str, other: str) -> bool:
    """Whether `address` is `other` or below it."""
    return address.startswith(other) and any(upper == other for upper in upwards(address))


def product(key: str) -> Address:
    """`product/<key>`; the key is the product file's name."""
    return Address(f"product/{key}")


def version(product_key: str, name: str) -> Address:
    """`product/<key>/version/<name>`."""
    return Address(f"product/{product_key}/version/{name}")


def portfolio(key: str) -> Address:
    """`portfolio/<key>`; the key is the portfolio file's name."""
    return Address(f"portfolio/{key}")


def association(portfolio_key: str, product_key: str) -> Address:
    """`portfolio/<key>/product/<key>`."""
    return Address(f"portfolio/{portfolio_key}/product/{product_key}")


def associated(address: Address) -> tuple[str, str] | None:
    """(portfolio, product) of an association or of something below it; None for any other Address."""
    match = ASSOCIATION.fullmatch(address)
    return (match[1], match[2]) if match else None


def constraint(portfolio_key: str, product_key: str, constraint_type: str) -> Address:
    """`portfolio/<key>/product/<key>/constraint/<type>`."""
    return Address(f"{association(portfolio_key, product_key)}/constraint/{constraint_type.lower()}")


def principal(portfolio_key: str, principal_type: str, arn: str) -> Address:
    """`portfolio/<key>/principal/<type>/<arn>`."""
    return Address(f"portfolio/{portfolio_key}/principal/{principal_type}/{arn}")


def share(portfolio_key: str, share_type: str, target: str) -> Address:
    """`portfolio/<key>/share/<type>/<account, ou-… or o-…>`."""
    return Address(f"portfolio/{portfolio_key}/share/{share_type}/{target}")


def tag_option(key: str, value: str) -> Address:
    """`tag-option/<key>=<value>`."""
    return Address(f"tag-option/{key}={value}")


def tag_option_association(resource: Address, key: str, value: str) -> Address:
    """`portfolio/<key>/tag-option/<key>=<value>` or `product/<key>/tag-option/<key>=<value>`."""
    return Address(f"{resource}/tag-option/{key}={value}")


def governed(resource: Address, kind: str, name: str) -> Address:
    """`portfolio/<key>/<kind>/<name>` or `product/<key>/<kind>/<name>`, such as `portfolio/team/budget/Keys`."""
    return Address(f"{resource}/{kind}/{name}")


def stack(name: str) -> Address:
    """`stack/<name>`: a CloudFormation stack that `catalog bootstrap` deploys."""
    return Address(f"stack/{name}")


def stack_set(key: str) -> Address:
    """`stack-set/<key>`: a stack set of `catalog stackset`; the key is the name of its table in pyproject.toml."""
    return Address(f"stack-set/{key}")


def stack_instances(key: str, regions: Iterable[str], units: Iterable[str]) -> Address:
    """`stack-set/<key>/instances/<Regions>:<units>`: the stacks of a stack set that one operation is about."""
    return Address(f"stack-set/{key}/instances/{'+'.join(regions)}:{'+'.join(units)}")


def template(product_key: str, digest: str) -> Address:
    """`template/<product>/sha256:<hex>`: a template in the bucket."""
    return Address(f"template/{product_key}/{digest}")


def service_action(product_key: str, key: str) -> Address:
    """`product/<key>/action/<key>`: a service action."""
    return Address(f"product/{product_key}/action/{key}")


def service_action_association(version_address: Address, action_address: Address) -> Address:
    """`product/<key>/version/<name>/action/<key>`: a service action that a version offers."""
    return Address(f"{version_address}/action/{action_address.rpartition('/')[2]}")


def is_document(address: str) -> bool:
    """Whether this is the Address of an SSM document. The path of a role can contain the word too."""
    return address.startswith("product/") and address.split("/")[2:3] == ["document"]


def document(product_key: str, name: str) -> Address:
    """`product/<key>/document/<name>`: the SSM document of a service action."""
    return Address(f"product/{product_key}/document/{name}")
