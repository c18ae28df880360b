"""`catalog usage`, `catalog retention` and what a plan says of versions in use, over HTTP."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalog.aws.session import open_local_session
from catalog.aws.usage import provisioned_of
from catalog.content.load import load_catalog
from catalog.content.render import render
from catalog.errors import AwsCallError
from catalog.publishing.desired import publication
from catalog.publishing.planner import plan as make_plan
from catalog.sandbox.control import Sandbox
from tests.functional.conftest import Run
from tests.functional.test_versions import DEV_ROLE, MUTATING, Team
from tests.releasing import change
from tests.sessions import separate_session
from tests.unit.web.test_parts import Page


@pytest.fixture
def team(catalog: Run, repository: Path, client: Callable[..., Any]) -> Team:
    return Team(catalog, repository, client)


def used(team: Team, *options: str) -> Any:
    (product,) = json.loads(team.run("usage", "kms_key", "--local", "--json", *options).stdout)["products"]
    return product


def test_usage_shows_who_uses_which_version(team: Team, sandbox: Sandbox, tmp_path: Path) -> None:
    nothing = team.run("usage", "kms_key", "--local")
    assert nothing.stdout == "kms_key (default 1.0.0): not published here\n"
    assert "accounts that a portfolio is shared with are not listed" in nothing.stderr
    team.publish()
    team.launch("old")
    team.launch("older")
    team.released("1.1.0")
    asked = team.run("usage", "kms_key", "--local").stdout
    assert "1.1.0, the default, is not what AWS offers here: `catalog plan` says why" in asked
    change(team.repository, output="Later", version="1.2.0")
    team.publish("--dev")
    (dev,) = [name for name in team.versions() if "-dev." in name]
    team.launch("tried", "--version", dev)
    team.launch("new")
    team.run("deprecate", "kms_key", "1.0.0")
    team.publish()  # the pre-release becomes inactive, 1.0.0 deprecated

    result = team.run("-vv", "usage", "kms_key", "--local", "--json")
    calls = [line.split(":")[1] for line in result.stderr.splitlines() if line.startswith("call ")]
    assert sorted(set(calls) - {"GetCallerIdentity"}) == [
        "DescribeProductAsAdmin", "ListProvisioningArtifacts", "SearchProductsAsAdmin", "SearchProvisionedProducts",
    ]  # fmt: skip
    assert not [call for call in calls if call.startswith(MUTATING)]
    (product,) = json.loads(result.stdout)["products"]
    assert (product["product_id"], product["default_version"], product["behind"]) == (team.product(), "1.1.0", 2)
    ids = team.ids()
    assert [(one["version"], one["state"], one["provisioned"], one["artifact_id"]) for one in product["versions"]] == [
        ("1.0.0", "deprecated", 2, ids["1.0.0"]),
        ("1.1.0", "default", 1, ids["1.1.0"]),
        (dev, "pre-release", 1, ids[dev]),
    ]
    rows = product["provisioned_products"]
    assert [(row["name"], row["version"], row["state"], row["behind"]) for row in rows] == [
        ("old", "1.0.0", "deprecated", True),
        ("older", "1.0.0", "deprecated", True),
        ("new", "1.1.0", "default", False),
        ("tried", dev, "pre-release", False),
    ]
    assert {row["status"] for row in rows} == {"AVAILABLE"}
    assert {row["account"] for row in rows} == {"123456789012"}
    assert {row["owner"] for row in rows} == {DEV_ROLE}

    behind = used(team, "--behind")
    assert [row["name"] for row in behind["provisioned_products"]] == ["old", "older"]
    assert [one["provisioned"] for one in behind["versions"]] == [2, 1, 1]
    text = team.run("usage", "kms_key", "--behind", "--local").stdout
    assert text.startswith("kms_key (default 1.1.0): 4 provisioned products, 2 behind the default\n")
    assert "tried" not in text
    assert f"1.0.0    deprecated  yes     AVAILABLE  {DEV_ROLE}  123456789012  older" in text
    read = list(csv.DictReader(io.StringIO(team.run("usage", "--all", "--csv", "--local").stdout)))
    assert [(row["name"], row["version"], row["behind"]) for row in read[:1]] == [("old", "1.0.0", "true")]
    assert len(read) == 4

    # The site shows the numbers. What is in the sandbox has no page in the console of AWS.
    team.run("site", "--usage", "--local", "--json", "-o", str(tmp_path / "public"))
    page = Page((tmp_path / "public/products/kms_key.html").read_text()).text
    assert "Account 123456789012, us-east-1 4 provisioned products, 2 behind the default version." in page
    assert f"1.0.0 deprecated 2 1.1.0 default 1 {dev} pre-release 1" in page
    assert ": look for KMS key" in page

    # The complete list, whatever the page size.
    session = separate_session(sandbox.environment())
    pages: list[int] = []

    def one_a_page(params: dict[str, Any], **_: Any) -> dict[str, Any]:
        pages.append(params["PageSize"])
        return {**params, "PageSize": 1}

    event = "provide-client-params.servicecatalog.SearchProvisionedProducts"
    session.servicecatalog.meta.events.register(event, one_a_page)
    assert sorted(one.name for one in provisioned_of(session, product=team.product())) == sorted(
        row["name"] for row in read
    )
    assert pages == [100] * 4
    assert [one.name for one in provisioned_of(session, artifact=ids[dev])] == ["tried"]


def test_retention_from_the_release_to_the_last_user(team: Team, tmp_path: Path) -> None:
    team.publish()
    team.launch("user")
    team.released("1.1.0", "1.2.0", "1.3.0")
    team.publish()
    ids = team.ids()
    proposed = team.run("retention", "--local", "--detailed-exitcode", code=4).stdout
    assert "kms_key: keeps the 3 newest releases\n" in proposed
    assert "\n  1.0.0  deprecate: older than the newest 3 (1.1.0, 1.2.0, 1.3.0)" in proposed
    team.run("retention", "--local", "--apply")
    assert team.publish() == ["UpdateProvisioningArtifact"]
    assert team.states()["1.0.0"] == "deprecated"

    # It is in use, here or in another account: it stays, whatever the policy.
    stays = team.run("retention", "--local", "--apply", "--detailed-exitcode").stdout
    assert "1.0.0  stays: deprecated, but still in use: 1 in account 123456789012, Region us-east-1" in stays
    (tmp_path / "usage.json").write_text(team.run("usage", "--all", "--local", "--json").stdout)
    assert team.run("terminate", "user", "--local", "--yes").exit_code == 0
    elsewhere = team.run("usage", "--all", "--local", "--json").stdout.replace("us-east-1", "eu-west-1")
    (tmp_path / "elsewhere.json").write_text(elsewhere)
    both = ("--offline", "--usage", str(tmp_path / "usage.json"), "--usage", str(tmp_path / "elsewhere.json"))
    assert "stays: deprecated, but still in use" in team.run("retention", *both).stdout
    # A Region where it was never published does not know.
    silent = team.run("retention", "--local", "--region", "eu-west-1").stdout
    assert "its usage is unknown: kms_key is not published in account 123456789012, Region eu-west-1" in silent

    team.run("retention", "--local", "--usage", str(tmp_path / "elsewhere.json"), "--apply")
    assert "no provisioned product of this account uses it" in team.run("plan", "--local").stdout
    assert team.publish() == ["UpdateProvisioningArtifact"]
    assert team.states() == {"1.0.0": "inactive", "1.1.0": "default", "1.2.0": "default", "1.3.0": "default"}
    assert team.ids() == ids
    assert "no changes" in team.run("retention", "--local", "--detailed-exitcode").stdout


def test_publish_works_without_permission_to_search_provisioned_products(team: Team, sandbox: Sandbox) -> None:
    team.released("1.1.0")
    team.publish()
    team.run("retire", "kms_key", "1.0.0")
    content = load_catalog(team.repository)
    declared = publication(content, [render(key, one) for key, one in content.products.items()])

    def plan(code: str) -> tuple[str, ...]:
        def refuse(operation: str) -> None:
            if operation == "servicecatalog:SearchProvisionedProducts":
                raise AwsCallError("SearchProvisionedProducts", code, "no")

        (change,) = make_plan(declared, open_local_session(sandbox.environment(), None, refuse)).changes
        return change.details

    assert plan("AccessDeniedException")[-1].endswith("servicecatalog:SearchProvisionedProducts is denied")
    with pytest.raises(AwsCallError):
        plan("InvalidParametersException")


def test_a_rollback_ignores_rules_that_are_newer_than_the_version(team: Team) -> None:
    """Checks read the newest release: an older one was checked when it was released, and cannot change."""
    team.released("1.1.0")
    team.publish()
    assert "Checked 1 product and " in team.run("publish", "--local", "--yes").stderr
    team.run("rollback", "kms_key")
    back = team.run("publish", "--local", "--yes", "--allow", "restrict", "--allow", "destroy").stderr
    assert re.search(r"^Checked \d portfolios?: no findings \(\d+\.\d s\)$", back, re.MULTILINE), back
    assert team.states() == {"1.0.0": "default", "1.1.0": "deprecated"}
