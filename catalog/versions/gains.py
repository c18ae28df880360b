"""Compare the access that two versions give: their access matrices, for every variation that can differ.

A matrix takes a tenth of a second, so variations are chosen by the statements that differ between the two versions:
one launch represents all launches that add and remove the same statements, and one more has all conditions true.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from catalog.access import AccessChange, AccessEffect, Answer, Matrix, MatrixRow, compare_matrices, described, matrix
from catalog.access.matrix import IN_BOTH_LISTS
from catalog.access.resources import AccountValues, ResourcePolicy, policies
from catalog.cfn import Pseudo
from catalog.cfn.canonical import Canonical, Guard, as_key, texts
from catalog.cfn.template import ParameterValues, TemplateError, is_list
from catalog.errors import ContentError
from catalog.iam import POLICY_KINDS
from catalog.versions.attachments import compare_attachments
from catalog.versions.change import Aspect, Path, TemplateChange
from catalog.versions.completion import completed
from catalog.versions.properties import properties
from catalog.versions.resources import placed
from catalog.versions.variations import Parameters, Variation, variations

ACCOUNT = "123456789012"
"""The account of the examples in AWS's documentation; examples of launches use it too."""
MOST_ACTIONS_SHOWN = 8
"""Limit on the actions in a sentence; the text gives the number of the others, and JSON lists all."""

Items = tuple[tuple[str, str], ...]
"""Names and values, sorted."""

ASPECTS = {
    AccessEffect.GAINS: (Aspect.ACCESS_GAINED, "may now do"),
    AccessEffect.LOSES: (Aspect.ACCESS_LOST, "may no longer do"),
    AccessEffect.CHANGES: (Aspect.ACCESS_CHANGED, "may do under other conditions"),
}


@dataclass(frozen=True, slots=True)
class EvaluatedVersion:
    """One version with the policies that it has for one set of parameters."""

    template: Mapping[str, Any]
    given: Parameters
    stored: Parameters
    values: ParameterValues
    policies: tuple[ResourcePolicy, ...]


@dataclass(frozen=True, slots=True)
class VariationPair:
    """Both versions for one variation."""

    variation: Variation
    old: EvaluatedVersion
    new: EvaluatedVersion


def compare_access(
    old: Mapping[str, Any], new: Mapping[str, Any], examples: Mapping[str, Parameters], region: str
) -> Iterator[TemplateChange]:
    """The changes of access, by policy: who may do more, less, or the same under other conditions."""
    yield from compare_attachments(old, new)
    old, new = completed(old, new), completed(new, old)
    before, after = policy_parts(old), policy_parts(new)
    if meaning(before) == meaning(after):
        return
    pseudo = Pseudo(ACCOUNT, region)
    differ = {name for name in {*before, *after} if before.get(name) != after.get(name)}
    relevant = {text for side in (before, after) for name in differ & set(side) for text in texts(side[name])}
    guards = (policy_guards(old, differ), policy_guards(new, differ))
    try:
        tried = variations(old, new, examples, pseudo, relevant, guards)
        seen = [(pair, change) for pair in chosen(tried.launches, old, new, pseudo) for change in changes(pair, pseudo)]
    except (ContentError, TemplateError) as error:
        words = "; ".join(str(error).split("\n")[:3])
        yield TemplateChange(Aspect.ACCESS_UNDECIDED, ("Resources",), f"a policy cannot be evaluated: {words}")
        return
    if not tried.launches:
        yield TemplateChange(
            Aspect.ACCESS_UNDECIDED, ("Resources",), "no parameters were found that both versions accept"
        )
    if tried.given_up:
        words = f"too many parameters decide whether {', '.join(tried.given_up[:3])}"
        yield TemplateChange(Aspect.ACCESS_UNDECIDED, ("Resources",), words)
    yield from summed_up(seen)


