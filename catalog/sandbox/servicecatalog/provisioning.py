"""ProvisionProduct, UpdateProvisionedProduct, TerminateProvisionedProduct and DescribeProvisioningParameters.

If CloudFormation refuses a launch or rolls it back, the call still succeeds: its record ends as FAILED, and the
provisioned product has the reason (AWS CLI examples, describe-provisioned-product).
"""

from __future__ import annotations

import json
from typing import Any

from catalog.sandbox.servicecatalog import stack_runs
from catalog.sandbox.servicecatalog.call import Call
from catalog.sandbox.servicecatalog.exceptions import InvalidParametersException, ValidationException
from catalog.sandbox.servicecatalog.identifiers import new_id, provisioned_product_arn
from catalog.sandbox.servicecatalog.launch_paths import LaunchPath, launchable_products, select_path
from catalog.sandbox.servicecatalog.launch_roles import can_assume
from catalog.sandbox.servicecatalog.launching import (
    LaunchPlan,
    check_parameters,
    new_launch_tags,
    offered_tags,
    path_role,
    plan_launch,
    tag_updates_allowed,
    updated_launch_tags,
    with_launch_role,
)
from catalog.sandbox.servicecatalog.lookup import find_artifact, find_product, only_product, requested_artifact
from catalog.sandbox.servicecatalog.parameters import merged_rules, output_views, parameter_views
from catalog.sandbox.servicecatalog.provisioned_products import requested_provisioned_product
from catalog.sandbox.servicecatalog.records import add_record, removed
from catalog.sandbox.servicecatalog.stack_set_plans import stack_set_operation, stack_set_properties
from catalog.sandbox.servicecatalog.state import Artifact, StoredLaunch, StoredProduct, StoredProvisionedProduct
from catalog.sandbox.servicecatalog.tokens import token_member
from catalog.sandbox.servicecatalog.views import constraint_summary


def provision_product(call: Call) -> dict[str, Any]:
    """ProvisionProduct; the name of the provisioned product must be unique in the account and Region."""
    plan = planned_launch(call)
    provisioned = new_provisioned_product(call, plan.launch)
    return run_launch(call, provisioned, plan)


def planned_launch(call: Call, planned: StoredProvisionedProduct | None = None) -> LaunchPlan:
    """What a request for a new provisioned product would launch; raises what ProvisionProduct refuses.

    `planned` is the provisioned product of a plan that is executed, which has its name already.
    """
    check_parameters(call)
    product = _product_to_launch(call)
    path = select_path(call, product)
    version = requested_artifact(call, product)
    _refuse_inactive(version)
    if version.guidance == "DEPRECATED":
        raise InvalidParametersException(f"Provisioning Artifact {version.id} is deprecated: it can not be launched.")
    if planned is None:
        check_name_is_free(call)
    return plan_launch(call, path, version, new_launch_tags(call, path))


def check_name_is_free(call: Call) -> None:
    """Raise `InvalidParametersException` when the account has a provisioned product with the requested name."""
    name = call.text("ProvisionedProductName")
    taken = any(item.name == name for item in call.state.provisioned_products.values())
    if taken or name in call.state.under_way:
        raise InvalidParametersException(f"A stack named {name} already exists.")


def run_launch(call: Call, provisioned: StoredProvisionedProduct, plan: LaunchPlan) -> dict[str, Any]:
    """Make the stack of a new provisioned product, and return its record."""
    outcome = stack_runs.create(call, provisioned, plan)
    call.state.provisioned_products[provisioned.id] = provisioned
    return add_record(call, "PROVISION_PRODUCT", provisioned, plan.launch, outcome, plan.launch.tags)


def _product_to_launch(call: Call) -> StoredProduct:
    """The product by id, or by name among those that the caller may launch."""
    product_id, name = call.one_of("ProductId", "ProductName")
    return find_product(call, product_id) if product_id else only_product(launchable_products(call).values(), name)


def new_provisioned_product(call: Call, launch: StoredLaunch) -> StoredProvisionedProduct:
    """A provisioned product of the caller, with the requested name; the state does not have it yet."""
    identifier, name = new_id("pp"), call.text("ProvisionedProductName")
    return StoredProvisionedProduct(
        id=identifier,
        arn=provisioned_product_arn(call.partition, call.region, call.account, name, identifier),
        name=name,
        token=call.text(token_member(call.operation)),
        launch=launch,
        user_arn=call.caller.arn,
        user_arn_session=call.caller.session_arn,
        created=call.received,
    )


def update_provisioned_product(call: Call) -> dict[str, Any]:
    """UpdateProvisionedProduct: change parameters, artifact, product or tags.

    Parameters work as in CloudFormation's UpdateStack: an omitted parameter gets the default of the template;
    UsePreviousValue keeps the value.
    """
    check_parameters(call)
    provisioned = requested_provisioned_product(call)
    if call.is_busy(provisioned) or provisioned.status in ("ERROR", "PLAN_IN_PROGRESS"):
        raise _not_allowed("update")
    return run_update(call, provisioned, planned_update(call, provisioned))


