"""Derivation of launch roles: kms_key, a store of four services, and properties that hold for all types."""

from __future__ import annotations

import random
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.check.handlers import HANDLERS, resource_handlers
from catalog.check.iam_actions import iam_action
from catalog.check.schemas import region_types
from catalog.errors import ContentError
from catalog.roles.additions import ADDITIONS
from catalog.roles.cover import covers
from catalog.roles.derive import DerivedPermissions, ProductVersion, derive
from catalog.roles.narrowing import NARROWINGS, SCOPES
from tests.unit.roles.conftest import (
    REGIONS,
    STORE,
    STORE_SECTIONS,
    actions,
    resources,
    statement,
    version,
    with_resource,
)

WRITTEN_BY_HAND = {
    "kms:CreateAlias",
    "kms:CreateKey",
    "kms:DeleteAlias",
    "kms:DescribeKey",
    "kms:DisableKey",
    "kms:DisableKeyRotation",
    "kms:EnableKey",
    "kms:EnableKeyRotation",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListAliases",
    "kms:ListResourceTags",
    "kms:PutKeyPolicy",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateAlias",
    "kms:UpdateKeyDescription",
    "iam:CreateServiceLinkedRole",
}
"""The permissions of kms_key 1.0.0 before they were derived. A person read them from the handlers' source."""

SOFT_FAIL = (
    "only the read handler calls it, and it ignores a refusal (softFailAccessDenied in "
    "aws-cloudformation-resource-providers-kms)"
)
KEYS = "arn:${AWS::Partition}:kms:*:${AWS::AccountId}:key/*"
ALIASES = "arn:${AWS::Partition}:kms:*:${AWS::AccountId}:alias/*"


def test_kms_key_lacks_only_actions_that_its_template_does_not_need(derived: DerivedPermissions) -> None:
    assert actions(derived) - WRITTEN_BY_HAND == set()
    assert {action: derived.left_out[action] for action in WRITTEN_BY_HAND - actions(derived)} == {
        "kms:DisableKey": "Enabled is never false (aws-cloudformation-resource-providers-kms)",
        "kms:DisableKeyRotation": "EnableKeyRotation never changes: an update disables rotation only when it turns "
        "false (aws-cloudformation-resource-providers-kms)",
        "kms:EnableKey": "Enabled never changes: an update enables a key only when it turns true "
        "(aws-cloudformation-resource-providers-kms)",
        "kms:GetKeyPolicy": SOFT_FAIL,
        "kms:GetKeyRotationStatus": SOFT_FAIL,
        "kms:UpdateAlias": "the alias always targets the same key of the template, and CloudFormation never "
        "replaces an AWS::KMS::Key",
    }


def test_kms_key_has_only_two_actions_on_every_resource(derived: DerivedPermissions) -> None:
    wide = {action for statement in derived.permissions if "*" in statement.resources for action in statement.actions}
    assert wide == {"kms:CreateKey", "kms:ListAliases"}
    assert resources(derived, "kms:DeleteAlias") == {KEYS, ALIASES}
    assert resources(derived, "kms:PutKeyPolicy") == {KEYS}
    permission = statement(derived, "iam:CreateServiceLinkedRole")
    assert permission.resources[0].endswith("/AWSServiceRoleForKeyManagementServiceMultiRegionKeys")
    assert permission.conditions["StringEquals"]["iam:AWSServiceName"] == "mrk.kms.amazonaws.com"


def test_the_role_of_kms_key_cannot_encrypt_decrypt_or_sign(derived: DerivedPermissions) -> None:
    using = re.compile(r"kms:(\*|.*(Encrypt|Decrypt|DataKey|Grant|Sign|Verify|Mac|Random|Secret)).*")
    assert [action for action in actions(derived) if using.fullmatch(action) or "*" in action] == []


KEY: dict[str, Any] = {"KeyPolicy": {}, "EnableKeyRotation": True}
SWITCH = {"Parameters": {"On": {"Type": "String", "AllowedValues": ["true", "false"]}}}
ALWAYS = {"Parameters": {"On": {"Type": "String", "AllowedValues": ["true"]}}}
FREE = {"Parameters": {"On": {"Type": "String"}}}
ON: dict[str, Any] = {"Ref": "On"}


