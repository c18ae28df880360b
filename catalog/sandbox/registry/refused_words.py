"""What services refuse in their own words although the model of their API allows it; asked when moto has failed.

Sources: answers of AWS that people quote, in issues and questions about the message; EC2 API reference, RunInstances
and "Common errors"; [assumed] where it is said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Parameters = Mapping[str, Any]
ARN = re.compile(r"arn:[^:]+:[^:]+:[^:]*:[^:]*:.+", re.DOTALL)


def words(service: str, operation: str, parameters: Parameters) -> tuple[str, str] | None:
    """The code and message of a service for what is wrong with parameters; None if it has no words for them."""
    refusals = (check(parameters) for check in WORDS.get((service, operation), ()))
    return next(filter(None, refusals), None)


def _without(name: str, code: str, message: str) -> Callable[[Parameters], tuple[str, str] | None]:
    """A parameter that must be given."""

    def check(parameters: Parameters) -> tuple[str, str] | None:
        return None if parameters.get(name) else (code, message)

    return check


def _ports(parameters: Parameters) -> tuple[str, str] | None:
    """A rule for TCP or UDP has ports."""
    for rule in parameters.get("IpPermissions", ()):
        lacking = rule.get("FromPort") is None or rule.get("ToPort") is None
        if lacking and str(rule.get("IpProtocol")).lower() in ("tcp", "udp", "6", "17"):
            message = "Invalid value for portRange. Must specify both from and to ports with TCP/UDP."
            return "InvalidParameterValue", message
    return None


def _code_of_function(parameters: Parameters) -> tuple[str, str] | None:
    """A function has code."""
    if any((parameters.get("Code") or {}).get(name) for name in ("ZipFile", "S3Bucket", "S3Key", "ImageUri")):
        return None
    return "InvalidParameterValueException", "Please provide a source for function code."


def _integration(parameters: Parameters) -> tuple[str, str] | None:
    """An integration has a URI, unless it is a mock."""
    if parameters.get("uri") or parameters.get("type") == "MOCK":
        return None
    of_aws = str(parameters.get("type")).startswith("AWS")
    return "BadRequestException", (
        "Invalid ARN specified in the request" if of_aws else "Invalid HTTP endpoint specified for URI"
    )


def _destination_of_flow_log(parameters: Parameters) -> tuple[str, str] | None:
    """The destination is an ARN; in the words of EC2 for any parameter [assumed here]."""
    given = str(parameters.get("LogDestination") or "")
    if not given or ARN.fullmatch(given):
        return None
    return "InvalidParameterValue", f"Value ({given}) for parameter logDestination is invalid."


def _subnets(parameters: Parameters) -> tuple[str, str] | None:
    """A group has subnets [assumed]."""
    if parameters.get("SubnetIds"):
        return None
    return "MissingParameter", "The request must contain the parameter SubnetIds"


def _launch_templates(parameters: Parameters) -> tuple[str, str] | None:
    """A fleet has launch templates."""
    named = [each.get("LaunchTemplateSpecification") or {} for each in parameters.get("LaunchTemplateConfigs") or ()]
    if named and all({"LaunchTemplateId", "LaunchTemplateName"} & each.keys() for each in named):
        return None
    return "MissingParameter", "The request must contain the parameter LaunchTemplateConfigs"


def _launch_specifications(parameters: Parameters) -> tuple[str, str] | None:
    """A spot fleet has launch specifications, or launch templates [assumed]."""
    config = parameters.get("SpotFleetRequestConfig") or {}
    if config.get("LaunchSpecifications") or config.get("LaunchTemplateConfigs"):
        return None
    return "InvalidSpotFleetRequestConfig", "Parameter: SpotFleetRequestConfig.LaunchSpecifications cannot be empty."


def _capacity(parameters: Parameters) -> tuple[str, str] | None:
    """A capacity is not negative; in the words of EC2 for any parameter [assumed here]."""
    given = int(parameters.get("TargetCapacity") or 0)
    return ("InvalidParameterValue", f"Value ({given}) for parameter targetCapacity is invalid.") if given < 0 else None


def _source_of_cluster(parameters: Parameters) -> tuple[str, str] | None:
    """The source of a replica, whose ARN or name leads nowhere."""
    source = parameters.get("ReplicationSourceIdentifier")
    if not source:
        return None
    return "DBClusterNotFoundFault", f"The source cluster could not be found or cannot be accessed: {source}"


def _service_name(parameters: Parameters) -> tuple[str, str] | None:
    """The principal of a service [assumed]."""
    given = str(parameters.get("AWSServiceName") or "")
    return ("InvalidInput", f"Invalid service name: {given}") if given and "." not in given else None


WORDS: Mapping[tuple[str, str], tuple[Callable[[Parameters], tuple[str, str] | None], ...]] = {
    ("apigateway", "PutIntegration"): (_integration,),
    ("ec2", "AuthorizeSecurityGroupEgress"): (_ports,),
    ("ec2", "AuthorizeSecurityGroupIngress"): (_ports,),
    ("ec2", "CreateFleet"): (_launch_templates,),
    ("ec2", "CreateFlowLogs"): (_destination_of_flow_log,),
    ("ec2", "CreateSubnet"): (
        _without("CidrBlock", "MissingParameter", "Either 'cidrBlock' or 'ipv6CidrBlock' should be provided."),
    ),
    ("ec2", "ModifySpotFleetRequest"): (_capacity,),
    ("ec2", "RequestSpotFleet"): (_launch_specifications,),
    ("ec2", "RunInstances"): (
        _without("ImageId", "MissingParameter", "The request must contain the parameter ImageId"),
    ),
    ("iam", "CreateServiceLinkedRole"): (_service_name,),
    ("lambda", "CreateFunction"): (_code_of_function,),
    ("logs", "PutDeliveryDestination"): (
        _without("deliveryDestinationConfiguration", "ValidationException", "A delivery destination is required."),
    ),
    ("rds", "CreateDBCluster"): (_source_of_cluster,),
    ("rds", "CreateDBSubnetGroup"): (_subnets,),
    # the words for an empty name, for an endpoint and for a delivery destination are assumed
    ("route53", "CreateHostedZone"): (_without("Name", "InvalidDomainName", "The domain name is empty."),),
    ("sns", "Subscribe"): (_without("Endpoint", "InvalidParameter", "Invalid parameter: Endpoint"),),
}
"""(Service, operation) → what it refuses."""
