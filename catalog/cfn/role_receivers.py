"""The services to which resources pass roles: the values of `iam:PassedToService`.

Sources: the user guides of the services, "service role" and "permissions"; the services that trust policies name;
Service Authorization Reference, "API operations" (possible values of iam:PassedToService).
"""

from __future__ import annotations

from collections.abc import Mapping

PASSED_TO_BY_TYPE: Mapping[str, tuple[str, ...]] = {
    "AWS::AppRunner::Service": ("build.apprunner.amazonaws.com", "tasks.apprunner.amazonaws.com"),
    "AWS::AutoScaling::AutoScalingGroup": ("ec2.amazonaws.com", "autoscaling.amazonaws.com"),
    "AWS::AutoScaling::LaunchConfiguration": ("ec2.amazonaws.com",),
    "AWS::Batch::ComputeEnvironment": (
        "batch.amazonaws.com",
        "ec2.amazonaws.com",
        "ecs.amazonaws.com",
        "spotfleet.amazonaws.com",
    ),
    "AWS::Batch::JobDefinition": ("ecs-tasks.amazonaws.com", "batch.amazonaws.com"),
    "AWS::CloudWatch::MetricStream": ("streams.metrics.cloudwatch.amazonaws.com",),
    "AWS::Cognito::IdentityPool": ("cognito-identity.amazonaws.com", "cognito-sync.amazonaws.com"),
    "AWS::Cognito::IdentityPoolRoleAttachment": ("cognito-identity.amazonaws.com",),
    "AWS::Cognito::UserPoolClient": ("cognito-idp.amazonaws.com", "mobiletargeting.amazonaws.com"),
    "AWS::Cognito::UserPoolGroup": ("cognito-identity.amazonaws.com", "cognito-idp.amazonaws.com"),
    "AWS::Config::RemediationConfiguration": ("ssm.amazonaws.com", "config.amazonaws.com"),
    "AWS::EC2::FlowLog": ("vpc-flow-logs.amazonaws.com",),
    "AWS::EC2::SpotFleet": ("spotfleet.amazonaws.com", "ec2.amazonaws.com"),
    "AWS::ECS::CapacityProvider": ("ecs.amazonaws.com", "ec2.amazonaws.com"),
    "AWS::ECS::DaemonTaskDefinition": ("ecs-tasks.amazonaws.com",),
    "AWS::ECS::ExpressGatewayService": ("ecs.amazonaws.com", "ecs-tasks.amazonaws.com"),
    "AWS::ECS::TaskDefinition": ("ecs-tasks.amazonaws.com",),
    "AWS::EKS::Cluster": ("eks.amazonaws.com", "ec2.amazonaws.com"),
    "AWS::EKS::FargateProfile": ("eks-fargate-pods.amazonaws.com", "eks.amazonaws.com"),
    "AWS::EKS::Nodegroup": ("ec2.amazonaws.com", "eks.amazonaws.com"),
    "AWS::EKS::PodIdentityAssociation": ("pods.eks.amazonaws.com",),
    "AWS::EMR::Cluster": (
        "elasticmapreduce.amazonaws.com",
        "ec2.amazonaws.com",
        "application-autoscaling.amazonaws.com",
    ),
    "AWS::Events::Rule": ("events.amazonaws.com",),
    "AWS::GuardDuty::MalwareProtectionPlan": ("malware-protection-plan.guardduty.amazonaws.com",),
    "AWS::IAM::InstanceProfile": ("ec2.amazonaws.com",),
    "AWS::RDS::DBCluster": ("monitoring.rds.amazonaws.com", "rds.amazonaws.com"),
    "AWS::RDS::DBInstance": ("monitoring.rds.amazonaws.com", "rds.amazonaws.com"),
    "AWS::RUM::AppMonitor": ("cognito-identity.amazonaws.com", "rum.amazonaws.com"),
    "AWS::Redshift::ScheduledAction": ("scheduler.redshift.amazonaws.com",),
    "AWS::S3::AccessGrantsLocation": ("access-grants.s3.amazonaws.com",),
    "AWS::SecretsManager::RotationSchedule": ("lambda.amazonaws.com",),
    "AWS::Synthetics::Canary": ("lambda.amazonaws.com",),
}
PASSED_TO_BY_NAMESPACE: Mapping[str, tuple[str, ...]] = {
    "APS": ("aps.amazonaws.com", "scraper.aps.amazonaws.com"),
    "ARCRegionSwitch": ("arc-region-switch.amazonaws.com",),
    "ApiGateway": ("apigateway.amazonaws.com",),
    "ApiGatewayV2": ("apigateway.amazonaws.com",),
    "ApplicationAutoScaling": ("application-autoscaling.amazonaws.com",),
    "BedrockAgentCore": ("bedrock-agentcore.amazonaws.com",),
    "Chime": ("mediapipelines.chime.amazonaws.com",),
    "CleanRoomsML": ("cleanrooms-ml.amazonaws.com",),
    "CodeStarConnections": ("cloudformation.sync.codeconnections.amazonaws.com",),
    "Cognito": ("cognito-idp.amazonaws.com",),
    "EC2": ("ec2.amazonaws.com",),
    "EFS": ("elasticfilesystem.amazonaws.com",),
    "EMR": ("elasticmapreduce.amazonaws.com", "ec2.amazonaws.com"),
    "EMRContainers": ("emr-containers.amazonaws.com",),
    "ElasticBeanstalk": ("elasticbeanstalk.amazonaws.com", "ec2.amazonaws.com"),
    "Elasticsearch": ("es.amazonaws.com", "opensearchservice.amazonaws.com"),
    "EventsV2": ("events.amazonaws.com",),
    "ImageBuilder": ("imagebuilder.amazonaws.com", "ec2.amazonaws.com"),
    "KinesisAnalyticsV2": ("kinesisanalytics.amazonaws.com",),
    "KinesisFirehose": ("firehose.amazonaws.com",),
    "Lex": ("lexv2.amazonaws.com",),
    "MSK": ("kafka.amazonaws.com",),
    "MWAA": ("airflow.amazonaws.com", "airflow-env.amazonaws.com"),
    "Neptune": ("monitoring.rds.amazonaws.com", "rds.amazonaws.com"),
    "NeptuneGraph": ("neptune-graph.amazonaws.com",),
    "OSIS": ("osis-pipelines.amazonaws.com",),
    "OpenSearch": ("opensearchservice.amazonaws.com",),
    "OpenSearchService": ("opensearchservice.amazonaws.com",),
    "PCS": ("pcs.amazonaws.com", "ec2.amazonaws.com"),
    "RedshiftServerless": ("redshift-serverless.amazonaws.com", "redshift.amazonaws.com"),
    "ResourceGroups": ("resource-groups.amazonaws.com",),
    "S3Tables": ("replication.s3tables.amazonaws.com",),
    "SMSVOICE": ("sms-voice.amazonaws.com",),
    "SSMIncidents": ("ssm-incidents.amazonaws.com", "ssm.amazonaws.com"),
    "SSMQuickSetup": ("ssm-quicksetup.amazonaws.com", "ssm.amazonaws.com"),
    "Shield": ("drt.shield.amazonaws.com",),
    "StepFunctions": ("states.amazonaws.com",),
    "WorkspacesInstances": ("workspaces-instances.amazonaws.com", "ec2.amazonaws.com"),
}


def passed_to(resource_type: str) -> tuple[str, ...]:
    """The services to which resources of a type pass roles."""
    namespace = resource_type.split("::")[1]
    usual = (f"{namespace.lower()}.amazonaws.com",)
    return PASSED_TO_BY_TYPE.get(resource_type) or PASSED_TO_BY_NAMESPACE.get(namespace, usual)
