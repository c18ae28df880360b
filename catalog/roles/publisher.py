"""The roles for CI as a CloudFormation template: one that plans, one that publishes, each with a managed policy.

On request also one that prunes and adopts, and one that bootstraps.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from catalog.content.config import Config
from catalog.content.import_files import ImportFile
from catalog.content.portfolio_files import PortfolioFile
from catalog.errors import ContentError
from catalog.model.definition import LaunchPermission
from catalog.model.state import OWNER_TAG
from catalog.roles.oidc import Trust
from catalog.roles.operations import PHASES, Phase, PublisherResources, permissions
from catalog.roles.template import policy_document, reasons

COMMANDS: Mapping[Phase, str] = {
    "plan": "catalog plan",
    "publish": "catalog publish",
    "upkeep": "catalog prune and adopt",
    "bootstrap": "catalog bootstrap",
}
MANAGED_LIMIT = 6_144
"""Characters of a managed policy, without white space (IAM quotas)."""


def publisher_resources(
    config: Config, portfolios: Iterable[PortfolioFile], imports: Iterable[ImportFile] = ()
) -> PublisherResources:
    """The resources of a repository's publisher: bucket in every Region, documents, roles of constraints, imports."""
    bucket = config.bucket.format(account="${AWS::AccountId}", region="*")
    roles: set[str] = set()
    for portfolio in portfolios:
        for _, _, portfolio_product in portfolio.product_entries():
            launch = portfolio_product.get("launch", {})
            if name := launch.get("local_role_name"):
                roles.add(f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role/{name}")
            elif arn := launch.get("role_arn") or portfolio_product.get("stackset", {}).get("admin_role"):
                roles.add(str(arn).replace("${AWS::Region}", "*"))
    targets = sorted({target.role for target in config.targets} - {""})
    return PublisherResources(
        f"arn:${{AWS::Partition}}:s3:::{bucket}",
        f"arn:${{AWS::Partition}}:ssm:*:${{AWS::AccountId}}:document/{config.owner}-*",
        tuple(sorted(roles)),
        tuple(targets),
        imports=tuple(sorted({arn for file in imports for arn in import_arns(file)})),
    )


def import_arns(file: ImportFile) -> Iterator[str]:
    """The ARNs of a portfolio of another account; all of the account when the file names it by its display name."""
    data = file.document.data
    ids = data.get("portfolio_id", "*")
    regions = ids if isinstance(ids, dict) else {"*": ids}
    for region, portfolio_id in regions.items():
        yield f"arn:${{AWS::Partition}}:catalog:{region}:{data['account']}:portfolio/{portfolio_id}"


def publisher_template(
    config: Config,
    resources_of_publisher: PublisherResources,
    trust: Trust | None,
    *,
    plan_only: bool = False,
    upkeep: bool = False,
    bootstrap: Sequence[LaunchPermission] = (),
) -> dict[str, Any]:
    """A managed policy for each phase, and with `trust` also a role for each phase.

    The permissions that publish needs beyond plan are a policy of their own, so that a job for pull requests gets only
    those of plan. The role that publishes has both. The permissions that delete are a third policy, made only with
    `upkeep`. Those of `bootstrap` are a policy and a role on their own, because that role can become administrator.
    """
    phases: tuple[Phase, ...] = ("plan",) if plan_only else PHASES if upkeep else ("plan", "publish")
    resources: dict[str, Any] = {}
    outputs: dict[str, Any] = {}
    statements = {phase: permissions(phase, resources_of_publisher) for phase in phases}
    attached = {phase: phases[: index + 1] for index, phase in enumerate(phases)}
    if bootstrap:
        statements["bootstrap"], attached["bootstrap"] = tuple(bootstrap), ("bootstrap",)
    for phase in attached:
        policy, role = f"{phase.capitalize()}Policy", f"{phase.capitalize()}Role"
        resources[policy] = managed_policy(config.owner, phase, statements[phase])
        outputs[f"{policy}Arn"] = {"Description": f"Permissions for {COMMANDS[phase]}", "Value": {"Ref": policy}}
        if trust:
            policies = [f"{each.capitalize()}Policy" for each in attached[phase]]
            resources[role] = ci_role(config.owner, phase, trust, policies)
            outputs[f"{role}Arn"] = {
                "Description": f"Role for the job that runs {COMMANDS[phase]}",
                "Value": {"Fn::GetAtt": [role, "Arn"]},
            }
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"Roles for the CI jobs that publish the products of {config.owner} to AWS Service Catalog",
        "Resources": resources,
        "Outputs": outputs,
    }


def managed_policy(owner: str, phase: Phase, statements: tuple[LaunchPermission, ...]) -> dict[str, Any]:
    """A managed policy with the reasons in its Metadata."""
    document = policy_document(statements)
    size = len(re.sub(r"\s", "", json.dumps(document)))
    if size > MANAGED_LIMIT:
        raise ContentError(
            f"the policy for {COMMANDS[phase]} has {size} characters; IAM's limit is {MANAGED_LIMIT}",
            hint="The portfolios name many launch roles. Let several products share one.",
        )
    return {
        "Type": "AWS::IAM::ManagedPolicy",
        "Metadata": reasons(statements),
        "Properties": {
            "ManagedPolicyName": f"{owner}-{phase}",
            # Another Description replaces the policy, which CloudFormation refuses for a policy with a name.
            "Description": f"What {COMMANDS[phase]} needs"
            if phase in (PHASES[0], "bootstrap")
            else f"What {COMMANDS[phase]} needs beside what comes before it",
            "PolicyDocument": document,
        },
    }


def ci_role(owner: str, phase: Phase, trust: Trust, policies: list[str]) -> dict[str, Any]:
    """A role that jobs of one repository assume, for at most an hour."""
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
