"""Domains of OpenSearch Service. Nothing is indexed."""

from __future__ import annotations

from catalog.sandbox.registry.api_types import ApiCall, ApiResource
from catalog.sandbox.registry.rows import inside, plain, regional, tagged, taken


def domain_arn(it: ApiResource) -> str:
    """The ARN of a domain."""
    return regional(it, "es", f"domain/{it['DomainName']}")


NAME = ("DomainName",)
DOMAIN = plain(
    "AWS::OpenSearchService::Domain",
    "opensearch",
    NAME,
    shown=inside("DomainStatus"),
    attributes=taken(
        Arn="ARN",
        DomainArn="ARN",
        Id="DomainId",
        DomainEndpoint="Endpoint",
        DomainEndpointV2="EndpointV2",
    ),
    update=ApiCall("UpdateDomainConfig", copies=True, identity=NAME),
    tagging=tagged("ARN", domain_arn, "TagList", tag="AddTags", untag="RemoveTags", tags_in="TagList"),
    arn=domain_arn,
    modelled=(
        *("AIMLOptions", "AutomatedSnapshotPauseOptions", "DeploymentStrategyOptions", "EngineMode", "EngineVersion"),
        *("IPAddressType", "IdentityCenterOptions", "SkipShardMigrationWait", "UseCase"),
    ),
)

TYPES = (DOMAIN,)
