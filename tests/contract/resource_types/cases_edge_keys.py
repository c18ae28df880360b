"""Public keys and key value stores of CloudFront."""

from __future__ import annotations

from typing import Any

from tests.contract.resource_types.conftest import Case, World
from tests.contract.resource_types.reading import asks, listed

KEY = {"CallerReference": "one", "Name": "one", "EncodedKey": "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n"}
STORE = asks("cloudfront", "describe_key_value_store", "KeyValueStore", Name="@")


def tags(world: World, name: str) -> Any:
    arn = STORE(world, name)["ARN"]
    return world.client("cloudfront").list_tags_for_resource(Resource=arn)["Tags"]["Items"]


CASES = (
    Case(
        "AWS::CloudFront::PublicKey",
        {"PublicKeyConfig": {**KEY, "Comment": "one"}},
        asks("cloudfront", "get_public_key", "PublicKey.PublicKeyConfig", Id="@"),
        {"Name": "one", "Comment": "one"},
        changed={"PublicKeyConfig": {**KEY, "Comment": "two"}},
        then={"Name": "one", "Comment": "two"},
        denied=("cloudfront:CreatePublicKey", "cloudfront:GetPublicKey"),
        denied_later=("cloudfront:UpdatePublicKey", "cloudfront:DeletePublicKey"),
        attributes=("Id", "CreatedTime"),
    ),
    Case(
        "AWS::CloudFront::KeyValueStore",
        {"Name": "flags", "Comment": "one"},
        STORE,
        {"Name": "flags", "Comment": "one", "Status": "READY"},
        changed={"Comment": "two"},
        then={"Comment": "two"},
        replaced={"Name": "others"},
        tags=listed(tags),
        denied=("cloudfront:CreateKeyValueStore", "cloudfront:TagResource", "cloudfront:DescribeKeyValueStore"),
        denied_later=("cloudfront:UpdateKeyValueStore", "cloudfront:DeleteKeyValueStore"),
        attributes=("Arn", "Id", "Status"),
    ),
)
