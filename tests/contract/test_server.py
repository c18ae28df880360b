"""What the server of the sandbox answers: access, its own addresses, and errors."""

from __future__ import annotations

import http.client
import json
import os
import socket
import stat
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from catalog.sandbox import control
from catalog.sandbox.control import Sandbox, StartOptions
from catalog.sandbox.signals import SIGNALS_PATH

ROOT = Path(__file__).resolve().parent.parent.parent
EPHEMERAL = StartOptions(ephemeral=True)


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sandbox")


@pytest.fixture(scope="module")
def sandbox(directory: Path) -> Iterator[Sandbox]:
    yield control.start(directory, EPHEMERAL)
    control.stop(directory)


def client(sandbox: Sandbox, service: str) -> Any:
    environment = sandbox.environment()
    return boto3.client(
        service,
        endpoint_url=environment["AWS_ENDPOINT_URL"],
        region_name=environment["AWS_REGION"],
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
    )


def fetch(url: str, method: str = "GET", **headers: str) -> tuple[int, str]:
    request = urllib.request.Request(url, headers=headers, method=method)  # noqa: S310  # http
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310  # http
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_the_record_has_the_process_and_the_url(sandbox: Sandbox, directory: Path) -> None:
    file = directory / "server.json"
    record = json.loads(file.read_text(encoding="utf-8"))
    assert record["url"] == sandbox.url == f"http://127.0.0.1:{record['port']}"
    assert record["pid"] == sandbox.pid
    assert record["moto"].startswith("5.2.")
    assert set(record) == {"pid", "born", "port", "url", "moto", "started", "token", "data", "differing"}
    assert record["data"] == sandbox.data == ""
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert control.find(directory) == sandbox


def test_only_the_loopback_interface_is_served(sandbox: Sandbox) -> None:
    port = int(sandbox.url.rpartition(":")[2])
    with socket.socket() as other:  # another loopback address, on which a server on 0.0.0.0 would answer
        other.settimeout(2)
        with pytest.raises(OSError, match="refused"):
            other.connect(("127.0.0.2", port))


def test_a_connection_serves_many_requests(sandbox: Sandbox) -> None:
    """Each request is read to its end: what no handler reads of a body is never taken for the next request."""
    host, port = sandbox.url.removeprefix("http://").split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=10)
    signed = {"Authorization": f"AWS4-HMAC-SHA256 Credential={sandbox.key}/20260101/us-east-1/s3/aws4_request, x"}
    try:
        connection.connect()
        local_port = connection.sock.getsockname()[1]
        for method, path, body, status in (
            ("GET", control.CALLS_PATH, None, 200),
            ("DELETE", control.CALLS_PATH, b"GET /other HTTP/1.1\r\n\r\n", 200),
            ("HEAD", "/no-such-bucket", None, 404),
            ("POST", "/moto-api/reset", b"x" * 100_000, 403),
            ("POST", control.FAULTS_PATH, b"{", 400),
            ("PUT", "/kept-bucket", None, 200),
            ("PUT", "/kept-bucket/key", iter([b"in ", b"parts"]), 200),
            ("DELETE", "/kept-bucket/other", None, 204),
        ):
            connection.request(method, path, body, signed, encode_chunked=True)
            answer = connection.getresponse()
            answer.read()
            assert (path, answer.status) == (path, status)
            assert connection.sock.getsockname()[1] == local_port
    finally:
        connection.close()
    assert client(sandbox, "s3").get_object(Bucket="kept-bucket", Key="key")["Body"].read() == b"in parts"


def test_a_request_with_an_impossible_length_ends_its_connection_only(sandbox: Sandbox) -> None:
    host, port = sandbox.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(f"POST {control.FAULTS_PATH} HTTP/1.1\r\nHost: {host}\r\nContent-Length: x\r\n\r\n".encode())
        with connection.makefile("rb") as answer:
            assert answer.read().startswith(b"HTTP/1.1 500 ")
    assert fetch(f"{sandbox.url}{control.CALLS_PATH}")[0] == 200


