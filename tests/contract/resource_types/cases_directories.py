"""Directories of AWS Directory Service."""

from __future__ import annotations

from tests.contract.resource_types.cases_migrations import subnet
from tests.contract.resource_types.conftest import Case
from tests.contract.resource_types.reading import asks, listed

AROUND = {
    "Network": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.9.0.0/16"}},
    **{name: subnet(number) for number, name in enumerate(("First", "Second"))},
}
SETTINGS = {"VpcId": {"Ref": "Network"}, "SubnetIds": [{"Ref": "First"}, {"Ref": "Second"}]}
DIRECTORY = {"Name": "corp.example.com", "Password": "Correct-Horse-1", "VpcSettings": SETTINGS, "CreateAlias": True}
READ = asks("ds", "describe_directories", "DirectoryDescriptions.0", DirectoryIds=["@"])

CASES = (
    Case(
        "AWS::DirectoryService::SimpleAD",
        {**DIRECTORY, "Size": "Small", "EnableSso": True},
        READ,
        {"Name": "corp.example.com", "Size": "Small", "Type": "SimpleAD", "SsoEnabled": True},
        changed={"EnableSso": False},
        then={"SsoEnabled": False},
        replaced={"Size": "Large"},
        tags=listed(asks("ds", "list_tags_for_resource", "Tags", ResourceId="@")),
        denied=(
            *("ds:CreateDirectory", "ds:CreateAlias", "ds:EnableSso", "ds:AddTagsToResource", "ds:DescribeDirectories"),
            "ec2:CreateNetworkInterface",
        ),
        denied_later=("ds:DisableSso", "ds:DeleteDirectory", "ec2:DeleteSecurityGroup"),
        around=AROUND,
        attributes=("Alias",),
    ),
    Case(
        "AWS::DirectoryService::MicrosoftAD",
        {**DIRECTORY, "Edition": "Standard"},
        READ,
        {"Name": "corp.example.com", "Edition": "Standard", "Type": "MicrosoftAD", "SsoEnabled": False},
        changed={"EnableSso": True},
        then={"SsoEnabled": True},
        replaced={"Edition": "Enterprise", "EnableSso": None},
        denied=("ds:CreateMicrosoftAD", "ds:CreateAlias", "ds:DescribeDirectories", "ec2:CreateSecurityGroup"),
        denied_later=("ds:EnableSso", "ds:DeleteDirectory"),
        around=AROUND,
        attributes=("Alias",),
    ),
)
