"""The applications and attribute groups of one account and Region."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.exceptions import ServiceException
from moto.core.utils import utcnow
from moto.moto_api._internal import mock_random

ID_LENGTH = 26
ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"


class AppRegistryError(ServiceException):
    """An error of AppRegistry's model."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code


@dataclass
class Registered:
    """What applications and attribute groups have in common."""

    id: str
    arn: str
    name: str
    description: str
    tags: dict[str, str]
    created: datetime = field(default_factory=utcnow)
    updated: datetime = field(default_factory=utcnow)


@dataclass
class AttributeGroup(Registered):
    """An attribute group."""

    attributes: str = "{}"
    """JSON text."""


@dataclass
class AssociatedResource:
    """A resource of an application."""

    kind: str
    """CFN_STACK or RESOURCE_TAG_VALUE."""
    name: str
    arn: str
    options: list[str]


@dataclass
class Application(Registered):
    """An application."""

    group_arn: str = ""
    """The resource group of what has its tag, which is the value of the tag awsApplication."""
    attribute_groups: list[str] = field(default_factory=list)
    """The ids of its attribute groups."""
    resources: dict[tuple[str, str], AssociatedResource] = field(default_factory=dict)
    """By kind and name."""


Item = TypeVar("Item", bound=Registered)


class AppRegistryStore(BaseBackend):
    """AppRegistry of one account in one Region."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.applications: dict[str, Application] = {}
        self.attribute_groups: dict[str, AttributeGroup] = {}

    def new_id(self) -> str:
        """A new id."""
        return "".join(mock_random.choice(ALPHABET) for _ in range(ID_LENGTH))

    def arn(self, kind: str, identifier: str) -> str:
        """The ARN of an application or attribute group (Service Authorization Reference, AppRegistry)."""
        return f"arn:{self.partition}:servicecatalog:{self.region_name}:{self.account_id}:/{kind}/{identifier}"

    def application(self, wanted: str) -> Application:
        """The application with this id, name or ARN; raises ResourceNotFoundException."""
        return find(self.applications.values(), wanted, "Application")

    def attribute_group(self, wanted: str) -> AttributeGroup:
        """The attribute group with this id, name or ARN; raises ResourceNotFoundException."""
        return find(self.attribute_groups.values(), wanted, "Attribute group")

    def tagged(self, arn: str) -> Registered:
        """What has the tags of an ARN."""
        items: list[Registered] = [*self.applications.values(), *self.attribute_groups.values()]
        return find([item for item in items if item.arn == arn], arn, "Resource")


def find(items: Iterable[Item], wanted: str, what: str) -> Item:
    """The item with this id, name or ARN."""
    for item in items:
        if wanted in (item.id, item.name, item.arn):
            return item
    raise AppRegistryError("ResourceNotFoundException", f"{what} {wanted} does not exist.")


app_registry_backends = BackendDict(AppRegistryStore, "servicecatalog-appregistry")
