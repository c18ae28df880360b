"""What a run publishes: frozen releases, pre-releases with --dev, and portfolios that fit both."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from catalog.content.load import load_catalog
from catalog.content.portfolio_files import AccountRegion
from catalog.content.render import render
from catalog.errors import ContentError
from catalog.model.state import CatalogState
from catalog.publishing.desired import Publication, desired_state, publication, without_retired
from tests.releasing import change, edit_ledger, release

PLACE = AccountRegion("123456789012", "us-east-1", "aws")
NEW_RULE = (
    "        OnlyNew:\n          Assertions:\n"
    '            - {Assert: {"Fn::Equals": [{Ref: %s}, x]}, AssertDescription: x}\n'
)


def load(repository: Path, *, dev: bool = False) -> Publication:
    catalog = load_catalog(repository)
    return publication(catalog, [render(key, each) for key, each in catalog.products.items()], dev=dev)


def versions(loaded: Publication) -> list[str]:
    return [artifact.name for artifact in desired_state(loaded, PLACE).products["kms_key"].artifacts]


def second_product(repository: Path) -> None:
    text = (repository / "products" / "kms_key.py").read_text().replace('name="KMS key"', 'name="Second"')
    (repository / "products" / "second.py").write_text(text)


def test_releases_are_published_and_unreleased_changes_are_noted(repository: Path) -> None:
    assert load(repository).notices == ()
    change(repository)
    loaded = load(repository)
    assert versions(loaded) == ["1.0.0"]
    (notice,) = loaded.notices
    assert notice.startswith("product/kms_key: products/kms_key.py renders sha256:")
    assert "release 1.0.0 is sha256:" in notice
    assert notice.endswith(
        "not published; raise the version in products/kms_key.py, then run `catalog release kms_key`"
    )


def test_dev_adds_a_pre_release_of_the_working_tree(repository: Path) -> None:
    change(repository, version="1.1.0")
    release(repository)
    change(repository, output="Later", version="1.0.0")
    loaded = load(repository, dev=True)
    old, dev, new = desired_state(loaded, PLACE).products["kms_key"].artifacts
    assert (old.name, new.name) == ("1.0.0", "1.1.0")
    assert dev.name == f"1.0.1-dev.{dev.digest[7:19]}"
    assert (dev.active, dev.guidance) == (True, "DEFAULT")  # DEPRECATED would block launches
    assert dev.description.startswith("Pre-release, not for production.")
    assert loaded.bodies()[dev.digest] == loaded.pre_releases["kms_key"].body
    assert loaded.notices[0].endswith(f"published as pre-release {dev.name}")


def test_notes_guidance_and_activity_come_from_the_ledger(repository: Path) -> None:
    edit_ledger(repository, '"First version."', "Withdrawn.")
    edit_ledger(repository, "active: true", "active: false")
    edit_ledger(repository, "guidance: DEFAULT", "guidance: DEPRECATED")
    (artifact,) = desired_state(load(repository), PLACE).products["kms_key"].artifacts
    assert (artifact.description, artifact.active, artifact.guidance) == ("Withdrawn.", False, "DEPRECATED")


def test_a_portfolio_with_an_unreleased_product_is_an_error_with_its_line(repository: Path) -> None:
    second_product(repository)
    loaded = load(repository)  # no portfolio has it yet
    assert set(desired_state(loaded, PLACE).products) == {"kms_key"}
    assert "product/second" in loaded.notices[0]
    with (repository / "portfolios" / "security-dev.yaml").open("a") as file:
        file.write("  - product: second\n")
    with pytest.raises(ContentError) as caught:
        load(repository)
    assert "portfolios/security-dev.yaml:32: product 'second' has no release" in str(caught.value)
    assert "`catalog release second`" in str(caught.value)
    assert "--dev" in str(caught.value)
    assert set(desired_state(load(repository, dev=True), PLACE).products) == {"kms_key", "second"}


def add_rule(repository: Path, parameter: str) -> None:
    file = repository / "portfolios" / "security-dev.yaml"
    text = file.read_text()
    assert "      require:\n" in text
    file.write_text(text.replace("      require:\n", f"      rules:\n{NEW_RULE % parameter}      require:\n"))


def test_rules_must_fit_every_release_that_can_be_launched(repository: Path) -> None:
    with (repository / "products" / "kms_key.py").open("a") as file:
        file.write(
            "\n\nfrom troposphere import Parameter\ndef more(build=PRODUCT.template):\n    template = build()\n"
            "    template.add_parameter(Parameter('Fresh', Type='String', Default='x'))\n    return template\n"
            "\n\nfrom dataclasses import replace\nPRODUCT = replace(PRODUCT, template=more, version='1.1.0')\n"
        )
    add_rule(repository, "Fresh")
    with pytest.raises(ContentError, match=r"'Fresh', which kms_key 1\.0\.0 does not have"):
        load(repository)
    release(repository)
    with pytest.raises(ContentError, match=r"'Fresh', which kms_key 1\.0\.0 does not have"):
        load(repository)
    ledger = (repository / "products" / "releases" / "kms_key" / "ledger.yaml").read_text()
    assert ledger.count("guidance: DEFAULT") == 2
    (repository / "products" / "releases" / "kms_key" / "ledger.yaml").write_text(
        ledger.replace("guidance: DEFAULT", "guidance: DEPRECATED", 1)
    )
    assert versions(load(repository)) == ["1.0.0", "1.1.0"]


def test_rules_must_fit_a_pre_release_too(repository: Path) -> None:
    add_rule(repository, "Alias")
    with (repository / "products" / "kms_key.py").open("a") as file:
        file.write(
            "\n\ndef less(build=PRODUCT.template):\n    template = build()\n"
            "    del template.parameters['Alias']\n    return template\n"
            "\n\nfrom dataclasses import replace\nPRODUCT = replace(PRODUCT, template=less)\n"
        )
    assert versions(load(repository)) == ["1.0.0"]
    with pytest.raises(ContentError, match=r"'Alias', which kms_key 1\.0\.1-dev\.\w+ does not have"):
        load(repository, dev=True)


def test_dev_in_aws_publishes_only_portfolios_of_stage_dev(repository: Path) -> None:
    second_product(repository)
    with (repository / "portfolios" / "security-prod.yaml").open("a") as file:
        file.write("  - product: second\n")
    loaded = load(repository, dev=True).of_stage_dev()
    state = desired_state(loaded, PLACE)
    assert set(state.portfolios) == {"security-dev"}
    assert set(state.products) == {"kms_key"}
    assert "Environment=prod" not in {f"{each.key}={each.value}" for each in state.tag_options}
    for file in (repository / "portfolios").glob("*.yaml"):
        file.write_text(file.read_text().replace("stage: dev\n", ""))
    with pytest.raises(ContentError, match="no portfolio has stage: dev"):
        load(repository, dev=True).of_stage_dev()


def test_imports_are_published_with_portfolios_that_use_them_or_by_name(repository: Path) -> None:
    (repository / "imports").mkdir()
    for key in ("hub", "other"):
        (repository / "imports" / f"{key}.yaml").write_text(f"account: '210987654321'\nportfolio_id: port-{key}\n")
    with (repository / "portfolios" / "security-dev.yaml").open("a") as file:
        file.write("imported_products:\n  - {import: hub, name: Topic}\n")

    def imported(loaded: Publication) -> set[str]:
        return set(desired_state(loaded, PLACE).imports)

    loaded = load(repository)
    assert imported(loaded) == {"hub", "other"}
    assert imported(loaded.of_portfolios(["security-dev"])) == imported(loaded.of_stage_dev()) == {"hub"}
    assert "hub/Topic" in desired_state(loaded.of_stage_dev(), PLACE).portfolios["security-dev"].products
    assert imported(loaded.of_portfolios(["security-prod"])) == set()
    assert imported(loaded.of_portfolios(["security-prod", "other"])) == {"other"}
    with (repository / "pyproject.toml").open("a") as file:
        file.write('[tool.catalog.targets.hub]\naccount = "123456789012"\nregions = ["us-east-1"]\n')
        file.write('portfolios = ["security-prod", "other"]\n')
    assert load(repository).catalog.config.targets[0].portfolios == ("security-prod", "other")


def test_a_product_without_an_active_release_is_not_created(repository: Path) -> None:
    edit_ledger(repository, "active: true", "active: false")
    desired = desired_state(load(repository), PLACE)
    assert without_retired(desired, desired) == (desired, ())
    state, notices = without_retired(desired, CatalogState())
    assert state.products == {}
    assert [set(portfolio.products) for portfolio in state.portfolios.values()] == [set(), set()]
    assert notices == (
        "product/kms_key has no active release: not created",
        "portfolio/security-dev does not get product kms_key",
        "portfolio/security-prod does not get product kms_key",
    )
    active = replace(desired.products["kms_key"].artifacts[0], active=True)
    revived = replace(desired, products={"kms_key": replace(desired.products["kms_key"], artifacts=(active,))})
    assert without_retired(revived, CatalogState()) == (revived, ())
