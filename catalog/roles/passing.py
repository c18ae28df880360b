"""iam:PassRole: the roles that a template passes, and the services that it passes them to.

A resource passes a role when one of its properties names a role or an instance profile, or when a value is the ARN of a
role, or a role of the template, whatever the property's name. The grant has the role's ARN when the template gives or
makes the role, and always the service that receives it (`iam:PassedToService`).

Sources: IAM user guide, "Grant a user permissions to pass a role to an AWS service", and the service's pages on its
roles. A namespace that has no row gets the usual name of a service, `<namespace>.amazonaws.com` (not proven for each:
docs/unproven.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from catalog.cfn.role_receivers import passed_to
from catalog.cfn.template import LOOP, is_list
from catalog.roles.names import arn_texts
from catalog.roles.needs import Need, present
from catalog.roles.statements import Grant
from catalog.roles.values import TemplateResource, TemplateView

PASSING = "iam:PassRole"
ANY_ROLE = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/*"
INSTANCE_PROFILE = "AWS::IAM::InstanceProfile"

ROLE_PROPERTY = re.compile(
    r"role|instance_?profile|^(authorizer)?credentials(arn)?$|^snscallerarn$|^deliverlogspermissionarn$", re.IGNORECASE
)
"""Names of properties that hold a role: `ExecutionRoleArn`, `IamInstanceProfile`, `Credentials` of an API's method,
`SnsCallerArn` of a user pool, `JobFlowRole`, `DeliverLogsPermissionArn` of a flow log. cfn-lint's schemas have no other
name for a role that a resource passes."""
PASSES_NOTHING = re.compile(
    r"^(.*policy(document|text)?|principals?|environment|environmentvariables|tags)$", re.IGNORECASE
)
"""Names of properties whose values name roles that are not passed: principals of policies, what a program reads."""
ROLE_VALUE = re.compile(r"arn:[^:{]*(\$\{AWS::Partition\})?:iam:.*:role/.+")
PAIRS: Mapping[str, str] = {"OptionName": "Value", "ParameterName": "ParameterValue"}
"""Lists of settings, whose members hold the name of a setting and its value: `OptionSettings` of Elastic Beanstalk
(developer guide, "General options for all environments": IamInstanceProfile, ServiceRole), processors of Firehose."""
PROGRAM_OPTIONS = "aws:elasticbeanstalk:application:environment"
"""The namespace of options that are environment variables."""
OUTSIDE: Mapping[str, tuple[str, ...]] = {
    "AWS::ApiGateway::RestApi": ("BodyS3Location",),
    "AWS::AutoScaling::AutoScalingGroup": ("InstanceId",),
}
"""Properties whose content is elsewhere and can name a role. A launch template of the same template is read."""
SETTINGS: Mapping[str, str] = {"AWS::ElasticBeanstalk::Environment": "TemplateName"}
"""Type → the property that names a resource with more settings, which is read when it is in the same template."""

MONITORING = present("MonitoringRoleArn")
NEEDED_FOR: Mapping[tuple[str, str], Need] = {
    ("AWS::AutoScaling::AutoScalingGroup", "autoscaling.amazonaws.com"): present(
        "LifecycleHookSpecificationList.RoleARN"
    ),
    ("AWS::EMR::Cluster", "application-autoscaling.amazonaws.com"): present("AutoScalingRole"),
    ("AWS::RDS::DBCluster", "monitoring.rds.amazonaws.com"): MONITORING,
    ("AWS::RDS::DBInstance", "monitoring.rds.amazonaws.com"): MONITORING,
}
"""Type and service → when the service receives a role: only with the property that names a role for it (EC2 Auto
Scaling API, LifecycleHookSpecification; managed policy AmazonEMRFullAccessPolicy_v2; RDS API, MonitoringRoleArn).
Others receive any role of the type."""


def passing_grants(resource_type: str, resources: Sequence[TemplateResource]) -> Iterator[Grant]:
    """iam:PassRole for the roles that these resources pass, for each service; nothing when they pass none."""
    roles = frozenset(arn for resource in resources for arn in passed_roles(resource))
    if not roles:
        return
    for service in passed_to(resource_type):
        need = NEEDED_FOR.get((resource_type, service))
        if need is not None and not need(resources):
            continue
        yield Grant(
            PASSING,
            (),
            roles,
            resource_type,
            f"the template passes the role, only to {service}"
            if ANY_ROLE not in roles
            else f"a parameter or another stack names the role; it can be passed only to {service}",
            {"StringEquals": {"iam:PassedToService": service}},
        )


def passed_roles(resource: TemplateResource) -> frozenset[str]:
    """The ARNs of the roles that a resource can pass."""
    outside = any(resource.values(name).present for name in OUTSIDE.get(resource.type, ()))
    settings = resource.nodes(SETTINGS[resource.type]) if resource.type in SETTINGS else ()
    return frozenset(
        {
            *roles_in(resource.view, resource.properties),
            *(arn for node in settings for arn in roles_of_settings(resource.view, node)),
            *([ANY_ROLE] if outside else []),
        }
    )


def roles_of_settings(view: TemplateView, node: Any) -> Iterable[str]:
    """The roles of the resource with settings that a node refers to; any role when it is not in the template."""
    if node == {"Ref": "AWS::NoValue"}:
        return ()
    resource = view.referred(node)
    return (ANY_ROLE,) if resource is None else roles_in(view, resource.properties)


def roles_in(view: TemplateView, node: Any, *, under_role: bool = False, by_value: bool = True) -> Iterator[str]:
    """The roles that a node names, in any property that holds a role; with `under_role` the node is such a value.

    With `by_value`, also the roles that other values are.
    """
    if is_list(node):
        for member in node:
            yield from roles_in(view, member, under_role=under_role, by_value=by_value)
    elif isinstance(node, Mapping):
        if "Fn::Transform" in node:
            yield ANY_ROLE
        elif "Fn::If" in node:
            for branch in view.branches(node["Fn::If"]):
                yield from roles_in(view, branch, under_role=under_role, by_value=by_value)
        elif is_function(node):
            if under_role or (by_value and is_role(view, node)):
                yield from roles_of_function(view, node)
        else:
            yield from roles_of_launch_template(view, node)
            pair = role_pair(node)
            for key, value in node.items():
                names_role = under_role or key == pair or bool(ROLE_PROPERTY.search(str(key)))
                passes = by_value and not PASSES_NOTHING.search(str(key)) and not is_program_option(node)
                yield from roles_in(view, value, under_role=names_role, by_value=passes)
    elif isinstance(node, str) and (under_role or (by_value and ROLE_VALUE.fullmatch(node))):
        yield from map(role_arn, arn_texts(view, node))


def role_pair(node: Mapping[str, Any]) -> str:
    """The member with the value of a setting that holds a role; empty when the node is no such setting."""
    for name, value in PAIRS.items():
        setting = node.get(name)
        if value in node and setting is not None and not is_program_option(node):
            # The name can be known only at launch.
            return value if not isinstance(setting, str) or ROLE_PROPERTY.search(setting) else ""
    return ""


def is_program_option(node: Mapping[str, Any]) -> bool:
    """Whether a setting of Elastic Beanstalk is an environment variable."""
    return node.get("Namespace") == PROGRAM_OPTIONS


def is_role(view: TemplateView, node: Mapping[str, Any]) -> bool:
    """Whether the value of a function is a role or an instance profile, by what it names."""
    ((function, argument),) = node.items()
    if function == "Fn::Sub":
        return bool(ROLE_VALUE.fullmatch(str(argument[0] if is_list(argument) and argument else argument)))
    resource = view.referred(node)
    if resource is None or resource.type not in ("AWS::IAM::Role", INSTANCE_PROFILE):
        return False
    return argument not in ([resource.logical_id, "RoleId"], f"{resource.logical_id}.RoleId")


def is_function(node: Mapping[str, Any]) -> bool:
    """Whether a node is a function, and no loop."""
    name = next(iter(node), "")
    return len(node) == 1 and (name == "Ref" or (name.startswith("Fn::") and not name.startswith(LOOP)))


def roles_of_launch_template(view: TemplateView, node: Mapping[str, Any]) -> Iterable[str]:
    """The roles of the launch template that a node refers to; any role when it is not in the template."""
    if "LaunchTemplateId" not in node and "LaunchTemplateName" not in node:
        return ()
    resource = view.launch_template(node)
    return (ANY_ROLE,) if resource is None else roles_in(view, resource.properties.get("LaunchTemplateData", {}))


def roles_of_function(view: TemplateView, node: Mapping[str, Any]) -> Iterator[str]:
    """The roles that the value of a function can name."""
    resource = view.referred(node)
    if resource is not None and resource.type == INSTANCE_PROFILE:
        yield from roles_in(view, resource.properties)
    else:
        yield from map(role_arn, arn_texts(view, node))


def role_arn(text: str) -> str:
    """The ARN that a text names, in any partition; any role when it is no ARN of a role, such as a name."""
    match = re.fullmatch(r"arn:[^:{]*(?:\$\{AWS::Partition\})?:(iam:.*:role/.+)", text)
    return f"arn:${{AWS::Partition}}:{match[1]}" if match else ANY_ROLE
