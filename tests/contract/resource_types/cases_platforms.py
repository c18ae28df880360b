"""Data catalogs, clusters, search, caches, warehouses and maintenance."""

from __future__ import annotations

from typing import Any

from tests.contract.resource_types.cases_edges import trust
from tests.contract.resource_types.cases_network import SUBNET, VPC
from tests.contract.resource_types.cases_services import NETWORK, SUBNETS
from tests.contract.resource_types.conftest import ACCOUNT, REGION, Case, World
from tests.contract.resource_types.reading import asks, listed, with_more

DATABASE = {"Type": "AWS::Glue::Database", "Properties": {"CatalogId": ACCOUNT, "DatabaseInput": {"Name": "sales"}}}
COLUMNS = {"Columns": [{"Name": "id", "Type": "int"}], "Location": "s3://bucket/orders"}
GLUE_ROLE = {"Role": {"Fn::GetAtt": ["Role", "Arn"]}}
COMMAND = {"Name": "glueetl", "ScriptLocation": "s3://bucket/script.py"}
START = {"Actions": [{"JobName": "one"}], "Type": "ON_DEMAND"}
EKS_CLUSTER: dict[str, Any] = {
    "Type": "AWS::EKS::Cluster",
    "Properties": {
        "Name": "ships",
        "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
        "ResourcesVpcConfig": {"SubnetIds": SUBNETS},
    },
}
AROUND_EKS: dict[str, Any] = {**NETWORK, "Role": trust("eks"), "Cluster": EKS_CLUSTER}
WAREHOUSE = {
    "ClusterType": "single-node",
    "DBName": "sales",
    "MasterUsername": "ann",
    "MasterUserPassword": "Correct-Horse-1",
    "NodeType": "ra3.xlplus",
}
NODES = {"MinSize": 1, "MaxSize": 3, "DesiredSize": 1}


def arn(service: str, kind: str) -> Any:
    return lambda name: f"arn:aws:{service}:{REGION}:{ACCOUNT}:{kind}{name}"


def glue(last: str, kind: str, parameter: str, properties: Any, shows: Any, changed: Any, then: Any) -> Case:
    """A type of Glue with a role, a name and tags."""
    return Case(
        f"AWS::Glue::{last}",
        properties,
        asks("glue", f"get_{last.lower()}", last, **{parameter: "@"}),
        shows,
        changed=changed,
        then=then,
        replaced={"Name": "another"},
        tags=lambda world, name: world.client("glue").get_tags(ResourceArn=arn("glue", f"{kind}/")(name))["Tags"],
        map_tags=True,
        denied=(f"glue:Create{last}", f"glue:Get{last}", "glue:TagResource"),
        denied_later=(f"glue:Update{last}", f"glue:Delete{last}"),
        around={"Role": trust("glue")},
    )


def tags_by_arn(service: str, kind: str, parameter: str, path: str, operation: str = "list_tags_for_resource") -> Any:
    def read(world: World, name: str) -> Any:
        answer = getattr(world.client(service), operation)(**{parameter: arn(service, kind)(name)})
        tags = answer[path]
        return tags if isinstance(tags, dict) else {tag["Key"]: tag["Value"] for tag in tags}

    return read


