"""IAM policies as pure functions: what a set of statements answers to one request.

    parse_policy → decide(policy, request) → Decision

The evaluation is three-valued: what a request does not say stays as a residual condition, what this code does not
know makes the answer "unknown". Nothing here reads a file, a clock or the network. Why it is our own code, and what it
does not know: docs/adr/0006-access-matrix.md.
"""

from catalog.iam.caller import Caller, CallerKind
from catalog.iam.context import Context, Some
from catalog.iam.evaluate import Answer, Decision, Evaluator, Request, Semantics, decide
from catalog.iam.kinds import POLICY_KINDS, PolicyKind
from catalog.iam.matching import symbol
from catalog.iam.policy import Policy, PolicyError, Statement, parse_policy

__all__ = [
    "POLICY_KINDS",
    "Answer",
    "Caller",
    "CallerKind",
    "Context",
    "Decision",
    "Evaluator",
    "Policy",
    "PolicyError",
    "PolicyKind",
    "Request",
    "Semantics",
    "Some",
    "Statement",
    "decide",
    "parse_policy",
    "symbol",
]
