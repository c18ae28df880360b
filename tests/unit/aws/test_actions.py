"""Service actions, as Service Catalog answers of them."""

from __future__ import annotations

from botocore.stub import Stubber

from catalog.aws.service_actions import fetch_actions, run_by_others
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


def test_what_others_run_is_known_by_the_name_of_the_document() -> None:
    session = AwsSession(keyed_session("key", "secret"), "eu-west-1")
    names = {"act-1": "catalog-p-stop-1", "act-2": "arn:aws:ssm:eu-west-1:123456789012:document/catalog-p-stop-2"}
    ours = {"Id": "act-0", "Name": "Stop", "Description": "Stops. [catalog: product/p/action/stop]"}
    with Stubber(session.servicecatalog) as stub:
        listed = [ours, *({"Id": one, "Name": "Theirs"} for one in names)]
        stub.add_response("list_service_actions", {"ServiceActionSummaries": listed})
        for one, name in names.items():
            detail = {"ServiceActionSummary": {"Id": one}, "Definition": {"Name": name, "Version": "1"}}
            stub.add_response("describe_service_action", {"ServiceActionDetail": detail}, {"Id": one})
        found = run_by_others(session, "catalog")
    assert found == {"catalog-p-stop-1": "act-1", "catalog-p-stop-2": "act-2"}
