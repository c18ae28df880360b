"""Models, endpoints, notebooks, pipelines, domains and job definitions of SageMaker."""

from __future__ import annotations

import json
from typing import Any

from tests.contract.resource_types.cases_iam import TRUST
from tests.contract.resource_types.cases_network import SUBNET, VPC
from tests.contract.resource_types.conftest import ACCOUNT, REGION, Case, Read, World
from tests.contract.resource_types.reading import asks, listed, with_more

ROLE: dict[str, Any] = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}}
ROLE_ARN = {"Fn::GetAtt": ["Role", "Arn"]}
IMAGE = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/model:1"
MODEL: dict[str, Any] = {
    "Type": "AWS::SageMaker::Model",
    "Properties": {"ExecutionRoleArn": ROLE_ARN, "PrimaryContainer": {"Image": IMAGE}},
}
VARIANT = {
    "ModelName": {"Fn::GetAtt": ["Model", "ModelName"]},
    "VariantName": "all",
    "InitialInstanceCount": 1,
    "InitialVariantWeight": 1.0,
    "InstanceType": "ml.m6i.large",
}
CONFIG: dict[str, Any] = {
    "Type": "AWS::SageMaker::EndpointConfig",
    "Properties": {"ProductionVariants": [VARIANT]},
}
STEPS = json.dumps({"Version": "2020-12-01", "Steps": []})
OUTPUT = {
    "MonitoringOutputs": [{"S3Output": {"LocalPath": "/out", "S3Uri": "s3://watched/out", "S3UploadMode": "EndOfJob"}}]
}
RESOURCES = {"ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m6i.large", "VolumeSizeInGB": 20}}
ENDPOINT_INPUT = {"EndpointName": "shop", "LocalPath": "/in"}
STATEMENT = {
    "Effect": "Allow",
    "Principal": {"AWS": ACCOUNT},
    "Action": "sagemaker:DescribeModelPackageGroup",
    "Resource": "*",
}
SHARED = {"Version": "2012-10-17", "Statement": [STATEMENT]}
FEATURES = [{"FeatureName": name, "FeatureType": "String"} for name in ("id", "time")]
TRUTH = {"GroundTruthS3Input": {"S3Uri": "s3://watched/truth"}}


def described(kind: str, name: str = "") -> Read:
    """What SageMaker says of a resource, by its name, which ends its ARN."""

    def read(world: World, reference: str) -> Any:
        operation = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in kind)
        given = {name or f"{kind}Name": reference.rpartition("/")[2]}
        return getattr(world.client("sagemaker"), f"describe{operation}")(**given)

    return read


tags = listed(asks("sagemaker", "list_tags", "Tags", ResourceArn="@"))


