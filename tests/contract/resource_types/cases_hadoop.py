"""Clusters of EMR, their instance groups, and security configurations."""

from __future__ import annotations

import json
from typing import Any

from tests.contract.resource_types.cases_gateways import NETWORK, SECURITY, SUBNET
from tests.contract.resource_types.conftest import Case, World
from tests.contract.resource_types.reading import actions


def trusting(service: str) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    trust = {"Version": "2012-10-17", "Statement": [statement]}
    return {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": trust}}


def nodes(core: int, **more: Any) -> dict[str, Any]:
    return {
        "MasterInstanceGroup": {"InstanceCount": 1, "InstanceType": "m5.xlarge"},
        "CoreInstanceGroup": {"InstanceCount": core, "InstanceType": "m5.xlarge", "Configurations": SITE},
        "Ec2SubnetId": {"Ref": "Subnet"},
        "EmrManagedMasterSecurityGroup": {"Fn::GetAtt": ["Master", "GroupId"]},
        "EmrManagedSlaveSecurityGroup": {"Fn::GetAtt": ["Core", "GroupId"]},
        "ServiceAccessSecurityGroup": {"Fn::GetAtt": ["Access", "GroupId"]},
        **more,
    }


SITE = [{"Classification": "core-site", "ConfigurationProperties": {"a": "b"}}]
# EMR lets the groups name each other in rules, which stay after the cluster: they cannot be deleted before those are.
GROUP = {**SECURITY, "DeletionPolicy": "Retain"}
AROUND: dict[str, Any] = {
    "Network": {**NETWORK, "DeletionPolicy": "Retain"},
    "Subnet": SUBNET,
    "Master": GROUP,
    "Core": GROUP,
    "Access": GROUP,
    "Role": trusting("elasticmapreduce.amazonaws.com"),
    "NodeRole": trusting("ec2.amazonaws.com"),
    "Profile": {"Type": "AWS::IAM::InstanceProfile", "Properties": {"Roles": [{"Ref": "NodeRole"}]}},
}
CLUSTER: dict[str, Any] = {
    "Name": "sums",
    "ReleaseLabel": "emr-7.1.0",
    "Applications": [{"Name": "Spark"}],
    "ServiceRole": {"Ref": "Role"},
    "JobFlowRole": {"Ref": "Profile"},
    "Instances": nodes(1),
}


def cluster(world: World, identifier: str) -> Any:
    emr, ec2 = world.client("emr"), world.client("ec2")
    shown = emr.describe_cluster(ClusterId=identifier)["Cluster"]
    groups = emr.list_instance_groups(ClusterId=identifier)["InstanceGroups"]
    ids = [each["Ec2InstanceId"] for each in emr.list_instances(ClusterId=identifier)["Instances"]]
    states = [
        each["State"]["Name"]
        for listed in ec2.describe_instances(InstanceIds=ids)["Reservations"]
        for each in listed["Instances"]
    ]
    if shown["Status"]["State"] == "TERMINATED" and {*states} == {"terminated"}:
        return None
    return {
        **shown,
        "sizes": {each["InstanceGroupType"]: each["RequestedInstanceCount"] for each in groups},
        "subnet": shown["Ec2InstanceAttributes"]["Ec2SubnetId"] == world.reference("Subnet"),
    }


def group(world: World, reference: str) -> Any:
    identifier, flow = reference.split("|")
    groups = world.client("emr").list_instance_groups(ClusterId=flow)["InstanceGroups"]
    return next(each for each in groups if each["Id"] == identifier and each["RequestedInstanceCount"])


def security(world: World, name: str) -> Any:
    shown = world.client("emr").describe_security_configuration(Name=name)
    return json.loads(shown["SecurityConfiguration"])


def encryption(*, on: bool) -> dict[str, Any]:
    return {"EncryptionConfiguration": {"EnableInTransitEncryption": False, "EnableAtRestEncryption": on}}


CASES = (
    Case(
        "AWS::EMR::Cluster",
        CLUSTER,
        cluster,
        {
            "Name": "sums",
            "ReleaseLabel": "emr-7.1.0",
            "Status": {"State": "WAITING"},
            "Applications": [{"Name": "Spark"}],
            "sizes": {"MASTER": 1, "CORE": 1},
            "subnet": True,
        },
        changed={
            "Instances": nodes(2, TerminationProtected=False),
            "StepConcurrencyLevel": 5,
            "VisibleToAllUsers": True,
        },
        then={"sizes": {"MASTER": 1, "CORE": 2}, "StepConcurrencyLevel": 5, "VisibleToAllUsers": True},
        replaced={"Instances": {**nodes(2), "HadoopVersion": "3"}},
        tags=lambda world, name: {tag["Key"]: tag["Value"] for tag in cluster(world, name)["Tags"]},
        denied=(*actions("elasticmapreduce", "RunJobFlow", "AddTags", "DescribeCluster"), "iam:PassRole"),
        denied_later=actions(
            "elasticmapreduce", "ModifyInstanceGroups", "ModifyCluster", "SetVisibleToAllUsers", "TerminateJobFlows"
        ),
        around=AROUND,
        attributes=("MasterPublicDNS",),
    ),
    Case(
        "AWS::EMR::InstanceGroupConfig",
        {
            "JobFlowId": {"Ref": "Cluster"},
            "InstanceRole": "TASK",
            "InstanceType": "m5.xlarge",
            "InstanceCount": 1,
            "Name": "more",
            "Configurations": SITE,
        },
        group,
        {"Name": "more", "InstanceGroupType": "TASK", "RequestedInstanceCount": 1},
        changed={"InstanceCount": 3},
        then={"RequestedInstanceCount": 3},
        replaced={"Market": "SPOT"},
        denied=actions("elasticmapreduce", "AddInstanceGroups", "ListInstanceGroups"),
        denied_later=actions("elasticmapreduce", "ModifyInstanceGroups"),
        around={**AROUND, "Cluster": {"Type": "AWS::EMR::Cluster", "Properties": CLUSTER}},
    ),
    Case(
        "AWS::EMR::SecurityConfiguration",
        {"SecurityConfiguration": encryption(on=False)},
        security,
        encryption(on=False),
        replaced={"SecurityConfiguration": encryption(on=True)},
        denied=actions("elasticmapreduce", "CreateSecurityConfiguration", "DescribeSecurityConfiguration"),
        denied_later=actions("elasticmapreduce", "DeleteSecurityConfiguration"),
    ),
)
