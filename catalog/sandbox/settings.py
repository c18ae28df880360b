"""Settings of the sandbox: read once from the environment, and changed by tests."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.errors import SandboxError
from catalog.sandbox.moments import clock

LATENCY = "CATALOG_SANDBOX_LATENCY"
STRICT_PRINCIPALS = "CATALOG_SANDBOX_STRICT_PRINCIPALS"
READY_STATUS = "CATALOG_SANDBOX_READY_STATUS"
ENFORCE_LAUNCH_ROLE = "CATALOG_SANDBOX_ENFORCE_LAUNCH_ROLE"
ENFORCE_IAM = "CATALOG_SANDBOX_ENFORCE_IAM"
QUOTAS = "CATALOG_SANDBOX_QUOTAS"
DEFAULT_QUOTAS = {
    "portfolios": 100,
    "products": 350,
    "products_per_portfolio": 150,
    "artifacts_per_product": 100,
    "constraints_per_product_per_portfolio": 100,
    "principals_per_portfolio": 100,
    "patterns_per_portfolio": 10,
    "shares_per_portfolio": 5000,
    "tags_per_resource": 20,
    "tag_options_per_resource": 25,
    "values_per_tag_option_key": 25,
    "service_actions": 200,
    "service_actions_per_artifact": 25,
}
"""Service Catalog's quotas: Administrator Guide, "Service Catalog default service quotas" (limits.html); the ten
IAM_PATTERN principals: AssociatePrincipalWithPortfolio in the API Reference."""


@dataclass
class Settings:
    """What can be configured in the sandbox."""

    latency: float = 1.0
    """Factor for the delays of asynchronous operations; with 0 they end at once."""
    principals_must_exist: bool = False
    """Whether key policies and portfolios may name only IAM principals that exist in the sandbox, as AWS requires."""
    ready_status: str = "CREATED"
    """Status of a product that is ready. AWS returns CREATED, although its API model lists only AVAILABLE."""
    enforce_launch_role: bool = True
    """Whether a launch with a LAUNCH constraint fails if the launch role's identity policies do not allow a call."""
    enforce_iam: str = ""
    """Whose identity policies must allow a request: of roles that have a policy (empty), of each role and user (1), of
    nobody (0)."""
    ahead: float = 0.0
    """Seconds by which the clock of the sandbox is ahead: tests advance it instead of waiting."""
    address: str = "http://127.0.0.1"
    """Where the sandbox listens, for the URLs of wait condition handles."""
    quotas: dict[str, int] = field(default_factory=dict)
    """Service Catalog quotas that override AWS's defaults, by name."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Settings from the CATALOG_SANDBOX_* variables; raises `SandboxError` for an invalid one."""
        text = environ.get(LATENCY, "1")
        try:
            latency = float(text)
        except ValueError:
            latency = -1.0
        if not 0 <= latency < float("inf"):
            raise SandboxError(f"{LATENCY} must be a number of at least 0, got {text!r}")
        return cls(
            latency=latency,
            principals_must_exist=environ.get(STRICT_PRINCIPALS, "") == "1",
            ready_status=environ.get(READY_STATUS, "CREATED"),
            enforce_launch_role=environ.get(ENFORCE_LAUNCH_ROLE, "1") != "0",
            enforce_iam=read_enforcement(environ.get(ENFORCE_IAM, "")),
            quotas=read_quotas(environ.get(QUOTAS, "")),
        )


def read_enforcement(text: str) -> str:
    """Empty, `1` or `0`; raises `SandboxError` for anything else."""
    if text not in ("", "0", "1"):
        raise SandboxError(
            f"{ENFORCE_IAM} must be 1 (each role and user), 0 (nobody) or empty (roles with a policy), got {text!r}"
        )
    return text


def read_quotas(text: str) -> dict[str, int]:
    """`products=2000,portfolios=200` by name; raises `SandboxError` for another form or name."""
    quotas = {}
    for part in filter(None, text.split(",")):
        name, _, value = part.partition("=")
        if name not in DEFAULT_QUOTAS or not re.fullmatch("[0-9]{1,9}", value):
            names = ", ".join(DEFAULT_QUOTAS)
            raise SandboxError(f"{QUOTAS} must be name=number,…, got {part!r}", hint=f"The names are {names}.")
        quotas[name] = int(value)
    return quotas


settings = Settings.from_environment()


def now() -> float:
    """Seconds of a clock that never goes back; the due times of asynchronous operations refer to it."""
    moment = clock()
    return running() if moment is None else moment


def running() -> float:
    """The same clock, which goes on although a request is carried out at one moment."""
    return time.monotonic() + settings.ahead


CENTURY = 100 * 366 * 24 * 3600
"""Seconds. Dates end, and so does what adds them up."""


def advance(request: Any) -> None:
    """Move the clock ahead by `{"seconds": N}`; raises `ValueError` for anything else."""
    seconds = request.get("seconds") if isinstance(request, dict) and len(request) == 1 else None
    if (
        isinstance(seconds, bool)
        or not isinstance(seconds, int | float)
        or not 0 <= seconds <= CENTURY - settings.ahead
    ):
        raise ValueError('the clock takes {"seconds": N} with a number of at least 0, a century ahead at most')
    settings.ahead += seconds
