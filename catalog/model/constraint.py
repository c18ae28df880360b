"""Constraints on the launches of one product from one portfolio, and their Parameters in the API."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, get_args

from catalog.errors import ContentError
from catalog.model.limits import check_pattern, shown
from catalog.model.regions import check_region
from catalog.model.share import ACCOUNT_ID

MAX_TOPICS = 5
"""Limit of NotificationArns (service-2.json of botocore: max 5), as in CreateStack of CloudFormation."""
TOPIC_ARN = re.compile(r"arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}(\.fifo)?")
ROLE_ARN = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]+", re.ASCII)
LAUNCH_ARN = re.compile(r"arn:aws[a-z-]*:(iam::\d{12}:role|sts::\d{12}:assumed-role)/[\w+=,.@/-]+", re.ASCII)
"""The API accepts sessions too; control E9107 refuses them."""
ROLE_NAME = re.compile(r"[\w+=,.@-]{1,64}", re.ASCII)
"""RoleName of the IAM API."""
STACKSET_VERSION = "2.0"
"""The reference says `"Version": "String"`. RESOURCE_UPDATE has the same form and says 2.0 (docs/unproven.md)."""


MAX_DESCRIPTION = 2000
"""Limit of ConstraintDescription (service-2.json of botocore)."""
DIGEST_SUFFIX = re.compile(r"\s*\[sha256:([0-9a-f]{12})\]$")


@dataclass(frozen=True, slots=True)
class LaunchConstraint:
    """The role that creates the resources: by name in the account that launches, or by ARN."""

    type: ClassVar[str] = "LAUNCH"
    local_role_name: str = ""
    role_arn: str = ""
    description: str = ""

    def __post_init__(self) -> None:
        if bool(self.local_role_name) == bool(self.role_arn):
            raise ContentError("a launch constraint takes exactly one of local_role_name and role_arn")

    @classmethod
    def declared(cls, local_role_name: str, role_arn: str, description: str = "") -> LaunchConstraint:
        """A constraint from content; `ContentError` if `role_arn` is not an ARN. Control E9108 checks names."""
        constraint = cls(local_role_name, role_arn, description)
        if role_arn:
            check_pattern("role_arn", role_arn, LAUNCH_ARN, "arn:<partition>:iam::<account>:role/<name>")
        return constraint

    def parameters(self) -> dict[str, Any]:
        """The Parameters of the constraint in the API."""
        return {"LocalRoleName": self.local_role_name} if self.local_role_name else {"RoleArn": self.role_arn}


@dataclass(frozen=True, slots=True)
class StackSetConstraint:
    """Launches create a stack set with a stack instance in each account and Region. It has its own two roles."""

    type: ClassVar[str] = "STACKSET"
    accounts: frozenset[str]
    regions: tuple[str, ...]
    """In the order in which they are deployed (Administrator Guide, "Creating Stack Set Constraints")."""
    admin_role: str
    execution_role: str
    stack_instances: bool | None = None
    """Whether people can create and delete stack instances (StackInstanceControl). The CloudFormation resource
    AWS::ServiceCatalog::StackSetConstraint has it, the reference of CreateConstraint does not. None: it is not sent."""
    description: str = ""

    @classmethod
    def declared(
        cls,
        accounts: Iterable[str],
        regions: Iterable[str],
        admin_role: str,
        execution_role: str,
        stack_instances: bool | None = None,
        description: str = "",
    ) -> StackSetConstraint:
        """A constraint from content; `ContentError` if an account, Region or role has the wrong form."""
        account_ids, regions = unique("account", accounts), tuple(regions)
        for account in account_ids:
            check_pattern("account", account, ACCOUNT_ID, "an account id, 12 digits in quotes")
        for region in unique("Region", regions):
            check_region("Region", region)
        check_pattern("admin_role", admin_role, ROLE_ARN, "arn:<partition>:iam::<account>:role/<name>")
        check_pattern("execution_role", execution_role, ROLE_NAME, "the name of a role, without path or ARN")
        return cls(account_ids, regions, admin_role, execution_role, stack_instances, description)

    def parameters(self) -> dict[str, Any]:
        """The Parameters of the constraint in the API."""
        properties: dict[str, Any] = {
            "AccountList": sorted(self.accounts),
            "RegionList": list(self.regions),
            "AdminRole": self.admin_role,
            "ExecutionRole": self.execution_role,
        }
        if self.stack_instances is not None:
            properties["StackInstanceControl"] = allowance(self.stack_instances)
        return {"Version": STACKSET_VERSION, "Properties": properties}


@dataclass(frozen=True, slots=True)
class TemplateConstraint:
    """Rules that a launch from this portfolio must satisfy, in addition to those of the template."""

    type: ClassVar[str] = "TEMPLATE"
    rules: Mapping[str, Any]
    description: str = ""

    def parameters(self) -> dict[str, Any]:
        """The Parameters of the constraint in the API."""
        return {"Rules": dict(self.rules)}


@dataclass(frozen=True, slots=True)
class NotificationConstraint:
    """SNS topics that receive the events of the stacks."""

    type: ClassVar[str] = "NOTIFICATION"
    topics: frozenset[str]
    description: str = ""

    @classmethod
    def declared(cls, topics: Iterable[str], description: str = "") -> NotificationConstraint:
        """A constraint from content; `ContentError` if a topic is not the ARN of one."""
        topic_arns = unique("topic", topics)
        for topic in topic_arns:
            check_pattern("topic", topic, TOPIC_ARN, "arn:<partition>:sns:<Region>:<account>:<name>")
        if not 1 <= len(topic_arns) <= MAX_TOPICS:
            raise ContentError(f"a notification takes 1 to {MAX_TOPICS} topics, got {len(topic_arns)}")
        return cls(topic_arns, description)

    def parameters(self) -> dict[str, Any]:
        """The Parameters of the constraint in the API."""
        return {"NotificationArns": sorted(self.topics)}


@dataclass(frozen=True, slots=True)
class ResourceUpdateConstraint:
    """Whether people can change the tags of what they launched."""

    type: ClassVar[str] = "RESOURCE_UPDATE"
    tag_updates: bool
    description: str = ""

    def parameters(self) -> dict[str, Any]:
        """The Parameters of the constraint in the API."""
        return {"Version": "2.0", "Properties": {"TagUpdateOnProvisionedProduct": allowance(self.tag_updates)}}


Constraint = (
    TemplateConstraint | NotificationConstraint | ResourceUpdateConstraint | LaunchConstraint | StackSetConstraint
)
"""A product has at most one of each type in a portfolio. Those that give a launch a role come last (plan/order.py)."""
MANAGED_CONSTRAINTS = tuple(kind.type for kind in get_args(Constraint))


def digest_of_parameters(constraint: Constraint) -> str:
    """Identifies type and Parameters of a constraint: 12 hexadecimal digits of their SHA-256."""
    text = json.dumps([constraint.type, constraint.parameters()], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def with_digest(constraint: Constraint) -> str:
    """The Description in AWS: `Only AES keys. [sha256:0123456789ab]`. Without the digest if it would be too long."""
    text = f"{constraint.description} [sha256:{digest_of_parameters(constraint)}]".lstrip()
    return text if len(text) <= MAX_DESCRIPTION else constraint.description


def split_digest(text: str) -> tuple[str, str]:
    """(description, digest) of a Description in AWS. The digest is empty if it has none."""
    match = DIGEST_SUFFIX.search(text)
    return (text[: match.start()], match[1]) if match else (text, "")


def unique(label: str, values: Iterable[str]) -> frozenset[str]:
    """The values as a set; `ContentError` if one is repeated, which can happen when placeholders are replaced."""
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise ContentError(f"{label} {shown(value)} is repeated")
        seen.add(value)
    return frozenset(seen)


def allowance(allowed: bool) -> str:
    """ALLOWED or NOT_ALLOWED, as in the API."""
    return "ALLOWED" if allowed else "NOT_ALLOWED"


def parse_constraint(constraint_type: str, parameters: str, description: str) -> Constraint:
    """A constraint from DescribeConstraint; raises `ValueError` if its Parameters have an unknown form.

    Its description is without the digest. Only the form is checked, because AWS can hold values that content cannot
    declare.
    """
    document = json.loads(parameters)
    try:
        return parsed(constraint_type, document, split_digest(description)[0])
    except (KeyError, TypeError, AttributeError, ContentError) as error:
        raise ValueError(f"Parameters of an unknown form: {shown(parameters)}") from error


def parsed(constraint_type: str, document: Any, description: str) -> Constraint:
    """The constraint; raises `KeyError`, `TypeError` or `AttributeError` if the document has another form."""
    match constraint_type:
        case "LAUNCH":
            return LaunchConstraint(document.get("LocalRoleName", ""), document.get("RoleArn", ""), description)
        case "STACKSET":
            return parsed_stackset(document["Properties"], description)
        case "TEMPLATE":
            return TemplateConstraint(parsed_rules(document.get("Rules", document)), description)
        case "NOTIFICATION":
            return NotificationConstraint(frozenset(document["NotificationArns"]), description)
        case "RESOURCE_UPDATE":
            allowed = document["Properties"]["TagUpdateOnProvisionedProduct"] == "ALLOWED"
            return ResourceUpdateConstraint(allowed, description)
    raise ValueError(f"constraint type {constraint_type} is not known")


def parsed_rules(rules: Any) -> Mapping[str, Any]:
    """The rules by name. Each must be an object; CloudFormation judges its content."""
    if not isinstance(rules, Mapping) or not all(isinstance(rule, Mapping) for rule in rules.values()):
        raise ValueError(f"Rules of an unknown form: {shown(json.dumps(rules))}")
    return rules


def parsed_stackset(properties: Mapping[str, Any], description: str) -> StackSetConstraint:
    """A STACKSET constraint from its Properties. An unknown member is an error, because an update would lose it."""
    members = dict(properties)
    control = members.pop("StackInstanceControl", None)
    constraint = StackSetConstraint(
        frozenset(members.pop("AccountList")),
        tuple(members.pop("RegionList")),
        members.pop("AdminRole"),
        members.pop("ExecutionRole"),
        None if control is None else control == "ALLOWED",
        description,
    )
    if members:
        raise ValueError(f"unknown Properties: {', '.join(members)}")
    return constraint
