"""Build a `Definition` from a request: the checks that CloudFormation makes before it touches a stack."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

from catalog.cfn import (
    ParameterValues,
    Pseudo,
    RuleLookups,
    Template,
    TemplateError,
    evaluate_rules,
    render,
    resolve_parameters,
)
from catalog.cfn.structure import check_structure
from catalog.cfn.template import TransformFailed, runs_macros, section, text_of, transforms
from catalog.sandbox.cloudformation.dynamic import Stored, check_dynamic, check_stored
from catalog.sandbox.cloudformation.errors import StackRefused, TransformRefused
from catalog.sandbox.cloudformation.existing import Exists, check_existing
from catalog.sandbox.cloudformation.rule_lookups import Looking
from catalog.sandbox.cloudformation.state import Definition, Export
from catalog.sandbox.cloudformation.template import check_expanded, parse, recognize

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
AUTO_EXPAND = "CAPABILITY_AUTO_EXPAND"
EVERY_CAPABILITY = ("CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", AUTO_EXPAND)
INSUFFICIENT = "InsufficientCapabilitiesException"
Transforming = Callable[[Template, ParameterValues], Template]
"""From a template and the values of its parameters to what transforms make of it; raises `TemplateError`."""


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
    looking: Looking = lambda template, values: RuleLookups(),
    transforming: Transforming,
    reviewed: bool = False,
    unknown: Collection[str] = (),
) -> Definition:
    """Resolve parameters, check Rules and capabilities, render; raises `StackRefused` with CloudFormation's message.

    `previous` contains the parameters that keep their values; `ssm` gets values and types of SSM parameters by name.
    `exists` looks for what parameters of AWS-specific types name, `looking` for what Rules ask. `reviewed` says that
    a change set is made, which needs no acknowledgement of transforms; `unknown` names the parameters whose values are
    known only when it is executed, and are not checked. The order of the checks is that of CloudFormation: template,
    parameters, transforms, Rules, functions, capabilities. Raises `TransformRefused` if one fails.
    """
    template = _with_unknown(parse(text), unknown)
    read = _Exports(exports)
    if not reviewed and runs_transforms(template) and AUTO_EXPAND not in capabilities:
        raise StackRefused(f"Requires capabilities : [{AUTO_EXPAND}]", INSUFFICIENT)
    try:
        raw = _raw(template, {**(previous or {}), **given})
        named = {raw[name] for name, declared in section(template, "Parameters").items() if _is_ssm(declared)}
        stored = ssm(named)
        values = {name: value for name, (value, _) in stored.items()}
        parameters = resolve_parameters(template, given, previous=previous, ssm=values)
        if parameters.error:
            raise StackRefused(parameters.error)
        check_stored(named, ssm)
        check_existing(template, parameters.values, exists)
        expanded = transforming(template, parameters.values)
        check_structure(expanded)
        _check_rules(expanded, parameters.values, pseudo, looking)
        rendered = render(expanded, parameters.values, pseudo, exports=read)
        recognize(resource["Type"] for resource in rendered["Resources"].values())
        check_expanded(rendered)
        _check_zones(rendered)
        check_dynamic(rendered, ssm)
    except TransformFailed as error:
        empty = Definition(text, template, raw, parameters.values, {"Resources": {}}, frozenset(), template)
        raise TransformRefused(str(error), empty) from error
    except TemplateError as error:
        raise StackRefused(str(error)) from error
    required = iam_capabilities(rendered)
    if required and not required & set(capabilities):
        raise StackRefused(f"Requires capabilities : [{min(required)}]", INSUFFICIENT)
    return Definition(
        text=text,
        template=template,
        raw=raw,
        values=parameters.values,
        rendered=rendered,
        imports=frozenset(read.read),
        expanded=expanded,
    )


def _with_unknown(template: dict[str, Any], unknown: Collection[str]) -> dict[str, Any]:
    """The template with parameters that take any text."""
    declared = section(template, "Parameters")
    if not unknown:
        return template
    types = {name: str(declared[name].get("Type")) for name in unknown if name in declared}
    anything = {name: {"Type": "CommaDelimitedList" if "List" in kind else "String"} for name, kind in types.items()}
    return {**template, "Parameters": {**declared, **anything}}


def required_capabilities(template: Mapping[str, Any], rendered: Mapping[str, Any]) -> frozenset[str]:
    """The required capabilities, of which one is enough; empty if none is required."""
    return frozenset({AUTO_EXPAND}) if runs_transforms(template) else iam_capabilities(rendered)


def runs_transforms(template: Template) -> bool:
    """Whether a transform, of AWS or of a user, changes the template."""
    return bool(transforms(template)) or runs_macros(template)


def iam_capabilities(rendered: Mapping[str, Any]) -> frozenset[str]:
    """The capabilities for resources of IAM, of which one is enough; empty if none is required."""
    bodies = [body for body in section(rendered, "Resources").values() if isinstance(body, Mapping)]
    resources = [body for body in bodies if isinstance(body.get("Type"), str) and body["Type"] in IAM_NAMES]
    named = [(IAM_NAMES[body["Type"]], body.get("Properties")) for body in resources]
    if any(name and isinstance(properties, Mapping) and name in properties for name, properties in named):
        return frozenset({"CAPABILITY_NAMED_IAM"})
    return frozenset({"CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"}) if resources else frozenset()


def _check_rules(template: Mapping[str, Any], values: Mapping[str, Any], pseudo: Pseudo, looking: Looking) -> None:
    """Refuse parameters that violate a Rule. AWS documents the AssertDescription; the text around it is assumed."""
    results = evaluate_rules(section(template, "Rules"), values, pseudo, lookups=looking(template, values))
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
