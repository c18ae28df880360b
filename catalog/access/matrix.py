"""The matrix: every class of principals and every action that a policy decides, as evaluated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from catalog.access.actions import BY_OWNER, Action, ServiceActions, actions_of
from catalog.access.principals import PrincipalClass, Rows, contexts, members
from catalog.access.request_keys import absent_keys
from catalog.access.resources import Given, ResourcePolicy, not_evaluated, policies
from catalog.cfn import Pseudo, Template, TemplateError, evaluate_rules, resolve_parameters
from catalog.cfn.template import ParameterValues, section
from catalog.errors import ContentError
from catalog.iam import Answer, Caller, CallerKind, Context, Decision, Evaluator, Request, Semantics, parse_policy
from catalog.iam.matching import has_symbol, readable
from catalog.iam.policy import Policy, PolicyError

NO_ONE = "nobody-in-particular"


@dataclass(frozen=True, slots=True)
class Row:
    """One cell of the matrix: what one class of principals gets for one action."""

    principal: str
    """The label of the class, such as `KeyUsers: prod-app-role`."""
    action: str
    """With its service: kms:Encrypt."""
    answer: Answer
    sids: tuple[str, ...] = ()
    """The deciding statements, by Sid, or by place (Statement[2]) where they have none."""
    conditions: tuple[str, ...] = ()
    """What must hold for a conditional answer; what is not known for an unknown one; of a denial what must hold for a
    grant to allow it all the same."""
    needs_iam: bool = False
    """Whether an IAM policy of the principal's must allow it as well."""
    explicit: bool = False
    """Of a denial: a Deny says so. Else nothing allows it, and a grant or another policy may."""
    by_grant: bool = False
    """Whether a grant of KMS can allow what the policy leaves open."""
    reason: str = ""
    """More about a denial that no statement decides."""

    @property
    def gives(self) -> tuple[object, ...]:
        """What the row means for the principal, whichever statements say so."""
        return self.answer, self.conditions, self.needs_iam, self.by_grant


@dataclass(frozen=True, slots=True)
class PolicyMatrix:
    """The matrix of one policy, for one resource that it belongs to."""

    logical_id: str
    """The resource of the template that holds the policy."""
    type: str
    property_name: str
    resource: str
    """The ARN of the policy's resource; a resource that is created by the launch shows as ${LogicalId}."""
    service: str
    principals: tuple[PrincipalClass, ...]
    rows: tuple[Row, ...]
    """By principal, then by action."""
    undecided: tuple[str, ...] = ()
    """Actions of the service in which no policy of such a resource has a say: IAM policies decide, or a grant."""

    @property
    def key(self) -> tuple[str, str]:
        """What it is called in another version of the template."""
        return self.logical_id, self.resource

    def row(self, principal: str, action: str) -> Row:
        """One cell; KeyError when there is none."""
        for row in self.rows:
            if row.principal == principal and row.action == action:
                return row
        raise KeyError(f"{principal}, {action}")


@dataclass(frozen=True, slots=True)
class Matrix:
    """The matrices of all policies of a template for one set of parameters."""

    policies: tuple[PolicyMatrix, ...] = field(default=())
    not_evaluated: tuple[str, ...] = ()
    """Policies of types that are not known here: `Table (AWS::DynamoDB::Table, ResourcePolicy/PolicyDocument)`."""


def matrix(template: Template, parameters: Mapping[str, str], pseudo: Pseudo, *, source: str = "template") -> Matrix:
    """Evaluate every policy that a launch of `template` with `parameters` makes.

    Raises `ContentError`, which names `source` and each fault: parameters that are refused, Rules that fail, a template
    that CloudFormation refuses, an invalid policy.
    """
    values = checked(template, parameters, pseudo, source)
    try:
        template_policies = list(policies(template, values, pseudo))
        hypotheses = list(hypothetical(template, values, pseudo))
        evaluated = tuple(policy_matrix(each, values, pseudo, hypotheses) for each in template_policies)
        return Matrix(evaluated, tuple(not_evaluated(template, values, pseudo)))
    except (TemplateError, PolicyError) as error:
        raise ContentError(f"{source}: {error}") from error


