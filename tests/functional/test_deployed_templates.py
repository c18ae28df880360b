"""Exported templates, deployed resource by resource as CloudFormation would: publish then finds nothing to do.

The sandbox's CloudFormation does not have the resource types of Service Catalog. So this test deploys: it resolves the
functions, takes what DependsOn and references allow, the last one first, and calls the operation of each type.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from catalog.cfn import Pseudo
from tests.conftest import CONTENT
from tests.functional.conftest import Run
from tests.unit.plan.test_stack_templates import names_in

ACCOUNT, REGION = "123456789012", "us-east-1"
CONSTRAINTS = {
    "LaunchTemplateConstraint": ("TEMPLATE", lambda given: {"Rules": json.loads(given["Rules"])}),
    "LaunchRoleConstraint": ("LAUNCH", lambda given: {"LocalRoleName": given["LocalRoleName"]}),
    "ResourceUpdateConstraint": ("RESOURCE_UPDATE", lambda given: {"Version": "2.0", "Properties": given}),
}


class Deployment:
    """What CloudFormation has made so far, by logical id."""

    def __init__(self, client: Callable[..., Any], folder: Path) -> None:
        self.sc, self.ssm, self.folder = client("servicecatalog"), client("ssm"), folder
        self.order: list[str] = []

    def value(self, value: Any, made: Mapping[str, Any]) -> Any:
        """A property with its functions resolved."""
        match value:
            case {"Ref": name}:
                return made[name][0] if isinstance(made[name], tuple) else made[name]
            case {"Fn::GetAtt": [name, "ProvisioningArtifactIds"]}:
                return ",".join(made[name][1])
            case {"Fn::GetAtt": [name, output]}:
                return made[name][output.removeprefix("Outputs.")]
            case {"Fn::Select": [index, {"Fn::Split": [",", text]}]}:
                return self.value(text, made).split(",")[index]
            case {"Fn::Sub": str(text)}:
                for name, pseudo in Pseudo(ACCOUNT, REGION).values().items():
                    text = text.replace(f"${{{name}}}", str(pseudo))
                return text.replace("${!", "${")
            case dict():
                return {name: self.value(member, made) for name, member in value.items()}
            case list():
                return [self.value(member, made) for member in value]
        return value

    def template(self, template: Mapping[str, Any], parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Deploy a template; its outputs."""
        made: dict[str, Any] = dict(parameters)
        left = dict(template["Resources"])
        while left:
            ready = [name for name, each in left.items() if not {*names_in(each)} - made.keys()]
            name = ready[-1]
            resource = left.pop(name)
            given = self.value(resource["Properties"], made)
            made[name] = self.resource(resource["Type"].rpartition("::")[2], given)
            self.order.append(self.value(resource.get("Metadata", {}).get("catalog:address", name), {}))
        return {name: self.value(output["Value"], made) for name, output in template.get("Outputs", {}).items()}

    def resource(self, kind: str, given: dict[str, Any]) -> Any:
        """Create one resource: its id, for a product with the ids of its versions, for a stack its outputs."""
        if kind in CONSTRAINTS:
            return self.constraint(kind, given)
        match kind:
            case "Stack":
                key = given["TemplateURL"].partition(".amazonaws.com/")[2]
                return self.template(json.loads((self.folder / key).read_text()), given.get("Parameters", {}))
            case "CloudFormationProduct":
                return self.product(given)
            case "TagOption":
                assert given.pop("Active") is True
                return self.sc.create_tag_option(**given)["TagOptionDetail"]["Id"]
            case "Portfolio":
                return self.sc.create_portfolio(**given)["PortfolioDetail"]["Id"]
            case "Document":
                return self.ssm.create_document(**{**given, "Content": json.dumps(given["Content"])})
            case "ServiceAction":
                definition = {each["Key"]: each["Value"] for each in given["Definition"]}
                answer = self.sc.create_service_action(**{**given, "Definition": definition})
                return answer["ServiceActionDetail"]["ServiceActionSummary"]["Id"]
            case "ServiceActionAssociation":
                return self.sc.associate_service_action_with_provisioning_artifact(**given)
            case "TagOptionAssociation":
                return self.sc.associate_tag_option_with_resource(**given)
            case "PortfolioProductAssociation":
                return self.sc.associate_product_with_portfolio(**given)
            case "PortfolioPrincipalAssociation":
                return self.sc.associate_principal_with_portfolio(**given)
        raise AssertionError(kind)

    def product(self, given: dict[str, Any]) -> tuple[str, list[str]]:
        first, *others = given.pop("ProvisioningArtifactParameters")
        assert given.pop("ReplaceProvisioningArtifacts") is False
        answer = self.sc.create_product(**given, ProvisioningArtifactParameters=first)
        product = answer["ProductViewDetail"]["ProductViewSummary"]["ProductId"]
        versions = [answer["ProvisioningArtifactDetail"]["Id"]]
        for each in others:
            made = self.sc.create_provisioning_artifact(ProductId=product, Parameters=each)
            versions.append(made["ProvisioningArtifactDetail"]["Id"])
        return product, versions

    def constraint(self, kind: str, given: dict[str, Any]) -> str:
        names = ("PortfolioId", "ProductId", "Description")
        common = {name: given.pop(name) for name in names}
        type_name, parameters = CONSTRAINTS[kind]
        answer = self.sc.create_constraint(**common, Type=type_name, Parameters=json.dumps(parameters(given)))
        return str(answer["ConstraintDetail"]["ConstraintId"])


def test_after_the_templates_publish_has_nothing_to_do(
    catalog: Run, client: Callable[..., Any], tmp_path: Path
) -> None:
    folder = tmp_path / "stacks"
    assert catalog("bootstrap", "--local", "--yes", "--allow", "widen", at=CONTENT).exit_code == 0
    export = ("export", "--catalogue", "--format", "cloudformation", "-o", str(folder), "--upload", "--local")
    assert catalog(*export, at=CONTENT).exit_code == 0
    deployment = Deployment(client, folder)
    deployment.template(json.loads((folder / "root.json").read_text()), {})
    left = json.loads((folder / "contents.json").read_text())["left_to_publish"]
    plan = json.loads(catalog("plan", "--local", "--json", at=CONTENT).stdout)
    assert [each["address"] for each in plan["changes"]] == [each["address"] for each in left]
    assert plan["blockers"] == []
    order = {address: index for index, address in enumerate(deployment.order)}
    for address, index in order.items():
        portfolio, principal, _ = address.partition("/principal/")
        if principal:
            assert all(at < index for other, at in order.items() if other.startswith(f"{portfolio}/product/"))
        if address.endswith("/constraint/launch"):
            assert order[address.replace("/launch", "/template")] < index
