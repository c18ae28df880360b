"""Each command under exactly the role that `catalog role publisher` derives for it; no permission can be spared.

The roles are deployed from the printed template. All requests pass a gate that evaluates the policies of the caller,
and refuses what they do not allow (gate.py, needs.py).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from semver import Version

from catalog.content.config import load_config
from catalog.content.load import load_product
from catalog.content.ssm_documents import render_document
from catalog.model.version import dev_version
from catalog.roles.operations import Phase
from catalog.sandbox.control import Sandbox
from tests.functional.budgets import cost_budget
from tests.functional.conftest import Run
from tests.functional.gate import Gate, Identity, allows, gate
from tests.functional.sharing import HUB, SPOKE, World
from tests.functional.test_actions import STOP
from tests.functional.test_publish import edit
from tests.releasing import change, edit_ledger, release

ROLES: dict[Phase, tuple[str, ...]] = {
    "bootstrap": ("BootstrapPolicy",),
    "plan": ("PlanPolicy",),
    "publish": ("PlanPolicy", "PublishPolicy"),
    "upkeep": ("PlanPolicy", "PublishPolicy", "UpkeepPolicy"),
}
"""Role → its managed policies, the one that is its own last."""
EDITS = (
    ("portfolios/security-dev.yaml", "provider: Platform Security", "provider: Somebody Else"),
    ("portfolios/security-prod.yaml", "tag_updates: not_allowed", "tag_updates: allowed"),
    ("portfolios/security-prod.yaml", "[s3, logs, ", "[logs, "),
    ("portfolios/security-prod.yaml", "role/prod-terraform-deploy-role", "role/prod-other-deploy-role"),
    ("products/kms_key.py", 'owner="Platform Security"', 'owner="Somebody Else"'),
    ("products/kms_key.py", "as after an incident", "say after an incident"),
    ("products/kms_key.py", "at once (kms:RotateKeyOnDemand)", "now (kms:RotateKeyOnDemand)"),  # another document
)
"""Each of them makes the publisher update, associate or remove something."""
HANDLE = """
from catalog import ProductDefinition

class Template:
    def to_dict(self):
        handle = {"Type": "AWS::CloudFormation::WaitConditionHandle"}
        return {"Description": "Nothing.", "Resources": {"Handle": handle}}

PRODUCT = ProductDefinition(name="Handle", owner="Me", description="Nothing.", version="1.0.0", template=Template,
                            support_description="Ask me.", support_email="me@example.com",
                            tag_options={"Team": ["blue"]})
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
TARGET = f"""
[tool.catalog.targets.spoke]
account = "{SPOKE}"
regions = ["us-east-1"]
role = "arn:aws:iam::{SPOKE}:role/catalog-publisher"
portfolios = ["patterns"]
"""
BUCKET_SETTINGS = '\n[tool.catalog.template_bucket]\naccess_logs = "nowhere"\n'
ALLOWED = ("--yes", "--allow", "widen", "--allow", "restrict", "--allow", "destroy")


@dataclass
class Team:
    """The repository, its roles for CI, and the gate that they pass."""

    world: World
    gate: Gate
    identities: dict[Phase, Identity]
    keys: dict[Phase, dict[str, str]]

    def run(self, phase: Phase, *arguments: str, code: int = 0, at: Path | None = None) -> Any:
        """A command under the role of a phase."""
        with pytest.MonkeyPatch.context() as patch:
            for name, value in {**self.world.sandbox.environment(), **self.keys[phase]}.items():
                patch.setenv(name, value)
            patch.setenv("AWS_ENDPOINT_URL", self.gate.url)
            result = self.world.catalog(*arguments, at=at or self.world.repository)
        assert result.exit_code == code, result.output
        return result

    def run_without(self, phase: Phase, action: str, *arguments: str) -> None:
        """A command under the role of a phase that lacks one action: it fails, and names the action."""
        identity = self.identities[phase]
        complete, identity.needs = identity.documents, [need for need in identity.needs if need.action != action]
        identity.documents = without(identity, ROLES[phase][-1], action)
        refused = self.run(phase, *arguments, code=1).stderr
        assert f"is not authorized to perform: {action} on resource" in refused, refused
        assert {need.action for need in identity.refused} == {action}
        identity.documents, identity.refused = complete, []


