"""EC2: settings of instances that an update changes, which moto lacks or shows as they were.

Source: EC2 API reference, MonitorInstances, UnmonitorInstances, ModifyInstanceAttribute, ModifyInstanceMetadataOptions
("if you do not specify a value, the existing state is maintained" of HttpTokens), ModifyInstanceCreditSpecification,
ReplaceIamInstanceProfileAssociation.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.ec2.models.iam_instance_profile import IamInstanceProfileAssociation, IamInstanceProfileAssociationBackend
from moto.ec2.models.instances import InstanceBackend, MetadataOptions
from moto.ec2.responses.instances import InstanceResponse
from moto.ec2.responses.monitoring import Monitoring

RUN, MODIFY = InstanceResponse.run_instances, InstanceResponse.modify_instance_attribute
REPLACE = IamInstanceProfileAssociationBackend.replace_iam_instance_profile_association
CREDITS = "sandbox_credits"
KEPT = {
    "http_tokens": "http_tokens",
    "hop_limit": "http_put_response_hop_limit",
    "http_endpoint": "http_endpoint",
    "http_protocol": "http_protocol_ipv6",
    "metadata_tags": "instance_metadata_tags",
}
"""Argument of moto → attribute of its options."""


def install() -> None:
    """Add the operations to moto's, and replace its methods."""
    for kind, answer in (
        (Monitoring, monitor_instances),
        (Monitoring, unmonitor_instances),
        (InstanceResponse, run_instances),
        (InstanceResponse, modify_instance_attribute),
        (InstanceResponse, modify_instance_credit_specification),
        (InstanceResponse, describe_instance_credit_specifications),
        (InstanceBackend, modify_instance_metadata_options),
        (IamInstanceProfileAssociationBackend, replace_iam_instance_profile_association),
    ):
        setattr(kind, answer.__name__, answer)


def _monitored(response: Any, state: str) -> ActionResult:
    instances = response.ec2_backend.get_multi_instances_by_id(response._get_param("InstanceIds", []))
    for each in instances:
        each.monitoring_state = state
    shown = [{"InstanceId": each.id, "Monitoring": {"State": state}} for each in instances]
    return ActionResult({"InstanceMonitorings": shown})


def monitor_instances(response: Monitoring) -> ActionResult:
    """MonitorInstances of the API reference."""
    return _monitored(response, "enabled")


def unmonitor_instances(response: Monitoring) -> ActionResult:
    """UnmonitorInstances of the API reference."""
    return _monitored(response, "disabled")


def run_instances(response: InstanceResponse) -> ActionResult:
    """RunInstances, with how credits for the processor are used, and the groups of the first interface."""
    answer: Any = RUN(response)
    for each in answer.result.instances if response._get_param("NetworkInterfaces") else ():
        each.security_groups = each.nics[0].group_set if 0 in each.nics else each.security_groups
    credit = response._get_param("CreditSpecification.CpuCredits")
    for each in answer.result.instances if credit else ():
        vars(each)[CREDITS] = credit
    made: ActionResult = answer
    return made


def modify_instance_attribute(response: InstanceResponse) -> ActionResult:
    """ModifyInstanceAttribute, also of what a shutdown does."""
    behaviour = response._get_param("InstanceInitiatedShutdownBehavior.Value")
    if behaviour is None:
        return MODIFY(response)
    instance = response._get_param("InstanceId")
    response.ec2_backend.modify_instance_attribute(instance, "instance_initiated_shutdown_behavior", behaviour)
    return EmptyResult()


def modify_instance_credit_specification(response: InstanceResponse) -> ActionResult:
    """ModifyInstanceCreditSpecification of the API reference."""
    given = response._get_param("InstanceCreditSpecifications", [])
    for each in given:
        vars(response.ec2_backend.get_instance(each["InstanceId"]))[CREDITS] = each["CpuCredits"]
    changed = [{"InstanceId": each["InstanceId"]} for each in given]
    return ActionResult({"SuccessfulInstanceCreditSpecifications": changed})


def describe_instance_credit_specifications(response: InstanceResponse) -> ActionResult:
    """DescribeInstanceCreditSpecifications, as they were given."""
    asked = response._get_param("InstanceIds", [])
    instances = response.ec2_backend.describe_instance_credit_specifications(asked)
    shown = [{"InstanceId": each.id, "CpuCredits": vars(each).get(CREDITS, "standard")} for each in instances]
    return ActionResult({"InstanceCreditSpecifications": shown})


def modify_instance_metadata_options(backend: InstanceBackend, instance_id: str, **given: Any) -> MetadataOptions:
    """ModifyInstanceMetadataOptions: what is not given stays."""
    options: MetadataOptions = backend.get_instance(instance_id).metadata_options
    for name, attribute in KEPT.items():
        if given.get(name) is not None:
            setattr(options, attribute, given[name])
    return options


def replace_iam_instance_profile_association(
    backend: IamInstanceProfileAssociationBackend, association_id: str, *profile: Any, **named: Any
) -> IamInstanceProfileAssociation:
    """ReplaceIamInstanceProfileAssociation: the instance shows the new profile."""
    changed = REPLACE(backend, association_id, *profile, **named)
    shown = {"Arn": changed.iam_instance_profile.arn, "Id": changed.association_id}
    changed.ec2_backend.modify_instance_attribute(changed.instance_id, "iam_instance_profile", shown)
    return changed
