"""Deletions that AWS refuses, and moto carries out: of what is protected, and of what something else uses.

Sources: the API references of the operations name the errors. The words are those that people quote in public issues
(EC2, load balancers, RDS, Cognito, IAM, ECS, WAF); those of Cloud Map, Redshift, Organizations, Kinesis and Athena are
assumed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from catalog.sandbox.services.first_checked import Check, json_error


def _in_use_in_ec2(what: str, users: Iterable[Any], code: str = "DependencyViolation") -> None:
    from moto.ec2.exceptions import EC2ClientError

    if any(True for _ in users):
        raise EC2ClientError(code, what)


def _security_group(backend: Any, name: str | None = None, group_id: str | None = None) -> None:
    """A network interface has the group, or a rule of another group names it."""
    if not group_id:
        return
    interfaces = [eni for eni in backend.enis.values() if group_id in {group.id for group in eni.group_set}]
    others = [
        group
        for groups in backend.groups.values()
        for group in groups.values()
        if group.id != group_id
        and any(
            (rule.source_group or {}).get("GroupId") == group_id for rule in (*group.ingress_rules, *group.egress_rules)
        )
    ]
    _in_use_in_ec2(f"resource {group_id} has a dependent object", [*interfaces, *others])


def _subnet(backend: Any, subnet_id: str) -> None:
    interfaces = (eni for eni in backend.enis.values() if eni.subnet.id == subnet_id)
    _in_use_in_ec2(f"The subnet '{subnet_id}' has dependencies and cannot be deleted.", interfaces)


def _vpc(backend: Any, vpc_id: str) -> None:
    attached = (each for each in backend.internet_gateways.values() if each.vpc is not None and each.vpc.id == vpc_id)
    _in_use_in_ec2(f"The vpc '{vpc_id}' has dependencies and cannot be deleted.", attached)


def _network_interface(response: Any) -> None:
    """DeleteNetworkInterface of one that is attached; the end of an instance detaches those that are not its own."""
    eni_id = response._get_param("NetworkInterfaceId")
    eni = response.ec2_backend.enis.get(eni_id)
    used = (
        eni is not None
        and eni.attachment_id
        and (eni.instance is None or eni.instance.instance_state.name != "terminated")
    )
    attached = [eni] if used else []
    _in_use_in_ec2(f"Network interface '{eni_id}' is currently in use.", attached, "InvalidParameterValue")


def _transit_gateway(backend: Any, transit_gateway_id: str) -> None:
    attachments = [
        each.id
        for each in backend.transit_gateway_attachments.values()
        if each.transit_gateway_id == transit_gateway_id and each.state not in ("deleted", "deleting")
    ]
    _in_use_in_ec2(
        f"{transit_gateway_id} has non-deleted VPC Attachments: {', '.join(attachments)}.",
        attachments,
        "IncorrectState",
    )


def _load_balancer(backend: Any, arn: str) -> None:
    from moto.elbv2.exceptions import ELBClientError

    balancer = backend.load_balancers.get(arn)
    if balancer is not None and balancer.attrs.get("deletion_protection.enabled") == "true":
        message = f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled"
        raise ELBClientError("OperationNotPermitted", message)


def _user_pool(backend: Any, user_pool_id: str) -> None:
    from moto.cognitoidp.exceptions import InvalidParameterException

    pool = backend.user_pools.get(user_pool_id)
    if pool is not None and pool.extended_config.get("DeletionProtection") == "ACTIVE":
        raise InvalidParameterException(
            "The user pool cannot be deleted because deletion protection is activated. "
            "Deletion protection must be inactivated first."
        )
    if any(domain.user_pool_id == user_pool_id for domain in backend.user_pool_domains.values()):
        message = "User pool cannot be deleted. It has a domain configured that should be deleted first."
        raise InvalidParameterException(message)


def _user(backend: Any, user_name: str) -> None:
    from moto.iam.exceptions import DeleteConflictException

    user = backend.users.get(user_name)
    if user is None:
        return
    if user.access_keys:
        raise DeleteConflictException("Cannot delete entity, must delete access keys first.")
    if backend.get_groups_for_user(user_name):
        raise DeleteConflictException("Cannot delete entity, must remove users from group first.")


def _managed_policy(backend: Any, policy_arn: str) -> None:
    from moto.iam.exceptions import DeleteConflictException

    policy = backend.managed_policies.get(policy_arn)
    holders = (*backend.roles.values(), *backend.users.values(), *backend.groups.values())
    if policy is not None and any(policy_arn in each.managed_policies for each in holders):
        raise DeleteConflictException("Cannot delete a policy attached to entities.")
    if policy is not None and len(policy.versions) > 1:
        raise DeleteConflictException(
            "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. "
            "The default version is deleted with the policy."
        )


def _ecs_cluster(backend: Any, cluster_str: str) -> None:
    name = cluster_str.rpartition("/")[2]
    if any(each.cluster_name == name and each.status == "ACTIVE" for each in backend.services.values()):
        message = "The Cluster cannot be deleted while Services are active."
        raise json_error("ClusterContainsServicesException", message)
    if any(each.status == "ACTIVE" for each in backend.container_instances.get(name, {}).values()):
        message = "The Cluster cannot be deleted while Container Instances are active or draining."
        raise json_error("ClusterContainsContainerInstancesException", message)


def _namespace(backend: Any, namespace_id: str) -> None:
    users = sorted(each.id for each in backend.services.values() if each.namespace_id == namespace_id)
    if users:
        raise json_error("ResourceInUse", f"Namespace has associated services: {', '.join(users)}")


def _discovered_service(backend: Any, service_id: str) -> None:
    service = backend.services.get(service_id)
    if service is not None and service.instances:
        message = "Service contains registered instances; delete the instances before deleting the service"
        raise json_error("ResourceInUse", message)


def _stream(response: Any) -> None:
    """DeleteStream without EnforceConsumerDeletion, of a stream with registered consumers (API reference)."""
    streams = response.kinesis_backend.streams
    arn = response._get_param("StreamARN") or ""
    stream = streams.get(response._get_param("StreamName") or arn.rpartition("/")[2])
    if stream is not None and stream.consumers and not response._get_param("EnforceConsumerDeletion"):
        message = f"Stream {stream.stream_name} under account {response.current_account} has registered consumers."
        raise json_error("ResourceInUseException", message)


def _work_group(response: Any) -> None:
    """DeleteWorkGroup without RecursiveDeleteOption, of one that has named queries (API reference)."""
    backend, name = response.athena_backend, response._get_param("WorkGroup")
    used = any(each.workgroup.name == name for each in backend.named_queries.values())
    if used and not response._get_param("RecursiveDeleteOption"):
        raise json_error("InvalidRequestException", f"WorkGroup {name} is not empty")


def _database_subnets(backend: Any, subnet_name: str) -> None:
    _unless_used_by_databases(
        backend,
        lambda each: subnet_name in (vars(each).get("_db_subnet_group_name"), vars(each).get("db_subnet_group_name")),
        lambda user: f"Cannot delete the subnet group '{subnet_name}' because at least one {user} is still using it.",
        "InvalidDBSubnetGroupStateFault",
    )


def _database_parameters(backend: Any, db_parameter_group_name: str) -> None:
    _unless_used_by_databases(
        backend,
        lambda each: getattr(each, "db_parameter_group_name", None) == db_parameter_group_name,
        lambda _: (
            "One or more database instances are still members of this parameter group "
            f"{db_parameter_group_name}, so the group cannot be deleted"
        ),
        "InvalidDBParameterGroupState",
    )


def _cluster_parameters(backend: Any, db_cluster_parameter_group_name: str) -> None:
    _unless_used_by_databases(
        backend,
        lambda each: getattr(each, "parameter_group", None) == db_cluster_parameter_group_name,
        lambda _: (
            "One or more database clusters are still members of this parameter group "
            f"{db_cluster_parameter_group_name}, so the group cannot be deleted"
        ),
        "InvalidDBParameterGroupState",
    )


def _unless_used_by_databases(
    backend: Any, uses: Callable[[Any], bool], message: Callable[[str], str], code: str
) -> None:
    from moto.rds.exceptions import RDSClientError

    for kind, databases in (("database instance", backend.databases), ("database cluster", backend.clusters)):
        for name, each in databases.items():
            if uses(each):
                raise RDSClientError(code, message(f"{kind}: {name}"))


def _cluster_subnets(backend: Any, subnet_identifier: str) -> None:
    from moto.redshift.exceptions import RedshiftClientError

    if any(each.cluster_subnet_group_name == subnet_identifier for each in backend.clusters.values()):
        message = f"Cluster subnet group {subnet_identifier} is in use by a cluster."
        raise RedshiftClientError("InvalidClusterSubnetGroupStateFault", message)


def _unit(backend: Any, **given: Any) -> None:
    unit = given["OrganizationalUnitId"]
    if any(each.parent_id == unit for each in (*backend.ou, *backend.accounts)):
        message = "Organizational unit has accounts or other organizational units in it."
        raise json_error("OrganizationalUnitNotEmptyException", message)


def _ip_set(backend: Any, name: str, scope: str, _id: str, lock_token: str) -> None:
    _unless_used_by_waf(f"/ipset/{name}/{_id}" in rule for rule in _rules(backend))


def _rule_group(backend: Any, name: str, scope: str, id: str, lock_token: str) -> None:  # noqa: A002  # moto's name
    _unless_used_by_waf(f"/rulegroup/{name}/{id}" in rule for rule in _rules(backend))


def _patterns(backend: Any, name: str, scope: str, id: str, lock_token: str) -> None:  # noqa: A002  # moto's name
    _unless_used_by_waf(f"/regexpatternset/{name}/{id}" in rule for rule in _rules(backend))


def _rules(backend: Any) -> Iterator[str]:
    """The rules of web ACLs and of rule groups."""
    for acl in backend.wacls.values():
        yield from (str(rule.to_dict()) for rule in acl.rules)
    for group in backend.rule_groups.values():
        yield str(group.rules)


def _web_acl(backend: Any, name: str, scope: str, _id: str, lock_token: str) -> None:
    _unless_used_by_waf(each.id == _id and bool(each.associated_resources) for each in backend.wacls.values())


def _unless_used_by_waf(uses: Iterable[bool]) -> None:
    if any(uses):
        raise json_error(
            "WAFAssociatedItemException",
            "AWS WAF couldn\u2019t perform the operation because your resource is being used by another resource or "
            "it\u2019s associated with another resource.",
        )


CHECKS: Mapping[str, Mapping[str, Check]] = {
    "moto.athena.responses": {"AthenaResponse.delete_work_group": _work_group},
    "moto.cognitoidp.models": {"CognitoIdpBackend.delete_user_pool": _user_pool},
    "moto.ec2.models.security_groups": {"SecurityGroupBackend.delete_security_group": _security_group},
    "moto.ec2.models.subnets": {"SubnetBackend.delete_subnet": _subnet},
    "moto.ec2.models.transit_gateway": {"TransitGatewayBackend.delete_transit_gateway": _transit_gateway},
    "moto.ec2.models.vpcs": {"VPCBackend.delete_vpc": _vpc},
    "moto.ec2.responses.elastic_network_interfaces": {
        "ElasticNetworkInterfaces.delete_network_interface": _network_interface
    },
    "moto.ecs.models": {"EC2ContainerServiceBackend.delete_cluster": _ecs_cluster},
    "moto.elbv2.models": {"ELBv2Backend.delete_load_balancer": _load_balancer},
    "moto.iam.models": {"IAMBackend.delete_user": _user, "IAMBackend.delete_policy": _managed_policy},
    "moto.kinesis.responses": {"KinesisResponse.delete_stream": _stream},
    "moto.organizations.models": {"OrganizationsBackend.delete_organizational_unit": _unit},
    "moto.rds.models": {
        "RDSBackend.delete_subnet_group": _database_subnets,
        "RDSBackend.delete_db_parameter_group": _database_parameters,
        "RDSBackend.delete_db_cluster_parameter_group": _cluster_parameters,
    },
    "moto.redshift.models": {"RedshiftBackend.delete_cluster_subnet_group": _cluster_subnets},
    "moto.servicediscovery.models": {
        "ServiceDiscoveryBackend.delete_namespace": _namespace,
        "ServiceDiscoveryBackend.delete_service": _discovered_service,
    },
    "moto.wafv2.models": {
        "WAFV2Backend.delete_ip_set": _ip_set,
        "WAFV2Backend.delete_regex_pattern_set": _patterns,
        "WAFV2Backend.delete_rule_group": _rule_group,
        "WAFV2Backend.delete_web_acl": _web_acl,
    },
}
"""Module of moto → class and method → what is checked before it."""
