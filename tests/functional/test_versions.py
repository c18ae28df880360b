"""Versions over HTTP: ids that never change, guidance and activity, a new Region from the ledger.

The numbers of complaints are those of docs/features.md; each test names the thread.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from tests.functional.conftest import Run
from tests.releasing import change, edit_ledger, release

DEV_ROLE = "arn:aws:iam::123456789012:role/dev-terraform-role"
MUTATING = ("Create", "Update", "Delete", "Associate", "Disassociate", "Put", "Upload", "Provision")
ALL = ("--allow", "widen", "--allow", "restrict", "--allow", "destroy")
LEDGER = "products/releases/kms_key/ledger.yaml"


class Team:
    """A platform team: it runs commands and reads the result from AWS."""

    def __init__(self, catalog: Run, repository: Path, client: Callable[..., Any]) -> None:
        self.catalog, self.repository, self.client = catalog, repository, client

    def run(self, *arguments: str, code: int = 0) -> Result:
        result = self.catalog(*arguments, at=self.repository)
        assert result.exit_code == code, result.output
        return result

    def calls(self, *arguments: str) -> list[str]:
        """The mutating calls of a publish, in order."""
        return mutating(self.run("-vv", "publish", "--local", "--yes", *ALL, *arguments))

    def publish(self, *arguments: str) -> list[str]:
        """Publish twice: the second run changes nothing. Returns the calls of the first."""
        made = self.calls(*arguments)
        assert self.calls(*arguments) == []
        return made

    def released(self, *versions: str) -> None:
        for version in versions:
            change(self.repository, output=f"Extra{version.replace('.', '')}", version=version)
            release(self.repository)

    def product(self, region: str = "us-east-1") -> str:
        """The id of the only product."""
        sc = self.client("servicecatalog", region=region)
        (product,) = sc.search_products_as_admin()["ProductViewDetails"]
        return str(product["ProductViewSummary"]["ProductId"])

    def versions(self, region: str = "us-east-1") -> dict[str, dict[str, Any]]:
        """The versions of the product in AWS, by name, in the order of creation."""
        sc = self.client("servicecatalog", region=region)
        artifacts = sc.list_provisioning_artifacts(ProductId=self.product(region))["ProvisioningArtifactDetails"]
        assert len({one["Name"] for one in artifacts}) == len(artifacts)
        return {one["Name"]: one for one in sorted(artifacts, key=lambda one: one["CreatedTime"])}

    def ids(self, region: str = "us-east-1") -> dict[str, str]:
        return {name: one["Id"] for name, one in self.versions(region).items()}

    def states(self) -> dict[str, str]:
        """The state of each version in one word, from Active and Guidance."""
        return {name: one["Guidance"].lower() if one["Active"] else "inactive" for name, one in self.versions().items()}

    def launch(self, name: str, *options: str, code: int = 0) -> Result:
        return self.run(
            "launch", "kms_key", "--local", "--name", name, "--as", DEV_ROLE, "--portfolio", "security-dev",
            "--params-file", str(self.repository / "examples" / "launch-dev.yaml"),
            "--param", f"Alias=dev/{name}", *options, code=code,
        )  # fmt: skip


def mutating(result: Result) -> list[str]:
    """The mutating calls of a run with -v, without those of the lease."""
    named = [line.split(":")[1] for line in result.stderr.splitlines() if line.startswith("call ")]
    assert "SearchProductsAsAdmin" in named
    made = [call for call in named if call.startswith(MUTATING)]
    return made[1:-1] if made and (made[0], made[-1]) == ("PutObject", "DeleteObject") else made


@pytest.fixture
def team(catalog: Run, repository: Path, client: Callable[..., Any]) -> Team:
    return Team(catalog, repository, client)


def test_a_changed_template_never_replaces_the_product(team: Team) -> None:
    """Complaint 1, terraform #31049, #19506, #33253: the version is part of the product, which is replaced."""
    team.publish()
    product, ids = team.product(), team.ids()
    assert list(ids) == ["1.0.0"]  # made with its first version, not with one that means nothing
    team.launch("first")  # and in use, which is when a replacement fails half-way

    team.released("1.1.0", "2.0.0")
    file = team.repository / "products" / "kms_key.py"
    file.write_text(file.read_text().replace('name="KMS key"', 'name="Customer key"'))
    made = team.publish()
    assert "UpdateProduct" in made
    assert not {"CreateProduct", "DeleteProduct", "DeleteProvisioningArtifact"} & set(made)
    assert team.product() == product
    assert list(team.ids()) == ["1.0.0", "1.1.0", "2.0.0"]
    assert team.ids()["1.0.0"] == ids["1.0.0"]

    # Retiring all versions that can be retired keeps the product, its versions and its provisioned products.
    team.run("retire", "kms_key", "1.0.0")
    team.run("retire", "kms_key", "1.1.0")
    refused = team.run("retire", "kms_key", "2.0.0", code=2)
    assert "retiring 2.0.0 would leave kms_key without a version that people can launch" in refused.stderr
    assert team.publish() == ["UpdateProvisioningArtifact"] * 2
    assert team.product() == product
    assert team.states() == {"1.0.0": "inactive", "1.1.0": "inactive", "2.0.0": "default"}
    (row,) = json.loads(team.run("provisioned", "--local", "--json").stdout)
    assert (row["version"], row["status"]) == ("1.0.0", "AVAILABLE")

    # Retiring the last one by hand deletes nothing either, and reactivating it restores the same version.
    edit = (team.repository / LEDGER).read_text().rpartition("active: true")
    (team.repository / LEDGER).write_text(f"{edit[0]}active: false{edit[2]}")
    noted = team.run("plan", "--local").stdout
    assert "note: product/kms_key: all releases are inactive or deprecated" in noted
    assert team.publish() == ["UpdateProvisioningArtifact"]
    before = team.ids()
    team.run("reactivate", "kms_key", "2.0.0")
    assert team.publish() == ["UpdateProvisioningArtifact"]
    assert (team.product(), team.ids()) == (product, before)


