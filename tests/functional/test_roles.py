"""`catalog role check` over HTTP, and the publisher's calls compared with the table of its permissions."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from catalog.aws.reader import Reader
from catalog.aws.session import AwsSession, open_local_session
from catalog.aws.templates import TemplateStore
from catalog.content.config import load_config
from catalog.content.load import load_product
from catalog.content.ssm_documents import render_document
from catalog.roles.operations import NO_PERMISSION, OPERATIONS
from catalog.sandbox.control import Sandbox
from tests.functional.conftest import Run
from tests.functional.sharing import HUB, SPOKE, World
from tests.functional.test_actions import STOP
from tests.functional.test_prune import LIMIT
from tests.functional.test_publish import edit, publish
from tests.releasing import change, edit_ledger, release

ROLE = "arn:aws:iam::123456789012:role/catalog-launch-kms-key"


@pytest.fixture
def bootstrapped(catalog: Run) -> None:
    result = catalog("bootstrap", "--local", "--yes", "--allow", "widen")
    assert result.exit_code == 0, result.output


@pytest.mark.usefixtures("bootstrapped")
def test_bootstrap_deploys_the_derived_role(catalog: Run) -> None:
    result = catalog("role", "check", ROLE, "--local")
    assert (result.exit_code, result.stdout) == (0, f"{ROLE}: matches the derived role\n")
    assert json.loads(catalog("role", "check", ROLE, "kms_key", "--local", "--json").stdout)["differences"] == []


@pytest.mark.usefixtures("bootstrapped")
def test_each_kind_of_change_to_a_deployed_role_is_reported(catalog: Run, client: Callable[..., Any]) -> None:
    iam, name = client("iam"), "catalog-launch-kms-key"
    policy = iam.get_role_policy(RoleName=name, PolicyName="launch")["PolicyDocument"]
    for statement in policy["Statement"]:
        if "kms:PutKeyPolicy" in statement["Action"]:
            statement["Action"].remove("kms:PutKeyPolicy")
            statement["Action"].append("kms:Decrypt")
    iam.put_role_policy(RoleName=name, PolicyName="launch", PolicyDocument=json.dumps(policy))
    wide = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:CreateKey", "Resource": "*"}]}
    arn = iam.create_policy(PolicyName="wide", PolicyDocument=json.dumps(wide))["Policy"]["Arn"]
    iam.attach_role_policy(RoleName=name, PolicyArn=arn)
    trust = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
    }
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(trust))

    result = catalog("role", "check", ROLE, "--local", "--json")
    assert result.exit_code == 4
    differences = json.loads(result.stdout)["differences"]
    assert {(difference["kind"], difference["action"]) for difference in differences} == {
        ("missing", "kms:PutKeyPolicy"),
        ("superfluous", "kms:Decrypt"),
        ("wider", "kms:CreateKey"),
        ("trust", "AWS *"),
        ("trust", "Service servicecatalog.amazonaws.com"),
    }
    text = catalog("role", "check", ROLE, "--local")
    assert text.exit_code == 4
    assert "5 differences" in text.stdout
    assert f"in policy {arn}, statement 1; without the condition StringEquals aws:calledviafirst" in text.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([ROLE], "does not exist"),
        (["arn:aws:iam::210987654321:role/x", "kms_key"], "of account 210987654321"),
        (["launch", "kms_key"], "is not the ARN of a role"),
        (["arn:aws:iam::123456789012:role/x"], "no portfolio launches a product with role x"),
    ],
)
def test_a_role_that_cannot_be_compared_is_an_error(catalog: Run, arguments: list[str], message: str) -> None:
    result = catalog("role", "check", "--local", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr


# ---------------------------------------------------------------------------------- the publisher's calls and its role


class Calls:
    """Collects the calls that `catalog -vv` names."""

    def __init__(self, catalog: Run) -> None:
        self.catalog = catalog
        self.seen: set[str] = set()

    def __call__(self, *arguments: str, **options: Any) -> Any:
        result = self.catalog("-vv", *arguments, **options)
        calls = re.findall(r"^call (\S+)$", result.stderr, flags=re.MULTILINE)
        self.seen |= {call for call in calls if not call.startswith("cloudformation:")}  # bootstrap's, in the sandbox
        return result


EDITS = (
    ("portfolios/security-dev.yaml", "provider: Platform Security", "provider: Somebody Else"),
    ("portfolios/security-prod.yaml", "tag_updates: not_allowed", "tag_updates: allowed"),
    ("portfolios/security-prod.yaml", "[s3, logs, ", "[logs, "),
    ("portfolios/security-prod.yaml", "role/prod-terraform-deploy-role", "role/prod-other-deploy-role"),
    ("products/kms_key.py", 'owner="Platform Security"', 'owner="Somebody Else"'),
    ("products/kms_key.py", "as after an incident", "say after an incident"),
)
"""Each of them makes the publisher update, associate or remove something."""


HANDLE = """
from catalog import ProductDefinition

