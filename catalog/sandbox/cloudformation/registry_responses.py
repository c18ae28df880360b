"""The operations of the CloudFormation API on what the sandbox has none of, so that the answer is known.

Nobody can register a type or a hook, scan resources, generate a template or refactor stacks in the sandbox: the
operations that would make them are refused by name, lists are empty, and what a request names does not exist.
"""

from __future__ import annotations

from moto.core.responses import ActionResult

from catalog.sandbox.cloudformation import type_views
from catalog.sandbox.cloudformation.errors import StackRefused
from catalog.sandbox.cloudformation.upkeep_responses import UpkeepResponse

LIMITS = {"StackLimit": 2000, "StackOutputsLimit": 200, "ConcurrentResourcesLimit": 2500}
"""AWS's defaults (CloudFormation quotas)."""


class RegistryResponse(UpkeepResponse):
    """Hooks, registrations, generated templates, resource scans and refactors."""

    def describe_account_limits(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeAccountLimits.html."""
        return self._page("AccountLimits", [{"Name": name, "Value": value} for name, value in LIMITS.items()])

    # Hooks

    def describe_change_set_hooks(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeChangeSetHooks.html."""
        change_set = self._change_set()
        return ActionResult(
            {
                "ChangeSetId": change_set.change_set_id,
                "ChangeSetName": change_set.name,
                "StackId": change_set.stack.stack_id,
                "StackName": change_set.stack.name,
                "Hooks": [],
                "Status": "PLANNED" if change_set.status == "CREATE_COMPLETE" else "UNAVAILABLE",
            }
        )

    def list_hook_results(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListHookResults.html."""
        target = {name: self._get_param(name) for name in ("TargetType", "TargetId") if self._get_param(name)}
        return ActionResult({**target, "HookResults": []})

    def get_hook_result(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_GetHookResult.html."""
        raise self._absent("Hook result", "HookResultId", "HookResultNotFoundException")

    # Types

    def list_type_registrations(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListTypeRegistrations.html."""
        return ActionResult({"RegistrationTokenList": []})

    def describe_type_registration(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeTypeRegistration.html."""
        raise self._absent("Registration", "RegistrationToken", "CFNRegistryException")

    def deregister_type(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeregisterType.html."""
        raise type_views.not_found(str(self._get_param("TypeName") or self._get_param("Arn")))

    def deactivate_type(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeactivateType.html."""
        raise type_views.not_found(str(self._get_param("TypeName") or self._get_param("Arn")))

    # Generated templates

    def list_generated_templates(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListGeneratedTemplates.html."""
        return ActionResult({"Summaries": []})

    def describe_generated_template(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeGeneratedTemplate.html."""
        raise self._absent("Generated template", "GeneratedTemplateName", "GeneratedTemplateNotFoundException")

    get_generated_template = update_generated_template = delete_generated_template = describe_generated_template

    # Resource scans

    def list_resource_scans(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListResourceScans.html."""
        return ActionResult({"ResourceScanSummaries": []})

    def describe_resource_scan(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeResourceScan.html."""
        raise self._absent("Resource scan", "ResourceScanId", "ResourceScanNotFoundException")

    list_resource_scan_resources = list_resource_scan_related_resources = describe_resource_scan

    # Refactors

    def list_stack_refactors(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStackRefactors.html."""
        return ActionResult({"StackRefactorSummaries": []})

    def describe_stack_refactor(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackRefactor.html."""
        raise self._absent("Stack refactor", "StackRefactorId", "StackRefactorNotFoundException")

    list_stack_refactor_actions = execute_stack_refactor = describe_stack_refactor

    def _absent(self, noun: str, parameter: str, code: str) -> StackRefused:
        return StackRefused(f"{noun} {self._get_param(parameter)} does not exist", code)
