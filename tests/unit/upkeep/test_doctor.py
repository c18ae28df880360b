"""`catalog doctor` on AWS: an endpoint answers as the documentation says that AWS does."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable, Iterator
from email.utils import formatdate
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from click.testing import CliRunner

from catalog.cli import main
from catalog.errors import StoppedError
from catalog.upkeep.doctor.diagnosis import Diagnosis, tried
from tests.unit.aws.endpoint import Response, fake_aws

SESSION = "arn:aws:sts::111122223333:assumed-role/ci-publish/job-7"
ROLE = "arn:aws:iam::111122223333:role/ci/ci-publish"
STACK_SET = """
[tool.catalog.stacksets.hub]
content = "launch-roles"
organizational_units = ["ou-ab12-11111111"]
regions = ["eu-west-1"]
"""
Answers = dict[str, Callable[[str], Response]]


def xml(operation: str, result: str, **headers: str) -> Response:
    """An answer of IAM or STS."""
    text = f"<{operation}Response><{operation}Result>{result}</{operation}Result></{operation}Response>"
    return 200, headers, text.encode()


def members(**values: str) -> str:
    return "".join(f"<{name}>{value}</{name}>" for name, value in values.items())


def caller(arn: str, ahead: float = 0) -> Callable[[str], Response]:
    """GetCallerIdentity, with the Date of a clock that this machine's is ahead of."""
    fields = members(Arn=arn, UserId="AIDA", Account="111122223333")
    return lambda _: xml("GetCallerIdentity", fields, Date=formatdate(time.time() - ahead, usegmt=True))


def simulator(denied: frozenset[str], seen: list[dict[str, str]]) -> Callable[[str], Response]:
    """SimulatePrincipalPolicy, which denies some actions and allows the rest."""

    def simulate(body: str) -> Response:
        given = dict(parse_qsl(body))
        seen.append(given)
        names = [value for key, value in given.items() if key.startswith("ActionNames.")]
        results = "".join(
            "<member>"
            + members(
                EvalActionName=name,
                EvalResourceName=given["ResourceArns.member.1"],
                EvalDecision="implicitDeny" if name in denied else "allowed",
            )
            + "</member>"
            for name in names
        )
        return xml("SimulatePrincipalPolicy", f"<EvaluationResults>{results}</EvaluationResults>")

    return simulate


def role(_: str) -> Response:
    fields = members(Path="/ci/", RoleName="ci-publish", RoleId="AROA", Arn=ROLE, CreateDate="2026-01-01T00:00:00Z")
    return xml("GetRole", f"<Role>{fields}</Role>")


def as_json(**answer: Any) -> Response:
    return 200, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(answer).encode()


@pytest.fixture
def diagnose(repository: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[Answers], dict[str, Any]]:
    """The diagnoses of `catalog doctor --json` by check, for the answers of an AWS."""

    def run(answers: Answers) -> dict[str, Any]:
        with fake_aws(answers) as url:
            for name, value in (
                ("AWS_ENDPOINT_URL", url),
                ("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE"),
                ("AWS_SECRET_ACCESS_KEY", "secret"),
                ("AWS_REGION", "eu-west-1"),
                ("AWS_CONFIG_FILE", str(tmp_path / "none")),
                ("NO_PROXY", "127.0.0.1"),
            ):
                monkeypatch.setenv(name, value)
            result = CliRunner().invoke(main, ["-C", str(repository), "doctor", "--json"])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        report = json.loads(result.stdout)
        assert result.exit_code == (1 if report["counts"]["fault"] else 0)
        return {check["check"]: check for check in report["checks"]}

    return run


def test_the_permissions_of_the_role_behind_a_session_are_simulated(diagnose: Callable[[Answers], Any]) -> None:
    requests: list[dict[str, str]] = []
    denied = frozenset({"servicecatalog:CreatePortfolio", "s3:PutObject"})
    checks = diagnose(
        {"GetCallerIdentity": caller(SESSION), "GetRole": role, "SimulatePrincipalPolicy": simulator(denied, requests)}
    )
    assert checks["permissions to plan"]["health"] == "ok"
    assert checks["permissions to plan"]["seen"].startswith(f"{ROLE} may do all that `catalog plan` does")
    lacking = checks["permissions to publish"]
    assert lacking["health"] == "warning"
    assert "2 of " in lacking["seen"]
    assert "s3:PutObject, servicecatalog:CreatePortfolio" in lacking["seen"]
    assert lacking["details"][0].startswith("s3:PutObject on arn:aws:s3:::catalog-templates-111122223333-eu-west-1/")
    assert {request["PolicySourceArn"] for request in requests} == {ROLE}
    assert not any("${" in value or ":*:111122223333" in value for request in requests for value in request.values())
    assert checks["endpoint"]["health"] == "warning"


def test_what_a_caller_may_not_ask_is_said_and_is_no_fault(diagnose: Callable[[Answers], Any]) -> None:
    checks = diagnose({"GetCallerIdentity": caller(SESSION)})
    not_checked = {name for name, check in checks.items() if check["health"] == "not checked"}
    assert {"permissions to plan", "permissions to publish", "launch roles", "quotas", "lease"} <= not_checked
    assert checks["permissions to plan"]["seen"] == "this identity may not call SimulatePrincipalPolicy"
    assert checks["launch roles"]["seen"] == "this identity may not call GetRole"


