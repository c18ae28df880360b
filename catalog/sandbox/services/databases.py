"""RDS: the changes of parameter groups, event subscriptions and proxies that moto lacks, and newer option groups.

Names of engines and families may have capitals, and are kept without them (aws-cloudformation-resource-providers-rds,
pull request 409: "RDS service accepts Engine inputs in a case insensitive mode").

moto's list of the major versions that have option groups is of December 2022: newer ones are accepted too.

Source: RDS API reference, ResetDBParameterGroup, ResetDBClusterParameterGroup, ModifyEventSubscription,
AddSourceIdentifierToSubscription, RemoveSourceIdentifierFromSubscription, ModifyDBProxy.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partialmethod
from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow
from moto.rds.exceptions import DBParameterGroupNotFoundError, RDSClientError
from moto.rds.models import OptionGroup, RDSBackend
from moto.rds.responses import RDSResponse

from catalog.sandbox.services.keeping import members

ADD_ROLE = RDSBackend.add_role_to_db_cluster
CREATE_OPTION_GROUP = RDSBackend.create_option_group
NEWEST = {"mariadb": (10, 6), "mysql": (8, 0), "oracle": (21,), "postgres": (13,), "sqlserver": (15, 0)}
"""Engine, without its edition → the newest major version that moto has."""
MODIFY_INSTANCE, MODIFY_CLUSTER = RDSResponse.modify_db_instance, RDSResponse.modify_db_cluster
LOWERED = ("DBParameterGroupFamily", "Engine", "EngineName")
CREATIONS = (
    *("create_db_instance", "create_db_cluster", "create_db_parameter_group", "create_db_cluster_parameter_group"),
    "create_option_group",
)
SUBSCRIPTION = {
    "SnsTopicArn": "sns_topic_arn",
    "SourceType": "source_type",
    "EventCategories": "event_categories",
    "Enabled": "enabled",
}
PROXY = {
    "Auth": "auth",
    "RoleArn": "role_arn",
    "RequireTLS": "require_tls",
    "IdleClientTimeout": "idle_client_timeout",
    "DebugLogging": "debug_logging",
    "SecurityGroups": "vpc_security_group_ids",
}
"""Parameter → attribute of moto's object."""


def install() -> None:
    """Add the operations to moto's."""
    setattr(RDSBackend, "create_option_group", create_option_group)  # noqa: B010  # mypy allows no other form
    setattr(RDSBackend, "add_role_to_db_cluster", add_role_to_db_cluster)  # noqa: B010
    for name in CREATIONS:
        setattr(RDSResponse, name, partialmethod(_lowered, getattr(RDSResponse, name)))
    for answer in (
        modify_db_instance,
        modify_db_cluster,
        reset_db_parameter_group,
        reset_db_cluster_parameter_group,
        modify_event_subscription,
        add_source_identifier_to_subscription,
        remove_source_identifier_from_subscription,
        modify_db_proxy,
        remove_role_from_db_cluster,
        remove_role_from_db_instance,
    ):
        setattr(RDSResponse, answer.__name__, answer)


def _lowered(response: RDSResponse, create: Callable[[RDSResponse], ActionResult]) -> ActionResult:
    """A creation, with the name of its engine as RDS keeps it."""
    for name in LOWERED:
        if isinstance(response.params.get(name), str):
            response.params[name] = response.params[name].lower()
    return create(response)


def create_option_group(backend: RDSBackend, given: dict[str, Any]) -> OptionGroup:
    """CreateOptionGroup, also for a major version that came after moto's list."""
    try:
        return CREATE_OPTION_GROUP(backend, given)
    except RDSClientError as refusal:
        if not (refusal.message.startswith("Cannot find major version") and _newer(given)):
            raise
    group = backend.option_groups[given["option_group_name"]] = OptionGroup(backend, **given)
    return group


def _newer(given: dict[str, Any]) -> bool:
    engine, version = given["engine_name"].partition("-")[0], given["major_engine_version"]
    numbered = re.fullmatch(r"\d{1,3}(\.\d{1,3})?", version)
    return bool(numbered) and tuple(map(int, version.split("."))) > NEWEST[engine]


def modify_db_instance(response: RDSResponse) -> ActionResult:
    """ModifyDBInstance, with another port."""
    answer, port = MODIFY_INSTANCE(response), response.params.get("DBPortNumber")
    if port is not None:
        members(answer)["DBInstance"].port = int(port)
    return answer


