"""Chance and time of a request, so that it can be carried out again with the same result.

The journal (`catalog.sandbox.journal`) has the requests of a sandbox, and a later process carries them out again. They
make the same ids, keys and times only if moto and the sandbox get the same random numbers and the same clock. A
`Moment` gives both for one request, or for the creation of one backend of moto.

What is covered: moto's own random numbers, `random`, `uuid`, `secrets` and `os.urandom`; the sandbox's clock, moto's
`utcnow` and `time.time`. Private keys of RSA, elliptic curves and Ed25519 come from OpenSSL, which takes no seed, and
answers of stubs come from their servers: the moment keeps both. Not covered: `datetime.now`, which a few services use
for their own dates, and what runs beside the requests in threads of moto.
"""

from __future__ import annotations

import functools
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from catalog.sandbox.turns import let_others_in


@dataclass(slots=True, eq=False)
class Moment:
    """Where random numbers and times come from while something is carried out."""

    seed: str
    clock: float
    """Seconds of the sandbox's clock."""
    wall: float
    """Seconds since 1970."""
    outside: list[str] = field(default_factory=list)
    """What came from outside, in its order: private keys as PEM, answers of stubs."""
    given: bool = False
    """Whether `outside` is to be given again."""
    let_in: Callable[[str], None] = lambda _: None
    """Carries out again a request that was let in while something outside was waited for."""
    chance: random.Random = field(init=False)

    def go_on(self, clock: float) -> None:
        """Let the time pass that something outside has taken."""
        self.wall += max(0.0, clock - self.clock)
        self.clock = max(self.clock, clock)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)  # noqa: S311  # a sandbox has no secrets but those of its user


PASSED = "clock: "
"""Begins what `outside` has of the sandbox's clock after something was waited for."""
LET_IN = "let in: "
"""Begins what `outside` has of a request that was let in; the answers of stubs are JSON, and keys are PEM."""
WAITING: list[Moment] = []
"""The moments of the operations that wait for something outside, the last one at the end."""
MOMENT: ContextVar[Moment | None] = ContextVar("the moment of the request", default=None)


@contextmanager
def at(moment: Moment) -> Iterator[Moment]:
    """Carry something out at a moment."""
    token = MOMENT.set(moment)
    try:
        yield moment
    finally:
        MOMENT.reset(token)


def clock() -> float | None:
    """The sandbox's clock at the present moment; None outside of one."""
    moment = MOMENT.get()
    return moment.clock if moment else None


def from_outside(fetch: Callable[[], str]) -> str:
    """What comes from outside of the sandbox: fetched once, and given again."""
    moment = MOMENT.get()
    if moment and moment.given:
        return moment.outside.pop(0)
    text = fetch()
    if moment:
        moment.outside.append(text)
    return text


def awaited_from_outside(fetch: Callable[[], str], running: Callable[[], float]) -> str:
    """As `from_outside`, for what takes a while: other operations may run until it is there (`turns`).

    `running` is the sandbox's clock, which goes on in the meantime.
    """
    moment = MOMENT.get()
    while moment and moment.given:
        text = moment.outside.pop(0)
        if text.startswith(LET_IN):
            moment.let_in(text.removeprefix(LET_IN))
        elif text.startswith(PASSED):
            moment.go_on(float(text.removeprefix(PASSED)))
        else:
            return text
    with waiting(moment), let_others_in():
        text = fetch()
    if moment:
        moment.go_on(running())
        moment.outside += [f"{PASSED}{moment.clock}", text]
    return text


@contextmanager
def waiting(moment: Moment | None) -> Iterator[None]:
    """What is carried out until the end belongs to the moment of an operation that waits."""
    if moment is None:
        yield
        return
    WAITING.append(moment)
    try:
        yield
    finally:
        WAITING.remove(moment)


@functools.cache
def install() -> None:
    """Let all sources of chance and time look at the moment. Only for a process that is a sandbox."""
    _import_outside()
    _replace_chance()
    _replace_time()
    _keep_keys()


def _import_outside() -> None:
    """Let modules be imported outside of a moment: which request imports one first is no part of the state."""

    class Outside:
        """Finds what the other finders find, and runs it outside."""

        @classmethod
        def find_spec(cls, name: str, path: Any = None, target: Any = None) -> Any:
            """The specification of a module; None if there is no such module."""
            for finder in sys.meta_path:
                spec = None if finder is cls else finder.find_spec(name, path, target)
                if spec is not None:
                    run = getattr(spec.loader, "exec_module", None)
                    if MOMENT.get() and run and not isinstance(spec.loader, type):
                        setattr(spec.loader, "exec_module", functools.partial(_outside, run))  # noqa: B010
                    return spec
            return None

    sys.meta_path.insert(0, Outside)


def _outside(run: Callable[..., Any], *arguments: Any) -> Any:
    token = MOMENT.set(None)
    try:
        return run(*arguments)
    finally:
        MOMENT.reset(token)


def _replace_chance() -> None:
    from moto.moto_api._internal import mock_random
    from moto.moto_api._internal.moto_random import MotoRandom

    class MomentaryRandom(MotoRandom):
        """moto's generator, which draws from the moment's."""

        def random(self) -> float:
            """A number from 0 to 1."""
            moment = MOMENT.get()
            return moment.chance.random() if moment else super().random()

        def getrandbits(self, k: int, /) -> int:
            """A number of `k` bits."""
            moment = MOMENT.get()
            return moment.chance.getrandbits(k) if moment else super().getrandbits(k)

    mock_random.__class__ = MomentaryRandom
    plain = os.urandom

    def urandom(size: int, /) -> bytes:
        moment = MOMENT.get()
        return moment.chance.randbytes(size) if moment else plain(size)

    os.urandom = urandom
    random._urandom = urandom  # type: ignore[attr-defined]  # what SystemRandom and `secrets` draw from


def _replace_time() -> None:
    import moto.core.utils
    from moto.core.utils import utcnow

    plain = time.time

    def wall() -> float:
        moment = MOMENT.get()
        return moment.wall if moment else plain()

    def now() -> Any:
        return _catalog_utcnow()  # type: ignore[name-defined]  # noqa: F821  # in the module of moto, see below

    def of_moment() -> Any:
        from datetime import UTC, datetime

        return datetime.fromtimestamp(wall(), UTC).replace(tzinfo=None)

    time.time = wall
    # Modules of moto have imported the function by its name, so the function itself must change.
    moto.core.utils._catalog_utcnow = of_moment  # type: ignore[attr-defined]
    utcnow.__code__ = now.__code__


def _keep_keys() -> None:
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

    rsa.generate_private_key = _kept(rsa.generate_private_key)
    ec.generate_private_key = _kept(ec.generate_private_key)
    setattr(ed25519.Ed25519PrivateKey, "generate", staticmethod(_kept(ed25519.Ed25519PrivateKey.generate)))  # noqa: B010


def _kept(generate: Callable[..., Any]) -> Callable[..., Any]:
    """A function that makes private keys, but gives those of the moment again."""
    from cryptography.hazmat.primitives import serialization

    def generated(*arguments: Any, **options: Any) -> Any:
        if MOMENT.get() is None:
            return generate(*arguments, **options)
        form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        text = from_outside(lambda: generate(*arguments, **options).private_bytes(*form).decode())
        return serialization.load_pem_private_key(text.encode(), None)

    return generated
