"""The operations of the CloudFormation API on failed rollbacks, drift and signals of stacks, and on resource types."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult, EmptyResult

from catalog.sandbox.cloudformation import drift, operation_events, operations, type_views
from catalog.sandbox.cloudformation.creation_policy import key_of
from catalog.sandbox.cloudformation.errors import StackRefused
from catalog.sandbox.cloudformation.stack_operations import StackOperation
from catalog.sandbox.cloudformation.state import Stack
from catalog.sandbox.cloudformation.template_responses import TemplateResponse
from catalog.sandbox.signals import Signal, mailbox


class UpkeepResponse(TemplateResponse):
    """Operations on existing stacks and on the types of the registry."""

    def continue_update_rollback(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ContinueUpdateRollback.html."""
        operations.continue_rollback(
            self.stacks,
            self._get_param("StackName"),
            caller=self.caller,
            role_arn=self._get_param("RoleARN") or "",
            skip=self._get_param("ResourcesToSkip", []),
            token=self._token,
        )
        return ActionResult({})

    def rollback_stack(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_RollbackStack.html."""
        stack = operations.roll_back(
            self.stacks,
            self._get_param("StackName"),
            caller=self.caller,
            role_arn=self._get_param("RoleARN") or "",
            retain_except_on_create=bool(self._get_param("RetainExceptOnCreate")),
            token=self._token,
        )
        return ActionResult({"StackId": stack.stack_id, "OperationId": stack.asked})

    def cancel_update_stack(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CancelUpdateStack.html."""
        operations.cancel_update(self.stacks, self._get_param("StackName"))
        return EmptyResult()

    def set_alias(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_SetAlias.html."""
        stack, name = self.stacks.existing(self._get_param("StackName")), self._get_param("AliasName")
        operations.check_name(name)
        if self.stacks.find(name) is not None:
            raise StackRefused(f"Stack or alias [{name}] already exists", "AlreadyExistsException")
        if stack.alias:
            raise StackRefused(f"Stack [{stack.name}] already has the alias [{stack.alias}]", "LimitExceededException")
        stack.alias = name
        return EmptyResult()

    def remove_alias(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_RemoveAlias.html."""
        name = self._get_param("AliasName")
        stack = self.stacks.find(name)
        if stack is None or stack.alias != name:
            raise StackRefused(f"Alias [{name}] does not exist")
        stack.alias = ""
        return EmptyResult()

    def signal_resource(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_SignalResource.html.

        A resource is signaled while it waits for the signals of its creation policy, or of its rolling update.
        """
        stack, name = self.stacks.existing(self._get_param("StackName")), self._get_param("LogicalResourceId")
        if name not in stack.resources:
            raise StackRefused(f"Resource {name} does not exist for stack {stack.name}")
        status, signal = stack.resources[name].status, self._get_param("Status")
        if status not in ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"):
            raise StackRefused(f"Resource {name} is in {status} state and cannot be signaled")
        mailbox(key_of(stack.stack_id, name)).put(Signal(str(self._get_param("UniqueId")), signal))
        return EmptyResult()

    # Events by operation

    def describe_events(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeEvents.html."""
        stack, wanted = self._wanted_operations()
        failed = bool((self._get_param("Filters") or {}).get("FailedEvents"))
        return self._page("OperationEvents", list(operation_events.views(stack, wanted[::-1], failed=failed)))

    def _wanted_operations(self) -> tuple[Stack, list[StackOperation]]:
        """The operations that a request names, with their stack; the words of refusals are assumed."""
        wanted = self._get_param("OperationId") or ""
        if self._get_param("ChangeSetName"):
            change_set = self._change_set()
            own = [each for each in change_set.stack.operations if each.change_set_id == change_set.change_set_id]
            return change_set.stack, own
        if self._get_param("StackName"):
            stack = self._stack()
            return stack, [each for each in stack.operations if wanted in ("", each.operation_id)]
        if not wanted:
            raise StackRefused("One of ChangeSetName, OperationId or StackName must be specified.")
        for stack in [*self.stacks.stacks.values(), *self.stacks.deleted_stacks.values()]:
            if own := [each for each in stack.operations if each.operation_id == wanted]:
                return stack, own
        raise StackRefused(f"Operation [{wanted}] does not exist")

    # Drift

    def detect_stack_drift(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DetectStackDrift.html."""
        stack = self.stacks.existing(self._get_param("StackName"))
        return ActionResult({"StackDriftDetectionId": drift.detect(stack, self._get_param("LogicalResourceIds"))})

    def detect_stack_resource_drift(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DetectStackResourceDrift.html."""
        stack, name = self.stacks.existing(self._get_param("StackName")), self._get_param("LogicalResourceId")
        if name not in stack.resources:
            raise StackRefused(f"Resource {name} does not exist for stack {stack.name}")
        drift.detect(stack, [name])
        return ActionResult({"StackResourceDrift": drift.resource_view(stack, stack.resources[name])})

    def describe_stack_drift_detection_status(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackDriftDetectionStatus.html."""
        wanted = self._get_param("StackDriftDetectionId")
        stack = next((stack for stack in self.stacks.stacks.values() if stack.drift_id == wanted), None)
        if stack is None:
            raise StackRefused(f"Drift detection {wanted} does not exist")
        return ActionResult(drift.status_view(stack))

    def describe_stack_resource_drifts(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResourceDrifts.html."""
        stack, wanted = self.stacks.existing(self._get_param("StackName")), self._get_param(drift.FILTER, [])
        if not stack.drift_id:
            raise StackRefused(f"Drift detection was not run on stack {stack.name}")
        every: list[Any] = [drift.resource_view(stack, resource) for resource in stack.resources.values()]
        chosen = [view for view in every if not wanted or view["StackResourceDriftStatus"] in wanted]
        return self._page("StackResourceDrifts", chosen)

    # Types

    def describe_type(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeType.html."""
        if self._get_param("Type") not in (None, type_views.RESOURCE):
            raise type_views.not_found(str(self._get_param("TypeName") or self._get_param("Arn")))
        name = self._get_param("TypeName") or type_views.name_of(self._get_param("Arn") or "")
        return ActionResult(type_views.description(name, self.region, self.partition))

    def list_types(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListTypes.html.

        Without Visibility PUBLIC, the list has the private types of the account: the sandbox has none.
        """
        filters = self._get_param("Filters") or {}
        public = self._get_param("Visibility") == "PUBLIC" and (self._get_param("Type") or "RESOURCE") == "RESOURCE"
        prefix = filters.get("TypeNamePrefix") or ""
        summaries = type_views.summaries(prefix, self.region, self.partition) if public else []
        return self._page("TypeSummaries", summaries)
