"""Evaluate the access matrix: each principal or class of principals, with each action that a policy decides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from catalog.access.actions import BY_OWNER, MatrixAction, MatrixActions, matrix_actions
from catalog.access.principals import PrincipalClass, PrincipalClasses, contexts, members
from catalog.access.request_keys import absent_keys
from catalog.access.resources import NOTHING_KNOWN, AccountValues, ResourcePolicy, not_evaluated, policies
from catalog.cfn import Pseudo, Template, TemplateError, evaluate_rules
from catalog.cfn.parameters import UNKNOWN
from catalog.cfn.template import ParameterValues, section
from catalog.errors import ContentError
from catalog.iam import Answer, Caller, CallerKind, Context, Decision, Evaluator, Request, Semantics, parse_policy
from catalog.iam.matching import has_symbol, readable
from catalog.iam.policy import Policy, PolicyError

NO_ONE = "nobody-in-particular"
"""Role name of an invented principal."""
IN_BOTH_LISTS = "a principal in both lists"
"""Label of an invented principal, after the names of the two lists."""


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """The answer for one principal, or class of principals, and one action."""

    principal: str
    """The label of the principal, such as `KeyUsers: prod-app-role`."""
    action: str
    """The IAM action with its service: kms:Encrypt."""
    answer: Answer
    sids: tuple[str, ...] = ()
    """The statements that decide, by Sid, or by position (Statement[2]) if they have none."""
    conditions: tuple[str, ...] = ()
    """For a conditional answer: the conditions. For an unknown answer: the unknown facts. For a denial: the conditions
    under which a grant allows it."""
    needs_iam: bool = False
    """Whether an IAM policy of the principal must allow it too."""
    explicit: bool = False
    """For a denial: whether a Deny decides it. If not, no statement allows it, and a grant or another policy may."""
    by_grant: bool = False
    """Whether a KMS grant can allow what the policy leaves open."""
    reason: str = ""
    """More about a denial that no statement decides."""

    @property
    def gives(self) -> tuple[object, ...]:
        """The meaning of the row for the principal, independent of the statements that decide."""
        return self.answer, self.conditions, self.needs_iam, self.by_grant


@dataclass(frozen=True, slots=True)
class PolicyMatrix:
    """The matrix of one policy, for one resource that it applies to."""

    logical_id: str
    """The resource of the template that contains the policy."""
    type: str
    property_name: str
    resource: str
    """The ARN of the policy's resource; a resource that is created by the launch shows as ${LogicalId}."""
    service: str
    principals: tuple[PrincipalClass, ...]
    rows: tuple[MatrixRow, ...]
    """By principal, then by action."""
    undecided: tuple[str, ...] = ()
    """Actions of the service that a policy on such a resource does not decide: IAM policies or a grant do."""

    @property
    def key(self) -> tuple[str, str]:
        """The identity of the policy across versions of the template."""
        return self.logical_id, self.resource

    def row(self, principal: str, action: str) -> MatrixRow:
        """The row of a principal and an action. Raises `KeyError` without one."""
        for row in self.rows:
            if row.principal == principal and row.action == action:
                return row
        raise KeyError(f"{principal}, {action}")


@dataclass(frozen=True, slots=True)
class Matrix:
    """The matrices of all policies of a template for one set of parameters."""

    policies: tuple[PolicyMatrix, ...] = field(default=())
    not_evaluated: tuple[str, ...] = ()
    """Policies of unsupported types: `Table (AWS::DynamoDB::Table, ResourcePolicy/PolicyDocument)`."""


def matrix(
    template: Template,
    parameters: Mapping[str, str],
    pseudo: Pseudo,
    *,
    source: str = "template",
    account_values: AccountValues = NOTHING_KNOWN,
) -> Matrix:
    """Evaluate every policy that a launch of `template` with `parameters` creates, in an account with `account_values`.

    Raises `ContentError`, which names `source` and each problem: refused parameters, failed Rules, a template that
    CloudFormation refuses, an invalid policy.
    """
    values = checked(template, parameters, pseudo, source, account_values)
    try:
        template_policies = list(policies(template, values, pseudo, account_values))
        hypotheses = list(hypothetical(template, values, pseudo, account_values))
        evaluated = tuple(policy_matrix(policy, values, pseudo, hypotheses) for policy in template_policies)
        return Matrix(evaluated, tuple(not_evaluated(template, values, pseudo, account_values)))
    except (TemplateError, PolicyError) as error:
        raise ContentError(f"{source}: {readable(str(error))}") from error


