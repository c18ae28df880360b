"""Nothing is written through a symbolic link that leads out of the repository."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

import pytest
from click.testing import CliRunner

from catalog.cli import main
from catalog.content.config import load_config
from catalog.errors import ContentError
from catalog.plan.changes import Plan
from catalog.releases import load_releases
from catalog.releases.edit import edit_ledger
from catalog.releases.freeze import write
from catalog.upkeep.adopting import Adoption, check_files
from tests.releasing import change


def release(repository: Path) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["-C", str(repository), "release", "kms_key", "--notes", "More."])
    return result.exit_code, result.stderr


@pytest.mark.parametrize("link", ["products/releases/kms_key", "products/releases"])
def test_a_release_is_not_written_through_a_linked_folder(repository: Path, tmp_path: Path, link: str) -> None:
    outside = tmp_path / "outside"
    (repository / link).rename(outside)
    (repository / link).symlink_to(outside)
    before = sorted(outside.rglob("*"))
    change(repository, version="9.0.0")
    code, message = release(repository)
    assert code == 2
    assert "a symbolic link leads out of the repository, to " in message
    assert sorted(outside.rglob("*")) == before


def test_a_release_does_not_replace_a_link(repository: Path, tmp_path: Path) -> None:
    folder, outside = repository / "products/releases/kms_key", tmp_path / "outside.yaml"
    for name in ("9.0.0.yaml", ".9.0.0.yaml.partial"):
        outside.write_text("mine")
        (folder / name).symlink_to(outside)
        config = load_config(repository)
        if name.startswith("."):
            write(config, folder / "9.0.0.yaml", b"new")
            assert (folder / "9.0.0.yaml").read_bytes() == b"new"
        else:
            with pytest.raises(ContentError, match=r"products/releases/kms_key/9\.0\.0\.yaml: is a symbolic link"):
                write(config, folder / "9.0.0.yaml", b"new")
        assert outside.read_text() == "mine"
        (folder / "9.0.0.yaml").unlink()


def test_the_ledger_is_not_edited_through_a_link(repository: Path) -> None:
    ledger, outside = repository / "products/releases/kms_key/ledger.yaml", repository / "ledger.yaml"
    ledger.rename(outside)
    ledger.symlink_to(outside)
    before = outside.read_bytes()
    config = load_config(repository)
    with pytest.raises(ContentError, match="is a symbolic link"):
        edit_ledger(config, "kms_key", load_releases(config, "kms_key"))
    assert outside.read_bytes() == before


def test_a_link_inside_the_repository_is_fine_and_a_loop_is_not(repository: Path) -> None:
    folder = repository / "products" / "releases"
    folder.rename(repository / "frozen")
    folder.symlink_to(repository / "frozen")
    write(load_config(repository), folder / "kms_key" / "x.yaml", b"new")
    assert (repository / "frozen/kms_key/x.yaml").read_bytes() == b"new"
    os.symlink("loop", repository / "loop")
    with pytest.raises(ContentError, match="link"):
        write(load_config(repository), repository / "loop" / "x.yaml", b"new")


def test_adopting_writes_through_no_link(repository: Path, tmp_path: Path) -> None:
    (repository / "imports").symlink_to(tmp_path)
    path = PurePosixPath("imports/other.yaml")
    with pytest.raises(ContentError, match="leads out of the repository"):
        check_files(load_config(repository), {path: b"x"})
    with pytest.raises(ContentError, match="leads out of the repository"):
        Adoption({path: b"x"}, Plan(account="1", region="r", changes=()), (), ()).write(repository)
    assert not (tmp_path / "other.yaml").exists()
