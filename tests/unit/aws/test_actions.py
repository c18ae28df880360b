"""Service actions, as Service Catalog answers of them."""

from __future__ import annotations

from botocore.stub import Stubber

from catalog.aws.actions import fetch_actions
from catalog.aws.session import AwsSession, keyed_session


def test_an_action_that_was_deleted_since_it_was_listed_is_none() -> None:
    session = AwsSession(keyed_session("key", "secret"), "eu-west-1")
    listed = [
        {"Id": "act-theirs", "Name": "Theirs", "Description": "Stops."},
        {"Id": "act-gone", "Name": "Stop", "Description": "Stops. [catalog: product/p/action/stop]"},
    ]
    with Stubber(session.servicecatalog) as stub:
        stub.add_response("list_service_actions", {"ServiceActionSummaries": listed})
        stub.add_client_error(
            "describe_service_action", "ResourceNotFoundException", expected_params={"Id": "act-gone"}
        )
        assert fetch_actions(session, "catalog") == []
        stub.assert_no_pending_responses()
