"""Saved plans: what was reviewed, and whether the account and the repository are still the same. Pure.

Nothing in the file is executed. publish makes the plan again, from the content and from what AWS has now, and the file
only says which changes may be in it: an edited file can at most select other changes of the same content (ADR 15).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from catalog import __version__
from catalog.content.files import read_file
from catalog.content.schema_files import first_fault, quick_check
from catalog.content.yaml_files import problem_words
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
LISTED = 40
"""Limit on the differences that an error lists."""
STALE = "Run `catalog plan -o` again, review the plan, then publish it."


@dataclass(frozen=True, slots=True)
class Options:
    """The options that the plan was made with; publish takes them from the file."""

    dev: bool = False
    refresh_principals: bool = False
    selected: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SavedChange:
    """A change as it was shown, and what identifies it."""

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
    document: Mapping[str, Any] = field(default_factory=dict)
    """The plan as people have read it: `changes` and `left_out` with all their members."""

    @property
    def where(self) -> str:
        """Account and Region in words."""
        return f"account {self.account}, Region {self.region}{' (the sandbox)' if self.sandbox else ''}"

    def check_account(self, account: str, region: str, partition: str, *, sandbox: bool) -> None:
        """`ContentError` when the plan is for another account, Region or partition."""
        current = SavedPlan(self.target, account, region, partition, sandbox, (), (), {}, {})
        if (current.where, current.partition) != (self.where, self.partition):
            raise ContentError(
                f"the plan is for {self.where}, partition {self.partition}; this is {current.where}, partition "
                f"{current.partition}",
                hint="Nothing was changed. Use the credentials, Region and --local of `catalog plan`.",
            )

    def choose(self, changes: Sequence[Change], before: Facts, after: Facts) -> Selected:
        """The changes among `changes` that were planned; `ContentError` if AWS or the repository has changed since.

        An interrupted run goes on: what the plan itself has changed since then does not count.
        """
        planned = {change.identity for change in self.changes}
        left_out = {change.identity for change in self.left_out} - planned
        identified = [(identity(change), change) for change in changes if not self.associated_again(change)]
        remaining = tuple(change for name, change in identified if name in planned)
        rest = tuple(change for name, change in identified if name in left_out)
        in_aws = [f"in AWS: {moved}" for moved in moves(self.before, before) if not self.made(moved, remaining)]
        in_repository = [f"in the repository: {moved}" for moved in moves(self.after, after)]
        not_planned = [
            f"not in the plan: {change.operation} {change.address}"
            for name, change in identified
            if name not in planned and name not in left_out
        ]
        refuse(self, [*in_aws, *in_repository] or not_planned)
        check_whole(Selection([change for _, change in identified], before), remaining, rest)
        return Selected(remaining, rest)

    def associated_again(self, change: Change) -> bool:
        """Whether the change would associate a principal again that this plan has associated."""
        return (
            isinstance(change, AssociatePrincipalWithPortfolio)
            and change.again
            and identity(change) not in {planned.identity for planned in self.changes}
            and any(planned.address == change.address for planned in self.changes)
        )

    def made(self, moved: Moved, remaining: Sequence[Change]) -> bool:
        """Whether the plan itself made the difference: at or below the Address of one of its changes, and as declared.

        What the plan has created but not finished, a remaining change finishes.
        """
        address = moved.address
        if is_document(address) and not moved.path:
            return True  # a document's name holds its digest, and it is observed only while an action runs it
        if not any(within(address, change.address) for change in self.changes):
            return False
        wanted = self.after.get(address)
        if not moved.path and moved.after is None:
            return wanted is None
        if wanted is None:
            return False
        if not moved.path:
            unfinished = any(change.address == address for change in remaining)
            made = {name: value for name, value in moved.after.items() if name != ID}
            return unfinished or not list(moves({address: wanted}, {address: made}))
        return towards(moved, wanted)

    def check_stacks(self, plan: Plan) -> None:
        """`ContentError` when publish would now deploy a stack or a stack template that was not planned."""
        planned = {change.identity for change in self.changes}
        stacks = [change for change in plan.changes if isinstance(change, CreateStack | UpdateStack)]
        refuse(
            self,
            [
                f"not as planned: {change.operation} {change.address}"
                for change in stacks
                if identity(change) not in planned
            ],
        )


@dataclass(frozen=True, slots=True)
class SavedPlans:
    """A file: the plan of one account and Region, or those of several targets."""

    owner: str
    options: Options
    plans: tuple[SavedPlan, ...] = ()


def towards(moved: Moved, wanted: Mapping[str, Any]) -> bool:
    """Whether a fact is now as declared, or a list holds only old and declared members."""
    value: Any = wanted
    for name in moved.path:
        value = value.get(name) if isinstance(value, Mapping) else None
    if moved.path[0] == ID:
        return False
    if isinstance(moved.before, list) and isinstance(moved.after, list) and isinstance(value, list):
        added = [member for member in moved.after if member not in moved.before]
        removed = [member for member in moved.before if member not in moved.after]
        return all(member in value for member in added) and not any(member in value for member in removed)
    return bool(moved.after == value)


def refuse(plan: SavedPlan, problems: Sequence[str]) -> None:
    """Raise the `ContentError` of a stale plan when there are problems."""
    if problems:
        more = (f"and {len(problems) - LISTED} more",) if len(problems) > LISTED else ()
        raise ContentError(
            f"the saved plan is stale: {plan.where} has changed since the plan was made",
            problems=(*problems[:LISTED], *more),
            hint=f"Nothing was changed. {STALE}",
        )


def check_whole(selection: Selection, kept: Sequence[Change], left_out: Sequence[Change]) -> None:
    """`ContentError` when the file leaves out a required change: `catalog plan --target` never saves such a plan."""
    if torn := [f"{cause.address} needs {missing.address}" for cause, missing in selection.torn(kept, left_out)]:
        raise ContentError(
            "the saved plan leaves out changes that its other changes need",
            problems=tuple(torn[:LISTED]),
            hint=f"The file was edited. Nothing was changed. {STALE}",
        )


def as_data(owner: str, options: Options, plans: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The file as JSON-like data; `plans` come from `plan_data`."""
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


