"""What the termination of a provisioned product deletes, what it leaves, and what protects it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import partial
from typing import Any

from catalog.access import lifting, matrix
from catalog.access.resources import AccountValues
from catalog.aws.launched_stacks import LaunchedResource, importers_of, resources_of
from catalog.aws.provisioning import Provisioning
from catalog.aws.session import AwsSession
from catalog.cfn import Pseudo, Template, resource_order
from catalog.check.stateful import STATEFUL_TYPES
from catalog.check.unchangeable import unchangeable_parameters
from catalog.errors import AwsError, ContentError
from catalog.provisioning.current import CurrentLaunch, if_readable, stack_template, version_template
from catalog.provisioning.form import read_form
from catalog.provisioning.offer import described
from catalog.simulate.policies import policies_in
from catalog.versions.resources import default_policy
from catalog.versions.update_effects import RETAINED, LaunchedTemplate

DELETING = (
    "backup:DeleteBackupVault",
    "dynamodb:DeleteTable",
    "ecr:DeleteRepository",
    "elasticfilesystem:DeleteFileSystem",
    "kms:ScheduleKeyDeletion",
    "s3:DeleteBucket",
    "secretsmanager:DeleteSecret",
    "sns:DeleteTopic",
    "sqs:DeleteQueue",
)
"""The actions with which CloudFormation deletes resources that have policies of their own."""
PROTECTIONS = ("DeletionProtection", "DeletionProtectionEnabled", "EnableDeletionProtection")
"""Properties with which a resource refuses its deletion (template reference)."""

STACK_OF_PRODUCT = re.compile(r"SC-\d{12}-(pp-[A-Za-z0-9]+)", re.ASCII)
"""How Service Catalog names the stack of a provisioned product."""


class Ending(StrEnum):
    """What happens to a resource; the values are part of the JSON form."""

    DELETED = "deleted"
    SNAPSHOT = "deleted after a snapshot"
    RETAINED = "retained"
    UNKNOWN = "deleted unless its DeletionPolicy retains it"


@dataclass(frozen=True, slots=True)
class EndingResource:
    """A resource of the stack, and what happens to it."""

    logical_id: str
    type: str
    physical_id: str
    ending: Ending

    @property
    def holds_data(self) -> bool:
        """Whether it holds data or keys."""
        return self.type in STATEFUL_TYPES


@dataclass(frozen=True, slots=True)
class Protection:
    """What keeps a resource from being deleted."""

    logical_id: str
    """Empty for the whole stack."""
    words: str
    updates: tuple[str, ...] = ()
    """Parameters of an update that lifts it, `K=V`; empty if the rules refuse every such update, or nobody knows."""


@dataclass(frozen=True, slots=True)
class TerminationPreview:
    """What a termination does."""

    resources: tuple[EndingResource, ...]
    protections: tuple[Protection, ...] = ()


def termination_preview(
    current: CurrentLaunch, sessions: Sequence[AwsSession], *, retain: bool = False
) -> TerminationPreview:
    """What is known of the termination, from the stack and its template, as far as they can be read."""
    caller = sessions[0]
    pseudo = current.pseudo(caller)
    live = (if_readable(lambda: resources_of(caller, current.stack)) or {}) if current.stack else {}
    template = (stack_template(caller, current.stack) if current.stack else None) or version_template(
        sessions, current.product_id, current.artifact_id
    )
    if template is None or current.parameters is None:
        return TerminationPreview(tuple(without_template(live, retain)), tuple(stack_protections(caller, current)))
    launched = LaunchedTemplate(current.name, template, current.parameters, current.ssm)
    try:
        rendered = launched.rendered(pseudo)
    except ContentError:  # the template itself is of no use: the stack says what there is
        return TerminationPreview(tuple(without_template(live, retain)), tuple(stack_protections(caller, current)))
    resources = tuple(endings(rendered, live, retain))
    deleted = {item.logical_id for item in resources if item.ending is not Ending.RETAINED}
    guards = [item for item in protections(rendered) if item[0] in deleted]
    lifts = lifting_updates(caller, current, template, pseudo) if any(sid for _, _, sid in guards) else {}
    return TerminationPreview(
        resources,
        (
            *stack_protections(caller, current),
            *(Protection(name, words, lifts.get((name, sid), ())) for name, words, sid in guards),
        ),
    )


def without_template(live: Mapping[str, LaunchedResource], retain: bool) -> Iterator[EndingResource]:
    """The resources of the stack, of whose policies nothing is known."""
    for item in live.values():
        yield EndingResource(
            item.logical_id, item.type, item.physical_id, Ending.RETAINED if retain else Ending.UNKNOWN
        )


def endings(
    rendered: Mapping[str, Any], live: Mapping[str, LaunchedResource], retain: bool
) -> Iterator[EndingResource]:
    """Each resource in the order of its deletion: the reverse of the order of creation."""
    for name in reversed(resource_order(rendered)):
        body = rendered["Resources"][name]
        if live and name not in live:
            continue
        policy = body.get("DeletionPolicy", default_policy("DeletionPolicy", body))
        ending = Ending.SNAPSHOT if policy == "Snapshot" else Ending.DELETED
        if retain or policy in RETAINED:
            ending = Ending.RETAINED
        physical = live[name].physical_id if name in live else ""
        yield EndingResource(name, str(body.get("Type", "")), physical, ending)


def stack_protections(session: AwsSession, current: CurrentLaunch) -> Iterator[Protection]:
    """Termination protection of the stack, and exports that other stacks import."""
    if current.protected:
        yield Protection(
            "",
            "the stack has termination protection; an administrator turns it off with `aws cloudformation "
            f"update-termination-protection --no-enable-termination-protection --stack-name {current.stack}`",
        )
    exports: dict[str, list[str]] = {}
    for export in current.exports:
        for importer in if_readable(partial(importers_of, session, export)) or ():
            exports.setdefault(importer, []).append(export)
    for importer, names in exports.items():
        words = f"{names[0]}{f' and {len(names) - 1} more' if len(names) > 1 else ''}"
        yield Protection("", f"AWS refuses it while {launched_as(session, importer)} imports {words}: end that first")


def launched_as(session: AwsSession, stack: str) -> str:
    """A stack in words: the provisioned product whose stack it is, if that can be read."""
    match = STACK_OF_PRODUCT.fullmatch(stack)
    detail = if_readable(partial(Provisioning(session).describe, Id=match[1])) if match else None
    return f"provisioned product {detail['Name']}" if detail else f"stack {stack}"


def protections(rendered: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """(logical id, words, Sid of a Deny) of what keeps resources from being deleted."""
    for name, body in rendered["Resources"].items():
        properties = body.get("Properties", {})
        for flag in PROTECTIONS:
            if str(properties.get(flag, "")).lower() in ("true", "active"):
                yield name, f"{flag} is on", ""
        for _, document in policies_in(properties):
            statements = document["Statement"]
            for statement in statements if isinstance(statements, list) else [statements]:
                if action := denied_deletion(statement):
                    sid = str(statement.get("Sid", ""))
                    named = f"statement {sid}" if sid else "a statement"
                    yield name, f"{named} of its policy denies {action} to everybody", sid


def denied_deletion(statement: Mapping[str, Any]) -> str:
    """The deleting action that a statement denies to everybody without a condition; empty if none."""
    principal = statement.get("Principal")
    everybody = principal == "*" or (isinstance(principal, Mapping) and "*" in members(principal.get("AWS")))
    if statement.get("Effect") != "Deny" or not everybody or statement.get("Condition"):
        return ""
    named = "NotAction" not in statement
    patterns = [str(pattern).lower() for pattern in members(statement.get("Action" if named else "NotAction"))]
    return next((action for action in DELETING if named is any(fnmatchcase(action.lower(), p) for p in patterns)), "")


def members(value: Any) -> list[Any]:
    """A value, or the members of a list."""
    return value if isinstance(value, list) else [] if value is None else [value]


def lifting_updates(
    session: AwsSession, current: CurrentLaunch, template: Template, pseudo: Pseudo
) -> dict[tuple[str, str], tuple[str, ...]]:
    """(logical id, Sid) of a Deny → the parameters of an update that lifts it and that the portfolio's rules accept."""
    try:
        rules = path_rules(session, current)
    except (AwsError, ContentError):  # without a launch path, nobody knows what an update may do
        return {}
    values, account = dict(current.parameters or {}), AccountValues(current.ssm, {})
    try:
        access = matrix(template, values, pseudo, account_values=account)
        launch = lifting.UpdatableLaunch(template, values, pseudo, access, account, unchangeable_parameters(template))
        denies = lifting.lifted_denies(launch, {"": rules})
    except ContentError:
        return {}
    return {
        (deny.logical_id, deny.statement): tuple(f"{name}={value}" for name, value in last.changes.items())
        for deny in denies
        if (last := deny.liftings[-1]).outcome is lifting.LiftingOutcome.LIFTED
    }


def path_rules(session: AwsSession, current: CurrentLaunch) -> Mapping[str, Any]:
    """The rules of template and portfolio on the launch path of a provisioned product, in its version."""
    product = described(Provisioning(session), current.product_id)
    version = next((version for version in product.versions if version.id == current.artifact_id), None)
    path = next((path for path in product.paths if path.id == current.path_id), None)
    if version is None or path is None:
        raise ContentError(f"{current.name}: no launch path to its version")
    return read_form(session, product, version, path).rules
