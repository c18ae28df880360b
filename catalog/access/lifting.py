"""Denies that an update can lift: with other parameters, the policy of the same launch no longer has them.

An update of a provisioned product takes new parameters. If a condition of the template decides whether a Deny is in the
policy, whoever updates the product can lift the Deny, unless Rules refuse the parameters: those of the template, or
those of the TEMPLATE constraint of the portfolio through which the product is updated. Each update that is reported
passes these Rules and gives somebody access that the Deny refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from itertools import combinations, islice, product
from math import prod
from typing import Any

from catalog.access.compare import AccessEffect, compare_matrices
from catalog.access.matrix import Matrix, matrix
from catalog.access.resources import NOTHING_KNOWN, AccountValues
from catalog.cfn import HIDDEN, Pseudo, Solver, Template, TemplateError, evaluate_conditions, is_secret
from catalog.cfn.accepted_values import accepts, example, finite
from catalog.cfn.canonical import Canonical, Guard, guarded, guarded_members, texts
from catalog.cfn.expansion import with_copies
from catalog.cfn.solver import Rules, references
from catalog.cfn.template import section, text_of
from catalog.errors import ContentError
from catalog.iam import POLICY_KINDS

MOST_UPDATES = 64
"""Limit on the combinations of values that are tried for the parameters of one condition."""
FREED_TOGETHER = 2
"""How many other parameters are changed one by one or in pairs, before all of them may change."""

Parameters = Mapping[str, str]


class LiftingOutcome(StrEnum):
    """Whether an update can lift a Deny."""

    LIFTED = "lifted"
    REFUSED = "refused"
    """The Rules refuse every such update."""
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Lifting:
    """Whether an update through one portfolio lifts a Deny."""

    portfolio: str
    """The key of the portfolio; empty for the template's own Rules, without any portfolio."""
    outcome: LiftingOutcome
    changes: Parameters = field(default_factory=dict)
    """The parameters that such an update changes, as few as were found."""


@dataclass(frozen=True, slots=True)
class LiftedDeny:
    """A Deny of a launch that an update can lift, or may lift, as far as the template's own Rules say."""

    logical_id: str
    statement: str
    liftings: tuple[Lifting, ...]
    """Of the template's own Rules, then of each portfolio."""


@dataclass(frozen=True)
class UpdatableLaunch:
    """A launch: its template, parameters and access matrix."""

    template: Template
    parameters: Parameters
    pseudo: Pseudo
    matrix: Matrix
    account_values: AccountValues = NOTHING_KNOWN
    unchangeable: Set[str] = frozenset()
    """Parameters that no update can change, because the update would fail."""

    @cached_property
    def declared(self) -> Mapping[str, Mapping[str, Any]]:
        """The parameters of the template."""
        return section(self.template, "Parameters")

    @cached_property
    def current(self) -> dict[str, str]:
        """The values of the parameters, defaults included."""
        defaults = {name: text_of(definition.get("Default")) for name, definition in self.declared.items()}
        return {name: text for name, text in (defaults | dict(self.parameters)).items() if text is not None}

    @cached_property
    def expanded(self) -> Template:
        """The template as CloudFormation evaluates it, with what transforms make in this launch."""
        values = self.account_values.parameters(self.template, self.current).values
        return with_copies(self.template, values, self.pseudo)

    @cached_property
    def deciding(self) -> Mapping[str, list[str]]:
        """Condition → every text that it depends on: parameters by name, and what they are compared with."""
        canonical = Canonical(self.template)
        return {name: list(dict.fromkeys(texts(canonical.condition(name)))) for name in canonical.conditions}

    def shown(self, values: Parameters) -> dict[str, str]:
        """Values of parameters for people, without secrets."""
        return {name: HIDDEN if is_secret(self.declared[name]) else value for name, value in values.items()}

    def holds(self, guard: Guard, changes: Parameters) -> bool:
        """Whether the conditions are as the guard wants them, with these changes."""
        values = self.account_values.parameters(self.template, {**self.current, **changes}).values
        decided = evaluate_conditions(self.template, values, self.pseudo)
        return all(decided.get(name) is wanted for name, wanted in guard)