@pytest.mark.parametrize(
    ("properties", "sections", "action", "needed"),
    [
        ({}, {}, "kms:DisableKeyRotation", False),
        ({"EnableKeyRotation": "true"}, {}, "kms:DisableKeyRotation", False),
        ({"EnableKeyRotation": ON}, SWITCH, "kms:DisableKeyRotation", True),
        ({"EnableKeyRotation": ON}, ALWAYS, "kms:DisableKeyRotation", False),
        ({"EnableKeyRotation": ON}, FREE, "kms:DisableKeyRotation", True),
        ({"EnableKeyRotation": {"Ref": "AWS::NoValue"}}, {}, "kms:EnableKeyRotation", False),
        ({"EnableKeyRotation": "{{resolve:ssm:rotation}}"}, {}, "kms:DisableKeyRotation", True),
        ({}, {}, "iam:CreateServiceLinkedRole", False),
        ({"MultiRegion": False}, {}, "iam:CreateServiceLinkedRole", False),
        ({"MultiRegion": True}, {}, "iam:CreateServiceLinkedRole", True),
        ({"MultiRegion": ON}, SWITCH, "iam:CreateServiceLinkedRole", True),
        ({"MultiRegion": ON}, {"Parameters": {"On": {"Type": "String", "AllowedValues": ["false"]}}},
         "iam:CreateServiceLinkedRole", False),
        ({"Enabled": ON}, SWITCH, "kms:DisableKey", True),
        ({"Enabled": False}, {}, "kms:DisableKey", True),
        ({"Enabled": False}, {}, "kms:EnableKey", False),
        ({"Description": "Fixed"}, {}, "kms:UpdateKeyDescription", False),
        ({"Description": ON}, SWITCH, "kms:UpdateKeyDescription", True),
        ({}, {}, "kms:UpdateKeyDescription", False),
        ({}, {}, "kms:TagResource", True),  # Service Catalog's AutoTags
        ({}, {}, "kms:ImportKeyMaterial", False),
        ({}, {}, "kms:ListKeys", False),
    ],
)  # fmt: skip
def test_a_key_needs_only_actions_that_its_template_can_cause(
    properties: dict[str, Any], sections: dict[str, Any], action: str, needed: bool
) -> None:
    role = derive([version({"Key": {"Type": "AWS::KMS::Key", "Properties": KEY | properties}}, **sections)], REGIONS)
    assert (action in actions(role)) is needed
    assert needed or action not in resource_actions("AWS::KMS::Key") or role.left_out[action]


def resource_actions(resource_type: str) -> frozenset[str]:
    handlers = resource_handlers(resource_type, REGIONS)
    assert handlers
    return handlers.iam_actions()


def test_a_change_from_a_retired_version_counts() -> None:
    rotating = {"Key": {"Type": "AWS::KMS::Key", "Properties": {"EnableKeyRotation": True}}}
    still = {"Key": {"Type": "AWS::KMS::Key", "Properties": {"EnableKeyRotation": False}}}
    assert "kms:DisableKeyRotation" not in actions(derive([version(still)], REGIONS))
    assert "kms:DisableKeyRotation" in actions(derive([version(still), version(rotating, active=False)], REGIONS))


def test_an_alias_that_can_get_another_target_needs_update() -> None:
    def alias(target: Any, *ids: str) -> ProductVersion:
        keys = {name: {"Type": "AWS::KMS::Key", "Properties": {}} for name in ids}
        properties = {"AliasName": "alias/x", "TargetKeyId": target}
        return version({**keys, "Alias": {"Type": "AWS::KMS::Alias", "Properties": properties}})

    fixed = [alias({"Ref": "Key"}, "Key"), alias({"Ref": "Key"}, "Key")]
    assert "kms:UpdateAlias" not in actions(derive(fixed, REGIONS))
    assert "kms:UpdateAlias" not in actions(derive([alias({"Fn::GetAtt": "Key.KeyId"}, "Key")], REGIONS))
    assert "kms:UpdateAlias" in actions(derive([*fixed, alias({"Ref": "Other"}, "Other")], REGIONS))
    assert "kms:UpdateAlias" in actions(derive([alias({"Ref": "Parameter"})], REGIONS))


