"""Network Manager: the changes that moto lacks, ARNs as IAM knows them, and policies of core networks.

Source: Network Manager API reference, UpdateSite and its kin, PutCoreNetworkPolicy; Service Authorization Reference
(`arn:…:networkmanager::<account>:site/<global network>/<site>`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote

from moto.core.responses import ActionResult
from moto.networkmanager import responses, urls
from moto.networkmanager.exceptions import ResourceNotFound
from moto.networkmanager.models import NetworkManagerBackend
from moto.networkmanager.responses import NetworkManagerResponse

from catalog.sandbox.services.first_checked import json_error
from catalog.sandbox.services.keeping import keep, kept

KINDS = {"global_network": "", "core_network": "", "site": "sites", "link": "links", "device": "devices"}
"""Kind → attribute of the backend with those of each global network; empty for a kind that lies in none."""
MEMBERS = {
    "site": {"description": "Description", "location": "Location"},
    "link": {"description": "Description", "type": "Type", "bandwidth": "Bandwidth", "provider": "Provider"},
    "device": {
        "description": "Description",
        "type": "Type",
        "vendor": "Vendor",
        "model": "Model",
        "serial_number": "SerialNumber",
        "location": "Location",
        "site_id": "SiteId",
        "aws_location": "AWSLocation",
    },
}
"""Kind → attribute → the parameter that changes it."""
PATHS = (
    "{0}/core-networks/(?P<network>[^/]+)/core-network-policy$",
    "{0}/core-networks/(?P<network>[^/]+)/core-network-change-sets/(?P<version>[^/]+)/execute$",
    "{0}/tags/(?P<arn>.+)$",
)
VERSION, LIVE = "policyVersionId", "livePolicy"


def install() -> None:
    """Add the operations to moto's, and complete its own."""
    for kind in KINDS:
        setattr(NetworkManagerBackend, f"create_{kind}", _made(getattr(NetworkManagerBackend, f"create_{kind}"), kind))
    for kind, members in MEMBERS.items():
        setattr(NetworkManagerResponse, f"update_{kind}", _change(kind, members))
    for operation in (
        *(update_global_network, delete_global_network, update_core_network, put_core_network_policy),
        *(get_core_network_policy, execute_core_network_change_set, list_tags_for_resource),
    ):
        setattr(NetworkManagerResponse, operation.__name__, operation)
    for method in (_get_resource_from_arn, tag_resource):
        setattr(NetworkManagerBackend, method.__name__, method)
    for path in PATHS:
        urls.url_paths[path] = NetworkManagerResponse.dispatch


def _made(create: Callable[..., Any], kind: str) -> Callable[..., Any]:
    """A creation, after which the resource is there: a stack would wait for it. Its site must be there too."""

    def made(backend: NetworkManagerBackend, **given: Any) -> Any:
        network, site = given.get("global_network_id"), given.get("site_id")
        if network and site and site not in backend.sites.get(network, {}):
            raise ResourceNotFound(site)
        target = create(backend, **given)
        path = getattr(target, f"{kind}_id")
        path = f"{target.global_network_id}/{path}" if KINDS[kind] else path
        arn = f"arn:{backend.partition}:networkmanager::{backend.account_id}:{kind.replace('_', '-')}/{path}"
        setattr(target, f"{kind}_arn", arn)
        target.state = "AVAILABLE"
        return target

    return made


def _all(backend: NetworkManagerBackend) -> Iterator[tuple[str, Any]]:
    """Everything with its ARN."""
    for kind, inside in KINDS.items():
        groups = getattr(backend, inside).values() if inside else [getattr(backend, f"{kind}s")]
        for group in groups:
            yield from ((getattr(each, f"{kind}_arn"), each) for each in group.values())


def _get_resource_from_arn(backend: NetworkManagerBackend, arn: str) -> Any:
    """What has an ARN."""
    for own, target in _all(backend):
        if own == arn:
            return target
    raise ResourceNotFound(arn)


def tag_resource(backend: NetworkManagerBackend, resource_arn: str, tags: list[dict[str, Any]]) -> None:
    """TagResource; a key has one value."""
    target, keys = backend._get_resource_from_arn(resource_arn), {tag["Key"] for tag in tags}
    target.tags = [*(tag for tag in target.tags if tag["Key"] not in keys), *tags]