CASES = (
    Case(
        "AWS::Glue::Database",
        {"CatalogId": ACCOUNT, "DatabaseInput": {"Description": "one"}},
        asks("glue", "get_database", "Database", Name="@"),
        {"Description": "one"},
        changed={"DatabaseInput": {"Description": "two"}},
        then={"Description": "two"},
        replaced={"DatabaseName": "another"},
        denied=("glue:CreateDatabase", "glue:GetDatabase"),
        denied_later=("glue:UpdateDatabase", "glue:DeleteDatabase"),
    ),
    Case(
        "AWS::Glue::Table",
        {
            "CatalogId": ACCOUNT,
            "DatabaseName": {"Ref": "Database"},
            "TableInput": {"Name": "orders", "StorageDescriptor": COLUMNS},
        },
        asks("glue", "get_table", "Table", DatabaseName="@Database", Name="@"),
        {"Name": "orders", "StorageDescriptor": {"Location": "s3://bucket/orders"}},
        changed={"TableInput": {"Name": "orders", "Description": "two", "StorageDescriptor": COLUMNS}},
        then={"Description": "two"},
        replaced={"TableInput": {"Name": "bills", "StorageDescriptor": COLUMNS}},
        denied=("glue:CreateTable", "glue:GetTable"),
        denied_later=("glue:UpdateTable", "glue:DeleteTable"),
        around={"Database": DATABASE},
    ),
    glue(
        "Job",
        "job",
        "JobName",
        {**GLUE_ROLE, "Command": COMMAND, "MaxRetries": 1},
        {"Command": COMMAND, "MaxRetries": 1},
        {"MaxRetries": 2, "GlueVersion": "5.0", "DefaultArguments": {"--a": "b"}},
        {"MaxRetries": 2, "GlueVersion": "5.0", "DefaultArguments": {"--a": "b"}},
    ),
    glue(
        "Crawler",
        "crawler",
        "Name",
        {
            **GLUE_ROLE,
            "Targets": {"S3Targets": [{"Path": "s3://bucket/"}]},
            "Schedule": {"ScheduleExpression": "cron(0 1 * * ? *)"},
        },
        {"Targets": {"S3Targets": [{"Path": "s3://bucket/"}]}},
        {"Description": "two", "TablePrefix": "t_"},
        {"Description": "two", "TablePrefix": "t_"},
    ),
    glue(
        "Trigger",
        "trigger",
        "Name",
        START,
        {"Type": "ON_DEMAND"},
        {"Description": "two", "Actions": [{"JobName": "two"}]},
        {"Description": "two", "Actions": [{"JobName": "two"}]},
    ),
    Case(
        "AWS::Athena::WorkGroup",
        {
            "Name": "one",
            "Description": "one",
            "WorkGroupConfiguration": {"ResultConfiguration": {"OutputLocation": "s3://bucket/"}},
        },
        asks("athena", "get_work_group", "WorkGroup", WorkGroup="@"),
        {"State": "ENABLED", "Configuration": {"ResultConfiguration": {"OutputLocation": "s3://bucket/"}}},
        changed={
            "State": "DISABLED",
            "Description": None,
            "WorkGroupConfiguration": {"ResultConfiguration": {"OutputLocation": "s3://other/"}},
        },
        then={
            "State": "DISABLED",
            "Description": "",
            "Configuration": {"ResultConfiguration": {"OutputLocation": "s3://other/"}},
        },
        replaced={"Name": "two"},
        tags=tags_by_arn("athena", "workgroup/", "ResourceARN", "Tags"),
        denied=("athena:CreateWorkGroup", "athena:TagResource", "athena:GetWorkGroup"),
        denied_later=("athena:UpdateWorkGroup", "athena:DeleteWorkGroup"),
    ),
    Case(
        "AWS::Athena::NamedQuery",
        {"Database": "sales", "QueryString": "SELECT 1"},
        asks("athena", "get_named_query", "NamedQuery", NamedQueryId="@"),
        {"QueryString": "SELECT 1"},
        replaced={"QueryString": "SELECT 2"},
        denied=("athena:CreateNamedQuery", "athena:GetNamedQuery"),
        denied_later=("athena:DeleteNamedQuery",),
        attributes=("NamedQueryId",),
    ),
    Case(
        "AWS::EKS::Cluster",
        EKS_CLUSTER["Properties"],
        asks("eks", "describe_cluster", "cluster", name="@"),
        {"status": "ACTIVE"},
        changed={
            "Version": "1.34",
            "Logging": {"ClusterLogging": {"EnabledTypes": [{"Type": "api"}]}},
            "RemoteNetworkConfig": {"RemoteNodeNetworks": [{"Cidrs": ["10.9.0.0/16"]}]},
        },
        then={
            "version": "1.34",
            "remoteNetworkConfig": {"remoteNodeNetworks": [{"cidrs": ["10.9.0.0/16"]}]},
            "logging": {"clusterLogging": [{"types": ["api"], "enabled": True}, {"enabled": False}]},
        },
        replaced={"Name": "boats"},
        tags=tags_by_arn("eks", "cluster/", "resourceArn", "tags"),
        denied=("eks:CreateCluster", "eks:TagResource", "eks:DescribeCluster", "iam:PassRole"),
        denied_later=("eks:UpdateClusterConfig", "eks:UpdateClusterVersion", "eks:DeleteCluster"),
        around={**NETWORK, "Role": trust("eks")},
        attributes=("Arn", "Endpoint", "CertificateAuthorityData", "ClusterSecurityGroupId", "OpenIdConnectIssuerUrl"),
    ),
    Case(
        "AWS::EKS::Nodegroup",
        {
            "ClusterName": {"Ref": "Cluster"},
            "NodeRole": {"Fn::GetAtt": ["Role", "Arn"]},
            "Subnets": SUBNETS,
            "Labels": {"a": "b"},
            "ScalingConfig": NODES,
        },
        lambda world, reference: world.client("eks").describe_nodegroup(
            clusterName="ships", nodegroupName=reference.partition("/")[2]
        )["nodegroup"],
        {"labels": {"a": "b"}, "scalingConfig": {"maxSize": 3}},
        changed={"Labels": {"c": "d"}, "ScalingConfig": {**NODES, "MaxSize": 5}},
        then={"labels": {"a": None, "c": "d"}, "scalingConfig": {"maxSize": 5}},
        replaced={"NodegroupName": "another"},
        tags=lambda world, reference: world.client("eks").describe_nodegroup(
            clusterName="ships", nodegroupName=reference.partition("/")[2]
        )["nodegroup"]["tags"],
        map_tags=True,
        denied=("eks:CreateNodegroup", "eks:TagResource", "eks:DescribeNodegroup", "iam:PassRole"),
        denied_later=("eks:UpdateNodegroupConfig", "eks:DeleteNodegroup"),
        around={**AROUND_EKS, "Role": trust("ec2")},
        attributes=("Arn", "Id"),
    ),
    Case(
        "AWS::EKS::FargateProfile",
        {
            "ClusterName": {"Ref": "Cluster"},
            "PodExecutionRoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
            "Selectors": [{"Namespace": "default"}],
            "Subnets": SUBNETS,
        },
        asks("eks", "describe_fargate_profile", "fargateProfile", clusterName="ships", fargateProfileName="@"),
        {"selectors": [{"namespace": "default"}]},
        replaced={"FargateProfileName": "another"},
        tags=asks(
            "eks", "describe_fargate_profile", "fargateProfile.tags", clusterName="ships", fargateProfileName="@"
        ),
        denied=("eks:CreateFargateProfile", "eks:TagResource", "eks:DescribeFargateProfile"),
        denied_later=("eks:DeleteFargateProfile",),
        around=AROUND_EKS,
        attributes=("Arn",),
    ),
    Case(
        "AWS::OpenSearchService::Domain",
        {
            "DomainName": "search",
            "ClusterConfig": {"InstanceType": "t3.small.search", "InstanceCount": 1},
            "EBSOptions": {"EBSEnabled": True, "VolumeSize": 10},
        },
        asks("opensearch", "describe_domain", "DomainStatus", DomainName="@"),
        {"ClusterConfig": {"InstanceCount": 1}},
        changed={"ClusterConfig": {"InstanceType": "t3.small.search", "InstanceCount": 2}},
        then={"ClusterConfig": {"InstanceCount": 2}},
        replaced={"DomainName": "other"},
        tags=lambda world, name: listed(
            asks("opensearch", "list_tags", "TagList", ARN=f"arn:aws:es:{REGION}:{ACCOUNT}:domain/{name}")
        )(world, name),
        denied=("es:CreateDomain", "es:AddTags", "es:DescribeDomain"),
        denied_later=("es:UpdateDomainConfig", "es:DeleteDomain"),
        attributes=("Arn", "DomainEndpoint", "Id"),
    ),
    Case(
        "AWS::ElastiCache::SubnetGroup",
        {"Description": "one", "SubnetIds": [{"Ref": "Subnet"}]},
        asks("elasticache", "describe_cache_subnet_groups", "CacheSubnetGroups.0", CacheSubnetGroupName="@"),
        {"CacheSubnetGroupDescription": "one"},
        changed={"Description": "two"},
        then={"CacheSubnetGroupDescription": "two"},
        replaced={"CacheSubnetGroupName": "another"},
        tags=tags_by_arn("elasticache", "subnetgroup:", "ResourceName", "TagList"),
        denied=tuple(
            f"elasticache:{action}"
            for action in ("CreateCacheSubnetGroup", "AddTagsToResource", "DescribeCacheSubnetGroups")
        ),
        denied_later=("elasticache:ModifyCacheSubnetGroup", "elasticache:DeleteCacheSubnetGroup"),
        around={"Vpc": VPC, "Subnet": SUBNET},
    ),
    Case(
        "AWS::ElastiCache::CacheCluster",
        {"CacheNodeType": "cache.t3.micro", "Engine": "redis", "NumCacheNodes": 1},
        asks("elasticache", "describe_cache_clusters", "CacheClusters.0", CacheClusterId="@"),
        {"CacheNodeType": "cache.t3.micro", "Engine": "redis"},
        changed={"CacheNodeType": "cache.t3.small", "SnapshotRetentionLimit": 5},
        then={"CacheNodeType": "cache.t3.small", "SnapshotRetentionLimit": 5},
        replaced={"ClusterName": "another"},
        tags=tags_by_arn("elasticache", "cluster:", "ResourceName", "TagList"),
        denied=tuple(
            f"elasticache:{action}" for action in ("CreateCacheCluster", "AddTagsToResource", "DescribeCacheClusters")
        ),
        denied_later=("elasticache:ModifyCacheCluster", "elasticache:DeleteCacheCluster"),
    ),
    Case(
        "AWS::ElastiCache::ReplicationGroup",
        {
            "ReplicationGroupDescription": "one",
            "CacheNodeType": "cache.t3.micro",
            "Engine": "redis",
            "NumCacheClusters": 2,
            "AutomaticFailoverEnabled": True,
        },
        asks("elasticache", "describe_replication_groups", "ReplicationGroups.0", ReplicationGroupId="@"),
        {"Description": "one"},
        changed={"ReplicationGroupDescription": "two"},
        then={"Description": "two"},
        replaced={"ReplicationGroupId": "another"},
        tags=tags_by_arn("elasticache", "replicationgroup:", "ResourceName", "TagList"),
        denied=tuple(
            f"elasticache:{action}"
            for action in ("CreateReplicationGroup", "AddTagsToResource", "DescribeReplicationGroups")
        ),
        denied_later=("elasticache:ModifyReplicationGroup", "elasticache:DeleteReplicationGroup"),
    ),
    Case(
        "AWS::Redshift::Cluster",
        {
            **WAREHOUSE,
            "LoggingProperties": {"BucketName": {"Ref": "Bucket"}, "S3KeyPrefix": "audit/"},
            "IamRoles": [{"Fn::GetAtt": ["Role", "Arn"]}],
        },
        with_more(
            asks("redshift", "describe_clusters", "Clusters.0", ClusterIdentifier="@"),
            logging=asks("redshift", "describe_logging_status", ClusterIdentifier="@"),
        ),
        {
            "NodeType": "ra3.xlplus",
            "DBName": "sales",
            "IamRoles": [{"ApplyStatus": "in-sync"}],
            "logging": {"LoggingEnabled": True, "S3KeyPrefix": "audit/"},
        },
        changed={"AutomatedSnapshotRetentionPeriod": 5, "LoggingProperties": None, "IamRoles": None, "Port": 5440},
        then={
            "AutomatedSnapshotRetentionPeriod": 5,
            "IamRoles": [],
            "Endpoint": {"Port": 5440},
            "logging": {"LoggingEnabled": False},
        },
        replaced={"DBName": "bills"},
        tags=listed(asks("redshift", "describe_clusters", "Clusters.0.Tags", ClusterIdentifier="@")),
        denied=tuple(
            f"redshift:{action}" for action in ("CreateCluster", "CreateTags", "DescribeClusters", "EnableLogging")
        ),
        denied_later=tuple(
            f"redshift:{action}"
            for action in ("DisableLogging", "ModifyClusterIamRoles", "ModifyCluster", "DeleteCluster")
        ),
        around={"Bucket": {"Type": "AWS::S3::Bucket"}, "Role": trust("redshift")},
        attributes=("Endpoint.Address", "Endpoint.Port"),
    ),
    Case(
        "AWS::Redshift::ClusterSubnetGroup",
        {"Description": "one", "SubnetIds": [{"Ref": "Subnet"}]},
        asks("redshift", "describe_cluster_subnet_groups", "ClusterSubnetGroups.0", ClusterSubnetGroupName="@"),
        {"Description": "one"},
        changed={"Description": "two"},
        then={"Description": "two"},
        tags=listed(
            asks("redshift", "describe_cluster_subnet_groups", "ClusterSubnetGroups.0.Tags", ClusterSubnetGroupName="@")
        ),
        denied=("redshift:CreateClusterSubnetGroup", "redshift:CreateTags", "redshift:DescribeClusterSubnetGroups"),
        denied_later=("redshift:ModifyClusterSubnetGroup", "redshift:DeleteClusterSubnetGroup"),
        around={"Vpc": VPC, "Subnet": SUBNET},
    ),
    Case(
        "AWS::SSM::MaintenanceWindow",
        {
            "Name": "night",
            "Schedule": "cron(0 2 ? * SUN *)",
            "Duration": 3,
            "Cutoff": 1,
            "AllowUnassociatedTargets": False,
        },
        asks("ssm", "get_maintenance_window", WindowId="@"),
        {"Name": "night", "Duration": 3},
        changed={"Duration": 4, "Description": "two"},
        then={"Duration": 4, "Description": "two"},
        tags=listed(asks("ssm", "list_tags_for_resource", "TagList", ResourceType="MaintenanceWindow", ResourceId="@")),
        denied=("ssm:CreateMaintenanceWindow", "ssm:AddTagsToResource", "ssm:GetMaintenanceWindow"),
        denied_later=("ssm:UpdateMaintenanceWindow", "ssm:DeleteMaintenanceWindow"),
        attributes=("WindowId",),
    ),
    Case(
        "AWS::SSM::PatchBaseline",
        {"Name": "ours", "OperatingSystem": "AMAZON_LINUX_2", "PatchGroups": ["a"]},
        asks("ssm", "get_patch_baseline", BaselineId="@"),
        {"Name": "ours", "OperatingSystem": "AMAZON_LINUX_2"},
        changed={"Description": "two", "RejectedPatches": ["kernel*"], "PatchGroups": ["b"]},
        then={"Description": "two", "RejectedPatches": ["kernel*"]},
        replaced={"OperatingSystem": "AMAZON_LINUX_2023"},
        tags=listed(asks("ssm", "list_tags_for_resource", "TagList", ResourceType="PatchBaseline", ResourceId="@")),
        denied=("ssm:CreatePatchBaseline", "ssm:AddTagsToResource", "ssm:GetPatchBaseline"),
        denied_later=("ssm:UpdatePatchBaseline", "ssm:DeletePatchBaseline"),
        attributes=("Id",),
    ),
)
