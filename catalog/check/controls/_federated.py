"""Trust of identity providers that everybody can use: which Conditions bind it to one organization.

GitHub, GitLab and HCP Terraform give tokens for each of their users, and all have the same audience. So a trust policy
must name the organization in the subject (IAM user guide, "Configuring a role for GitHub OIDC identity provider").

Cognito's identity pools, Amazon, Facebook and Google are providers of every account. So a trust policy must name the
pool or the application: without it, "a user from an unintended identity pool can assume the role" (STS API,
AssumeRoleWithWebIdentity, RoleArn; IAM user guide, "Available keys for AWS OIDC federation").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from catalog.cfn.names import names_in
from catalog.check.controls._bounds import EXACT, WILDCARD, compares, texts
from catalog.check.controls._control import Path, resources
from catalog.check.controls._policy import items, principals

SHARED = ("token.actions.githubusercontent.com", "gitlab.com", "app.terraform.io")
"""Hosts of providers whose users are strangers to each other."""
AUDIENCES: Mapping[str, str] = {
    "accounts.google.com": "accounts.google.com:aud",
    "cognito-identity.amazonaws.com": "cognito-identity.amazonaws.com:aud",
    "graph.facebook.com": "graph.facebook.com:app_id",
    "www.amazon.com": "www.amazon.com:app_id",
}
"""Providers of every account, as principals → the key that names the pool or application."""
OWNER = re.compile(r"[^*?:/${}]+:[^*?:/${}]+[:/].*", re.DOTALL)
"""A subject pattern that names the owner, as `repo:ORGANIZATION/…`, `project_path:GROUP/…` or `organization:NAME:…`."""


def open_trust(template: Mapping[str, Any], statement: Mapping[str, Any], path: Path) -> Iterator[tuple[Path, str]]:
    """(path of the principal, message) of each shared provider that an Allow trusts for all of its users."""
    condition = statement.get("Condition")
    for where, principal in principals(statement.get("Principal"), (*path, "Principal")):
        if "Federated" not in where:
            continue
        for host in hosts(template, principal):
            if not names_one(template, condition, f"{host}:sub", is_owner):
                yield where, f"every user of {host} can have a token for this role; name the owner in {host}:sub"
        for text in texts(template, principal):
            key = AUDIENCES.get(text)
            if key and not names_one(template, condition, key, is_audience):
                yield where, f"users of every account's pools and applications can have this role; name yours in {key}"


def hosts(template: Mapping[str, Any], principal: Any) -> Iterator[str]:
    """The shared providers that a principal can be: by its ARN, or by the Url of a provider of the template."""
    names = set(names_in(principal))
    urls = [
        text
        for logical_id, _, properties in resources(template, "AWS::IAM::OIDCProvider")
        if logical_id in names
        for text in texts(template, properties.get("Url"))
    ]
    arns = texts(template, principal)
    for host in SHARED:
        own = any(url.removeprefix("https://").rstrip("/") == host for url in urls)
        if own or any(arn.partition("oidc-provider/")[2].rstrip("/") == host for arn in arns):
            yield host


def names_one(template: Mapping[str, Any], condition: Any, key: str, fits: Callable[[str, str], bool]) -> bool:
    """Whether a Condition names one owner or audience with `key`, in lower case, in every launch."""

    def compared(operator: str, name: str, values: Any) -> bool:
        members = [text for _, value in items(values, ()) for text in texts(template, value)]
        return name == key and bool(members) and all(text and fits(operator, text) for text in members)

    return compares(condition, compared)


def is_owner(operator: str, text: str) -> bool:
    """Whether a comparison with this value holds for one owner alone."""
    return operator in EXACT or (operator == "stringlike" and OWNER.fullmatch(text) is not None)


def is_audience(operator: str, text: str) -> bool:
    """Whether a comparison with this value holds for one pool or application alone."""
    return operator in EXACT or (operator == "stringlike" and WILDCARD.search(text) is None)