def prepare(world: World) -> None:
    """Write a repository with every kind of object, and a budget, a document and an import that exist before."""
    repository, client = world.repository, world.client
    (repository / "products" / "handle.py").write_text(HANDLE)
    share_and_import(world)
    dev = repository / "portfolios" / "security-dev.yaml"
    client("budgets").create_budget(AccountId=HUB, Budget=cost_budget("Costs"))
    launched = "  - product: handle\n    launch: {local_role_name: catalog-launch-handle}\n"
    dev.write_text(f"budgets: [Costs]\n{dev.read_text()}{launched}")
    edit(repository, "pyproject.toml", '["role/dev-*", ', '["role/dev-*", "user/dev-*", "group/dev-*", ')
    patterns = "".join(f"  - {{arn: 'arn:aws:iam:::{kind}/dev-*', type: IAM_PATTERN}}\n" for kind in KINDS)
    (repository / "portfolios" / "patterns.yaml").write_text(f"{PATTERNS}{patterns}")
    with (repository / "pyproject.toml").open("a") as file:
        file.write(TARGET)
    release(repository, "handle")
    give_a_second_action(repository, client)


def deploy_roles(world: World, made: Gate) -> Team:
    """Deploy the printed template, and get keys of each role."""
    template = world.repository.parent / "ci.yaml"
    printed = world.catalog(
        "role", "publisher", "--github", "o/r", "--upkeep", "--bootstrap", "-o", str(template), at=world.repository
    )
    assert printed.exit_code == 0, printed.output
    world.client("cloudformation").create_stack(
        StackName="ci", TemplateBody=template.read_text(), Capabilities=["CAPABILITY_NAMED_IAM"]
    )
    iam, sts = world.client("iam"), world.client("sts")
    team = Team(world, made, {}, {})
    documents = {}
    for phase, policies in ROLES.items():
        arn = f"arn:aws:iam::{HUB}:policy/catalog-{phase}"
        version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        documents[policies[-1]] = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
        attached = iam.list_attached_role_policies(RoleName=f"catalog-{phase}")["AttachedPolicies"]
        assert len(attached) == len(policies)
        role = f"arn:aws:iam::{HUB}:role/catalog-{phase}"
        got = sts.assume_role(RoleArn=role, RoleSessionName=phase)["Credentials"]
        team.identities[phase] = Identity(role, {name: documents[name] for name in policies})
        made.identities[got["AccessKeyId"]] = team.identities[phase]
        team.keys[phase] = {
            "AWS_ACCESS_KEY_ID": got["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": got["SecretAccessKey"],
            "AWS_SESSION_TOKEN": got["SessionToken"],
        }
    return team


def work(team: Team) -> None:
    """Every command over every kind of change, each under its role."""
    world, repository, client = team.world, team.world.repository, team.world.client
    team.run_without("bootstrap", "cloudformation:CreateStack", "bootstrap", *ALLOWED)
    team.run("bootstrap", "bootstrap", *ALLOWED)
    team.run_without("plan", "servicecatalog:ListPortfolios", "plan")
    team.run("plan", "plan")
    team.run("publish", "publish", *ALLOWED)
    forget_digest(client)
    switch_off_a_tag_option(client)
    team.run("plan", "status", "--json", code=4)
    change_everything(world)
    edit_ledger(repository, "active: true", "active: false")
    team.run("plan", "plan", "--dev", code=2)  # prod would see the pre-release
    release(repository)
    team.run("plan", "plan")
    team.run("publish", "publish", *ALLOWED)
    team.run("publish", "publish", "--to", "spoke", code=2)  # nobody is there who agrees
    maintain(team)
    settings = repository / "pyproject.toml"
    before = settings.read_text()
    settings.write_text(f"{before}{BUCKET_SETTINGS}\n[tool.catalog.launch_roles]\ngenerated_names = false\n")
    team.run("bootstrap", "bootstrap", *ALLOWED, code=1)  # there is no such bucket for logs
    settings.write_text(before)
    team.run("bootstrap", "bootstrap", *ALLOWED)


def change_everything(world: World) -> None:
    """Edit each file, so that publish updates, adds and removes something of each kind."""
    repository = world.repository
    for file, old, new in EDITS:
        edit(repository, file, old, new)
    edit(repository, "portfolios/shared.yaml", f"{world.unit}\n", f"{world.unit}\n    share_tag_options: true\n")
    edit(repository, "portfolios/shared.yaml", f"  - organization: {world.organization_id}\n", "")
    edit(repository, "portfolios/security-dev.yaml", "budgets: [Costs]\n", "")
    dev = repository / "portfolios" / "security-dev.yaml"
    dev.write_text(dev.read_text()[: dev.read_text().index("    resource_update:")])  # a constraint, and the product
    change(repository, version="1.1.0")
    edit(repository, "products/kms_key.py", "service_actions=(ROTATE, STOP)", "service_actions=(ROTATE,)")


def maintain(team: Team) -> None:
    """Prune an inactive pre-release and all that is no longer declared; adopt a portfolio of others."""
    world, repository = team.world, team.world.repository
    for name in ("portfolios/security-dev.yaml", "portfolios/security-prod.yaml", "products/kms_key.py"):
        (repository / name).unlink()
    for file in (repository / "products" / "releases" / "kms_key").iterdir():
        file.unlink()
    add_inactive_pre_release(world)
    team.run("upkeep", "prune", "--yes")
    adopted = repository.parent / "adopted"
    adopted.mkdir()
    (adopted / "pyproject.toml").write_text('[tool.catalog]\nowner = "catalog"\n')
    theirs = world.hub.create_portfolio(DisplayName="Older", ProviderName="They", IdempotencyToken="older")
    team.run("upkeep", "adopt", theirs["PortfolioDetail"]["Id"], "--yes", at=adopted)


def add_inactive_pre_release(world: World) -> None:
    """A version of Handle as `publish --dev` makes it, and a later publish switches it off."""
    product = handle_product(world.client)
    (version,) = world.hub.list_provisioning_artifacts(ProductId=product)["ProvisioningArtifactDetails"]
    url = world.hub.describe_provisioning_artifact(ProductId=product, ProvisioningArtifactId=version["Id"])["Info"]
    digest = re.findall(r"sha256:[0-9a-f]{64}", version["Description"])[0]
    parameters = {
        "Name": dev_version(Version.parse("1.1.0"), digest),
        "Description": version["Description"],
        "Info": {"LoadTemplateFromURL": url["TemplateUrl"]},
        "Type": "CLOUD_FORMATION_TEMPLATE",
    }
    made = world.hub.create_provisioning_artifact(ProductId=product, Parameters=parameters, IdempotencyToken="dev")
    world.hub.update_provisioning_artifact(
        ProductId=product, ProvisioningArtifactId=made["ProvisioningArtifactDetail"]["Id"], Active=False
    )


def give_a_second_action(repository: Path, client: Callable[..., Any]) -> None:
    """Add a service action, which is removed later. The document of the first one exists before the first publish."""
    with (repository / "products" / "kms_key.py").open("a") as file:
        file.write(STOP)
    (rotate, _) = load_product(load_config(repository), "kms_key").service_actions
    document = render_document("catalog", "kms_key", rotate, "products/kms_key.py")
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


@pytest.fixture
def team(
    catalog: Run, repository: Path, client: Callable[..., Any], sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Team]:
    world = World(catalog, sandbox, client, repository, monkeypatch)
    prepare(world)
    with gate(sandbox) as made:
        imported = (repository / "imports" / "theirs.yaml").read_text().rpartition(": ")[2].strip()
        made.owners[imported] = SPOKE
        yield deploy_roles(world, made)


def without(identity: Identity, policy: str, action: str) -> dict[str, Any]:
    """The documents of an identity, one of them without an action."""
    documents: dict[str, Any] = json.loads(json.dumps(identity.documents))
    for statement in documents[policy]["Statement"]:
        statement["Action"] = [each for each in statement["Action"] if each != action]
    return documents


def spared(team: Team) -> Iterator[tuple[Phase, str]]:
    """(phase, action) of each permission without which every request of the role would still be allowed."""
    for phase, policies in ROLES.items():
        identity, policy = team.identities[phase], policies[-1]
        own = [item for item in identity.documents[policy]["Statement"] if "CalledVia" not in str(item)]
        actions = {action for statement in own for action in statement["Action"]}
        for action in sorted(actions):
            documents = without(identity, policy, action).values()
            if all(allows(documents, identity.arn, need) for need in identity.needs if need.action == action):
                yield phase, action


def spared_resources(team: Team) -> Iterator[tuple[Phase, str, str]]:
    """(phase, Sid, ARN) of each resource without which every request of the role would still be allowed."""
    for phase, policies in ROLES.items():
        identity, policy = team.identities[phase], policies[-1]
        for index, statement in enumerate(identity.documents[policy]["Statement"]):
            for arn in statement["Resource"] if "CalledVia" not in str(statement) else ():
                documents = json.loads(json.dumps(identity.documents))
                documents[policy]["Statement"][index]["Resource"].remove(arn)
                needs = [need for need in identity.needs if need.action in statement["Action"]]
                if all(allows(documents.values(), identity.arn, need) for need in needs):
                    yield phase, statement["Sid"], arn


@pytest.mark.slow
def test_each_command_works_under_its_role_and_no_permission_can_be_spared(team: Team) -> None:
    work(team)
    assert {phase: identity.refused for phase, identity in team.identities.items()} == {phase: [] for phase in ROLES}
    left = [*spared(team), *spared_resources(team)]
    assert left == [], left
