"""Service actions (self-service actions): as a product file declares them, and as they are in an account."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from semver import Version

from catalog.errors import ContentError
from catalog.model.addresses import Address
from catalog.model.limits import check_length, check_pattern
from catalog.model.version import parse_version

LAUNCH_ROLE = "LAUNCH_ROLE"
"""AssumeRole of a definition: the launch role of the provisioned product (API reference, CreateServiceAction)."""
TARGET, TEXT_VALUE = "TARGET", "TEXT_VALUE"
"""Types of the parameters of a definition: a resource of the provisioned product, and a text that the person gives."""

KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,29}")
NAME = re.compile(r"[a-zA-Z0-9_.-]{1,256}")
PARAMETER = re.compile(r"[A-Za-z0-9_]{1,50}")
RESOURCE_TYPE = re.compile(r"[A-Za-z0-9]+(::[A-Za-z0-9]+){2}")
ROLE_ARN = re.compile(r"arn:(\$\{AWS::Partition\}|[^:]+):iam::(\$\{AWS::AccountId\}|\d{12}):role/\S+")
ROLE_NAME = re.compile(r"[\w+=,.@-]{1,64}", re.ASCII)
DOCUMENT_NAME = re.compile(r"[a-zA-Z0-9_.-]{3,128}")
DOCUMENT_ARN = re.compile(
    r"arn:(?:\$\{AWS::Partition\}|[^:]+):ssm:(?:\$\{AWS::Region\}|[^:]+):"
    r"(?P<account>\$\{AWS::AccountId\}|\d{12}|):document/(?P<name>[a-zA-Z0-9_.-]{3,128})"
)
"""ARN of a document that another account shares."""
DOCUMENT_VERSION = re.compile(r"\$DEFAULT|\$LATEST|[1-9][0-9]*")
DESCRIPTION_LIMIT = 800
"""AWS accepts 1024 characters; the rest is for the ownership mark."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAction:
    """An operation that people can run on what they launched, such as rotating a key. It is an SSM Automation document.

    All fields are keyword arguments. docs/actions.md explains documents and the role they run as.
    """

    key: str
    """Identifies the service action, as in `product/<product>/action/<key>`: 1 to 30 lower-case letters, digits or
    hyphens. With another key it is another service action. People do not see it."""
    name: str
    """The name that people see: 1 to 256 letters, digits, `_`, `.` or `-`. The API accepts no spaces."""
    description: str
    """What the operation does, for the people who run it: 1 to 800 characters."""
    document: str | dict[str, Any] | Callable[[], dict[str, Any]]
    """The content of a document (schema 0.3) as a dict, or a function without arguments that returns it. Or, as text,
    an existing document: its name, such as `AWS-StopEC2Instance`, or the ARN of one that another account shares."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    """Parameter of the document → `TARGET` (Service Catalog fills in the resource of the provisioned product) or
    `TEXT_VALUE` (the person gives the value). Other parameters cannot be given. Names have 1 to 50 letters, digits or
    `_`."""
    target_type: str = ""
    """For a document of this repository: the resource type it operates on, such as `AWS::KMS::Key`. Required there, and
    an error for an existing document, which has its own."""
    assume_role: str = LAUNCH_ROLE
    """The role that the document runs as: `LAUNCH_ROLE`, or the name or ARN of another role of the account. Empty: the
    person who runs it."""
    since: str = ""
    """The first version of the product that has the service action, `MAJOR.MINOR.PATCH`. Empty: all versions."""
    document_version: str = "$DEFAULT"
    """Version of an existing document: a number, `$DEFAULT` or `$LATEST`. An error for a document of this repository,
    because it has only one version: another content is another document."""

    def __post_init__(self) -> None:
        label = f"service action {self.key!r}"
        check_pattern("service action's key", self.key, KEY, "1 to 30 lower-case letters, digits or hyphens")
        check_pattern(f"name of {label}", self.name, NAME, "1 to 256 letters, digits, '_', '.' or '-', without spaces")
        check_length(f"description of {label}", self.description.strip(), 1, DESCRIPTION_LIMIT)
        for name, kind in self.parameters.items():
            check_pattern(f"parameter of {label}", name, PARAMETER, "1 to 50 letters, digits or '_'")
            if kind not in (TARGET, TEXT_VALUE):
                raise ContentError(f"{label}: parameter {name} must be {TARGET} or {TEXT_VALUE}, got {kind!r}")
        check_length(f"parameters of {label}, as JSON", parameters_text(self.parameters), 0, 1024)
        self.check_document(label)
        if self.assume_role.startswith("arn:"):
            check_pattern(f"assume_role of {label}", self.assume_role, ROLE_ARN, "the ARN of a role")
        elif self.assume_role:
            check_pattern(f"assume_role of {label}", self.assume_role, ROLE_NAME, "LAUNCH_ROLE, a role's name or ARN")
        if self.since:
            parse_version(f"since of {label}", self.since)

    def check_document(self, label: str) -> None:
        """Check the document and its target type: an existing document has its own, any other needs one."""
        check_pattern(
            f"document_version of {label}", self.document_version, DOCUMENT_VERSION, "a number, $DEFAULT or $LATEST"
        )
        if isinstance(self.document, str):
            form = DOCUMENT_ARN if self.document.startswith("arn:") else DOCUMENT_NAME
            check_pattern(f"document of {label}", self.document, form, "a document's name or ARN")
            if self.target_type:
                raise ContentError(
                    f"{label}: target_type is for a document of this repository; {self.document} has its own"
                )
            return
        if not isinstance(self.document, dict) and not callable(self.document):
            raise ContentError(
                f"{label}: document must be a dict, a function that returns one, or a document's name, "
                f"got {self.document!r}"
            )
        check_pattern(f"target_type of {label}", self.target_type, RESOURCE_TYPE, "a type such as AWS::KMS::Key")
        if self.document_version != "$DEFAULT":
            raise ContentError(
                f"{label}: document_version is for an existing document; a document of this repository has one version"
            )

    def works_with(self, version: str) -> bool:
        """Whether this version offers the service action. A pre-release counts as the version that it precedes."""
        return not self.since or Version.parse(version).finalize_version() >= Version.parse(self.since)


def check_keys(service_actions: tuple[ServiceAction, ...]) -> None:
    """`ContentError` if two service actions of a product have the same key or the same name."""
    for field_name in ("key", "name"):
        values = [getattr(service_action, field_name) for service_action in service_actions]
        if repeated := sorted({value for value in values if values.count(value) > 1}):
            raise ContentError(f"two service actions have the {field_name} {repeated[0]!r}")


@dataclass(frozen=True, slots=True)
class SsmDocument:
    """An SSM Automation document that catalog publishes. It never changes: its name contains a digest of the rest."""

    name: str
    content: str
    """JSON."""
    target_type: str


@dataclass(frozen=True, slots=True)
class PublishedServiceAction:
    """A service action in an account and Region, as declared or as observed."""

    name: str
    description: str
    """Without the ownership mark."""
    definition: Mapping[str, str]
    """The Definition in the API: Name, Version, AssumeRole, Parameters."""
    versions: frozenset[Address] = frozenset()
    """The versions that it is associated with. Declared: the active versions that it works with."""
    too_early: frozenset[Address] = frozenset()
    """Declared: versions that it does not work with. Their associations are removed."""
    document: SsmDocument | None = None
    """Declared: its document, if that is in the product file."""
    observed_document: str = ""
    """Observed: the name of the document with our ownership tag that it runs, if that exists."""


# Service actions have no tags, so the owner is at the end of the description, as the digest of a version is.
# ListServiceActions returns descriptions, so other owners' service actions need no further call.
MARK = re.compile(r"\s*\[([a-z0-9-]+): (product/[^\s/\[\]]+/action/[^\s/\[\]]+)\]$")


def marked(description: str, owner: str, address: Address) -> str:
    """The Description in AWS: `Rotates the key at once. [catalog: product/kms_key/action/rotate]`."""
    return f"{description.strip()} [{owner}: {address}]"


def read_mark(text: str) -> tuple[str, str, Address]:
    """(description, owner, address) of a Description in AWS. Owner and address are empty without a mark."""
    match = MARK.search(text)
    return (text[: match.start()], match[1], Address(match[2])) if match else (text, "", Address(""))


def parameters_text(parameters: Mapping[str, str]) -> str:
    """The Parameters of a definition: a JSON list in a stable order. Empty if there are none."""
    items = [{"Name": name, "Type": parameters[name]} for name in sorted(parameters)]
    return json.dumps(items, separators=(",", ":")) if items else ""


def canonical(definition: Mapping[str, str]) -> dict[str, str]:
    """A definition with its Parameters in our order and spelling, if they can be parsed."""
    try:
        items = json.loads(definition.get("Parameters", "[]"))
        text = parameters_text({item["Name"]: item["Type"] for item in items})
    except (ValueError, TypeError, KeyError):  # another owner's definition, which differs in any case
        return dict(definition)
    return {name: value for name, value in {**definition, "Parameters": text}.items() if value}


def readable(definition: Mapping[str, str]) -> dict[str, Any]:
    """A definition with its Parameters as a value, if they can be parsed."""
    try:
        return {**definition, "Parameters": json.loads(definition.get("Parameters", "[]"))}
    except ValueError:  # another owner's definition
        return dict(definition)


def product_of(address: Address) -> str:
    """The key of the product in the Address of a service action."""
    return address.removeprefix("product/").partition("/action/")[0]
