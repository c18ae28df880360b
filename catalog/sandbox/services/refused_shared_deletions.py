"""Deletions of what several services share that AWS refuses while one of them uses it.

Certificates, parts of distributions, launch configurations, option and parameter groups, and what a migration needs.

Sources: the API references name the errors, and give the words of CloudFront and IoT; those of certificates, launch
configurations, option groups and global clusters are those that people quote in public issues; those of Redshift and
Database Migration Service are assumed.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from catalog.sandbox.services.first_checked import Check, json_error


def _backend(service: str, account: str, region: str) -> Any:
    """The backend of another service; None, if nobody has asked it yet."""
    backends = getattr(sys.modules.get(f"moto.{service}.models"), f"{service}_backends", None)
    return None if backends is None else backends[account][region]


def _certificates_in_use(account: str, region: str) -> Iterator[str | None]:
    if balancers := _backend("elbv2", account, region):
        for balancer in balancers.load_balancers.values():
            for listener in balancer.listeners.values():
                yield from (listener.certificate, *listener.certificates)
    if region == "us-east-1" and (edge := _backend("cloudfront", account, "aws")):
        for each in edge.distributions.values():
            yield each.distribution_config.ViewerCertificate.acm_certificate_arn
    if apis := _backend("apigateway", account, region):
        for domain in apis.domain_names.values():
            yield from (domain.regional_certificate_arn, domain.certificate_arn)


def _certificate(backend: Any, arn: str) -> None:
    if arn in _certificates_in_use(backend.account_id, backend.region_name):
        message = f"Certificate {arn} in account {backend.account_id} is in use."
        raise json_error("ResourceInUseException", message)


def _refuse_at_edge(code: str, message: str) -> None:
    from moto.cloudfront.exceptions import CloudFrontException

    raise CloudFrontException(code, message)


def _behaviours(backend: Any) -> Iterator[Any]:
    for each in backend.distributions.values():
        config = each.distribution_config
        yield from (config.DefaultCacheBehavior, *(config.CacheBehaviors.get("Items") or ()))


def _distribution(backend: Any, distribution_id: str, if_match: bool) -> None:
    each = backend.distributions.get(distribution_id)
    if each is not None and str(each.distribution_config.Enabled).lower() == "true":
        _refuse_at_edge("DistributionNotDisabled", "The distribution you are trying to delete has not been disabled.")


def _access_control(backend: Any, control_id: str) -> None:
    origins = (
        origin for each in backend.distributions.values() for origin in each.distribution_config.Origins["Items"]
    )
    if any(getattr(origin, "origin_access_control_id", "") == control_id for origin in origins):
        message = "Cannot delete the origin access control because it's in use by one or more distributions."
        _refuse_at_edge("OriginAccessControlInUse", message)


def _edge_function(backend: Any, name: str, if_match: bool) -> None:
    used = json.dumps([each.function_associations for each in _behaviours(backend)], default=str)
    if f':function/{name}"' in used:
        message = "Cannot delete the function because it's attached to one or more cache behaviors."
        _refuse_at_edge("FunctionInUse", message)


def _public_key(backend: Any, key_id: str) -> None:
    if any(key_id in group.items for group in backend.key_groups.values()):
        _refuse_at_edge("PublicKeyInUse", "The specified public key is in use.")


def _launch_configuration(backend: Any, launch_configuration_name: str) -> None:
    from moto.autoscaling.exceptions import AutoscalingClientError

    for group in backend.autoscaling_groups.values():
        by_template = getattr(group, "ec2_launch_template", None)
        if not by_template and getattr(group, "launch_configuration_name", None) == launch_configuration_name:
            raise AutoscalingClientError(
                "ResourceInUse",
                f"Cannot delete launch configuration {launch_configuration_name} because it is attached to "
                f"AutoScalingGroup {group.name}",
            )


def _option_group(backend: Any, option_group_name: str) -> None:
    from moto.rds.exceptions import RDSClientError

    if any(each.option_group_name == option_group_name for each in backend.databases.values()):
        message = f"The option group '{option_group_name}' cannot be deleted because it is in use."
        raise RDSClientError("InvalidOptionGroupStateFault", message)


def _parameters(backend: Any, parameter_group_name: str) -> None:
    from moto.redshift.exceptions import RedshiftClientError

    if any(parameter_group_name in each.cluster_parameter_group_name for each in backend.clusters.values()):
        message = f"Cluster parameter group {parameter_group_name} is associated with a cluster."
        raise RedshiftClientError("InvalidClusterParameterGroupState", message)


def _migration_endpoint(backend: Any, endpoint_arn: str) -> None:
    tasks = backend.replication_tasks.values()
    _unless_used_by_migration(
        endpoint_arn, (arn for each in tasks for arn in (each.source_endpoint_arn, each.target_endpoint_arn)), "tasks"
    )


def _migration_instance(backend: Any, replication_instance_arn: str) -> None:
    users = (each.replication_instance_arn for each in backend.replication_tasks.values())
    _unless_used_by_migration(replication_instance_arn, users, "tasks")


def _migration_subnets(backend: Any, replication_subnet_group_identifier: str) -> None:
    users = (each.replication_subnet_group_identifier for each in backend.replication_instances.values())
    _unless_used_by_migration(replication_subnet_group_identifier, users, "instances")


def _unless_used_by_migration(what: str, users: Iterator[str | None], by: str) -> None:
    if what in users:
        raise json_error("InvalidResourceStateFault", f"{what} is in use by one or more replication {by}.")


def _thing_type(backend: Any, thing_type_name: str) -> None:
    kind = backend.describe_thing_type(thing_type_name)
    if not kind.metadata.get("deprecated"):
        message = f"Cannot delete thing type : {thing_type_name}. Please deprecate the thing type first."
        raise json_error("InvalidRequestException", message)
    if any(each.thing_type and each.thing_type.thing_type_name == thing_type_name for each in backend.things.values()):
        message = f"Cannot delete thing type : {thing_type_name}. There are things associated with it."
        raise json_error("InvalidRequestException", message)


def _baseline(backend: Any, baseline_id: str) -> None:
    if any(baseline_id in group.associations.values() for group in backend.patch_groups.values()):
        message = f"Patch baseline {baseline_id} is registered for a patch group."
        raise json_error("ResourceInUseException", message)


CHECKS: Mapping[str, Mapping[str, Check]] = {
    "moto.acm.models": {"AWSCertificateManagerBackend.delete_certificate": _certificate},
    "moto.autoscaling.models": {"AutoScalingBackend.delete_launch_configuration": _launch_configuration},
    "moto.cloudfront.models": {
        "CloudFrontBackend.delete_distribution": _distribution,
        "CloudFrontBackend.delete_function": _edge_function,
        "CloudFrontBackend.delete_origin_access_control": _access_control,
        "CloudFrontBackend.delete_public_key": _public_key,
    },
    "moto.dms.models": {
        "DatabaseMigrationServiceBackend.delete_endpoint": _migration_endpoint,
        "DatabaseMigrationServiceBackend.delete_replication_instance": _migration_instance,
        "DatabaseMigrationServiceBackend.delete_replication_subnet_group": _migration_subnets,
    },
    "moto.iot.models": {"IoTBackend.delete_thing_type": _thing_type},
    "moto.rds.models": {"RDSBackend.delete_option_group": _option_group},
    "moto.redshift.models": {"RedshiftBackend.delete_cluster_parameter_group": _parameters},
    "moto.ssm.models": {"SimpleSystemManagerBackend.delete_patch_baseline": _baseline},
}
"""Module of moto → class and method → what is checked before it."""
