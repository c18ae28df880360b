"""Resources that CloudFormation makes at the same time, because each waits for the other.

A recorder of AWS Config starts when there is a delivery channel, which needs a recorder. Without a dependency between
them both succeed; with one, the first waits in vain (awsdocs/aws-cloudformation-user-guide, pull request 1282; issue
9001 of aws-cdk). The sandbox makes one resource after another: the channel first, which its service then takes without
a recorder. They are deleted the other way round.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from catalog.cfn import dependencies
from catalog.cfn.order import depends_on
from catalog.sandbox.registry.calls import COMING

PAIRS = {"AWS::Config::DeliveryChannel": "AWS::Config::ConfigurationRecorder"}
"""Type of the resource that is made first → type of the other."""


def _needs(needed: Mapping[str, set[str]], name: str, other: str) -> bool:
    """Whether a resource needs another one, by whatever path."""
    return other in needed[name] or any(_needs(needed, each, other) for each in needed[name])


@contextmanager
def together(rendered: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The template in which the second resource of a pair depends on the first."""
    resources, coming = rendered["Resources"], set[str]()
    if not PAIRS.keys() & {body["Type"] for body in resources.values()}:
        yield rendered
        return
    needed, changed = dependencies(rendered), dict(resources)
    for first, body in resources.items():
        for second, other in resources.items():
            if PAIRS.get(body["Type"]) != other["Type"]:
                continue
            if not (_needs(needed, first, second) or _needs(needed, second, first)):
                changed[second] = {**changed[second], "DependsOn": [*depends_on(changed[second]), first]}
                coming.add(other["Type"])
    token = COMING.set(frozenset(coming))
    try:
        yield {**rendered, "Resources": changed}
    finally:
        COMING.reset(token)