def test_a_resource_of_only_a_retired_version_is_read_and_deleted_but_not_created() -> None:
    retired = version({"Queue": {"Type": "AWS::SQS::Queue", "Properties": {}}}, active=False)
    role = derive([with_resource("AWS::SNS::Topic"), retired], REGIONS)
    queue = {action for action in actions(role) if action.startswith("sqs:")}
    assert queue == {"sqs:DeleteQueue", "sqs:GetQueueAttributes", "sqs:ListQueueTags"}
    assert role.left_out["sqs:CreateQueue"].startswith("no active version")


def test_a_resource_whose_condition_is_never_true_needs_nothing() -> None:
    never = {"Conditions": {"Never": {"Fn::And": [{"Fn::Equals": [ON, "true"]}, {"Condition": "Off"}]},
                            "Off": {"Fn::Equals": [ON, "false"]}}}  # fmt: skip
    queue = {"Queue": {"Type": "AWS::SQS::Queue", "Condition": "Never", "Properties": {}}}
    assert derive([version(queue, **SWITCH, **never)], REGIONS).permissions == ()
    assert derive([version(queue, **FREE, **never)], REGIONS).permissions != ()


def test_a_store_of_four_services(store: ProductVersion) -> None:
    role = derive([store], REGIONS)
    bucket = "arn:${AWS::Partition}:s3:::acme-*-${AWS::AccountId}"
    assert resources(role, "s3:CreateBucket") == {bucket}
    assert resources(role, "s3:PutBucketPolicy") == {bucket}
    assert resources(role, "s3:DeleteObject") == set()  # CloudFormation deletes only empty buckets
    assert resources(role, "s3:ListAllMyBuckets") == set()
    topic = "arn:${AWS::Partition}:sns:*:${AWS::AccountId}:"
    assert resources(role, "sns:CreateTopic") == {f"{topic}alerts-dev", f"{topic}alerts-prod"}
    assert resources(role, "sns:Subscribe") == {f"{topic}*"}  # on a topic that a parameter names
    stack = "SC-${AWS::AccountId}-pp-*"  # the name that CloudFormation generates begins with the stack's
    assert resources(role, "sqs:CreateQueue") == {f"arn:${{AWS::Partition}}:sqs:*:${{AWS::AccountId}}:{stack}"}
    table = "arn:${AWS::Partition}:dynamodb:*:${AWS::AccountId}:table/"
    assert resources(role, "dynamodb:CreateTable") == {f"{table}orders", f"{table}{stack}"}  # its name can be absent
    given = actions(role)
    assert {"s3:PutBucketVersioning", "s3:PutBucketPublicAccessBlock", "dynamodb:UpdateTimeToLive"} <= given
    assert not given & {"s3:PutBucketCORS", "s3:PutReplicationConfiguration", "iam:PassRole", "kms:Decrypt"}
    assert not {action for action in given if action.startswith(("s3tables:", "kinesis:", "logs:"))}

    assert {action: reason for action, reason in role.left_out.items() if "IAM has no action" in reason}.keys() >= {
        "s3:DeleteBucketEncryption",
        "s3:GetObjectMetadata",
    }


def test_a_log_group_has_the_actions_of_its_properties() -> None:
    policies = {"logs:PutResourcePolicy", "logs:PutIndexPolicy", "logs:PutDataProtectionPolicy"}
    assert not policies & actions(derive([with_resource("AWS::Logs::LogGroup")], REGIONS))
    everything = {"ResourcePolicyDocument": {}, "FieldIndexPolicies": [], "DataProtectionPolicy": {"Ref": "Policy"}}
    assert policies <= actions(derive([with_resource("AWS::Logs::LogGroup", **everything)], REGIONS))


def test_roles_are_passed_only_to_the_service_of_the_type() -> None:
    role = derive([with_resource("AWS::S3::Bucket", ReplicationConfiguration={"Role": "x"})], REGIONS)
    assert statement(role, "iam:PassRole").conditions["StringEquals"] == {
        "iam:PassedToService": "s3.amazonaws.com",
        "aws:CalledViaFirst": "cloudformation.amazonaws.com",
    }


def test_only_cloudformation_may_call_unless_called_via_is_off(store: ProductVersion) -> None:
    for permission in derive([store], REGIONS).permissions:
        assert permission.conditions["StringEquals"]["aws:CalledViaFirst"] == "cloudformation.amazonaws.com"
    for permission in derive([store], REGIONS, called_via=False).permissions:
        assert permission.conditions == {}


