"""Usage by version: the state of each version, and provisioned products behind the default."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import Any

import pytest

from catalog.aws.usage import ProvisionedProduct, PublishedProduct, read_provisioned
from catalog.lifecycle.report import COLUMNS, as_csv, as_data, is_usage
from catalog.lifecycle.usage import Usage, VersionState, usage
from catalog.model.product import Guidance, ProvisioningArtifact
from tests.unit.lifecycle.test_verbs import releases

RELEASES = releases("1.0.0:deprecated", "1.1.0", "1.2.0", "1.3.0:inactive", "2.0.0")


def artifact(version: str, **changes: Any) -> ProvisioningArtifact:
    digest = next((result.digest for result in RELEASES if result.version == version), "")
    return replace(ProvisioningArtifact(version, "", digest), **changes)


def provisioned(number: int, artifact_id: str, name: str = "") -> ProvisionedProduct:
    owner = "arn:aws:iam::123456789012:role/dev"
    return ProvisionedProduct(
        f"p{number}", f"pp-{number}", "AVAILABLE", "prod-1", artifact_id, name, owner, owner, "123456789012", ""
    )


def usage_with(artifacts: dict[str, ProvisioningArtifact], *launched: ProvisionedProduct) -> Usage:
    return usage("123456789012", "eu-west-1", "key", RELEASES, PublishedProduct("prod-1", artifacts), launched)


def test_every_state_and_the_order_of_precedence() -> None:
    dev = artifact("2.1.0-dev.abcdef012345", digest="sha256:abcdef012345" + "0" * 52)
    result = usage_with(
        {
            "pa-9": artifact("Experiment"),
            "pa-8": replace(dev, active=False),
            "pa-6": artifact("2.0.0"),
            "pa-5": artifact("1.3.0", active=False),
            "pa-4": artifact("1.2.0", digest="sha256:" + "0" * 64),
            "pa-2": artifact("1.1.0"),
            "pa-1": artifact("1.0.0", guidance=Guidance.DEPRECATED),
        },
        provisioned(1, "pa-1"),
        provisioned(2, "pa-6"),
        provisioned(3, "pa-8"),
        provisioned(4, "pa-gone", "1.1.0"),
        provisioned(5, "pa-9"),
        provisioned(6, "pa-1"),
    )
    assert [(each.version, each.state, each.provisioned) for each in result.versions] == [
        ("1.0.0", VersionState.DEPRECATED, 2),
        ("1.1.0", VersionState.ACTIVE, 0),
        ("1.2.0", VersionState.UNKNOWN, 0),  # AWS has another template with this name
        ("1.3.0", VersionState.INACTIVE, 0),
        ("2.0.0", VersionState.DEFAULT, 1),
        (dev.name, VersionState.PRE_RELEASE, 1),
        ("Experiment", VersionState.UNKNOWN, 1),
    ]
    assert [(each.product.name, each.state, each.behind) for each in result.launched] == [
        ("p1", VersionState.DEPRECATED, True),
        ("p6", VersionState.DEPRECATED, True),
        ("p4", VersionState.UNKNOWN, True),  # its version was deleted
        ("p2", VersionState.DEFAULT, False),
        ("p3", VersionState.PRE_RELEASE, False),
        ("p5", VersionState.UNKNOWN, False),
    ]
    assert result.behind == 3
    assert not result.default_is_missing


@pytest.mark.parametrize("artifacts", [{}, {"pa-6": artifact("2.0.0", active=False)}, {"pa-2": artifact("1.1.0")}])
def test_a_default_that_is_not_published_yet(artifacts: dict[str, ProvisioningArtifact]) -> None:
    assert usage_with(artifacts).default_is_missing


def test_a_product_that_is_not_published() -> None:
    result = usage("123456789012", "eu-west-1", "key", RELEASES, None, [])
    assert (result.product_id, result.versions, result.default_is_missing) == ("", (), False)
    assert is_usage(as_data("1", "r", [result]))


def test_usage_reads_back_from_its_json() -> None:
    result = usage_with({"pa-6": artifact("2.0.0")}, replace(provisioned(1, "pa-6"), name='a "b", c'))
    assert is_usage(as_data("1", "r", [result]))
    header, row = csv.reader(io.StringIO(as_csv([result])))
    assert tuple(header) == COLUMNS
    assert row[:5] == ["key", "2.0.0", "default", "false", 'a "b", c']


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {"format": 2, "account": "1", "region": "r", "products": []},
        {"format": 1, "account": 1, "region": "r", "products": []},
        {"format": 1, "account": "1", "region": "r", "products": [{"product": "key"}]},
        {"format": 1, "account": "1", "region": "r", "products": 7},
        {
            "format": 1,
            "account": "1",
            "region": "r",
            "products": [{"product": "k", "product_id": "p", "versions": [{"version": "1", "provisioned": "2"}]}],
        },
    ],
)
def test_other_json_is_not_usage(data: object) -> None:
    assert not is_usage(data)


def test_a_response_without_optional_members() -> None:
    result = read_provisioned({"Id": "pp-1"})
    assert (result.id, result.account, result.created) == ("pp-1", "", "")
    full = read_provisioned({"Id": "pp-1", "Arn": "arn:aws:servicecatalog:eu-west-1:123456789012:stack/a/pp-1"})
    assert full.account == "123456789012"


def test_a_version_with_another_name_in_aws_counts_by_its_number() -> None:
    named = tuple(replace(each, name=f"v{each.version[:3]}") for each in RELEASES)
    digests = {each.version: each.digest for each in named}
    artifacts = {
        "pa-1": ProvisioningArtifact("v1.1", "", digests["1.1.0"]),
        "pa-2": ProvisioningArtifact("v2.0", "", digests["2.0.0"]),
    }
    launched = (provisioned(1, "pa-1"), provisioned(2, "pa-gone", "v1.2"))
    result = usage("1", "eu-west-1", "key", named, PublishedProduct("prod-1", artifacts), launched)
    assert [(each.version, each.state) for each in result.versions] == [
        ("1.1.0", VersionState.ACTIVE),
        ("2.0.0", VersionState.DEFAULT),
    ]
    assert [(each.version, each.behind) for each in result.launched] == [("1.1.0", True), ("1.2.0", True)]
