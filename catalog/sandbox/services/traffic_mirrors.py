"""EC2: changes and deletions of traffic mirroring that moto lacks, and tags that change.

Source: EC2 API reference, ModifyTrafficMirrorFilterNetworkServices, ModifyTrafficMirrorSession,
DeleteTrafficMirrorFilter, DeleteTrafficMirrorTarget.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.traffic_mirrors import TrafficMirrorFilter, TrafficMirrorSession, TrafficMirrorTarget
from moto.ec2.responses.traffic_mirrors import TrafficMirrors
from moto.ec2.utils import EC2_RESOURCE_TO_PREFIX

from catalog.sandbox.services.keeping import members

CREATE, MODIFY = TrafficMirrors.create_traffic_mirror_filter, TrafficMirrors.modify_traffic_mirror_session
FIELDS = {"packet-length": "packet_length", "virtual-network-id": "virtual_network_id", "description": "description"}
"""A field that a request removes → the attribute of moto's session."""


def install() -> None:
    """Replace moto's operations, add those that it lacks, and let ids begin as EC2's do: others cannot be tagged."""
    EC2_RESOURCE_TO_PREFIX.update({"traffic-mirror-filter": "tmf", "traffic-mirror-target": "tmt"})
    for kind in (TrafficMirrorFilter, TrafficMirrorSession, TrafficMirrorTarget):
        # moto keeps those of the creation in the attribute
        setattr(kind, "tags", property(lambda it: it.get_tags(), lambda it, _: None))  # noqa: B010
    for name, answer in {
        "create_traffic_mirror_filter": create_filter,
        "delete_traffic_mirror_filter": delete_filter,
        "delete_traffic_mirror_target": delete_target,
        "modify_traffic_mirror_filter_network_services": modify_services,
        "modify_traffic_mirror_session": modify_session,
    }.items():
        setattr(TrafficMirrors, name, answer)


def create_filter(response: TrafficMirrors) -> ActionResult:
    """CreateTrafficMirrorFilter, without network services."""
    answer = CREATE(response)
    backend, identifier = response.ec2_backend, members(answer)["TrafficMirrorFilter"]["TrafficMirrorFilterId"]
    setattr(backend.traffic_mirror_filters[identifier], "network_services", [])  # noqa: B010
    return answer


def filter_of(response: TrafficMirrors) -> Any:
    """The filter of a request."""
    identifier = response._get_param("TrafficMirrorFilterId")
    return existing(response.ec2_backend.traffic_mirror_filters, identifier, "Filter")


def existing(known: dict[str, Any], identifier: str, kind: str) -> Any:
    """What has an id; the error of EC2 if nothing has it."""
    if identifier not in known:
        raise EC2ClientError(
            f"InvalidTrafficMirror{kind}Id.NotFound", f"The traffic mirror {kind.lower()} '{identifier}' does not exist"
        )
    return known[identifier]


def modify_services(response: TrafficMirrors) -> ActionResult:
    """ModifyTrafficMirrorFilterNetworkServices."""
    it, gone = filter_of(response), response._get_param("RemoveNetworkServices", [])
    services = [*it.network_services, *response._get_param("AddNetworkServices", [])]
    it.network_services = [service for service in dict.fromkeys(services) if service not in gone]
    return ActionResult({"TrafficMirrorFilter": it})


def modify_session(response: TrafficMirrors) -> ActionResult:
    """ModifyTrafficMirrorSession, with fields that go."""
    identifier = response._get_param("TrafficMirrorSessionId")
    session = existing(response.ec2_backend.traffic_mirror_sessions, identifier, "Session")
    for field in response._get_param("RemoveFields", []):
        setattr(session, FIELDS[field], None)
    return MODIFY(response)


def in_use(response: TrafficMirrors, kind: str, identifier: str) -> None:
    """Refuse to delete what a session uses."""
    sessions = response.ec2_backend.traffic_mirror_sessions.values()
    if any(getattr(each, f"traffic_mirror_{kind.lower()}_id") == identifier for each in sessions):
        raise EC2ClientError(
            f"TrafficMirror{kind}InUse", f"The traffic mirror {kind.lower()} '{identifier}' is used by a session"
        )


def delete_filter(response: TrafficMirrors) -> ActionResult:
    """DeleteTrafficMirrorFilter."""
    identifier = filter_of(response).id
    in_use(response, "Filter", identifier)
    del response.ec2_backend.traffic_mirror_filters[identifier]
    return ActionResult({"TrafficMirrorFilterId": identifier})


def delete_target(response: TrafficMirrors) -> ActionResult:
    """DeleteTrafficMirrorTarget."""
    identifier = response._get_param("TrafficMirrorTargetId")
    existing(response.ec2_backend.traffic_mirror_targets, identifier, "Target")
    in_use(response, "Target", identifier)
    del response.ec2_backend.traffic_mirror_targets[identifier]
    return ActionResult({"TrafficMirrorTargetId": identifier})
