"""The requests of one account and Region; the resources are those of CloudFormation's backend."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.utils import utcnow
from moto.moto_api._internal import mock_random


@dataclass(slots=True)
class ResourceRequest:
    """A request to create, change or delete a resource: done when its call is answered."""

    type_name: str
    operation: str
    identifier: str = ""
    client_token: str = ""
    asked: tuple[str, ...] = ()
    """What the request said, to recognize it again."""
    error: str = ""
    """HandlerErrorCode of the model; empty if it succeeded."""
    message: str = ""
    token: str = field(default_factory=lambda: str(mock_random.uuid4()))
    time: datetime = field(default_factory=utcnow)

    def event(self, *, answered: bool) -> dict[str, Any]:
        """A ProgressEvent. The call itself answers IN_PROGRESS, as AWS does."""
        status = "FAILED" if self.error else "SUCCESS"
        event = {
            "TypeName": self.type_name,
            "Identifier": self.identifier,
            "RequestToken": self.token,
            "Operation": self.operation,
            "OperationStatus": status if answered else "IN_PROGRESS",
            "EventTime": self.time,
        }
        if answered and self.error:
            event |= {"StatusMessage": self.message, "ErrorCode": self.error}
        return {name: value for name, value in event.items() if value != ""}


class CloudControlBackend(BaseBackend):
    """The requests of one account and Region."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.requests: dict[str, ResourceRequest] = {}


cloudcontrol_backends = BackendDict(CloudControlBackend, "cloudcontrol")
