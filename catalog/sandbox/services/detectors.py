"""GuardDuty: tags, the scans for malware, and the one detector of a Region, which moto lacks.

Sources: GuardDuty API reference, TagResource, CreateFilter (Action: NOOP), CreateDetector; its user guide, "There can
be only one detector per account per Region"; the words: hashicorp/terraform-provider-aws#11780.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

from moto.guardduty import urls
from moto.guardduty.exceptions import DetectorNotFoundException, GuardDutyException
from moto.guardduty.models import Detector
from moto.guardduty.responses import GuardDutyResponse

CREATE_DETECTOR, CREATE_FILTER = GuardDutyResponse.create_detector, GuardDutyResponse.create_filter
DETECTOR, GET_FILTER = Detector.to_json, GuardDutyResponse.get_filter


class DetectorExists(GuardDutyException):
    """The account has a detector in the Region."""

    code = 400

    def __init__(self) -> None:
        message = "The request is rejected because a detector already exists for the current account."
        super().__init__("InvalidInputException", message)

    def get_headers(self, *args: Any, **kwargs: Any) -> list[tuple[str, str]]:
        """The headers of the answer, with the code of the error."""
        return [("X-Amzn-ErrorType", "BadRequestException")]


def install() -> None:
    """Add the operations to moto's."""
    urls.url_paths["{0}/tags/(?P<arn>.+)$"] = GuardDutyResponse.dispatch
    for answer in (
        create_detector,
        create_filter,
        get_filter,
        tag_resource,
        untag_resource,
        list_tags_for_resource,
    ):
        setattr(GuardDutyResponse, answer.__name__, answer)
    setattr(Detector, "to_json", detector_shown)  # noqa: B010  # mypy allows no other form


def create_detector(response: GuardDutyResponse) -> str:
    """CreateDetector, once in a Region."""
    if response.guardduty_backend.list_detectors():
        raise DetectorExists
    return CREATE_DETECTOR(response)


def detector_shown(detector: Detector) -> dict[str, Any]:
    """GetDetector, with the scans for malware."""
    shown = DETECTOR(detector)
    scans = (detector.datasources.get("malwareProtection") or {}).get("scanEc2InstanceWithFindings") or {}
    status = {"status": "ENABLED" if scans.get("ebsVolumes") else "DISABLED"}
    shown["dataSources"]["malwareProtection"] = {"scanEc2InstanceWithFindings": {"ebsVolumes": status}}
    return shown


def create_filter(response: GuardDutyResponse) -> str:
    """CreateFilter, with tags; it does nothing by default."""
    answer = CREATE_FILTER(response)
    made = response.guardduty_backend.get_filter(response.path.split("/")[-2], json.loads(answer)["name"])
    made.action = made.action or "NOOP"
    vars(made)["tags"] = response._get_param("tags") or {}
    return answer


def get_filter(response: GuardDutyResponse) -> str:
    """GetFilter, with tags."""
    shown = json.loads(GET_FILTER(response))
    made = response.guardduty_backend.get_filter(response.path.split("/")[-3], shown["name"])
    return json.dumps({**shown, "tags": vars(made).get("tags", {})})


def tags_of(response: GuardDutyResponse) -> dict[str, str]:
    """The tags of the detector or filter whose ARN the path ends with."""
    detector, _, name = unquote(response.path).rpartition(":detector/")[2].partition("/filter/")
    if not detector:
        raise DetectorNotFoundException
    backend = response.guardduty_backend
    tagged: Any = backend.get_filter(detector, name) if name else backend.get_detector(detector)
    tags: dict[str, str] = vars(tagged).setdefault("tags", {})
    return tags


def tag_resource(response: GuardDutyResponse) -> str:
    """TagResource of the API reference."""
    tags_of(response).update(response._get_param("tags") or {})
    return "{}"


def untag_resource(response: GuardDutyResponse) -> str:
    """UntagResource of the API reference."""
    tags = tags_of(response)
    for key in response.querystring.get("tagKeys", []):
        tags.pop(key, None)
    return "{}"


def list_tags_for_resource(response: GuardDutyResponse) -> str:
    """ListTagsForResource of the API reference."""
    return json.dumps({"tags": tags_of(response)})
