"""The permissions of the role that runs `catalog bootstrap` in CI: its own calls, and those that CloudFormation makes.

CloudFormation makes the template bucket and the launch roles with the permissions of the caller. What that takes is
derived from the templates of the stacks, as the permissions of a launch role are from those of products.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from catalog.content.bucket_settings import BucketSettings, fill
from catalog.content.config import Config
from catalog.model.definition import LaunchPermission
from catalog.plan.kinds.stack import bucket_stack
from catalog.publishing.role_stacks import stack_name
from catalog.publishing.template_bucket import bucket_template
from catalog.roles.derive import ProductVersion, derive
from catalog.roles.launch import LaunchRole
from catalog.roles.operations import PublisherResources, permissions
from catalog.roles.template import new_template, role_resources

EVERYTHING = BucketSettings(access_logs="logs", incomplete_upload_days=1, noncurrent_days=30)
"""All settings of the bucket: the role stays the same when the repository turns one on or off."""


def bootstrap_permissions(
    config: Config, resources: PublisherResources, roles: Mapping[str, LaunchRole]
) -> tuple[LaunchPermission, ...]:
    """The statements for the stacks of a repository with these launch roles."""
    own = replace(
        resources,
        roles=tuple(sorted(f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role/{name}" for name in roles)),
        stacks=tuple(
            f"arn:${{AWS::Partition}}:cloudformation:*:${{AWS::AccountId}}:stack/{name}"
            for name in (f"{bucket_stack(config.owner)}/*", f"{stack_name(config.owner, 1)}*")
        ),
    )
    return (*permissions("bootstrap", own), *derived(config, roles))


def derived(config: Config, roles: Mapping[str, LaunchRole]) -> Iterable[LaunchPermission]:
    """What CloudFormation calls to make, change and delete the resources of the stacks, on these resources alone."""
    bucket = fill(config.bucket, "${AWS::AccountId}", "${AWS::Region}")
    made = {
        logical_id: resource
        for name, role in roles.items()
        for logical_id, resource in role_resources(config.owner, name, role.permissions).items()
    }
    versions = [
        ProductVersion("bootstrap", "1.0.0", template)
        for template in (bucket_template(bucket), bucket_template(bucket, EVERYTHING, "logs"), new_template(made))
    ]
    for permission in derive(versions, config.regions, generated_names=False).permissions:
        yield replace(permission, resources=tuple(arn.replace("${AWS::Region}", "*") for arn in permission.resources))
