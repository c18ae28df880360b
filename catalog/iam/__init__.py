"""Evaluation of IAM policies as pure functions: from the statements of a policy and a request to a decision.

    parse_policy → decide(policy, request) → Decision

A condition that depends on unknown parts of the request stays as a condition of the answer. If this code cannot
evaluate a statement, the answer is "unknown". Nothing here reads a file, a clock or the network.
docs/adr/0006-access-matrix.md explains why this is our own code, and what it does not evaluate.
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
