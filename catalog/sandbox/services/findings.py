"""Inspector: changes of filters, which moto lacks (API reference, UpdateFilter); the tags of what is deleted go."""

from __future__ import annotations

import json

from moto.core.exceptions import JsonRESTError
from moto.inspector2 import urls
from moto.inspector2.models import Inspector2Backend
from moto.inspector2.responses import Inspector2Response

DELETE = Inspector2Backend.delete_filter
CHANGED = {
    "action": "action",
    "description": "description",
    "filterCriteria": "filter_criteria",
    "name": "name",
    "reason": "reason",
}
"""Parameter → attribute of moto's filter."""


def install() -> None:
    """Add the operation to moto's."""
    urls.url_paths["{0}/filters/update$"] = Inspector2Response.dispatch
    setattr(Inspector2Response, "update_filter", update_filter)  # noqa: B010  # mypy allows no other form
    setattr(Inspector2Backend, "delete_filter", delete_filter)  # noqa: B010


def update_filter(response: Inspector2Response) -> str:
    """UpdateFilter of the API reference."""
    arn = str(response._get_param("filterArn"))
    changed = response.inspector2_backend.filters.get(arn)
    if changed is None:
        raise JsonRESTError("ResourceNotFoundException", f"Filter {arn} not found")
    for name, attribute in CHANGED.items():
        if (value := response._get_param(name)) is not None:
            setattr(changed, attribute, value)
    return json.dumps({"arn": arn})


def delete_filter(backend: Inspector2Backend, arn: str) -> None:
    """DeleteFilter, with the tags."""
    DELETE(backend, arn)
    backend.tagger.delete_all_tags_for_resource(arn)