class Template:
    def to_dict(self):
        handle = {"Type": "AWS::CloudFormation::WaitConditionHandle"}
        return {"Description": "Nothing.", "Resources": {"Handle": handle}}

PRODUCT = ProductDefinition(name="Handle", owner="Me", description="Nothing.", version="1.0.0", template=Template,
                            support_description="Ask me.", support_email="me@example.com")
"""


SHARED = """\
display_name: Shared
provider: Me
stage: dev
principals:
  - arn: arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role/dev-terraform-role
products:
  - product: handle
    launch: {{local_role_name: catalog-launch-handle}}
shares:
  - organizational_unit: {unit}
  - organization: {organization}
"""


KINDS = ("role", "user", "group")
PATTERNS = "display_name: Patterns\nprovider: Me\nstage: dev\nprincipals:\n"


def calls_of(world: World) -> Iterator[set[str]]:
    """The calls of plan, then those of publish, over every kind of change in a repository."""
    catalog, repository, client = world.catalog, world.repository, world.client
    (repository / "products" / "handle.py").write_text(HANDLE)
    share_and_import(world)
    dev = repository / "portfolios" / "security-dev.yaml"
    budget = {"BudgetName": "Costs", "BudgetType": "COST", "TimeUnit": "MONTHLY", "BudgetLimit": LIMIT}
    client("budgets").create_budget(AccountId=HUB, Budget=budget)
    launched = "  - product: handle\n    launch: {local_role_name: catalog-launch-handle}\n"
    dev.write_text(f"budgets: [Costs]\n{dev.read_text()}{launched}")
    edit(repository, "pyproject.toml", '["role/dev-*", ', '["role/dev-*", "user/dev-*", "group/dev-*", ')
    patterns = "".join(f"  - {{arn: 'arn:aws:iam:::{kind}/dev-*', type: IAM_PATTERN}}\n" for kind in KINDS)
    (repository / "portfolios" / "patterns.yaml").write_text(f"{PATTERNS}{patterns}")
    release(repository, "handle")
    give_a_second_action(repository, client)
    planned = Calls(catalog)
    planned("plan", "--local", at=repository)
    published = Calls(catalog)
    publish(published, "--allow", "widen", at=repository)
    forget_digest(client)
    switch_off_a_tag_option(client)
    planned("plan", "--local", at=repository)
    for file, old, new in EDITS:
        edit(repository, file, old, new)
    edit(repository, "portfolios/shared.yaml", f"{world.unit}\n", f"{world.unit}\n    share_tag_options: true\n")
    edit(repository, "portfolios/shared.yaml", f"  - organization: {world.organization_id}\n", "")
    edit_ledger(repository, "active: true", "active: false")
    change(repository, version="1.1.0")
    release(repository)
    edit(repository, "portfolios/security-dev.yaml", "budgets: [Costs]\n", "")
    edit(repository, "products/kms_key.py", "service_actions=(ROTATE, STOP)", "service_actions=(ROTATE,)")
    dev.write_text(dev.read_text()[: dev.read_text().index("    resource_update:")])  # a constraint, and the product
    planned("plan", "--local", at=repository)
    publish(published, "--allow", "widen", "--allow", "restrict", "--allow", "destroy", at=repository)
    yield planned.seen
    yield published.seen


def give_a_second_action(repository: Path, client: Callable[..., Any]) -> None:
    """Add a service action, which is removed later. The document of the first one exists before the first publish."""
    with (repository / "products" / "kms_key.py").open("a") as file:
        file.write(STOP)
    (rotate, _) = load_product(load_config(repository), "kms_key").service_actions
    document = render_document("catalog", "kms_key", rotate)
    assert document
    client("ssm").create_document(Name=document.name, Content=document.content, DocumentType="Automation")


def share_and_import(world: World) -> None:
    """Add a portfolio that is shared with the organization, and an imported one of another account."""
    world.organize()
    edit(world.repository, "pyproject.toml", "principal_patterns", f"share_with = {world.nodes()}\nprincipal_patterns")
    text = SHARED.format(unit=world.unit, organization=world.organization_id)
    (world.repository / "portfolios" / "shared.yaml").write_text(text)
    theirs = world.other(SPOKE)
    answer = theirs.create_portfolio(DisplayName="Theirs", ProviderName="They", IdempotencyToken="theirs")
    portfolio_id = answer["PortfolioDetail"]["Id"]
    theirs.create_portfolio_share(PortfolioId=portfolio_id, AccountId=HUB)
    folder = world.repository / "imports"
    folder.mkdir()
    (folder / "theirs.yaml").write_text(f"account: '{SPOKE}'\nportfolio_id: {portfolio_id}\n")


def handle_product(client: Callable[..., Any]) -> str:
    """The id of the product Handle."""
    details = client("servicecatalog").search_products_as_admin()["ProductViewDetails"]
    views = [detail["ProductViewSummary"] for detail in details]
    (product,) = [view["ProductId"] for view in views if view["Name"] == "Handle"]
    return str(product)


def forget_digest(client: Callable[..., Any]) -> None:
    """Edit a version's description, so that publish reads its template's URL and restores the digest."""
    sc, product = client("servicecatalog"), handle_product(client)
    artifact = sc.list_provisioning_artifacts(ProductId=product)["ProvisioningArtifactDetails"][0]["Id"]
    sc.update_provisioning_artifact(ProductId=product, ProvisioningArtifactId=artifact, Description="Edited by hand")


def switch_off_a_tag_option(client: Callable[..., Any]) -> None:
    """Make a TagOption inactive, so that publish must activate it."""
    sc = client("servicecatalog")
    (option,) = sc.list_tag_options(Filters={"Key": "DataCategory", "Value": "public"})["TagOptionDetails"]
    sc.update_tag_option(Id=option["Id"], Active=False)


def test_the_role_of_ci_allows_the_calls_of_the_publisher_and_no_others(
    catalog: Run, repository: Path, client: Callable[..., Any], sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned, published = calls_of(World(catalog, sandbox, client, repository, monkeypatch))
    session = local_session(sandbox, planned)  # two calls are only made outside the sandbox
    list(Reader(session).portfolios_of(handle_product(client)))
    TemplateStore(session, "catalog-templates-123456789012-us-east-1").exists()
    reads = {operation.called for operation in OPERATIONS if operation.phase == "plan" and operation.called}
    writes = {operation.called for operation in OPERATIONS if operation.phase == "publish" and operation.called}
    assert planned - NO_PERMISSION == reads
    assert published - reads - NO_PERMISSION == writes - {"sts:AssumeRole"}  # for targets: test_targets.py


def local_session(sandbox: Sandbox, calls: set[str]) -> AwsSession:
    return open_local_session(sandbox.environment(), None, calls.add)
