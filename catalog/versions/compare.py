"""`compare`: from two versions of a product to their `Difference`. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from catalog.versions.change import Aspect, Level, TemplateChange, Verdict, verdict
from catalog.versions.gains import compare_access
from catalog.versions.opt_in import changed_defaults, may_be_optional, new_defaults, opted_in, with_values
from catalog.versions.outputs import compare_outputs
from catalog.versions.parameters import compare_parameters, values_of
from catalog.versions.resources import Losses, compare_resources, follow
from catalog.versions.rules import compare_rules
from catalog.versions.sections import compare_conditions, compare_rest
from catalog.versions.variations import Parameters


class Version(Protocol):
    """The members that a release and a rendered working tree share."""

    @property
    def version(self) -> str:
        """`1.0.0`."""

    @property
    def digest(self) -> str:
        """`sha256:<hex>` of the bytes."""

    @property
    def template(self) -> Mapping[str, Any]:
        """The template as data, functions in their long form."""


@dataclass(frozen=True, slots=True)
class Difference:
    """All differences between two versions."""

    old: Version
    new: Version
    changes: tuple[TemplateChange, ...]

    @property
    def verdict(self) -> Verdict:
        """The smallest version bump that is enough; bytes that differ without a change of meaning need a patch."""
        result = verdict(self.changes)
        if result.level is Level.NONE and self.old.digest != self.new.digest:
            return Verdict(Level.PATCH)
        return result

    @property
    def widens_access(self) -> tuple[TemplateChange, ...]:
        """The changes that may let a principal do more than before."""
        return tuple(change for change in self.changes if change.widens_access)


def compare(
    old: Version,
    new: Version,
    *,
    examples: Mapping[str, Parameters] | None = None,
    regions: Sequence[str] = ("us-east-1",),
) -> Difference:
    """The differences, in the order of `Aspect`.

    `examples` are the parameters of launches that must work, by the file that they come from: access is compared for
    them and for variations of them, and their values are tried against constraints. The resource schemas of `regions`
    are used.
    """
    if old.digest == new.digest:
        return Difference(old, new, ())
    changes = differences(old.template, new.template, examples or {}, tuple(regions))
    defaults = new_defaults(old.template, new.template)
    if defaults and any(map(may_be_optional, changes)):
        before, after = with_values(old.template, {}), with_values(new.template, defaults)
        by_default = differences(before, after, examples or {}, tuple(regions))
        changes = list(opted_in(changes, by_default, defaults, Losses(old.template, tuple(regions))))
    changes += lost_by_defaults(old.template, new.template, changes, tuple(regions))
    return Difference(old, new, in_order(changes))


def lost_by_defaults(
    old: Mapping[str, Any], new: Mapping[str, Any], changes: Sequence[TemplateChange], regions: tuple[str, ...]
) -> Iterator[TemplateChange]:
    """Stateful resources that an update may delete or replace because it takes another default than the launch did.

    An update that does not send a parameter, and does not keep its value with UsePreviousValue, takes the default of
    the new version (CloudFormation API, Parameter).
    """
    defaults = changed_defaults(old, new)
    if not defaults:
        return
    before = with_values(old, {name: pair[0] for name, pair in defaults.items()})
    after = with_values(new, {name: pair[1] for name, pair in defaults.items()})
    loses, reported = Losses(old, regions), {change.path for change in changes}
    words = f"an update that does not send {' and '.join(sorted(defaults))} takes another default"
    for change in compare_resources(before, after, regions):
        if loses(change) and change.path not in reported:
            yield replace(change, detail=f"{words}: {change.detail}" if change.detail else words)


def differences(
    old: Mapping[str, Any], new: Mapping[str, Any], examples: Mapping[str, Parameters], regions: tuple[str, ...]
) -> list[TemplateChange]:
    """The changes of every part of the template."""
    changes = [
        *compare_parameters(old, new, values_of(tuple(examples.values()))),
        *compare_rules(old, new),
        *compare_conditions(old, new),
        *compare_rest(old, new),
        *compare_resources(old, new, regions),
        *compare_outputs(old, new),
    ]
    changes += follow(changes, new, regions)
    return [*changes, *compare_access(old, new, examples, regions[0])]


def in_order(changes: Sequence[TemplateChange]) -> tuple[TemplateChange, ...]:
    """The changes by aspect, then by their order in the template; each once."""
    rank = {aspect: index for index, aspect in enumerate(Aspect)}
    seen: list[TemplateChange] = []
    for change in sorted(changes, key=lambda change: rank[change.aspect]):
        if change not in seen:
            seen.append(change)
    return tuple(seen)
