"""Credentials of an assumed role are renewed before they expire."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from catalog.aws.session import RenewingProvider


def test_keys_that_expire_soon_are_replaced() -> None:
    lifetimes = [timedelta(seconds=30), timedelta(hours=1)]
    issued: list[str] = []

    def keys() -> dict[str, str]:
        number = len(issued)
        issued.append(f"key {number}")
        expiry = datetime.now(UTC) + lifetimes[number]
        return {"access_key": issued[-1], "secret_key": "s", "token": "t", "expiry_time": expiry.isoformat()}

    credentials = RenewingProvider(keys).load()
    assert issued == ["key 0"]
    assert credentials.get_frozen_credentials().access_key == "key 1"
    assert credentials.get_frozen_credentials().access_key == "key 1"
    assert issued == ["key 0", "key 1"]
