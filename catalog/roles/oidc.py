"""The trust of the roles for CI: jobs of one GitHub repository or GitLab project, by OpenID Connect.

Sources: GitHub, "OpenID Connect reference" (subject claims) and "Configuring OpenID Connect in Amazon Web Services";
GitLab, "Configure OpenID Connect in AWS" and "ID token authentication". Both require a condition on `sub`: without one,
every repository could assume the role. So a repository is named in full, and the subject of a role that publishes is
one exact text. A pattern of refs is for whoever says that the repository protects every ref that matches it. What a
pull or merge request runs is trusted by the role that plans, and by no other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from catalog.errors import ContentError
from catalog.model.limits import cut
from catalog.roles.operations import Phase

GITHUB_HOST = "token.actions.githubusercontent.com"
GITLAB_HOST = "gitlab.com"
PROVIDER = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:oidc-provider/([A-Za-z0-9.-]+(?::\d+)?(?:/[\w./-]+)?)", re.ASCII)
# With @ID after each name for repositories with immutable subject claims (GitHub changelog, 2026-04-23).
REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*(@\d+)?/[\w.-]+(@\d+)?", re.ASCII)
PROJECT = re.compile(r"[\w.-]+(/[\w.-]+)+", re.ASCII)
REF = re.compile(r"[^\s?\"'\\${}]+")
KINDS_OF_REF = re.compile(r"^(environment:|tag:|refs/heads/|refs/tags/|refs/)")
OF_REQUESTS = re.compile(r"(refs/)?(pull|merge-requests)/|pull_request$")
"""Refs that somebody without the right to merge can make."""
BRANCH = "main"


@dataclass(frozen=True, slots=True)
class Trust:
    """An identity provider, and the subjects of its tokens that may assume the roles."""

    provider: Any
    """ARN of the provider in IAM, as a value for the template."""
    host: str
    """The prefix of `:aud` and `:sub` in condition keys."""
    audience: str
    subjects: dict[Phase, tuple[str, ...]]
    """Phase → allowed values of the token's `sub`, with a `*` in the ref only. Other phases have those of publish."""

    def document(self, phase: Phase) -> dict[str, Any]:
        """The trust policy of the role for a phase."""
        subjects = self.subjects["plan" if phase == "plan" else "publish"]
        exact = [text for text in subjects if "*" not in text]
        patterns = [text for text in subjects if "*" in text]
        statements = [self.statement(exact)] if exact else []
        if patterns:
            statements.append(self.statement(patterns, "StringLike"))
        return {"Version": "2012-10-17", "Statement": statements}

    def statement(self, subjects: list[str], operator: str = "StringEquals") -> dict[str, Any]:
        """The statement for some subjects of the audience. It trusts nobody whose token lacks one of both claims."""
        conditions: dict[str, dict[str, Any]] = {"StringEquals": {f"{self.host}:aud": self.audience}}
        conditions.setdefault(operator, {})[f"{self.host}:sub"] = subjects if len(subjects) > 1 else subjects[0]
        return {
            "Effect": "Allow",
            "Principal": {"Federated": self.provider},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": conditions,
        }


def github(text: str, provider: str = "", *, protected: bool = False, branch: str = "") -> Trust:
    """The trust for `ORG/REPO[:REF]`; the plan role also trusts pull requests of the repository.

    REF is a branch, `refs/tags/NAME` or `environment:NAME`; by default the branch main. With `protected` it can be a
    pattern. The job that plans for an environment has none itself, so that nobody has to approve it: then the plan role
    also trusts `branch`, by default main.
    """
    repository, ref = split("--github", text, REPOSITORY, "ORG/REPO", protected=protected)
    full = ref if ref.startswith(("environment:", "refs/")) else f"refs/heads/{ref}"
    publish = f"repo:{repository}:{full if full.startswith('environment:') else f'ref:{full}'}"
    plan = [publish, f"repo:{repository}:pull_request"]
    if full.startswith("environment:"):
        _, of_branch = split("--branch", f"{repository}:{branch or BRANCH}", REPOSITORY, "BRANCH", protected=False)
        plan.append(f"repo:{repository}:ref:refs/heads/{of_branch.removeprefix('refs/heads/')}")
    elif branch:
        raise ContentError(
            f"--branch is for REF environment:NAME, got the REF {ref!r}, which the role that plans trusts"
        )
    arn, host = locate(provider, GITHUB_HOST)
    # The audience that GitHub's action for AWS requests.
    return Trust(arn, host, "sts.amazonaws.com", {"plan": tuple(plan), "publish": (publish,)})


def gitlab(text: str, provider: str = "", *, protected: bool = False) -> Trust:
    """The trust for `GROUP/PROJECT[:REF]`; the plan role trusts every branch, which merge requests' jobs have as ref.

    REF is a branch or `tag:NAME`; by default the branch main. With `protected` it can be a pattern.
    """
    project, ref = split("--gitlab", text, PROJECT, "GROUP/PROJECT", protected=protected)
    kind, name = ("tag", ref.removeprefix("tag:")) if ref.startswith("tag:") else ("branch", ref)
    publish = f"project_path:{project}:ref_type:{kind}:ref:{name}"
    plan = dict.fromkeys((publish, f"project_path:{project}:ref_type:branch:ref:*"))
    arn, host = locate(provider, GITLAB_HOST)
    return Trust(arn, host, f"https://{host}", {"plan": tuple(plan), "publish": (publish,)})


def split(option: str, text: str, form: re.Pattern[str], shown: str, *, protected: bool) -> tuple[str, str]:
    """(repository, ref) of the option's value; `ContentError` if more than the jobs of one protected ref match it."""
    repository, colon, ref = text.partition(":")
    if not form.fullmatch(repository):
        raise ContentError(f"{option} takes {shown}[:REF] with the full repository and no wildcard, got {cut(text)!r}")
    if colon and (not REF.fullmatch(ref) or not KINDS_OF_REF.sub("", ref).strip("*")):
        raise ContentError(
            f"{option}: the ref must be a branch, a tag or an environment, got {cut(ref)!r}",
            hint="A `*` can be a part of it, as in release/*, but not all of it.",
        )
    if OF_REQUESTS.match(ref):
        raise ContentError(
            f"{option}: {cut(ref)!r} is the ref of a pull or merge request, whose code nobody has merged",
            hint="Name the branch that publishes. The role that plans trusts pull and merge requests anyway.",
        )
    if "*" in ref and not protected:
        raise ContentError(
            f"{option}: {cut(ref)!r} is a pattern: whoever can make a branch, tag or environment that matches could "
            "publish",
            hint="Name one ref. On GitHub, environment:NAME is one, and its deployment rules can name several branches "
            "or tags. Give --protected-refs if the repository protects every ref that matches.",
        )
    return repository, ref or BRANCH


def locate(provider: str, host: str) -> tuple[Any, str]:
    """(ARN, prefix of the condition keys) of the given provider, else of the account's provider for `host`."""
    if not provider:
        return {"Fn::Sub": f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:oidc-provider/{host}"}, host
    match = PROVIDER.fullmatch(provider)
    if match is None:
        raise ContentError(
            f"--oidc-provider takes the ARN of a provider in IAM, got {cut(provider)!r}",
            hint="`aws iam list-open-id-connect-providers` lists the providers of the account.",
        )
    return provider, match[1]
