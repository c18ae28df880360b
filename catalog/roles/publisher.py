"""The roles of CI as a CloudFormation template: one that plans, one that publishes, and a managed policy each.

And when it is asked for, one that also prunes and adopts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from catalog.content.config import Config
from catalog.content.portfolio_files import PortfolioFile
from catalog.errors import ContentError
from catalog.model.definition import LaunchPermission
from catalog.model.state import OWNER_TAG
from catalog.roles.oidc import Trust
from catalog.roles.operations import PHASES, Phase, PublisherResources, permissions
from catalog.roles.template import policy_document

COMMANDS: Mapping[Phase, str] = {
    "plan": "catalog plan",
    "publish": "catalog publish",
    "upkeep": "catalog prune and adopt",
}
MANAGED_LIMIT = 6_144
"""Characters of a managed policy, white space not counted (IAM quotas)."""


def places(config: Config, portfolios: Iterable[PortfolioFile]) -> PublisherResources:
    """Where a repository is published to: its bucket in every Region, and the roles that constraints name."""
    bucket = config.bucket.format(account="${AWS::AccountId}", region="*")
    roles: set[str] = set()
    for portfolio in portfolios:
        for _, _, entry in portfolio.entries():
            launch = entry.get("launch", {})
            if name := launch.get("local_role_name"):
                roles.add(f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role/{name}")
            elif arn := launch.get("role_arn") or entry.get("stackset", {}).get("admin_role"):
                roles.add(str(arn).replace("${AWS::Region}", "*"))
    targets = sorted({target.role for target in config.targets} - {""})
    return PublisherResources(
        f"arn:${{AWS::Partition}}:s3:::{bucket}",
        f"arn:${{AWS::Partition}}:ssm:*:${{AWS::AccountId}}:document/{config.owner}-*",
        tuple(sorted(roles)),
        tuple(targets),
    )


def publisher_template(
    config: Config,
    portfolios: Iterable[PortfolioFile],
    trust: Trust | None,
    *,
    plan_only: bool = False,
    upkeep: bool = False,
) -> dict[str, Any]:
    """A managed policy for each phase, and with `trust` a role for each; without, attach them to whom you like.

    What publishing needs beside planning stands apart, so that a job for pull requests can have the one without the
    other. The role that publishes has both. Deleting stands apart too, and nobody gets it unasked (`upkeep`).
    """
    where = places(config, portfolios)
    phases: tuple[Phase, ...] = ("plan",) if plan_only else PHASES if upkeep else ("plan", "publish")
    resources: dict[str, Any] = {}
    outputs: dict[str, Any] = {}
    for index, phase in enumerate(phases):
        policy, role = f"{phase.capitalize()}Policy", f"{phase.capitalize()}Role"
        resources[policy] = managed_policy(config.owner, phase, permissions(phase, where))
        outputs[f"{policy}Arn"] = {"Description": f"What {COMMANDS[phase]} needs", "Value": {"Ref": policy}}
        if trust:
            policies = [f"{one.capitalize()}Policy" for one in phases[: index + 1]]
            resources[role] = ci_role(config.owner, phase, trust, policies)
            outputs[f"{role}Arn"] = {
                "Description": f"Role of the job that runs {COMMANDS[phase]}",
                "Value": {"Fn::GetAtt": [role, "Arn"]},
            }
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"Roles with which CI publishes what {config.owner} owns to AWS Service Catalog",
        "Resources": resources,
        "Outputs": outputs,
    }


def managed_policy(owner: str, phase: Phase, found: tuple[LaunchPermission, ...]) -> dict[str, Any]:
    """A managed policy with the reasons in its Metadata."""
    document = policy_document(found)
    size = len(re.sub(r"\s", "", json.dumps(document)))
    if size > MANAGED_LIMIT:
        raise ContentError(
            f"the policy for {COMMANDS[phase]} has {size} characters; IAM's limit is {MANAGED_LIMIT}",
            hint="Portfolios name many launch roles: let several products share one.",
        )
    return {
        "Type": "AWS::IAM::ManagedPolicy",
        "Metadata": {"Reasons": {permission.sid: permission.reason for permission in found}},
        "Properties": {
            "ManagedPolicyName": f"{owner}-{phase}",
            "Description": f"What {COMMANDS[phase]} needs"
            if phase == PHASES[0]
            else f"What {COMMANDS[phase]} needs beside what comes before it",
            "PolicyDocument": document,
        },
    }


def ci_role(owner: str, phase: Phase, trust: Trust, policies: list[str]) -> dict[str, Any]:
    """A role that jobs of one repository assume; an hour is enough for either."""
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "RoleName": f"{owner}-{phase}",
            "Description": f"Runs {COMMANDS[phase]} in CI",
            "MaxSessionDuration": 3600,
            "AssumeRolePolicyDocument": trust.document(phase),
            "ManagedPolicyArns": [{"Ref": policy} for policy in policies],
            "Tags": [{"Key": OWNER_TAG, "Value": owner}],
        },
    }
