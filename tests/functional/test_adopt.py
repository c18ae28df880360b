"""`catalog adopt` over HTTP: objects that the AWS CLI created become files and ours, and are not changed otherwise."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from catalog.roles.operations import OPERATIONS
from catalog.sandbox.control import FAULTS_PATH, Sandbox
from tests.functional.adopting import TEMPLATE, Call, make_topics
from tests.functional.conftest import Run
from tests.functional.sharing import ask
from tests.functional.test_aws_cli import Aws
from tests.functional.test_publish import MUTATING

BY_THE_CLI = ("create-product", "create-constraint", "create-portfolio")


def by_the_cli(sandbox: Sandbox, sc: Call) -> Call:
    """A call by the AWS CLI, where what it sends depends on the client: tokens and documents in strings."""
    aws = Aws(sandbox)

    def call(operation: str, **members: Any) -> Any:
        if operation in BY_THE_CLI:
            return aws("servicecatalog", operation, "--cli-input-json", json.dumps(members))
        return sc(operation, **members)

    return call


def everything(sc: Call, portfolio: str, product: str) -> dict[str, Any]:
    """The state of both in AWS, without ownership tags and without fields that change by themselves."""
    (action,) = sc("list-service-actions")["ServiceActionSummaries"]
    answers = {
        "versions of the action": sc("list-provisioning-artifacts-for-service-action", ServiceActionId=action["Id"]),
        "portfolio": sc("describe-portfolio", Id=portfolio),
        "product": sc("describe-product-as-admin", Id=product),
        "versions": sc("list-provisioning-artifacts", ProductId=product),
        "constraints": sc("list-constraints-for-portfolio", PortfolioId=portfolio),
        "principals": sc("list-principals-for-portfolio", PortfolioId=portfolio),
    }
    for answer in answers.values():
        answer.pop("ResponseMetadata")
    answers["product"]["ProductViewDetail"].pop("Status")
    for name in ("portfolio", "product"):
        tags = answers[name]["Tags"]
        answers[name]["Tags"] = [tag for tag in tags if tag["Key"] not in ("catalog:owner", "catalog:address")]
    return answers


def test_adopt_on_a_portfolio_made_by_the_aws_cli_ends_with_an_empty_plan(
    catalog: Run, empty: Path, sandbox: Sandbox, sc: Call, client: Callable[..., Any]
) -> None:
    portfolio, product = make_topics(by_the_cli(sandbox, sc), client)
    before = everything(sc, portfolio, product)

    tried = catalog("adopt", portfolio, "--local", "--dry-run", at=empty)
    assert tried.exit_code == 0, tried.output
    assert "nothing to publish" in tried.stdout
    assert f"{product} has service action 'Notify'" in tried.stdout
    assert sorted(file.name for file in empty.iterdir()) == ["pyproject.toml"]
    assert everything(sc, portfolio, product) == before
    assert len(sc("describe-portfolio", Id=portfolio)["Tags"]) == 1

    done = catalog("-vv", "adopt", portfolio, "--local", "--yes", at=empty)
    assert done.exit_code == 0, done.output
    calls = [line.split(":")[1] for line in done.stderr.splitlines() if line.startswith("call ")]
    assert [call for call in calls if call.startswith(MUTATING)] == ["UpdateProduct", "UpdatePortfolio"]
    known = {one.called.partition(":")[2] for one in OPERATIONS} | {"GetCallerIdentity"}
    assert set(calls) <= known  # `catalog role publisher --upkeep` allows them
    assert everything(sc, portfolio, product) == before

    plan = catalog("plan", "--local", "--json", "--detailed-exitcode", at=empty)
    assert plan.exit_code == 0, plan.output
    assert json.loads(plan.stdout)["changes"] == []
    (notice,) = json.loads(plan.stdout)["notices"]
    assert "210987654321, which has not accepted it" in notice
    published = catalog("-vv", "publish", "--local", "--yes", at=empty)
    assert published.exit_code == 0, published.output
    assert not [
        line
        for line in published.stderr.splitlines()
        if line.startswith(tuple(f"call servicecatalog:{w}" for w in MUTATING))
    ]
    assert "Nothing to prune" in catalog("prune", "--local", "--yes", at=empty).stdout

    again = catalog("adopt", portfolio, "--local", "--yes", at=empty)
    assert again.exit_code == 0, again.output
    assert "is portfolio/topics-test already" in again.stdout
    assert "write" not in again.stdout

    text = (empty / "portfolios" / "topics-test.yaml").read_text()
    assert "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/dev-terraform-role" in text
    assert "123456789012" not in text.partition("\n")[2]
    released = empty / "products" / "releases" / "sns_topic" / "1.0.0.yaml"
    assert released.read_text() == TEMPLATE % "1.0.0"


def test_an_adopted_product_gets_its_next_version_from_the_repository(
    catalog: Run, empty: Path, sc: Call, made: tuple[str, str]
) -> None:
    portfolio, product = made
    assert catalog("schema", "--write", at=empty).exit_code == 0
    assert catalog("adopt", portfolio, "--local", "--yes", at=empty).exit_code == 0
    for folder, name, kind in (
        ("products", "sns_topic.product", "product"),
        ("portfolios", "topics-test", "portfolio"),
    ):
        first = (empty / folder / f"{name}.yaml").read_text().splitlines()[0]
        assert first == f"# yaml-language-server: $schema=../.catalog/schemas/{kind}.json"
    ids = {one["Id"] for one in sc("list-provisioning-artifacts", ProductId=product)["ProvisioningArtifactDetails"]}
    (empty / "products" / "sns_topic.yaml").write_text(TEMPLATE % "1.2.0")
    file = empty / "products" / "sns_topic.product.yaml"
    file.write_text(file.read_text().replace("version: '1.1.0'", "version: '1.2.0'"))
    released = catalog("release", "sns_topic", "--notes", "Of 1.2.0.", at=empty)
    assert released.exit_code == 0, released.output
    published = catalog("publish", "--local", "--yes", "--allow", "widen", at=empty)
    assert published.exit_code == 0, published.output
    versions = sc("list-provisioning-artifacts", ProductId=product)["ProvisioningArtifactDetails"]
    assert {one["Name"] for one in versions} == {"1.0.0", "1.1.0", "1.2.0"}
    assert ids < {one["Id"] for one in versions}
    assert catalog("plan", "--local", "--detailed-exitcode", at=empty).exit_code == 0


def test_adopt_overwrites_no_file_and_no_object_of_another_owner(
    catalog: Run, empty: Path, sc: Call, made: tuple[str, str]
) -> None:
    portfolio, product = made
    (empty / "products").mkdir()
    (empty / "products" / "sns_topic.yaml").write_text("mine")
    refused = catalog("adopt", portfolio, "--local", "--yes", at=empty)
    assert refused.exit_code == 2
    assert "sns_topic.yaml exists with other content" in refused.stderr
    (empty / "products" / "sns_topic.yaml").rename(empty / "products" / "sns_topic.py")
    taken = catalog("adopt", portfolio, "--local", "--yes", at=empty)
    assert taken.exit_code == 2
    assert "products/sns_topic.py is product 'sns_topic' already" in taken.stderr
    (empty / "products" / "sns_topic.py").unlink()
    sc("update-product", Id=product, AddTags=[{"Key": "catalog:owner", "Value": "others"}])
    foreign = catalog("adopt", portfolio, "--local", "--yes", at=empty)
    assert foreign.exit_code == 2
    assert "'others'" in foreign.stderr
    for wrong in ("port-doesnotexist", "prod-doesnotexist", "pa-1"):
        result = catalog("adopt", wrong, "--local", "--yes", at=empty)
        assert result.exit_code == 2
        assert wrong in result.stderr


def test_empty_portfolios_of_one_name_are_adopted(catalog: Run, empty: Path, sc: Call) -> None:
    """Case G8: AWS allows both, so they are warnings."""
    ids = [sc("create-portfolio", DisplayName="Team", ProviderName="Us")["PortfolioDetail"]["Id"] for _ in range(2)]
    for key, portfolio in zip(("team", "team-2"), ids, strict=True):
        done = catalog("adopt", portfolio, "--key", key, "--local", "--yes", at=empty)
        assert done.exit_code == 0, done.output
    assert catalog("plan", "--local", "--detailed-exitcode", at=empty).exit_code == 0
    judged = catalog("validate", at=empty)
    assert judged.exit_code == 0
    assert "W9126" in judged.stdout
    assert "W9127" in judged.stdout
    assert "W9128" in judged.stdout


def test_the_key_of_a_second_portfolio_of_one_name_is_taken(catalog: Run, empty: Path, sc: Call) -> None:
    """Case G8: nothing is tagged, and the error names a key that is free."""
    ids = [sc("create-portfolio", DisplayName="Empty", ProviderName="Us")["PortfolioDetail"]["Id"] for _ in range(3)]
    assert catalog("adopt", ids[0], "--local", "--yes", at=empty).exit_code == 0
    for portfolio, free in ((ids[1], "empty-2"), (ids[2], "empty-3")):
        refused = catalog("adopt", portfolio, "--local", "--yes", at=empty)
        assert refused.exit_code == 2, refused.output
        assert f"key empty is taken: portfolio/empty is {ids[0]} already" in refused.stderr
        assert f"Pass --key {free}" in refused.stderr
        assert sc("describe-portfolio", Id=portfolio)["Tags"] == []
        assert catalog("adopt", portfolio, "--key", free, "--local", "--yes", at=empty).exit_code == 0


def test_import_portfolio_prints_yaml_that_validates_and_changes_nothing(
    catalog: Run, empty: Path, made: tuple[str, str]
) -> None:
    portfolio, product = made
    done = catalog("-vv", "import-portfolio", portfolio, "--local", at=empty)
    assert done.exit_code == 0, done.output
    calls = [line.split(":")[1] for line in done.stderr.splitlines() if line.startswith("call ")]
    assert not [call for call in calls if call.startswith(MUTATING)]
    assert "product/sns_topic is not managed yet" in done.stderr
    file = empty / "portfolios" / "topics.yaml"
    file.parent.mkdir()
    assert catalog("import-portfolio", portfolio, "--local", "-o", str(file), at=empty).exit_code == 0
    assert file.read_text() == done.stdout
    assert catalog("adopt", product, "--local", "--yes", at=empty).exit_code == 0
    listed = json.loads(catalog("list", "--json", at=empty).stdout)
    assert [one["display_name"] for one in listed["portfolios"]] == ["Topics (test)"]


def test_an_interrupted_adoption_continues_and_prune_deletes_nothing(
    catalog: Run, empty: Path, sandbox: Sandbox, sc: Call, made: tuple[str, str]
) -> None:
    portfolio, product = made
    before = everything(sc, portfolio, product)
    fault = {"kind": "error", "operations": ["UpdatePortfolio"], "code": "AccessDeniedException", "message": "no"}
    ask(sandbox, "POST", FAULTS_PATH, fault)
    failed = catalog("adopt", portfolio, "--local", "--yes", at=empty)
    assert failed.exit_code == 1
    assert "AccessDeniedException" in failed.stderr
    assert "Nothing to prune" in catalog("prune", "--local", "--yes", at=empty).stdout
    done = catalog("adopt", portfolio, "--local", "--yes", at=empty)
    assert done.exit_code == 0, done.output
    assert everything(sc, portfolio, product) == before
    assert catalog("plan", "--local", "--detailed-exitcode", at=empty).exit_code == 0


OPEN_TOPIC = """\
Description: A topic that everybody may publish to.
Resources:
  Topic:
    Type: AWS::SNS::Topic
    DeletionPolicy: Delete
    UpdateReplacePolicy: Delete
  Policy:
    Type: AWS::SNS::TopicPolicy
    DeletionPolicy: Delete
    UpdateReplacePolicy: Delete
    Properties:
      Topics: [!Ref Topic]
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - {Effect: Allow, Principal: "*", Action: "sns:Publish", Resource: !Ref Topic}
"""


def test_faults_of_an_adopted_version_are_accepted_until_a_day(
    catalog: Run, empty: Path, sc: Call, client: Callable[..., Any]
) -> None:
    """Case G5: plan passed, and publish refused the version that AWS has had for long."""
    client("s3").create_bucket(Bucket="theirs")
    client("s3").put_object(Bucket="theirs", Key="open.yaml", Body=OPEN_TOPIC.encode())
    info = {"LoadTemplateFromURL": "https://theirs.s3.us-east-1.amazonaws.com/open.yaml"}
    product = sc(
        "create-product",
        Name="Open topic",
        Owner="Messaging",
        ProductType="CLOUD_FORMATION_TEMPLATE",
        ProvisioningArtifactParameters={"Name": "1.0.0", "Info": info, "Type": "CLOUD_FORMATION_TEMPLATE"},
    )["ProductViewDetail"]["ProductViewSummary"]["ProductId"]
    done = catalog("adopt", product, "--local", "--yes", at=empty)
    assert done.exit_code == 0, done.output
    assert "products/open_topic.product.yaml suppresses what version 1.0.0 breaks, until 20" in done.stdout
    assert "E9002 at Resources/Policy" in done.stdout
    text = (empty / "products" / "open_topic.product.yaml").read_text()
    assert "  - control: E9002\n    reason: 'Adopted on 20" in text
    for command in (("validate",), ("plan", "--local"), ("publish", "--local", "--yes")):
        accepted = catalog(*command, at=empty)
        assert accepted.exit_code == 0, accepted.output

    # Without the suppression plan and publish say the same.
    file = empty / "products" / "open_topic.product.yaml"
    file.write_text(text.partition("suppressions:")[0])
    refusals = [catalog(*command, at=empty) for command in (("plan", "--local"), ("publish", "--local", "--yes"))]
    assert [refused.exit_code for refused in refusals] == [3, 3]
    assert refusals[1].stderr == refusals[0].stderr
    assert "E9002" in refusals[0].stderr
