"""E9013: the value of a NoEcho parameter is not shown elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.cfn import is_secret
from catalog.cfn.names import named_at
from catalog.check.controls._control import Control, Fault, Path, section
from catalog.check.controls._types import tag_property

ATTRIBUTES = ("Description", "Tags")


class HiddenStaysHidden(Control):
    """Outputs, metadata, descriptions and tags are visible to many people in consoles and List calls.

    cfn-lint's W2010 checks only a plain Ref in Outputs and Metadata, and a template can switch it off. Properties that
    only the users of the resource can read (UserData, environment variables) are not checked.
    """

    id = "E9013"
    shortdesc = "The value of a NoEcho parameter is not shown elsewhere"
    description = (
        "No parameter with NoEcho is used in Outputs, in Metadata of the template or of a resource, in a Description, "
        "or in a tag. CloudFormation does not mask values there."
    )
    why = "NoEcho masks only the parameter. An output or a description shows the same secret in plain text."
    remedy = "Output the ARN of the secret instead of its value, and remove the value from descriptions and tags."
    source_url = (
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html"
        "#parameters-section-structure-properties"
    )
    tags = ("parameters", "secrets", "noecho", "outputs")
    looks_at = ("Outputs", "Resources")

    def faults(self, template: Mapping[str, Any]) -> Iterator[Fault]:
        """Each use of a hidden value where it is shown."""
        hidden = {name for name, definition in section(template, "Parameters") if is_secret(definition)}
        for path, node in shown(template):
            for where, name in named_at(node, path):
                if name in hidden:
                    yield where, f"NoEcho parameter {name} is shown here in plain text"


def shown(template: Mapping[str, Any]) -> Iterator[tuple[Path, Any]]:
    """(path, node) of everything that CloudFormation and the services show unmasked."""
    yield ("Outputs",), template.get("Outputs")
    yield ("Metadata",), template.get("Metadata")
    for logical_id, resource in section(template, "Resources"):
        yield ("Resources", logical_id, "Metadata"), resource.get("Metadata")
        properties, kind = resource.get("Properties"), resource.get("Type")
        if isinstance(properties, Mapping):
            tags = tag_property(kind) if isinstance(kind, str) else ""
            for name in dict.fromkeys((*ATTRIBUTES, tags)):
                yield ("Resources", logical_id, "Properties", name), properties.get(name)
