"""Properties that Fn::GetAtt gives too: the template reference lists them under "Return values", the schemas do not.

The lists are those of cfn-lint (`cfnlint/schema/_getatts.py`), for the types that the registry still has.
"""

from __future__ import annotations

from collections.abc import Mapping, Set

from catalog.sandbox.registry.schemas import TypeSchema

ALL_PROPERTIES = frozenset(
    f"AWS::{name}"
    for name in (
        *("Amplify::Branch", "Amplify::Domain", "AppSync::DomainName", "AppSync::FunctionConfiguration"),
        *("AppSync::Resolver", "AutoScaling::AutoScalingGroup", "Backup::BackupSelection", "Backup::BackupVault"),
        *("Backup::LogicallyAirGappedBackupVault", "CodeArtifact::Domain", "CodeArtifact::Repository"),
        *("EC2::CapacityReservation", "EC2::Instance", "EC2::SecurityGroup", "EC2::Subnet", "EC2::VPC"),
        *("EFS::MountTarget", "EKS::Nodegroup", "ElastiCache::ReplicationGroup"),
        *("ElasticLoadBalancingV2::LoadBalancer", "Events::EventBus", "EventSchemas::Discoverer"),
        *("EventSchemas::Registry", "EventSchemas::Schema", "GameLift::GameSessionQueue"),
        *("GameLift::MatchmakingConfiguration", "GameLift::MatchmakingRuleSet", "Grafana::Workspace"),
        *("ImageBuilder::Component", "ImageBuilder::ContainerRecipe", "ImageBuilder::DistributionConfiguration"),
        *("ImageBuilder::ImagePipeline", "ImageBuilder::ImageRecipe", "ImageBuilder::InfrastructureConfiguration"),
        *("ManagedBlockchain::Node", "Neptune::DBCluster", "RDS::DBInstance", "RDS::DBParameterGroup"),
        *("RedshiftServerless::Workgroup", "Route53Resolver::ResolverRule", "Route53Resolver::ResolverRuleAssociation"),
        *("S3::AccessPoint", "SageMaker::DataQualityJobDefinition", "SageMaker::ModelBiasJobDefinition"),
        *("SageMaker::ModelExplainabilityJobDefinition", "SageMaker::ModelQualityJobDefinition"),
        *("SageMaker::MonitoringSchedule", "SNS::Topic", "SQS::Queue", "SSM::Parameter", "StepFunctions::Activity"),
    )
)
SOME_PROPERTIES: Mapping[str, Set[str]] = {
    "AWS::AppSync::DataSource": {"Name"},
    "AWS::Cloud9::EnvironmentEC2": {"Name"},
    "AWS::CloudWatch::InsightRule": {"RuleName"},
    "AWS::DocDB::DBCluster": {"Port"},
    "AWS::Kinesis::StreamConsumer": {"ConsumerName", "StreamARN"},
    "AWS::ManagedBlockchain::Member": {"NetworkId"},
    "AWS::MediaConvert::JobTemplate": {"Name"},
    "AWS::MediaConvert::Preset": {"Name"},
    "AWS::MediaConvert::Queue": {"Name"},
    "AWS::MediaLive::Input": {"Destinations", "Sources"},
    "AWS::Route53Resolver::ResolverEndpoint": {"Direction", "Name"},
    "AWS::SageMaker::CodeRepository": {"CodeRepositoryName"},
    "AWS::SageMaker::Endpoint": {"EndpointName"},
    "AWS::SageMaker::EndpointConfig": {"EndpointConfigName"},
    "AWS::SageMaker::Model": {"ModelName"},
    "AWS::SageMaker::NotebookInstance": {"NotebookInstanceName"},
    "AWS::SageMaker::NotebookInstanceLifecycleConfig": {"NotebookInstanceLifecycleConfigName"},
    "AWS::SageMaker::Workteam": {"WorkteamName"},
    "AWS::ServiceDiscovery::Service": {"Name"},
    "AWS::Transfer::User": {"ServerId", "UserName"},
}


def properties_too(schema: TypeSchema) -> Set[str]:
    """The properties of a type that are attributes too."""
    if schema.name in ALL_PROPERTIES:
        return schema.properties.keys()
    return SOME_PROPERTIES.get(schema.name, frozenset())
