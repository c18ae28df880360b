"""Whose jobs can assume the roles for CI: one repository's, at one ref; pull requests can only plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import ContentError
from catalog.iam.caller import Caller, CallerKind
from catalog.iam.context import Context
from catalog.iam.evaluate import Answer, Request, Semantics, decide
from catalog.iam.policy import parse_policy
from catalog.roles.oidc import Trust, github, gitlab
from catalog.roles.operations import PHASES, Phase

GITHUB = "token.actions.githubusercontent.com"
ACCOUNT = "123456789012"
OF_GITHUB, OF_GITLAB = (f"arn:aws:iam::{ACCOUNT}:oidc-provider/{host}" for host in (GITHUB, "gitlab.com"))


def conditions(trust: Trust, phase: Phase) -> list[dict[str, Any]]:
    statements = trust.document(phase)["Statement"]
    assert {statement["Action"] for statement in statements} == {"sts:AssumeRoleWithWebIdentity"}
    return [statement["Condition"] for statement in statements]


@pytest.mark.parametrize(
    ("text", "publish", "plan"),
    [
        ("o/r", "repo:o/r:ref:refs/heads/main", "repo:o/r:pull_request"),
        ("o/r:live", "repo:o/r:ref:refs/heads/live", "repo:o/r:pull_request"),
        ("o/r:refs/tags/v1", "repo:o/r:ref:refs/tags/v1", "repo:o/r:pull_request"),
        ("o@12/r@34", "repo:o@12/r@34:ref:refs/heads/main", "repo:o@12/r@34:pull_request"),
    ],
)
def test_github_is_trusted_by_exact_subject_and_audience(text: str, publish: str, plan: str) -> None:
    audience = {f"{GITHUB}:aud": "sts.amazonaws.com"}
    for phase in ("publish", "upkeep"):
        assert conditions(github(text), phase) == [{"StringEquals": {**audience, f"{GITHUB}:sub": publish}}]
    assert conditions(github(text), "plan") == [{"StringEquals": {**audience, f"{GITHUB}:sub": [publish, plan]}}]


@pytest.mark.parametrize("branch", ["", "main", "trunk", "refs/heads/trunk"])
def test_the_plan_for_an_environment_is_made_by_a_branch(branch: str) -> None:
    trust = github("o/r:environment:prod", branch=branch)
    audience = {f"{GITHUB}:aud": "sts.amazonaws.com"}
    publish = "repo:o/r:environment:prod"
    for phase in ("publish", "upkeep", "bootstrap"):
        assert conditions(trust, phase) == [{"StringEquals": {**audience, f"{GITHUB}:sub": publish}}]
    name = branch.removeprefix("refs/heads/") or "main"
    plan = [publish, "repo:o/r:pull_request", f"repo:o/r:ref:refs/heads/{name}"]
    assert conditions(trust, "plan") == [{"StringEquals": {**audience, f"{GITHUB}:sub": plan}}]


@pytest.mark.parametrize("branch", ["*", "release/*", "refs/pull/1/merge", "a b"])
def test_a_branch_for_plans_is_one_branch(branch: str) -> None:
    with pytest.raises(ContentError, match="--branch"):
        github("o/r:environment:prod", branch=branch)


def test_a_branch_without_an_environment_is_refused() -> None:
    with pytest.raises(ContentError, match="--branch is for REF environment:NAME"):
        github("o/r:live", branch="main")


@pytest.mark.parametrize(
    ("text", "publish"),
    [
        ("g/p", "project_path:g/p:ref_type:branch:ref:main"),
        ("g/sub/p:live", "project_path:g/sub/p:ref_type:branch:ref:live"),
        ("g/p:tag:v1", "project_path:g/p:ref_type:tag:ref:v1"),
    ],
)
def test_gitlab_is_trusted_by_exact_subject_and_audience(text: str, publish: str) -> None:
    audience = {"gitlab.com:aud": "https://gitlab.com"}
    exact = {"StringEquals": {**audience, "gitlab.com:sub": publish}}
    assert conditions(gitlab(text), "publish") == conditions(gitlab(text), "upkeep") == [exact]
    project = publish.split(":ref_type")[0]
    branches = {"gitlab.com:sub": f"{project}:ref_type:branch:ref:*"}
    assert conditions(gitlab(text), "plan") == [exact, {"StringEquals": audience, "StringLike": branches}]


def test_another_provider_gives_the_condition_keys() -> None:
    arn = f"arn:aws:iam::{ACCOUNT}:oidc-provider/gitlab.example.com"
    (statement,) = gitlab("g/p", arn).document("publish")["Statement"]
    assert statement["Principal"] == {"Federated": arn}
    assert statement["Condition"]["StringEquals"] == {
        "gitlab.example.com:aud": "https://gitlab.example.com",
        "gitlab.example.com:sub": "project_path:g/p:ref_type:branch:ref:main",
    }


WILD = ["*/*", "o/*", "o", "o/r*", "o/r:", "o/r:*", "o/r:**", "o/r:environment:*", "o/r:refs/heads/*", "", "o/r:a b"]


@pytest.mark.parametrize("text", WILD)
@pytest.mark.parametrize("read", [github, gitlab])
def test_a_wildcard_as_repository_or_whole_ref_is_refused(read: Callable[..., Trust], text: str) -> None:
    for protected in (False, True):
        with pytest.raises(ContentError, match=r"--git(hub|lab)"):
            read(text, protected=protected)


@pytest.mark.parametrize("read", [github, gitlab])
@pytest.mark.parametrize("ref", ["release/*", "refs/tags/v*", "tag:v*", "environment:prod-*"])
def test_a_pattern_of_refs_is_for_repositories_that_protect_them(read: Callable[..., Trust], ref: str) -> None:
    with pytest.raises(ContentError, match="whoever can make a branch, tag or environment that matches") as refused:
        read(f"o/r:{ref}")
    assert "--protected-refs" in str(refused.value.hint)
    (condition,) = conditions(read(f"o/r:{ref}", protected=True), "publish")
    assert [list(keys) for keys in condition.values()] == [[f"{read('o/r').host}:{claim}"] for claim in ("aud", "sub")]
    (subject,) = condition["StringLike"].values()
    assert subject.startswith(("repo:o/r:", "project_path:o/r:"))


@pytest.mark.parametrize("ref", ["refs/pull/1/merge", "refs/pull/*", "pull/1/head", "refs/merge-requests/1/head"])
@pytest.mark.parametrize("read", [github, gitlab])
def test_what_a_request_runs_never_publishes(read: Callable[..., Trust], ref: str) -> None:
    for protected in (False, True):
        with pytest.raises(ContentError, match="whose code nobody has merged"):
            read(f"o/r:{ref}", protected=protected)


def test_a_text_that_is_not_a_provider_arn_is_refused() -> None:
    with pytest.raises(ContentError, match="--oidc-provider takes the ARN"):
        github("o/r", "https://token.actions.githubusercontent.com")


# ------------------------------------------------------------------------------------- tokens, judged by catalog.iam


def assumes(trust: Trust, phase: Phase, claims: dict[str, str], provider: str = "") -> bool:
    """Whether a token with these claims can assume the role of a phase."""
    caller = Caller(CallerKind.FEDERATED, name=provider or trust.provider)
    known = {f"{trust.host}:*": (), **{f"{trust.host}:{name}": (value,) for name, value in claims.items()}}
    request = Request(caller, "sts:AssumeRoleWithWebIdentity", "*", Context(known))
    policy = parse_policy(trust.document(phase))
    answer = decide(policy, request, Semantics(account=ACCOUNT, resource_implied=True)).answer
    assert answer in (Answer.ALLOWED, Answer.DENIED)
    return answer is Answer.ALLOWED


TRUSTS = (
    github("my-org/repo", OF_GITHUB),
    github("my-org/repo:environment:production", OF_GITHUB),
    gitlab("group/project", OF_GITLAB),
    gitlab("group/project:tag:v1", OF_GITLAB),
)
"""The roles of these repositories; the first member of each phase's subjects is what publishes."""
NAMES = st.sampled_from(["my-org", "my-or", "my-orgs", "group", "stranger", "*", "?", "", "my-org/repo", "project"])
REFS_OF_GITHUB = ("ref:refs/heads/main", "ref:refs/heads/main2", "pull_request", "environment:production", "*", "")
REFS_OF_GITLAB = ("ref_type:branch:ref:main", "ref_type:tag:ref:v1", "ref_type:branch:ref:v1", "ref_type:tag:ref:v1.1")
KINDS = st.sampled_from([*REFS_OF_GITHUB, *REFS_OF_GITLAB])
SUBJECTS = st.builds("{}:{}/{}:{}".format, st.sampled_from(["repo", "project_path", "*"]), NAMES, NAMES, KINDS)