def plan_data(target: str, plan: Plan, document: Mapping[str, Any]) -> dict[str, Any]:
    """The plan of one account and Region with its facts; `document` is what `--json` prints."""
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
    """Whether a file is a saved plan, of any version."""
    try:
        data = load(file) if file.is_file() else None  # reading a pipe or a terminal would block
    except ContentError:
        return False
    return isinstance(data, dict) and "saved_by" in data


def read_saved(file: Path) -> SavedPlans:
    """Read a saved plan; `ContentError` when the file cannot be read, or is not a saved plan of this version."""
    data = load(file)
    check_form(data, str(file))
    return parse(data)


def load(file: Path) -> Any:
    """The file's JSON; `ContentError` when it cannot be read, is too large or is not JSON."""
    try:
        text = read_file(file, str(file), SIZE_LIMIT, pipe=True)
    except FileNotFoundError as error:
        raise ContentError(f"{file}: cannot be read: {error.strerror}") from error
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ContentError(f"{file} is not a saved plan: not JSON: {problem_words(error)}", hint=STALE) from error


def check_form(data: Any, shown: str) -> None:
    """`ContentError` unless `data` has the form of a saved plan of this version of catalog."""
    import fastjsonschema

    if not isinstance(data, dict) or "saved_by" not in data:
        raise ContentError(f"{shown} is not a saved plan", hint=STALE)
    if data["saved_by"] != SAVED_BY or data.get("format") != FORMAT:
        raise ContentError(
            f"{shown} was saved by {limited(data['saved_by'])}, format {limited(data.get('format'))}; this is "
            f"{SAVED_BY}, format {FORMAT}",
            hint=f"Another version may make another plan. {STALE}",
        )
    try:
        quick_check("saved-plan")(data)
    except fastjsonschema.JsonSchemaValueException as error:
        raise ContentError(
            f"{shown} is not a saved plan: {shown_value(first_fault('saved-plan', data))}",
            hint="`catalog schema --kind saved-plan`.",
        ) from error
    labels = [plan["target"] for plan in data["plans"]]
    if len(labels) > 1 and ("" in labels or len(set(labels)) < len(labels)):
        raise ContentError(f"{shown} is not a saved plan: its plans must be of different targets", hint=STALE)


def parse(data: Mapping[str, Any]) -> SavedPlans:
    """Valid data as values."""
    options = data["options"]
    return SavedPlans(
        data["owner"],
        Options(options["dev"], options["refresh_principals"], tuple(options["selected"])),
        tuple(parse_plan(plan) for plan in data["plans"]),
    )


def parse_plan(data: Mapping[str, Any]) -> SavedPlan:
    """The plan of one account and Region."""
    return SavedPlan(
        data["target"],
        data["account"],
        data["region"],
        data["partition"],
        data["sandbox"],
        parse_changes(data["plan"]["changes"]),
        parse_changes(data["plan"]["left_out"]),
        {Address(address): facts for address, facts in data["before"].items()},
        {Address(address): facts for address, facts in data["after"].items()},
        data["plan"],
    )


def parse_changes(items: Sequence[Mapping[str, str]]) -> tuple[SavedChange, ...]:
    """Changes of the file."""
    return tuple(SavedChange(item["operation"], item["address"], item["identity"]) for item in items)


def limited(value: object) -> str:
    """A value of the file, cut to a length that fits a message."""
    return shown_value(value) if isinstance(value, str) else shown_value(json.dumps(value))[1:-1]
