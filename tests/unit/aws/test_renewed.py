"""Credentials of an assumed role are renewed before they end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from catalog.aws.session import Renewed


def test_keys_that_are_about_to_expire_are_asked_for_anew() -> None:
    lives = [timedelta(seconds=30), timedelta(hours=1)]
    asked: list[str] = []

    def keys() -> dict[str, str]:
        number = len(asked)
        asked.append(f"key {number}")
        end = datetime.now(UTC) + lives[number]
        return {"access_key": asked[-1], "secret_key": "s", "token": "t", "expiry_time": end.isoformat()}

    credentials = Renewed(keys).load()
    assert asked == ["key 0"]
    assert credentials.get_frozen_credentials().access_key == "key 1"
    assert credentials.get_frozen_credentials().access_key == "key 1"
    assert asked == ["key 0", "key 1"]
