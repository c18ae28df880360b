"""Trust of identity providers that everybody can use: which Conditions bind it to one organization.

GitHub, GitLab and HCP Terraform give tokens for each of their users, and all have the same audience. So a trust policy
must name the organization in the subject (IAM user guide, "Configuring a role for GitHub OIDC identity provider").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from catalog.check.controls._bounds import EXACT, every, texts
from catalog.check.controls._control import Path, names_in, resources
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
    """Whether a Condition names the owner of the subject in every launch. One comparison that does is enough."""

    def names_owner(operator: str) -> Callable[[Any], bool]:
        def holds(values: Any) -> bool:
            members = [text for _, value in items(values, ()) for text in texts(template, value)]
            return bool(members) and all(text and is_owner(operator, text) for text in members)

        return holds

    def has_owner(operator: str) -> Callable[[Any], bool]:
        return lambda keys: (
            isinstance(keys, Mapping)
            and any(every(values, names_owner(operator)) for name, values in keys.items() if str(name).lower() == key)
        )

    def binds(block: Any) -> bool:
        return isinstance(block, Mapping) and any(
            every(keys, has_owner(str(operator))) for operator, keys in block.items()
        )

    return every(condition, binds)


def is_owner(operator: str, text: str) -> bool:
    """Whether a comparison with this value holds for one owner alone."""
    name = operator.lower().removeprefix("foranyvalue:")
    return name in EXACT or (name == "stringlike" and OWNER.fullmatch(text) is not None)
