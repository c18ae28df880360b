"""A new own control: each resource of a type has a property. A person goes on from there."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePosixPath

from catalog.errors import ContentError
from catalog.model.limits import check_pattern
from catalog.scaffolds.texts import scaffold_text

NAME = re.compile(r"[a-z][a-z0-9_]{0,50}")
RESOURCE_TYPE = re.compile(r"[A-Za-z0-9]{2,64}(::[A-Za-z0-9]{2,64}){2}")
PROPERTY = re.compile(r"[A-Za-z0-9]{1,64}")
LETTERS = {"error": "E", "warning": "W", "info": "I"}
"""Severity → the first letter of the id."""
NUMBERS = range(9500, 10_000)
TESTS = PurePosixPath("tests/controls")


@dataclass(frozen=True, slots=True)
class NewControl:
    """What a person says of a new control."""

    name: str
    id: str
    folder: str
    """The folder of own controls, relative to the repository."""
    resource_type: str
    property: str

    def files(self) -> dict[PurePosixPath, bytes]:
        """The control, its test, and a template that complies and one that does not."""
        check_pattern("--resource-type", self.resource_type, RESOURCE_TYPE, "a type such as AWS::SQS::Queue")
        check_pattern("--property", self.property, PROPERTY, "the name of a property such as RedrivePolicy")
        stem = f"{self.id.lower()}_{self.name}"
        subject = {"type": self.resource_type, "property": self.property}
        control = scaffold_text(
            "control/control.py",
            id=self.id,
            class_name="".join(word.capitalize() for word in self.name.split("_")),
            sentence=f"Every {self.resource_type} has {self.property}",
            page=f"aws-resource-{'-'.join(self.resource_type.lower().split('::')[1:])}",
            **subject,
        )
        test = scaffold_text("control/test_control.py", id=self.id, folder=self.folder, file=f"{stem}.py", stem=stem)
        return {
            PurePosixPath(self.folder) / f"{stem}.py": control,
            TESTS / f"test_{stem}.py": test,
            TESTS / f"{stem}.good.yaml": scaffold_text("control/good.yaml", **subject),
            TESTS / f"{stem}.bad.yaml": scaffold_text("control/bad.yaml", **subject),
        }


def check_control_name(name: str) -> None:
    """`ContentError` unless the name can be part of the name of a module."""
    check_pattern("the name of a control", name, NAME, "lower-case letters, digits and _, such as dead_letters")


def free_id(severity: str, taken: Collection[str]) -> str:
    """The first id of own controls whose number no control has."""
    numbers = {control[1:] for control in taken}
    for number in NUMBERS:
        if str(number) not in numbers:
            return f"{LETTERS[severity]}{number}"
    raise ContentError("all ids of own controls, 9500 to 9999, are taken")
