"""Models, endpoints, notebooks, pipelines, domains and job definitions of SageMaker. Nothing is trained or run.

Sources: template reference of each type; the handlers of the schemas, some of which do not read what they have made;
SageMaker API reference, UpdateNotebookInstance (a notebook must be stopped, and members take properties away).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from catalog.sandbox.registry.api_types import ApiCall, ApiResource, ApiType, Setting, Tagging
from catalog.sandbox.registry.rows import by, ending, plain, regional, tagged, taken
from catalog.sandbox.registry.shaping import as_text
from catalog.sandbox.registry.tables.forms import added, call, new_name

SERVICE = "sagemaker"


def arn_of(kind: str, name: str) -> Callable[[ApiResource], str]:
    """The ARN by a name, also before there is such a resource."""
    return lambda it: regional(it, SERVICE, f"{kind}/{it[name] or '*'}")


def tags(kind: str, name: str) -> Tagging:
    """The tags of a kind of resource."""
    return tagged("ResourceArn", arn_of(kind, name), "Tags", tag="AddTags", untag="DeleteTags")


def named(last: str, kind: str, *, read: bool = True, name: str = "", arn: str = "", **more: Any) -> ApiType:
    """A type whose calls take its name, and which its ARN identifies; `read` if its creation reads it."""
    name, arn = name or f"{last}Name", arn or f"{last}Arn"
    describe = ApiCall(f"Describe{last}", by(name), permissions=None if read else ())
    given: dict[str, Any] = {
        "update": None,
        "known": lambda it, answer: {arn: answer[arn]},
        "identified": ending(arn, "/", name),
        **more,
    }
    return plain(
        f"AWS::SageMaker::{last}",
        SERVICE,
        (name,),
        read=describe,
        probe=describe,
        tagging=tags(kind, name),
        arn=arn_of(kind, name),
        **given,
    )


NOTEBOOK = ("NotebookInstanceName",)
LEFT = {
    "AcceleratorTypes": "DisassociateAcceleratorTypes",
    "AdditionalCodeRepositories": "DisassociateAdditionalCodeRepositories",
    "DefaultCodeRepository": "DisassociateDefaultCodeRepository",
    "LifecycleConfigName": "DisassociateLifecycleConfig",
}
CHANGED = (*LEFT, "InstanceMetadataServiceConfiguration", "InstanceType", "RoleArn", "RootAccess", "VolumeSizeInGB")


def changed_notebook(it: ApiResource) -> dict[str, Any]:
    """UpdateNotebookInstance, with what it takes away."""
    gone = {flag: True for name, flag in LEFT.items() if name in it.old and name not in it.properties}
    return {**it.given(*CHANGED), **gone}


def whole(*names: str) -> Callable[[ApiResource], Mapping[str, Any]]:
    """What an update sets anew: an empty list for a property that it takes away."""
    return lambda it: {name: [] for name in names if name in it.old and name not in it.properties}


def changed_domain(it: ApiResource) -> dict[str, Any]:
    """UpdateDomain; the settings have another name there."""
    settings = {name: value for name, value in (it["DomainSettings"] or {}).items() if name != "SecurityGroupIds"}
    return {"DomainId": it["DomainId"], "DomainSettingsForUpdate": settings or None}


def definition(it: ApiResource) -> dict[str, Any]:
    """The definition of a pipeline, as text or as an object in S3."""
    given = it.properties.get("PipelineDefinition") or {}
    place = given.get("PipelineDefinitionS3Location") or {}
    location = {"Bucket": place.get("Bucket"), "ObjectKey": place.get("Key"), "VersionId": place.get("Version")}
    members = {name: value for name, value in location.items() if value}
    return {
        "PipelineName": it["PipelineName"],
        "PipelineDefinition": given.get("PipelineDefinitionBody"),
        "PipelineDefinitionS3Location": members or None,
    }


PACKAGES, POLICY = ("ModelPackageGroupName",), ("ModelPackageGroupPolicy",)


def policy(it: ApiResource) -> dict[str, Any]:
    """The policy of a group of model packages as text."""
    return {"ModelPackageGroupName": it[PACKAGES[0]], "ResourcePolicy": as_text(it[POLICY[0]])}


def policy_gone(it: ApiResource) -> dict[str, Any] | None:
    """DeleteModelPackageGroupPolicy, if there is one."""
    return {"ModelPackageGroupName": it[PACKAGES[0]]} if it[POLICY[0]] else None


def group_arn(it: ApiResource) -> str:
    """The ARN of a feature group, which has its name in lower case."""
    return regional(it, SERVICE, f"feature-group/{it['FeatureGroupName'].lower()}")


def changed_features(it: ApiResource) -> dict[str, Any]:
    """UpdateFeatureGroup with what can change; features are only added."""
    store = {name: value for name, value in (it["OnlineStoreConfig"] or {}).items() if name == "TtlDuration"}
    return {
        "FeatureGroupName": it["FeatureGroupName"],
        "FeatureAdditions": added(it, "FeatureDefinitions") or None,
        "OnlineStoreConfig": store or None,
        "ThroughputConfig": it["ThroughputConfig"],
    }


COMPONENT = ("Parameters", "InputArtifacts", "OutputArtifacts")


def changed_component(it: ApiResource) -> dict[str, Any]:
    """UpdateTrialComponent, with the keys of what it takes away."""
    gone = {name: it.old[name] for name in COMPONENT if name in it.old and name not in it.properties}
    return {f"{name}ToRemove": list(value) for name, value in gone.items()}


JOB = "JobDefinitionName"


def job(last: str) -> ApiType:
    """A definition of jobs that watch a model."""
    kind = {"DataQuality": "data-quality", "ModelBias": "model-bias", "ModelQuality": "model-quality"}
    return named(
        f"{last}JobDefinition",
        f"{kind.get(last, 'model-explainability')}-job-definition",
        name=JOB,
        arn="JobDefinitionArn",
        create=ApiCall(
            f"Create{last}JobDefinition", lambda it: {} if it[JOB] else new_name(it, JOB), copies=True, identity=(JOB,)
        ),
        modelled=("EndpointName",),
        attributes=taken(CreationTime="CreationTime"),
    )


TYPES = (
    named("Model", "model", read=False),
    named("EndpointConfig", "endpoint-config", read=False),
    named(
        "Endpoint",
        "endpoint",
        update="Update",
        modelled=("ExcludeRetainedVariantProperties", "RetainAllVariantProperties", "RetainDeploymentConfig"),
    ),
    named(
        "NotebookInstance",
        "notebook-instance",
        settings=(
            Setting(CHANGED, call("StopNotebookInstance", *NOTEBOOK), on_create=False),
            Setting(CHANGED, ApiCall("UpdateNotebookInstance", changed_notebook, identity=NOTEBOOK), on_create=False),
            Setting(CHANGED, call("StartNotebookInstance", *NOTEBOOK), on_create=False),
        ),
        delete=(call("StopNotebookInstance", *NOTEBOOK), call("DeleteNotebookInstance", *NOTEBOOK)),
    ),
    named(
        "NotebookInstanceLifecycleConfig",
        "notebook-instance-lifecycle-config",
        read=False,
        update=ApiCall(
            "UpdateNotebookInstanceLifecycleConfig",
            whole("OnCreate", "OnStart"),
            copies=True,
            identity=("NotebookInstanceLifecycleConfigName",),
        ),
    ),
    plain(
        "AWS::SageMaker::Pipeline",
        SERVICE,
        ("PipelineName",),
        create=ApiCall("CreatePipeline", definition, copies=True, omitted=("PipelineDefinition",)),
        update=ApiCall("UpdatePipeline", definition, copies=True, omitted=("PipelineDefinition",)),
        tagging=tags("pipeline", "PipelineName"),
        arn=arn_of("pipeline", "PipelineName"),
        also_for={
            (step, "PipelineDefinition.PipelineDefinitionS3Location"): ("s3:GetObject",)
            for step in ("create", "update")
        },
    ),
    plain(
        "AWS::SageMaker::Domain",
        SERVICE,
        ("DomainId",),
        known=taken(DomainId="DomainId", DomainArn="DomainArn"),
        attributes=taken(
            DomainArn="DomainArn",
            HomeEfsFileSystemId="HomeEfsFileSystemId",
            SecurityGroupIdForDomainBoundary="SecurityGroupIdForDomainBoundary",
            SingleSignOnApplicationArn="SingleSignOnApplicationArn",
            SingleSignOnManagedApplicationInstanceId="SingleSignOnManagedApplicationInstanceId",
            Url="Url",
        ),
        update=ApiCall("UpdateDomain", changed_domain, copies=True),
        tagging=tags("domain", "DomainId"),
        arn=arn_of("domain", "DomainId"),
    ),
    *(job(last) for last in ("DataQuality", "ModelBias", "ModelExplainability", "ModelQuality")),
    named(
        "Experiment",
        "experiment",
        arn="Arn",
        known=lambda it, answer: {"Arn": answer["ExperimentArn"]},
        attributes=taken(CreationTime="CreationTime", LastModifiedTime="LastModifiedTime"),
        update="Update",
    ),
    named(
        "ModelPackageGroup",
        "model-package-group",
        attributes=taken(CreationTime="CreationTime", ModelPackageGroupStatus="ModelPackageGroupStatus"),
        settings=(
            Setting(
                POLICY,
                ApiCall("PutModelPackageGroupPolicy", policy),
                call("DeleteModelPackageGroupPolicy", *PACKAGES),
            ),
        ),
        delete=(
            ApiCall("DeleteModelPackageGroupPolicy", policy_gone),
            call("DeleteModelPackageGroup", *PACKAGES),
        ),
    ),
    plain(
        "AWS::SageMaker::FeatureGroup",
        SERVICE,
        ("FeatureGroupName",),
        attributes=taken(CreationTime="CreationTime", FeatureGroupStatus="FeatureGroupStatus"),
        update=ApiCall("UpdateFeatureGroup", changed_features),
        tagging=tagged("ResourceArn", group_arn, "Tags", tag="AddTags", untag="DeleteTags"),
        arn=group_arn,
        also_for={("create", "OfflineStoreConfig"): ("glue:CreateTable", "glue:CreateDatabase")},
    ),
    named(
        "TrialComponent",
        "experiment-trial-component",
        attributes=taken(CreationTime="CreationTime", LastModifiedTime="LastModifiedTime"),
        update=ApiCall("UpdateTrialComponent", changed_component, copies=True, identity=("TrialComponentName",)),
    ),
    plain(
        "AWS::SageMaker::ModelCard",
        SERVICE,
        ("ModelCardName",),
        attributes=taken(
            ModelCardArn="ModelCardArn",
            ModelCardVersion="ModelCardVersion",
            CreationTime="CreationTime",
            LastModifiedTime="LastModifiedTime",
        ),
        tagging=tags("model-card", "ModelCardName"),
        arn=arn_of("model-card", "ModelCardName"),
        modelled=("CreatedBy", "LastModifiedBy"),
        also_for={("create", "SecurityConfig.KmsKeyId"): ("kms:DescribeKey", "kms:GenerateDataKey", "kms:CreateGrant")},
    ),
)
