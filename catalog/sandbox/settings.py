"""How strict and how slow the sandbox is: read once from the environment, changed freely by tests."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from catalog.errors import SandboxError

LATENCY = "CATALOG_SANDBOX_LATENCY"
STRICT_PRINCIPALS = "CATALOG_SANDBOX_STRICT_PRINCIPALS"
READY_STATUS = "CATALOG_SANDBOX_READY_STATUS"
ENFORCE_LAUNCH_ROLE = "CATALOG_SANDBOX_ENFORCE_LAUNCH_ROLE"


@dataclass
class Settings:
    """What may be turned about the sandbox's behaviour."""

    latency: float = 1.0
    """Factor on the delays of asynchronous operations; 0 settles them at once."""
    principals_must_exist: bool = False
    """Whether a key policy may name only IAM roles and users that exist in the sandbox, as AWS demands."""
    ready_status: str = "CREATED"
    """Status of a product that is ready. AWS answers CREATED, though its model lists only AVAILABLE."""
    enforce_launch_role: bool = True
    """Whether launches with a LAUNCH constraint fail on what the role's identity policies do not allow."""
    ahead: float = 0.0
    """Seconds by which the sandbox's clock is ahead: tests move it on instead of waiting."""
    quotas: dict[str, int] = field(default_factory=dict)
    """Service Catalog quotas that differ from AWS's defaults, by name."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Settings from CATALOG_SANDBOX_* variables; `SandboxError` for a latency that is not a number >= 0."""
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
        )


settings = Settings.from_environment()


def now() -> float:
    """Seconds of a clock that never goes back; what the sandbox's asynchronous operations are due by."""
    return time.monotonic() + settings.ahead
