"""DMS: changes and tags of endpoints, tasks and subnet groups, which moto lacks; a group has its own subnets.

Source: DMS API reference, ModifyEndpoint, ModifyReplicationTask, ModifyReplicationSubnetGroup, AddTagsToResource,
CreateEndpoint (ResourceAlreadyExistsFault), CreateReplicationSubnetGroup (ReplicationSubnetGroupDoesNotCoverEnoughAZs).
"""

from __future__ import annotations

import json
from typing import Any

from moto.dms.exceptions import DmsClientError, ResourceAlreadyExistsFault, ResourceNotFoundFault
from moto.dms.models import DatabaseMigrationServiceBackend, Endpoint, FakeReplicationSubnetGroup, FakeReplicationTask
from moto.dms.responses import DatabaseMigrationServiceResponse
from moto.ec2.models import ec2_backends

from catalog.sandbox.services.keeping import complete, keep

CREATE_ENDPOINT = DatabaseMigrationServiceBackend.create_endpoint
CREATE_TASK = DatabaseMigrationServiceResponse.create_replication_task
DELETE = {
    name: getattr(DatabaseMigrationServiceBackend, name)
    for name in ("delete_endpoint", "delete_replication_task", "delete_replication_subnet_group")
}
TASK = (
    *("ReplicationTaskIdentifier", "TableMappings", "ReplicationTaskSettings", "MigrationType", "CdcStartPosition"),
    *("CdcStopPosition", "TaskData"),
)
UNSHOWN = ("EndpointArn", "Password", "ExactSettings", "Tags")
ENOUGH = 2


def install() -> None:
    """Replace moto's methods, and add operations."""
    for answer in (
        modify_endpoint,
        create_replication_task,
        modify_replication_task,
        create_replication_subnet_group,
        modify_replication_subnet_group,
        add_tags_to_resource,
        remove_tags_from_resource,
    ):
        setattr(DatabaseMigrationServiceResponse, answer.__name__, answer)
    setattr(DatabaseMigrationServiceBackend, "create_endpoint", create_endpoint)  # noqa: B010
    for name in DELETE:
        setattr(DatabaseMigrationServiceBackend, name, untagged(name))
    for kind in (Endpoint, FakeReplicationTask, FakeReplicationSubnetGroup):
        complete(kind, "to_dict")


def untagged(name: str) -> Any:
    """A method that deletes, after which the tags are gone too."""

    def deleted(backend: DatabaseMigrationServiceBackend, **given: Any) -> Any:
        (identifier,) = given.values()
        arn = identifier if identifier.startswith("arn:") else group_arn(backend, identifier)
        answer = DELETE[name](backend, **given)
        backend.tagger.delete_all_tags_for_resource(arn)
        return answer

    return deleted


# Endpoints and tasks


def create_endpoint(backend: DatabaseMigrationServiceBackend, **given: Any) -> Endpoint:
    """CreateEndpoint, whose identifier no other endpoint may have."""
    if given["endpoint_identifier"] in backend.endpoints:
        raise ResourceAlreadyExistsFault(f"Endpoint {given['endpoint_identifier']} already exists.")
    endpoint = CREATE_ENDPOINT(backend, **given)
    endpoint.status = "active"
    return endpoint


def modify_endpoint(response: DatabaseMigrationServiceResponse) -> str:
    """ModifyEndpoint of the API reference: what is given changes."""
    given, existing = json.loads(response.body), response.dms_backend.endpoints
    for identifier, endpoint in existing.items():
        if endpoint.endpoint_arn == given["EndpointArn"]:
            keep(endpoint, {name: value for name, value in given.items() if name not in UNSHOWN})
            existing[endpoint.endpoint_identifier] = existing.pop(identifier)
            shown = {name: value for name, value in endpoint.to_dict().items() if value is not None}
            return json.dumps({"Endpoint": shown})
    raise ResourceNotFoundFault("Endpoint could not be found.")


