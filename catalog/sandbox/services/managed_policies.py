"""IAM: the policies that AWS manages, which moto has and shows only after a start that reads all of them.

They are added to an account when somebody names or lists them. A permissions boundary that is no policy of AWS or of
the account is refused (the words: issues about roles made with such a boundary).
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from typing import Any

from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.exceptions import NotFoundException
from moto.iam.models import AWSManagedPolicy, IAMBackend

BOUNDARY = "permissions_boundary"
NAMING = {
    "attach_role_policy": "policy_arn",
    "attach_user_policy": "policy_arn",
    "attach_group_policy": "policy_arn",
    "get_policy": "policy_arn",
    "put_role_permissions_boundary": BOUNDARY,
    "create_role": BOUNDARY,
}
"""Method of moto's backend → the parameter that can name a policy of AWS."""


def install() -> None:
    """Make the methods of moto find the policies."""
    for name, parameter in NAMING.items():
        setattr(IAMBackend, name, _finding(getattr(IAMBackend, name), parameter))
    setattr(IAMBackend, "list_policies", _listing(IAMBackend.list_policies))  # noqa: B010


@functools.cache
def _policies() -> Mapping[str, tuple[str, Any]]:
    """The part of the ARN after `policy` → the name of the policy and moto's data of it."""
    data = json.loads(aws_managed_policies_data)
    return {f"{policy['Path']}{name}": (name, policy) for name, policy in data.items()}


def _add(backend: IAMBackend, arn: Any) -> None:
    if not isinstance(arn, str) or ":iam::aws:policy/" not in arn or arn in backend.managed_policies:
        return
    named = _policies().get(arn.partition(":policy")[2])
    if named is not None:
        policy = AWSManagedPolicy.from_data(named[0], backend.account_id, backend.region_name, named[1])
        if policy.arn == arn:  # of this partition
            backend.managed_policies[arn] = policy
            backend.aws_managed_policies.append(policy)


def _finding(method: Callable[..., Any], parameter: str) -> Callable[..., Any]:
    names = method.__code__.co_varnames[1 : method.__code__.co_argcount]
    position = names.index(parameter)

    @functools.wraps(method)
    def find(backend: IAMBackend, *arguments: Any, **options: Any) -> Any:
        arn = options.get(parameter, arguments[position] if len(arguments) > position else None)
        _add(backend, arn)
        if parameter == BOUNDARY and arn:
            check_boundary(backend, arn)
        return method(backend, *arguments, **options)

    return find


def check_boundary(backend: IAMBackend, arn: str) -> None:
    """Refuse a permissions boundary that does not exist, unless it is of another account."""
    parts = arn.split(":", 5)
    if len(parts) == 6 and parts[4] in ("aws", backend.account_id) and parts[5].startswith("policy/"):
        _add(backend, arn)
        if arn not in backend.managed_policies:
            raise NotFoundException(f"Scope ARN: {arn} does not exist or is not attachable.")


def _listing(method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def find(backend: IAMBackend, *arguments: Any, **options: Any) -> Any:
        for path in _policies():
            _add(backend, f"arn:{backend.partition}:iam::aws:policy{path}")
        return method(backend, *arguments, **options)

    return find
