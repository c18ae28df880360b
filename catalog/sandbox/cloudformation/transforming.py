"""Carry out the transforms of a template for a stack: what they read comes from the sandbox, with the stack's role.

Sources: CloudFormation user guide, "Control CloudFormation access with AWS Identity and Access Management" (a transform
needs cloudformation:CreateChangeSet on its own ARN, `arn:aws:cloudformation:REGION:aws:transform/Serverless-2016-10-31`
for one of AWS); template reference, "AWS::Include transform" (the caller's permission to read the file, YAML without
short forms of functions [which the sandbox reads too]).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import yaml
from moto.core.exceptions import ServiceException
from moto.s3.models import s3_backends

from catalog.cfn import MacroError, ParameterValues, Template, TemplateError
from catalog.cfn.expansion import INCLUDE, Sources, expand
from catalog.cfn.template import TransformFailed, transforms
from catalog.sandbox import identity
from catalog.sandbox.cloudformation.safe_yaml import load
from catalog.sandbox.cloudformation.state import Stack
from catalog.sandbox.registry import calls
from catalog.sandbox.registry.calls import CallRefused
from catalog.sandbox.registry.naming import StackPlace

SNIPPET_LIMIT = 1_000_000
"""Bytes of a file, as of a template in S3 [assumed]."""


@dataclass(frozen=True, slots=True)
class Transforms:
    """The transforms of the template of one operation on a stack."""

    stack: Stack
    launch_role: str
    """The launch role whose policies must allow what they read; empty if permissions are not enforced."""
    caller: str
    """The ARN of the stack's role, or of the caller if the stack has no role."""

    def expanded(self, template: Template, values: ParameterValues) -> Template:
        """The template that is evaluated; raises `TemplateError`, and `MacroError` with the sandbox's words."""
        self._require_all(transforms(template))
        sources = Sources(self._snippet, self._output)
        try:
            return expand(template, values, self.stack.pseudo, sources)
        except MacroError as error:
            text = f"Transform {error.transform} cannot be carried out in the sandbox: {error.reason}"
            raise TemplateError(text) from error

    def _require_all(self, names: Iterable[str]) -> None:
        for name in names:
            owner = "aws" if name.startswith("AWS::") else self.stack.account
            arn = f"arn:{self.stack.partition}:cloudformation:{self.stack.region}:{owner}:transform/"
            self._require("cloudformation:CreateChangeSet", arn + name.removeprefix("AWS::"))

    def _require(self, action: str, resource: str) -> None:
        if self.launch_role:
            where = {"aws:requestedregion": self.stack.region}
            reason = identity.refusal(self.launch_role, action, resource, {**identity.FORWARDED, **where})
            if reason:
                raise TemplateError(reason)

    def _snippet(self, location: str) -> Any:
        """The data of a file in the sandbox's S3."""
        parts = urlsplit(location)
        bucket, key = parts.netloc, parts.path.lstrip("/")
        if parts.scheme != "s3" or not bucket or not key:
            raise TransformFailed(INCLUDE, "The location parameter is not a valid S3 uri.")
        self._require("s3:GetObject", f"arn:{self.stack.partition}:s3:::{bucket}/{key}")
        try:
            file = s3_backends[self.stack.account][self.stack.partition].get_object(bucket, key)
        except ServiceException as error:
            raise TransformFailed(INCLUDE, f"S3 error: {error.message}") from error
        if file is None:
            raise TransformFailed(INCLUDE, "S3 error: The specified key does not exist.")
        content = bytes(file.value)
        if len(content) > SNIPPET_LIMIT:
            raise TransformFailed(INCLUDE, f"The file {location} has more than {SNIPPET_LIMIT} bytes.")
        try:
            return load(content.decode())
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            raise TransformFailed(
                INCLUDE, f"The specified S3 object's content should be valid Yaml/JSON ({location})"
            ) from error

    def _output(self, product: str, key: str) -> str:
        """An output of a provisioned product, as the caller of the stack may read it."""
        stack = self.stack
        place = StackPlace(stack.account, stack.region, stack.partition, stack.name, "", self.caller)
        asked = {"ProvisionedProductName": product, "OutputKeys": [key]}
        self._require("servicecatalog:GetProvisionedProductOutputs", "*")
        try:
            outputs = calls.call("servicecatalog", "GetProvisionedProductOutputs", place, asked).get("Outputs", [])
        except CallRefused as error:
            raise TemplateError(error.message) from error
        if not outputs:
            raise TemplateError(f"The provisioned product {product} has no output {key}.")
        return str(outputs[0].get("OutputValue", ""))
