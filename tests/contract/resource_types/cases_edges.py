"""What stands at the edge: web ACLs, distributions, namespaces, schedules, rules, pipelines, and more of the logs."""

from __future__ import annotations

from functools import partial
from typing import Any

from tests.contract.resource_types.cases_network import VPC
from tests.contract.resource_types.cases_services import BALANCER, NETWORK
from tests.contract.resource_types.conftest import ACCOUNT, REGION, Case
from tests.contract.resource_types.reading import asks, listed, with_more

VISIBLE = {"CloudWatchMetricsEnabled": False, "MetricName": "m", "SampledRequestsEnabled": False}
ACL: dict[str, Any] = {"Scope": "REGIONAL", "DefaultAction": {"Allow": {}}, "VisibilityConfig": VISIBLE}
WEB_ACL = {"Type": "AWS::WAFv2::WebACL", "Properties": ACL}
BUCKET = "arn:aws:s3:::aws-waf-logs-one"
SEARCHED = {
    "FieldToMatch": {"UriPath": {}},
    "PositionalConstraint": "EXACTLY",
    "TextTransformations": [{"Priority": 0, "Type": "NONE"}],
}
FOUND = {"SearchString": b"/admin"}
NOT_FOUND = {"Statement": {"ByteMatchStatement": {**SEARCHED, "SearchStringBase64": "L2FkbWlu"}}}
RULE = {"Name": "r", "Priority": 1, "Statement": {"NotStatement": NOT_FOUND}, "VisibilityConfig": VISIBLE}
FUNCTION = f"arn:aws:cloudfront::{ACCOUNT}:function/one"
CERTIFICATE = {"Type": "AWS::CertificateManager::Certificate", "Properties": {"DomainName": "www.example.com"}}
SITE = {
    "Id": "site",
    "DomainName": "site.s3.us-east-1.amazonaws.com",
    "OriginAccessControlId": {"Ref": "Access"},
    "S3OriginConfig": {},
}
ORIGIN = {
    "Id": "one",
    "DomainName": "one.example.com",
    "CustomOriginConfig": {"OriginProtocolPolicy": "https-only", "OriginSSLProtocols": ["TLSv1.2"]},
}
BEHAVIOUR = {
    "TargetOriginId": "one",
    "ViewerProtocolPolicy": "https-only",
    "AllowedMethods": ["GET", "HEAD", "OPTIONS"],
    "CachedMethods": ["GET", "HEAD"],
    "FunctionAssociations": [{"EventType": "viewer-request", "FunctionARN": FUNCTION}],
    "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6",
}
CONFIG: dict[str, Any] = {
    "Enabled": True,
    "Origins": [ORIGIN, SITE],
    "ViewerCertificate": {"AcmCertificateArn": {"Ref": "Certificate"}, "SslSupportMethod": "sni-only"},
    "DefaultCacheBehavior": BEHAVIOUR,
    "Aliases": ["www.example.com"],
    "Restrictions": {"GeoRestriction": {"RestrictionType": "whitelist", "Locations": ["DE", "FR"]}},
}
SIGNED = {"OriginAccessControlOriginType": "s3", "SigningBehavior": "always", "SigningProtocol": "sigv4"}
ORIGIN_ACCESS = {
    "Type": "AWS::CloudFront::OriginAccessControl",
    "Properties": {"OriginAccessControlConfig": {"Name": "site", **SIGNED}},
}


