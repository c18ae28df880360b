"""E9007: KMS key policies allow the account's root, unconditionally and in each partition of the configured Regions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from catalog.cfn import Pseudo
from catalog.check.controls._control import Control, Fault, resources
from catalog.check.controls._launches import ACCOUNT, evaluated
from catalog.check.controls._policy import alternatives, holds_if, is_function, items, only, parsed
from catalog.check.controls._types import KEY_TYPES
from catalog.check.metadata import Frameworks

ANYWHERE = ("us-east-1", "cn-north-1", "us-gov-west-1")
"""A Region of each common partition, for a control that runs without configuration."""


class KmsRootStatement(Control):
    """Without this statement, nobody can manage a key after its administrators are deleted.

    It is more than a safety net: it lets the account's IAM policies grant access to the key. Any role with `kms:*` in
    IAM then has the key, unless a Deny in the key policy prevents it. So E9008 requires that Deny, and this statement
    alone is not least privilege.

    The ARN must be correct in the partitions of the configured Regions: with Regions of one partition, its literal is
    as good as AWS::Partition.
    """

    id = "E9007"
    shortdesc = "KMS key policies have the account's root statement outside Fn::If"
    description = (
        "The policy of every KMS key has, outside Fn::If and without a Condition, an Allow of kms:* on * for the root "
        "of the stack's account, with an ARN that is correct in the partition of every configured Region. KMS adds "
        "this statement to a key without KeyPolicy. The statement lets IAM policies of the account grant access, so it "
        "does not need root credentials."
    )
    why = (
        "Only the key policy gives access to a key. If all principals in it are deleted, nobody can use, change or "
        "delete the key, and the data under it is lost."
    )
    remedy = (
        "Begin the policy with Effect: Allow, Principal: {AWS: !Sub "
        "arn:${AWS::Partition}:iam::${AWS::AccountId}:root}, Action: kms:*, Resource: '*'."
    )
    source_url = "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html"
    frameworks: ClassVar[Frameworks] = {"KMS article checklist": ("3",)}
    tags = ("kms", "key policy", "lockout")
    looks_at = KEY_TYPES

    def faults(self, template: Mapping[str, Any]) -> Iterator[Fault]:
        """Each key policy, or branch of a Fn::If, without the statement."""
        locations = one_in_each_partition(self.regions or ANYWHERE)
        for logical_id, _, properties in resources(template, *KEY_TYPES):
            path = ("Resources", logical_id, "Properties", "KeyPolicy")
            for where, document in alternatives(properties["KeyPolicy"], path) if "KeyPolicy" in properties else ():
                policy, _ = parsed(document)
                if not any(is_root_statement(template, statement, locations) for statement in unconditional(policy)):
                    message = (
                        f"the key policy of {logical_id} has no statement outside Fn::If that allows kms:* on * to "
                        "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"
                    )
                    yield where, message


def unconditional(policy: Any) -> Iterator[Mapping[str, Any]]:
    """The statements of a policy without a Fn::If around or inside them."""
    element = policy.get("Statement") if isinstance(policy, Mapping) else None
    for statement in element if isinstance(element, list) else [element]:
        if isinstance(statement, Mapping) and not is_function(statement) and not holds_if(statement):
            yield statement


def one_in_each_partition(regions: Iterable[str]) -> tuple[Pseudo, ...]:
    """A stack in one Region of each partition of `regions`."""
    stacks = (Pseudo(ACCOUNT, region, stack_name="stack") for region in regions)
    return tuple({stack.partition: stack for stack in stacks}.values())


def is_root_statement(template: Mapping[str, Any], statement: Mapping[str, Any], locations: Iterable[Pseudo]) -> bool:
    """Whether a statement allows the account's root everything, in each of the `locations`."""
    principal = statement.get("Principal")
    accounts = principal.get("AWS") if isinstance(principal, Mapping) else None
    actions = [value for _, value in items(statement.get("Action"), ())]
    return (
        statement.get("Effect") == "Allow"
        and "Condition" not in statement
        and only(statement.get("Resource"), "*")
        and ("kms:*" in actions or "*" in actions)
        and any(is_this_account(template, member, locations) for _, member in items(accounts, ()))
    )


def is_this_account(template: Mapping[str, Any], principal: Any, locations: Iterable[Pseudo]) -> bool:
    """Whether a principal is the root of the stack's account, or the account id, in each of the `locations`."""
    return all(
        evaluated(template, principal, {}, pseudo) in (f"arn:{pseudo.partition}:iam::{ACCOUNT}:root", ACCOUNT)
        for pseudo in locations
    )
