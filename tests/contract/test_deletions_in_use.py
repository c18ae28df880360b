"""Deletions through a service's API of what something else uses, or of what every VPC has, are refused as in AWS."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.core.base_backend import BackendDict

from tests.contract.conftest import ACCOUNT, Sandbox
from tests.contract.test_refused_deletions import DATABASE, VISIBLE

Call = Callable[[], Any]


def network(it: Sandbox) -> tuple[str, list[str]]:
    ec2 = it.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=f"us-east-1{zone}")["Subnet"]
        for number, zone in ((1, "a"), (2, "b"))
    ]
    return vpc, [each["SubnetId"] for each in subnets]


def balancer(it: Sandbox, **more: Any) -> tuple[str, str, list[str]]:
    vpc, subnets = network(it)
    made = it.client("elbv2").create_load_balancer(Name="lb", Subnets=subnets, Scheme="internal", **more)
    return made["LoadBalancers"][0]["LoadBalancerArn"], vpc, subnets


def certificate(it: Sandbox) -> str:
    return str(it.client("acm").request_certificate(DomainName="a.example.com")["CertificateArn"])


def certificate_of_listener(it: Sandbox) -> Call:
    arn, (lb, vpc, _) = certificate(it), balancer(it)
    elb = it.client("elbv2")
    group = elb.create_target_group(Name="g", Protocol="HTTP", Port=80, VpcId=vpc)["TargetGroups"][0]["TargetGroupArn"]
    forward = [{"Type": "forward", "TargetGroupArn": group}]
    secured = {"Protocol": "HTTPS", "Port": 443, "Certificates": [{"CertificateArn": arn}]}
    elb.create_listener(LoadBalancerArn=lb, DefaultActions=forward, **secured)
    return partial(it.client("acm").delete_certificate, CertificateArn=arn)


def distribution(it: Sandbox, origin: Any = None, behaviour: Any = None, **more: Any) -> Any:
    custom = {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "https-only"}
    first = {"Id": "o", "DomainName": "a.example.com", "CustomOriginConfig": custom, **(origin or {})}
    config = {
        "CallerReference": "1",
        "Comment": "",
        "Enabled": True,
        "Origins": {"Quantity": 1, "Items": [first]},
        "DefaultCacheBehavior": {"TargetOriginId": "o", "ViewerProtocolPolicy": "allow-all", **(behaviour or {})},
    }
    return it.client("cloudfront").create_distribution(DistributionConfig=config | more)


def certificate_of_distribution(it: Sandbox) -> Call:
    arn = certificate(it)
    distribution(it, ViewerCertificate={"ACMCertificateArn": arn, "SSLSupportMethod": "sni-only"})
    return partial(it.client("acm").delete_certificate, CertificateArn=arn)


def enabled_distribution(it: Sandbox) -> Call:
    made = distribution(it)
    return partial(it.client("cloudfront").delete_distribution, Id=made["Distribution"]["Id"], IfMatch=made["ETag"])


def access_control(it: Sandbox) -> Call:
    edge = it.client("cloudfront")
    signing = {"SigningProtocol": "sigv4", "SigningBehavior": "always", "OriginAccessControlOriginType": "s3"}
    made = edge.create_origin_access_control(OriginAccessControlConfig={"Name": "c", **signing})
    number = made["OriginAccessControl"]["Id"]
    distribution(it, origin={"OriginAccessControlId": number})
    return partial(edge.delete_origin_access_control, Id=number, IfMatch=made["ETag"])


def edge_function(it: Sandbox) -> Call:
    edge = it.client("cloudfront")
    config = {"Comment": "", "Runtime": "cloudfront-js-2.0"}
    made = edge.create_function(Name="f", FunctionConfig=config, FunctionCode=b"function handler(e) {}")
    arn = made["FunctionSummary"]["FunctionMetadata"]["FunctionARN"]
    used = {"Quantity": 1, "Items": [{"FunctionARN": arn, "EventType": "viewer-request"}]}
    distribution(it, behaviour={"FunctionAssociations": used})
    return partial(edge.delete_function, Name="f", IfMatch=made["ETag"])


def vpn(it: Sandbox) -> tuple[str, str]:
    ec2 = it.client("ec2")
    customer = ec2.create_customer_gateway(Type="ipsec.1", PublicIp="12.1.2.3", BgpAsn=65000)["CustomerGateway"]
    gateway = ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]
    ids = {"CustomerGatewayId": customer["CustomerGatewayId"], "VpnGatewayId": gateway["VpnGatewayId"]}
    ec2.create_vpn_connection(Type="ipsec.1", **ids)
    return ids["CustomerGatewayId"], ids["VpnGatewayId"]


def of_vpc(it: Sandbox, plural: str) -> Any:
    found = getattr(it.client("ec2"), f"describe_{plural}")(Filters=[{"Name": "vpc-id", "Values": [network(it)[0]]}])
    return next(value for name, value in found.items() if name != "ResponseMetadata")[0]


def transit_gateway_table(it: Sandbox) -> Call:
    ec2, (vpc, subnets) = it.client("ec2"), network(it)
    gateway = ec2.create_transit_gateway()["TransitGateway"]["TransitGatewayId"]
    made = ec2.create_transit_gateway_route_table(TransitGatewayId=gateway)["TransitGatewayRouteTable"]
    ids = {"TransitGatewayRouteTableId": made["TransitGatewayRouteTableId"]}
    attachment = ec2.create_transit_gateway_vpc_attachment(TransitGatewayId=gateway, VpcId=vpc, SubnetIds=subnets[:1])[
        "TransitGatewayVpcAttachment"
    ]["TransitGatewayAttachmentId"]
    ec2.associate_transit_gateway_route_table(TransitGatewayAttachmentId=attachment, **ids)
    return partial(ec2.delete_transit_gateway_route_table, **ids)


def balancer_of_service(it: Sandbox) -> Call:
    arn, _, _ = balancer(it, Type="network")
    it.client("ec2").create_vpc_endpoint_service_configuration(NetworkLoadBalancerArns=[arn])
    return partial(it.client("elbv2").delete_load_balancer, LoadBalancerArn=arn)


def group_of_balancer(it: Sandbox) -> Call:
    vpc, subnets = network(it)
    group = it.client("ec2").create_security_group(GroupName="g", Description="d", VpcId=vpc)["GroupId"]
    it.client("elbv2").create_load_balancer(Name="lb", Subnets=subnets, Scheme="internal", SecurityGroups=[group])
    return partial(it.client("ec2").delete_security_group, GroupId=group)


def web_acl(it: Sandbox, **rule: Any) -> None:
    named = {"Name": "r", "Priority": 1, "VisibilityConfig": VISIBLE, **rule}
    acl = {"Name": "w", "Scope": "REGIONAL", "DefaultAction": {"Allow": {}}, "VisibilityConfig": VISIBLE}
    it.client("wafv2").create_web_acl(Rules=[named], **acl)


def rule_group(it: Sandbox) -> Call:
    group = {"Name": "g", "Scope": "REGIONAL"}
    made = it.client("wafv2").create_rule_group(**group, Capacity=9, VisibilityConfig=VISIBLE, Rules=[])["Summary"]
    web_acl(it, OverrideAction={"None": {}}, Statement={"RuleGroupReferenceStatement": {"ARN": made["ARN"]}})
    return partial(it.client("wafv2").delete_rule_group, **group, Id=made["Id"], LockToken=made["LockToken"])


def patterns(it: Sandbox) -> Call:
    named = {"Name": "p", "Scope": "REGIONAL"}
    made = it.client("wafv2").create_regex_pattern_set(**named, RegularExpressionList=[{"RegexString": "a"}])["Summary"]
    transformations = [{"Priority": 0, "Type": "NONE"}]
    used = {"ARN": made["ARN"], "FieldToMatch": {"UriPath": {}}, "TextTransformations": transformations}
    web_acl(it, Action={"Block": {}}, Statement={"RegexPatternSetReferenceStatement": used})
    return partial(it.client("wafv2").delete_regex_pattern_set, **named, Id=made["Id"], LockToken=made["LockToken"])


def launch_configuration(it: Sandbox) -> Call:
    scaling = it.client("autoscaling")
    scaling.create_launch_configuration(LaunchConfigurationName="l", ImageId="ami-12c6146b", InstanceType="t3.micro")
    group = {"LaunchConfigurationName": "l", "MinSize": 0, "MaxSize": 1, "AvailabilityZones": ["us-east-1a"]}
    scaling.create_auto_scaling_group(AutoScalingGroupName="a", **group)
    return partial(scaling.delete_launch_configuration, LaunchConfigurationName="l")


def option_group(it: Sandbox) -> Call:
    rds = it.client("rds")
    engine = {"EngineName": "mysql", "MajorEngineVersion": "8.0"}
    rds.create_option_group(OptionGroupName="o", OptionGroupDescription="d", **engine)
    rds.create_db_instance(**DATABASE, OptionGroupName="o")
    return partial(rds.delete_option_group, OptionGroupName="o")


def warehouse_parameters(it: Sandbox) -> Call:
    redshift = it.client("redshift")
    redshift.create_cluster_parameter_group(
        ParameterGroupName="p", ParameterGroupFamily="redshift-1.0", Description="d"
    )
    node = {"NodeType": "ra3.xlplus", "ClusterType": "single-node"}
    owner = {"MasterUsername": "owner", "MasterUserPassword": "Password1"}
    redshift.create_cluster(ClusterIdentifier="c", ClusterParameterGroupName="p", **node, **owner)
    return partial(redshift.delete_cluster_parameter_group, ParameterGroupName="p")


def migration(it: Sandbox) -> dict[str, str]:
    dms, kind = it.client("dms"), {"ReplicationInstanceClass": "dms.t3.micro"}
    instance = dms.create_replication_instance(ReplicationInstanceIdentifier="i", **kind)["ReplicationInstance"]
    server = {"EngineName": "mysql", "ServerName": "h", "Port": 3306, "Username": "u", "Password": "p"}
    arns = {
        f"{end.title()}EndpointArn": dms.create_endpoint(EndpointIdentifier=end, EndpointType=end, **server)[
            "Endpoint"
        ]["EndpointArn"]
        for end in ("source", "target")
    } | {"ReplicationInstanceArn": instance["ReplicationInstanceArn"]}
    task = {"ReplicationTaskIdentifier": "t", "MigrationType": "full-load", "TableMappings": "{}"}
    dms.create_replication_task(**task, **arns)
    return arns


def mapped_rest_api(it: Sandbox) -> Call:
    apis = it.client("apigateway")
    api = apis.create_rest_api(name="a")["id"]
    root = apis.get_resources(restApiId=api)["items"][0]["id"]
    method = {"restApiId": api, "resourceId": root, "httpMethod": "GET"}
    apis.put_method(**method, authorizationType="NONE")
    apis.put_integration(**method, type="MOCK")
    apis.create_deployment(restApiId=api, stageName="s")
    arn = f"arn:aws:acm:us-east-1:{ACCOUNT}:certificate/c"
    apis.create_domain_name(domainName="a.example.com", regionalCertificateArn=arn)
    apis.create_base_path_mapping(domainName="a.example.com", restApiId=api, stage="s")
    return partial(apis.delete_rest_api, restApiId=api)


def rest_authorizer(it: Sandbox) -> Call:
    apis = it.client("apigateway")
    api = apis.create_rest_api(name="a")["id"]
    root = apis.get_resources(restApiId=api)["items"][0]["id"]
    pool = f"arn:aws:cognito-idp:us-east-1:{ACCOUNT}:userpool/us-east-1_a"
    source = {"identitySource": "method.request.header.Authorization", "providerARNs": [pool]}
    made = apis.create_authorizer(restApiId=api, name="a", type="COGNITO_USER_POOLS", **source)["id"]
    kind = {"authorizationType": "COGNITO_USER_POOLS", "authorizerId": made}
    apis.put_method(restApiId=api, resourceId=root, httpMethod="GET", **kind)
    return partial(apis.delete_authorizer, restApiId=api, authorizerId=made)


def http_api(it: Sandbox) -> dict[str, str]:
    """An HTTP API with a stage, and a route with an authorizer and an integration through a VPC link."""
    apis = it.client("apigatewayv2")
    api = apis.create_api(Name="a", ProtocolType="HTTP")["ApiId"]
    apis.create_stage(ApiId=api, StageName="s")
    settings = {"Audience": ["a"], "Issuer": "https://a.example.com"}
    source = {"IdentitySource": ["$request.header.Authorization"], "JwtConfiguration": settings}
    authorizer = apis.create_authorizer(ApiId=api, Name="jwt", AuthorizerType="JWT", **source)["AuthorizerId"]
    link = apis.create_vpc_link(Name="l", SubnetIds=network(it)[1])["VpcLinkId"]
    target = {"IntegrationUri": "https://a.example.com", "IntegrationMethod": "GET", "PayloadFormatVersion": "1.0"}
    integration = apis.create_integration(
        ApiId=api, IntegrationType="HTTP_PROXY", ConnectionType="VPC_LINK", ConnectionId=link, **target
    )["IntegrationId"]
    apis.create_route(
        ApiId=api,
        RouteKey="GET /",
        AuthorizationType="JWT",
        AuthorizerId=authorizer,
        Target=f"integrations/{integration}",
    )
    arn = f"arn:aws:acm:us-east-1:{ACCOUNT}:certificate/c"
    apis.create_domain_name(DomainName="a.example.com", DomainNameConfigurations=[{"CertificateArn": arn}])
    apis.create_api_mapping(DomainName="a.example.com", ApiId=api, Stage="s")
    return {"ApiId": api, "AuthorizerId": authorizer, "IntegrationId": integration, "VpcLinkId": link}


def of_http_api(it: Sandbox, operation: str, *names: str) -> Call:
    made = http_api(it)
    return partial(getattr(it.client("apigatewayv2"), operation), **{name: made[name] for name in names})


def thing_type(it: Sandbox, deprecated: bool) -> Call:
    iot = it.client("iot")
    iot.create_thing_type(thingTypeName="k")
    iot.create_thing(thingName="t", thingTypeName="k")
    if deprecated:
        iot.deprecate_thing_type(thingTypeName="k")
    return partial(iot.delete_thing_type, thingTypeName="k")


def bus_with_a_rule(it: Sandbox) -> Call:
    it.client("events").create_event_bus(Name="b")
    it.client("events").put_rule(Name="r", EventBusName="b", EventPattern='{"source": ["a"]}')
    return partial(it.client("events").delete_event_bus, Name="b")


def profile(it: Sandbox) -> Call:
    config = it.client("appconfig")
    ids = {"ApplicationId": config.create_application(Name="a")["Id"]}
    ids["ConfigurationProfileId"] = config.create_configuration_profile(**ids, Name="p", LocationUri="hosted")["Id"]
    config.create_hosted_configuration_version(**ids, Content=b"a", ContentType="text/plain")
    return partial(config.delete_configuration_profile, **ids)


def baseline(it: Sandbox) -> Call:
    made = it.client("ssm").create_patch_baseline(Name="base")["BaselineId"]
    it.client("ssm").register_patch_baseline_for_patch_group(BaselineId=made, PatchGroup="g")
    return partial(it.client("ssm").delete_patch_baseline, BaselineId=made)


def version(it: Sandbox) -> Call:
    functions, code = it.client("lambda"), io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("i.py", "")
    made = {"Runtime": "python3.13", "Handler": "i.h", "Role": it.role("r"), "Code": {"ZipFile": code.getvalue()}}
    functions.create_function(FunctionName="f", Publish=True, **made)
    functions.create_alias(FunctionName="f", Name="live", FunctionVersion="1")
    return partial(functions.delete_function, FunctionName="f", Qualifier="1")


@pytest.mark.parametrize(
    ("used", "words"),
    [
        (certificate_of_listener, f"in account {ACCOUNT} is in use."),
        (certificate_of_distribution, f"in account {ACCOUNT} is in use."),
        (enabled_distribution, "has not been disabled"),
        (access_control, "in use by one or more distributions"),
        (edge_function, "attached to one or more cache behaviors"),
        (lambda it: partial(it.client("ec2").delete_customer_gateway, CustomerGatewayId=vpn(it)[0]), "is in use"),
        (lambda it: partial(it.client("ec2").delete_vpn_gateway, VpnGatewayId=vpn(it)[1]), "is in use"),
        (
            lambda it: partial(
                it.client("ec2").delete_security_group, GroupId=of_vpc(it, "security_groups")["GroupId"]
            ),
            "cannot be deleted by a user",
        ),
        (
            lambda it: partial(
                it.client("ec2").delete_network_acl, NetworkAclId=of_vpc(it, "network_acls")["NetworkAclId"]
            ),
            "cannot delete default network ACL",
        ),
        (
            lambda it: partial(
                it.client("ec2").delete_route_table, RouteTableId=of_vpc(it, "route_tables")["RouteTableId"]
            ),
            "has dependencies and cannot be deleted",
        ),
        (transit_gateway_table, "has non-deleted associations"),
        (balancer_of_service, "currently associated with another service"),
        (group_of_balancer, "has a dependent object"),
        (lambda it: partial(it.client("ec2").delete_subnet, SubnetId=balancer(it)[2][0]), "has dependencies"),
        (rule_group, "your resource is being used by another resource"),
        (patterns, "your resource is being used by another resource"),
        (launch_configuration, "because it is attached to AutoScalingGroup a"),
        (option_group, "cannot be deleted because it is in use"),
        (warehouse_parameters, "is associated with a cluster"),
        (
            lambda it: partial(it.client("dms").delete_endpoint, EndpointArn=migration(it)["TargetEndpointArn"]),
            "in use by one or more replication tasks",
        ),
        (mapped_rest_api, "Please remove all base path mappings related to the RestApi in your domains: a.example.com"),
        (rest_authorizer, "is referenced in method: GET/"),
        (lambda it: of_http_api(it, "delete_api", "ApiId"), "Please remove all API mappings for the API"),
        (lambda it: of_http_api(it, "delete_authorizer", "ApiId", "AuthorizerId"), "is referenced in route: GET /"),
        (lambda it: of_http_api(it, "delete_integration", "ApiId", "IntegrationId"), "by the following Routes"),
        (lambda it: of_http_api(it, "delete_vpc_link", "VpcLinkId"), "is referenced in .GET:"),
        (lambda it: thing_type(it, deprecated=False), "Please deprecate"),
        (lambda it: thing_type(it, deprecated=True), "There are things associated with it"),
        (version, "because the following aliases reference it: .live"),
        (bus_with_a_rule, "can't be deleted since it has rules"),
        (profile, "because there are still hosted configuration versions existing under it"),
        (baseline, "is registered for a patch group"),
    ],
)
def test_what_is_in_use_stays(local: Sandbox, used: Callable[[Sandbox], Call], words: str) -> None:
    with pytest.raises(ClientError, match=words):
        used(local)()


@pytest.fixture(autouse=True)
def empty() -> None:
    BackendDict.reset()