def planned_update(call: Call, provisioned: StoredProvisionedProduct) -> LaunchPlan:
    """What a request would make of a provisioned product; raises what UpdateProvisionedProduct refuses."""
    keeps_version = stack_set_operation(call) != "UPDATE"  # CREATE or DELETE of stack instances: version and tags stay
    product = find_product(call, provisioned.launch.product_id)
    if not keeps_version and ("ProductId" in call.request or "ProductName" in call.request):
        product = _product_to_launch(call)
    path = select_path(call, product, preferred=provisioned.launch.path_id)
    artifact_id = provisioned.launch.artifact_id
    version = find_artifact(product, artifact_id) if keeps_version else _version_to_run(call, product, artifact_id)
    if stack_set_operation(call) != "DELETE":
        _refuse_inactive(version)
    tags = provisioned.launch.tags if keeps_version else updated_launch_tags(call, path, provisioned.launch.tags)
    plan = with_launch_role(plan_launch(call, path, version, tags), provisioned.launch_role)
    if plan.launch.type != provisioned.launch.type:
        raise InvalidParametersException(
            f"Provisioned product {provisioned.id} is a {provisioned.launch.type}:"
            f" an update can not make it a {plan.launch.type}."
        )
    return plan


def run_update(call: Call, provisioned: StoredProvisionedProduct, plan: LaunchPlan) -> dict[str, Any]:
    """Update the stack of a provisioned product, and return the record."""
    outcome = stack_runs.update(call, provisioned, plan)
    return add_record(call, "UPDATE_PROVISIONED_PRODUCT", provisioned, plan.launch, outcome, plan.launch.tags)


def _version_to_run(call: Call, product: StoredProduct, artifact_id: str) -> Artifact:
    if "ProvisioningArtifactId" in call.request or "ProvisioningArtifactName" in call.request:
        return requested_artifact(call, product)
    return find_artifact(product, artifact_id)


def terminate_provisioned_product(call: Call) -> dict[str, Any]:
    """TerminateProvisionedProduct, with IgnoreErrors and RetainPhysicalResources."""
    provisioned = requested_provisioned_product(call)
    if call.is_busy(provisioned):
        raise _not_allowed("terminate")
    outcome = removed() if call.flag("RetainPhysicalResources") else stack_runs.delete(call, provisioned)
    if call.flag("IgnoreErrors") and not outcome.succeeded:
        outcome = removed()
    return add_record(call, "TERMINATE_PROVISIONED_PRODUCT", provisioned, provisioned.launch, outcome, {})


def _refuse_inactive(version: Artifact) -> None:
    if not version.active:
        raise InvalidParametersException(f"Provisioning Artifact {version.id} is not active.")


def _not_allowed(verb: str) -> InvalidParametersException:
    """Text: aws-samples/aws-service-catalog-reference-architectures, bulkmonitor."""
    return InvalidParametersException(
        f"Can't {verb} provisioned product because it's still under change"
        " or its status does not allow further operation"
    )


def describe_provisioning_parameters(call: Call) -> dict[str, Any]:
    """DescribeProvisioningParameters: the parameters, constraints and TagOptions of a launch through one path."""
    product = _product_to_launch(call)
    path = select_path(call, product)
    version = requested_artifact(call, product)
    role = path_role(call, path)
    if role and not can_assume(role):  # Service Catalog reads the template with the role
        raise ValidationException(f"Access denied while assuming the role {role}")
    return {
        "ProvisioningArtifactParameters": parameter_views(version),
        "ConstraintSummaries": [constraint_summary(item) for item in path.constraints],
        "UsageInstructions": _usage_instructions(path, version, role),
        "TagOptions": [{"Key": key, "Values": values} for key, values in offered_tags(call, path).items()],
        "ProvisioningArtifactPreferences": _preferences(path),
        # AWS returns the artifact itself here, and the outputs of the template in the next member (AWS CLI examples).
        "ProvisioningArtifactOutputs": [{"Key": version.id, "Description": version.description}],
        "ProvisioningArtifactOutputKeys": output_views(version),
    }


def _preferences(path: LaunchPath) -> dict[str, list[str]]:
    """ProvisioningArtifactPreferences: the accounts and Regions of the STACKSET constraint of the path."""
    constraint = stack_set_properties(path)
    if not constraint:
        return {}
    return {"StackSetAccounts": constraint["AccountList"], "StackSetRegions": constraint["RegionList"]}


def _usage_instructions(path: LaunchPath, version: Artifact, role: str) -> list[dict[str, str]]:
    """UsageInstructions; the types are those of the AWS CLI's examples."""
    document = version.document or {}
    instructions = {
        "rules": json.dumps(merged_rules(version, path.of_type("TEMPLATE"))),
        "version": str(document.get("AWSTemplateFormatVersion", "2010-09-09")),
        "description": str(document.get("Description", "")),
        "metadata": json.dumps(document["Metadata"]) if "Metadata" in document else "",
        "launchAsRole": role,
        "tagUpdateOnProvisionedProduct": "ALLOWED" if tag_updates_allowed(path) else "NOT_ALLOWED",
    }
    return [{"Type": kind, "Value": value} for kind, value in instructions.items() if value]
