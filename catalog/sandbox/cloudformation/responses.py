"""The CloudFormation API: moto parses the requests by botocore's model, the sandbox's stacks answer them."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from moto.cloudformation.responses import CloudFormationResponse
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import camelcase_to_underscores, get_service_model, method_names_from_class

from catalog.cfn import TemplateError
from catalog.sandbox.cloudformation import change_sets, operations, views, xml_text
from catalog.sandbox.cloudformation.errors import StackRefused
from catalog.sandbox.cloudformation.imports import ImportRequest
from catalog.sandbox.cloudformation.models import SandboxCloudFormationBackend, sandbox_backend
from catalog.sandbox.cloudformation.operations import StackRequest
from catalog.sandbox.cloudformation.paging import page
from catalog.sandbox.cloudformation.source import fetch
from catalog.sandbox.cloudformation.stack_policy import read_policy
from catalog.sandbox.cloudformation.state import ChangeSet, Stack
from catalog.sandbox.cloudformation.template import INLINE_LIMIT
from catalog.sandbox.constraints import report, violations
from catalog.sandbox.kms.callers import caller_arn


class SandboxCloudFormationResponse(CloudFormationResponse):
    """The operations on stacks and change sets; moto provides those on stack sets."""

    RESPONSE_KEY_PATH_TO_TRANSFORMER = {  # noqa: RUF012 - the base class declares it so
        path: transformer
        for path, transformer in CloudFormationResponse.RESPONSE_KEY_PATH_TO_TRANSFORMER.items()
        if "StackSet" in path
    }
    """moto's transformers fit only its own objects, which remain in use for stack sets."""

    unreadable = ""
    """Why the request cannot be read; else empty."""

    def parse_parameters(self, request: Any) -> None:
        """As moto, whose parser raises `ValueError` for a text in the place of a number."""
        try:
            super().parse_parameters(request)
        except ValueError as error:
            self.params, self.unreadable = {}, f"The request cannot be read: {error}"

    @property
    def stacks(self) -> SandboxCloudFormationBackend:
        """The stacks of the request's account and Region."""
        return sandbox_backend(self.current_account, self.region)

    @property
    def caller(self) -> str:
        """The ARN of the caller."""
        return caller_arn(self.current_account, self.partition, self.access_key)

    def call_action(self) -> Any:
        """Answer the request; every failure becomes an error in CloudFormation's XML format, never HTML."""
        operation = self._get_action()
        try:
            self._check_request(operation)
            return super().call_action()
        except (StackRefused, TemplateError) as refused:
            known = isinstance(refused, StackRefused)
            return self.serialized(ActionResult(refused if known else StackRefused(str(refused))))
        # moto's parser, models and stack sets can raise anything, and clients understand only XML
        except Exception as error:
            logging.getLogger(__name__).warning("%s failed", operation, exc_info=True)
            text = f"{operation} failed in the sandbox: {type(error).__name__}: {error}"
            return self.serialized(ActionResult(StackRefused(text, "InternalFailure")))

    def _check_request(self, operation: str) -> None:
        if camelcase_to_underscores(operation) not in method_names_from_class(type(self)):
            raise StackRefused(f"{operation} is not implemented in the sandbox", "InternalFailure")
        shape = get_service_model(self.boto3_service_name).operation_model(operation).input_shape
        if self.unreadable:
            raise StackRefused(self.unreadable)
        if shape is not None and (problems := list(violations(shape, self.params))):
            raise StackRefused(report(problems))
        config = self._get_param("DeploymentConfig") or {}
        for name, value in (("DeploymentMode", self._get_param("DeploymentMode")), ("Mode", config.get("Mode"))):
            if value not in (None, "STANDARD"):
                text = f"{operation} with {name} {value} is not implemented in the sandbox"
                raise StackRefused(text, "InternalFailure")
        if xml_text.holds_forbidden(self.params):
            raise StackRefused("The request contains characters that XML 1.0 does not allow.")

    def serialized(self, action_result: ActionResult) -> Any:
        """Serialize as moto does, without characters that are invalid in XML."""
        result = action_result.result
        if isinstance(result, ServiceException):
            result.message = xml_text.cleaned(result.message)
            return super().serialized(action_result)
        return super().serialized(ActionResult(xml_text.cleaned(result)))

    # Stacks

    def create_stack(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html."""
        request = self._request(self._template())
        operations.check_name(request.name)
        on_failure = self._get_param("OnFailure") or ""
        if on_failure and self._get_param("DisableRollback") is not None:
            raise StackRefused("You can specify either DisableRollback or OnFailure, but not both.")
        policy = self._policy("StackPolicy")
        stack = operations.create(
            self.stacks,
            request,
            on_failure=on_failure or "ROLLBACK",
            termination_protection=bool(self._get_param("EnableTerminationProtection")),
            timeout_minutes=int(self._get_param("TimeoutInMinutes") or 0),
        )
        stack.policy = policy
        return ActionResult({"StackId": stack.stack_id, "OperationId": stack.asked})

    def update_stack(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_UpdateStack.html."""
        stack = self.stacks.existing(self._get_param("StackName"))
        request, during = self._request(self._template(stack)), self._policy("StackPolicyDuringUpdate")
        stack = operations.update(self.stacks, request, during=during, policy=self._policy("StackPolicy"))
        return ActionResult({"StackId": stack.stack_id, "OperationId": stack.asked})

    def delete_stack(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteStack.html."""
        name, retain = self._get_param("StackName"), self._get_param("RetainResources", [])
        stack = self.stacks.find(name)
        if stack is not None and retain and stack.status != "DELETE_FAILED":
            raise StackRefused(
                f"Invalid operation on stack [{stack.stack_id}]. When you delete a stack, specify which resources to "
                "retain only when the stack is in the DELETE_FAILED state."
            )
        role, force = self._get_param("RoleARN") or "", self._get_param("DeletionMode") == "FORCE_DELETE_STACK"
        operations.delete(
            self.stacks, name, caller=self.caller, role_arn=role, retain=retain, force=force, token=self._token
        )
        return EmptyResult()

    def update_termination_protection(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_UpdateTerminationProtection.html."""
        enabled = bool(self._get_param("EnableTerminationProtection"))
        stack = operations.protect(self.stacks, self._get_param("StackName"), enabled=enabled)
        return ActionResult({"StackId": stack.stack_id})

    def describe_stacks(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html."""
        name = self._get_param("StackName")
        stacks = [self.stacks.described(name)] if name else list(self.stacks.stacks.values())
        return self._page("Stacks", [views.stack_view(stack) for stack in stacks])

    def list_stacks(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStacks.html."""
        wanted = self._get_param("StackStatusFilter", [])
        stacks = [*self.stacks.stacks.values(), *self.stacks.deleted_stacks.values()]
        chosen = [views.summary_view(stack) for stack in stacks if not wanted or stack.status in wanted]
        return self._page("StackSummaries", chosen)

    def describe_stack_events(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackEvents.html."""
        stack = self._stack()
        return self._page("StackEvents", [views.event_view(stack, event) for event in reversed(stack.visible_events)])

    def describe_stack_resources(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResources.html."""
        physical_id, name = self._get_param("PhysicalResourceId"), self._get_param("LogicalResourceId")
        if bool(physical_id) == bool(self._get_param("StackName")):
            raise StackRefused("You must specify either StackName or PhysicalResourceId, but not both.")
        stack = self.stacks.of_resource(physical_id) if physical_id else self._stack()
        resources = [resource for resource in stack.shown_resources.values() if name in (None, resource.logical_id)]
        return ActionResult(
            {"StackResources": [views.resource_view(stack, resource, "Timestamp") for resource in resources]}
        )

    def describe_stack_resource(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResource.html."""
        stack, name = self._stack(), self._get_param("LogicalResourceId")
        if name not in stack.shown_resources:
            raise StackRefused(f"Resource {name} does not exist for stack {stack.name}")
        detail = views.resource_view(stack, stack.shown_resources[name], "LastUpdatedTimestamp")
        return ActionResult({"StackResourceDetail": detail})

    def list_stack_resources(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStackResources.html."""
        stack = self._stack()
        summaries = [
            views.resource_view(stack, resource, "LastUpdatedTimestamp") for resource in stack.shown_resources.values()
        ]
        return self._page("StackResourceSummaries", summaries)

    def list_exports(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListExports.html."""
        exports = [
            {"ExportingStackId": export.exporting_stack_id, "Name": export.name, "Value": export.value}
            for export in self.stacks.exports.values()
        ]
        return self._page("Exports", exports)

    def list_imports(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListImports.html."""
        name = self._get_param("ExportName")
        if name not in self.stacks.exports:
            raise StackRefused(f"Export '{name}' does not exist.")
        exporter = self.stacks.described(self.stacks.exports[name].exporting_stack_id)
        users = self.stacks.importers(name, exporter)
        if not users:
            raise StackRefused(f"Export '{name}' is not imported by any stack.")
        return self._page("Imports", users)

    def get_stack_policy(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_GetStackPolicy.html."""
        policy = self._stack().policy
        return ActionResult({"StackPolicyBody": policy} if policy else {})

    def set_stack_policy(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_SetStackPolicy.html."""
        stack = self.stacks.existing(self._get_param("StackName"))
        stack.policy = self._policy("StackPolicy")
        return EmptyResult()

    def _policy(self, name: str) -> str:
        """The stack policy of a request, `name`Body or `name`URL; empty without one."""
        body, url = self._get_param(f"{name}Body"), self._get_param(f"{name}URL")
        if body and url:
            raise StackRefused(f"You cannot specify both {name}Body and {name}URL.")
        text = self._fetch(url) if url else str(body or "")
        read_policy(text)
        return text

    # Change sets

    def create_change_set(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html."""
        type_name = self._get_param("ChangeSetType") or "UPDATE"
        stack = self.stacks.existing(self._get_param("StackName")) if type_name == "UPDATE" else None
        previous = self.stacks.find(self._get_param("StackName") or "") if type_name == "IMPORT" else stack
        request = self._request(self._template(previous))
        self._check_options(type_name)
        if stack is None:
            operations.check_name(request.name)
        change_set = change_sets.create(
            self.stacks,
            self._get_param("ChangeSetName"),
            type_name,
            request,
            description=self._get_param("Description") or "",
            on_failure=self._get_param("OnStackFailure") or "",
            imports=tuple(ImportRequest.parse(member) for member in self._get_param("ResourcesToImport", [])),
            include_nested=bool(self._get_param("IncludeNestedStacks")),
        )
        return ActionResult({"Id": change_set.change_set_id, "StackId": change_set.stack.stack_id})

    def _check_options(self, type_name: str) -> None:
        """Refuse imports into nested stacks, and those that nobody has named."""
        option = "ImportExistingResources"
        if type_name == "IMPORT" and self._get_param("IncludeNestedStacks"):
            option = "IncludeNestedStacks"
        if self._get_param(option):
            words = f"CreateChangeSet ({type_name}) with {option} is not implemented in the sandbox"
            raise StackRefused(words, "InternalFailure")

    def describe_change_set(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeChangeSet.html."""
        return ActionResult(
            views.change_set_view(self._change_set(), values=bool(self._get_param("IncludePropertyValues")))
        )

    def list_change_sets(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListChangeSets.html."""
        stack = self._stack()
        summaries = [
            views.change_set_summary(change_set)
            for change_set in self.stacks.change_sets.values()
            if change_set.stack is stack
        ]
        return self._page("Summaries", summaries)

    def execute_change_set(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ExecuteChangeSet.html."""
        change_sets.execute(
            self.stacks,
            self._get_param("ChangeSetName"),
            self._get_param("StackName") or "",
            caller=self.caller,
            disable_rollback=self._get_param("DisableRollback"),
            retain_except_on_create=bool(self._get_param("RetainExceptOnCreate")),
            token=self._token,
        )
        return EmptyResult()

    def delete_change_set(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteChangeSet.html."""
        change_sets.remove(self.stacks, self._get_param("ChangeSetName"), self._get_param("StackName") or "")
        return EmptyResult()

    # Helpers

    @property
    def _token(self) -> str:
        """ClientRequestToken; empty without one."""
        return self._get_param("ClientRequestToken") or ""

    def _stack(self) -> Stack:
        return self.stacks.described(self._get_param("StackName") or "")

    def _change_set(self) -> ChangeSet:
        return change_sets.find(self.stacks, self._get_param("ChangeSetName"), self._get_param("StackName") or "")

    def _fetch(self, url: str) -> str:
        return fetch(url, self.current_account, self.partition)

    def _template(self, stack: Stack | None = None) -> str:
        """The text of TemplateBody or TemplateURL, or with UsePreviousTemplate the template of `stack`."""
        body, url = self._get_param("TemplateBody"), self._get_param("TemplateURL")
        previous = bool(self._get_param("UsePreviousTemplate"))
        if previous and (body or url):
            raise StackRefused("You cannot specify both usePreviousTemplate and Template Body/Template URL.")
        if body and url:
            raise StackRefused("You cannot specify both Template Body and Template URL.")
        if previous and stack is not None and stack.definition is not None:
            return stack.definition.text
        if url:
            return self._fetch(url)
        if not body:
            raise StackRefused("Either Template URL or Template Body must be specified.")
        if len(body.encode()) > INLINE_LIMIT:
            raise StackRefused(
                "1 validation error detected: Value at 'templateBody' failed to satisfy constraint: "
                f"Member must have length less than or equal to {INLINE_LIMIT}"
            )
        return str(body)

    def _request(self, template: str) -> StackRequest:
        given, unchanged = dict[str, str](), set[str]()
        for parameter in self._get_param("Parameters", []):
            key = parameter.get("ParameterKey")
            if not key:
                raise StackRefused("Parameters: every member must have a ParameterKey")
            if parameter.get("UsePreviousValue") and parameter.get("ParameterValue"):
                raise StackRefused(
                    f"Invalid input for parameter key {key}. Cannot specify usePreviousValue as true and non empty "
                    "value for a parameter"
                )
            if parameter.get("UsePreviousValue"):
                unchanged.add(key)
            elif "ParameterValue" in parameter:
                given[key] = parameter["ParameterValue"]
            else:
                raise StackRefused(
                    f"Invalid input for parameter key {key}. Either a parameter value or usePreviousValue is needed"
                )
        tags, topics = self._get_param("Tags"), self._get_param("NotificationARNs")
        if any(tag["Key"].lower().startswith("aws:") for tag in tags or ()):
            raise StackRefused("aws: prefixed tag key names are not allowed for external use.")
        return StackRequest(
            name=self._get_param("StackName"),
            template=template,
            parameters=given,
            tags={tag["Key"]: tag["Value"] for tag in tags} if tags is not None else None,
            caller=self.caller,
            role_arn=self._get_param("RoleARN") or "",
            capabilities=tuple(self._get_param("Capabilities", [])),
            notification_arns=None if topics is None else tuple(topics),
            use_previous=frozenset(unchanged),
            rollback_configuration=self._get_param("RollbackConfiguration"),
            retain_except_on_create=bool(self._get_param("RetainExceptOnCreate")),
            token=self._token,
            types=tuple(self._get_param("ResourceTypes", [])),
            disable_rollback=bool(
                self._get_param("DisableRollback") or (self._get_param("DeploymentConfig") or {}).get("DisableRollback")
            ),
        )

    def _page(self, name: str, members: Sequence[object]) -> ActionResult:
        """One page of a list."""
        token, size = self._get_param("NextToken") or "", int(self._get_param("MaxResults") or 0)
        return ActionResult(page(name, members, token, size))
