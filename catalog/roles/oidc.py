"""Whom the publisher's roles trust: jobs of one GitHub repository or GitLab project, by OpenID Connect.

Sources: GitHub, "OpenID Connect reference" (subject claims) and "Configuring OpenID Connect in Amazon Web Services";
GitLab, "Configure OpenID Connect in AWS" and "ID token authentication". Both demand a condition on `sub`: without one
every repository of the world could assume the role. So a repository is named in full, and only a ref may have a `*`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from catalog.errors import ContentError
from catalog.roles.operations import Phase

GITHUB_HOST = "token.actions.githubusercontent.com"
GITLAB_HOST = "gitlab.com"
PROVIDER = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:oidc-provider/([A-Za-z0-9.-]+(?::\d+)?(?:/[\w./-]+)?)", re.ASCII)
# With @ID behind each name for repositories with immutable subject claims (GitHub changelog, 2026-04-23).
REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*(@\d+)?/[\w.-]+(@\d+)?", re.ASCII)
PROJECT = re.compile(r"[\w.-]+(/[\w.-]+)+", re.ASCII)
REF = re.compile(r"[^\s?\"'\\${}]+")
KINDS_OF_REF = re.compile(r"^(environment:|tag:|refs/heads/|refs/tags/|refs/)")
BRANCH = "main"


@dataclass(frozen=True, slots=True)
class Trust:
    """An identity provider and the subjects that it vouches for."""

    provider: Any
    """ARN of the provider in IAM, as the template has it."""
    host: str
    """What stands before `:aud` and `:sub` in condition keys."""
    audience: str
    subjects: dict[Phase, tuple[str, ...]]
    """Phase → what the token's `sub` may be; with a `*` in the ref only. Upkeep trusts whom publishing does."""

    def document(self, phase: Phase) -> dict[str, Any]:
        """The trust policy of the role for a phase."""
        subjects = list(self.subjects["publish" if phase == "upkeep" else phase])
        subject = {f"{self.host}:sub": subjects if len(subjects) > 1 else subjects[0]}
        audience = {f"{self.host}:aud": self.audience}
        pattern = any("*" in one for one in subjects)
        conditions = (
            {"StringEquals": audience, "StringLike": subject} if pattern else {"StringEquals": {**audience, **subject}}
        )
        return {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Federated": self.provider},
                    "Action": "sts:AssumeRoleWithWebIdentity",
                    "Condition": conditions,
                }
            ],
        }


def github(text: str, provider: str = "") -> Trust:
    """`ORG/REPO[:REF]`; plan also for pull requests of the repository.

    REF: a branch, `refs/tags/v*`, `environment:NAME`; without one, branch main.
    """
    repository, ref = split("--github", text, REPOSITORY, "ORG/REPO")
    full = ref if ref.startswith(("environment:", "refs/")) else f"refs/heads/{ref}"
    publish = f"repo:{repository}:{full if full.startswith('environment:') else f'ref:{full}'}"
    arn, host = located(provider, GITHUB_HOST)
    # The audience that GitHub's action for AWS asks for.
    return Trust(
        arn, host, "sts.amazonaws.com", {"plan": (publish, f"repo:{repository}:pull_request"), "publish": (publish,)}
    )


def gitlab(text: str, provider: str = "") -> Trust:
    """`GROUP/PROJECT[:REF]`; plan for every branch, since a merge request's job bears its source branch.

    REF: a branch, `tag:NAME`; without one, branch main.
    """
    project, ref = split("--gitlab", text, PROJECT, "GROUP/PROJECT")
    kind, name = ("tag", ref.removeprefix("tag:")) if ref.startswith("tag:") else ("branch", ref)
    publish = f"project_path:{project}:ref_type:{kind}:ref:{name}"
    plan = dict.fromkeys((publish, f"project_path:{project}:ref_type:branch:ref:*"))
    arn, host = located(provider, GITLAB_HOST)
    return Trust(arn, host, f"https://{host}", {"plan": tuple(plan), "publish": (publish,)})


def split(option: str, text: str, form: re.Pattern[str], shown: str) -> tuple[str, str]:
    """(repository, ref) of what was typed; `ContentError` for a repository with a wildcard or of another form."""
    repository, colon, ref = text.partition(":")
    if not form.fullmatch(repository):
        raise ContentError(f"{option} takes {shown}[:REF] with the repository in full, no wildcard, got {text!r}")
    if colon and (not REF.fullmatch(ref) or not KINDS_OF_REF.sub("", ref).strip("*")):
        raise ContentError(
            f"{option}: the ref must be a branch, a tag or an environment, got {ref!r}",
            hint="A `*` may be part of it, such as release/*, and never all of it.",
        )
    return repository, ref or BRANCH


def located(provider: str, host: str) -> tuple[Any, str]:
    """(ARN, host of the condition keys): of the provider that was named, else of the account's own for `host`."""
    if not provider:
        return {"Fn::Sub": f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:oidc-provider/{host}"}, host
    found = PROVIDER.fullmatch(provider)
    if found is None:
        raise ContentError(
            f"--oidc-provider takes the ARN of a provider in IAM, got {provider!r}",
            hint="`aws iam list-open-id-connect-providers` names those of the account.",
        )
    return provider, found[1]
