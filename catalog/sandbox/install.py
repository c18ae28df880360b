"""Install the sandbox's backends in moto. moto has no plug-in interface, so this module replaces its attributes."""

from __future__ import annotations

import re
from functools import cache, partial
from importlib import import_module

from catalog.sandbox import late, selftest

LATE_SERVICES = {
    "aggregators": "moto.config.responses",
    "application_scaling": "moto.applicationautoscaling.responses",
    "backups": "moto.backup.urls",
    "beanstalks": "moto.elasticbeanstalk.responses",
    "brokers": "moto.mq.responses",
    "buses": "moto.events.responses",
    "caches": "moto.elasticache.responses",
    "certificates": "moto.acm.models",
    "channels": "moto.ivs.urls",
    "classic_balancers": "moto.elb.responses",
    "contact_centers": "moto.connect.urls",
    "dashboards": "moto.cloudwatch.responses",
    "data_catalogs": "moto.glue.responses",
    "data_preparations": "moto.databrew.urls",
    "database_engines": "moto.rds.models",
    "databases": "moto.rds.responses",
    "deliveries_of_logs": "moto.logs.responses",
    "delivery_streams": "moto.firehose.responses",
    "detectors": "moto.guardduty.urls",
    "direct_connections": "moto.directconnect.responses",
    "distributed_databases": "moto.dsql.models",
    "distributions": "moto.cloudfront.urls",
    "dns": "moto.route53.responses",
    "emails": "moto.sesv2.urls",
    "endpoint_services": "moto.ec2.responses.vpc_service_configuration",
    "endpoints": "moto.ec2.responses.vpcs",
    "file_systems": "moto.efs.responses",
    "findings": "moto.inspector2.urls",
    "firewalls": "moto.wafv2.responses",
    "fleets": "moto.ec2.responses.fleets",
    "flows": "moto.mediaconnect.responses",
    "function_settings": "moto.awslambda.urls",
    "functions": "moto.awslambda.responses",
    "global_databases": "moto.rds.responses",
    "global_networks": "moto.networkmanager.urls",
    "graphql_apis": "moto.appsync.urls",
    "hadoop": "moto.emr.responses",
    "http_apis": "moto.apigatewayv2.urls",
    "hubs": "moto.securityhub.urls",
    "identities": "moto.iam.responses",
    "identity_pools": "moto.cognitoidentity.responses",
    "identity_stores": "moto.identitystore.responses",
    "ingestions": "moto.osis.models",
    "instance_settings": "moto.ec2.responses",
    "iot": "moto.iot.responses",
    "job_queues": "moto.batch.urls",
    "kafka": "moto.kafka.responses",
    "kubernetes": "moto.eks.urls",
    "lake_permissions": "moto.lakeformation.responses",
    "lake_tags": "moto.lakeformation.models",
    "language_models": "moto.comprehend.responses",
    "launch_templates": "moto.ec2.responses",
    "live_inputs": "moto.medialive.urls",
    "machine_learning": "moto.sagemaker.responses",
    "macie": "moto.macie2.responses",
    "maintenance": "moto.ssm.responses",
    "managed_file_systems": "moto.fsx.responses",
    "media": "moto.mediapackage.urls",
    "media_groups": "moto.mediapackagev2.urls",
    "memory_databases": "moto.memorydb.responses",
    "mfa_devices": "moto.iam.responses",
    "migrations": "moto.dms.responses",
    "namespaces": "moto.servicediscovery.models",
    "networks": "moto.ec2.responses.instances",
    "organization_nodes": "moto.organizations.responses",
    "pipelines": "moto.codepipeline.models",
    "pipes": "moto.pipes.models",
    "ranges": "moto.ec2.responses.vpcs",
    "receipt_rules": "moto.ses.responses",
    "recorders": "moto.config.responses",
    "repositories": "moto.codecommit.responses",
    "resolvers": "moto.route53resolver.responses",
    "rest_apis": "moto.apigateway.responses",
    "scaling": "moto.autoscaling.responses",
    "schema_versions": "moto.glue.responses",
    "schemas_of_data": "moto.personalize.responses",
    "shares": "moto.ram.urls",
    "shields": "moto.shield.responses",
    "state_machines": "moto.stepfunctions.responses",
    "stream_policies": "moto.kinesis.responses",
    "subnet_groups": "moto.rds.models",
    "table_buckets": "moto.s3tables.urls",
    "table_regions": "moto.s3tables.models",
    "tags": "moto.utilities.tagging_service",
    "task_sets": "moto.ecs.responses",
    "topics": "moto.sns.responses",
    "traffic_mirrors": "moto.ec2.responses.traffic_mirrors",
    "trails": "moto.cloudtrail.models",
    "transfers": "moto.transfer.responses",
    "transfers_of_data": "moto.datasync.responses",
    "user_pools": "moto.cognitoidp.responses",
    "video_streams": "moto.kinesisvideo.urls",
    "vocabularies": "moto.transcribe.responses",
    "vpn_connections": "moto.ec2.responses.vpn_connections",
    "warehouses": "moto.redshift.responses",
    "windows": "moto.ssm.responses",
    "work_groups": "moto.athena.responses",
}
"""Module that changes a service → the module of moto that it waits for, which a start does not import."""


