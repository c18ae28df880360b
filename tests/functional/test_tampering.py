"""A template that is replaced in the bucket between its upload and the creation of the version is never offered."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalog.aws.session import open_local_session
from catalog.content.load import load_catalog
from catalog.content.render import render
from catalog.errors import AwsError
from catalog.plan.changes import Change
from catalog.plan.kinds.product import CreateProduct
from catalog.plan.kinds.version import CreateProvisioningArtifact
from catalog.publishing.apply import apply
from catalog.publishing.desired import Publication, publication
from catalog.publishing.planner import plan
from catalog.sandbox.control import Sandbox
from tests.functional.conftest import Run
from tests.releasing import change, release

BUCKET = "catalog-templates-123456789012-us-east-1"
FOREIGN = b"Resources: {Topic: {Type: AWS::SNS::Topic}}\n"


def declared(repository: Path) -> Publication:
    content = load_catalog(repository)
    return publication(content, [render(key, definition) for key, definition in content.products.items()])


def swap(client: Callable[..., Any], place: dict[str, str]) -> None:
    """Put another template in the place of one, as somebody who may also delete it: the bucket refuses to overwrite."""
    client("s3").delete_object(**place)
    client("s3").put_object(**place, Body=FOREIGN, IfNoneMatch="*")


@pytest.mark.parametrize("first", [True, False], ids=["a new product", "a new version"])
def test_a_replaced_template_stops_the_publish(
    catalog: Run, repository: Path, client: Callable[..., Any], sandbox: Sandbox, first: bool
) -> None:
    """Case G2: the digest in the description would say that the version is the released one."""
    ready = ("bootstrap",) if first else ("publish",)
    assert catalog(*ready, "--local", "--yes", "--allow", "widen", at=repository).exit_code == 0
    if not first:
        change(repository, version="1.1.0")
        release(repository)
    session = open_local_session(sandbox.environment(), None)
    content = declared(repository)
    prepared = plan(content, session)
    kind = CreateProduct if first else CreateProvisioningArtifact

    def replace_template(index: int, next_change: Change) -> None:
        if isinstance(next_change, kind):
            digest = next_change.artifact.digest.removeprefix("sha256:")
            swap(client, {"Bucket": prepared.bucket, "Key": f"templates/kms_key/{digest}.yaml"})

    with pytest.raises(AwsError, match="has another template than the one that was released") as stopped:
        apply(prepared, session, content.bodies(), replace_template)
    assert " 1 failed, " in stopped.value.hint

    service_catalog = client("servicecatalog")
    (product,) = service_catalog.search_products_as_admin()["ProductViewDetails"]
    versions = service_catalog.list_provisioning_artifacts(ProductId=product["ProductViewSummary"]["ProductId"])
    version = versions["ProvisioningArtifactDetails"][-1]
    assert version["Active"] is False
    assert "sha256:" not in version["Description"]

    again = catalog("publish", "--local", "--yes", "--allow", "widen", at=repository)
    assert again.exit_code == 2, again.output
    assert f"version/{'1.0.0' if first else '1.1.0'} was withdrawn when it was created" in again.stderr
    assert "was replaced in the bucket" in again.stderr
    assert "the object templates/kms_key/" in again.stderr
    assert "Restore products/releases" not in again.stderr
    if not first:
        advised = {"ProductId": product["ProductViewSummary"]["ProductId"], "ProvisioningArtifactId": version["Id"]}
        service_catalog.delete_provisioning_artifact(**advised)
        s3 = client("s3")
        digest = next(item.artifact.digest for item in prepared.changes if isinstance(item, kind))
        s3.delete_object(Bucket=prepared.bucket, Key=f"templates/kms_key/{digest.removeprefix('sha256:')}.yaml")
        done = catalog("publish", "--local", "--yes", "--allow", "widen", at=repository)
        assert done.exit_code == 0, done.output


def test_an_object_that_was_put_in_the_place_of_a_template_is_never_used(
    catalog: Run, repository: Path, client: Callable[..., Any]
) -> None:
    """An upload overwrites nothing, and what is there already must be the template."""
    assert catalog("bootstrap", "--local", "--yes", "--allow", "widen", at=repository).exit_code == 0
    body = (repository / "products/releases/kms_key/1.0.0.yaml").read_bytes()
    digest = hashlib.sha256(body).hexdigest()
    place = {"Bucket": BUCKET, "Key": f"templates/kms_key/{digest}.yaml"}
    client("s3").put_object(**place, Body=FOREIGN, IfNoneMatch="*")
    refused = catalog("publish", "--local", "--yes", "--allow", "widen", at=repository)
    assert refused.exit_code == 1
    assert "the content does not match the digest in the key" in refused.stderr
    assert client("s3").get_object(**place)["Body"].read() == FOREIGN
    assert client("servicecatalog").search_products_as_admin()["ProductViewDetails"] == []

    client("s3").delete_object(**place)
    assert catalog("publish", "--local", "--yes", "--allow", "widen", at=repository).exit_code == 0
    assert client("s3").get_object(**place)["Body"].read() == body


def test_the_bucket_refuses_to_overwrite_a_template(catalog: Run, repository: Path, client: Callable[..., Any]) -> None:
    """Whoever may only upload, such as a stolen role of CI, cannot replace what was uploaded."""
    assert catalog("publish", "--local", "--yes", "--allow", "widen", at=repository).exit_code == 0
    s3 = client("s3")
    (stored,) = s3.list_objects_v2(Bucket=BUCKET, Prefix="templates/")["Contents"]
    place = {"Bucket": BUCKET, "Key": stored["Key"]}
    source = {"Bucket": BUCKET, "Key": "lease/other.yaml"}
    s3.put_object(**source, Body=FOREIGN)
    refusals = {
        "AccessDenied": lambda: s3.put_object(**place, Body=FOREIGN),
        "PreconditionFailed": lambda: s3.put_object(**place, Body=FOREIGN, IfNoneMatch="*"),
    }
    for code, attempt in refusals.items():
        with pytest.raises(s3.exceptions.ClientError) as refused:
            attempt()
        assert refused.value.response["Error"]["Code"] in (code, {"AccessDenied": "403"}.get(code))
    for folder in ("templates", "stacks"):
        with pytest.raises(s3.exceptions.ClientError):
            s3.copy_object(Bucket=BUCKET, Key=f"{folder}/copied.yaml", CopySource=source)
    (version,) = s3.list_object_versions(Bucket=BUCKET, Prefix="templates/")["Versions"]
    assert version["ETag"] == stored["ETag"]
