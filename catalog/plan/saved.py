"""Saved plans: what was reviewed, and whether an account and the repository are still as they were then. Pure.

Nothing of the file is carried out. Publishing makes the plan anew, from the content and from what AWS has now, and the
file says only what may be in it: whoever changes a file can at most make it another plan of the same content (ADR 15).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalog import __version__
from catalog.content.schema_files import first_fault, quick_check
from catalog.errors import ContentError
from catalog.model.addresses import Address, is_document, within
from catalog.model.limits import shown as shown_value
from catalog.plan.changes import Change, Facts, Plan
from catalog.plan.facts import ID, Moved, identity, moves
from catalog.plan.kinds.principal import AssociatePrincipalWithPortfolio
from catalog.plan.kinds.stack import CreateStack, UpdateStack
from catalog.plan.selection import Selected, Selection

FORMAT = 2
"""Version of the file; grows when a member changes its meaning or goes."""
SAVED_BY = f"catalog {__version__}"
SIZE_LIMIT = 64 * 1024 * 1024
"""Bytes of a file that are read: 40 portfolios of 25 products take a few million."""
TOLD = 40
"""So many things that moved are named."""
STALE = "`catalog plan -o` saves a plan of how it is now, to be read and published."


@dataclass(frozen=True, slots=True)
class Options:
    """What the plan was made with, so that it need not be said again."""

    dev: bool = False
    refresh_principals: bool = False
    selected: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SavedChange:
    """One change as it was shown, and what tells it from others."""

    operation: str
    address: str
    identity: str


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """The plan of one account and Region."""

    target: str
    """`NAME/REGION`; empty for a plan without --to."""
    account: str
    region: str
    partition: str
    sandbox: bool
    changes: tuple[SavedChange, ...]
    left_out: tuple[SavedChange, ...]
    before: Facts
    after: Facts

    @property
    def place(self) -> str:
        """Account and Region in words."""
        return f"account {self.account}, Region {self.region}{' (the sandbox)' if self.sandbox else ''}"

    def check_place(self, account: str, region: str, partition: str, *, sandbox: bool) -> None:
        """`ContentError` when it is a plan for somewhere else."""
        here = SavedPlan(self.target, account, region, partition, sandbox, (), (), {}, {})
        if (here.place, here.partition) != (self.place, self.partition):
            raise ContentError(
                f"the plan is for {self.place}, partition {self.partition}; this is {here.place}, partition "
                f"{here.partition}",
                hint="Nothing was changed. Use the credentials, Region and --local of `catalog plan`.",
            )

    def choose(self, changes: Sequence[Change], before: Facts, after: Facts) -> Selected:
        """Those of `changes` that were planned; `ContentError` when AWS or the repository is not as it was then.

        A run that was interrupted goes on: what the plan itself has brought about since is no reason to stop.
        """
        known = {one.identity for one in self.changes}
        left_out = {one.identity for one in self.left_out} - known
        found = [(identity(change), change) for change in changes if not self.done_anew(change)]
        remaining = tuple(change for name, change in found if name in known)
        rest = tuple(change for name, change in found if name in left_out)
        here = [f"in AWS: {one}" for one in moves(self.before, before) if not self.made(one, remaining)]
        there = [f"in the repository: {one}" for one in moves(self.after, after)]
        more = [
            f"more to do than was planned: {change.operation} {change.address}"
            for name, change in found
            if name not in known and name not in left_out
        ]
        refuse(self, [*here, *there] or more)
        check_whole(Selection([change for _, change in found], before), remaining, rest)
        return Selected(remaining, rest)

    def done_anew(self, change: Change) -> bool:
        """Whether a principal would be associated anew that this plan has associated."""
        return (
            isinstance(change, AssociatePrincipalWithPortfolio)
            and change.anew
            and identity(change) not in {one.identity for one in self.changes}
            and any(one.address == change.address for one in self.changes)
        )

    def made(self, moved: Moved, remaining: Sequence[Change]) -> bool:
        """Whether the plan itself moves it so: at or below the Address of one of its changes, towards what is declared.

        What it has made and not finished yet, it finishes by a change that remains.
        """
        place = moved.address
        if is_document(place) and not moved.path:
            return True  # a document's name holds its digest, and it is told only while an action runs it
        if not any(within(place, one.address) for one in self.changes):
            return False
        wanted = self.after.get(place)
        if not moved.path and moved.after is None:
            return wanted is None
        if wanted is None:
            return False
        if not moved.path:
            unfinished = any(change.address == place for change in remaining)
            made = {name: value for name, value in moved.after.items() if name != ID}
            return unfinished or not list(moves({place: wanted}, {place: made}))
        return towards(moved, wanted)

    def check_stacks(self, plan: Plan) -> None:
        """`ContentError` when publishing would now deploy a stack that was not planned, or another template for it."""
        known = {one.identity for one in self.changes}
        stacks = [change for change in plan.changes if isinstance(change, CreateStack | UpdateStack)]
        refuse(
            self,
            [
                f"not as planned: {change.operation} {change.address}"
                for change in stacks
                if identity(change) not in known
            ],
        )


@dataclass(frozen=True, slots=True)
class SavedPlans:
    """A file: the plans of one place or of several targets."""

    owner: str
    options: Options
    plans: tuple[SavedPlan, ...] = ()


def towards(moved: Moved, wanted: Mapping[str, Any]) -> bool:
    """Whether one fact is now as declared, or a list holds what it held or shall hold."""
    value: Any = wanted
    for name in moved.path:
        value = value.get(name) if isinstance(value, Mapping) else None
    if moved.path[0] == ID:
        return False
    if isinstance(moved.before, list) and isinstance(moved.after, list) and isinstance(value, list):
        added = [one for one in moved.after if one not in moved.before]
        gone = [one for one in moved.before if one not in moved.after]
        return all(one in value for one in added) and not any(one in value for one in gone)
    return bool(moved.after == value)


def refuse(plan: SavedPlan, problems: Sequence[str]) -> None:
    """Raise the `ContentError` of a stale plan when there are problems."""
    if problems:
        more = (f"and {len(problems) - TOLD} more",) if len(problems) > TOLD else ()
        raise ContentError(
            f"the saved plan is stale: {plan.place} is not as it was when the plan was made",
            problems=(*problems[:TOLD], *more),
            hint=f"Nothing was changed. {STALE}",
        )


def check_whole(selection: Selection, kept: Sequence[Change], left_out: Sequence[Change]) -> None:
    """`ContentError` when the file leaves out what must not be: no `catalog plan --target` saves such a plan."""
    if torn := [f"{cause.address} does not go without {one.address}" for cause, one in selection.torn(kept, left_out)]:
        raise ContentError(
            "the saved plan leaves out what must be done with the rest of it",
            problems=tuple(torn[:TOLD]),
            hint=f"The file was changed: nothing of it is done. {STALE}",
        )


def as_data(owner: str, options: Options, plans: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The file as JSON-like data; `plans` are of `place_data`."""
    return {
        "format": FORMAT,
        "saved_by": SAVED_BY,
        "owner": owner,
        "options": {
            "dev": options.dev,
            "refresh_principals": options.refresh_principals,
            "selected": list(options.selected),
        },
        "plans": list(plans),
    }