@cache
def install() -> None:
    """Make moto serve the sandbox's Service Catalog, CloudFormation and KMS; a second call does nothing.

    Works for the server and for `moto.mock_aws` in the same process: both look up a backend by its module attribute.
    Must run before the first request, because moto caches what the first request to a service creates. Raises
    `SandboxError` if the installed moto is not supported.
    """
    selftest.check(late=False)
    _without_docker()
    _name_common_error()
    _remember_operations()
    _install_kms()
    _install_cloudformation()
    _install_service_catalog()
    _install_app_registry()
    _install_cloud_control()
    _install_s3()
    _install_sts()
    _install_operations()


def _without_docker() -> None:
    """Let moto simulate Lambda and Batch: the sandbox starts no container and pulls no image."""
    from moto.core.config import default_user_config

    for service in (default_user_config["lambda"], default_user_config["batch"]):
        service["use_docker"] = False


def _name_common_error() -> None:
    """Tell moto that every API has InternalFailure (API references, "Common Errors"): it warns of unknown errors."""
    from moto.core.errors import COMMON_ERROR_CODES

    COMMON_ERROR_CODES.append("InternalFailure")


def _remember_operations() -> None:
    """Let moto look through the methods of a service once, not for each request."""
    from moto.core.utils import method_names_from_class

    _rebind("moto.core.responses", "method_names_from_class", cache(method_names_from_class))


def _install_kms() -> None:
    """Replace the `backend` class of moto's BackendDict, so that all code that uses the dict gets ours."""
    from moto.kms.models import kms_backends

    from catalog.sandbox.kms.models import SandboxKmsBackend

    kms_backends.backend = SandboxKmsBackend
    kms_backends.clear()


def _install_cloudformation() -> None:
    """Replace the backend and the YAML loader of moto, because moto's loader can run code from a template."""
    from moto.cloudformation.models import cloudformation_backends

    from catalog.sandbox.cloudformation import urls
    from catalog.sandbox.cloudformation.models import SandboxCloudFormationBackend
    from catalog.sandbox.cloudformation.safe_yaml import SafeYaml
    from catalog.sandbox.stack_sets.responses import StackSetResponse

    urls.url_paths = dict.fromkeys(urls.url_paths, StackSetResponse.dispatch)
    cloudformation_backends.backend = SandboxCloudFormationBackend
    cloudformation_backends.clear()
    for module in ("moto.cloudformation.models", "moto.cloudformation.responses"):
        _rebind(module, "yaml", SafeYaml())


def _install_service_catalog() -> None:
    from catalog.sandbox.servicecatalog.models import servicecatalog_backends

    for module in ("moto.servicecatalog", "moto.servicecatalog.models", "moto.servicecatalog.responses"):
        _rebind(module, "servicecatalog_backends", servicecatalog_backends)


def _install_app_registry() -> None:
    """Replace moto's AppRegistry, which has six of the operations, for calls in this process by its own host name."""
    from moto.servicecatalogappregistry import urls

    from catalog.sandbox.app_registry.responses import URL_PATHS, AppRegistryResponse

    urls.url_paths = dict.fromkeys(URL_PATHS, AppRegistryResponse.dispatch)


def _install_cloud_control() -> None:
    """Add Cloud Control API, which moto does not have, as a service that is imported when it is first called."""
    from moto.backend_index import backend_url_patterns

    late.stand_in("moto.cloudcontrol", "catalog.sandbox.cloud_control.models")
    backend_url_patterns.append(("cloudcontrol", re.compile(r"https?://cloudcontrolapi\.(.+)\.amazonaws\.com")))


def _install_s3() -> None:
    from catalog.sandbox import s3

    s3.install()


def _install_sts() -> None:
    from moto.sts.models import STSBackend

    from catalog.sandbox.administrator import get_caller_identity

    setattr(STSBackend, "get_caller_identity", get_caller_identity)  # noqa: B010  # mypy allows no other form


def _install_operations() -> None:
    from catalog.sandbox.services import (
        bucket_configurations,
        buckets,
        dynamodb,
        first_checked,
        inline_policies,
        logs,
        managed_policies,
        refused_api_deletions,
        refused_changes,
        refused_creations,
        refused_deletions,
        refused_network_deletions,
        refused_requests,
        refused_shared_deletions,
        refused_values,
        secrets,
    )

    for service in (buckets, bucket_configurations, dynamodb, inline_policies, logs, managed_policies, secrets):
        service.install()
    refusals = (refused_api_deletions, refused_changes, refused_creations, refused_deletions, refused_values)
    for checks in (*refusals, refused_network_deletions, refused_requests, refused_shared_deletions):
        for module, methods in checks.CHECKS.items():
            late.after_import(module, partial(first_checked.install, module, methods))
    for name, module in LATE_SERVICES.items():
        late.after_import(module, partial(_install_service, name))


def _install_service(name: str) -> None:
    import_module(f"catalog.sandbox.services.{name}").install()


def _rebind(module: str, name: str, value: object) -> None:
    """Replace an attribute of a module; the self-test has checked that it exists."""
    setattr(import_module(module), name, value)