def trust(service: str, *others: dict[str, Any]) -> dict[str, Any]:
    principals = ({"Service": f"{service}.amazonaws.com"}, *others)
    statements = [{"Effect": "Allow", "Principal": each, "Action": "sts:AssumeRole"} for each in principals]
    document = {"Version": "2012-10-17", "Statement": statements}
    return {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": document}}


PIPELINE_ROLE = trust(
    "events", {"AWS": ACCOUNT}, {"Service": ["codebuild.amazonaws.com", "codepipeline.amazonaws.com"]}
)


def firewall(last: str, reads: str, *arguments: Any, **more: Any) -> Case:
    """A type of WAF; its Ref is name, id and scope."""

    def read(world: Any, reference: str) -> Any:
        name, identifier, scope = reference.split("|")
        return getattr(world.client("wafv2"), reads)(Name=name, Id=identifier, Scope=scope)[last]

    def tags(world: Any, reference: str) -> Any:
        answer = world.client("wafv2").list_tags_for_resource(ResourceARN=read(world, reference)["ARN"])
        return {tag["Key"]: tag["Value"] for tag in answer["TagInfoForResource"]["TagList"]}

    return Case(
        f"AWS::WAFv2::{last}",
        arguments[0],
        read,
        *arguments[1:],
        tags=tags,
        denied=tuple(f"wafv2:{verb}{last}" for verb in ("Create", "Get")),
        denied_later=tuple(f"wafv2:{verb}{last}" for verb in ("Update", "Delete")),
        replaced={"Name": "another"},
        attributes=("Arn", "Id"),
        **more,
    )


def namespace(last: str, *, more: Any = None, **properties: Any) -> Case:
    return Case(
        f"AWS::ServiceDiscovery::{last}",
        {"Name": "one.local", **properties},
        asks("servicediscovery", "get_namespace", "Namespace", Id="@"),
        {"Name": "one.local"},
        changed={"Description": "two"},
        then={"Description": "two"},
        replaced={"Name": "two.local"},
        tags=lambda world, identifier: {
            tag["Key"]: tag["Value"]
            for tag in world.client("servicediscovery").list_tags_for_resource(
                ResourceARN=f"arn:aws:servicediscovery:{REGION}:{ACCOUNT}:namespace/{identifier}"
            )["Tags"]
        },
        denied=(f"servicediscovery:Create{last}", "servicediscovery:GetNamespace", "servicediscovery:TagResource"),
        denied_later=(f"servicediscovery:Update{last}", "servicediscovery:DeleteNamespace"),
        attributes=("Arn", "Id"),
        around=more or {},
    )


logs = partial(asks, "logs")
STAGES = [
    {
        "Name": name,
        "Actions": [
            {
                "Name": name,
                "ActionTypeId": {"Category": category, "Owner": "AWS", "Provider": provider, "Version": "1"},
                "Configuration": {"S3Bucket": "b", "S3ObjectKey": "k"},
            }
        ],
    }
    for name, category, provider in (("Source", "Source", "S3"), ("Deploy", "Deploy", "S3"))
]

CASES = (
    firewall(
        "WebACL",
        "get_web_acl",
        {**ACL, "Description": "one", "TokenDomains": ["example.com"]},
        {"DefaultAction": {"Allow": {}}, "Description": "one", "TokenDomains": ["example.com"]},
        changed={"DefaultAction": {"Block": {}}, "Description": None, "TokenDomains": None},
        then={"DefaultAction": {"Block": {}}, "Description": "", "TokenDomains": None},
    ),
    firewall(
        "IPSet",
        "get_ip_set",
        {"Scope": "REGIONAL", "IPAddressVersion": "IPV4", "Addresses": ["10.0.0.0/8"], "Description": "one"},
        {"Addresses": ["10.0.0.0/8"], "Description": "one"},
        changed={"Addresses": ["11.0.0.0/8"], "Description": None},
        then={"Addresses": ["11.0.0.0/8"], "Description": ""},
    ),
    firewall(
        "RegexPatternSet",
        "get_regex_pattern_set",
        {"Scope": "REGIONAL", "RegularExpressionList": ["a"]},
        {"RegularExpressionList": [{"RegexString": "a"}]},
        changed={"RegularExpressionList": ["b"]},
        then={"RegularExpressionList": [{"RegexString": "b"}]},
    ),
    firewall(
        "RuleGroup",
        "get_rule_group",
        {"Scope": "REGIONAL", "Capacity": 5, "VisibilityConfig": VISIBLE, "Rules": [RULE]},
        {"Capacity": 5, "Rules": [{"Statement": {"NotStatement": {"Statement": {"ByteMatchStatement": FOUND}}}}]},
        changed={"Description": "two"},
        then={"Description": "two"},
    ),
    Case(
        "AWS::WAFv2::WebACLAssociation",
        {"ResourceArn": {"Ref": "Balancer"}, "WebACLArn": {"Fn::GetAtt": ["Acl", "Arn"]}},
        asks("wafv2", "get_web_acl_for_resource", "WebACL", ResourceArn="@Balancer"),
        {"DefaultAction": {"Allow": {}}},
        denied=("wafv2:AssociateWebACL", "wafv2:GetWebACLForResource"),
        denied_later=("wafv2:DisassociateWebACL",),
        around={"Acl": WEB_ACL, "Balancer": BALANCER, **NETWORK},
    ),
    Case(
        "AWS::WAFv2::LoggingConfiguration",
        {"ResourceArn": {"Fn::GetAtt": ["Acl", "Arn"]}, "LogDestinationConfigs": [BUCKET]},
        asks("wafv2", "get_logging_configuration", "LoggingConfiguration", ResourceArn="@"),
        {"LogDestinationConfigs": [BUCKET]},
        changed={"RedactedFields": [{"Method": {}}]},
        then={"RedactedFields": [{"Method": {}}]},
        denied=("wafv2:PutLoggingConfiguration", "wafv2:GetLoggingConfiguration"),
        denied_later=("wafv2:DeleteLoggingConfiguration",),
        around={"Acl": WEB_ACL},
    ),
    namespace("HttpNamespace"),
    namespace("PrivateDnsNamespace", Vpc={"Ref": "Vpc"}, more={"Vpc": VPC}),
    namespace("PublicDnsNamespace"),
    Case(
        "AWS::ServiceDiscovery::Service",
        {"NamespaceId": {"Ref": "Space"}, "Description": "one", "ServiceAttributes": {"a": "b"}},
        with_more(
            asks("servicediscovery", "get_service", "Service", Id="@"),
            more=asks("servicediscovery", "get_service_attributes", "ServiceAttributes.Attributes", ServiceId="@"),
        ),
        {"Description": "one", "more": {"a": "b"}},
        changed={"Description": "two", "ServiceAttributes": {"c": "d"}},
        then={"Description": "two", "more": {"a": None, "c": "d"}},
        replaced={"Name": "another"},
        tags=lambda world, identifier: {
            tag["Key"]: tag["Value"]
            for tag in world.client("servicediscovery").list_tags_for_resource(
                ResourceARN=f"arn:aws:servicediscovery:{REGION}:{ACCOUNT}:service/{identifier}"
            )["Tags"]
        },
        denied=("servicediscovery:CreateService", "servicediscovery:UpdateServiceAttributes"),
        denied_later=("servicediscovery:UpdateService", "servicediscovery:DeleteService"),
        around={"Space": {"Type": "AWS::ServiceDiscovery::HttpNamespace", "Properties": {"Name": "space"}}},
        attributes=("Arn", "Id"),
    ),
    Case(
        "AWS::CloudFront::Distribution",
        {"DistributionConfig": CONFIG},
        asks("cloudfront", "get_distribution", "Distribution", Id="@"),
        {
            "DistributionConfig": {
                "Aliases": {"Quantity": 1, "Items": ["www.example.com"]},
                "DefaultCacheBehavior": {
                    "AllowedMethods": {"Quantity": 3, "CachedMethods": {"Quantity": 2}},
                    "FunctionAssociations": {"Items": [{"FunctionARN": FUNCTION}]},
                },
                "Origins": {"Items": [{"Id": "one"}, {"Id": "site"}]},
                "ViewerCertificate": {"CloudFrontDefaultCertificate": False},
                "Restrictions": {"GeoRestriction": {"Items": ["DE", "FR"]}},
            }
        },
        changed={"DistributionConfig": {**CONFIG, "Comment": "two", "Aliases": []}},
        then={"DistributionConfig": {"Comment": "two", "Aliases": {"Quantity": 0}}},
        tags=lambda world, identifier: {
            tag["Key"]: tag["Value"]
            for tag in world.client("cloudfront").list_tags_for_resource(
                Resource=f"arn:aws:cloudfront::{ACCOUNT}:distribution/{identifier}"
            )["Tags"]["Items"]
        },
        denied=("cloudfront:CreateDistribution", "cloudfront:TagResource", "cloudfront:GetDistribution"),
        denied_later=("cloudfront:UpdateDistribution", "cloudfront:DeleteDistribution"),
        around={"Certificate": CERTIFICATE, "Access": ORIGIN_ACCESS},
        attributes=("DomainName", "Id"),
    ),
    Case(
        "AWS::CloudFront::OriginAccessControl",
        {"OriginAccessControlConfig": {"Name": "one", **SIGNED}},
        asks("cloudfront", "get_origin_access_control", "OriginAccessControl", Id="@"),
        {"OriginAccessControlConfig": {"Name": "one"}},
        changed={"OriginAccessControlConfig": {"Name": "two", **SIGNED}},
        then={"OriginAccessControlConfig": {"Name": "two"}},
        denied=("cloudfront:CreateOriginAccessControl", "cloudfront:GetOriginAccessControl"),
        denied_later=("cloudfront:UpdateOriginAccessControl", "cloudfront:DeleteOriginAccessControl"),
        attributes=("Id",),
    ),
    Case(
        "AWS::CloudFront::Function",
        {
            "Name": "one",
            "AutoPublish": True,
            "FunctionCode": "function handler(e) { return e.request }",
            "FunctionConfig": {"Comment": "one", "Runtime": "cloudfront-js-2.0"},
        },
        lambda world, arn: world.client("cloudfront").describe_function(Name=arn.rpartition("/")[2])["FunctionSummary"],
        {"FunctionConfig": {"Comment": "one"}, "FunctionMetadata": {"Stage": "LIVE"}},
        changed={"FunctionConfig": {"Comment": "two", "Runtime": "cloudfront-js-2.0"}},
        then={"FunctionConfig": {"Comment": "two"}, "FunctionMetadata": {"Stage": "LIVE"}},
        replaced={"Name": "another"},
        tags=lambda world, arn: {
            tag["Key"]: tag["Value"]
            for tag in world.client("cloudfront").list_tags_for_resource(Resource=arn)["Tags"]["Items"]
        },
        denied=("cloudfront:CreateFunction", "cloudfront:PublishFunction", "cloudfront:DescribeFunction"),
        denied_later=("cloudfront:UpdateFunction", "cloudfront:DeleteFunction"),
        attributes=("FunctionARN", "Stage"),
    ),
    Case(
        "AWS::Scheduler::Schedule",
        {
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "ScheduleExpression": "rate(1 day)",
            "Target": {"Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:q", "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]}},
        },
        asks("scheduler", "get_schedule", Name="@"),
        {"ScheduleExpression": "rate(1 day)", "State": "ENABLED"},
        changed={"ScheduleExpression": "rate(2 days)", "State": "DISABLED"},
        then={"ScheduleExpression": "rate(2 days)", "State": "DISABLED"},
        replaced={"Name": "another"},
        denied=("scheduler:CreateSchedule", "scheduler:GetSchedule", "iam:PassRole"),
        denied_later=("scheduler:UpdateSchedule", "scheduler:DeleteSchedule"),
        around={"Role": trust("scheduler")},
        attributes=("Arn",),
    ),
    Case(
        "AWS::Scheduler::ScheduleGroup",
        {},
        asks("scheduler", "get_schedule_group", Name="@"),
        {"State": "ACTIVE"},
        replaced={"Name": "another"},
        tags=lambda world, name: listed(
            asks(
                "scheduler",
                "list_tags_for_resource",
                "Tags",
                ResourceArn=f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule-group/{name}",
            )
        )(world, name),
        denied=("scheduler:CreateScheduleGroup", "scheduler:TagResource", "scheduler:GetScheduleGroup"),
        denied_later=("scheduler:DeleteScheduleGroup",),
        attributes=("Arn",),
    ),
    Case(
        "AWS::Config::ConfigRule",
        {"Source": {"Owner": "AWS", "SourceIdentifier": "S3_BUCKET_VERSIONING_ENABLED"}},
        asks("config", "describe_config_rules", "ConfigRules.0", ConfigRuleNames=["@"]),
        {"ConfigRuleState": "ACTIVE"},
        changed={"Description": "two"},
        then={"Description": "two"},
        replaced={"ConfigRuleName": "another"},
        denied=("config:PutConfigRule", "config:DescribeConfigRules"),
        denied_later=("config:DeleteConfigRule",),
        attributes=("Arn", "ConfigRuleId"),
    ),
    Case(
        "AWS::CodePipeline::Pipeline",
        {
            "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
            "Stages": STAGES,
            "ArtifactStore": {"Type": "S3", "Location": "bucket"},
        },
        asks("codepipeline", "get_pipeline", "pipeline", name="@"),
        {"stages": [{"name": "Source"}, {"name": "Deploy"}]},
        changed={"Stages": [STAGES[0], {**STAGES[1], "Name": "Ship"}]},
        then={"stages": [{"name": "Source"}, {"name": "Ship"}]},
        replaced={"Name": "another"},
        tags=lambda world, name: listed(
            asks(
                "codepipeline",
                "list_tags_for_resource",
                "tags",
                resourceArn=f"arn:aws:codepipeline:{REGION}:{ACCOUNT}:{name}",
            ),
            "key",
            "value",
        )(world, name),
        denied=("codepipeline:CreatePipeline", "codepipeline:TagResource", "iam:PassRole"),
        denied_later=("codepipeline:UpdatePipeline", "codepipeline:DeletePipeline"),
        around={"Role": PIPELINE_ROLE},
        attributes=("Version",),
    ),
    Case(
        "AWS::Logs::LogStream",
        {"LogGroupName": {"Ref": "Group"}, "LogStreamName": "one"},
        logs("describe_log_streams", "logStreams.0", logGroupName="@Group", logStreamNamePrefix="@"),
        {"logStreamName": "one"},
        replaced={"LogStreamName": "two"},
        denied=("logs:CreateLogStream", "logs:DescribeLogStreams"),
        denied_later=("logs:DeleteLogStream",),
        around={"Group": {"Type": "AWS::Logs::LogGroup"}},
    ),
    Case(
        "AWS::Logs::ResourcePolicy",
        {"PolicyName": "one", "PolicyDocument": "{}"},
        lambda world, name: next(
            each
            for each in world.client("logs").describe_resource_policies()["resourcePolicies"]
            if each["policyName"] == name
        ),
        {"policyDocument": "{}"},
        changed={"PolicyDocument": '{"a": 1}'},
        then={"policyDocument": '{"a": 1}'},
        replaced={"PolicyName": "two"},
        denied=("logs:PutResourcePolicy", "logs:DescribeResourcePolicies"),
        denied_later=("logs:DeleteResourcePolicy",),
    ),
    Case(
        "AWS::Logs::QueryDefinition",
        {"Name": "one", "QueryString": "fields @message"},
        lambda world, identifier: next(
            each
            for each in world.client("logs").describe_query_definitions()["queryDefinitions"]
            if each["queryDefinitionId"] == identifier
        ),
        {"name": "one", "queryString": "fields @message"},
        changed={"QueryString": "fields @timestamp", "LogGroupNames": ["a"]},
        then={"queryString": "fields @timestamp", "logGroupNames": ["a"]},
        denied=("logs:PutQueryDefinition", "logs:DescribeQueryDefinitions"),
        denied_later=("logs:DeleteQueryDefinition",),
        attributes=("QueryDefinitionId",),
    ),
)
