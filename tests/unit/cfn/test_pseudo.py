"""The partition of every Region in botocore, and the pseudo parameters that CloudFormation documents."""

import botocore.session
import pytest

from catalog.cfn import Pseudo

LOADER = botocore.session.Session().get_component("data_loader")
REGIONS = [
    (region, partition["id"], partition["outputs"]["dnsSuffix"])
    for partition in LOADER.load_data("partitions")["partitions"]
    for region in partition["regions"]
    if not region.endswith("-global")
]


@pytest.mark.parametrize(("region", "partition", "suffix"), REGIONS)
def test_partition_and_suffix_agree_with_botocore(region: str, partition: str, suffix: str) -> None:
    pseudo = Pseudo("123456789012", region)
    assert (pseudo.partition, pseudo.url_suffix) == (partition, suffix)


def test_all_documented_names_have_a_value() -> None:
    assert sorted(Pseudo("1", "eu-west-1").values()) == [
        "AWS::AccountId",
        "AWS::NoValue",
        "AWS::NotificationARNs",
        "AWS::Partition",
        "AWS::Region",
        "AWS::StackId",
        "AWS::StackName",
        "AWS::URLSuffix",
    ]
