"""SageMaker: what moto drops of a creation, the changes that it lacks, and tags that are set again. Nothing is trained.

moto takes only the instance types of some year; SageMaker has more, which its API lists. Source: SageMaker API
reference, the operations below; UpdateNotebookInstance ("must be stopped"), DeleteTags, AddTags ("overwrites").
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.moto_api._internal import mock_random
from moto.sagemaker.exceptions import ResourceNotFound, ValidationError
from moto.sagemaker.models import FakeEndpointConfig, FakeSagemakerNotebookInstance, SageMakerModelBackend
from moto.sagemaker.responses import SageMakerResponse

from catalog.sandbox.services.keeping import keep, kept, members

Answer = Callable[[SageMakerResponse], ActionResult]
JOBS = ("data_quality", "model_bias", "model_explainability", "model_quality")
STORES = {
    "model": ("_models", "ModelName"),
    "endpoint_config": ("endpoint_configs", "EndpointConfigName"),
    "endpoint": ("endpoints", "EndpointName"),
    "notebook_instance": ("notebook_instances", "NotebookInstanceName"),
    "notebook_instance_lifecycle_config": (
        "notebook_instance_lifecycle_configurations",
        "NotebookInstanceLifecycleConfigName",
    ),
    "domain": ("domains", "DomainId"),
    "experiment": ("experiments", "ExperimentName"),
    "feature_group": ("feature_groups", "FeatureGroupName"),
    "model_package_group": ("model_package_groups", "ModelPackageGroupName"),
    **{f"{job}_job_definition": (f"{job}_job_definitions", "JobDefinitionName") for job in JOBS},
}
"""End of the names of operations → where moto has the resources, and the parameter that names one."""
UPDATED = (
    *("domain", "endpoint", "experiment", "feature_group", "notebook_instance"),
    "notebook_instance_lifecycle_config",
)
GROUP = "model_package_group"
DELETED = (GROUP, "feature_group")
POLICY = "ResourcePolicy"
SHOWN_AS = {
    "DomainSettingsForUpdate": "DomainSettings",
    "LifecycleConfigName": "NotebookInstanceLifecycleConfigName",
    "SecurityGroupIds": "SecurityGroups",
}
"""Member of a request → what a description calls it, where they differ."""
LEAVES = {
    "DisassociateAcceleratorTypes": "AcceleratorTypes",
    "DisassociateAdditionalCodeRepositories": "AdditionalCodeRepositories",
    "DisassociateDefaultCodeRepository": "DefaultCodeRepository",
    "DisassociateLifecycleConfig": "NotebookInstanceLifecycleConfigName",
}
"""Member of UpdateNotebookInstance → what it takes away."""
CREATE_COMPONENT = SageMakerResponse.create_trial_component
FROM_ARN = SageMakerModelBackend._get_resource_from_arn


def install() -> None:
    """Add the operations to moto's, and complete its own."""
    for kind in STORES:
        for step, wrapped in (("create", creating), ("describe", describing)):
            name = f"{step}_{kind}"
            setattr(SageMakerResponse, name, wrapped(getattr(SageMakerResponse, name), kind))
    for kind in UPDATED:
        setattr(SageMakerResponse, f"update_{kind}", updating(kind))
    for kind in DELETED:
        setattr(SageMakerResponse, f"delete_{kind}", deleting(kind))
    for answer in (
        *(put_model_package_group_policy, get_model_package_group_policy, delete_model_package_group_policy),
        create_trial_component,
    ):
        setattr(SageMakerResponse, answer.__name__, answer)
    setattr(SageMakerResponse, "add_tags", add_tags)  # noqa: B010  # mypy allows no other form
    setattr(SageMakerModelBackend, "_get_resource_from_arn", by_arn)  # noqa: B010
    for checked in (FakeEndpointConfig, FakeSagemakerNotebookInstance):
        setattr(checked, "validate_instance_type", lambda resource, instance_type: None)  # noqa: B010


def body(response: SageMakerResponse) -> dict[str, Any]:
    """The members of a request."""
    given: dict[str, Any] = json.loads(response.body)
    return given


def named(response: SageMakerResponse, kind: str, name: str) -> Any:
    """A resource by its name; an error without it."""
    store = getattr(response.sagemaker_backend, STORES[kind][0])
    names = {getattr(each, "feature_group_name", key): each for key, each in store.items()}
    existing = names.get(name)
    if existing is None:
        words = kind.replace("_", " ")
        raise ResourceNotFound(f"Could not find {words} '{name}'.")
    return existing


def keep_given(target: Any, given: dict[str, Any]) -> None:
    """Show the members of a request."""
    gone = [LEAVES[name] for name, value in given.items() if name in LEAVES and value]
    shown = {SHOWN_AS.get(name, name): value for name, value in given.items() if name not in ("Tags", *LEAVES)}
    keep(target, {**shown, **dict.fromkeys(gone)})


def creating(create: Answer, kind: str) -> Answer:
    """A creation, after which all that it was given is shown."""

    def answer(response: SageMakerResponse) -> ActionResult:
        given = body(response)
        if kind == "feature_group":  # moto needs an offline store of every one
            store = {"S3StorageConfig": {"S3Uri": ""}, **given.get("OfflineStoreConfig", {})}
            response.params["OfflineStoreConfig"] = copy.deepcopy(store)
        answered = create(response)
        name = given.get(STORES[kind][1])
        if kind == "domain":
            name = as_domain(response, members(answered))
        target = named(response, kind, str(name))
        target.tags = given.get("Tags") or []
        keep_given(target, given)
        if kind == "feature_group":
            keep(target, {"OfflineStoreConfig": target.offline_store_config if "OfflineStoreConfig" in given else None})
        return answered

    return answer