def test_the_id_of_a_version_never_changes(team: Team) -> None:
    """Complaint 2, aws-cdk #24561: a new version changes the `pa-` id of the one before; those who pinned it break."""
    team.publish()
    issued = team.ids()

    def check_ids() -> dict[str, str]:
        """Check that every version keeps its first id and its template; returns the states."""
        versions = team.versions()
        assert {name: versions[name]["Id"] for name in issued} == issued
        for name, version in versions.items():
            frozen = (team.repository / f"products/releases/kms_key/{name}.yaml").read_bytes()
            sc = team.client("servicecatalog")
            info = sc.describe_provisioning_artifact(
                ProductId=team.product(), ProvisioningArtifactId=version["Id"], Verbose=True
            )["Info"]
            assert info["CloudFormationTemplate"].encode() == frozen
        issued.update({name: version["Id"] for name, version in versions.items()})
        return team.states()

    team.released("1.1.0")
    team.publish()
    assert check_ids() == {"1.0.0": "default", "1.1.0": "default"}
    for command, states in (
        (("deprecate", "1.0.0"), {"1.0.0": "deprecated", "1.1.0": "default"}),
        (("rollback", "1.0.0"), {"1.0.0": "default", "1.1.0": "deprecated"}),
        (("reactivate", "1.1.0"), {"1.0.0": "default", "1.1.0": "default"}),
        (("promote", "1.0.0"), {"1.0.0": "default", "1.1.0": "default"}),
        (("retire", "1.0.0"), {"1.0.0": "inactive", "1.1.0": "default"}),
        (("reactivate", "1.0.0"), {"1.0.0": "default", "1.1.0": "default"}),
    ):
        team.run(command[0], "kms_key", *command[1:])
        team.publish()
        assert check_ids() == states
    team.released("1.2.0")
    change(team.repository, output="Patch", version="1.0.1")  # lower than the latest: it is added, nothing moves
    release(team.repository)
    team.publish()
    check_ids()
    assert len(issued) == len(set(issued.values())) == 4


def test_a_version_with_the_same_bytes_is_unchanged_and_with_other_bytes_an_error(team: Team) -> None:
    """Complaint 3, service-catalog-puppet #730: moved files replaced every version, under the same name."""
    team.publish()
    ids = team.ids()
    # Other comments in the product file and the ledger: the rendered bytes are the same.
    file = team.repository / "products" / "kms_key.py"
    file.write_text(f"# Moved.\n{file.read_text()}")
    text = (team.repository / LEDGER).read_text()
    (team.repository / LEDGER).write_text(f"# Ours.\n{text}")
    assert team.publish() == []
    assert team.ids() == ids

    # Other bytes for an existing name are refused before any mutating call.
    change(team.repository)
    assert "a released version never changes" in team.run("release", "kms_key", code=2).stderr
    assert team.publish() == []
    shutil.rmtree(team.repository / "products" / "releases" / "kms_key")
    release(team.repository)  # as if it had never been released
    refused = team.run("-vv", "publish", "--local", "--yes", *ALL, code=2)
    assert "a published version never changes" in refused.stderr
    assert mutating(refused) == []
    assert team.ids() == ids


