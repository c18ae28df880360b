"""Launch roles of types whose schemas list no handlers: calls of other services are for a property only."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.check.iam_actions import iam_action
from catalog.check.missing_handlers import MISSING
from catalog.roles.derive import derive
from tests.unit.roles.conftest import REGIONS, actions, resources, with_resource

FILES, DOCUMENTS = "AWS::FSx::FileSystem", "AWS::DocDB::DBCluster"
ROUTES, DIRECTORY = {"RouteTableIds": ["rtb-1"]}, {"ActiveDirectoryId": "d-1"}


@pytest.mark.parametrize("resource_type", MISSING)
def test_every_type_has_a_derived_role_with_actions_of_iam(resource_type: str) -> None:
    role = derive([with_resource(resource_type)], REGIONS)
    assert not role.underivable
    assert role.permissions
    assert all(iam_action(action) for of_handler in MISSING[resource_type].values() for action in of_handler)


@pytest.mark.parametrize(
    ("resource_type", "properties", "more"),
    [
        (FILES, {"OntapConfiguration": ROUTES}, {"ec2:CreateTags", "ec2:DescribeRouteTables"}),
        (FILES, {"WindowsConfiguration": DIRECTORY}, {"ds:DescribeDirectories"}),
        (
            FILES,
            {"LustreConfiguration": {"ImportPath": "s3://data"}},
            {"iam:AttachRolePolicy", "iam:PutRolePolicy", "s3:ListBucket"},
        ),
        (DOCUMENTS, {"ManageMasterUserPassword": True}, {"secretsmanager:CreateSecret", "secretsmanager:TagResource"}),
        (DOCUMENTS, {"KmsKeyId": "x"}, {"kms:CreateGrant", "kms:DescribeKey"}),
        (
            "AWS::Elasticsearch::Domain",
            {"VPCOptions": {}},
            {"ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs", "iam:CreateServiceLinkedRole"},
        ),
    ],
)
def test_calls_of_other_services(resource_type: str, properties: dict[str, Any], more: set[str]) -> None:
    plain, given = (derive([with_resource(resource_type, **each)], REGIONS) for each in ({}, properties))
    assert actions(given) - actions(plain) == more


def test_tags_are_given_to_route_tables_only_and_by_fsx() -> None:
    role = derive([with_resource(FILES, OntapConfiguration=ROUTES)], REGIONS)
    assert resources(role, "ec2:CreateTags") == {"arn:${AWS::Partition}:ec2:*:${AWS::AccountId}:route-table/*"}


def test_emr_gets_the_role_for_scaling_from_who_launches_a_cluster_with_one() -> None:
    def receivers(**properties: str) -> set[str]:
        role = derive([with_resource("AWS::EMR::Cluster", ServiceRole="emr", **properties)], REGIONS)
        conditions = [each.conditions for each in role.permissions if "iam:PassRole" in each.actions]
        return {str(each["StringEquals"]["iam:PassedToService"]) for each in conditions}

    assert receivers(AutoScalingRole="scaler") - receivers() == {"application-autoscaling.amazonaws.com"}
