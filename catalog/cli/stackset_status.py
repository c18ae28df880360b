"""What `catalog stackset status` reports of an account and Region: stack sets with their instances."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from catalog.cli.output import table

if TYPE_CHECKING:
    from catalog.model.stack_set import DeployedInstance
    from catalog.publishing.stack_sets import StackSetState

FORMAT = 1
"""Version of the JSON form."""


@dataclass(frozen=True, slots=True)
class StackSetStatus:
    """The stack sets of an account and Region."""

    account: str
    region: str
    states: tuple[StackSetState, ...]
    sandbox: bool

    @property
    def outcome(self) -> str:
        """The status in a word or two."""
        return "drift" if self.changes else "as declared"

    @property
    def changes(self) -> int:
        """How many instances are not current, and how many stack sets are missing."""
        missing = sum(state.observed is None for state in self.states)
        return missing + sum(not each.is_current for state in self.states for each in instances_of(state))

    @property
    def notices(self) -> tuple[str, ...]:
        """None."""
        return ()

    def lines(self, printed: Collection[str] = ()) -> Iterator[str]:
        """The status as text: what is not current comes first."""
        from catalog.plan.report import account_line

        yield account_line(self.account, self.region, self.sandbox)
        for state in self.states:
            yield f"  stack set {state.name}: {self.words(state)}"
            if instances_of(state):
                yield from (f"    {line}" for line in instance_table(instances_of(state)).splitlines())
        number = self.changes
        yield f"{number} not as declared." if number else "All instances are current."

    def words(self, state: StackSetState) -> str:
        """`missing`, or how many instances have which status, and what runs."""
        if state.observed is None:
            return "missing: `catalog stackset publish` creates it"
        counts = Counter(each.status for each in state.observed.instances)
        parts = [f"{count} {status}" for status, count in sorted(counts.items())] or ["no instances"]
        if state.observed.running:
            parts.append(f"operation {state.observed.running} runs")
        return ", ".join(parts)

    def members(self) -> dict[str, Any]:
        """The status as JSON-like data."""
        return {
            "status": {
                "format": FORMAT,
                "account": self.account,
                "region": self.region,
                "stack_sets": [set_data(state) for state in self.states],
            }
        }


def instances_of(state: StackSetState) -> list[DeployedInstance]:
    """The instances: first those that are not current, then by account and Region."""
    instances = state.observed.instances if state.observed else ()
    return sorted(instances, key=lambda each: (each.is_current, each.account, each.region))


def instance_table(instances: list[DeployedInstance]) -> str:
    """A line for each instance."""
    header = ("ACCOUNT", "REGION", "UNIT", "STATUS", "LAST OPERATION", "REASON")
    return table(
        header,
        ((each.account, each.region, each.unit, each.status, each.detailed, each.reason) for each in instances),
    )


def set_data(state: StackSetState) -> dict[str, Any]:
    """One stack set as JSON-like data."""
    return {
        "name": state.name,
        "key": state.settings.key,
        "exists": state.observed is not None,
        "running": state.observed.running if state.observed else "",
        "instances": [
            {
                "account": each.account,
                "region": each.region,
                "organizational_unit": each.unit,
                "status": each.status,
                "detailed_status": each.detailed,
                "reason": each.reason,
                "operation": each.operation,
            }
            for each in instances_of(state)
        ],
    }
