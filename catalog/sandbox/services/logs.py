"""CloudWatch Logs: keys and protection of log groups, and query definitions, which moto does not have.

Sources: CloudWatch Logs API reference, AssociateKmsKey, PutDataProtectionPolicy, PutLogGroupDeletionProtection ("you
cannot delete the log group while it is on"), PutMetricFilter ("Creates or updates").
"""

from __future__ import annotations

from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.logs.exceptions import ResourceNotFoundException
from moto.logs.metric_filters import MetricFilters
from moto.logs.models import LogGroup, LogsBackend, SubscriptionFilter
from moto.logs.responses import LogsResponse
from moto.moto_api._internal import mock_random

from catalog.sandbox.services.keeping import complete, keep
from catalog.sandbox.services.use_of_keys import allows_service

PROTECTED = "deletion_protection_enabled"
POLICY, QUERIES = "data_protection_policy", "sandbox_queries"


def install() -> None:
    """Add the operations to moto's."""
    for operation in (
        create_log_group,
        associate_kms_key,
        disassociate_kms_key,
        put_data_protection_policy,
        get_data_protection_policy,
        delete_data_protection_policy,
        put_log_group_deletion_protection,
        put_query_definition,
        put_subscription_filter,
        describe_query_definitions,
        delete_query_definition,
    ):
        setattr(LogsResponse, operation.__name__, operation)
    complete(SubscriptionFilter, "to_json")
    setattr(MetricFilters, "add_filter", _add_filter)  # noqa: B010  # mypy allows no other form
    setattr(LogGroup, "to_describe_dict", _described)  # noqa: B010
    setattr(LogsBackend, "delete_log_group", _delete_log_group)  # noqa: B010


CREATE, SUBSCRIBE = LogsResponse.create_log_group, LogsResponse.put_subscription_filter
OF_SUBSCRIPTION = ("distribution", "applyOnTransformedLogs", "fieldSelectionCriteria", "emitSystemFields")
ADD_FILTER, DESCRIBED, DELETE = MetricFilters.add_filter, LogGroup.to_describe_dict, LogsBackend.delete_log_group


def associate_kms_key(response: LogsResponse) -> ActionResult:
    """Encrypt a log group with a key."""
    _check_key(response)
    _group(response).kms_key_id = response._get_param("kmsKeyId")
    return ActionResult({})


def create_log_group(response: LogsResponse) -> str | ActionResult:
    """Create a log group; its key must allow CloudWatch Logs to use it."""
    _check_key(response)
    return CREATE(response)


def _check_key(response: LogsResponse) -> None:
    """Refuse a key whose policy does not allow CloudWatch Logs for this log group (user guide, "Encrypt log data")."""
    key, group = str(response._get_param("kmsKeyId") or ""), response._get_param("logGroupName")
    account, region, partition = response.current_account, response.region, response.partition
    arn = f"arn:{partition}:logs:{region}:{account}:log-group:{group}"
    suffix = "amazonaws.com.cn" if partition == "aws-cn" else "amazonaws.com"
    context = {"kms:encryptioncontext:aws:logs:arn": arn}
    if not allows_service(account, key, f"logs.{region}.{suffix}", context):
        raise JsonRESTError(
            "InvalidParameterException",
            f"The specified KMS key does not exist or is not allowed to be used with Arn '{arn}'",
        )


def disassociate_kms_key(response: LogsResponse) -> ActionResult:
    """Encrypt a log group with the key of the service again."""
    _group(response).kms_key_id = None
    return ActionResult({})


def put_subscription_filter(response: LogsResponse) -> str:
    """PutSubscriptionFilter, with what moto leaves out."""
    answer: str = SUBSCRIBE(response)
    made = _group(response).subscription_filters[response._get_param("filterName")]
    given = {name: response._get_param(name) for name in OF_SUBSCRIPTION}
    keep(made, {"distribution": "ByLogStream", **{name: each for name, each in given.items() if each is not None}})
    return answer


