"""Secrets that a template has as text: in properties that take a secret, in variables of programs, in any text.

What only refers to a secret is none: a dynamic reference, a Ref, an ARN, the name of a secret or parameter, and what
Secrets Manager generates. Nobody can tell a short password in a program's text from other words, so only what has a
form of its own counts there: access keys of IAM users, private keys, and tokens of GitHub and Slack.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from catalog.cfn.json_text import json_data
from catalog.cfn.template import text_of
from catalog.check.controls._control import Fault, Path, section
from catalog.check.controls._secrets import LABELS, is_secret, is_variable, sounds_secret, variable_name
from catalog.check.schemas import schema_of

TOKENS: Mapping[str, re.Pattern[str]] = {
    "the access key of an IAM user": re.compile(r"(?<![A-Z0-9])AKIA(?![A-Z0-9]{9}EXAMPLE)[A-Z0-9]{16}(?![A-Z0-9])"),
    "a private key": re.compile(r"-----BEGIN ([A-Z]+ )*PRIVATE KEY-----"),
    "a token of GitHub": re.compile(r"(?<!\w)(gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{60,})"),
    "a token of Slack": re.compile(r"(?<!\w)xox[abeoprs]-[A-Za-z0-9-]{20,}"),
}
"""What a text has → its form (IAM user guide, "Unique identifiers"; RFC 7468; GitHub and Slack documentation).
AWS's examples end with EXAMPLE."""

IN_JSON = re.compile(r"(pass(word|wd|phrase)?|pwd|secret|token|key|credentials?|pin)$", re.IGNORECASE)
"""Ends of the keys of a secret's JSON whose value is secret."""
NO_SECRET = re.compile(
    r"|(?i:true|false|yes|no|none|null|enabled|disabled|optional|required)"  # nothing, and switches
    r"|arn:.*|https?://.*|/.*|[a-z0-9._-]+(/[a-z0-9._-]+)+"  # ARNs, addresses, names of secrets and parameters
    r"|\{\{.*|\{%.*|\$.*",  # references of CloudFormation, Systems Manager and Step Functions
    re.DOTALL,
)
"""Texts that are no secret under any name."""
HAS_NAME = re.compile(r"(secret|credentials?)$", re.IGNORECASE)
"""Ends of the names of variables that often have the name of a secret as value."""
A_NAME = re.compile(r"[a-z0-9]+([._-][a-z0-9]+)+")
PSEUDO = re.compile(r"\$\{AWS::\w+\}")
REFERENCE = re.compile(r"\$\{(?!!)[^}]*\}")


def literal_secrets(template: Mapping[str, Any]) -> Iterator[Fault]:
    """(path, message) of each secret that the resources have as text."""
    mappings = dict(section(template, "Mappings"))
    for logical_id, resource in section(template, "Resources"):
        kind = str(resource.get("Type"))
        write_only = {pointer.rpartition("/")[2] for pointer in schema_of(kind).get("writeOnlyProperties", ())}
        path: Path = ("Resources", logical_id, "Properties")
        seen: set[Path] = set()
        for where, name, node in named_values(resource.get("Properties"), path):
            texts = [text for text in literals(node, mappings) if has_secret(text)]
            if is_variable(where, name):
                texts = [text for text in texts if not (HAS_NAME.search(name) and A_NAME.fullmatch(text))]
            elif where[-1] != name or not is_secret(name, write_only):
                texts = []
            if texts:
                seen.add(where)
                yield where, f"{name} is a secret in plain text; everybody who can read the template knows it"
        if kind == "AWS::SSM::Parameter":
            yield from plain_parameter(resource.get("Properties"), path, mappings)
        for where, text in texts_of(resource, ("Resources", logical_id)):
            for words, pattern in TOKENS.items():
                if pattern.search(text) and not any(where[: len(other)] == other for other in seen):
                    yield where, f"the text has {words}; everybody who can read the template knows it"


