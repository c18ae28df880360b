"""`catalog plan` and `catalog publish` over HTTP: commands of a platform team, and their results in AWS."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalog.sandbox.control import FAULTS_PATH, Sandbox
from tests.functional.conftest import Run
from tests.functional.sharing import ask
from tests.releasing import change, edit_ledger, release

MUTATING = ("Create", "Update", "Delete", "Associate", "Disassociate", "Put", "Upload")


def publish(catalog: Run, *options: str, at: Path | None = None) -> Any:
    arguments = ("publish", "--local", "--yes", *options)
    result = catalog(*arguments, at=at) if at else catalog(*arguments)
    assert result.exit_code == 0, result.output
    return result


def edit(repository: Path, file: str, old: str, new: str) -> None:
    path = repository / file
    text = path.read_text()
    assert old in text, f"{old!r} is not in {file}"
    path.write_text(text.replace(old, new))


def operations(catalog: Run, at: Path) -> list[tuple[str, str]]:
    """(operation, effect) of the plan."""
    result = catalog("plan", "--local", "--json", at=at)
    assert result.exit_code == 0, result.output
    return [(change["operation"], change["impact"]) for change in json.loads(result.stdout)["changes"]]


def test_the_first_publish_creates_everything_and_the_second_changes_nothing(
    catalog: Run, client: Callable[..., Any]
) -> None:
    assert catalog("plan", "--local", "--detailed-exitcode").exit_code == 4
    first = publish(catalog, "--allow", "widen")
    assert "  + kms_key 2.0.0 " in first.stdout
    second = catalog("-vv", "publish", "--local", "--yes")
    assert second.exit_code == 0
    assert "No changes." in second.stdout
    calls = [line.split(":")[1] for line in second.stderr.splitlines() if line.startswith("call ")]
    assert "ListPortfolios" in calls
    assert not [call for call in calls if call.startswith(MUTATING)]
    assert catalog("plan", "--local", "--detailed-exitcode").exit_code == 0

    sc = client("servicecatalog")
    (product,) = sc.search_products_as_admin()["ProductViewDetails"]
    described = sc.describe_product_as_admin(Id=product["ProductViewSummary"]["ProductId"])
    assert {"Key": "catalog:address", "Value": "product/kms_key"} in described["Tags"]
    versions = sc.list_provisioning_artifacts(ProductId=product["ProductViewSummary"]["ProductId"])[
        "ProvisioningArtifactDetails"
    ]
    assert [(version["Name"], version["Active"], version["Guidance"]) for version in versions] == [
        ("1.0.0", True, "DEFAULT"),
        ("2.0.0", True, "DEFAULT"),
    ]


def test_publish_uploads_what_export_prints(catalog: Run, client: Callable[..., Any]) -> None:
    publish(catalog, "--allow", "widen")
    exported = [catalog("export", "kms_key", *version).stdout_bytes for version in ([], ["--version", "1.0.0"])]
    s3 = client("s3")
    bucket = "catalog-templates-123456789012-us-east-1"
    items = s3.list_objects_v2(Bucket=bucket, Prefix="templates/")["Contents"]
    stored = [s3.get_object(Bucket=bucket, Key=item["Key"]) for item in items]
    assert sorted(template["Body"].read() for template in stored) == sorted(exported)
    assert {template["ServerSideEncryption"] for template in stored} == {"AES256"}


def test_the_bucket_is_encrypted_versioned_private_and_tls_only(catalog: Run, client: Callable[..., Any]) -> None:
    publish(catalog, "--allow", "widen")
    s3, bucket = client("s3"), {"Bucket": "catalog-templates-123456789012-us-east-1"}
    rules = s3.get_bucket_encryption(**bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rules[0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    assert s3.get_bucket_versioning(**bucket)["Status"] == "Enabled"
    assert all(s3.get_public_access_block(**bucket)["PublicAccessBlockConfiguration"].values())
    denied = json.loads(s3.get_bucket_policy(**bucket)["Policy"])["Statement"]
    assert [(statement["Effect"], statement["Condition"]) for statement in denied] == [
        ("Deny", {"Bool": {"aws:SecureTransport": "false"}}),
        ("Deny", {"Null": {"s3:if-none-match": "true"}}),
    ]


def test_the_launch_role_is_least_privilege(catalog: Run, client: Callable[..., Any]) -> None:
    publish(catalog, "--allow", "widen")
    iam = client("iam")
    role = iam.get_role(RoleName="catalog-launch-kms-key")["Role"]
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "servicecatalog.amazonaws.com"}
    policy = iam.get_role_policy(RoleName="catalog-launch-kms-key", PolicyName="launch")["PolicyDocument"]
    actions = {action for statement in policy["Statement"] for action in statement["Action"]}
    assert {"kms:CreateKey", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:CreateAlias"} <= actions
    assert not {action for action in actions if "*" in action}
    assert not actions & {"kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey", "kms:CreateGrant"}
    free = {
        action for statement in policy["Statement"] if "*" in statement["Resource"] for action in statement["Action"]
    }
    assert free == {
        "kms:CreateKey",
        "kms:ListAliases",
        "cloudformation:GetTemplateSummary",
        "cloudformation:ValidateTemplate",
        "s3:GetObject",  # narrowed by a condition
    }
    (objects,) = [statement for statement in policy["Statement"] if "s3:GetObject" in statement["Action"]]
    assert objects["Condition"] == {"StringEquals": {"s3:ExistingObjectTag/servicecatalog:provisioning": "true"}}
    keys = {arn for statement in policy["Statement"] for arn in statement["Resource"] if ":kms:" in arn}
    assert keys == {"arn:aws:kms:*:123456789012:key/*", "arn:aws:kms:*:123456789012:alias/*"}


def test_publish_without_a_terminal_needs_yes_and_allow(catalog: Run, client: Callable[..., Any]) -> None:
    silent = catalog("publish", "--local")
    assert silent.exit_code == 2
    assert "cannot ask: not a terminal" in silent.stderr
    unwilling = catalog("publish", "--local", "--yes")
    assert unwilling.exit_code == 2
    assert "--allow widen" in unwilling.stderr
    assert client("servicecatalog").list_portfolios()["PortfolioDetails"] == []


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        (
            "portfolios/security-dev.yaml",
            "provider: Platform Security",
            "provider: Somebody Else",
            [("UpdatePortfolio", "none")],
        ),
        (
            "portfolios/security-prod.yaml",
            "tag_updates: not_allowed",
            "tag_updates: allowed",
            [("UpdateConstraint", "widens")],
        ),
        (
            "portfolios/security-prod.yaml",
            "Service: [s3, ",
            "Service: [s3, kinesis, ",
            [("CreateTagOption", "none"), ("AssociateTagOptionWithResource", "none")],
        ),
        (
            "portfolios/security-prod.yaml",
            "role/prod-terraform-deploy-role",
            "role/prod-other-deploy-role",
            [("DisassociatePrincipalFromPortfolio", "destroys"), ("AssociatePrincipalWithPortfolio", "widens")],
        ),
        (
            "portfolios/security-prod.yaml",
            ":role/security-admin-role",
            ":role/security-other-role",
            [("UpdateConstraint", "widens")],
        ),
    ],
)
def test_an_edit_is_planned_and_applied_once(
    catalog: Run, repository: Path, file: str, old: str, new: str, expected: list[tuple[str, str]]
) -> None:
    publish(catalog, "--allow", "widen", at=repository)
    edit(repository, file, old, new)
    assert operations(catalog, repository) == expected
    publish(catalog, "--allow", "widen", "--allow", "restrict", "--allow", "destroy", at=repository)
    assert operations(catalog, repository) == []


def test_product_metadata_and_version_description_are_updated_in_place(
    catalog: Run, repository: Path, client: Callable[..., Any]
) -> None:
    publish(catalog, "--allow", "widen", at=repository)
    sc = client("servicecatalog")
    before = sc.search_products_as_admin()["ProductViewDetails"][0]["ProductViewSummary"]["ProductId"]
    (repository / "products" / "kms_key.py").write_text(
        (repository / "products" / "kms_key.py").read_text()
        + "\nfrom dataclasses import replace\n"
        + "PRODUCT = replace(PRODUCT, owner='Another team')\n"
    )
    edit_ledger(repository, "First version.", "Other words.")
    assert operations(catalog, repository) == [("UpdateProduct", "none"), ("UpdateProvisioningArtifact", "none")]
    publish(catalog, at=repository)
    assert operations(catalog, repository) == []
    (product,) = sc.search_products_as_admin()["ProductViewDetails"]
    assert product["ProductViewSummary"]["ProductId"] == before
    assert product["ProductViewSummary"]["Owner"] == "Another team"


def test_a_new_version_is_added_and_the_old_one_keeps_its_id(
    catalog: Run, repository: Path, client: Callable[..., Any]
) -> None:
    publish(catalog, "--allow", "widen", at=repository)
    sc = client("servicecatalog")
    product_id = sc.search_products_as_admin()["ProductViewDetails"][0]["ProductViewSummary"]["ProductId"]
    (old,) = sc.list_provisioning_artifacts(ProductId=product_id)["ProvisioningArtifactDetails"]
    change(repository, version="1.1.0")
    release(repository)
    assert operations(catalog, repository) == [
        ("UploadTemplate", "none"),
        ("CreateProvisioningArtifact", "none"),
        ("AssociateServiceActionWithProvisioningArtifact", "none"),
    ]
    publish(catalog, at=repository)
    versions = sc.list_provisioning_artifacts(ProductId=product_id)["ProvisioningArtifactDetails"]
    assert {version["Name"] for version in versions} == {"1.0.0", "1.1.0"}
    assert old["Id"] in {version["Id"] for version in versions}


def test_a_version_released_again_after_publishing_is_refused(catalog: Run, repository: Path) -> None:
    """This happens when two branches release the same version."""
    publish(catalog, "--allow", "widen", at=repository)
    change(repository)
    release(repository, afresh=True)
    result = catalog("publish", "--local", "--yes", at=repository)
    assert result.exit_code == 2
    assert result.stderr.count("sha256:") == 2
    assert "as it was when the version was published" in result.stderr


def test_objects_of_others_are_never_changed(catalog: Run, client: Callable[..., Any]) -> None:
    """A portfolio and product of the account with the same names, but without our tags, stay as they are."""
    sc = client("servicecatalog")
    ours = json.loads(catalog("list", "--json").stdout)
    theirs = sc.create_portfolio(DisplayName=ours["portfolios"][0]["display_name"], ProviderName="Them")
    client("s3").create_bucket(Bucket="their-bucket")
    client("s3").put_object(Bucket="their-bucket", Key="t.yaml", Body=b"Resources: {T: {Type: 'AWS::SNS::Topic'}}")
    product = sc.create_product(
        Name=ours["products"][0]["name"],
        Owner="Them",
        ProductType="CLOUD_FORMATION_TEMPLATE",
        ProvisioningArtifactParameters={
            "Name": "1.0.0",
            "Info": {"LoadTemplateFromURL": "https://their-bucket.s3.us-east-1.amazonaws.com/t.yaml"},
            "Type": "CLOUD_FORMATION_TEMPLATE",
        },
    )
    product_id = product["ProductViewDetail"]["ProductViewSummary"]["ProductId"]
    before = (sc.describe_portfolio(Id=theirs["PortfolioDetail"]["Id"]), sc.describe_product_as_admin(Id=product_id))
    publish(catalog, "--allow", "widen")
    after = (sc.describe_portfolio(Id=theirs["PortfolioDetail"]["Id"]), sc.describe_product_as_admin(Id=product_id))
    for old, new in zip(before, after, strict=True):
        old.pop("ResponseMetadata")
        new.pop("ResponseMetadata")
        if "ProductViewDetail" in old:
            old["ProductViewDetail"].pop("Status")  # it settled meanwhile
            new["ProductViewDetail"].pop("Status")
        assert old == new
    assert len(sc.list_portfolios()["PortfolioDetails"]) == 3
    assert len(sc.search_products_as_admin()["ProductViewDetails"]) == 2
    assert "No changes." in publish(catalog).stdout


def test_an_interrupted_publish_continues_without_duplicates(
    catalog: Run, repository: Path, sandbox: Sandbox, client: Callable[..., Any]
) -> None:
    """A refusal of AWS stops the run at a constraint; the next run does the rest."""
    refusal = {"kind": "error", "operations": ["CreateConstraint"], "code": "AccessDeniedException", "calls": 1}
    ask(sandbox, "POST", FAULTS_PATH, refusal)
    stopped = catalog("publish", "--local", "--yes", "--allow", "widen", at=repository)
    assert stopped.exit_code == 1
    assert re.search(r"portfolio/security-\w+/product/kms_key/constraint/\w+", stopped.stderr)
    assert "AccessDeniedException" in stopped.stderr
    publish(catalog, "--allow", "widen", "--allow", "restrict", at=repository)
    assert operations(catalog, repository) == []
    sc = client("servicecatalog")
    assert len(sc.list_portfolios()["PortfolioDetails"]) == 2
    assert len(sc.search_products_as_admin()["ProductViewDetails"]) == 1


def test_a_removed_constraint_can_be_declared_again(catalog: Run, repository: Path) -> None:
    """AWS may still remember the idempotency token of the first one."""
    file = repository / "portfolios" / "security-dev.yaml"
    whole = file.read_text()
    publish(catalog, "--allow", "widen", at=repository)
    file.write_text(whole[: whole.index("    resource_update:")])
    publish(catalog, "--allow", "restrict", "--allow", "destroy", at=repository)
    file.write_text(whole)
    publish(catalog, "--allow", "widen", at=repository)
    assert operations(catalog, repository) == []


def test_a_version_with_an_edited_description_is_recognized_by_its_url(
    catalog: Run, repository: Path, client: Callable[..., Any]
) -> None:
    publish(catalog, "--allow", "widen", at=repository)
    sc = client("servicecatalog")
    product_id = sc.search_products_as_admin()["ProductViewDetails"][0]["ProductViewSummary"]["ProductId"]
    (version,) = sc.list_provisioning_artifacts(ProductId=product_id)["ProvisioningArtifactDetails"]
    sc.update_provisioning_artifact(
        ProductId=product_id, ProvisioningArtifactId=version["Id"], Description="mine now", Active=False
    )
    assert operations(catalog, repository) == [("UpdateProvisioningArtifact", "widens")]
    publish(catalog, "--allow", "widen", at=repository)
    assert operations(catalog, repository) == []


def test_two_products_with_one_address_are_an_error_that_names_both(catalog: Run, client: Callable[..., Any]) -> None:
    publish(catalog, "--allow", "widen")
    sc, s3 = client("servicecatalog"), client("s3")
    bucket = "catalog-templates-123456789012-us-east-1"
    key = s3.list_objects_v2(Bucket=bucket)["Contents"][0]["Key"]
    sc.create_product(
        Name="Copy",
        Owner="Them",
        ProductType="CLOUD_FORMATION_TEMPLATE",
        Tags=[{"Key": "catalog:owner", "Value": "catalog"}, {"Key": "catalog:address", "Value": "product/kms_key"}],
        ProvisioningArtifactParameters={
            "Name": "1",
            "Type": "CLOUD_FORMATION_TEMPLATE",
            "Info": {"LoadTemplateFromURL": f"https://{bucket}.s3.us-east-1.amazonaws.com/{key}"},
        },
    )
    result = catalog("plan", "--local")
    assert result.exit_code == 1
    assert "product/kms_key: AWS has two of them" in result.stderr
    assert result.stderr.count("prod-") == 2


def test_listings_of_several_pages_are_read_completely(catalog: Run, client: Callable[..., Any]) -> None:
    sc = client("servicecatalog")
    for number in range(25):
        sc.create_tag_option(Key="Number", Value=str(number))
        sc.create_portfolio(DisplayName=f"Theirs {number}", ProviderName="Them")
    publish(catalog, "--allow", "widen")
    assert "No changes." in publish(catalog).stdout


def test_a_plan_notes_objects_that_are_no_longer_declared(catalog: Run, repository: Path) -> None:
    publish(catalog, "--allow", "widen", at=repository)
    (repository / "portfolios" / "security-dev.yaml").unlink()
    planned = catalog("plan", "--local", at=repository)
    assert "portfolio/security-dev is managed by this repository but no longer declared" in planned.stdout


def test_publish_to_two_regions_shares_the_launch_role(catalog: Run, client: Callable[..., Any]) -> None:
    publish(catalog, "--allow", "widen")
    publish(catalog, "--allow", "widen", "--region", "eu-west-1")
    assert "No changes." in publish(catalog, "--region", "eu-west-1").stdout
    buckets = {bucket["Name"] for bucket in client("s3").list_buckets()["Buckets"]}
    assert buckets == {f"catalog-templates-123456789012-{region}" for region in ("us-east-1", "eu-west-1")}
