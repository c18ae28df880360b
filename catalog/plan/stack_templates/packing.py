"""From resources to templates that CloudFormation accepts: one, or a root with nested stacks.

Nested stacks come in layers, and each layer waits for the one before it. A resource never moves from one stack to
another, because CloudFormation would delete the one and create the other: a group of resources stays in the stack in
which the last export has it, and a new group goes into the first stack of its layer that it leaves at most half full.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.cfn.quotas import OPERATION, OUTPUTS, PARAMETERS, RESOURCES, TEMPLATE_BYTES
from catalog.errors import ContentError
from catalog.model.addresses import Address
from catalog.model.state import ADDRESS_TAG
from catalog.plan.kinds.template import template_key
from catalog.plan.stack_templates.stand_ins import Destination
from catalog.plan.stack_templates.translation import Layer, ObjectReference, Resource, Translation

HALF = 2
LETTERS = re.compile(r"[A-Za-z0-9]+")
NAME_LENGTH = 80
"""Of the readable part of a logical id, which has at most 255 characters."""

Assignment = Mapping[str, str]
"""`Objects product/kms_key` (layer and group) → name of the nested stack that has it."""


@dataclass(slots=True)
class ResourceGroup:
    """Resources that are in one stack, and what they take of its limits."""

    layer: Layer
    resources: dict[Address, Resource] = field(default_factory=dict)
    size: int = 0

    def needs(self) -> dict[str, ObjectReference]:
        """Parameter → what it stands for: objects of other stacks."""
        return {
            parameter_name(reference): reference
            for resource in self.resources.values()
            for reference in resource.references()
            if reference.address not in self.resources
        }


@dataclass(slots=True)
class NestedStack(ResourceGroup):
    """A nested stack: the resources of some groups, and what it needs from other stacks."""

    name: str = ""
    needed: set[str] = field(default_factory=set)

    def put(self, group: ResourceGroup) -> None:
        """Add a group."""
        self.resources |= group.resources
        self.size += group.size
        self.needed |= group.needs().keys()

    def has_room(self, group: ResourceGroup) -> bool:
        """Whether a group leaves the stack at most half full. An empty stack takes any group."""
        count = len(self.resources) + len(group.resources)
        return not self.resources or (
            self.size + group.size <= TEMPLATE_BYTES // HALF
            and count <= (OUTPUTS if self.layer is Layer.OBJECTS else RESOURCES) // HALF
            and len(self.needed | group.needs().keys()) <= PARAMETERS // HALF
        )


@dataclass(frozen=True, slots=True)
class NestedTemplate:
    """The template of a nested stack, as an object of the template bucket."""

    name: str
    template: Mapping[str, Any]
    key: str
    """Its content-addressed key in the bucket."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The templates of a catalogue."""

    roots: tuple[Mapping[str, Any], ...]
    """The root template, after those with only its first nested stacks: deployed one after the other, each creates no
    more resources than CloudFormation allows in one operation."""
    nested: tuple[NestedTemplate, ...]
    groups: Assignment
    """Where each group of resources is. The next export keeps it there."""


def template_text(template: Mapping[str, Any]) -> str:
    """A template as it is written to a file."""
    return json.dumps(template, indent=1, ensure_ascii=False) + "\n"


def nested_file(name: str, template: Mapping[str, Any]) -> NestedTemplate:
    """The template of a nested stack with its key."""
    digest = hashlib.sha256(template_text(template).encode()).hexdigest()
    return NestedTemplate(name, template, template_key(name, digest, "stacks", "json"))


def logical_id(address: Address, destination: Destination) -> str:
    """The logical id of an object: its Address in letters and digits, and a digest that keeps two apart."""
    text = destination.readable(address)
    words = "".join(word[:1].upper() + word[1:] for word in LETTERS.findall(text))
    return f"{words[:NAME_LENGTH]}{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def parameter_name(reference: ObjectReference) -> str:
    """The Address, or with `#versions` that of the list of a product's versions: a key, not yet a logical id."""
    return f"{reference.address}{'' if reference.version is None else '#versions'}"