def as_domain(response: SageMakerResponse, answered: dict[str, Any]) -> str:
    """Give a domain ids of the forms of AWS, which moto makes from its name."""
    domains, (start, _, made) = response.sagemaker_backend.domains, answered["DomainArn"].rpartition("/")
    domain = domains.pop(made)
    domain.id = f"d-{mock_random.get_random_string(12, lower_case=True)}"
    domain.arn = f"{start}/{domain.id}"
    domain.url = f"https://{domain.id}.studio.{domain.region_name}.sagemaker.aws"
    domain.home_efs_file_system_id = f"fs-{mock_random.get_random_hex(17)}"
    domains[domain.id] = domain
    answered.update({"DomainArn": domain.arn, "DomainId": domain.id, "Url": domain.url})
    return str(domain.id)


def describing(describe: Answer, kind: str) -> Answer:
    """A description, with all that the creation and the changes were given."""

    def answer(response: SageMakerResponse) -> ActionResult:
        if kind in ("experiment", "feature_group"):  # moto falls over one that it does not have
            named(response, kind, body(response)[STORES[kind][1]])
        answered = describe(response)
        target = named(response, kind, body(response)[STORES[kind][1]])
        return ActionResult({**members(answered), **kept(target)})

    return answer


def updating(kind: str) -> Answer:
    """The operation that changes a resource."""

    def answer(response: SageMakerResponse) -> ActionResult:
        given = body(response)
        target = named(response, kind, given[STORES[kind][1]])
        if kind == "endpoint":
            config = response.sagemaker_backend.describe_endpoint_config(given["EndpointConfigName"])
            target.production_variants = target._process_production_variants(config["ProductionVariants"])
        if kind == "notebook_instance" and not target.is_deletable:
            raise ValidationError(
                message=f"Status ({target.status}) not in ([Stopped, Failed]). Unable to transition to (Updating) for "
                f"Notebook Instance ({target.arn})"
            )
        if kind == "feature_group":
            given["FeatureDefinitions"] = [*target.feature_definitions, *given.pop("FeatureAdditions", ())]
            target.feature_definitions = given["FeatureDefinitions"]
        keep_given(target, given)
        if kind.startswith("notebook"):
            return EmptyResult()
        return ActionResult({f"{kind.title().replace('_', '')}Arn": target.arn})

    return answer


def by_arn(backend: SageMakerModelBackend, arn: str) -> Any:
    """The resource of an ARN; lifecycle configurations and feature groups have tags too."""
    kind, _, name = arn.rpartition(":")[2].partition("/")
    if kind == "notebook-instance-lifecycle-config":
        return backend.notebook_instance_lifecycle_configurations[name]
    if kind == "feature-group":
        return backend.feature_groups[arn]
    return FROM_ARN(backend, arn)


def deleting(kind: str) -> Answer:
    """The operation that deletes a resource."""

    def answer(response: SageMakerResponse) -> ActionResult:
        target, store = named(response, kind, body(response)[STORES[kind][1]]), STORES[kind][0]
        left = {key: each for key, each in getattr(response.sagemaker_backend, store).items() if each is not target}
        setattr(response.sagemaker_backend, store, left)
        return EmptyResult()

    return answer


def put_model_package_group_policy(response: SageMakerResponse) -> ActionResult:
    """PutModelPackageGroupPolicy of the API reference."""
    given = body(response)
    target = named(response, GROUP, given["ModelPackageGroupName"])
    keep(target, {POLICY: given[POLICY]})
    return ActionResult({"ModelPackageGroupArn": target.arn})


def get_model_package_group_policy(response: SageMakerResponse) -> ActionResult:
    """GetModelPackageGroupPolicy of the API reference."""
    policy = kept(named(response, GROUP, body(response)["ModelPackageGroupName"])).get(POLICY)
    if not policy:
        raise ValidationError(message="Could not find resource policy.")
    return ActionResult({POLICY: policy})


def delete_model_package_group_policy(response: SageMakerResponse) -> ActionResult:
    """DeleteModelPackageGroupPolicy of the API reference."""
    keep(named(response, GROUP, body(response)["ModelPackageGroupName"]), {POLICY: None})
    return EmptyResult()


def create_trial_component(response: SageMakerResponse) -> ActionResult:
    """CreateTrialComponent, with its tags."""
    answered, given = CREATE_COMPONENT(response), body(response)
    component = response.sagemaker_backend.trial_components[given["TrialComponentName"]]
    component.tags = given.get("Tags") or []
    return answered


def add_tags(response: SageMakerResponse) -> ActionResult:
    """AddTags of the API reference: another value of a key takes the place of the first one."""
    given = body(response)
    target = response.sagemaker_backend._get_resource_from_arn(given["ResourceArn"])
    keys = [tag["Key"] for tag in given["Tags"]]
    target.tags = [*(tag for tag in target.tags or [] if tag["Key"] not in keys), *given["Tags"]]
    return ActionResult({"Tags": target.tags})
