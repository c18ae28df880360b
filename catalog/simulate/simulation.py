"""The result of a simulation and its parts, from which text and JSON are made. It holds no NoEcho values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from catalog.content.portfolio_files import AccountRegion


class Mark(StrEnum):
    """The result of one check."""

    PASS = "pass"  # noqa: S105  # a mark, not a password
    FAIL = "fail"
    NOT_APPLICABLE = "not_applicable"
    """A rule whose RuleCondition is false."""
    OPEN = "open"
    """It cannot be decided: a value that it needs is wrong, or not known."""


class LaunchVerdict(StrEnum):
    """The outcome of the launch."""

    LAUNCHED = "launched"
    REFUSED = "refused"
    UNDECIDED = "undecided"
    """No check fails, but a value that must be known was not given."""


@dataclass(frozen=True, slots=True)
class ParameterFault:
    """One error in a parameter."""

    message: str
    """CloudFormation's message."""
    got: str
    """The wrong value: for a list, its wrong member; for a NoEcho parameter, "****"."""
    limit: str
    """What is allowed."""


@dataclass(frozen=True, slots=True)
class ParameterOutcome:
    """A parameter with the value that the template's functions read."""

    name: str
    type: str
    mark: Mark
    value: str | tuple[str, ...] | None
    """A tuple for list types; None when there is none; "****" for NoEcho."""
    source: str
    """`given`, `default`, or "" when there is no value."""
    ssm: str = ""
    """The SSM parameter that holds the value."""
    faults: tuple[ParameterFault, ...] = ()


@dataclass(frozen=True, slots=True)
class AssertionOutcome:
    """An assertion of a rule that applies."""

    description: str
    """Its AssertDescription, else the assertion itself as JSON."""
    mark: Mark


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """A rule of the template or of a portfolio."""

    name: str
    mark: Mark
    assertions: tuple[AssertionOutcome, ...] = ()
    reason: str = ""
    """Why the rule does not apply, is open, or cannot be evaluated."""


@dataclass(frozen=True, slots=True)
class ListsOutcome:
    """Two list parameters that must have no member in common (`separate_lists` of the product)."""

    parameters: tuple[str, str]
    mark: Mark
    common: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TagOptionOutcome:
    """A TagOption key of a portfolio or product, and its value for the launch."""

    key: str
    offered: tuple[str, ...]
    mark: Mark
    value: str
    """Empty when a choice is missing."""
    source: str
    """`tag`, `parameter` (of the same name), `only` (the only value on offer), `conflict` (portfolio and product have
    no value in common, and AWS adds a tag that says so), or "" when a choice is missing."""


@dataclass(frozen=True, slots=True)
class ResourceOutcome:
    """A resource as CloudFormation would create it. Values that exist only after creation stay a Ref or Fn::GetAtt."""

    logical_id: str
    type: str
    attributes: Mapping[str, Any]
    """DeletionPolicy, UpdateReplacePolicy, DependsOn and the like."""
    properties: Any


@dataclass(frozen=True, slots=True)
class PolicyOutcome:
    """A policy document in the properties of a resource."""

    resource: str
    path: str
    """Path in the properties, such as `KeyPolicy` or `Policies/0/PolicyDocument`."""
    document: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class OutputOutcome:
    """An output of the stack."""

    name: str
    value: Any
    description: str = ""
    export: str = ""


@dataclass(frozen=True, slots=True)
class Missing:
    """A value that only the account knows, and that was not given."""

    kind: str
    """`ssm`, `import`, `zones`, `ref_all`, `value_of`, `value_of_all`, or `macro`, which cannot be given."""
    name: str
    remedy: str
    """The option to add."""


@dataclass(frozen=True, slots=True)
class DynamicReference:
    """A `{{resolve:…}}`, which AWS replaces when it creates the resource. Its value is not known before."""

    path: str
    reference: str


@dataclass(frozen=True, slots=True)
class Rendering:
    """The evaluated template."""

    conditions: Mapping[str, bool] = field(default_factory=dict)
    resources: tuple[ResourceOutcome, ...] = ()
    """In order of creation."""
    absent: tuple[str, ...] = ()
    """Logical ids of the resources whose condition is false."""
    policies: tuple[PolicyOutcome, ...] = ()
    outputs: tuple[OutputOutcome, ...] = ()
    dynamic: tuple[DynamicReference, ...] = ()
    note: str = ""
    """Why nothing is shown."""
    refusals: tuple[str, ...] = ()
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True, slots=True)
class PathOutcome:
    """The launch through one portfolio, or of the template alone when no portfolio has the product."""

    portfolio: str
    """The portfolio's key, empty for the template alone."""
    display_name: str
    source: str
    """The portfolio's file."""
    stage: str
    rules: tuple[RuleOutcome, ...]
    tag_options: tuple[TagOptionOutcome, ...]
    tags: Mapping[str, str]
    """The tags that the launch would send."""
    refusals: tuple[str, ...]
    """Every reason for refusal, including those of the template."""
    missing: tuple[Missing, ...]
    """Values that are not known, including those of the template."""

    @property
    def verdict(self) -> LaunchVerdict:
        """The outcome on this path: a refusal is final, even if values are missing."""
        if self.refusals:
            return LaunchVerdict.REFUSED
        return LaunchVerdict.UNDECIDED if self.missing else LaunchVerdict.LAUNCHED


@dataclass(frozen=True, slots=True)
class Simulation:
    """The whole result: the checks of the template, which hold for every launch path, then each launch path."""

    product: str
    version: str
    account_region: AccountRegion | None
    stack_name: str
    parameters: tuple[ParameterOutcome, ...]
    rules: tuple[RuleOutcome, ...]
    """Of the template."""
    separate_lists: tuple[ListsOutcome, ...]
    rendering: Rendering
    paths: tuple[PathOutcome, ...]

    @property
    def verdict(self) -> LaunchVerdict:
        """The verdict of the best path: one launch path that accepts is enough."""
        verdicts = {path.verdict for path in self.paths}
        order = (LaunchVerdict.LAUNCHED, LaunchVerdict.UNDECIDED, LaunchVerdict.REFUSED)
        return next(verdict for verdict in order if verdict in verdicts)
