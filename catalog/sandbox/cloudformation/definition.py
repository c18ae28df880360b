"""Build a `Definition` from a request: the checks that CloudFormation makes before it touches a stack."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from catalog.cfn import Pseudo, TemplateError, evaluate_rules, render, resolve_parameters
from catalog.cfn.template import section, text_of, transforms
from catalog.sandbox.cloudformation.dynamic import Stored, check_dynamic, check_stored
from catalog.sandbox.cloudformation.errors import StackRefused
from catalog.sandbox.cloudformation.existing import Exists, check_existing
from catalog.sandbox.cloudformation.state import Definition, Export
from catalog.sandbox.cloudformation.template import check_expanded, parse, recognize, refuse_macros

IAM_NAMES = {
    "AWS::IAM::AccessKey": "",
    "AWS::IAM::Group": "GroupName",
    "AWS::IAM::InstanceProfile": "InstanceProfileName",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::Policy": "",
    "AWS::IAM::Role": "RoleName",
    "AWS::IAM::User": "UserName",
    "AWS::IAM::UserToGroupAddition": "",
}
"""IAM resource type → the property that sets a custom name (API reference, CreateStack, Capabilities)."""
EVERY_CAPABILITY = ("CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND")


class _Exports(Mapping[str, str]):
    """The values of the exports of the Region; records which exports were read."""

    def __init__(self, exports: Mapping[str, Export]) -> None:
        self._exports = exports
        self.read: set[str] = set()

    def __getitem__(self, name: str) -> str:
        value = self._exports[name].value
        self.read.add(name)
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(self._exports)

    def __len__(self) -> int:
        return len(self._exports)


def define(
    text: str,
    *,
    given: Mapping[str, str],
    pseudo: Pseudo,
    exports: Mapping[str, Export],
    capabilities: Iterable[str],
    previous: Mapping[str, str] | None = None,
    ssm: Stored,
    exists: Exists = lambda type_name, value, from_ssm: True,
) -> Definition:
    """Resolve parameters, check Rules and capabilities, render; raises `StackRefused` with CloudFormation's message.

    `previous` contains the parameters that keep their values; `ssm` gets values and types of SSM parameters by name.
    `exists` looks for what parameters of AWS-specific types name. The order of the checks is that of CloudFormation:
    template, parameters, Rules, functions, capabilities.
    """
    template = parse(text)
    read = _Exports(exports)
    try:
        refuse_macros(template)
        raw = _raw(template, {**(previous or {}), **given})
        named = {raw[name] for name, declared in section(template, "Parameters").items() if _is_ssm(declared)}
        stored = ssm(named)
        values = {name: value for name, (value, _) in stored.items()}
        parameters = resolve_parameters(template, given, previous=previous, ssm=values)
        if parameters.error:
            raise StackRefused(parameters.error)
        check_stored(named, ssm)
        check_existing(template, parameters.values, exists)
        _check_rules(template, parameters.values, pseudo)
        rendered = render(template, parameters.values, pseudo, exports=read)
        recognize(resource["Type"] for resource in rendered["Resources"].values())
        check_expanded(rendered)
        _check_zones(rendered)
        check_dynamic(rendered, ssm)
    except TemplateError as error:
        raise StackRefused(str(error)) from error
    required = required_capabilities(template, rendered)
    if required and not required & set(capabilities):
        raise StackRefused(f"Requires capabilities : [{min(required)}]", "InsufficientCapabilitiesException")
    return Definition(
        text=text,
        template=template,
        raw=raw,
        values=parameters.values,
        rendered=rendered,
        imports=frozenset(read.read),
    )


def required_capabilities(template: Mapping[str, Any], rendered: Mapping[str, Any]) -> frozenset[str]:
    """The required capabilities, of which one is enough; empty if none is required."""
    if transforms(template):
        return frozenset({"CAPABILITY_AUTO_EXPAND"})
    resources = [resource for resource in section(rendered, "Resources").values() if resource.get("Type") in IAM_NAMES]
    if any(
        IAM_NAMES[resource["Type"]] in resource.get("Properties", {})
        for resource in resources
        if IAM_NAMES[resource["Type"]]
    ):
        return frozenset({"CAPABILITY_NAMED_IAM"})
    return frozenset({"CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"}) if resources else frozenset()


def _check_rules(template: Mapping[str, Any], values: Mapping[str, Any], pseudo: Pseudo) -> None:
    """Refuse parameters that violate a Rule. AWS documents the AssertDescription; the text around it is assumed."""
    results = evaluate_rules(section(template, "Rules"), values, pseudo)
    failed = [
        f"For the rule {assertion.rule}: {assertion.description or 'the assertion does not hold'}"
        for result in results
        for assertion in result.assertions
        if not assertion.passed
    ]
    if failed:
        raise StackRefused(f"Template validation error: {'; '.join(failed)}")


def _check_zones(rendered: Any) -> None:
    """Refuse Fn::GetAZs of another Region: the sandbox has zones only for the Region of the stack."""
    if isinstance(rendered, Mapping):
        if "Fn::GetAZs" in rendered and isinstance(rendered["Fn::GetAZs"], str):
            raise TemplateError(f"Template error: Fn::GetAZs does not support {rendered['Fn::GetAZs']} in the sandbox")
        for member in rendered.values():
            _check_zones(member)
    elif isinstance(rendered, list | tuple):
        for member in rendered:
            _check_zones(member)


def _is_ssm(declared: Any) -> bool:
    return isinstance(declared, dict) and str(declared.get("Type", "")).startswith("AWS::SSM::Parameter::Value<")


def _raw(template: Mapping[str, Any], chosen: Mapping[str, str]) -> dict[str, str]:
    return {
        name: chosen.get(name, text_of(declared.get("Default")) or "")
        for name, declared in section(template, "Parameters").items()
        if isinstance(declared, dict)
    }