WEB_PAGES = [
    {"Host": "evil.example:80"},
    {"Origin": "http://evil.example"},
    {"Host": "[::1"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "Cross-Site"},
    {"Sec-Fetch-Site": "unknown"},
]


@pytest.mark.parametrize("headers", WEB_PAGES)
@pytest.mark.parametrize("path", [control.CALLS_PATH, control.FAULTS_PATH, control.RESET_PATH, "/bucket", "/"])
def test_requests_of_web_pages_are_refused(sandbox: Sandbox, headers: dict[str, str], path: str) -> None:
    assert fetch(f"{sandbox.url}{path}", **headers)[0] == 403


@pytest.mark.parametrize("path", [control.STUBS_PATH, control.CLOCK_PATH])
@pytest.mark.parametrize("headers", [{}, *WEB_PAGES])
def test_stubs_and_the_clock_need_the_access_key(sandbox: Sandbox, headers: dict[str, str], path: str) -> None:
    """Also to be read: a stub has what a test sends."""
    assert fetch(f"{sandbox.url}{path}", **headers)[0] == 403


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (control.CLOCK_PATH, b'{"seconds": 1e300}'),
        (control.CLOCK_PATH, b"[" * 60_000),
        (control.STUBS_PATH, b"[" * 60_000),
        (control.FAULTS_PATH, b"[" * 60_000),
    ],
)
def test_a_hostile_request_to_the_sandbox_itself_is_refused(sandbox: Sandbox, path: str, body: bytes) -> None:
    key = {"Authorization": f"AWS4-HMAC-SHA256 Credential={sandbox.key}/"}
    request = urllib.request.Request(f"{sandbox.url}{path}", data=body, headers=key)  # noqa: S310  # http
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request, timeout=10)  # noqa: S310  # http
    with caught.value as error:
        assert (error.code, "message" in json.loads(error.read())) == (400, True)


def test_a_signal_needs_the_address_of_a_handle(sandbox: Sandbox) -> None:
    for method, path, status in (("PUT", "", 403), ("PUT", "0" * 32, 403), ("GET", "0" * 32, 405)):
        url = f"{sandbox.url}{SIGNALS_PATH}{path}"
        request = urllib.request.Request(url, b'{"Status": "SUCCESS", "UniqueId": "a"}', method=method)  # noqa: S310  # http
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=10)  # noqa: S310  # http
        refused.value.close()
        assert refused.value.code == status


@pytest.mark.parametrize("site", ["none", "same-origin"])
def test_an_address_that_a_person_types_is_served(sandbox: Sandbox, site: str) -> None:
    assert fetch(f"{sandbox.url}{control.CALLS_PATH}", **{"Sec-Fetch-Site": site})[0] == 200
    assert fetch(f"{sandbox.url}{control.CALLS_PATH}")[0] == 200


@pytest.mark.parametrize(
    "path",
    [
        "/moto-api",
        "/moto-api/",
        "/moto-api/data.json",
        "/moto-api/recorder/start-recording",
        "/moto-api/recorder/download-recording",
        "/moto-api/seed",
        "/moto-api/config",
        "/moto-api/state-manager/get-transition",
        "/moto-api/reset",
        "/moto-api/reset-auth",
        "/moto%2Dapi/recorder/start-recording",
        "//moto-api/recorder/start-recording",
        "/Moto-API/recorder/start-recording",
        "/favicon.ico",
    ],
)
def test_the_pages_of_moto_are_not_served(sandbox: Sandbox, directory: Path, path: str) -> None:
    token = control.read_record(directory) or {}
    headers = {control.TOKEN_HEADER: token["token"]}
    assert fetch(f"{sandbox.url}{path}")[0] == 404
    assert fetch(f"{sandbox.url}{path}", **headers)[0] == 404
    if path != control.RESET_PATH:
        assert fetch(f"{sandbox.url}{path}", method="POST", **headers)[0] == 404


def test_nothing_is_recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MOTO_ENABLE_RECORDING", "1")
    own = control.start(tmp_path / "sandbox", EPHEMERAL)
    try:
        fetch(f"{own.url}/moto-api/recorder/start-recording", method="POST")
        client(own, "kms").list_keys()
    finally:
        control.stop(tmp_path / "sandbox")
    assert {file.name for file in tmp_path.rglob("*")} <= {"sandbox", "server.lock", "server.log"}


