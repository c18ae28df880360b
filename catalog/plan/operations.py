"""API operations with the IAM permissions that they need; each kind of object registers its own (plan/kinds/)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

Phase = Literal["plan", "publish", "upkeep", "bootstrap"]
PHASES: tuple[Phase, ...] = ("plan", "publish", "upkeep")
"""Each phase also needs what the phases before it need. Upkeep is `catalog prune` and `catalog adopt`. `bootstrap` is
not among them: it needs nothing of theirs."""
ResourceSet = Literal[
    "kinds", "bucket", "objects", "lease", "stacks", "templates of stacks", "documents", "roles", "targets", "anywhere"
]
"""The resources of an operation: the kinds of the Service Authorization Reference, the template bucket, the templates
and the lease in it, the lease alone, the stacks of bootstrap, the lease and the templates of these stacks, the SSM
documents that catalog owns, the launch roles, the roles of [tool.catalog.targets], or `*`."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One permission: the call that needs it, or why AWS checks it without a call of catalog."""

    action: str
    phase: Phase
    why: str
    resource_set: ResourceSet = "kinds"
    call: str | None = None
    """The call as `catalog -vv` names it, if it differs from the IAM action; "" when catalog does not make the call."""
    conditions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def called(self) -> str:
        """The call as `catalog -vv` names it; empty when catalog does not make one."""
        return self.action if self.call is None else self.call


def servicecatalog(phase: Phase, why: str, *names: str) -> Iterator[Operation]:
    """Operations of Service Catalog that share one reason."""
    for name in names:
        yield Operation(f"servicecatalog:{name}", phase, why)


OPERATIONS: list[Operation] = []
"""What the kinds of objects need (plan/kinds/); roles/operations.py adds what belongs to no kind."""


def needs_permission(*operations: Operation) -> None:
    """Register the operations of a kind of object."""
    OPERATIONS.extend(operations)
