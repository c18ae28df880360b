"""The operations of the CloudFormation API on templates."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from moto.core.responses import ActionResult
from moto.moto_api._internal import mock_random

from catalog.sandbox.cloudformation import operations, views
from catalog.sandbox.cloudformation.definition import EVERY_CAPABILITY
from catalog.sandbox.cloudformation.errors import StackRefused
from catalog.sandbox.cloudformation.processed import processed_text
from catalog.sandbox.cloudformation.responses import SandboxCloudFormationResponse
from catalog.sandbox.cloudformation.state import Definition, Stack
from catalog.sandbox.cloudformation.template import parse, unrecognized

CALCULATOR = "http://calculator.s3.amazonaws.com/calc5.html?key=cloudformation/"
"""As the AWS CLI's example of estimate-template-cost has it; AWS has taken the calculator away."""


class TemplateResponse(SandboxCloudFormationResponse):
    """Operations on templates."""

    def get_template(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_GetTemplate.html."""
        change_set = self._get_param("ChangeSetName")
        if change_set:
            stack = self._change_set().stack
            return self._template_result(stack, self._change_set().definition)
        stack = self._stack()
        return self._template_result(stack, stack.definition)

    def _template_result(self, stack: Stack, definition: Definition | None) -> ActionResult:
        processed = self._get_param("TemplateStage") == "Processed"
        text = (processed_text(definition, stack.pseudo) if processed else definition.text) if definition else ""
        return ActionResult({"TemplateBody": text, "StagesAvailable": ["Original", "Processed"]})

    def validate_template(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ValidateTemplate.html."""
        return ActionResult(views.validation_view(parse(self._template())))

    def get_template_summary(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_GetTemplateSummary.html."""
        if self._get_param("StackSetName"):
            return self._summary(self.stacks.describe_stack_set(self._get_param("StackSetName")).template)
        if not self._get_param("StackName"):
            return self._summary(self._template())
        definition = self._stack().definition
        if definition is None:
            raise StackRefused("GetTemplateSummary cannot be called on REVIEW_IN_PROGRESS stacks.")
        return ActionResult(views.template_view(definition.template))

    def _summary(self, text: str) -> ActionResult:
        """Of a template; types that nobody knows are errors, or warnings if the request says so."""
        config: dict[str, Any] = self._get_param("TemplateSummaryConfig") or {}
        warns = bool(config.get("TreatUnrecognizedResourceTypesAsWarnings"))
        view = views.template_view(parse(text, launched=not warns))
        unknown = unrecognized(view["ResourceTypes"]) if warns else ()
        return ActionResult({**view, **({"Warnings": {"UnrecognizedResourceTypes": list(unknown)}} if unknown else {})})

    def estimate_template_cost(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_EstimateTemplateCost.html.

        The template and its parameters are checked. The address leads nowhere: the sandbox knows no prices.
        """
        request = replace(self._request(self._template()), capabilities=EVERY_CAPABILITY)
        stack = Stack(name="estimate", account=self.current_account, region=self.region)
        operations.define_for(self.stacks, stack, request, reviewed=True)
        return ActionResult({"Url": f"{CALCULATOR}{mock_random.uuid4()}"})