def lifted_denies(launched: UpdatableLaunch, portfolios: Mapping[str, Rules]) -> tuple[LiftedDeny, ...]:
    """Every Deny of the launch that the template's own Rules may let an update lift; `portfolios` has rules by key."""
    denies: list[LiftedDeny] = []
    search = _UpdateSearch(launched)
    for logical_id, sid, guard in conditional_denies(launched.expanded):
        if not launched.holds(guard, {}):
            continue
        deny = _ConditionalDeny(search, logical_id, sid, guard)
        own = deny.lifting("", {})
        if own.outcome is not LiftingOutcome.REFUSED:
            through = (deny.lifting(key, rules) for key, rules in portfolios.items())
            denies.append(LiftedDeny(logical_id, sid, (own, *through)))
    return tuple(denies)


def conditional_denies(template: Template) -> Iterator[tuple[str, str, Guard]]:
    """(logical id, Sid, guard) of each Deny that conditions put into a policy."""
    for logical_id, resource in section(template, "Resources").items():
        kind = POLICY_KINDS.get(resource.get("Type", ""))
        properties = resource.get("Properties")
        if kind is None or not isinstance(properties, Mapping):
            continue
        for outer, document in guarded(properties.get(kind.property_name)):
            members = guarded_members(document.get("Statement")) if isinstance(document, Mapping) else ()
            for inner, statement in members:
                guard = (*outer, *inner)
                if guard and isinstance(statement, Mapping) and statement.get("Effect") == "Deny":
                    yield logical_id, str(statement.get("Sid", "")), guard


class _UpdateSearch:
    """Searches for updates of one launch that the Rules accept."""

    def __init__(self, launched: UpdatableLaunch) -> None:
        self.launched = launched
        self.solver = Solver(launched.template)
        self.rules: Rules = section(launched.template, "Rules")

    def updates(self, guard: Guard) -> tuple[list[Parameters], bool]:
        """(changes of the parameters that decide the guard, so that it no longer holds, whether these are all).

        The fewest changes come first.
        """
        launched = self.launched
        compared = [text for name, _ in guard for text in launched.deciding.get(name, ())]
        names = [name for name in dict.fromkeys(compared) if name in launched.declared]
        options = [self.options(name, compared) for name in names]
        result: list[Parameters] = []
        for values in islice(product(*options), MOST_UPDATES):
            changes = {
                name: value for name, value in zip(names, values, strict=True) if value != launched.current.get(name)
            }
            if changes and not launched.holds(guard, changes):
                result.append(changes)
        return sorted(result, key=len), prod(map(len, options)) <= MOST_UPDATES

    def options(self, name: str, compared: list[str]) -> list[str]:
        """The values of a parameter that may matter: its current value, AllowedValues, or what it is compared with."""
        current = self.launched.current.get(name)
        definition = self.launched.declared[name]
        others = finite(definition)
        if name in self.launched.unchangeable:
            others = ()
        elif others is None:
            other = example({key: value for key, value in definition.items() if key != "Default"})
            proposed = [text_of(definition.get("Default")), *compared, other]
            others = tuple(text for text in proposed if text is not None and accepts(definition, text))
        return [value for value in dict.fromkeys([current, *others]) if value is not None]

    def gives_access(self, logical_id: str, sid: str, changes: Parameters) -> bool:
        """Whether somebody may do what the Deny refused before the changes."""
        launched = self.launched
        try:
            # Without the Rules: whether they accept the update is decided apart, with other parameters changed too.
            template = {name: part for name, part in launched.template.items() if name != "Rules"}
            after = matrix(
                template, {**launched.current, **changes}, launched.pseudo, account_values=launched.account_values
            )
        except ContentError:
            return False
        return any(
            change.effect is AccessEffect.GAINS
            and change.logical_id == logical_id
            and change.before is not None
            and change.before.explicit
            and (not sid or sid in change.before.sids)
            for change in compare_matrices(launched.matrix, after)
        )

    def accepted(self, update: Parameters, rules: Rules) -> tuple[Parameters | None, bool]:
        """(the update with the other changes that the Rules need, whether they surely refuse it)."""
        launched = self.launched
        named = {name for name in references([self.rules, rules]) if name in launched.declared}
        free = sorted(named - update.keys() - launched.unchangeable)
        kept = {name: launched.current[name] for name in (*named, *update) if name in launched.current} | dict(update)
        sizes = [*range(min(FREED_TOGETHER, len(free)) + 1), len(free)]
        refused = False
        for size in dict.fromkeys(sizes):
            for freed in combinations(free, size):
                asked = {name: value for name, value in kept.items() if name not in freed}
                try:
                    search = self.solver.search(
                        self.rules, rules, {"Asked": {"Assertions": list(self.asserted(asked))}}
                    )
                except TemplateError:
                    return None, False
                if search.launch is not None and search.exact:
                    return dict(sorted({**self.changed(search.launch), **update}.items())), False
                refused = search.impossible
        return None, refused

    def asserted(self, values: Parameters) -> Iterator[dict[str, Any]]:
        """Assertions that parameters have these values."""
        for name, value in values.items():
            if self.solver.parameters[name].type.is_list:
                members = [member.strip() for member in value.split(",")]
                yield {"Assert": {"Fn::EachMemberIn": [{"Ref": name}, members]}}
                yield from ({"Assert": {"Fn::Contains": [{"Ref": name}, member]}} for member in members)
            else:
                yield {"Assert": {"Fn::Equals": [{"Ref": name}, value]}}

    def changed(self, launch: Mapping[str, str | tuple[str, ...]]) -> dict[str, str]:
        """The parameters of a solution that the launch has otherwise."""
        values = {name: value if isinstance(value, str) else ",".join(value) for name, value in launch.items()}
        return {
            name: value
            for name, value in values.items()
            if name in self.launched.declared and members_of(value) != members_of(self.launched.current.get(name, ""))
        }


