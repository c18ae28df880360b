"""The parameters, outputs and rules of a template in the form in which Service Catalog shows them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from catalog.sandbox.servicecatalog.call import Call
from catalog.sandbox.servicecatalog.state import Artifact, StoredConstraint
from catalog.sandbox.servicecatalog.views import View, optional

TEXT_CONSTRAINTS = ("AllowedPattern", "ConstraintDescription", "MaxLength", "MinLength", "MaxValue", "MinValue")


def parameter_views(artifact: Artifact) -> list[View]:
    """ProvisioningArtifactParameters, in the order of the template; AllowedValues is present even if empty."""
    declared = _section(artifact, "Parameters")
    return [_parameter_view(name, parameter) for name, parameter in declared.items()]


def _parameter_view(name: str, parameter: Mapping[str, Any]) -> View:
    limits = {key: _text(parameter[key]) for key in TEXT_CONSTRAINTS if key in parameter}
    default = {"DefaultValue": _text(parameter["Default"])} if "Default" in parameter else {}
    return {
        "ParameterKey": name,
        "ParameterType": parameter.get("Type", "String"),
        "IsNoEcho": _text(parameter.get("NoEcho", "false")) == "true",
        "ParameterConstraints": {
            "AllowedValues": [_text(value) for value in parameter.get("AllowedValues", [])],
            **limits,
        },
        **default,
        **optional(Description=parameter.get("Description")),
    }


def defaults(artifact: Artifact) -> dict[str, str]:
    """The default values of the parameters."""
    declared = _section(artifact, "Parameters")
    return {name: _text(parameter["Default"]) for name, parameter in declared.items() if "Default" in parameter}


def kept_parameters(call: Call) -> set[str]:
    """The parameters that keep their values in an update (UsePreviousValue)."""
    return {item["Key"] for item in call.request.get("ProvisioningParameters") or [] if item.get("UsePreviousValue")}


def kept_and_sent(call: Call) -> list[str]:
    """The parameters that keep their values in an update and have a value too."""
    sent = call.request.get("ProvisioningParameters") or []
    return [item["Key"] for item in sent if item.get("UsePreviousValue") and item.get("Value")]


def sent_values(call: Call) -> dict[str, str]:
    """The values of the parameters in the request."""
    sent, unchanged = call.request.get("ProvisioningParameters") or [], kept_parameters(call)
    return {item["Key"]: item.get("Value", "") for item in sent if item["Key"] not in unchanged}


def output_views(artifact: Artifact) -> list[View]:
    """The keys and descriptions of the outputs of the template."""
    return [
        {"Key": name, **optional(Description=output.get("Description"))}
        for name, output in _section(artifact, "Outputs").items()
    ]


def merged_rules(artifact: Artifact, constraints: Iterable[StoredConstraint]) -> dict[str, Any]:
    """The Rules of the template and of the TEMPLATE constraints; a rule whose name is taken gets a suffix."""
    rules = dict(_section(artifact, "Rules"))
    for constraint in constraints:
        for name, rule in json.loads(constraint.parameters)["Rules"].items():
            unique = f"{name}{constraint.id.removeprefix('cons-')}" if name in rules else name
            rules[unique] = rule
    return rules


def template_with_rules(artifact: Artifact, constraints: Iterable[StoredConstraint]) -> str:
    """The template of a launch: the text of the artifact, or JSON that includes the rules of the constraints."""
    constraints = list(constraints)
    if not constraints or artifact.document is None:
        return artifact.template
    return json.dumps(artifact.document | {"Rules": merged_rules(artifact, constraints)})


def _section(artifact: Artifact, name: str) -> Mapping[str, Any]:
    section = (artifact.document or {}).get(name)
    return section if isinstance(section, dict) else {}


def _text(value: object) -> str:
    """A scalar of a template as text; booleans become `true` and `false`."""
    return json.dumps(value) if isinstance(value, bool) else str(value)
