"""Which version and launch path a launch gets, from what the account offers."""

from __future__ import annotations

import pytest

from catalog.errors import AwsError, CatalogError, ContentError
from catalog.provisioning.offer import AccountPath, AccountProduct, as_key


def product(*versions: str, deprecated: tuple[str, ...] = (), paths: tuple[AccountPath, ...] = ()) -> AccountProduct:
    artifacts = [
        {"Id": f"pa-{index}", "Name": name, "Guidance": "DEPRECATED" if name in deprecated else "DEFAULT"}
        for index, name in enumerate(versions)
    ]
    view = {"ProductId": "prod-1", "Name": "Topic"}
    listed = [{"Id": path.id, "Name": path.portfolio} for path in paths]
    return AccountProduct.read({"ProductViewSummary": view, "ProvisioningArtifacts": artifacts, "LaunchPaths": listed})


@pytest.mark.parametrize(
    ("versions", "deprecated", "default"),
    [
        (("1.0.0", "1.10.0", "1.9.0"), (), "1.10.0"),
        (("1.0.0", "2.0.0"), ("2.0.0",), "1.0.0"),
        (("1.0.0", "2.0.0-dev.abc"), (), "1.0.0"),
        (("first", "v2", "v10"), (), "v10"),
    ],
)
def test_the_default_is_the_highest_release_that_may_be_launched(
    versions: tuple[str, ...], deprecated: tuple[str, ...], default: str
) -> None:
    assert product(*versions, deprecated=deprecated).version(None).name == default


@pytest.mark.parametrize(
    ("version", "message"),
    [("3", "Topic has no version '3'; it offers 1, 1, 2"), ("1", "Topic has 2 versions '1'; it offers 1, 1, 2")],
)
def test_a_version_that_is_not_there_or_twice_is_refused(version: str, message: str) -> None:
    with pytest.raises(ContentError) as refused:
        product("1", "2", "1").version(version)
    assert refused.value.message == message


def test_a_product_of_deprecated_versions_has_no_default() -> None:
    with pytest.raises(ContentError) as refused:
        product("1", deprecated=("1",)).version(None)
    assert "no version for new launches; it offers 1" in refused.value.message


BLUE, RED = AccountPath("lp-1", "Blue"), AccountPath("lp-2", "Red")


@pytest.mark.parametrize(
    ("paths", "portfolio", "error", "message"),
    [
        ((), None, AwsError, "the caller has no launch path to Topic\n  Add the caller's role to the principals"),
        ((), "Blue", AwsError, "the caller has no launch path to Topic through Blue; its launch paths: none"),
        ((BLUE, RED), "Green", AwsError, "through Green; its launch paths: Blue, Red"),
        ((BLUE, RED), None, ContentError, "2 launch paths: Blue, Red\n  Choose one with --portfolio lp-1 or lp-2."),
    ],
)
def test_a_caller_without_a_launch_path_is_told_so(
    paths: tuple[AccountPath, ...], portfolio: str | None, error: type[CatalogError], message: str
) -> None:
    with pytest.raises(error) as refused:
        product("1", paths=paths).path(portfolio)
    assert message in str(refused.value)


@pytest.mark.parametrize("wanted", [None, "Blue", "lp-1"])
def test_a_path_is_chosen_by_portfolio_or_id(wanted: str | None) -> None:
    assert product("1", paths=(BLUE,)).path(wanted) == BLUE


def test_a_name_may_be_written_as_a_key() -> None:
    assert as_key("KMS key") == as_key("kms_key") == "kms_key"