def checked(
    template: Template, parameters: Mapping[str, str], pseudo: Pseudo, source: str, account_values: AccountValues
) -> ParameterValues:
    """The values of the parameters. Raises `ContentError` with every problem and every Rule that fails."""
    try:
        resolved = account_values.parameters(template, parameters)
        problems = [
            f"parameter {problem.name}: {problem.message}"
            + (f", got {problem.value!r}" if problem.name in parameters and problem.limit != UNKNOWN else "")
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
        raise ContentError(f"{source}: {readable(str(error))}") from error
    if problems:
        raise ContentError(
            f"{source} cannot be launched with these parameters",
            problems=tuple(problems),
            hint="Pass others with --param or --params-file.",
        )
    return resolved.values


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """An invented principal that is in two lists at once, and the policies of a launch with it."""

    label: str
    caller: Caller
    policies: tuple[ResourcePolicy, ...]

    def instead(self, policy: ResourcePolicy) -> ResourcePolicy | None:
        """The policy as it would be; None if it would not exist or would not name the caller."""
        same = (each for each in self.policies if (each.logical_id, each.arn) == (policy.logical_id, policy.arn))
        replacement = next(same, None)
        return replacement if replacement and self.caller.name in str(replacement.document) else None


def hypothetical(
    template: Template, values: ParameterValues, pseudo: Pseudo, account_values: AccountValues
) -> Iterator[Hypothesis]:
    """A principal in both lists, for each pair of principal lists without a common member."""
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
            with_both = tuple(policies(template, {**values, **both}, pseudo, account_values))
        except TemplateError:
            continue  # no principal can be in both: such a launch fails
        caller = Caller(CallerKind.ROLE, pseudo.account_id, arn)
        yield Hypothesis(f"{first} and {second}: {IN_BOTH_LISTS}", caller, with_both)


def policy_matrix(
    resource_policy: ResourcePolicy, values: ParameterValues, pseudo: Pseudo, hypotheses: Sequence[Hypothesis]
) -> PolicyMatrix:
    """The matrix of one policy. Raises `PolicyError`, which names the resource."""
    try:
        policy = parse_policy(resource_policy.document)
        actions = matrix_actions(resource_policy.kind.service)
        classes = PrincipalClasses(policy, resource_policy.kind.service, values, pseudo)
        evaluation = _PolicyEvaluation(resource_policy, policy, actions, pseudo)
        named = [(principal, evaluation) for principal in classes.named()]
        unnamed = [(principal, evaluation) for principal in classes.unnamed()]
        invented: list[tuple[PrincipalClass, _PolicyEvaluation]] = []
        for hypothesis in hypotheses:
            if instead := hypothesis.instead(resource_policy):
                other = _PolicyEvaluation(instead, parse_policy(instead.document), actions, pseudo)
                invented += [(principal, other) for principal in classes.twice(hypothesis.label, hypothesis.caller)]
    except PolicyError as error:
        raise PolicyError(
            f"{resource_policy.logical_id} ({resource_policy.type}), {resource_policy.kind.property_name}: {error}"
        ) from error
    order = [*named, *invented, *unnamed]
    return PolicyMatrix(
        logical_id=resource_policy.logical_id,
        type=resource_policy.type,
        property_name=resource_policy.kind.property_name,
        resource=readable(resource_policy.arn),
        service=resource_policy.kind.service,
        principals=tuple(principal for principal, _ in order),
        rows=tuple(row for principal, source in order for row in source.rows(principal)),
        undecided=actions.undecided,
    )


class _PolicyEvaluation:
    """Evaluates one policy for principals and actions."""

    def __init__(self, resource_policy: ResourcePolicy, policy: Policy, actions: MatrixActions, pseudo: Pseudo) -> None:
        self.resource_policy = resource_policy
        self.policy = policy
        self.actions = actions
        self.pseudo = pseudo
        kind = resource_policy.kind
        self.evaluator = Evaluator(policy, Semantics(pseudo.account_id, kind.resource_implied, kind.must_allow))

    def rows(self, principal: PrincipalClass) -> Iterator[MatrixRow]:
        """The rows of one principal, one for each action."""
        base = contexts(principal.caller, self.pseudo, self.policy, self.actions.service)
        by_keys: dict[tuple[str, ...], Context] = {}
        for action in self.actions.decided:
            keys = absent_keys(self.actions.service, action.name)
            if keys not in by_keys:
                by_keys[keys] = base.merged(dict.fromkeys(keys, ())) if keys else base
            yield self.row(principal, action, by_keys[keys])

    def row(self, principal: PrincipalClass, action: MatrixAction, context: Context) -> MatrixRow:
        """The answer for one principal and one action."""
        name = f"{self.actions.service}:{action.name}"
        has_alias = action.on_alias and principal.caller.has_iam
        decision = self.evaluator.decide(
            Request(
                caller=principal.caller,
                action=name,
                resource=self.resource_policy.arn_of(action.part),
                context=context,
                iam=principal.iam,
                refused=self.refused(principal.caller, action),
                assured=principal.caller.kind is CallerKind.ROOT
                and action.name in BY_OWNER.get(self.resource_policy.type, ()),
                beneath=self.resource_policy.kind.beneath,
                own_account=action.own_account,
                elsewhere="allows it on the alias" if has_alias else "",
            )
        )
        return self.as_row(principal, name, action, decision)

    def as_row(self, principal: PrincipalClass, name: str, action: MatrixAction, decision: Decision) -> MatrixRow:
        """The decision as a row."""
        caller = principal.caller
        open_to_grants = action.by_grant and caller.is_signed and caller.kind is not CallerKind.FEDERATED
        by_grant = open_to_grants and not decision.explicit and decision.answer is not Answer.ALLOWED
        closed = decision.answer is Answer.DENIED and not decision.explicit and not by_grant
        return MatrixRow(
            principal=principal.label,
            action=name,
            answer=decision.answer,
            sids=() if closed else decision.statements,
            conditions=() if closed else decision.conditions,
            needs_iam=decision.needs_iam,
            explicit=decision.explicit,
            by_grant=by_grant,
            reason=decision.reason,
        )

    def refused(self, caller: Caller, action: MatrixAction) -> str:
        """Why the service always refuses the action to this caller; empty if it does not."""
        kind = self.resource_policy.kind
        if caller.kind is CallerKind.ANONYMOUS and not kind.anonymous:
            return "the service refuses unsigned requests"
        if caller.kind is CallerKind.ROOT and self.actions.service == "sts":
            return "a root user cannot assume a role"
        is_foreign = caller.account not in ("", self.pseudo.account_id) and not has_symbol(caller.account)
        if action.own_account and is_foreign:
            return "the service offers it only within the account of the resource"
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
                    "label": principal.label,
                    "kind": str(principal.caller.kind),
                    "name": readable(principal.caller.name),
                    "account": readable(principal.caller.account),
                    "iam": principal.iam,
                }
                for principal in policy.principals
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
