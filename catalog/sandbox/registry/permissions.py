"""The IAM actions that a launch role needs for a resource, and the ARNs on which it needs them.

For a type with a row in `tables` these are the calls of the row: an action is needed when its call is made. Of other
types only the handlers' lists are known, so `listed` narrows them to what the properties can cause:

- what creates, reads, changes and deletes the resource itself;
- an action on tags when there are tags;
- an action that sets something (`PutBucketLogging`), when a property has its words (`LoggingConfiguration`); an action
  that fits no property of the type is needed always;
- an action of another service when a property has the service's name, or an ARN of it.

Sources: Service Authorization Reference (as cfn-lint ships it), the `handlers` of the schemas.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from moto.core.exceptions import JsonRESTError

from catalog.sandbox.registry.naming import (
    StackPlace,
    arn_formats,
    filled,
    made_up_arn,
    own_kind,
    service_of,
)
from catalog.sandbox.registry.schemas import TypeSchema, iam_reference

Require = Callable[[str, str, Mapping[str, Any]], None]
"""Takes an IAM action, an ARN and condition keys; raises `JsonRESTError` if the launch role may not do it."""
READS = ("Describe", "Get", "List", "Head", "BatchGet", "Lookup", "Search")
UNDOES = ("Delete", "Remove", "Disassociate", "Disable", "Untag", "Detach", "Revoke", "Deregister", "Release", "Cancel")
TAGS = re.compile(r"(Un)?[Tt]ag([A-Z]\w*)?|(Add|Remove|Create|Delete|Put)\w*Tag(s|ging)?\w*")
WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z][a-z0-9]*|[a-z0-9]+|[A-Z]+")
ROLE = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/.+")
DOCUMENTS = re.compile(
    r"(policy(document|text)?|document|principals?|environment|variables|tags|statement)$", re.IGNORECASE
)
"""Names of properties that mention roles and pass none."""


def passes_roles(schema: TypeSchema, handler: str) -> bool:
    """Whether a handler of the type passes roles."""
    return "iam:passrole" in {action.lower() for action in schema.permissions(handler)}


def check_passing(require: Require, role: str, services: Sequence[str]) -> None:
    """Require iam:PassRole to one of the services that may get the role; raises `JsonRESTError`."""
    *others, last = services
    for service in others:
        with suppress(JsonRESTError):
            return require("iam:PassRole", role, {"iam:passedtoservice": service})
    return require("iam:PassRole", role, {"iam:passedtoservice": last})


def roles_in(value: Any) -> Iterator[str]:
    """The ARNs of the roles that properties name, besides those in policies and environments."""
    if isinstance(value, Mapping):
        for name, member in value.items():
            if not DOCUMENTS.search(str(name)):
                yield from roles_in(member)
    elif isinstance(value, list | tuple):
        for member in value:
            yield from roles_in(member)
    elif isinstance(value, str) and ROLE.fullmatch(value):
        yield value


@functools.cache
def kinds_of(action: str) -> tuple[str, ...] | None:
    """The kinds of resource that an IAM action takes; None if IAM has no such action."""
    prefix, _, name = action.lower().partition(":")
    actions = iam_reference().get(prefix, {}).get("Actions", {})
    return tuple(kind.lower() for kind in actions[name].get("Resources", ())) if name in actions else None


def arns_for(action: str, own_arn: str, place: StackPlace, mentioned: Sequence[str]) -> list[tuple[str, ...]]:
    """The ARNs on which an action is needed: the resource itself, and what its properties mention of other kinds.

    `*` for an action that takes no resources. Of several ARNs in one member one is enough: if nothing says for which
    kind of resource the action is needed, each kind will do.
    """
    kinds = kinds_of(action)
    if not kinds:
        return [("*",)]
    formats = [text for kind in kinds for text in _formats(action).get(kind, ())]
    patterns = [(text, _regex(text)) for text in formats]
    arns = [own_arn] if any(pattern.fullmatch(own_arn) for _, pattern in patterns) else []
    others = [(text, pattern) for text, pattern in patterns if not pattern.fullmatch(own_arn)]
    for value in mentioned:
        arns += [value for _, pattern in others if pattern.fullmatch(value)]
        arns += [filled(text, place, value) for text, _ in others if _is_id_of(value, text)]
    if arns:
        return [(arn,) for arn in dict.fromkeys(arns)]
    return [tuple(filled(text, place) for text in formats) or ("*",)]


def check(require: Require, action: str, alternatives: Sequence[tuple[str, ...]], keys: Mapping[str, Any]) -> None:
    """Require an action on one ARN of each member; the refusal of the first ARN if no ARN of a member is allowed."""
    for arns in alternatives:
        refused: Exception | None = None
        for arn in arns:
            try:
                require(action, arn, keys)
                break
            except JsonRESTError as error:
                refused = refused or error
        else:
            if refused is not None:
                raise refused


@functools.cache
def _formats(action: str) -> Mapping[str, tuple[str, ...]]:
    return arn_formats(f"AWS::{action.partition(':')[0]}::")


@functools.cache
def _regex(arn_format: str) -> re.Pattern[str]:
    parts = re.split(r"\.\*|\$\{[^}]*\}", arn_format)
    return re.compile(".*".join(map(re.escape, parts)))


def _is_id_of(value: str, arn_format: str) -> bool:
    """Whether a value is an id as EC2 makes them, of the kind of an ARN format: `vpc-…` of `…:vpc/…`."""
    kind = arn_format.rpartition(":")[2].partition("/")[0]
    prefixes = {"security-group": "sg", "route-table": "rtb", "internet-gateway": "igw", "network-acl": "acl"}
    prefixes |= {"natgateway": "nat", "elastic-ip": "eipalloc", "vpc-endpoint": "vpce", "volume": "vol", "image": "ami"}
    return re.fullmatch(rf"{re.escape(prefixes.get(kind, kind))}-[0-9a-f]{{8,17}}", value) is not None


def texts_in(value: Any) -> Iterator[str]:
    """Every text in properties that could be an ARN or an id."""
    if isinstance(value, Mapping):
        for member in value.values():
            yield from texts_in(member)
    elif isinstance(value, list | tuple):
        for member in value:
            yield from texts_in(member)
    elif isinstance(value, str) and len(value) < 2048:
        yield value


def objects_in(value: Any, partition: str) -> Iterator[str]:
    """The ARNs of the objects of S3 that properties name by bucket and key, such as the code of a function."""
    if isinstance(value, Mapping):
        for prefix in ("S3", ""):
            bucket, key = value.get(f"{prefix}Bucket"), value.get(f"{prefix}Key")
            if isinstance(bucket, str) and isinstance(key, str):
                yield f"arn:{partition}:s3:::{bucket}/{key}"
        for member in value.values():
            yield from objects_in(member, partition)
    elif isinstance(value, list | tuple):
        for member in value:
            yield from objects_in(member, partition)


def own_arn(schema: TypeSchema, place: StackPlace, name: str) -> str:
    """The ARN of a resource by its name or id; `*` in the place of an id that is not known yet."""
    kind = own_kind(schema.name)
    formats = arn_formats(schema.name).get(kind, ()) if kind else ()
    return filled(formats[0], place, name) if formats else made_up_arn(schema, place, name or "*")


def listed(schema: TypeSchema, handler: str, properties: Mapping[str, Any], *, tagged: bool) -> list[str]:
    """The IAM actions of a handler's list that these properties can cause."""
    own = service_of(schema.name)
    known = [
        action
        for action in dict.fromkeys(map(_usual_case, schema.permissions(handler)))
        if kinds_of(action) is not None and action != "iam:PassRole"
    ]
    needed = [action for action in known if _needed(schema, own, action, handler, properties, tagged=tagged)]
    changing = [action for action in known if _changes(action, own)]
    if handler in ("create", "delete") and len(changing) == 1 and changing[0] not in needed:
        return [*needed, *changing]  # nothing else can create or delete the resource
    return needed