def named_values(node: Any, path: Path) -> Iterator[tuple[Path, str, Any]]:
    """(path, name, value) of every property, and of every variable that a list has as Name and Value."""
    if isinstance(node, Mapping):
        variable = variable_name(node)
        if variable is not None:
            yield (*path, "Value"), variable, node["Value"]
        for name, value in node.items():
            if not str(name).startswith("Fn::"):
                yield (*path, str(name)), str(name), value
            if not str(name).startswith("Fn::") or name == "Fn::If":
                yield from named_values(value, (*path, str(name)))
    elif isinstance(node, list):
        for index, member in enumerate(node):
            yield from named_values(member, (*path, index))


def literals(node: Any, mappings: Mapping[str, Any]) -> Iterator[str]:
    """The texts that a value has whatever the launch is; in each branch of a Fn::If."""
    text = text_of(node)
    if text is not None:
        yield text
    if not isinstance(node, Mapping) or len(node) != 1:
        return
    ((function, argument),) = node.items()
    if function == "Fn::If" and isinstance(argument, list):
        for branch in argument[1:]:
            yield from literals(branch, mappings)
    elif function == "Fn::Sub":
        text = PSEUDO.sub("x", str(argument[0] if isinstance(argument, list) and argument else argument))
        yield from () if REFERENCE.search(text) else (text,)
    elif function == "Fn::Base64":
        yield from literals(argument, mappings)
    elif function == "Fn::Join" and isinstance(argument, list) and len(argument) == 2 and isinstance(argument[1], list):
        parts = [next(literals(member, mappings), None) for member in argument[1]]
        yield from () if None in parts else (str(argument[0]).join(map(str, parts)),)
    elif function == "Fn::FindInMap" and isinstance(argument, list) and len(argument) == 3:
        yield from mapped(argument, mappings)
    elif function == "Fn::ToJsonString":
        yield json.dumps(argument, default=str)


def mapped(names: list[Any], mappings: Mapping[str, Any]) -> Iterator[str]:
    """The texts that a Fn::FindInMap can return: where a function is a key, those of all keys."""
    values: list[Any] = [mappings]
    for name in names:
        objects = [value for value in values if isinstance(value, Mapping)]
        values = [
            value
            for each in objects
            for key, value in each.items()
            if not isinstance(name, str | int) or str(key) == str(name)
        ]
    yield from (text for value in values if (text := text_of(value)) is not None)


def has_secret(text: str) -> bool:
    """Whether a text under the name of a secret is one; of JSON, its members with such a name."""
    if "{{resolve:" in text:
        return False
    data: Any = None
    with contextlib.suppress(ValueError):
        data = json_data(text)
    if isinstance(data, Mapping):
        return any(
            isinstance(value, str) and name not in LABELS and IN_JSON.search(name) and has_secret(value)
            for name, value in data.items()
        )
    return not NO_SECRET.fullmatch(text.strip())


def plain_parameter(properties: Any, path: Path, mappings: Mapping[str, Any]) -> Iterator[Fault]:
    """The value of an SSM parameter with the name of a secret."""
    own = properties if isinstance(properties, Mapping) else {}
    named = [text for text in literals(own.get("Name"), mappings) if sounds_secret(text)]
    if named and any(map(has_secret, literals(own.get("Value"), mappings))):
        yield (*path, "Value"), f"the value of {named[0]} is a secret in plain text, and so is the parameter"


def texts_of(node: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """(path, text) of every text; user data in Base64 is decoded."""
    if isinstance(node, str):
        yield path, node
        if path[-1] == "UserData":
            yield from ((path, text) for text in decoded(node))
    elif isinstance(node, Mapping):
        for name, value in node.items():
            yield from texts_of(value, (*path, str(name)))
    elif isinstance(node, list):
        for index, member in enumerate(node):
            yield from texts_of(member, (*path, index))


def decoded(text: str) -> Iterator[str]:
    """A Base64 text as the text that it stands for; nothing for other text."""
    try:
        yield base64.b64decode(text, validate=True).decode("utf-8", "ignore")
    except (binascii.Error, ValueError):
        return
