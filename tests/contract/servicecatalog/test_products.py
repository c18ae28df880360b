"""Products and their artifacts."""

from __future__ import annotations

import json
from typing import Any

import pytest

VALID = "Invalid templateBody. Please make sure that your template is valid"


def add_version(world: Any, product_id: str, url: str, name: str = "2.0.0", **parameters: Any) -> Any:
    return world.catalog.create_provisioning_artifact(
        ProductId=product_id, Parameters={"Name": name, "Info": {"LoadTemplateFromURL": url}, **parameters}
    )


def test_a_product_reads_back_as_on_aws(world: Any) -> None:
    texts = {
        "Description": "An encryption key",
        "Distributor": "Security",
        "SupportDescription": "Ask",
        "SupportEmail": "security@example.com",
        "SupportUrl": "https://example.com",
    }
    product_id, artifact_id = world.product("Key", Tags=[{"Key": "owner", "Value": "catalog"}], **texts)
    answer = world.catalog.describe_product_as_admin(Id=product_id)
    detail, summary = answer["ProductViewDetail"], answer["ProductViewDetail"]["ProductViewSummary"]
    assert detail["ProductARN"] == f"arn:aws:catalog:us-east-1:123456789012:product/{product_id}"
    assert detail["Status"] == "CREATED"
    assert summary["Id"].startswith("prodview-")
    assert summary["ShortDescription"] == "An encryption key"
    assert "Description" not in summary
    assert summary["HasDefaultPath"] is False
    assert answer["Tags"] == [{"Key": "owner", "Value": "catalog"}]
    assert [item["Id"] for item in answer["ProvisioningArtifactSummaries"]] == [artifact_id]
    assert world.catalog.describe_product_as_admin(Name="Key")["ProductViewDetail"] == detail


def test_ids_look_like_aws(world: Any) -> None:
    product_id, artifact_id = world.product()
    for identifier, prefix in ((product_id, "prod-"), (artifact_id, "pa-"), (world.portfolio(), "port-")):
        assert identifier.startswith(prefix)
        assert len(identifier) == len(prefix) + 13
        assert set(identifier.removeprefix(prefix)) <= set("abcdefghijklmnopqrstuvwxyz234567")


@pytest.mark.parametrize(
    ("region", "partition"), [("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov"), ("eu-west-1", "aws")]
)
def test_arns_follow_the_partition(world: Any, region: str, partition: str) -> None:
    answer = world.client("servicecatalog", region=region).create_portfolio(DisplayName="d", ProviderName="p")
    assert answer["PortfolioDetail"]["ARN"].startswith(f"arn:{partition}:catalog:{region}:123456789012:portfolio/port-")


