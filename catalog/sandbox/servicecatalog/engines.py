"""What the engines of EXTERNAL and TERRAFORM products tell Service Catalog: how a launch, update or termination ended.

The sandbox has no such products, because it creates none: every record is of a CloudFormation stack. So each of these
operations is answered with one of the two errors of its model [which error is assumed].
"""

from __future__ import annotations

from typing import Any

from catalog.sandbox.servicecatalog.call import Call
from catalog.sandbox.servicecatalog.exceptions import InvalidParametersException, ResourceNotFoundException


def notify_result(call: Call) -> dict[str, Any]:
    """NotifyProvisionProductEngineWorkflowResult, and those of an update and a termination."""
    record = call.state.records.get(call.text("RecordId"))
    if record is None:
        raise ResourceNotFoundException(f"Record not found: {call.text('RecordId')}")
    raise InvalidParametersException(
        f"Record {record.id} is of a {record.provisioned_product_type}, whose result no engine notifies."
    )
