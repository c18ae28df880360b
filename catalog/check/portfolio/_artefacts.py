"""What a template takes from outside of its stack: objects in buckets, images, layers, programs of macros.

No list of properties: an object's place has the same shape in all types (the provider schemas that cfn-lint ships have
dozens of it, and a test goes through them), and URLs and ARNs speak for themselves, also inside a script. What is
written to (logs, outputs, exports) is told apart by the property's name.
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
"""In a text: what is known only when a stack is made."""
OWN = "${AWS::AccountId}"
ANYWHERE = ("AWS::Region", "AWS::Partition", "AWS::URLSuffix")
"""Pseudo parameters that are the same in every account."""
CHOICES = 64
"""Texts that are looked at for one value, of a script with many variables."""

BUCKET = re.compile(r"(S3)?Bucket(Name|ARN|Arn)?")
OBJECT = re.compile(r"(S3)?(Object|File)?Key")
WRITTEN = re.compile(
    r"(Output|Destination|Export|Temp|Log|Snapshot|Report|Result|Upload|Intermediate|Capture)(s|ed|ing)?(?=[A-Z\d]|$)"
    r"|^TopicRulePayload$"
)
"""Properties that say where something is written to."""
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
    """Something that a stack takes from outside."""

    what: str
    """A bucket, registry, ARN, macro or type; pseudo parameters as `${AWS::Region}`."""
    path: Path
    """Where the template says so."""

    @property
    def is_own(self) -> bool:
        """Whether it is of the account that launches."""
        return OWN in self.what

    @property
    def is_told(self) -> bool:
        """Whether the template alone says what it is, and nobody who launches."""
        names = re.findall(r"\$\{(AWS::\w+)\}", self.what)
        return UNKNOWN not in self.what and set(names) <= {*ANYWHERE, "AWS::AccountId"}


def artefacts(template: Mapping[str, Any]) -> Iterator[Artefact]:
    """All that the template alone tells, in its order; a place that is named twice comes twice."""
    for one in ArtefactReader(template).read():
        if one.is_told:
            yield one


def registered(template: Mapping[str, Any]) -> Iterator[Artefact]:
    """Macros, and resource types that are not AWS's: each account has its own registry of them."""
    for path, name in macros(template, ()):
        if not name.startswith("AWS::"):
            yield Artefact(name, path)
    resources = template.get("Resources")
    for logical_id, resource in resources.items() if isinstance(resources, Mapping) else ():
        kind = resource.get("Type") if isinstance(resource, Mapping) else None
        if isinstance(kind, str) and not MANAGED.fullmatch(kind):
            yield Artefact(kind, ("Resources", logical_id, "Type"))