@dataclass(frozen=True, slots=True)
class Writing:
    """Writes resources as parts of templates."""

    destination: Destination

    def name(self, key: str) -> str:
        """The logical id of a resource, parameter or output."""
        return logical_id(Address(key), self.destination)

    def value(self, value: Any, inside: Mapping[Address, Resource]) -> Any:
        """A value as in a template; references become functions."""
        if isinstance(value, ObjectReference):
            return self.reference(value, inside)
        if isinstance(value, Mapping):
            return {key: self.value(member, inside) for key, member in value.items()}
        if isinstance(value, list):
            return [self.value(member, inside) for member in value]
        return self.destination.written(value)

    def reference(self, reference: ObjectReference, inside: Mapping[Address, Resource]) -> Any:
        """A function that gives the id of an object, in this stack or by a parameter."""
        whole: dict[str, Any] = {"Ref": self.name(parameter_name(reference))}
        if reference.version is None:
            return whole
        if reference.address in inside:
            whole = {"Fn::GetAtt": [self.name(reference.address), "ProvisioningArtifactIds"]}
        return {"Fn::Select": [reference.version, {"Fn::Split": [",", whole]}]}

    def resource(self, resource: Resource, inside: Mapping[Address, Resource]) -> dict[str, Any]:
        """A resource. DependsOn names what its properties do not name."""
        named = {reference.address for reference in resource.references()}
        after = sorted(self.name(each) for each in resource.after if each in inside and each not in named)
        retained = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"} if resource.retained else {}
        return {
            "Type": resource.type,
            **({"DependsOn": after} if after else {}),
            **retained,
            "Metadata": {ADDRESS_TAG: self.destination.written(resource.address)},
            "Properties": self.value(resource.properties, inside),
        }

    def template(self, description: str, stack: NestedStack, outputs: Iterable[str]) -> dict[str, Any]:
        """The template of a nested stack. `outputs` are what other stacks need of it."""
        parameters = {self.name(key): {"Type": "String"} for key in sorted(stack.needs())}
        sources = {self.name(key): {"Value": self.output(key)} for key in sorted(outputs)}
        return {
            "AWSTemplateFormatVersion": "2010-09-09",
            "Description": description,
            **({"Parameters": parameters} if parameters else {}),
            "Resources": {
                self.name(address): self.resource(resource, stack.resources)
                for address, resource in stack.resources.items()
            },
            **({"Outputs": sources} if sources else {}),
        }

    def output(self, key: str) -> dict[str, Any]:
        """What other stacks get of an object: its id, or the list of its versions' ids."""
        address, _, versions = key.partition("#")
        if versions:
            return {"Fn::GetAtt": [self.name(address), "ProvisioningArtifactIds"]}
        return {"Ref": self.name(address)}


def resources_of(translation: Translation) -> dict[str, Any]:
    """Address → resource as in one template."""
    writing, destination = Writing(translation.destination), translation.destination
    return {
        destination.readable(address): writing.resource(resource, translation.resources)
        for address, resource in translation.resources.items()
    }


def single_template(translation: Translation, description: str) -> dict[str, Any]:
    """All resources in one template; `ContentError` when it would exceed the limit on resources."""
    writing, stack = Writing(translation.destination), NestedStack(Layer.OBJECTS, translation.resources)
    template = writing.template(description, stack, ())
    if problem := over_limits(template):
        raise ContentError(f"the catalogue does not fit into one template: {problem}")
    return template


def lay_out(translation: Translation, description: str, earlier: Assignment | None = None) -> Layout:
    """The root template and its nested stacks; `ContentError` when one of them would exceed a limit.

    `earlier` is what `Layout.groups` was before.
    """
    writing = Writing(translation.destination)
    stacks = assign(translation, writing, earlier or {})
    holders = {address: stack.name for stack in stacks for address in stack.resources}
    outputs: dict[str, set[str]] = {stack.name: set() for stack in stacks}
    for stack in stacks:
        for key, reference in stack.needs().items():
            outputs[holders[reference.address]].add(key)
    nested = {
        stack.name: writing.template(f"{description}: {stack.name}", stack, outputs[stack.name]) for stack in stacks
    }
    for stack in stacks:
        if problem := over_limits(nested[stack.name]):
            raise ContentError(
                f"the template of nested stack {stack.name} has {problem}",
                hint="Export into a new folder, and deploy it as a new stack: what is in a stack never moves.",
            )
    groups = {
        place(resource, translation.destination): stack.name
        for stack in stacks
        for resource in stack.resources.values()
    }
    files = {name: nested_file(name, template) for name, template in nested.items()}
    root = root_template(writing, description, stacks, holders)
    for name, file in files.items():
        root["Resources"][name]["Properties"]["TemplateURL"] = writing.value(translation.url(file.key), {})
    if problem := over_limits(root):
        raise ContentError(f"the root template has {problem}", hint="Export for targets that have fewer portfolios.")
    return Layout(tuple(steps(root, stacks)), tuple(files.values()), dict(sorted(groups.items())))


