"""More of what the self-test looks for in modules of moto that a start does not import."""

from __future__ import annotations

MORE_LATE_ATTRIBUTES: dict[str, tuple[str, ...]] = {
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
    "moto.cloudfront.models": ("CloudFrontBackend.delete_key_value_store", "CloudFrontBackend.get_public_key"),
    "moto.cloudfront.responses": ("CloudFrontResponse.create_public_key",),
    "moto.cloudwatch.models": ("CloudWatchBackend.delete_dashboards", "CloudWatchBackend.delete_insight_rules"),
    "moto.cloudwatch.responses": ("CloudWatchResponse.put_dashboard",),
    "moto.codecommit.models": ("CodeCommit",),
    "moto.codecommit.responses": ("CodeCommitResponse.create_repository",),
    "moto.comprehend.models": (
        "ComprehendBackend.create_endpoint",
        "ComprehendBackend.delete_flywheel",
        "Endpoint",
        "Flywheel",
    ),
    "moto.config.models": (
        "ConfigBackend.put_configuration_recorder",
        "ConfigBackend.put_delivery_channel",
        "ConfigBackend._match_arn",
        "ConfigBackend.put_organization_conformance_pack",
    ),
    "moto.connect.models": ("ConnectBackend.create_instance", "ConnectBackend.delete_instance"),
    "moto.connect.urls": ("url_paths",),
    "moto.databrew.models": ("FakeJob.as_dict",),
    "moto.databrew.urls": ("url_paths",),
    "moto.datasync.models": ("DataSyncBackend.create_location", "DataSyncBackend.create_task"),
    "moto.directconnect.models": (
        "DirectConnectBackend.create_connection",
        "DirectConnectBackend.iter_tagged_resources",
    ),
    "moto.dms.models": (
        "DatabaseMigrationServiceBackend.create_endpoint",
        "DatabaseMigrationServiceBackend.delete_endpoint",
        "Endpoint.to_dict",
        "FakeReplicationSubnetGroup.to_dict",
        "FakeReplicationTask.to_dict",
    ),
    "moto.dms.responses": ("DatabaseMigrationServiceResponse.create_replication_task",),
    "moto.dsql.models": ("dsql_backends._additional_regions",),
    "moto.s3tables.models": ("s3tables_backends._additional_regions",),
    "moto.mq.models": ("Broker", "Configuration", "MQBackend.create_broker"),
}
"""Module → paths in it that must exist."""