@dataclass(frozen=True)
class _ConditionalDeny:
    """One Deny, with the updates that may lift it."""

    search: _UpdateSearch
    logical_id: str
    sid: str
    guard: Guard

    @cached_property
    def updates(self) -> tuple[list[Parameters], bool]:
        """(the updates after which the launch has no such statement, whether these are all)."""
        return self.search.updates(self.guard)

    def lifting(self, portfolio: str, rules: Rules) -> Lifting:
        """Whether the template's Rules and `rules` accept an update that lifts the Deny."""
        updates, complete = self.updates
        outcome = LiftingOutcome.REFUSED if complete else LiftingOutcome.UNDECIDED
        for update in updates:
            changes, refused = self.search.accepted(update, rules)
            if changes is not None and self.search.gives_access(self.logical_id, self.sid, update):
                return Lifting(portfolio, LiftingOutcome.LIFTED, self.search.launched.shown(changes))
            outcome = outcome if changes is not None or refused else LiftingOutcome.UNDECIDED
        return Lifting(portfolio, outcome)


def members_of(value: str) -> set[str]:
    """The members of a value, in no order."""
    return {member.strip() for member in value.split(",")}


def as_data(denies: Iterable[LiftedDeny]) -> list[dict[str, Any]]:
    """The Denies for JSON: docs/access.md describes it."""
    return [
        {
            "logical_id": deny.logical_id,
            "statement": deny.statement,
            "updates": [
                {
                    "portfolio": lifting.portfolio or None,
                    "outcome": str(lifting.outcome),
                    "parameters": dict(lifting.changes),
                }
                for lifting in deny.liftings
            ],
        }
        for deny in denies
    ]


def table(denies: Iterable[LiftedDeny]) -> list[list[str]]:
    """(Deny, through which Rules, parameters of the update) for people; a repeated Deny is left out."""
    return [
        [
            deny.statement or deny.logical_id if index == 0 else "",
            lifting.portfolio or "the template's Rules alone",
            shown(lifting),
        ]
        for deny in denies
        for index, lifting in enumerate(deny.liftings)
    ]


def shown(lifting: Lifting) -> str:
    """The parameters of an update, or why there is none."""
    if lifting.outcome is LiftingOutcome.LIFTED:
        return ", ".join(f"{name}={value}" for name, value in lifting.changes.items())
    return {
        LiftingOutcome.REFUSED: "its rules refuse every such update",
        LiftingOutcome.UNDECIDED: "unknown: not everything can be decided",
    }[lifting.outcome]
