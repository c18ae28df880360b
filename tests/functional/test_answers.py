"""Case G14: an answer of AWS without a member, or with an unknown value, is an error that names both."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from catalog.aws.answers import AnsweringClient
from catalog.aws.observe import observe
from catalog.aws.reader import Reader
from catalog.aws.session import AwsSession
from catalog.errors import AwsCallError, AwsError
from catalog.sandbox.control import Sandbox
from tests.functional.two_publishers import Publisher, Team
from tests.sessions import separate_session

MemberPath = tuple[str, ...]


class Replayed:
    """A client of boto3 that sends each request once, and then repeats the answer, as edited."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.meta = client.meta
        self.answers: dict[tuple[str, str], Any] = {}
        self.edits: dict[str, Callable[[dict[str, Any]], None]] = {}

    def __getattr__(self, name: str) -> Any:
        operation = self.meta.method_to_api_mapping.get(name)
        return partial(self.repeat, operation, getattr(self.client, name)) if operation else getattr(self.client, name)

    def repeat(self, operation: str, call: Callable[..., Any], **arguments: Any) -> Any:
        request = (operation, repr(sorted(arguments.items())))
        if request not in self.answers:
            try:
                self.answers[request] = call(**arguments)
            except ClientError as error:
                self.answers[request] = error
        answer = copy.deepcopy(self.answers[request])
        if isinstance(answer, ClientError):
            raise answer
        if operation in self.edits:
            self.edits[operation](answer)
        return answer


class Proxy:
    """Changes the answers of Service Catalog and SSM, on their way to a session."""

    def __init__(self, session: AwsSession) -> None:
        self.session = session
        self.clients = [Replayed(session.client(service).client) for service in ("servicecatalog", "ssm")]
        for service, client in zip(("servicecatalog", "ssm"), self.clients, strict=True):
            session.clients[service] = AnsweringClient(client)

    def edit(self, operation: str, edit: Callable[[dict[str, Any]], None]) -> None:
        for client in self.clients:
            client.edits = {operation: edit}

    def recorded(self) -> dict[str, Any]:
        """One answer of each operation."""
        answers = {operation: answer for client in self.clients for (operation, _), answer in client.answers.items()}
        return {operation: answer for operation, answer in answers.items() if isinstance(answer, dict)}

    def observe(self) -> None:
        observe(Reader(self.session), "pair")

    def refusal(self) -> str:
        """The message of the error that reading ends with, if it does."""
        try:
            self.observe()
        except AwsError as error:
            return error.message
        return ""


def paths(value: Any, above: MemberPath = ()) -> Iterator[MemberPath]:
    """The paths of all members of an answer; `*` stands for the members of a list."""
    if isinstance(value, list):
        for member in value[:1]:
            yield from paths(member, (*above, "*"))
    elif isinstance(value, dict):
        for name, member in value.items():
            if name != "ResponseMetadata":
                yield (*above, name)
                yield from paths(member, (*above, name))


def holders(value: Any, path: MemberPath) -> Iterator[dict[str, Any]]:
    """The structures that have the member at the end of a path."""
    if isinstance(value, list):
        for member in value:
            yield from holders(member, path[1:])
    elif len(path) == 1 and path[0] in value:
        yield value
    elif path[0] in value:
        yield from holders(value[path[0]], path[1:])


@pytest.fixture
def proxy(sandbox: Sandbox, tmp_path: Path) -> Proxy:
    publisher = Publisher.of(sandbox, Team.at(tmp_path / "team").publication())
    publisher.apply(publisher.plan())
    return Proxy(separate_session(sandbox.environment()))


def test_each_answer_may_lack_any_member(proxy: Proxy) -> None:
    proxy.observe()
    recorded = proxy.recorded()
    assert {"DescribePortfolio", "DescribeConstraint", "ListPrincipalsForPortfolio", "ListTagOptions"} <= set(recorded)
    refused = set()
    for operation, answer in recorded.items():
        for path in paths(answer):

            def drop(parsed: dict[str, Any], path: MemberPath = path) -> None:
                for holder in list(holders(parsed, path)):
                    del holder[path[-1]]

            proxy.edit(operation, drop)
            if message := proxy.refusal():
                assert message == f"{operation}: AWS's answer has no {'.'.join(name for name in path if name != '*')}"
                refused.add((operation, path[-1]))
    assert {
        ("DescribePortfolio", "DisplayName"),
        ("DescribeConstraint", "ConstraintParameters"),
        ("ListProvisioningArtifacts", "CreatedTime"),
        ("ListPrincipalsForPortfolio", "PrincipalType"),
    } <= refused


@pytest.mark.parametrize(
    ("operation", "path"),
    [
        ("ListPrincipalsForPortfolio", ("Principals", "*", "PrincipalType")),
        ("ListProvisioningArtifacts", ("ProvisioningArtifactDetails", "*", "Guidance")),
    ],
)
def test_an_unknown_value_is_an_error_that_names_it(proxy: Proxy, operation: str, path: MemberPath) -> None:
    def replace(parsed: dict[str, Any]) -> None:
        for holder in holders(parsed, path):
            holder[path[-1]] = "NEW_VALUE"

    proxy.edit(operation, replace)
    with pytest.raises(AwsError, match=rf"^{operation}: {path[0]}\.{path[-1]} is 'NEW_VALUE'"):
        proxy.observe()


def test_a_portfolio_that_is_deleted_while_it_is_read_says_what_to_do(proxy: Proxy) -> None:
    """`make reliability` found it: of four publishers that prune at once, one reads what another deletes."""
    error = {"Code": "ResourceNotFoundException", "Message": "Portfolio not found"}
    gone = (SimpleNamespace(status_code=400), {"Error": error, "ResponseMetadata": {}})
    event = "before-call.service-catalog.ListConstraintsForPortfolio"
    proxy.session.servicecatalog.meta.events.register(event, lambda **_: gone)
    with pytest.raises(AwsCallError) as stopped:
        proxy.observe()
    assert "Run the same command again" in stopped.value.hint


@pytest.mark.parametrize("operations", [("DescribeServiceAction",), ("DescribeServiceAction", "ListServiceActions")])
def test_a_service_action_without_a_description_is_found_by_its_name(
    sandbox: Sandbox, client: Callable[..., Any], tmp_path: Path, operations: tuple[str, ...]
) -> None:
    """Case G10: five of them were created, because none had the mark at the end of its description."""

    def drop(parsed: dict[str, Any], model: Any, **_: Any) -> None:
        detail = parsed.get("ServiceActionDetail", {}).get("ServiceActionSummary", {})
        for summary in (detail, *parsed.get("ServiceActionSummaries", [])):
            if model.name in operations:
                summary.pop("Description", None)

    team = Team.at(tmp_path / "team")
    for content in (team, team.copy(tmp_path / "other", ACTION="Other words.")):
        publisher = Publisher.of(sandbox, content.publication())
        publisher.session.servicecatalog.meta.events.register("after-call.servicecatalog", drop)
        publisher.apply(publisher.plan())
        (action,) = client("servicecatalog").list_service_actions()["ServiceActionSummaries"]
        assert action["Name"] == "Look"
