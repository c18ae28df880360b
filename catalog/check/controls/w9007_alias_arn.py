"""W9007: policies use the ARN of a key, calls use its alias."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from catalog.cfn.names import named_at, names_in
from catalog.check.controls._control import Control, Fault, Path, resources, section
from catalog.check.controls._policy import (
    IDENTITY_POLICIES,
    INLINE_POLICIES,
    POLICIES,
    actions_of,
    identity_statements,
    items,
    literal,
    resource_statements,
)
from catalog.check.metadata import Frameworks

KEY_ACTIONS = (
    "kms:CreateGrant",
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
)
"""IAM actions on keys. An alias is correct in the Resource of CreateAlias, UpdateAlias and DeleteAlias."""


class AliasArn(Control):
    """The alias is for calls, the key ARN is for policies.

    In a policy's Resource, an alias ARN stands for the alias, so such a statement grants nothing on the key. CloudWatch
    Logs accepts only the key ARN, and S3 resolves an alias in the caller's account. With an alias, new data can go to
    another key, but old data still needs the old key. Automatic rotation keeps the key's id anyway.
    """

    id = "W9007"
    shortdesc = "Policies use the key's ARN, calls use the alias"
    description = (
        "A template whose purpose is a key with an alias has outputs for both: the key's ARN for policies, log groups "
        "and buckets, and the alias for calls. No statement with key actions has an alias ARN as its Resource, and no "
        "log group has an alias as its key."
    )
    why = "An alias ARN in a policy looks right but has no effect, and people notice only when an application fails."
    remedy = (
        "Output Fn::GetAtt Key.Arn and the alias, each with a Description that says where to use it. In policies, use "
        "the key's ARN or the condition kms:ResourceAliases."
    )
    source_url = "https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html"
    frameworks: ClassVar[Frameworks] = {"KMS article checklist": ("6",)}
    advisory = (
        "Downstream stacks, policies and applications choose the ARN that they use. This template can only output both "
        "and describe what each is for."
    )
    tags = ("kms", "alias", "outputs")
    looks_at = ("AWS::KMS::Key", "AWS::Logs::LogGroup", *POLICIES, *IDENTITY_POLICIES, *INLINE_POLICIES)

    def faults(self, template: Mapping[str, Any]) -> Iterator[Fault]:
        """What is certainly wrong in the template itself."""
        aliases = {logical_id for logical_id, _, _ in resources(template, "AWS::KMS::Alias")}
        policies = [(path, statement) for _, _, path, statement in resource_statements(template, *POLICIES)]
        policies += [(path, statement) for _, path, statement in identity_statements(template)]
        for path, statement in policies:
            if actions_of(statement, KEY_ACTIONS):
                for where, value in items(statement.get("Resource"), (*path, "Resource")):
                    if is_alias(value, aliases):
                        yield (
                            where,
                            "as a Resource, an alias ARN stands for the alias, not for the key; use the key's ARN",
                        )
        for logical_id, _, properties in resources(template, "AWS::Logs::LogGroup"):
            if is_alias(properties.get("KmsKeyId"), aliases):
                path = ("Resources", logical_id, "Properties", "KmsKeyId")
                yield path, "CloudWatch Logs accepts the ARN of a key, not an alias"
        yield from missing_outputs(template, aliases)


def is_alias(value: Any, aliases: set[str]) -> bool:
    """Whether a value is the ARN or name of an alias: by its text, or because it refers to an alias of the template."""
    text = literal(value)
    is_text = isinstance(text, str) and (text.startswith("alias/") or ":alias/" in text)
    return is_text or not aliases.isdisjoint(names_in(value))


def missing_outputs(template: Mapping[str, Any], aliases: set[str]) -> Iterator[Fault]:
    """The missing outputs of keys that nothing but an alias uses: such a key is for other stacks, which need both."""
    outputs = [output.get("Value") for _, output in section(template, "Outputs")]
    for logical_id, _, _ in resources(template, "AWS::KMS::Key"):
        users = {path[1] for path, name in named_at(template.get("Resources"), ("Resources",)) if name == logical_id}
        others = users - {logical_id}
        if not others or not others <= aliases:
            continue
        path: Path = ("Resources", logical_id)
        if not any(is_arn_of(value, logical_id) for value in outputs):
            yield path, f"no output has the ARN of {logical_id} (Fn::GetAtt {logical_id}.Arn)"
        if not any(not others.isdisjoint(names_in(value)) for value in outputs):
            yield path, f"no output has the alias of {logical_id}"


def is_arn_of(value: Any, logical_id: str) -> bool:
    """Whether an output's value is or contains the ARN of the key."""
    text = str(literal(value))
    argument = value.get("Fn::GetAtt") if isinstance(value, Mapping) else None
    return argument in ([logical_id, "Arn"], f"{logical_id}.Arn") or f"${{{logical_id}.Arn}}" in text
