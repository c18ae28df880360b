"""`catalog console` over HTTP, as a browser without JavaScript sees it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest

from catalog.aws.session import open_local_session
from catalog.console.server import address, listen
from catalog.console.state import Console
from catalog.provisioning.repository import RepositoryNames
from catalog.sandbox import control
from catalog.sandbox.control import Sandbox
from tests import programs
from tests.console_client import Document, Visit
from tests.functional.conftest import ROOT, Run
from tests.functional.shelves import CONSTRAINTS, ROLE, make_shelves

HIDDEN_VALUE = "not-for-the-browser"
HOSTILE = "<script>document.title='owned'</script><img src=x onerror=alert(1)>\"'&lt;\u202e"


NOT_ROOT = {
    "Assertions": [
        {"Assert": {"Fn::Not": [{"Fn::Equals": [{"Ref": "Name"}, "root"]}]}, "AssertDescription": "The name is taken."}
    ]
}
DOCUMENT = {
    "schemaVersion": "0.3",
    "parameters": {"TopicArn": {"type": "String"}, "Label": {"type": "String"}},
    "mainSteps": [
        {
            "name": "SetLabel",
            "action": "aws:executeAwsApi",
            "inputs": {
                "Service": "sns",
                "Api": "SetTopicAttributes",
                "TopicArn": "{{ TopicArn }}",
                "AttributeName": "DisplayName",
                "AttributeValue": "{{ Label }}",
            },
        }
    ],
}


def add_action(sc: Any, ssm: Any, ids: dict[str, str]) -> None:
    """A service action that asks for a label."""
    ssm.create_document(
        Name="set-label", Content=json.dumps(DOCUMENT), DocumentType="Automation", TargetType="/AWS::SNS::Topic"
    )
    parameters = json.dumps([{"Name": "TopicArn", "Type": "TARGET"}, {"Name": "Label", "Type": "TEXT_VALUE"}])
    definition = {"Name": "set-label", "Version": "1", "AssumeRole": "LAUNCH_ROLE", "Parameters": parameters}
    answer = sc.create_service_action(
        Name="SetLabel", Description="Names the topic.", DefinitionType="SSM_AUTOMATION", Definition=definition
    )
    sc.associate_service_action_with_provisioning_artifact(
        ServiceActionId=answer["ServiceActionDetail"]["ServiceActionSummary"]["Id"],
        ProductId=ids[""],
        ProvisioningArtifactId=ids["1.0.0"],
    )


@dataclass
class Served:
    """A console, and the sandbox that it plays for."""

    console: Console
    ids: dict[str, str]
    """Name of a version → its id; the empty name is the product's."""

    def client(self, service: str) -> Any:
        return self.console.administrator.client(service)

    def enter(self) -> Visit:
        """Somebody who has the printed address."""
        url = address(self.console)
        visit = Visit(url)
        visit.ask(url.partition(str(self.console.port))[2])
        return visit

    def as_reader(self) -> Visit:
        visit = self.enter()
        visit.sign_in(ROLE)
        return visit


@pytest.fixture(scope="module")
def served(server: Sandbox) -> Iterator[Served]:
    """The shelves of a library in the sandbox, with a hostile portfolio, and a console."""
    control.reset(server.directory)
    environment = server.environment()
    keys = {
        "aws_access_key_id": environment["AWS_ACCESS_KEY_ID"],
        "aws_secret_access_key": environment["AWS_SECRET_ACCESS_KEY"],
        "region_name": environment["AWS_REGION"],
        "endpoint_url": server.url,
    }

    def client(service: str) -> Any:
        return boto3.client(service, **keys)

    sc = client("servicecatalog")
    ids = make_shelves(
        lambda operation, **members: getattr(sc, operation.replace("-", "_"))(**members),
        client,
        constraints={**CONSTRAINTS, "TEMPLATE": {"Rules": {"NotRoot": NOT_ROOT}}},
    )
    add_action(sc, client("ssm"), ids)
    (portfolio,) = sc.list_portfolios()["PortfolioDetails"]
    sc.create_portfolio_share(PortfolioId=portfolio["Id"], AccountId="210987654321", ShareTagOptions=True)
    sc.create_portfolio(DisplayName=HOSTILE[:100], ProviderName="x", Description=HOSTILE, IdempotencyToken="h")
    console = Console(open_local_session(environment, None), RepositoryNames(None), "the-key")
    running = listen(console, 0)
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield Served(console, ids)
    running.shutdown()
    thread.join()
    running.server_close()


