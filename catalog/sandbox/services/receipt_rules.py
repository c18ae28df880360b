"""SES, API v1: the deletion and the order of receipt rules, which moto lacks.

Source: SES API reference, DeleteReceiptRule ("succeeds even if the rule does not exist"), SetReceiptRulePosition.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.ses.exceptions import RuleDoesNotExist
from moto.ses.responses import EmailResponse


def install() -> None:
    """Add the operations to moto's."""
    for answer in (delete_receipt_rule, set_receipt_rule_position):
        setattr(EmailResponse, answer.__name__, answer)


def others(response: EmailResponse) -> tuple[Any, list[dict[str, Any]]]:
    """The set of a request, and its rules but the one that the request names."""
    rules, name = response.backend.describe_receipt_rule_set(response._get_param("RuleSetName")), "RuleName"
    return rules, [each for each in rules.rules if each["Name"] != response._get_param(name)]


def delete_receipt_rule(response: EmailResponse) -> ActionResult:
    """DeleteReceiptRule of the API reference."""
    rules, left = others(response)
    rules.rules = left
    return EmptyResult()


def set_receipt_rule_position(response: EmailResponse) -> ActionResult:
    """SetReceiptRulePosition of the API reference."""
    rules, left = others(response)
    name, after = response._get_param("RuleName"), response._get_param("After")
    names = [each["Name"] for each in left]
    for wanted in (after,) if after else ():
        if wanted not in names:
            raise RuleDoesNotExist(f"Rule does not exist: {wanted}")
    moved = response.backend.describe_receipt_rule(rules.name, name)
    left.insert(names.index(after) + 1 if after else 0, moved)
    rules.rules = left
    return EmptyResult()