def put_data_protection_policy(response: LogsResponse) -> ActionResult:
    """Set the data protection policy of a log group."""
    text = response._get_param("policyDocument")
    setattr(_group(response), POLICY, (text, int(utcnow().timestamp() * 1000)))
    return get_data_protection_policy(response)


def get_data_protection_policy(response: LogsResponse) -> ActionResult:
    """The data protection policy of a log group; an answer without one if it has none."""
    group, name = _group(response), response._get_param("logGroupIdentifier")
    text, changed = getattr(group, POLICY, (None, None))
    return ActionResult({"logGroupIdentifier": name, "policyDocument": text, "lastUpdatedTime": changed})


def delete_data_protection_policy(response: LogsResponse) -> ActionResult:
    """Remove the data protection policy of a log group."""
    group = _group(response)
    if hasattr(group, POLICY):
        delattr(group, POLICY)
    return ActionResult({})


def put_log_group_deletion_protection(response: LogsResponse) -> ActionResult:
    """Protect a log group against deletion, or stop it."""
    setattr(_group(response), PROTECTED, bool(response._get_param("deletionProtectionEnabled")))
    return ActionResult({})


def _queries(response: LogsResponse) -> dict[str, dict[str, Any]]:
    """The query definitions of the account, by id."""
    backend = response.logs_backend
    if not hasattr(backend, QUERIES):
        setattr(backend, QUERIES, {})
    queries: dict[str, dict[str, Any]] = getattr(backend, QUERIES)
    return queries


def put_query_definition(response: LogsResponse) -> ActionResult:
    """Keep a query under its id, or under a new one."""
    identifier = response._get_param("queryDefinitionId") or str(mock_random.uuid4())
    names = ("name", "queryString", "logGroupNames", "queryLanguage", "parameters")
    given = {name: response._get_param(name) for name in names}
    _queries(response)[identifier] = {
        "queryDefinitionId": identifier,
        "lastModified": int(utcnow().timestamp() * 1000),
        **{name: value for name, value in given.items() if value is not None},
    }
    return ActionResult({"queryDefinitionId": identifier})


def describe_query_definitions(response: LogsResponse) -> ActionResult:
    """The queries whose names begin with a text."""
    prefix = response._get_param("queryDefinitionNamePrefix") or ""
    queries = [each for each in _queries(response).values() if each["name"].startswith(prefix)]
    return ActionResult({"queryDefinitions": queries})


def delete_query_definition(response: LogsResponse) -> ActionResult:
    """Remove a query."""
    if _queries(response).pop(response._get_param("queryDefinitionId"), None) is None:
        raise ResourceNotFoundException("The specified query definition does not exist.")
    return ActionResult({"success": True})


def _group(response: LogsResponse) -> LogGroup:
    """The log group that a request names, by its name or its ARN."""
    named = response._get_param("logGroupName") or response._get_param("logGroupIdentifier") or ""
    name = named.split(":log-group:")[-1].removesuffix(":*")
    group = response.logs_backend.groups.get(name)
    if group is None:
        raise ResourceNotFoundException("The specified log group does not exist.")
    return group


def _add_filter(filters: MetricFilters, filter_name: str, filter_pattern: str, log_group_name: str, *rest: Any) -> None:
    """Create a metric filter, or replace the one with its name: moto would have both."""
    filters.delete_filter(filter_name, log_group_name)
    ADD_FILTER(filters, filter_name, filter_pattern, log_group_name, *rest)


def _described(group: LogGroup) -> dict[str, Any]:
    described = DESCRIBED(group)
    if hasattr(group, POLICY):
        described["dataProtectionStatus"] = "ACTIVATED"
    return {**described, "deletionProtectionEnabled": getattr(group, PROTECTED, False)}


def _delete_log_group(backend: LogsBackend, log_group_name: str) -> None:
    """Refuse to delete a protected log group."""
    if getattr(backend.groups.get(log_group_name), PROTECTED, False):
        raise JsonRESTError(
            "OperationAbortedException", "The log group has deletion protection, and cannot be deleted."
        )
    DELETE(backend, log_group_name)