def list_tags_for_resource(response: NetworkManagerResponse) -> ActionResult:
    """ListTagsForResource, of an ARN with slashes."""
    arn = unquote(response.path.partition("/tags/")[2])
    return ActionResult({"TagList": response.networkmanager_backend.list_tags_for_resource(arn)})


def _change(kind: str, members: dict[str, str]) -> Callable[[NetworkManagerResponse], ActionResult]:
    """The operation that changes what lies in a global network."""

    def change(response: NetworkManagerResponse) -> ActionResult:
        network, _, identifier = response.path.partition("/global-networks/")[2].split("/")
        target = getattr(response.networkmanager_backend, KINDS[kind]).get(network, {}).get(identifier)
        if target is None:
            raise ResourceNotFound(identifier)
        for attribute, name in members.items():
            if response._get_param(name) is not None:
                setattr(target, attribute, response._get_param(name))
        return ActionResult({kind.capitalize(): getattr(responses, f"_{kind}")(target)})

    return change


def _global_network(response: NetworkManagerResponse) -> Any:
    identifier = response.path.rpartition("/")[2]
    network = response.networkmanager_backend.global_networks.get(identifier)
    if network is None:
        raise ResourceNotFound(identifier)
    return network


def update_global_network(response: NetworkManagerResponse) -> ActionResult:
    """UpdateGlobalNetwork of the API reference."""
    network = _global_network(response)
    network.description = response._get_param("Description")
    return ActionResult({"GlobalNetwork": _shown(network)})


def delete_global_network(response: NetworkManagerResponse) -> ActionResult:
    """DeleteGlobalNetwork of the API reference ("you must first delete all global network objects"; words assumed)."""
    network, backend = _global_network(response), response.networkmanager_backend
    inside = [
        own for kind in KINDS.values() if kind for own in getattr(backend, kind).get(network.global_network_id, {})
    ]
    core = (each for each in backend.core_networks.values() if each.global_network_id == network.global_network_id)
    if [*inside, *core]:
        message = f"Global network {network.global_network_id} has devices, links, sites or core networks."
        raise json_error("ConflictException", message)
    del backend.global_networks[network.global_network_id]
    return ActionResult({"GlobalNetwork": _shown(network)})


def _shown(network: Any) -> dict[str, Any]:
    identifiers = {"GlobalNetworkId": network.global_network_id, "GlobalNetworkArn": network.global_network_arn}
    return {**identifiers, "Description": network.description, "State": network.state}


def _core_network(response: NetworkManagerResponse) -> Any:
    return response.networkmanager_backend.get_core_network(response.path.partition("/core-networks/")[2].split("/")[0])


def update_core_network(response: NetworkManagerResponse) -> ActionResult:
    """UpdateCoreNetwork of the API reference."""
    network = _core_network(response)
    network.description = response._get_param("Description")
    return ActionResult({"CoreNetwork": responses._core_network(network)})


def put_core_network_policy(response: NetworkManagerResponse) -> ActionResult:
    """PutCoreNetworkPolicy: a new version, which becomes live when its change set is executed."""
    network = _core_network(response)
    version = kept(network).get(VERSION, 1 if network.policy_document else 0) + 1
    keep(network, {VERSION: version, LIVE: kept(network).get(LIVE, network.policy_document)})
    network.policy_document = response._get_param("PolicyDocument")
    return _policy(network)


def get_core_network_policy(response: NetworkManagerResponse) -> ActionResult:
    """GetCoreNetworkPolicy, of the latest version."""
    return _policy(_core_network(response))


def execute_core_network_change_set(response: NetworkManagerResponse) -> ActionResult:
    """ExecuteCoreNetworkChangeSet of the API reference."""
    network = _core_network(response)
    keep(network, {LIVE: network.policy_document})
    return ActionResult({})


def _policy(network: Any) -> ActionResult:
    live = kept(network).get(LIVE, network.policy_document) == network.policy_document
    return ActionResult(
        {
            "CoreNetworkPolicy": {
                "CoreNetworkId": network.core_network_id,
                "PolicyVersionId": kept(network).get(VERSION, 1),
                "Alias": "LIVE" if live else "LATEST",
                "ChangeSetState": "EXECUTION_SUCCEEDED" if live else "READY_TO_EXECUTE",
                "PolicyDocument": network.policy_document,
            }
        }
    )
