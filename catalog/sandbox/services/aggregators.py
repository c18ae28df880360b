"""AWS Config: aggregators keep their tags, and organization conformance packs have a body and tags.

Sources: AWS Config API reference, PutConfigurationAggregator ("Tags are added at creation and cannot be updated with
this operation"), PutOrganizationConformancePack, TagResource.
"""

from __future__ import annotations

from typing import Any

from moto.config.models import ConfigBackend

PUT_AGGREGATOR, PUT_PACK = ConfigBackend.put_configuration_aggregator, ConfigBackend.put_organization_conformance_pack
MATCH_ARN = ConfigBackend._match_arn
SOME_URI = "s3://template"
"""What moto asks for, though a pack may have a body instead."""


def install() -> None:
    """Replace moto's methods."""
    for method in (put_configuration_aggregator, put_organization_conformance_pack, _match_arn):
        setattr(ConfigBackend, method.__name__, method)


def put_configuration_aggregator(backend: ConfigBackend, config_aggregator: dict[str, Any]) -> dict[str, Any]:
    """PutConfigurationAggregator of the API reference."""
    name = config_aggregator["ConfigurationAggregatorName"]
    before = backend.config_aggregators.get(name)
    tags = dict(before.tags) if before else None
    shown = PUT_AGGREGATOR(backend, config_aggregator)
    if tags is None:
        return shown
    aggregator = backend.config_aggregators[name]
    aggregator.tags = tags
    return aggregator.to_dict()


def put_organization_conformance_pack(backend: ConfigBackend, **given: Any) -> dict[str, Any]:
    """PutOrganizationConformancePack of the API reference."""
    if given["template_body"]:
        given["template_s3_uri"] = given["template_s3_uri"] or SOME_URI
    for name in ("input_parameters", "excluded_accounts"):
        given[name] = given[name] or []
    return PUT_PACK(backend, **given)


def _match_arn(backend: ConfigBackend, resource_arn: str) -> Any:
    """What has an ARN, and tags."""
    for pack in backend.organization_conformance_packs.values():
        if pack.organization_conformance_pack_arn == resource_arn:
            vars(pack).setdefault("tags", {})
            return pack
    return MATCH_ARN(backend, resource_arn)
