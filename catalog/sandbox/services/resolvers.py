"""Route 53 Resolver: what moto leaves out of endpoints and rules, and the operations that it lacks.

Source: Route 53 Resolver API reference, CreateResolverEndpoint, UpdateResolverEndpoint, CreateResolverRule (TargetIps
of IPv6, DELEGATE), UpdateResolverRule, DeleteResolverQueryLogConfig, DisassociateResolverQueryLogConfig.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from moto.route53resolver import validations
from moto.route53resolver.exceptions import ResourceNotFoundException
from moto.route53resolver.models import ResolverEndpoint, ResolverRule, Route53ResolverBackend
from moto.route53resolver.responses import Route53ResolverResponse

from catalog.sandbox.services.keeping import complete, keep

CREATE_ENDPOINT = Route53ResolverResponse.create_resolver_endpoint
CREATE_RULE = Route53ResolverResponse.create_resolver_rule
MATCHED = Route53ResolverBackend._matched_arn
ENDPOINT_SETTINGS = (
    *("Dns64Enabled", "Ipv6InternetAccessEnabled", "OutpostArn", "PreferredInstanceType", "Protocols"),
    *("ResolverEndpointType", "RniEnhancedMetricsEnabled", "TargetNameServerMetricsEnabled"),
)


def install() -> None:
    """Add the operations to moto's, and complete its own."""
    for answer in (
        *(create_resolver_endpoint, update_resolver_endpoint, create_resolver_rule, update_resolver_rule),
        *(delete_resolver_query_log_config, disassociate_resolver_query_log_config),
    ):
        setattr(Route53ResolverResponse, answer.__name__, answer)
    setattr(Route53ResolverBackend, "_matched_arn", matched)  # noqa: B010  # mypy allows no other form
    setattr(validations, "validate_direction", one_of("INBOUND", "OUTBOUND", "INBOUND_DELEGATION"))  # noqa: B010
    setattr(validations, "validate_rule_type", one_of("FORWARD", "SYSTEM", "RECURSIVE", "DELEGATE"))  # noqa: B010
    complete(ResolverEndpoint, "description")
    complete(ResolverRule, "description")


def one_of(*values: str) -> Callable[[str | None], str]:
    """A check that a text is one of some."""
    return lambda value: "" if value is None or value in values else f"satisfy enum value set: [{', '.join(values)}]"


def matched(backend: Route53ResolverBackend, resource_arn: str) -> None:
    """Refuse the ARN of nothing; query logs have tags too."""
    if resource_arn not in [each.arn for each in backend.resolver_query_log_configs.values()]:
        MATCHED(backend, resource_arn)


def body(response: Route53ResolverResponse) -> dict[str, Any]:
    """The members of a request."""
    given: dict[str, Any] = json.loads(response.body)
    return given


def create_resolver_endpoint(response: Route53ResolverResponse) -> str:
    """CreateResolverEndpoint, with all settings."""
    made = json.loads(CREATE_ENDPOINT(response))["ResolverEndpoint"]["Id"]
    given = body(response)
    defaults = {"Protocols": ["Do53"], "ResolverEndpointType": "IPV4"}
    settings = {name: given[name] for name in ENDPOINT_SETTINGS if name in given}
    return _endpoint(response, made, {**defaults, **settings})


def update_resolver_endpoint(response: Route53ResolverResponse) -> str:
    """UpdateResolverEndpoint, with all settings."""
    given = body(response)
    return _endpoint(
        response, given["ResolverEndpointId"], {n: given[n] for n in ("Name", *ENDPOINT_SETTINGS) if n in given}
    )


def _endpoint(response: Route53ResolverResponse, identifier: str, settings: dict[str, Any]) -> str:
    endpoint = response.route53resolver_backend.get_resolver_endpoint(identifier)
    keep(endpoint, settings)
    return json.dumps({"ResolverEndpoint": endpoint.description()})


def create_resolver_rule(response: Route53ResolverResponse) -> str:
    """CreateResolverRule, also with addresses of IPv6, a name with its last dot, and a delegation."""
    given = body(response)
    targets = [{"Port": 53, **each} for each in given.get("TargetIps") or ()]
    name = str(given.get("DomainName") or "").rstrip(".")
    taken = {"DomainName": name, "TargetIps": [each for each in targets if "Ip" in each]}
    response.body = json.dumps({**given, **taken})
    made = json.loads(CREATE_RULE(response))["ResolverRule"]["Id"]
    more = {"DelegationRecord": given.get("DelegationRecord"), "TargetIps": targets}
    return _rule(response, made, more if name else {**more, "DomainName": None})


def update_resolver_rule(response: Route53ResolverResponse) -> str:
    """UpdateResolverRule of the API reference."""
    given = body(response)
    return _rule(response, given["ResolverRuleId"], given["Config"])


def _rule(response: Route53ResolverResponse, identifier: str, settings: dict[str, Any]) -> str:
    rule = response.route53resolver_backend.get_resolver_rule(identifier)
    keep(rule, settings)
    rule.resolver_endpoint_id = settings.get("ResolverEndpointId", rule.resolver_endpoint_id)  # its deletion looks here
    return json.dumps({"ResolverRule": rule.description()})


def delete_resolver_query_log_config(response: Route53ResolverResponse) -> str:
    """DeleteResolverQueryLogConfig of the API reference."""
    backend = response.route53resolver_backend
    config = backend.get_resolver_query_log_config(body(response)["ResolverQueryLogConfigId"])
    del backend.resolver_query_log_configs[config.id]
    backend.tagger.delete_all_tags_for_resource(config.arn)
    return json.dumps({"ResolverQueryLogConfig": {**config.description(), "Status": "DELETING"}})


def disassociate_resolver_query_log_config(response: Route53ResolverResponse) -> str:
    """DisassociateResolverQueryLogConfig of the API reference."""
    given, backend = body(response), response.route53resolver_backend
    config = backend.get_resolver_query_log_config(given["ResolverQueryLogConfigId"])
    associations = backend.resolver_query_log_config_associations
    wanted = (given["ResolverQueryLogConfigId"], given["ResourceId"])
    for identifier, each in list(associations.items()):
        if (each.resolver_query_log_config_id, each.resource_id) == wanted:
            config.association_count -= 1
            del associations[identifier]
            shown = {**each.description(), "Status": "DELETING"}
            return json.dumps({"ResolverQueryLogConfigAssociation": shown})
    raise ResourceNotFoundException(f"Resolver query log config '{wanted[0]}' is not associated with '{wanted[1]}'")