def macros(node: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """(path, name) of every macro: of the section Transform, and of each Fn::Transform."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            here = (*path, str(key))
            if key == "Fn::Transform" or here == ("Transform",):
                yield from ((here, name) for name in names_of(value))
            yield from macros(value, here)
    elif is_list(node):
        for index, member in enumerate(node):
            yield from macros(member, (*path, index))


def names_of(value: Any) -> Iterator[str]:
    """The macros that a Transform names: one, a list of them, each with or without parameters."""
    for one in value if is_list(value) else [value]:
        name = one.get("Name") if isinstance(one, Mapping) else one
        if isinstance(name, str):
            yield name


@dataclass(frozen=True, slots=True)
class ArtefactReader:
    """Goes through one template."""

    template: Mapping[str, Any]

    def read(self) -> Iterator[Artefact]:
        """Resources, and what macros get wherever they stand."""
        for name, entry in self.template.items():
            if name in ("Resources", "Transform"):
                yield from self.walk(entry, (name,))
            else:
                yield from self.of_macros(entry, (str(name),))

    def of_macros(self, node: Any, path: Path) -> Iterator[Artefact]:
        """The parameters of macros in a section that holds no artefacts itself."""
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
                yield from (Artefact(what, path) for what in named_in(text, path))

    def pair(self, node: Mapping[str, Any], path: Path) -> Iterator[Artefact]:
        """The bucket of an object that holds both a bucket's name and an object's."""
        keys = [str(key) for key in node]
        if any(OBJECT.fullmatch(key) for key in keys):
            for key in filter(BUCKET.fullmatch, keys):
                for text in self.texts(node[key]):
                    yield Artefact(text.rpartition(":::")[2], (*path, key))

    def texts(self, node: Any) -> tuple[str, ...]:
        """Every text that a node can be; what is known only at launch is UNKNOWN."""
        found = text_of(node)
        if found is not None:
            return (re.sub(r"\{\{resolve:[^}]*\}\}", UNKNOWN, found),)
        name = called(node)
        argument: Any = node[name] if name else None
        if name == "Ref":
            return self.variable(argument)
        if name == "Fn::Sub":
            return self.substituted(argument)
        if name == "Fn::Base64":
            return self.texts(argument)
        if name == "Fn::If" and is_list(argument):
            return tuple(text for branch in argument[1:] for text in self.texts(branch))
        if name == "Fn::Join" and is_list(argument) and len(argument) == 2 and is_list(argument[1]):
            return tuple(str(argument[0]).join(parts) for parts in self.combined(argument[1]))
        return self.mapped(argument) if name == "Fn::FindInMap" else (UNKNOWN,)

    def variable(self, name: Any) -> tuple[str, ...]:
        """What a Ref can be: a parameter's default and allowed values, and anything else that is typed at launch."""
        if isinstance(name, str) and name.startswith("AWS::"):
            return (f"${{{name}}}",)
        parameters = self.template.get("Parameters")
        definition = parameters.get(name) if isinstance(parameters, Mapping) and isinstance(name, str) else None
        if not isinstance(definition, Mapping) or "SSM" in str(definition.get("Type")):
            return (UNKNOWN,)  # a resource of the stack, or what the account has stored
        allowed = definition.get("AllowedValues")
        values = [definition.get("Default"), *(allowed if isinstance(allowed, list) else [UNKNOWN])]
        return tuple(dict.fromkeys(text for value in values if (text := text_of(value)) is not None))

    def substituted(self, argument: Any) -> tuple[str, ...]:
        """The texts of a Fn::Sub."""
        text, own = argument if is_list(argument) and len(argument) == 2 else (argument, {})
        if not isinstance(text, str) or not isinstance(own, Mapping):
            return (UNKNOWN,)
        parts = re.split(r"\$\{([^!}][^}]*)\}", text)
        nodes = [own.get(part, {"Ref": part}) if index % 2 else part for index, part in enumerate(parts)]
        return tuple("".join(one) for one in self.combined(nodes))

    def mapped(self, argument: Any) -> tuple[str, ...]:
        """The texts of a lookup: all of the mapping's under the keys that are written out."""
        mappings = self.template.get("Mappings")
        if not is_list(argument) or len(argument) < 3 or not isinstance(mappings, Mapping):
            return (UNKNOWN,)
        tables: list[Any] = [mappings]
        for key in argument[:3]:
            below = [table for table in tables if isinstance(table, Mapping)]
            tables = [row for table in below for name, row in table.items() if not isinstance(key, str) or name == key]
        return tuple(text for value in tables for text in self.texts(value)) or (UNKNOWN,)

    def combined(self, nodes: list[Any]) -> Iterator[tuple[str, ...]]:
        """The texts of several nodes beside each other, the first CHOICES of them."""
        return itertools.islice(itertools.product(*map(self.texts, nodes)), CHOICES)


def called(node: Any) -> str:
    """The function that a node calls, or ""; malformed ones are for the template's own checks."""
    name = next(iter(node)) if isinstance(node, Mapping) and len(node) == 1 else ""
    return str(name) if name == "Ref" or str(name).startswith("Fn::") else ""


def is_text_function(node: Mapping[str, Any]) -> bool:
    """Whether a node is a function that gives a text; a Fn::If may give anything, and a macro's parameters are read."""
    return called(node) not in ("", "Fn::If", "Fn::Transform")


def named_in(text: str, path: Path) -> Iterator[str]:
    """What a text names, whatever else it says."""
    for pattern in LOCATIONS:
        yield from pattern.findall(text)
    names = [step for step in path if isinstance(step, str) and not step.startswith("Fn::")]
    if names and names[-1] in TAKEN_BY_ARN and ARN.fullmatch(text):
        yield text


def leaving(subject: Subject) -> Iterator[tuple[Path, OfferedVersion]]:
    """(path, version) of all that is launched in other accounts: of a shared portfolio, or by a stack set there."""
    shared = bool(subject.data.get("shares"))
    for path, entry, offered in subject.versions():
        if shared or set(entry.get("stackset", {}).get("accounts", ())) - {OWN}:
            yield path, offered


def each_once(
    subject: Subject, find: Callable[[OfferedVersion], Iterable[Artefact]]
) -> Iterator[tuple[Path, str, Artefact]]:
    """(path, where, artefact) of what is found in versions that leave the account, each once a product.

    The path ends with the artefact, as `products/<key>/<bucket>`: a suppression names it.
    """
    seen: set[Path] = set()
    for path, offered in leaving(subject):
        for one in find(offered):
            here = (*path, one.what)
            if here not in seen:
                seen.add(here)
                yield here, f"{offered.name}, {'/'.join(map(str, one.path))}", one
