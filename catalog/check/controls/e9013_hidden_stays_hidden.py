"""E9013: what NoEcho hides is shown nowhere else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.cfn import is_secret
from catalog.check.controls._control import Control, Fault, Path, named_at, section
from catalog.check.controls._types import tag_property

ATTRIBUTES = ("Description", "Tags")


class HiddenStaysHidden(Control):
    """cfn-lint's W2010 sees a plain Ref in Outputs and Metadata, and a template may switch it off.

    Descriptions and tags are added: every console and every List call of the service shows them. Properties that only
    the resource's own users read (UserData, environment variables) are not decided here.
    """

    id = "E9013"
    shortdesc = "The value of a NoEcho parameter is shown nowhere else"
    description = (
        "No parameter with NoEcho is used in Outputs, in Metadata of the template or of a resource, in a Description, "
        "or in a tag. CloudFormation masks nothing there."
    )
    why = "NoEcho masks the parameter alone; an output or a description shows the same secret in plain text."
    remedy = "Put out the ARN of the secret instead of its value, and describe things without it."
    source_url = (
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html"
        "#parameters-section-structure-properties"
    )
    tags = ("parameters", "secrets", "noecho", "outputs")
    looks_at = ("Outputs", "Resources")

    def faults(self, template: Mapping[str, Any]) -> Iterator[Fault]:
        """Each place that shows a hidden value."""
        hidden = {name for name, definition in section(template, "Parameters") if is_secret(definition)}
        for path, node in shown(template):
            for where, name in named_at(node, path):
                if name in hidden:
                    yield where, f"NoEcho parameter {name} is shown here in plain text"


def shown(template: Mapping[str, Any]) -> Iterator[tuple[Path, Any]]:
    """(path, node) of all that CloudFormation and the services show without masking."""
    yield ("Outputs",), template.get("Outputs")
    yield ("Metadata",), template.get("Metadata")
    for logical_id, resource in section(template, "Resources"):
        yield ("Resources", logical_id, "Metadata"), resource.get("Metadata")
        properties, kind = resource.get("Properties"), resource.get("Type")
        if isinstance(properties, Mapping):
            tags = tag_property(kind) if isinstance(kind, str) else ""
            for name in dict.fromkeys((*ATTRIBUTES, tags)):
                yield ("Resources", logical_id, "Properties", name), properties.get(name)