def test_update_removes_tags_before_it_adds_them(world: Any) -> None:
    product_id, _ = world.product(Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    answer = world.catalog.update_product(
        Id=product_id, Name="New", RemoveTags=["a", "b"], AddTags=[{"Key": "a", "Value": "3"}]
    )
    assert answer["Tags"] == [{"Key": "a", "Value": "3"}]
    summary = answer["ProductViewDetail"]["ProductViewSummary"]
    assert (summary["Name"], summary["Owner"]) == ("New", "security")


def test_support_urls_must_be_http(world: Any) -> None:
    with pytest.raises(world.catalog.exceptions.InvalidParametersException, match="SupportUrl"):
        world.product(SupportUrl="ftp://example.com")


def test_names_are_not_unique_and_an_ambiguous_name_is_refused(world: Any) -> None:
    product_id, _ = world.product("Same")
    world.product("Same")
    add_version(world, product_id, world.put_template(), name="1.0.0")
    exceptions = world.catalog.exceptions
    with pytest.raises(exceptions.InvalidParametersException, match="Multiple Products with name Same found"):
        world.catalog.describe_product_as_admin(Name="Same")
    with pytest.raises(exceptions.InvalidParametersException, match=r"Multiple Provisioning Artifact with name 1\.0"):
        world.catalog.describe_provisioning_artifact(ProductId=product_id, ProvisioningArtifactName="1.0.0")
    with pytest.raises(exceptions.ResourceNotFoundException, match="Product with name Other does not exist or access"):
        world.catalog.describe_product_as_admin(Name="Other")


@pytest.mark.parametrize(
    "url",
    [
        "https://templates.s3.us-east-1.amazonaws.com/t.json",
        "https://templates.s3.amazonaws.com/t.json",
        "https://templates.s3-us-east-1.amazonaws.com/t.json",
        "https://s3.us-east-1.amazonaws.com/templates/t.json",
        "https://s3-us-east-1.amazonaws.com/templates/t.json",
        "https://s3.amazonaws.com/templates/t.json",
        "http://127.0.0.1:{port}/templates/t.json",
        "http://localhost:{port}/templates/t.json",
    ],
)
def test_templates_are_read_from_every_form_of_s3_url(world: Any, url: str) -> None:
    product_id, _ = world.product()
    url = url.format(port=world.url.rsplit(":", 1)[1])
    assert add_version(world, product_id, url)["Info"] == {"TemplateUrl": url}


@pytest.mark.parametrize(
    "url",
    [
        "https://templates.s3.us-east-1.amazonaws.com/missing.json",
        "https://nowhere.s3.us-east-1.amazonaws.com/t.json",
        "https://example.com/templates/t.json",
        "https://templates.s3.amazonaws.com",
        "http://[",
        "t.json",
    ],
)
def test_templates_that_cannot_be_read_are_refused(world: Any, url: str) -> None:
    product_id, _ = world.product()
    with pytest.raises(world.catalog.exceptions.InvalidParametersException, match=VALID):
        add_version(world, product_id, url)
    assert len(world.catalog.list_provisioning_artifacts(ProductId=product_id)["ProvisioningArtifactDetails"]) == 1


@pytest.mark.parametrize(
    "text", ["{", "just text", "{}", "Description: !!python/object/apply:os.getcwd []\nResources: {}\n"]
)
def test_broken_templates_are_refused_unless_validation_is_off(world: Any, text: str) -> None:
    product_id, _ = world.product()
    url = world.put_template(text, key="broken.yaml")
    with pytest.raises(world.catalog.exceptions.InvalidParametersException, match=VALID):
        add_version(world, product_id, url)
    answer = add_version(world, product_id, url, DisableTemplateValidation=True)
    assert answer["ProvisioningArtifactDetail"]["Active"] is True


def test_the_template_is_a_copy(world: Any) -> None:
    product_id, artifact_id = world.product()
    world.put_template({"Resources": {"Other": {"Type": "AWS::SNS::Topic"}}})
    info = world.catalog.describe_provisioning_artifact(
        ProductId=product_id, ProvisioningArtifactId=artifact_id, Verbose=True
    )["Info"]
    assert "Topic" in json.loads(info["CloudFormationTemplate"])["Resources"]


def test_an_old_version_of_an_object_can_be_named(world: Any) -> None:
    product_id, _ = world.product()
    s3 = world.client("s3")
    s3.put_bucket_versioning(Bucket="templates", VersioningConfiguration={"Status": "Enabled"})
    url = world.put_template("Resources: {Old: {Type: 'AWS::SNS::Topic'}}", key="v.yaml")
    version = s3.head_object(Bucket="templates", Key="v.yaml")["VersionId"]
    world.put_template("Resources: {New: {Type: 'AWS::SNS::Topic'}}", key="v.yaml")
    artifact_id = add_version(world, product_id, f"{url}?versionId={version}")["ProvisioningArtifactDetail"]["Id"]
    info = world.catalog.describe_provisioning_artifact(
        ProductId=product_id, ProvisioningArtifactId=artifact_id, Verbose=True
    )["Info"]
    assert "Old" in info["CloudFormationTemplate"]


def test_active_and_guidance_change_and_the_template_does_not(world: Any) -> None:
    product_id, artifact_id = world.product()
    world.catalog.update_provisioning_artifact(
        ProductId=product_id, ProvisioningArtifactId=artifact_id, Active=False, Guidance="DEPRECATED", Description="old"
    )
    detail = world.catalog.list_provisioning_artifacts(ProductId=product_id)["ProvisioningArtifactDetails"][0]
    assert (detail["Active"], detail["Guidance"], detail["Description"]) == (False, "DEPRECATED", "old")
    assert detail["Name"] == "1.0.0"


def test_the_parameters_of_an_artifact(world: Any) -> None:
    product_id, artifact_id = world.product()
    answer = world.catalog.describe_provisioning_artifact(
        ProductId=product_id, ProvisioningArtifactId=artifact_id, IncludeProvisioningArtifactParameters=True
    )
    name, size, secret = answer["ProvisioningArtifactParameters"]
    assert name == {
        "ParameterKey": "Name",
        "ParameterType": "String",
        "IsNoEcho": False,
        "ParameterConstraints": {
            "AllowedValues": [],
            "AllowedPattern": "[a-z-]+",
            "ConstraintDescription": "lower case only",
        },
    }
    assert (size["DefaultValue"], size["Description"]) == ("3", "How many")
    assert size["ParameterConstraints"]["MaxValue"] == "9"
    assert secret["IsNoEcho"] is True
    assert secret["ParameterConstraints"]["AllowedValues"] == ["x", "y"]


def test_the_last_version_cannot_be_deleted(world: Any) -> None:
    product_id, artifact_id = world.product()
    with pytest.raises(world.catalog.exceptions.ResourceInUseException, match="at least one provisioning artifact"):
        world.catalog.delete_provisioning_artifact(ProductId=product_id, ProvisioningArtifactId=artifact_id)
    add_version(world, product_id, world.put_template())
    world.catalog.delete_provisioning_artifact(ProductId=product_id, ProvisioningArtifactId=artifact_id)
    with pytest.raises(world.catalog.exceptions.ResourceNotFoundException):
        world.catalog.describe_provisioning_artifact(ProductId=product_id, ProvisioningArtifactId=artifact_id)


def test_a_product_in_use_cannot_be_deleted(world: Any) -> None:
    product_id, _ = world.product()
    portfolio_id = world.portfolio(product_id)
    exceptions = world.catalog.exceptions
    with pytest.raises(exceptions.ResourceInUseException, match=portfolio_id):
        world.catalog.delete_product(Id=product_id)
    world.catalog.disassociate_product_from_portfolio(PortfolioId=portfolio_id, ProductId=product_id)
    world.catalog.delete_product(Id=product_id)
    with pytest.raises(exceptions.ResourceNotFoundException, match=f"Product not found: {product_id}"):
        world.catalog.describe_product_as_admin(Id=product_id)


def test_search_as_admin(world: Any) -> None:
    first, _ = world.product("Encryption key", Description="KMS")
    second, _ = world.product("Topic")
    portfolio_id = world.portfolio(second)

    def search(**request: Any) -> list[str]:
        details = world.catalog.search_products_as_admin(**request)["ProductViewDetails"]
        return [item["ProductViewSummary"]["ProductId"] for item in details]

    assert search() == [first, second]
    assert search(SortBy="Title", SortOrder="DESCENDING") == [second, first]
    assert search(Filters={"FullTextSearch": ["kms"]}) == [first]
    assert search(Filters={"SourceProductId": [second]}) == [second]
    assert search(Filters={"Owner": ["security"], "FullTextSearch": ["nothing"]}) == []
    assert search(PortfolioId=portfolio_id) == [second]
    assert search(ProductSource="ACCOUNT") == [first, second]
