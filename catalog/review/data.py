"""A review as JSON data: docs/json.md has its schema."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from catalog.check.finding import Finding
from catalog.graphs.graph import Graph
from catalog.review.cells import AccessTable
from catalog.review.changes import Review
from catalog.review.permissions import RoleComparison
from catalog.review.portfolios import ReviewedPortfolio
from catalog.review.products import ReviewedProduct
from catalog.review.rules import RuleSentence
from catalog.review.verdict import verdict_of
from catalog.versions.report import as_data as difference_data

FORMAT = 1
"""Version of the JSON form; it grows when a member changes its meaning or goes."""


def as_data(review: Review) -> dict[str, Any]:
    """The whole review."""
    verdict = verdict_of(review)
    return {
        "format": FORMAT,
        "base": {"name": review.base.name, "commit": review.base.commit} if review.base else None,
        "verdict": {
            "headline": verdict.headline,
            "marks": [words for _, words in verdict.marks],
            "answers": [
                {
                    "question": part.question,
                    "nothing": part.nothing,
                    "lines": [
                        {"mark": line.mark, "text": line.text, "details": list(line.details)} for line in part.lines
                    ],
                }
                for part in verdict.parts
            ],
        },
        "products": [product_data(product) for product in review.products],
        "portfolios": [portfolio_data(portfolio) for portfolio in review.portfolios],
        "roles": [role_data(role) for role in review.roles],
        "findings": {
            "new": findings_data(review.checks.new),
            "resolved": findings_data(review.checks.resolved),
            "kept": findings_data(review.checks.kept),
        },
        "controls": {
            key: [
                {
                    "id": each.id,
                    "title": each.title,
                    "result": each.result,
                    "places": list(each.places),
                    "reasons": list(each.reasons),
                }
                for each in results
            ]
            for key, results in review.checks.controls.items()
        },
        "unchanged": list(review.same),
        "plans": [
            {
                "where": plan.where,
                "blockers": list(plan.blockers),
                "notices": list(plan.notices),
                "changes": [
                    {
                        "operation": step.operation,
                        "address": step.address,
                        "impact": step.impact,
                        "details": list(step.details),
                    }
                    for step in plan.lines
                ],
            }
            for plan in review.plans
        ],
    }


def product_data(product: ReviewedProduct) -> dict[str, Any]:
    """One product."""
    return {
        "product": product.key,
        "name": product.name,
        "change": str(product.mark),
        "old": product.old_version,
        "new": product.new_version,
        "released": list(product.released),
        "details": list(product.details),
        "portfolios": list(product.portfolios),
        "level": product.level,
        "difference": difference_data(product.key, product.difference) if product.difference else None,
        "parameters": [
            {
                "group": group.label,
                "name": pair.field.name,
                "change": str(pair.mark),
                "before": field_data(pair.before),
                "after": field_data(pair.after),
            }
            for group in product.groups
            for pair in group.pairs
        ],
        "access": [
            {
                "examples": list(example.examples),
                "problem": example.problem,
                "only": example.only,
                "policies": [table_data(table) for table in example.tables],
            }
            for example in product.access
        ],
        "rules": rules_data(product.rules),
        "examples": list(product.examples),
        "truth": [
            {
                "kind": row.kind,
                "name": row.name,
                "before": [was for was, _ in row.cells],
                "after": [now for _, now in row.cells],
            }
            for row in product.truth
        ],
        "launches": [
            {
                "example": each.example,
                "portfolio": each.portfolio,
                "before": each.before,
                "after": each.after,
                "reasons": list(each.reasons),
            }
            for each in product.refusals
        ],
        "graph": graph_data(product.graph) if product.graph else None,
    }


def field_data(field: Any) -> Mapping[str, Any] | None:
    """A parameter on one side."""
    return None if field is None else {**asdict(field), "reasons": list(field.reasons)}


def table_data(table: AccessTable) -> dict[str, Any]:
    """The access that one policy gives."""
    return {
        "policy": table.heading,
        "only": table.only,
        "changes": [
            {
                "effect": str(each.effect),
                "principals": list(each.principals),
                "actions": list(each.actions),
                "before": each.before,
                "after": each.after,
            }
            for each in table.sentences
        ],
        "families": list(table.families),
        "rows": [
            {
                "principal": line.principal,
                "cells": [
                    {"before": cell.before, "after": cell.after, "effect": str(cell.effect or "")}
                    for cell in line.cells
                ],
            }
            for line in table.lines
        ],
    }


def rules_data(rules: Iterable[RuleSentence]) -> list[dict[str, str]]:
    """Rules in words."""
    return [{"rule": rule.name, "text": rule.text, "message": rule.message, "change": str(rule.mark)} for rule in rules]


def portfolio_data(portfolio: ReviewedPortfolio) -> dict[str, Any]:
    """One portfolio."""
    return {
        "portfolio": portfolio.key,
        "name": portfolio.name,
        "change": str(portfolio.mark),
        "principals": [{"principal": each.text, "change": str(each.mark)} for each in portfolio.principals],
        "launch_rights": [
            {"principal": each.principal, "products": list(each.products), "gained": each.gained}
            for each in portfolio.rights
        ],
        "products": [
            {
                "product": offer.key,
                "name": offer.name,
                "change": str(offer.mark),
                "launch_role": offer.role,
                "rules": rules_data(offer.rules),
                "constraints": [{"text": each.text, "change": str(each.mark)} for each in offer.constraints],
            }
            for offer in portfolio.offers
        ],
        "others": [{"text": each.text, "change": str(each.mark)} for each in portfolio.others],
        "graph": graph_data(portfolio.graph),
    }


def role_data(role: RoleComparison) -> dict[str, Any]:
    """One launch role."""
    return {
        "role": role.role,
        "products": list(role.products),
        "is_new": role.is_new,
        "is_gone": role.is_gone,
        "problem": role.problem,
        **{
            name: [
                {"action": each.action, "resources": list(each.resources), "conditions": each.conditions}
                for each in listed
            ]
            for name, listed in (("gained", role.gained), ("lost", role.lost))
        },
    }


def findings_data(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Findings."""
    return [
        {
            "id": finding.id,
            "severity": finding.severity,
            "file": finding.file,
            "line": finding.line,
            "where": finding.where,
            "message": finding.message,
        }
        for finding in findings
    ]


def graph_data(graph: Graph) -> dict[str, Any]:
    """A graph."""
    return {
        "title": graph.title,
        "nodes": [
            {
                "id": node.id,
                "title": node.title,
                "kind": node.kind,
                "change": str(node.mark),
                "holds": node.holds,
                "condition": node.condition,
            }
            for node in graph.nodes
        ],
        "edges": [{"source": edge.source, "target": edge.target, "label": edge.label} for edge in graph.edges],
    }
