"""Artefacts: what a stack uses from outside of it, such as objects in buckets, images, layers and macros.

There is no list of properties. The location of an object has the same shape in all types (the provider schemas that
cfn-lint ships have dozens of them, and a test reads them all), and URLs and ARNs are recognized anywhere, also inside a
script. Locations that a stack writes to (logs, outputs, exports) are recognized by the property's name.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.cfn.template import is_list, text_of
from catalog.check.portfolio._control import OfferedVersion, Path, Subject

UNKNOWN = "\0"
"""In a text: a part that is known only when a stack is created."""
OWN = "${AWS::AccountId}"
ANYWHERE = ("AWS::Region", "AWS::Partition", "AWS::URLSuffix")
"""Pseudo parameters with the same values in every account."""
CHOICES = 64
"""Limit on the texts that are tried for one value, such as a script with many variables."""

BUCKET = re.compile(r"(S3)?Bucket(Name|ARN|Arn)?")
OBJECT = re.compile(r"(S3)?(Object|File)?Key")
WRITTEN = re.compile(
    r"(Output|Destination|Export|Temp|Log|Snapshot|Report|Result|Upload|Intermediate|Capture)(s|ed|ing)?(?=[A-Z\d]|$)"
    r"|^TopicRulePayload$"
)
"""Names of properties with a location that the stack writes to."""
NAME = rf"(?:[A-Za-z0-9._-]|\$\{{AWS::\w+\}}|{UNKNOWN})+"
DOMAIN = rf"(?:amazonaws\.com(?:\.cn)?|\$\{{AWS::URLSuffix\}}|{UNKNOWN})"
LOCATIONS = (
    re.compile(rf"s3://({NAME})(?=[/\s\"']|$)"),
    re.compile(rf"https?://({NAME}?)\.s3(?:[.-]{NAME}?)?\.{DOMAIN}(?=/)"),
    re.compile(rf"https?://s3(?:[.-]{NAME}?)?\.{DOMAIN}/({NAME})(?=[/\s\"']|$)"),
    re.compile(rf"((?<!\d)(?:\d{{12}}|\$\{{AWS::AccountId\}}|{UNKNOWN})\.dkr\.ecr\.{NAME})"),
)
"""Buckets and registries in a text."""
ARN = re.compile(rf"arn:{NAME}:(?:lambda|sns):{NAME}:(?:\d{{12}}|\$\{{AWS::AccountId\}}):.+")
TAKEN_BY_ARN = ("Layers", "ServiceToken")
MANAGED = re.compile(r"(AWS|Alexa|Custom)::.*")


@dataclass(frozen=True, slots=True)
class Artefact:
    """Something that a stack uses from outside."""

    name: str
    """A bucket, registry, ARN, macro or type, with pseudo parameters as `${AWS::Region}`."""
    path: Path
    """Where the template names it."""

    @property
    def is_of_launching_account(self) -> bool:
        """Whether it belongs to the account that launches."""
        return OWN in self.name

    @property
    def is_known(self) -> bool:
        """Whether the template alone decides what it is, and not a value at launch."""
        pseudo_parameters = re.findall(r"\$\{(AWS::\w+)\}", self.name)
        return UNKNOWN not in self.name and set(pseudo_parameters) <= {*ANYWHERE, "AWS::AccountId"}


def artefacts(template: Mapping[str, Any]) -> Iterator[Artefact]:
    """All artefacts that the template alone decides, in its order. One that is named twice comes twice."""
    for artefact in ArtefactReader(template).read():
        if artefact.is_known:
            yield artefact


def registered(template: Mapping[str, Any]) -> Iterator[Artefact]:
    """Macros, and resource types that are not AWS's: each account has its own registry of these."""
    for path, name in macros(template, ()):
        if not name.startswith("AWS::"):
            yield Artefact(name, path)
    resources = template.get("Resources")
    for logical_id, resource in resources.items() if isinstance(resources, Mapping) else ():
        kind = resource.get("Type") if isinstance(resource, Mapping) else None
        if isinstance(kind, str) and not MANAGED.fullmatch(kind):
            yield Artefact(kind, ("Resources", logical_id, "Type"))