def steps(root: Mapping[str, Any], stacks: list[NestedStack]) -> Iterator[Mapping[str, Any]]:
    """The root with more and more of its nested stacks, in the order of the layers; the last is the whole root."""
    names: list[str] = []
    count = 0
    for stack in stacks:
        if count and count + len(stack.resources) > OPERATION:
            yield {**root, "Resources": {name: root["Resources"][name] for name in names}}
            count = 0
        names.append(stack.name)
        count += len(stack.resources)
    yield root


def place(resource: Resource, destination: Destination) -> str:
    """Which layer and group a resource belongs to, in words that stay the same."""
    return f"{resource.layer.name.capitalize()} {destination.readable(resource.group)}"


def assign(translation: Translation, writing: Writing, earlier: Assignment) -> list[NestedStack]:
    """The nested stacks with their resources, in the order of the layers and of their numbers."""
    stacks: dict[str, NestedStack] = {}
    groups = grouped(translation, writing)
    for where, group in groups.items():
        if name := earlier.get(where):
            stacks.setdefault(name, NestedStack(group.layer, name=name)).put(group)
    for where, group in groups.items():
        if where not in earlier:
            next(stack for stack in candidates(stacks, group.layer) if stack.has_room(group)).put(group)
    order = {address: index for index, address in enumerate(translation.resources)}
    for stack in stacks.values():
        stack.resources = dict(sorted(stack.resources.items(), key=lambda item: order[item[0]]))
    return sorted(stacks.values(), key=lambda stack: (stack.layer, len(stack.name), stack.name))


def grouped(translation: Translation, writing: Writing) -> dict[str, ResourceGroup]:
    """The groups by `place`."""
    groups: dict[str, ResourceGroup] = {}
    for resource in translation.resources.values():
        group = groups.setdefault(place(resource, translation.destination), ResourceGroup(resource.layer))
        group.resources[resource.address] = resource
        group.size += size_of(resource, writing)
    return groups


def candidates(stacks: dict[str, NestedStack], layer: Layer) -> Iterator[NestedStack]:
    """The first, second, … stack of a layer; those that do not exist are added."""
    number = 0
    while True:
        number += 1
        name = f"{layer.name.capitalize()}{number}"
        yield stacks.setdefault(name, NestedStack(layer, name=name))


def size_of(resource: Resource, writing: Writing) -> int:
    """About how many bytes a resource takes in a template, with its parameters and output."""
    written = writing.resource(resource, {resource.address: resource})
    return len(template_text(written).encode()) * 2


def over_limits(template: Mapping[str, Any]) -> str:
    """Which limit of CloudFormation a template exceeds; empty when it exceeds none."""
    size = len(template_text(template).encode())
    for count, limit, what in (
        (len(template["Resources"]), RESOURCES, "resources"),
        (len(template.get("Parameters", {})), PARAMETERS, "parameters"),
        (len(template.get("Outputs", {})), OUTPUTS, "outputs"),
        (size, TEMPLATE_BYTES, "bytes"),
    ):
        if count > limit:
            return f"{count} {what} (limit {limit})"
    return ""


def root_template(
    writing: Writing, description: str, stacks: list[NestedStack], holders: Mapping[Address, str]
) -> dict[str, Any]:
    """The root: each nested stack with what it needs of the others, and after the layer before it."""
    resources: dict[str, Any] = {}
    for stack in stacks:
        sources = {key: holders[reference.address] for key, reference in sorted(stack.needs().items())}
        before = {other.name for other in stacks if other.layer < stack.layer} - set(sources.values())
        parameters = {
            writing.name(key): {"Fn::GetAtt": [holder, f"Outputs.{writing.name(key)}"]}
            for key, holder in sources.items()
        }
        resources[stack.name] = {
            "Type": "AWS::CloudFormation::Stack",
            **({"DependsOn": sorted(before)} if before else {}),
            "DeletionPolicy": "Delete",
            "UpdateReplacePolicy": "Delete",
            "Properties": {"TemplateURL": "", **({"Parameters": parameters} if parameters else {})},
        }
    return {"AWSTemplateFormatVersion": "2010-09-09", "Description": description, "Resources": resources}
