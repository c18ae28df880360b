"""CloudFormation semantics as pure functions.

    resolve_parameters → evaluate_rules → render → resource_order → resolve_references

`catalog launch` uses the first two as a check before it calls AWS, the sandbox's stack engine all five. Nothing here
reads a file, a clock or the network. Why it is our own code: docs/adr/0003-cloudformation-semantics.md.
"""

from catalog.cfn.conditions import evaluate_conditions
from catalog.cfn.intrinsics import is_symbolic
from catalog.cfn.order import dependencies, resource_order
from catalog.cfn.parameters import HIDDEN, ParameterProblem, Parameters, is_secret, resolve_parameters
from catalog.cfn.pseudo import Pseudo
from catalog.cfn.references import Reference, References
from catalog.cfn.render import render, resolve_references
from catalog.cfn.rules import Assertion, RuleLookups, RuleResult, evaluate_rules
from catalog.cfn.solver import Search, Solver
from catalog.cfn.structure import check_structure
from catalog.cfn.template import LookupNeededError, MacroError, ParameterValues, Template, TemplateError

__all__ = [
    "HIDDEN",
    "Assertion",
    "LookupNeededError",
    "MacroError",
    "ParameterProblem",
    "ParameterValues",
    "Parameters",
    "Pseudo",
    "Reference",
    "References",
    "RuleLookups",
    "RuleResult",
    "Search",
    "Solver",
    "Template",
    "TemplateError",
    "check_structure",
    "dependencies",
    "evaluate_conditions",
    "evaluate_rules",
    "is_secret",
    "is_symbolic",
    "render",
    "resolve_parameters",
    "resolve_references",
    "resource_order",
]