def macros(node: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """(path, name) of every macro: in the section Transform, and in each Fn::Transform."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            inner = (*path, str(key))
            if key == "Fn::Transform" or inner == ("Transform",):
                yield from ((inner, name) for name in names_of(value))
            yield from macros(value, inner)
    elif is_list(node):
        for index, member in enumerate(node):
            yield from macros(member, (*path, index))


def names_of(value: Any) -> Iterator[str]:
    """The macros that a Transform names: one or a list, each with or without parameters."""
    for macro in value if is_list(value) else [value]:
        name = macro.get("Name") if isinstance(macro, Mapping) else macro
        if isinstance(name, str):
            yield name


@dataclass(frozen=True, slots=True)
class ArtefactReader:
    """Finds the artefacts of one template."""

    template: Mapping[str, Any]

    def read(self) -> Iterator[Artefact]:
        """The artefacts of resources, and of the parameters of macros in all sections."""
        for name, section in self.template.items():
            if name in ("Resources", "Transform"):
                yield from self.walk(section, (name,))
            else:
                yield from self.of_macros(section, (str(name),))

    def of_macros(self, node: Any, path: Path) -> Iterator[Artefact]:
        """The artefacts in parameters of macros, in a section without other artefacts."""
        if isinstance(node, Mapping):
            for key, value in node.items():
                step = self.walk if key == "Fn::Transform" else self.of_macros
                yield from step(value, (*path, str(key)))

    def walk(self, node: Any, path: Path) -> Iterator[Artefact]:
        """Every artefact at or below a node."""
        if is_list(node):
            for index, member in enumerate(node):
                yield from self.walk(member, (*path, index))
        elif isinstance(node, Mapping) and not is_text_function(node):
            yield from self.pair(node, path)
            for key, value in node.items():
                if not WRITTEN.search(str(key)):
                    yield from self.walk(value, (*path, str(key)))
        else:
            for text in self.texts(node):
                yield from (Artefact(name, path) for name in named_in(text, path))

    def pair(self, node: Mapping[str, Any], path: Path) -> Iterator[Artefact]:
        """The bucket in an object with both the name of a bucket and the key of an object."""
        keys = [str(key) for key in node]
        if any(OBJECT.fullmatch(key) for key in keys):
            for key in filter(BUCKET.fullmatch, keys):
                for text in self.texts(node[key]):
                    yield Artefact(text.rpartition(":::")[2], (*path, key))

    def texts(self, node: Any) -> tuple[str, ...]:
        """Every text that a node can be. Parts that are known only at launch are UNKNOWN."""
        text = text_of(node)
        if text is not None:
            return (re.sub(r"\{\{resolve:[^}]*\}\}", UNKNOWN, text),)
        name = called(node)
        argument: Any = node[name] if name else None
        if name == "Ref":
            return self.variable(argument)
        if name == "Fn::Sub":
            return self.substituted(argument)
        if name == "Fn::Base64":
            return self.texts(argument)
        if name == "Fn::If" and is_list(argument):
            return tuple(branch_text for branch in argument[1:] for branch_text in self.texts(branch))
        if name == "Fn::Join" and is_list(argument) and len(argument) == 2 and is_list(argument[1]):
            return tuple(str(argument[0]).join(parts) for parts in self.combined(argument[1]))
        return self.mapped(argument) if name == "Fn::FindInMap" else (UNKNOWN,)

    def variable(self, name: Any) -> tuple[str, ...]:
        """The texts of a Ref: a parameter's default and allowed values, and UNKNOWN if it accepts others."""
        if isinstance(name, str) and name.startswith("AWS::"):
            return (f"${{{name}}}",)
        parameters = self.template.get("Parameters")
        definition = parameters.get(name) if isinstance(parameters, Mapping) and isinstance(name, str) else None
        if not isinstance(definition, Mapping) or "SSM" in str(definition.get("Type")):
            return (UNKNOWN,)  # a resource of the stack, or a value that the account has stored
        allowed = definition.get("AllowedValues")
        values = [definition.get("Default"), *(allowed if isinstance(allowed, list) else [UNKNOWN])]
        return tuple(dict.fromkeys(text for value in values if (text := text_of(value)) is not None))

    def substituted(self, argument: Any) -> tuple[str, ...]:
        """The texts of a Fn::Sub."""
        text, own = argument if is_list(argument) and len(argument) == 2 else (argument, {})
        if not isinstance(text, str) or not isinstance(own, Mapping):
            return (UNKNOWN,)
        parts = re.split(r"\$\{\s*([^!}\s][^}]*?)\s*\}", text)
        nodes = [own.get(part, {"Ref": part}) if index % 2 else part for index, part in enumerate(parts)]
        return tuple("".join(texts) for texts in self.combined(nodes))

    def mapped(self, argument: Any) -> tuple[str, ...]:
        """The texts of a Fn::FindInMap: all in the mapping under the keys that are literals."""
        mappings = self.template.get("Mappings")
        if not is_list(argument) or len(argument) < 3 or not isinstance(mappings, Mapping):
            return (UNKNOWN,)
        tables: list[Any] = [mappings]
        for key in argument[:3]:
            below = [table for table in tables if isinstance(table, Mapping)]
            tables = [row for table in below for name, row in table.items() if not isinstance(key, str) or name == key]
        return tuple(text for value in tables for text in self.texts(value)) or (UNKNOWN,)

    def combined(self, nodes: list[Any]) -> Iterator[tuple[str, ...]]:
        """Combinations of the texts of several nodes, at most CHOICES."""
        return itertools.islice(itertools.product(*map(self.texts, nodes)), CHOICES)


def called(node: Any) -> str:
    """The function that a node calls, or ""; other checks report malformed functions."""
    name = next(iter(node)) if isinstance(node, Mapping) and len(node) == 1 else ""
    return str(name) if name == "Ref" or str(name).startswith("Fn::") else ""


def is_text_function(node: Mapping[str, Any]) -> bool:
    """Whether a node is a function that returns a text. Fn::If and macros are not: their arguments are read."""
    return called(node) not in ("", "Fn::If", "Fn::Transform")


def named_in(text: str, path: Path) -> Iterator[str]:
    """The artefacts that a text names."""
    for pattern in LOCATIONS:
        yield from pattern.findall(text)
    names = [step for step in path if isinstance(step, str) and not step.startswith("Fn::")]
    if names and names[-1] in TAKEN_BY_ARN and ARN.fullmatch(text):
        yield text


def leaving(subject: Subject) -> Iterator[tuple[Path, OfferedVersion]]:
    """(path, version) of each version that other accounts launch: from a shared portfolio, or by a stack set."""
    shared = bool(subject.data.get("shares"))
    for path, product_entry, offered in subject.versions():
        if shared or set(product_entry.get("stackset", {}).get("accounts", ())) - {OWN}:
            yield path, offered


def each_once(
    subject: Subject, find: Callable[[OfferedVersion], Iterable[Artefact]]
) -> Iterator[tuple[Path, str, Artefact]]:
    """(path, where, artefact) of each artefact in versions that leave the account, once for each product.

    The path ends with the artefact, as in `products/<key>/<bucket>`, so that a suppression can name it.
    """
    reported: set[Path] = set()
    for path, offered in leaving(subject):
        for artefact in find(offered):
            artefact_path = (*path, artefact.name)
            if artefact_path not in reported:
                reported.add(artefact_path)
                yield artefact_path, f"{offered.name}, {'/'.join(map(str, artefact.path))}", artefact
