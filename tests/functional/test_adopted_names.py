"""Versions that `catalog adopt` takes over: they keep their names in AWS, beside the numbers of the repository."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.functional.adopting import TEMPLATE, Call
from tests.functional.conftest import Run

LAUNCH = (
    *("--param", "Name=audit", "--param", "KeyArn=alias/aws/sns"),
    *("--as", "arn:aws:iam::123456789012:role/dev-terraform-role"),
)


def rename_versions(sc: Call, product: str, name: Callable[[str], str]) -> None:
    for one in sc("list-provisioning-artifacts", ProductId=product)["ProvisioningArtifactDetails"]:
        sc(
            "update-provisioning-artifact",
            ProductId=product,
            ProvisioningArtifactId=one["Id"],
            Name=name(one["Name"]),
        )


def version_names(sc: Call, product: str) -> set[str]:
    return {one["Name"] for one in sc("list-provisioning-artifacts", ProductId=product)["ProvisioningArtifactDetails"]}


def test_versions_keep_the_names_that_pipelines_pass(
    catalog: Run, empty: Path, sc: Call, made: tuple[str, str]
) -> None:
    portfolio, product = made
    rename_versions(sc, product, lambda name: f"v{name[:3]}")
    done = catalog("adopt", portfolio, "--local", "--yes", at=empty)
    assert done.exit_code == 0, done.output
    assert "After that there is nothing to publish" in done.stdout
    assert version_names(sc, product) == {"v1.0", "v1.1"}
    ledger = (empty / "products" / "releases" / "sns_topic" / "ledger.yaml").read_text()
    assert '  - version: 1.0.0\n    name: "v1.0"\n' in ledger
    assert "version: '1.1.0'" in (empty / "products" / "sns_topic.product.yaml").read_text()
    assert catalog("plan", "--local", "--detailed-exitcode", at=empty).exit_code == 0
    assert catalog("status", "--local", at=empty).exit_code == 0
    assert "Nothing to prune" in catalog("prune", "--local", "--yes", at=empty).stdout


def test_named_versions_are_deprecated_launched_and_followed_by_number(
    catalog: Run, empty: Path, sc: Call, made: tuple[str, str]
) -> None:
    portfolio, product = made
    rename_versions(sc, product, lambda name: f"v{name[:3]}")
    assert catalog("adopt", portfolio, "--local", "--yes", at=empty).exit_code == 0
    for version in ("v1.0", "1.1.0"):
        exported = catalog("export", "sns_topic", "--version", version, at=empty)
        assert exported.exit_code == 0, exported.output
    (empty / "products" / "sns_topic.yaml").write_text(TEMPLATE % "1.2.0")
    released = catalog("release", "sns_topic", "--bump", "auto", "--name", "v1.2", "--notes", "Words.", at=empty)
    assert released.exit_code == 0, released.output
    number = (empty / "products" / "sns_topic.product.yaml").read_text().partition("version: '")[2].partition("'")[0]
    deprecated = catalog("deprecate", "sns_topic", "v1.0", at=empty)
    assert deprecated.exit_code == 0, deprecated.output
    assert "1.0.0  guidance: DEFAULT → DEPRECATED" in deprecated.stdout
    assert '    name: "v1.0"\n' in (empty / "products" / "releases" / "sns_topic" / "ledger.yaml").read_text()
    published = catalog("publish", "--local", "--yes", "--allow", "widen", "--allow", "restrict", at=empty)
    assert published.exit_code == 0, published.output
    assert version_names(sc, product) == {"v1.0", "v1.1", "v1.2"}
    assert catalog("plan", "--local", "--detailed-exitcode", at=empty).exit_code == 0
    described = {
        one["Name"]: one["Description"]
        for one in sc("list-provisioning-artifacts", ProductId=product)["ProvisioningArtifactDetails"]
    }
    assert described["v1.0"].startswith("Deprecated: use v1.2. ")

    usage = json.loads(catalog("usage", "sns_topic", "--local", "--json", at=empty).stdout)
    states = {one["version"]: one["state"] for one in usage["products"][0]["versions"]}
    assert states == {"1.0.0": "deprecated", "1.1.0": "deprecated", number: "default"}

    back = catalog("rollback", "sns_topic", "v1.1", at=empty)
    assert back.exit_code == 0, back.output
    assert f"default version: {number} → 1.1.0" in back.stdout
    assert catalog("promote", "sns_topic", "v1.1", "--dry-run", at=empty).exit_code == 0


def test_a_published_version_keeps_its_name(catalog: Run, empty: Path, sc: Call, made: tuple[str, str]) -> None:
    portfolio, product = made
    assert catalog("adopt", portfolio, "--local", "--yes", at=empty).exit_code == 0
    file = empty / "products" / "releases" / "sns_topic" / "ledger.yaml"
    file.write_text(file.read_text().replace("  - version: 1.0.0\n", "  - version: 1.0.0\n    name: v1\n"))
    result = catalog("plan", "--local", at=empty)
    assert result.exit_code == 2
    assert "product/sns_topic/version/v1: AWS has this template as version '1.0.0'" in result.stderr
    assert version_names(sc, product) == {"1.0.0", "1.1.0"}


def test_versions_whose_names_say_no_number_get_one_with_number_or_rename(
    catalog: Run, empty: Path, sc: Call, made: tuple[str, str]
) -> None:
    _, product = made
    rename_versions(sc, product, {"1.0.0": "first version", "1.1.0": "second"}.__getitem__)
    refused = catalog("adopt", product, "--local", "--yes", at=empty)
    assert refused.exit_code == 2
    assert "'first version'" in refused.stderr
    assert "--number NAME=1.0.0" in refused.stderr
    for option, word in (("--rename", "v7=1.0.0"), ("--number", "v7=1.0.0"), ("--number", "second=two")):
        wrong = catalog("adopt", product, "--local", "--yes", option, word, at=empty)
        assert wrong.exit_code == 2
        assert "no version is called 'v7'" in wrong.stderr or "--number must be MAJOR" in wrong.stderr
    arguments = ("--key", "topic", "--number", "first version=0.1.0", "--rename", "second=1.0.0")
    done = catalog("adopt", product, "--local", "--yes", *arguments, at=empty)
    assert done.exit_code == 0, done.output
    assert version_names(sc, product) == {"first version", "1.0.0"}
    ledger = (empty / "products" / "releases" / "topic" / "ledger.yaml").read_text()
    assert '  - version: 0.1.0\n    name: "first version"\n' in ledger
    assert catalog("plan", "--local", "--detailed-exitcode", at=empty).exit_code == 0


def test_a_version_without_a_number_stays_as_it_is(catalog: Run, empty: Path, sc: Call, made: tuple[str, str]) -> None:
    _, product = made
    rename_versions(sc, product, {"1.0.0": "v1", "1.1.0": "v1.0.0"}.__getitem__)
    done = catalog("adopt", product, "--local", "--yes", "--key", "topic", at=empty)
    assert done.exit_code == 0, done.output
    assert "'v1.0.0'" in done.stdout  # means 1.0.0 too
    assert version_names(sc, product) == {"v1", "v1.0.0"}


def test_a_version_without_a_name_stops_nothing(catalog: Run, empty: Path, sc: Call, made: tuple[str, str]) -> None:
    """Cases G7 and G14: Service Catalog takes a version without Name, and it is a version of others."""
    portfolio, product = made
    info = {"LoadTemplateFromURL": "https://theirs.s3.us-east-1.amazonaws.com/1.0.0.yaml"}
    version = sc("create-provisioning-artifact", ProductId=product, Parameters={"Info": info})
    artifact = version["ProvisioningArtifactDetail"]["Id"]
    note = f"product/sns_topic: version {artifact} of {product} has no name, so it is not ours: left as it is"
    adopted = catalog("adopt", portfolio, "--local", "--yes", at=empty)
    assert adopted.exit_code == 0, adopted.output
    planned = catalog("plan", "--local", "--detailed-exitcode", at=empty)
    assert planned.exit_code == 0, planned.output
    assert note in planned.output.replace("\n  ", " ")
    for command in (("status",), ("prune", "--yes"), ("usage", "--all")):
        done = catalog(*command, "--local", at=empty)
        assert done.exit_code == 0, done.output
    launched = catalog("launch", "sns_topic", "--name", "topic-1", "--local", *LAUNCH, at=empty)
    assert launched.exit_code == 0, launched.output
    listed = sc("list-provisioning-artifacts", ProductId=product)["ProvisioningArtifactDetails"]
    assert artifact in [item["Id"] for item in listed]
