"""Steps aws:executeAwsApi on services other than KMS: inputs, the permission of the role, the call, and outputs.

Source: Systems Manager Automation runbook reference, "aws:executeAwsApi - Call and run AWS API operations", and
"Working with inputs and outputs": an input that is one placeholder has its value, of whatever type; a Selector is a
JSONPath into the answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from catalog.sandbox import identity
from catalog.sandbox.registry import calls
from catalog.sandbox.registry.naming import StackPlace
from catalog.sandbox.registry.permissions import arns_for, texts_in

PLACEHOLDER = re.compile(r"\{\{\s*([\w.]+)\s*\}\}")
SELECTOR = re.compile(r"\$(?:\.\w+|\[\d+\])*")
PART = re.compile(r"\.(\w+)|\[(\d+)\]")
OWN_INPUTS = ("Service", "Api")


class StepFailedError(Exception):
    """A step cannot be run, or its service refuses it."""


def run_step(step: Mapping[str, Any], values: Mapping[str, Any], role: str, place: StackPlace) -> dict[str, Any]:
    """Make the call of a step, as `role` if it is given: its outputs, as `<step>.<name>`."""
    inputs = step.get("inputs") or {}
    service, api = str(inputs.get("Service")), str(inputs.get("Api"))
    given = {name: filled(value, values) for name, value in inputs.items() if name not in OWN_INPUTS}
    try:
        action = f"{calls.iam_prefix(service)}:{calls.operation_model(service, api).name}"
    except Exception as error:  # botocore has an exception for each kind of unknown name, and moto its own
        raise StepFailedError(f"the sandbox does not support aws:executeAwsApi {service}:{api}.") from error
    for arns in arns_for(action, "", place, list(texts_in(given))) if role else ():
        reasons = [identity.refusal(role, action, arn, {"aws:requestedregion": place.region}) for arn in arns]
        if all(reasons):  # one of the kinds of resource is enough
            raise StepFailedError(reasons[0])
    try:
        answer = calls.call(service, api, place, given)
    except calls.CallRefused as refused:
        raise StepFailedError(f"{refused.code}: {refused.message}") from refused
    except Exception as error:  # what moto raises for values that no service of AWS takes
        raise StepFailedError(f"InternalFailure: {service} cannot answer {api} with these inputs") from error
    return {f"{step.get('name')}.{each['Name']}": selected(each, answer) for each in step.get("outputs") or ()}


def filled(node: Any, values: Mapping[str, Any]) -> Any:
    """An input with its `{{ name }}` placeholders replaced."""
    if isinstance(node, Mapping):
        return {name: filled(value, values) for name, value in node.items()}
    if isinstance(node, list):
        return [filled(value, values) for value in node]
    if not isinstance(node, str):
        return node
    whole = PLACEHOLDER.fullmatch(node.strip())
    if whole:
        return values.get(whole[1], node)
    return PLACEHOLDER.sub(lambda match: str(values.get(match[1], match[0])), node)


def selected(output: Mapping[str, Any], answer: Any) -> Any:
    """What the Selector of an output finds in the answer."""
    selector = str(output.get("Selector"))
    if not SELECTOR.fullmatch(selector):
        raise StepFailedError(f"the sandbox does not support the selector {selector}.")
    for name, index in PART.findall(selector):
        try:
            answer = answer[name] if name else answer[int(index)]
        except (KeyError, IndexError, TypeError) as error:
            raise StepFailedError(f"the answer has nothing at {selector}.") from error
    return answer