def tags_of(kind: str) -> Read:
    """The tags of what has another reference than its ARN."""
    return lambda world, reference: tags(world, f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:{kind}/{reference}")


def job(kind: str, source: dict[str, Any], **more: Any) -> Case:
    """A definition of jobs that watch a model."""
    specification = {"ImageUri": IMAGE, **more}
    return Case(
        f"AWS::SageMaker::{kind}JobDefinition",
        {
            f"{kind}AppSpecification": specification,
            f"{kind}JobInput": {"EndpointInput": ENDPOINT_INPUT, **source},
            f"{kind}JobOutputConfig": OUTPUT,
            "JobResources": RESOURCES,
            "RoleArn": ROLE_ARN,
            "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
        },
        described(f"{kind}JobDefinition", "JobDefinitionName"),
        {f"{kind}AppSpecification": specification, "StoppingCondition": {"MaxRuntimeInSeconds": 3600}},
        replaced={"JobDefinitionName": "another"},
        tags=tags,
        denied=(
            *(f"sagemaker:Create{kind}JobDefinition", "sagemaker:AddTags", "iam:PassRole"),
            f"sagemaker:Describe{kind}JobDefinition",
        ),
        denied_later=(f"sagemaker:Delete{kind}JobDefinition",),
        around={"Role": ROLE},
        attributes=("JobDefinitionArn",),
    )


CASES = (
    Case(
        "AWS::SageMaker::Model",
        {**MODEL["Properties"], "EnableNetworkIsolation": True},
        described("Model"),
        {"EnableNetworkIsolation": True, "PrimaryContainer": {"Image": IMAGE}},
        replaced={"EnableNetworkIsolation": False},
        tags=tags,
        denied=("sagemaker:CreateModel", "sagemaker:AddTags", "iam:PassRole"),
        denied_later=("sagemaker:DeleteModel",),
        around={"Role": ROLE},
        attributes=("ModelArn",),
    ),
    Case(
        "AWS::SageMaker::EndpointConfig",
        CONFIG["Properties"],
        described("EndpointConfig"),
        {"ProductionVariants": [{"InstanceType": "ml.m6i.large"}]},
        replaced={"EndpointConfigName": "another"},
        tags=tags,
        denied=("sagemaker:CreateEndpointConfig", "sagemaker:AddTags"),
        denied_later=("sagemaker:DeleteEndpointConfig",),
        around={"Role": ROLE, "Model": MODEL},
        attributes=("EndpointConfigArn",),
    ),
    Case(
        "AWS::SageMaker::Endpoint",
        {"EndpointConfigName": {"Fn::GetAtt": ["Config", "EndpointConfigName"]}},
        described("Endpoint"),
        {"EndpointStatus": "InService", "ProductionVariants": [{"VariantName": "all"}]},
        changed={"EndpointConfigName": {"Fn::GetAtt": ["Other", "EndpointConfigName"]}},
        then={"ProductionVariants": [{"VariantName": "new"}]},
        replaced={"EndpointName": "another"},
        tags=tags,
        denied=("sagemaker:CreateEndpoint", "sagemaker:AddTags", "sagemaker:DescribeEndpoint"),
        denied_later=("sagemaker:UpdateEndpoint", "sagemaker:DeleteEndpoint"),
        around={
            "Role": ROLE,
            "Model": MODEL,
            "Config": CONFIG,
            "Other": {**CONFIG, "Properties": {"ProductionVariants": [{**VARIANT, "VariantName": "new"}]}},
        },
        attributes=("EndpointArn",),
    ),
    Case(
        "AWS::SageMaker::NotebookInstance",
        {
            "InstanceType": "ml.m6i.large",
            "RoleArn": ROLE_ARN,
            "LifecycleConfigName": {"Fn::GetAtt": ["Scripts", "NotebookInstanceLifecycleConfigName"]},
        },
        described("NotebookInstance"),
        {"NotebookInstanceStatus": "InService", "InstanceType": "ml.m6i.large", "VolumeSizeInGB": 5},
        changed={"InstanceType": "ml.m6i.xlarge", "LifecycleConfigName": None, "VolumeSizeInGB": 20},
        then={
            "NotebookInstanceStatus": "InService",
            "InstanceType": "ml.m6i.xlarge",
            "NotebookInstanceLifecycleConfigName": None,
            "VolumeSizeInGB": 20,
        },
        replaced={"DirectInternetAccess": "Disabled"},
        tags=tags,
        denied=(
            *("sagemaker:CreateNotebookInstance", "sagemaker:AddTags", "sagemaker:DescribeNotebookInstance"),
            "iam:PassRole",
        ),
        denied_later=(
            *("sagemaker:StopNotebookInstance", "sagemaker:UpdateNotebookInstance"),
            *("sagemaker:StartNotebookInstance", "sagemaker:DeleteNotebookInstance"),
        ),
        around={"Role": ROLE, "Scripts": {"Type": "AWS::SageMaker::NotebookInstanceLifecycleConfig"}},
        attributes=("NotebookInstanceArn",),
    ),
    Case(
        "AWS::SageMaker::NotebookInstanceLifecycleConfig",
        {"OnStart": [{"Content": "ZGF0ZQ=="}]},
        described("NotebookInstanceLifecycleConfig"),
        {"OnStart": [{"Content": "ZGF0ZQ=="}]},
        changed={"OnStart": None, "OnCreate": [{"Content": "ZWNobw=="}]},
        then={"OnStart": [], "OnCreate": [{"Content": "ZWNobw=="}]},
        replaced={"NotebookInstanceLifecycleConfigName": "another"},
        tags=tags,
        denied=("sagemaker:CreateNotebookInstanceLifecycleConfig", "sagemaker:AddTags"),
        denied_later=(
            "sagemaker:UpdateNotebookInstanceLifecycleConfig",
            "sagemaker:DeleteNotebookInstanceLifecycleConfig",
        ),
        attributes=("NotebookInstanceLifecycleConfigArn",),
    ),
    Case(
        "AWS::SageMaker::Pipeline",
        {
            "PipelineName": "retrain",
            "PipelineDefinition": {"PipelineDefinitionBody": STEPS},
            "RoleArn": ROLE_ARN,
        },
        described("Pipeline"),
        {"PipelineDefinition": STEPS, "PipelineStatus": "Active"},
        changed={"PipelineDescription": "Each night.", "ParallelismConfiguration": {"MaxParallelExecutionSteps": 2}},
        then={"PipelineDescription": "Each night.", "ParallelismConfiguration": {"MaxParallelExecutionSteps": 2}},
        replaced={"PipelineName": "another"},
        tags=tags_of("pipeline"),
        denied=("sagemaker:CreatePipeline", "sagemaker:AddTags", "sagemaker:DescribePipeline", "iam:PassRole"),
        denied_later=("sagemaker:UpdatePipeline", "sagemaker:DeletePipeline"),
        around={"Role": ROLE},
    ),
    Case(
        "AWS::SageMaker::Domain",
        {
            "AuthMode": "IAM",
            "DomainName": "studio",
            "VpcId": {"Ref": "Vpc"},
            "SubnetIds": [{"Ref": "Subnet"}],
            "DefaultUserSettings": {"ExecutionRole": ROLE_ARN},
        },
        described("Domain", "DomainId"),
        {"DomainName": "studio", "AppNetworkAccessType": "PublicInternetOnly", "Status": "InService"},
        changed={
            "AppNetworkAccessType": "VpcOnly",
            "DomainSettings": {"DockerSettings": {"EnableDockerAccess": "ENABLED"}},
        },
        then={
            "AppNetworkAccessType": "VpcOnly",
            "DomainSettings": {"DockerSettings": {"EnableDockerAccess": "ENABLED"}},
        },
        replaced={"DomainName": "another"},
        tags=tags_of("domain"),
        denied=("sagemaker:CreateDomain", "sagemaker:AddTags", "sagemaker:DescribeDomain", "iam:PassRole"),
        denied_later=("sagemaker:UpdateDomain", "sagemaker:DeleteDomain"),
        around={"Role": ROLE, "Vpc": VPC, "Subnet": SUBNET},
        attributes=("DomainArn", "HomeEfsFileSystemId", "Url"),
    ),
    job("DataQuality", {}),
    job("ModelBias", TRUTH, ConfigUri="s3://watched/config"),
    job("ModelExplainability", {}, ConfigUri="s3://watched/config"),
    job("ModelQuality", TRUTH, ProblemType="Regression"),
    Case(
        "AWS::SageMaker::Experiment",
        {"ExperimentName": "colours"},
        described("Experiment"),
        {"ExperimentName": "colours"},
        changed={"Description": "Which colour sells.", "DisplayName": "Colours"},
        then={"Description": "Which colour sells.", "DisplayName": "Colours"},
        replaced={"ExperimentName": "sizes"},
        tags=tags,
        denied=("sagemaker:CreateExperiment", "sagemaker:AddTags", "sagemaker:DescribeExperiment"),
        denied_later=("sagemaker:UpdateExperiment", "sagemaker:DeleteExperiment"),
        attributes=("Arn",),
    ),
    Case(
        "AWS::SageMaker::TrialComponent",
        {
            "TrialComponentName": "training",
            "DisplayName": "Training",
            "Parameters": {"rate": {"NumberValue": 0.1}},
            "OutputArtifacts": {"model": {"Value": "s3://models/1"}},
        },
        described("TrialComponent"),
        {"DisplayName": "Training", "Parameters": {"rate": {"NumberValue": 0.1}}},
        changed={"Parameters": {"depth": {"NumberValue": 3}}, "OutputArtifacts": None},
        then={"Parameters": {"depth": {"NumberValue": 3.0}}, "OutputArtifacts": {}},
        replaced={"TrialComponentName": "another"},
        tags=tags,
        denied=("sagemaker:CreateTrialComponent", "sagemaker:AddTags", "sagemaker:DescribeTrialComponent"),
        denied_later=("sagemaker:UpdateTrialComponent", "sagemaker:DeleteTrialComponent"),
        attributes=("TrialComponentArn",),
    ),
    Case(
        "AWS::SageMaker::ModelCard",
        {
            "ModelCardName": "prices",
            "ModelCardStatus": "Draft",
            "Content": {"BusinessDetails": {"BusinessProblem": "Prices."}},
        },
        described("ModelCard"),
        {"ModelCardStatus": "Draft", "ModelCardVersion": 1},
        changed={"ModelCardStatus": "Approved"},
        then={
            "ModelCardStatus": "Approved",
            "Content": json.dumps({"BusinessDetails": {"BusinessProblem": "Prices."}}),
        },
        replaced={"ModelCardName": "another"},
        tags=tags_of("model-card"),
        denied=("sagemaker:CreateModelCard", "sagemaker:AddTags", "sagemaker:DescribeModelCard"),
        denied_later=("sagemaker:UpdateModelCard", "sagemaker:DeleteModelCard"),
        attributes=("ModelCardArn", "ModelCardVersion"),
    ),
    Case(
        "AWS::SageMaker::ModelPackageGroup",
        {"ModelPackageGroupName": "prices", "ModelPackageGroupPolicy": SHARED},
        with_more(
            described("ModelPackageGroup"),
            policy=lambda world, reference: world.client("sagemaker").get_model_package_group_policy(
                ModelPackageGroupName=reference.rpartition("/")[2]
            )["ResourcePolicy"],
        ),
        {"ModelPackageGroupName": "prices", "policy": json.dumps(SHARED)},
        changed={"ModelPackageGroupPolicy": None},
        then={"policy": None},
        replaced={"ModelPackageGroupName": "another"},
        tags=tags,
        denied=(
            *("sagemaker:CreateModelPackageGroup", "sagemaker:AddTags", "sagemaker:DescribeModelPackageGroup"),
            "sagemaker:PutModelPackageGroupPolicy",
        ),
        denied_later=("sagemaker:DeleteModelPackageGroupPolicy", "sagemaker:DeleteModelPackageGroup"),
        attributes=("ModelPackageGroupArn", "ModelPackageGroupStatus"),
    ),
    Case(
        "AWS::SageMaker::FeatureGroup",
        {
            "FeatureGroupName": "Orders",
            "RecordIdentifierFeatureName": "id",
            "EventTimeFeatureName": "time",
            "FeatureDefinitions": FEATURES,
            "OnlineStoreConfig": {"EnableOnlineStore": True},
        },
        described("FeatureGroup"),
        {"FeatureDefinitions": FEATURES, "OnlineStoreConfig": {"EnableOnlineStore": True}},
        changed={
            "FeatureDefinitions": [*FEATURES, {"FeatureName": "price", "FeatureType": "Fractional"}],
            "ThroughputConfig": {"ThroughputMode": "OnDemand"},
        },
        then={"FeatureDefinitions": [*FEATURES, {"FeatureName": "price"}]},
        replaced={"FeatureGroupName": "Others"},
        tags=lambda world, name: tags_of("feature-group")(world, name.lower()),
        denied=("sagemaker:CreateFeatureGroup", "sagemaker:AddTags", "sagemaker:DescribeFeatureGroup"),
        denied_later=("sagemaker:UpdateFeatureGroup", "sagemaker:DeleteFeatureGroup"),
        attributes=("FeatureGroupStatus",),
    ),
)
