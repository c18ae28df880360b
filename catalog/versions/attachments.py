"""Compare the policies that the access matrix does not evaluate: of IAM identities and of other types of resource.

The template does not say whom such a policy reaches, so each statement is judged alone: an added Allow gives access, a
removed Allow takes it, and for a Deny it is the reverse. In the policies of an IAM identity, which the template writes
together, a statement that others cover says nothing new.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from catalog.cfn.canonical import Canonical, as_key, guarded_members
from catalog.cfn.json_text import json_data
from catalog.iam import POLICY_KINDS
from catalog.versions.change import Aspect, Path, TemplateChange
from catalog.versions.coverage import covered
from catalog.versions.policies import element, paired, summary
from catalog.versions.properties import properties
from catalog.versions.resources import Placed, placed
from catalog.versions.statements import PolicyStatement, is_policy, statements

ATTACHED = ("ManagedPolicyArns", "Roles", "Users", "Groups")
"""Properties of IAM resource types that attach policies to an identity, or identities to a policy."""
BOUNDARY = "PermissionsBoundary"
OPPOSITE = {Aspect.ACCESS_GAINED: Aspect.ACCESS_LOST, Aspect.ACCESS_LOST: Aspect.ACCESS_GAINED}


def compare_attachments(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[TemplateChange]:
    """Changes in the policies of resources that both versions have."""
    before, after = Canonical(old), Canonical(new)
    olds = placed(old)
    for name, resource in placed(new).items():
        if name in olds and olds[name].kind == resource.kind:
            path: Path = ("Resources", name, "Properties")
            was, now = (list(written(*side)) for side in ((olds[name], before), (resource, after)))
            is_identity = resource.kind.startswith("AWS::IAM::")
            whole = is_identity and not any(
                has_chosen_document(properties(side.body)) for side in (olds[name], resource)
            )
            for old_statement, new_statement in paired(was, now):
                kept = whole and (old_statement is None or covered(old_statement, now))
                same = whole and (new_statement is None or covered(new_statement, was))
                if not (kept and same):
                    yield from judged(path, old_statement, new_statement, kept=kept, same=same)
            if is_identity:
                yield from attachments(path, properties(olds[name].body), properties(resource.body), before, after)


def written(resource: Placed, canonical: Canonical) -> Iterator[PolicyStatement]:
    """The statements of all policy documents of a resource, except the one that the access matrix evaluates."""
    kind = POLICY_KINDS.get(resource.kind)
    for name, value in properties(resource.body).items():
        if kind is None or name != kind.property_name:
            for document in documents(value):
                yield from statements(document, canonical)


def has_chosen_document(node: Any, is_chosen: bool = False) -> bool:
    """Whether a function, such as Fn::If, decides if a policy document is there: such documents are judged alone."""
    if is_policy(node):
        return is_chosen
    if isinstance(node, str):
        return is_chosen and any(True for _ in documents(node))
    pairs = node.items() if isinstance(node, Mapping) else enumerate(node) if isinstance(node, list) else ()
    return any(has_chosen_document(member, is_chosen or str(key).startswith("Fn::")) for key, member in pairs)


def documents(node: Any) -> Iterator[Mapping[str, Any]]:
    """The policy documents inside a value, as data or as JSON text."""
    if isinstance(node, str) and node.lstrip().startswith("{"):
        try:
            node = json_data(node)
        except ValueError:
            return
    if is_policy(node):
        yield node
    elif isinstance(node, Mapping | list):
        for member in node.values() if isinstance(node, Mapping) else node:
            yield from documents(member)


def judged(
    path: Path, old: PolicyStatement | None, new: PolicyStatement | None, *, kept: bool, same: bool
) -> Iterator[TemplateChange]:
    """The change of access by one statement, where it differs.

    `kept`: the new statements say all that the old one says; `same`: the old ones say all that the new one says.
    """
    shown = new or old
    if shown is None or (old and new and old.meaning == new.meaning):
        return
    aspect = Aspect.ACCESS_CHANGED
    if old is None or new is None:
        aspect = Aspect.ACCESS_GAINED if old is None else Aspect.ACCESS_LOST
        words = summary(shown)
    else:
        differing = [name for name in {**old.meaning, **new.meaning} if old.meaning.get(name) != new.meaning.get(name)]
        words = "; ".join(element(name, old, new) for name in differing)
        if kept or same:
            aspect = Aspect.ACCESS_GAINED if kept else Aspect.ACCESS_LOST
        elif differing in (["Action"], ["Resource"]):
            was, now = (set(map(as_key, json.loads(side.meaning.get(differing[0], "[]")))) for side in (old, new))
            grown = Aspect.ACCESS_GAINED if was < now else Aspect.ACCESS_LOST
            aspect = grown if was < now or now < was else aspect
    effect = (old if old and same else shown).body.get("Effect")
    if effect == "Deny":
        aspect = OPPOSITE.get(aspect, aspect)
    elif effect != "Allow":
        aspect = Aspect.ACCESS_CHANGED
    verb = {Aspect.ACCESS_GAINED: "gives", Aspect.ACCESS_LOST: "takes"}.get(aspect, "changes")
    yield TemplateChange(aspect, path, f"statement {shown.label} {verb} access: {words}")


def attachments(
    path: Path, old: Mapping[str, Any], new: Mapping[str, Any], before: Canonical, after: Canonical
) -> Iterator[TemplateChange]:
    """Changes in the attached policies and in the permissions boundary of an IAM resource."""
    for name in ATTACHED:
        was, now = (
            {
                as_key(canonical.value([canonical.guard(guard), member])): member
                for guard, member in guarded_members(side.get(name, []))
            }
            for side, canonical in ((old, before), (new, after))
        )
        for key in [*was, *now]:
            if key not in now:
                yield TemplateChange(Aspect.ACCESS_LOST, (*path, name), f"no longer {as_key(was[key])}")
            elif key not in was:
                yield TemplateChange(Aspect.ACCESS_GAINED, (*path, name), f"now also {as_key(now[key])}")
    yield from boundary((*path, BOUNDARY), old.get(BOUNDARY), new.get(BOUNDARY), before, after)


def boundary(path: Path, old: Any, new: Any, before: Canonical, after: Canonical) -> Iterator[TemplateChange]:
    """The change of a permissions boundary. It only limits (IAM, "Permissions boundaries for IAM entities")."""
    if before.value(old) != after.value(new):
        aspect = Aspect.ACCESS_LOST if old is None else Aspect.ACCESS_GAINED if new is None else Aspect.ACCESS_CHANGED
        yield TemplateChange(aspect, path, "the access that the boundary allows is unknown", old, new)
