"""Conditions that keep `*` from being public: they bind a request to an account, organization, source or network.

AWS calls a policy public unless it grants access only to fixed values, without wildcards and policy variables, of
certain keys:

- S3 user guide, "Blocking public access to your Amazon S3 storage", The meaning of "public"
- EFS user guide, "Blocking public access to file systems"
- AWS Config, sqs-queue-no-public-access. Security Hub has such rules: SQS.3, SNS.4, KMS.5.

In one point this is narrower than Security Hub: an ARN with a wildcard counts as bound if its account is fixed, as S3
does for s3:DataAccessPointArn.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import product
from typing import Any

from catalog.cfn.names import names_in
from catalog.check.controls._control import section
from catalog.check.controls._launches import Value, evaluated
from catalog.check.controls._networks import is_wide
from catalog.check.controls._policy import NO_VALUE, items
from catalog.check.controls._values import BREAK, pieces
from catalog.check.controls._widest import values_of

FIXED = (
    *("aws:principalaccount", "aws:principalorgid", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceowner"),
    *("aws:sourcevpc", "aws:sourcevpce", "aws:vpceaccount", "aws:vpceorgid", "kms:calleraccount"),
    "s3:dataaccesspointaccount",
)
"""Keys in lower case whose value names an account, an organization, a VPC or an endpoint."""
ARNS = ("aws:principalarn", "aws:sourcearn", "elasticfilesystem:accesspointarn", "s3:dataaccesspointarn")
PATHS = ("aws:principalorgpaths", "aws:sourceorgpaths", "aws:vpceorgpaths")
MOUNTED = "elasticfilesystem:accessedviamounttarget"
EXACT = ("stringequals", "stringequalsignorecase")
PATTERNS = ("stringlike", "arnequals", "arnlike")
"""Operators in whose values `*` and `?` are wildcards. ArnEquals and ArnLike are the same."""
WILDCARD = re.compile(r"[*?]")
MOST_COMBINATIONS = 256


def is_bound(template: Mapping[str, Any], condition: Any) -> bool:
    """Whether a Condition binds in every launch."""
    return compares(condition, partial(is_fixed, template))


def compares(condition: Any, holds: Callable[[str, str, Any], bool]) -> bool:
    """Whether a Condition has, in every launch, a comparison for which `holds(operator, key, values)` is true.

    All comparisons of a Condition must hold, so one is enough. In a Fn::If, each branch must have one. Operator and key
    are in lower case, and the operator has no ForAnyValue.
    """

    def in_keys(operator: str, keys: Any) -> bool:
        return isinstance(keys, Mapping) and any(
            every(values, partial(holds, operator, str(key).lower())) for key, values in keys.items()
        )

    def in_block(block: Any) -> bool:
        return isinstance(block, Mapping) and any(
            every(keys, partial(in_keys, str(operator).lower().removeprefix("foranyvalue:")))
            for operator, keys in block.items()
        )

    return every(condition, in_block)


def every(node: Any, holds: Callable[[Any], bool]) -> bool:
    """Whether `holds` is true for each value that `node` can have; not for AWS::NoValue."""
    if isinstance(node, Mapping) and len(node) == 1 and "Fn::If" in node:
        branches = node["Fn::If"]
        return isinstance(branches, list) and len(branches) == 3 and all(every(each, holds) for each in branches[1:])
    return node != NO_VALUE and holds(node)


def is_fixed(template: Mapping[str, Any], operator: str, key: str, values: Any) -> bool:
    """Whether a comparison holds only for fixed values of a key that binds.

    IfExists and ForAllValues also hold for a request without the key, and negated operators for all other values.
    """
    members = [value for _, value in items(values, ())]
    if not members:
        return False
    if key == "aws:sourceip":
        return operator == "ipaddress" and all(is_narrow(text) for value in members for text in texts(template, value))
    if key == MOUNTED:
        return operator == "bool" and all(text == "true" for value in members for text in texts(template, value))
    if key not in (*FIXED, *ARNS, *PATHS, "aws:userid") or operator not in (*EXACT, *PATTERNS):
        return False
    return all(
        "${" not in text and (operator in EXACT or is_anchored(key, text))
        for value in members
        for text in texts(template, value)
    )


def is_anchored(key: str, pattern: str) -> bool:
    """Whether a pattern has no wildcard where the value says who it is."""
    if key in ARNS and pattern.count(":") >= 5 and (account := pattern.split(":")[4]):
        return not WILDCARD.search(account)
    if key in PATHS:
        pattern = pattern.partition("/")[0]
    if key == "aws:userid" and ":" in pattern:  # AROAEXAMPLEID:session
        pattern = pattern.partition(":")[0]
    return bool(pattern) and not WILDCARD.search(pattern)


def is_narrow(text: str) -> bool:
    """Whether a range of addresses binds. A text that is no range is an address that a launch gives."""
    wide = is_wide(text)
    return not WILDCARD.search(text) if wide is None else not wide


def texts(template: Mapping[str, Any], value: Any) -> list[str]:
    """The texts that a value can be, for each of the widest values that its parameters accept."""
    parameters = dict(section(template, "Parameters"))
    used = [name for name in dict.fromkeys(names_in(value)) if name in parameters]
    results: dict[str, None] = {}
    for values in launches_of({name: values_of(name, parameters[name]) for name in used}):
        result = evaluated(template, value, values)
        if isinstance(result, str | int):
            results[str(result).lower() if isinstance(result, bool) else str(result)] = None
        elif isinstance(result, list) and all(isinstance(member, str) for member in result):
            results |= dict.fromkeys(result)
        else:
            results[shape(value, values)] = None
    return list(results)


def launches_of(choices: Mapping[str, tuple[Value, ...]]) -> Iterator[dict[str, Value]]:
    """All combinations of the values of parameters; of too many, those in which one parameter has another value."""
    if math.prod(map(len, choices.values())) <= MOST_COMBINATIONS:
        for chosen in product(*choices.values()):
            yield dict(zip(choices, chosen, strict=True))
        return
    for index in (0, -1):
        usual = {name: values[index] for name, values in choices.items()}
        yield from ({**usual, name: value} for name, values in choices.items() for value in values)


def shape(node: Any, values: Mapping[str, Value]) -> str:
    """The text of a value that refers to resources, with `x` for what only a launch decides."""
    parts: Iterable[Any] = pieces(node, ())
    return "".join(
        part if isinstance(part, str) else "".join(values.get(part[1], "x")) for part in parts if part != BREAK
    )
