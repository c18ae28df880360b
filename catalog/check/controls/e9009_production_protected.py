"""E9009: in production, resources that can be protected against deletion are protected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from catalog.check.controls._control import Control, Fault, Path, resources
from catalog.check.controls._launches import (
    TooManyLaunchesError,
    Values,
    described,
    evaluated,
    is_created,
    launches,
    production,
    reached,
)
from catalog.check.controls._policy import actions_of, alternatives, can_be, is_everybody, items, only, statements
from catalog.check.controls._types import KEY_TYPES, deletion_switches, is_protectable
from catalog.check.metadata import Frameworks
from catalog.check.stateful import STATEFUL_TYPES

DELETION = "kms:ScheduleKeyDeletion"
KEPT = ("Retain", "RetainExceptOnCreate", "Snapshot")
ON = (True, "true", "True", "ACTIVE", "ENABLED")


class ProductionProtected(Control):
    """What `prevent_destroy` is for Terraform, for every type with a protection against deletion.

    The control tries every production launch that the parameters' constraints and the template's Rules allow. An
    unconditional Deny of ScheduleKeyDeletion for everybody protects a KMS key, the property DeletionProtection protects
    a database, and a DeletionPolicy that keeps the resource protects both. E9003 covers the types without any of these
    (queues, log groups, …). If the template has no environment parameter, the rules of a portfolio of stage prod must
    enforce the protection.
    """

    id = "E9009"
    shortdesc = "Resources that can be protected against deletion are protected in production"
    description = (
        "If a parameter says that a launch is for production, the template's Rules allow no launch in which a KMS key, "
        "or a stateful resource with a DeletionProtection property, is unprotected. Protection is a Deny of "
        "kms:ScheduleKeyDeletion for everybody, DeletionProtection, or a DeletionPolicy that keeps the resource."
    )
    why = "When a key is deleted, all data under it is lost for ever. One wrong click or one stack deletion is enough."
    remedy = (
        "Add a Rule that asserts the parameter of the protection when the environment is production, as "
        "ProductionIsProtected of products/kms_key.py does. Or make the protection a literal."
    )
    source_url = "https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html"
    frameworks: ClassVar[Frameworks] = {
        "Security Hub": ("KMS.3",),
        "AWS Config": ("kms-cmk-not-scheduled-for-deletion",),
        "NIST 800-53": ("SC-12", "SC-12(2)"),
        "KMS article checklist": ("4",),
        "KMS article compliance": ("4",),
    }
    sources = ("https://docs.aws.amazon.com/securityhub/latest/userguide/kms-controls.html",)
    tags = ("kms", "deletion", "production", "rules")
    looks_at = STATEFUL_TYPES

    def faults(self, template: Mapping[str, Any]) -> Iterator[Fault]:
        """Each resource that is unprotected in a production launch, with the first such launch."""
        environment = production(template)
        for logical_id, kind, properties in protectable(template):
            if environment and template["Resources"][logical_id].get("DeletionPolicy") not in KEPT:
                guards = {name: properties.get(name) for name in deletion_switches(kind)}
                if kind in KEY_TYPES:
                    guards["KeyPolicy"] = possible_guards(properties.get("KeyPolicy"))
                for launch in unprotected(template, logical_id, guards, environment):
                    yield ("Resources", logical_id), f"{logical_id} is not protected against deletion {launch}"

    def looked_at(self, template: Mapping[str, Any]) -> Iterator[Path]:
        """The resources that can be protected, if the template has an environment parameter."""
        for logical_id, _, _ in protectable(template) if production(template) else ():
            yield "Resources", logical_id


def protectable(template: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """(logical id, type, properties) of the stateful resources that can be protected against deletion."""
    for logical_id, kind, properties in resources(template, *STATEFUL_TYPES):
        if is_protectable(kind):
            yield logical_id, kind, properties


def unprotected(
    template: Mapping[str, Any], logical_id: str, guards: Mapping[str, Any], environment: tuple[str, tuple[str, ...]]
) -> Iterator[str]:
    """The first launch, in words, in which no guard protects the resource."""
    condition = template["Resources"][logical_id].get("Condition")
    node = {"Condition": condition, "Guards": guards}
    try:
        for values in launches(template, node, {environment[0]: environment[1]}):
            if is_created(template, logical_id, values) and not is_guarded(template, guards, values):
                names = [environment[0], *sorted(reached(template, node) - {environment[0]})]
                yield f"when launched with {described(values, names)}; let a Rule refuse it"
                return
    except TooManyLaunchesError as error:
        yield f"as far as can be shown: its protection depends on too many values at once ({error})"


def possible_guards(policy: Any) -> Any:
    """A key policy with only the statements that may be a guard, so that the others do not add launches to try."""
    elements = policy.get("Statement") if isinstance(policy, Mapping) else None
    if not isinstance(elements, list):
        return policy
    guards = [node for node in elements if any(may_guard(statement) for _, statement in alternatives(node, ()))]
    return {"Statement": guards}


def may_guard(statement: Any) -> bool:
    """Whether a statement may deny the deletion without a Condition, for some principals."""
    return (
        isinstance(statement, Mapping)
        and can_be(statement, "Deny")
        and "Condition" not in statement
        and DELETION in actions_of(statement, (DELETION,))
    )


def is_guarded(template: Mapping[str, Any], guards: Mapping[str, Any], values: Values) -> bool:
    """Whether one of the guards protects the resource in a launch."""
    for name, node in guards.items():
        value = evaluated(template, node, values)
        if name == "KeyPolicy":
            if any(is_guard(statement) for _, statement in statements(value, ())):
                return True
        elif any(value == on for on in ON):
            return True
    return False


def is_guard(statement: Mapping[str, Any]) -> bool:
    """Whether an evaluated statement denies the deletion for everybody."""
    return (
        may_guard(statement)
        and statement.get("Effect") == "Deny"
        and "NotAction" not in statement
        and any(only(resource, "*") for _, resource in items(statement.get("Resource"), ()))
        and is_everybody(statement.get("Principal"))
    )
