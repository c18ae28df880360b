"""Secret parameters of a template: by their names, and by the properties that they flow into."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from catalog.cfn.names import named_at
from catalog.check.controls._control import Path, section
from catalog.check.controls._values import values_at
from catalog.check.schemas import schema_of

PARAMETER = re.compile(
    r"(password|passwd|passphrase|secret|secret(string|value|key)|secretaccesskey|token|apikey|privatekey|credentials?)$",
    re.IGNORECASE,
)
"""Ends of the names of parameters that hold a secret. SecretArn, TokenName and PasswordLength do not match."""

PROPERTY = re.compile(
    r"(passwords?|passwordparam|passphrase|(client|app|wallet|shared|authorizer)secret|secret(string|key|accesskey|token)"
    r"|(auth|access|refresh|oauth|jwt|hec)token|apikey(value)?|privatekey|presharedkey|hostkeybody|keytab)$",
    re.IGNORECASE,
)
"""Ends of the names of properties that take a secret, in any resource type."""

WRITE_ONLY = re.compile(r"((?<!client)token|credentials?|secret|accesskey|activationkey)$", re.IGNORECASE)
"""The same for properties that AWS never returns (writeOnlyProperties of the provider schema)."""

LABELS = ("engine", "host", "username", "dbname", "port", "masterarn", "dbInstanceIdentifier", "dbClusterIdentifier")
"""Keys of a secret's JSON that are not secret (Secrets Manager user guide, "JSON structure of AWS Secrets Manager
secrets")."""

VARIABLES = ("Variables", "OptionSettings", "DefaultArguments")
"""Properties with variables whose name does not have the word Environment."""
NAMES = ("Name", "Variable", "OptionName")
STORED = ("PARAMETER_STORE", "SECRETS_MANAGER")
"""Types of a variable of CodeBuild whose value is a name (CodeBuild API, EnvironmentVariable)."""

DYNAMIC = re.compile(r"\{\{resolve:(secretsmanager|ssm-secure):")


def secret_parameters(template: Mapping[str, Any]) -> dict[str, str]:
    """Parameter → why it counts as a secret, as part of a sentence."""
    only_names = names_only(template)
    reasons = {
        name: "by its name"
        for name, definition in section(template, "Parameters")
        if PARAMETER.search(name) and may_be_secret(definition) and name not in only_names
    }
    for path, name in flows(template):
        if name not in reasons:
            reasons[name] = f"because it flows into {'/'.join(map(str, path))}"
    return reasons


def may_be_secret(definition: Mapping[str, Any]) -> bool:
    """Whether a parameter can hold a secret: it is not an enumeration, and not an ARN or other name in the account."""
    kind, pattern = definition.get("Type"), definition.get("AllowedPattern")
    is_name = "AllowedValues" in definition or (isinstance(pattern, str) and pattern.lstrip("^(").startswith("arn:"))
    return not is_name and kind in ("String", "Number", "CommaDelimitedList")


def flows(template: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """(path of the property, parameter) where a parameter's value reaches a property that takes a secret."""
    parameters = {name for name, definition in section(template, "Parameters") if may_be_secret(definition)}
    for logical_id, resource in section(template, "Resources"):
        kind = resource.get("Type")
        write_only = schema_of(kind).get("writeOnlyProperties", ()) if isinstance(kind, str) else ()
        names = {pointer.rpartition("/")[2] for pointer in write_only}
        for path, name in values_at(resource.get("Properties"), ("Resources", logical_id, "Properties")):
            where = property_of(path)
            listed = variable_name(at(resource, where[2:-1])) if where[-1] == "Value" else None
            is_taken = is_secret(str(where[-1]), names) or is_variable(where, listed or str(where[-1]))
            flows_in = name in parameters and is_taken
            if flows_in and not is_label(at(resource, where[2:]), name):
                yield where, name


def names_only(template: Mapping[str, Any]) -> set[str]:
    """The parameters whose value only names something: a secret in a dynamic reference, an export, a key of a map."""
    nodes = [(name, template.get(name)) for name in ("Resources", "Outputs")]
    used = {name for section_name, node in nodes for _, name in named_at(node, (section_name,))}
    return used - {name for section_name, node in nodes for _, name in values_at(node, (section_name,))}


def at(node: Any, path: Path) -> Any:
    """The value at a path."""
    for part in path:
        node = node[part]
    return node


def is_label(value: Any, name: str) -> bool:
    """Whether a parameter is in a secret's JSON only under keys that are not secret, such as `username`."""
    text, variable = text_of_value(value), f"${{{name}}}"
    labels = re.findall(rf'"(?:{"|".join(LABELS)})"\s*:\s*"?{re.escape(variable)}"?\s*[,}}]', text)
    return 0 < text.count(variable) == len(labels)


def text_of_value(node: Any) -> str:
    """A value as text, with parameters as `${Name}`; empty for functions that this cannot express."""
    if isinstance(node, str):
        return node
    if not isinstance(node, Mapping) or len(node) != 1:
        return ""
    ((function, argument),) = node.items()
    if function == "Ref":
        return f"${{{argument}}}"
    if function == "Fn::ToJsonString":
        values = argument.items() if isinstance(argument, Mapping) else ()
        return json.dumps({str(key): text_of_value(value) for key, value in values})
    if function == "Fn::Join" and isinstance(argument, list) and len(argument) == 2 and isinstance(argument[1], list):
        return str(argument[0]).join(map(text_of_value, argument[1]))
    if function != "Fn::Sub":
        return ""
    text, own = argument if isinstance(argument, list) and len(argument) == 2 else (argument, {})
    if not isinstance(text, str) or not isinstance(own, Mapping):
        return ""
    for variable, value in own.items():
        text = text.replace(f"${{{variable}}}", text_of_value(value))
    return text


def property_of(path: Path) -> Path:
    """The property whose value the function at `path` is in, without list indices and enclosing functions."""
    end = len(path)
    for index, part in enumerate(path):
        if isinstance(part, str) and part.startswith("Fn::"):
            end = index
            break
    while end > 0 and isinstance(path[end - 1], int):
        end -= 1
    return path[:end]


def is_secret(name: str, write_only: set[str]) -> bool:
    """Whether a property with this name takes a secret."""
    return bool(PROPERTY.search(re.sub("[_-]", "", name))) or (name in write_only and bool(WRITE_ONLY.search(name)))


def is_variable(path: Path, name: str) -> bool:
    """Whether a value is a variable of a program, with a name such as DB_PASSWORD or SECRET_KEY."""
    around = [str(part) for part in path[3:-1]]
    return any("Environment" in part or part in VARIABLES for part in around) and sounds_secret(name)


def sounds_secret(name: str) -> bool:
    """Whether a name in any spelling, such as DB_PASSWORD, --db-password or /db/password, is that of a secret."""
    return bool(PARAMETER.search(re.sub(r"[^A-Za-z0-9]", "", name))) or name.lower().endswith("pwd")


def variable_name(node: Any) -> str | None:
    """The name of a variable that a list has as Name and Value; None for those whose value is only a name."""
    if not isinstance(node, Mapping) or "Value" not in node or node.get("Type") in STORED:
        return None
    return next((node[name] for name in NAMES if isinstance(node.get(name), str)), None)
