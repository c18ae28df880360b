"""Constraints: what holds for the launches of one product from one portfolio, and the API's Parameters of each."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, get_args

from catalog.errors import ContentError
from catalog.model.limits import check_pattern, shown
from catalog.model.share import ACCOUNT_ID

MAX_TOPICS = 5
"""NotificationArns of the API (service-2.json of botocore: max 5), as of CloudFormation's CreateStack."""
TOPIC_ARN = re.compile(r"arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}(\.fifo)?")
ROLE_ARN = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]+", re.ASCII)
LAUNCH_ARN = re.compile(r"arn:aws[a-z-]*:(iam::\d{12}:role|sts::\d{12}:assumed-role)/[\w+=,.@/-]+", re.ASCII)
"""That a session is no role is for control E9107 to say."""
ROLE_NAME = re.compile(r"[\w+=,.@-]{1,64}", re.ASCII)
"""RoleName of the IAM API."""
REGION = re.compile(r"[a-z]{2,5}(-[a-z]+)+-\d+")
STACKSET_VERSION = "2.0"
"""The reference says `"Version": "String"`; RESOURCE_UPDATE, of the same form, says 2.0 (docs/unproven.md)."""


@dataclass(frozen=True, slots=True)
class LaunchConstraint:
    """Who creates the resources: a role by name in the launching account, or by ARN."""

    type: ClassVar[str] = "LAUNCH"
    local_role_name: str = ""
    role_arn: str = ""
    description: str = ""

    def __post_init__(self) -> None:
        if bool(self.local_role_name) == bool(self.role_arn):
            raise ContentError("a launch constraint takes exactly one of local_role_name and role_arn")

    @classmethod
    def declared(cls, local_role_name: str, role_arn: str, description: str = "") -> LaunchConstraint:
        """A constraint from content; `ContentError` on what is no ARN. Names are for control E9108 to judge."""
        made = cls(local_role_name, role_arn, description)
        if role_arn:
            check_pattern("role_arn", role_arn, LAUNCH_ARN, "arn:<partition>:iam::<account>:role/<name>")
        return made

    def parameters(self) -> dict[str, Any]:
        """The API's Parameters document."""
        return {"LocalRoleName": self.local_role_name} if self.local_role_name else {"RoleArn": self.role_arn}


@dataclass(frozen=True, slots=True)
class StackSetConstraint:
    """Launches make a stack set, with an instance in each account and Region; the roles are the stack set's own."""

    type: ClassVar[str] = "STACKSET"
    accounts: frozenset[str]
    regions: tuple[str, ...]
    """In the order in which they are deployed (Administrator Guide, "Creating Stack Set Constraints")."""
    admin_role: str
    execution_role: str
    stack_instances: bool | None = None
    """Whether people may make and delete instances of their own. StackInstanceControl: CloudFormation's
    AWS::ServiceCatalog::StackSetConstraint has it, CreateConstraint's reference does not; None: not sent."""
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
        """A constraint from content; `ContentError` on what is no account, Region or role."""
        made = cls(once("account", accounts), tuple(regions), admin_role, execution_role, stack_instances, description)
        for account in made.accounts:
            check_pattern("account", account, ACCOUNT_ID, "an account's id, 12 digits in quotes")
        for region in once("Region", made.regions):
            check_pattern("Region", region, REGION, "a Region, such as eu-west-1")
        check_pattern("admin_role", admin_role, ROLE_ARN, "arn:<partition>:iam::<account>:role/<name>")
        check_pattern("execution_role", execution_role, ROLE_NAME, "a role's name, without path or ARN")
        return made

    def parameters(self) -> dict[str, Any]:
        """The API's Parameters document."""
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
    """Rules that a launch from this portfolio must satisfy, beside those of the template."""

    type: ClassVar[str] = "TEMPLATE"
    rules: Mapping[str, Any]
    description: str = ""

    def parameters(self) -> dict[str, Any]:
        """The API's Parameters document."""
        return {"Rules": dict(self.rules)}


@dataclass(frozen=True, slots=True)
class NotificationConstraint:
    """SNS topics that get the events of the stacks."""

    type: ClassVar[str] = "NOTIFICATION"
    topics: frozenset[str]
    description: str = ""

    @classmethod
    def declared(cls, topics: Iterable[str], description: str = "") -> NotificationConstraint:
        """A constraint from content; `ContentError` on what is no topic."""
        made = cls(once("topic", topics), description)
        for topic in made.topics:
            check_pattern("topic", topic, TOPIC_ARN, "arn:<partition>:sns:<Region>:<account>:<name>")
        if not 1 <= len(made.topics) <= MAX_TOPICS:
            raise ContentError(f"a notification takes 1 to {MAX_TOPICS} topics, got {len(made.topics)}")
        return made

    def parameters(self) -> dict[str, Any]:
        """The API's Parameters document."""
        return {"NotificationArns": sorted(self.topics)}


@dataclass(frozen=True, slots=True)
class ResourceUpdateConstraint:
    """Whether people may change the tags of what they launched."""

    type: ClassVar[str] = "RESOURCE_UPDATE"
    tag_updates: bool
    description: str = ""

    def parameters(self) -> dict[str, Any]:
        """The API's Parameters document."""
        return {"Version": "2.0", "Properties": {"TagUpdateOnProvisionedProduct": allowance(self.tag_updates)}}


Constraint = (
    TemplateConstraint | NotificationConstraint | ResourceUpdateConstraint | LaunchConstraint | StackSetConstraint
)
"""Of each type a product has at most one in a portfolio. What gives power comes last (GIVES_POWER of the plan)."""
MANAGED_CONSTRAINTS = tuple(kind.type for kind in get_args(Constraint))


def once(what: str, values: Iterable[str]) -> frozenset[str]:
    """The values as a set; `ContentError` on one that stands twice, as placeholders can make it."""
    found: set[str] = set()
    for value in values:
        if value in found:
            raise ContentError(f"{what} {shown(value)} stands twice")
        found.add(value)
    return frozenset(found)


def allowance(allowed: bool) -> str:
    """ALLOWED or NOT_ALLOWED, as the API writes it."""
    return "ALLOWED" if allowed else "NOT_ALLOWED"


def parse_constraint(constraint_type: str, parameters: str, description: str) -> Constraint:
    """The constraint that DescribeConstraint answered; raises `ValueError` for a document of another shape.

    The form alone is judged: what AWS holds may be what nobody could declare.
    """
    document = json.loads(parameters)
    try:
        return parsed(constraint_type, document, description)
    except (KeyError, TypeError, AttributeError, ContentError) as error:
        raise ValueError(f"Parameters of another form: {shown(parameters)}") from error


def parsed(constraint_type: str, document: Any, description: str) -> Constraint:
    """The same, of a document that has the form."""
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
    """Rules by name, each an object; what is in one is for CloudFormation to judge."""
    if not isinstance(rules, Mapping) or not all(isinstance(rule, Mapping) for rule in rules.values()):
        raise ValueError(f"Rules of another form: {shown(json.dumps(rules))}")
    return rules


def parsed_stackset(properties: Mapping[str, Any], description: str) -> StackSetConstraint:
    """A STACKSET constraint from its Properties; a member that is not known here must not be lost by an update."""
    members = dict(properties)
    control = members.pop("StackInstanceControl", None)
    made = StackSetConstraint(
        frozenset(members.pop("AccountList")),
        tuple(members.pop("RegionList")),
        members.pop("AdminRole"),
        members.pop("ExecutionRole"),
        None if control is None else control == "ALLOWED",
        description,
    )
    if members:
        raise ValueError(f"Properties that are not known: {', '.join(members)}")
    return made
