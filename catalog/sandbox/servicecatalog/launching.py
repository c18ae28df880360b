"""Plan a launch or an update before any stack operation: path, template, role, tags and topics."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from catalog.sandbox.servicecatalog.call import Call
from catalog.sandbox.servicecatalog.exceptions import InvalidParametersException
from catalog.sandbox.servicecatalog.launch_paths import LaunchPath
from catalog.sandbox.servicecatalog.launch_roles import launch_role_arn
from catalog.sandbox.servicecatalog.lookup import imported
from catalog.sandbox.servicecatalog.parameters import template_with_rules
from catalog.sandbox.servicecatalog.stack_set_plans import StackSetPlan, stack_set_plan
from catalog.sandbox.servicecatalog.state import Artifact, StoredLaunch, StoredProvisionedProduct
from catalog.sandbox.servicecatalog.tag_options import launch_tags, launch_values, visible_options
from catalog.sandbox.servicecatalog.views import tag_dict


@dataclass(frozen=True)
class LaunchPlan:
    """The plan of a launch or an update."""

    launch: StoredLaunch
    template: str
    topics: tuple[str, ...]
    """SNS topics for the events of the stack."""
    stack_set: StackSetPlan | None = None
    """Set under a STACKSET constraint."""


def plan_launch(call: Call, path: LaunchPath, version: Artifact, tags: dict[str, str]) -> LaunchPlan:
    """Plan the launch of `version` through `path`, with the constraints of the path."""
    stack_set = stack_set_plan(call, path, version)
    role = path_role(call, path)
    launch = StoredLaunch(
        product_id=path.product.id,
        product_arn=path.product.arn,
        artifact_id=version.id,
        portfolio_arn=path.portfolio.arn,
        path_id=path.id,
        launch_role_arn=role,
        stack_account=stack_set.account if stack_set else role.split(":")[4] if role else call.account,
        tags=tags,
        type="CFN_STACKSET" if stack_set else "CFN_STACK",
    )
    template = template_with_rules(version, path.of_type("TEMPLATE"))
    return LaunchPlan(launch, template, _topics(call, path), stack_set)


def with_launch_role(plan: LaunchPlan, role: str) -> LaunchPlan:
    """The plan with the launch role that UpdateProvisionedProductProperties has set, if it has."""
    if not role:
        return plan
    return replace(plan, launch=replace(plan.launch, launch_role_arn=role, stack_account=role.split(":")[4]))


def check_parameters(call: Call) -> None:
    """Raise `InvalidParametersException` for a parameter without a key or a repeated parameter [text assumed]."""
    keys = [item.get("Key") for item in call.request.get("ProvisioningParameters") or []]
    if None in keys:
        raise InvalidParametersException("Every item of ProvisioningParameters must have a Key.")
    repeated = sorted({str(key) for key in keys if keys.count(key) > 1})
    if repeated:
        raise InvalidParametersException(f"Duplicate keys in ProvisioningParameters: {', '.join(repeated)}")


def path_role(call: Call, path: LaunchPath) -> str:
    """The ARN of the role in the LAUNCH constraint of the path; empty without such a constraint."""
    for constraint in path.of_type("LAUNCH"):
        return launch_role_arn(json.loads(constraint.parameters), call.account, call.partition)
    return ""


def tag_updates_allowed(path: LaunchPath) -> bool:
    """Whether the RESOURCE_UPDATE constraint of the path allows tag updates; without one they are not allowed."""
    rules = [json.loads(item.parameters)["Properties"] for item in path.of_type("RESOURCE_UPDATE")]
    return any(properties["TagUpdateOnProvisionedProduct"] == "ALLOWED" for properties in rules)


def offered_tags(call: Call, path: LaunchPath) -> dict[str, list[str]]:
    """The TagOption values of a path; those of another account only if a share includes TagOptions.

    A shared product in a portfolio of the caller's account has those that any share of it includes [assumed].
    """
    sources = [path.portfolio, *(item for item in imported(call) if path.product.id in item.product_ids)]
    return launch_values(
        visible_options(call, path.portfolio, [path.portfolio]), visible_options(call, path.product, sources)
    )


def new_launch_tags(call: Call, path: LaunchPath) -> dict[str, str]:
    """The tags of a first launch."""
    return launch_tags(offered_tags(call, path), _sent_tags(call), path.portfolio, path.product)


def updated_launch_tags(call: Call, path: LaunchPath, old: dict[str, str]) -> dict[str, str]:
    """The tags after an update; a change requires a RESOURCE_UPDATE constraint that allows it (API Reference).

    A TagOption key that the request omits keeps its value while that value is still offered.
    """
    offered = offered_tags(call, path)
    unchanged = {key: value for key, value in old.items() if value in offered.get(key, [value])}
    if "Tags" not in call.request:
        return launch_tags(offered, unchanged, path.portfolio, path.product)
    chosen = {key: value for key, value in unchanged.items() if key in offered} | _sent_tags(call)
    new = launch_tags(offered, chosen, path.portfolio, path.product)
    if new != old and not tag_updates_allowed(path):
        raise InvalidParametersException(
            "Tag updates on the provisioned product are not allowed by the RESOURCE_UPDATE constraint."
        )
    return new


def _sent_tags(call: Call) -> dict[str, str]:
    tags = tag_dict(call.request.get("Tags"))
    for key in tags:
        if key.lower().startswith("aws:"):
            raise InvalidParametersException(
                f"Tag {key}: aws: prefixed tag key names are not allowed for external use."
            )
    return tags


def _topics(call: Call, path: LaunchPath) -> tuple[str, ...]:
    topics: list[str] = list(call.request.get("NotificationArns") or [])
    for constraint in path.of_type("NOTIFICATION"):
        topics += json.loads(constraint.parameters)["NotificationArns"]
    return tuple(dict.fromkeys(topics))


def auto_tags(target: StoredProvisionedProduct, launch: StoredLaunch) -> dict[str, str]:
    """AutoTags: the origin of a stack and who launched it (Administrator Guide, "AutoTags")."""
    prefix = "aws:servicecatalog:"
    return {
        f"{prefix}productArn": launch.product_arn,
        f"{prefix}provisioningPrincipalArn": target.user_arn_session,
        f"{prefix}provisioningArtifactIdentifier": launch.artifact_id,
        f"{prefix}portfolioArn": launch.portfolio_arn,
        f"{prefix}provisionedProductArn": target.arn,
    }
