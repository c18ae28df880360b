"""EventBridge Pipes: a pipe that is stopped, and what an update leaves as it is.

Source: EventBridge Pipes API reference, UpdatePipe ("only updates the fields that you have specified in the request").
"""

from __future__ import annotations

from typing import Any

from moto.pipes.models import EventBridgePipesBackend, Pipe

STOPPED = "STOPPED"
UPDATE = EventBridgePipesBackend.update_pipe


def install() -> None:
    """Complete moto's pipes."""
    setattr(Pipe, "current_state", property(current_state))  # noqa: B010  # mypy allows no other form
    setattr(EventBridgePipesBackend, "update_pipe", update_pipe)  # noqa: B010


def current_state(pipe: Pipe) -> str | None:
    """STOPPED for a pipe that shall be stopped: moto starts each that it makes."""
    return STOPPED if pipe.desired_state == STOPPED else pipe.status


def update_pipe(backend: EventBridgePipesBackend, name: str, **changed: Any) -> Pipe:
    """UpdatePipe; where a source begins to be read can only be set at the creation, and stays."""
    pipe = backend.pipes.get(name)
    old = dict((pipe.source_parameters if pipe else None) or {})
    given = changed.get("source_parameters")
    if given:
        kept = {
            kind: {member: value for member, value in dict(body).items() if member.startswith("Starting")}
            for kind, body in old.items()
            if kind.endswith("Parameters")
        }
        changed["source_parameters"] = {
            **old,
            **{kind: {**kept.get(kind, {}), **dict(body)} for kind, body in dict(given).items()},
        }
    return UPDATE(backend, name, **changed)
