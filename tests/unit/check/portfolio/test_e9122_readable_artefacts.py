from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.check.finding import Finding
from catalog.check.portfolio._artefacts import BUCKET, OBJECT, WRITTEN, artefacts, registered
from catalog.check.registry import portfolio_controls
from catalog.check.run import Content, check_portfolios
from catalog.check.schemas import region_types, schema_file
from catalog.content.config import load_config
from catalog.content.load import Catalog, load_product
from catalog.content.portfolio_files import load_portfolio
from catalog.content.render import render
from catalog.releases import load_releases

Judge = Callable[..., list[Finding]]
REPOSITORY = Path(__file__).parents[4]
SHARES = "shares:\n  - {account: '111122223333'}\n"
PRODUCTS = "products:\n  - product: parcel\n    launch: {local_role_name: launch-parcel}\n"


def function(code: Any) -> dict[str, Any]:
    """A section Resources with a function of this code."""
    return {"Resources": {"Function": {"Type": "AWS::Lambda::Function", "Properties": {"Code": code}}}}


PRIVATE = function({"S3Bucket": "team-artefacts", "S3Key": "code.zip"})


def test_a_shared_product_with_code_in_a_private_bucket_is_an_error(judge: Judge) -> None:
    """Complaint 14."""
    (finding,) = judge(SHARES + PRODUCTS, "E9122", template=PRIVATE)
    assert finding.severity == "error"
    assert "team-artefacts (parcel 1.0.0, Resources/Function/Properties/Code/S3Bucket)" in finding.message
    assert judge(PRODUCTS, "E9122", template=PRIVATE) == []  # nobody else launches it


def test_a_stack_set_leaves_the_account_too(judge: Judge) -> None:
    """Complaint 14."""
    stackset = (
        "products:\n  - product: parcel\n    stackset: {accounts: ['111122223333'], regions: [us-east-1], "
        "admin_role: 'arn:aws:iam::123456789012:role/a', execution_role: e}\n"
    )
    assert [one.where for one in judge(stackset, "E9122", template=PRIVATE)] == ["products/parcel/team-artefacts"]
    at_home = stackset.replace("'111122223333'", "'${AWS::AccountId}'")  # many Regions of one account
    assert judge(at_home, "E9122", template=PRIVATE) == []


def test_a_bucket_that_consumers_may_read_is_suppressed(judge: Judge) -> None:
    """Complaint 14."""
    told = (
        "suppress:\n  - {control: E9122, at: products/parcel/team-artefacts, reason: its policy allows o-aaaabbbbcc,"
        " expires: 2999-12-31}\n"
    )
    assert judge(SHARES + PRODUCTS + told, "E9122", template=PRIVATE) == []
    second = function({"S3Bucket": "other", "S3Key": "code.zip"})
    assert {one.id for one in judge(SHARES + PRODUCTS + told, template=second)} >= {"E9122", "W9093"}


def test_kms_key_needs_nothing_from_outside(tmp_path: Path) -> None:
    """Complaint 14."""
    config = load_config(REPOSITORY)
    product = load_product(config, "kms_key")
    file = tmp_path / "team.yaml"
    file.write_text(
        "display_name: Team\nprovider: Platform\nstage: dev\n" + SHARES + PRODUCTS.replace("parcel", "kms_key")
    )
    catalog = Catalog(config, {"kms_key": product}, {"team": load_portfolio(file, "portfolios/team.yaml")})
    versions = [render("kms_key", product), *load_releases(config, "kms_key")]
    assert len(versions) > 1
    found = check_portfolios(Content(catalog, versions), date(2026, 1, 1)).findings
    assert [one for one in found if one.id in ("E9122", "W9123")] == []


BUCKET_PARAMETER = {"Parameters": {"Bucket": {"Type": "String", "Default": "team-artefacts"}}}
MAPPED = {"Mappings": {"Code": {"eu": {"Bucket": "artefacts-eu"}, "us": {"Bucket": "artefacts-us"}}}}


