"""What tests ask of the policies of a launch: who may do what, with which headers, in one world at a time."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from catalog.access.resources import FutureNames
from catalog.cfn import Pseudo, Reference, render, resolve_parameters
from catalog.content.config import load_config
from catalog.content.load import load_product
from catalog.content.render import Rendered
from catalog.content.render import render as render_product
from catalog.iam import POLICY_KINDS, Answer, Caller, CallerKind, Context, Request, Semantics, decide, parse_policy
from catalog.model.definition import ProductDefinition

ROOT = Path(__file__).parents[3]
ACCOUNT = "123456789012"
PLACE = Pseudo(ACCOUNT, "us-east-1", stack_name="SC-123456789012-pp-example")
KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"


@cache
def product(key: str) -> tuple[ProductDefinition, Rendered]:
    """The product of this repository, rendered once."""
    definition = load_product(load_config(ROOT), key)
    return definition, render_product(key, definition)


def example(key: str, stage: str) -> dict[str, str]:
    """The parameters of an example, with joined lists."""
    data = yaml.safe_load((ROOT / "examples" / f"{key}-{stage}.yaml").read_text(encoding="utf-8"))
    return {name: ",".join(value) if isinstance(value, list) else value for name, value in data.items()}


def launched(key: str, stage: str = "dev", exports: Mapping[str, str] | None = None, **given: str) -> dict[str, Any]:
    """The resources of a launch of the example, with other parameters and the exports of other stacks."""
    template = product(key)[1].template
    parameters = resolve_parameters(template, example(key, stage) | given)
    assert parameters.problems == ()
    planned = render(template, parameters.values, PLACE, open_exports=True)["Resources"]
    names = FutureNames(planned, PLACE)

    def value(reference: Reference) -> Any:
        """An attribute with the name of a property has its value."""
        return planned[reference.logical_id]["Properties"].get(reference.attribute) or names(reference)

    made = render(template, parameters.values, PLACE, exports=exports, references=value)
    resources: dict[str, Any] = made["Resources"]
    return resources


def role(name: str, account: str = ACCOUNT) -> Caller:
    """A role of the account."""
    return Caller(CallerKind.ROLE, account, f"arn:aws:iam::{account}:role/{name}")


def answer(policy: Any, kind: str, caller: Caller, action: str, arn: str, **request: tuple[str, ...]) -> Answer:
    """May the caller, whose IAM policies allow everything, do this? Keys of the request have `__` for `:`."""
    values = {
        "aws:SecureTransport": ("true",),
        "aws:PrincipalIsAWSService": ("false",),
        "aws:ViaAWSService": ("false",),
        "aws:PrincipalArn": (caller.name,),
        **{name.replace("__", ":").replace("_", "-"): value for name, value in request.items()},
    }
    semantics = Semantics(ACCOUNT, must_allow=POLICY_KINDS[kind].must_allow)
    asked = Request(caller, action, arn, Context(values), iam=caller.account == ACCOUNT)
    return decide(parse_policy(policy), asked, semantics).answer