def _changes(action: str, own: str) -> bool:
    """Whether an action of the service itself changes something, besides tags."""
    prefix, _, name = action.partition(":")
    return prefix == own and not name.startswith(READS) and not TAGS.fullmatch(name)


def _needed(
    schema: TypeSchema, own: str, action: str, handler: str, properties: Mapping[str, Any], *, tagged: bool
) -> bool:
    prefix, _, name = action.partition(":")
    if TAGS.fullmatch(name):
        return tagged and not name.startswith(UNDOES) and prefix == own
    if prefix != own:
        return _mentions(properties, prefix) and not name.startswith(("CreateServiceLinkedRole", *UNDOES))
    if handler != "delete" and name.startswith(UNDOES):
        return False
    if name.startswith(READS):
        return True
    last = schema.name.rpartition("::")[2]
    if name.lower().removesuffix(last.lower()) in VERBS:
        return True
    words = _words(name) - _words(last)
    fitting = [property_ for property_ in schema.settable if words and words <= _words(property_)]
    return not fitting or bool(set(fitting) & properties.keys())


def _words(name: str) -> frozenset[str]:
    words = [word.lower().removesuffix("s") for word in WORD.findall(name)]
    return frozenset(words[1:] if name[:1].isupper() and len(words) > 1 and words[0] in VERBS else words)


VERBS = frozenset(
    (
        *("add", "allocate", "assign", "associate", "attach", "authorize", "create", "enable", "modify", "put"),
        *("register", "set", "start", "update", *map(str.lower, UNDOES)),
    )
)
"""First words of actions that say nothing of what they set or undo."""


def _mentions(properties: Mapping[str, Any], service: str) -> bool:
    """Whether a property has the name of a service, or an ARN of one of its resources."""
    names = {name.lower() for name in _names_in(properties)}
    return any(service in name for name in names) or any(
        text.startswith("arn:") and text.split(":")[2] == service
        for text in texts_in(properties)
        if text.count(":") > 4
    )


def _names_in(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, member in value.items():
            yield str(name)
            yield from _names_in(member)
    elif isinstance(value, list | tuple):
        for member in value:
            yield from _names_in(member)


def _usual_case(action: str) -> str:
    prefix, _, name = action.partition(":")
    return f"{prefix.lower()}:{name[:1].upper()}{name[1:]}"
