"""A `Simulation` as JSON data; docs/simulate.md explains each member."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from catalog.simulate.simulation import Mark, ParameterOutcome, PathOutcome, RuleOutcome, Simulation


def as_data(simulation: Simulation) -> dict[str, Any]:
    """The whole simulation, in a stable order."""
    account_region, rendering = simulation.account_region, simulation.rendering
    return {
        "product": simulation.product,
        "version": simulation.version,
        "account": account_region.account if account_region else None,
        "region": account_region.region if account_region else None,
        "partition": account_region.partition if account_region else None,
        "stack_name": simulation.stack_name,
        "verdict": simulation.verdict.value,
        "parameters": [parameter(outcome) for outcome in simulation.parameters],
        "rules": rules(simulation.rules),
        "separate_lists": [
            {
                "parameters": list(outcome.parameters),
                "result": outcome.mark.value,
                "common": list(outcome.common),
                "reason": outcome.reason,
            }
            for outcome in simulation.separate_lists
        ],
        "conditions": dict(rendering.conditions),
        "resources": [
            {
                "logical_id": resource.logical_id,
                "type": resource.type,
                "attributes": dict(resource.attributes),
                "properties": resource.properties,
            }
            for resource in rendering.resources
        ],
        "absent_resources": list(rendering.absent),
        "policies": [asdict(policy) for policy in rendering.policies],
        "outputs": [asdict(output) for output in rendering.outputs],
        "dynamic_references": [asdict(reference) for reference in rendering.dynamic],
        "not_rendered": rendering.note,
        "paths": [path(outcome) for outcome in simulation.paths],
    }


def parameter(outcome: ParameterOutcome) -> dict[str, Any]:
    """A parameter; `value` is null when it has none."""
    return {
        "name": outcome.name,
        "type": outcome.type,
        "result": outcome.mark.value,
        "value": list(outcome.value) if isinstance(outcome.value, tuple) else outcome.value,
        "source": outcome.source,
        "ssm": outcome.ssm,
        "faults": [asdict(fault) for fault in outcome.faults],
    }


def rules(outcomes: Iterable[RuleOutcome]) -> list[dict[str, Any]]:
    """Rules with their assertions."""
    return [
        {
            "name": outcome.name,
            "result": outcome.mark.value,
            "assertions": [
                {"description": assertion.description, "holds": assertion.mark is Mark.PASS}
                for assertion in outcome.assertions
            ],
            "reason": outcome.reason,
        }
        for outcome in outcomes
    ]


def path(outcome: PathOutcome) -> dict[str, Any]:
    """One launch path; `portfolio` is null for the template alone."""
    return {
        "portfolio": outcome.portfolio or None,
        "display_name": outcome.display_name,
        "source": outcome.source,
        "stage": outcome.stage,
        "verdict": outcome.verdict.value,
        "rules": rules(outcome.rules),
        "tag_options": [
            {
                "key": option.key,
                "offered": list(option.offered),
                "result": option.mark.value,
                "value": option.value,
                "source": option.source,
            }
            for option in outcome.tag_options
        ],
        "tags": dict(outcome.tags),
        "refusals": list(outcome.refusals),
        "missing": [asdict(fact) for fact in outcome.missing],
    }