def modify_db_cluster(response: RDSResponse) -> ActionResult:
    """ModifyDBCluster, with other logs for CloudWatch, and authentication by IAM."""
    name, exports = response.params.get("DBClusterIdentifier"), response.params.get("CloudwatchLogsExportConfiguration")
    by_iam = response.params.get("EnableIAMDatabaseAuthentication")
    answer = MODIFY_CLUSTER(response)  # which takes the name out of the parameters
    if by_iam is not None:
        response.backend.clusters[name].iam_auth = by_iam
    if exports:
        cluster = response.backend.clusters[name]
        gone = [*(exports.get("DisableLogTypes") or ()), *(exports.get("EnableLogTypes") or ())]
        kept = [name for name in cluster.enabled_cloudwatch_logs_exports if name not in gone]
        cluster.enabled_cloudwatch_logs_exports = [*kept, *(exports.get("EnableLogTypes") or ())]
    return answer


def reset_db_parameter_group(response: RDSResponse) -> ActionResult:
    """ResetDBParameterGroup of the API reference."""
    return _reset(response, "DBParameterGroupName", response.backend.db_parameter_groups)


def reset_db_cluster_parameter_group(response: RDSResponse) -> ActionResult:
    """ResetDBClusterParameterGroup of the API reference."""
    return _reset(response, "DBClusterParameterGroupName", response.backend.db_cluster_parameter_groups)


def _reset(response: RDSResponse, parameter: str, groups: Any) -> ActionResult:
    name = str(response.params.get(parameter))
    if name not in groups:
        raise DBParameterGroupNotFoundError(name)
    names = [each.get("ParameterName") for each in response.params.get("Parameters", [])]
    for each in names or list(groups[name].parameters):
        groups[name].parameters.pop(each, None)
    return ActionResult({parameter: name})


def modify_event_subscription(response: RDSResponse) -> ActionResult:
    """ModifyEventSubscription of the API reference."""
    (subscription,) = response.backend.describe_event_subscriptions(response.params.get("SubscriptionName"))
    _change(subscription, response.params, SUBSCRIPTION)
    return ActionResult({"EventSubscription": subscription})


def add_role_to_db_cluster(backend: RDSBackend, db_cluster_identifier: str, role_arn: str, feature_name: Any) -> None:
    """AddRoleToDBCluster: the roles of Neptune have no feature, and several have none."""
    roles = backend.clusters[db_cluster_identifier]._associated_roles if not feature_name else []
    others = [each for each in roles if each.role_arn != role_arn and not each.feature_name]
    for each in others:
        roles.remove(each)
    try:
        ADD_ROLE(backend, db_cluster_identifier, role_arn, feature_name)
    finally:
        roles[:0] = others


def remove_role_from_db_cluster(response: RDSResponse) -> ActionResult:
    """RemoveRoleFromDBCluster of the API reference."""
    (cluster,) = response.backend.describe_db_clusters(response.params.get("DBClusterIdentifier"))
    return _without_role(response, cluster._associated_roles, "DBClusterRoleNotFound")


def remove_role_from_db_instance(response: RDSResponse) -> ActionResult:
    """RemoveRoleFromDBInstance of the API reference."""
    (instance,) = response.backend.describe_db_instances(response.params.get("DBInstanceIdentifier"))
    return _without_role(response, instance._associated_roles, "DBInstanceRoleNotFound")


def _without_role(response: RDSResponse, roles: list[Any], code: str) -> ActionResult:
    given = response.params.get("RoleArn"), response.params.get("FeatureName") or None
    gone = [each for each in roles if (each.role_arn, each.feature_name or None) == given]
    if not gone:
        raise RDSClientError(code, f"Role ARN {given[0]} cannot be found")
    roles.remove(gone[0])
    return EmptyResult()


def add_source_identifier_to_subscription(response: RDSResponse) -> ActionResult:
    """AddSourceIdentifierToSubscription of the API reference."""
    return _sourced(response, lambda old, it: [*old, it])


def remove_source_identifier_from_subscription(response: RDSResponse) -> ActionResult:
    """RemoveSourceIdentifierFromSubscription of the API reference."""
    return _sourced(response, lambda old, it: [each for each in old if each != it])


def _sourced(response: RDSResponse, change: Callable[[list[str], str], list[str]]) -> ActionResult:
    (subscription,) = response.backend.describe_event_subscriptions(response.params.get("SubscriptionName"))
    subscription.source_ids = change(subscription.source_ids, str(response.params.get("SourceIdentifier")))
    return ActionResult({"EventSubscription": subscription})


def modify_db_proxy(response: RDSResponse) -> ActionResult:
    """ModifyDBProxy of the API reference."""
    (proxy,) = response.backend.describe_db_proxies(response.params.get("DBProxyName"), None)
    _change(proxy, response.params, PROXY)
    proxy.updated_date = utcnow()
    return ActionResult({"DBProxy": proxy})


def _change(target: Any, given: Any, attributes: Any) -> None:
    for name, attribute in attributes.items():
        if given.get(name) is not None:
            setattr(target, attribute, given.get(name))
