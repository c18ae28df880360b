"""AWS Config: recorders have a mode, and a delivery channel is put with the recorder that comes with it.

Source: AWS Config API reference, ConfigurationRecorder, PutDeliveryChannel; see `together` of CloudFormation.
"""

from __future__ import annotations

from typing import Any

from moto.config.models import ConfigBackend

from catalog.sandbox.registry.calls import COMING

PUT_RECORDER, PUT_CHANNEL = ConfigBackend.put_configuration_recorder, ConfigBackend.put_delivery_channel


def install() -> None:
    """Replace moto's methods."""
    setattr(ConfigBackend, "put_configuration_recorder", put_configuration_recorder)  # noqa: B010
    setattr(ConfigBackend, "put_delivery_channel", put_delivery_channel)  # noqa: B010


def put_configuration_recorder(backend: ConfigBackend, config_recorder: dict[str, Any]) -> None:
    """PutConfigurationRecorder, with the mode."""
    PUT_RECORDER(backend, config_recorder)
    recorder: Any = backend.recorders[config_recorder["name"]]
    recorder.recording_mode = config_recorder.get("recordingMode") or {"recordingFrequency": "CONTINUOUS"}


def put_delivery_channel(backend: ConfigBackend, delivery_channel: dict[str, Any]) -> None:
    """PutDeliveryChannel, which needs a recorder, or one that CloudFormation makes at the same time."""
    recorders: Any = backend.recorders
    if not recorders and "AWS::Config::ConfigurationRecorder" in COMING.get():
        backend.recorders = {"": recorders}
    try:
        PUT_CHANNEL(backend, delivery_channel)
    finally:
        backend.recorders = recorders
