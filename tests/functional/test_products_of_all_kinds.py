"""Templates of all kinds through every command: validate, release, export, role, simulate, access and publish."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.functional.conftest import Run

TEMPLATES = sorted((ROOT / "tests" / "fixtures" / "products").glob("*.yaml"))
PRODUCT = """\
from pathlib import Path

from catalog import ProductDefinition, template_file

PRODUCT = ProductDefinition(
    name="{name}",
    owner="Platform team",
    description="A template of the kind {name}.",
    version="1.0.0",
    version_description="First version.",
    template=template_file(Path(__file__).parents[1] / "templates" / "{name}.yaml"),
)
"""
VALUES = {
    "AWS::EC2::Image::Id": "ami-0123456789abcdef0",
    "AWS::EC2::Subnet::Id": "subnet-0123456789abcdef0",
    "AWS::EC2::VPC::Id": "vpc-0123456789abcdef0",
    "AWS::EC2::SecurityGroup::Id": "sg-0123456789abcdef0",
    "List<AWS::EC2::Subnet::Id>": "subnet-0123456789abcdef0,subnet-0123456789abcdef1",
    "Key": "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "Image": "registry/app:1",
    "Address": "team@example.com",
    "Certificate": "arn:aws:acm:us-east-1:123456789012:certificate/1234abcd-12ab-34cd-56ef-1234567890ab",
}
"""By type, or by name for a text."""
ACCOUNT_VALUES = {
    "ec2_instance": "--ssm=/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64=ami-0123456789abcdef0",
    "custom_resource": "--import=tickets-function=arn:aws:lambda:us-east-1:123456789012:function:tickets",
    "optional_queue": "--import=news-key=arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
}


@pytest.fixture
def everything(tmp_path: Path) -> Path:
    """A repository with a product for each template, all in one portfolio."""
    root = tmp_path / "everything"
    for folder in ("products", "templates", "portfolios"):
        (root / folder).mkdir(parents=True)
    (root / "pyproject.toml").write_text('[tool.catalog]\nowner = "everything"\nregions = ["us-east-1"]\n')
    for template in TEMPLATES:
        (root / "templates" / template.name).write_bytes(template.read_bytes())
        (root / "products" / f"{template.stem}.py").write_text(PRODUCT.format(name=template.stem))
    products = "".join(
        f"  - product: {template.stem}\n    launch: {{local_role_name: launch-everything}}\n" for template in TEMPLATES
    )
    (root / "portfolios" / "team.yaml").write_text(
        "display_name: Team\nprovider: Platform team\ndescription: All kinds.\nstage: dev\n"
        f"products:\n{products}principals:\n  - arn: arn:aws:iam::${{AWS::AccountId}}:role/developer\n"
    )
    return root


@pytest.mark.slow
def test_templates_of_all_kinds_go_through_every_command(
    catalog: Run, everything: Path, client: Callable[..., Any]
) -> None:
    assert len(TEMPLATES) >= 25

    def run(*arguments: str) -> str:
        result = catalog(*arguments, at=everything)
        assert result.exit_code == 0, f"{arguments}: {result.output}"
        return result.stdout

    checked = catalog("validate", "--json", at=everything)
    assert checked.stdout, checked.output
    errors = [finding for finding in json.loads(checked.stdout) if finding["severity"] == "error"]
    assert errors == []
    keys = [template.stem for template in TEMPLATES]
    for key in keys:
        run("release", key)
        template = everything / "templates" / f"{key}.yaml"
        assert run("export", key, "--version", "1.0.0") == template.read_text()
        parameters = [*needed(template), *([ACCOUNT_VALUES[key]] if key in ACCOUNT_VALUES else [])]
        zones = [f"--zone=us-east-1{zone}" for zone in "ab"] if key == "vpc" else []
        simulated = json.loads(run("simulate", key, "--json", *parameters, *zones))
        assert simulated["resources"], key
        run("access", key, "--json", *parameters)
        assert "AWS::IAM::Role" in run("role", "derive", key)
    run("role", "derive", *keys)
    run("publish", "--local", "--yes", "--allow", "widen")
    view = client("servicecatalog")
    (portfolio,) = view.list_portfolios()["PortfolioDetails"]
    pages = view.get_paginator("search_products_as_admin").paginate(PortfolioId=portfolio["Id"])
    assert sorted(each["ProductViewSummary"]["Name"] for page in pages for each in page["ProductViewDetails"]) == keys
    assert "No changes." in run("plan", "--local")


def needed(template: Path) -> list[str]:
    """--param for each parameter without a default."""
    from catalog.content.template_files import read_template

    parameters = read_template(template.name, template.read_bytes()).get("Parameters", {})
    return [
        f"--param={name}={VALUES.get(parameter['Type']) or VALUES[name]}"
        for name, parameter in parameters.items()
        if "Default" not in parameter
    ]
