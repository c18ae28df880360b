"""How far an update came: the rollback of one that failed begins from what there is, not from what was asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class SettingProgress:
    """The properties that the calls of an update have set."""

    done: set[str] = field(default_factory=set)
    half: set[str] = field(default_factory=set)
    """Those some of whose calls succeeded before one failed."""
    before: Collection[str] = ()
    """Those that an earlier update left half set."""
    calls: int = 0
    """How many calls of the current step have succeeded."""
    uncertain: bool = False
    """Whether the current step is about something half set, so that what it takes away may not be there."""

    @contextmanager
    def of(self, properties: Collection[str]) -> Iterator[None]:
        """The step that sets some properties."""
        names = set(properties)
        self.calls, self.uncertain = 0, not names.isdisjoint(self.before)
        try:
            yield
        except Exception:
            self.half |= names if self.calls else names & self.done  # one call takes away, another one sets
            raise
        finally:
            self.uncertain = False
        self.done |= names