def checked(template: Template, parameters: Mapping[str, str], pseudo: Pseudo, source: str) -> ParameterValues:
    """The parameters' values; `ContentError` with every fault and every Rule that fails."""
    try:
        resolved = resolve_parameters(template, parameters, ssm=Given("ssm"))
        problems = [
            f"parameter {problem.name}: {problem.message}"
            + (f", got {problem.value!r}" if problem.name in parameters else "")
            + (f" (limit: {problem.limit})" if problem.limit else "")
            for problem in resolved.problems
        ]
        if not problems:
            problems = [
                f"rule {result.name}: {assertion.description}"
                for result in evaluate_rules(section(template, "Rules"), resolved.values, pseudo)
                for assertion in result.assertions
                if not assertion.passed
            ]
    except TemplateError as error:
        raise ContentError(f"{source}: {error}") from error
    if problems:
        raise ContentError(f"{source} cannot be launched with these parameters", problems=tuple(problems))
    return resolved.values


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A principal that would be in two lists at once, and the policies that this would give."""

    label: str
    caller: Caller
    policies: tuple[ResourcePolicy, ...]

    def instead(self, policy: ResourcePolicy) -> ResourcePolicy | None:
        """What the policy would be; None where it would not be there, or would not name the caller."""
        same = (each for each in self.policies if (each.logical_id, each.arn) == (policy.logical_id, policy.arn))
        replacement = next(same, None)
        return replacement if replacement and self.caller.name in str(replacement.document) else None


def hypothetical(template: Template, values: ParameterValues, pseudo: Pseudo) -> Iterator[Hypothesis]:
    """For each two lists that hold principals and have no member in common: one who is in both."""
    prefix = f"arn:{pseudo.partition}:iam::"
    lists = [
        name
        for name, value in values.items()
        if isinstance(value, tuple) and any(member.startswith(prefix) for member in value)
    ]
    for first, second in combinations(lists, 2):
        if set(members(values[first])) & set(members(values[second])):
            continue
        arn = f"{prefix}{pseudo.account_id}:role/{NO_ONE}"
        both = {name: (*members(values[name]), arn) for name in (first, second)}
        try:
            with_both = tuple(policies(template, {**values, **both}, pseudo))
        except TemplateError:
            continue  # no principal can be in both: such a launch fails
        caller = Caller(CallerKind.ROLE, pseudo.account_id, arn)
        yield Hypothesis(f"{first} and {second}: one who is in both", caller, with_both)


def policy_matrix(
    resource_policy: ResourcePolicy, values: ParameterValues, pseudo: Pseudo, hypotheses: Sequence[Hypothesis]
) -> PolicyMatrix:
    """The matrix of one policy. Raises `PolicyError`, which names the resource."""
    try:
        policy = parse_policy(resource_policy.document)
        actions = actions_of(resource_policy.kind.service)
        rows = Rows(policy, resource_policy.kind.service, values, pseudo)
        named, unnamed = list(rows.named()), list(rows.unnamed())
        cells = _PolicyCells(resource_policy, policy, actions, pseudo)
        invented: list[tuple[PrincipalClass, _PolicyCells]] = []
        for each in hypotheses:
            if instead := each.instead(resource_policy):
                own = _PolicyCells(instead, parse_policy(instead.document), actions, pseudo)
                invented += [(row, own) for row in rows.twice(each.label, each.caller)]
    except PolicyError as error:
        raise PolicyError(
            f"{resource_policy.logical_id} ({resource_policy.type}), {resource_policy.kind.property_name}: {error}"
        ) from error
    order = [*((row, cells) for row in named), *invented, *((row, cells) for row in unnamed)]
    return PolicyMatrix(
        logical_id=resource_policy.logical_id,
        type=resource_policy.type,
        property_name=resource_policy.kind.property_name,
        resource=readable(resource_policy.arn),
        service=resource_policy.kind.service,
        principals=tuple(row for row, _ in order),
        rows=tuple(cell for row, source in order for cell in source.of(row)),
        undecided=actions.undecided,
    )


class _PolicyCells:
    """Makes the cells of one policy, a row at a time."""

    def __init__(
        self, resource_policy: ResourcePolicy, policy: Policy, actions: ServiceActions, pseudo: Pseudo
    ) -> None:
        self.resource_policy = resource_policy
        self.policy = policy
        self.actions = actions
        self.pseudo = pseudo
        kind = resource_policy.kind
        self.evaluator = Evaluator(policy, Semantics(pseudo.account_id, kind.resource_implied, kind.must_allow))

    def of(self, row: PrincipalClass) -> Iterator[Row]:
        """The cells of one row, an action each."""
        base = contexts(row.caller, self.pseudo, self.policy, self.actions.service)
        by_keys: dict[tuple[str, ...], Context] = {}
        for action in self.actions.decided:
            keys = absent_keys(self.actions.service, action.name)
            if keys not in by_keys:
                by_keys[keys] = base.merged(dict.fromkeys(keys, ())) if keys else base
            yield self.cell(row, action, by_keys[keys])

    def cell(self, row: PrincipalClass, action: Action, context: Context) -> Row:
        """One answer."""
        name = f"{self.actions.service}:{action.name}"
        has_alias = action.on_alias and row.caller.has_iam
        decision = self.evaluator.decide(
            Request(
                caller=row.caller,
                action=name,
                resource=self.resource_policy.arn_of(action.part),
                context=context,
                iam=row.iam,
                refused=self.refused(row.caller, action),
                assured=row.caller.kind is CallerKind.ROOT
                and action.name in BY_OWNER.get(self.resource_policy.type, ()),
                beneath=self.resource_policy.kind.beneath,
                own_account=action.own_account,
                elsewhere="allows it on the alias" if has_alias else "",
            )
        )
        return self.row(row, name, action, decision)

    def row(self, row: PrincipalClass, name: str, action: Action, decision: Decision) -> Row:
        """The decision as a cell."""
        open_to_grants = action.by_grant and row.caller.is_signed and row.caller.kind is not CallerKind.FEDERATED
        by_grant = open_to_grants and not decision.explicit and decision.answer is not Answer.ALLOWED
        closed = decision.answer is Answer.DENIED and not decision.explicit and not by_grant
        return Row(
            principal=row.label,
            action=name,
            answer=decision.answer,
            sids=() if closed else decision.statements,
            conditions=() if closed else decision.conditions,
            needs_iam=decision.needs_iam,
            explicit=decision.explicit,
            by_grant=by_grant,
            reason=decision.reason,
        )

    def refused(self, caller: Caller, action: Action) -> str:
        """Why the service never does it for this caller."""
        kind = self.resource_policy.kind
        if caller.kind is CallerKind.ANONYMOUS and not kind.anonymous:
            return "the service refuses unsigned requests"
        if caller.kind is CallerKind.ROOT and self.actions.service == "sts":
            return "no root user can assume a role"
        is_foreign = caller.account not in ("", self.pseudo.account_id) and not has_symbol(caller.account)
        if action.own_account and is_foreign:
            return "the service offers it within the account of the resource only"
        return ""


def as_data(matrix: Matrix) -> list[dict[str, Any]]:
    """The matrix for JSON: docs/access.md describes it."""
    return [
        {
            "logical_id": policy.logical_id,
            "type": policy.type,
            "property": policy.property_name,
            "resource": policy.resource,
            "service": policy.service,
            "principals": [
                {
                    "label": row.label,
                    "kind": str(row.caller.kind),
                    "name": readable(row.caller.name),
                    "account": readable(row.caller.account),
                    "iam": row.iam,
                }
                for row in policy.principals
            ],
            "rows": [
                {
                    "principal": row.principal,
                    "action": row.action,
                    "answer": str(row.answer),
                    "explicit": row.explicit,
                    "sids": list(row.sids),
                    "conditions": list(row.conditions),
                    "needs_iam": row.needs_iam,
                    "by_grant": row.by_grant,
                    "reason": row.reason,
                }
                for row in policy.rows
            ],
            "undecided": [f"{policy.service}:{name}" for name in policy.undecided],
        }
        for policy in matrix.policies
    ]