def test_a_reset_needs_the_token(sandbox: Sandbox, directory: Path) -> None:
    client(sandbox, "servicecatalog").create_portfolio(DisplayName="kept", ProviderName="us")
    for headers in ({}, {control.TOKEN_HEADER: "0" * 32}):
        status, text = fetch(f"{sandbox.url}{control.RESET_PATH}", method="POST", **headers)
        assert status == 403
        assert "`catalog sandbox reset`" in text
    assert len(client(sandbox, "servicecatalog").list_portfolios()["PortfolioDetails"]) == 1
    control.reset(directory)
    assert client(sandbox, "servicecatalog").list_portfolios()["PortfolioDetails"] == []


def test_the_own_identity_is_a_user_that_can_be_a_principal(sandbox: Sandbox, directory: Path) -> None:
    identity = client(sandbox, "sts").get_caller_identity()
    assert identity["Arn"] == "arn:aws:iam::123456789012:user/moto"
    assert identity["UserId"].startswith("AIDA")
    catalog = client(sandbox, "servicecatalog")
    portfolio = catalog.create_portfolio(DisplayName="own", ProviderName="us")["PortfolioDetail"]["Id"]
    product = catalog.create_product(
        Name="Topic",
        Owner="us",
        ProductType="CLOUD_FORMATION_TEMPLATE",
        ProvisioningArtifactParameters={"Info": {"LoadTemplateFromURL": uploaded(sandbox)}},
    )["ProductViewDetail"]["ProductViewSummary"]["ProductId"]
    catalog.associate_product_with_portfolio(ProductId=product, PortfolioId=portfolio)
    assert catalog.search_products()["ProductViewSummaries"] == []
    catalog.associate_principal_with_portfolio(PortfolioId=portfolio, PrincipalARN=identity["Arn"], PrincipalType="IAM")
    assert [view["ProductId"] for view in catalog.search_products()["ProductViewSummaries"]] == [product]
    control.reset(directory)


def uploaded(sandbox: Sandbox) -> str:
    """The URL of a template in the sandbox's S3."""
    s3 = client(sandbox, "s3")
    s3.create_bucket(Bucket="templates")
    s3.put_object(Bucket="templates", Key="t.json", Body=b'{"Resources": {"T": {"Type": "AWS::SNS::Topic"}}}')
    return f"{sandbox.url}/templates/t.json"


def test_the_health_check_requires_the_token(sandbox: Sandbox) -> None:
    assert fetch(f"{sandbox.url}{control.HEALTH_PATH}")[0] == 403


def test_a_failure_shows_no_traceback(sandbox: Sandbox) -> None:
    for target in ("TrentService.Encrypt", "TrentService.NoSuchOperation"):
        request = urllib.request.Request(  # noqa: S310  # http
            sandbox.url,
            data=b"not json",
            headers={
                "X-Amz-Target": target,
                "Authorization": f"AWS4-HMAC-SHA256 Credential={sandbox.key}/20260101/us-east-1/kms/aws4_request, x",
            },
        )
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(request, timeout=10)  # noqa: S310  # http
        with caught.value as error:
            answer = error.read().decode()
        assert "Traceback" not in answer
        assert "site-packages" not in answer


@pytest.mark.parametrize(
    ("service", "call", "members", "named"),
    [
        ("ec2", "describe_fpga_images", {}, "the operation ec2:DescribeFpgaImages"),
        ("iam", "get_organizations_access_report", {"JobId": "a" * 36}, "iam:GetOrganizationsAccessReport"),
        ("codebuild", "list_report_groups", {}, "codebuild:ListReportGroups"),
        ("cloudwatch", "list_metric_streams", {}, "monitoring:ListMetricStreams"),
        ("lambda", "list_capacity_providers", {}, "lambda: GET /2025-11-30/capacity-providers"),
        ("route53", "list_cidr_collections", {}, "route53: GET /2013-04-01/cidrcollection"),
        ("gamelift", "list_fleets", {}, "no service gamelift"),
    ],
)
def test_what_no_service_of_the_sandbox_has_is_named_in_each_protocol(
    sandbox: Sandbox, service: str, call: str, members: dict[str, str], named: str
) -> None:
    with pytest.raises(ClientError) as caught:
        getattr(client(sandbox, service), call)(**members)
    assert (caught.value.response["Error"]["Code"], named in str(caught.value)) == ("NotImplemented", True)
    assert caught.value.response["ResponseMetadata"].get("RetryAttempts") == 0


