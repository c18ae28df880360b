"""EC2: launch templates, whose later versions moto cannot launch, and whose own tags it takes for those of instances.

A disk without a size has that of its image; one without EBS is part of the host (EC2 user guide, "Block device
mappings").
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from typing import Any

from moto.ec2.models.instances import InstanceBackend
from moto.ec2.models.launch_templates import LaunchTemplate, LaunchTemplateBackend, LaunchTemplateVersion
from moto.ec2.utils import parse_user_data

VERSION: ContextVar[Any] = ContextVar("the version that a launch takes if it names none", default=None)
IMAGE_SIZE = 8
"""The size of the disk of an image, in GiB."""
TEMPLATE = InstanceBackend._get_template_from_args
CREATE, CREATE_VERSION = LaunchTemplateBackend.create_launch_template, LaunchTemplate.create_version


def install() -> None:
    """Replace moto's methods."""
    setattr(LaunchTemplateBackend, "create_launch_template", create)  # noqa: B010  # mypy allows no other form
    setattr(LaunchTemplate, "create_version", create_version)  # noqa: B010
    setattr(InstanceBackend, "_get_template_from_args", launched)  # noqa: B010
    setattr(LaunchTemplate, "tags", property(LaunchTemplate.get_tags, _keep_none))  # noqa: B010


def _keep_none(template: LaunchTemplate, tags: Any) -> None:
    """Take no list of tags: moto would show the one of the creation for ever."""


def create(
    backend: LaunchTemplateBackend, name: str, description: str, template_data: dict[str, Any], tag_spec: dict[str, Any]
) -> LaunchTemplate:
    """CreateLaunchTemplate; the tags of the template are not part of its data."""
    specifications = template_data.get("TagSpecifications") or []
    kept = [each for each in specifications if each.get("ResourceType") != "launch-template"]
    template_data = {key: value for key, value in template_data.items() if key != "TagSpecifications"}
    data = {**template_data, "TagSpecifications": kept} if kept else template_data
    return CREATE(backend, name, description, data, tag_spec)


def create_version(template: LaunchTemplate, data: dict[str, Any], description: str) -> LaunchTemplateVersion:
    """A version; its user data is text in base 64."""
    user_data = data.get("UserData")
    if isinstance(user_data, str):
        data = {**data, "UserData": parse_user_data(user_data)}
    return CREATE_VERSION(template, data, description)


def launched(backend: InstanceBackend, launch_template_arg: dict[str, Any]) -> LaunchTemplateVersion:
    """The version of a launch template that a launch takes, with all that its disks need."""
    version = VERSION.get()
    taken = TEMPLATE(backend, {"Version": version, **launch_template_arg} if version else launch_template_arg)
    if not taken.data.get("BlockDeviceMappings"):
        return taken
    complete = copy.copy(taken)
    complete.data = {**taken.data, "BlockDeviceMappings": disks(taken.data["BlockDeviceMappings"])}
    return complete


def disks(mappings: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The disks of EBS, each with a size. They go with their instance, unless they say otherwise.

    Auto Scaling API reference, Ebs: "the default value is true"; EC2 user guide, "Preserve data when an instance is
    terminated", of a volume that is attached at launch by the API.
    """
    disk = {"DeleteOnTermination": True}
    sized = {**disk, "VolumeSize": IMAGE_SIZE}
    return [
        {**each, "Ebs": {**(disk if each["Ebs"].get("SnapshotId") else sized), **each["Ebs"]}}
        for each in mappings
        if each.get("Ebs")
    ]