def done(visit: Visit, page: Document) -> Document:
    """The page of a record when AWS has finished."""
    path = re.search(r"Record (rec-\w+)", page.text)
    assert path, page.text
    end = time.monotonic() + 30
    while 'data-following="yes"' in page.html:
        assert time.monotonic() < end, page.text
        time.sleep(0.05)
        page = visit.ask(f"/records/{path[1]}")
    return page


def test_only_who_has_the_key_comes_in_and_only_from_the_own_pages(served: Served) -> None:
    stranger = Visit(address(served.console))
    assert stranger.ask("/").status == 403
    assert stranger.ask("/?key=wrong").status == 403
    visit = served.enter()
    page = visit.ask("/sign-in")
    assert page.status == 200
    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["Cache-Control"] == "no-store"
    for headers in (
        {"Host": "evil.example"},
        {"Host": f"evil.example:{served.console.port}"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ):
        assert visit.ask("/sign-in", headers=headers).status == 403, headers
    body = page.form("/sign-in").filled({"role": ROLE})
    assert visit.ask("/sign-in", body, {"Origin": "https://evil.example"}).status == 403
    without = "&".join(part for part in body.split("&") if not part.startswith("token="))
    for forged in (without, f"{without}&token=x", f"{without}&token=%FF"):
        assert visit.ask("/sign-in", forged).status == 403
    assert visit.ask("/products").form("/sign-in"), "signs in first"
    assert visit.ask("/nothing").status == 404
    wrong = visit.send(page, "/sign-in", role="", other="role/x")
    assert (wrong.status, "Write the ARN of a role" in wrong.text) == (422, True)


def test_a_life_by_plain_forms(served: Served) -> None:
    visit = served.as_reader()
    products = visit.ask("/products")
    product = visit.ask(products.link("/products/prod-"))
    assert "Shelf" in product.text
    assert "small letters" in product.text
    form = visit.ask(f"/products/{served.ids['']}/launch?version={served.ids['1.0.0']}")
    wrong = visit.send(form, "/launch", name="-", p__Name="UPPER", p__Secret=HIDDEN_VALUE, tags="x", step="review")
    assert wrong.status == 422
    assert "3 things must be corrected" in wrong.text
    assert re.search(r'id="p-Name"[^>]*value="UPPER"[^>]*aria-invalid="true"', wrong.html)
    assert wrong.html.count("Small letters") == 2, "at the field, and in the summary"
    assert HIDDEN_VALUE not in wrong.html
    ruled = visit.send(form, "/launch", name="mine", p__Name="root", step="check")
    assert (ruled.status, ruled.html.count("The name is taken.")) == (200, 3), "the rule, at the field, in the summary"
    review = visit.send(wrong, "/launch", name="mine", p__Name="a", tags="Floor=2", step="review")
    assert review.status == 200, review.text
    assert "Books AWS::S3::Bucket a-books" in review.text
    assert "Floor 2" in review.text
    assert HIDDEN_VALUE not in review.html
    record = visit.send(review, "/launches/")
    assert "Launch of mine" in record.text
    assert 'http-equiv="refresh"' in record.html or "SUCCEEDED" in record.text
    record = done(visit, record)
    assert "SUCCEEDED" in record.text, record.text
    assert "Bucket a-books" in record.text
    assert "Books AWS::S3::Bucket CREATE_COMPLETE" in record.text
    again = visit.send(review, "/launches/")
    assert "Launch of mine" in again.text, "a second click starts nothing"

    state = visit.ask(record.link("/provisioned/pp-"))
    assert "AVAILABLE" in state.text
    assert "Secret ****" in state.text
    asked = visit.ask(state.link("/actions/"))
    assert "Names the topic." in asked.text
    missing = visit.send(asked, "/actions/", a__Label="")
    assert (missing.status, "A value must be given." in missing.text) == (422, True)
    assert "SUCCEEDED" in done(visit, visit.send(asked, "/actions/", a__Label="New books")).text
    sns = served.client("sns")
    (topic,) = (item["TopicArn"] for item in sns.list_topics()["Topics"])
    assert sns.get_topic_attributes(TopicArn=topic)["Attributes"]["DisplayName"] == "New books"
    (parameters,) = served.client("cloudformation").describe_stacks()["Stacks"][:1]
    assert {"Key": "Floor", "Value": "2"} in parameters["Tags"]
    update = visit.ask(state.link("/update"))
    update = visit.send(update, "/update", version="1.1.0")
    assert update.form("/update?version").options["p.Team"] == ["", "red", "blue"]
    missing = visit.send(update, "/update?version", step="review")
    assert (missing.status, "Team: A value must be given." in missing.text) == (422, True)
    another = visit.send(visit.ask(state.link("/update")), "/update", version="1.1.0")
    hidden = visit.send(another, "/update?version", p__Secret=HIDDEN_VALUE, step="review")
    changed = visit.send(hidden, "/update?version", p__Team="red", step="review")
    assert "1 parameter keeps its value" in changed.text, "the secret that was typed before is among the new values"
    assert "Secret **** ****" in changed.text
    assert HIDDEN_VALUE not in hidden.html + changed.html
    preview = visit.send(missing, "/update?version", p__Team="red", step="review")
    assert "News AWS::SNS::Topic updated in place DisplayName" in preview.text
    assert "2 parameters keep their values" in preview.text
    record = done(visit, visit.send(preview, "/updates/"))
    assert "SUCCEEDED" in record.text, record.text

    state_path = record.link("/provisioned/pp-")
    older = visit.send(visit.ask(f"{state_path}/update"), "/update", version="2.0.0")
    losing = visit.send(older, "/update?version", step="review")
    assert "This update may lose what Books holds" in losing.text
    refused = visit.send(losing, "/updates/")
    assert (refused.status, "Tick the box" in refused.text) == (422, True)
    same = visit.send(visit.ask(f"{state_path}/update"), "/update", version="1.1.0")
    nothing = visit.send(same, "/update?version", step="review")
    assert (nothing.status, "with these values already" in nothing.text) == (422, True)

    ending = visit.ask(f"{state_path}/terminate")
    assert "Books AWS::S3::Bucket deleted It holds data or keys." in ending.text
    record = done(visit, visit.send(ending, "/terminate"))
    assert "SUCCEEDED" in record.text, record.text
    assert "To the provisioned products" in record.text
    assert visit.ask(state_path).status == 404
    assert "Nothing is launched by this role" in visit.ask("/provisioned").text


def test_a_failure_of_aws_stands_where_it_belongs(served: Served) -> None:
    visit = served.as_reader()
    path = f"/products/{served.ids['']}/launch?version={served.ids['1.0.0']}"
    first = visit.send(visit.ask(path), "/launch", name="twice", p__Name="b", step="review")
    second = visit.send(visit.ask(path), "/launch", name="twice", p__Name="c", step="review")
    assert "SUCCEEDED" in done(visit, visit.send(first, "/launches/")).text
    taken = visit.send(second, "/launches/")
    assert (taken.status, 'id="name"' in taken.html) == (422, True)
    assert re.search(r'id="name"[^>]*aria-invalid="true"', taken.html), taken.text
    again = visit.send(visit.ask(path), "/launch", name="twice", p__Name="d", step="check")
    assert (again.status, "twice is taken" in again.text) == (200, True)
    failing = f"/products/{served.ids['']}/launch?version={served.ids['0.9.0']}"
    review = visit.send(visit.ask(failing), "/launch", name="failing", p__Name="e", step="review")
    record = done(visit, visit.send(review, "/launches/"))
    assert "FAILED" in record.text
    assert "Wrong AWS::S3::Bucket CREATE_FAILED Resource handler returned message" in record.text
    state = visit.ask(record.link("/provisioned/pp-"))
    assert "Terminate it; then launch it again" in state.text


def test_the_administrator_sees_portfolios_constraints_principals_versions_and_records(served: Served) -> None:
    visit = served.enter()
    portfolios = visit.send(visit.ask("/sign-in"), "/sign-in", role="the administrator")
    assert "Library" in portfolios.text
    assert "owned" in portfolios.text
    assert (portfolios.scripts, "<img" in portfolios.html) == (1, False)
    links = [link for link in portfolios.links if "/portfolios/port-" in link]
    texts = {link: visit.ask(link) for link in links}
    (library,) = [page for page in texts.values() if "Shelf" in page.text]
    assert "LAUNCH role: shelf-launch" in library.text
    assert "role/reader IAM" in library.text
    assert "210987654321 ACCOUNT with TagOptions, not accepted yet" in library.text
    assert "TEMPLATE rule NotRoot: Name is not root" in library.text
    versions = visit.ask(library.link("/catalogue/prod-"))
    assert "1.1.0" in versions.text
    assert "active DEFAULT" in versions.text
    assert "Records" in visit.ask("/records").text
    assert "Library" in visit.ask(f"/catalogue/{served.ids['']}").text
    reader = served.as_reader()
    assert reader.ask("/portfolios").form("/sign-in"), "only for the administrator"


def test_pages_are_small_and_hold_one_script_of_their_own(served: Served) -> None:
    visit = served.as_reader()
    unknown = (
        "/products/x",
        "/records/%3Cscript%3E",
        "/provisioned/pp-0",
        "/launches/x",
        "/updates/x",
        "/working-tree",
    )
    assert [visit.ask(path).status for path in unknown] == [404, 404, 404, 400, 400, 400]
    page = visit.ask(f"/products/{served.ids['']}/launch")
    assert page.scripts == 1
    assert len(page.html.encode()) < 100_000
    assert "http://" not in re.sub(r"http://127\.0\.0\.1:\d+", "", page.html)


def test_the_command_prints_its_address_and_ends_with_ctrl_c(server: Sandbox, catalog: Run, tmp_path: Path) -> None:
    for arguments, message in (
        (("--profile", "x"), "never calls AWS"),
        (("kms_key",), "PRODUCT needs --preview"),
        (("--preview",), "--preview needs a PRODUCT"),
        (("nothing", "--preview"), "unknown product 'nothing'"),
    ):
        refused = catalog("console", *arguments)
        assert (refused.exit_code, message in refused.output) == (2, True), refused.output
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    browser, opened = tmp_path / "browser", tmp_path / "opened"
    browser.write_text(f'#!/bin/sh\necho "$1" > {opened}\n')
    browser.chmod(0o700)
    process = programs.start(
        [sys.executable, "-m", "catalog", "console", "--json", "--port", "0", "--open"],
        cwd=ROOT,
        env=environment
        | {"PYTHONPATH": str(ROOT), "CATALOG_SANDBOX_DIR": str(server.directory)}
        | {"BROWSER": f"{browser} %s"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    lines = [process.stdout.readline() for _ in range(4)]
    printed = json.loads("".join(lines))
    assert printed["sandbox"] == server.url
    port = int(re.findall(r":(\d+)/", printed["url"])[0])
    taken = catalog("console", "--port", str(port))
    assert (taken.exit_code, f"port {port} of 127.0.0.1 cannot be used" in taken.output) == (2, True)
    visit = Visit(printed["url"])
    assert visit.ask(printed["url"].partition(str(port))[2]).form("/sign-in")
    assert opened.read_text().strip() == printed["url"]
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    assert (process.returncode, "Traceback" in errors) == (0, False), errors
