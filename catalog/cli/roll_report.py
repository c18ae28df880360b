"""What a roll would do and what it did, as text and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import click

from catalog.cli.output import table
from catalog.cli.reports import echo_wrapped
from catalog.cli.terminal import one_line
from catalog.provisioning.roll import WORDS, WORKED_ON, RollAction, RollItem, WantedRoll, grouped
from catalog.provisioning.roll_run import RollOutcome, RollResult, RollWave

if TYPE_CHECKING:
    from catalog.content.targets import Target
    from catalog.errors import CatalogError

COLOURS = {
    RollAction.REPLACES: "red",
    RollAction.FAILS: "red",
    RollAction.VALUES: "yellow",
    RollAction.BROKEN: "yellow",
    RollAction.NO_PATH: "yellow",
    RollAction.UNKNOWN: "yellow",
}
QUIET = (RollAction.DONE, RollAction.NEWER, RollAction.OTHER, RollAction.UPDATE, RollAction.RUNNING)
"""Groups whose members are listed with -v alone."""
NAMED = 10
"""Members of a group that are listed without -v."""


@dataclass(slots=True)
class RollReport:
    """A roll: the plan, and after it was carried out its results."""

    wanted: WantedRoll
    items: Sequence[RollItem]
    waves: Sequence[RollWave]
    errors: Sequence[tuple[Target, CatalogError]]
    without: Sequence[Target]
    """Accounts of the organization in which the caller has no access to the product."""
    concurrency: int = 1
    max_failures: int = 0
    dry_run: bool = True
    results: Mapping[str, RollResult] = field(default_factory=dict)
    """By the id of the provisioned product."""

    @property
    def worked_on(self) -> int:
        """How many provisioned products are, or would be, updated."""
        return sum(len(wave.items) for wave in self.waves)

    @property
    def succeeded(self) -> bool:
        """Whether all accounts could be read, and everything that was begun or planned is done."""
        return not self.errors and all(result.outcome is RollOutcome.UPDATED for result in self.results.values())

    def print_plan(self, *, verbose: bool) -> None:
        """Print what would happen, grouped."""
        for colour, line in self.plan_lines(verbose):
            echo_wrapped(line, colour)

    def plan_lines(self, verbose: bool) -> Iterator[tuple[str, str]]:
        """(colour, line) of the plan."""
        places = len({(item.account, item.region) for item in self.items})
        way = f"to {self.wanted.to}" if self.wanted.to else f"back from {self.wanted.back}"
        where = f" in {places} accounts and Regions" if places > 1 else ""
        yield "", f"{plural(len(self.items))} of {self.wanted.product}{where}, {way}:"
        for action, members in grouped(self.items):
            yield COLOURS.get(action, ""), f"  {len(members):5}  {WORDS[action]}"
            yield from member_lines(action, members, verbose)
        for target, error in self.errors:
            yield "red", f"  {target.label or target.account}: {error.message}"
        if self.without:
            number = len(self.without)
            names = ", ".join(target.name for target in self.without[:NAMED])
            more = f" and {number - NAMED} more" if number > NAMED else ""
            yield "", f"  {number} account{'s' * (number > 1)} without access to it: {names}{more}"
        if len(self.waves) > 1:
            names = ", ".join(f"{wave.name} {len(wave.items)}" for wave in self.waves)
            yield "", f"Waves: {names}"
        if self.worked_on:
            after = "the first failure" if not self.max_failures else f"more than {self.max_failures} failures"
            yield "", f"At most {self.concurrency} at a time; stops after {after}."

    def print_results(self, *, verbose: bool) -> None:
        """Print a table of the outcomes by wave, what failed, and what to do next."""
        header = ["WAVE", *(str(outcome).upper() for outcome in RollOutcome)]
        rows = [[wave.name, *(str(count or "-") for count in self.counts(wave))] for wave in self.waves]
        if rows:
            click.echo(table(header, rows))
        for wave in self.waves:
            for item in wave.items:
                result = self.results[item.id]
                if verbose or result.outcome in (RollOutcome.FAILED, RollOutcome.UNFINISHED):
                    reason = f": {result.reason}" if result.reason else ""
                    record = f" [record {result.record_id}]" if result.record_id else ""
                    click.echo(
                        one_line(f"{item.name} ({item.account}, {item.region}): {result.outcome}{reason}{record}")
                    )
        if not rows:
            click.echo("Nothing to update.")

    def counts(self, wave: RollWave) -> list[int]:
        """How many of a wave have each outcome."""
        number = Counter(self.results[item.id].outcome for item in wave.items)
        return [number[outcome] for outcome in RollOutcome]

    def data(self) -> dict[str, Any]:
        """As JSON data."""
        wave_of = {item.id: wave.name for wave in self.waves for item in wave.items}
        return {
            "format": 1,
            "product": self.wanted.product,
            "to": self.wanted.to,
            "back": self.wanted.back,
            "dry_run": self.dry_run,
            "waves": [{"name": wave.name, "size": len(wave.items)} for wave in self.waves],
            "products": [self.item_data(item, wave_of.get(item.id, "")) for item in self.items],
            "errors": [
                {"target": target.label, "account": target.account, "region": target.region, "message": error.message}
                for target, error in self.errors
            ],
        }

    def item_data(self, item: RollItem, wave: str) -> dict[str, Any]:
        """A provisioned product as JSON data."""
        result = self.results.get(item.id)
        return {
            "account": item.account,
            "region": item.region,
            "name": item.name,
            "id": item.id,
            "owner": item.owner,
            "from": item.version,
            "to": item.to,
            "action": str(item.action),
            "reasons": list(item.reasons),
            "wave": wave,
            "outcome": str(result.outcome) if result else "",
            "record": result.record_id if result else item.record_id,
            "error": result.reason if result else "",
        }


def plural(number: int) -> str:
    """`1 provisioned product`, `2 provisioned products`."""
    return f"{number} provisioned product{'' if number == 1 else 's'}"


def member_lines(action: RollAction, members: Sequence[RollItem], verbose: bool) -> Iterator[tuple[str, str]]:
    """The members of a group by reason; without -v only those that need somebody, and what an update replaces."""
    by_reason: dict[str, list[RollItem]] = {}
    for item in members:
        if verbose or action not in QUIET or (action in WORKED_ON and item.reasons):
            by_reason.setdefault("; ".join(item.reasons), []).append(item)
    for reason, items in by_reason.items():
        listed = items if verbose else items[:NAMED]
        names = ", ".join(f"{item.name} ({item.account}, {item.region}, {versions(item)})" for item in listed)
        more = f" and {len(items) - len(listed)} more (-v)" if len(items) > len(listed) else ""
        yield "", f"         {f'{reason}: ' if reason else ''}{names}{more}"


def versions(item: RollItem) -> str:
    """`1.0.0 → 2.0.0` of what is updated; the version of what is left."""
    return f"{item.version} → {item.to}" if item.action in WORKED_ON else item.version