def create_replication_task(response: DatabaseMigrationServiceResponse) -> str:
    """CreateReplicationTask, with all that is given."""
    return _kept(response, json.loads(CREATE_TASK(response))["ReplicationTask"]["ReplicationTaskArn"])


def modify_replication_task(response: DatabaseMigrationServiceResponse) -> str:
    """ModifyReplicationTask of the API reference: what is given changes."""
    return _kept(response, response._get_param("ReplicationTaskArn"))


def _kept(response: DatabaseMigrationServiceResponse, arn: str) -> str:
    """A task with all that a request gives; it is ready to be started."""
    task = response.dms_backend.replication_tasks.get(arn)
    if task is None:
        raise ResourceNotFoundFault("Replication task could not be found.")
    given = json.loads(response.body)
    task.status = "ready" if task.status == "creating" else task.status
    keep(task, {name: given[name] for name in TASK if given.get(name) is not None})
    task.id = str(given.get("ReplicationTaskIdentifier") or task.id)
    return json.dumps({"ReplicationTask": task.to_dict()})


# Subnet groups


def group_arn(backend: DatabaseMigrationServiceBackend, name: str) -> str:
    """The ARN of a subnet group."""
    return f"arn:{backend.partition}:dms:{backend.region_name}:{backend.account_id}:subgrp:{name}"


def create_replication_subnet_group(response: DatabaseMigrationServiceResponse) -> str:
    """CreateReplicationSubnetGroup of the API reference."""
    backend, given = response.dms_backend, json.loads(response.body)
    name = given["ReplicationSubnetGroupIdentifier"].lower()
    subnets = _subnets(backend, given["SubnetIds"])
    group = backend.create_replication_subnet_group(name, given["ReplicationSubnetGroupDescription"], [])
    keep(group, subnets)
    backend.tagger.tag_resource(group_arn(backend, name), given.get("Tags"))
    return json.dumps({"ReplicationSubnetGroup": group.to_dict()})


def modify_replication_subnet_group(response: DatabaseMigrationServiceResponse) -> str:
    """ModifyReplicationSubnetGroup of the API reference."""
    backend, given = response.dms_backend, json.loads(response.body)
    group = backend.replication_subnet_groups.get(given["ReplicationSubnetGroupIdentifier"])
    if group is None:
        raise ResourceNotFoundFault("Replication subnet group could not be found.")
    keep(group, _subnets(backend, given["SubnetIds"]))
    group.description = given.get("ReplicationSubnetGroupDescription") or group.description
    return json.dumps({"ReplicationSubnetGroup": group.to_dict()})


def _subnets(backend: DatabaseMigrationServiceBackend, names: list[str]) -> dict[str, Any]:
    """The network and the subnets of a group, which must be in enough zones."""
    network = ec2_backends[backend.account_id][backend.region_name]
    subnets = [network.get_subnet(name) for name in names]
    zones = {subnet.availability_zone for subnet in subnets}
    if len(zones) < ENOUGH:
        raise DmsClientError(
            "ReplicationSubnetGroupDoesNotCoverEnoughAZs",
            "The replication subnet group doesn't meet the Availability Zone (AZ) coverage requirement. Add subnets to "
            f"cover at least {ENOUGH} AZs. Current coverage: {len(zones)}",
        )
    shown = [
        {
            "SubnetIdentifier": subnet.id,
            "SubnetAvailabilityZone": {"Name": subnet.availability_zone},
            "SubnetStatus": "Active",
        }
        for subnet in subnets
    ]
    return {"VpcId": subnets[0].vpc_id, "Subnets": shown}


# Tags


def add_tags_to_resource(response: DatabaseMigrationServiceResponse) -> str:
    """AddTagsToResource of the API reference."""
    response.dms_backend.tagger.tag_resource(response._get_param("ResourceArn"), response._get_param("Tags"))
    return "{}"


def remove_tags_from_resource(response: DatabaseMigrationServiceResponse) -> str:
    """RemoveTagsFromResource of the API reference."""
    response.dms_backend.untag_resource(response._get_param("ResourceArn"), response._get_param("TagKeys"))
    return "{}"
