"""Stacks: the CloudFormation stacks that `catalog bootstrap` deploys."""

from __future__ import annotations

from catalog.plan.changes import Change, LaunchImpact, change

GAINS = " gains "
"""In a detail about what a role may newly do."""


@change
class CreateStack(Change):
    """CloudFormation: deploy a stack of `catalog bootstrap`."""

    launch_impact: LaunchImpact = LaunchImpact.PREPARES
    name: str
    body: str

    @property
    def brief(self) -> tuple[str, ...]:
        """Which roles are new, by service what they may do, and which can become administrator."""
        return tuple(line for line in self.details if GAINS not in line)


@change
class UpdateStack(Change):
    """CloudFormation: update a stack of `catalog bootstrap` to the template of this version of catalog."""

    launch_impact: LaunchImpact = LaunchImpact.PREPARES
    name: str
    body: str


def bucket_stack(owner: str) -> str:
    """The name of the stack that makes the template bucket."""
    return f"{owner}-templates"