def test_every_statement_has_a_unique_sid_and_a_reason(store: ProductVersion, kms_key: ProductVersion) -> None:
    permissions = derive([store, kms_key], REGIONS).permissions
    sids = [permission.sid for permission in permissions]
    assert len(sids) == len(set(sids))
    assert all(re.fullmatch("[A-Za-z0-9]+", sid) for sid in sids)
    for permission in permissions:
        assert "Handlers of AWS::" in permission.reason
        assert "*" not in permission.resources or "has no resource types for these" in permission.reason


def test_types_without_handlers_are_named() -> None:
    role = derive(
        [version({"Stack": {"Type": "AWS::CloudFormation::Stack"}, "Mine": {"Type": "Acme::Mine::Thing"}})], REGIONS
    )
    where = "products/store.py: resource"
    assert role.underivable == {
        f"{where} Mine of type Acme::Mine::Thing": "cfn-lint's schemas have no handlers for the type",
        f"{where} Stack of type AWS::CloudFormation::Stack": "its resources are in another template",
    }
    handle = with_resource("AWS::CloudFormation::WaitConditionHandle")
    assert derive([handle], REGIONS) == DerivedPermissions()


@pytest.mark.parametrize(
    "template",
    [
        {"Transform": {"no": "name"}, "Resources": {}},
        {"Resources": {"Function": {"Type": "AWS::Lambda::Function", "Properties": {"Role": {"Fn::Sub": None}}}}},
        {"Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Condition": "Bad"}},
         "Conditions": {"Bad": {"Fn::Equals": ["x"]}}},
    ],
)  # fmt: skip
def test_the_error_of_an_unreadable_template_names_product_and_version(template: dict[str, Any]) -> None:
    with pytest.raises(ContentError, match=r"products/store.py: no launch role can be derived for version 1\.0\.0"):
        derive([ProductVersion("store", "1.0.0", template)], REGIONS)


def test_what_rules_look_up_is_needed() -> None:
    asserts = [
        {"Assert": {"Fn::Contains": [{"Fn::RefAll": "AWS::EC2::VPC::Id"}, "vpc-1"]}},
        {"Assert": {"Fn::Equals": [{"Fn::ValueOf": ["Net", "DefaultNetworkAcl"]}, "acl-1"]}},
    ]
    role = derive([version({"It": {"Type": "AWS::SNS::Topic"}}, Rules={"R": {"Assertions": asserts}})], REGIONS)
    assert {"ec2:DescribeVpcs", "ec2:DescribeNetworkAcls"} <= actions(role)


