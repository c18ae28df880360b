"""The answer: a `Simulation` and its parts, values that text and JSON are made of. NoEcho values are not in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from catalog.content.portfolio_files import Place


class Mark(StrEnum):
    """How one demand came out."""

    PASS = "pass"  # noqa: S105  # a mark, not a password
    FAIL = "fail"
    NOT_APPLICABLE = "not_applicable"
    """A rule whose RuleCondition is false."""
    OPEN = "open"
    """It cannot be decided: something that it asks for is wrong itself, or not known."""


class LaunchVerdict(StrEnum):
    """What would become of the launch."""

    LAUNCHED = "launched"
    REFUSED = "refused"
    UNDECIDED = "undecided"
    """Nothing refuses it, but something that must be known was not given."""


@dataclass(frozen=True, slots=True)
class ParameterFault:
    """One thing that is wrong with a parameter."""

    message: str
    """CloudFormation's words."""
    got: str
    """Of a list the faulty member; "****" of a NoEcho parameter."""
    limit: str
    """What would have been right."""


@dataclass(frozen=True, slots=True)
class ParameterOutcome:
    """A parameter with the value that the template's functions see."""

    name: str
    type: str
    mark: Mark
    value: str | tuple[str, ...] | None
    """A tuple for list types; None when there is none; "****" for NoEcho."""
    source: str
    """`given`, `default`, or "" when there is no value."""
    ssm: str = ""
    """The SSM parameter that the value stands in."""
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
    """Why it does not apply, is open, or cannot be evaluated."""


@dataclass(frozen=True, slots=True)
class ListsOutcome:
    """Two list parameters that must have no member in common (`separate_lists` of the product)."""

    parameters: tuple[str, str]
    mark: Mark
    common: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TagOptionOutcome:
    """A TagOption key of a portfolio or product, and the value that the launch would take."""

    key: str
    offered: tuple[str, ...]
    mark: Mark
    value: str
    """Empty when a choice is missing."""
    source: str
    """`tag`, `parameter` (of the same name), `only` (there is one on offer), `conflict` (portfolio and product have no
    value in common: AWS tags with a note of that), or "" when a choice is missing."""


@dataclass(frozen=True, slots=True)
class ResourceOutcome:
    """A resource as CloudFormation would make it; what only a created resource can tell stays a Ref or Fn::GetAtt."""

    logical_id: str
    type: str
    attributes: Mapping[str, Any]
    """DeletionPolicy, UpdateReplacePolicy, DependsOn and the like."""
    properties: Any


@dataclass(frozen=True, slots=True)
class PolicyOutcome:
    """A policy document in a resource's properties."""

    resource: str
    path: str
    """Where in the properties, such as `KeyPolicy` or `Policies/0/PolicyDocument`."""
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
    """A fact that was not given."""

    kind: str
    """`ssm`, `import`, `zones`, `ref_all`, `value_of`, `value_of_all`, or `macro`, which cannot be given."""
    name: str
    remedy: str
    """What to type."""


@dataclass(frozen=True, slots=True)
class DynamicReference:
    """A `{{resolve:…}}` that AWS replaces when it makes the resource; nobody knows by what before."""

    path: str
    reference: str


@dataclass(frozen=True, slots=True)
class Rendering:
    """What the template comes to."""

    conditions: Mapping[str, bool] = field(default_factory=dict)
    resources: tuple[ResourceOutcome, ...] = ()
    """In the order of their creation."""
    absent: tuple[str, ...] = ()
    """Logical ids of the resources whose condition is false."""
    policies: tuple[PolicyOutcome, ...] = ()
    outputs: tuple[OutputOutcome, ...] = ()
    dynamic: tuple[DynamicReference, ...] = ()
    note: str = ""
    """Why there is nothing to show."""
    refusals: tuple[str, ...] = ()
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True, slots=True)
class PathOutcome:
    """The launch through one portfolio; or of the template alone, where no portfolio is meant."""

    portfolio: str
    """The portfolio's key, empty for the template alone."""
    display_name: str
    source: str
    """The portfolio's file."""
    stage: str
    rules: tuple[RuleOutcome, ...]
    tag_options: tuple[TagOptionOutcome, ...]
    tags: Mapping[str, str]
    """What the launch would send as tags."""
    refusals: tuple[str, ...]
    """Every reason, those of the template included."""
    missing: tuple[Missing, ...]
    """What is not known, that of the template included."""

    @property
    def verdict(self) -> LaunchVerdict:
        """A reason for refusal outweighs what is not known."""
        if self.refusals:
            return LaunchVerdict.REFUSED
        return LaunchVerdict.UNDECIDED if self.missing else LaunchVerdict.LAUNCHED


@dataclass(frozen=True, slots=True)
class Simulation:
    """The whole answer: what is true of the template wherever it is launched from, then each launch path."""

    product: str
    version: str
    place: Place | None
    stack_name: str
    parameters: tuple[ParameterOutcome, ...]
    rules: tuple[RuleOutcome, ...]
    """Of the template."""
    separate_lists: tuple[ListsOutcome, ...]
    rendering: Rendering
    paths: tuple[PathOutcome, ...]

    @property
    def verdict(self) -> LaunchVerdict:
        """That of the best path: one launch path is enough."""
        verdicts = {path.verdict for path in self.paths}
        order = (LaunchVerdict.LAUNCHED, LaunchVerdict.UNDECIDED, LaunchVerdict.REFUSED)
        return next(verdict for verdict in order if verdict in verdicts)
