"""The operations of the CloudFormation API on stack sets. moto answers for those with self-managed permissions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.cloudformation.models import cloudformation_backends
from moto.core.responses import ActionResult, EmptyResult

from catalog.sandbox.cloudformation.definition import required_capabilities
from catalog.sandbox.cloudformation.errors import StackRefused
from catalog.sandbox.cloudformation.registry_responses import RegistryResponse
from catalog.sandbox.cloudformation.template import parse
from catalog.sandbox.organizations import organization_of
from catalog.sandbox.stack_sets import targets, views
from catalog.sandbox.stack_sets.state import ManagedStackSet
from catalog.sandbox.stack_sets.store import StackSets

SERVICE_MANAGED = "SERVICE_MANAGED"


class StackSetResponse(RegistryResponse):
    """Operations on stack sets, besides those on stacks."""

    # Access to the organization

    def activate_organizations_access(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ActivateOrganizationsAccess.html."""
        organization = organization_of(self.current_account, self.partition)
        if organization is None or organization.management != self.current_account:
            raise StackRefused("Only the management account can activate access", "InvalidOperationException")
        if not organization.trusts(targets.SERVICE):
            organization.backend.enable_aws_service_access(ServicePrincipal=targets.SERVICE)
        return EmptyResult()

    def deactivate_organizations_access(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeactivateOrganizationsAccess.html."""
        organization = organization_of(self.current_account, self.partition)
        if organization is None or organization.management != self.current_account:
            raise StackRefused("Only the management account can deactivate access", "InvalidOperationException")
        if organization.trusts(targets.SERVICE):
            organization.backend.disable_aws_service_access(ServicePrincipal=targets.SERVICE)
        return EmptyResult()

    def describe_organizations_access(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeOrganizationsAccess.html."""
        organization = organization_of(self.current_account, self.partition)
        trusted = organization is not None and organization.trusts(targets.SERVICE)
        return ActionResult({"Status": "ENABLED" if trusted else "DISABLED"})

    # Stack sets

    def create_stack_set(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStackSet.html."""
        if self._get_param("PermissionModel") != SERVICE_MANAGED:
            if self._get_param("AutoDeployment"):
                raise StackRefused("AutoDeployment is supported only with service-managed permissions")
            parse(self._template(), launched=False)
            name = self._get_param("StackSetName")
            if any((each.name, each.status) == (name, "ACTIVE") for each in self.stacks.stacksets.values()):
                raise StackRefused(f"StackSet {name} already exists", "NameAlreadyExistsException")
            return super().create_stack_set()
        stack_set = self._sets().create(
            self._get_param("StackSetName"),
            **self._definition(None),
            tags=self._tags(),
            auto_deployment=self._get_param("AutoDeployment") or {},
            managed_execution=self._managed_execution(),
            token=self._get_param("ClientRequestToken") or "",
        )
        return ActionResult({"StackSetId": stack_set.id})

    def update_stack_set(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_UpdateStackSet.html."""
        stack_set = self._found()
        if stack_set is None:
            self._check_instances()
            return super().update_stack_set()
        automatic = self._get_param("AutoDeployment")
        if automatic and (self._get_param("DeploymentTargets") or self._get_param("Regions")):
            raise StackRefused("If you specify AutoDeployment, you cannot specify DeploymentTargets or Regions")
        operation = self._sets().update(
            stack_set,
            self._get_params(),
            **self._definition(stack_set),
            tags=stack_set.tags if self._get_param("Tags") is None else self._tags(),
            auto_deployment=automatic or stack_set.auto_deployment,
            managed_execution=self._managed_execution(stack_set.managed_execution),
        )
        return ActionResult({"OperationId": operation.id})

    def delete_stack_set(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteStackSet.html."""
        stack_set = self._found()
        if stack_set is None:
            return super().delete_stack_set()
        self._sets().remove(stack_set.name)
        return EmptyResult()

    def describe_stack_set(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackSet.html."""
        stack_set = self._found()
        if stack_set is None:
            return super().describe_stack_set()
        return ActionResult({"StackSet": views.stack_set_view(stack_set)})

    def list_stack_sets(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStackSets.html."""
        organization = organization_of(self.current_account, self.partition)
        managed = list(StackSets(organization, self.region).sets.values()) if organization else []
        if self._get_param("CallAs") != "DELEGATED_ADMIN" and organization:
            managed = managed if organization.management == self.current_account else []
        summaries = [*map(views.summary_view, managed), *self.stacks.list_stack_sets()]
        return self._page("Summaries", summaries)

    def get_template_summary(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_GetTemplateSummary.html."""
        stack_set = self._found() if self._get_param("StackSetName") else None
        if stack_set is None:
            return super().get_template_summary()
        return self._summary(stack_set.template)

    # Instances

    def create_stack_instances(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStackInstances.html."""
        stack_set = self._found()
        if stack_set is None:
            self._check_regions()
            return super().create_stack_instances()
        return ActionResult({"OperationId": self._sets().add(stack_set, self._targeted()).id})

    def update_stack_instances(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_UpdateStackInstances.html."""
        stack_set = self._found()
        if stack_set is None:
            self._check_instances()
            return super().update_stack_instances()
        return ActionResult({"OperationId": self._sets().redeploy(stack_set, self._targeted()).id})

    def delete_stack_instances(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteStackInstances.html."""
        stack_set = self._found()
        if stack_set is None:
            self._check_regions()
            return super().delete_stack_instances()
        return ActionResult({"OperationId": self._sets().remove_instances(stack_set, self._targeted()).id})

    def list_stack_instances(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStackInstances.html."""
        stack_set = self._found()
        if stack_set is None:
            return super().list_stack_instances()
        wanted = [self._get_param("StackInstanceAccount"), self._get_param("StackInstanceRegion")]
        summaries = [
            view
            for view in (views.instance_view(stack_set, instance) for instance in stack_set.instances.values())
            if wanted[0] in (None, view["Account"]) and wanted[1] in (None, view["Region"])
        ]
        for each in self._get_param("Filters") or ():
            if each.get("Name") == "DETAILED_STATUS":
                values = str(each.get("Values", "")).split(",")
                summaries = [view for view in summaries if view["StackInstanceStatus"]["DetailedStatus"] in values]
        return self._page("Summaries", summaries)

    def describe_stack_instance(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackInstance.html."""
        stack_set = self._found()
        if stack_set is None:
            return super().describe_stack_instance()
        place = (self._get_param("StackInstanceAccount"), self._get_param("StackInstanceRegion"))
        if place not in stack_set.instances:
            raise StackRefused(f"StackInstance not found: {' '.join(place)}", "StackInstanceNotFoundException")
        return ActionResult({"StackInstance": views.instance_view(stack_set, stack_set.instances[place])})

    def list_stack_set_auto_deployment_targets(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStackSetAutoDeploymentTargets.html."""
        stack_set = self._found()
        if stack_set is None:
            raise StackRefused("Auto-deployment is for stack sets with service-managed permissions")
        automatic = stack_set.unit_regions if stack_set.deploys_automatically else {}
        summaries = [
            {"OrganizationalUnitId": unit, "Regions": sorted(regions)} for unit, regions in automatic.items() if regions
        ]
        return self._page("Summaries", summaries)

    # Operations

    def describe_stack_set_operation(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackSetOperation.html."""
        stack_set = self._found()
        if stack_set is None:
            return super().describe_stack_set_operation()
        return ActionResult({"StackSetOperation": views.operation_view(stack_set, self._operation(stack_set))})

    def stop_stack_set_operation(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StopStackSetOperation.html.

        One with service-managed permissions has had its effect when it began: nothing is left to stop.
        """
        stack_set = self._found()
        if stack_set is None:
            return super().stop_stack_set_operation()
        if views.operation_view(stack_set, self._operation(stack_set))["Status"] != "RUNNING":
            words = f"Operation {self._get_param('OperationId')} is not running"
            raise StackRefused(words, "InvalidOperationException")
        words = "StopStackSetOperation (SERVICE_MANAGED) is not implemented in the sandbox"
        raise StackRefused(words, "InternalFailure")

    def list_stack_set_operations(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStackSetOperations.html."""
        stack_set = self._found()
        if stack_set is None:
            return super().list_stack_set_operations()
        newest_first = reversed(stack_set.operations.values())
        return self._page("Summaries", [views.operation_view(stack_set, each) for each in newest_first])

    def list_stack_set_operation_results(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStackSetOperationResults.html."""
        stack_set = self._found()
        if stack_set is None:
            return super().list_stack_set_operation_results()
        return self._page("Summaries", views.result_views(self._operation(stack_set)))

    # Helpers

    def _sets(self) -> StackSets:
        call_as = self._get_param("CallAs") or "SELF"
        return StackSets(targets.administered(self.current_account, self.partition, call_as), self.region)

    def _found(self) -> ManagedStackSet | None:
        """The stack set of the request; None if moto has it, as one with self-managed permissions."""
        name = self._get_param("StackSetName")
        if any(name in (each.name, each.id) and each.status != "DELETED" for each in self.stacks.list_stack_sets()):
            return None
        organization = organization_of(self.current_account, self.partition)
        if organization is None or not organization.trusts(targets.SERVICE):
            raise StackRefused(f"StackSet {name} not found", "StackSetNotFoundException")
        return self._sets().existing(name)

    def _check_regions(self) -> None:
        """Refuse Regions that do not exist, of which moto would make nothing: an operation cannot begin there.

        AWS's words are not known.
        """
        for region in self._get_param("Regions") or ():
            if region not in cloudformation_backends[self.current_account]:
                raise StackRefused(f"Region {region} is not supported.")

    def _check_instances(self) -> None:
        """Refuse instances that the stack set does not have (API reference, UpdateStackInstances)."""
        self._check_regions()
        name = self._get_param("StackSetName")
        stack_set = self.stacks.describe_stack_set(name)
        existing = {(each.account_id, each.region_name) for each in stack_set.stack_instances}
        for account in self._get_param("Accounts") or ():
            for region in self._get_param("Regions") or ():
                if (account, region) not in existing:
                    raise StackRefused(
                        f"StackInstance not found for stack set {name}: {account}, {region}",
                        "StackInstanceNotFoundException",
                    )

    def _operation(self, stack_set: ManagedStackSet) -> Any:
        identifier = self._get_param("OperationId")
        if identifier not in stack_set.operations:
            raise StackRefused(f"Operation {identifier} not found", "OperationNotFoundException")
        return stack_set.operations[identifier]

    def _definition(self, stack_set: ManagedStackSet | None) -> dict[str, Any]:
        """What a stack set deploys: the template is parsed by the sandbox, never by moto."""
        previous = self._get_param("UsePreviousTemplate") and stack_set
        text = stack_set.template if previous and stack_set else self._template()
        template = parse(text, launched=False)
        required = required_capabilities(template, template)
        capabilities = tuple(self._get_param("Capabilities") or ())
        if required and not required & set(capabilities):
            raise StackRefused(f"Requires capabilities : [{min(required)}]", "InsufficientCapabilitiesException")
        if "CAPABILITY_AUTO_EXPAND" in required:
            raise StackRefused("StackSets with service-managed permissions do not support templates with macros")
        return {
            "template": text,
            "description": self._get_param("Description") or (stack_set.description if stack_set else ""),
            "parameters": {
                each["ParameterKey"]: each.get("ParameterValue", "") for each in self._get_param("Parameters") or ()
            },
            "capabilities": capabilities,
        }

    def _tags(self) -> dict[str, str]:
        return {tag["Key"]: tag["Value"] for tag in self._get_param("Tags") or ()}

    def _managed_execution(self, otherwise: bool = False) -> bool:
        execution = self._get_param("ManagedExecution")
        return otherwise if execution is None else bool(execution.get("Active"))

    def _targeted(self) -> Mapping[str, Any]:
        """The parameters of a request on instances; accounts alone are for self-managed permissions."""
        request: dict[str, Any] = self._get_params()
        if request.get("Accounts"):
            raise StackRefused(
                "StackSets with SERVICE_MANAGED permission model can only have OrganizationalUnit as target"
            )
        if not request.get("Regions"):
            raise StackRefused("Regions are required")
        return request