@pytest.mark.parametrize("trust", TRUSTS, ids=lambda trust: trust.subjects["publish"][0])
@given(subject=st.one_of(SUBJECTS, st.text(max_size=30)), audience=st.sampled_from(["sts.amazonaws.com", "*", ""]))
def test_no_other_subject_publishes(trust: Trust, subject: str, audience: str) -> None:
    right = {"sub": trust.subjects["publish"][0], "aud": trust.audience}
    for phase in ("publish", "upkeep"):
        assert assumes(trust, phase, right)
        assert assumes(trust, phase, {**right, "sub": subject}) == (subject == right["sub"])
        assert assumes(trust, phase, {**right, "aud": audience}) == (audience == right["aud"])


@pytest.mark.parametrize("trust", TRUSTS, ids=lambda trust: trust.subjects["publish"][0])
def test_a_token_without_a_claim_or_of_another_provider_assumes_nothing(trust: Trust) -> None:
    right = {"sub": trust.subjects["publish"][0], "aud": trust.audience}
    for phase in PHASES:
        assert assumes(trust, phase, right)
        assert not assumes(trust, phase, {"sub": right["sub"]})
        assert not assumes(trust, phase, {"aud": right["aud"]})
        assert not assumes(trust, phase, right, f"arn:aws:iam::{ACCOUNT}:oidc-provider/evil.example.com")


@pytest.mark.parametrize(
    ("trust", "subject"),
    [
        (TRUSTS[0], "repo:my-org/repo:pull_request"),
        (TRUSTS[1], "repo:my-org/repo:pull_request"),
        (TRUSTS[2], "project_path:group/project:ref_type:branch:ref:my-change"),
        (TRUSTS[3], "project_path:group/project:ref_type:branch:ref:my-change"),
    ],
)
def test_a_request_of_the_repository_plans_and_one_of_a_fork_does_not(trust: Trust, subject: str) -> None:
    allowed = [phase for phase in PHASES if assumes(trust, phase, {"sub": subject, "aud": trust.audience})]
    assert allowed == ["plan"]
    fork = subject.replace("my-org/", "stranger/").replace("group/", "stranger/")
    assert not any(assumes(trust, phase, {"sub": fork, "aud": trust.audience}) for phase in PHASES)