def place_data(target: str, plan: Plan, document: Mapping[str, Any]) -> dict[str, Any]:
    """The plan of one account and Region, with what it was made of; `document` is what `--json` prints of it."""
    return {
        "target": target,
        "account": plan.account,
        "region": plan.region,
        "partition": plan.partition,
        "sandbox": plan.sandbox,
        "plan": document,
        "before": plan.before,
        "after": plan.after,
    }


def is_saved(file: Path) -> bool:
    """Whether a file is a saved plan, of whatever version."""
    try:
        data = load(file) if file.is_file() else None  # a pipe, or a terminal, would be waited for
    except ContentError:
        return False
    return isinstance(data, dict) and "saved_by" in data


def read_saved(file: Path) -> SavedPlans:
    """A saved plan; `ContentError` when it cannot be read, is none, or is one of another version of catalog."""
    data = load(file)
    check_form(data, str(file))
    return parse(data)


def load(file: Path) -> Any:
    """The file's JSON; `ContentError` when it cannot be read, is too large or is no JSON."""
    try:
        with file.open("rb") as opened:
            text = opened.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise ContentError(f"{file}: cannot be read: {error.strerror}") from error
    if len(text) > SIZE_LIMIT:
        raise ContentError(f"{file} is no saved plan: it has more than {SIZE_LIMIT} bytes", hint=STALE)
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ContentError(f"{file} is no saved plan: not JSON: {error}", hint=STALE) from error


def check_form(data: Any, shown: str) -> None:
    """`ContentError` unless `data` has the form of a saved plan of this version of catalog."""
    import fastjsonschema

    if not isinstance(data, dict) or "saved_by" not in data:
        raise ContentError(f"{shown} is no saved plan", hint=STALE)
    if data["saved_by"] != SAVED_BY or data.get("format") != FORMAT:
        raise ContentError(
            f"{shown} was saved by {limited(data['saved_by'])}, format {limited(data.get('format'))}; this is "
            f"{SAVED_BY}, format {FORMAT}",
            hint=f"Another version may plan otherwise. {STALE}",
        )
    try:
        quick_check("saved-plan")(data)
    except fastjsonschema.JsonSchemaValueException as error:
        raise ContentError(
            f"{shown} is no saved plan: {shown_value(first_fault('saved-plan', data))}",
            hint="`catalog schema --kind saved-plan`.",
        ) from error
    labels = [one["target"] for one in data["plans"]]
    if len(labels) > 1 and ("" in labels or len(set(labels)) < len(labels)):
        raise ContentError(f"{shown} is no saved plan: its plans must be of different targets", hint=STALE)


def parse(data: Mapping[str, Any]) -> SavedPlans:
    """Valid data as values."""
    options = data["options"]
    return SavedPlans(
        data["owner"],
        Options(options["dev"], options["refresh_principals"], tuple(options["selected"])),
        tuple(
            SavedPlan(
                one["target"],
                one["account"],
                one["region"],
                one["partition"],
                one["sandbox"],
                tuple(named(one["plan"]["changes"])),
                tuple(named(one["plan"]["left_out"])),
                {Address(place): known for place, known in one["before"].items()},
                {Address(place): known for place, known in one["after"].items()},
            )
            for one in data["plans"]
        ),
    )


def named(items: Sequence[Mapping[str, str]]) -> Iterator[SavedChange]:
    """Changes of the file."""
    for item in items:
        yield SavedChange(item["operation"], item["address"], item["identity"])


def limited(value: object) -> str:
    """A value of the file, cut."""
    return shown_value(value) if isinstance(value, str) else shown_value(json.dumps(value))[1:-1]
