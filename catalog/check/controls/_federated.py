"""Trust of identity providers that everybody can use: which Conditions bind it to one organization.

GitHub, GitLab and HCP Terraform give tokens for each of their users, and all have the same audience. So a trust policy
must name the organization in the subject (IAM user guide, "Configuring a role for GitHub OIDC identity provider").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from catalog.cfn.names import names_in
from catalog.check.controls._bounds import EXACT, compares, texts
from catalog.check.controls._control import Path, resources
from catalog.check.controls._policy import items, principals

SHARED = ("token.actions.githubusercontent.com", "gitlab.com", "app.terraform.io")
"""Hosts of providers whose users are strangers to each other."""
OWNER = re.compile(r"[^*?:/${}]+:[^*?:/${}]+[:/].*", re.DOTALL)
"""A subject pattern that names the owner, as `repo:ORGANIZATION/…`, `project_path:GROUP/…` or `organization:NAME:…`."""


def open_trust(template: Mapping[str, Any], statement: Mapping[str, Any], path: Path) -> Iterator[tuple[Path, str]]:
    """(path of the principal, host) of each shared provider that an Allow trusts without naming the owner."""
    for where, principal in principals(statement.get("Principal"), (*path, "Principal")):
        if "Federated" in where:
            for host in hosts(template, principal):
                if not is_owned(template, statement.get("Condition"), f"{host}:sub"):
                    yield where, host


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


def is_owned(template: Mapping[str, Any], condition: Any, key: str) -> bool:
    """Whether a Condition names the owner of the subject, `key` in lower case, in every launch."""

    def names_owner(operator: str, name: str, values: Any) -> bool:
        members = [text for _, value in items(values, ()) for text in texts(template, value)]
        return name == key and bool(members) and all(text and is_owner(operator, text) for text in members)

    return compares(condition, names_owner)


def is_owner(operator: str, text: str) -> bool:
    """Whether a comparison with this value holds for one owner alone."""
    return operator in EXACT or (operator == "stringlike" and OWNER.fullmatch(text) is not None)