def policy_parts(template: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Logical id → canonical form of each policy: its document, its attachment and its condition."""
    canonical = Canonical(template)
    result = {}
    for name, resource in placed(template).items():
        kind = POLICY_KINDS.get(resource.kind)
        if kind:
            own = properties(resource.body)
            parts = [own.get(kind.property_name), own.get(kind.attached)]
            result[name] = [*canonical.value(parts), canonical.condition(resource.body.get("Condition"))]
    return result


def meaning(policies: Mapping[str, list[Any]]) -> dict[str, str]:
    """The policies, comparable: the order of their statements has no meaning."""
    return {name: as_key([sorted_statements(document), *rest]) for name, (document, *rest) in policies.items()}


def sorted_statements(document: Any) -> Any:
    """A policy document with its statements sorted by their content."""
    if not isinstance(document, Mapping) or not isinstance(document.get("Statement"), list):
        return document
    return {**document, "Statement": sorted(as_key(statement) for statement in document["Statement"])}


def policy_guards(template: Mapping[str, Any], names: Set[str]) -> set[Guard]:
    """The combinations of conditions that parts of these policies depend on, with the resource's own condition."""
    guards: set[Guard] = set()
    for name, resource in placed(template).items():
        kind = POLICY_KINDS.get(resource.kind)
        if kind and name in names:
            condition = resource.body.get("Condition")
            outside: Guard = ((condition, True),) if isinstance(condition, str) else ()
            guards |= set(guards_in(properties(resource.body).get(kind.property_name), outside))
    return guards


def guards_in(node: Any, outside: Guard) -> Iterator[Guard]:
    """Every combination of conditions that leads to a part of the value."""
    if isinstance(node, Mapping) and is_list(node.get("Fn::If")) and len(node["Fn::If"]) == 3:
        name, *branches = node["Fn::If"]
        for wanted, branch in zip((True, False), branches, strict=True):
            inside = (*outside, (str(name), wanted))
            yield inside
            yield from guards_in(branch, inside)
    elif isinstance(node, Mapping | list):
        for member in node.values() if isinstance(node, Mapping) else node:
            yield from guards_in(member, outside)


def chosen(
    launches: list[Variation], old: Mapping[str, Any], new: Mapping[str, Any], pseudo: Pseudo
) -> Iterator[VariationPair]:
    """A launch for each set of statements in which the versions differ, and one with all conditions true."""
    seen: set[tuple[bool, str]] = set()
    for index, variation in enumerate(launches):
        before, after = (side(version, variation, pseudo, checked=index > 0) for version in (old, new))
        key = (variation.all_on, differing(before, after))
        if key[1] and key not in seen:
            seen.add(key)
            yield VariationPair(variation, before, after)


def side(template: Mapping[str, Any], variation: Variation, pseudo: Pseudo, *, checked: bool) -> EvaluatedVersion:
    """One version with the policies of this launch; `checked` if another launch of it was evaluated before."""
    given = variation.given(template)
    values = variation.resolved(template).values
    evaluated = tuple(policies(template, values, pseudo, variation.account_values, checked=checked))
    return EvaluatedVersion(template, given, variation.stored, values, evaluated)


def differing(old: EvaluatedVersion, new: EvaluatedVersion) -> str:
    """The statements that only one side has, with parameter names for principals, as text; empty without any."""
    before, after = statements(old), statements(new)
    return as_key([sorted(before - after), sorted(after - before)]) if before != after else ""


def statements(side: EvaluatedVersion) -> set[str]:
    """Each statement with its policy, as text."""
    names = {member: name for name, value in side.values.items() if not isinstance(value, str) for member in value}
    result = set()
    for policy in side.policies:
        whole = policy.document
        listed: Any = whole.get("Statement") if isinstance(whole, Mapping) else whole
        for statement in listed if isinstance(listed, list) else [listed]:
            result.add(f"{policy.logical_id} {policy.arn} {as_key(named(statement, names))}")
    return result


def named(node: Any, names: Mapping[str, str]) -> Any:
    """A statement without its Sid, and with parameter names in place of their values.

    Two launches whose lists differ only in their members count as one case.
    """
    if isinstance(node, Mapping):
        return {key: named(value, names) for key, value in node.items() if key != "Sid"}
    if is_list(node):
        return json.loads(as_key(sorted({as_key(named(member, names)) for member in node})))
    return f"<{names[node]}>" if isinstance(node, str) and node in names else node


def changes(pair: VariationPair, pseudo: Pseudo) -> Iterator[AccessChange]:
    """The changes of access for one launch. A resource that only one version has is reported as a resource change."""
    before, after = (evaluated(version, pseudo, pair.variation.label) for version in (pair.old, pair.new))
    before = renamed(before, after)
    kept = {policy.key for policy in before.policies} & {policy.key for policy in after.policies}
    for comparison in compare_matrices(before, after):
        effect = settled(comparison)
        if effect and ((comparison.logical_id, comparison.resource) in kept or POLICY_KINDS[comparison.type].attached):
            yield replace(comparison, effect=effect)


def settled(change: AccessChange) -> AccessEffect | None:
    """The effect on a principal whose IAM policies stay the same.

    If its IAM policies allow everything, it loses nothing when it comes to need them. Of access that is denied before
    and after, the effect is what a grant may allow.
    """
    before, after = change.before, change.after
    if before is None or after is None or before.answer is not after.answer:
        return change.effect
    if before.answer is Answer.DENIED:
        was, now = (row.by_grant * (1 if row.conditions else 2) for row in (before, after))
        if was != now:
            return AccessEffect.GAINS if now > was else AccessEffect.LOSES
        return AccessEffect.CHANGES if was == 1 and before.conditions != after.conditions else None
    same = (before.conditions, before.by_grant) == (after.conditions, after.by_grant)
    return None if same else change.effect


def answered(row: MatrixRow | None) -> str:
    """An answer in words; for a denial, also whether a grant may allow it."""
    words = described(row)
    if row is None or row.answer is not Answer.DENIED or not row.by_grant:
        return words
    return f"{words}, a grant may allow it" + (f" if {' and '.join(row.conditions)}" if row.conditions else "")


def evaluated(side: EvaluatedVersion, pseudo: Pseudo, source: str) -> Matrix:
    """The access matrix of one side."""
    given, stored = tuple(sorted(side.given.items())), tuple(sorted(side.stored.items()))
    return cached_matrix(json.dumps(side.template), given, stored, pseudo, source or "the template")


@lru_cache(maxsize=64)
def cached_matrix(template: str, given: Items, stored: Items, pseudo: Pseudo, source: str) -> Matrix:
    """The access matrix, cached: the gate compares one working tree with several releases."""
    values = AccountValues(ssm=dict(stored))
    return matrix(json.loads(template), dict(given), pseudo, source=source, account_values=values)


def renamed(old: Matrix, new: Matrix) -> Matrix:
    """The old matrix with the new logical id of a policy that was only moved to another resource of its type."""
    kept = {policy.key for policy in new.policies}
    policies = []
    for policy in old.policies:
        same = [other for other in new.policies if other.type == policy.type and other.resource == policy.resource]
        moved = policy.key not in kept and POLICY_KINDS[policy.type].attached and len(same) == 1
        policies.append(replace(policy, logical_id=same[0].logical_id) if moved else policy)
    return Matrix(tuple(policies))


def summed_up(seen: list[tuple[VariationPair, AccessChange]]) -> Iterator[TemplateChange]:
    """The cells as sentences: one for the principals and the actions that have the same answers."""
    cells: dict[tuple[Path, AccessEffect, str, str], dict[str, list[str]]] = {}
    labels: dict[tuple[Path, AccessEffect, str, str], str] = {}
    for pair, change in seen:
        path: Path = ("Resources", change.logical_id, "Properties", POLICY_KINDS[change.type].property_name)
        key = (path, change.effect, *words_of(change))
        actions = cells.setdefault(key, {}).setdefault(kind_of(change.principal, pair), [])
        if change.action not in actions:
            actions.append(change.action)
        labels.setdefault(key, pair.variation.label if pair.variation.changed else "")
    for key, principals in cells.items():
        by_actions: dict[tuple[str, ...], list[str]] = {}
        for principal, actions in principals.items():
            by_actions.setdefault(tuple(actions), []).append(principal)
        for listed, who in by_actions.items():
            yield sentence(key, who, listed, labels[key])


def words_of(change: AccessChange) -> tuple[str, str]:
    """Both answers in words; grants are mentioned where nothing else differs."""
    both = (change.before, change.after)
    denied = all(row is not None and row.answer is Answer.DENIED for row in both)
    before, after = (answered(row) if denied else described(row) for row in both)
    return before, after


def kind_of(principal: str, pair: VariationPair) -> str:
    """`KeyUsers` for `KeyUsers: app-role`: the names of one launch do not matter for a version."""
    holders, separator, name = principal.partition(": ")
    parameters = {*pair.old.values, *pair.new.values}
    if not separator or not set(holders.split(" and ")) <= parameters:
        return principal
    ending = name.partition(", with IAM ")
    both = f" ({IN_BOTH_LISTS})" if name.startswith(IN_BOTH_LISTS) else ""
    return f"{holders}{both}{ending[1]}{ending[2]}"


def sentence(
    key: tuple[Path, AccessEffect, str, str], principals: list[str], actions: tuple[str, ...], label: str
) -> TemplateChange:
    """A change of access in words: who may now do what, and why."""
    path, effect, before, after = key
    aspect, words = ASPECTS[effect]
    shown = ", ".join(actions[:MOST_ACTIONS_SHOWN]) + (
        f" and {len(actions) - MOST_ACTIONS_SHOWN} more" if len(actions) > MOST_ACTIONS_SHOWN else ""
    )
    where = f", {label}" if label else ""
    return TemplateChange(
        aspect,
        path,
        f"{'; '.join(principals)} {words} {shown}: {before} → {after}{where}",
        {"answer": before},
        {"answer": after, "principals": principals, "actions": list(actions)},
    )