@pytest.mark.parametrize(
    ("target", "body"),
    [
        ("TrentService.ListKeys", b""),
        ("TrentService.ListKeys", b"[]"),
        ("DynamoDB_20120810.ListTables", b'{"a": "\xff"}'),
        ("AmazonSSM.ListDocuments", b"[" * 100_000),
    ],
)
def test_a_body_that_is_no_json_object_is_refused(sandbox: Sandbox, target: str, body: bytes) -> None:
    service = {"T": "kms", "D": "dynamodb"}.get(target[0], "ssm")
    scope = f"{sandbox.key}/20260101/us-east-1/{service}/aws4_request"
    headers = {
        "X-Amz-Target": target,
        "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, x",
        "Content-Type": "application/x-amz-json-1.1",
    }
    request = urllib.request.Request(sandbox.url, data=body, headers=headers)  # noqa: S310  # http
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request, timeout=10)  # noqa: S310  # http
    with caught.value as error:
        assert (error.code, json.loads(error.read())["__type"]) == (400, "SerializationException")


def test_calls_of_the_services_that_products_need(sandbox: Sandbox) -> None:
    identity = client(sandbox, "sts").get_caller_identity()
    assert identity["Account"] == "123456789012"
    s3 = client(sandbox, "s3")
    s3.create_bucket(Bucket="some-bucket")
    s3.put_object(Bucket="some-bucket", Key="a/b.yaml", Body=b"x")
    assert s3.get_object(Bucket="some-bucket", Key="a/b.yaml")["Body"].read() == b"x"
    client(sandbox, "iam").list_roles()
    client(sandbox, "kms").list_keys()
    client(sandbox, "servicecatalog").list_portfolios()
    client(sandbox, "cloudformation").list_stacks()


def test_reset_empties_the_sandbox(sandbox: Sandbox, directory: Path) -> None:
    template = json.dumps({"Resources": {"T": {"Type": "AWS::SNS::Topic"}}})
    client(sandbox, "cloudformation").create_stack(StackName="s", TemplateBody=template)
    client(sandbox, "kms").create_key()
    client(sandbox, "servicecatalog").create_portfolio(DisplayName="p", ProviderName="us")
    assert control.reset(directory) == sandbox
    assert client(sandbox, "cloudformation").describe_stacks()["Stacks"] == []
    assert client(sandbox, "kms").list_keys()["Keys"] == []
    assert client(sandbox, "servicecatalog").list_portfolios()["PortfolioDetails"] == []


def test_stacks_from_many_threads(sandbox: Sandbox) -> None:
    template = json.dumps({"Resources": {"K": {"Type": "AWS::KMS::Key"}, "T": {"Type": "AWS::SNS::Topic"}}})

    def work(number: int) -> None:
        formation = client(sandbox, "cloudformation")
        for turn in range(3):
            formation.create_stack(StackName=f"s{number}-{turn}", TemplateBody=template)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stacks = client(sandbox, "cloudformation").describe_stacks()["Stacks"]
    assert len(stacks) == 18
    assert {stack["StackStatus"] for stack in stacks} == {"CREATE_COMPLETE"}


def test_a_second_start_returns_the_running_sandbox(sandbox: Sandbox, directory: Path) -> None:
    assert control.start(directory) == sandbox


def test_another_server_on_the_port_is_not_taken_for_the_sandbox(tmp_path: Path, sandbox: Sandbox) -> None:
    control.write_record(tmp_path, {"pid": os.getpid(), "url": sandbox.url, "token": "another"})
    assert control.find(tmp_path) is None