def test_outputs_of_other_stacks_are_read_by_the_role_or_by_the_one_that_it_assumes() -> None:
    def named(**named: Any) -> dict[str, Any]:
        return {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Fn::GetStackOutput": named}}}

    reader = "arn:aws:iam::111122223333:role/reader"
    topics = {
        "Here": named(StackName="network", OutputName="Vpc", Region="eu-west-1"),
        "There": named(StackName="network", OutputName="Vpc", RoleArn=reader),
    }
    role = derive([version(topics)], REGIONS)
    stack = "arn:${AWS::Partition}:cloudformation:%s:${AWS::AccountId}:stack/%s/*"
    assert resources(role, "cloudformation:DescribeStacks") == {stack % ("eu-west-1", "network")}
    assert resources(role, "sts:AssumeRole") == {reader}
    own = derive([version({"It": named(StackName={"Ref": "AWS::StackName"}, OutputName="Vpc")})], REGIONS)
    assert resources(own, "cloudformation:DescribeStacks") == {stack % ("*", "*")}


def test_the_lookups_of_cloudformation_are_needed() -> None:
    parameters = {
        "Ami": {"Type": "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>", "AllowedValues": ["/ami/a"]},
        "Net": {"Type": "List<AWS::EC2::Subnet::Id>"},
    }
    password = "{{resolve:secretsmanager:db/main:SecretString:password}}"  # noqa: S105  # its name
    queue = {"It": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": password, "Tags": {"Fn::GetAZs": ""}}}}
    role = derive([version(queue, Parameters=parameters)], REGIONS)
    assert resources(role, "ssm:GetParameters") == {"arn:${AWS::Partition}:ssm:*:${AWS::AccountId}:parameter/ami/a"}
    assert resources(role, "secretsmanager:GetSecretValue") == {
        "arn:${AWS::Partition}:secretsmanager:*:${AWS::AccountId}:secret:db/main-??????"
    }
    assert {"ec2:DescribeSubnets", "ec2:DescribeAvailabilityZones"} <= actions(role)
    assert "parameter Net of type AWS::EC2::Subnet::Id" in statement(role, "ec2:DescribeSubnets").reason
    retired = version(queue, active=False, Parameters=parameters)
    assert {action.split(":")[0] for action in actions(derive([retired], REGIONS))} == {"sqs"}
    extended = derive([version(queue, Transform="AWS::LanguageExtensions")], REGIONS)
    assert resources(extended, "cloudformation:CreateChangeSet") == {
        "arn:${AWS::Partition}:cloudformation:*:aws:transform/LanguageExtensions"
    }


# ------------------------------------------------------------------------------------------------- properties of all

TYPES = sorted(set(region_types("us-east-1")) - {"AWS::CloudFormation::Stack"})
SAMPLE = random.Random(4).sample(TYPES, 150)  # noqa: S311  # a sample, the same in each run


def granted(derived: DerivedPermissions, action: str, arn: str) -> bool:
    return any(
        action in permission.actions and any(covers(pattern, arn) for pattern in permission.resources)
        for permission in derived.permissions
    )


@pytest.mark.parametrize("resource_type", ["AWS::S3::Bucket", "AWS::DynamoDB::Table", *SAMPLE])
def test_every_action_of_a_role_exists_and_is_listed_by_a_handler(resource_type: str) -> None:
    handlers = resource_handlers(resource_type, REGIONS)
    role = derive([with_resource(resource_type)], REGIONS)
    listed = handlers.iam_actions() if handlers else frozenset()
    added = {row.action for row in ADDITIONS if row.resource_type == resource_type}
    assert actions(role) <= listed | added
    assert actions(role) | set(role.left_out) >= listed
    for action in actions(role):
        assert iam_action(action), action
    for permission in role.permissions:
        assert all(arn == "*" or arn.startswith("arn:") for arn in permission.resources)


SOME = st.sampled_from(
    [
        with_resource("AWS::KMS::Key", EnableKeyRotation=True),
        with_resource("AWS::KMS::Key", EnableKeyRotation=False, MultiRegion=True),
        with_resource("AWS::S3::Bucket", BucketName="acme-data", CorsConfiguration={}),
        with_resource("AWS::S3::Bucket", BucketName="acme-other"),
        with_resource("AWS::S3::Bucket"),
        with_resource("AWS::SNS::Topic", TopicName="alerts"),
        with_resource("AWS::SNS::Topic", TopicName="alerts", DeliveryStatusLogging=[]),
        with_resource("AWS::SNS::Subscription", SubscriptionRoleArn="x"),
        version(STORE, **STORE_SECTIONS),
        version(STORE, active=False, **STORE_SECTIONS),
    ]
)


@settings(deadline=None, max_examples=60)
@given(st.lists(SOME, min_size=1, max_size=4), SOME)
def test_another_version_removes_no_permission(versions: list[ProductVersion], another: ProductVersion) -> None:
    before, after = derive(versions, REGIONS), derive([*versions, another], REGIONS)
    for permission in before.permissions:
        for action in permission.actions:
            for arn in permission.resources:
                assert granted(after, action, arn), (action, arn)


# -------------------------------------------------------------------------------------------------------- the tables


def test_the_tables_name_actions_of_handlers_or_additions() -> None:
    for row in NARROWINGS:
        assert set(row.actions) <= resource_actions(row.resource_type), row
        assert all(iam_action(action) for action in row.actions), row
    for addition in ADDITIONS:
        assert addition.action not in resource_actions(addition.resource_type)
        assert iam_action(addition.action)
    for scope in SCOPES:
        assert iam_action(scope.action)
        if not any(row.action == scope.action for row in ADDITIONS):
            assert scope.action in resource_actions(scope.resource_type), scope


def test_handlers_of_all_regions_count_and_an_unknown_region_is_an_error() -> None:
    both = resource_handlers("AWS::KMS::Key", ("us-east-1", "cn-north-1"))
    assert both
    assert set(both.permissions) == set(HANDLERS)
    assert resource_handlers("AWS::No::Such", REGIONS) is None
    with pytest.raises(ContentError, match="does not know Region 'mars-1'"):
        resource_handlers("AWS::KMS::Key", ("mars-1",))
