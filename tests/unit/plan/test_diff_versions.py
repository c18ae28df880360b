"""`diff` over the versions of products: a published one never changes, and people always have one to launch."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from semver import Version

from catalog.errors import ContentError
from catalog.model.product import Guidance, ProvisioningArtifact
from catalog.model.state import CatalogState
from catalog.model.version import dev_version
from catalog.plan.changes import Impact
from catalog.plan.diff import diff
from catalog.plan.kinds.version import UpdateProvisioningArtifact
from tests.unit.plan.test_diff import DIGEST, FULL, KEY, OTHER_DIGEST, operations, with_product


def test_an_older_version_stays_and_the_new_one_is_added() -> None:
    new = ProvisioningArtifact("1.1.0", "Second.", OTHER_DIGEST)
    changes = diff(with_product(replace(KEY, artifacts=(new,))), FULL)
    assert operations(changes) == ["UploadTemplate", "CreateProvisioningArtifact"]
    assert {change.impact for change in changes} == {Impact.NONE}


def test_a_published_version_never_changes() -> None:
    edited = replace(KEY, artifacts=(ProvisioningArtifact("1.0.0", "First.", OTHER_DIGEST),))
    with pytest.raises(ContentError) as caught:
        diff(with_product(edited), FULL)
    assert DIGEST in str(caught.value)
    assert OTHER_DIGEST in str(caught.value)
    assert "release the change as a new version" in str(caught.value)


def test_a_version_without_our_digest_belongs_to_another_owner() -> None:
    foreign = with_product(replace(KEY, artifacts=(ProvisioningArtifact("1.0.0", "Theirs.", ""),)))
    with pytest.raises(ContentError, match="not ours"):
        diff(FULL, foreign)


def test_two_versions_of_one_name_are_refused() -> None:
    twice = with_product(replace(KEY, artifacts=KEY.artifacts * 2))
    with pytest.raises(ContentError, match="2 versions of this name"):
        diff(FULL, twice)


@pytest.mark.parametrize(
    ("fields", "effect", "field"),
    [
        ({"description": "Better words."}, Impact.NONE, "Description"),
        ({"active": False}, Impact.RESTRICTS, "Active"),
        ({"guidance": Guidance.DEPRECATED}, Impact.RESTRICTS, "Guidance"),
    ],
)
def test_a_versions_lifecycle_is_updated(fields: dict[str, Any], effect: Impact, field: str) -> None:
    desired = replace(KEY.artifacts[0], **fields)
    (change,) = diff(with_product(replace(KEY, artifacts=(desired,))), FULL)
    assert isinstance(change, UpdateProvisioningArtifact)
    assert (change.operation, change.impact, change.fields) == ("UpdateProvisioningArtifact", effect, (field,))


def test_new_versions_come_before_others_are_withdrawn_so_that_people_always_have_one() -> None:
    old, new = (ProvisioningArtifact(name, "First.", DIGEST) for name in ("1.0.0", "1.1.0"))
    desired = with_product(replace(KEY, artifacts=(replace(old, active=False), new)))
    observed = with_product(replace(KEY, artifacts=(old, replace(new, active=False))))
    assert [change.address for change in diff(desired, observed)] == [
        "product/key/version/1.1.0",
        "product/key/version/1.0.0",
    ]


def test_a_version_deprecated_by_others_keeps_its_description_until_something_else_changes() -> None:
    theirs = replace(KEY.artifacts[0], guidance=Guidance.DEPRECATED)
    ours = replace(theirs, description=f"Deprecated: use 1.1.0. {theirs.description}")

    def changed(desired: ProvisioningArtifact, observed: ProvisioningArtifact) -> list[tuple[str, ...]]:
        sides = [with_product(replace(KEY, artifacts=(artifact,))) for artifact in (desired, observed)]
        fields = []
        for change in diff(*sides):
            assert isinstance(change, UpdateProvisioningArtifact)
            fields.append(change.fields)
        return fields

    assert changed(ours, theirs) == []
    assert changed(replace(ours, description="Deprecated. Other words."), theirs) == [("Description",)]
    assert changed(replace(ours, description="Deprecated: use 1.2.0. First."), ours) == [("Description",)]
    assert changed(ours, replace(theirs, active=False)) == [("Description", "Active")]
    assert changed(ours, replace(theirs, guidance=Guidance.DEFAULT)) == [("Description", "Guidance")]


def test_a_deprecated_first_version_is_created_and_then_updated() -> None:
    deprecated = replace(KEY.artifacts[0], guidance=Guidance.DEPRECATED)
    changes = diff(CatalogState({"key": replace(KEY, artifacts=(deprecated,))}), CatalogState())
    assert operations(changes) == ["UploadTemplate", "CreateProduct", "UpdateProvisioningArtifact"]
    assert {change.impact for change in changes} == {Impact.NONE}  # nobody had it before


def test_a_new_account_gets_every_active_version_in_order_and_no_inactive_one() -> None:
    names = ("1.0.0", "1.1.0", "1.2.0", "2.0.0")
    artifacts = tuple(ProvisioningArtifact(name, "", DIGEST, active=name not in ("1.0.0", "1.2.0")) for name in names)
    changes = diff(CatalogState({"key": replace(KEY, artifacts=artifacts)}), CatalogState())
    assert [change.artifact.name for change in changes if hasattr(change, "artifact")] == ["1.1.0", "2.0.0"]
    assert operations(changes)[-2:] == ["CreateProduct", "CreateProvisioningArtifact"]


def test_an_inactive_version_is_deactivated_where_it_exists_and_not_created_where_it_does_not() -> None:
    inactive = tuple(ProvisioningArtifact(name, "First.", DIGEST, active=False) for name in ("1.0.0", "1.1.0"))
    (change,) = diff(with_product(replace(KEY, artifacts=inactive)), FULL)
    assert (change.operation, change.address) == ("UpdateProvisioningArtifact", "product/key/version/1.0.0")


DEV = ProvisioningArtifact(dev_version(Version(1, 1, 0), OTHER_DIGEST), "Try it.", OTHER_DIGEST)


@pytest.mark.parametrize(
    ("published", "retired"),
    [
        (DEV, True),
        (replace(DEV, active=False), False),
        (replace(DEV, name="1.1.0-dev.ffffffffffff"), False),  # does not agree with its digest: not ours
        (replace(DEV, name="1.1.0-rc.1"), False),
        (replace(DEV, digest=""), False),
        (replace(DEV, name="1.1.0"), False),  # a release that the repository no longer has
    ],
)
def test_only_pre_releases_of_ours_become_inactive(published: ProvisioningArtifact, retired: bool) -> None:
    changes = diff(FULL, with_product(replace(KEY, artifacts=(*KEY.artifacts, published))))
    assert [(change.operation, change.impact) for change in changes] == (
        [("UpdateProvisioningArtifact", Impact.RESTRICTS)] if retired else []
    )
