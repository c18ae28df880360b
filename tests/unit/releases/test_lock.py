"""Case G12: commands that edit a ledger at the same time lose nothing of each other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from catalog.content.config import Config, load_config
from catalog.errors import ContentError
from catalog.lifecycle.verbs import deprecate
from catalog.model.product import Guidance
from catalog.releases import ReleaseDraft, draft_release, edit_ledger, ledger_lock, load_releases
from tests.unit.releases.test_freeze import DAY, rendered

KEY = "kms_key"


@pytest.fixture
def config(repository: Path) -> Config:
    return load_config(repository)


def draft(config: Config, version: str) -> ReleaseDraft:
    return draft_release(config, rendered(version, version.replace(".", "x")), "Notes.", DAY)


def deprecate_version(config: Config, version: str) -> None:
    """What `catalog deprecate` does with the ledger."""
    with ledger_lock(config):
        edit_ledger(config, KEY, deprecate(KEY, load_releases(config, KEY), version).after)


def state(config: Config) -> dict[str, Guidance]:
    return {release.version: release.guidance for release in load_releases(config, KEY)}


def test_a_deprecation_between_the_checks_of_a_release_and_its_ledger_stays(config: Config) -> None:
    draft(config, "1.1.0").freeze()
    checked = draft(config, "1.2.0")
    deprecate_version(config, "1.0.0")
    checked.freeze()
    assert state(config) == {
        "1.0.0": Guidance.DEPRECATED,
        "1.1.0": Guidance.DEFAULT,
        "1.2.0": Guidance.DEFAULT,
    }


def test_a_release_and_a_deprecation_at_once_both_stay(config: Config) -> None:
    draft(config, "1.1.0").freeze()
    for number in range(2, 12):
        old, version, start = f"1.{number - 2}.0", f"1.{number}.0", Barrier(2)
        prepared = draft(config, version)

        def release(prepared: ReleaseDraft = prepared, start: Barrier = start) -> None:
            start.wait(10)
            prepared.freeze()

        def edit(old: str = old, start: Barrier = start) -> None:
            start.wait(10)
            deprecate_version(config, old)

        with ThreadPoolExecutor(2) as pool:
            for future in [pool.submit(release), pool.submit(edit)]:
                future.result()
        assert state(config)[old] is Guidance.DEPRECATED
        assert version in state(config)


def test_a_release_that_another_one_overtook_is_checked_again(config: Config) -> None:
    first, second = draft(config, "1.1.0"), draft(config, "1.2.0")
    second.freeze()
    with pytest.raises(ContentError, match="another command has released a version of kms_key") as refused:
        first.freeze()
    assert refused.value.hint.startswith("Run the same command again")
    assert list(state(config)) == ["1.0.0", "1.2.0"]
    assert not (config.root / "products/releases/kms_key/1.1.0.yaml").exists()


def test_a_command_waits_for_the_lock_and_then_says_so(config: Config) -> None:
    with ledger_lock(config), pytest.raises(ContentError, match="another command"), ledger_lock(config, patience=0.05):
        raise AssertionError
    with ledger_lock(config):
        pass
