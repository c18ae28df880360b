"""Check that the installed moto is supported: every internal that the sandbox replaces or uses must exist."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version

from catalog.errors import SandboxError
from catalog.sandbox import INSTALL
from catalog.sandbox.late_attributes import MORE_LATE_ATTRIBUTES

SUPPORTED = "5.2."
"""Prefix of the supported versions of moto; pyproject.toml pins the same."""
ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "moto.core.base_backend": ("BackendDict._create_account_specific_backend", "BaseBackend._url_module"),
    "moto.core.responses": (
        "ActionResult",
        "BaseResponse.call_action",
        "BaseResponse.get_access_key",
        "method_names_from_class",
    ),
    "moto.core.errors": ("COMMON_ERROR_CODES.append",),
    "moto.core.botocore_stubber": ("BotocoreStubber.process_request",),
    "moto.core.utils": ("get_service_model", "method_names_from_class"),
    "moto.core.exceptions": ("JsonRESTError", "ServiceException"),
    "moto.core.common_models": ("CloudFormationModel.create_from_cloudformation_json",),
    "moto.moto_server.werkzeug_app": (
        "DomainDispatcherApplication.get_application",
        "MotoRequestHandler",
        "create_backend_app",
    ),
    "moto.moto_api": ("recorder.stop_recording",),
    "moto.moto_api._internal": ("mock_random.uuid4",),
    "moto.cloudformation.models": (
        "yaml",
        "cloudformation_backends.backend",
        "CloudFormationBackend.iter_tagged_resources",
        "CloudFormationBackend.create_stack_set",
        "CloudFormationBackend.list_stack_sets",
    ),
    "moto.cloudformation.utils": (
        "generate_stack_id",
        "generate_changeset_id",
        "generate_stackset_arn",
        "generate_stackset_id",
    ),
    "moto.cloudformation.responses": ("yaml", "CloudFormationResponse.parse_parameters"),
    "moto.kms.models": (
        "kms_backends.backend",
        "Key.to_dict",
        "KmsBackend.schedule_key_deletion",
        "KmsBackend.create_alias",
        "KmsBackend.update_alias",
        "KmsBackend.replicate_key",
        "KmsBackend.rotate_key_on_demand",
    ),
    "moto.kms.responses": ("KmsResponse._get_param", "KmsResponse._validate_key_policy"),
    "moto.kms.utils": ("_deserialize_ciphertext_blob", "KeySpec.ecc_key_specs", "KeySpec.rsa_key_specs"),
    "moto.s3.models": (
        "s3_backends",
        "S3Backend.put_public_access_block",
        "S3Backend.put_bucket_policy",
        "S3Backend.put_bucket_encryption",
        "FakeBucket.get_permission",
        "FakeBucket.set_logging",
        "FakeBucket._log_permissions_enabled_policy",
        "S3Backend.log_incoming_request",
    ),
    "moto.s3.responses": (
        "S3Response.put_object",
        "S3Response.delete_object",
        "S3Response.parse_key_name",
        "S3Response._key_response",
        "S3Response._bucket_response",
        "S3Response.get_object",
        "S3Response._bucket_tagging_from_body",
        "S3Response._bucket_response_delete",
    ),
    "moto.s3.exceptions": ("MissingKey",),
    "moto.logs.models": ("LogGroup.to_describe_dict", "LogsBackend.delete_log_group"),
    "moto.secretsmanager.responses": ("SecretsManagerResponse.get_secret_value",),
    "moto.logs.metric_filters": ("MetricFilters.add_filter",),
    "moto.logs.responses": ("LogsResponse._get_param",),
    "moto.dynamodb.models.table": ("Table._get_default_encryption_key",),
    "moto.dynamodb.responses": ("DynamoHandler.update_table",),
    "moto.organizations.models": (
        "organizations_backends.master_accounts",
        "OrganizationsBackend.enable_aws_service_access",
        "OrganizationsBackend.disable_aws_service_access",
    ),
    "moto.budgets.models": ("budgets_backends",),
    "moto.sns.models": ("sns_backends",),
    "moto.iam.access_control": ("IAMPolicy", "PermissionResult"),
    "moto.iam.policy_validation": ("IAMPolicyDocumentValidator._validate_version",),
    "moto.iam.models": (
        "iam_backends",
        "ManagedPolicy",
        "IAMBackend.create_role",
        "IAMBackend.attach_role_policy",
        "IAMBackend.get_policy",
        "IAMBackend.list_policies",
        "IAMBackend.put_role_permissions_boundary",
        "IAMBackend.put_role_policy",
        "IAMBackend.put_group_policy",
        "IAMBackend.put_user_policy",
        "AWSManagedPolicy.from_data",
        "IAMBackend.get_user_from_access_key_id",
    ),
    "moto.sts.models": (
        "sts_backends",
        "STSBackend.get_assumed_role_from_access_key",
        "STSBackend.get_caller_identity",
    ),
    "moto.servicecatalog": ("servicecatalog_backends",),
    "moto.servicecatalogappregistry.urls": ("url_paths",),
    "moto.servicecatalog.models": ("servicecatalog_backends",),
    "moto.servicecatalog.responses": ("servicecatalog_backends",),
}
"""Module → the dotted paths that must exist in it."""
LATE_ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "moto.applicationautoscaling.models": (
        "_target_params_are_valid",
        "ApplicationAutoscalingBackend.deregister_scalable_target",
        "ApplicationAutoscalingBackend.put_scaling_policy",
        "FakeApplicationAutoscalingPolicy.formulate_key",
    ),
    "moto.applicationautoscaling.responses": (
        "_build_alarms",
        "_build_policy",
        "ApplicationAutoScalingResponse._validate_params",
        "ApplicationAutoScalingResponse.register_scalable_target",
    ),
    "moto.autoscaling.models": (
        "AutoScalingBackend.delete_auto_scaling_group",
        "AutoScalingBackend.update_attached_target_groups",
        "FakeAutoScalingGroup.replace_autoscaling_group_instances",
        "FakeAutoScalingGroup.set_desired_capacity",
        "InstanceState.launch_template",
    ),
    "moto.autoscaling.responses": tuple(
        f"AutoScalingResponse.{name}"
        for name in (
            *("create_auto_scaling_group", "update_auto_scaling_group", "put_scaling_policy"),
            *("put_scheduled_update_group_action", "put_warm_pool", "describe_warm_pool"),
        )
    ),
    "moto.awslambda.models": (
        "EventSourceMapping.batch_size",
        "EventSourceMapping.event_source_arn",
        "EventSourceMapping._get_service_source_from_arn",
        "FunctionUrlConfig.to_dict",
        "LambdaFunction._get_layers_data",
        "LambdaBackend.create_event_source_mapping",
        "LambdaBackend.delete_event_source_mapping",
        "LambdaStorage.publish_version",
    ),
    "moto.awslambda.responses": ("LambdaResponse.publish_version",),
    "moto.backup.models": ("BackupBackend.create_backup_plan", "BackupBackend.delete_backup_plan", "Plan.to_dict"),
    "moto.backup.urls": ("url_paths", "response"),
    "moto.cloudtrail.models": (
        "Trail.check_bucket_exists",
        "Trail.description",
        "Trail.put_event_selectors",
        "Trail.put_insight_selectors",
        "Trail.topic_arn",
        "Trail.update",
    ),
    "moto.ec2.models.launch_templates": (
        "LaunchTemplate.create_version",
        "LaunchTemplateBackend.create_launch_template",
    ),
    "moto.ec2.models.subnets": ("Subnet.ipv6_cidr_block_association_set", "SubnetBackend.describe_subnets"),
    "moto.iam.responses": (
        "IamResponse.create_login_profile",
        "IamResponse.create_saml_provider",
        "IamResponse.create_user",
    ),
    "moto.route53.models": (
        "FakeZone.delete_rrset_by_id",
        "HealthCheck.health_check_config",
        "Route53Backend.change_resource_record_sets",
    ),
    "moto.route53.responses": (
        "Route53.create_health_check",
        "Route53.list_query_logging_configs",
        "Route53.update_health_check",
    ),
    "moto.athena.responses": ("AthenaResponse.get_named_query",),
    "moto.eks.urls": ("url_paths", "response"),
    "moto.eks.models": ("EKSBackend.create_cluster",),
    "moto.eks.responses": ("EKSResponse.update_cluster_config",),
    "moto.elasticache.models": (
        "ElastiCacheBackend.delete_cache_cluster",
        "ElastiCacheBackend.delete_user",
        "CacheSubnetGroup",
    ),
    "moto.elasticache.responses": ("ElastiCacheResponse.elasticache_backend",),
    "moto.ecs.models": (
        "EC2ContainerServiceBackend._get_provider",
        "EC2ContainerServiceBackend.create_task_set",
    ),
    "moto.ecs.responses": ("EC2ContainerServiceResponse.update_capacity_provider",),
    "moto.elasticbeanstalk.responses": ("EBResponse.create_application",),
    "moto.emr.models": (
        *("ElasticMapReduceBackend.add_instance_groups", "ElasticMapReduceBackend.run_instances"),
        "ElasticMapReduceBackend.terminate_job_flows",
    ),
    "moto.fsx.models": ("Backup.to_dict", "FileSystem.to_dict"),
    "moto.fsx.responses": ("FSxResponse.create_file_system",),
    "moto.elb.models": (
        *("ELBBackend.create_load_balancer", "ELBBackend.delete_load_balancer_listeners", "LoadBalancer.add_tag"),
        *("FakeListener.instance_protocol", "LoadBalancer.source_security_group"),
    ),
    "moto.elb.responses": ("ELBResponse.create_load_balancer_listeners",),
    "moto.glue.responses": ("GlueResponse.glue_backend",),
    "moto.redshift.models": ("RedshiftBackend.create_cluster_subnet_group",),
    "moto.redshift.responses": ("RedshiftResponse.redshift_backend",),
    "moto.ssm.responses": ("SimpleSystemManagerResponse.ssm_backend",),
    "moto.awslambda.urls": ("url_paths",),
    "moto.acm.responses": ("AWSCertificateManagerResponse.request_certificate",),
    "moto.ec2.models.instances": (
        "Instance.prep_nics",
        "Instance.add_block_device",
        "InstanceBackend._get_template_from_args",
        "InstanceBackend.run_instances",
    ),
    "moto.ec2.models.fleets": (
        *("Fleet.create_on_demand_requests", "Fleet.create_spot_requests", "Fleet.terminate_instances"),
    ),
    "moto.ec2.models.spot_requests": ("SpotRequestBackend.request_spot_fleet",),
    "moto.ec2.models.traffic_mirrors": ("TrafficMirrorFilter", "TrafficMirrorSession", "TrafficMirrorTarget"),
    "moto.ec2.responses.traffic_mirrors": (
        *("TrafficMirrors.create_traffic_mirror_filter", "TrafficMirrors.modify_traffic_mirror_session"),
    ),
    "moto.ec2.responses.vpc_service_configuration": (
        "VPCEndpointServiceConfiguration.create_vpc_endpoint_service_configuration",
        "VPCEndpointServiceConfiguration.modify_vpc_endpoint_service_configuration",
    ),
    "moto.ec2.responses.vpn_connections": ("VPNConnections.create_vpn_connection",),
    "moto.ec2.models.security_groups": ("SecurityGroupBackend.revoke_security_group_egress",),
    "moto.ec2.models.nat_gateways": ("NatGatewayBackend.delete_nat_gateway",),
    "moto.ec2.models.vpcs": ("VPCBackend.delete_vpc",),
    "moto.ec2.responses.vpcs": (
        "VPCs.create_vpc_endpoint",
        "VPCs.modify_managed_prefix_list",
        "VPCs.modify_vpc_endpoint",
    ),
    "moto.appsync.models": (
        *("AppSyncBackend.create_api_key", "AppSyncBackend.create_channel_namespace", "EventsAPIKey", "GraphqlAPIKey"),
        "GraphqlAPI.update",
    ),
    "moto.appsync.responses": tuple(
        f"AppSyncResponse.{verb}_graphql_api{plural}"
        for verb, plural in (("create", ""), ("get", ""), ("list", "s"), ("update", ""))
    ),
    "moto.appsync.urls": ("url_paths",),
    "moto.batch.models": (
        "BatchBackend._validate_compute_resources",
        "BatchBackend.describe_compute_environments",
        "JobDefinition._validate",
        "JobQueue.describe",
    ),
    "moto.batch.responses": ("BatchResponse.createcomputeenvironment", "BatchResponse.registerjobdefinition"),
    "moto.mq.models": ("Broker", "Configuration"),
    "moto.sns.models": ("SNSBackend.get_topic", "SNSBackend.subscribe"),
    "moto.sns.responses": ("SNSResponse.create_topic", "SNSResponse.get_topic_attributes"),
    "moto.cloudfront.urls": ("url_paths",),
    "moto.codepipeline.models": ("CodePipeline.validate_tags", "CodePipelineBackend.create_pipeline"),
    "moto.utilities.tagging_service": ("TaggingService.validate_tags",),
    "moto.ram.models": ("ResourceShare.SHAREABLE_RESOURCES", "ResourceShare.delete", "ResourceShare.describe"),
    "moto.ram.responses": ("ResourceAccessManagerResponse.create_resource_share",),
    "moto.ram.urls": ("url_paths",),
    "moto.lakeformation.models": ("LakeFormationBackend.get_lf_tag", "Permission", "PermissionCatalog.__init__"),
    "moto.lakeformation.responses": ("LakeFormationResponse.list_permissions",),
    "moto.networkmanager.models": (
        "NetworkManagerBackend._get_resource_from_arn",
        "NetworkManagerBackend.create_core_network",
        "NetworkManagerBackend.create_device",
        "NetworkManagerBackend.create_global_network",
        "NetworkManagerBackend.create_link",
        "NetworkManagerBackend.create_site",
    ),
    "moto.networkmanager.responses": ("_core_network", "_device", "_link", "_site"),
    "moto.networkmanager.urls": ("url_paths",),
    "moto.kinesisvideo.responses": ("KinesisVideoResponse.create_stream",),
    "moto.kinesisvideo.urls": ("response.dispatch", "url_paths"),
    "moto.macie2.responses": ("MacieResponse.macie_backend",),
    "moto.mediaconnect.models": (
        "Flow.to_dict",
        "MediaConnectBackend.add_flow_outputs",
        "MediaConnectBackend.add_flow_vpc_interfaces",
        "MediaConnectBackend.delete_flow",
        "MediaConnectBackend.remove_flow_output",
    ),
    "moto.mediaconnect.responses": ("MediaConnectResponse.create_flow",),
    "moto.medialive.models": (
        "Input",
        "MediaLiveBackend.create_input",
        "MediaLiveBackend.update_input",
    ),
    "moto.medialive.urls": ("response.dispatch", "url_paths"),
    "moto.mediapackage.models": (
        "Channel.to_dict",
        "MediaPackageBackend.create_channel",
        "MediaPackageBackend.create_origin_endpoint",
    ),
    "moto.mediapackage.urls": ("response.dispatch", "url_paths"),
    "moto.mediapackagev2.responses": (
        "mediapackagev2Response.create_channel",
        "mediapackagev2Response.create_channel_group",
        "mediapackagev2Response.get_channel",
        "mediapackagev2Response.get_channel_group",
    ),
    "moto.osis.models": (
        "OpenSearchIngestionBackend.create_pipeline",
        "OpenSearchIngestionBackend.delete_pipeline",
        "Pipeline._update_destinations",
        "Pipeline.is_serverless",
    ),
    "moto.personalize.responses": ("PersonalizeResponse.personalize_backend",),
    "moto.iot.models": ("FakeCaCertificate", "FakeDomainConfiguration.to_description_dict", "FakeThingGroup.to_dict"),
    "moto.iot.responses": (
        "IoTResponse.create_topic_rule",
        "IoTResponse.register_ca_certificate",
        "IoTResponse.replace_topic_rule",
        "IoTResponse.update_ca_certificate",
    ),
    "moto.kafka.models": (
        "FakeKafkaCluster._generate_arn",
        "KafkaBackend.delete_cluster",
        "KafkaBackend.describe_cluster",
        "KafkaBackend.describe_cluster_v2",
    ),
    "moto.kafka.responses": ("KafkaResponse.create_cluster",),
    "moto.kinesis.models": ("KinesisBackend.get_resource_policy", "KinesisBackend.put_resource_policy"),
    "moto.pipes.models": ("EventBridgePipesBackend.update_pipe", "Pipe.current_state"),
    "moto.firehose.models": ("DeliveryStream", "FirehoseBackend.describe_delivery_stream"),
    "moto.firehose.responses": ("FirehoseResponse.create_delivery_stream", "FirehoseResponse.update_destination"),
    "moto.servicediscovery.models": (
        "ServiceDiscoveryBackend.create_private_dns_namespace",
        "ServiceDiscoveryBackend.create_public_dns_namespace",
        "ServiceDiscoveryBackend.delete_namespace",
        "ServiceDiscoveryBackend.register_instance",
    ),
    "moto.cognitoidentity.models": ("CognitoIdentityPool.to_json",),
    "moto.cognitoidentity.responses": (
        "CognitoIdentityResponse.create_identity_pool",
        "CognitoIdentityResponse.update_identity_pool",
    ),
    "moto.cognitoidp.models": ("CognitoIdpBackend.update_user_pool",),
    "moto.rds.responses": (
        "RDSResponse.describe_db_proxies",
        "RDSResponse.modify_db_cluster",
        "RDSResponse.create_option_group",
    ),
    "moto.rds.models": ("RDSBackend.modify_db_subnet_group",),
    "moto.apigateway.responses": tuple(
        f"APIGatewayResponse.{name}"
        for name in (
            *("get_tags", "tag_resource", "untag_resource", "create_rest_api", "create_stage", "create_authorizer"),
            *("create_usage_plan", "create_domain_name", "update_stage", "put_integration", "get_deployment"),
        )
    ),
    "moto.apigateway.models": (
        "RestAPI.delete_deployment",
        "APIGatewayBackend.delete_resource",
        "APIGatewayBackend.put_rest_api",
        "Stage.apply_operations",
    ),
    "moto.apigatewayv2.urls": ("url_paths",),
    "moto.apigatewayv2.responses": ("ApiGatewayV2Response.create_api", "ApiGatewayV2Response.update_api"),
    "moto.apigatewayv2.models": (
        "Api.import_api",
        "ApiGatewayV2Backend.create_domain_name",
        "ApiGatewayV2Backend.create_stage",
        "ApiGatewayV2Backend.get_tags",
        "ApiGatewayV2Backend.delete_domain_name",
    ),
    "moto.acm.models": ("TagHolder._validate_kv", "CertBundle.describe"),
    "moto.efs.models": ("EFSBackend.describe_backup_policy", "EFSBackend.describe_file_systems"),
    "moto.efs.responses": ("EFSResponse.efs_backend",),
    "moto.events.models": ("EventsBackend._put_permission_from_policy", "EventBus.remove_statements"),
    "moto.events.responses": ("EventsHandler.create_event_bus", "EventsHandler.describe_event_bus"),
    "moto.route53resolver.models": ("Route53ResolverBackend._matched_arn",),
    "moto.route53resolver.responses": (
        "Route53ResolverResponse.create_resolver_endpoint",
        "Route53ResolverResponse.create_resolver_rule",
    ),
    "moto.s3tables.models": ("S3TablesBackend.get_table", "Table.arn"),
    "moto.s3tables.responses": tuple(
        f"S3TablesResponse.{name}" for name in ("create_table", "create_table_bucket", "get_table")
    ),
    "moto.s3tables.urls": ("url_paths",),
    "moto.sagemaker.models": (
        "FakeEndpointConfig.validate_instance_type",
        "FakeSagemakerNotebookInstance.validate_instance_type",
        "SageMakerModelBackend._get_resource_from_arn",
    ),
    "moto.securityhub.models": ("SecurityHubBackend.describe_hub",),
    "moto.securityhub.urls": ("url_paths",),
    "moto.ses.models": ("ConfigurationSet.to_dict_v2", "EmailIdentity.get_response_object"),
    "moto.sesv2.responses": tuple(
        f"SESV2Response.{step}_{name}"
        for step in ("create", "get", "delete")
        for name in ("configuration_set", "contact_list", "dedicated_ip_pool", "email_identity")
    ),
    "moto.sesv2.urls": ("url_paths",),
    "moto.stepfunctions.responses": (
        "StepFunctionResponse.describe_state_machine",
        "StepFunctionResponse.update_state_machine",
    ),
    "moto.transfer.models": ("ServerNotFound",),
    "moto.transfer.responses": ("TransferResponse.create_server", "TransferResponse.create_user"),
    "moto.shield.models": ("ShieldBackend.delete_protection",),
    "moto.transcribe.models": ("FakeVocabulary.response_object",),
    "moto.transcribe.responses": tuple(
        f"TranscribeResponse.create_{kind}" for kind in ("vocabulary", "medical_vocabulary")
    ),
    "moto.ssm.models": (
        "ssm_backends",
        "SimpleSystemManagerBackend.get_document",
        "SimpleSystemManagerBackend.describe_document",
        "SimpleSystemManagerBackend._validate_resource_type_and_id",
        "SimpleSystemManagerBackend.register_patch_baseline_for_patch_group",
    ),
}
"""The same of modules that a start does not import, because they take longer than all others together."""
SIGNATURES: dict[tuple[str, str], tuple[str, ...]] = {
    ("moto.core.base_backend", "BackendDict.__init__"): ("backend", "service_name"),
    ("moto.core.base_backend", "BaseBackend.__init__"): ("region_name", "account_id"),
    ("moto.core.common_models", "CloudFormationModel.create_from_cloudformation_json"): (
        "resource_name",
        "cloudformation_json",
        "account_id",
        "region_name",
    ),
    ("moto.kms.models", "Key.__init__"): ("policy", "key_usage", "key_spec", "multi_region", "origin"),
    ("moto.kms.models", "KmsBackend.create_key"): ("policy", "key_usage", "key_spec", "description", "tags"),
}
"""(Module, callable) → parameters that it must have."""


def check(*, late: bool = True) -> None:
    """Raise a `SandboxError` that names everything that is missing, if anything is."""
    try:
        installed = version("moto")
    except PackageNotFoundError as error:
        raise SandboxError("moto is not installed", hint=INSTALL) from error
    problems = [] if installed.startswith(SUPPORTED) else [f"needed {SUPPORTED}x"]
    problems += [
        *_missing_attributes({**ATTRIBUTES, **(LATE_ATTRIBUTES | MORE_LATE_ATTRIBUTES if late else {})}),
        *_missing_parameters(),
    ]
    if problems:
        raise SandboxError(
            f"the sandbox does not support the installed moto {installed}: {'; '.join(problems)}",
            hint=INSTALL,
        )


def _missing_attributes(wanted: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    for module, paths in wanted.items():
        for path in paths:
            if _lookup(module, path) is None:
                yield f"{module} has no {path}"


def _missing_parameters() -> Iterator[str]:
    for (module, path), wanted in SIGNATURES.items():
        function = _lookup(module, path)
        if callable(function):
            missing = [name for name in wanted if name not in inspect.signature(function).parameters]
            if missing:
                yield f"{module}.{path} has no parameter {', '.join(missing)}"
        else:
            yield f"{module} has no {path}"


def _lookup(module: str, path: str) -> object | None:
    try:
        value: object = importlib.import_module(module)
    except ImportError:
        return None
    for name in path.split("."):
        value = getattr(value, name, None)
    return value
