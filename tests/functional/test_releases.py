"""Publishing and launching releases and pre-releases over HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from catalog.aws.session import AwsSession, open_local_session
from catalog.content.load import load_catalog
from catalog.content.render import render
from catalog.errors import ContentError
from catalog.plan.changes import Plan
from catalog.publishing.apply import apply
from catalog.publishing.desired import Publication, publication
from catalog.publishing.planner import plan as make_plan
from catalog.sandbox.control import Sandbox
from tests.functional.conftest import Run
from tests.releasing import change, edit_ledger, release

DEV_ROLE = "arn:aws:iam::123456789012:role/dev-terraform-role"
ALLOWANCES = ("--allow", "widen", "--allow", "restrict", "--allow", "destroy")
MUTATING = ("Create", "Update", "Delete", "Associate", "Disassociate", "Put")


def publish(catalog: Run, at: Path, *options: str) -> Result:
    result = catalog("publish", "--local", "--yes", *options, at=at)
    assert result.exit_code == 0, result.output
    return result


def planned(catalog: Run, at: Path, *options: str) -> Any:
    result = catalog("plan", "--local", "--json", *options, at=at)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def versions(client: Callable[..., Any]) -> dict[str, dict[str, Any]]:
    """The versions of the only product in AWS, by name."""
    sc = client("servicecatalog")
    (product,) = sc.search_products_as_admin()["ProductViewDetails"]
    listed = sc.list_provisioning_artifacts(ProductId=product["ProductViewSummary"]["ProductId"])
    return {item["Name"]: item for item in listed["ProvisioningArtifactDetails"]}


def active(client: Callable[..., Any]) -> list[str]:
    return [name for name, item in versions(client).items() if item["Active"]]


def launch(catalog: Run, at: Path, *options: str) -> Result:
    return catalog(
        "launch", "kms_key", "--local", "--name", "mine", "--as", DEV_ROLE, "--portfolio", "security-dev",
        "--params-file", str(at / "examples" / "launch-dev.yaml"), *options, at=at,
    )  # fmt: skip


def launched_version(catalog: Run) -> str:
    (row,) = json.loads(catalog("provisioned", "--local", "--json").stdout)
    return str(row["version"])


def test_a_new_account_receives_every_active_release_in_order_with_its_frozen_bytes(
    catalog: Run, repository: Path, client: Callable[..., Any]
) -> None:
    for number, name in enumerate(("1.1.0", "1.2.0", "2.0.0")):
        change(repository, output=f"Extra{number}", version=name)
        release(repository)
    change(repository, output="Patch", version="1.0.1")
    release(repository)
    ledger = repository / "products" / "releases" / "kms_key" / "ledger.yaml"
    head, tail = ledger.read_text().split("version: 1.2.0", 1)
    ledger.write_text(f"{head}version: 1.2.0{tail.replace('active: true', 'active: false', 1)}")
    edit = ledger.read_text().rpartition("guidance: DEFAULT")
    ledger.write_text(f"{edit[0]}guidance: DEPRECATED{edit[2]}")

    publish(catalog, repository, "--allow", "widen")  # nothing is taken from anybody in a new account
    published = versions(client)
    created = sorted(published, key=lambda name: published[name]["CreatedTime"])
    assert created == ["1.0.0", "1.0.1", "1.1.0", "2.0.0"]
    assert {name: item["Guidance"] for name, item in published.items() if item["Guidance"] != "DEFAULT"} == {
        "2.0.0": "DEPRECATED"
    }
    s3, bucket = client("s3"), "catalog-templates-123456789012-us-east-1"
    stored = {
        item["Key"]: s3.get_object(Bucket=bucket, Key=item["Key"])["Body"].read()
        for item in s3.list_objects_v2(Bucket=bucket, Prefix="templates/")["Contents"]
    }
    frozen = {(ledger.parent / f"{name}.yaml").read_bytes() for name in created}
    assert set(stored.values()) == frozen
    assert planned(catalog, repository)["changes"] == []


def test_unreleased_changes_are_noted_and_not_published(
    catalog: Run, repository: Path, client: Callable[..., Any]
) -> None:
    publish(catalog, repository, "--allow", "widen")
    change(repository)
    plan = planned(catalog, repository)
    assert plan["changes"] == []
    (notice,) = plan["notices"]
    assert "not published; raise the version in products/kms_key.py" in notice
    assert "products/kms_key.py renders sha256:" in notice
    with (repository / "products" / "kms_key.py").open("a") as file:
        file.write("\ndef template():\n    raise ValueError\nPRODUCT = replace(PRODUCT, template=template)\n")
    publish(catalog, repository)  # renders nothing that is released
    with (repository / "products" / "kms_key.py").open("a") as file:
        file.write("\nPRODUCT = replace(PRODUCT, version='1.1.0')\n")
    words = "note: product/kms_key: version 1.1.0 of products/kms_key.py is not released; the latest release is 1.0.0"
    assert f"{words}: not published; run `catalog release kms_key`" in publish(catalog, repository).stdout
    assert active(client) == ["1.0.0"]


def test_lifecycle_of_a_release_is_edited_in_the_ledger(
    catalog: Run, repository: Path, client: Callable[..., Any]
) -> None:
    publish(catalog, repository, "--allow", "widen")
    edit_ledger(repository, "guidance: DEFAULT", "guidance: DEPRECATED")
    (one,) = planned(catalog, repository)["changes"]
    assert (one["operation"], one["impact"]) == ("UpdateProvisioningArtifact", "restricts")
    publish(catalog, repository, "--allow", "restrict", "--allow", "destroy")
    assert versions(client)["1.0.0"]["Guidance"] == "DEPRECATED"
    refused = launch(catalog, repository)
    assert refused.exit_code == 2
    assert "all releases of kms_key are inactive or deprecated" in refused.stderr
    named = launch(catalog, repository, "--version", "1.0.0")
    assert named.exit_code == 2
    assert "kms_key 1.0.0 is deprecated: new launches are blocked" in named.stderr


def test_a_pre_release_from_the_edit_to_the_release(catalog: Run, repository: Path, client: Callable[..., Any]) -> None:
    publish(catalog, repository, "--allow", "widen")
    change(repository, version="1.1.0")
    publish(catalog, repository, "--dev")
    first = next(name for name in versions(client) if "-dev." in name)
    assert first.startswith("1.1.0-dev.")
    again = catalog("-vv", "publish", "--local", "--yes", "--dev", at=repository)
    assert "No changes." in again.stdout
    calls = [line.split(":")[1] for line in again.stderr.splitlines() if line.startswith("call ")]
    assert calls
    assert not [call for call in calls if call.startswith(MUTATING)]

    # It can be launched only by name.
    assert launch(catalog, repository).exit_code == 0
    assert launched_version(catalog) == "1.0.0"
    assert catalog("terminate", "mine", "--local", "--yes").exit_code == 0
    tried = launch(catalog, repository, "--version", first, "--json")
    assert tried.exit_code == 0, tried.output
    assert "Extra" in json.loads(tried.stdout)["outputs"]

    # The next pre-release replaces it, and the release replaces all of them. Releases never change.
    change(repository, output="More", version="1.1.0")
    stale = [one for one in planned(catalog, repository, "--dev")["changes"] if first in one["address"]]
    assert [(one["operation"], one["impact"]) for one in stale] == [("UpdateProvisioningArtifact", "restricts")]
    publish(catalog, repository, "--dev", *ALLOWANCES)
    second = next(name for name in active(client) if "-dev." in name)
    assert second != first
    assert sorted(active(client)) == ["1.0.0", second]
    release(repository)
    assert [one["address"] for one in planned(catalog, repository)["changes"]][1:] == [
        "product/kms_key/version/1.1.0",
        f"product/kms_key/version/{second}",
        "product/kms_key/version/1.1.0/action/rotate",
    ]
    publish(catalog, repository, *ALLOWANCES)
    assert sorted(active(client)) == ["1.0.0", "1.1.0"]
    assert planned(catalog, repository)["changes"] == planned(catalog, repository, "--dev")["changes"] == []


def test_an_older_pre_release_is_launched_from_the_bucket(
    catalog: Run, repository: Path, client: Callable[..., Any]
) -> None:
    change(repository)
    publish(catalog, repository, "--dev", "--allow", "widen")
    name = next(name for name in active(client) if "-dev." in name)
    assert name.startswith("1.0.1-dev.")
    change(repository, output="Later")
    wrong = launch(catalog, repository, "--version", name, "--param", "Alias=a b")
    assert wrong.exit_code == 2
    assert "Alias" in wrong.stderr
    done = launch(catalog, repository, "--version", name, "--json")
    assert done.exit_code == 0, done.output
    assert {"Extra", "Later"} & set(json.loads(done.stdout)["outputs"]) == {"Extra"}
    publish(catalog, repository, "--dev", *ALLOWANCES)
    for version, words in ((name, "is no longer active"), ("1.0.1-dev.ffffffffffff", "is not published")):
        refused = launch(catalog, repository, "--version", version)
        assert refused.exit_code == 2
        assert f"kms_key {version} {words}" in refused.stderr
        assert "catalog publish --dev" in refused.stderr


def test_an_older_release_is_launched_with_its_own_template(catalog: Run, repository: Path) -> None:
    with (repository / "products" / "kms_key.py").open("a") as file:
        file.write(
            "\n\nfrom troposphere import Parameter\ndef more(build=PRODUCT.template):\n    template = build()\n"
            "    template.add_parameter(Parameter('Fresh', Type='String'))\n    return template\n"
            "\n\nfrom dataclasses import replace\n"
            "PRODUCT = replace(PRODUCT, template=more, version='2.0.0', separate_lists=(('Fresh', 'KeyUsers'),))\n"
        )
    release(repository)
    publish(catalog, repository, "--allow", "widen")
    missing = launch(catalog, repository)
    assert missing.exit_code == 2
    assert "kms_key 2.0.0 cannot be launched with this input" in missing.stderr
    assert "parameter Fresh" in missing.stderr
    older = launch(catalog, repository, "--version", "1.0.0")
    assert older.exit_code == 0, older.output
    assert launched_version(catalog) == "1.0.0"


def test_a_product_that_exists_as_a_pre_release_only(
    catalog: Run, repository: Path, client: Callable[..., Any]
) -> None:
    for file in (repository / "products" / "releases" / "kms_key").iterdir():
        file.unlink()
    refused = catalog("publish", "--local", "--yes", "--allow", "widen", at=repository)
    assert refused.exit_code == 2
    assert "product 'kms_key' has no release" in refused.stderr
    publish(catalog, repository, "--dev", "--allow", "widen")
    (name,) = versions(client)
    assert name.startswith("1.0.0-dev.")
    nothing = launch(catalog, repository)
    assert nothing.exit_code == 2
    assert "kms_key has no release" in nothing.stderr
    assert launch(catalog, repository, "--version", name).exit_code == 0


class Remote(AwsSession):
    """The sandbox, treated as AWS."""

    is_sandbox = False  # type: ignore[assignment]  # in place of a property


@pytest.fixture
def aws(catalog: Run, sandbox: Sandbox) -> AwsSession:
    assert catalog("bootstrap", "--local", "--yes", "--allow", "widen").exit_code == 0
    local = open_local_session(sandbox.environment(), None)
    return Remote(local.boto, local.region, local.endpoint)


def dev_publication(repository: Path) -> Publication:
    content = load_catalog(repository)
    rendered = [render(key, one) for key, one in content.products.items()]
    return publication(content, rendered, dev=True)


def publish_dev(repository: Path, session: AwsSession) -> Plan:
    declared = dev_publication(repository)
    plan = make_plan(declared, session)
    assert plan.blockers == ()
    apply(plan, session, declared.bodies(), lambda *_: None)
    return plan


def test_on_aws_dev_publishes_only_portfolios_of_stage_dev(
    catalog: Run, repository: Path, client: Callable[..., Any], aws: AwsSession
) -> None:
    change(repository)
    publish_dev(repository, aws)
    portfolios = client("servicecatalog").list_portfolios()["PortfolioDetails"]
    assert [one["DisplayName"] for one in portfolios] == ["Security building blocks (dev)"]
    assert make_plan(dev_publication(repository), aws).changes == ()
    # Without --dev the pre-release is deleted before the portfolio of stage prod gets the product.
    order = [change["address"] for change in planned(catalog, repository)["changes"]]
    gone = next(index for index, place in enumerate(order) if "-dev." in place)
    assert gone < order.index("portfolio/security-prod/product/kms_key")


@pytest.mark.parametrize("holder", ["security-prod", "theirs", "undeclared"])
def test_on_aws_dev_is_refused_if_others_would_see_the_pre_release(
    catalog: Run, repository: Path, client: Callable[..., Any], aws: AwsSession, holder: str
) -> None:
    sc = client("servicecatalog")
    if holder == "theirs":
        publish_dev(repository, aws)
        (product,) = sc.search_products_as_admin()["ProductViewDetails"]
        theirs = sc.create_portfolio(DisplayName="Theirs", ProviderName="Them")["PortfolioDetail"]["Id"]
        sc.associate_product_with_portfolio(ProductId=product["ProductViewSummary"]["ProductId"], PortfolioId=theirs)
        words = f"product/kms_key is in portfolio/{theirs}, which this repository does not declare"
    else:
        publish(catalog, repository, "--allow", "widen")
        words = "product/kms_key is in portfolio/security-prod, of stage prod"
    if holder == "undeclared":
        (repository / "portfolios" / "security-prod.yaml").unlink()
        words = "product/kms_key is in portfolio/security-prod, which this repository does not declare"
    make_plan(dev_publication(repository), aws)  # as long as there is nothing unreleased
    change(repository)
    with pytest.raises(ContentError) as caught:
        make_plan(dev_publication(repository), aws)
    assert words in str(caught.value)
    assert "an account of its own" in str(caught.value)
    assert active(client) == ["1.0.0"]