@pytest.mark.parametrize(
    ("value", "sections", "expected"),
    [
        ("team-artefacts", {}, ["team-artefacts"]),
        ({"Fn::Sub": "team-${AWS::Region}"}, {}, ["team-${AWS::Region}"]),
        ({"Fn::Join": ["-", ["team", {"Ref": "AWS::Region"}]]}, {}, ["team-${AWS::Region}"]),
        ({"Fn::Sub": ["${Name}-x", {"Name": "team"}]}, {}, ["team-x"]),
        ({"Ref": "Bucket"}, BUCKET_PARAMETER, ["team-artefacts"]),
        ({"Fn::Sub": "${Bucket}-x"}, BUCKET_PARAMETER, ["team-artefacts-x"]),
        ({"Ref": "Bucket"}, {"Parameters": {"Bucket": {"Type": "String"}}}, []),
        (
            {"Ref": "Bucket"},
            {"Parameters": {"Bucket": {"Type": "String", "AllowedValues": ["a-b", "c-d"]}}},
            ["a-b", "c-d"],
        ),
        (
            {"Ref": "Bucket"},
            {"Parameters": {"Bucket": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "x"}}},
            [],
        ),
        ({"Fn::FindInMap": ["Code", {"Ref": "X"}, "Bucket"]}, MAPPED, ["artefacts-eu", "artefacts-us"]),
        ({"Fn::FindInMap": ["Code", "eu", "Bucket"]}, MAPPED, ["artefacts-eu"]),
        ({"Fn::If": ["C", "one", {"Ref": "AWS::NoValue"}]}, {}, ["one"]),
        ({"Ref": "Function"}, {}, []),
        ({"Fn::ImportValue": "bucket"}, {}, []),
        ("{{resolve:ssm:/bucket}}", {}, []),
        ({"Fn::Sub": "${AWS::StackName}-code"}, {}, []),
    ],
)
def test_what_a_bucket_can_be(value: Any, sections: dict[str, Any], expected: list[str]) -> None:
    template = {**function({"S3Bucket": value, "S3Key": "k"}), **sections}
    assert [artefact.name for artefact in artefacts(template)] == expected


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({"TemplateURL": "https://team.s3.eu-west-1.amazonaws.com/a.yaml"}, "team"),
        ({"TemplateURL": "https://s3.amazonaws.com/team/a.yaml"}, "team"),
        ({"TemplateURL": {"Fn::Sub": "https://team-${AWS::Region}.s3.${AWS::URLSuffix}/a"}}, "team-${AWS::Region}"),
        ({"Command": {"Name": "glueetl", "ScriptLocation": "s3://team/job.py"}}, "team"),
        ({"UserData": {"Fn::Base64": {"Fn::Sub": "#!/bin/sh\naws s3 cp s3://team/x /tmp\n"}}}, "team"),
        (
            {"Code": {"ImageUri": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/a:1"}},
            "123456789012.dkr.ecr.eu-west-1.amazonaws.com",
        ),
        (
            {"Image": {"Fn::Sub": "123456789012.dkr.ecr.${AWS::Region}.amazonaws.com/a"}},
            "123456789012.dkr.ecr.${AWS::Region}.amazonaws.com",
        ),
        (
            {"Layers": ["arn:aws:lambda:eu-west-1:123456789012:layer:tools:3"]},
            "arn:aws:lambda:eu-west-1:123456789012:layer:tools:3",
        ),
        (
            {"ServiceToken": "arn:aws:lambda:eu-west-1:123456789012:function:make"},
            "arn:aws:lambda:eu-west-1:123456789012:function:make",
        ),
        ({"Location": {"BucketArn": "arn:aws:s3:::team", "FileKey": "plugin.zip"}}, "team"),
        ({"CodeUri": {"Bucket": "team", "Key": "x"}}, "team"),
        ({"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "s3://team/part.yaml"}}}, "team"),
        ({"Fn::If": ["C", {"S3Bucket": "team", "S3Key": "k"}, {"Ref": "AWS::NoValue"}]}, "team"),
        ({"Image": "public.ecr.aws/nginx/nginx:1"}, ""),
        ({"Image": "nginx:1"}, ""),
        ({"Code": {"ZipFile": "import boto3"}}, ""),
        ({"Layers": [{"Ref": "Layer"}]}, ""),
        ({"BucketName": "team-data"}, ""),
        ({"Logging": {"DestinationBucketName": "logs", "Key": "x"}}, ""),
        ({"ExportConfig": {"S3Destination": {"Bucket": "out", "Key": "x"}}}, ""),
        ({"DefaultArguments": {"--TempDir": "s3://scratch/x"}}, ""),
        ({"PolicyDocument": {"Statement": [{"Resource": "arn:aws:s3:::team/*"}]}}, ""),
        ({"Command": "aws s3 cp s3://$BUCKET/x ."}, ""),
    ],
)
def test_where_artefacts_stand(properties: dict[str, Any], expected: str) -> None:
    template = {"Resources": {"One": {"Type": "AWS::Some::Type", "Properties": properties}}}
    assert [artefact.name for artefact in artefacts(template)] == [expected] * bool(expected)


def test_macros_outside_of_resources() -> None:
    include = {"Name": "AWS::Include", "Parameters": {"Location": "s3://team/maps.yaml"}}
    template = {"Transform": ["Ours", include], "Mappings": {"Fn::Transform": include}, "Resources": {}}
    assert [one.path[0] for one in artefacts(template)] == ["Transform", "Mappings"]
    assert [artefact.name for artefact in registered(template)] == ["Ours"]


# The places of the reference of `aws cloudformation package` that hold a bucket and a key; the others are URLs.
PACKAGED = {
    ("AWS::ApiGateway::RestApi", "BodyS3Location"),
    ("AWS::Lambda::Function", "Code"),
    ("AWS::Lambda::LayerVersion", "Content"),
    ("AWS::ElasticBeanstalk::ApplicationVersion", "SourceBundle"),
    ("AWS::CodeCommit::Repository", "Code/S3"),
    ("AWS::StepFunctions::StateMachine", "DefinitionS3Location"),
    ("AWS::Synthetics::Canary", "Code"),
}


def objects(node: Any, schema: dict[str, Any], path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The paths of all objects in a provider schema that hold a bucket and an object's key."""
    if not isinstance(node, dict):
        return
    if "$ref" in node:
        name = node["$ref"].rpartition("/")[2]
        node = schema["definitions"].get(name, {}) if len(path) < 6 else {}
    for each in (node.get("items"), *node.get("oneOf", ()), *node.get("anyOf", ())):
        yield from objects(each, schema, path)
    properties = node.get("properties", {})
    if any(map(BUCKET.fullmatch, properties)) and any(map(OBJECT.fullmatch, properties)):
        yield path
    for name, each in properties.items() if isinstance(properties, dict) else ():
        if not WRITTEN.search(name):
            yield from objects(each, schema, (*path, name))


def test_the_shape_is_that_of_the_provider_schemas() -> None:
    found: set[tuple[str, str]] = set()
    for resource_type, digest in region_types("us-east-1").items():
        schema = schema_file(digest)
        found |= {(resource_type, "/".join(path)) for path in objects(schema, schema, ())}
    assert found >= PACKAGED
    assert len(found) > 50
    words = ("output", "destination", "export", "logs")
    assert [one for one in found if any(word in one[1].lower() for word in words)] == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["s3://a/b", "x", "${X}", "Fn", "AWS::Region"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["Ref", "Fn::Sub", "Fn::If", "Fn::Join", "Fn::FindInMap", "Fn::Transform", "Type", "S3Bucket", "S3Key"]
            ),
            inner,
        )
    ),
    max_leaves=10,
)


@settings(max_examples=80, deadline=None)
@given(resources=JSON, parameters=JSON, mappings=JSON)
def test_no_malformed_template_makes_it_fail(resources: Any, parameters: Any, mappings: Any) -> None:
    template = {"Resources": resources, "Parameters": parameters, "Mappings": mappings, "Transform": resources}
    list(artefacts(template))
    list(registered(template))


def test_both_are_controls() -> None:
    assert {"E9122", "W9123"} <= {control.id for control in portfolio_controls()}