def test_guidance_and_active_are_declared_and_have_commands(team: Team) -> None:
    """Complaint 4, cloudformation-coverage-roadmap #1356: CloudFormation cannot set Active and Guidance."""
    team.released("1.1.0")
    team.publish()
    team.launch("latest")
    assert team.states() == {"1.0.0": "default", "1.1.0": "default"}

    team.run("deprecate", "kms_key", "1.0.0")
    assert team.publish() == ["UpdateProvisioningArtifact"]
    assert team.states()["1.0.0"] == "deprecated"
    told = team.versions()["1.0.0"]["Description"]
    assert told.startswith("Deprecated: use 1.1.0. First version. [sha256:")
    assert "1.0.0 is deprecated: new launches are blocked" in team.launch("no", "--version", "1.0.0", code=2).stderr

    # 1.1.0 was a mistake. The plan first reactivates, then deprecates, so there is always a version to launch.
    team.run("rollback", "kms_key", "1.0.0")
    plan = json.loads(team.run("plan", "--local", "--json").stdout)["changes"]
    assert [(one["address"].rpartition("/")[2], one["impact"]) for one in plan] == [
        ("1.0.0", "widens"),
        ("1.1.0", "restricts"),
    ]
    team.publish()
    assert team.states() == {"1.0.0": "default", "1.1.0": "deprecated"}
    assert team.versions()["1.0.0"]["Description"].startswith("First version. [sha256:")
    assert team.versions()["1.1.0"]["Description"].startswith("Deprecated: use 1.0.0. ")
    team.launch("back")
    used = {row["name"]: row["version"] for row in json.loads(team.run("provisioned", "--local", "--json").stdout)}
    assert used == {"latest": "1.1.0", "back": "1.0.0"}

    # The plan says who uses a version that is retired.
    team.run("retire", "kms_key", "1.1.0")
    shown = team.run("plan", "--local").stdout
    assert " kms_key 1.1.0            inactive, nobody can launch it or update to it\n" in shown
    assert "1 provisioned product of this account uses it" in shown
    # And what stays of a principal that leaves.
    file = team.repository / "portfolios" / "security-dev.yaml"
    text = file.read_text()
    file.write_text(text.replace("  - arn: arn:${AWS::Partition}:iam::${AWS::AccountId}:role/dev-terraform-role\n", ""))
    shown = team.run("plan", "--local").stdout
    assert "may no longer launch: role/dev-terraform-role\n        2 provisioned products of theirs stay\n" in shown
    file.write_text(text)
    assert "--allow restrict" in team.run("publish", "--local", "--yes", code=2).stderr
    team.publish()
    assert team.states() == {"1.0.0": "default", "1.1.0": "inactive"}
    sc = team.client("servicecatalog", role=DEV_ROLE)
    offered = sc.describe_product(Id=team.product())["ProvisioningArtifacts"]
    assert [one["Name"] for one in offered] == ["1.0.0"]

    team.run("reactivate", "kms_key", "1.1.0")
    team.publish()
    team.run("promote", "kms_key", "1.0.0")
    assert team.publish() == []  # Service Catalog has no default: what `launch` takes stands in the ledger alone
    team.launch("promoted")
    used = {row["name"]: row["version"] for row in json.loads(team.run("provisioned", "--local", "--json").stdout)}
    assert used["promoted"] == "1.0.0"
    assert "kms_key  1.0.0 (promoted), latest 1.1.0" in team.run("list").stdout


def test_the_ledger_lists_every_version_for_a_new_region(team: Team) -> None:
    """Complaint 13, aws-cdk #21223: to keep old versions, people list each snapshot in code."""
    team.released("1.1.0", "2.0.0")
    team.run("deprecate", "kms_key", "1.0.0")
    team.publish()
    here = team.ids()
    assert list(here) == ["1.0.0", "1.1.0", "2.0.0"]
    # A new Region, from the ledger alone: same order, bytes and guidance, but other ids.
    team.publish("--region", "eu-west-1")
    there = team.ids("eu-west-1")
    assert list(there) == list(here)
    assert not set(there.values()) & set(here.values())
    for name, one in team.versions().items():
        other = team.versions("eu-west-1")[name]
        assert (one["Description"], one["Guidance"]) == (other["Description"], other["Guidance"])
    # The ledger has version, order, digest and state; the ids of each Region are read from AWS, never stored.
    text = (team.repository / LEDGER).read_text()
    assert not any(one in text for one in (*here.values(), *there.values()))
    listed = json.loads(team.run("list", "--json").stdout)["products"][0]["releases"]
    assert [(one["version"], one["guidance"]) for one in listed] == [
        ("1.0.0", "DEPRECATED"), ("1.1.0", "DEFAULT"), ("2.0.0", "DEFAULT"),
    ]  # fmt: skip
    for region, ids in (("us-east-1", here), ("eu-west-1", there)):
        used = json.loads(team.run("usage", "kms_key", "--local", "--region", region, "--json").stdout)
        (product,) = used["products"]
        assert {one["version"]: one["artifact_id"] for one in product["versions"]} == ids
        assert product["product_id"] == team.product(region)
    # A ledger entry that is damaged in a merge does not silently drop a version.
    edit_ledger(team.repository, listed[1]["digest"].removeprefix("sha256:"), "0" * 64)
    assert "was edited" in team.run("publish", "--local", "--yes", code=2).stderr
