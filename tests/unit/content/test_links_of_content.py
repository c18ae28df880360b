"""No content file is read through a symbolic link that leads out of the repository, or into its .git."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from catalog.cli import main
from catalog.content.config import load_config
from catalog.content.load import load_catalog, load_product
from catalog.content.render import render
from catalog.errors import ContentError
from catalog.releases import load_releases
from catalog.versions.examples import load_examples

SECRET = "token: ghp_1234"  # noqa: S105  # of nobody
PRODUCT = """
from pathlib import Path
from catalog import ProductDefinition, template_file
PRODUCT = ProductDefinition(name="It", owner="us", description="", version="1.0.0", examples=("examples/it.yaml",),
                            template=template_file(Path(__file__).parents[1] / "shared" / "it.yaml"))
"""


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A folder outside the repository with a token under several names."""
    folder = tmp_path / "outside"
    folder.mkdir()
    for name in ("x.yaml", "x.py", "ledger.yaml", "pyproject.toml"):
        (folder / name).write_text(SECRET)
    return folder


def refused(repository: Path) -> str:
    """The error of loading everything."""
    with pytest.raises(ContentError) as caught:
        load_catalog(repository)
    return str(caught.value)


@pytest.mark.parametrize("name", ["portfolios/x.yaml", "imports/x.yaml", "products/x.py"])
def test_a_file_that_is_a_link_out_is_refused(repository: Path, secret: Path, name: str) -> None:
    (repository / name).parent.mkdir(exist_ok=True)
    target = secret / Path(name).name
    (repository / name).symlink_to(target)
    message = refused(repository)
    assert message.startswith(f"{name}: a symbolic link leads out of the repository, to {target}\n  Replace the link")
    assert "ghp_" not in message


@pytest.mark.parametrize("name", ["portfolios", "imports"])
def test_a_folder_that_is_a_link_out_is_refused(repository: Path, secret: Path, tmp_path: Path, name: str) -> None:
    if (repository / name).exists():
        (repository / name).rename(tmp_path / "before")
    (repository / name).symlink_to(secret)
    assert f"a symbolic link leads out of the repository, to {secret}/" in refused(repository)


def test_a_link_to_git_or_through_two_links_is_refused(repository: Path, secret: Path) -> None:
    (repository / ".git").mkdir(exist_ok=True)
    (repository / ".git" / "config").write_text(SECRET)
    link = repository / "portfolios" / "x.yaml"
    link.symlink_to("../.git/config")
    assert refused(repository).startswith("portfolios/x.yaml: a symbolic link leads out of the repository, to ")
    link.unlink()
    (repository / "folder").symlink_to(secret)
    link.symlink_to("../folder/x.yaml")
    assert refused(repository).startswith("portfolios/x.yaml: a symbolic link leads out of the repository, to ")


def test_a_link_to_credentials_in_the_checkout_is_refused(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (repository / "kube").write_text(SECRET)
    (repository / "portfolios" / "x.yaml").symlink_to("../kube")
    monkeypatch.setenv("KUBECONFIG", str(repository / "kube"))
    message = refused(repository)
    assert message.startswith("portfolios/x.yaml: a symbolic link leads to a file that a variable of the environment ")
    assert "ghp_" not in message


def test_a_link_inside_the_repository_is_followed(repository: Path) -> None:
    (repository / "portfolios").rename(repository / "shared-portfolios")
    (repository / "portfolios").symlink_to("shared-portfolios")
    assert load_catalog(repository).portfolios


def test_settings_and_releases_that_are_links_out_are_refused(repository: Path, secret: Path) -> None:
    words = "a symbolic link leads out of the repository, to "
    folder = repository / "products" / "releases" / "kms_key"
    for file in [folder / "ledger.yaml", sorted(folder.glob("[0-9]*.yaml"))[0]]:
        body = file.read_bytes()
        file.unlink()
        file.symlink_to(secret / "ledger.yaml")
        with pytest.raises(ContentError) as caught:
            load_releases(load_config(repository), "kms_key")
        assert words in str(caught.value)
        file.unlink()
        file.write_bytes(body)
    settings = repository / "pyproject.toml"
    settings.rename(secret / "pyproject.toml")
    settings.symlink_to(secret / "pyproject.toml")
    with pytest.raises(ContentError, match=rf"pyproject\.toml: {words}"):
        load_config(repository)


def with_product(repository: Path) -> None:
    """Write a product whose template is in another folder of the repository."""
    (repository / "shared").mkdir()
    (repository / "shared" / "it.yaml").write_text("Resources: {Topic: {Type: 'AWS::SNS::Topic'}}\n")
    (repository / "products" / "it.py").write_text(PRODUCT)


def test_an_example_that_is_a_link_out_is_refused(repository: Path, secret: Path) -> None:
    with_product(repository)
    (repository / "examples").mkdir(exist_ok=True)
    (repository / "examples" / "it.yaml").symlink_to(secret / "x.yaml")
    config = load_config(repository)
    with pytest.raises(ContentError, match=r"examples/it\.yaml: a symbolic link leads out of the repository"):
        load_examples(config, load_product(config, "it"))
    result = CliRunner().invoke(main, ["-C", str(repository), "access", "it"])
    assert result.exit_code == 2
    assert "ghp_" not in result.output
    assert "a symbolic link leads out of the repository" in result.stderr


def test_a_template_elsewhere_in_the_repository_is_read(repository: Path) -> None:
    with_product(repository)
    assert render("it", load_product(load_config(repository), "it")).template["Resources"]
