"""Reads of service actions, for answers of Service Catalog."""

from __future__ import annotations

from botocore.stub import Stubber

from catalog.aws.reads import read_all
from catalog.aws.service_actions import fetch_service_actions, run_by_others
from catalog.aws.session import AwsSession, keyed_session


def test_a_service_action_that_was_deleted_after_it_was_listed_is_omitted() -> None:
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
        assert read_all(lambda reads: fetch_service_actions(reads, session, "catalog")) == []
        stub.assert_no_pending_responses()


def test_a_service_action_that_is_not_ours_runs_the_document_that_its_name_or_arn_names() -> None:
    session = AwsSession(keyed_session("key", "secret"), "eu-west-1")
    names = {"act-1": "catalog-p-stop-1", "act-2": "arn:aws:ssm:eu-west-1:123456789012:document/catalog-p-stop-2"}
    ours = {"Id": "act-0", "Name": "Stop", "Description": "Stops. [catalog: product/p/action/stop]"}
    with Stubber(session.servicecatalog) as stub:
        listed = [ours, *({"Id": action_id, "Name": "Theirs"} for action_id in names)]
        stub.add_response("list_service_actions", {"ServiceActionSummaries": listed})
        for action_id, name in names.items():
            detail = {"ServiceActionSummary": {"Id": action_id}, "Definition": {"Name": name, "Version": "1"}}
            stub.add_response("describe_service_action", {"ServiceActionDetail": detail}, {"Id": action_id})
        documents = run_by_others(session, "catalog")
    assert documents == {"catalog-p-stop-1": "act-1", "catalog-p-stop-2": "act-2"}