def test_what_publishing_needs_and_the_account_lacks_is_a_fault_with_what_to_do(
    diagnose: Callable[[Answers], Any], repository: Path
) -> None:
    with (repository / "pyproject.toml").open("a") as file:
        file.write(STACK_SET)
    no_role = members(Code="NoSuchEntity", Message="No role.")
    checks = diagnose(
        {
            "GetCallerIdentity": caller(SESSION),
            "HEAD": lambda _: (404, {}, b""),
            "GetRole": lambda _: (404, {}, f"<ErrorResponse><Error>{no_role}</Error></ErrorResponse>".encode()),
            "DescribeOrganizationsAccess": lambda _: xml("DescribeOrganizationsAccess", members(Status="DISABLED")),
        }
    )
    lacking = {name: checks[name] for name in ("template bucket", "launch roles", "stack sets")}
    assert {check["health"] for check in lacking.values()} == {"fault"}
    assert [check["seen"] for check in lacking.values()] == [
        "bucket catalog-templates-111122223333-eu-west-1 does not exist",
        "1 launch role of 1 missing: catalog-launch-kms-key",
        "stack set hub: StackSets' access to the organization is DISABLED",
    ]
    assert [" ".join(check["next"].split()[:4]) for check in lacking.values()] == [
        *("Run `catalog bootstrap` once", "Run `catalog bootstrap` once", "Run once in the"),
    ]


@pytest.mark.parametrize(
    ("ahead", "health", "words"),
    [(0, "ok", ""), (90, "warning", "ahead of"), (-400, "fault", "behind")],
)
def test_the_clock_is_compared_with_the_date_of_an_answer(
    diagnose: Callable[[Answers], Any], ahead: float, health: str, words: str
) -> None:
    check = diagnose({"GetCallerIdentity": caller(SESSION, ahead)})["clock"]
    assert check["health"] == health
    assert words in check["seen"]
    seconds = [int(word) for word in check["seen"].split() if word.isdigit()]
    assert all(abs(number - abs(ahead)) < 10 for number in seconds), check["seen"]


def test_a_refusal_because_of_the_clock_names_the_clock(diagnose: Callable[[Answers], Any]) -> None:
    """AWS says only that the signature has expired."""
    error = members(Code="SignatureDoesNotMatch", Message="Signature expired")
    body = f"<ErrorResponse><Error>{error}</Error></ErrorResponse>".encode()
    date = formatdate(time.time() + 3600, usegmt=True)
    checks = diagnose({"GetCallerIdentity": lambda _: (403, {"Date": date}, body)})
    assert checks["clock"]["health"] == checks["identity"]["health"] == "fault"
    assert "behind" in checks["clock"]["seen"]
    assert "Signature expired" in checks["identity"]["seen"]
    assert "lease" not in checks


def test_quotas_of_the_account_count_when_they_are_near(diagnose: Callable[[Answers], Any]) -> None:
    values = {"Portfolios per Region": 5.0, "Products per Region": 900.0}
    portfolio = {"DisplayName": "x", "ARN": "arn:aws:catalog:eu-west-1:111122223333:portfolio/p"}
    entries = (members(key="Roles", value="990"), members(key="RolesQuota", value="1000"))
    summary = "".join(f"<entry>{entry}</entry>" for entry in entries)
    checks = diagnose(
        {
            "GetCallerIdentity": caller(SESSION),
            "ListServiceQuotas": lambda _: as_json(
                Quotas=[{"QuotaName": name, "Value": value} for name, value in values.items()]
            ),
            "ListPortfolios": lambda _: as_json(
                PortfolioDetails=[{"Id": f"port-{number}", **portfolio} for number in range(4)]
            ),
            "SearchProductsAsAdmin": lambda _: as_json(ProductViewDetails=[]),
            "GetAccountSummary": lambda _: xml("GetAccountSummary", f"<SummaryMap>{summary}</SummaryMap>"),
        }
    )
    assert (checks["quotas"]["health"], checks["quotas"]["seen"]) == ("warning", "4 of 5 portfolios")
    assert (checks["quota of roles"]["health"], checks["quota of roles"]["seen"]) == (
        "warning",
        "990 of 1000 IAM roles",
    )


def test_ctrl_c_is_no_fault() -> None:
    def read() -> Iterator[Diagnosis]:
        raise StoppedError("stopped", signal_number=signal.SIGINT)
        yield

    with pytest.raises(StoppedError):
        list(tried("clock", read))


def test_the_root_user_has_no_policies_to_simulate(diagnose: Callable[[Answers], Any]) -> None:
    checks = diagnose({"GetCallerIdentity": caller("arn:aws:iam::111122223333:root")})
    assert checks["identity"]["health"] == "warning"
    assert checks["permissions"]["seen"] == "IAM does not simulate arn:aws:iam::111122223333:root"
