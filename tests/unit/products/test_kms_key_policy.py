from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any

import botocore.session
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.cfn import Pseudo, render, resolve_parameters
from catalog.content.render import Rendered

Launch = Callable[..., dict[str, Any]]

ALWAYS = [
    "RootAccountOwnership",
    "KeyAdministrators",
    "KeyUsers",
    "KeyAdministratorsRotateOnDemand",
    "KeyAdministratorsCannotUseTheKey",
    "GrantsOnlyForAwsServices",
    "DeletionWindowIsAFloor",
]
REGIONS = {"us-east-1": "aws", "us-gov-west-1": "aws-us-gov", "cn-north-1": "aws-cn"}
LIST_BYTES = 4096  # a parameter's value (CloudFormation quotas)
EVERYTHING = {
    "PreventDestroy": "true",
    "GrantsForAwsServices": "true",
    "AllowCloudWatchLogs": "true",
    "MultiRegion": "true",
}


def key_policy(launched: dict[str, Any]) -> dict[str, Any]:
    policy: dict[str, Any] = launched["Resources"]["Key"]["Properties"]["KeyPolicy"]
    return policy


def by_sid(launched: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {statement["Sid"]: statement for statement in key_policy(launched)["Statement"]}


def size(policy: dict[str, Any]) -> int:
    """Bytes of the policy as CloudFormation sends it to KMS: JSON without spaces."""
    return len(json.dumps(policy, separators=(",", ":")).encode())


def matching(statement: dict[str, Any], actions: set[str]) -> set[str]:
    return {action for action in actions if any(fnmatchcase(action, pattern) for pattern in statement["Action"])}


@pytest.fixture(scope="module")
def kms_actions() -> set[str]:
    operations = botocore.session.get_session().get_service_model("kms").operation_names
    # ReEncrypt is authorized as these two (KMS permissions reference).
    return {f"kms:{name}" for name in operations if name != "ReEncrypt"} | {"kms:ReEncryptFrom", "kms:ReEncryptTo"}


@pytest.mark.parametrize("flags", list(itertools.product(["true", "false"], repeat=4)))
@pytest.mark.parametrize("regions", ["", "eu-west-1,eu-central-1"])
def test_statements_by_condition(launch: Launch, flags: tuple[str, ...], regions: str) -> None:
    prevent, grants, multi_region, logs = flags
    launched = launch(
        PreventDestroy=prevent,
        GrantsForAwsServices=grants,
        MultiRegion=multi_region,
        AllowCloudWatchLogs=logs,
        ReplicaRegions=regions,
    )
    may_replicate = multi_region == "true" and bool(regions)
    optional = {
        "PreventDestroy": prevent == "true",
        "KeyUsersGrantToAwsServices": grants == "true",
        "OnlyTheReplicaProductReplicates": may_replicate,
        "NoReplicas": not may_replicate,
        "ReplicasOnlyInNamedRegions": may_replicate,
        "CloudWatchLogs": logs == "true",
    }
    assert list(by_sid(launched)) == ALWAYS + [sid for sid, present in optional.items() if present]


def test_prevent_destroy_denies_everyone_to_delete_the_key_and_to_delete_or_move_the_alias(launch: Launch) -> None:
    assert by_sid(launch(PreventDestroy="true"))["PreventDestroy"] == {
        "Sid": "PreventDestroy",
        "Effect": "Deny",
        "Principal": {"AWS": "*"},
        "Action": ["kms:ScheduleKeyDeletion", "kms:UpdateAlias", "kms:DeleteAlias"],
        "Resource": ["*"],
    }


def test_prevent_destroy_changes_only_the_policy(launch: Launch) -> None:
    """Any other change could replace the key or remove it from the stack, which schedules its deletion."""
    protected, open_ = launch(PreventDestroy="true"), launch(PreventDestroy="false")
    for launched in (protected, open_):
        del launched["Resources"]["Key"]["Properties"]["KeyPolicy"]
    assert protected["Resources"] == open_["Resources"]


def test_a_shorter_window_is_denied(launch: Launch) -> None:
    launched = launch(DeletionWindowDays="14")
    condition = by_sid(launched)["DeletionWindowIsAFloor"]["Condition"]
    assert condition == {"NumericLessThan": {"kms:ScheduleKeyDeletionPendingWindowInDays": "14"}}
    assert launched["Resources"]["Key"]["Properties"]["PendingWindowInDays"] == "14"


@pytest.mark.parametrize(("region", "partition"), list(REGIONS.items()))
def test_only_the_replica_role_replicates_and_only_into_the_named_regions(
    launch: Launch, region: str, partition: str
) -> None:
    statements = by_sid(launch(region, MultiRegion="true", ReplicaRegions="eu-west-1,eu-central-1"))
    role = f"arn:{partition}:iam::123456789012:role/catalog-launch-kms-replica-key"
    for sid, condition in {
        "OnlyTheReplicaProductReplicates": {"ArnNotEquals": {"aws:PrincipalArn": role}},
        "ReplicasOnlyInNamedRegions": {"StringNotEquals": {"kms:ReplicaRegion": ["eu-west-1", "eu-central-1"]}},
    }.items():
        assert statements[sid] == {
            "Sid": sid,
            "Effect": "Deny",
            "Principal": {"AWS": "*"},
            "Action": ["kms:ReplicateKey"],
            "Resource": ["*"],
            "Condition": condition,
        }


@pytest.mark.parametrize("given", [{}, {"MultiRegion": "true"}])
def test_without_regions_nobody_replicates(launch: Launch, given: dict[str, str]) -> None:
    statement = by_sid(launch(**given))["NoReplicas"]
    assert (statement["Effect"], statement["Principal"]) == ("Deny", {"AWS": "*"})
    assert statement["Action"] == ["kms:ReplicateKey"]
    assert "Condition" not in statement


@pytest.mark.parametrize(("region", "partition"), list(REGIONS.items()))
def test_each_partition_gets_its_own_arns(launch: Launch, region: str, partition: str) -> None:
    suffix = "amazonaws.com.cn" if partition == "aws-cn" else "amazonaws.com"
    statements = by_sid(launch(region, AllowCloudWatchLogs="true"))
    assert statements["RootAccountOwnership"]["Principal"] == {"AWS": f"arn:{partition}:iam::123456789012:root"}
    logs = statements["CloudWatchLogs"]
    assert logs["Principal"] == {"Service": f"logs.{region}.{suffix}"}
    context = f"arn:{partition}:logs:{region}:123456789012:log-group:*"
    assert logs["Condition"] == {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": context}}


def test_administrators_and_users_share_describe_key_only(launch: Launch, kms_actions: set[str]) -> None:
    statements = by_sid(launch(**EVERYTHING, ReplicaRegions="eu-west-1"))
    denied = matching(statements["KeyAdministratorsCannotUseTheKey"], kms_actions)
    allowed_to_administrators = {
        action
        for sid in ("KeyAdministrators", "KeyAdministratorsRotateOnDemand")
        for action in matching(statements[sid], kms_actions)
    }
    users = matching(statements["KeyUsers"], kms_actions)
    assert (allowed_to_administrators - denied) & users == {"kms:DescribeKey"}
    assert users - {"kms:DescribeKey"} <= denied
    # The wildcard of the article allows it; only the Deny blocks it.
    assert "kms:CreateGrant" in allowed_to_administrators & denied


def test_no_deny_locks_out_the_administrators(launch: Launch, kms_actions: set[str]) -> None:
    """KMS rejects a policy that locks out its caller, and an administrator must be able to remove PreventDestroy."""
    statements = by_sid(launch(**EVERYTHING, ReplicaRegions="eu-west-1"))
    denied = {
        action
        for statement in statements.values()
        if statement["Effect"] == "Deny"
        for action in matching(statement, kms_actions)
    }
    assert not denied & {"kms:PutKeyPolicy", "kms:GetKeyPolicy", "kms:CancelKeyDeletion", "kms:DisableKey"}


def full_list(arn: str) -> str:
    """As many copies of `arn` as fit in one parameter. Short ARNs need most space, because each gets two quotes."""
    return ",".join([arn] * ((LIST_BYTES + 1) // (len(arn) + 1)))


def test_the_policy_fits_the_limit_with_full_lists(launch: Launch) -> None:
    """The limit of KMS is 32,768 bytes (KMS quotas). 25 KB is our own limit, to leave space for later versions."""
    lists = {
        "KeyAdministrators": full_list("arn:aws:iam::123456789012:role/a"),
        "KeyUsers": full_list("arn:aws:iam::123456789012:root"),
    }
    for region in REGIONS:
        assert (
            size(key_policy(launch(region, **EVERYTHING, **lists, ReplicaRegions="eu-west-1,eu-central-1"))) <= 25_000
        )
        longest = ",".join(["ap-southeast-1"] * 33)
        assert size(key_policy(launch(region, **EVERYTHING, **lists, ReplicaRegions=longest))) <= 25_000


names = st.text(alphabet="abcXYZ019_+=.@/-", min_size=1, max_size=64)
arns = st.builds("arn:aws-us-gov:iam::123456789012:{}/{}".format, st.sampled_from(["role", "user"]), names)


@settings(max_examples=50, deadline=None)
@given(administrators=st.lists(arns, min_size=1, max_size=40), users=st.lists(arns, min_size=1, max_size=40))
def test_the_policy_has_the_given_principals(rendered: Rendered, administrators: list[str], users: list[str]) -> None:
    given_lists = {"KeyAdministrators": ", ".join(administrators), "KeyUsers": ",".join(users)}
    required = {
        "Alias": "a",
        "Description": "b",
        "Environment": "dev",
        "Service": "s3",
        "DataCategory": "public",
    }
    parameters = resolve_parameters(rendered.template, required | given_lists | EVERYTHING)
    assert parameters.problems == ()
    policy = key_policy(render(rendered.template, parameters.values, Pseudo("123456789012", "us-gov-west-1")))
    by_name = {statement["Sid"]: statement for statement in policy["Statement"]}
    assert by_name["KeyAdministratorsCannotUseTheKey"]["Principal"] == {"AWS": administrators}
    assert by_name["KeyUsersGrantToAwsServices"]["Principal"] == {"AWS": users}
    assert "NoValue" not in json.dumps(policy)
    assert size(policy) < 32_768


def test_tags(launch: Launch) -> None:
    def tags(**given: str) -> dict[str, str]:
        return {tag["Key"]: tag["Value"] for tag in launch(**given)["Resources"]["Key"]["Properties"]["Tags"]}

    plain = {
        "Environment": "dev",
        "Service": "s3",
        "DataCategory": "internal",
        "ManagedBy": "service-catalog",
        "kms:alias": "alias/dev/s3-data",
    }
    assert tags() == plain
    assert tags(Compliance="soc2") == {**plain, "Compliance": "soc2"}
