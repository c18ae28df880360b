"""What an update does to one launch: to each resource, and to who may do what. Pure.

The version gate compares two templates for every launch that may exist. Here the parameters of the launch are known, so
both templates are rendered with them: conditions are decided, and a property counts only where its value differs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from catalog.access import AccessEffect, Matrix, compare_matrices, matrix
from catalog.access.actions import matrix_actions
from catalog.access.report import short
from catalog.access.resources import AccountValues
from catalog.cfn import HIDDEN, Pseudo, Template, TemplateError, render, resolve_parameters
from catalog.cfn.accepted_values import accepts, example
from catalog.cfn.template import section
from catalog.check.stateful import STATEFUL_TYPES
from catalog.errors import ContentError
from catalog.versions.change import Aspect, TemplateChange
from catalog.versions.resources import Losses, Placed, compare_resources, follow, placed

RETAINED = ("Retain", "RetainExceptOnCreate")


class ResourceEffect(StrEnum):
    """What an update does to a resource, in the words of the preview."""

    CREATED = "created"
    UPDATED = "updated in place"
    MAY_BE_REPLACED = "may be replaced"
    REPLACED = "replaced"
    DELETED = "deleted"
    LEFT = "leaves the stack, and stays in the account"
    FAILS = "cannot be updated"
    UNCHANGED = "unchanged"


LOSING = (ResourceEffect.MAY_BE_REPLACED, ResourceEffect.REPLACED, ResourceEffect.DELETED, ResourceEffect.LEFT)
"""Effects after which a stateful resource is no longer what the stack has, or is gone with its data."""
EFFECTS: Mapping[Aspect, ResourceEffect] = {
    Aspect.RESOURCE_RETYPED: ResourceEffect.FAILS,
    Aspect.PROPERTY_UPDATE_FAILS: ResourceEffect.FAILS,
    Aspect.PROPERTY_REPLACES: ResourceEffect.REPLACED,
    Aspect.PROPERTY_MAY_REPLACE: ResourceEffect.MAY_BE_REPLACED,
    Aspect.PROPERTY_CHANGED: ResourceEffect.UPDATED,
    Aspect.TAG_ADDED: ResourceEffect.UPDATED,
    Aspect.TAG_REMOVED: ResourceEffect.UPDATED,
    Aspect.TAG_CHANGED: ResourceEffect.UPDATED,
    Aspect.STATEMENT_ADDED: ResourceEffect.UPDATED,
    Aspect.STATEMENT_REMOVED: ResourceEffect.UPDATED,
    Aspect.STATEMENT_CHANGED: ResourceEffect.UPDATED,
    Aspect.STATEMENT_REWRITTEN: ResourceEffect.UPDATED,
    Aspect.ATTRIBUTE_CHANGED: ResourceEffect.UPDATED,
}
"""Changes that CloudFormation carries out; all others are of words, or of the same meaning."""
STRONGEST = (ResourceEffect.FAILS, ResourceEffect.REPLACED, ResourceEffect.MAY_BE_REPLACED, ResourceEffect.UPDATED)
COUNTED: Mapping[Aspect, str] = {
    Aspect.STATEMENT_ADDED: "added",
    Aspect.STATEMENT_REMOVED: "removed",
    Aspect.STATEMENT_CHANGED: "changed",
    Aspect.STATEMENT_REWRITTEN: "rewritten",
}


@dataclass(frozen=True, slots=True)
class LaunchedTemplate:
    """A template with the parameters of a launch."""

    name: str
    """The product and its version, in messages."""
    template: Template
    parameters: Mapping[str, str] | None
    """As they were given: for an SSM parameter its name, for a hidden NoEcho value `****`. None: they are unknown."""
    ssm: Mapping[str, str] = field(default_factory=dict)
    """Name of an SSM parameter → its value, as far as known."""

    def rendered(self, pseudo: Pseudo) -> Mapping[str, Any]:
        """The template with this launch's parameters; `ContentError` where CloudFormation would refuse it.

        Without parameters the template itself, so that what holds for every launch is compared.
        """
        if self.parameters is None:
            return self.template
        try:
            resolved = resolve_parameters(
                self.template, self.parameters, ssm=self.ssm, unknown_ssm=lambda name, _: f"{{{{{name}}}}}"
            )
            return render(self.template, resolved.values, pseudo, open_exports=True)
        except TemplateError as error:
            raise ContentError(f"{self.name}: CloudFormation refuses the template: {error}") from error

    @property
    def evaluated(self) -> dict[str, str]:
        """The parameters, with a value that is accepted for each hidden one that `****` is not."""
        declared = section(self.template, "Parameters")
        return {
            name: (example(declared[name]) or value)
            if value == HIDDEN and name in declared and not accepts(declared[name], value)
            else value
            for name, value in (self.parameters or {}).items()
        }


@dataclass(frozen=True, slots=True)
class ResourceUpdate:
    """What the update does to one resource."""

    logical_id: str
    type: str
    effect: ResourceEffect
    reasons: tuple[str, ...] = ()
    """The properties that change, and how."""

    @property
    def loses(self) -> bool:
        """Whether it holds data or keys, and the stack may no longer have it afterwards."""
        return self.type in STATEFUL_TYPES and self.effect in LOSING


@dataclass(frozen=True, slots=True)
class AccessShift:
    """What a principal gains or loses at a resource."""

    resource: str
    """Its logical id."""
    principal: str
    effect: AccessEffect
    actions: tuple[str, ...]
    """IAM actions with a `*` where all actions with the prefix are among them."""


def grouped_shifts(shifts: Iterable[AccessShift]) -> list[tuple[AccessShift, tuple[str, ...]]]:
    """Each kind of shift once, with the principals that have it."""
    principals: dict[tuple[str, AccessEffect, tuple[str, ...]], list[str]] = {}
    first: dict[tuple[str, AccessEffect, tuple[str, ...]], AccessShift] = {}
    for shift in shifts:
        key = shift.resource, shift.effect, shift.actions
        first.setdefault(key, shift)
        principals.setdefault(key, []).append(shift.principal)
    return [(shift, tuple(principals[key])) for key, shift in first.items()]


@dataclass(frozen=True, slots=True)
class UpdateEffects:
    """Everything that is known of an update before it is made."""

    resources: tuple[ResourceUpdate, ...]
    access: tuple[AccessShift, ...] = ()
    access_unknown: str = ""
    """Why access was not compared."""

    @property
    def losses(self) -> tuple[ResourceUpdate, ...]:
        """The stateful resources that the update may lose."""
        return tuple(update for update in self.resources if update.loses)

    @property
    def failing(self) -> tuple[ResourceUpdate, ...]:
        """The resources with which the update fails, and is rolled back."""
        return tuple(update for update in self.resources if update.effect is ResourceEffect.FAILS)

    @property
    def changes_nothing(self) -> bool:
        """Whether every resource stays as it is."""
        return all(update.effect is ResourceEffect.UNCHANGED for update in self.resources)


def update_effects(
    old: LaunchedTemplate, new: LaunchedTemplate, pseudo: Pseudo, regions: Sequence[str], *, access: bool = True
) -> UpdateEffects:
    """What the update from `old` to `new` does; with `access`, also who gains and loses what."""
    before, after = old.rendered(pseudo), new.rendered(pseudo)
    resources = tuple(resource_updates(before, after, tuple(regions)))
    if not access:
        return UpdateEffects(resources)
    if old.parameters is None or new.parameters is None:
        return UpdateEffects(resources, access_unknown="the parameters of the launch are not known")
    try:
        return UpdateEffects(resources, tuple(access_shifts(old, new, pseudo)))
    except ContentError as error:
        return UpdateEffects(resources, access_unknown=error.message)


def resource_updates(
    before: Mapping[str, Any], after: Mapping[str, Any], regions: tuple[str, ...]
) -> Iterator[ResourceUpdate]:
    """Each resource of two rendered templates, in the order of the new one; then those that leave the stack."""
    changes = list(compare_resources(before, after, regions))
    changes += follow(changes, after, regions)
    of_resource: dict[str, list[TemplateChange]] = {}
    for change in changes:
        if len(change.path) > 1:
            of_resource.setdefault(str(change.path[1]), []).append(change)
    olds, news, losses = placed(before), placed(after), Losses(before, regions)
    for name, resource in news.items():
        if name not in olds:
            yield ResourceUpdate(name, resource.kind, ResourceEffect.CREATED)
            continue
        own = of_resource.get(name, [])
        effect = strongest(own, losses)
        stays = effect in (ResourceEffect.REPLACED, ResourceEffect.MAY_BE_REPLACED) and (
            resource.body.get("UpdateReplacePolicy") in RETAINED
        )
        words = ("the old one stays in the account",) if stays else ()
        yield ResourceUpdate(name, resource.kind, effect, (*reasons(own), *words))
    for name, resource in olds.items():
        if name not in news:
            yield ResourceUpdate(name, resource.kind, ending(resource), tuple(reasons(of_resource.get(name, []))))


def strongest(changes: Sequence[TemplateChange], losses: Losses) -> ResourceEffect:
    """What the changes of a resource together do to it.

    A stateful resource may be replaced only where the version gate says so: `Losses` has the reason.
    """
    effects = set()
    for change in changes:
        effect = EFFECTS.get(change.aspect, ResourceEffect.UNCHANGED)
        spared = effect is ResourceEffect.MAY_BE_REPLACED and str(change.path[1]) in losses.stateful
        effects.add(ResourceEffect.UPDATED if spared and not losses(change) else effect)
    return next((effect for effect in STRONGEST if effect in effects), ResourceEffect.UNCHANGED)


def ending(resource: Placed) -> ResourceEffect:
    """What happens to a resource that the new version does not have."""
    return ResourceEffect.LEFT if resource.body.get("DeletionPolicy") in RETAINED else ResourceEffect.DELETED


def reasons(changes: Sequence[TemplateChange]) -> Iterator[str]:
    """The changes in words, by property: `KeyPolicy: 2 statements added`, `AliasName`, `tag Team`."""
    counts: dict[str, Counter[str]] = {}
    others: dict[str, None] = {}
    for change in changes:
        if change.aspect in COUNTED:
            counts.setdefault(str(change.path[3]), Counter())[COUNTED[change.aspect]] += 1
        elif change.aspect is Aspect.RESOURCE_RENAMED:
            others[change.detail.partition(", ")[2]] = None
        elif change.aspect in (Aspect.TAG_ADDED, Aspect.TAG_REMOVED, Aspect.TAG_CHANGED):
            others[f"tag {change.path[-1]}"] = None
        elif change.aspect is Aspect.RESOURCE_RETYPED:
            others[f"its type becomes {change.after}"] = None
        elif change.aspect in EFFECTS:
            where = ".".join(map(str, change.path[3:] or change.path[2:]))
            others[f"{where}: {change.detail}" if change.detail.startswith("refers to") else where] = None
    for name, by_word in counts.items():
        (word, number), *more = by_word.items()
        first = f"{number} statement{'' if number == 1 else 's'} {word}"
        yield f"{name}: {', '.join([first, *(f'{other} {verb}' for verb, other in more)])}"
    yield from others


def access_shifts(old: LaunchedTemplate, new: LaunchedTemplate, pseudo: Pseudo) -> Iterator[AccessShift]:
    """Who gains and who loses what; `ContentError` if a policy cannot be evaluated."""
    sides = [
        matrix(
            side.template,
            side.evaluated,
            pseudo,
            source=side.name,
            account_values=AccountValues(side.ssm, {}),
        )
        for side in (old, new)
    ]
    grouped: dict[tuple[str, str, AccessEffect], list[str]] = {}
    for change in compare_matrices(sides[0], with_old_names(sides[0], sides[1])):
        grouped.setdefault((change.logical_id, change.principal, change.effect), []).append(change.action)
    for (logical_id, principal, effect), actions in grouped.items():
        service = actions[0].partition(":")[0]
        names = [action.partition(":")[2] for action in actions]
        short_names = short(names, matrix_actions(service).names)
        yield AccessShift(logical_id, principal, effect, tuple(f"{service}:{name}" for name in short_names))


def with_old_names(old: Matrix, new: Matrix) -> Matrix:
    """The new matrix, each policy under the name that its resource had before.

    A replaced resource has another name: what counts is who may do what with it, and not that the old name is gone.
    """
    names: dict[str, list[str]] = {}
    for policy in old.policies:
        names.setdefault(policy.logical_id, []).append(policy.resource)
    policies = []
    for policy in new.policies:
        before = names.get(policy.logical_id, [])
        same = [other for other in new.policies if other.logical_id == policy.logical_id]
        fits = len(before) == len(same) and policy.resource not in before
        policies.append(replace(policy, resource=before[same.index(policy)]) if fits else policy)
    return replace(new, policies=tuple(policies))
