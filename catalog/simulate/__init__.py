"""What a launch with given parameters would do, without AWS.

    LaunchRequest, portfolios → simulate → Simulation → text or JSON

`catalog simulate` prints the `Simulation`. `catalog launch` takes its refusals from it before it calls AWS, so the two
commands agree. CloudFormation's semantics are in `catalog.cfn`, which the sandbox's stack engine uses too.
"""

from catalog.simulate.decide import effective_tags, offered_tags, simulate
from catalog.simulate.given import read_facts
from catalog.simulate.paths import launch_paths
from catalog.simulate.request import AccountFacts, LaunchRequest
from catalog.simulate.simulation import LaunchVerdict, Mark, Simulation

__all__ = [
    "AccountFacts",
    "LaunchRequest",
    "LaunchVerdict",
    "Mark",
    "Simulation",
    "effective_tags",
    "launch_paths",
    "offered_tags",
    "read_facts",
    "simulate",
]
