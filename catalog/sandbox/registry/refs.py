"""What Ref gives of a type, where it is not the only primary identifier (template reference, "Return values").

A type with several primary identifiers and without a line here has all of them as its Ref, separated by `|`.
"""

from __future__ import annotations

from collections.abc import Mapping

REFS: Mapping[str, str] = {
    "AWS::ApiGateway::Resource": "ResourceId",
    "AWS::AppConfig::Environment": "EnvironmentId",
    "AWS::CodeDeploy::DeploymentGroup": "DeploymentGroupName",
    "AWS::EC2::EIP": "PublicIp",
    "AWS::ECS::Service": "ServiceArn",
    "AWS::ElasticBeanstalk::ApplicationVersion": "Id",
    "AWS::Events::Rule": "Name",
    "AWS::Lambda::Permission": "Id",
    "AWS::Logs::MetricFilter": "FilterName",
    "AWS::Logs::SubscriptionFilter": "FilterName",
    "AWS::SecretsManager::SecretTargetAttachment": "SecretId",
}
"""Type → the property or attribute."""
