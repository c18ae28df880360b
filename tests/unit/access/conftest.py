"""The KMS product and the access that its policy gives, for the tests of the access matrix."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from catalog.access import Matrix, PolicyMatrix, matrix
from catalog.cfn import Pseudo
from catalog.content.config import load_config
from catalog.content.load import load_product
from catalog.content.render import Rendered, render

ROOT = Path(__file__).parents[3]
ACCOUNT = "123456789012"
PLACE = Pseudo(ACCOUNT, "us-east-1")
REQUIRED = {
    "Alias": "dev/s3-data",
    "Description": "Encrypts S3 data",
    "KeyAdministrators": f"arn:aws:iam::{ACCOUNT}:role/admin",
    "KeyUsers": f"arn:aws:iam::{ACCOUNT}:role/app",
    "Environment": "dev",
    "Service": "s3",
    "DataCategory": "internal",
}

KeyMatrix = Callable[..., PolicyMatrix]


@pytest.fixture(scope="session")
def rendered() -> Rendered:
    return render("kms_key", load_product(load_config(ROOT), "kms_key"))


@pytest.fixture(scope="session")
def key_matrix(rendered: Rendered) -> KeyMatrix:
    """The matrix of the key policy, for the required parameters and the given ones."""

    def made(pseudo: Pseudo = PLACE, **given: str) -> PolicyMatrix:
        (policy,) = matrix(rendered.template, REQUIRED | given, pseudo).policies
        return policy

    return made


@pytest.fixture(scope="session")
def whole_matrix(rendered: Rendered) -> Callable[..., Matrix]:
    def made(**given: str) -> Matrix:
        return matrix(rendered.template, REQUIRED | given, PLACE)

    return made
