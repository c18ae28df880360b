"""The handlers of resource types: the IAM actions that CloudFormation may call to create, read, update or delete one.

The resource provider schemas list them for nearly each type; `missing_handlers` has a few that they lack.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from catalog.check.missing_handlers import MISSING
from catalog.check.schemas import schemas_of

Handler = Literal["create", "read", "update", "delete", "list"]
HANDLERS: tuple[Handler, ...] = ("create", "read", "update", "delete", "list")

ACTION = re.compile(r"[A-Za-z0-9-]+:[A-Za-z0-9*?]+")


@dataclass(frozen=True, slots=True)
class Handlers:
    """The handlers of one resource type, in the schemas of some Regions."""

    resource_type: str
    permissions: Mapping[Handler, tuple[str, ...]]
    """Handler → the IAM actions that it may call. A handler that the type does not have is missing."""

    def iam_actions(self, *handlers: Handler) -> frozenset[str]:
        """The IAM actions that these handlers may call; without arguments, those of all handlers."""
        return frozenset(action for name in handlers or HANDLERS for action in self.permissions.get(name, ()))


def resource_handlers(resource_type: str, regions: Sequence[str]) -> Handlers | None:
    """The handlers of a type: the union over `regions`, because one role serves all Regions.

    None when no Region has the type, or when its schemas list no handlers. Raises `ContentError` for a Region that
    cfn-lint does not know.
    """
    permissions: dict[Handler, dict[str, None]] = {}
    added: dict[Handler, Any] = {
        name: {"permissions": iam_actions} for name, iam_actions in MISSING.get(resource_type, {}).items()
    }
    for schema in schemas_of(resource_type, regions):
        for name, handler in (schema.get("handlers") or added).items():
            iam_actions = [usual_case(action) for action in handler.get("permissions", ()) if ACTION.fullmatch(action)]
            permissions.setdefault(name, {}).update(dict.fromkeys(iam_actions))
    if not permissions:
        return None
    return Handlers(resource_type, {name: tuple(permissions[name]) for name in HANDLERS if name in permissions})


def usual_case(action: str) -> str:
    """`Iam:passRole` as `iam:PassRole`: IAM does not distinguish case, and some schemas differ from the reference."""
    service, _, name = action.partition(":")
    return f"{service.lower()}:{name[:1].upper()}{name[1:]}"
