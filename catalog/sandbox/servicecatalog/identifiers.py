"""Ids and ARNs in the formats of Service Catalog; random, but reproducible with moto's seed.

Source of the formats: the AWS CLI's examples for Service Catalog (`port-2s6xmplq5wdh4`,
`arn:aws:catalog:…:portfolio/port-…`, `arn:aws:servicecatalog:…:stack/<name>/pp-…`; the id of a path is `lpv3-` and the
13 characters of its portfolio).
"""

from __future__ import annotations

from moto.moto_api._internal import mock_random

ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"


def new_id(prefix: str) -> str:
    """A new id, for example `prod-3p5abcdef3oyk`: the prefix and 13 base32 characters."""
    return f"{prefix}-{''.join(mock_random.choice(ALPHABET) for _ in range(13))}"


def new_uuid() -> str:
    """A random UUID, for request ids in messages."""
    return str(mock_random.uuid4())


def catalog_arn(partition: str, region: str, account: str, kind: str, identifier: str) -> str:
    """The ARN of a portfolio or product."""
    return f"arn:{partition}:catalog:{region}:{account}:{kind}/{identifier}"


def provisioned_product_arn(partition: str, region: str, account: str, name: str, identifier: str) -> str:
    """The ARN of a provisioned product."""
    return f"arn:{partition}:servicecatalog:{region}:{account}:stack/{name}/{identifier}"


def stack_name(account: str, provisioned_product_id: str) -> str:
    """The name of the stack or stack set of a provisioned product."""
    return f"SC-{account}-{provisioned_product_id}"


def path_id(portfolio_id: str) -> str:
    """The id of the launch path through a portfolio."""
    return f"lpv3-{portfolio_id.removeprefix('port-')}"
