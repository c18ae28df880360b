"""A `Simulation` as JSON data; docs/simulate.md says what each member means."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from catalog.simulate.simulation import Mark, ParameterOutcome, PathOutcome, RuleOutcome, Simulation


def as_data(simulation: Simulation) -> dict[str, Any]:
    """The whole answer, complete and in a stable order."""
    place, rendering = simulation.place, simulation.rendering
    return {
        "product": simulation.product,
        "version": simulation.version,
        "account": place.account if place else None,
        "region": place.region if place else None,
        "partition": place.partition if place else None,
        "stack_name": simulation.stack_name,
        "verdict": simulation.verdict.value,
        "parameters": [parameter(each) for each in simulation.parameters],
        "rules": rules(simulation.rules),
        "separate_lists": [
            {
                "parameters": list(each.parameters),
                "result": each.mark.value,
                "common": list(each.common),
                "reason": each.reason,
            }
            for each in simulation.separate_lists
        ],
        "conditions": dict(rendering.conditions),
        "resources": [
            {
                "logical_id": each.logical_id,
                "type": each.type,
                "attributes": dict(each.attributes),
                "properties": each.properties,
            }
            for each in rendering.resources
        ],
        "absent_resources": list(rendering.absent),
        "policies": [asdict(each) for each in rendering.policies],
        "outputs": [asdict(each) for each in rendering.outputs],
        "dynamic_references": [asdict(each) for each in rendering.dynamic],
        "not_rendered": rendering.note,
        "paths": [path(each) for each in simulation.paths],
    }


def parameter(outcome: ParameterOutcome) -> dict[str, Any]:
    """A parameter; `value` is null when there is none."""
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
            "name": each.name,
            "result": each.mark.value,
            "assertions": [
                {"description": assertion.description, "holds": assertion.mark is Mark.PASS}
                for assertion in each.assertions
            ],
            "reason": each.reason,
        }
        for each in outcomes
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
                "key": each.key,
                "offered": list(each.offered),
                "result": each.mark.value,
                "value": each.value,
                "source": each.source,
            }
            for each in outcome.tag_options
        ],
        "tags": dict(outcome.tags),
        "refusals": list(outcome.refusals),
        "missing": [asdict(each) for each in outcome.missing],
    }
