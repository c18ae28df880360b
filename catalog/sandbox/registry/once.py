"""Types of which a second one is refused by their handlers alone, because the call that creates also changes.

Source: resource type handler contract, "Create handlers": if the primary identifier is in the input, and a resource
with it exists, the handler fails with AlreadyExists. CloudFormation's contract tests look at it.
"""

from __future__ import annotations

ONCE = frozenset(
    {
        "AWS::ApiGateway::Method",
        "AWS::ApiGatewayV2::Stage",
        "AWS::ApplicationAutoScaling::ScalableTarget",
        "AWS::AutoScaling::WarmPool",
        "AWS::Cognito::UserPoolDomain",
        "AWS::Cognito::UserPoolIdentityProvider",
        "AWS::Config::AggregationAuthorization",
        "AWS::Config::OrganizationConformancePack",
        "AWS::EC2::TransitGatewayRoute",
        "AWS::EC2::TransitGatewayRouteTableAssociation",
        "AWS::EC2::TransitGatewayRouteTablePropagation",
        "AWS::Events::EventBusPolicy",
        "AWS::FIS::TargetAccountConfiguration",
        "AWS::GuardDuty::Filter",
        "AWS::IAM::GroupPolicy",
        "AWS::IAM::RolePolicy",
        "AWS::IAM::UserPolicy",
        "AWS::Kinesis::ResourcePolicy",
        "AWS::LakeFormation::Tag",
        "AWS::Lambda::EventInvokeConfig",
        "AWS::Logs::DeliverySource",
        "AWS::Logs::Destination",
        "AWS::Logs::ResourcePolicy",
        "AWS::QuickSight::DataSource",
        "AWS::S3Tables::TableBucketPolicy",
        "AWS::SES::EmailIdentity",
        "AWS::WAFv2::LoggingConfiguration",
    }
)
